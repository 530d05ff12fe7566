//! Losses of scores and the margins between them: in float64, rows side by side.

use super::gradient::Stored;
use super::multiclass::{own_scores, store_own};
use super::weights::Weights;
use super::{Config, Loss, Run};
use crate::input::{Argument, BLOCK, Fault, Numbers, Problem, Status};
use crate::math::{Coefficients, Math};
use crate::simd::{F64x2, Vector};
use crate::sum::Range;
use crate::tile;

/// Four rows, two and two.
type Pairs = [F64x2; 2];

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
    let margins =
        Margins::<S::Vector> { config, math: Math::new(), to_high: core::hint::black_box(S::Vector::TO_HIGH) };
    for (index, block) in scores.chunks(BLOCK * columns).enumerate() {
        let (start, len) = (index * BLOCK, block.len() / columns);
        weights.read(config, rows, start, len)?;
        if block.iter().fold(false, |any, x| any | x.to_f64().is_nan()) {
            let (start, len) = (start * columns, block.len());
            return Err(rows.predictions.fault(start, len, Argument::Predictions, Problem::Nan, f64::is_nan));
        }
        let mut values = [0.0; BLOCK];
        for (at, scores) in block.chunks(S::Vector::LANES * columns).enumerate() {
            let first = at * S::Vector::LANES;
            let range = (start + first) * columns..(start + first) * columns + scores.len();
            let to = gradient.as_deref_mut().and_then(|to| to.get_mut(range));
            let labels = weights.own_labels(first, scores.len() / columns);
            let factors = weights.factors_of(first, outputs.scale);
            let costs = margins.add(scores, S::Vector::arrays_mut(scratch), labels, factors, to);
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
    to_high: V,
}

impl<V: Vector> Margins<'_, V> {
    /// The values of the rows of a tile; writes their derivatives times `factors`.
    #[inline(always)]
    fn add(
        &self,
        scores: &[V::Scalar],
        tile: &mut [V::Array],
        labels: [usize; 4],
        factors: Pairs,
        to: Option<&mut [V::Scalar]>,
    ) -> Pairs {
        let own = own_scores::<V>(scores, self.config.columns, labels).widen();
        let tile = tile.get_mut(..self.config.columns).unwrap_or(&mut []);
        match self.config.loss {
            Loss::MultiMargin => self.multi_margin(scores, tile, labels, own, factors, to),
            Loss::MulticlassHinge => self.hinge(scores, tile, labels, own, factors, to),
            _ => {
                if let Some(to) = to {
                    to.fill(V::Scalar::ZERO);
                    store_own::<V>(to, self.config.columns, labels, V::narrow(factors.map(|x| -x), self.to_high));
                }
                own.map(|own| -own)
            }
        }
    }

    /// Puts the scores into lanes, but for those of labels, which become NaN.
    #[inline(always)]
    fn transpose(&self, scores: &[V::Scalar], tile: &mut [V::Array], labels: [usize; 4]) {
        tile::transpose::<V>(scores, self.config.columns, tile);
        tile::put::<V>(tile, labels, V::splat(V::Scalar::NAN));
    }

    /// Σ over the other classes of max(0, margin − x_y + x_c), or of its square, over the number of classes.
    fn multi_margin(
        &self,
        scores: &[V::Scalar],
        tile: &mut [V::Array],
        labels: [usize; 4],
        own: Pairs,
        factors: Pairs,
        to: Option<&mut [V::Scalar]>,
    ) -> Pairs {
        let (m, columns) = (&self.math, self.config.columns);
        let [power, margin, _] = self.config.parameters;
        let (is_squared, margin) = (power == 2.0, F64x2::splat(margin));
        let classes = F64x2::splat(columns as f64);
        let slope = F64x2::splat(power / columns as f64);
        // What is missing, and the derivative.
        let of = |rival: F64x2, own: F64x2| {
            let short = missing(rival, own, margin);
            let is_short = m.zero.lt(short);
            let derivative = if is_squared { short * slope } else { slope };
            (short.only(is_short), derivative.only(is_short))
        };
        self.transpose(scores, tile, labels);
        let (mut totals, mut slopes) = ([m.zero; 2], [m.zero; 2]);
        for rivals in &*tile {
            let rivals = V::load(rivals).widen();
            for i in 0..V::LANES / F64x2::LANES {
                let (short, derivative) = of(rivals[i], own[i]);
                totals[i] = totals[i] + if is_squared { short * short } else { short };
                slopes[i] = slopes[i] + derivative;
            }
        }
        if let Some(to) = to {
            let times = |i: usize, derivative: F64x2| (derivative * factors[i]).unless(factors[i].eq(m.zero));
            tile::store::<V>(tile, to, columns, |_, rivals| {
                let rivals = rivals.widen();
                V::narrow(core::array::from_fn(|i| times(i, of(rivals[i], own[i]).1)), self.to_high)
            });
            let of_labels = core::array::from_fn(|i| -times(i, slopes[i]));
            store_own::<V>(to, columns, labels, V::narrow(of_labels, self.to_high));
        }
        totals.map(|total| total / classes)
    }

    /// max(0, 1 + the largest other score − that of the label).
    fn hinge(
        &self,
        scores: &[V::Scalar],
        tile: &mut [V::Array],
        labels: [usize; 4],
        own: Pairs,
        factors: Pairs,
        to: Option<&mut [V::Scalar]>,
    ) -> Pairs {
        let (m, columns) = (&self.math, self.config.columns);
        self.transpose(scores, tile, labels);
        let rivals = tile::largest::<V>(tile);
        let largest = rivals.value.widen();
        let short: Pairs = core::array::from_fn(|i| {
            let short = missing(largest[i], own[i], m.one);
            // There may be no other class.
            if columns == 1 { m.zero } else { short.only(m.zero.lt(short)) }
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
            store_own::<V>(to, columns, other, V::narrow(slopes, self.to_high));
            store_own::<V>(to, columns, labels, V::narrow(slopes.map(|slope| -slope), self.to_high));
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
