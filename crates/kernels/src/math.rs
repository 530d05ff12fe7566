//! Transcendentals of our own, the same bits on every machine.
//!
//! | function | domain | error in f32 | error in f64 |
//! | --- | --- | --- | --- |
//! | [`Math::exp`] | all | < 1.1 ulp | < 1.1 ulp |
//! | [`Math::exp_non_positive`] | ≤ 0 | < 1.1 ulp | < 1.1 ulp |
//! | [`Math::exp_m1`] | ≤ 80 | < 2.2 ulp | < 2.2 ulp |
//! | [`Math::ln`] | all | < 1 ulp | < 1 ulp |
//! | [`Math::ln_1p`] | > −1, finite | < 2.2 ulp | < 2.2 ulp |
//! | [`Math::ln_1p_unit`] | 0..=1 | < 2.2 ulp | < 2.2 ulp |
//! | [`Math::ln_complement`] | 0..1 | < 2.2 ulp | < 2.2 ulp |
//! | [`Math::log2`] | normal, > 0 | < 2.2 ulp | < 2.2 ulp |
//! | [`Math::exp2_m1`] | ≤ 1023 (f32: 127) | < 2.2 ulp | < 2.2 ulp |
//!
//! Softplus is max(x, 0) + `ln_1p_unit(exp(−|x|))` and log-sum-exp the largest term + `ln_1p` of the others' exponentials;
//! both keep the bound of the losses, 2.5e-7 of the sum of their terms in f32.
//!
//! Exhaustive over f32 in `test:slow`, strided in the ordinary tests. Results below the normal numbers are off by at
//! most one unit of the smallest number.

use crate::simd::Vector;

/// The constants of one float type.
pub trait Coefficients: Sized + 'static {
    /// Bits of the mantissa, the leading one included.
    const MANTISSA_BITS: i64;
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
    /// (ln((1+s)/(1−s)) − 2s) / s³ in powers of s², highest first, for |s| ≤ 0.172.
    const LN: &'static [Self];
    /// The same for |s| ≤ ⅓ (minimax).
    const LN_1P: &'static [Self];
    /// Below, eˣ is no normal number.
    const EXP_FLUSH: Self;
    /// As [`Self::EXPONENT_MAGIC`], for numbers that are multiplied by [`Self::SINK`] afterwards.
    const SUNKEN_MAGIC: Self;
    /// Brings normal numbers down to the smallest there are.
    const SINK: Self;
    /// ln 2.
    const LN2: Self;
    /// Exponent of the largest of the exponentials of a row: 2³¹ of them can be added, and the smallest that counts beside
    /// it is still a normal number.
    const ROW_EXPONENT: Self;
    /// Below that, they are 0.
    const ROW_SPAN: Self;
    /// Up to this size k · LN2_HIGH is exact for all logits of a row.
    const TAME: Self;
    /// 1.5 times the number whose last place is 1, plus the bias of exponents: adding a whole number leaves its biased
    /// exponent in the lowest bits.
    const EXPONENT_MAGIC: Self;
    /// √½.
    const ROOT_HALF: Self;
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
    const MANTISSA_BITS: i64 = 24;
    const LOG2_E: Self = core::f32::consts::LOG2_E;
    const LN2_HIGH: Self = 0.693_145_75;
    const LN2_LOW: Self = 1.428_606_8e-6;
    const EXP_LOWEST: Self = -104.0;
    const EXP_HIGHEST: Self = 89.0;
    const EXP: &'static [Self] = &[1.381_461e-3, 8.368_711e-3, 4.166_839e-2, 1.666_652_1e-1, 4.999_999_4e-1];
    const LN_1P: &'static [Self] = &[0.268_610_1, 0.282_350_45, 0.400_076_27, 0.666_666_4];
    const EXP_FLUSH: Self = -87.336_54;
    const EXPONENT_MAGIC: Self = 12_582_912.0 + 127.0;
    const SUNKEN_MAGIC: Self = Self::EXPONENT_MAGIC + 24.0;
    const SINK: Self = 1.0 / 16_777_216.0;
    const LN2: Self = core::f32::consts::LN_2;
    const ROW_EXPONENT: Self = 96.0;
    const ROW_SPAN: Self = 96.0 + 127.0;
    const TAME: Self = 150.0;
    const ROOT_HALF: Self = core::f32::consts::FRAC_1_SQRT_2;
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
    const MANTISSA_BITS: i64 = 53;
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
    const LN_1P: &'static [Self] = &[
        0.152_395_422_545_834_9,
        0.063_290_572_645_057_82,
        0.099_433_566_908_850_7,
        0.104_802_009_272_802_88,
        0.117_680_160_989_772_08,
        0.133_331_758_607_990_57,
        0.153_846_202_952_883_8,
        0.181_818_180_850_201_94,
        0.222_222_222_233_456_37,
        0.285_714_285_714_218_4,
        0.400_000_000_000_000_15,
        0.666_666_666_666_666_7,
    ];
    const EXP_FLUSH: Self = -708.396_418_532_264_1;
    const EXPONENT_MAGIC: Self = 6_755_399_441_055_744.0 + 1023.0;
    const SUNKEN_MAGIC: Self = Self::EXPONENT_MAGIC + 54.0;
    const SINK: Self = 1.0 / 18_014_398_509_481_984.0;
    const LN2: Self = core::f64::consts::LN_2;
    const ROW_EXPONENT: Self = 100.0;
    const ROW_SPAN: Self = 100.0 + 1023.0;
    const TAME: Self = 1e5;
    const ROOT_HALF: Self = core::f64::consts::FRAC_1_SQRT_2;
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

