//! Losses of soft counts with their derivatives, arranged so that a small loss keeps its digits.

use crate::losses::{power, times};
use crate::math::Math;
use crate::simd::{F64x2, Vector};

/// TP, FP and FN of a group.
#[derive(Clone, Copy)]
pub struct Counts {
    /// Σ w·p·t.
    pub tp: f64,
    /// Σ w·p·(1 − t).
    pub fp: f64,
    /// Σ w·(1 − p)·t.
    pub fn_: f64,
}

/// A loss, and its derivatives by TP, FP and FN.
#[derive(Clone, Copy)]
pub struct Value {
    /// The loss.
    pub loss: f64,
    /// Its derivatives.
    pub derivatives: [f64; 3],
}

impl Value {
    /// Of a class that costs nothing.
    pub const NOTHING: Self = Self { loss: 0.0, derivatives: [0.0; 3] };
}

/// Weights of the counts, and what is added to numerator and denominator.
#[derive(Clone, Copy)]
pub struct Overlap {
    /// Weight of TP.
    pub tp: f64,
    /// Weight of FP.
    pub fp: f64,
    /// Weight of FN.
    pub fn_: f64,
    /// Added to the numerator.
    pub numerator: f64,
    /// Added to the denominator.
    pub denominator: f64,
}

impl Overlap {
    /// Dice without smoothing.
    pub const DICE: Self = Self { tp: 2.0, fp: 1.0, fn_: 1.0, numerator: 0.0, denominator: 0.0 };
    /// Jaccard without smoothing.
    pub const JACCARD: Self = Self { tp: 1.0, ..Self::DICE };
}

/// 1 − (k·TP + a) / (k·TP + wrong + b), as (wrong + b − a) / (k·TP + wrong + b). NaN where that is 0/0.
pub fn overlap(counts: Counts, of: Overlap) -> Value {
    let wrong = of.fn_ * counts.fn_ + of.fp * counts.fp;
    let right = of.tp * counts.tp;
    let denominator = right + wrong + of.denominator;
    let loss = (wrong + (of.denominator - of.numerator)) / denominator;
    let right = (right + of.numerator) / denominator;
    Value {
        loss,
        derivatives: [-of.tp * loss / denominator, of.fp * right / denominator, of.fn_ * right / denominator],
    }
}

/// A loss to a power.
pub fn focal(Value { loss, derivatives }: Value, exponent: f64) -> Value {
    let slope = exponent * to_power(loss, exponent - 1.0);
    Value { loss: to_power(loss, exponent), derivatives: derivatives.map(|d| times(slope, d)) }
}

fn to_power(x: f64, exponent: f64) -> f64 {
    let [power, _] = power(&Math::<F64x2>::new(), F64x2::splat(x), exponent).to_array();
    power
}

/// 1 − F with F = 2PR / (P + R + ε). Multiplied out, with a = TP + FP + ε, b = TP + FN + ε and
/// D = TP·(a + b) + ε·a·b, F is 2TP² / D and 1 − F is (TP·(FP + FN + 2ε) + ε·a·b) / D.
pub fn soft_f1(counts: Counts, epsilon: f64) -> Value {
    if epsilon == 0.0 {
        return overlap(counts, Overlap::DICE);
    }
    let Counts { tp, fp, fn_ } = counts;
    let (a, b) = (tp + fp + epsilon, tp + fn_ + epsilon);
    let denominator = tp * (a + b) + epsilon * a * b;
    let f1 = 2.0 * tp * tp / denominator;
    let wrong = tp * (fp + fn_ + 2.0 * epsilon);
    let by_tp = wrong + epsilon * (a * (fn_ + epsilon) + b * (fp + epsilon));
    Value {
        loss: (wrong + epsilon * a * b) / denominator,
        derivatives: [
            -2.0 * tp / denominator * by_tp / denominator,
            f1 * (tp + epsilon * b) / denominator,
            f1 * (tp + epsilon * a) / denominator,
        ],
    }
}

/// 1 − (2TP + smooth) / max(2TP + FP + FN + smooth, eps).
pub fn multiclass_dice(counts: Counts, smooth: f64, eps: f64) -> Value {
    let Counts { tp, fp, fn_ } = counts;
    if 2.0 * tp + fp + fn_ + smooth < eps {
        return Value { loss: 1.0 - (2.0 * tp + smooth) / eps, derivatives: [-2.0 / eps, 0.0, 0.0] };
    }
    overlap(counts, Overlap { numerator: smooth, denominator: smooth, ..Overlap::DICE })
}
