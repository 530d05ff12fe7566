//! Radix sort of whole numbers, least significant digit first.

/// What can be sorted by its digits.
pub trait Digits: Copy {
    /// Number of digits.
    const DIGITS: usize;
    /// The digit at a place, lowest first, below [`BUCKETS`].
    fn digit<const PLACE: usize>(self) -> usize;
    /// Number of bytes of the next.
    const BYTES: usize;
    /// A number in the order of all digits together.
    fn order(self) -> u64;
}

/// Small enough for a histogram, and for the line that each bucket is being written to, to stay in near caches.
const BUCKETS: usize = 1 << 11;

/// The lowest bit is a label and need not be in order.
impl Digits for u32 {
    const DIGITS: usize = 3;
    const BYTES: usize = 4;
    #[inline(always)]
    fn digit<const PLACE: usize>(self) -> usize {
        // 10, 10 and 11 bits: of probabilities the last has only 10 that differ.
        self.checked_shr(1 + 10 * PLACE as u32).unwrap_or(0) as usize & if PLACE == 2 { BUCKETS - 1 } else { 1023 }
    }
    #[inline(always)]
    fn order(self) -> u64 {
        u64::from(self >> 1)
    }
}

/// The lowest bit is a label and need not be in order.
impl Digits for u64 {
    const DIGITS: usize = 6;
    const BYTES: usize = 8;
    #[inline(always)]
    fn digit<const PLACE: usize>(self) -> usize {
        (self >> (1 + 11 * PLACE)) as usize & (BUCKETS - 1)
    }
    #[inline(always)]
    fn order(self) -> u64 {
        self >> 1
    }
}

/// A whole number of which every bit counts.
#[derive(Clone, Copy)]
pub struct Whole<T>(pub T);

impl Digits for Whole<u32> {
    const DIGITS: usize = 3;
    const BYTES: usize = 4;
    #[inline(always)]
    fn digit<const PLACE: usize>(self) -> usize {
        self.0.checked_shr(11 * PLACE as u32).unwrap_or(0) as usize & (BUCKETS - 1)
    }
    #[inline(always)]
    fn order(self) -> u64 {
        self.0.into()
    }
}

impl Digits for Whole<u64> {
    const DIGITS: usize = 6;
    const BYTES: usize = 8;
    #[inline(always)]
    fn digit<const PLACE: usize>(self) -> usize {
        (self.0 >> (11 * PLACE)) as usize & (BUCKETS - 1)
    }
    #[inline(always)]
    fn order(self) -> u64 {
        self.0
    }
}

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

/// Sorts by all digits; `spare` has the same length. Equal keys keep their order.
pub fn sort_by<T: Copy, K: Digits>(values: &mut [T], spare: &mut [T], key: impl Fn(&T) -> K) {
    if values.len() <= FEW {
        return insert_each(values, |value| key(value).order());
    }
    if values.len() <= SHORT {
        return sort_bytes::<T, K>(values, spare, |value| key(value).order());
    }
    let mut sort = Passes { histograms: [[0; BUCKETS]; 6], from: values, to: spare, swapped: false };
    sort.count(&key);
    sort.pass::<K, 0>(&key);
    sort.pass::<K, 1>(&key);
    sort.pass::<K, 2>(&key);
    if K::DIGITS > 3 {
        sort.pass::<K, 3>(&key);
        sort.pass::<K, 4>(&key);
        sort.pass::<K, 5>(&key);
    }
    if sort.swapped {
        sort.to.copy_from_slice(sort.from);
    }
}

/// A sort on its way: values go to and fro between two rooms, one digit at a time.
struct Passes<'a, T> {
    histograms: [[u32; BUCKETS]; 6],
    from: &'a mut [T],
    to: &'a mut [T],
    swapped: bool,
}

