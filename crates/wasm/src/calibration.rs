//! The border of calibration.

use crate::{slab, state, view};
use assay_kernels::calibration::{self, Config};
use assay_kernels::input::{Argument, Fault};
use wasm_bindgen::prelude::*;

/// Adds rows to a reliability table.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; the others are arrays of the types given with `rows` rows.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn calibration_update(
    state: usize,
    bytes: usize,
    rows: usize,
    probabilities: usize,
    probabilities_type: u32,
    labels: usize,
    labels_type: u32,
    weights: usize,
    weights_type: u32,
) -> u32 {
    // SAFETY: as this function demands.
    let opened = unsafe { state::open::<Config>(state, bytes) };
    let Some((config, words)) = opened else {
        return slab::status(Err(Fault::misuse(Argument::Predictions)));
    };
    // SAFETY: as this function demands.
    let (probabilities, labels, weights) = unsafe {
        (
            view::numbers(probabilities, probabilities_type, rows * config.columns),
            view::numbers(labels, labels_type, rows),
            view::numbers(weights, weights_type, rows),
        )
    };
    let (Some(probabilities), Some(labels)) = (probabilities, labels) else {
        return slab::status(Err(Fault::misuse(Argument::Targets)));
    };
    slab::status(calibration::update(&config, words, probabilities, labels, weights))
}

/// Writes three numbers for each bin: count or weight, hits, confidences.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `to` has room for three `f64` for each of its bins.
#[wasm_bindgen]
pub unsafe fn calibration_finish(state: usize, bytes: usize, to: usize) {
    // SAFETY: as this function demands.
    if let Some((config, words)) = unsafe { state::open::<Config>(state, bytes) } {
        // SAFETY: as this function demands.
        calibration::finish(&config, words, unsafe { view::room(to, 3 * config.bins) });
    }
}
