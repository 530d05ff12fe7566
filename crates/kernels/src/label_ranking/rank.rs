//! Where the relevant labels of a row stand among all of its labels.
//!
//! Relevant labels are sorted, the others only counted: against few relevant ones by comparing each with each, against
//! many by bisection. Whole numbers come of both, so the choice cannot be seen.

use crate::simd::Scalar;
use crate::sort::{Digits, Whole, sort_by};

/// Words of an [`Entry`].
pub const ENTRY: usize = 3;

/// A relevant label: the key of its score, the bits of its gain, its column.
pub type Entry = [i64; ENTRY];

/// Up to so many relevant labels, comparing all labels with each is the faster way.
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
    /// The digits of its key.
    type Digits: Digits;
    /// A whole number, the smaller the larger the score. −0 is 0.
    fn key(self) -> u64;
    /// The digits of a key.
    fn digits(key: u64) -> Self::Digits;
}

macro_rules! score {
    ($float:ident, $bits:ident) => {
        impl Score for $float {
            type Digits = Whole<$bits>;
            #[inline(always)]
            fn key(self) -> u64 {
                const SIGN: $bits = !($bits::MAX >> 1);
                let bits = (self + 0.0).to_bits();
                u64::from(if bits & SIGN == 0 { !(bits | SIGN) } else { bits })
            }
            #[inline(always)]
            fn digits(key: u64) -> Whole<$bits> {
                Whole(key as $bits)
            }
        }
    };
}

score!(f32, u32);
score!(f64, u64);

/// What a label gains.
#[inline(always)]
pub fn gain(&[_, gain, _]: &Entry) -> f64 {
    f64::from_bits(gain.cast_unsigned())
}

/// The labels of a row that gain or lose anything, in the order of their columns.
pub fn relevant<'a, S: Score>(scores: &[S], gains: &[f64], room: &'a mut [Entry]) -> &'a mut [Entry] {
    let mut found = 0;
    for (column, (&score, &gain)) in scores.iter().zip(gains).enumerate() {
        // Written whether it counts or not: a branch would often be mispredicted.
        if let Some(to) = room.get_mut(found) {
            *to = [score.key().cast_signed(), gain.to_bits().cast_signed(), column as i64];
        }
        found += usize::from(gain != 0.0);
    }
    room.get_mut(..found).unwrap_or(&mut [])
}

/// Puts the largest gain first.
pub fn sort_by_gain(entries: &mut [Entry], spare: &mut [Entry]) {
    sort_by(entries, spare, |entry| f64::digits(gain(entry).key()));
}

/// Puts the largest score first, and of equal ones what `ties` says; with the mean over orders it is what came first.
pub fn sort_by_score<S: Score>(entries: &mut [Entry], spare: &mut [Entry], ties: Ties) {
    if ties != Ties::Average {
        sort_by(entries, spare, |&[_, _, column]| Whole(after(ties, column)));
    }
    sort_by(entries, spare, |&[key, ..]| S::digits(key.cast_unsigned()));
}

/// What decides between labels of equal score: the smaller comes first.
#[inline(always)]
fn after(ties: Ties, column: i64) -> u64 {
    match ties {
        Ties::Average => 0,
        Ties::First => column.cast_unsigned(),
        Ties::Last => !column.cast_unsigned(),
    }
}

/// Relevant labels whose order is not known or does not matter, with their place among all labels.
pub struct Group<'a> {
    /// The relevant ones.
    pub entries: &'a [Entry],
    /// Labels above all of these.
    pub above: usize,
    /// Labels above and among these, relevant or not.
    pub through: usize,
}

/// Runs through the relevant labels, sorted by score, from the first to the last. Nobody is told what is above a group
/// where `ABOVE` is false.
pub struct Groups<'a, S, const ABOVE: bool> {
    scores: &'a [S],
    ties: Ties,
    entries: &'a [Entry],
    /// For each entry how many labels that are not relevant come before it but not before the entry before, and how
    /// many tie with it; the latter only for the first of a group. Nothing where there are few entries.
    others: &'a [Entry],
    next: usize,
    /// Labels of `others` up to the next entry.
    passed: usize,
}

impl<'a, S: Score, const ABOVE: bool> Groups<'a, S, ABOVE> {
    /// Of a row whose relevant labels are sorted.
    pub fn new(scores: &'a [S], gains: &[f64], ties: Ties, entries: &'a [Entry], spare: &'a mut [Entry]) -> Self {
        let others: &[Entry] =
            if entries.len() <= FEW { &[] } else { count_others(scores, gains, ties, entries, spare) };
        Self { scores, ties, entries, others, next: 0, passed: 0 }
    }

    /// Labels above a score, and those at least as high, by looking at each.
    fn compare(&self, column: usize) -> (usize, usize) {
        let Some(&score) = self.scores.get(column) else { return (0, 0) };
        let count = |scores: &[S], counts: fn(S, S) -> bool| {
            scores.iter().fold(0, |n: u32, &other| n + u32::from(counts(other, score))) as usize
        };
        let above = |scores| count(scores, |other, score| other > score);
        let tied = |range: core::ops::Range<usize>| {
            count(self.scores.get(range).unwrap_or(&[]), |other, score| other == score)
        };
        match self.ties {
            Ties::Average => {
                let through = count(self.scores, |other, score| other >= score);
                (if ABOVE { above(self.scores) } else { 0 }, through)
            }
            Ties::First => {
                let above = above(self.scores) + tied(0..column);
                (above, above + 1)
            }
            Ties::Last => {
                let above = above(self.scores) + tied(column + 1..self.scores.len());
                (above, above + 1)
            }
        }
    }
}

/// Counts the labels that are not relevant between those that are.
fn count_others<'a, S: Score>(
    scores: &[S],
    gains: &[f64],
    ties: Ties,
    entries: &[Entry],
    room: &'a mut [Entry],
) -> &'a [Entry] {
    let room = room.get_mut(..entries.len()).unwrap_or(&mut []);
    room.fill([0; ENTRY]);
    for (column, (&score, &gain)) in scores.iter().zip(gains).enumerate() {
        if gain != 0.0 {
            continue;
        }
        let (key, order) = (score.key(), after(ties, column as i64));
        let next = entries.partition_point(|&[other, _, column]| {
            let other = other.cast_unsigned();
            other < key || (other == key && after(ties, column) < order)
        });
        if let (Some([before, tied, _]), Some(&[other, ..])) = (room.get_mut(next), entries.get(next)) {
            let is_tied = ties == Ties::Average && other.cast_unsigned() == key;
            *tied += i64::from(is_tied);
            *before += i64::from(!is_tied);
        }
    }
    room
}

impl<'a, S: Score, const ABOVE: bool> Iterator for Groups<'a, S, ABOVE> {
    type Item = Group<'a>;

    #[inline]
    fn next(&mut self) -> Option<Group<'a>> {
        let rest = self.entries.get(self.next..)?;
        let &[key, _, column] = rest.first()?;
        let len = match self.ties {
            Ties::Average => rest.iter().take_while(|&&[other, ..]| other == key).count(),
            Ties::First | Ties::Last => 1,
        };
        let entries = rest.get(..len)?;
        let (above, through) = match self.others.get(self.next) {
            Some(&[before, tied, _]) => {
                let above = self.passed + before as usize + self.next;
                self.passed += (before + tied) as usize;
                (above, above + tied as usize + len)
            }
            None => self.compare(column as usize),
        };
        self.next += len;
        Some(Group { entries, above, through })
    }
}
