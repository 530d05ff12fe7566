//! The border of thresholds for each class.

use crate::{slab, view};
use assay_kernels::class_thresholds::{self, ClassCounts, Objective, Rows};
use assay_kernels::input::{Argument, Fault};
use assay_kernels::sparse::Entry;
use wasm_bindgen::prelude::*;

/// Rows and rooms as the TypeScript side describes them.
#[repr(C)]
struct Described {
    scores: usize,
    scores_type: u32,
    rows: usize,
    classes: usize,
    none: usize,
    /// `i32` labels, checked.
    labels: usize,
    /// `f64` weights; 0 where there are none.
    weights: usize,
    /// An `f64` for each class.
    thresholds: usize,
    /// [`ClassCounts`] for each class.
    counts: usize,
    /// Entries for each row, twice.
    entries: usize,
    spare: usize,
}

impl Described {
    /// # Safety
    /// The address is that of a description whose rooms are as it says.
    unsafe fn at(address: usize) -> &'static Self {
        // SAFETY: as this function demands.
        unsafe { &*(address as *const Self) }
    }

    /// # Safety
    /// As [`Described::at`].
    unsafe fn rows(&self) -> Option<Rows<'static>> {
        // SAFETY: as this function demands.
        unsafe {
            Some(Rows {
                scores: view::numbers(self.scores, self.scores_type, self.rows * self.classes)?,
                labels: view::slice(self.labels, self.rows),
                weights: (self.weights != 0).then(|| view::slice(self.weights, self.rows)),
                classes: self.classes,
                none: self.none,
            })
        }
    }

    /// # Safety
    /// As [`Described::at`], and nobody else uses the rooms meanwhile.
    unsafe fn rooms(&self) -> (&'static mut [f64], &'static mut [ClassCounts]) {
        // SAFETY: as this function demands.
        unsafe { (view::room(self.thresholds, self.classes), view::room(self.counts, self.classes)) }
    }
}

/// Checks scores, and brings labels and weights to their types, in the rooms described.
///
/// # Safety
/// `described` is a description; the others are arrays of the types given with a value for each row.
#[wasm_bindgen]
pub unsafe fn class_thresholds_take(
    described: usize,
    labels: usize,
    labels_type: u32,
    weights: usize,
    weights_type: u32,
) -> u32 {
    // SAFETY: as this function demands.
    let described = unsafe { Described::at(described) };
    let (rows, classes) = (described.rows, described.classes);
    // SAFETY: as this function demands.
    let (scores, labels, weights) = unsafe {
        (
            view::numbers(described.scores, described.scores_type, rows * classes),
            view::numbers(labels, labels_type, rows),
            view::numbers(weights, weights_type, rows),
        )
    };
    let (Some(scores), Some(labels)) = (scores, labels) else {
        return slab::status(Err(Fault::misuse(Argument::Targets)));
    };
    // SAFETY: as this function demands.
    let to = unsafe {
        let weights: &mut [f64] = if described.weights == 0 { &mut [] } else { view::room(described.weights, rows) };
        (view::room(described.labels, rows), weights)
    };
    slab::status(class_thresholds::take(&scores, &labels, weights.as_ref(), classes, to))
}

/// The objective at the thresholds described.
///
/// # Safety
/// `described` is a description of rows that were taken.
#[wasm_bindgen]
pub unsafe fn class_thresholds_value(described: usize, objective: u32) -> f64 {
    // SAFETY: as this function demands.
    let described = unsafe { Described::at(described) };
    // SAFETY: as this function demands.
    let (Some(rows), (thresholds, counts)) = (unsafe { (described.rows(), described.rooms()) }) else {
        return f64::NAN;
    };
    rows.count(thresholds, counts);
    class_thresholds::value(Objective::from_code(objective), counts)
}

/// Moves the threshold of one class to where the objective is largest, the others as they are; the objective there.
///
/// # Safety
/// `described` is a description of rows that were taken.
#[wasm_bindgen]
pub unsafe fn class_thresholds_improve(described: usize, objective: u32, class: usize) -> f64 {
    // SAFETY: as this function demands.
    let described = unsafe { Described::at(described) };
    // SAFETY: as this function demands.
    let (Some(rows), (thresholds, counts)) = (unsafe { (described.rows(), described.rooms()) }) else {
        return f64::NAN;
    };
    // SAFETY: as this function demands.
    let (entries, spare) = unsafe {
        (view::room::<Entry>(described.entries, described.rows), view::room(described.spare, described.rows))
    };
    rows.improve(Objective::from_code(objective), class, thresholds, counts, entries, spare)
}

/// Writes the predicted class of each row.
///
/// # Safety
/// `scores` is an array of the type given with `rows` rows of `classes`; `thresholds` are so many `f64`; `to` has room
/// for an `i32` for each row.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn class_thresholds_predict(
    scores: usize,
    scores_type: u32,
    rows: usize,
    classes: usize,
    thresholds: usize,
    none: usize,
    to: usize,
) -> u32 {
    // SAFETY: as this function demands.
    let scores = unsafe { view::numbers(scores, scores_type, rows * classes) };
    let Some(scores) = scores else { return slab::status(Err(Fault::misuse(Argument::Predictions))) };
    if let Err(fault) = class_thresholds::check(&scores) {
        return slab::status(Err(fault));
    }
    let rows_of = Rows { scores, labels: &[], weights: None, classes, none };
    // SAFETY: as this function demands.
    rows_of.predict(unsafe { view::slice(thresholds, classes) }, unsafe { view::room(to, rows) });
    0
}
