//! Rows side by side: one row in each lane, one vector for each column.

use crate::decide::Ties;
use crate::math::Coefficients;
use crate::simd::{Mask, Vector};

/// Transposes rows into lanes; lanes beyond the last row repeat it. Gives the largest value of each lane, of which a NaN
/// is none.
#[inline(always)]
pub fn transpose<V: Vector>(rows: &[V::Scalar], columns: usize, to: &mut [V::Array]) -> V {
    let mut largest = [-V::splat(V::Scalar::INFINITY); 4];
    each_quad(rows, columns, |start, quad: [V; 4]| {
        for ((to, x), largest) in to.iter_mut().skip(start).zip(quad).zip(&mut largest) {
            x.store(to);
            *largest = largest.pmax(x);
        }
    });
    let [a, b, c, d] = largest;
    a.pmax(b).pmax(c.pmax(d))
}

/// Calls with each four columns of rows that lie in lanes, and with the first of the four. Where columns are left over,
/// the last four come again; fewer than four are filled up with the last of them.
#[inline(always)]
pub fn each_quad<V: Vector>(rows: &[V::Scalar], columns: usize, mut body: impl FnMut(usize, [V; 4])) {
    let last = (rows.len() / columns).saturating_sub(1);
    let rows: [&[V::Scalar]; 4] = core::array::from_fn(|lane| {
        let start = lane.min(last) * columns;
        rows.get(start..start + columns).unwrap_or(&[])
    });
    if columns < 4 {
        return body(
            0,
            core::array::from_fn(|column| {
                V::from_fn(|lane| rows[lane & 3].get(column.min(columns - 1)).copied().unwrap_or(V::Scalar::ZERO))
            }),
        );
    }
    for start in (0..columns).step_by(4) {
        let start = start.min(columns - 4);
        if let [Some(a), Some(b), Some(c), Some(d)] = rows.map(|row| row.get(start..).and_then(|row| row.first_chunk()))
        {
            body(start, V::columns([a, b, c, d]));
        }
    }
}

/// The reverse: writes as many rows as there is room for, each value as `derive` makes it of column and value.
#[inline(always)]
pub fn store<V: Vector>(tile: &[V::Array], to: &mut [V::Scalar], columns: usize, derive: impl Fn(usize, V) -> V) {
    let mut rows = to.chunks_mut(columns);
    let mut rows: [&mut [V::Scalar]; 4] = core::array::from_fn(|_| rows.next().unwrap_or(&mut []));
    if columns < 4 {
        for (column, x) in tile.iter().enumerate() {
            let values = derive(column, V::load(x)).to_array();
            for (row, &value) in rows.iter_mut().zip(values.as_ref()) {
                row.get_mut(column).into_iter().for_each(|to| *to = value);
            }
        }
        return;
    }
    for start in (0..columns).step_by(4) {
        let start = start.min(columns - 4);
        let Some(quad) = tile.get(start..).and_then(|tile| tile.first_chunk::<4>()) else { return };
        let quad = core::array::from_fn(|i| derive(start + i, V::load(&quad[i])));
        V::store_columns(quad, rows.each_mut().map(|row| row.get_mut(start..).and_then(|row| row.first_chunk_mut())));
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

/// In each lane the value of its own column, a whole number.
#[inline(always)]
pub fn gather<V: Vector>(tile: &[V::Array], column: V) -> V {
    let column = column.truncate();
    at::<V>(tile, core::array::from_fn(|lane| column.as_ref().get(lane).map_or(0, |&column| column as usize)))
}

/// In each lane the value of its own column.
#[inline(always)]
pub fn at<V: Vector>(tile: &[V::Array], columns: [usize; 4]) -> V {
    V::from_fn(|lane| {
        let value = columns.get(lane).and_then(|&column| tile.get(column)).and_then(|x| x.as_ref().get(lane));
        value.copied().unwrap_or(V::Scalar::ZERO)
    })
}

/// Writes in each lane the value of its own column.
#[inline(always)]
pub fn put<V: Vector>(tile: &mut [V::Array], columns: [usize; 4], values: V) {
    for (lane, (&column, &value)) in columns.iter().zip(values.to_array().as_ref()).enumerate() {
        if let Some(to) = tile.get_mut(column).and_then(|x| x.as_mut().get_mut(lane)) {
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
        let columns = [1, 0, 0, 1];
        let column = F32x4::from_fn(|lane| columns[lane] as f32);
        assert_eq!(gather(&tile, column).to_array(), [2.0, 3.0, 5.0, 8.0]);
        assert_eq!(at::<F32x4>(&tile, columns).to_array(), [2.0, 3.0, 5.0, 8.0]);
        put(&mut tile, columns, F32x4::splat(9.0));
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
