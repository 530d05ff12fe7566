//! An element of each column of each row.

use super::bins::Binner;
use super::places::Places;
use super::rows::{prediction_fault, settled};
use super::{Config, Of, Rows};
use crate::input::{Argument, BLOCK, Fault, Numbers, Status};
use crate::losses::Total;
use crate::math::Math;
use crate::simd::{F32x4, F64x2, Mask, Scalar, Vector};
use crate::tile;

/// Adds the elements of all columns to their places.
pub fn add(
    config: &Config,
    tiles: &mut [i64],
    rows: &Rows<'_>,
    binner: &Binner<'_>,
    places: &mut Places<'_>,
) -> Status {
    match rows.predictions {
        Numbers::F32(x) => read::<F32x4>(config, x, tiles, rows, binner, places),
        Numbers::F64(x) => read::<F64x2>(config, x, tiles, rows, binner, places),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

fn read<V: Vector>(
    config: &Config,
    values: &[V::Scalar],
    tiles: &mut [i64],
    rows: &Rows<'_>,
    binner: &Binner<'_>,
    places: &mut Places<'_>,
) -> Status {
    let columns = config.columns;
    let count = values.len() / columns;
    let Some(tile) = V::arrays_mut(tiles).get_mut(..columns) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    let (math, scale) = (Math::<V>::new(), binner.scale::<V>());
    let table = if config.of == Of::EachClass { config.bins } else { 0 };
    for start in (0..count).step_by(BLOCK) {
        let block = BLOCK.min(count - start);
        let targets = Targets::read(config, rows, start, block)?;
        for first in (0..block).step_by(V::LANES) {
            let lanes = V::LANES.min(block - first);
            let at = (start + first) * columns;
            if !probabilities(config, &math, values.get(at..at + lanes * columns).unwrap_or(&[]), tile) {
                return Err(prediction_fault(config, &rows.predictions, at, lanes * columns));
            }
            let weights = targets.weights.get(first..first + lanes).unwrap_or(&[]);
            for (column, p) in tile.iter().enumerate() {
                let p = V::load(p);
                let bins = binner.vector(&scale, p);
                let mut confidences = [0.0; 4];
                V::wide_chunks_mut(&mut confidences).iter_mut().take(1).for_each(|to| p.store_wide(to));
                let bins = bins.as_ref().get(..lanes).unwrap_or(&[]);
                places.enter_lanes(column * table, bins, &confidences, weights);
            }
            for (lane, &weight) in weights.iter().enumerate() {
                targets.each_hit(&rows.labels, first + lane, |column| {
                    let p = tile.get(column).and_then(|p| p.as_ref().get(lane)).map_or(0.0, |p| p.to_f64());
                    places.make_right(column * table + binner.one(p) as usize, p, weight);
                });
            }
            places.flush_full();
        }
    }
    Ok(())
}

/// The probabilities of a tile of rows; false where something in it is none, or no number. One copy of it, for the
/// exponential is long.
#[inline(never)]
pub fn probabilities<V: Vector>(config: &Config, math: &Math<V>, rows: &[V::Scalar], tile: &mut [V::Array]) -> bool {
    let columns = config.columns;
    if config.logits && !config.multilabel && columns > 1 {
        let largest = settled::<V>(math, rows, columns, tile);
        let total = Total::of(math, largest, tile, |place, _, e| e.store(place)).sum;
        tile.iter_mut().for_each(|p| (V::load(p) / total).store(p));
        return total.eq(total).all();
    }
    tile::transpose::<V>(rows, columns, tile);
    if !config.logits {
        return tile::are_probabilities::<V>(tile);
    }
    let fine = tile::are_numbers::<V>(tile);
    tile.iter_mut().for_each(|x| math.sigmoid(V::load(x)).store(x));
    fine
}

/// Labels and weights of a block of rows.
struct Targets<'a> {
    config: &'a Config,
    start: usize,
    /// Of single labels.
    labels: [i32; BLOCK],
    weights: [f64; BLOCK],
}

impl<'a> Targets<'a> {
    fn read(config: &'a Config, rows: &Rows<'_>, start: usize, len: usize) -> Result<Self, Fault> {
        let mut targets = Self { config, start, labels: [0; BLOCK], weights: [0.0; BLOCK] };
        let mut buffer = [0; BLOCK];
        if config.multilabel {
            let end = (start + len) * config.columns;
            for at in (start * config.columns..end).step_by(BLOCK) {
                rows.labels.labels(at, BLOCK.min(end - at), 2, None, Argument::Targets, &mut buffer)?;
            }
        } else {
            let classes = config.columns.max(2) as i32;
            let labels = rows.labels.labels(start, len, classes, None, Argument::Targets, &mut buffer)?;
            targets.labels.iter_mut().zip(labels).for_each(|(to, &label)| *to = label);
        }
        if let Some(weights) = &rows.weights {
            let mut buffer = [0.0; BLOCK];
            let weights = weights.weights(start, len, Argument::SampleWeight, &mut buffer)?;
            targets.weights.iter_mut().zip(weights).for_each(|(to, &weight)| *to = weight);
        }
        Ok(targets)
    }

    /// Calls with each column whose class or label a row of the block has.
    #[inline(always)]
    fn each_hit(&self, labels: &Numbers<'_>, row: usize, mut hit: impl FnMut(usize)) {
        if self.config.multilabel {
            let first = (self.start + row) * self.config.columns;
            (0..self.config.columns).filter(|column| labels.at(first + column) == 1.0).for_each(hit);
        } else {
            self.labels.get(row).into_iter().for_each(|&label| hit(label as usize));
        }
    }
}
