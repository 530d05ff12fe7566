//! Areas under curves.

use super::{Counts, Entry, Key, Sorted};
use crate::input::Numbers;
use crate::sum;

/// Area under points by trapezoids; NaN where they do not go in one direction.
pub fn trapezoids(x: &Numbers<'_>, y: &Numbers<'_>) -> f64 {
    let mut terms = Terms::new();
    let (mut ascending, mut descending) = (true, true);
    for i in 1..x.len() {
        let width = x.at(i) - x.at(i - 1);
        ascending &= width >= 0.0;
        descending &= width <= 0.0;
        terms.push(width * ((y.at(i - 1) + y.at(i)) / 2.0));
    }
    if ascending || descending { terms.total().abs() } else { f64::NAN }
}

impl<E: Entry> Sorted<'_, E> {
    /// Twice the U statistic, wins counting two and ties one, and the counts: over 2·P·N it is the AUROC. Exact
    /// without weights, since 2·P·N then fits 2⁶⁴.
    pub fn doubled_u(&self) -> f64 {
        if E::WEIGHTED {
            return self.weighted_u();
        }
        // Σ of the positives' ranks, doubled: those who share ranks have their mean. Least are P of them, and each negative
        // below a positive adds one.
        let (mut doubled, mut positives, mut below) = (0, 0, 0);
        for entries in [self.negative, self.others] {
            doubled += doubled_ranks(entries, below, &mut positives);
            below += entries.len() as u64;
        }
        (doubled - positives * positives.saturating_sub(1)) as f64
    }

    fn weighted_u(&self) -> f64 {
        let mut above = 0.0;
        let mut terms = Terms::new();
        self.groups(|group| {
            terms.push(group.negative * (2.0 * above + group.positive));
            above = group.total.positives;
        });
        terms.total()
    }

    /// Area under the ROC curve up to a false positive rate, between points linearly interpolated: in units of P · N.
    pub fn area_up_to(&self, max_fpr: f64) -> f64 {
        let Counts { negatives, .. } = self.counts();
        let limit = max_fpr * negatives;
        let (mut tp, mut fp) = (0.0, 0.0);
        let mut terms = Terms::new();
        self.groups(|group| {
            let Counts { positives: tp_next, negatives: fp_next } = group.total;
            if fp < limit {
                let share = if fp_next <= limit { 1.0 } else { (limit - fp) / group.negative };
                let width = if fp_next <= limit { group.negative } else { limit - fp };
                terms.push(width * (tp + share * group.positive / 2.0));
            }
            (tp, fp) = (tp_next, fp_next);
        });
        terms.total()
    }

    /// Σ (Rₙ − Rₙ₋₁) Pₙ; 0 without positives.
    pub fn average_precision(&self) -> f64 {
        let Counts { positives, .. } = self.counts();
        let mut terms = Terms::new();
        self.groups(|group| {
            let Counts { positives: tp, negatives: fp } = group.total;
            if group.positive > 0.0 {
                terms.push(group.positive * (tp / (tp + fp)));
            }
        });
        if positives > 0.0 { terms.total() / positives } else { 0.0 }
    }
}

/// Entries looked at together.
const RANKED: usize = 32;

/// How far apart tied entries are looked for in all of them at once.
const NEAR: usize = 3;

/// Twice the sum of the ranks of positive entries, where so many entries are below; counts them.
///
/// An entry that ranks before so many others of its score and after so many has their difference added to its doubled
/// place. So each pair of tied entries adds 1 where the first is positive, and takes 1 where the second is.
fn doubled_ranks<E: Entry>(entries: &[E], below: u64, positives: &mut u64) -> u64 {
    let mut doubled = 0;
    let mut start = 0;
    while let Some(rest) = entries.get(start..)
        && !rest.is_empty()
    {
        let place = below + start as u64;
        if let Some(chunk) = rest.first_chunk::<{ RANKED + NEAR + 1 }>()
            && let Some((count, doubled_places)) = near_ranks(chunk)
        {
            *positives += count;
            doubled = (doubled + 2 * count * place).wrapping_add_signed(doubled_places);
            start += RANKED;
            continue;
        }
        // Many of one score, or the end.
        let (mut size, mut count) = (0, 0);
        let own = rest.first().map(|entry| entry.key().rank());
        for entry in rest.iter().take_while(|entry| Some(entry.key().rank()) == own) {
            size += 1;
            count += u64::from(entry.key().is_positive());
        }
        *positives += count;
        doubled += count * (2 * place + (size - 1));
        start += size as usize;
    }
    doubled
}

/// How many of the first entries are positive, and the sum of their doubled places with what ties change, each pair of
/// tied entries taken where the first of it is; nothing where entries further apart are tied.
#[inline(always)]
fn near_ranks<E: Entry>(entries: &[E; RANKED + NEAR + 1]) -> Option<(u64, i64)> {
    let (mut far, mut near) = (false, false);
    let (mut count, mut doubled) = (0_i32, 0_i32);
    for i in 0..RANKED {
        let key = entries[i].key();
        near |= key.rank() == entries[i + 1].key().rank();
        let positive = i32::from(key.is_positive());
        count += positive;
        doubled += positive * (2 * i as i32);
    }
    if near {
        for i in 0..RANKED {
            let key = entries[i].key();
            let positive = i32::from(key.is_positive());
            for other in &entries[i + 1..=i + NEAR] {
                let tied = i32::from(other.key().rank() == key.rank());
                doubled += tied * (positive - i32::from(other.key().is_positive()));
            }
            far |= key.rank() == entries[i + NEAR + 1].key().rank();
        }
    }
    (!far).then_some((u64::from(count.cast_unsigned()), doubled.into()))
}

/// Terms of a sum over steps, added exactly.
pub(crate) struct Terms {
    block: [f64; sum::BLOCK],
    len: usize,
    sum: sum::Words,
}

impl Terms {
    pub fn new() -> Self {
        Self { block: [0.0; sum::BLOCK], len: 0, sum: [0; sum::WORDS] }
    }

    #[inline(always)]
    pub fn push(&mut self, term: f64) {
        if self.len == sum::BLOCK {
            sum::add_all(&mut self.sum, &self.block);
            self.len = 0;
        }
        if let Some(to) = self.block.get_mut(self.len) {
            *to = term;
        }
        self.len += 1;
    }

    pub fn total(mut self) -> f64 {
        sum::add_all(&mut self.sum, self.block.get(..self.len).unwrap_or(&[]));
        sum::value(&self.sum)
    }
}
