//! The border of calibration by sorted confidences.

use crate::curve::{Curve, by_kind};
use crate::view;
use assay_kernels::calibration::smooth;
use assay_kernels::calibration::sorted::{self, Mass};
use wasm_bindgen::prelude::*;

/// Writes bins of the confidences above a number, five `f64` each: 0 shared, 1 by quantiles, 2 by midpoints.
///
/// # Safety
/// `curve` is sorted; `to` has room for so many bins.
#[wasm_bindgen]
pub unsafe fn sorted_bins(curve: usize, above: f64, mass: u32, to: usize, bins: usize) {
    let mass = match mass {
        0 => Mass::Shared,
        1 => Mass::Quantile,
        _ => Mass::Midpoint,
    };
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    by_kind!(curve, E => unsafe { sorted::bins(&curve.sorted::<E>(), above, mass, view::room(to, bins)) })
}

/// The Kolmogorov–Smirnov distance of confidences from outcomes.
///
/// # Safety
/// `curve` is sorted.
#[wasm_bindgen]
pub unsafe fn sorted_kolmogorov_smirnov(curve: usize) -> f64 {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    by_kind!(curve, E => sorted::kolmogorov_smirnov(&unsafe { curve.sorted::<E>() }))
}

/// Area under the curve of risk and coverage.
///
/// # Safety
/// `curve` is sorted.
#[wasm_bindgen]
pub unsafe fn sorted_risk_coverage_area(curve: usize) -> f64 {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    by_kind!(curve, E => sorted::risk_coverage_area(&unsafe { curve.sorted::<E>() }))
}

/// Numbers that [`sorted_smooth`] needs room for.
#[wasm_bindgen]
pub fn smooth_room() -> usize {
    smooth::ROOM
}

/// Smooth calibration error at a bandwidth, or with NaN at its own.
///
/// # Safety
/// `curve` is sorted; `room` is room for [`smooth_room`] `f64`.
#[wasm_bindgen]
pub unsafe fn sorted_smooth(curve: usize, bandwidth: f64, room: usize) -> f64 {
    // SAFETY: as this function demands.
    let (curve, room) = unsafe { (Curve::at(curve), view::room(room, smooth::ROOM)) };
    let bandwidth = (!bandwidth.is_nan()).then_some(bandwidth);
    // SAFETY: as this function demands.
    by_kind!(curve, E => smooth::smooth(&unsafe { curve.sorted::<E>() }, bandwidth, room))
}
