//! The binomial distribution.

use super::{MOST_TERMS, Special, settles};

impl Special {
    /// ln P(K = k) for a binomial K: k of n with chance p; q is 1 − p, both above 0.
    pub fn ln_binomial(&self, k: f64, n: f64, p: f64, q: f64) -> f64 {
        let rest = self.factorial_rest(n) - self.factorial_rest(k) - self.factorial_rest(n - k);
        rest - self.deviance(k, n * p) - self.deviance(n - k, n * q)
    }

    /// P(K ≥ k) for a binomial K: n with chance p, whole numbers; q is 1 − p. P(K ≤ k) is P(K' ≥ n − k) with p and q
    /// exchanged.
    pub fn binomial_upper_tail(&self, k: f64, n: f64, p: f64, q: f64) -> f64 {
        if k <= 0.0 || (q <= 0.0 && k <= n) {
            return 1.0;
        }
        if k > n || p <= 0.0 {
            return 0.0;
        }
        if k <= n * p {
            // Terms fall from here to the other side.
            return 1.0 - self.binomial_upper_tail(n - k + 1.0, n, q, p);
        }
        let (mut i, mut term, mut sum) = (k, 1.0, 1.0);
        for _ in 0..MOST_TERMS {
            term *= ((n - i) * p) / ((i + 1.0) * q);
            sum += term;
            i += 1.0;
            if settles(term, f64::EPSILON * 0.25 * sum) {
                break;
            }
        }
        self.exp(self.ln_binomial(k, n, p, q)) * sum
    }
}
