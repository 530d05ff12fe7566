//! The kernels of assay: every number is computed here, on slices, with no knowledge of JavaScript.
//!
//! A metric is a state of whole numbers and exact sums ([`state`]), an `update` that adds rows to it and a `finish`
//! that reads it. Rows arrive in blocks of checked values ([`input`]); arithmetic is written once over vectors
//! ([`simd`]) and gives the same bits natively and in WebAssembly.

pub mod axpy;
pub mod calibration;
pub mod calibrators;
pub mod class_thresholds;
pub mod class_weights;
pub mod confusion;
pub mod curve;
pub mod decide;
pub mod input;
pub mod label_ranking;
pub mod losses;
pub mod math;
pub mod multilabel;
pub mod odds;
pub mod paired;
pub mod random;
pub mod regression;
pub mod resample;
pub mod set_level;
pub mod simd;
pub mod sort;
pub mod sparse;
pub mod special;
pub mod state;
pub mod sum;
#[cfg(test)]
mod testing;
mod tile;
pub mod top_k;
mod twofold;
