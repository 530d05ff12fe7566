//! Softmax cross-entropy.
//!
//! Rows are worked on side by side, one in each lane, transposed into scratch room. With m the largest logit, in class
//! a, and S the sum of e^(xⱼ − m) over the other classes, −ln pⱼ = (m − xⱼ) + ln(1 + S): leaving the largest out keeps
//! all digits of a small loss, which lse − x would lose. The rounding error of each difference is carried into its
//! exponential.

use super::binary::power;
use super::totals::Totals;
use super::weights::Weights;
use super::{Config, Gradient, Loss, Outputs, Rows, Run};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::math::{Coefficients, Math};
use crate::simd::{Mask, Scalar, Vector, difference};
use crate::sum::Range;
use crate::tile::{self, Largest};

/// Terms that are added one after the other; sums of such runs are added after that, which keeps the error of long
/// rows small.
const RUN: usize = 4;

/// What the softmax of one row in each lane is known by.
pub struct Row<V> {
    /// The largest logit.
    pub largest: V,
    /// Its class, the first on ties.
    pub class: V,
    /// Σ e^(x − largest) over the other classes.
    pub others: V,
    /// What rounding that sum has left out.
    pub rest: V,
    /// ln(1 + others).
    pub log: V,
}

/// A sum whose rounding errors are added up beside it (Neumaier 1974): as good for many classes as for few.
struct Compensated<V> {
    sum: V,
    errors: V,
}

impl<V: Vector> Compensated<V> {
    fn new(math: &Math<V>) -> Self {
        Self { sum: math.zero, errors: math.zero }
    }

    #[inline(always)]
    fn add(&mut self, term: V) {
        let sum = self.sum + term;
        let part = sum - self.sum;
        self.errors = self.errors + ((self.sum - (sum - part)) + (term - part));
        self.sum = sum;
    }

    /// The sum, rounded, and what that leaves out; infinite terms leave nothing.
    fn parts(self) -> (V, V) {
        let finite = self.errors.eq(self.errors);
        let total = V::select(finite, self.sum + self.errors, self.sum);
        (total, ((self.sum - total) + self.errors).only(finite))
    }

    fn total(self) -> V {
        self.parts().0
    }
}

/// The softmax of each lane, with the exponentials left behind. A NaN makes `others` one, or `largest` infinite.
#[inline(always)]
pub fn softmax<V: Vector>(math: &Math<V>, logits: &mut [V::Array], exponentials: &mut [V::Array]) -> Row<V> {
    let Largest { value: mut largest, class } = tile::largest::<V>(logits);
    let infinite = math.infinity.eq(largest.abs());
    if infinite.any() {
        largest = limit(logits, largest, infinite);
    }
    // The largest logit is taken out, so that its exponential, 1, is not in the sum, and put back afterwards.
    tile::replace::<V>(logits, class, -math.infinity);
    let mut others = Compensated::new(math);
    for (logits, exponentials) in logits.chunks(RUN).zip(exponentials.chunks_mut(RUN)) {
        let mut run = math.zero;
        for (x, to) in logits.iter().zip(exponentials) {
            let (d, low) = difference(V::load(x), largest);
            let e = math.exp_non_positive(d, low);
            e.store(to);
            run = run + e;
        }
        others.add(run);
    }
    let (others, rest) = others.parts();
    tile::replace::<V>(logits, class, largest);
    Row { largest, class, others, rest, log: math.ln_1p(others) }
}

/// Rows whose largest logit is infinite, in the limit: the classes that have it share the probability, the others have
/// none. Their logits become 0 and −∞.
#[cold]
fn limit<V: Vector>(logits: &mut [V::Array], largest: V, infinite: V::Mask) -> V {
    if !tile::are_numbers::<V>(logits) {
        return V::splat(V::Scalar::NAN);
    }
    let zero = V::splat(V::Scalar::ZERO);
    let nothing = -V::splat(V::Scalar::INFINITY);
    for x in logits {
        let logit = V::load(x);
        let limit = V::select(logit.eq(largest), zero, nothing);
        V::select(infinite, limit, logit).store(x);
    }
    V::select(infinite, zero, largest)
}

