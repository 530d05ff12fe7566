//! The border of calibrators.

use crate::{slab, view};
use assay_kernels::calibrators::affine::{self, Affine};
use assay_kernels::calibrators::apply::{self, Map, Place};
use assay_kernels::calibrators::logistic::{self, Features, Midpoint};
use assay_kernels::calibrators::parts::{self, Part, Side};
use assay_kernels::calibrators::{self, Outcome, Rows, Scores, temperature};
use assay_kernels::input::{Argument, Fault, Numbers};
use assay_kernels::random::Random;
use wasm_bindgen::prelude::*;

/// Rows as the TypeScript side describes them.
#[repr(C)]
struct Described {
    scores: usize,
    scores_type: u32,
    rows: usize,
    /// Elements of one row of scores.
    columns: usize,
    /// `i32` labels, checked.
    labels: usize,
    /// `f64` weights; 0 where all are 1.
    weights: usize,
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
    unsafe fn scores(&self) -> Option<Numbers<'static>> {
        // SAFETY: as this function demands.
        unsafe { view::numbers(self.scores, self.scores_type, self.rows * self.columns) }
    }

    /// # Safety
    /// As [`Described::at`], with labels and weights that were taken.
    unsafe fn rows(&self) -> Rows<'static> {
        // SAFETY: as this function demands.
        unsafe { Rows { labels: view::slice(self.labels, self.rows), weights: view::slice(self.weights, self.rows) } }
    }
}

/// Checks scores and brings labels and weights to their types, in the rooms described; writes the sum of the weights.
///
/// # Safety
/// `described` is a description; labels and weights are arrays of the types given with a value for each row;
/// `class_weights` is 0 or so many `f64`; `to` has room for an `f64`.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn calibrators_take(
    described: usize,
    labels: usize,
    labels_type: u32,
    weights: usize,
    weights_type: u32,
    class_weights: usize,
    classes: usize,
    are_probabilities: bool,
    to: usize,
) -> u32 {
    // SAFETY: as this function demands.
    let described = unsafe { Described::at(described) };
    let rows = described.rows;
    // SAFETY: as this function demands.
    let (scores, labels, weights, class_weights) = unsafe {
        (
            described.scores(),
            view::numbers(labels, labels_type, rows),
            view::numbers(weights, weights_type, rows),
            view::slice(class_weights, classes),
        )
    };
    let (Some(scores), Some(labels)) = (scores, labels) else {
        return slab::status(Err(Fault::misuse(Argument::Targets)));
    };
    // SAFETY: as this function demands.
    let rooms = unsafe {
        let weights: &mut [f64] = if described.weights == 0 { &mut [] } else { view::room(described.weights, rows) };
        (view::room(described.labels, rows), weights)
    };
    let kind = if are_probabilities { Scores::Probabilities } else { Scores::Finite };
    let taken = kind
        .check(&scores)
        .and_then(|()| calibrators::take(&labels, weights.as_ref(), class_weights, classes, rooms))
        // SAFETY: as this function demands.
        .map(|total| unsafe { view::room(to, 1) }.copy_from_slice(&[total]));
    slab::status(taken)
}

/// Checks scores of a type: finite, or probabilities.
///
/// # Safety
/// `scores` are `len` numbers of the type.
#[wasm_bindgen]
pub unsafe fn calibrators_check(scores: usize, scores_type: u32, len: usize, are_probabilities: bool) -> u32 {
    let kind = if are_probabilities { Scores::Probabilities } else { Scores::Finite };
    // SAFETY: as this function demands.
    let scores = unsafe { view::numbers(scores, scores_type, len) };
    slab::status(scores.map_or(Err(Fault::misuse(Argument::Predictions)), |scores| kind.check(&scores)))
}

/// Writes what came of a fit: its outcome, then its parameters.
///
/// # Safety
/// `to` has room for so many `f64`.
unsafe fn write(outcome: &Outcome, parameters: &[f64], to: usize) {
    let numbers = outcome.numbers();
    // SAFETY: as this function demands.
    let (head, tail) = unsafe { view::room(to, numbers.len() + parameters.len()) }.split_at_mut(numbers.len());
    head.copy_from_slice(&numbers);
    tail.copy_from_slice(parameters);
}

