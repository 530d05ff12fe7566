//! The border of losses of whole sets.

use crate::{state, view};
use assay_kernels::input::{Argument, Fault, Status};
use assay_kernels::set_level::{self, Config, Rows};
use wasm_bindgen::prelude::*;

/// Opens a state and its rows, and runs on them.
///
/// # Safety
/// As [`set_level_update`].
unsafe fn with_rows(
    state: usize,
    bytes: usize,
    count: usize,
    predictions: (usize, u32),
    targets: (usize, u32),
    sample_weight: (usize, u32),
    run: impl FnOnce(&Config, &mut [i64], &Rows<'_>) -> Status,
) -> u32 {
    let opened = |config: &Config, words: &mut [i64]| {
        let numbers = |(address, kind): (usize, u32), width: usize| {
            // SAFETY: as this function demands.
            unsafe { view::numbers(address, kind, count * width) }
        };
        let Some(predictions) = numbers(predictions, config.columns) else {
            return Err(Fault::misuse(Argument::Predictions));
        };
        let Some(targets) = numbers(targets, config.target_columns()) else {
            return Err(Fault::misuse(Argument::Targets));
        };
        let rows = Rows { count, predictions, targets, sample_weight: numbers(sample_weight, 1) };
        run(config, words, &rows)
    };
    // SAFETY: as this function demands.
    unsafe { state::with(state, bytes, opened) }
}

/// Adds rows to a loss.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; the others are arrays of the types given with `count`
/// rows; the weights may be 0.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn set_level_update(
    state: usize,
    bytes: usize,
    count: usize,
    predictions: usize,
    predictions_type: u32,
    targets: usize,
    targets_type: u32,
    sample_weight: usize,
    sample_weight_type: u32,
) -> u32 {
    let (predictions, targets) = ((predictions, predictions_type), (targets, targets_type));
    // SAFETY: as this function demands.
    unsafe {
        with_rows(state, bytes, count, predictions, targets, (sample_weight, sample_weight_type), set_level::update)
    }
}

/// Numbers that [`set_level_finish`] writes.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes.
#[wasm_bindgen]
pub unsafe fn set_level_results(state: usize, bytes: usize) -> usize {
    // SAFETY: as this function demands.
    unsafe { state::open::<Config>(state, bytes) }.map_or(0, |(config, _)| config.results())
}

/// Writes the loss, how much has a weight above 0, and what [`set_level_gradient`] needs.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `to` has room for [`set_level_results`] `f64`.
#[wasm_bindgen]
pub unsafe fn set_level_finish(state: usize, bytes: usize, to: usize) {
    // SAFETY: as this function demands.
    if let Some((config, words)) = unsafe { state::open::<Config>(state, bytes) } {
        // SAFETY: as this function demands.
        set_level::finish(&config, words, unsafe { view::room(to, config.results()) });
    }
}

/// Writes the gradient of rows.
///
/// # Safety
/// As [`set_level_update`]; `results` is what [`set_level_finish`] wrote, `gradient` room for floats of its type, as
/// many as predictions, that overlaps no input.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn set_level_gradient(
    state: usize,
    bytes: usize,
    count: usize,
    predictions: usize,
    predictions_type: u32,
    targets: usize,
    targets_type: u32,
    sample_weight: usize,
    sample_weight_type: u32,
    results: usize,
    gradient: usize,
    gradient_type: u32,
) -> u32 {
    let (predictions, targets) = ((predictions, predictions_type), (targets, targets_type));
    // SAFETY: as this function demands.
    unsafe {
        with_rows(
            state,
            bytes,
            count,
            predictions,
            targets,
            (sample_weight, sample_weight_type),
            |config, words, rows| {
                let results = view::slice(results, config.results());
                let mut gradient = view::gradient(gradient, gradient_type, count * config.columns);
                set_level::gradient(config, words, rows, results, &mut gradient)
            },
        )
    }
}
