//! The border of confusion matrices.

use crate::{state, view};
use assay_kernels::confusion::{self, Config, Outputs, Wanted};
use assay_kernels::input::{Argument, Fault, Status};
use assay_kernels::sparse::Entries;
use wasm_bindgen::prelude::*;

/// What an update leaves in sparse tables, as the TypeScript side describes it.
#[repr(C)]
struct Described {
    /// Room for entries of cells and of rows, for so many rows; 0 where there are none.
    cells: usize,
    rows: usize,
    capacity: usize,
    /// Which rows are kept: 0 none, 1 wrong ones, 2 all, 3 those of the cells in `wanted`.
    wanting: u32,
    wanted: usize,
    wanted_len: usize,
    /// The number of the first row.
    first: usize,
    /// Written: how many entries there are.
    cells_len: usize,
    rows_len: usize,
}

impl Described {
    /// # Safety
    /// Rooms are as described, and nobody else uses them while the outputs live.
    unsafe fn outputs(&self) -> Outputs<'static> {
        // SAFETY: as this function demands.
        let room = |address| unsafe { if address == 0 { &mut [] } else { view::room(address, self.capacity) } };
        Outputs {
            cells: Entries { room: room(self.cells), len: 0 },
            rows: Entries { room: room(self.rows), len: 0 },
            wanted: match self.wanting {
                0 => Wanted::None,
                1 => Wanted::Errors,
                2 => Wanted::All,
                // SAFETY: as this function demands.
                _ => Wanted::Cells(unsafe { view::slice(self.wanted, self.wanted_len) }),
            },
            first: self.first,
        }
    }
}

/// Runs with the outputs of a description, and writes how many entries there are.
///
/// # Safety
/// `described` is 0 or a description of outputs with the room it says, which nobody else uses meanwhile.
pub unsafe fn with_outputs(described: usize, run: impl FnOnce(&mut Outputs<'_>) -> Status) -> Status {
    if described == 0 {
        return run(&mut Outputs::default());
    }
    // SAFETY: as this function demands.
    let described = unsafe { &mut *(described as *mut Described) };
    // SAFETY: as this function demands.
    let mut outputs = unsafe { described.outputs() };
    let status = run(&mut outputs);
    (described.cells_len, described.rows_len) = (outputs.cells.len, outputs.rows.len);
    status
}

/// Adds rows to a confusion matrix.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `described` is 0 or a description of outputs with room for
/// `rows` rows; the others are arrays of the types given with `rows` rows.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn confusion_update(
    state: usize,
    bytes: usize,
    rows: usize,
    predictions: usize,
    predictions_type: u32,
    targets: usize,
    targets_type: u32,
    weights: usize,
    weights_type: u32,
    described: usize,
) -> u32 {
    let run = |config: &Config, words: &mut [i64]| {
        // SAFETY: as this function demands.
        let (predictions, targets, weights) = unsafe {
            (
                view::numbers(predictions, predictions_type, rows * config.columns()),
                view::numbers(targets, targets_type, rows),
                view::numbers(weights, weights_type, rows),
            )
        };
        let (Some(predictions), Some(targets)) = (predictions, targets) else {
            return Err(Fault::misuse(Argument::Targets));
        };
        let update =
            |outputs: &mut Outputs<'_>| confusion::update(config, words, predictions, targets, weights, outputs);
        // SAFETY: as this function demands.
        unsafe { with_outputs(described, update) }
    };
    // SAFETY: as this function demands.
    unsafe { state::with(state, bytes, run) }
}

/// Writes the cells.
///
/// # Safety
/// `state` is a state of this kind in room of `bytes` bytes; `to` has room for an `f64` for each cell.
#[wasm_bindgen]
pub unsafe fn confusion_finish(state: usize, bytes: usize, to: usize) {
    // SAFETY: as this function demands.
    if let Some((config, words)) = unsafe { state::open::<Config>(state, bytes) } {
        // SAFETY: as this function demands.
        confusion::finish(&config, words, unsafe { view::room(to, config.classes * config.classes) });
    }
}
