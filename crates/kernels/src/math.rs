//! Transcendentals of our own, the same bits on every machine.
//!
//! | function | domain | error in f32 | error in f64 |
//! | --- | --- | --- | --- |
//! | [`exp`] | all | < 1.1 ulp | < 1.1 ulp |
//! | [`ln`] | all | < 1 ulp | < 1 ulp |
//! | [`ln_1p`] | > −1, finite | < 2.2 ulp | < 2.2 ulp |
//! | [`ln_1p_unit`] | 0..=1 | < 2.2 ulp | < 2.2 ulp |
//! | [`ln_complement`] | 0..1 | < 2.2 ulp | < 2.2 ulp |
//!
//! Exhaustive over f32 in `test:slow`, strided in the ordinary tests. Results below the normal numbers are off by at
//! most one unit of the smallest number.

use crate::simd::Vector;

/// The constants of one float type.
pub trait Coefficients: Sized + 'static {
    /// 1 / ln 2.
    const LOG2_E: Self;
    /// ln 2 with enough trailing zeros that k · LN2_HIGH is exact for every exponent k.
    const LN2_HIGH: Self;
    /// ln 2 − LN2_HIGH.
    const LN2_LOW: Self;
    /// Below, exp rounds to 0.
    const EXP_LOWEST: Self;
    /// Above, exp is ∞.
    const EXP_HIGHEST: Self;
    /// (eʳ − 1 − r) / r² on |r| ≤ ½ ln 2, highest power first.
    const EXP: &'static [Self];
    /// (ln((1+s)/(1−s)) − 2s) / s, in powers of s², highest first, without the constant term.
    const LN: &'static [Self];
    /// The smallest normal number.
    const SMALLEST_NORMAL: Self;
    /// Lifts subnormal numbers into the normal ones: 2^LIFT.
    const LIFT: Self;
    /// log₂ of the above.
    const LIFT_EXPONENT: Self;
    /// The gap between 1 and the next number.
    const EPSILON: Self;
    /// 0.
    const ZERO: Self;
    /// ½.
    const HALF: Self;
    /// 1.
    const ONE: Self;
    /// 2.
    const TWO: Self;
    /// +∞.
    const INFINITY: Self;
    /// The canonical NaN.
    const NAN: Self;
}

impl Coefficients for f32 {
    const LOG2_E: Self = core::f32::consts::LOG2_E;
    const LN2_HIGH: Self = 0.693_145_75;
    const LN2_LOW: Self = 1.428_606_8e-6;
    const EXP_LOWEST: Self = -104.0;
    const EXP_HIGHEST: Self = 89.0;
    const EXP: &'static [Self] = &[1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
    const LN: &'static [Self] = &[0.242_790_79, 0.284_987_87, 0.400_009_72, 0.666_666_6];
    const SMALLEST_NORMAL: Self = f32::MIN_POSITIVE;
    const LIFT: Self = 33_554_432.0;
    const LIFT_EXPONENT: Self = 25.0;
    const EPSILON: Self = f32::EPSILON;
    const ZERO: Self = 0.0;
    const HALF: Self = 0.5;
    const ONE: Self = 1.0;
    const TWO: Self = 2.0;
    const INFINITY: Self = f32::INFINITY;
    const NAN: Self = f32::NAN;
}

