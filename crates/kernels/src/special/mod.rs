//! Distributions in float64, the same bits on every machine: what intervals and tests are made of.
//!
//! | function | domain | relative error |
//! | --- | --- | --- |
//! | [`Special::normal_upper_tail`] | all | < 1e-15 |
//! | [`Special::normal_quantile`] | 2⁻¹⁰²²..=1 − 2⁻⁵³ | < 1e-15 |
//! | [`Special::chi_square_upper_tail`] | 1 ≤ degrees ≤ 2e6 | < 1e-15 · (10 − ln p) |
//! | [`Special::binomial_upper_tail`] | n ≤ 1e9 | < 2e-14 · (10 − ln p) |
//!
//! Tails keep their relative error down to the smallest normal numbers; what they lose is what the exponential of a sum
//! loses, so it grows with the logarithm of the answer p. Reference values are in `reference.rs`.
//!
//! Everything rests on [`Math::exp`] and [`Math::ln`]; nothing here is fast enough for a loop over rows.

mod binomial;
mod gamma;
mod normal;
#[cfg(test)]
mod reference;

use crate::math::Math;
use crate::simd::{F64x2, Vector};

/// More terms than any series or continued fraction of a sensible argument needs: about 10√n.
const MOST_TERMS: u32 = 50_000_000;

/// The functions of this module: made once, then asked.
#[derive(Clone, Copy, Default)]
pub struct Special {
    math: Math<F64x2>,
}

impl Special {
    /// Makes the constants.
    pub fn new() -> Self {
        Self::default()
    }

    /// eˣ.
    pub fn exp(&self, x: f64) -> f64 {
        self.math.exp(F64x2::splat(x)).to_array()[0]
    }

    /// Natural logarithm.
    pub fn ln(&self, x: f64) -> f64 {
        self.math.ln(F64x2::splat(x)).to_array()[0]
    }

    /// ln(1 + x) for finite x > −1.
    pub fn ln_1p(&self, x: f64) -> f64 {
        self.math.ln_1p(F64x2::splat(x)).to_array()[0]
    }
}

/// A polynomial, highest power first.
fn polynomial(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

/// What a sum or product still changes by is too small, or no number: nothing more will come of it.
fn settles(change: f64, least: f64) -> bool {
    change.is_nan() || change < least
}

/// A continued fraction b₀ + a₁/(b₁ + a₂/(b₂ + …)) without overflow (Lentz, in the form of Thompson and Barnett 1986):
/// `terms` gives (aᵢ, bᵢ) for i = 1, 2, …
fn continued_fraction(b0: f64, mut terms: impl FnMut(f64) -> (f64, f64)) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |x: f64| if x.abs() < TINY { TINY } else { x };
    let mut value = away_from_zero(b0);
    let (mut c, mut d) = (value, 0.0);
    for i in 1..=MOST_TERMS {
        let (a, b) = terms(i.into());
        d = 1.0 / away_from_zero(b + a * d);
        c = away_from_zero(b + a / c);
        let factor = c * d;
        value *= factor;
        if settles((factor - 1.0).abs(), f64::EPSILON) {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest relative error, in units of what the table at the top allows for each answer.
    fn worst<const N: usize>(rows: &[[f64; N]], value: impl Fn(&[f64; N]) -> f64, bound: impl Fn(f64) -> f64) -> f64 {
        rows.iter().fold(0.0, |worst, row| {
            let (got, truth) = (value(row), row[N - 1]);
            let error = if got == truth { 0.0 } else { ((got - truth) / truth).abs() / bound(truth) };
            if error <= worst { worst } else { error }
        })
    }

    #[test]
    fn the_normal_distribution() {
        let special = Special::new();
        let tail = worst(reference::NORMAL_UPPER_TAIL, |&[x, _]| special.normal_upper_tail(x), |_| 1e-15);
        let quantile = worst(reference::NORMAL_QUANTILE, |&[p, _]| special.normal_quantile(p), |_| 1e-15);
        assert!(tail < 1.0 && quantile < 1.0, "{tail}, {quantile}");
        assert_eq!(special.normal_upper_tail(f64::INFINITY), 0.0);
        assert_eq!(special.normal_upper_tail(f64::NEG_INFINITY), 1.0);
        assert_eq!([0.0, 0.5, 1.0].map(|p| special.normal_quantile(p)), [f64::NEG_INFINITY, 0.0, f64::INFINITY]);
        assert!([-0.1, 1.1, f64::NAN].iter().all(|&p| special.normal_quantile(p).is_nan()));
        assert!(special.normal_upper_tail(f64::NAN).is_nan());
    }

    #[test]
    fn chi_square() {
        let special = Special::new();
        let tail = |&[x, degrees, _]: &[f64; 3]| special.chi_square_upper_tail(x, degrees);
        let error = worst(reference::CHI_SQUARE_UPPER_TAIL, tail, |p| 1e-15 * (10.0 - p.ln()));
        assert!(error < 1.0, "{error}");
        assert_eq!([0.0, f64::INFINITY].map(|x| special.chi_square_upper_tail(x, 3.0)), [1.0, 0.0]);
        assert!(special.chi_square_upper_tail(f64::NAN, 3.0).is_nan());
        // With one degree of freedom it is the square of a normal number.
        let normal = 2.0 * special.normal_upper_tail(1.7);
        assert!((special.chi_square_upper_tail(1.7 * 1.7, 1.0) / normal - 1.0).abs() < 1e-14);
    }

    #[test]
    fn binomials() {
        let special = Special::new();
        let tail = |&[k, n, p, _]: &[f64; 4]| special.binomial_upper_tail(k, n, p, 1.0 - p);
        let error = worst(reference::BINOMIAL_UPPER_TAIL, tail, |p| 2e-14 * (10.0 - p.ln()));
        assert!(error < 1.0, "{error}");
        for (k, n, p, tail) in [(0.0, 3.0, 0.0, 1.0), (1.0, 3.0, 0.0, 0.0), (3.0, 3.0, 1.0, 1.0), (4.0, 3.0, 1.0, 0.0)]
        {
            assert_eq!(special.binomial_upper_tail(k, n, p, 1.0 - p), tail, "{k} of {n} with chance {p}");
        }
    }

    #[test]
    fn powers_over_factorials() {
        let special = Special::new();
        for n in [1.0, 2.0, 15.0, 16.0, 17.0, 40.0, 1000.0] {
            let total: f64 = (0..=n as u32).map(|k| special.exp(special.ln_binomial(k.into(), n, 0.3, 0.7))).sum();
            assert!((total - 1.0).abs() < 1e-13, "{n}: {total}");
        }
        // 5 of 10 with chance one half: 252 / 1024.
        assert!((special.exp(special.ln_binomial(5.0, 10.0, 0.5, 0.5)) / (252.0 / 1024.0) - 1.0).abs() < 1e-15);
        assert_eq!(special.deviance(0.0, 2.5), 2.5);
        assert_eq!(special.deviance(2.5, 2.5), 0.0);
    }
}
