//! Parts of curves: rows drawn with replacement, those that were not drawn, and folds.
//!
//! What is drawn is how often each place in the sorted scores occurs, so nothing is sorted again, and the order that rows
//! came in is not seen. Ties are to be in order of label ([`super::canonicalise`]).

use super::areas::share;
use super::{Entry, Fill, Key, Sorted};
use crate::random::{Place, Purpose, Random};
use crate::resample::{BLOCK, Ranks, Resampler, Stratum};

/// Which of the rows that were drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Those that were drawn, as often as they were.
    Drawn,
    /// Those that were not.
    Left,
}

impl Part {
    /// How often a row occurs in this part that was drawn so often.
    #[inline(always)]
    fn times(self, drawn: u32) -> u32 {
        match self {
            Self::Drawn => drawn,
            Self::Left => u32::from(drawn == 0),
        }
    }
}

/// How replicates are drawn.
#[derive(Clone, Copy)]
pub struct Draw<'a> {
    /// Of which random numbers.
    pub resampler: &'a Resampler,
    /// Positive and negative rows each for themselves, so that their numbers stay what they are.
    pub stratified: bool,
}

impl<E: Entry> Sorted<'_, E> {
    /// Walks along the rows of a replicate: entries from the smallest score up, how often each was drawn, and whether the
    /// first of them is the first of its half.
    #[inline(always)]
    fn drawn(&self, draw: Draw<'_>, replicate: u32, mut each: impl FnMut(bool, &[E], &[u32], bool)) {
        if draw.stratified {
            return self.drawn_by_class(draw.resampler, replicate, each);
        }
        let Sorted { negative, others, .. } = self;
        draw.resampler.ranks(self.len(), replicate, |first, times| {
            // A block lies in one half, or in both.
            let skipped = negative.len().min(first);
            let below = negative.len().min(first + times.len()) - skipped;
            let (of_negative, of_others) = times.split_at(below);
            let skipped_others = first.saturating_sub(negative.len());
            each(true, negative.get(skipped..).unwrap_or(&[]), of_negative, skipped == 0);
            let starts = skipped_others == 0 && !of_others.is_empty();
            each(false, others.get(skipped_others..).unwrap_or(&[]), of_others, starts);
        });
    }

    /// The same where ranks are those among the rows of a class.
    fn drawn_by_class(&self, resampler: &Resampler, replicate: u32, mut each: impl FnMut(bool, &[E], &[u32], bool)) {
        let halves = [(self.negative, true), (self.others, false)];
        let count = |half: &[E]| half.iter().filter(|entry| entry.key().is_positive()).count();
        let positives = halves.iter().map(|(half, _)| count(half)).sum();
        let mut of_positive = Ranks::new(resampler, Stratum::Positive, positives, replicate);
        let mut of_negative = Ranks::new(resampler, Stratum::Negative, self.len() - positives, replicate);
        let mut times = [0; BLOCK];
        for (half, below_zero) in halves {
            for (index, entries) in half.chunks(BLOCK).enumerate() {
                for (to, entry) in times.iter_mut().zip(entries) {
                    let ranks = if entry.key().is_positive() { &mut of_positive } else { &mut of_negative };
                    *to = ranks.next_times();
                }
                each(below_zero, entries, times.get(..entries.len()).unwrap_or(&[]), index == 0);
            }
        }
    }

    /// The areas under the ROC curve of replicates, NaN where a class is missing: as those of curves that
    /// [`resample`] writes, without writing any. Without weights: these would be counted as rows.
    pub fn resampled_areas(&self, draw: Draw<'_>, to: &mut [f64]) {
        for (replicate, to) in to.iter_mut().enumerate() {
            let mut wins = Wins::default();
            self.drawn(draw, replicate as u32, |_, entries, times, starts| wins.add(entries, times, starts));
            *to = share(wins.doubled, 2 * wins.positives * wins.negatives);
        }
    }
}

/// The U statistic along ascending entries, in which the negative rows of a score come before its positive ones.
#[derive(Default)]
struct Wins<K> {
    /// Twice the statistic: 2·P·N fits 2⁶⁴.
    doubled: u64,
    positives: u64,
    negatives: u64,
    /// Negative rows of smaller scores than the last.
    beaten: u64,
    last: K,
}

impl<K: Key> Wins<K> {
    #[inline(always)]
    fn add<E: Entry<Key = K>>(&mut self, entries: &[E], times: &[u32], starts: bool) {
        if starts {
            // Keys below zero may have the rank of others.
            self.beaten = self.negatives;
            self.last = entries.first().map_or(self.last, |entry| entry.key().rank());
        }
        for (entry, &times) in entries.iter().zip(times) {
            let key = entry.key();
            let times = u64::from(times);
            let positive = if key.is_positive() { times } else { 0 };
            self.beaten = if key.rank() == self.last { self.beaten } else { self.negatives };
            self.last = key.rank();
            self.negatives += times - positive;
            self.positives += positive;
            self.doubled += positive * (self.beaten + self.negatives);
        }
    }
}

