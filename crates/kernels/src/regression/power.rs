//! Powers of any exponent, with nearly all digits: the logarithm is taken in two floats, the exponential of both.

use super::V;
use crate::math::{Coefficients, Math};
use crate::simd::Vector;

/// 2²⁷ + 1: splits a float64 into two halves.
const SPLITTER: f64 = 134_217_729.0;

/// An exponent beyond this takes every number but 1 to 0 or ∞.
const LARGEST_EXPONENT: f64 = 1e20;

const LIFT: f64 = <f64 as Coefficients>::LIFT;
const LIFT_EXPONENT: f64 = <f64 as Coefficients>::LIFT_EXPONENT;

/// x to a power y, for finite x ≥ 0: within 1.5 + |y·ln x| / 60 ulp, and one unit of the smallest number below the normal
/// ones.
#[inline(always)]
pub fn power(m: &Math<V>, x: V, exponent: f64) -> V {
    let exponent = exponent.clamp(-LARGEST_EXPONENT, LARGEST_EXPONENT);
    let at_zero = match exponent {
        0.0 => 1.0,
        y if y > 0.0 => 0.0,
        _ => f64::INFINITY,
    };
    let y = V::splat(exponent);
    let (log, low) = ln(m, x);
    let (product, rest) = multiply(y, log);
    let e = m.exp(product);
    let power = V::select(e.lt(m.infinity), e + e * (rest + y * low), e);
    V::select(x.eq(m.zero), V::splat(at_zero), power)
}

/// (h, l) with h + l = ln x to about 2⁻⁵⁹ relative, for finite x > 0. As [`Math::ln`] with s = f / (2 + f) and
/// ln m = 2s + s·R(s²), but with the leading 2s in two floats.
#[inline(always)]
fn ln(m: &Math<V>, x: V) -> (V, V) {
    let subnormal = x.lt(V::splat(f64::MIN_POSITIVE));
    let (mantissa, k) = V::select(subnormal, x * V::splat(LIFT), x).mantissa_exponent(V::splat(f64::ROOT_HALF));
    let k = k - V::select(subnormal, V::splat(LIFT_EXPONENT), m.zero);
    let f = mantissa - m.one;
    let (divisor, divisor_low) = add(m.two(), f);
    let s = f / divisor;
    let (product, product_low) = multiply(s, divisor);
    let s_low = ((f - product) - product_low - s * divisor_low) / divisor;
    let z = s * s;
    let r = f64::LN.iter().fold(m.zero, |sum, &term| sum * z + V::splat(term));
    let (high, rest) = add(k * V::splat(f64::LN2_HIGH), s + s);
    let low = rest + (k * V::splat(f64::LN2_LOW) + (s_low + s_low + s * (z * r)));
    let sum = high + low;
    (sum, low - (sum - high))
}

/// a + b exactly, as the rounded sum and what it lacks (Knuth 1969).
#[inline(always)]
fn add(a: V, b: V) -> (V, V) {
    let sum = a + b;
    let bb = sum - a;
    (sum, (a - (sum - bb)) + (b - bb))
}

/// a · b exactly, as the rounded product and what it lacks (Dekker 1971).
#[inline(always)]
fn multiply(a: V, b: V) -> (V, V) {
    let split = |x: V| {
        let c = V::splat(SPLITTER) * x;
        let high = c - (c - x);
        (high, x - high)
    };
    let ((ah, al), (bh, bl)) = (split(a), split(b));
    let product = a * b;
    (product, ((ah * bh - product) + ah * bl + al * bh) + al * bl)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(x: f64, y: f64) -> f64 {
        power(&Math::new(), V::splat(x), y).to_array()[0]
    }

    #[test]
    fn powers_keep_their_digits() {
        let mut state = 1u64;
        let mut unit = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let mut worst: f64 = 0.0;
        for _ in 0..if cfg!(miri) { 300 } else { 200_000 } {
            let x = f64::from_bits((unit() * f64::INFINITY.to_bits() as f64) as u64).max(1e-320);
            let y = (unit() - 0.5) * 2.0 * if x.log2().abs() > 1.0 { 1000.0 / x.log2() } else { 50.0 };
            for (x, y) in [(x, y), (0.5 + unit(), y), (1.0 + (unit() - 0.5) * 1e-6, y), (x, -1.0), (1e3 * unit(), 0.5)]
            {
                let truth = x.powf(y);
                if truth.is_normal() {
                    let ulp = (truth.log2().floor() - 52.0).exp2();
                    worst = worst.max((one(x, y) - truth).abs() / ulp - truth.ln().abs() / 60.0);
                }
            }
        }
        // The reference is itself off by less than one unit.
        assert!(worst < 2.5, "{worst}");
    }

    #[test]
    fn ends_of_the_domain() {
        assert_eq!([one(0.0, 2.5), one(0.0, -1.0), one(0.0, 0.0)], [0.0, f64::INFINITY, 1.0]);
        assert_eq!([one(1.0, 1e308), one(1.0, -0.3), one(7.0, 0.0)], [1.0; 3]);
        assert_eq!([one(2.0, 1e308), one(0.5, -1e308), one(1e300, 3.0)], [f64::INFINITY; 3]);
        assert_eq!([one(2.0, -1e308), one(0.5, 1e9), one(1e-320, 2.0)], [0.0; 3]);
        assert_eq!([one(4.0, 0.5), one(8.0, 3.0), one(0.125, -2.0)], [2.0, 512.0, 64.0]);
        assert_eq!(one(f64::from_bits(1), -0.5).log2(), 537.0);
        assert_eq!(one(f64::MAX, 1.0), f64::MAX);
    }
}