/// Room for the longest polynomial.
const TERMS: usize = 12;

/// The constants as vectors.
///
/// They are made once, before a loop, from memory that the optimiser knows nothing about. Constants that it does know it
/// writes into the loop, where engines rebuild each of them in every round; that halves the speed.
#[derive(Clone, Copy)]
pub struct Math<V> {
    /// 0.
    pub zero: V,
    /// 1.
    pub one: V,
    half: V,
    two: V,
    log2_e: V,
    ln2_high: V,
    ln2_low: V,
    exp_lowest: V,
    exp_highest: V,
    exp_flush: V,
    exponent_magic: V,
    sunken_magic: V,
    sink: V,
    ln2: V,
    row_magic: V,
    row_span: V,
    tame: V,
    root_half: V,
    smallest_normal: V,
    lift: V,
    lift_exponent: V,
    /// ∞.
    pub infinity: V,
    /// For [`Vector::narrow`].
    pub to_high: V,
    nan: V,
    exp: [V; TERMS],
    ln: [V; TERMS],
    ln_1p: [V; TERMS],
}

/// How the logits of a row are moved before they are exponentiated.
#[derive(Clone, Copy)]
pub struct Shift<V> {
    /// By how many ln 2.
    pub by: V,
    lowest: V,
    magic: V,
}

/// A constant out of the optimiser's sight.
#[inline(always)]
pub(crate) fn hidden<V: Vector>(value: V::Scalar) -> V {
    V::splat(core::hint::black_box(value))
}

fn terms<V: Vector>(coefficients: &[V::Scalar], zero: V) -> [V; TERMS] {
    let mut terms = [zero; TERMS];
    for (to, &from) in terms.iter_mut().zip(coefficients) {
        *to = hidden(from);
    }
    terms
}

impl<V: Vector> Math<V> {
    /// Makes the constants: once, outside the loop that uses them.
    #[inline(always)]
    pub fn new() -> Self {
        let zero = hidden(V::Scalar::ZERO);
        Self {
            zero,
            one: hidden(V::Scalar::ONE),
            half: hidden(V::Scalar::HALF),
            two: hidden(V::Scalar::TWO),
            log2_e: hidden(V::Scalar::LOG2_E),
            ln2_high: hidden(V::Scalar::LN2_HIGH),
            ln2_low: hidden(V::Scalar::LN2_LOW),
            exp_lowest: hidden(V::Scalar::EXP_LOWEST),
            exp_highest: hidden(V::Scalar::EXP_HIGHEST),
            exp_flush: hidden(V::Scalar::EXP_FLUSH),
            exponent_magic: hidden(V::Scalar::EXPONENT_MAGIC),
            sunken_magic: hidden(V::Scalar::SUNKEN_MAGIC),
            sink: hidden(V::Scalar::SINK),
            ln2: hidden(V::Scalar::LN2),
            row_magic: hidden::<V>(V::Scalar::EXPONENT_MAGIC) + hidden(V::Scalar::ROW_EXPONENT),
            row_span: hidden(V::Scalar::ROW_SPAN),
            tame: hidden(V::Scalar::TAME),
            root_half: hidden(V::Scalar::ROOT_HALF),
            smallest_normal: hidden(V::Scalar::SMALLEST_NORMAL),
            lift: hidden(V::Scalar::LIFT),
            lift_exponent: hidden(V::Scalar::LIFT_EXPONENT),
            infinity: hidden(V::Scalar::INFINITY),
            to_high: core::hint::black_box(V::TO_HIGH),
            nan: hidden(V::Scalar::NAN),
            exp: terms(V::Scalar::EXP, zero),
            ln: terms(V::Scalar::LN, zero),
            ln_1p: terms(V::Scalar::LN_1P, zero),
        }
    }

