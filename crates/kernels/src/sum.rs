//! Sums that do not depend on the order of their terms.
//!
//! A sum is a wide integer in units of 2⁻¹⁰⁷⁴, the smallest `f64`, held as 32-bit digits in `i64` words: every `f64`
//! fits, addition of integers is associative, and the result is rounded once, when it is asked for. Adding a number
//! touches three digits; the 31 spare bits of each word put off the carries.
//!
//! Blocks take a shorter way that gives the same digits. With an anchor A far above the values, `t = A + x` rounds x to
//! a multiple of A's last place, `d = t − A` recovers what was taken and `x − d` what was left, all exactly (Rump,
//! Ogita and Oishi 2008). The range of the values tells beforehand whether all that is left adds up exactly too; where
//! it does not, the block is added number by number. Either way the block's total is exact, so the choice cannot be
//! seen.

use crate::math::{Coefficients, Math};
use crate::simd::{F64x2, Scalar, Vector};

/// 32-bit digits: 2,098 bits of `f64`, 53 + 31 bits of head room, rounded up.
const DIGITS: usize = 68;

/// Words of a sum: digits, then how many NaN, +∞ and −∞ were added.
pub const WORDS: usize = DIGITS + 3;

const NANS: usize = DIGITS;
const INFINITIES: usize = DIGITS + 1;
const NEGATIVE_INFINITIES: usize = DIGITS + 2;

/// Values of one exact block.
pub const BLOCK: usize = 1024;

const DIGIT: i64 = 0xffff_ffff;

/// A sum, in place in a state's words. Adding two sums word by word and normalising merges them.
pub type Words = [i64; WORDS];

/// Adds one number. At most 2³¹ between two calls of [`normalise`].
#[inline(always)]
pub fn add(sum: &mut Words, value: f64) {
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as usize;
    if exponent == 0x7ff {
        return add_special(sum, value);
    }
    let normal = u64::from(exponent != 0);
    let mantissa = bits & ((1 << 52) - 1) | normal << 52;
    add_integer(sum, mantissa, exponent - normal as usize, (bits as i64) >> 63);
}

#[cold]
fn add_special(sum: &mut Words, value: f64) {
    let word = if value.is_nan() {
        NANS
    } else if value > 0.0 {
        INFINITIES
    } else {
        NEGATIVE_INFINITIES
    };
    sum[word] += 1;
}

/// Adds ±integer · 2^(position − 1074); `sign` is 0 or −1.
#[inline(always)]
pub fn add_integer(sum: &mut Words, integer: u64, position: usize, sign: i64) {
    let shift = position & 31;
    let low = (integer & DIGIT as u64) << shift;
    let high = (integer >> 32) << shift;
    let middle = (low >> 32) + (high & DIGIT as u64);
    let signed = |x: u64| (x as i64 ^ sign) - sign;
    if let Some([a, b, c]) = sum.get_mut(position >> 5..).and_then(|digits| digits.first_chunk_mut()) {
        *a += signed(low & DIGIT as u64);
        *b += signed(middle);
        *c += signed(high >> 32);
    }
}

/// Carries: every digit but the last in 0..2³². Equal sums then have equal words.
pub fn normalise(sum: &mut Words) {
    let mut carry = 0;
    for (i, digit) in sum[..DIGITS].iter_mut().enumerate() {
        let total = *digit + carry;
        if i + 1 < DIGITS {
            *digit = total & DIGIT;
            carry = total >> 32;
        } else {
            *digit = total;
        }
    }
}

/// Whether the words could have come out of [`normalise`].
pub fn is_normal(sum: &Words) -> bool {
    sum[..DIGITS - 1].iter().all(|&digit| (0..=DIGIT).contains(&digit)) && sum[DIGITS..].iter().all(|&n| n >= 0)
}

