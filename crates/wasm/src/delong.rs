//! The border of two curves on the same rows.

use crate::{slab, view};
use assay_kernels::curve::delong::{self, Moments, Placement, Row};
use assay_kernels::input::{Argument, Fault};
use wasm_bindgen::prelude::*;

/// Bytes of a row to be sorted.
#[wasm_bindgen]
pub fn delong_row_bytes() -> usize {
    size_of::<Row>()
}

/// Bytes of a row's placement.
#[wasm_bindgen]
pub fn delong_placement_bytes() -> usize {
    size_of::<Placement>()
}

/// Writes `rows` rows, of `count` in all, beginning with number `first`.
///
/// # Safety
/// `to` has room for `count` rows; the others are arrays of the types given with `rows` elements.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn delong_append(
    to: usize,
    count: usize,
    first: usize,
    rows: usize,
    scores: usize,
    scores_type: u32,
    labels: usize,
    labels_type: u32,
) -> u32 {
    // SAFETY: as this function demands.
    let (to, scores, labels) = unsafe {
        (
            view::room::<Row>(to, count),
            view::numbers(scores, scores_type, rows),
            view::numbers(labels, labels_type, rows),
        )
    };
    let (Some(scores), Some(labels)) = (scores, labels) else {
        return slab::status(Err(Fault::misuse(Argument::Targets)));
    };
    slab::status(delong::append(to, first, &scores, &labels))
}

/// Sorts rows and writes the placement of each.
///
/// # Safety
/// `rows` and `spare` are different rooms of `count` rows, of which the first are written; `to` has room for as many
/// placements.
#[wasm_bindgen]
pub unsafe fn delong_place(rows: usize, spare: usize, count: usize, to: usize) {
    // SAFETY: as this function demands.
    let (rows, spare, to) = unsafe {
        (view::room::<Row>(rows, count), view::room::<Row>(spare, count), view::room::<Placement>(to, count))
    };
    delong::place(rows, spare, to);
}

/// Writes the moments of two curves.
///
/// # Safety
/// Both are placements of `count` rows; `to` has room for six `f64`.
#[wasm_bindgen]
pub unsafe fn delong_moments(first: usize, second: usize, count: usize, to: usize) {
    // SAFETY: as this function demands.
    let (first, second) = unsafe { (view::slice::<Placement>(first, count), view::slice::<Placement>(second, count)) };
    // SAFETY: as this function demands.
    unsafe { view::room::<Moments>(to, 1) }.copy_from_slice(&[delong::joint_moments(first, second)]);
}