    /// Horner's scheme, highest power first.
    #[inline(always)]
    fn polynomial(x: V, terms: &[V; TERMS], length: usize) -> V {
        let mut sum = terms[0];
        for &term in &terms[1..length] {
            sum = sum * x + term;
        }
        sum
    }

    /// eʳ for |r| ≤ ½ ln 2.
    #[inline(always)]
    fn exp_reduced(&self, r: V) -> V {
        self.one + (r + r * r * Self::polynomial(r, &self.exp, V::Scalar::EXP.len()))
    }

    /// (k, 2ᵏ) with k the whole number next to x / ln 2. Adding the magic number rounds, and leaves the exponent of the power
    /// in the lowest bits.
    #[inline(always)]
    fn power_near(&self, x: V, magic: V) -> (V, V) {
        let rounded = x * self.log2_e + magic;
        (rounded - magic, rounded.exp2_biased())
    }

    /// 2 to the power of a whole number within the exponents of normal numbers.
    #[inline(always)]
    fn exp2_whole(&self, k: V) -> V {
        (k + self.exponent_magic).exp2_biased()
    }

    /// eˣ / 2ᵏ.
    #[inline(always)]
    fn exp_over(&self, x: V, k: V) -> V {
        self.exp_reduced((x - k * self.ln2_high) - k * self.ln2_low)
    }

    /// e^(x + low) / 2ᵏ.
    #[inline(always)]
    fn exp_of_sum_over(&self, x: V, low: V, k: V) -> V {
        self.exp_reduced((x - k * self.ln2_high) - (k * self.ln2_low - low))
    }

    /// eˣ.
    #[inline(always)]
    pub fn exp(&self, x: V) -> V {
        let x = x.pmax(self.exp_lowest).pmin(self.exp_highest);
        let k = (x * self.log2_e).round();
        // In two factors, since 2ᵏ itself may lie outside the normal numbers where eˣ does not.
        let half = (k * self.half).round();
        self.exp_over(x, k) * self.exp2_whole(half) * self.exp2_whole(k - half)
    }

    /// e^(x + low) for x ≤ 0, where `low` is the rounding error of `x`: a difference of logits keeps the digits that its
    /// exponential would otherwise lose. 0 for x that is too low for the smallest number, whatever `low` is there.
    #[inline(always)]
    pub fn exp_non_positive(&self, x: V, low: V) -> V {
        let is_zero = x.lt(self.exp_lowest);
        let x = x.pmax(self.exp_lowest);
        // 2ᵏ may be below the normal numbers: in two factors, of which only the second rounds.
        let (k, power) = self.power_near(x, self.sunken_magic);
        (self.exp_of_sum_over(x, low, k) * power * self.sink).unless(is_zero)
    }

    /// 1 / (1 + e⁻ˣ), by the exponential that is at most 1.
    #[inline(always)]
    pub fn sigmoid(&self, x: V) -> V {
        let e = self.exp_non_positive(-x.abs(), self.zero);
        V::select(x.lt(self.zero), e, self.one) / (self.one + e)
    }

    /// What [`Math::exp_shifted`] needs to know of a row, given its largest logit.
    #[inline(always)]
    pub fn shift(&self, largest: V) -> Shift<V> {
        let by = (largest * self.log2_e).round();
        Shift { by, lowest: (by - self.row_span) * self.ln2, magic: self.row_magic - by }
    }

