//! The border of calibration.

use crate::{state, view};
use assay_kernels::calibration::{self, Config, Rows};
use assay_kernels::input::{Argument, Fault, Numbers};
use wasm_bindgen::prelude::*;

/// Adds rows to a reliability table.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `edges` are so many `f64`; the others are arrays of the types
/// given with `rows` rows.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn calibration_update(
    state: usize,
    bytes: usize,
    rows: usize,
    predictions: usize,
    predictions_type: u32,
    labels: usize,
    labels_type: u32,
    weights: usize,
    weights_type: u32,
    edges: usize,
    edge_count: usize,
) -> u32 {
    let run = |config: &Config, words: &mut [i64]| {
        // SAFETY: as this function demands.
        let (predictions, labels, weights, edges) = unsafe {
            (
                view::numbers(predictions, predictions_type, rows * config.columns),
                view::numbers(labels, labels_type, rows * config.label_columns()),
                view::numbers(weights, weights_type, rows),
                view::slice(edges, edge_count),
            )
        };
        let (Some(predictions), Some(labels)) = (predictions, labels) else {
            return Err(Fault::misuse(Argument::Targets));
        };
        calibration::update(config, words, &Rows { predictions, labels, weights, edges })
    };
    // SAFETY: as this function demands.
    unsafe { state::with(state, bytes, run) }
}

/// Writes three numbers for each place: count or weight, hits, confidences.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `to` has room for so many `f64`.
#[wasm_bindgen]
pub unsafe fn calibration_finish(state: usize, bytes: usize, to: usize, len: usize) {
    // SAFETY: as this function demands.
    if let Some((config, words)) = unsafe { state::open::<Config>(state, bytes) } {
        // SAFETY: as this function demands.
        calibration::finish(&config, words, unsafe { view::room(to, len) });
    }
}

/// Writes the confidence of each row, in the predictions' type or as `f64` if `wide`, and whether it was right.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; the others are arrays of the types given, or room, for `rows`
/// rows.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn calibration_pairs(
    state: usize,
    bytes: usize,
    rows: usize,
    predictions: usize,
    predictions_type: u32,
    labels: usize,
    labels_type: u32,
    wide: bool,
    confidences: usize,
    hits: usize,
) -> u32 {
    let run = |config: &Config, words: &mut [i64]| {
        // SAFETY: as this function demands.
        let (predictions, labels) = unsafe {
            (
                view::numbers(predictions, predictions_type, rows * config.columns),
                view::numbers(labels, labels_type, rows),
            )
        };
        let (Some(predictions), Some(labels)) = (predictions, labels) else {
            return Err(Fault::misuse(Argument::Targets));
        };
        let rows_of = Rows { predictions, labels, weights: None, edges: &[] };
        // SAFETY: as this function demands.
        let hits = unsafe { view::room::<u8>(hits, rows) };
        if wide {
            // SAFETY: as this function demands.
            calibration::pairs(config, words, &rows_of, unsafe { view::room::<f64>(confidences, rows) }, hits)
        } else {
            // SAFETY: as this function demands.
            calibration::pairs(config, words, &rows_of, unsafe { view::room::<f32>(confidences, rows) }, hits)
        }
    };
    // SAFETY: as this function demands.
    unsafe { state::with(state, bytes, run) }
}

/// Writes the probabilities of rows of logits, in their type. Of probabilities it only looks whether they are some.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `predictions` is an array of the type given, and `to` room
/// like it, for `rows` rows.
#[wasm_bindgen]
pub unsafe fn calibration_probabilities(
    state: usize,
    bytes: usize,
    rows: usize,
    predictions: usize,
    predictions_type: u32,
    to: usize,
) -> u32 {
    let run = |config: &Config, words: &mut [i64]| {
        let len = rows * config.columns;
        // SAFETY: as this function demands.
        let predictions = unsafe { view::numbers(predictions, predictions_type, len) };
        match predictions {
            Some(numbers) if !config.logits => calibration::check(&numbers),
            Some(numbers @ Numbers::F32(logits)) => {
                // SAFETY: as this function demands.
                calibration::probabilities(config, words, &numbers, logits, unsafe { view::room(to, len) })
            }
            Some(numbers @ Numbers::F64(logits)) => {
                // SAFETY: as this function demands.
                calibration::probabilities(config, words, &numbers, logits, unsafe { view::room(to, len) })
            }
            _ => Err(Fault::misuse(Argument::Predictions)),
        }
    };
    // SAFETY: as this function demands.
    unsafe { state::with(state, bytes, run) }
}