/// Adds all rows.
pub fn update(scratch: &mut [i64], run: &mut Run<'_, '_, '_>) -> Status {
    let Run { config, rows, totals, outputs } = run;
    match rows.predictions {
        Numbers::F32(logits) => tiles(config, scratch, rows, logits, totals, outputs),
        Numbers::F64(logits) => tiles(config, scratch, rows, logits, totals, outputs),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

fn tiles<S: Scalar>(
    config: &Config,
    scratch: &mut [i64],
    rows: &Rows<'_>,
    logits: &[S],
    totals: &mut Totals<'_>,
    outputs: &mut Outputs<'_>,
) -> Status {
    let columns = config.columns;
    // A vector for each class: the logits of the rows in its lanes, then their exponentials.
    let Some((tile, exponentials)) = S::Vector::arrays_mut(scratch).split_at_mut_checked(columns) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    let mut weights = Weights::new();
    let mut values = [S::ZERO; BLOCK];
    let math = Math::<S::Vector>::new();
    let lanes = S::Vector::LANES;
    for (index, block) in logits.chunks(BLOCK * columns).enumerate() {
        let (start, len) = (index * BLOCK, block.len() / columns);
        weights.read(config, rows, start, len)?;
        let mut range = Range::new();
        let tiles = block.chunks(lanes * columns).zip(S::Vector::chunks_mut(&mut values));
        for (at, (rows_of_tile, values)) in tiles.enumerate() {
            tile::transpose::<S::Vector>(rows_of_tile, columns, tile);
            let row = softmax(&math, tile, exponentials);
            let first = at * lanes;
            let count = rows_of_tile.len() / columns;
            let target = Target { config, rows, start: start + first, first, count, labels: weights.labels() };
            let (value, slopes) = if config.mixes() {
                target.mixed(&math, &row, tile).map_err(|bad| target.fault(bad))?
            } else {
                target.label(&math, &row, tile, exponentials)
            };
            range.see(value);
            value.store(values);
            if !matches!(outputs.gradient, Gradient::None) {
                tile::replace::<S::Vector>(exponentials, row.class, math.one);
                let scales = |lane: usize| weights.factor(first + lane) * outputs.scale;
                slopes.write(&mut outputs.gradient, &target, exponentials, scales);
            }
        }
        if !totals.add(&weights.block(start, len), &values, &range, &mut outputs.values) {
            let (start, len) = (start * columns, len * columns);
            let fault = rows.predictions.find_fault(start, len, Argument::Predictions, Problem::Nan, f64::is_nan);
            fault.map_or(Ok(()), Err)?;
        }
    }
    Ok(())
}

/// What turns exponentials into derivatives, for each lane in float64: derivatives are rounded once, as they are written.
struct Slopes<V> {
    /// 1 + the others: what exponentials are divided by.
    others: V,
    rest: V,
    /// What they are multiplied by.
    factor: [f64; 4],
    /// The derivative at the label, where there is one.
    own: Option<V>,
}

fn lane<V: Vector>(x: V, lane: usize) -> f64 {
    x.to_array().as_ref().get(lane).map_or(0.0, |x| x.to_f64())
}

impl<V: Vector> Slopes<V> {
    /// Writes the rows of a tile.
    fn write(
        &self,
        gradient: &mut Gradient<'_>,
        target: &Target<'_>,
        exponentials: &[V::Array],
        scale: impl Fn(usize) -> f64,
    ) {
        let columns = target.config.columns;
        for i in 0..target.count {
            let start = (target.start + i) * columns;
            let (range, scale) = (start..start + columns, scale(i));
            let factor =
                self.factor.get(i).map_or(0.0, |factor| *factor) / (1.0 + lane(self.others, i) + lane(self.rest, i));
            let scaled = |(class, e): (usize, &V::Array)| {
                let e = e.as_ref().get(i).map_or(0.0, |e| e.to_f64());
                let derivative = match self.own {
                    Some(own) if class as i32 == target.label_of(i).max(0) => lane(own, i),
                    Some(_) => e * factor,
                    None => e * factor - target.share::<V>(i, class),
                };
                if scale == 0.0 { 0.0 } else { derivative * scale }
            };
            let scaled = exponentials.iter().enumerate().map(scaled);
            match gradient {
                Gradient::None => {}
                Gradient::F32(to) => {
                    to.get_mut(range).into_iter().flatten().zip(scaled).for_each(|(to, d)| *to = d as f32);
                }
                Gradient::F64(to) => {
                    to.get_mut(range).into_iter().flatten().zip(scaled).for_each(|(to, d)| *to = d);
                }
            }
        }
    }
}

/// keep · (own + Σ wt · log) + spread · (even + Σ w · log), in float64: errors that all classes share would add up.
fn finish_mixed<V: Vector>(sums: [V; 2], shares: [V; 2], log: V, [keep, spread]: [f64; 2]) -> V {
    V::from_fn(|i| {
        // A part with factor 0 is absent, even where it is infinite; so is a logarithm that nothing weighs.
        let part = |factor: f64, sum: V, share: V| match (lane(share, i), lane(log, i)) {
            _ if factor == 0.0 => 0.0,
            (0.0, _) => factor * lane(sum, i),
            (share, log) => factor * (lane(sum, i) + share * log),
        };
        V::Scalar::from_f64(part(keep, sums[0], shares[0]) + part(spread, sums[1], shares[1]))
    })
}

/// What the rows of a tile are compared with.
struct Target<'a> {
    config: &'a Config,
    rows: &'a Rows<'a>,
    /// First row of the tile in the call.
    start: usize,
    /// First row of the tile in its block.
    first: usize,
    /// Rows of the tile.
    count: usize,
    /// Labels of the block.
    labels: &'a Buffer<i32>,
}

impl Target<'_> {
    /// Lanes beyond the last row repeat it.
    fn label_of(&self, lane: usize) -> i32 {
        self.labels.get(self.first + lane.min(self.count - 1)).copied().unwrap_or(0)
    }

    /// One true class: −ln p of it, or its focal form.
    fn label<V: Vector>(
        &self,
        math: &Math<V>,
        row: &Row<V>,
        tile: &[V::Array],
        exponentials: &[V::Array],
    ) -> (V, Slopes<V>) {
        let label = V::from_fn(|lane| {
            // An ignored row has weight 0; any class will do for it.
            V::Scalar::from_f64(self.label_of(lane).max(0).into())
        });
        let cost = (row.largest - tile::gather::<V>(tile, label)) + row.log;
        let (value, factor) = if self.config.loss == Loss::Focal {
            self.focal(math, row, label, exponentials, cost)
        } else {
            (cost, math.one)
        };
        // Where the true class has the largest logit, p − 1 = −others / (1 + others) without cancellation.
        let mass = math.one + row.others;
        let certain = -(factor * (row.others / mass));
        let doubtful = factor * (tile::gather::<V>(exponentials, label) / mass - math.one);
        let own = V::select(label.eq(row.class), certain, doubtful);
        let factor = core::array::from_fn(|i| lane(factor, i));
        (value, Slopes { others: row.others, rest: row.rest, factor, own: Some(own) })
    }

    /// qᵞ · z and its derivative by the cost, where z is the cost, or with weights inside the weighted cost, and
    /// q = 1 − e⁻ᶻ.
    fn focal<V: Vector>(&self, math: &Math<V>, row: &Row<V>, label: V, exponentials: &[V::Array], cost: V) -> (V, V) {
        let [gamma, inside, _] = self.config.parameters;
        let (z, q, p, w) = if inside == 1.0 {
            let w = V::from_fn(|lane| {
                let weight = self.rows.column_weights.get(self.label_of(lane).max(0) as usize);
                V::Scalar::from_f64(weight.copied().unwrap_or(1.0))
            });
            let z = V::select(w.eq(math.zero), math.zero, w * cost);
            (z, -math.exp_m1_to_one(-z), math.exp_non_positive(-z, math.zero), w)
        } else {
            let total = math.one + row.others;
            // Where the true class has the largest logit, 1 − p is what the others have, without cancellation.
            let own = V::select(label.eq(row.class), math.one, tile::gather::<V>(exponentials, label));
            let others = V::select(label.eq(row.class), row.others, math.one + (row.others - own));
            (cost, others / total, own / total, math.one)
        };
        let factor = power(math, q, gamma);
        // z / q tends to 1 with z to 0, and p · z to 0 with z to ∞.
        let tail = V::select(p.eq(math.zero), math.zero, p * z / q);
        let tail = V::select(q.eq(math.zero), math.one, tail);
        let value = V::select(factor.eq(math.zero), math.zero, factor * z);
        (value, w * factor * (math.one + V::splat(V::Scalar::from_f64(gamma)) * tail))
    }

    /// Every class with a share q of the target: Σ q · −ln p.
    fn mixed<V: Vector>(&self, math: &Math<V>, row: &Row<V>, tile: &[V::Array]) -> Result<(V, Slopes<V>), ()> {
        if !tile::are_numbers::<V>(tile) {
            let nan = V::splat(V::Scalar::NAN);
            return Ok((nan, Slopes { others: nan, rest: nan, factor: [f64::NAN; 4], own: None }));
        }
        // Σ wt·(m − x) and Σ w·(m − x), with w the weight of a class and t its target; and Σ wt, Σ w.
        let (mut own, mut even) = (Compensated::new(math), Compensated::new(math));
        let (mut own_share, mut even_share) = (Compensated::new(math), Compensated::new(math));
        let [keep, spread] = self.shares();
        let mut fine = math.zero.eq(math.zero);
        for (class, x) in tile.iter().enumerate() {
            let (target, w) = self.target::<V>(class);
            fine = fine.and(math.zero.le(target)).and(target.le(math.one));
            let behind = row.largest - V::load(x);
            let wt = w * target;
            own_share.add(wt);
            even_share.add(w);
            // An infinite term with share 0 is absent, not NaN.
            own.add(V::select(wt.eq(math.zero), math.zero, wt * behind));
            if spread != 0.0 {
                even.add(V::select(w.eq(math.zero), math.zero, w * behind));
            }
        }
        if !fine.all() {
            return Err(());
        }
        let shares = [own_share.total(), even_share.total()];
        let value = finish_mixed([own.total(), even.total()], shares, row.log, [keep, spread]);
        // What the target takes away is taken away as the gradient is written.
        let factor = core::array::from_fn(|i| keep * lane(shares[0], i) + spread * lane(shares[1], i));
        Ok((value, Slopes { others: row.others, rest: row.rest, factor, own: None }))
    }

    /// What a target is multiplied by, and what every class has besides: 1 − ε and ε / C.
    fn shares(&self) -> [f64; 2] {
        let smoothing = if self.config.loss == Loss::CrossEntropy { self.config.parameters[0] } else { 0.0 };
        [1.0 - smoothing, smoothing / self.config.columns as f64]
    }

    /// The share of a class in the target of one row of the tile, weight included.
    fn share<V: Vector>(&self, lane: usize, class: usize) -> f64 {
        let target = if self.config.soft {
            self.rows.targets.at((self.start + lane) * self.config.columns + class)
        } else {
            f64::from(u8::from(self.label_of(lane) == class as i32))
        };
        let [keep, spread] = self.shares();
        // Rounded as the weights that the shares are summed from.
        let weight = self.rows.column_weights.get(class).copied().unwrap_or(1.0);
        V::Scalar::from_f64(weight).to_f64() * (keep * target + spread)
    }

    /// The target of a class in each lane, and the weight of the class.
    fn target<V: Vector>(&self, class: usize) -> (V, V) {
        let columns = self.config.columns;
        let target = V::from_fn(|lane| {
            if self.config.soft {
                let row = self.start + lane.min(self.count - 1);
                V::Scalar::from_f64(self.rows.targets.at(row * columns + class))
            } else {
                V::Scalar::from_f64(f64::from(u8::from(self.label_of(lane) == class as i32)))
            }
        });
        let weight = self.rows.column_weights.get(class).copied().unwrap_or(1.0);
        (target, V::splat(V::Scalar::from_f64(weight)))
    }

    fn fault(&self, (): ()) -> Fault {
        let columns = self.config.columns;
        let outside = |p: f64| !(0.0..=1.0).contains(&p);
        let (start, len) = (self.start * columns, self.count * columns);
        self.rows.targets.fault(start, len, Argument::Targets, Problem::Probability, outside)
    }
}
