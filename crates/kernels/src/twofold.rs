//! Numbers of twice the digits: what objectives are rounded from. T. Dekker, "A floating-point technique for extending
//! the available precision" (1971).

use core::ops::{Add, Mul, Sub};

/// An unevaluated sum of two numbers, of which the second is less than half a unit of the first one's last place. Each
/// operation is off by less than 2⁻¹⁰⁰ of its result, of a sum of that of its terms, while nothing leaves the normal
/// numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Twofold {
    high: f64,
    low: f64,
}

/// a + b and what rounding leaves out of it, exactly (Knuth).
pub fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

/// a·b and what rounding leaves out of it, exactly (Veltkamp and Dekker).
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let halves = |x: f64| {
        let scaled = x * 134_217_729.0;
        let upper = scaled - (scaled - x);
        (upper, x - upper)
    };
    let product = a * b;
    let ((a_upper, a_lower), (b_upper, b_lower)) = (halves(a), halves(b));
    let rest = a_upper * b_upper - product;
    (product, rest + a_upper * b_lower + a_lower * b_upper + a_lower * b_lower)
}

impl Twofold {
    /// One number.
    pub fn of(x: f64) -> Self {
        Self { high: x, low: 0.0 }
    }

    fn settled((high, low): (f64, f64)) -> Self {
        let sum = high + low;
        Self { high: sum, low: low - (sum - high) }
    }

    /// The nearest single number, but where it lies next to the middle of two.
    pub fn rounded(self) -> f64 {
        self.high + self.low
    }

    /// Quotient by a number that is not 0.
    pub fn over(self, other: Self) -> Self {
        let mut rest = self;
        let [a, b, c] = core::array::from_fn(|_| {
            let digits = rest.high / other.high;
            rest = rest - other * Self::of(digits);
            digits
        });
        Self::settled((a, b)) + Self::of(c)
    }

    /// Square root of a number above 0.
    pub fn root(self) -> Self {
        let root = self.high.sqrt();
        let (square, rest) = two_product(root, root);
        let left = self - Self { high: square, low: rest };
        Self::settled((root, left.high / (2.0 * root)))
    }
}

impl Add for Twofold {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (high, rest) = two_sum(self.high, other.high);
        let (low, rest_of_low) = two_sum(self.low, other.low);
        let Self { high, low } = Self::settled((high, rest + low));
        Self::settled((high, low + rest_of_low))
    }
}

impl Sub for Twofold {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + Self { high: -other.high, low: -other.low }
    }
}

impl Mul for Twofold {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let (high, rest) = two_product(self.high, other.high);
        Self::settled((high, rest + (self.high * other.low + self.low * other.high)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::cases;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(cases(500))]

        #[test]
        fn products_of_whole_numbers_are_exact(a in any::<i64>(), b in -(1_i64 << 40)..1 << 40) {
            let [a, b] = [a >> 11, b];
            let product = Twofold::of(a as f64) * Twofold::of(b as f64);
            prop_assert_eq!(product.high as i128 + product.low as i128, i128::from(a) * i128::from(b));
        }

        #[test]
        fn quotients_and_roots_turn_back(a in 1_u64..1 << 50, b in 1_u64..1 << 50) {
            let [x, y] = [a, b].map(|n| Twofold::of(n as f64));
            prop_assert_eq!((x * y).over(y).rounded(), a as f64);
            prop_assert_eq!((x * x).root().rounded(), a as f64);
            prop_assert_eq!(x.over(y).rounded(), a as f64 / b as f64);
            prop_assert_eq!(x.root().rounded(), (a as f64).sqrt());
        }
    }
}
