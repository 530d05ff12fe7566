//! Numbers without rounding: what sums and products of a few `f64` are compared by, wherever their digits lie.

use core::cmp::Ordering;
use core::ops::{Add, Mul, Sub};

use crate::twofold::Twofold;

/// A product of eight `f64` has its digits within 8 · 2098 bits, and so has a sum of such products but for carries.
const LIMBS: usize = 8 * 2098 / 64 + 4;

/// ± a whole number times a power of two.
#[derive(Clone, Copy)]
pub struct Wide {
    negative: bool,
    exponent: i32,
    /// Limbs in use, the last of which is not 0.
    len: usize,
    limbs: [u64; LIMBS],
}

impl Wide {
    const ZERO: Self = Self { negative: false, exponent: 0, len: 0, limbs: [0; LIMBS] };

    /// A finite number.
    pub fn of(x: f64) -> Self {
        let bits = x.to_bits();
        let biased = (bits >> 52 & 0x7ff) as i32;
        let mantissa = bits & ((1 << 52) - 1) | u64::from(biased != 0) << 52;
        let mut wide = Self::ZERO;
        if mantissa != 0 {
            let zeros = mantissa.trailing_zeros();
            wide.negative = x < 0.0;
            wide.exponent = biased.max(1) - 1075 + zeros as i32;
            wide.len = 1;
            wide.limbs[0] = mantissa >> zeros;
        }
        wide
    }

    /// How it compares with 0.
    pub fn sign(&self) -> Ordering {
        match (self.len, self.negative) {
            (0, _) => Ordering::Equal,
            (_, true) => Ordering::Less,
            (_, false) => Ordering::Greater,
        }
    }

    /// Its leading digits, from 1 to 2 in size, and their power of two; 0 of 0.
    pub fn leading(&self) -> (Twofold, i32) {
        let limb =
            |from_top: usize| self.len.checked_sub(from_top).and_then(|i| self.limbs.get(i)).copied().unwrap_or(0);
        let zeros = limb(1).leading_zeros() & 63;
        let after = |upper: u64, lower: u64| upper << zeros | (lower >> 1) >> (63 - zeros);
        let (upper, lower) = (after(limb(1), limb(2)), after(limb(2), limb(3)));
        // Halves of 32 bits are exact.
        let half = |bits: u64, place: i32| (bits as u32 as f64) * power(place);
        let [a, b, c, d] = [half(upper >> 32, -31), half(upper, -63), half(lower >> 32, -95), half(lower, -127)];
        let digits = Twofold::of(a) + Twofold::of(b) + Twofold::of(c) + Twofold::of(d);
        let exponent = if self.len == 0 { 0 } else { self.exponent + 64 * self.len as i32 - 1 - zeros as i32 };
        (if self.negative { Twofold::of(0.0) - digits } else { digits }, exponent)
    }

    /// The same number as a multiple of a smaller power of two.
    fn in_units_of(&self, exponent: i32) -> Self {
        let bits = (self.exponent - exponent).max(0) as usize;
        let (places, shift) = (bits / 64, bits as u32 % 64);
        let mut to = Self { negative: self.negative, exponent, len: 0, limbs: [0; LIMBS] };
        let mut carried = 0;
        for (i, &limb) in self.digits().iter().chain(&[0]).enumerate() {
            to.put(places + i, limb << shift | carried);
            carried = (limb >> 1) >> (63 - shift);
        }
        to
    }

    fn digits(&self) -> &[u64] {
        self.limbs.get(..self.len).unwrap_or(&[])
    }

    fn put(&mut self, place: usize, limb: u64) {
        if let Some(to) = self.limbs.get_mut(place)
            && limb != 0
        {
            *to = limb;
            self.len = self.len.max(place + 1);
        }
    }

    /// With the size of both added, or the smaller taken from the larger, in the same units.
    fn joined(&self, other: &Self, subtract: bool) -> Self {
        let mut to = Self { negative: self.negative, exponent: self.exponent, len: 0, limbs: [0; LIMBS] };
        let mut carry = false;
        for (i, (&a, &b)) in self.limbs.iter().zip(&other.limbs).enumerate().take(self.len.max(other.len) + 1) {
            let ((limb, first), second) = if subtract {
                let (limb, first) = a.overflowing_sub(b);
                let (limb, second) = limb.overflowing_sub(carry.into());
                ((limb, first), second)
            } else {
                let (limb, first) = a.overflowing_add(b);
                let (limb, second) = limb.overflowing_add(carry.into());
                ((limb, first), second)
            };
            carry = first | second;
            to.put(i, limb);
        }
        to
    }
}