/// The sum, rounded once to the nearest `f64`, ties to even. NaN with any NaN or with both infinities.
pub fn value(sum: &Words) -> f64 {
    if sum[NANS] > 0 || (sum[INFINITIES] > 0 && sum[NEGATIVE_INFINITIES] > 0) {
        return f64::NAN;
    }
    if sum[INFINITIES] > 0 {
        return f64::INFINITY;
    }
    if sum[NEGATIVE_INFINITIES] > 0 {
        return f64::NEG_INFINITY;
    }
    let mut words = *sum;
    normalise(&mut words);
    let negative = words[DIGITS - 1] < 0;
    if negative {
        for digit in &mut words[..DIGITS] {
            *digit = -*digit;
        }
        normalise(&mut words);
    }
    let magnitude = magnitude(&words);
    if negative { -magnitude } else { magnitude }
}

fn magnitude(words: &Words) -> f64 {
    let digit = |i: usize| words.get(i).map_or(0, |&d| d as u64);
    let Some(top) = (0..DIGITS).rev().find(|&i| digit(i) != 0) else {
        return 0.0;
    };
    // The four highest digits hold the 53 bits to keep and at least 11 more; the rest only breaks ties.
    let lowest = top.saturating_sub(3);
    let window = (lowest..=top).rev().fold(0u128, |window, i| window << 32 | u128::from(digit(i)));
    let sticky = (0..lowest).any(|i| digit(i) != 0);
    let length = 128 - window.leading_zeros() as usize;
    if length <= 53 {
        // Only in the lowest digits: an exact, possibly subnormal number.
        return window as f64 * f64::from_bits(1);
    }
    let shift = length - 53;
    let kept = (window >> shift) as u64;
    let rest = window & ((1 << shift) - 1);
    let half = 1 << (shift - 1);
    let up = rest > half || (rest == half && (sticky || kept & 1 == 1));
    // Adding the kept bits, with their leading one, to the exponent field below lets a round-up carry into it.
    let exponent = (32 * lowest + shift) as u64;
    let bits = (exponent << 52) + kept + u64::from(up);
    if bits >= f64::INFINITY.to_bits() { f64::INFINITY } else { f64::from_bits(bits) }
}

/// The largest and the smallest non-zero magnitude of some values, and the bits that each has: what decides how they can
/// be added exactly.
#[derive(Clone, Copy)]
pub struct Range<V> {
    largest: V,
    least: V,
    bits: i64,
}

impl<V: Vector> Range<V> {
    /// Of no values.
    pub fn new() -> Self {
        let (largest, least) = (V::splat(V::Scalar::ZERO), V::splat(V::Scalar::INFINITY));
        Self { largest, least, bits: V::Scalar::MANTISSA_BITS }
    }

    /// Takes in values that are not negative. A NaN may or may not be seen; a zero stands for itself.
    #[inline(always)]
    pub fn see(&mut self, values: V) {
        self.largest = values.pmax(self.largest);
        self.least = values.pmin(self.least);
    }

    /// Takes in values of either sign; zeros are passed over.
    #[inline(always)]
    pub fn see_any(&mut self, math: &Math<V>, values: V) {
        let magnitude = values.abs();
        self.least = magnitude.or_where(magnitude.eq(math.zero), math.infinity).pmin(self.least);
        self.largest = magnitude.pmax(self.largest);
    }

    /// Of a slice.
    pub fn of(values: &[V::Scalar]) -> Self {
        let math = Math::<V>::new();
        let mut range = Self::new();
        let chunks = V::chunks(values);
        chunks.iter().for_each(|chunk| range.see_any(&math, V::load(chunk)));
        let rest = values.get(chunks.len() * V::LANES..).unwrap_or(&[]);
        rest.iter().for_each(|&x| range.see_any(&math, V::splat(x)));
        range
    }

    /// Of values that are all float32 numbers, whatever type they are in.
    pub fn of_singles(self) -> Self {
        Self { bits: f32::MANTISSA_BITS, ..self }
    }

    /// The largest and the smallest value over the lanes.
    pub fn bounds(&self) -> (f64, f64) {
        let largest = self.largest.to_array().as_ref().iter().fold(0.0, |m: f64, x| m.max(x.to_f64()));
        let least = self.least.to_array().as_ref().iter().fold(f64::INFINITY, |m: f64, x| m.min(x.to_f64()));
        (largest, least)
    }
}

impl<V: Vector> Default for Range<V> {
    fn default() -> Self {
        Self::new()
    }
}

/// Adds many numbers.
pub fn add_all(sum: &mut Words, values: &[f64]) {
    for block in values.chunks(BLOCK) {
        let range = Range::<F64x2>::of(block);
        add_block(sum, block, &range);
    }
}

