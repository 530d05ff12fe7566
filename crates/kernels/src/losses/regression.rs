//! Losses of real predictions: all of them in float64.

use super::pointwise::{Domain, Pointwise, constant};
use crate::math::Math;
use crate::simd::Vector;

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

/// scale · (½d² up to δ, then δ(|d| − ½δ)).
#[derive(Clone, Copy)]
pub struct Huber {
    /// Where the square becomes a line.
    pub delta: f64,
    /// Divides both: 1, or δ for the smooth L1 loss.
    pub divisor: f64,
}

impl Difference for Huber {
    #[inline(always)]
    fn of<V: Vector>(&self, m: &Math<V>, d: V) -> (V, V) {
        let (delta, divisor, half) = (constant::<V>(self.delta), constant::<V>(self.divisor), constant::<V>(0.5));
        let size = d.abs();
        let near = size.le(delta);
        let value = V::select(near, half * d * d, delta * (size - half * delta));
        let slope = V::select(near, d, signed(m, d, delta));
        (value / divisor, slope / divisor)
    }
}

/// ln cosh d.
#[derive(Clone, Copy)]
pub struct LogCosh;

impl Difference for LogCosh {
    #[inline(always)]
    fn of<V: Vector>(&self, m: &Math<V>, d: V) -> (V, V) {
        let size = d.abs();
        // With t = e^|d| − 1, cosh d = 1 + t² / (2(1 + t)): no digit of a small d is lost.
        let t = m.exp_m1_to_one(size.pmin(m.one));
        let near = m.ln_1p(t * t / (m.two() * (m.one + t)));
        let e = m.exp_non_positive(-(size + size), m.zero);
        let far = size + (m.ln_1p_unit(e) - constant::<V>(core::f64::consts::LN_2));
        let small = size.le(m.one);
        let near_slope = t * (t + m.two()) / (t * t + m.two() * t + m.two());
        let far_slope = (m.one - e) / (m.one + e);
        (V::select(small, near, far), signed(m, d, V::select(small, near_slope, far_slope)))
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
            let shifted = x + constant::<V>(self.eps);
            let log = V::select(absent, m.zero, y * m.ln(shifted));
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
