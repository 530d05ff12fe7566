//! The border of resampled calibration errors.

use crate::view;
use assay_kernels::calibration::resampled::{self, Bins, Cells, Room};
use assay_kernels::resample::Resampler;
use wasm_bindgen::prelude::*;

/// Writes the code of each row in each column: twice its bin, and one more where the column was right.
///
/// # Safety
/// `predictions` and `labels` are arrays of the types given for `rows` rows, `uppers` so many `f64` as columns have bins,
/// and `to` room for an `u32` of each row and column.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn calibration_codes(
    rows: usize,
    predictions: usize,
    predictions_type: u32,
    labels: usize,
    labels_type: u32,
    columns: usize,
    multilabel: bool,
    uppers: usize,
    bins: usize,
    to: usize,
) {
    let label_columns = if multilabel { columns } else { 1 };
    // SAFETY: as this function demands.
    let (predictions, labels, uppers, to) = unsafe {
        (
            view::numbers(predictions, predictions_type, rows * columns),
            view::numbers(labels, labels_type, rows * label_columns),
            view::slice(uppers, columns * bins),
            view::room(to, rows * columns),
        )
    };
    if let (Some(predictions), Some(labels)) = (predictions, labels) {
        resampled::codes(&Bins { columns, bins, uppers }, &predictions, &labels, multilabel, to);
    }
}

/// Writes a row of each cell of equal codes, and how many rows it has; gives how many cells there are.
///
/// # Safety
/// `codes` are an `u32` of each row and column, `cells` and `spare` are room for an `u32` of each row, `counts` for an
/// `f64`.
#[wasm_bindgen]
pub unsafe fn calibration_cells(
    rows: usize,
    columns: usize,
    codes: usize,
    cells: usize,
    spare: usize,
    counts: usize,
) -> usize {
    // SAFETY: as this function demands.
    let (codes, cells, spare, counts) = unsafe {
        (view::slice(codes, rows * columns), view::room(cells, rows), view::room(spare, rows), view::room(counts, rows))
    };
    resampled::cells(codes, columns, cells, spare, counts)
}

/// Writes the mean squared error of replicates.
///
/// # Safety
/// `codes`, `rows` and `counts` are what [`calibration_cells`] read and wrote, `confidences` an `f64` for each bin of each
/// column, `room` room for one of each cell and two of each bin, `to` for one of each replicate.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn calibration_resample(
    rows: usize,
    columns: usize,
    bins: usize,
    codes: usize,
    cells: usize,
    cell_count: usize,
    counts: usize,
    confidences: usize,
    seed: f64,
    room: usize,
    replicates: usize,
    to: usize,
) {
    let places = columns * bins;
    // SAFETY: as this function demands.
    let (cells, confidences, room, to) = unsafe {
        (
            Cells {
                codes: view::slice(codes, rows * columns),
                rows: view::slice(cells, cell_count),
                counts: view::slice(counts, cell_count),
            },
            view::slice::<f64>(confidences, places),
            view::room::<f64>(room, cell_count + 2 * places),
            view::room::<f64>(to, replicates),
        )
    };
    let bins = Bins { columns, bins, uppers: &[] };
    let (drawn, table) = room.split_at_mut(cell_count);
    let resampler = Resampler::new(seed as u64);
    for (index, to) in (0..).zip(to) {
        let room = Room { drawn, table };
        *to = resampled::replicate(&resampler, index, &bins, confidences, &cells, room);
    }
}
