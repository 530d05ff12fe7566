//! Losses of scores and the margins between them: in float64, rows side by side.

use super::gradient::Stored;
use super::multiclass::{own_scores, store_own};
use super::softmax::Pairs;
use super::weights::Weights;
use super::{Config, Loss, Run};
use crate::input::{Argument, BLOCK, Fault, Numbers, Problem, Status};
use crate::math::{Coefficients, Math};
use crate::simd::{F64x2, Mask, Scalar, Vector};
use crate::sum::Range;
use crate::tile;

/// Float32 numbers at most 2²⁸ apart in size have differences that float64 holds exactly.
const SPAN: f64 = 268_435_456.0;

/// Adds all rows; `scratch` is room for a tile.
pub fn update(scratch: &mut [i64], run: &mut Run<'_, '_, '_>) -> Status {
    match run.rows.predictions {
        Numbers::F32(scores) => rows(scratch, scores, run),
        Numbers::F64(scores) => rows(scratch, scores, run),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

#[inline(never)]
fn rows<S: Stored>(scratch: &mut [i64], scores: &[S], run: &mut Run<'_, '_, '_>) -> Status {
    let Run { config, rows, totals, outputs } = run;
    let columns = config.columns;
    let mut gradient = S::room(&mut outputs.gradient)?;
    let mut weights = Weights::new();
    let margins = Margins::<S::Vector> { config, math: Math::new(), scores: Math::new() };
    for (index, block) in scores.chunks(BLOCK * columns).enumerate() {
        let (start, len) = (index * BLOCK, block.len() / columns);
        weights.read(config, rows, start, len)?;
        let mut values = [0.0; BLOCK];
        for (at, scores) in block.chunks(S::Vector::LANES * columns).enumerate() {
            let first = at * S::Vector::LANES;
            let range = (start + first) * columns..(start + first) * columns + scores.len();
            let to = gradient.as_deref_mut().and_then(|to| to.get_mut(range));
            let labels = weights.own_labels(first, scores.len() / columns);
            let factors = weights.factors_of(first, outputs.scale);
            let Some(costs) = margins.add(scores, S::Vector::arrays_mut(scratch), labels, factors, to) else {
                let (start, len) = (start * columns, block.len());
                return Err(rows.predictions.fault(start, len, Argument::Predictions, Problem::Nan, f64::is_nan));
            };
            let values = F64x2::chunks_mut(&mut values).get_mut(first / F64x2::LANES..).unwrap_or(&mut []);
            values.iter_mut().zip(costs).take(S::Vector::LANES / F64x2::LANES).for_each(|(to, x)| x.store(to));
        }
        let range = Range::<F64x2>::of(values.get(..len).unwrap_or(&[]));
        totals.add(&weights.block(start, len), &values, &range, &mut outputs.values);
    }
    Ok(())
}

/// What all tiles need.
struct Margins<'a, V: Vector> {
    config: &'a Config,
    math: Math<F64x2>,
    /// Constants in the type of the scores.
    scores: Math<V>,
}

impl<V: Vector> Margins<'_, V> {
    /// The values of the rows of a tile; writes their derivatives times `factors`. `None` with a NaN.
    #[inline(always)]
    fn add(
        &self,
        scores: &[V::Scalar],
        tile: &mut [V::Array],
        labels: [usize; 4],
        factors: Pairs,
        to: Option<&mut [V::Scalar]>,
    ) -> Option<Pairs> {
        let tile = tile.get_mut(..self.config.columns)?;
        let is_exact = self.transpose(scores, tile)?;
        let own = own_scores::<V>(scores, self.config.columns, labels).widen();
        Some(if self.config.loss == Loss::MultiMargin {
            self.multi_margin(tile, is_exact, labels, own, factors, to)
        } else {
            self.hinge(tile, labels, own, factors, to)
        })
    }

    /// Puts the scores into lanes, and says whether their differences are exact in float64; `None` with a NaN.
    #[inline(always)]
    fn transpose(&self, scores: &[V::Scalar], tile: &mut [V::Array]) -> Option<bool> {
        let (zero, infinity) = (self.scores.zero, self.scores.infinity);
        let (mut are_numbers, mut largest, mut least) = (zero.eq(zero), zero, infinity);
        tile::each_quad(scores, self.config.columns, |start, quad: [V; 4]| {
            for (to, x) in tile.iter_mut().skip(start).zip(quad) {
                x.store(to);
                are_numbers = are_numbers.and(x.eq(x));
                let size = x.abs();
                largest = size.pmax(largest);
                least = size.or_where(size.eq(zero), infinity).pmin(least);
            }
        });
        let is_exact = V::LANES > F64x2::LANES
            && largest.lt(infinity).and(largest.le(least * V::splat(V::Scalar::from_f64(SPAN)))).all();
        are_numbers.all().then_some(is_exact)
    }

    /// Σ over the other classes of max(0, margin − x_y + x_c), or of its square, over the number of classes.
    #[inline(always)]
    fn multi_margin(
        &self,
        tile: &mut [V::Array],
        is_exact: bool,
        labels: [usize; 4],
        own: Pairs,
        factors: Pairs,
        to: Option<&mut [V::Scalar]>,
    ) -> Pairs {
        let (m, columns) = (&self.math, self.config.columns);
        let [power, margin, _] = self.config.parameters;
        let (is_squared, margin) = (power == 2.0, F64x2::splat(margin));
        let each = match (is_squared, to.is_some()) {
            (false, false) => Self::each::<false, false>,
            (false, true) => Self::each::<false, true>,
            (true, false) => Self::each::<true, false>,
            (true, true) => Self::each::<true, true>,
        };
        let (totals, slopes) = each(self, tile, is_exact, labels, own, margin, factors);
        if let Some(to) = to {
            tile::store::<V>(tile, to, columns, |_, derivative| derivative);
            let of_labels = core::array::from_fn(|i| -(slopes[i] * factors[i]).unless(factors[i].eq(m.zero)));
            store_own::<V>(to, columns, labels, V::narrow(of_labels, self.scores.to_high));
        }
        totals.map(|total| total / F64x2::splat(columns as f64))
    }

    /// What all rivals of each row's class come to, and the sum of the derivatives by them; these replace the scores, each
    /// times the row's factor.
    fn each<const SQUARED: bool, const DERIVED: bool>(
        &self,
        tile: &mut [V::Array],
        is_exact: bool,
        labels: [usize; 4],
        own: Pairs,
        margin: F64x2,
        factors: Pairs,
    ) -> (Pairs, Pairs) {
        let zero = self.math.zero;
        if is_exact {
            // A rival at −∞ lacks nothing.
            tile::put::<V>(tile, labels, -self.scores.infinity);
            self.rivals::<SQUARED, DERIVED>(tile, factors, |rivals, i| ((rivals - own[i]) + margin).pmax(zero))
        } else {
            tile::put::<V>(tile, labels, V::splat(V::Scalar::NAN));
            self.rivals::<SQUARED, true>(tile, factors, |rivals, i| {
                let short = missing(rivals, own[i], margin);
                short.only(zero.lt(short))
            })
        }
    }

    #[inline(always)]
    fn rivals<const SQUARED: bool, const DERIVED: bool>(
        &self,
        tile: &mut [V::Array],
        factors: Pairs,
        short: impl Fn(F64x2, usize) -> F64x2,
    ) -> (Pairs, Pairs) {
        let (zero, to_high) = (self.math.zero, self.scores.to_high);
        let [power, ..] = self.config.parameters;
        let slope = F64x2::splat(power / self.config.columns as f64);
        let (mut totals, mut slopes) = ([zero; 2], [zero; 2]);
        for x in tile {
            let rivals = V::load(x).widen();
            let mut derivatives = [zero; 2];
            for i in 0..V::LANES / F64x2::LANES {
                let short = short(rivals[i], i);
                totals[i] = totals[i] + if SQUARED { short * short } else { short };
                if DERIVED {
                    let derivative = if SQUARED { short * slope } else { slope.unless(short.le(zero)) };
                    slopes[i] = slopes[i] + derivative;
                    derivatives[i] = (derivative * factors[i]).unless(factors[i].eq(zero));
                }
            }
            if DERIVED {
                V::narrow(derivatives, to_high).store(x);
            }
        }
        (totals, slopes)
    }

    /// max(0, 1 + the largest other score − that of the label).
    #[inline(always)]
    fn hinge(
        &self,
        tile: &mut [V::Array],
        labels: [usize; 4],
        own: Pairs,
        factors: Pairs,
        to: Option<&mut [V::Scalar]>,
    ) -> Pairs {
        let (m, columns) = (&self.math, self.config.columns);
        tile::put::<V>(tile, labels, V::splat(V::Scalar::NAN));
        let rivals = tile::largest::<V>(tile);
        let largest = rivals.value.widen();
        let short: Pairs = core::array::from_fn(|i| {
            let short = missing(largest[i], own[i], m.one);
            short.only(m.zero.lt(short))
        });
        if let Some(to) = to {
            to.fill(V::Scalar::ZERO);
            let slopes: Pairs = core::array::from_fn(|i| factors[i].only(m.zero.lt(short[i])));
            let found = rivals.class.truncate();
            let other = core::array::from_fn(|lane| {
                let found = found.as_ref().get(lane).map_or(0, |&class| class as usize);
                // Where all others are −∞, none was found: it is the first.
                if found == labels[lane] { usize::from(labels[lane] == 0) } else { found }
            });
            store_own::<V>(to, columns, other, V::narrow(slopes, self.scores.to_high));
            store_own::<V>(to, columns, labels, V::narrow(slopes.map(|slope| -slope), self.scores.to_high));
        }
        short
    }
}

/// What a score lacks to a rival with a margin: (rival − own) + margin, rounded once even where margin and scores are far
/// apart. Infinities of one sign are equal.
#[inline(always)]
fn missing(rival: F64x2, own: F64x2, margin: F64x2) -> F64x2 {
    let d = rival - own;
    let part = d - rival;
    let error = (rival - (d - part)) - (own + part);
    let sum = d + margin;
    let part = sum - d;
    let rest = (d - (sum - part)) + (margin - part);
    let errors = error + rest;
    let sum = sum + errors.only(errors.eq(errors));
    F64x2::select(rival.eq(own), margin, sum)
}
