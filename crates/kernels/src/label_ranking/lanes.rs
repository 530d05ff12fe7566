//! Rows of few labels side by side, one in each lane: every label is compared with every other one.

use super::Measure;
use crate::input::{BLOCK, Buffer};
use crate::math::Coefficients;
use crate::simd::{F64x2, Scalar, Vector};
use crate::tile::transpose;

/// More labels than these are sorted. Up to 36, sums of shares can be exact: see [`MULTIPLE`].
pub const LABELS: usize = 36;

/// The least common multiple of 1..=36. Times 36 it is below 2⁵³, so that sums of up to 36 fractions with these
/// denominators are whole numbers of this part of 1, without rounding.
const MULTIPLE: f64 = 144_403_552_893_600.0;

/// A column of the rows side by side.
type Column<V> = <V as Vector>::Array;

/// Writes what each of some rows is worth, at most [`BLOCK`] elements of them.
pub fn write<S: Scalar>(measure: Measure, labels: usize, scores: &[S], gains: &[f64], to: &mut [f64]) {
    let mut true_ones: Buffer<S> = [S::ZERO; BLOCK];
    true_ones.iter_mut().zip(gains).for_each(|(to, &gain)| *to = S::from_f64(gain));
    let together = labels * S::Vector::LANES;
    let nothing = S::Vector::splat(S::ZERO).to_array();
    let (mut score_tile, mut true_tile) = ([nothing; LABELS], [nothing; LABELS]);
    let (Some(x), Some(y)) = (score_tile.get_mut(..labels), true_tile.get_mut(..labels)) else { return };
    let rows = scores.chunks(together).zip(true_ones.get(..scores.len()).unwrap_or(&[]).chunks(together));
    for ((scores, true_ones), to) in rows.zip(to.chunks_mut(S::Vector::LANES)) {
        transpose::<S::Vector>(scores, labels, x);
        transpose::<S::Vector>(true_ones, labels, y);
        let worth = match measure {
            Measure::Coverage => coverage::<S::Vector>(x, y),
            Measure::AveragePrecision => average_precision::<S::Vector>(x, y),
            _ => loss::<S::Vector>(x, y),
        };
        to.iter_mut().zip(worth).for_each(|(to, worth)| *to = worth);
    }
}

/// What four lanes, or fewer, are worth.
type Worth = [f64; 4];

fn wide<V: Vector>(lanes: V) -> Worth {
    let mut wide = [0.0; 4];
    if let Some(to) = V::wide_chunks_mut(&mut wide).first_mut() {
        lanes.store_wide(to);
    }
    wide
}

/// How many labels score at least as high as `score`, and how many of these are true.
#[inline(always)]
fn reach<V: Vector>(score: V, x: &[Column<V>], y: &[Column<V>]) -> (V, V) {
    let (zero, one) = (V::splat(V::Scalar::ZERO), V::splat(V::Scalar::ONE));
    x.iter().zip(y).fold((zero, zero), |(labels, true_ones), (x, y)| {
        let below = V::load(x).lt(score);
        (labels + one.unless(below), true_ones + V::load(y).unless(below))
    })
}

fn sum<V: Vector>(y: &[Column<V>]) -> V {
    y.iter().fold(V::splat(V::Scalar::ZERO), |sum, y| sum + V::load(y))
}

fn coverage<V: Vector>(x: &[Column<V>], y: &[Column<V>]) -> Worth {
    let (zero, infinity) = (V::splat(V::Scalar::ZERO), V::splat(V::Scalar::INFINITY));
    let lowest = x
        .iter()
        .zip(y)
        .fold(infinity, |lowest, (x, y)| V::select(V::load(y).eq(zero), infinity, V::load(x)).pmin(lowest));
    let (labels, _) = reach(lowest, x, y);
    wide(labels.unless(sum::<V>(y).eq(zero)))
}

fn average_precision<V: Vector>(x: &[Column<V>], y: &[Column<V>]) -> Worth {
    let multiple = F64x2::splat(MULTIPLE);
    let mut sums = [F64x2::splat(0.0); 2];
    for (score, is_true) in x.iter().zip(y) {
        let (labels, true_ones) = reach(V::load(score), x, y);
        let (labels, true_ones) = (wide(labels), wide(true_ones * V::load(is_true)));
        for ((sum, labels), true_ones) in sums.iter_mut().zip(F64x2::chunks(&labels)).zip(F64x2::chunks(&true_ones)) {
            *sum = *sum + F64x2::load(true_ones) * (multiple / F64x2::load(labels));
        }
    }
    let [[a, b], [c, d]] = sums.map(Vector::to_array);
    let mut worth = [a, b, c, d];
    for (worth, count) in worth.iter_mut().zip(wide(sum::<V>(y))) {
        *worth = if count == 0.0 { 1.0 } else { *worth / (MULTIPLE * count) };
    }
    worth
}

fn loss<V: Vector>(x: &[Column<V>], y: &[Column<V>]) -> Worth {
    let mut wrong = V::splat(V::Scalar::ZERO);
    for (score, is_true) in x.iter().zip(y) {
        let (labels, true_ones) = reach(V::load(score), x, y);
        wrong = wrong + (labels - true_ones) * V::load(is_true);
    }
    let mut worth = wide(wrong);
    for (worth, count) in worth.iter_mut().zip(wide(sum::<V>(y))) {
        let pairs = count * (x.len() as f64 - count);
        *worth = if pairs == 0.0 { 0.0 } else { *worth / pairs };
    }
    worth
}