/// Writes a part of a replicate of a curve into room for as many entries as it has. What is written is as full as it can
/// be: room of its size begins where this one does.
pub fn resample<E: Entry>(from: &Sorted<'_, E>, draw: Draw<'_>, replicate: u32, part: Part, room: &mut [E]) -> Fill {
    let mut fill = Fill::default();
    let mut room = room.iter_mut();
    from.drawn(draw, replicate, |below_zero, entries, times, _| {
        let written = write(&mut room, entries, times, part);
        *(if below_zero { &mut fill.negative } else { &mut fill.others }) += written;
    });
    fill
}

/// Writes each entry as often as it occurs; how many there are.
#[inline(always)]
fn write<'a, E: Entry + 'a>(
    room: &mut impl Iterator<Item = &'a mut E>,
    entries: &[E],
    times: &[u32],
    part: Part,
) -> usize {
    let mut written = 0;
    for (&entry, &times) in entries.iter().zip(times) {
        for _ in 0..part.times(times) {
            if let Some(to) = room.next() {
                *to = entry;
                written += 1;
            }
        }
    }
    written
}

/// How rows of one class, one after another, come into a fold: all ways to cut them into folds of their sizes have the
/// same chance. Places that are left are counted before the fold, in it and after it.
#[derive(Clone, Copy)]
struct Places {
    before: u64,
    own: u64,
    after: u64,
}

impl Places {
    /// Of so many rows, dealt to folds one by one beginning with `first`.
    fn new(rows: u64, first: u64, fold: u64, folds: u64) -> Self {
        let size = |fold: u64| (rows + folds - 1 - (fold + folds - first) % folds) / folds;
        let before = (0..fold).map(size).sum();
        let own = size(fold);
        Self { before, own, after: rows.saturating_sub(before + own) }
    }

    /// Whether the row that takes this share of the places that are left is in the fold.
    #[inline(always)]
    fn take(&mut self, share: f64) -> bool {
        let left = self.before + self.own + self.after;
        let place = ((share * left as f64) as u64).min(left.saturating_sub(1));
        let is_own = place >= self.before && place < self.before + self.own;
        let side = if is_own {
            &mut self.own
        } else if place < self.before {
            &mut self.before
        } else {
            &mut self.after
        };
        *side = side.saturating_sub(1);
        is_own
    }
}

