//! Tables of few cells among very many: sorted keys, and what was counted under each.
//!
//! A block of rows becomes [`Entry`]s, those are sorted, and equal keys become one cell of a *run*. Runs are joined two
//! by two. Cells hold whole counts or exact sums, so whatever way rows were cut and runs were joined, the last run has
//! the same words. Rows behind cells are kept the same way, except that equal keys stay apart.

use crate::{sort, sum};

/// What one row leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Entry {
    /// Which cell; below 2⁶³.
    pub key: u64,
    /// A weight, or the number of the row.
    pub value: f64,
}

/// Room for entries, and how many there are.
#[derive(Default)]
pub struct Entries<'a> {
    /// Room, for one entry a row.
    pub room: &'a mut [Entry],
    /// Entries so far.
    pub len: usize,
}

impl Entries<'_> {
    /// Adds one where there is room.
    #[inline(always)]
    pub fn push(&mut self, key: u64, value: f64) {
        if let Some(to) = self.room.get_mut(self.len) {
            *to = Entry { key, value };
            self.len += 1;
        }
    }
}

/// What cells hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// How many entries there were; their values are not looked at.
    Counts,
    /// The exact sum of the values.
    Sums,
    /// The values themselves: a cell for each entry.
    Rows,
}

/// Words before what a cell holds.
const KEY: usize = 1;

impl Content {
    /// From its code.
    pub const fn from_code(code: u32) -> Self {
        match code {
            0 => Self::Counts,
            1 => Self::Sums,
            _ => Self::Rows,
        }
    }

    /// Words of a cell.
    pub const fn cell_words(self) -> usize {
        KEY + if matches!(self, Self::Sums) { sum::WORDS } else { 1 }
    }

    /// Entries or cells of one key become one cell.
    const fn combines(self) -> bool {
        !matches!(self, Self::Rows)
    }
}

/// Sorts entries by key; equal keys keep their order. The number of cells that they make.
pub fn sort(content: Content, entries: &mut [Entry], spare: &mut [Entry]) -> usize {
    sort::sort_by(entries, spare, |entry| entry.key);
    if content.combines() { entries.chunk_by(|a, b| a.key == b.key).count() } else { entries.len() }
}

/// Writes sorted entries as a run.
pub fn gather(content: Content, entries: &[Entry], run: &mut [i64]) {
    let same = |a: &Entry, b: &Entry| content.combines() && a.key == b.key;
    let cells = run.chunks_exact_mut(content.cell_words());
    for (cell, group) in cells.zip(entries.chunk_by(same)) {
        let (Some((key, to)), Some(first)) = (cell.split_first_mut(), group.first()) else { continue };
        *key = first.key as i64;
        match (content, to) {
            (Content::Counts, [count]) => *count = group.len() as i64,
            (Content::Rows, [row]) => *row = first.value as i64,
            (_, to) => {
                to.fill(0);
                if let Some(total) = to.first_chunk_mut() {
                    group.iter().for_each(|entry| sum::add(total, entry.value));
                    sum::normalise(total);
                }
            }
        }
    }
}

/// Which of two runs the next cell comes from.
enum Next<'a> {
    First(&'a [i64]),
    Second(&'a [i64]),
    Both(&'a [i64], &'a [i64]),
}

/// Cells of two runs in order; of rows under one key those of the first run come first.
struct Merge<'a> {
    content: Content,
    first: &'a [i64],
    second: &'a [i64],
}

impl<'a> Iterator for Merge<'a> {
    type Item = Next<'a>;

    fn next(&mut self) -> Option<Next<'a>> {
        let words = self.content.cell_words();
        let (a, b) = (self.first.split_at_checked(words), self.second.split_at_checked(words));
        let order = match (&a, &b) {
            (Some((a, _)), Some((b, _))) => a.first().cmp(&b.first()),
            (Some(_), None) => core::cmp::Ordering::Less,
            (None, Some(_)) => core::cmp::Ordering::Greater,
            (None, None) => return None,
        };
        let (a, first) = a.unwrap_or_default();
        let (b, second) = b.unwrap_or_default();
        match order {
            core::cmp::Ordering::Equal if self.content.combines() => {
                (self.first, self.second) = (first, second);
                Some(Next::Both(a, b))
            }
            core::cmp::Ordering::Greater => {
                self.second = second;
                Some(Next::Second(b))
            }
            _ => {
                self.first = first;
                Some(Next::First(a))
            }
        }
    }
}

/// The number of cells that two runs make together.
pub fn joined(content: Content, first: &[i64], second: &[i64]) -> usize {
    Merge { content, first, second }.count()
}

/// Writes two runs as one.
pub fn join(content: Content, first: &[i64], second: &[i64], to: &mut [i64]) {
    let cells = to.chunks_exact_mut(content.cell_words());
    for (cell, next) in cells.zip(Merge { content, first, second }) {
        match next {
            Next::First(from) | Next::Second(from) => cell.copy_from_slice(from),
            Next::Both(a, b) => {
                cell.copy_from_slice(a);
                for (to, from) in cell.iter_mut().zip(b).skip(KEY) {
                    *to += from;
                }
                if let (Content::Sums, Some(total)) = (content, cell.get_mut(KEY..).and_then(<[i64]>::first_chunk_mut))
                {
                    sum::normalise(total);
                }
            }
        }
    }
}

