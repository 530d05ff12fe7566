//! The border of rankings of labels.

use crate::{state, view};
use assay_kernels::input::{Argument, Fault};
use assay_kernels::label_ranking::{self, Config, Rows};
use wasm_bindgen::prelude::*;

/// Adds rows to a measure; writes what each is worth, times its weight, where there is room for it.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; the others are arrays of the types given with `count` rows;
/// the weights may be 0. `values` is 0, or has room for an `f64` for each row.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn label_ranking_update(
    state: usize,
    bytes: usize,
    count: usize,
    scores: usize,
    scores_type: u32,
    targets: usize,
    targets_type: u32,
    weights: usize,
    weights_type: u32,
    values: usize,
) -> u32 {
    let run = |config: &Config, words: &mut [i64]| {
        // SAFETY: as this function demands.
        let (scores, targets, weights) = unsafe {
            (
                view::numbers(scores, scores_type, count * config.labels),
                view::numbers(targets, targets_type, count * config.labels),
                view::numbers(weights, weights_type, count),
            )
        };
        let (Some(scores), Some(targets)) = (scores, targets) else {
            return Err(Fault::misuse(Argument::Targets));
        };
        // SAFETY: as this function demands.
        let values = (values != 0).then(|| unsafe { view::room(values, count) });
        label_ranking::update(config, words, &Rows { count, scores, targets, weights }, values)
    };
    // SAFETY: as this function demands.
    unsafe { state::with(state, bytes, run) }
}

/// Writes the sum over rows and what the mean divides by.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `to` has room for two `f64`.
#[wasm_bindgen]
pub unsafe fn label_ranking_finish(state: usize, bytes: usize, to: usize) {
    // SAFETY: as this function demands.
    if let Some((config, words)) = unsafe { state::open::<Config>(state, bytes) } {
        // SAFETY: as this function demands.
        unsafe { view::room(to, 2) }.copy_from_slice(&label_ranking::finish(&config, words));
    }
}
