//! Radix sort of whole numbers, least significant digit first, over as many bits as differ. Many values are first parted
//! by their highest bits, so that all other passes stay in near caches.

/// A whole number of some width.
pub trait Whole: Copy + Ord + Default {
    /// Bits that it takes to write the number down.
    fn bits(self) -> u32;
    /// What it has above a smaller number.
    fn less(self, least: Self) -> Self;
    /// Some of its bits, of what it has above another number.
    fn above(self, least: Self, shift: u32) -> usize;
}

macro_rules! whole {
    ($type:ident) => {
        impl Whole for $type {
            #[inline(always)]
            fn bits(self) -> u32 {
                $type::BITS - self.leading_zeros()
            }
            #[inline(always)]
            fn less(self, least: Self) -> Self {
                self.wrapping_sub(least)
            }
            #[inline(always)]
            fn above(self, least: Self, shift: u32) -> usize {
                (self.wrapping_sub(least) >> (shift & ($type::BITS - 1))) as usize
            }
        }
    };
}

whole!(u32);
whole!(u64);

macro_rules! descending {
    ($name:ident, $float:ident, $bits:ident) => {
        /// A whole number, the smaller the larger the float, which is not NaN. −0 is 0.
        #[inline(always)]
        pub fn $name(value: $float) -> $bits {
            const SIGN: $bits = !($bits::MAX >> 1);
            let bits = (value + 0.0).to_bits();
            if bits & SIGN == 0 { !(bits | SIGN) } else { bits }
        }
    };
}

descending!(descending_single, f32, u32);
descending!(descending_double, f64, u64);

/// So many are not worth histograms of any size.
const FEW: usize = 40;

/// So many are not worth large histograms.
const SHORT: usize = 1024;

/// From so many bytes on, passes over all values go through slow memory.
const LONG: usize = 1 << 19;

/// Values of one part, which with its spare room has place in a near cache; smaller ones would be too many to write to at
/// once.
const PART: u32 = 1 << 14;

/// Bits of the largest digit: its histogram, and the line that each bucket is being written to, stay in near caches.
const DIGIT: u32 = 11;

/// Bits beyond those that so many values would need to be told apart, were they spread evenly.
const APART: u32 = 8;

/// Digits that there are at most: of 2³² values, with the bits beyond.
const TOGETHER: usize = 4;

/// Bits that values are parted by.
const PARTING: u32 = 14;

/// Sorts; `spare` has the same length. Values that are equal in order stay as they came.
pub fn sort_by<T: Copy, K: Whole>(values: &mut [T], spare: &mut [T], order: impl Fn(&T) -> K) {
    if size_of_val(values) < LONG {
        if sort_digits(values, spare, &order) {
            values.copy_from_slice(spare);
        }
        return;
    }
    let mut ends = [0; 1 << PARTING];
    let parts = part(values, spare, &mut ends, &order);
    let mut start = 0;
    for &end in ends.iter().take(parts) {
        let range = start..end as usize;
        if let (Some(from), Some(to)) = (spare.get_mut(range.clone()), values.get_mut(range))
            && !sort_digits(from, to, &order)
        {
            to.copy_from_slice(from);
        }
        start = end as usize;
    }
}

/// The smallest order, and the number of bits in which orders are above it.
fn range<T, K: Whole>(values: &[T], order: &impl Fn(&T) -> K) -> (K, u32) {
    let first = values.first().map(order).unwrap_or_default();
    let (least, most) = values.iter().map(order).fold((first, first), |(a, b), x| (a.min(x), b.max(x)));
    (least, most.less(least).bits())
}

