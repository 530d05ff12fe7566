//! The border of distributions.

use assay_kernels::special::Special;
use wasm_bindgen::prelude::*;

/// The x that a standard normal number is below with chance p.
#[wasm_bindgen]
pub fn normal_quantile(p: f64) -> f64 {
    Special::new().normal_quantile(p)
}

/// The chance that a standard normal number is above x.
#[wasm_bindgen]
pub fn normal_upper_tail(x: f64) -> f64 {
    Special::new().normal_upper_tail(x)
}

/// The chance that a χ² with so many degrees of freedom is above x.
#[wasm_bindgen]
pub fn chi_square_upper_tail(x: f64, degrees: f64) -> f64 {
    Special::new().chi_square_upper_tail(x, degrees)
}

/// The chance of at least k among n, each with chance p; q is 1 − p.
#[wasm_bindgen]
pub fn binomial_upper_tail(k: f64, n: f64, p: f64, q: f64) -> f64 {
    Special::new().binomial_upper_tail(k, n, p, q)
}

/// ln P(K = k) for a binomial K: k of n with chance p, whole or not; q is 1 − p, both above 0.
#[wasm_bindgen]
pub fn ln_binomial(k: f64, n: f64, p: f64, q: f64) -> f64 {
    Special::new().ln_binomial(k, n, p, q)
}

/// eˣ.
#[wasm_bindgen]
pub fn exp(x: f64) -> f64 {
    Special::new().exp(x)
}

/// Natural logarithm.
#[wasm_bindgen]
pub fn ln(x: f64) -> f64 {
    Special::new().ln(x)
}
