//! Negative log-likelihood: one number of each row, taken as it is.

use super::gradient::Stored;
use super::weights::Weights;
use super::{Run, times};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status, are_below_infinity};
use crate::math::Math;
use crate::simd::{Mask, Scalar, Vector};
use crate::sum::Range;

/// Elements of the gradient that are cleared together: few enough to stay in the nearest cache until the rows' own
/// derivatives are put among them.
const NEAR: usize = 1024;

/// Adds all rows.
pub fn update(run: &mut Run<'_, '_, '_>) -> Status {
    match run.rows.predictions {
        Numbers::F32(scores) => rows(scores, run),
        Numbers::F64(scores) => rows(scores, run),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

#[inline(never)]
fn rows<S: Stored>(scores: &[S], run: &mut Run<'_, '_, '_>) -> Status {
    let Run { config, rows, totals, outputs } = run;
    let columns = config.columns;
    let mut gradient = S::room(&mut outputs.gradient)?;
    let mut weights = Weights::new();
    let mut values: Buffer<S> = [S::ZERO; BLOCK];
    for (index, block) in scores.chunks(BLOCK * columns).enumerate() {
        let (start, len) = (index * BLOCK, block.len() / columns);
        weights.read(config, rows, start, len)?;
        let Some(range) = gather(block, columns, weights.labels(), &mut values) else {
            let outside = |x: f64| x.is_nan() || x == f64::INFINITY;
            let (start, len) = (start * columns, block.len());
            return Err(rows.predictions.fault(start, len, Argument::Predictions, Problem::Infinite, outside));
        };
        if let Some(to) = gradient.as_deref_mut().and_then(|to| to.get_mut(start * columns..(start + len) * columns)) {
            let derivative = |factor| S::from_f64(-times(factor, outputs.scale));
            match weights.factors() {
                None => scatter(to, columns, weights.labels(), core::iter::repeat(derivative(1.0))),
                Some(factors) => scatter(to, columns, weights.labels(), factors.iter().map(|&w| derivative(w))),
            }
        }
        totals.add(&weights.block(start, len), &values, &range, &mut outputs.values);
    }
    Ok(())
}

/// The numbers of the rows' own classes, negated, and the values' range; none where any number of any class is NaN or ∞.
/// An ignored label has weight 0: any number will do.
///
/// Four rows are checked and looked up at a time, so that memory need not wait for the look-ups.
#[inline(always)]
fn gather<S: Scalar>(scores: &[S], columns: usize, labels: &[i32], values: &mut [S]) -> Option<Range<S::Vector>> {
    let math = Math::<S::Vector>::new();
    let own = |scores: &[S], row: usize, label: i32| {
        let own = scores.get((row * columns).wrapping_add(label as usize)).copied().unwrap_or(S::ZERO);
        S::from_f64(-own.to_f64())
    };
    let mut fine = math.zero.eq(math.zero);
    let mut range = Range::new();
    let quads = scores.chunks_exact(4 * columns);
    let last_scores = quads.remainder();
    let whole = quads.len();
    let (labels, values) = (labels.as_chunks::<4>().0, values.as_chunks_mut::<4>().0);
    for ((scores, labels), values) in quads.zip(labels).zip(&mut *values) {
        fine = S::Vector::chunks(scores).iter().fold(fine, |fine, x| fine.and(S::Vector::load(x).lt(math.infinity)));
        *values = core::array::from_fn(|row| own(scores, row, labels[row]));
        S::Vector::chunks(values).iter().for_each(|values| range.see_any(&math, S::Vector::load(values)));
    }
    // What is beyond the last row stays what it was in an earlier block: it widens the range at most.
    if let (Some(values), Some(labels)) = (values.get_mut(whole), labels.get(whole)) {
        let rows = last_scores.len() / columns;
        for (row, (value, &label)) in values.iter_mut().zip(labels).enumerate().take(rows) {
            *value = own(last_scores, row, label);
        }
        S::Vector::chunks(values).iter().for_each(|values| range.see_any(&math, S::Vector::load(values)));
    }
    (fine.all() && are_below_infinity(last_scores)).then_some(range)
}

/// Rows of zeros, but for the derivative of each row's own class.
#[inline(always)]
fn scatter<S: Scalar>(to: &mut [S], columns: usize, labels: &[i32], mut derivatives: impl Iterator<Item = S>) {
    let near = (NEAR / columns).max(1);
    for (to, labels) in to.chunks_mut(near * columns).zip(labels.chunks(near)) {
        to.fill(S::ZERO);
        for ((row, &label), derivative) in to.chunks_exact_mut(columns).zip(labels).zip(&mut derivatives) {
            row.get_mut(label as usize).into_iter().for_each(|own| *own = derivative);
        }
    }
}
