//! Losses of binary predictions.

use super::pointwise::{Domain, Pointwise, constant};
use crate::math::Math;
use crate::simd::{Mask, Vector};

/// −y · ln p − (1 − y) · ln(1 − p), each logarithm at least −100.
#[derive(Clone, Copy)]
pub struct BinaryCrossEntropy;

/// (p − y) / max(p(1 − p), 1e-12).
#[inline(always)]
fn probability_derivative<V: Vector>(m: &Math<V>, p: V, y: V) -> V {
    let variance = p * (m.one - p);
    (p - y) / variance.pmax(constant(1e-12))
}

impl Pointwise for BinaryCrossEntropy {
    const PREDICTIONS: Domain = Domain::Probability;
    const TARGETS: Domain = Domain::Probability;
    const WIDE: bool = false;
    #[inline(always)]
    fn at<V: Vector>(&self, m: &Math<V>, p: V, y: V, _: Option<V>) -> (V, V) {
        let lowest = constant::<V>(-100.0);
        let (positive, negative) = (m.ln_clamped(p).pmax(lowest), m.ln_complement(p).pmax(lowest));
        (m.zero - y * positive - (m.one - y) * negative, probability_derivative(m, p, y))
    }
    #[inline(always)]
    fn at_label<V: Vector>(&self, m: &Math<V>, p: V, y: V, _: Option<V>) -> (V, V) {
        (m.zero - label_log(m, p, y).pmax(constant(-100.0)), probability_derivative(m, p, y))
    }
}

/// ln p where y is 1, ln(1 − p) where it is 0, with one logarithm for both.
#[inline(always)]
fn label_log<V: Vector>(m: &Math<V>, p: V, y: V) -> V {
    let u = m.one - p;
    let c = (m.one - u) - p;
    let positive = y.eq(m.one);
    m.ln_clamped(V::select(positive, p, u)) + V::select(positive, m.zero, c * (m.one + p))
}

/// As above with probabilities clipped to [2⁻⁵², 1 − 2⁻⁵²]; labels only.
#[derive(Clone, Copy)]
pub struct LogLoss;

impl Pointwise for LogLoss {
    const PREDICTIONS: Domain = Domain::Probability;
    const TARGETS: Domain = Domain::Label;
    const WIDE: bool = false;
    #[inline(always)]
    fn at<V: Vector>(&self, m: &Math<V>, p: V, y: V, _: Option<V>) -> (V, V) {
        (clip_log(-label_log(m, p, y)), m.zero)
    }
}

/// −ln of a probability clipped to [2⁻⁵², 1 − 2⁻⁵²], from −ln of the probability itself.
#[inline(always)]
pub fn clip_log<V: Vector>(loss: V) -> V {
    loss.pmax(constant(f64::EPSILON)).pmin(constant(52.0 * core::f64::consts::LN_2))
}

/// w · y · ln(1 + e⁻ˣ) + (1 − y) · ln(1 + eˣ).
#[derive(Clone, Copy)]
pub struct BinaryCrossEntropyWithLogits;

impl BinaryCrossEntropyWithLogits {
    /// ln(1 + e⁻|ˣ|), 1 / (1 + e⁻|ˣ|) and e⁻|ˣ|.
    #[inline(always)]
    pub fn parts<V: Vector>(m: &Math<V>, x: V) -> (V, V, V) {
        let e = m.exp_non_positive(-x.abs(), m.zero);
        (m.ln_1p_unit(e), m.one / (m.one + e), e)
    }
}

impl Pointwise for BinaryCrossEntropyWithLogits {
    const THIRD: bool = true;
    const PREDICTIONS: Domain = Domain::Logit;
    const TARGETS: Domain = Domain::Probability;
    const WIDE: bool = false;
    #[inline(always)]
    fn at<V: Vector>(&self, m: &Math<V>, x: V, y: V, w: Option<V>) -> (V, V) {
        let (zero, one) = (m.zero, m.one);
        let (rest, large, e) = Self::parts(m, x);
        let small = e * large;
        let above = zero.lt(x);
        let (wy, ny) = (w.map_or(y, |w| w * y), one - y);
        // An infinite term with factor 0 is absent, not NaN.
        let term = |factor: V, value: V| V::select(factor.eq(zero), zero, factor * value);
        let value = term(wy, (-x).pmax(zero) + rest) + term(ny, x.pmax(zero) + rest);
        let derivative = ny * V::select(above, large, small) - wy * V::select(above, small, large);
        (value, derivative)
    }
    #[inline(always)]
    fn at_label<V: Vector>(&self, m: &Math<V>, x: V, y: V, w: Option<V>) -> (V, V) {
        let (zero, one) = (m.zero, m.one);
        let (rest, large, e) = Self::parts(m, x);
        // How far x is on the wrong side; the sign is exact.
        let sign = one - (y + y);
        let wrong = x * sign;
        let value = wrong.pmax(zero) + rest;
        let slope = sign * V::select(zero.lt(wrong), large, e * large);
        match w {
            None => (value, slope),
            Some(w) => {
                // A factor of 0 silences even an infinite loss.
                let weighted = V::select(w.eq(zero), zero, w * value);
                (V::select(y.eq(one), weighted, value), V::select(y.eq(one), w * slope, slope))
            }
        }
    }
}

