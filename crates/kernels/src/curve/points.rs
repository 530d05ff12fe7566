//! The points of curves: one for each distinct score, or for each of some thresholds.
//!
//! Points are written as three columns, thresholds with true and false positives, from the largest threshold down, and
//! then turned into what a curve shows, in place.

use super::areas::Terms;
use super::{Counts, Entry, Key, Sorted};
use crate::special::Special;

/// Thresholds in descending order, with the counts at or above each.
pub struct Points<'a> {
    /// Thresholds.
    pub thresholds: &'a mut [f64],
    /// True positives.
    pub tp: &'a mut [f64],
    /// False positives.
    pub fp: &'a mut [f64],
}

impl<E: Entry> Sorted<'_, E> {
    /// Number of distinct scores.
    pub fn distinct(&self) -> usize {
        let mut count = 0;
        self.groups(|_| count += 1);
        count
    }

    /// Writes a point for nothing positive, with threshold +∞, and one for each distinct score.
    pub fn points(&self, to: Points<'_>) {
        let mut columns = to.thresholds.iter_mut().zip(to.tp).zip(to.fp);
        if let Some(((threshold, tp), fp)) = columns.next() {
            (*threshold, *tp, *fp) = (f64::INFINITY, 0.0, 0.0);
        }
        let mut counts = Counts::default();
        self.groups(|group| {
            counts.positives += group.positive;
            counts.negatives += group.negative;
            if let Some(((threshold, tp), fp)) = columns.next() {
                *threshold = group.score.0.score(group.score.1);
                (*tp, *fp) = (counts.positives, counts.negatives);
            }
        });
    }

    /// Writes true and false positives at each of some thresholds.
    pub fn points_at(&self, strict: bool, to: Points<'_>) {
        for ((&mut threshold, tp), fp) in to.thresholds.iter_mut().zip(to.tp).zip(to.fp) {
            let point = self.point_at(threshold, strict);
            (*tp, *fp) = (point.tp, point.fp);
        }
    }

    /// The rate at which the false positive and the false negative rate are equal, between points on the straight line,
    /// and the threshold above it.
    pub fn equal_error(&self) -> [f64; 2] {
        let Counts { positives, negatives } = self.counts();
        let rates = |tp: f64, fp: f64| (fp / negatives, (positives - tp) / positives);
        let (mut tp, mut fp) = (0.0, 0.0);
        let mut before = (rates(0.0, 0.0), f64::INFINITY);
        let mut found = [f64::NAN; 2];
        self.groups(|group| {
            tp += group.positive;
            fp += group.negative;
            let ((fpr, fnr), threshold) = (rates(tp, fp), group.score.0.score(group.score.1));
            if found[0].is_nan() && fpr >= fnr {
                let ((fpr_before, fnr_before), above) = before;
                found = if fpr == fnr {
                    [fpr, threshold]
                } else {
                    let (gap_before, gap) = (fnr_before - fpr_before, fpr - fnr);
                    [fpr_before + (fpr - fpr_before) * (gap_before / (gap_before + gap)), above]
                };
            }
            before = ((fpr, fnr), threshold);
        });
        found
    }

    /// Area under the ROC curve over the logarithm of the false positive rate from a rate to 1, over its width.
    pub fn log_area(&self, from: f64) -> f64 {
        let Counts { positives, negatives } = self.counts();
        let special = Special::new();
        let (mut tp, mut fp) = (0.0, 0.0);
        let mut terms = Terms::new();
        self.groups(|group| {
            let (a, b) = (fp / negatives, (fp + group.negative) / negatives);
            if b > a && b > from {
                // tpr = height + slope · fpr along this step.
                let slope = (group.positive / positives) / (b - a);
                let height = tp / positives - slope * a;
                let start = if a < from { from } else { a };
                terms.push(height * (special.ln(b) - special.ln(start)));
                terms.push(slope * (b - start));
            }
            tp += group.positive;
            fp += group.negative;
        });
        terms.total() / -special.ln(from)
    }

    /// Trapezoidal area in the plane of precision and recall, from precision 1 at recall 0 on. NaN without positives.
    pub fn precision_recall_area(&self) -> f64 {
        let (mut tp, mut fp) = (0.0, 0.0);
        let mut before = 1.0;
        let mut terms = Terms::new();
        self.groups(|group| {
            tp += group.positive;
            fp += group.negative;
            let precision = tp / (tp + fp);
            terms.push(group.positive * ((precision + before) / 2.0));
            before = precision;
        });
        terms.total() / tp
    }
}

