//! Sorting by whole numbers: by their digits, least significant first, or where there are few by merging.

/// What can be sorted by its digits.
pub trait Digits: Copy {
    /// Number of digits.
    const DIGITS: usize;
    /// The digit at a place, lowest first, below [`BUCKETS`].
    fn digit<const PLACE: usize>(self) -> usize;
    /// A number in the order of all digits together.
    fn order(self) -> u64;
}

/// Small enough for a histogram, and for the line that each bucket is being written to, to stay in near caches.
const BUCKETS: usize = 1 << 11;

/// The lowest bit is a label and need not be in order.
impl Digits for u32 {
    const DIGITS: usize = 3;
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
    #[inline(always)]
    fn digit<const PLACE: usize>(self) -> usize {
        (self.0 >> (11 * PLACE)) as usize & (BUCKETS - 1)
    }
    #[inline(always)]
    fn order(self) -> u64 {
        self.0
    }
}

/// Fewer are not worth the histograms.
const SHORT: usize = 512;

/// Sorts by all digits; `spare` has the same length. Equal keys keep their order.
pub fn sort_by<T: Copy, K: Digits>(values: &mut [T], spare: &mut [T], key: impl Fn(&T) -> K) {
    if values.len() <= SHORT {
        return sort_short(values, spare, |value| key(value).order());
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

/// Values that are put in order one by one before such runs are merged.
const RUN: usize = 16;

fn sort_short<T: Copy>(values: &mut [T], spare: &mut [T], key: impl Fn(&T) -> u64) {
    values.chunks_mut(RUN).for_each(|run| insert_each(run, &key));
    let len = values.len();
    let (mut from, mut to) = (values, spare);
    let (mut sorted, mut swapped) = (RUN, false);
    while sorted < len {
        for (pair, to) in from.chunks(2 * sorted).zip(to.chunks_mut(2 * sorted)) {
            let (left, right) = pair.split_at(sorted.min(pair.len()));
            merge(left, right, to, &key);
        }
        core::mem::swap(&mut from, &mut to);
        (sorted, swapped) = (2 * sorted, !swapped);
    }
    if swapped {
        to.copy_from_slice(from);
    }
}

fn insert_each<T: Copy>(run: &mut [T], key: &impl Fn(&T) -> u64) {
    for end in 1..run.len() {
        let Some(&value) = run.get(end) else { return };
        let order = key(&value);
        let mut at = end;
        while let Some(&before) = at.checked_sub(1).and_then(|i| run.get(i))
            && order < key(&before)
            && let Some(to) = run.get_mut(at)
        {
            *to = before;
            at -= 1;
        }
        if let Some(to) = run.get_mut(at) {
            *to = value;
        }
    }
}

fn merge<T: Copy>(left: &[T], right: &[T], to: &mut [T], key: &impl Fn(&T) -> u64) {
    let (mut i, mut j) = (0, 0);
    for to in to {
        let (a, b) = (left.get(i), right.get(j));
        // Of equal ones the left one.
        let takes_right = match (a, b) {
            (Some(a), Some(b)) => key(b) < key(a),
            (a, _) => a.is_none(),
        };
        if let Some(&value) = if takes_right { b } else { a } {
            *to = value;
        }
        i += usize::from(!takes_right);
        j += usize::from(takes_right);
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