/// (p − y)² of a probability.
#[derive(Clone, Copy)]
pub struct Brier;

impl Pointwise for Brier {
    const PREDICTIONS: Domain = Domain::Probability;
    const TARGETS: Domain = Domain::Label;
    const WIDE: bool = true;
    #[inline(always)]
    fn at<V: Vector>(&self, _: &Math<V>, p: V, y: V, _: Option<V>) -> (V, V) {
        let d = p - y;
        (d * d, d + d)
    }
}

/// The same of a logit.
#[derive(Clone, Copy)]
pub struct BrierWithLogits;

impl Pointwise for BrierWithLogits {
    const PREDICTIONS: Domain = Domain::Logit;
    const TARGETS: Domain = Domain::Label;
    const WIDE: bool = true;
    #[inline(always)]
    fn at<V: Vector>(&self, m: &Math<V>, x: V, y: V, _: Option<V>) -> (V, V) {
        let (_, large, e) = BinaryCrossEntropyWithLogits::parts(m, x);
        // How far x is on the wrong side.
        let wrong = x * (m.one - (y + y));
        let d = V::select(m.zero.lt(wrong), large, e * large);
        (d * d, m.zero)
    }
}

/// x to a power: a whole one by multiplication, any other by logarithm, which needs float64. 0⁰ is 1.
#[inline(always)]
pub fn power<V: Vector>(m: &Math<V>, x: V, exponent: f64) -> V {
    if is_product(exponent) {
        return (0..exponent as u32).fold(m.one, |power, _| power * x);
    }
    m.exp(constant::<V>(exponent) * m.ln(x))
}

/// Whole powers up to here are products; the logarithm of any other times it needs float64 to keep its digits.
const WHOLE_POWERS: f64 = 8.0;

/// Whether a power can be taken in float32.
pub fn is_product(exponent: f64) -> bool {
    exponent.trunc() == exponent && exponent <= WHOLE_POWERS
}

/// α_t (1 − p_t)^γ · binary cross-entropy on logits; in float64 where the power is no product.
#[derive(Clone, Copy)]
pub struct SigmoidFocal {
    /// Factors of positives and of negatives.
    pub alpha: (f64, f64),
    /// Exponent.
    pub gamma: f64,
}

impl SigmoidFocal {
    /// qᵞ · cost and its derivative by the logit, for a q with dq = q(1 − q) and a cost with dcost = q.
    #[inline(always)]
    fn modulate<V: Vector>(&self, m: &Math<V>, q: V, rest: V, cost: V) -> (V, V) {
        let factor = power(m, q, self.gamma);
        // An infinite cost comes with 1 − q = 0: their product tends to 0.
        let tail = V::select(rest.eq(m.zero), m.zero, rest * cost);
        let value = V::select(factor.eq(m.zero), m.zero, factor * cost);
        (value, factor * (constant::<V>(self.gamma) * tail + q))
    }

    /// α · value, where an α of 0 silences even an infinite loss, but no NaN.
    #[inline(always)]
    fn weigh<V: Vector>(m: &Math<V>, x: V, alpha: V, value: V) -> V {
        (alpha * value).unless(alpha.eq(m.zero).and(x.eq(x)))
    }
}

