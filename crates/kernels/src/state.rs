//! What every accumulator is made of: counters and exact sums, one after the other in one run of words.
//!
//! Merging is the same for all of them: word by word addition, then carries. So a metric is only an `update` that adds
//! to its words and a `finish` that reads them.

use crate::sum;

/// How the words of a state are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Whole numbers.
    pub counters: usize,
    /// Exact sums.
    pub sums: usize,
    /// Words that kernels use during an update; they belong to no state and are never saved.
    pub scratch: usize,
}

/// The parts of a state.
pub struct Parts<'a> {
    /// Whole numbers.
    pub counters: &'a mut [i64],
    /// Exact sums.
    pub sums: &'a mut [sum::Words],
    /// Room to work in, of unspecified content.
    pub scratch: &'a mut [i64],
}

impl Layout {
    /// Words of the state itself.
    pub const fn words(self) -> usize {
        self.counters + self.sums * sum::WORDS
    }

    /// Words of the state with its scratch room.
    pub const fn room(self) -> usize {
        self.words() + self.scratch
    }

    /// Splits words into parts; `None` where there are too few.
    pub fn split(self, words: &mut [i64]) -> Option<Parts<'_>> {
        let (counters, rest) = words.split_at_mut_checked(self.counters)?;
        let (sums, scratch) = rest.split_at_mut_checked(self.sums * sum::WORDS)?;
        let scratch = scratch.get_mut(..self.scratch)?;
        Some(Parts {
            counters,
            sums: sums.as_chunks_mut().0,
            scratch,
        })
    }

    /// Adds the state `from` to the state `into`.
    pub fn merge(self, into: &mut [i64], from: &[i64]) {
        for (a, b) in into.iter_mut().zip(from).take(self.words()) {
            *a += b;
        }
        self.canonicalise(into);
    }

    /// Makes equal states equal words.
    pub fn canonicalise(self, words: &mut [i64]) {
        if let Some(sums) = words.get_mut(self.counters..self.words()) {
            sums.as_chunks_mut().0.iter_mut().for_each(sum::normalise);
        }
    }

    /// Whether words read from outside could be a state.
    pub fn is_canonical(self, words: &[i64]) -> bool {
        let (Some(counters), Some(sums)) = (
            words.get(..self.counters),
            words.get(self.counters..self.words()),
        ) else {
            return false;
        };
        counters.iter().all(|&n| n >= 0) && sums.as_chunks().0.iter().all(sum::is_normal)
    }
}
