//! The points of curves: one for each distinct score, or for each of some thresholds.
//!
//! Points are written as three columns, thresholds with true and false positives, from the largest threshold down, and
//! then turned into what a curve shows, in place.

use super::areas::Terms;
use super::{Cells, Counts, Entry, Key, Sorted};
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

    /// Writes a point for nothing positive, with threshold +∞, and one for each distinct score; or, in the place of true
    /// and false positives, what is below, the false and the true negatives.
    pub fn points(&self, below: bool, to: Points<'_>) {
        let mut columns = to.thresholds.iter_mut().zip(to.tp).zip(to.fp);
        let mut put = |at: f64, cells: Cells| {
            if let Some(((threshold, tp), fp)) = columns.next() {
                *threshold = at;
                (*tp, *fp) = cells.side(below);
            }
        };
        put(f64::INFINITY, self.nothing());
        self.cells(|group, cells| put(group.score.0.score(group.score.1), cells));
    }

    /// Writes true and false positives at each of some thresholds, or false and true negatives.
    pub fn points_at(&self, strict: bool, below: bool, to: Points<'_>) {
        for ((&mut threshold, tp), fp) in to.thresholds.iter_mut().zip(to.tp).zip(to.fp) {
            (*tp, *fp) = self.cells_at(threshold, strict).side(below);
        }
    }

    /// The rate at which the false positive and the false negative rate are equal, between points on the straight line,
    /// and the threshold above it.
    pub fn equal_error(&self) -> [f64; 2] {
        let Counts { positives, negatives } = self.counts();
        let rates = |tp: f64, fp: f64| (fp / negatives, (positives - tp) / positives);
        let mut before = (rates(0.0, 0.0), f64::INFINITY);
        let mut found = [f64::NAN; 2];
        self.groups(|group| {
            let Counts { positives: tp, negatives: fp } = group.total;
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

    /// Area under the ROC curve over the logarithm of the false positive rate from a rate to 1, over its width. NaN where
    /// a class is missing.
    pub fn log_area(&self, from: f64) -> f64 {
        let Counts { positives, negatives } = self.counts();
        if positives == 0.0 || negatives == 0.0 {
            return f64::NAN;
        }
        let special = Special::new();
        let mut fp_before = 0.0;
        let mut terms = Terms::new();
        self.groups(|group| {
            let Counts { positives: tp, negatives: fp } = group.total;
            let (a, b) = (fp_before / negatives, fp / negatives);
            if b > a && b > from {
                // tpr = height + slope · fpr along this step.
                let slope = (group.positive / positives) / (b - a);
                let height = tp / positives - slope * b;
                let start = if a < from { from } else { a };
                terms.push(height * special.ln_1p((b - start) / start));
                terms.push(slope * (b - start));
            }
            fp_before = fp;
        });
        (terms.total() / -special.ln(from)).clamp(0.0, 1.0)
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

    /// Writes a point; of one more than there are thresholds the rest.
    fn set(&mut self, i: usize, point: [f64; 3]) {
        for (column, value) in [&mut *self.thresholds, &mut *self.tp, &mut *self.fp].into_iter().zip(point) {
            if let Some(to) = column.get_mut(i) {
                *to = value;
            }
        }
    }

    fn move_to(&mut self, from: usize, kept: &mut usize) {
        self.set(*kept, self.at(from));
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
/// thresholds: all of them, or without the ends in which nothing changes any more but for one point. The number of
/// points, and the first of them.
pub fn det(points: &mut Points<'_>, totals: Counts, drop: bool, with_ends: bool) -> [usize; 2] {
    let kept = retain_turns(points, drop);
    points.reverse(kept);
    let all = |p: &Points<'_>, i: usize| p.at(i)[1] == totals.positives;
    let none = |p: &Points<'_>, i: usize| p.at(i)[2] == 0.0;
    let (mut first, mut last) = (0, kept.saturating_sub(1));
    if !with_ends {
        first = (0..kept).take_while(|&i| all(points, i)).last().unwrap_or(first);
        last = (0..kept).find(|&i| none(points, i)).unwrap_or(last);
    }
    points.scale(kept, |tp, _| (totals.positives - tp) / totals.positives, |_, fp| fp / totals.negatives);
    // Where weights are too small to be seen, both ends may cross: one point is left.
    [last.max(first) + 1 - first, first]
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
/// point than there are scores is needed. The number of corners. NaN where a class is missing.
pub fn costs(points: &mut Points<'_>, totals: Counts) -> usize {
    if totals.positives == 0.0 || totals.negatives == 0.0 {
        for (i, probability) in [0.0, 1.0].into_iter().enumerate() {
            points.set(i, [f64::NAN, probability, f64::NAN]);
        }
        return 2;
    }
    let kept = hull(points);
    let mut before = None;
    for i in 0..kept {
        let [threshold, tp, fp] = points.at(i);
        let at = before.map_or(0.0, |before| crossing(before, [tp, fp], totals));
        before = Some([tp, fp]);
        let cost = (totals.positives - tp) / totals.positives * at + fp / totals.negatives * (1.0 - at);
        points.set(i, [threshold, at, cost]);
    }
    // All lines end at fnr, which is 0 at the last point.
    points.set(kept, [f64::NAN, 1.0, 0.0]);
    kept + 1
}

/// The cost of a point is its fpr at probability cost 0, its fnr at 1 and on a straight line between. Where the lines of
/// two points, true and false positives, cross.
fn crossing([tp, fp]: [f64; 2], [tp_next, fp_next]: [f64; 2], totals: Counts) -> f64 {
    let (rise, fall) = ((fp_next - fp) / totals.negatives, (tp_next - tp) / totals.positives);
    rise / (rise + fall)
}

/// Keeps the points whose lines are somewhere the lowest: the corners of the upper hull of points in the ROC plane, which
/// come from the lower left.
fn hull(points: &mut Points<'_>) -> usize {
    let mut kept = 0;
    for i in 0..points.len() {
        let here = points.at(i);
        while kept > 0 {
            let last = points.at(kept - 1);
            let is_above = here[2] == last[2];
            let is_beyond = kept > 1 && is_no_corner(points.at(kept - 2), last, here);
            if !(is_above || is_beyond) {
                break;
            }
            kept -= 1;
        }
        if kept == 0 || here[1] > points.at(kept - 1)[1] {
            points.move_to(i, &mut kept);
        }
    }
    kept
}

/// Whether the second point is not above the straight line between the others; exactly, where counts are whole.
fn is_no_corner([_, tp_a, fp_a]: [f64; 3], [_, tp_b, fp_b]: [f64; 3], [_, tp_c, fp_c]: [f64; 3]) -> bool {
    let steps = [fp_c - fp_b, tp_b - tp_a, fp_b - fp_a, tp_c - tp_b];
    if steps.iter().all(|step| step.trunc() == *step && *step < 9_007_199_254_740_992.0) {
        let [right_after, up_before, right_before, up_after] = steps.map(|step| step as i128);
        return right_after * up_before <= right_before * up_after;
    }
    let [right_after, up_before, right_before, up_after] = steps;
    right_after * up_before <= right_before * up_after
}
