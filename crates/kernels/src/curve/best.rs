//! The best threshold for an objective, under constraints.

use super::sorted::Group;
use super::{Counts, Entry, Key, Sorted};

/// What the best threshold maximises. A quotient of counts is 0 where its denominator is.
#[derive(Clone, Copy, Debug)]
pub enum Objective {
    /// (1 + β²)tp / ((1 + β²)tp + β²fn + fp), of β².
    FBeta(f64),
    /// tpr − fpr.
    Youden,
    /// (tp + tn) / n.
    Accuracy,
    /// (tpr + tnr) / 2.
    BalancedAccuracy,
    /// Matthews correlation coefficient; 0 where undefined.
    Mcc,
    /// Cohen's κ.
    Kappa,
    /// tp / (tp + fp).
    Precision,
    /// tp / (tp + fn).
    Recall,
    /// tn / (tn + fp).
    Specificity,
    /// −Σ count · cost of tp, fp, fn and tn: the cost, negated.
    Cost([f64; 4]),
}

impl Objective {
    /// From its code and its numbers.
    pub const fn from_code(code: u32, numbers: [f64; 4]) -> Self {
        match code {
            0 => Self::FBeta(numbers[0]),
            1 => Self::Youden,
            2 => Self::Accuracy,
            3 => Self::BalancedAccuracy,
            4 => Self::Mcc,
            5 => Self::Kappa,
            6 => Self::Precision,
            7 => Self::Recall,
            8 => Self::Specificity,
            _ => Self::Cost(numbers),
        }
    }

    /// More false positives alone may make it better.
    fn pays(self) -> bool {
        matches!(self, Self::Cost([_, fp, _, tn]) if fp < tn)
    }
}

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
    fn rates(&self, Point { tp, fp }: Point, totals: Counts) -> Option<[f64; 4]> {
        let Counts { positives, negatives } = totals;
        let rate = |rate: f64, bound: f64| if bound.is_nan() { Some(0.0) } else { (rate >= bound).then_some(rate) };
        Some([
            rate(tp / positives, self.recall)?,
            rate(tp / (tp + fp), self.precision)?,
            rate((negatives - fp) / negatives, self.specificity)?,
            if self.fpr.is_nan() { 0.0 } else { (fp / negatives <= self.fpr).then_some(-fp / negatives)? },
        ])
    }
}

/// True and false positives at a threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// True positives.
    pub tp: f64,
    /// False positives.
    pub fp: f64,
}

/// The best operating point; NaN where no threshold keeps to the constraints.
#[derive(Clone, Copy, Debug)]
pub struct Best {
    /// Positive means score ≥ threshold.
    pub threshold: f64,
    /// The objective's value.
    pub value: f64,
    /// What it counts.
    pub point: Point,
}

impl<K> Group<K> {
    #[inline(always)]
    fn point(&self) -> Point {
        Point { tp: self.total.positives, fp: self.total.negatives }
    }
}

fn quotient(numerator: f64, denominator: f64) -> f64 {
    if denominator == 0.0 { 0.0 } else { numerator / denominator }
}

impl Objective {
    /// Its value at a point.
    #[inline(always)]
    pub fn value(self, Point { tp, fp }: Point, Counts { positives, negatives }: Counts) -> f64 {
        let (f_n, tn) = (positives - tp, negatives - fp);
        match self {
            Self::FBeta(_) if tp == 0.0 => 0.0,
            Self::FBeta(square) if square == f64::INFINITY => tp / positives,
            Self::FBeta(square) => (1.0 + square) * tp / ((1.0 + square) * tp + square * f_n + fp),
            Self::Youden => tp / positives - fp / negatives,
            Self::Accuracy => (tp + tn) / (positives + negatives),
            Self::BalancedAccuracy => (tp / positives + tn / negatives) / 2.0,
            Self::Mcc => {
                // tp·tn − fp·fn, without the products that cancel.
                let predicted = tp + fp;
                let rest = f_n + tn;
                let covariance = tp * negatives - fp * positives;
                let scale = (predicted * rest).sqrt() * (positives * negatives).sqrt();
                quotient(covariance, scale)
            }
            Self::Kappa => {
                let doubled = 2.0 * (tp * negatives - fp * positives);
                let (predicted, rest) = (tp + fp, f_n + tn);
                doubled / (predicted * negatives + positives * rest)
            }
            Self::Precision => quotient(tp, tp + fp),
            Self::Recall => quotient(tp, positives),
            Self::Specificity => quotient(tn, negatives),
            Self::Cost(costs) => {
                let [of_tp, of_fp, of_fn, of_tn] = costs;
                -(tp * of_tp + fp * of_fp + f_n * of_fn + tn * of_tn)
            }
        }
    }
}

/// A search for the best of many points.
pub struct Search {
    objective: Objective,
    constraints: Constraints,
    totals: Counts,
    best: Best,
    rates: [f64; 4],
}

