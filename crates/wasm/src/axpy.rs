//! The border of sums of arrays.

use crate::view;
use assay_kernels::axpy;
use assay_kernels::simd::Scalar;
use wasm_bindgen::prelude::*;

/// y ← b·y + a·x, or b·y where there is no x, for floats of a type: 3 `f32`, 4 `f64`.
///
/// # Safety
/// `y` is room for `len` floats of the type; `x` is 0 or the address of as many, none of them in `y`.
#[wasm_bindgen]
pub unsafe fn axpby(len: usize, kind: u32, y: usize, b: f64, x: usize, a: f64) {
    // SAFETY: as this function demands.
    unsafe {
        match kind {
            3 => run::<f32>(len, y, b, x, a),
            4 => run::<f64>(len, y, b, x, a),
            _ => {}
        }
    }
}

/// The same for one type.
///
/// # Safety
/// As [`axpby`].
unsafe fn run<S: Scalar + 'static>(len: usize, y: usize, b: f64, x: usize, a: f64) {
    // SAFETY: as this function demands.
    let y = unsafe { view::room::<S>(y, len) };
    if x == 0 {
        axpy::scale(y, b);
    } else {
        // SAFETY: as this function demands.
        axpy::axpby(y, b, unsafe { view::slice::<S>(x, len) }, a);
    }
}
