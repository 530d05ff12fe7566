//! The border of counts of rows with several labels.

use crate::confusion::with_outputs;
use crate::{state, view};
use assay_kernels::confusion::Outputs;
use assay_kernels::input::{Argument, Fault};
use assay_kernels::multilabel::{self, Config, Divisor, Rows, Sink};
use wasm_bindgen::prelude::*;

/// Adds rows. Where the state has no place for their triples these become entries, as described. Where `to` is not 0 the
/// counts of each row are written there instead, divided by what `divisor` is the code of.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `described` is 0 or a description of outputs with room for
/// `rows` rows; `thresholds` are so many `f64`; `to` is 0 or has room for four `f64` for each row; the others are arrays
/// of the types given with `rows` rows.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn multilabel_update(
    state: usize,
    bytes: usize,
    rows: usize,
    predictions: usize,
    predictions_type: u32,
    targets: usize,
    targets_type: u32,
    weights: usize,
    weights_type: u32,
    thresholds: usize,
    thresholds_len: usize,
    described: usize,
    to: usize,
    divisor: u32,
) -> u32 {
    let run = |config: &Config, words: &mut [i64]| {
        // SAFETY: as this function demands.
        let (predictions, targets, weights, thresholds) = unsafe {
            (
                view::numbers(predictions, predictions_type, rows * config.labels),
                view::numbers(targets, targets_type, rows * config.labels),
                view::numbers(weights, weights_type, rows),
                view::slice(thresholds, thresholds_len),
            )
        };
        let (Some(predictions), Some(targets)) = (predictions, targets) else {
            return Err(Fault::misuse(Argument::Targets));
        };
        let rows = Rows { count: rows, predictions, targets, weights, thresholds };
        let update = |outputs: &mut Outputs<'_>| {
            let sink = match (to, config.is_sparse()) {
                (0, false) => Sink::State,
                (0, true) => Sink::Entries(&mut outputs.cells),
                // SAFETY: as this function demands.
                _ => Sink::Counts(unsafe { view::room(to, 4 * rows.count) }, Divisor::from_code(divisor)),
            };
            multilabel::update(config, words, &rows, sink)
        };
        // SAFETY: as this function demands.
        unsafe { with_outputs(described, update) }
    };
    // SAFETY: as this function demands.
    unsafe { state::with(state, bytes, run) }
}

/// Numbers that [`multilabel_finish`] writes.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes.
#[wasm_bindgen]
pub unsafe fn multilabel_results(state: usize, bytes: usize) -> usize {
    // SAFETY: as this function demands.
    unsafe { state::open::<Config>(state, bytes) }.map_or(0, |(config, _)| config.results())
}

/// Writes what labels and rows have.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `to` has room for [`multilabel_results`] `f64`.
#[wasm_bindgen]
pub unsafe fn multilabel_finish(state: usize, bytes: usize, to: usize) {
    // SAFETY: as this function demands.
    if let Some((config, words)) = unsafe { state::open::<Config>(state, bytes) } {
        // SAFETY: as this function demands.
        multilabel::finish(&config, words, unsafe { view::room(to, config.results()) });
    }
}

/// Writes tp of each key, then fp, fn and tn. With 0 labels the keys say how many each row has.
///
/// # Safety
/// `keys` are so many `f64`; `to` has room for four times as many.
#[wasm_bindgen]
pub unsafe fn multilabel_rows(labels: u32, keys: usize, len: usize, to: usize) {
    // SAFETY: as this function demands.
    let (keys, to) = unsafe { (view::slice(keys, len), view::room(to, 4 * len)) };
    multilabel::rows_of((labels > 0).then_some(labels), keys, to);
}