/// 2 to a power of normal numbers.
pub fn power(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

impl Add for Wide {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        if self.len == 0 {
            return other;
        }
        if other.len == 0 {
            return self;
        }
        let exponent = self.exponent.min(other.exponent);
        let (a, b) = (self.in_units_of(exponent), other.in_units_of(exponent));
        if a.negative == b.negative {
            return a.joined(&b, false);
        }
        let order = a.len.cmp(&b.len).then_with(|| a.digits().iter().rev().cmp(b.digits().iter().rev()));
        match order {
            Ordering::Equal => Self::ZERO,
            Ordering::Greater => a.joined(&b, true),
            Ordering::Less => b.joined(&a, true),
        }
    }
}

impl Sub for Wide {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + Self { negative: !other.negative, ..other }
    }
}

impl Mul for Wide {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let mut to = Self::ZERO;
        to.negative = self.negative != other.negative;
        to.exponent = self.exponent + other.exponent;
        for (i, &a) in self.digits().iter().enumerate() {
            let mut carry = 0;
            for (j, &b) in other.digits().iter().chain(&[0]).enumerate() {
                let before = to.limbs.get(i + j).copied().unwrap_or(0);
                let sum = u128::from(a) * u128::from(b) + u128::from(before) + u128::from(carry);
                carry = (sum >> 64) as u64;
                if let Some(limb) = to.limbs.get_mut(i + j) {
                    *limb = sum as u64;
                }
            }
        }
        let most = (self.len + other.len).min(LIMBS);
        to.len = to.limbs.get(..most).unwrap_or(&[]).iter().rposition(|&limb| limb != 0).map_or(0, |last| last + 1);
        if to.len == 0 { Self::ZERO } else { to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::cases;
    use proptest::prelude::*;

    fn order(a: Wide, b: Wide) -> Ordering {
        (a - b).sign()
    }

    proptest! {
        #![proptest_config(cases(500))]

        #[test]
        fn whole_numbers_are_added_and_multiplied(a in any::<i32>(), b in any::<i32>(), c in any::<i32>()) {
            let [x, y, z] = [a, b, c].map(|n| Wide::of(n.into()));
            let [a, b, c] = [a, b, c].map(i128::from);
            prop_assert_eq!(order(x * y, z * z), (a * b).cmp(&(c * c)));
            prop_assert_eq!(order(x * y - z, y + y * z), (a * b - c).cmp(&(b + b * c)));
            prop_assert_eq!((x * y - y * x).sign(), Ordering::Equal);
        }

        #[test]
        fn any_numbers_are(a in prop::num::f64::NORMAL, b in prop::num::f64::ANY, c in prop::num::f64::SUBNORMAL) {
            let b = if b.is_finite() { b } else { 0.5 };
            let [x, y, z] = [a, b, c].map(Wide::of);
            prop_assert_eq!(order(x, y), a.partial_cmp(&b).unwrap());
            // (x + y)(x − y) is x² − y², of numbers as far apart as they may be.
            prop_assert_eq!(order((x + y) * (x - y), x * x - y * y), Ordering::Equal);
            prop_assert_eq!(order((x + z) * (x + z) * (y + z), x * x * y + x * x * z + z * z * y + z * z * z + (x * y + x * z) * z * Wide::of(2.0)), Ordering::Equal);
            let (digits, exponent) = x.leading();
            let (half, rest) = (exponent / 2, exponent - exponent / 2);
            prop_assert_eq!(digits.rounded() * power(half) * power(rest), a);
        }
    }

    #[test]
    fn powers_of_the_ends() {
        let (most, least) = (Wide::of(f64::MAX), Wide::of(5e-324));
        let to_8 = |x: Wide| (x * x * (x * x)) * (x * x * (x * x));
        assert_eq!(order(to_8(most) + to_8(least), to_8(most)), Ordering::Greater);
        assert_eq!(order(to_8(most) + to_8(least) - to_8(most), to_8(least)), Ordering::Equal);
    }
}
