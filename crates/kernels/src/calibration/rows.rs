//! One element of each row: the probability of class 1, or the largest one.

use super::bins::Binner;
use super::elements::Elements;
use super::{Config, Of, Rows};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::losses::{Look, Total};
use crate::math::{Coefficients, Math};
use crate::simd::{F32x4, F64x2, Mask, Vector};
use crate::tile;

/// Calls with the elements of each block, in bins if asked for, and the row at which it begins.
pub fn each(
    config: &Config,
    tiles: &mut [i64],
    rows: &Rows<'_>,
    binner: Option<&Binner<'_>>,
    elements: &mut Elements,
    take: &mut dyn FnMut(&mut Elements, usize),
) -> Status {
    let count = rows.labels.len();
    for start in (0..count).step_by(BLOCK) {
        let block = Block { config, rows, start, len: BLOCK.min(count - start) };
        elements.len = block.len;
        match rows.predictions {
            Numbers::F32(x) => block.read::<F32x4>(x, tiles, binner, elements)?,
            Numbers::F64(x) => block.read::<F64x2>(x, tiles, binner, elements)?,
            _ => return Err(Fault::misuse(Argument::Predictions)),
        }
        if let Some(weights) = &rows.weights {
            let mut buffer = [0.0; BLOCK];
            let weights = weights.weights(start, block.len, Argument::SampleWeight, &mut buffer)?;
            elements.weights.iter_mut().zip(weights).for_each(|(to, &weight)| *to = weight);
        }
        take(elements, start);
    }
    Ok(())
}

/// Some rows, at most [`BLOCK`].
struct Block<'a> {
    config: &'a Config,
    rows: &'a Rows<'a>,
    start: usize,
    len: usize,
}

impl Block<'_> {
    #[inline(never)]
    fn read<V: Vector>(
        &self,
        values: &[V::Scalar],
        tiles: &mut [i64],
        binner: Option<&Binner<'_>>,
        elements: &mut Elements,
    ) -> Status {
        self.read_labels(elements)?;
        if self.config.columns > 1 {
            self.read_rows::<V>(values, tiles, elements)?;
        } else {
            let mut buffer = [V::Scalar::ZERO; BLOCK];
            let mut computed = [V::Scalar::ZERO; BLOCK];
            let block = self.read_column::<V>(&mut buffer, &mut computed, elements)?;
            if self.config.of == Of::Positive {
                for (to, from) in V::wide_chunks_mut(&mut elements.confidences).iter_mut().zip(V::chunks(block)) {
                    V::load(from).store_wide(to);
                }
                // Bins of float32 are found faster before it is widened.
                binner.into_iter().for_each(|binner| binner.block::<V>(block, &mut elements.bins));
                return Ok(());
            }
        }
        binner.into_iter().for_each(|binner| binner.elements(elements));
        Ok(())
    }

    fn read_labels(&self, elements: &mut Elements) -> Status {
        let classes = self.config.columns.max(2) as i32;
        let mut buffer = [0; BLOCK];
        let labels = self.rows.labels.labels(self.start, self.len, classes, None, Argument::Targets, &mut buffer)?;
        elements.hits.iter_mut().zip(labels).for_each(|(to, &label)| *to = label);
        Ok(())
    }

    /// One probability a row. Of the top label it is the larger of it and the other class's, and hits are made of labels.
    fn read_column<'b, V: Vector>(
        &'b self,
        buffer: &'b mut Buffer<V::Scalar>,
        computed: &'b mut Buffer<V::Scalar>,
        elements: &mut Elements,
    ) -> Result<&'b [V::Scalar], Fault> {
        let predictions = &self.rows.predictions;
        let is_top = self.config.of == Of::TopLabel;
        if !self.config.logits {
            let block = predictions.probabilities(self.start, self.len, Argument::Predictions, buffer)?;
            if is_top {
                for ((confidence, hit), p) in elements.confidences.iter_mut().zip(&mut elements.hits).zip(block) {
                    let p = crate::simd::Scalar::to_f64(*p);
                    let positive = p > 1.0 - p;
                    *hit = i32::from(positive == (*hit == 1));
                    *confidence = if positive { p } else { 1.0 - p };
                }
            }
            return Ok(block);
        }
        let logits = predictions.logits(self.start, self.len, Argument::Predictions, buffer)?;
        let math = Math::<V>::new();
        for (to, from) in V::chunks_mut(computed).iter_mut().zip(V::chunks(logits)) {
            let logit = V::load(from);
            // The larger probability is that of the sign.
            math.sigmoid(if is_top { logit.abs() } else { logit }).store(to);
        }
        if is_top {
            for (hit, &logit) in elements.hits.iter_mut().zip(logits) {
                *hit = i32::from((logit > V::Scalar::ZERO) == (*hit == 1));
            }
            for (to, from) in V::wide_chunks_mut(&mut elements.confidences).iter_mut().zip(V::chunks(computed)) {
                V::load(from).store_wide(to);
            }
        }
        Ok(computed)
    }

    /// The largest probability of each row, the first on ties.
    fn read_rows<V: Vector>(&self, values: &[V::Scalar], tiles: &mut [i64], elements: &mut Elements) -> Status {
        let columns = self.config.columns;
        let (start, len) = (self.start * columns, self.len * columns);
        let rows = values.get(start..start + len).unwrap_or(&[]).chunks(V::LANES * columns);
        let fine = if self.config.logits {
            top_softmax::<V>(rows, columns, tiles, elements)
        } else {
            top_probabilities::<V>(rows, columns, tiles, elements)
        };
        if fine {
            return Ok(());
        }
        Err(prediction_fault(self.config, &self.rows.predictions, start, len))
    }
}

