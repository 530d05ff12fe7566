//! Entries in order, and what is counted along them.

use super::{Cells, Counts, Entry, Fill, Key, Tally};
use crate::simd::Scalar;
use crate::sort::sort_by;

/// Sorts what was appended, in place; `spare` is room of the same length. Ties with weights are put in order of label and
/// weight, so that sums over them do not depend on how rows came in.
pub fn sort<E: Entry>(room: &mut [E], spare: &mut [E], fill: Fill) {
    let others_start = room.len() - fill.others.min(room.len());
    let (front, others) = room.split_at_mut(others_start);
    let negative = front.get_mut(..fill.negative).unwrap_or(&mut []);
    for part in [negative, others] {
        if let Some(spare) = spare.get_mut(..part.len()) {
            if E::WEIGHTED {
                // Weights are positive, so their bits are in their order.
                sort_by(part, spare, |e| e.weight().to_bits());
                sort_by(part, spare, |e| u32::from(e.key().is_positive()));
            }
            sort_by(part, spare, |e| e.key().rank());
        }
    }
}

/// Puts the negative rows of each score before its positive ones: sorting leaves equal scores as they came. Equal rows
/// then have equal entries. What was remembered is to be remembered anew.
pub fn canonicalise<E: Entry>(room: &mut [E], fill: Fill) {
    let others_start = room.len() - fill.others.min(room.len());
    let (front, others) = room.split_at_mut(others_start);
    for part in [front.get_mut(..fill.negative).unwrap_or(&mut []), others] {
        for tied in part.chunk_by_mut(|a, b| a.key().rank() == b.key().rank()) {
            // With weights they were sorted by label and weight.
            if !E::WEIGHTED {
                tied.sort_unstable_by_key(|entry| entry.key().is_positive());
            }
        }
    }
}

/// Whether entries from outside could have been sorted and canonicalised: scores in order and none NaN, labels and
/// weights in order within each, no weight missing.
pub fn is_valid<E: Entry>(room: &[E], fill: Fill) -> bool {
    let sorted = Sorted::new(room, fill, &[]);
    let in_order = |a: &E, b: &E| {
        let of = |e: &E| (e.key().rank(), e.key().is_positive());
        of(a) < of(b) || of(a) == of(b) && a.weight() <= b.weight()
    };
    [(sorted.negative, true), (sorted.others, false)].into_iter().all(|(part, below_zero)| {
        part.is_sorted_by(in_order)
            && part.iter().all(|entry| {
                let score = entry.key().score(below_zero);
                !score.is_nan() && (score < 0.0) == below_zero && entry.weight() > 0.0 && entry.weight() < f64::INFINITY
            })
    })
}

/// Copies all entries of one room into another one with enough left.
pub fn join<E: Entry>(room: &mut [E], fill: &mut Fill, from: &[E], from_fill: Fill) {
    let entries = Sorted::new(from, from_fill, &[]);
    let (negative, others) = (entries.negative, entries.others);
    if let Some(to) = room.get_mut(fill.negative..fill.negative + negative.len()) {
        to.copy_from_slice(negative);
    }
    let end = room.len() - fill.others;
    if let Some(to) = room.get_mut(end - others.len()..end) {
        to.copy_from_slice(others);
    }
    fill.negative += negative.len();
    fill.others += others.len();
}

/// Entries between two remembered counts.
pub const STRIDE: usize = 512;

/// How many places [`remember`] counts at.
const fn places(entries: usize) -> usize {
    entries / STRIDE + 1
}

/// How many counts [`remember`] writes for so many entries.
pub const fn remembered(entries: usize) -> usize {
    2 * places(entries)
}

/// Writes the counts above every [`STRIDE`]th entry from the top, so that later ones need not start there; then, with
/// weights, those below each, from the bottom: what is left of a sum would not be a sum.
pub fn remember<E: Entry>(room: &[E], fill: Fill, to: &mut [Tally]) {
    let entries = Sorted::new(room, fill, &[]);
    let Some((above, below)) = to.split_at_mut_checked(places(entries.len())) else { return };
    let mut tally = Tally::default();
    for (i, to) in above.iter_mut().enumerate() {
        *to = tally;
        entries.pieces(i * STRIDE, STRIDE).into_iter().for_each(|piece| tally.add_all(piece));
    }
    if E::WEIGHTED {
        let mut tally = Tally::default();
        for (i, to) in below.iter_mut().enumerate().rev() {
            entries.ascending(i * STRIDE, STRIDE, |entry| tally.add(entry));
            *to = tally;
        }
    }
}

/// A sorted curve: entries ascend within each part, and all of the first part are below the second.
pub struct Sorted<'a, E> {
    pub(crate) negative: &'a [E],
    pub(crate) others: &'a [E],
    remembered: &'a [Tally],
}

/// One step of a curve: all rows of one score.
#[derive(Clone, Copy)]
pub(crate) struct Group<K> {
    /// The key, and whether the score is negative.
    pub score: (K, bool),
    pub positive: f64,
    pub negative: f64,
    /// With all rows of larger scores.
    pub total: Counts,
    /// The same, as it was added up.
    pub above: Tally,
    /// How many rows that are.
    pub passed: usize,
}

impl<'a, E: Entry> Sorted<'a, E> {
    /// What [`sort`] has sorted and [`remember`] has counted.
    pub fn new(room: &'a [E], fill: Fill, remembered: &'a [Tally]) -> Self {
        let others_start = room.len() - fill.others.min(room.len());
        Self {
            negative: room.get(..fill.negative).unwrap_or(&[]),
            others: room.get(others_start..).unwrap_or(&[]),
            remembered,
        }
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.negative.len() + self.others.len()
    }

