//! The border of scores in buckets.

use crate::{slab, state, view};
use assay_kernels::curve::histogram::{self, Config};
use assay_kernels::input::{Argument, Fault};
use wasm_bindgen::prelude::*;

/// Adds rows.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; the others are arrays of the types given with `rows` rows.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn curve_histogram_update(
    state: usize,
    bytes: usize,
    rows: usize,
    scores: usize,
    scores_type: u32,
    labels: usize,
    labels_type: u32,
    weights: usize,
    weights_type: u32,
) -> u32 {
    // SAFETY: as this function demands.
    let opened = unsafe { state::open::<Config>(state, bytes) };
    // SAFETY: as this function demands.
    let (scores, labels, weights) = unsafe {
        (
            view::numbers(scores, scores_type, rows),
            view::numbers(labels, labels_type, rows),
            view::numbers(weights, weights_type, rows),
        )
    };
    let (Some((config, words)), Some(scores), Some(labels)) = (opened, scores, labels) else {
        return slab::status(Err(Fault::misuse(Argument::Targets)));
    };
    slab::status(histogram::update(&config, words, &scores, &labels, weights.as_ref()))
}

/// Writes positives, negatives, the bounds of the area under the ROC curve, those of the average precision, and the
/// number of buckets that hold something.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `to` has room for seven `f64`.
#[wasm_bindgen]
pub unsafe fn curve_histogram_finish(state: usize, bytes: usize, to: usize) {
    // SAFETY: as this function demands.
    let Some((config, words)) = (unsafe { state::open::<Config>(state, bytes) }) else { return };
    let totals = histogram::totals(&config, words);
    let [area_lower, area_upper] = histogram::area(&config, words);
    let [precision_lower, precision_upper] = histogram::average_precision(&config, words);
    let occupied = histogram::occupied(&config, words) as f64;
    // SAFETY: as this function demands.
    unsafe { view::room(to, 7) }.copy_from_slice(&[
        totals.positives,
        totals.negatives,
        area_lower,
        area_upper,
        precision_lower,
        precision_upper,
        occupied,
    ]);
}

/// Writes thresholds, true and false positive rates of so many points.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `to` has room for 3 · `len` `f64`.
#[wasm_bindgen]
pub unsafe fn curve_histogram_roc(state: usize, bytes: usize, to: usize, len: usize) {
    // SAFETY: as this function demands.
    let Some((config, words)) = (unsafe { state::open::<Config>(state, bytes) }) else { return };
    // SAFETY: as this function demands.
    let column = |i: usize| unsafe { view::room(to + 8 * i * len, len) };
    histogram::roc(&config, words, column(0), column(1), column(2));
}