    /// eˣ⁻ˢ in units of 2^−[`ROW_EXPONENT`](Coefficients::ROW_EXPONENT), where s = `shift.by` · ln 2 is near the largest
    /// logit x of a row. There is no difference of logits that could lose digits, as long as all logits that matter are
    /// [tame](Math::is_tame); those that do not matter may be anything, and give 0.
    #[inline(always)]
    pub fn exp_shifted(&self, x: V, shift: &Shift<V>) -> V {
        // The lowest is where the exponent of a float is 0, which makes the factor 0.
        let x = x.pmax(shift.lowest);
        let (k, power) = self.power_near(x, shift.magic);
        self.exp_over(x, k) * power
    }

    /// The same with s the largest logit itself: for any logits, `x` is their difference from that and `low` its rounding
    /// error.
    #[inline(always)]
    pub fn exp_below(&self, x: V, low: V) -> V {
        let lowest = (self.one - self.row_span) * self.ln2;
        let is_zero = x.lt(lowest);
        let x = x.pmax(lowest);
        let (k, power) = self.power_near(x, self.row_magic);
        (self.exp_of_sum_over(x, low, k) * power).unless(is_zero)
    }

    /// Whether [`Math::exp_shifted`] serves for a row with this largest logit.
    #[inline(always)]
    pub fn is_tame(&self, largest: V) -> V::Mask {
        largest.abs().le(self.tame)
    }

    /// eˣ − 1 for x up to 80, without losing the digits of a small x.
    #[inline(always)]
    pub fn exp_m1(&self, x: V) -> V {
        let x = x.pmax(self.exp_flush);
        let (k, scale) = self.power_near(x, self.exponent_magic);
        let r = (x - k * self.ln2_high) - k * self.ln2_low;
        let small = r + r * r * Self::polynomial(r, &self.exp, V::Scalar::EXP.len());
        scale * small + (scale - self.one)
    }

    /// 2ˣ − 1 for x up to the largest exponent, without losing the digits of a small x; exact where x is whole and the
    /// result is a number.
    #[inline(always)]
    pub fn exp2_m1(&self, x: V) -> V {
        let x = x.pmax(self.exp_flush);
        let k = x.round();
        let r = (x - k) * self.ln2;
        let small = r + r * r * Self::polynomial(r, &self.exp, V::Scalar::EXP.len());
        let scale = self.exp2_whole(k);
        scale * small + (scale - self.one)
    }

    /// 2.
    #[inline(always)]
    pub fn two(&self) -> V {
        self.two
    }

    /// Natural logarithm: −∞ at 0, NaN below.
    #[inline(always)]
    pub fn ln(&self, x: V) -> V {
        let y = V::select(x.eq(self.zero), -self.infinity, self.ln_clamped(x));
        let y = V::select(x.eq(self.infinity), x, y);
        V::select(self.zero.le(x), y, self.nan)
    }

    /// Natural logarithm of a finite x ≥ 0; at 0 a number below the logarithm of every other one instead of −∞, for
    /// callers that clamp.
    #[inline(always)]
    pub fn ln_clamped(&self, x: V) -> V {
        // −0 becomes 0.
        let x = x + self.zero;
        let subnormal = x.lt(self.smallest_normal);
        let lifted = V::select(subnormal, x * self.lift, x);
        self.ln_normal(lifted, V::select(subnormal, self.lift_exponent, self.zero))
    }

    /// ln x − lift · ln 2 for normal positive x. With s = f / (2 + f) and f = m − 1, ln m = 2s + s³·R(s²), arranged as in
    /// fdlibm's `log` so that f itself carries the leading digits.
    #[inline(always)]
    fn ln_normal(&self, x: V, lift: V) -> V {
        let (m, k) = x.mantissa_exponent(self.root_half);
        let k = k - lift;
        let f = m - self.one;
        let s = f / (self.two + f);
        let z = s * s;
        let r = z * Self::polynomial(z, &self.ln, V::Scalar::LN.len());
        let half_square = self.half * f * f;
        let low = s * (half_square + r) + k * self.ln2_low;
        k * self.ln2_high - ((half_square - low) - f)
    }

