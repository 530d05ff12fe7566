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
        let (mut above, mut doubled) = (0u64, 0u64);
        for entries in [self.others, self.negative] {
            let mut previous = None;
            for (i, entry) in entries.iter().enumerate().rev() {
                let key = entry.key();
                // From the top: each negative loses to every positive above it.
                let positive = u64::from(key.is_positive());
                doubled += (above + above) & positive.wrapping_sub(1);
                above += positive;
                if previous == Some(key.rank()) {
                    doubled = doubled.wrapping_add(Self::tie(entries, i));
                }
                previous = Some(key.rank());
            }
        }
        doubled as f64
    }

    /// What a tie changes: a group of a positives and b negatives counts a·b, whatever order they stand in. Nothing but
    /// at the last entry of the group.
    #[cold]
    #[inline(never)]
    fn tie(entries: &[E], last: usize) -> u64 {
        let rank = |i: usize| entries.get(i).map(|e| e.key().rank());
        let own = rank(last);
        if last > 0 && rank(last - 1) == own {
            return 0;
        }
        let group = entries.get(last..).unwrap_or(&[]).iter().take_while(|e| Some(e.key().rank()) == own);
        let size = group.clone().count();
        let (mut above, mut negatives, mut counted) = (0u64, 0u64, 0u64);
        for entry in entries.get(last..last + size).unwrap_or(&[]).iter().rev() {
            if entry.key().is_positive() {
                above += 1;
            } else {
                negatives += 1;
                counted += 2 * above;
            }
        }
        (above * negatives).wrapping_sub(counted)
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