/// Writes values to another room part by part, parts in order and equal keys as they came. Writes where each part ends;
/// how many there are.
fn part<T: Copy, K: Whole>(
    values: &[T],
    to: &mut [T],
    ends: &mut [u32; 1 << PARTING],
    order: &impl Fn(&T) -> K,
) -> usize {
    let (least, bits) = range(values, order);
    let shift = bits.saturating_sub(PARTING);
    let bin = |value: &T| order(value).above(least, shift) & ((1 << PARTING) - 1);
    let mut bins = [0_u32; 1 << PARTING];
    for value in values {
        bins[bin(value)] += 1;
    }
    // A part is some bins side by side; one that holds too many is a part of its own.
    let (mut parts, mut start, mut end) = (0, 0, 0);
    for bin in &mut bins {
        if end > start && end + *bin - start > PART {
            parts += 1;
            start = end;
            if let Some(to) = ends.get_mut(parts) {
                *to = start;
            }
        }
        end += *bin;
        *bin = parts as u32;
    }
    // Until all is written, it is where the part goes on.
    for &value in values {
        let at = &mut ends[bins[bin(&value)] as usize & ((1 << PARTING) - 1)];
        if let Some(to) = to.get_mut(*at as usize) {
            *to = value;
        }
        *at += 1;
    }
    parts + 1
}

/// Sorts, to and fro between two rooms; whether the values end in the second one.
fn sort_digits<T: Copy, K: Whole>(values: &mut [T], spare: &mut [T], order: &impl Fn(&T) -> K) -> bool {
    let len = values.len();
    if len <= FEW {
        insert_each(values, order);
        return false;
    }
    let (least, bits) = range(values, order);
    let most = if len <= SHORT { 8 } else { DIGIT };
    // Few values are alike in so many bits. Those are put in order afterwards, where that saves a pass.
    let telling = bits.min(usize::BITS - len.leading_zeros() + APART);
    let passes = telling.div_ceil(most);
    let telling = bits.min(passes * most);
    let low = bits - telling;
    let width = telling.checked_div(passes).map_or(0, |_| telling.div_ceil(passes));
    let mask = ((1 << width) - 1) & ((1 << DIGIT) - 1);
    let digit = |value: &T, pass: u32| order(value).above(least, low + pass * width) & mask;
    let mut histograms = [[0_u32; 1 << DIGIT]; TOGETHER];
    for value in &*values {
        for (pass, histogram) in (0..passes).zip(&mut histograms) {
            histogram[digit(value, pass)] += 1;
        }
    }
    let (mut from, mut to) = (values, spare);
    let mut swapped = false;
    for (pass, histogram) in (0..passes).zip(&mut histograms) {
        // All in one bucket: this digit orders nothing.
        if from.first().is_none_or(|first| histogram[digit(first, pass)] as usize == len) {
            continue;
        }
        let mut start = 0;
        for n in histogram.iter_mut().take(1 << width) {
            (start, *n) = (start + *n, start);
        }
        for &value in &*from {
            let at = &mut histogram[digit(&value, pass)];
            if let Some(to) = to.get_mut(*at as usize) {
                *to = value;
            }
            *at += 1;
        }
        core::mem::swap(&mut from, &mut to);
        swapped = !swapped;
    }
    if low > 0 {
        sort_alike(from, to, order, |a, b| order(a).above(least, low) == order(b).above(least, low));
    }
    swapped
}

/// Sorts what is in order but for runs of values that are alike.
fn sort_alike<T: Copy, K: Whole>(
    values: &mut [T],
    spare: &mut [T],
    order: &impl Fn(&T) -> K,
    alike: impl Fn(&T, &T) -> bool,
) {
    let mut start = 0;
    while let Some(rest) = values.get_mut(start..)
        && let Some(fault) = first_fault(rest, order)
        && let Some(value) = rest.get(fault).copied()
    {
        let before = rest.get(..fault).unwrap_or(&[]).iter().rev().take_while(|other| alike(other, &value)).count();
        let from = rest.get(fault..).unwrap_or(&[]).iter().take_while(|other| alike(other, &value)).count();
        let run = fault - before..fault + from;
        start += run.end;
        // By fewer bits each time, so this ends.
        if let (Some(spare), Some(run)) = (spare.get_mut(..run.len()), rest.get_mut(run))
            && sort_digits(run, spare, order)
        {
            run.copy_from_slice(spare);
        }
    }
}

