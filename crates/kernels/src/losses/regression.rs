//! Losses of real predictions: all of them in float64.

use super::pointwise::{Domain, Pointwise, constant};
use crate::math::Math;
use crate::simd::{Mask, Vector};

/// A loss of the difference d = x − y of finite numbers.
pub trait Difference: Copy {
    /// The value and the derivative by d.
    fn of<V: Vector>(&self, m: &Math<V>, d: V) -> (V, V);
}

/// Makes a loss of differences one of pairs.
#[derive(Clone, Copy)]
pub struct Of<D>(pub D);

impl<D: Difference> Pointwise for Of<D> {
    const PREDICTIONS: Domain = Domain::Real;
    const TARGETS: Domain = Domain::Real;
    const WIDE: bool = true;
    #[inline(always)]
    fn at<V: Vector>(&self, m: &Math<V>, x: V, y: V, _: Option<V>) -> (V, V) {
        self.0.of(m, x - y)
    }
}

/// d with the sign of s: for s = 0, 0.
#[inline(always)]
fn signed<V: Vector>(m: &Math<V>, s: V, d: V) -> V {
    V::select(m.zero.lt(s), d, V::select(s.lt(m.zero), -d, m.zero))
}

/// d².
#[derive(Clone, Copy)]
pub struct Squared;

impl Difference for Squared {
    #[inline(always)]
    fn of<V: Vector>(&self, _: &Math<V>, d: V) -> (V, V) {
        (d * d, d + d)
    }
}

/// |d|.
#[derive(Clone, Copy)]
pub struct Absolute;

impl Difference for Absolute {
    #[inline(always)]
    fn of<V: Vector>(&self, m: &Math<V>, d: V) -> (V, V) {
        (d.abs(), signed(m, d, m.one))
    }
}

/// ½d² up to δ, then δ(|d| − ½δ); both over δ where it is the smooth L1 loss.
#[derive(Clone, Copy)]
pub struct Huber<const SMOOTH_L1: bool> {
    /// δ: where the square becomes a line.
    pub delta: f64,
}

impl<const SMOOTH_L1: bool> Difference for Huber<SMOOTH_L1> {
    #[inline(always)]
    fn of<V: Vector>(&self, m: &Math<V>, d: V) -> (V, V) {
        let (delta, half) = (constant::<V>(self.delta), constant::<V>(0.5));
        let size = d.abs();
        let near = size.le(delta);
        let value = V::select(near, half * d * d, delta * (size - half * delta));
        let slope = V::select(near, d, signed(m, d, delta));
        if SMOOTH_L1 { (value / delta, slope / delta) } else { (value, slope) }
    }
}

/// From here on ln cosh d is |d| − ln 2 and its slope 1, to the last digit of float64.
const STRAIGHT: f64 = 20.0;

/// ln cosh d.
#[derive(Clone, Copy)]
pub struct LogCosh;

impl Difference for LogCosh {
    #[inline(always)]
    fn of<V: Vector>(&self, m: &Math<V>, d: V) -> (V, V) {
        let (size, end) = (d.abs(), constant::<V>(STRAIGHT));
        // With t = e^|d| − 1, cosh d = 1 + t² / (2(1 + t)) and tanh |d| = u / (u + 2), u = t(t + 2): no digit of a small d
        // is lost.
        let t = m.exp_m1(size.pmin(end));
        let near = m.ln_1p(t * t / (m.two() * (m.one + t)));
        let far = size - constant::<V>(core::f64::consts::LN_2);
        let u = t * (t + m.two());
        (V::select(size.le(end), near, far), signed(m, d, u / (u + m.two())))
    }
}

/// max(−qd, (1 − q)d).
#[derive(Clone, Copy)]
pub struct Pinball {
    /// The quantile that minimises it.
    pub quantile: f64,
}

impl Difference for Pinball {
    #[inline(always)]
    fn of<V: Vector>(&self, m: &Math<V>, d: V) -> (V, V) {
        let (below, above) = (constant::<V>(-self.quantile), constant::<V>(1.0 - self.quantile));
        let slope = V::select(d.lt(m.zero), below, above);
        (slope * d, V::select(d.eq(m.zero), m.zero, slope))
    }
}

/// eˣ − yx of a logarithm x, or x − y ln(x + ε) of a rate; with `full`, Stirling's approximation of ln y! added where
/// y > 1.
#[derive(Clone, Copy)]
pub struct Poisson<const LOGARITHM: bool> {
    /// Adds the approximation.
    pub full: bool,
    /// ε.
    pub eps: f64,
}

impl<const LOGARITHM: bool> Pointwise for Poisson<LOGARITHM> {
    const PREDICTIONS: Domain = if LOGARITHM { Domain::Real } else { Domain::Count };
    const TARGETS: Domain = Domain::Count;
    const WIDE: bool = true;
    #[inline(always)]
    fn at<V: Vector>(&self, m: &Math<V>, x: V, y: V, _: Option<V>) -> (V, V) {
        let absent = y.eq(m.zero);
        let (value, slope) = if LOGARITHM {
            let rate = m.exp(x);
            (rate - y * x, rate - y)
        } else {
            let eps = constant::<V>(self.eps);
            let shifted = x + eps;
            // What the sum lost to rounding: beside ε = 1 that may be all there is of a small rate.
            let (small, large) = (x.pmin(eps), x.pmax(eps));
            let lost = small - (shifted - large);
            let is_exact = lost.eq(m.zero).or(constant::<V>(f64::MAX).lt(shifted));
            let rest = V::select(is_exact, m.zero, lost / shifted);
            let log = V::select(absent, m.zero, y * (m.ln(shifted) + rest));
            (x - log, m.one - V::select(absent, m.zero, y / shifted))
        };
        if !self.full {
            return (value, slope);
        }
        let tau = constant::<V>(core::f64::consts::TAU);
        let stirling = y * m.ln(y) - y + constant::<V>(0.5) * m.ln(tau * y);
        (V::select(m.one.lt(y), value + stirling, value), slope)
    }
}

/// ½(ln v + (x − y)² / v) with v the larger of the variance and ε; with `full`, ½ ln 2π added.
#[derive(Clone, Copy)]
pub struct Gaussian {
    /// Adds the constant.
    pub full: bool,
    /// ε.
    pub eps: f64,
}

impl Pointwise for Gaussian {
    const PREDICTIONS: Domain = Domain::Real;
    const TARGETS: Domain = Domain::Real;
    const WIDE: bool = true;
    const THIRD: bool = true;
    #[inline(always)]
    fn at<V: Vector>(&self, m: &Math<V>, x: V, y: V, variance: Option<V>) -> (V, V) {
        let v = variance.unwrap_or(m.one).pmax(constant(self.eps));
        let d = x - y;
        let slope = d / v;
        // ½ ln 2π.
        let constant_term = if self.full { 0.918_938_533_204_672_7 } else { 0.0 };
        (constant::<V>(0.5) * (m.ln(v) + slope * d) + constant::<V>(constant_term), slope)
    }
}