/// Writes one of some folds of a curve ([`Part::Drawn`]), or all rows but it, into room for as many entries as it has.
/// Each class is spread over the folds as evenly as it can be, and so are all rows.
pub fn fold<E: Entry>(
    from: &Sorted<'_, E>,
    random: Random,
    (fold, folds): (u32, u32),
    part: Part,
    room: &mut [E],
) -> Fill {
    let entries = || from.negative.iter().chain(from.others);
    let positives = entries().filter(|entry| entry.key().is_positive()).count() as u64;
    let (fold, folds) = (u64::from(fold), u64::from(folds.max(1)));
    let mut classes = [
        Places::new(from.len() as u64 - positives, positives % folds, fold, folds),
        Places::new(positives, 0, fold, folds),
    ];
    let mut fill = Fill::default();
    let mut room = room.iter_mut();
    for (rank, &entry) in entries().enumerate() {
        let [share, _] = random.uniforms(Place { purpose: Purpose::Fold, index: rank as u64, replicate: 0 }, 0);
        let drawn = classes[usize::from(entry.key().is_positive())].take(share);
        if part.times(drawn.into()) == 0 {
            continue;
        }
        if let Some(to) = room.next() {
            *to = entry;
            if rank < from.negative.len() { fill.negative += 1 } else { fill.others += 1 }
        }
    }
    fill
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{labels, units};

    /// Keys of scores below zero and above, in order, and how many are below.
    fn entries(len: usize) -> (Vec<u32>, Fill) {
        let (x, y) = (units(1, len), labels(2, len, 2));
        let mut keys: Vec<(u32, bool)> =
            x.iter().zip(&y).map(|(&x, &y)| <u32 as Key>::new((x * 8.0 - 4.0).floor() as f32, y == 1.0)).collect();
        keys.sort_by_key(|&(key, negative)| (!negative, key));
        let negative = keys.iter().filter(|key| key.1).count();
        (keys.iter().map(|key| key.0).collect(), Fill { negative, others: len - negative })
    }

    /// What a part holds.
    fn written(len: usize, write: impl Fn(&Sorted<'_, u32>, &mut [u32]) -> Fill) -> (Vec<u32>, Fill) {
        let (room, fill) = entries(len);
        let mut to = vec![0; len];
        let written = write(&Sorted::new(&room, fill, &[]), &mut to);
        to.truncate(written.negative + written.others);
        (to, written)
    }

    #[test]
    fn what_is_left_is_what_was_not_drawn() {
        let resampler = Resampler::new(7);
        for len in [1, 2, 100, 5000, 20_000] {
            for stratified in [false, true] {
                let draw = Draw { resampler: &resampler, stratified };
                let part = |part| written(len, |from, room| resample(from, draw, 3, part, room));
                let ((drawn, _), (left, _)) = (part(Part::Drawn), part(Part::Left));
                assert_eq!(drawn.len(), len);
                let mut times = 0;
                let (room, fill) = entries(len);
                Sorted::new(&room, fill, &[])
                    .drawn(draw, 3, |_, _, block, _| times += block.iter().filter(|&&n| n == 0).count());
                assert_eq!(left.len(), times);
            }
        }
    }

    #[test]
    fn classes_that_are_drawn_apart_stay_as_large() {
        let resampler = Resampler::new(2);
        let positives = |keys: &[u32]| keys.iter().filter(|key| key.is_positive()).count();
        for len in [1, 2, 9, 100, 5000, 20_000] {
            let (room, _) = entries(len);
            let draw = Draw { resampler: &resampler, stratified: true };
            let (drawn, _) = written(len, |from, room| resample(from, draw, 1, Part::Drawn, room));
            assert_eq!((drawn.len(), positives(&drawn)), (len, positives(&room)));
        }
    }

    #[test]
    fn areas_are_those_of_the_curves_that_are_written() {
        let resampler = Resampler::new(11);
        for (len, stratified) in [1, 2, 3, 50, 5000].into_iter().flat_map(|len| [(len, false), (len, true)]) {
            let draw = Draw { resampler: &resampler, stratified };
            let (room, fill) = entries(len);
            let mut areas = [0.0; 5];
            Sorted::new(&room, fill, &[]).resampled_areas(draw, &mut areas);
            for (replicate, area) in areas.into_iter().enumerate() {
                let write =
                    |from: &Sorted<'_, u32>, to: &mut [u32]| resample(from, draw, replicate as u32, Part::Drawn, to);
                let (drawn, fill) = written(len, write);
                let expected = Sorted::new(&drawn, fill, &[]).area();
                assert!(area == expected || area.is_nan() && expected.is_nan(), "{area} instead of {expected}");
            }
        }
    }

    #[test]
    fn folds_are_even_and_hold_each_row_once() {
        let random = Random::new(3);
        for (len, folds) in [(10, 2), (100, 7), (1000, 5), (23, 23)] {
            let (room, _) = entries(len);
            let positives = |keys: &[u32]| keys.iter().filter(|key| key.is_positive()).count();
            let mut all = Vec::new();
            for i in 0..folds {
                let part = |part| written(len, |from, room| fold(from, random, (i, folds), part, room));
                let ((own, _), (others, _)) = (part(Part::Drawn), part(Part::Left));
                for (count, total) in [(own.len(), len), (positives(&own), positives(&room))] {
                    assert!(count.abs_diff(total / folds as usize) <= 1, "{count} of {total} in one of {folds}");
                }
                assert_eq!(own.len() + others.len(), len);
                all.extend(own);
            }
            let mut expected = room;
            all.sort_unstable();
            expected.sort_unstable();
            assert_eq!(all, expected);
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "many draws")]
    fn all_ways_to_cut_have_the_same_chance() {
        // Six rows of one class in three folds: the first fold holds each of the 15 pairs as often.
        let (mut counts, seeds) = ([0.0; 64], 30_000);
        for seed in 0..seeds {
            let random = Random::new(seed);
            let mut places = Places::new(6, 0, 0, 3);
            let members = (0..6).filter(|&rank| {
                let place = Place { purpose: Purpose::Fold, index: rank, replicate: 0 };
                places.take(random.uniforms(place, 0)[0])
            });
            counts[members.map(|rank| 1 << rank).sum::<usize>()] += 1.0;
        }
        let expected = seeds as f64 / 15.0;
        let pairs = counts.iter().enumerate().filter(|(members, _)| members.count_ones() == 2);
        let statistic: f64 = pairs.clone().map(|(_, count)| (count - expected) * (count - expected) / expected).sum();
        assert_eq!(pairs.map(|pair| pair.1).sum::<f64>(), seeds as f64);
        // χ² with 14 degrees of freedom: above 45 with a chance of 4e-5.
        assert!(statistic < 45.0, "{statistic}");
    }
}