/// The first value that comes after a larger one.
fn first_fault<T, K: Whole>(values: &[T], order: &impl Fn(&T) -> K) -> Option<usize> {
    let descends = |pair: &[T]| matches!(pair, [a, b] if order(a) > order(b));
    values.windows(2).position(descends).map(|i| i + 1)
}

fn insert_each<T: Copy, K: Whole>(values: &mut [T], order: &impl Fn(&T) -> K) {
    for end in 1..values.len() {
        let Some(&value) = values.get(end) else { return };
        let rank = order(&value);
        let mut at = end;
        while let Some(&before) = at.checked_sub(1).and_then(|i| values.get(i))
            && rank < order(&before)
            && let Some(to) = values.get_mut(at)
        {
            *to = before;
            at -= 1;
        }
        if let Some(to) = values.get_mut(at) {
            *to = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::cases;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn sorts(mut values in prop::collection::vec(any::<u32>(), 0..2000), mask in any::<u32>()) {
            values.iter_mut().for_each(|v| *v &= mask | 1);
            let mut sorted = values.clone();
            sorted.sort_by_key(|v| v >> 1);
            let mut spare = vec![0; values.len()];
            sort_by(&mut values, &mut spare, |&v| v >> 1);
            prop_assert_eq!(values, sorted);
        }

        #[test]
        fn sorts_wide(mut values in prop::collection::vec(any::<u64>(), 0..1000), shift in 0..64u32) {
            values.iter_mut().for_each(|v| *v >>= shift);
            let mut sorted = values.clone();
            sorted.sort_by_key(|v| v >> 1);
            let mut spare = vec![0; values.len()];
            sort_by(&mut values, &mut spare, |&v| v >> 1);
            prop_assert_eq!(values, sorted);
        }

        #[test]
        fn equal_keys_keep_their_order(keys in prop::collection::vec(any::<u64>(), 0..1000), mask in any::<u64>()) {
            let mut values: Vec<(u64, usize)> = keys.iter().enumerate().map(|(i, key)| (key & mask, i)).collect();
            let mut sorted = values.clone();
            sorted.sort();
            let mut spare = values.clone();
            let mut narrow = values.clone();
            sort_by(&mut values, &mut spare, |v| v.0);
            prop_assert_eq!(values, sorted);
            let mut sorted = narrow.clone();
            sorted.sort_by_key(|v| v.0 as u32);
            sort_by(&mut narrow, &mut spare, |v| v.0 as u32);
            prop_assert_eq!(narrow, sorted);
        }

    }

    proptest! {
        #![proptest_config(cases(64))]

        #[test]
        fn sorts_what_is_alike_in_high_bits(
            drawn in prop::collection::vec(any::<u64>(), 50..3000),
            highs in 1..3000_u64,
            shift in 1..50_u32,
            low in any::<u64>(),
        ) {
            let mut values: Vec<(u64, u64)> =
                drawn.iter().map(|x| (x % highs) << shift | (x >> 32 & low & ((1 << shift) - 1))).zip(0..).collect();
            let mut sorted = values.clone();
            sorted.sort();
            let mut spare = values.clone();
            sort_by(&mut values, &mut spare, |v| v.0);
            prop_assert_eq!(values, sorted);
        }
    }

    proptest! {
        #![proptest_config(cases(16))]

        #[test]
        fn sorts_many(seed in any::<u64>(), shift in 0..60_u32, same in 0..4_u64) {
            let values = (0..LONG as u64 / 16 + 3).map(|i| {
                let drawn = (i + seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                // Some values that are all alike, and few that are far away from all others.
                if drawn >> 62 < same { 5 << 40 } else { (drawn ^ drawn >> 29) >> if drawn % 9 == 0 { 0 } else { shift } }
            });
            let mut values: Vec<(u64, u64)> = values.zip(0..).collect();
            let mut sorted = values.clone();
            sorted.sort();
            let mut spare = values.clone();
            sort_by(&mut values, &mut spare, |v| v.0);
            prop_assert!(values == sorted);
        }
    }
}
