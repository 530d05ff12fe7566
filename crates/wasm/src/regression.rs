//! The border of scores of real predictions.

use crate::{slab, view};
use assay_kernels::input::{Argument, Fault, Numbers, Status};
use assay_kernels::regression::order::{self, Entry, Value};
use assay_kernels::regression::{self, NUMBERS, Rows, Terms, Totals};
use wasm_bindgen::prelude::*;

/// Bytes of the totals of a pass.
#[wasm_bindgen]
pub fn regression_totals_bytes() -> usize {
    size_of::<Totals>()
}

/// Bytes of the room that is needed to put so many values in order.
#[wasm_bindgen]
pub fn regression_order_bytes(values: usize) -> f64 {
    2.0 * values as f64 * size_of::<Entry>() as f64
}

/// Makes the totals of no rows.
///
/// # Safety
/// `totals` is room of [`regression_totals_bytes`].
#[wasm_bindgen]
pub unsafe fn regression_start(totals: usize) {
    // SAFETY: as this function demands.
    unsafe { (totals as *mut Totals).write(Totals::new()) };
}

/// # Safety
/// The others are arrays of the types given with `count` rows, weights also of type 0 for none.
unsafe fn with_rows(
    count: usize,
    predictions: (usize, u32),
    targets: (usize, u32),
    weights: (usize, u32),
    above: [f64; 2],
    run: impl FnOnce(Rows<'_>) -> Status,
) -> u32 {
    let numbers = |(address, kind): (usize, u32)| {
        // SAFETY: as this function demands.
        unsafe { view::numbers(address, kind, count) }
    };
    let Some(targets) = numbers(targets) else {
        return slab::status(Err(Fault::misuse(Argument::Targets)));
    };
    let predictions = numbers(predictions).unwrap_or(Numbers::F64(&[]));
    let weights = numbers(weights);
    slab::status(run(Rows { predictions, targets, weights, constant: None, above }))
}

/// Adds the terms of some rows. Predictions of type 0 are all the number `constant`.
///
/// # Safety
/// `totals` were started; the others are arrays of the types given with `count` rows.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn regression_update(
    totals: usize,
    count: usize,
    predictions: usize,
    predictions_type: u32,
    targets: usize,
    targets_type: u32,
    weights: usize,
    weights_type: u32,
    predictions_above: f64,
    targets_above: f64,
    terms: u32,
    a: f64,
    b: f64,
    constant: f64,
) -> u32 {
    let Some(terms) = Terms::new(terms, a, b) else {
        return slab::status(Err(Fault::misuse(Argument::Predictions)));
    };
    // SAFETY: as this function demands.
    let totals = unsafe { &mut *(totals as *mut Totals) };
    let add = |rows: Rows<'_>| {
        let constant = (predictions_type == 0).then_some(constant);
        regression::update(totals, &Rows { constant, ..rows }, terms)
    };
    // SAFETY: as this function demands.
    unsafe {
        with_rows(
            count,
            (predictions, predictions_type),
            (targets, targets_type),
            (weights, weights_type),
            [predictions_above, targets_above],
            add,
        )
    }
}

/// Writes the number of rows, the weight, and three numbers for each term: its sum, its least and its largest value.
///
/// # Safety
/// `totals` were started; `to` has room for eleven `f64`.
#[wasm_bindgen]
pub unsafe fn regression_finish(totals: usize, to: usize) {
    // SAFETY: as this function demands.
    let (totals, to) = unsafe { (&*(totals as *const Totals), view::room::<f64>(to, NUMBERS)) };
    to.copy_from_slice(&totals.finish());
}

/// Writes one value of each row, 0 its error, 1 its prediction, 2 its target, and its weight where there are weights.
///
/// # Safety
/// The first six describe arrays as for [`regression_update`]; `values` has room for `count` `f64`, and so has `kept`
/// where there are weights.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn regression_keep(
    count: usize,
    predictions: usize,
    predictions_type: u32,
    targets: usize,
    targets_type: u32,
    weights: usize,
    weights_type: u32,
    value: u32,
    values: usize,
    kept: usize,
) -> u32 {
    let value = match value {
        0 => Value::Error,
        1 => Value::Prediction,
        _ => Value::Target,
    };
    let keep = |rows: Rows<'_>| {
        // SAFETY: as this function demands.
        let (values, kept) =
            unsafe { (view::room(values, count), if kept == 0 { &mut [] } else { view::room(kept, count) }) };
        order::keep(&rows, value, values, kept)
    };
    // SAFETY: as this function demands.
    unsafe {
        with_rows(
            count,
            (predictions, predictions_type),
            (targets, targets_type),
            (weights, weights_type),
            [f64::NEG_INFINITY; 2],
            keep,
        )
    }
}

/// The weights that were kept, if any, and the room to sort in.
///
/// # Safety
/// As [`regression_rank`].
unsafe fn weights_and_room(
    weights: usize,
    count: usize,
    room: usize,
) -> (Option<&'static [f64]>, &'static mut [Entry]) {
    // SAFETY: as this function demands.
    unsafe {
        (
            (weights != 0).then(|| view::slice(weights, count)),
            if room == 0 { &mut [] } else { view::room(room, 2 * count) },
        )
    }
}

/// Writes the two ends of the q-quantiles of values, which it puts in another order.
///
/// # Safety
/// `values` are `count` `f64`, and so are `weights` unless 0; `room` is room of [`regression_order_bytes`], or 0 where
/// there are no weights; `to` has room for two `f64`.
#[wasm_bindgen]
pub unsafe fn regression_quantiles(values: usize, weights: usize, count: usize, room: usize, q: f64, to: usize) {
    // SAFETY: as this function demands.
    let (values, (weights, room), to) =
        unsafe { (view::room(values, count), weights_and_room(weights, count, room), view::room::<f64>(to, 2)) };
    to.copy_from_slice(&order::quantiles(values, weights, room, q));
}

/// Puts mean ranks in the place of values.
///
/// # Safety
/// `values` are `count` `f64`, and so are `weights` unless 0; `room` is room of [`regression_order_bytes`].
#[wasm_bindgen]
pub unsafe fn regression_rank(values: usize, weights: usize, count: usize, room: usize) {
    // SAFETY: as this function demands.
    let (values, (weights, room)) =
        unsafe { (view::room::<f64>(values, count), weights_and_room(weights, count, room)) };
    order::rank(values, weights, room);
}
