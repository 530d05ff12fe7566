//! The border of top-k accuracy.

use crate::{state, view};
use assay_kernels::input::{Argument, Fault};
use assay_kernels::top_k::{self, Config};
use wasm_bindgen::prelude::*;

/// Adds rows.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; the others are arrays of the types given with `rows` rows.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn top_k_update(
    state: usize,
    bytes: usize,
    rows: usize,
    scores: usize,
    scores_type: u32,
    targets: usize,
    targets_type: u32,
    weights: usize,
    weights_type: u32,
) -> u32 {
    let run = |config: &Config, words: &mut [i64]| {
        // SAFETY: as this function demands.
        let (scores, targets, weights) = unsafe {
            (
                view::numbers(scores, scores_type, rows * config.choice.classes),
                view::numbers(targets, targets_type, rows),
                view::numbers(weights, weights_type, rows),
            )
        };
        let (Some(scores), Some(targets)) = (scores, targets) else {
            return Err(Fault::misuse(Argument::Targets));
        };
        top_k::update(config, words, scores, targets, weights)
    };
    // SAFETY: as this function demands.
    unsafe { state::with(state, bytes, run) }
}

/// Writes how many rows are right, and how many there are.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `to` has room for two `f64`.
#[wasm_bindgen]
pub unsafe fn top_k_finish(state: usize, bytes: usize, to: usize) {
    // SAFETY: as this function demands.
    if let Some((config, words)) = unsafe { state::open::<Config>(state, bytes) } {
        // SAFETY: as this function demands.
        unsafe { view::room(to, 2) }.copy_from_slice(&top_k::finish(&config, words));
    }
}