/// Adds a block of at most [`BLOCK`] numbers within a range; false where one of them is not finite.
///
/// Numbers whose sum fits 53 bits, counted from the last bit of the smallest, are simply added. Otherwise there is an
/// anchor 2¹⁰ above the largest value, so that a lane of at most 2⁷ values stays within its binade. What is left of each
/// value below the anchor's last place is added as it is, which is exact where all of it fits 53 bits.
pub fn add_block<S: Scalar>(sum: &mut Words, block: &[S], range: &Range<S::Vector>) -> bool {
    let (mut largest, mut least) = range.bounds();
    if least <= 0.0 {
        // Zeros, or signs after all: look again, past the zeros.
        (largest, least) = Range::<S::Vector>::of(block).bounds();
    }
    let exponent = |x: f64| (x.to_bits() >> 52) as i64 - 1023;
    let (largest, least) = (exponent(largest), exponent(least));
    let spread = largest - least + range.bits;
    if !(-900..=900).contains(&largest) || spread > 89 {
        return add_each(sum, block);
    }
    let (groups, rest) = block.as_chunks::<GROUP>();
    let sums = if spread <= 53 - LANE_BITS {
        let mut sums = [F64x2::splat(0.0); GROUP / 2];
        for group in groups {
            for (sum, x) in sums.iter_mut().zip(wide(group)) {
                *sum = *sum + x;
            }
        }
        [sums, [F64x2::splat(0.0); GROUP / 2]]
    } else {
        let anchor = F64x2::splat(1.5 * f64::from_bits(((largest + 10 + 1023) as u64) << 52));
        let mut highs = [anchor; GROUP / 2];
        let mut lows = [F64x2::splat(0.0); GROUP / 2];
        for group in groups {
            for ((high, low), x) in highs.iter_mut().zip(&mut lows).zip(wide(group)) {
                let t = *high + x;
                *low = *low + (x - (t - *high));
                *high = t;
            }
        }
        [highs.map(|high| high - anchor), lows]
    };
    let sums = sums.as_flattened().iter().map(|sum| sum.to_array());
    if !sums.clone().flatten().all(f64::is_finite) {
        // A NaN that the range did not see.
        return add_each(sum, block);
    }
    sums.flatten().for_each(|x| add(sum, x));
    add_each(sum, rest)
}

/// Numbers that are added side by side.
const GROUP: usize = 8;

/// At most 2⁷ numbers of a block meet in one lane.
const LANE_BITS: i64 = (BLOCK / GROUP).ilog2() as i64;

/// A group in float64.
#[inline(always)]
fn wide<S: Scalar>(group: &[S; GROUP]) -> [F64x2; GROUP / 2] {
    let mut wide = [F64x2::splat(0.0); GROUP / 2];
    for (to, quad) in wide.as_chunks_mut().0.iter_mut().zip(group.as_chunks().0) {
        *to = S::Vector::load_quad(quad);
    }
    wide
}

