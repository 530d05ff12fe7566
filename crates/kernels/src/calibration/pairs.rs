//! What is compared, written out row by row: for what needs it sorted.

use super::columns;
use super::elements::Elements;
use super::rows::{self, prediction_fault};
use super::{Config, Rows};
use crate::input::{Argument, BLOCK, Fault, Numbers, Status};
use crate::math::Math;
use crate::simd::{Scalar, Vector};
use crate::state::{Metric, Parts};
use crate::tile;

/// Writes the confidence of each row, and whether it was right.
pub fn pairs<S: Scalar>(
    config: &Config,
    words: &mut [i64],
    rows: &Rows<'_>,
    confidences: &mut [S],
    hits: &mut [u8],
) -> Status {
    let Some(Parts { scratch, .. }) = config.layout().split(words) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    rows::each(config, scratch, rows, None, &mut Elements::new(), &mut |elements, start| {
        let end = start + elements.len;
        let to = confidences.get_mut(start..end).unwrap_or(&mut []);
        to.iter_mut().zip(&elements.confidences).for_each(|(to, &from)| *to = S::from_f64(from));
        let to = hits.get_mut(start..end).unwrap_or(&mut []);
        to.iter_mut().zip(&elements.hits).for_each(|(to, &hit)| *to = hit as u8);
    })
}

/// Writes the probabilities of rows of logits.
pub fn probabilities<S: Scalar>(
    config: &Config,
    words: &mut [i64],
    predictions: &Numbers<'_>,
    logits: &[S],
    to: &mut [S],
) -> Status {
    let columns = config.columns;
    let parts = config.layout().split(words);
    let tile = parts.and_then(|Parts { scratch, .. }| S::Vector::arrays_mut(scratch).get_mut(..columns));
    let Some(tile) = tile else { return Err(Fault::misuse(Argument::Predictions)) };
    let math = Math::<S::Vector>::new();
    let width = S::Vector::LANES * columns;
    for (index, (rows, to)) in logits.chunks(width).zip(to.chunks_mut(width)).enumerate() {
        if !columns::probabilities(config, &math, rows, tile) {
            return Err(prediction_fault(config, predictions, index * width, rows.len()));
        }
        tile::store::<S::Vector>(tile, to, columns, |_, p| p);
    }
    Ok(())
}

/// Looks whether all of them are probabilities.
pub fn check(predictions: &Numbers<'_>) -> Status {
    let mut buffer = [0.0; BLOCK];
    for start in (0..predictions.len()).step_by(BLOCK) {
        let len = BLOCK.min(predictions.len() - start);
        predictions.probabilities::<f64>(start, len, Argument::Predictions, &mut buffer)?;
    }
    Ok(())
}
