//! An element of each column of each row.

use super::elements::Elements;
use super::rows::{look_at, prediction_fault};
use super::{Config, Of, Rows};
use crate::input::{Argument, BLOCK, Fault, Numbers, Status};
use crate::math::Math;
use crate::simd::{F32x4, F64x2, Vector};
use crate::tile;

/// Calls with elements, as many at a time as fit.
pub fn each(
    config: &Config,
    tiles: &mut [i64],
    rows: &Rows<'_>,
    elements: &mut Elements,
    take: &mut dyn FnMut(&mut Elements),
) -> Status {
    match rows.predictions {
        Numbers::F32(x) => read::<F32x4>(config, x, tiles, rows, elements, take),
        Numbers::F64(x) => read::<F64x2>(config, x, tiles, rows, elements, take),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

fn read<V: Vector>(
    config: &Config,
    values: &[V::Scalar],
    tiles: &mut [i64],
    rows: &Rows<'_>,
    elements: &mut Elements,
    take: &mut dyn FnMut(&mut Elements),
) -> Status {
    let columns = config.columns;
    let count = values.len() / columns;
    let Some(tile) = V::arrays_mut(tiles).get_mut(..columns) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    let math = Math::<V>::new();
    let table = if config.of == Of::EachClass { config.bins } else { 0 };
    elements.len = 0;
    for start in (0..count).step_by(BLOCK) {
        let block = BLOCK.min(count - start);
        let targets = Targets::read(config, rows, start, block)?;
        for first in (0..block).step_by(V::LANES) {
            let lanes = V::LANES.min(block - first);
            let at = (start + first) * columns;
            if !probabilities(config, &math, values.get(at..at + lanes * columns).unwrap_or(&[]), tile) {
                return Err(prediction_fault(config, &rows.predictions, at, lanes * columns));
            }
            for (column, p) in tile.iter().enumerate() {
                if elements.len + V::LANES > BLOCK {
                    take(elements);
                    elements.len = 0;
                }
                elements.push::<V>(V::load(p), lanes, column * table);
                targets.hits(&rows.labels, first, column, elements.last(lanes));
                if config.weighted {
                    targets.weigh(first, elements.last_weights(lanes));
                }
            }
        }
    }
    take(elements);
    Ok(())
}

/// The probabilities of a tile of rows; false where something in it is none, or no number. One copy of it, for the
/// exponential is long.
#[inline(never)]
pub fn probabilities<V: Vector>(config: &Config, math: &Math<V>, rows: &[V::Scalar], tile: &mut [V::Array]) -> bool {
    let columns = config.columns;
    if config.logits && !config.multilabel && columns > 1 {
        let look = look_at::<V>(math, rows, columns, tile);
        let row = look.softmax(math, rows, tile);
        tile::put::<V>(tile, look.classes, row.own);
        let total = row.own + V::narrow(row.rest, math.to_high);
        tile.iter_mut().for_each(|p| (V::load(p) / total).store(p));
        return row.is_number();
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

    /// Whether each row from `first` on has the column's class or label.
    #[inline(always)]
    fn hits(&self, labels: &Numbers<'_>, first: usize, column: usize, to: &mut [i32]) {
        if self.config.multilabel {
            for (i, to) in to.iter_mut().enumerate() {
                *to = i32::from(labels.at((self.start + first + i) * self.config.columns + column) == 1.0);
            }
        } else {
            let rows = self.labels.get(first..).unwrap_or(&[]);
            to.iter_mut().zip(rows).for_each(|(to, &label)| *to = i32::from(label == column as i32));
        }
    }

    #[inline(always)]
    fn weigh(&self, first: usize, to: &mut [f64]) {
        let rows = self.weights.get(first..).unwrap_or(&[]);
        to.iter_mut().zip(rows).for_each(|(to, &weight)| *to = weight);
    }
}

impl Elements {
    /// Adds the confidences of some lanes, whose places begin at `base`; hits and weights are to be written.
    #[inline(always)]
    fn push<V: Vector>(&mut self, p: V, lanes: usize, base: usize) {
        let end = self.len + V::LANES;
        if let Some(to) = self.confidences.get_mut(self.len..end).and_then(|to| V::wide_chunks_mut(to).first_mut()) {
            p.store_wide(to);
        }
        if let Some(to) = self.bases.get_mut(self.len..end) {
            to.fill(base as i32);
        }
        self.len += lanes;
    }

    /// Hits of the last so many elements.
    #[inline(always)]
    fn last(&mut self, lanes: usize) -> &mut [i32] {
        self.hits.get_mut(self.len - lanes..self.len).unwrap_or(&mut [])
    }

    /// Weights of the last so many elements.
    #[inline(always)]
    fn last_weights(&mut self, lanes: usize) -> &mut [f64] {
        self.weights.get_mut(self.len - lanes..self.len).unwrap_or(&mut [])
    }
}
