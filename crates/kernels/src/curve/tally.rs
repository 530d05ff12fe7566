//! What is counted along sorted entries.

use super::{Cells, Entry, Key};
use crate::twofold::two_sum;

/// Totals of a curve.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Counts {
    /// Positive rows, or their weight.
    pub positives: f64,
    /// Negative rows, or their weight.
    pub negatives: f64,
}

/// A sum of numbers ≥ 0 in two: itself, rounded, and what rounding has left out so far. That rest is rounded too, so the
/// sum is the nearest number but where it lies next to the middle of two. It never falls. After T. Dekker, "A
/// floating-point technique for extending the available precision" (1971), and D. Knuth's TwoSum.
#[derive(Clone, Copy, Default)]
#[repr(C)]
struct Sum {
    rounded: f64,
    rest: f64,
}

impl Sum {
    #[inline(always)]
    fn add(&mut self, x: f64) {
        let (sum, left) = two_sum(self.rounded, x);
        if sum == f64::INFINITY {
            *self = Self { rounded: sum, rest: 0.0 };
            return;
        }
        let rest = self.rest + left;
        self.rounded = sum + rest;
        self.rest = rest - (self.rounded - sum);
    }
}

/// Counts so far, which more entries may be added to.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct Tally {
    positives: Sum,
    negatives: Sum,
}

impl Tally {
    /// Adds entries from the last to the first. Weights are added one by one wherever a tally begins, so that it has the
    /// same bits whatever entries it passes at once.
    #[inline(always)]
    pub(super) fn add_all<E: Entry>(&mut self, entries: &[E]) {
        if E::WEIGHTED {
            entries.iter().rev().for_each(|entry| self.add(entry));
            return;
        }
        let positives = entries.iter().fold(0, |n: u32, entry| n + u32::from(entry.key().is_positive()));
        self.positives.rounded += f64::from(positives);
        self.negatives.rounded += (entries.len() - positives as usize) as f64;
    }

    /// Adds one entry.
    #[inline(always)]
    pub(super) fn add<E: Entry>(&mut self, entry: &E) {
        let positive = entry.key().is_positive();
        if E::WEIGHTED {
            let side = if positive { &mut self.positives } else { &mut self.negatives };
            return side.add(entry.weight());
        }
        self.positives.rounded += f64::from(u8::from(positive));
        self.negatives.rounded += f64::from(u8::from(!positive));
    }

    /// The same for entries that were counted already: without weights there is nothing left to add up.
    #[inline(always)]
    pub(super) fn add_group<E: Entry>(&mut self, entries: &[E], counted: Counts) {
        if E::WEIGHTED {
            return self.add_all(entries);
        }
        self.positives.rounded += counted.positives;
        self.negatives.rounded += counted.negatives;
    }

    /// Adds what was counted elsewhere.
    pub(super) fn add_counts(&mut self, Counts { positives, negatives }: Counts) {
        self.positives.add(positives);
        self.negatives.add(negatives);
    }

    /// What lies above a threshold, as these do, and the rest of all: exactly, of whole numbers.
    #[inline(always)]
    pub(super) fn of(&self, all: &Self) -> Cells {
        let (Counts { positives: tp, negatives: fp }, all) = (self.counts(), all.counts());
        Cells { tp, fp, f_n: all.positives - tp, tn: all.negatives - fp }
    }

    /// What lies above a threshold, as these do, and what lies below it, each a sum of its own.
    #[inline(always)]
    pub(super) fn over(&self, below: &Self) -> Cells {
        let (Counts { positives: tp, negatives: fp }, rest) = (self.counts(), below.counts());
        Cells { tp, fp, f_n: rest.positives, tn: rest.negatives }
    }

    /// What was counted.
    #[inline(always)]
    pub fn counts(&self) -> Counts {
        Counts { positives: self.positives.rounded, negatives: self.negatives.rounded }
    }
}
