//! What every accumulator is made of: a header that says what it is, then counters and exact sums in one run of words.
//!
//! Merging is the same for all of them: word by word addition, then carries. So a metric is only a [`Metric`]: a layout,
//! an `update` that adds to the words and a `finish` that reads them. The header makes saved bytes speak for themselves
//! and keeps states of different configurations apart.

use crate::sum;

/// Words before the counters.
pub const HEADER: usize = 16;

/// Numbers that configure a metric: ten of its own, then two that only tell states apart.
pub const CONFIG: usize = 12;

/// The configuration of a metric as plain numbers, the form in which it crosses the border and is saved.
pub type Config = [f64; CONFIG];

/// The first word of every state: "assay" and the version of this format.
const MAGIC: i64 = 0x0001_0079_6173_7361;

/// What a state counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    /// [`crate::calibration`].
    Calibration = 1,
    /// [`crate::confusion`].
    Confusion = 2,
    /// [`crate::losses`].
    Loss = 3,
    /// [`crate::class_weights`].
    ClassCounts = 4,
    /// [`crate::set_level`].
    SetLevel = 5,
    /// [`crate::top_k`].
    TopK = 6,
    /// [`crate::multilabel`].
    Multilabel = 7,
    /// [`crate::label_ranking`].
    LabelRanking = 8,
    /// [`crate::curve::histogram`].
    CurveHistogram = 9,
    /// [`crate::calibration::spiegelhalter`].
    Spiegelhalter = 10,
}

/// A metric that accumulates in counters and exact sums.
pub trait Metric: Sized {
    /// What its states are marked with.
    const KIND: Kind;
    /// From plain numbers; `None` where they make no sense.
    fn from_config(config: &Config) -> Option<Self>;
    /// The words of its states.
    fn layout(&self) -> Layout;
}

/// Writes the header of an empty state, and zeros after it.
pub fn init(words: &mut [i64], kind: Kind, config: &Config, layout: Layout) {
    words.fill(0);
    if let Some(header) = words.first_chunk_mut::<HEADER>() {
        header[0] = MAGIC;
        header[1] = kind as i64;
        header[2] = layout.counters as i64;
        header[3] = layout.sums as i64;
        for (to, from) in header[4..].iter_mut().zip(config) {
            *to = from.to_bits() as i64;
        }
    }
}

/// The configuration of a state of this kind, and the words after its header.
pub fn open(words: &mut [i64], kind: Kind) -> Option<(Config, &mut [i64])> {
    let (header, rest) = words.split_first_chunk_mut::<HEADER>()?;
    if header[0] != MAGIC || header[1] != kind as i64 {
        return None;
    }
    let mut config = [0.0; CONFIG];
    for (to, &from) in config.iter_mut().zip(&header[4..]) {
        *to = f64::from_bits(from as u64);
    }
    Some((config, rest))
}

/// Adds the state `from` to the state `into`; false, with nothing changed, where they are not alike.
pub fn merge(into: &mut [i64], from: &[i64]) -> bool {
    let (Some((to, into)), Some((head, from))) =
        (into.split_first_chunk_mut::<HEADER>(), from.split_first_chunk::<HEADER>())
    else {
        return false;
    };
    if to != head {
        return false;
    }
    let layout = Layout { counters: head[2] as usize, sums: head[3] as usize, scratch: 0 };
    layout.merge(into, from);
    true
}

