//! A threshold for each class: rows of scores in which only classes at or above their threshold may win.
//!
//! With the thresholds of all other classes fixed, raising that of one class only turns rows that it wins, one by one in
//! the order of their scores, over to whoever is next. So all its thresholds are tried in one sweep over those rows, with
//! counts that change by one row at a time.

use crate::input::{Argument, BLOCK, Numbers, Problem, Status};
use crate::simd::Scalar;
use crate::sort::sort_by;
use crate::sparse::Entry;
use crate::twofold::Twofold;

/// What thresholds are chosen for: the larger, the better. A quotient of counts is 0 where its denominator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// Share of right rows.
    Accuracy,
    /// Mean of F1 over all classes that occur in targets or predictions.
    MacroF1,
    /// Mean of F1 weighted by support.
    WeightedF1,
    /// Mean recall over the classes that are true at least once.
    BalancedAccuracy,
}

impl Objective {
    /// From its code.
    pub const fn from_code(code: u32) -> Self {
        match code {
            0 => Self::Accuracy,
            1 => Self::MacroF1,
            2 => Self::WeightedF1,
            _ => Self::BalancedAccuracy,
        }
    }
}

/// What is counted of one class, of twice the digits: rows come and go, and leave no trace.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct ClassCounts {
    tp: Twofold,
    predicted: Twofold,
    support: Twofold,
}

impl ClassCounts {
    /// Rows of it that are predicted as it, rows predicted as it, and rows of it.
    fn rounded(self) -> [f64; 3] {
        [self.tp, self.predicted, self.support].map(Twofold::rounded)
    }

    /// What it adds to the objective's numerator, and to its denominator.
    fn term(self, objective: Objective) -> [f64; 2] {
        let [tp, predicted, support] = self.rounded();
        let both = predicted + support;
        let f1 = if both == 0.0 { 0.0 } else { 2.0 * tp / both };
        match objective {
            Objective::Accuracy => [tp, support],
            Objective::MacroF1 => [f1, f64::from(u8::from(both > 0.0))],
            Objective::WeightedF1 => [f1 * support, support],
            Objective::BalancedAccuracy if support == 0.0 => [0.0, 0.0],
            Objective::BalancedAccuracy => [tp / support, 1.0],
        }
    }
}

/// The objective of these counts; 0 without rows.
pub fn value(objective: Objective, counts: &[ClassCounts]) -> f64 {
    let [numerator, denominator] = counts.iter().fold([0.0; 2], |[n, d], class| {
        let [a, b] = class.term(objective);
        [n + a, d + b]
    });
    if denominator == 0.0 { 0.0 } else { numerator / denominator }
}

/// Rows of scores with their labels.
pub struct Rows<'a> {
    /// Scores, row-major.
    pub scores: Numbers<'a>,
    /// Labels, 0..classes.
    pub labels: &'a [i32],
    /// Weights; 1 where there are none.
    pub weights: Option<&'a [f64]>,
    /// Number of classes.
    pub classes: usize,
    /// What a row is predicted as in which every class is below its threshold.
    pub none: usize,
}

/// Checks scores and labels, and brings labels and weights to their types.
pub fn take(
    scores: &Numbers<'_>,
    labels: &Numbers<'_>,
    weights: Option<&Numbers<'_>>,
    classes: usize,
    to: (&mut [i32], &mut [f64]),
) -> Status {
    let (mut label_buffer, mut weight_buffer) = ([0; BLOCK], [0.0; BLOCK]);
    for start in (0..labels.len()).step_by(BLOCK) {
        let len = BLOCK.min(labels.len() - start);
        let range = start..start + len;
        let block = labels.labels(start, len, classes as i32, None, Argument::Targets, &mut label_buffer)?;
        to.0.get_mut(range.clone()).unwrap_or(&mut []).copy_from_slice(block.get(..len).unwrap_or(&[]));
        if let Some(weights) = weights {
            let block = weights.weights(start, len, Argument::SampleWeight, &mut weight_buffer)?;
            to.1.get_mut(range).unwrap_or(&mut []).copy_from_slice(block.get(..len).unwrap_or(&[]));
        }
    }
    check(scores)
}

