//! The best threshold for an objective, under constraints.

use super::{Cells, Entry, Key, Objective, Sorted, Tally};
use core::cmp::Ordering;

/// What a threshold must keep to; a bound of NaN is none.
#[derive(Clone, Copy, Debug)]
pub struct Constraints {
    /// Least recall.
    pub recall: f64,
    /// Least precision.
    pub precision: f64,
    /// Least specificity.
    pub specificity: f64,
    /// Largest false positive rate.
    pub fpr: f64,
}

impl Constraints {
    /// None.
    pub const NONE: Self = Self { recall: f64::NAN, precision: f64::NAN, specificity: f64::NAN, fpr: f64::NAN };

    /// The constrained rates, the others 0, of which more is better; `None` where a bound is not kept.
    #[inline(always)]
    fn rates(&self, Cells { tp, fp, f_n, tn }: Cells) -> Option<[f64; 4]> {
        let rate = |rate: f64, bound: f64| if bound.is_nan() { Some(0.0) } else { (rate >= bound).then_some(rate) };
        let fpr = fp / (tn + fp);
        Some([
            rate(tp / (tp + f_n), self.recall)?,
            rate(tp / (tp + fp), self.precision)?,
            rate(tn / (tn + fp), self.specificity)?,
            if self.fpr.is_nan() { 0.0 } else { (fpr <= self.fpr).then_some(-fpr)? },
        ])
    }
}

/// The best operating point; NaN where no threshold keeps to the constraints.
#[derive(Clone, Copy, Debug)]
pub struct Best {
    /// Positive means score ≥ threshold.
    pub threshold: f64,
    /// The objective's value.
    pub value: f64,
    /// What it counts.
    pub cells: Cells,
}

/// The best so far.
struct Candidate {
    threshold: f64,
    cells: Cells,
    estimate: f64,
    rates: [f64; 4],
}

/// A search for the best of many points.
struct Search {
    objective: Objective,
    constraints: Constraints,
    /// Counts are of rows, and the objective leaves them within the normal numbers.
    is_plain: bool,
    tolerance: f64,
    best: Option<Candidate>,
}

impl Search {
    /// Nothing found yet.
    fn new<E: Entry>(sorted: &Sorted<'_, E>, objective: Objective, constraints: Constraints) -> Self {
        let totals = sorted.counts();
        let tolerance = objective.tolerance(totals.positives + totals.negatives);
        Self { objective, constraints, is_plain: !E::WEIGHTED && objective.is_tame(), tolerance, best: None }
    }

    /// Tries a threshold; it is kept where it is better than those before.
    #[inline(always)]
    fn offer(&mut self, threshold: impl FnOnce() -> f64, cells: Cells) {
        let Some(rates) = self.constraints.rates(cells) else { return };
        if !self.objective.is_defined(cells) {
            return;
        }
        let estimate = self.objective.estimate(cells, self.is_plain);
        if let Some(best) = &self.best {
            let order = self.order(cells, estimate, best);
            if order.is_lt() || order.is_eq() && rates <= best.rates {
                return;
            }
        }
        self.best = Some(Candidate { threshold: threshold(), cells, estimate, rates });
    }

    /// How a threshold compares with the best so far: exactly, where estimates do not tell.
    #[inline(always)]
    fn order(&self, cells: Cells, estimate: f64, best: &Candidate) -> Ordering {
        let difference = estimate - best.estimate;
        if difference.abs() > self.tolerance {
            return if difference > 0.0 { Ordering::Greater } else { Ordering::Less };
        }
        self.objective.compare(cells, best.cells)
    }

    /// What was found.
    fn found(self) -> Best {
        let Some(Candidate { threshold, cells, .. }) = self.best else {
            return Best { threshold: f64::NAN, value: f64::NAN, cells: Cells::default() };
        };
        Best { threshold, value: self.objective.value(cells), cells }
    }
}

impl<E: Entry> Sorted<'_, E> {
    /// The best threshold over every distinct score and +∞; of equally good ones first that with the larger rates that
    /// are constrained, then the largest.
    pub fn best(&self, objective: Objective, constraints: Constraints) -> Best {
        let mut search = Search::new(self, objective, constraints);
        // Of a score of +∞ no threshold makes nothing positive.
        if !self.is_endless() {
            search.offer(|| f64::INFINITY, self.nothing());
        }
        // More false positives alone are never better than what was found, unless they are paid for. With weights fp and tn
        // are rounded each by itself, so that what they come to may change.
        let may_pay = E::WEIGHTED || objective.pays();
        self.cells(|group, cells| {
            if group.positive > 0.0 || may_pay || search.best.is_none() {
                search.offer(|| group.score.0.score(group.score.1), cells);
            }
        });
        search.found()
    }

    /// The best of some thresholds; of equally good ones the first.
    pub fn best_of(&self, thresholds: &[f64], strict: bool, objective: Objective, constraints: Constraints) -> Best {
        let mut search = Search::new(self, objective, constraints);
        for &threshold in thresholds {
            search.offer(|| threshold, self.cells_at(threshold, strict));
        }
        search.found()
    }

    /// What a threshold above all makes of them.
    pub(super) fn nothing(&self) -> Cells {
        Tally::default().of(&self.tally())
    }

    /// Whether the largest score is +∞.
    fn is_endless(&self) -> bool {
        self.others.last().is_some_and(|entry| entry.key().score(false) == f64::INFINITY)
    }

    /// Writes an objective's value at each of some thresholds.
    pub fn values_at(&self, thresholds: &[f64], strict: bool, objective: Objective, to: &mut [f64]) {
        for (to, &threshold) in to.iter_mut().zip(thresholds) {
            *to = objective.value(self.cells_at(threshold, strict));
        }
    }

    /// Writes an objective's value with nothing positive, where a threshold makes it so, then at every distinct score, the
    /// largest first.
    pub fn values(&self, objective: Objective, to: &mut [f64]) {
        let mut to = to.iter_mut();
        if !self.is_endless()
            && let Some(to) = to.next()
        {
            *to = objective.value(self.nothing());
        }
        self.cells(|_, cells| {
            if let Some(to) = to.next() {
                *to = objective.value(cells);
            }
        });
    }
}
