//! Rows side by side: one row in each lane, one vector for each column.

use crate::decide::Ties;
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
    /// Its column.
    pub class: V,
}

/// The largest value of each lane, the first on ties. NaN must have been ruled out.
#[inline(always)]
pub fn largest<V: Vector>(tile: &[V::Array]) -> Largest<V> {
    largest_by(tile, V::lt)
}

/// The largest value of each lane, the last on ties. NaN must have been ruled out.
#[inline(always)]
pub fn last_largest<V: Vector>(tile: &[V::Array]) -> Largest<V> {
    largest_by(tile, V::le)
}

#[inline(always)]
fn largest_by<V: Vector>(tile: &[V::Array], gives_way: impl Fn(V, V) -> V::Mask) -> Largest<V> {
    let (zero, one) = (V::splat(V::Scalar::ZERO), V::splat(V::Scalar::ONE));
    let mut largest = Largest { value: -V::splat(V::Scalar::INFINITY), class: zero };
    let mut index = zero;
    for x in tile {
        let x = V::load(x);
        largest.class = V::select(gives_way(largest.value, x), index, largest.class);
        largest.value = largest.value.pmax(x);
        index = index + one;
    }
    largest
}

/// How many values of each lane come before that of its own column: larger ones, and equal ones as ties are decided.
#[inline(always)]
pub fn rank<V: Vector>(tile: &[V::Array], column: V, ties: Ties) -> V {
    let (zero, one) = (V::splat(V::Scalar::ZERO), V::splat(V::Scalar::ONE));
    let own = gather::<V>(tile, column);
    let (mut rank, mut index) = (zero, zero);
    for x in tile {
        let x = V::load(x);
        let nearer = if ties == Ties::First { index.lt(column) } else { column.lt(index) };
        rank = rank + one.only(own.lt(x).or(own.eq(x).and(nearer)));
        index = index + one;
    }
    rank
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{F32x4, F64x2, Scalar};
    use crate::testing::units;

    /// Rows of some columns as a tile, and the tile read back row by row.
    fn tile_of<V: Vector>(rows: &[f64], columns: usize) -> Vec<V::Array> {
        let rows: Vec<V::Scalar> = rows.iter().map(|&x| V::Scalar::from_f64(x)).collect();
        let mut tile = vec![V::splat(V::Scalar::ONE).to_array(); columns];
        transpose::<V>(&rows, columns, &mut tile);
        tile
    }

    fn lane<V: Vector>(tile: &[V::Array], lane: usize) -> Vec<f64> {
        tile.iter().map(|column| column.as_ref()[lane].to_f64()).collect()
    }

    fn lanes_are_rows<V: Vector>() {
        for columns in 1..=9 {
            for rows in 1..=V::LANES {
                // Whole eighths are the same in both types.
                let values: Vec<f64> = (0..rows * columns).map(|i| i as f64 / 8.0).collect();
                let tile = tile_of::<V>(&values, columns);
                for at in 0..V::LANES {
                    let row = at.min(rows - 1) * columns;
                    assert_eq!(lane::<V>(&tile, at), values[row..row + columns], "{columns} columns, {rows} rows");
                }
            }
        }
    }

    #[test]
    fn rows_become_lanes_and_the_last_is_repeated() {
        lanes_are_rows::<F32x4>();
        lanes_are_rows::<F64x2>();
    }

    fn largest_is_first<V: Vector>() {
        for columns in 1..=9 {
            // Few different values: ties are common.
            let values: Vec<f64> =
                units(columns as u64, V::LANES * columns).iter().map(|u| (u * 4.0).floor() - 2.0).collect();
            let found = largest::<V>(&tile_of::<V>(&values, columns));
            for (at, row) in values.chunks(columns).enumerate() {
                let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                assert_eq!(found.value.to_array().as_ref()[at].to_f64(), most);
                let class = row.iter().position(|&x| x == most).unwrap();
                assert_eq!(found.class.to_array().as_ref()[at].to_f64(), class as f64, "{row:?}");
            }
        }
    }

    #[test]
    fn the_largest_value_and_its_first_column() {
        largest_is_first::<F32x4>();
        largest_is_first::<F64x2>();
        let nothing = largest::<F64x2>(&tile_of::<F64x2>(&[f64::NEG_INFINITY; 6], 3));
        assert_eq!(nothing.value.to_array(), [f64::NEG_INFINITY; 2]);
        assert_eq!(nothing.class.to_array(), [0.0; 2]);
        let zeros = largest::<F64x2>(&tile_of::<F64x2>(&[-0.0, 0.0, 0.0, -0.0], 2));
        assert_eq!(zeros.class.to_array(), [0.0; 2], "zeros are equal, whatever their sign");
    }

    #[test]
    fn one_value_of_each_lane() {
        let mut tile = tile_of::<F32x4>(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], 2);
        let column = F32x4::from_fn(|lane| [1.0, 0.0, 0.0, 1.0][lane]);
        assert_eq!(gather(&tile, column).to_array(), [2.0, 3.0, 5.0, 8.0]);
        replace(&mut tile, column, F32x4::splat(9.0));
        assert_eq!(tile, [[1.0, 9.0, 9.0, 7.0], [9.0, 4.0, 6.0, 9.0]]);
    }

    #[test]
    fn checks_look_at_every_value() {
        for at in 0..12 {
            let with = |value: f64| {
                let mut values = [0.5; 12];
                values[at] = value;
                tile_of::<F32x4>(&values, 3)
            };
            for fine in [0.0, -0.0, 1.0, 1e-45] {
                assert!(are_probabilities::<F32x4>(&with(fine)));
            }
            for outside in [f64::NAN, -1e-45, 1.0 + f64::from(f32::EPSILON), f64::INFINITY] {
                assert!(!are_probabilities::<F32x4>(&with(outside)), "{outside} at {at}");
            }
            assert!(!are_numbers::<F32x4>(&with(f64::NAN)));
            assert!(are_numbers::<F32x4>(&with(f64::NEG_INFINITY)));
        }
    }
}