/// Demands that no score is NaN.
pub fn check(scores: &Numbers<'_>) -> Status {
    if (0..scores.len()).any(|i| scores.at(i).is_nan()) {
        return Err(scores.fault(0, scores.len(), Argument::Predictions, Problem::Nan, f64::is_nan));
    }
    Ok(())
}

/// The winner among the classes at or above their threshold, without one of them; the first of equal scores.
#[inline(always)]
fn winner<S: Scalar>(row: &[S], thresholds: &[f64], without: usize) -> Option<usize> {
    let mut best: Option<(usize, S)> = None;
    for (class, (&score, &threshold)) in row.iter().zip(thresholds).enumerate() {
        let admitted = class != without && score.to_f64() >= threshold;
        if admitted && best.is_none_or(|(_, most)| score > most) {
            best = Some((class, score));
        }
    }
    best.map(|(class, _)| class)
}

impl Rows<'_> {
    fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights.get(row).copied().unwrap_or(0.0))
    }

    /// Writes the predicted class of each row.
    pub fn predict(&self, thresholds: &[f64], to: &mut [i32]) {
        match self.scores {
            Numbers::F32(scores) => self.predict_from(scores, thresholds, to),
            Numbers::F64(scores) => self.predict_from(scores, thresholds, to),
            _ => {}
        }
    }

    fn predict_from<S: Scalar>(&self, scores: &[S], thresholds: &[f64], to: &mut [i32]) {
        for (row, to) in scores.chunks_exact(self.classes).zip(to) {
            *to = winner(row, thresholds, usize::MAX).unwrap_or(self.none) as i32;
        }
    }

    /// Counts every class at these thresholds.
    pub fn count(&self, thresholds: &[f64], counts: &mut [ClassCounts]) {
        counts.fill(ClassCounts::default());
        match self.scores {
            Numbers::F32(scores) => self.count_from(scores, thresholds, counts),
            Numbers::F64(scores) => self.count_from(scores, thresholds, counts),
            _ => {}
        }
    }

    fn count_from<S: Scalar>(&self, scores: &[S], thresholds: &[f64], counts: &mut [ClassCounts]) {
        for (i, (row, &label)) in scores.chunks_exact(self.classes).zip(self.labels).enumerate() {
            let predicted = winner(row, thresholds, usize::MAX).unwrap_or(self.none);
            let weight = Twofold::of(self.weight(i));
            if let Some(class) = counts.get_mut(label as usize) {
                class.support = class.support + weight;
                if label as usize == predicted {
                    class.tp = class.tp + weight;
                }
            }
            if let Some(class) = counts.get_mut(predicted) {
                class.predicted = class.predicted + weight;
            }
        }
    }

    /// Tries every threshold of one class; it is moved where that is strictly better. The value that is reached.
    ///
    /// `entries` and `spare` have room for an entry a row; `counts` are left at the best.
    pub fn improve(
        &self,
        objective: Objective,
        class: usize,
        thresholds: &mut [f64],
        counts: &mut [ClassCounts],
        entries: &mut [Entry],
        spare: &mut [Entry],
    ) -> f64 {
        match self.scores {
            Numbers::F32(scores) => self.improve_from(scores, objective, class, thresholds, counts, entries, spare),
            Numbers::F64(scores) => self.improve_from(scores, objective, class, thresholds, counts, entries, spare),
            _ => f64::NAN,
        }
    }

    #[allow(clippy::too_many_arguments, reason = "rooms of the caller's")]
    fn improve_from<S: Scalar>(
        &self,
        scores: &[S],
        objective: Objective,
        class: usize,
        thresholds: &mut [f64],
        counts: &mut [ClassCounts],
        entries: &mut [Entry],
        spare: &mut [Entry],
    ) -> f64 {
        self.count(thresholds, counts);
        let mut best = value(objective, counts);
        let Some(&before) = thresholds.get(class) else { return best };
        let mut chosen = before;
        // Admitted wherever it wins, to begin with.
        if let Some(threshold) = thresholds.get_mut(class) {
            *threshold = f64::NEG_INFINITY;
        }
        self.count(thresholds, counts);
        let won = self.won(scores, class, thresholds, entries);
        let (Some(entries), Some(spare)) = (entries.get_mut(..won), spare.get_mut(..won)) else { return best };
        sort_by(entries, spare, |entry| entry.key);
        let mut found = value(objective, counts);
        let mut rest = &*entries;
        if found > best {
            // Of thresholds that admit the same rows the largest.
            (best, chosen) = (found, self.least(scores, class, rest).unwrap_or(f64::NEG_INFINITY));
        }
        // No threshold keeps a score of +∞ out.
        while let (Some(first), Some(..f64::INFINITY)) = (rest.first(), self.least(scores, class, rest)) {
            let tied = rest.iter().take_while(|entry| entry.key == first.key).count();
            for entry in rest.get(..tied).unwrap_or(&[]) {
                self.turn_over(scores, entry.value as usize, class, thresholds, counts);
            }
            rest = rest.get(tied..).unwrap_or(&[]);
            found = value(objective, counts);
            // Above the rows that were turned over: at the next score, or above all.
            let threshold = self.least(scores, class, rest).unwrap_or(f64::INFINITY);
            if found > best || found == best && chosen != before {
                (best, chosen) = (found, threshold);
            }
        }
        if let Some(threshold) = thresholds.get_mut(class) {
            *threshold = chosen;
        }
        best
    }

    /// Lists the rows that a class wins where it is admitted.
    fn won<S: Scalar>(&self, scores: &[S], class: usize, thresholds: &[f64], entries: &mut [Entry]) -> usize {
        let mut won = 0;
        for (i, row) in scores.chunks_exact(self.classes).enumerate() {
            let Some(&score) = row.get(class) else { continue };
            if self.weight(i) > 0.0
                && winner(row, thresholds, usize::MAX) == Some(class)
                && let Some(to) = entries.get_mut(won)
            {
                *to = Entry { key: key_of(score.to_f64()), value: i as f64 };
                won += 1;
            }
        }
        won
    }

    /// The score of the first row, the least.
    fn least<S: Scalar>(&self, scores: &[S], class: usize, rest: &[Entry]) -> Option<f64> {
        // −0 is 0.
        Some(scores.get(rest.first()?.value as usize * self.classes + class)?.to_f64() + 0.0)
    }

    /// A row that a class has won goes to whoever is next.
    fn turn_over<S: Scalar>(
        &self,
        scores: &[S],
        row: usize,
        class: usize,
        thresholds: &[f64],
        counts: &mut [ClassCounts],
    ) {
        let start = row * self.classes;
        let Some(scores) = scores.get(start..start + self.classes) else { return };
        let (label, weight) = (self.labels.get(row).map_or(0, |&label| label as usize), self.weight(row));
        let next = winner(scores, thresholds, class).unwrap_or(self.none);
        for (predicted, weight) in [(class, -weight), (next, weight)] {
            if let Some(counts) = counts.get_mut(predicted) {
                let weight = Twofold::of(weight);
                counts.predicted = counts.predicted + weight;
                if predicted == label {
                    counts.tp = counts.tp + weight;
                }
            }
        }
    }
}