impl Coefficients for f64 {
    const LOG2_E: Self = core::f64::consts::LOG2_E;
    const LN2_HIGH: Self = 6.931_471_803_691_238e-1;
    const LN2_LOW: Self = 1.908_214_929_270_587_7e-10;
    const EXP_LOWEST: Self = -746.0;
    const EXP_HIGHEST: Self = 710.0;
    // The Taylor series: its first omitted term is 4e-18 at the ends of the range.
    const EXP: &'static [Self] = &[
        1.605_904_383_682_161_5e-10,
        2.087_675_698_786_81e-9,
        2.505_210_838_544_172e-8,
        2.755_731_922_398_589_3e-7,
        2.755_731_922_398_589e-6,
        2.480_158_730_158_73e-5,
        1.984_126_984_126_984e-4,
        1.388_888_888_888_889e-3,
        8.333_333_333_333_333e-3,
        4.166_666_666_666_666_4e-2,
        1.666_666_666_666_666_6e-1,
        0.5,
    ];
    const LN: &'static [Self] = &[
        1.479_819_860_511_658_6e-1,
        1.531_383_769_920_937_3e-1,
        1.818_357_216_161_805e-1,
        2.222_219_843_214_978_4e-1,
        2.857_142_874_366_239e-1,
        3.999_999_999_940_942e-1,
        6.666_666_666_666_735e-1,
    ];
    const SMALLEST_NORMAL: Self = f64::MIN_POSITIVE;
    const LIFT: Self = 18_014_398_509_481_984.0;
    const LIFT_EXPONENT: Self = 54.0;
    const EPSILON: Self = f64::EPSILON;
    const ZERO: Self = 0.0;
    const HALF: Self = 0.5;
    const ONE: Self = 1.0;
    const TWO: Self = 2.0;
    const INFINITY: Self = f64::INFINITY;
    const NAN: Self = f64::NAN;
}

/// Horner's scheme, highest power first.
#[inline(always)]
fn polynomial<V: Vector>(x: V, coefficients: &[V::Scalar]) -> V {
    let mut sum = V::splat(V::Scalar::ZERO);
    for (i, &c) in coefficients.iter().enumerate() {
        sum = if i == 0 { V::splat(c) } else { sum * x + V::splat(c) };
    }
    sum
}

/// eˣ.
#[inline(always)]
pub fn exp<V: Vector>(x: V) -> V {
    exp_sum(x, V::splat(V::Scalar::ZERO))
}

/// e^(x + low), where `low` is the rounding error of `x`: a difference of logits keeps the digits that its exponential
/// would otherwise lose.
#[inline(always)]
pub fn exp_sum<V: Vector>(x: V, low: V) -> V {
    let x = x.pmax(V::splat(V::Scalar::EXP_LOWEST)).pmin(V::splat(V::Scalar::EXP_HIGHEST));
    let k = (x * V::splat(V::Scalar::LOG2_E)).round();
    let r = (x - k * V::splat(V::Scalar::LN2_HIGH)) - (k * V::splat(V::Scalar::LN2_LOW) - low);
    let one = V::splat(V::Scalar::ONE);
    let y = one + (r + r * r * polynomial(r, V::Scalar::EXP));
    // In two factors, since 2ᵏ itself may lie outside the normal numbers where eˣ does not.
    let half = (k * V::splat(V::Scalar::HALF)).round();
    y * V::exp2_whole(half) * V::exp2_whole(k - half)
}

/// Natural logarithm: −∞ at 0, NaN below.
#[inline(always)]
pub fn ln<V: Vector>(x: V) -> V {
    let subnormal = x.lt(V::splat(V::Scalar::SMALLEST_NORMAL));
    let lifted = V::select(subnormal, x * V::splat(V::Scalar::LIFT), x);
    let y = ln_normal(lifted, V::select(subnormal, V::splat(V::Scalar::LIFT_EXPONENT), V::splat(V::Scalar::ZERO)));
    let zero = V::splat(V::Scalar::ZERO);
    let y = V::select(x.eq(zero), -V::splat(V::Scalar::INFINITY), y);
    let y = V::select(x.eq(V::splat(V::Scalar::INFINITY)), x, y);
    V::select(zero.le(x), y, V::splat(V::Scalar::NAN))
}

/// Natural logarithm of a finite x ≥ 0; at 0 a number below the logarithm of every other one instead of −∞, for callers
/// that clamp.
#[inline(always)]
pub fn ln_clamped<V: Vector>(x: V) -> V {
    let subnormal = x.lt(V::splat(V::Scalar::SMALLEST_NORMAL));
    let lifted = V::select(subnormal, x * V::splat(V::Scalar::LIFT), x);
    ln_normal(lifted, V::select(subnormal, V::splat(V::Scalar::LIFT_EXPONENT), V::splat(V::Scalar::ZERO)))
}

