//! The border of curves.

use crate::{slab, view};
use assay_kernels::curve::{self, Counts, Entry, Fill, Objective, Place, Sorted, Weighted};
use assay_kernels::input::{Argument, Fault};
use wasm_bindgen::prelude::*;

/// A curve as the TypeScript side describes it: where its entries are and how many.
#[repr(C)]
struct Curve {
    /// 0 float32 scores, 1 float64 scores, 2 with weights.
    kind: u32,
    entries: usize,
    capacity: usize,
    fill: Fill,
    /// Counts along the sorted entries; 0 before they are sorted.
    counts: usize,
}

impl Curve {
    /// # Safety
    /// The address is that of a curve that nobody else uses meanwhile.
    unsafe fn at(address: usize) -> &'static mut Self {
        // SAFETY: as this function demands.
        unsafe { &mut *(address as *mut Self) }
    }

    /// # Safety
    /// Entries are of this type, in room of the capacity said.
    unsafe fn room<E: Entry>(&self) -> &'static mut [E] {
        // SAFETY: as this function demands.
        unsafe { view::room(self.entries, self.capacity) }
    }

    /// # Safety
    /// As [`Curve::room`]; entries are sorted and counts written.
    unsafe fn sorted<E: Entry>(&self) -> Sorted<'static, E> {
        let Fill { negative, others } = self.fill;
        // SAFETY: as this function demands.
        let counts = unsafe { view::slice::<Counts>(self.counts, curve::remembered(negative + others)) };
        // SAFETY: as this function demands.
        Sorted::new(unsafe { self.room() }, self.fill, counts)
    }
}

/// Runs with the type of entries that a curve has.
macro_rules! by_kind {
    ($curve:expr, $entry:ident => $run:expr) => {
        match $curve.kind {
            0 => {
                type $entry = u32;
                $run
            }
            1 => {
                type $entry = u64;
                $run
            }
            _ => {
                type $entry = Weighted;
                $run
            }
        }
    };
}

/// Bytes of one entry.
#[wasm_bindgen]
pub fn curve_entry_bytes(kind: u32) -> usize {
    match kind {
        0 => size_of::<u32>(),
        1 => size_of::<u64>(),
        _ => size_of::<Weighted>(),
    }
}

/// Bytes of the counts along so many entries.
#[wasm_bindgen]
pub fn curve_counts_bytes(entries: usize) -> usize {
    curve::remembered(entries) * size_of::<Counts>()
}

/// Adds rows.
///
/// # Safety
/// `curve` is a curve with room for `rows` more entries; the others are arrays of the types given with `rows` rows.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn curve_append(
    curve: usize,
    rows: usize,
    scores: usize,
    scores_type: u32,
    columns: usize,
    column: usize,
    labels: usize,
    labels_type: u32,
    label_columns: usize,
    weights: usize,
    weights_type: u32,
    classes: i32,
    positive: i32,
    against: i32,
) -> u32 {
    // SAFETY: as this function demands.
    let (curve, scores, labels, weights) = unsafe {
        (
            Curve::at(curve),
            view::numbers(scores, scores_type, rows * columns),
            view::numbers(labels, labels_type, rows * label_columns),
            view::numbers(weights, weights_type, rows),
        )
    };
    let (Some(scores), Some(labels)) = (scores, labels) else {
        return slab::status(Err(Fault::misuse(Argument::Targets)));
    };
    let place = Place { columns, column, label_columns, positive, against, classes };
    slab::status(by_kind!(curve, E => {
        // SAFETY: as this function demands.
        let room = unsafe { curve.room::<E>() };
        curve::append(room, &mut curve.fill, &scores, &labels, weights.as_ref(), &place)
    }))
}

/// Adds the entries of another curve of the same kind.
///
/// # Safety
/// Both are curves; `curve` has room for the entries of `other`.
#[wasm_bindgen]
pub unsafe fn curve_join(curve: usize, other: usize) {
    // SAFETY: as this function demands.
    let (curve, other) = unsafe { (Curve::at(curve), Curve::at(other)) };
    by_kind!(curve, E => {
        // SAFETY: as this function demands.
        let (room, from) = unsafe { (curve.room::<E>(), other.room::<E>()) };
        curve::join(room, &mut curve.fill, from, other.fill)
    })
}

/// Sorts a curve and counts along it.
///
/// # Safety
/// `spare` is room like the curve's; `counts` is room of [`curve_counts_bytes`].
#[wasm_bindgen]
pub unsafe fn curve_sort(curve: usize, spare: usize, counts: usize) {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    curve.counts = counts;
    by_kind!(curve, E => {
        // SAFETY: as this function demands.
        let (room, spare) = unsafe { (curve.room::<E>(), view::room::<E>(spare, curve.capacity)) };
        curve::sort(room, spare, curve.fill);
        let len = curve::remembered(curve.fill.negative + curve.fill.others);
        // SAFETY: as this function demands.
        curve::remember(room, curve.fill, unsafe { view::room(counts, len) });
    })
}

/// Writes positives and negatives at or above a threshold; of all entries at −∞.
///
/// # Safety
/// `curve` is sorted; `to` has room for two `f64`.
#[wasm_bindgen]
pub unsafe fn curve_at(curve: usize, threshold: f64, strict: bool, to: usize) {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    let counts = by_kind!(curve, E => unsafe { curve.sorted::<E>() }.at(threshold, strict));
    // SAFETY: as this function demands.
    unsafe { view::room(to, 1) }.copy_from_slice(&[counts]);
}

/// Twice the U statistic.
///
/// # Safety
/// `curve` is sorted.
#[wasm_bindgen]
pub unsafe fn curve_doubled_u(curve: usize) -> f64 {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    by_kind!(curve, E => unsafe { curve.sorted::<E>() }.doubled_u())
}

/// Area under the ROC curve up to a false positive rate, in units of positives × negatives.
///
/// # Safety
/// `curve` is sorted.
#[wasm_bindgen]
pub unsafe fn curve_area_up_to(curve: usize, max_fpr: f64) -> f64 {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    by_kind!(curve, E => unsafe { curve.sorted::<E>() }.area_up_to(max_fpr))
}

/// Average precision.
///
/// # Safety
/// `curve` is sorted.
#[wasm_bindgen]
pub unsafe fn curve_average_precision(curve: usize) -> f64 {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    by_kind!(curve, E => unsafe { curve.sorted::<E>() }.average_precision())
}

/// Writes threshold, value, tp and fp of the best threshold for an objective: 0 F1, 1 Youden, 2 accuracy, 3 the cost of
/// a false positive and of a false negative, negated.
///
/// # Safety
/// `curve` is sorted; `to` has room for four `f64`.
#[wasm_bindgen]
pub unsafe fn curve_best(curve: usize, objective: u32, fp_cost: f64, fn_cost: f64, to: usize) {
    let objective = match objective {
        0 => Objective::F1,
        1 => Objective::Youden,
        2 => Objective::Accuracy,
        _ => Objective::Cost(fp_cost, fn_cost),
    };
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    let best = by_kind!(curve, E => unsafe { curve.sorted::<E>() }.best(objective));
    // SAFETY: as this function demands.
    unsafe { view::room(to, 4) }.copy_from_slice(&[best.threshold, best.value, best.tp, best.fp]);
}