/// A score as a whole number in the order of scores.
fn key_of(score: f64) -> u64 {
    let bits = (score + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Fault;
    use crate::testing::cases;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    struct Given {
        classes: usize,
        scores: Vec<f64>,
        labels: Vec<i32>,
        weights: Option<Vec<f64>>,
        none: usize,
    }

    impl Given {
        fn rows(&self) -> Rows<'_> {
            Rows {
                scores: Numbers::F64(&self.scores),
                labels: &self.labels,
                weights: self.weights.as_deref(),
                classes: self.classes,
                none: self.none,
            }
        }
    }

    fn given() -> impl Strategy<Value = Given> {
        (2..5_usize, 1..40_usize).prop_flat_map(|(classes, rows)| {
            let score = prop_oneof![
                prop::sample::select(vec![
                    0.0,
                    -0.0,
                    5e-324,
                    0.25,
                    0.5,
                    0.5_f64.next_up(),
                    1.0,
                    f64::INFINITY,
                    f64::NEG_INFINITY
                ]),
                -2.0..2.0_f64
            ];
            let scores = prop::collection::vec(score, rows * classes);
            let labels = prop::collection::vec(0..classes as i32, rows);
            let weights = prop::option::of(prop::collection::vec(prop::sample::select(vec![0.0, 1.0, 3.0]), rows));
            (scores, labels, weights, 0..classes).prop_map(move |(scores, labels, weights, none)| Given {
                classes,
                scores,
                labels,
                weights,
                none,
            })
        })
    }

    const OBJECTIVES: [Objective; 4] =
        [Objective::Accuracy, Objective::MacroF1, Objective::WeightedF1, Objective::BalancedAccuracy];

    fn value_at(rows: &Rows<'_>, objective: Objective, thresholds: &[f64]) -> f64 {
        let mut counts = vec![ClassCounts::default(); rows.classes];
        rows.count(thresholds, &mut counts);
        value(objective, &counts)
    }

    proptest! {
        #![proptest_config(cases(200))]

        #[test]
        fn one_sweep_finds_what_trying_all_finds(given in given(), start in -1.0..1.0_f64) {
            let rows = given.rows();
            let (mut entries, mut spare) = (vec![Entry::default(); 40], vec![Entry::default(); 40]);
            for objective in OBJECTIVES {
                for class in 0..given.classes {
                    let mut thresholds = vec![start; given.classes];
                    let before = value_at(&rows, objective, &thresholds);
                    let mut counts = vec![ClassCounts::default(); given.classes];
                    let reached =
                        rows.improve(objective, class, &mut thresholds, &mut counts, &mut entries, &mut spare);
                    let mut all: Vec<f64> = given.scores.iter().skip(class).step_by(given.classes).copied().collect();
                    all.extend([f64::NEG_INFINITY, f64::INFINITY]);
                    let best = all.iter().map(|&threshold| {
                        let mut tried = vec![start; given.classes];
                        tried[class] = threshold;
                        value_at(&rows, objective, &tried)
                    });
                    let best = best.fold(before, f64::max);
                    prop_assert_eq!(reached, best);
                    prop_assert_eq!(value_at(&rows, objective, &thresholds), reached);
                    prop_assert!(reached > before || thresholds[class] == start);
                }
            }
        }
    }

    #[test]
    fn without_thresholds_the_largest_wins() {
        let given = Given {
            classes: 3,
            scores: vec![0.1, 0.7, 0.2, 0.5, 0.5, 0.0, -1.0, -2.0, -1.0],
            labels: vec![1, 0, 2],
            weights: None,
            none: 2,
        };
        let mut predicted = [9; 3];
        given.rows().predict(&[f64::NEG_INFINITY; 3], &mut predicted);
        assert_eq!(predicted, [1, 0, 0]);
        given.rows().predict(&[0.2, 0.8, 0.0], &mut predicted);
        assert_eq!(predicted, [2, 0, 2]);
    }

    #[test]
    fn faults_say_where() {
        let scores = [0.0, f64::NAN, 1.0, 0.0];
        let (mut labels, mut weights) = ([0; 2], [0.0; 2]);
        let fault = take(&Numbers::F64(&scores), &Numbers::U8(&[0, 1]), None, 2, (&mut labels, &mut weights));
        let Err(Fault { problem, argument, index, .. }) = fault else { panic!("no fault") };
        assert_eq!((problem, argument, index), (Problem::Nan, Argument::Predictions, 1));
    }
}