/// ln x − lift · ln 2 for normal positive x. With s = f / (2 + f) and f = m − 1, ln m = 2s + s³·R(s²), arranged as in
/// fdlibm's `log` so that f itself carries the leading digits.
#[inline(always)]
fn ln_normal<V: Vector>(x: V, lift: V) -> V {
    let (m, k) = x.mantissa_exponent();
    let k = k - lift;
    let f = m - V::splat(V::Scalar::ONE);
    let s = f / (V::splat(V::Scalar::TWO) + f);
    let z = s * s;
    let r = z * polynomial(z, V::Scalar::LN);
    let half_square = V::splat(V::Scalar::HALF) * f * f;
    let low = s * (half_square + r) + k * V::splat(V::Scalar::LN2_LOW);
    k * V::splat(V::Scalar::LN2_HIGH) - ((half_square - low) - f)
}

/// ln(1 + x) for finite x > −1, without losing the digits of a small x: the rounding error of 1 + x is put back.
#[inline(always)]
pub fn ln_1p<V: Vector>(x: V) -> V {
    let one = V::splat(V::Scalar::ONE);
    let u = one + x;
    let rest = u - one;
    let error = (one - (u - rest)) + (x - rest);
    ln_normal(u, V::splat(V::Scalar::ZERO)) + error / u
}

/// ln(1 − p) for p in 0..=1, clamped like [`ln_clamped`] at p = 1. What 1 − p rounds away is put back as `c / (1 − p)`,
/// with the quotient to first order: it is not 0 only for p < ½, where the rest is below the last digit.
#[inline(always)]
pub fn ln_complement<V: Vector>(p: V) -> V {
    let one = V::splat(V::Scalar::ONE);
    let u = one - p;
    let c = (one - u) - p;
    ln_clamped(u) + c * (one + p)
}

