//! The softmax.
//!
//! Rows are worked on side by side, one in each lane, transposed into scratch room. Each row has a class of its own: the
//! true one, as a rule. With E its exponential and R the sum of all others, −ln p of it is ln(1 + R / E): leaving it out
//! of the sum keeps all digits of a small loss, which lse − x would lose.
//!
//! Logits are exponentiated as they are, and only their exponents are moved, so that there is no difference of logits
//! whose rounding would show. Where they are too large for that, the rounding error of each difference is carried into
//! its exponential.
//!
//! The address of the constants must not leave the loops: the optimiser would read them anew in every round.

use crate::math::{Coefficients, Math, Shift};
use crate::simd::{F64x2, Mask, Scalar, Vector, difference};
use crate::tile;

/// Four rows, two and two, in float64; where vectors have two lanes, twice the same.
pub type Pairs = [F64x2; 2];

/// Sums that terms are added into, class by class in turn: a row on its own has so many classes side by side, and the same
/// digits come of rows that lie in lanes.
const SUMS: usize = 4;

/// Terms of a sum that are added in the float type of the logits before it goes on in float64.
const RUN: usize = 4;

/// Classes that are taken at once: so many of each sum.
pub const GROUP: usize = SUMS * RUN;

/// Odds against the own class whose logarithm is taken in the type of the logits.
const ORDINARY: [f64; 2] = [1e-30, 1e18];

/// What is looked at in the logits of a tile: one row in each lane, with a class of its own each.
#[derive(Clone, Copy)]
pub struct Look<V> {
    /// The own class of each row.
    pub classes: [usize; 4],
    /// Its logit.
    pub own: V,
    /// The largest logit.
    pub largest: V,
}

/// What the softmax of one row in each lane is known by.
#[derive(Clone, Copy)]
pub struct Row<V> {
    /// The exponential of the own class, in a unit that all exponentials of a row have.
    pub own: V,
    /// The sum of all others.
    pub rest: Pairs,
    /// That over this.
    pub odds: V,
    /// −ln p of the own class, where it is not ln(1 + odds) for all rows.
    pub special: Option<Pairs>,
}

impl<V: Vector> Row<V> {
    /// −ln p of the own class.
    pub fn cost(&self, m: &Math<V>) -> Pairs {
        self.special.unwrap_or_else(|| m.ln_1p(self.odds).widen())
    }

    /// No logit was NaN.
    pub fn is_number(&self) -> bool {
        self.odds.eq(self.odds).all()
    }
}

impl<V: Vector> Look<V> {
    /// Infinite logits become what they are in the limit; before anything else.
    #[inline(always)]
    pub fn settled(self, m: &Math<V>, tile: &mut [V::Array]) -> Self {
        if m.infinity.eq(self.largest.abs()).any() { self.limit(tile) } else { self }
    }

    /// Rows whose largest logit is infinite, in the limit: the classes that have it share the probability, the others
    /// have none. Their logits become 0 and −∞; a NaN stays.
    #[cold]
    #[inline(never)]
    fn limit(self, tile: &mut [V::Array]) -> Self {
        let (zero, infinity) = (V::splat(V::Scalar::ZERO), V::splat(V::Scalar::INFINITY));
        let (largest, is_infinite) = (self.largest, infinity.eq(self.largest.abs()));
        let limit = |x: V| {
            let limit = V::select(x.eq(largest), zero, V::select(x.eq(x), -infinity, x));
            V::select(is_infinite, limit, x)
        };
        tile.iter_mut().for_each(|x| limit(V::load(x)).store(x));
        Self { own: limit(self.own), largest: limit(largest), ..self }
    }

    /// The same with the class of the largest logit for the own one; where all are NaN, that is one as well.
    pub fn of_largest(self, tile: &[V::Array]) -> Self {
        let largest = tile::largest::<V>(tile).class.truncate();
        let class = |lane: usize| largest.as_ref().get(lane).map_or(0, |&class| class as usize);
        let classes = core::array::from_fn(class);
        Self { classes, own: tile::at::<V>(tile, classes), ..self }
    }

