//! The border of sparse tables.

use crate::view;
use assay_kernels::sparse::{self, Content, Entry};
use wasm_bindgen::prelude::*;

/// Bytes of one entry.
#[wasm_bindgen]
pub fn sparse_entry_bytes() -> usize {
    size_of::<Entry>()
}

/// Bytes of one cell: of counts (0), of sums (1), of rows (2).
#[wasm_bindgen]
pub fn sparse_cell_bytes(content: u32) -> usize {
    8 * Content::from_code(content).cell_words()
}

/// A run of so many cells.
///
/// # Safety
/// `run` is 0 or room of so many cells, which nobody writes while the slice lives.
unsafe fn run_of(content: Content, run: usize, cells: usize) -> &'static [i64] {
    // SAFETY: as this function demands.
    unsafe { view::slice(run, cells * content.cell_words()) }
}

/// Sorts entries; the number of cells that they make.
///
/// # Safety
/// `entries` and `spare` are different rooms of so many entries.
#[wasm_bindgen]
pub unsafe fn sparse_sort(content: u32, entries: usize, spare: usize, len: usize) -> usize {
    // SAFETY: as this function demands.
    let (entries, spare) = unsafe { (view::room::<Entry>(entries, len), view::room::<Entry>(spare, len)) };
    sparse::sort(Content::from_code(content), entries, spare)
}

/// Writes sorted entries as a run.
///
/// # Safety
/// `entries` are so many entries; `run` has room for so many cells.
#[wasm_bindgen]
pub unsafe fn sparse_gather(content: u32, entries: usize, len: usize, run: usize, cells: usize) {
    let content = Content::from_code(content);
    // SAFETY: as this function demands.
    let (entries, run) = unsafe { (view::slice(entries, len), view::room(run, cells * content.cell_words())) };
    sparse::gather(content, entries, run);
}

/// The number of cells that two runs make together.
///
/// # Safety
/// Both are runs of so many cells.
#[wasm_bindgen]
pub unsafe fn sparse_joined(
    content: u32,
    first: usize,
    first_cells: usize,
    second: usize,
    second_cells: usize,
) -> usize {
    let content = Content::from_code(content);
    // SAFETY: as this function demands.
    let (first, second) = unsafe { (run_of(content, first, first_cells), run_of(content, second, second_cells)) };
    sparse::joined(content, first, second)
}

/// Writes two runs as one.
///
/// # Safety
/// Both are runs of so many cells; `to` has room for so many.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn sparse_join(
    content: u32,
    first: usize,
    first_cells: usize,
    second: usize,
    second_cells: usize,
    to: usize,
    cells: usize,
) {
    let content = Content::from_code(content);
    // SAFETY: as this function demands.
    let (first, second, to) = unsafe {
        (
            run_of(content, first, first_cells),
            run_of(content, second, second_cells),
            view::room(to, cells * content.cell_words()),
        )
    };
    sparse::join(content, first, second, to);
}

/// Writes the keys of a run and what its cells hold.
///
/// # Safety
/// `run` is a run of so many cells; `keys` and `values` have room for an `f64` for each.
#[wasm_bindgen]
pub unsafe fn sparse_read(content: u32, run: usize, cells: usize, keys: usize, values: usize) {
    let content = Content::from_code(content);
    // SAFETY: as this function demands.
    let (run, keys, values) =
        unsafe { (run_of(content, run, cells), view::room(keys, cells), view::room(values, cells)) };
    sparse::read(content, run, keys, values);
}

/// Whether bytes from outside are a run with keys below a limit.
///
/// # Safety
/// `run` is room of so many cells.
#[wasm_bindgen]
pub unsafe fn sparse_is_valid(content: u32, run: usize, cells: usize, limit: f64) -> bool {
    let content = Content::from_code(content);
    // SAFETY: as this function demands.
    sparse::is_valid(content, unsafe { run_of(content, run, cells) }, limit as u64)
}
