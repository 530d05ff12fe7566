//! Factorials and the incomplete gamma function.
//!
//! Powers over factorials are taken in Loader's form (2000): ln xᵏe⁻ˣ/k! is −[`Special::factorial_rest`] −
//! [`Special::deviance`], in which nothing large cancels.

use super::{MOST_TERMS, Special, continued_fraction, polynomial, settles};

/// ½ ln 2π.
const HALF_LN_TAU: f64 = 0.918_938_533_204_672_7;

/// Stirling's series is used from here on: its first omitted term is 2e-18.
const STIRLING: f64 = 16.0;

/// Bernoulli numbers over their 2j(2j − 1), in powers of 1/x², highest first.
const SERIES: [f64; 7] =
    [1.0 / 156.0, -691.0 / 360_360.0, 1.0 / 1188.0, -1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0, 1.0 / 12.0];

impl Special {
    /// ln Γ(x + 1) − x ln x + x for x ≥ 0.
    pub fn factorial_rest(&self, x: f64) -> f64 {
        if x >= STIRLING {
            return 0.5 * self.ln(x) + HALF_LN_TAU + polynomial(1.0 / (x * x), &SERIES) / x;
        }
        if x == 0.0 {
            return 0.0;
        }
        self.factorial_rest(x + 1.0) + (x * self.ln_1p(1.0 / x) - 1.0)
    }

    /// k ln(k / mean) + mean − k for k ≥ 0 and mean > 0: never negative, 0 where they are equal.
    pub fn deviance(&self, k: f64, mean: f64) -> f64 {
        if k == 0.0 {
            return mean;
        }
        let (difference, sum) = (k - mean, k + mean);
        if difference.abs() >= 0.1 * sum {
            return k * self.ln(k / mean) + mean - k;
        }
        // ln(k / mean) is 2 artanh of this quotient.
        let v = difference / sum;
        let mut total = difference * v;
        let mut power = 2.0 * k * v;
        for j in 1..MOST_TERMS {
            power *= v * v;
            let next = total + power / f64::from(2 * j + 1);
            if next == total || next.is_nan() {
                break;
            }
            total = next;
        }
        total
    }

    /// P(X > x) for a χ² with so many degrees of freedom (≥ 1): the regularised incomplete gamma function
    /// Q(degrees / 2, x / 2).
    pub fn chi_square_upper_tail(&self, x: f64, degrees: f64) -> f64 {
        let (a, x) = (0.5 * degrees, 0.5 * x);
        if x <= 0.0 {
            return 1.0;
        }
        if x == f64::INFINITY {
            return 0.0;
        }
        // xᵃ e⁻ˣ / Γ(a + 1)
        let density = self.exp(-self.deviance(a, x) - self.factorial_rest(a));
        if x < a + 1.0 {
            return 1.0 - density * series(a, x);
        }
        // Γ(a, x) = e⁻ˣ xᵃ / (x + 1 − a − 1(1 − a)/(x + 3 − a − 2(2 − a)/(…)))
        let b = x + 1.0 - a;
        density * a / continued_fraction(b, |i| (-i * (i - a), b + 2.0 * i))
    }
}

/// Σ xⁱ / ((a + 1)…(a + i)).
fn series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for i in 1..MOST_TERMS {
        term *= x / (a + f64::from(i));
        sum += term;
        if settles(term, f64::EPSILON * 0.25 * sum) {
            break;
        }
    }
    sum
}