    /// The softmax of settled logits; `rows` are the logits as they were given. The tile has exponentials then, but 0
    /// for the own class. A NaN among the logits makes the odds one.
    #[inline(always)]
    pub fn softmax(self, m: &Math<V>, rows: &[V::Scalar], tile: &mut [V::Array]) -> Row<V> {
        tile::put::<V>(tile, self.classes, -m.infinity);
        let shift = m.shift(self.largest);
        let (rest, own) = if m.is_tame(self.largest).all() {
            (sum(m, tile, replacing(|x| m.exp_shifted(x, &shift))), m.exp_shifted(self.own, &shift))
        } else {
            self.untamed(*m, shift, tile)
        };
        self.row(m, shift.by, own, rest, rows, tile.len())
    }

    /// What rows come to with these exponentials of their own classes and sums of all others.
    #[inline(always)]
    pub fn row(self, m: &Math<V>, by: V, own: V, rest: Pairs, rows: &[V::Scalar], columns: usize) -> Row<V> {
        let odds = V::narrow(rest, m.to_high) / own;
        let [least, most] = ORDINARY.map(|odds| V::splat(V::Scalar::from_f64(odds)));
        let row = Row { own, rest, odds, special: None };
        if least.le(odds).and(odds.le(most)).all() { row } else { self.special(*m, by, row, rows, columns) }
    }

    /// The sum of the others, and the exponential of the own class, where there are logits of any size.
    #[cold]
    #[inline(never)]
    fn untamed(self, m: Math<V>, shift: Shift<V>, tile: &mut [V::Array]) -> (Pairs, V) {
        let exponential = any_exponential(m, self.largest, shift);
        (sum(&m, tile, replacing(&exponential)), exponential(self.own))
    }

    /// Very small and very large costs, lane by lane in float64.
    #[cold]
    #[inline(never)]
    fn special(self, m: Math<V>, by: V, row: Row<V>, rows: &[V::Scalar], columns: usize) -> Row<V> {
        let [least, most] = ORDINARY;
        let lane = |x: V, lane: usize| x.to_array().as_ref().get(lane).map_or(0.0, |x| x.to_f64());
        let ordinary = row.cost(&m);
        let m = Math::<F64x2>::new();
        let (mut cost, mut rest) = (ordinary.map(|pair| pair.to_array()), row.rest.map(|pair| pair.to_array()));
        let lanes = cost.as_flattened_mut().iter_mut().zip(rest.as_flattened_mut()).enumerate();
        for (i, (cost, rest)) in lanes.take(V::LANES) {
            let (own, odds) = (lane(self.own, i), lane(row.odds, i));
            if odds > most {
                let largest = lane(self.largest, i);
                let is_tame = largest.abs() <= V::Scalar::TAME.to_f64();
                let behind = if is_tame {
                    (lane(by, i) * f64::LN2_HIGH - own) + lane(by, i) * f64::LN2_LOW
                } else {
                    largest - own
                };
                let [log, _] = m.ln(F64x2::splat(*rest)).to_array();
                *cost = (log - V::Scalar::ROW_EXPONENT.to_f64() * core::f64::consts::LN_2) + behind;
            } else if odds < least {
                if *rest == 0.0 && V::LANES > F64x2::LANES {
                    let given = rows.chunks_exact(columns).nth(i).unwrap_or(&[]);
                    *rest = faint(&m, given, self.classes[i]) * lane(row.own, i);
                }
                *cost = *rest / lane(row.own, i);
            }
        }
        let special = Some(cost.map(|pair| F64x2::load(&pair)));
        Row { rest: rest.map(|pair| F64x2::load(&pair)), special, ..row }
    }
}

