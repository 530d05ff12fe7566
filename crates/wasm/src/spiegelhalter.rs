//! The border of Spiegelhalter's test.

use crate::{state, view};
use assay_kernels::calibration::Rows;
use assay_kernels::calibration::spiegelhalter::{self, Config};
use assay_kernels::input::{Argument, Fault};
use wasm_bindgen::prelude::*;

/// Adds rows.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; the others are arrays of the types given with `rows` rows.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn spiegelhalter_update(
    state: usize,
    bytes: usize,
    rows: usize,
    predictions: usize,
    predictions_type: u32,
    labels: usize,
    labels_type: u32,
    weights: usize,
    weights_type: u32,
) -> u32 {
    let run = |config: &Config, words: &mut [i64]| {
        // SAFETY: as this function demands.
        let (predictions, labels, weights) = unsafe {
            (
                view::numbers(predictions, predictions_type, rows * config.compared.columns),
                view::numbers(labels, labels_type, rows),
                view::numbers(weights, weights_type, rows),
            )
        };
        let (Some(predictions), Some(labels)) = (predictions, labels) else {
            return Err(Fault::misuse(Argument::Targets));
        };
        spiegelhalter::update(config, words, &Rows { predictions, labels, weights, edges: &[] })
    };
    // SAFETY: as this function demands.
    unsafe { state::with(state, bytes, run) }
}

/// Writes the count of rows that weigh something, the sum and its variance.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `to` has room for three `f64`.
#[wasm_bindgen]
pub unsafe fn spiegelhalter_finish(state: usize, bytes: usize, to: usize) {
    // SAFETY: as this function demands.
    if let Some((config, words)) = unsafe { state::open::<Config>(state, bytes) } {
        // SAFETY: as this function demands.
        unsafe { view::room(to, 3) }.copy_from_slice(&spiegelhalter::finish(&config, words));
    }
}