impl Points<'_> {
    fn len(&self) -> usize {
        self.thresholds.len()
    }

    fn at(&self, i: usize) -> [f64; 3] {
        [&*self.thresholds, &*self.tp, &*self.fp].map(|column| column.get(i).copied().unwrap_or(0.0))
    }

    /// Keeps some points; how many.
    fn retain(&mut self, keep: impl Fn(&Self, usize) -> bool) -> usize {
        let mut kept = 0;
        // A point is looked at together with its neighbours, so the decision about the one before is taken down late.
        let mut pending = None;
        for i in 0..self.len() {
            let keeps = keep(self, i);
            if let Some(j) = pending.take() {
                self.move_to(j, &mut kept);
            }
            if keeps {
                pending = Some(i);
            }
        }
        if let Some(j) = pending {
            self.move_to(j, &mut kept);
        }
        kept
    }

    fn move_to(&mut self, from: usize, kept: &mut usize) {
        let point = self.at(from);
        for (column, value) in [&mut *self.thresholds, &mut *self.tp, &mut *self.fp].into_iter().zip(point) {
            if let Some(to) = column.get_mut(*kept) {
                *to = value;
            }
        }
        *kept += 1;
    }

    fn reverse(&mut self, len: usize) {
        for column in [&mut *self.thresholds, &mut *self.tp, &mut *self.fp] {
            column.get_mut(..len).unwrap_or(&mut []).reverse();
        }
    }

    fn scale(&mut self, len: usize, tp: impl Fn(f64, f64) -> f64, fp: impl Fn(f64, f64) -> f64) {
        for (a, b) in self.tp.iter_mut().zip(self.fp.iter_mut()).take(len) {
            (*a, *b) = (tp(*a, *b), fp(*a, *b));
        }
    }
}

/// Points of the ROC curve: true positives become true positive rates, false positives false positive rates. Where
/// points are dropped, those whose step equals the next one (scikit-learn's rule). The number of points.
pub fn roc(points: &mut Points<'_>, totals: Counts, drop: bool) -> usize {
    let len = points.len();
    // The point for nothing positive is always there; the rule looks at the others.
    let on_line = |p: &Points<'_>, i: usize| {
        let [[_, tp, fp], [_, tp_here, fp_here], [_, tp_next, fp_next]] = [i - 1, i, i + 1].map(|i| p.at(i));
        tp_next - tp_here == tp_here - tp && fp_next - fp_here == fp_here - fp
    };
    let kept = points.retain(|p, i| !drop || i < 2 || i + 1 == len || !on_line(p, i));
    points.scale(kept, |tp, _| tp / totals.positives, |_, fp| fp / totals.negatives);
    kept
}

/// Points of precision (in place of true positives) and recall (in place of false ones), in ascending order, without
/// the last. Where points are dropped, those that share their recall with both neighbours. Recall is 1 without
/// positives. The number of points.
pub fn precision_recall(points: &mut Points<'_>, totals: Counts, drop: bool) -> usize {
    let kept = retain_turns(points, drop);
    let recall = |tp: f64| if totals.positives == 0.0 { 1.0 } else { tp / totals.positives };
    points.scale(kept, |tp, fp| tp / (tp + fp), |tp, _| recall(tp));
    points.reverse(kept);
    kept
}

