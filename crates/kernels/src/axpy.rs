//! Sums of arrays, in place: y ← b·y + a·x.
//!
//! Products and sum are taken in `f64` and rounded once, when they are stored, so that `f32` loses nothing to the
//! factors. The loops are plain: the compiler makes what vectors it can of them, and those written by hand are no
//! faster, for it is the conversions that take the time. There is no order in them that could change a bit.

use crate::simd::Scalar;

/// y ← b·y.
pub fn scale<S: Scalar>(y: &mut [S], b: f64) {
    for y in y {
        *y = number(b * y.to_f64());
    }
}

/// y ← b·y + a·x. Elements that only one of the two has are left as they are.
pub fn axpby<S: Scalar>(y: &mut [S], b: f64, x: &[S], a: f64) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y = number(b * y.to_f64() + a * x.to_f64());
    }
}

/// The nearest number of a type; where there is none (∞ − ∞), the one NaN that is the same everywhere.
#[inline(always)]
fn number<S: Scalar>(value: f64) -> S {
    if value.is_nan() { S::NAN } else { S::from_f64(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{F64x2, Vector};
    use crate::testing::cases;
    use proptest::prelude::*;

    #[test]
    fn rounds_once() {
        let mut y = [0.1_f32, 1.0, f32::MAX];
        axpby(&mut y, 1.0 / 3.0, &[0.1, -1.0, f32::MAX], 2.0 / 3.0);
        assert_eq!(y, [0.1, -1.0 / 3.0, f32::MAX]);
        scale(&mut y, 0.5);
        assert_eq!(y, [0.05, -1.0 / 6.0, f32::MAX / 2.0]);
    }

    #[test]
    fn what_is_no_number_is_one_nan() {
        let other = f64::from_bits(f64::NAN.to_bits() | 1 << 63 | 1);
        let mut y = [f64::INFINITY, other, 1.0, -f64::INFINITY];
        axpby(&mut y, 1.0, &[f64::NEG_INFINITY, 1.0, f64::INFINITY, f64::NEG_INFINITY], 1.0);
        let bits = y.map(f64::to_bits);
        assert_eq!(bits, [f64::NAN, f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(f64::to_bits));
        let mut y = [f32::INFINITY];
        axpby(&mut y, 1.0, &[f32::INFINITY], -1.0);
        assert_eq!(y[0].to_bits(), f32::NAN.to_bits());
    }

    proptest! {
        #![proptest_config(cases(256))]

        /// A sum does not know its lane: whatever is before it, it is the same.
        #[test]
        fn elements_know_nothing_of_each_other(
            pairs in prop::collection::vec((any::<f32>(), any::<f32>()), 1..40),
            b in -10.0_f64..10.0,
            a in -10.0_f64..10.0,
            start in 0_usize..40,
        ) {
            let start = start % pairs.len();
            let x: Vec<f32> = pairs.iter().map(|p| p.0).collect();
            let mut whole: Vec<f32> = pairs.iter().map(|p| p.1).collect();
            let mut part = whole[start..].to_vec();
            axpby(&mut whole, b, &x, a);
            axpby(&mut part, b, &x[start..], a);
            let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&whole[start..]), bits(&part));
        }

        /// Vectors, as the compiler makes them, do what numbers do.
        #[test]
        fn is_the_arithmetic_of_vectors(y in any::<[f64; 2]>(), x in any::<[f64; 2]>(), b in any::<f64>(), a in any::<f64>()) {
            let vector = (F64x2::splat(b) * F64x2::load(&y) + F64x2::splat(a) * F64x2::load(&x)).to_array();
            let mut sum = y;
            axpby(&mut sum, b, &x, a);
            for (sum, vector) in sum.into_iter().zip(vector) {
                prop_assert!(sum.to_bits() == vector.to_bits() || (sum.is_nan() && vector.is_nan()));
            }
        }
    }
}