    /// Logarithm to the base 2 of a normal positive number; exact for powers of 2.
    #[inline(always)]
    pub fn log2(&self, x: V) -> V {
        let (m, k) = x.mantissa_exponent(self.root_half);
        k + self.ln_normal(m, self.zero) * self.log2_e
    }

    /// ln(1 + x) for finite x > −1, without losing the digits of a small x: the rounding error of 1 + x is put back.
    #[inline(always)]
    pub fn ln_1p(&self, x: V) -> V {
        let u = self.one + x;
        let rest = u - self.one;
        let error = (self.one - (u - rest)) + (x - rest);
        self.ln_normal(u, self.zero) + error / u
    }

    /// ln(1 + e) for e in 0..=1: 2 artanh(e / (2 + e)), which needs neither the exponent nor 1 + e.
    #[inline(always)]
    pub fn ln_1p_unit(&self, e: V) -> V {
        let s = e / (self.two + e);
        let z = s * s;
        (s + s) + s * (z * Self::polynomial(z, &self.ln_1p, V::Scalar::LN_1P.len()))
    }

    /// ln(1 − p) for p in 0..=1, clamped like [`Math::ln_clamped`] at p = 1. What 1 − p rounds away is put back as
    /// `c / (1 − p)`, with the quotient to first order: it is not 0 only for p < ½, where the rest is below the last
    /// digit.
    #[inline(always)]
    pub fn ln_complement(&self, p: V) -> V {
        let u = self.one - p;
        let c = (self.one - u) - p;
        self.ln_clamped(u) + c * (self.one + p)
    }
}