impl<T: Copy> Passes<'_, T> {
    /// Counts all digits in one reading.
    fn count<K: Digits>(&mut self, key: &impl Fn(&T) -> K) {
        let [a, b, c, d, e, f] = &mut self.histograms;
        for value in &*self.from {
            let key = key(value);
            a[key.digit::<0>()] += 1;
            b[key.digit::<1>()] += 1;
            c[key.digit::<2>()] += 1;
            if K::DIGITS > 3 {
                d[key.digit::<3>()] += 1;
                e[key.digit::<4>()] += 1;
                f[key.digit::<5>()] += 1;
            }
        }
    }

    fn pass<K: Digits, const PLACE: usize>(&mut self, key: &impl Fn(&T) -> K) {
        let len = self.from.len();
        let Some(histogram) = self.histograms.get_mut(PLACE) else { return };
        // All in one bucket: this digit orders nothing.
        if histogram.iter().any(|&n| n as usize == len) {
            return;
        }
        let mut start = 0;
        for n in histogram.iter_mut() {
            (start, *n) = (start + *n, start);
        }
        for &value in &*self.from {
            let at = &mut histogram[key(&value).digit::<PLACE>()];
            if let Some(to) = self.to.get_mut(*at as usize) {
                *to = value;
            }
            *at += 1;
        }
        core::mem::swap(&mut self.from, &mut self.to);
        self.swapped = !self.swapped;
    }
}

fn insert_each<T: Copy>(values: &mut [T], key: impl Fn(&T) -> u64) {
    for end in 1..values.len() {
        let Some(&value) = values.get(end) else { return };
        let order = key(&value);
        let mut at = end;
        while let Some(&before) = at.checked_sub(1).and_then(|i| values.get(i))
            && order < key(&before)
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

/// The same as [`sort_by`] with bytes as digits, whose histograms are soon made.
fn sort_bytes<T: Copy, K: Digits>(values: &mut [T], spare: &mut [T], order: impl Fn(&T) -> u64) {
    let len = values.len();
    let mut histograms = [[0_u16; 256]; 8];
    for value in &*values {
        for (histogram, byte) in histograms.iter_mut().zip(order(value).to_le_bytes()).take(K::BYTES) {
            histogram[usize::from(byte)] += 1;
        }
    }
    let (mut from, mut to) = (values, spare);
    let mut swapped = false;
    for (place, histogram) in histograms.iter_mut().enumerate().take(K::BYTES) {
        let byte = |value: &T| (order(value) >> (8 * place)) as usize & 255;
        if from.first().is_none_or(|first| usize::from(histogram[byte(first)]) == len) {
            continue;
        }
        let mut start = 0;
        for n in histogram.iter_mut() {
            (start, *n) = (start + *n, start);
        }
        for &value in &*from {
            let at = &mut histogram[byte(&value)];
            if let Some(to) = to.get_mut(usize::from(*at)) {
                *to = value;
            }
            *at += 1;
        }
        core::mem::swap(&mut from, &mut to);
        swapped = !swapped;
    }
    if swapped {
        to.copy_from_slice(from);
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
            sort_by(&mut values, &mut spare, |&v| v);
            prop_assert_eq!(values, sorted);
        }

        #[test]
        fn sorts_wide(mut values in prop::collection::vec(any::<u64>(), 0..1000), shift in 0..64u32) {
            values.iter_mut().for_each(|v| *v >>= shift);
            let mut sorted = values.clone();
            sorted.sort_by_key(|v| v >> 1);
            let mut spare = vec![0; values.len()];
            sort_by(&mut values, &mut spare, |&v| v);
            prop_assert_eq!(values, sorted);
        }

        #[test]
        fn equal_keys_keep_their_order(keys in prop::collection::vec(any::<u64>(), 0..1000), mask in any::<u64>()) {
            let mut values: Vec<(u64, usize)> = keys.iter().enumerate().map(|(i, key)| (key & mask, i)).collect();
            let mut sorted = values.clone();
            sorted.sort();
            let mut spare = values.clone();
            let mut narrow = values.clone();
            sort_by(&mut values, &mut spare, |v| Whole(v.0));
            prop_assert_eq!(values, sorted);
            let mut sorted = narrow.clone();
            sorted.sort_by_key(|v| v.0 as u32);
            sort_by(&mut narrow, &mut spare, |v| Whole(v.0 as u32));
            prop_assert_eq!(narrow, sorted);
        }
    }
}