fn top_probabilities<'v, V: Vector>(
    rows: impl Iterator<Item = &'v [V::Scalar]>,
    columns: usize,
    tiles: &mut [i64],
    elements: &mut Elements,
) -> bool
where
    V::Scalar: 'v,
{
    let Some(tile) = V::arrays_mut(tiles).get_mut(..columns) else { return false };
    let to = V::wide_chunks_mut(&mut elements.confidences).iter_mut().zip(V::index_chunks_mut(&mut elements.hits));
    let mut fine = true;
    for (rows, (confidences, hits)) in rows.zip(to) {
        tile::transpose::<V>(rows, columns, tile);
        fine &= tile::are_probabilities::<V>(tile);
        let largest = tile::largest::<V>(tile);
        largest.value.store_wide(confidences);
        hit_where::<V>(hits, largest.class);
    }
    fine
}

/// The share of the largest exponential.
fn top_softmax<'v, V: Vector>(
    rows: impl Iterator<Item = &'v [V::Scalar]>,
    columns: usize,
    tiles: &mut [i64],
    elements: &mut Elements,
) -> bool
where
    V::Scalar: 'v,
{
    let Some(tile) = V::arrays_mut(tiles).get_mut(..columns) else { return false };
    let to = V::wide_chunks_mut(&mut elements.confidences).iter_mut().zip(V::index_chunks_mut(&mut elements.hits));
    let math = Math::<V>::new();
    let mut fine = math.zero.eq(math.zero);
    for (rows, (confidences, hits)) in rows.zip(to) {
        let largest = settled::<V>(&math, rows, columns, tile);
        let label = |lane: usize| hits.as_ref().get(lane).map_or(0, |&label| label as usize);
        let own = tile::at::<V>(tile, core::array::from_fn(label));
        let mut candidates = math.zero;
        let total = Total::of(&math, largest, tile, |_, x, _| candidates = candidates + math.one.only(x.eq(largest)));
        fine = fine.and(total.sum.eq(total.sum));
        (total.most / total.sum).store_wide(confidences);
        if math.one.lt(candidates).any() {
            hit_where::<V>(hits, tile::largest::<V>(tile).class);
        } else {
            *hits = math.one.only(own.eq(largest)).truncate();
        }
    }
    fine.all()
}

/// Transposes rows of logits, in the limit where they are infinite, and gives the largest of each.
#[inline(always)]
pub fn settled<V: Vector>(math: &Math<V>, rows: &[V::Scalar], columns: usize, tile: &mut [V::Array]) -> V {
    let largest = tile::transpose::<V>(rows, columns, tile);
    Look { classes: [0; 4], own: largest, largest }.settled(math, tile).largest
}

/// Labels become hits where they are the class.
#[inline(always)]
fn hit_where<V: Vector>(hits: &mut V::Indices, class: V) {
    for (hit, &class) in hits.as_mut().iter_mut().zip(class.truncate().as_ref()) {
        *hit = i32::from(*hit == class);
    }
}

/// What is wrong with predictions of which something is.
pub fn prediction_fault(config: &Config, predictions: &Numbers<'_>, start: usize, len: usize) -> Fault {
    if config.logits {
        return predictions.fault(start, len, Argument::Predictions, Problem::Nan, f64::is_nan);
    }
    let outside = |p: f64| !(0.0..=1.0).contains(&p);
    predictions.fault(start, len, Argument::Predictions, Problem::Probability, outside)
}