/// Writes the keys of a run and what its cells hold.
pub fn read(content: Content, run: &[i64], keys: &mut [f64], values: &mut [f64]) {
    for ((cell, key), value) in run.chunks_exact(content.cell_words()).zip(keys).zip(values) {
        let Some((&from, held)) = cell.split_first() else { continue };
        *key = from as f64;
        *value = match (content, held) {
            (Content::Sums, held) => held.first_chunk().map_or(0.0, sum::value),
            (_, held) => held.first().map_or(0.0, |&held| held as f64),
        };
    }
}

/// Whether words from outside are a run of counts or sums with keys below a limit.
pub fn is_valid(content: Content, run: &[i64], limit: u64) -> bool {
    let mut next = 0;
    let cells = run.chunks_exact(content.cell_words());
    cells.remainder().is_empty()
        && cells.into_iter().all(|cell| {
            let Some((&key, held)) = cell.split_first() else { return false };
            let key = key as u64;
            let fine = key >= next && key < limit && holds_something(content, held);
            next = key.saturating_add(1);
            fine
        })
}

fn holds_something(content: Content, held: &[i64]) -> bool {
    match (content, held) {
        (Content::Counts, &[count]) => count > 0,
        (Content::Sums, held) => {
            held.as_chunks().0.first().is_some_and(|sum| sum::is_normal(sum) && sum::value(sum) > 0.0)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::cases;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn run(content: Content, entries: &[Entry]) -> Vec<i64> {
        let mut entries = entries.to_vec();
        let mut spare = entries.clone();
        let cells = sort(content, &mut entries, &mut spare);
        let mut words = vec![-1; cells * content.cell_words()];
        gather(content, &entries, &mut words);
        words
    }

    fn both(content: Content, a: &[i64], b: &[i64]) -> Vec<i64> {
        let mut words = vec![-1; joined(content, a, b) * content.cell_words()];
        join(content, a, b, &mut words);
        words
    }

    fn cells(content: Content, run: &[i64]) -> Vec<(f64, f64)> {
        let len = run.len() / content.cell_words();
        let (mut keys, mut values) = (vec![0.0; len], vec![0.0; len]);
        read(content, run, &mut keys, &mut values);
        keys.into_iter().zip(values).collect()
    }

    fn entries() -> impl Strategy<Value = Vec<Entry>> {
        let entry = (0..40_u64, prop::sample::select(vec![0.1, 1.0, 3.0, 1e300, 1e-300]));
        prop::collection::vec(entry.prop_map(|(key, value)| Entry { key: key * 250_000_001, value }), 0..600)
    }

    proptest! {
        #![proptest_config(cases(200))]

        #[test]
        fn joined_in_whatever_way_it_is_the_same_run(entries in entries(), cuts in prop::array::uniform2(0..600_usize)) {
            let mut cuts = cuts.map(|cut| cut.min(entries.len()));
            cuts.sort_unstable();
            let parts = [&entries[..cuts[0]], &entries[cuts[0]..cuts[1]], &entries[cuts[1]..]];
            for content in [Content::Counts, Content::Sums, Content::Rows] {
                let whole = run(content, &entries);
                let [a, b, c] = parts.map(|part| run(content, part));
                prop_assert_eq!(&both(content, &both(content, &a, &b), &c), &whole);
                prop_assert_eq!(&both(content, &a, &both(content, &b, &c)), &whole);
                if content != Content::Rows {
                    prop_assert_eq!(&both(content, &c, &both(content, &b, &a)), &whole);
                    prop_assert!(is_valid(content, &whole, 1 << 62));
                }
            }
        }

        #[test]
        fn counts_are_those_of_a_map(entries in entries()) {
            let mut map = BTreeMap::new();
            entries.iter().for_each(|entry| *map.entry(entry.key).or_insert(0.0) += 1.0);
            let expected: Vec<_> = map.into_iter().map(|(key, count)| (key as f64, count)).collect();
            prop_assert_eq!(cells(Content::Counts, &run(Content::Counts, &entries)), expected);
        }
    }

    #[test]
    fn rows_stay_in_order_under_their_key() {
        let entries = [(7, 0.0), (3, 1.0), (7, 2.0), (3, 3.0)].map(|(key, value)| Entry { key, value });
        let expected = [(3.0, 1.0), (3.0, 3.0), (7.0, 0.0), (7.0, 2.0)];
        assert_eq!(cells(Content::Rows, &run(Content::Rows, &entries)), expected);
    }

    #[test]
    fn sums_are_exact() {
        let entries = [1e300, 1.0, 1e-300, 2.0].map(|value| Entry { key: 5, value });
        let backwards: Vec<_> = entries.iter().rev().copied().collect();
        assert_eq!(run(Content::Sums, &entries), run(Content::Sums, &backwards));
        assert_eq!(cells(Content::Sums, &run(Content::Sums, &entries)), [(5.0, 1e300)]);
    }

    #[test]
    fn words_from_outside_are_looked_at() {
        let good = [2, 1, 9, 4];
        assert!(is_valid(Content::Counts, &good, 10));
        assert!(is_valid(Content::Counts, &[], 10));
        for bad in [[2, 1, 2, 4], [9, 1, 2, 4], [2, 0, 9, 4], [2, -1, 9, 4], [-2, 1, 9, 4], [2, 1, 10, 4]] {
            assert!(!is_valid(Content::Counts, &bad, 10), "{bad:?}");
        }
        assert!(!is_valid(Content::Counts, &good[..3], 10));
        let mut sums = run(Content::Sums, &[Entry { key: 1, value: 0.5 }]);
        assert!(is_valid(Content::Sums, &sums, 10));
        sums[3] = 1 << 40;
        assert!(!is_valid(Content::Sums, &sums, 10));
    }
}
