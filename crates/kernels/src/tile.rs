//! Rows side by side: one row in each lane, one vector for each column.

use crate::math::Coefficients;
use crate::simd::{Mask, Vector};

/// Transposes rows into lanes; lanes beyond the last row repeat it.
#[inline(always)]
pub fn transpose<V: Vector>(rows: &[V::Scalar], columns: usize, to: &mut [V::Array]) {
    let last = (rows.len() / columns).saturating_sub(1);
    let rows: [&[V::Scalar]; 4] = core::array::from_fn(|lane| {
        let start = lane.min(last) * columns;
        rows.get(start..start + columns).unwrap_or(&[])
    });
    let quads = rows.map(|row| row.as_chunks::<4>().0);
    let (whole, rest) = to.as_chunks_mut::<4>();
    let [a, b, c, d] = quads;
    for ((((to, a), b), c), d) in whole.iter_mut().zip(a).zip(b).zip(c).zip(d) {
        V::transpose([a, b, c, d], to);
    }
    let tails = rows.map(|row| row.as_chunks::<4>().1);
    for (column, to) in rest.iter_mut().enumerate() {
        V::from_fn(|lane| tails[lane & 3].get(column).copied().unwrap_or(V::Scalar::ZERO)).store(to);
    }
}

/// Whether no value is NaN.
#[inline(always)]
pub fn are_numbers<V: Vector>(tile: &[V::Array]) -> bool {
    let zero = V::splat(V::Scalar::ZERO);
    let fine = tile.iter().fold(zero.eq(zero), |fine, x| {
        let x = V::load(x);
        fine.and(x.eq(x))
    });
    fine.all()
}

/// In each lane the value of its own column.
#[inline(always)]
pub fn gather<V: Vector>(tile: &[V::Array], column: V) -> V {
    let columns = column.truncate();
    V::from_fn(|lane| {
        let column = columns.as_ref().get(lane).map_or(0, |&column| column as usize);
        tile.get(column).and_then(|x| x.as_ref().get(lane)).copied().unwrap_or(V::Scalar::ZERO)
    })
}

/// Writes in each lane the value of its own column.
#[inline(always)]
pub fn replace<V: Vector>(tile: &mut [V::Array], column: V, value: V) {
    for (lane, (&column, &value)) in column.truncate().as_ref().iter().zip(value.to_array().as_ref()).enumerate() {
        if let Some(to) = tile.get_mut(column as usize).and_then(|x| x.as_mut().get_mut(lane)) {
            *to = value;
        }
    }
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
