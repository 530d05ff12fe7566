//! Radix sort of whole numbers, least significant digit first.

/// An unsigned whole number that can be sorted by its digits. The lowest bit is a label and need not be in order.
pub trait Digits: Copy + Default + Ord {
    /// Number of digits.
    const DIGITS: usize;
    /// The digit at a place, lowest first, below [`BUCKETS`].
    fn digit<const PLACE: usize>(self) -> usize;
}

/// Small enough for a histogram, and for the line that each bucket is being written to, to stay in near caches.
const BUCKETS: usize = 1 << 11;

impl Digits for u32 {
    const DIGITS: usize = 3;
    #[inline(always)]
    fn digit<const PLACE: usize>(self) -> usize {
        // 10, 10 and 11 bits: of probabilities the last has only 10 that differ.
        self.checked_shr(1 + 10 * PLACE as u32).unwrap_or(0) as usize & if PLACE == 2 { BUCKETS - 1 } else { 1023 }
    }
}

impl Digits for u64 {
    const DIGITS: usize = 6;
    #[inline(always)]
    fn digit<const PLACE: usize>(self) -> usize {
        (self >> (1 + 11 * PLACE)) as usize & (BUCKETS - 1)
    }
}

/// Short runs are not worth the histograms.
const SHORT: usize = 256;

/// Sorts by all bits but the lowest; `spare` has the same length. Equal keys keep their order.
pub fn sort_by<T: Copy, K: Digits>(values: &mut [T], spare: &mut [T], key: impl Fn(&T) -> K) {
    if values.len() <= SHORT {
        return sort_short(values, key);
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

fn sort_short<T: Copy, K: Digits>(values: &mut [T], key: impl Fn(&T) -> K) {
    for i in 1..values.len() {
        for j in (1..=i).rev() {
            match (values.get(j - 1).copied(), values.get(j).copied()) {
                (Some(a), Some(b)) if label_free(key(&b)) < label_free(key(&a)) => values.swap(j - 1, j),
                _ => break,
            }
        }
    }
}

fn label_free<K: Digits>(key: K) -> [usize; 6] {
    let high = if K::DIGITS > 3 { [key.digit::<5>(), key.digit::<4>(), key.digit::<3>()] } else { [0; 3] };
    let [a, b, c] = high;
    [a, b, c, key.digit::<2>(), key.digit::<1>(), key.digit::<0>()]
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
    }
}