/// Keeps the first and the last point, and where positives are found.
fn retain_turns(points: &mut Points<'_>, drop: bool) -> usize {
    let len = points.len();
    points.retain(|p, i| {
        let [[_, before, _], [_, here, _], [_, next, _]] = [i.wrapping_sub(1), i, i + 1].map(|i| p.at(i));
        !drop || i == 0 || i + 1 == len || here != before || here != next
    })
}

/// Points of false negative rates (in place of true positives) and false positive rates, in ascending order of
/// thresholds, from no false negative to no false positive. The number of points, and the first of them.
pub fn det(points: &mut Points<'_>, totals: Counts, drop: bool) -> [usize; 2] {
    let kept = retain_turns(points, drop);
    points.reverse(kept);
    // The ends in which nothing changes any more are left out but for one point.
    let all = |p: &Points<'_>, i: usize| p.at(i)[1] == totals.positives;
    let none = |p: &Points<'_>, i: usize| p.at(i)[2] == p.at(kept - 1)[2];
    let first = (0..kept).take_while(|&i| all(points, i)).last().unwrap_or(0);
    let last = (0..kept).find(|&i| none(points, i)).unwrap_or(kept);
    points.scale(kept, |tp, _| (totals.positives - tp) / totals.positives, |_, fp| fp / totals.negatives);
    [(last + 1).saturating_sub(first), first]
}

/// Points of gain (in place of true positives) and of the share of rows (in place of false ones).
pub fn gains(points: &mut Points<'_>, totals: Counts) -> usize {
    let rows = totals.positives + totals.negatives;
    let len = points.len();
    points.scale(len, |tp, _| tp / totals.positives, |tp, fp| (tp + fp) / rows);
    len
}

/// Corners of the lower envelope of cost curves: the threshold that is best from a corner on, the probability cost (in
/// place of true positives) and the expected cost there (in place of false ones); a last corner at 1. Room for one more
/// point than there are scores is needed. The number of corners.
pub fn costs(points: &mut Points<'_>, totals: Counts) -> usize {
    points.scale(points.len(), |tp, _| (totals.positives - tp) / totals.positives, |_, fp| fp / totals.negatives);
    hull(points)
}

/// The line of a point: its cost is fpr at 0 and fnr at 1. Where two lines cross.
fn crossing([_, fnr_a, fpr_a]: [f64; 3], [_, fnr_b, fpr_b]: [f64; 3]) -> f64 {
    let (rise, fall) = (fpr_b - fpr_a, fnr_a - fnr_b);
    rise / (rise + fall)
}

/// Turns points into corners of their lower envelope; from the largest threshold on fpr rises and fnr falls.
fn hull(points: &mut Points<'_>) -> usize {
    let mut kept = 0;
    for i in 0..points.len() {
        let here = points.at(i);
        while kept > 0 {
            let last = points.at(kept - 1);
            let below = here[1] <= last[1] && here[2] <= last[2];
            let early = kept > 1 && crossing(last, here) <= crossing(points.at(kept - 2), last);
            if !(below || early) {
                break;
            }
            kept -= 1;
        }
        if kept == 0 || here[1] < points.at(kept - 1)[1] {
            points.move_to(i, &mut kept);
        }
    }
    let mut before = None;
    for i in 0..kept {
        let here = points.at(i);
        let at = before.map_or(0.0, |before| crossing(before, here));
        before = Some(here);
        let cost = here[1] * at + here[2] * (1.0 - at);
        if let (Some(tp), Some(fp)) = (points.tp.get_mut(i), points.fp.get_mut(i)) {
            (*tp, *fp) = (at, cost);
        }
    }
    // All lines end at fnr, which is 0 at the last point.
    if let (Some([_, fnr, _]), Some(tp), Some(fp)) = (before, points.tp.get_mut(kept), points.fp.get_mut(kept)) {
        (*tp, *fp) = (1.0, fnr);
    }
    kept + 1
}
