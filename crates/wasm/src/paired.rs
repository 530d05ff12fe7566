//! The border of two models on the same rows.

use crate::{slab, view};
use assay_kernels::input::{Argument, Fault};
use assay_kernels::paired::{self, Rows};
use assay_kernels::sparse::Entry;
use wasm_bindgen::prelude::*;

/// Writes an entry of a sparse table for each row that counts, and how many there are. `ignore` is NaN where no target
/// is left out.
///
/// # Safety
/// The labels are arrays of the types given with `rows` rows; `entries` has room for as many entries, `written` for a
/// `u32`.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn paired_entries(
    rows: usize,
    first: usize,
    first_type: u32,
    second: usize,
    second_type: u32,
    targets: usize,
    targets_type: u32,
    classes: i32,
    ignore: f64,
    entries: usize,
    written: usize,
) -> u32 {
    // SAFETY: as this function demands.
    let columns = unsafe {
        [(first, first_type), (second, second_type), (targets, targets_type)]
            .map(|(address, kind)| view::numbers(address, kind, rows))
    };
    let [Some(first), Some(second), Some(targets)] = columns else {
        return slab::status(Err(Fault::misuse(Argument::Targets)));
    };
    let ignore = (!ignore.is_nan()).then_some(ignore);
    // SAFETY: as this function demands.
    let (entries, written) = unsafe { (view::room::<Entry>(entries, rows), view::room::<u32>(written, 1)) };
    let found = paired::entries(&Rows { first, second, targets, classes, ignore }, entries);
    slab::status(found.map(|count| written.fill(count as u32)))
}
