//! The border of losses.

use crate::{state, view};
use assay_kernels::input::{Argument, Fault, Numbers, Status};
use assay_kernels::losses::together::{self, Member};
use assay_kernels::losses::{self, Config, Outputs, Rows};
use wasm_bindgen::prelude::*;

/// Opens a state and its rows, and runs on them.
///
/// # Safety
/// As [`loss_update`].
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
unsafe fn with_rows(
    state: usize,
    bytes: usize,
    count: usize,
    predictions: (usize, u32),
    targets: (usize, u32),
    sample_weight: (usize, u32),
    element_weight: (usize, u32),
    third: (usize, u32),
    column_weights: usize,
    run: impl FnOnce(&Config, &mut [i64], &Rows<'_>) -> Status,
) -> u32 {
    let opened = |config: &Config, words: &mut [i64]| {
        let numbers = |(address, kind): (usize, u32), width: usize| {
            // SAFETY: as this function demands.
            unsafe { view::numbers(address, kind, count * width) }
        };
        let Some(targets) = numbers(targets, config.target_columns()) else {
            return Err(Fault::misuse(Argument::Targets));
        };
        let predictions = numbers(predictions, config.columns).unwrap_or(Numbers::F64(&[]));
        let rows = Rows {
            count,
            predictions,
            targets,
            sample_weight: numbers(sample_weight, 1),
            element_weight: numbers(element_weight, config.value_columns()),
            third: numbers(third, config.columns),
            // SAFETY: as this function demands.
            column_weights: unsafe { view::slice(column_weights, config.columns) },
        };
        run(config, words, &rows)
    };
    // SAFETY: as this function demands.
    unsafe { state::with(state, bytes, opened) }
}

/// Adds rows to a loss; writes values where there is room for them, and the gradient times `scale`.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; the others are arrays of the types given with `count`
/// rows, or 0; `column_weights` has one `f64` for each column; `values` has room for an `f64` for each value;
/// `gradient` is room for floats of its type, as many as predictions, and overlaps no input.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn loss_update(
    state: usize,
    bytes: usize,
    count: usize,
    predictions: usize,
    predictions_type: u32,
    targets: usize,
    targets_type: u32,
    sample_weight: usize,
    sample_weight_type: u32,
    element_weight: usize,
    element_weight_type: u32,
    third: usize,
    third_type: u32,
    column_weights: usize,
    values: usize,
    gradient: usize,
    gradient_type: u32,
    scale: f64,
) -> u32 {
    // SAFETY: as this function demands.
    unsafe {
        with_rows(
            state,
            bytes,
            count,
            (predictions, predictions_type),
            (targets, targets_type),
            (sample_weight, sample_weight_type),
            (element_weight, element_weight_type),
            (third, third_type),
            column_weights,
            |config, words, rows| {
                let values = (values != 0).then(|| view::room(values, count * config.value_columns()));
                let gradient = view::gradient(gradient, gradient_type, count * config.columns);
                losses::update(config, words, rows, Outputs { values, gradient, scale })
            },
        )
    }
}

/// Adds rows to a cross-entropy and to a focal loss, in one pass; writes the sum of their gradients, each times a factor of
/// its own.
///
/// # Safety
/// As [`loss_update`]; `other` is another state of this kind in room of `other_bytes` bytes.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn loss_update_together(
    state: usize,
    bytes: usize,
    other: usize,
    other_bytes: usize,
    count: usize,
    predictions: usize,
    predictions_type: u32,
    targets: usize,
    targets_type: u32,
    sample_weight: usize,
    sample_weight_type: u32,
    column_weights: usize,
    other_column_weights: usize,
    gradient: usize,
    gradient_type: u32,
    scale: f64,
    other_scale: f64,
) -> u32 {
    let (predictions, targets) = ((predictions, predictions_type), (targets, targets_type));
    let (sample_weight, none) = ((sample_weight, sample_weight_type), (0, 0));
    // SAFETY: as this function demands.
    unsafe {
        let run = |config: &Config, words: &mut [i64], rows: &Rows<'_>| {
            let Some((other_config, other_words)) = state::open::<Config>(other, other_bytes) else {
                return Err(Fault::misuse(Argument::Predictions));
            };
            let other_column_weights = view::slice(other_column_weights, other_config.columns);
            let gradient = view::gradient(gradient, gradient_type, count * config.columns);
            let members = [
                Member { config, words, column_weights: rows.column_weights, scale },
                Member {
                    config: &other_config,
                    words: other_words,
                    column_weights: other_column_weights,
                    scale: other_scale,
                },
            ];
            together::update(members, rows, gradient)
        };
        with_rows(state, bytes, count, predictions, targets, sample_weight, none, none, column_weights, run)
    }
}

/// Adds to a state only what the mean divides by.
///
/// # Safety
/// As [`loss_update`].
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn loss_divisor(
    state: usize,
    bytes: usize,
    count: usize,
    targets: usize,
    targets_type: u32,
    sample_weight: usize,
    sample_weight_type: u32,
    column_weights: usize,
) -> u32 {
    // SAFETY: as this function demands.
    unsafe {
        with_rows(
            state,
            bytes,
            count,
            (0, 0),
            (targets, targets_type),
            (sample_weight, sample_weight_type),
            (0, 0),
            (0, 0),
            column_weights,
            losses::divisor,
        )
    }
}

/// Writes Σ wℓ and what the mean divides by.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `to` has room for two `f64`.
#[wasm_bindgen]
pub unsafe fn loss_finish(state: usize, bytes: usize, to: usize) {
    // SAFETY: as this function demands.
    if let Some((config, words)) = unsafe { state::open::<Config>(state, bytes) } {
        // SAFETY: as this function demands.
        unsafe { view::room(to, 2) }.copy_from_slice(&losses::finish(&config, words));
    }
}
