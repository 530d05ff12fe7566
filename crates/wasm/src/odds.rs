//! The border of odds of classes.

use crate::{slab, view};
use assay_kernels::input::{Argument, Fault};
use assay_kernels::odds::{self, Odds, ROOM};
use wasm_bindgen::prelude::*;

/// Bytes of room that rows of so many classes are worked on in.
#[wasm_bindgen]
pub fn odds_room(classes: usize) -> f64 {
    8.0 * ROOM as f64 * classes as f64
}

/// Writes the logarithms of the odds of each class in each row of logits, as floats of the same type.
///
/// # Safety
/// `logits` is an array of the type given with `rows` rows of `classes` elements, `to` room for as many, and `room` of
/// [`odds_room`]; they do not overlap.
#[wasm_bindgen]
pub unsafe fn odds_write(rows: usize, classes: usize, logits: usize, kind: u32, room: usize, to: usize) -> u32 {
    let elements = rows * classes;
    // SAFETY: as this function demands.
    let Some(logits) = (unsafe { view::numbers(logits, kind, elements) }) else {
        return slab::status(Err(Fault::misuse(Argument::Predictions)));
    };
    // SAFETY: as this function demands.
    let (room, to) = unsafe {
        (
            view::room(room, ROOM * classes),
            if kind == 3 { Odds::F32(view::room(to, elements)) } else { Odds::F64(view::room(to, elements)) },
        )
    };
    slab::status(odds::write(logits, classes, room, to))
}