fn add_each<S: Scalar>(sum: &mut Words, values: &[S]) -> bool {
    values.iter().fold(true, |finite, value| {
        let value = value.to_f64();
        // Most of a block that comes this way may be zeros.
        if value != 0.0 {
            add(sum, value);
        }
        finite && value.is_finite()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::F32x4;
    use crate::testing::cases;
    use proptest::prelude::*;

    fn exact(values: &[f64]) -> Words {
        let mut sum = [0; WORDS];
        values.iter().for_each(|&value| add(&mut sum, value));
        normalise(&mut sum);
        sum
    }

    /// Shewchuk's partials, rounded as Python's `fsum` rounds them: another way to the same number.
    fn fsum(values: &[f64]) -> f64 {
        let mut partials: Vec<f64> = Vec::new();
        for &value in values {
            let mut x = value;
            let mut kept = Vec::new();
            for &y in &partials {
                let (big, small) = if x.abs() < y.abs() { (y, x) } else { (x, y) };
                let high = big + small;
                let low = small - (high - big);
                if low != 0.0 {
                    kept.push(low);
                }
                x = high;
            }
            kept.push(x);
            partials = kept;
        }
        let mut rest = partials.into_iter().rev();
        let mut high = rest.next().unwrap_or(0.0);
        while let Some(y) = rest.next() {
            let x = high;
            high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                if let Some(next) = rest.next()
                    && ((low < 0.0 && next < 0.0) || (low > 0.0 && next > 0.0))
                {
                    let twice = low * 2.0;
                    if twice == (high + twice) - high {
                        high += twice;
                    }
                }
                break;
            }
        }
        high
    }

    fn any_value() -> impl Strategy<Value = f64> {
        prop_oneof![
            prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO,
            -1e3..1e3_f64,
            (0..1000u32).prop_map(|n| f64::from(n) / 8.0),
            (-60..60i32, -1.0..1.0_f64).prop_map(|(e, m)| m * f64::powi(2.0, e)),
        ]
    }

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn rounds_once_and_whatever_the_order_and_path(
            mut values in prop::collection::vec(any_value(), 0..200), cut in 0..200usize
        ) {
            // Kept below overflow, which the reference cannot do.
            values.iter_mut().for_each(|v| if v.abs() > 1e300 { *v *= 1e-10 });
            let sum = exact(&values);
            prop_assert_eq!(value(&sum).to_bits(), (fsum(&values) + 0.0).to_bits());
            let mut blocks = [0; WORDS];
            let cut = cut.min(values.len());
            add_all(&mut blocks, &values[cut..]);
            values[..cut].reverse();
            add_all(&mut blocks, &values[..cut]);
            normalise(&mut blocks);
            prop_assert_eq!(blocks, sum);
        }

        #[test]
        fn blocks_of_like_values_take_the_short_ways(
            values in prop::collection::vec(1e-3..1e3_f32, 1000..1024usize), lowest in -50..0_i32
        ) {
            // From a sum that needs no anchor to one that needs all its room.
            let values: Vec<f32> = values.into_iter().enumerate()
                .map(|(i, x)| if i % 7 == 0 { x * f32::powi(2.0, lowest) } else { x }).collect();
            let range = Range::<F32x4>::of(&values);
            let (largest, least) = range.bounds();
            prop_assert!(largest / least < f64::powi(2.0, 65));
            let mut short = [0; WORDS];
            add_block(&mut short, &values, &range);
            normalise(&mut short);
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            prop_assert_eq!(short, exact(&values));
            let mut same = [0; WORDS];
            add_block(&mut same, &values, &Range::<F64x2>::of(&values).of_singles());
            normalise(&mut same);
            prop_assert_eq!(same, short);
        }
    }

    #[test]
    fn ends_of_the_range() {
        let smallest = f64::from_bits(1);
        assert_eq!(value(&exact(&[smallest, smallest])), f64::from_bits(2));
        assert_eq!(value(&exact(&[f64::MAX, f64::MAX, -f64::MAX])), f64::MAX);
        assert_eq!(value(&exact(&[f64::MAX, f64::MAX])), f64::INFINITY);
        assert_eq!(value(&exact(&[1e308, smallest, -1e308])), smallest);
        assert_eq!(value(&exact(&[-1.5, -0.0, 0.25])), -1.25);
        assert_eq!(value(&exact(&[])).to_bits(), 0);
        assert_eq!(value(&exact(&[f64::INFINITY, 1.0])), f64::INFINITY);
        assert_eq!(value(&exact(&[f64::NEG_INFINITY])), f64::NEG_INFINITY);
        assert!(value(&exact(&[f64::INFINITY, f64::NEG_INFINITY])).is_nan());
        assert!(value(&exact(&[f64::NAN])).is_nan());
    }

    #[test]
    fn blocks_with_special_values_take_the_long_way() {
        for special in [f64::NAN, f64::INFINITY, 1e-310, 1e305] {
            let mut values = vec![1.0; 1024];
            values[700] = special;
            let mut sum = [0; WORDS];
            add_all(&mut sum, &values);
            normalise(&mut sum);
            assert_eq!(sum, exact(&values), "{special}");
        }
        let mut sum = [0; WORDS];
        add_all(&mut sum, &[1e-310; 9]);
        normalise(&mut sum);
        assert_eq!(sum, exact(&[1e-310; 9]));
    }
}