impl<V: Vector> Default for Math<V> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{F32x4, F64x2, Mask, Scalar};

    fn one<S: Scalar>(f: impl Fn(&Math<S::Vector>, S::Vector) -> S::Vector, x: S) -> S {
        f(&Math::new(), S::Vector::splat(x)).to_array().as_ref()[0]
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
        // The exponent as it is written: this runs on all floats.
        let exponent = (truth.to_bits() >> 52 & 0x7ff).max(1023 - 126);
        (f64::from(got) - truth).abs() / f64::from_bits((exponent - 23) << 52)
    }

    fn ulp_f64(got: f64, truth: f64) -> f64 {
        if got == truth || (got.is_nan() && truth.is_nan()) {
            return 0.0;
        }
        let exponent = truth.abs().log2().floor().max(-1022.0);
        (got - truth).abs() / (exponent - 52.0).exp2()
    }

    fn worst_f32(
        f: impl Fn(&Math<F32x4>, F32x4) -> F32x4,
        truth: impl Fn(f64) -> f64,
        domain: impl Fn(f32) -> bool,
        stride: usize,
    ) -> f64 {
        let math = Math::new();
        let mut worst: f64 = 0.0;
        // A few beyond the last float are the first ones again.
        for bits in (0..=u32::MAX).step_by(4 * stride) {
            let lane = |lane: usize| f32::from_bits(bits.wrapping_add((lane * stride) as u32));
            let numbers: [f32; 4] = core::array::from_fn(lane);
            if !numbers.iter().any(|&x| domain(x)) {
                continue;
            }
            let found = f(&math, F32x4::load(&numbers)).to_array();
            for (x, found) in numbers.into_iter().zip(found) {
                if domain(x) {
                    worst = worst.max(ulp_f32(found, truth(f64::from(x))));
                }
            }
        }
        worst
    }

    /// 2ˣ − 1, by what loses no digits at x.
    fn exp2_m1(x: f64) -> f64 {
        if x.abs() < 1.0 { (x * core::f64::consts::LN_2).exp_m1() } else { x.exp2() - 1.0 }
    }

    /// Where an exponential is neither 1 nor 0 nor ∞, with a binade to spare; of the floats beyond, one in a thousand.
    fn tells_exp(x: f32) -> bool {
        (f32::EPSILON / 8.0..=256.0).contains(&x.abs()) || x.to_bits().is_multiple_of(1009)
    }

    /// The exponentials: of what is left as it is, and of what is at most 0.
    fn check_exp(stride: usize) {
        let worst = [
            worst_f32(|m, x| m.exp(x), f64::exp, tells_exp, stride),
            worst_f32(|m, x| m.exp_non_positive(x, m.zero), f64::exp, |x| x <= 0.0 && tells_exp(x), stride),
        ];
        assert!(worst.iter().all(|&w| w < 1.1), "{worst:?}");
    }

    fn check_others(stride: usize) {
        let ln = worst_f32(|m, x| m.ln(x), f64::ln, |_| true, stride);
        assert!(ln < 1.0, "{ln}");
        let worst = [
            worst_f32(|m, x| m.exp_m1(x), f64::exp_m1, |x| x <= 80.0, stride),
            worst_f32(|m, x| m.ln_1p(x), f64::ln_1p, |x| x > -1.0 && x < f32::MAX, stride),
            worst_f32(|m, x| m.ln_1p_unit(x), f64::ln_1p, |x| (0.0..=1.0).contains(&x), stride),
            worst_f32(|m, x| m.ln_complement(x), |p| (-p).ln_1p(), |x| (0.0..1.0).contains(&x), stride),
            worst_f32(|m, x| m.log2(x), f64::log2, |x| (f32::MIN_POSITIVE..f32::INFINITY).contains(&x), stride),
            worst_f32(|m, x| m.exp2_m1(x), exp2_m1, |x| (f32::MIN..=127.0).contains(&x), stride),
        ];
        assert!(worst.iter().all(|&w| w < 2.2), "{worst:?}");
    }

    #[test]
    fn f32_functions_keep_their_error_on_a_stride() {
        let stride = if cfg!(miri) { 40_000_003 } else { 16_411 };
        check_exp(stride);
        check_others(stride);
    }

    #[test]
    #[ignore = "every float that matters: a minute in a release build"]
    fn f32_exponentials_keep_their_error_on_every_float() {
        check_exp(1);
    }

    #[test]
    #[ignore = "all 2³² floats: minutes in a release build"]
    fn other_f32_functions_keep_their_error_on_all_floats() {
        check_others(1);
    }

    /// The reference is itself off by less than one unit, so the bounds are a half more than those stated.
    #[test]
    fn f64_functions_keep_their_error() {
        let mut state = 1u64;
        let mut worst = [0.0_f64; 3];
        for _ in 0..if cfg!(miri) { 500 } else { 100_000 } {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let unit = (state >> 11) as f64 / (1u64 << 53) as f64;
            let wide = unit * 1500.0 - 750.0;
            let positive = f64::from_bits(state >> 1);
            worst[0] = worst[0].max(ulp_f64(one(|m, x| m.exp(x), wide), wide.exp()));
            worst[0] = worst[0].max(ulp_f64(one(|m, x| m.exp(x), unit), unit.exp()));
            let negative = -wide.abs();
            worst[0] = worst[0].max(ulp_f64(one(|m, x| m.exp_non_positive(x, m.zero), negative), negative.exp()));
            if positive.is_finite() {
                worst[1] = worst[1].max(ulp_f64(one(|m, x| m.ln(x), positive), positive.ln()));
            }
            worst[1] = worst[1].max(ulp_f64(one(|m, x| m.ln(x), 0.5 + unit), (0.5 + unit).ln()));
            let near = unit * 3.0 - 0.999;
            worst[2] = worst[2].max(ulp_f64(one(|m, x| m.ln_1p(x), near), near.ln_1p()));
            let tiny = near * 1e-9;
            worst[2] = worst[2].max(ulp_f64(one(|m, x| m.ln_1p(x), tiny), tiny.ln_1p()));
            worst[2] = worst[2].max(ulp_f64(one(|m, x| m.ln_1p_unit(x), unit), unit.ln_1p()));
            worst[2] = worst[2].max(ulp_f64(one(|m, x| m.ln_complement(x), unit), (-unit).ln_1p()));
            let normal = positive.clamp(f64::MIN_POSITIVE, f64::MAX);
            for x in [normal, 0.5 + unit, (unit * 1e6).ceil() + 1.0] {
                worst[2] = worst[2].max(ulp_f64(one(|m, x| m.log2(x), x), x.log2()));
            }
            for x in [unit * 1023.0, near, tiny, -wide.abs()] {
                worst[2] = worst[2].max(ulp_f64(one(|m, x| m.exp2_m1(x), x), exp2_m1(x)));
            }
        }
        assert!(worst[0] < 1.6 && worst[1] < 1.5 && worst[2] < 2.7, "{worst:?}");
    }

    fn rows_of_exponentials<S: Scalar>(bound: f64) {
        let m = Math::<S::Vector>::new();
        let unit = S::ROW_EXPONENT.to_f64().exp2();
        let first = |x: S::Vector| x.to_array().as_ref()[0];
        let splat = |x: f64| S::Vector::splat(S::from_f64(x));
        let span = S::ROW_SPAN.to_f64() * core::f64::consts::LN_2 - 1.0;
        // In halves, since the whole may be below float64.
        let error = |found: S::Vector, exponent: f64| {
            let half = (exponent / 2.0).exp();
            (first(found).to_f64() / half / unit / half - 1.0).abs()
        };
        for largest in [0.0, 1.0, -1.0, 0.3, 20.0, -77.7, S::TAME.to_f64(), -S::TAME.to_f64()].map(splat) {
            assert!(m.is_tame(largest).all());
            let shift = m.shift(largest);
            let by = first(shift.by).to_f64() * core::f64::consts::LN_2;
            for i in 0..2000 {
                let x = largest - splat(span * f64::from(i) / 2000.0);
                assert!(error(m.exp_shifted(x, &shift), first(x).to_f64() - by) < bound);
                let below = x - largest;
                assert!(error(m.exp_below(below, m.zero), first(below).to_f64()) < bound);
            }
            for x in [f64::NEG_INFINITY, -1e30].map(splat) {
                assert_eq!(first(m.exp_shifted(x, &shift)).to_f64(), 0.0);
                assert_eq!(first(m.exp_below(x, m.nan)).to_f64(), 0.0);
            }
            assert!(first(m.exp_shifted(m.nan, &shift)).to_f64().is_nan());
        }
        assert!(!m.is_tame(m.nan).any() && !m.is_tame(m.infinity).any());
    }

    #[test]
    fn exponentials_of_rows() {
        rows_of_exponentials::<f32>(1.1 * f64::from(f32::EPSILON));
        // The truth is itself rounded, and so is the shift, of up to 10⁵.
        rows_of_exponentials::<f64>(2e-11);
    }

    #[test]
    fn ends_of_the_domain() {
        assert_eq!(one(|m, x| m.exp(x), f32::NEG_INFINITY), 0.0);
        assert_eq!(one(|m, x| m.exp(x), f32::INFINITY), f32::INFINITY);
        assert_eq!(one(|m, x| m.exp(x), 0.0_f64), 1.0);
        assert!(one(|m, x| m.exp(x), f64::NAN).is_nan());
        assert_eq!(one(|m, x| m.ln(x), 0.0_f32), f32::NEG_INFINITY);
        assert_eq!(one(|m, x| m.ln(x), -0.0_f64), f64::NEG_INFINITY);
        assert!(one(|m, x| m.ln(x), -1.0_f64).is_nan());
        assert_eq!(one(|m, x| m.ln(x), f64::INFINITY), f64::INFINITY);
        assert_eq!(one(|m, x| m.ln(x), 1.0_f64), 0.0);
        assert_eq!(one(|m, x| m.ln_1p(x), 0.0_f32), 0.0);
        for k in -1022..1024 {
            let power = f64::from_bits(((k + 1023) as u64) << 52);
            assert_eq!(one(|m, x| m.log2(x), power), k as f64);
            assert_eq!(one(|m, x| m.exp2_m1(x), k as f64), power - 1.0);
        }
        assert_eq!(one(|m, x| m.exp2_m1(x), -1e300), -1.0);
    }

    #[test]
    fn the_low_part_of_a_difference_is_kept() {
        let (d, low) = crate::simd::difference(F64x2::splat(1.0), F64x2::splat(1e-17 + 80.0));
        let truth = (-79.0_f64).exp();
        assert!(ulp_f64(Math::new().exp_non_positive(d, low).to_array()[0], truth) < 1.6);
        let (x, m) = (-80.000_01_f32, 1.234_567_9_f32);
        let (d, low) = crate::simd::difference(F32x4::splat(x), F32x4::splat(m));
        let truth = (f64::from(x) - f64::from(m)).exp();
        assert!(ulp_f32(Math::new().exp_non_positive(d, low).to_array()[0], truth) < 1.2);
        assert!(ulp_f32(Math::new().exp(d).to_array()[0], truth) > 10.0);
    }
}
