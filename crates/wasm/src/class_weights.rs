//! The border of class counts.

use crate::{slab, state, view};
use assay_kernels::class_weights::{self, Config};
use assay_kernels::input::{Argument, Fault};
use wasm_bindgen::prelude::*;

/// Counts the classes of rows.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; the others are arrays of the types given with `rows` rows.
#[wasm_bindgen]
pub unsafe fn class_counts_update(
    state: usize,
    bytes: usize,
    rows: usize,
    labels: usize,
    labels_type: u32,
    weights: usize,
    weights_type: u32,
) -> u32 {
    // SAFETY: as this function demands.
    let opened = unsafe { state::open::<Config>(state, bytes) };
    // SAFETY: as this function demands.
    let (labels, weights) =
        unsafe { (view::numbers(labels, labels_type, rows), view::numbers(weights, weights_type, rows)) };
    let (Some((config, words)), Some(labels)) = (opened, labels) else {
        return slab::status(Err(Fault::misuse(Argument::Targets)));
    };
    slab::status(class_weights::update(&config, words, labels, weights))
}

/// Writes what each class has, and after the last class what all have together.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `to` has room for an `f64` for each class and one more.
#[wasm_bindgen]
pub unsafe fn class_counts_finish(state: usize, bytes: usize, to: usize) {
    // SAFETY: as this function demands.
    if let Some((config, words)) = unsafe { state::open::<Config>(state, bytes) } {
        // SAFETY: as this function demands.
        class_weights::finish(&config, words, unsafe { view::room(to, config.classes + 1) });
    }
}