    /// No entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Up to `len` entries from the top, without the first `skip`, in the two parts that they may lie in.
    fn pieces(&self, skip: usize, len: usize) -> [&'a [E]; 2] {
        let (others, negative) = (self.others, self.negative);
        let end = others.len().saturating_sub(skip);
        let upper = others.get(end.saturating_sub(len)..end).unwrap_or(&[]);
        let end = negative.len().saturating_sub(skip.saturating_sub(others.len()));
        let lower = negative.get(end.saturating_sub(len - upper.len())..end).unwrap_or(&[]);
        [upper, lower]
    }

    /// Runs over such entries from the last of them up.
    #[inline(always)]
    fn ascending(&self, skip: usize, len: usize, mut body: impl FnMut(&E)) {
        let [upper, lower] = self.pieces(skip, len);
        lower.iter().chain(upper).for_each(&mut body);
    }

    /// The smallest score and the largest; NaN where there is none.
    pub fn range(&self) -> [f64; 2] {
        let score = |entry: Option<&E>, below_zero| entry.map(|entry| entry.key().score(below_zero));
        let (negative, others) = (self.negative, self.others);
        let smallest = score(negative.first(), true).or(score(others.first(), false));
        let largest = score(others.last(), false).or(score(negative.last(), true));
        [smallest, largest].map(|score| score.unwrap_or(f64::NAN))
    }

    /// Steps from the largest score down.
    #[inline(always)]
    pub(crate) fn groups(&self, mut step: impl FnMut(Group<E::Key>)) {
        let (mut all, mut passed) = (Tally::default(), 0);
        for (entries, below_zero) in [(self.others, false), (self.negative, true)] {
            let (mut rest, mut end) = (entries, entries.len());
            while let [before @ .., last] = rest {
                let rank = last.key().rank();
                let mut own = Tally::default();
                own.add(last);
                rest = before;
                while let [before @ .., tied] = rest
                    && tied.key().rank() == rank
                {
                    own.add(tied);
                    rest = before;
                }
                let counted = own.counts();
                let tied = entries.get(rest.len()..end).unwrap_or(&[]);
                end = rest.len();
                passed += tied.len();
                all.add_group(tied, counted);
                let Counts { positives: positive, negatives: negative } = counted;
                step(Group { score: (rank, below_zero), positive, negative, total: all.counts(), above: all, passed });
            }
        }
    }

    /// Positives and negatives of all entries.
    pub fn counts(&self) -> Counts {
        self.tally().counts()
    }

    /// The same, for parts to be taken from.
    pub(super) fn tally(&self) -> Tally {
        self.tally_above(self.len())
    }

    /// What is counted of so many entries from the top.
    fn tally_above(&self, entries: usize) -> Tally {
        let place = entries / STRIDE;
        let (mut tally, start) = match self.remembered.get(..places(self.len())).and_then(|above| above.get(place)) {
            Some(&tally) => (tally, place * STRIDE),
            None => (Tally::default(), 0),
        };
        self.pieces(start, entries - start).into_iter().for_each(|piece| tally.add_all(piece));
        tally
    }

    /// What score ≥ threshold (or, strictly, above it) makes of all rows. Nothing is above +∞.
    pub fn cells_at(&self, threshold: f64, strict: bool) -> Cells {
        let above = if strict && threshold == f64::INFINITY { 0 } else { self.above(threshold, strict) };
        let tally = self.tally_above(above);
        if !E::WEIGHTED {
            return tally.of(&self.tally());
        }
        let place = above / STRIDE;
        let mut below = self.below(place + 1);
        self.ascending(above, (place + 1) * STRIDE - above, |entry| below.add(entry));
        tally.over(&below)
    }

    /// What is counted below a place.
    fn below(&self, place: usize) -> Tally {
        self.remembered.get(places(self.len()) + place).copied().unwrap_or_default()
    }

    /// Steps from the largest score down, with what each as a threshold makes of all rows.
    #[inline(always)]
    pub(super) fn cells(&self, mut step: impl FnMut(&Group<E::Key>, Cells)) {
        let all = self.tally();
        let (mut at, mut block) = (usize::MAX, [Tally::default(); STRIDE]);
        self.groups(|group| {
            if !E::WEIGHTED {
                return step(&group, group.above.of(&all));
            }
            let (place, offset) = (group.passed / STRIDE, group.passed % STRIDE);
            if place != at {
                // All of a block at once, from its end up.
                at = place;
                let mut below = self.below(place + 1);
                block.fill(below);
                let mut places = block.iter_mut().take(self.len() - place * STRIDE).rev();
                self.ascending(place * STRIDE, STRIDE, |entry| {
                    below.add(entry);
                    if let Some(to) = places.next() {
                        *to = below;
                    }
                });
            }
            step(&group, group.above.over(block.get(offset).unwrap_or(&Tally::default())));
        });
    }

    /// How many entries are at or above a threshold, or strictly above it.
    fn above(&self, threshold: f64, strict: bool) -> usize {
        let bound = <E::Key as Key>::Float::at_least(threshold, strict);
        let (key, negative) = E::Key::new(bound, false);
        let above = |entries: &[E]| entries.len() - entries.partition_point(|e| e.key().rank() < key);
        if negative { self.others.len() + above(self.negative) } else { above(self.others) }
    }
}
