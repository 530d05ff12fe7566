//! The border of confusion matrices.

use crate::{slab, state, view};
use assay_kernels::confusion::{self, Config};
use assay_kernels::input::{Argument, Fault};
use wasm_bindgen::prelude::*;

/// Adds rows to a confusion matrix.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; the others are arrays of the types given with `rows` rows.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn confusion_update(
    state: usize,
    bytes: usize,
    rows: usize,
    predictions: usize,
    predictions_type: u32,
    targets: usize,
    targets_type: u32,
    weights: usize,
    weights_type: u32,
) -> u32 {
    // SAFETY: as this function demands.
    let opened = unsafe { state::open::<Config>(state, bytes) };
    let Some((config, words)) = opened else {
        return slab::status(Err(Fault::misuse(Argument::Predictions)));
    };
    // SAFETY: as this function demands.
    let (predictions, targets, weights) = unsafe {
        (
            view::numbers(predictions, predictions_type, rows * config.columns()),
            view::numbers(targets, targets_type, rows),
            view::numbers(weights, weights_type, rows),
        )
    };
    let (Some(predictions), Some(targets)) = (predictions, targets) else {
        return slab::status(Err(Fault::misuse(Argument::Targets)));
    };
    slab::status(confusion::update(&config, words, predictions, targets, weights))
}

/// Writes the cells.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `to` has room for an `f64` for each cell.
#[wasm_bindgen]
pub unsafe fn confusion_finish(state: usize, bytes: usize, to: usize) {
    // SAFETY: as this function demands.
    if let Some((config, words)) = unsafe { state::open::<Config>(state, bytes) } {
        // SAFETY: as this function demands.
        confusion::finish(&config, words, unsafe { view::room(to, config.classes * config.classes) });
    }
}
