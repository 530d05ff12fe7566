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
    /// Area under the ROC curve: the U statistic over P·N, rounded once; NaN where a class is missing. With weights it is
    /// a sum over groups of equal score.
    pub fn area(&self) -> f64 {
        let Counts { positives, negatives } = self.counts();
        if positives == 0.0 || negatives == 0.0 {
            return f64::NAN;
        }
        if E::WEIGHTED {
            return self.weighted_area();
        }
        share(self.doubled_u(), 2 * positives as u64 * negatives as u64)
    }

    /// Twice the U statistic, wins counting two and ties one: at most 2·P·N, which fits 2⁶⁴.
    fn doubled_u(&self) -> u64 {
        // Σ of the positives' ranks, doubled: those who share ranks have their mean. Least are P of them, and each negative
        // below a positive adds one.
        let (mut doubled, mut positives, mut below) = (0, 0, 0);
        for entries in [self.negative, self.others] {
            doubled += doubled_ranks(entries, below, &mut positives);
            below += entries.len() as u64;
        }
        doubled - positives * positives.saturating_sub(1)
    }

    fn weighted_area(&self) -> f64 {
        let Counts { positives, negatives } = self.counts();
        let (of_positives, of_negatives) = (unit(positives), unit(negatives));
        let mut above = 0.0;
        let mut terms = Terms::new();
        self.groups(|group| {
            let beaten = 2.0 * (above * of_positives) + group.positive * of_positives;
            terms.push(group.negative * of_negatives * beaten);
            above = group.total.positives;
        });
        (terms.total() / (2.0 * (positives * of_positives) * (negatives * of_negatives))).min(1.0)
    }

    /// Area under the ROC curve up to a false positive rate, between points linearly interpolated; NaN where a class is
    /// missing.
    pub fn area_up_to(&self, max_fpr: f64) -> f64 {
        let Counts { positives, negatives } = self.counts();
        if positives == 0.0 || negatives == 0.0 {
            return f64::NAN;
        }
        let (of_positives, of_negatives) = (unit(positives), unit(negatives));
        let limit = max_fpr * (negatives * of_negatives);
        let (mut tp, mut fp) = (0.0, 0.0);
        let mut terms = Terms::new();
        self.groups(|group| {
            let (own_positive, own_negative) = (group.positive * of_positives, group.negative * of_negatives);
            let fp_next = group.total.negatives * of_negatives;
            if fp < limit {
                let share = if fp_next <= limit { 1.0 } else { (limit - fp) / own_negative };
                let width = if fp_next <= limit { own_negative } else { limit - fp };
                terms.push(width * (tp + share * own_positive / 2.0));
            }
            (tp, fp) = (group.total.positives * of_positives, fp_next);
        });
        (terms.total() / (positives * of_positives * (negatives * of_negatives))).min(max_fpr)
    }

    /// Σ (Rₙ − Rₙ₋₁) Pₙ; 0 without positives.
    pub fn average_precision(&self) -> f64 {
        let Counts { positives, .. } = self.counts();
        if positives == 0.0 {
            return 0.0;
        }
        let of_positives = unit(positives);
        let mut terms = Terms::new();
        self.groups(|group| {
            let Counts { positives: tp, negatives: fp } = group.total;
            if group.positive > 0.0 {
                terms.push(group.positive * of_positives * (tp / (tp + fp)));
            }
        });
        (terms.total() / (positives * of_positives)).min(1.0)
    }

    /// Trapezoidal area in the plane of precision and recall, from precision 1 at recall 0 on. NaN without positives.
    pub fn precision_recall_area(&self) -> f64 {
        let Counts { positives, .. } = self.counts();
        if positives == 0.0 {
            return f64::NAN;
        }
        let of_positives = unit(positives);
        let mut before = 1.0;
        let mut terms = Terms::new();
        self.groups(|group| {
            let Counts { positives: tp, negatives: fp } = group.total;
            let precision = tp / (tp + fp);
            terms.push(group.positive * of_positives * ((precision + before) / 2.0));
            before = precision;
        });
        (terms.total() / (positives * of_positives)).min(1.0)
    }
}

/// A power of two that brings a total near 1: shares of it then have products that neither overflow nor are lost, and
/// the same digits. Rounding may still leave an area a little above what it can be.
pub(super) fn unit(total: f64) -> f64 {
    let exponent = total.to_bits() >> 52;
    f64::from_bits(2046_u64.saturating_sub(exponent).max(1) << 52)
}

/// A quotient of whole numbers in 0..1, rounded once.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole <= 1 << f64::MANTISSA_DIGITS || part == 0 {
        return part as f64 / whole as f64;
    }
    // 63 bits or more, the last of which says whether anything was cut off.
    let shift = part.leading_zeros() + 64;
    let (dividend, divisor) = (u128::from(part) << shift, u128::from(whole));
    let quotient = (dividend / divisor) | u128::from(dividend % divisor != 0);
    quotient as f64 / (1_u128 << shift) as f64
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
