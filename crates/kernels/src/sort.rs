//! Radix sort of whole numbers, least significant digit first.

/// An unsigned whole number that can be sorted by its digits. The lowest bit is a label and need not be in order.
pub trait Digits: Copy + Default + Ord {
    /// Number of digits.
    const DIGITS: usize;
    /// The digit at a place, lowest first, below [`BUCKETS`].
    fn digit(self, place: usize) -> usize;
}

/// Small enough for a histogram, and for the line that each bucket is being written to, to stay in near caches.
const BUCKETS: usize = 1 << 11;

impl Digits for u32 {
    const DIGITS: usize = 3;
    #[inline(always)]
    fn digit(self, place: usize) -> usize {
        // 10, 10 and 11 bits: of probabilities the last has only 10 that differ.
        let digit = self >> (1 + 10 * place);
        (if place == 2 { digit } else { digit & 1023 }) as usize & (BUCKETS - 1)
    }
}

impl Digits for u64 {
    const DIGITS: usize = 6;
    #[inline(always)]
    fn digit(self, place: usize) -> usize {
        (self >> (1 + 11 * place)) as usize & (BUCKETS - 1)
    }
}

/// Short runs are not worth the histograms.
const SHORT: usize = 256;

/// Sorts by all bits but the lowest; `spare` has the same length. Equal keys keep their order.
pub fn sort_by<T: Copy, K: Digits>(values: &mut [T], spare: &mut [T], key: impl Fn(&T) -> K) {
    if values.len() <= SHORT {
        return sort_short(values, key);
    }
    let mut histograms = [[0u32; BUCKETS]; 6];
    for value in &*values {
        let key = key(value);
        for (place, histogram) in histograms.iter_mut().enumerate().take(K::DIGITS) {
            histogram[key.digit(place)] += 1;
        }
    }
    let (mut from, mut to) = (values, spare);
    let mut swapped = false;
    for (place, histogram) in histograms.iter_mut().enumerate().take(K::DIGITS) {
        // All in one bucket: this digit orders nothing.
        if histogram.iter().any(|&n| n as usize == from.len()) {
            continue;
        }
        let mut start = 0;
        for n in histogram.iter_mut() {
            (start, *n) = (start + *n, start);
        }
        for &value in &*from {
            let at = &mut histogram[key(&value).digit(place)];
            if let Some(to) = to.get_mut(*at as usize) {
                *to = value;
            }
            *at += 1;
        }
        (from, to) = (to, from);
        swapped = !swapped;
    }
    if swapped {
        to.copy_from_slice(from);
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
    core::array::from_fn(|i| if i < K::DIGITS { key.digit(K::DIGITS - 1 - i) } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
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
