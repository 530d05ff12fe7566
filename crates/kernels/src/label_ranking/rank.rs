//! Where the relevant labels of a row stand among all of its labels.
//!
//! Where few labels are relevant only these are sorted, and each is compared with all labels; where many are, all labels
//! are sorted. Whole numbers come of both, so the choice cannot be seen.

use crate::simd::Scalar;
use crate::sort::{Whole, descending_double, descending_single, sort_by};
use core::ops::Range;

/// Words of an entry, at most.
pub const ENTRY: usize = 2;

/// Up to so many relevant labels, comparing them with all labels is the faster way.
const FEW: usize = 64;

/// What labels of equal score gain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// The mean over their orders.
    Average,
    /// What they gain where the first column comes first.
    First,
    /// What they gain where the last column comes first.
    Last,
}

/// A score that is not NaN.
pub trait Score: Scalar {
    /// A label as it is sorted: its key, its column, and whether it is relevant.
    type Entry: Copy;
    /// What orders entries.
    type Order: Whole;
    /// Words as entries.
    fn entries(words: &mut [i64]) -> &mut [Self::Entry];
    /// The entry of a column.
    fn entry(self, label: Label) -> Self::Entry;
    /// What entries are sorted by, the largest score first. −0 is 0.
    fn order(entry: &Self::Entry) -> Self::Order;
    /// The label of an entry.
    fn label(entry: &Self::Entry) -> Label;
}

/// A column of a row, with whether it is relevant in the lowest bit.
#[derive(Clone, Copy)]
pub struct Label(u32);

impl Label {
    #[inline(always)]
    fn new(column: usize, gain: f64) -> Self {
        Self((column as u32) << 1 | u32::from(gain != 0.0))
    }
    #[inline(always)]
    fn column(self) -> usize {
        (self.0 >> 1) as usize
    }
    #[inline(always)]
    fn is_relevant(self) -> bool {
        self.0 & 1 == 1
    }
}

/// Key and column in one word.
impl Score for f32 {
    type Entry = [i64; 1];
    type Order = u32;
    fn entries(words: &mut [i64]) -> &mut [[i64; 1]] {
        words.as_chunks_mut().0
    }
    #[inline(always)]
    fn entry(self, Label(label): Label) -> [i64; 1] {
        [(u64::from(descending_single(self)) << 32 | u64::from(label)).cast_signed()]
    }
    #[inline(always)]
    fn order(&[entry]: &[i64; 1]) -> u32 {
        (entry.cast_unsigned() >> 32) as u32
    }
    #[inline(always)]
    fn label(&[entry]: &[i64; 1]) -> Label {
        Label(entry as u32)
    }
}

impl Score for f64 {
    type Entry = [i64; 2];
    type Order = u64;
    fn entries(words: &mut [i64]) -> &mut [[i64; 2]] {
        words.as_chunks_mut().0
    }
    #[inline(always)]
    fn entry(self, Label(label): Label) -> [i64; 2] {
        [descending_double(self).cast_signed(), label.into()]
    }
    #[inline(always)]
    fn order(&[key, _]: &[i64; 2]) -> u64 {
        key.cast_unsigned()
    }
    #[inline(always)]
    fn label(&[_, label]: &[i64; 2]) -> Label {
        Label(label as u32)
    }
}

/// A row: scores, and what each label gains. Labels that gain nothing are not relevant.
#[derive(Clone, Copy)]
pub struct Row<'a, S> {
    /// One for each label.
    pub scores: &'a [S],
    /// One for each label.
    pub gains: &'a [f64],
}

/// Gains that are looked at together: in most rows most of them are 0.
const TOGETHER: usize = 8;

impl<'a, S: Score> Row<'a, S> {
    /// Calls `each` with column, score and gain for all relevant labels and perhaps others.
    #[inline(always)]
    pub fn scan(&self, mut each: impl FnMut(usize, S, f64)) {
        let parts = self.scores.chunks(TOGETHER).zip(self.gains.chunks(TOGETHER));
        for (part, (scores, gains)) in parts.enumerate() {
            // Without the sign, which a 0 may have.
            if gains.iter().fold(0, |any, gain| any | gain.to_bits()) << 1 == 0 {
                continue;
            }
            for (i, (&score, &gain)) in scores.iter().zip(gains).enumerate() {
                each(part * TOGETHER + i, score, gain);
            }
        }
    }

