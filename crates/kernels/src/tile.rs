//! Rows side by side: one row in each lane, one vector for each column.

use crate::math::Coefficients;
use crate::simd::{Mask, Vector};

/// Transposes rows into lanes; lanes beyond the last row repeat it. False where there is a NaN.
pub fn transpose<V: Vector>(rows: &[V::Scalar], columns: usize, to: &mut [V::Array]) -> bool {
    let last = (rows.len() / columns).saturating_sub(1);
    let row = |lane: usize| {
        let start = lane.min(last) * columns;
        rows.get(start..start + columns).unwrap_or(&[])
    };
    let zero = V::splat(V::Scalar::ZERO);
    let mut fine = zero.eq(zero);
    for (class, to) in to.iter_mut().enumerate() {
        let x = V::from_fn(|lane| row(lane).get(class).copied().unwrap_or(V::Scalar::ZERO));
        fine = fine.and(x.eq(x));
        x.store(to);
    }
    fine.all()
}

/// The largest value of each lane.
pub struct Largest<V> {
    /// The value.
    pub value: V,
    /// Its column, the first on ties.
    pub class: V,
}

/// The largest value of each lane. NaN must have been ruled out.
#[inline(always)]
pub fn largest<V: Vector>(tile: &[V::Array]) -> Largest<V> {
    let (zero, one) = (V::splat(V::Scalar::ZERO), V::splat(V::Scalar::ONE));
    let mut largest = Largest { value: -V::splat(V::Scalar::INFINITY), class: zero };
    let mut index = zero;
    for x in tile {
        let x = V::load(x);
        largest.class = V::select(largest.value.lt(x), index, largest.class);
        largest.value = largest.value.pmax(x);
        index = index + one;
    }
    largest
}

/// Whether all values are within 0..=1.
#[inline(always)]
pub fn are_probabilities<V: Vector>(tile: &[V::Array]) -> bool {
    let (zero, one) = (V::splat(V::Scalar::ZERO), V::splat(V::Scalar::ONE));
    let fine = tile.iter().fold(zero.eq(zero), |fine, x| {
        let x = V::load(x);
        fine.and(zero.le(x)).and(x.le(one))
    });
    fine.all()
}
