//! The border of assay: pointers and lengths in, numbers and status codes out. No arithmetic.
//!
//! Every export takes plain numbers. A status of 0 is success; otherwise the slab says which argument is at fault, at
//! which element and with what value. Callers own all memory: what they pass must be room that [`alloc`] gave them.

mod axpy;
mod calibration;
mod calibration_resampled;
mod calibration_sorted;
mod calibrators;
mod class_thresholds;
mod class_weights;
mod confusion;
mod curve;
mod curve_histogram;
mod delong;
mod label_ranking;
mod losses;
mod memory;
mod multilabel;
mod odds;
mod paired;
mod regression;
mod resample;
mod set_level;
mod slab;
mod sparse;
mod special;
mod spiegelhalter;
mod state;
mod top_k;
mod view;

use wasm_bindgen::prelude::*;

/// The version of this border; the TypeScript side refuses another one.
#[wasm_bindgen]
pub fn abi_version() -> u32 {
    1
}