    /// What the relevant labels gain, in the order of their columns.
    pub fn relevant_gains<'w>(&self, words: &'w mut [i64]) -> &'w mut [i64] {
        let mut found = 0;
        self.scan(|_, _, gain| {
            if let Some(to) = words.get_mut(found) {
                *to = gain.to_bits().cast_signed();
            }
            found += usize::from(gain != 0.0);
        });
        words.get_mut(..found).unwrap_or(&mut [])
    }

    /// Sorts the row. `words` and `spare` are [`ENTRY`] for each label.
    pub fn rank(self, ties: Ties, words: &'a mut [i64], spare: &mut [i64]) -> Ranking<'a, S> {
        let entries = S::entries(words);
        let relevant = self.gains.iter().fold(0, |n: u32, &gain| n + u32::from(gain != 0.0)) as usize;
        let is_whole = relevant > FEW;
        let mut found = 0;
        if is_whole {
            let labels = entries.iter_mut().zip(self.scores).zip(self.gains).enumerate();
            labels.for_each(|(column, ((to, &score), &gain))| *to = score.entry(Label::new(column, gain)));
            found = self.scores.len();
        } else {
            self.scan(|column, score, gain| {
                // Written whether it counts or not: a branch would often be mispredicted.
                if let Some(to) = entries.get_mut(found) {
                    *to = score.entry(Label::new(column, gain));
                }
                found += usize::from(gain != 0.0);
            });
        }
        let entries = entries.get_mut(..found).unwrap_or(&mut []);
        if ties == Ties::Last {
            // Sorting keeps the order of what it finds equal.
            entries.reverse();
        }
        sort_by(entries, S::entries(spare).get_mut(..found).unwrap_or(&mut []), S::order);
        Ranking { row: self, ties, entries, is_whole }
    }
}

/// A row in order.
pub struct Ranking<'a, S: Score> {
    row: Row<'a, S>,
    ties: Ties,
    /// Of all labels, or of the relevant ones.
    entries: &'a [S::Entry],
    is_whole: bool,
}

/// Labels whose order is not known or does not matter, among them all relevant ones.
pub struct Group<'a, S: Score> {
    row: Row<'a, S>,
    entries: &'a [S::Entry],
    /// Labels above these.
    pub above: usize,
    /// Labels above and among these, relevant or not.
    pub through: usize,
}

impl<S: Score> Group<'_, S> {
    /// Number of relevant labels.
    #[inline(always)]
    pub fn relevant(&self) -> usize {
        self.entries.iter().map(|entry| usize::from(S::label(entry).is_relevant())).sum()
    }

    /// What they gain.
    #[inline(always)]
    pub fn gains(&self) -> impl Iterator<Item = f64> {
        let relevant = self.entries.iter().map(S::label).filter(|label| label.is_relevant());
        relevant.filter_map(|label| self.row.gains.get(label.column()).copied())
    }
}

impl<'a, S: Score> Ranking<'a, S> {
    /// The groups of labels from the first on. What is above them is not known where `ABOVE` is false.
    #[inline(always)]
    pub fn groups<const ABOVE: bool>(&self) -> impl Iterator<Item = Group<'a, S>> {
        let mut next = 0;
        core::iter::from_fn(move || {
            let rest = self.entries.get(next..)?;
            let (len, column) = (self.tied(rest), S::label(rest.first()?).column());
            let (above, through) = if self.is_whole { (next, next + len) } else { self.compare::<ABOVE>(column) };
            next += len;
            Some(Group { row: self.row, entries: rest.get(..len)?, above, through })
        })
    }

    /// How many entries make the first group.
    fn tied(&self, entries: &[S::Entry]) -> usize {
        match (self.ties, entries) {
            (Ties::Average, [first, rest @ ..]) => {
                let key = S::order(first);
                1 + rest.iter().take_while(|entry| S::order(entry) == key).count()
            }
            _ => 1,
        }
    }

    /// Labels above one, and those that score at least as high, by looking at each.
    #[inline(always)]
    fn compare<const ABOVE: bool>(&self, column: usize) -> (usize, usize) {
        let scores = self.row.scores;
        let Some(&score) = scores.get(column) else { return (0, 0) };
        let tied = |range: Range<usize>| count(scores.get(range).unwrap_or(&[]), |other| other == score);
        let above = if ABOVE { count(scores, |other| other > score) } else { 0 };
        match self.ties {
            Ties::Average => (above, count(scores, |other| other >= score)),
            Ties::First => {
                let above = above + tied(0..column);
                (above, above + 1)
            }
            Ties::Last => {
                let above = above + tied(column + 1..scores.len());
                (above, above + 1)
            }
        }
    }
}

/// How many scores pass a test.
#[inline(always)]
pub fn count<S: Score>(scores: &[S], test: impl Fn(S) -> bool) -> usize {
    scores.iter().fold(0, |n: u32, &score| n + u32::from(test(score))) as usize
}