impl Search {
    /// Nothing found yet.
    pub fn new(objective: Objective, constraints: Constraints, totals: Counts) -> Self {
        let best = Best { threshold: f64::NAN, value: f64::NAN, point: Point::default() };
        Self { objective, constraints, totals, best, rates: [0.0; 4] }
    }

    /// Nothing was found yet.
    #[inline(always)]
    fn is_empty(&self) -> bool {
        self.best.value.is_nan()
    }

    /// Tries a threshold; it is kept where it is better than those before.
    #[inline(always)]
    pub fn offer(&mut self, threshold: impl FnOnce() -> f64, point: Point) {
        let Some(rates) = self.constraints.rates(point, self.totals) else { return };
        let value = self.objective.value(point, self.totals);
        if value.is_nan() {
            return;
        }
        let order = if self.is_empty() {
            core::cmp::Ordering::Greater
        } else {
            compare(self.objective, self.totals, (point, value), (self.best.point, self.best.value))
        };
        if order.is_gt() || order.is_eq() && rates > self.rates {
            self.best = Best { threshold: threshold(), value, point };
            self.rates = rates;
        }
    }

    /// What was found.
    pub fn found(self) -> Best {
        self.best
    }
}

/// How two values of an objective compare. Those that differ only by rounding are compared exactly, as fractions, where
/// counts are whole numbers and the products fit.
#[inline(always)]
fn compare(
    objective: Objective,
    totals: Counts,
    (a, value): (Point, f64),
    (b, best): (Point, f64),
) -> core::cmp::Ordering {
    let rounded = value.partial_cmp(&best).unwrap_or(core::cmp::Ordering::Equal);
    // None is above 1 in size, and a small difference of rates is no nearer to its true value than a large one.
    if (value - best).abs() > 1e-14 {
        return rounded;
    }
    let whole = [a.tp, a.fp, b.tp, b.fp, totals.positives, totals.negatives];
    if whole.iter().any(|x| x.trunc() != *x || *x >= 9_007_199_254_740_992.0) {
        return rounded;
    }
    let [tp, fp, best_tp, best_fp, positives, negatives] = whole.map(|x| x as i128);
    match objective {
        Objective::FBeta(1.0) => (tp * (best_tp + best_fp + positives)).cmp(&(best_tp * (tp + fp + positives))),
        Objective::Youden | Objective::BalancedAccuracy => {
            (tp * negatives - fp * positives).cmp(&(best_tp * negatives - best_fp * positives))
        }
        Objective::Accuracy => (tp - fp).cmp(&(best_tp - best_fp)),
        Objective::Precision => (tp * best_fp).cmp(&(best_tp * fp)),
        _ => rounded,
    }
}

impl<E: Entry> Sorted<'_, E> {
    /// The best threshold over every distinct score and +∞; of equally good ones first that with the larger rates that
    /// are constrained, then the largest.
    pub fn best(&self, objective: Objective, constraints: Constraints) -> Best {
        let mut search = Search::new(objective, constraints, self.counts());
        // Of a score of +∞ no threshold makes nothing positive.
        if !self.is_endless() {
            search.offer(|| f64::INFINITY, Point::default());
        }
        let pays = objective.pays();
        self.groups(|group| {
            // More false positives alone are never better than what was found, unless they are paid for.
            if group.positive > 0.0 || pays || search.is_empty() {
                search.offer(|| group.score.0.score(group.score.1), group.point());
            }
        });
        search.found()
    }

    /// The best of some thresholds; of equally good ones the first.
    pub fn best_of(&self, thresholds: &[f64], strict: bool, objective: Objective, constraints: Constraints) -> Best {
        let mut search = Search::new(objective, constraints, self.counts());
        for &threshold in thresholds {
            search.offer(|| threshold, self.point_at(threshold, strict));
        }
        search.found()
    }

    /// True and false positives at a threshold.
    pub fn point_at(&self, threshold: f64, strict: bool) -> Point {
        if strict && threshold == f64::INFINITY {
            return Point::default();
        }
        let Counts { positives, negatives } = self.at(threshold, strict);
        Point { tp: positives, fp: negatives }
    }

    /// Whether the largest score is +∞.
    fn is_endless(&self) -> bool {
        self.others.last().is_some_and(|entry| entry.key().score(false) == f64::INFINITY)
    }

    /// Writes an objective's value at each of some thresholds.
    pub fn values_at(&self, thresholds: &[f64], strict: bool, objective: Objective, to: &mut [f64]) {
        let totals = self.counts();
        for (to, &threshold) in to.iter_mut().zip(thresholds) {
            *to = objective.value(self.point_at(threshold, strict), totals);
        }
    }

    /// Writes an objective's value with nothing positive, where a threshold makes it so, then at every distinct score, the
    /// largest first.
    pub fn values(&self, objective: Objective, to: &mut [f64]) {
        let totals = self.counts();
        let mut to = to.iter_mut();
        if !self.is_endless()
            && let Some(to) = to.next()
        {
            *to = objective.value(Point::default(), totals);
        }
        self.groups(|group| {
            if let Some(to) = to.next() {
                *to = objective.value(group.point(), totals);
            }
        });
    }
}