impl Pointwise for SigmoidFocal {
    const PREDICTIONS: Domain = Domain::Logit;
    const TARGETS: Domain = Domain::Probability;
    const WIDE: bool = false;
    fn is_wide(&self) -> bool {
        !is_product(self.gamma)
    }
    #[inline(always)]
    fn at<V: Vector>(&self, m: &Math<V>, x: V, y: V, _: Option<V>) -> (V, V) {
        let (zero, one) = (m.zero, m.one);
        let (ln, large, e) = BinaryCrossEntropyWithLogits::parts(m, x);
        let above = zero.lt(x);
        let (p, not_p) = (V::select(above, large, e * large), V::select(above, e * large, large));
        let ny = one - y;
        let term = |factor: V, value: V| V::select(factor.eq(zero), zero, factor * value);
        let cost = term(y, (-x).pmax(zero) + ln) + term(ny, x.pmax(zero) + ln);
        let q = p * ny + not_p * y;
        let factor = power(m, q, self.gamma);
        let value = V::select(factor.eq(zero), zero, factor * cost);
        // γ qᵞ⁻¹ dq · cost, with dq = p(1 − p)(1 − 2y): 0 where q is, for then y is 0 or 1 and cost 0 as well.
        let bend = V::select(q.eq(zero), zero, factor / q * (p * not_p * (one - (y + y))));
        let bend = V::select(bend.eq(zero), zero, constant::<V>(self.gamma) * bend * cost);
        let alpha = constant::<V>(self.alpha.0) * y + constant::<V>(self.alpha.1) * ny;
        (Self::weigh(m, x, alpha, value), alpha * (factor * (p * ny - not_p * y) + bend))
    }
    #[inline(always)]
    fn at_label<V: Vector>(&self, m: &Math<V>, x: V, y: V, _: Option<V>) -> (V, V) {
        let (zero, one) = (m.zero, m.one);
        let (ln, large, e) = BinaryCrossEntropyWithLogits::parts(m, x);
        let sign = one - (y + y);
        let wrong = x * sign;
        let small = e * large;
        let is_wrong = zero.lt(wrong);
        let (q, rest) = (V::select(is_wrong, large, small), V::select(is_wrong, small, large));
        let (value, slope) = self.modulate(m, q, rest, wrong.pmax(zero) + ln);
        let alpha = V::select(y.eq(one), constant(self.alpha.0), constant(self.alpha.1));
        (Self::weigh(m, x, alpha, value), alpha * sign * slope)
    }
}

/// max(0, 1 − sx), or its square, with s = ±1.
#[derive(Clone, Copy)]
pub struct Hinge {
    /// Takes the square.
    pub squared: bool,
}

impl Pointwise for Hinge {
    const PREDICTIONS: Domain = Domain::Logit;
    const TARGETS: Domain = Domain::Label;
    const WIDE: bool = true;
    #[inline(always)]
    fn at<V: Vector>(&self, m: &Math<V>, x: V, y: V, _: Option<V>) -> (V, V) {
        let sign = (y + y) - m.one;
        let short = (m.one - sign * x).pmax(m.zero);
        if self.squared {
            return (short * short, -((sign + sign) * short));
        }
        (short, V::select(m.zero.lt(short), -sign, m.zero))
    }
}

/// ln(1 + e^(−sx)), with s = ±1.
#[derive(Clone, Copy)]
pub struct SoftMargin;

impl Pointwise for SoftMargin {
    const PREDICTIONS: Domain = Domain::Logit;
    const TARGETS: Domain = Domain::Label;
    const WIDE: bool = false;
    #[inline(always)]
    fn at<V: Vector>(&self, m: &Math<V>, x: V, y: V, _: Option<V>) -> (V, V) {
        BinaryCrossEntropyWithLogits.at_label(m, x, y, None)
    }
}

/// y (ln y − ln p), of a probability or of its logarithm.
#[derive(Clone, Copy)]
pub struct Divergence<const LOGARITHM: bool>;

impl<const LOGARITHM: bool> Pointwise for Divergence<LOGARITHM> {
    const PREDICTIONS: Domain = if LOGARITHM { Domain::LogProbability } else { Domain::Probability };
    const TARGETS: Domain = Domain::Probability;
    const WIDE: bool = false;
    const DOUBLE: bool = true;
    #[inline(always)]
    fn at<V: Vector>(&self, m: &Math<V>, x: V, y: V, _: Option<V>) -> (V, V) {
        let absent = y.eq(m.zero);
        let log = if LOGARITHM { x } else { m.ln(x) };
        let derivative = if LOGARITHM { -y } else { -(y / x) };
        (V::select(absent, m.zero, y * (m.ln(y) - log)), V::select(absent, m.zero, derivative))
    }
}