/// Fits 1/T; writes four numbers of the outcome and the parameter.
///
/// # Safety
/// `described` is a description of rows that were taken; `to` has room for five `f64`.
#[wasm_bindgen]
pub unsafe fn calibrators_temperature(described: usize, total: f64, to: usize) {
    // SAFETY: as this function demands.
    let (described, rows) = unsafe { (Described::at(described), Described::at(described).rows()) };
    // SAFETY: as this function demands.
    if let Some(logits) = unsafe { described.scores() } {
        let (beta, outcome) = temperature::fit(&logits, described.columns, &rows, total);
        // SAFETY: as this function demands.
        unsafe { write(&outcome, &[beta], to) }
    }
}

/// Fits a logistic regression, which leaves ½ where it is if it is to; writes four numbers of the outcome and three
/// parameters.
///
/// # Safety
/// `described` is a description of rows that were taken; `room` has two `f64` for each; `to` has room for seven.
#[wasm_bindgen]
pub unsafe fn calibrators_logistic(
    described: usize,
    features: u32,
    through_half: bool,
    prior_correction: bool,
    room: usize,
    to: usize,
) {
    // SAFETY: as this function demands.
    let (described, rows) = unsafe { (Described::at(described), Described::at(described).rows()) };
    // SAFETY: as this function demands.
    let (scores, room) = unsafe { (described.scores(), view::room(room, 2 * described.rows)) };
    let features = (Features::from_code(features), if through_half { Midpoint::Half } else { Midpoint::Free });
    if let Some(scores) = scores {
        let (parameters, outcome) = logistic::fit(&scores, features, &rows, prior_correction, room);
        // SAFETY: as this function demands.
        unsafe { write(&outcome, &parameters, to) }
    }
}

fn affine_of(full: bool, classes: usize) -> Affine {
    if full { Affine::Full(classes) } else { Affine::Vector(classes) }
}

/// `f64` numbers of room that vector or, where `full`, Dirichlet scaling needs.
#[wasm_bindgen]
pub fn calibrators_affine_room(rows: usize, classes: usize, full: bool) -> f64 {
    affine_of(full, classes).room(rows) as f64
}

/// Fits vector or, where `full`, Dirichlet scaling; writes four numbers of the outcome and the parameters.
///
/// # Safety
/// `described` is a description of rows that were taken; `room` is that of [`calibrators_affine_room`]; `to` has room
/// for four `f64` and the parameters.
#[wasm_bindgen]
pub unsafe fn calibrators_affine(
    described: usize,
    total: f64,
    full: bool,
    off_diagonal: f64,
    intercept: f64,
    room: usize,
    to: usize,
) {
    // SAFETY: as this function demands.
    let (described, rows) = unsafe { (Described::at(described), Described::at(described).rows()) };
    let affine = affine_of(full, described.columns);
    // SAFETY: as this function demands.
    let (scores, room, to) = unsafe {
        (
            described.scores(),
            view::room(room, affine.room(described.rows)),
            view::room::<f64>(to, 4 + affine.parameters()),
        )
    };
    let Some(scores) = scores else { return };
    let Some((head, parameters)) = to.split_at_mut_checked(4) else { return };
    if let Some(outcome) = affine::fit(&scores, affine, [off_diagonal, intercept], &rows, total, parameters, room) {
        head.copy_from_slice(&outcome.numbers());
    }
}

/// `f64` numbers of room that [`calibrators_folds`] needs.
#[wasm_bindgen]
pub fn calibrators_folds_room(classes: usize, folds: usize) -> f64 {
    // Places are `u32`.
    parts::folds_room(classes, folds).div_ceil(2) as f64
}