/// The odds against a class where all others are too small for float32 beside it.
fn faint<S: Scalar>(math: &Math<F64x2>, row: &[S], class: usize) -> f64 {
    let own = row.get(class).map_or(f64::INFINITY, |own| own.to_f64());
    // Beside an infinite logit all others are nothing.
    if own == f64::INFINITY {
        return 0.0;
    }
    let others = row.iter().enumerate().filter(|&(other, _)| other != class);
    others.fold(0.0, |sum, (_, x)| {
        let [e, _] = math.exp_non_positive(F64x2::splat(x.to_f64() - own), math.zero).to_array();
        sum + e
    })
}

/// The exponentials of logits of any size.
#[inline(always)]
fn any_exponential<V: Vector>(m: Math<V>, largest: V, shift: Shift<V>) -> impl Fn(V) -> V {
    let is_tame = m.is_tame(largest);
    move |x| {
        let (d, low) = difference(x, largest);
        V::select(is_tame, m.exp_shifted(x, &shift), m.exp_below(d, low))
    }
}

/// The exponential of a logit, which it leaves in the logit's place.
#[inline(always)]
fn replacing<V: Vector>(exponential: impl Fn(V) -> V) -> impl Fn(&mut V::Array) -> V {
    move |x| {
        let e = exponential(V::load(x));
        e.store(x);
        e
    }
}

/// Adds up the exponentials of logits.
#[inline(always)]
fn sum<V: Vector>(m: &Math<V>, tile: &mut [V::Array], mut exponential: impl FnMut(&mut V::Array) -> V) -> Pairs {
    let mut sums = [[F64x2::splat(0.0); 2]; SUMS];
    for group in tile.chunks_mut(GROUP) {
        let mut terms = [m.zero; SUMS];
        for turn in group.chunks_mut(SUMS) {
            for (x, term) in turn.iter_mut().zip(&mut terms) {
                *term = *term + exponential(x);
            }
        }
        sums.iter_mut().zip(terms).for_each(|(sum, terms)| *sum = plus(*sum, terms.widen()));
    }
    let [a, b, c, d] = sums;
    plus(plus(a, c), plus(b, d))
}

/// Adds numbers two and two.
#[inline(always)]
pub fn plus(a: Pairs, b: Pairs) -> Pairs {
    [a[0] + b[0], a[1] + b[1]]
}

/// What turns exponentials into probabilities.
pub struct Total<V> {
    /// The sum of all exponentials of a row; NaN where a logit is.
    pub sum: V,
    /// That of the largest logit.
    pub most: V,
}

impl<V: Vector> Total<V> {
    /// Of settled logits; `each` gets the place of each logit, the logit, and its exponential in a unit that all of a row
    /// have.
    #[inline(always)]
    pub fn of(m: &Math<V>, largest: V, tile: &mut [V::Array], mut each: impl FnMut(&mut V::Array, V, V)) -> Self {
        let shift = m.shift(largest);
        if !m.is_tame(largest).all() {
            return Self::untamed(*m, largest, shift, tile, &mut each);
        }
        let sum = sum(m, tile, |place| {
            let x = V::load(place);
            let e = m.exp_shifted(x, &shift);
            each(place, x, e);
            e
        });
        Self { sum: V::narrow(sum, m.to_high), most: m.exp_shifted(largest, &shift) }
    }

    /// The same where there are logits of any size.
    #[cold]
    #[inline(never)]
    fn untamed(
        m: Math<V>,
        largest: V,
        shift: Shift<V>,
        tile: &mut [V::Array],
        each: &mut dyn FnMut(&mut V::Array, V, V),
    ) -> Self {
        let exponential = any_exponential(m, largest, shift);
        let sum = sum(&m, tile, |place| {
            let x = V::load(place);
            let e = exponential(x);
            each(place, x, e);
            e
        });
        Self { sum: V::narrow(sum, m.to_high), most: exponential(largest) }
    }
}