/// Whether words from outside are a state with this very header whose words could have come out of an update.
pub fn is_valid(words: &[i64], like: &[i64]) -> bool {
    let Some((head, rest)) = words.split_first_chunk::<HEADER>() else {
        return false;
    };
    let layout = Layout { counters: head[2] as usize, sums: head[3] as usize, scratch: 0 };
    like.first_chunk::<HEADER>() == Some(head) && layout.is_canonical(rest)
}

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
    /// Words of the state itself; more than there can be where it would not fit.
    pub const fn words(self) -> usize {
        self.counters.saturating_add(self.sums.saturating_mul(sum::WORDS))
    }

    /// Words of the state with its scratch room.
    pub const fn room(self) -> usize {
        self.words().saturating_add(self.scratch)
    }

    /// Splits words into parts; `None` where there are too few.
    pub fn split(self, words: &mut [i64]) -> Option<Parts<'_>> {
        let (counters, rest) = words.split_at_mut_checked(self.counters)?;
        let (sums, scratch) = rest.split_at_mut_checked(self.sums * sum::WORDS)?;
        let scratch = scratch.get_mut(..self.scratch)?;
        Some(Parts { counters, sums: sums.as_chunks_mut().0, scratch })
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
        let (Some(counters), Some(sums)) = (words.get(..self.counters), words.get(self.counters..self.words())) else {
            return false;
        };
        counters.iter().all(|&n| n >= 0) && sums.as_chunks().0.iter().all(sum::is_normal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: Layout = Layout { counters: 2, sums: 1, scratch: 3 };
    const CONFIG_NUMBERS: Config = [-1e300; CONFIG];

    /// A state with these counters and the sum of these values.
    fn state(kind: Kind, counters: [i64; 2], values: &[f64]) -> Vec<i64> {
        let mut words = vec![1; HEADER + LAYOUT.room()];
        init(&mut words, kind, &CONFIG_NUMBERS, LAYOUT);
        let (_, rest) = open(&mut words, kind).unwrap();
        let parts = LAYOUT.split(rest).unwrap();
        parts.counters.copy_from_slice(&counters);
        values.iter().for_each(|&value| sum::add(&mut parts.sums[0], value));
        LAYOUT.canonicalise(rest);
        words.truncate(HEADER + LAYOUT.words());
        words
    }

    #[test]
    fn a_header_says_what_a_state_is() {
        let mut words = state(Kind::Loss, [0, 0], &[]);
        let (config, rest) = open(&mut words, Kind::Loss).unwrap();
        assert_eq!(config, CONFIG_NUMBERS);
        assert!(rest.iter().all(|&word| word == 0));
        assert!(open(&mut words, Kind::Confusion).is_none());
        assert!(open(&mut words[..HEADER - 1], Kind::Loss).is_none());
        words[0] ^= 1 << 48;
        assert!(open(&mut words, Kind::Loss).is_none(), "another version");
    }

    #[test]
    fn merging_is_adding_rows() {
        let mut merged = state(Kind::Loss, [3, 4], &[1e300, -0.1, 1e-300]);
        assert!(merge(&mut merged, &state(Kind::Loss, [1, 0], &[-1e300, 0.1])));
        // In another order, carries come out the same.
        assert_eq!(merged, state(Kind::Loss, [4, 4], &[0.1, 1e-300, -1e300, -0.1, 1e300]));
    }

    #[test]
    fn unlike_states_do_not_merge() {
        let mut into = state(Kind::Loss, [1, 2], &[0.5]);
        let before = into.clone();
        let mut configured = before.clone();
        configured[HEADER - 1] ^= 1;
        for from in [state(Kind::Confusion, [1, 2], &[0.5]), configured, before[..HEADER - 1].to_vec()] {
            assert!(!merge(&mut into, &from));
            assert_eq!(into, before);
        }
    }

    #[test]
    fn words_from_outside_are_looked_at() {
        let good = state(Kind::Loss, [1, 2], &[-0.5, f64::INFINITY]);
        let like = state(Kind::Loss, [0, 0], &[]);
        assert!(is_valid(&good, &like));
        assert!(!is_valid(&good, &state(Kind::Confusion, [0, 0], &[])));
        assert!(!is_valid(&good[..good.len() - 1], &like));
        assert!(!is_valid(&good[..3], &like));
        let with = |at: usize, word: i64| {
            let mut words = good.clone();
            words[at] = word;
            words
        };
        assert!(!is_valid(&with(HEADER, -1), &like), "a negative count");
        assert!(!is_valid(&with(HEADER + 2, 1 << 32), &like), "a digit without its carry");
        assert!(!is_valid(&with(good.len() - 1, -1), &like), "fewer than no infinities");
    }

    #[test]
    fn too_few_words_have_no_parts() {
        assert!(LAYOUT.split(&mut vec![0; LAYOUT.room() - 1]).is_none());
        let mut words = vec![0; LAYOUT.room()];
        let parts = LAYOUT.split(&mut words).unwrap();
        assert_eq!((parts.counters.len(), parts.sums.len(), parts.scratch.len()), (2, 1, 3));
    }

    #[test]
    fn layouts_beyond_memory_do_not_wrap() {
        let huge = Layout { counters: 7, sums: usize::MAX / 2, scratch: 9 };
        assert_eq!((huge.words(), huge.room()), (usize::MAX, usize::MAX));
    }
}
