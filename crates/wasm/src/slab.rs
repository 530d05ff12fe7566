//! One fixed place for what does not fit a return value: the fault of the last call, and configurations on their way in.

use assay_kernels::input::{Fault, Status};
use assay_kernels::state::CONFIG;
use std::cell::UnsafeCell;
use wasm_bindgen::prelude::*;

/// The slab, as the TypeScript side reads it: `f64` words.
#[repr(C)]
struct Slab {
    argument: f64,
    index: f64,
    value: f64,
    config: [f64; CONFIG],
}

struct Place(UnsafeCell<Slab>);

// SAFETY: an instance of this module runs on one thread; threads have an instance each.
unsafe impl Sync for Place {}

static SLAB: Place = Place(UnsafeCell::new(Slab { argument: 0.0, index: 0.0, value: 0.0, config: [0.0; CONFIG] }));

/// Where the slab is: argument, index and value of the last fault, then the configuration to read.
#[wasm_bindgen]
pub fn slab() -> usize {
    SLAB.0.get() as usize
}

/// The configuration that the caller left.
pub fn config() -> [f64; CONFIG] {
    // SAFETY: one thread, and no reference to the slab outlives a call.
    unsafe { (*SLAB.0.get()).config }
}

/// 0, or the code of the problem with its place left in the slab.
pub fn status(status: Status) -> u32 {
    let Err(Fault { problem, argument, index, value }) = status else {
        return 0;
    };
    // SAFETY: one thread, and no reference to the slab outlives a call.
    let slab = unsafe { &mut *SLAB.0.get() };
    slab.argument = f64::from(argument as u32);
    slab.index = index as f64;
    slab.value = value;
    problem as u32
}