/// ln(1 + e) for e in 0..=1. What 1 + e rounds away is put back as `c / (1 + e)`, with the quotient as a straight line
/// through its ends, which is within 0.09 of it.
#[inline(always)]
pub fn ln_1p_unit<V: Vector>(e: V) -> V {
    let one = V::splat(V::Scalar::ONE);
    let u = one + e;
    let c = e - (u - one);
    ln_normal(u, V::splat(V::Scalar::ZERO)) + c * (one - V::splat(V::Scalar::HALF) * e)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{F32x4, F64x2, Scalar};

    fn one<S: Scalar>(f: impl Fn(S::Vector) -> S::Vector, x: S) -> S {
        f(S::Vector::splat(x)).to_array().as_ref()[0]
    }

    /// Distance from the true value in units of the last place of f32 (of the smallest number below the normal ones).
    fn ulp_f32(got: f32, truth: f64) -> f64 {
        let rounded = truth as f32;
        if got == rounded || (got.is_nan() && rounded.is_nan()) {
            return 0.0;
        }
        if !got.is_finite() || !rounded.is_finite() {
            return f64::INFINITY;
        }
        let exponent = truth.abs().log2().floor().max(-126.0);
        (f64::from(got) - truth).abs() / (exponent - 23.0).exp2()
    }

    fn ulp_f64(got: f64, truth: f64) -> f64 {
        if got == truth || (got.is_nan() && truth.is_nan()) {
            return 0.0;
        }
        let exponent = truth.abs().log2().floor().max(-1022.0);
        (got - truth).abs() / (exponent - 52.0).exp2()
    }

    fn worst_f32(
        f: impl Fn(F32x4) -> F32x4,
        truth: impl Fn(f64) -> f64,
        domain: impl Fn(f32) -> bool,
        stride: usize,
    ) -> f64 {
        let mut worst: f64 = 0.0;
        for bits in (0..=u32::MAX).step_by(stride) {
            let x = f32::from_bits(bits);
            if domain(x) {
                worst = worst.max(ulp_f32(one(&f, x), truth(f64::from(x))));
            }
        }
        worst
    }

    fn check_f32(stride: usize) {
        let any = |_: f32| true;
        let worst = [
            worst_f32(exp, f64::exp, any, stride),
            worst_f32(ln, f64::ln, any, stride),
            worst_f32(ln_1p, f64::ln_1p, |x| x > -1.0 && x < f32::MAX, stride),
            worst_f32(ln_1p_unit, f64::ln_1p, |x| (0.0..=1.0).contains(&x), stride),
            worst_f32(ln_complement, |p| (-p).ln_1p(), |x| (0.0..1.0).contains(&x), stride),
        ];
        assert!(worst[0] < 1.1 && worst[1] < 1.0 && worst[2..].iter().all(|&w| w < 2.2), "{worst:?}");
    }

    #[test]
    fn f32_functions_keep_their_error_on_a_stride() {
        check_f32(if cfg!(miri) { 40_000_003 } else { 4_099 });
    }

    #[test]
    #[ignore = "all 2³² floats: minutes in a release build"]
    fn f32_functions_keep_their_error_on_every_float() {
        check_f32(1);
    }

    /// The reference is itself off by less than one unit, so the bounds are a half more than those stated.
    #[test]
    fn f64_functions_keep_their_error() {
        let mut state = 1u64;
        let mut worst = [0.0_f64; 3];
        for _ in 0..if cfg!(miri) { 500 } else { 300_000 } {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let unit = (state >> 11) as f64 / (1u64 << 53) as f64;
            let wide = unit * 1500.0 - 750.0;
            let positive = f64::from_bits(state >> 1);
            worst[0] = worst[0].max(ulp_f64(one(exp, wide), wide.exp()));
            worst[0] = worst[0].max(ulp_f64(one(exp, unit), unit.exp()));
            if positive.is_finite() {
                worst[1] = worst[1].max(ulp_f64(one(ln, positive), positive.ln()));
            }
            worst[1] = worst[1].max(ulp_f64(one(ln, 0.5 + unit), (0.5 + unit).ln()));
            let near = unit * 3.0 - 0.999;
            worst[2] = worst[2].max(ulp_f64(one(ln_1p, near), near.ln_1p()));
            let tiny = near * 1e-9;
            worst[2] = worst[2].max(ulp_f64(one(ln_1p, tiny), tiny.ln_1p()));
        }
        assert!(worst[0] < 1.6 && worst[1] < 1.5 && worst[2] < 2.7, "{worst:?}");
    }

    #[test]
    fn ends_of_the_domain() {
        assert_eq!(one(exp, f32::NEG_INFINITY), 0.0);
        assert_eq!(one(exp, f32::INFINITY), f32::INFINITY);
        assert_eq!(one(exp, 0.0_f64), 1.0);
        assert!(one(exp, f64::NAN).is_nan());
        assert_eq!(one(ln, 0.0_f32), f32::NEG_INFINITY);
        assert_eq!(one(ln, -0.0_f64), f64::NEG_INFINITY);
        assert!(one(ln, -1.0_f64).is_nan());
        assert_eq!(one(ln, f64::INFINITY), f64::INFINITY);
        assert_eq!(one(ln, 1.0_f64), 0.0);
        assert_eq!(one(ln_1p, 0.0_f32), 0.0);
    }

    #[test]
    fn the_low_part_of_a_difference_is_kept() {
        let (d, low) = crate::simd::difference(F64x2::splat(1.0), F64x2::splat(1e-17 + 80.0));
        let truth = (-79.0_f64).exp();
        assert!(ulp_f64(exp_sum(d, low).to_array()[0], truth) < 1.6);
        let (x, m) = (-80.000_01_f32, 1.234_567_9_f32);
        let (d, low) = crate::simd::difference(F32x4::splat(x), F32x4::splat(m));
        let truth = (f64::from(x) - f64::from(m)).exp();
        assert!(ulp_f32(exp_sum(d, low).to_array()[0], truth) < 1.2);
        assert!(ulp_f32(exp(d).to_array()[0], truth) > 10.0);
    }
}