/// Writes the fold of each row, as `u32`; how many rows weigh something.
///
/// # Safety
/// `described` is a description of rows that were taken; `room` is that of [`calibrators_folds_room`]; `to` has room for
/// a `u32` for each row.
#[wasm_bindgen]
pub unsafe fn calibrators_folds(
    described: usize,
    classes: usize,
    seed: f64,
    folds: usize,
    room: usize,
    to: usize,
) -> usize {
    // SAFETY: as this function demands.
    let (described, rows) = unsafe { (Described::at(described), Described::at(described).rows()) };
    // SAFETY: as this function demands.
    let (places, to) = unsafe { (view::room(room, parts::folds_room(classes, folds)), view::room(to, described.rows)) };
    parts::folds(Random::new(seed as u64), &rows, classes, folds, places, to)
}

/// Copies the rows of a fold, or all others, to the front, or where `back` from there to where they belong. Rows are of
/// so many words of four bytes, `count` of them at the front.
///
/// # Safety
/// `folds` are `rows` numbers of [`calibrators_folds`]; `from` and `to` are different, one of so many rows as there are,
/// the other one of those that are meant.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn calibrators_part(
    folds: usize,
    rows: usize,
    fold: u32,
    inside: bool,
    back: bool,
    from: usize,
    words: usize,
    count: usize,
    to: usize,
) {
    let side = if inside { Side::Inside } else { Side::Outside };
    // SAFETY: as this function demands.
    let part = Part { folds: unsafe { view::slice(folds, rows) }, fold, side };
    let (all, some) = (rows * words, count * words);
    // SAFETY: as this function demands.
    unsafe {
        if back {
            part.scatter::<u32>(view::slice(from, some), words, view::room(to, all));
        } else {
            part.gather::<u32>(view::slice(from, all), words, view::room(to, some));
        }
    }
}

/// Writes a column of the scores described in their type, and as `u8` where the label is this class.
///
/// # Safety
/// `described` is a description of rows of floats that were taken; there is room for a number of each row.
#[wasm_bindgen]
pub unsafe fn calibrators_class(described: usize, class: usize, column: usize, labels: usize) {
    // SAFETY: as this function demands.
    let (described, rows) = unsafe { (Described::at(described), Described::at(described).rows()) };
    let (count, columns) = (described.rows, described.columns);
    // SAFETY: as this function demands.
    unsafe {
        match described.scores() {
            Some(scores @ Numbers::F32(_)) => scores.column(columns, class, 0, view::room::<f32>(column, count)),
            Some(scores) => scores.column(columns, class, 0, view::room::<f64>(column, count)),
            None => {}
        }
        parts::is_class(rows.labels, class as i32, view::room(labels, count));
    }
}

/// `f64` numbers of scratch room that [`calibrators_apply`] needs.
#[wasm_bindgen]
pub fn calibrators_apply_room(kind: u32, columns: usize) -> f64 {
    apply::room(kind, columns) as f64
}

/// Applies a calibrator to rows of scores, 3 `f32`, 4 `f64`, whose probabilities are written to `to`.
///
/// # Safety
/// `scores` and `to` are `rows` rows of `columns` floats of the type, the same ones or not; there are so many `f64`
/// parameters; `scratch` is that of [`calibrators_apply_room`].
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn calibrators_apply(
    kind: u32,
    scores: usize,
    scores_type: u32,
    rows: usize,
    columns: usize,
    parameters: usize,
    count: usize,
    scratch: usize,
    to: usize,
) -> u32 {
    let len = rows * columns;
    // SAFETY: as this function demands.
    let (parameters, scratch) =
        unsafe { (view::slice(parameters, count), view::room(scratch, apply::room(kind, columns))) };
    // SAFETY: as this function demands. Scores are copied before there is a slice of where they go.
    let place = unsafe {
        match scores_type {
            3 => {
                core::ptr::copy(scores as *const f32, to as *mut f32, len);
                Some(Place::F32(view::room(to, len)))
            }
            4 => {
                core::ptr::copy(scores as *const f64, to as *mut f64, len);
                Some(Place::F64(view::room(to, len)))
            }
            _ => None,
        }
    };
    let (Some(map), Some(place)) = (Map::from_code(kind, parameters), place) else {
        return slab::status(Err(Fault::misuse(Argument::Predictions)));
    };
    slab::status(apply::apply(&map, place, columns, scratch))
}
