//! How sure an area under the ROC curve is, and the difference of two on the same rows (DeLong, DeLong and
//! Clarke-Pearson 1988).
//!
//! The placement of a positive row is the number of negative rows that it beats, that of a negative row the number of
//! positive rows that beat it, ties counting half. The variance of an area is made of those of its placements, that of a
//! difference of two areas of those of the differences, row by row. Sorting gives all placements at once (Sun and Xu
//! 2014). Twice a placement is a whole number, so sums of squares are exact, and each is rounded once.

use super::{Entry, Sorted};
use crate::input::{Argument, BLOCK, Numbers, Status};
use crate::sort::{descending_double, sort_by};

/// What two areas and the variance of their difference are made of; of one curve, what its own area is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Moments {
    /// Positive rows.
    pub positives: f64,
    /// Negative rows.
    pub negatives: f64,
    /// Twice the U statistics; 0 where there is no second curve.
    pub doubled_u: [f64; 2],
    /// m·Σd² − (Σd)² of the m positive rows, d being the difference of both doubled placements; then the same of the
    /// negative rows.
    pub spreads: [f64; 2],
}

/// Sums over the rows of one class. Of 2³¹ rows none reaches 2¹²⁷.
#[derive(Clone, Copy, Default)]
struct Sums {
    rows: i128,
    placements: [i128; 2],
    squares: i128,
}

impl Sums {
    /// Adds rows that are alike.
    #[inline(always)]
    fn add(&mut self, rows: i128, [x, y]: [u64; 2]) {
        let [x, y] = [i128::from(x), i128::from(y)];
        self.rows += rows;
        self.placements[0] += rows * x;
        self.placements[1] += rows * y;
        self.squares += rows * ((x - y) * (x - y));
    }

    fn spread(&self) -> f64 {
        let difference = self.placements[0] - self.placements[1];
        (self.rows * self.squares - difference * difference) as f64
    }
}

fn moments(positives: &Sums, negatives: &Sums) -> Moments {
    Moments {
        positives: positives.rows as f64,
        negatives: negatives.rows as f64,
        doubled_u: positives.placements.map(|sum| sum as f64),
        spreads: [positives.spread(), negatives.spread()],
    }
}

impl<E: Entry> Sorted<'_, E> {
    /// Of this curve alone. Without weights: these would be counted as rows.
    pub fn moments(&self) -> Moments {
        let negatives = self.counts().negatives as u64;
        let (mut of_positives, mut of_negatives) = (Sums::default(), Sums::default());
        let (mut positives_above, mut negatives_above) = (0, 0);
        self.groups(|group| {
            let (p, n) = (group.positive as u64, group.negative as u64);
            let placement = doubled(negatives - negatives_above - n, n);
            of_positives.add(p.into(), [placement, 0]);
            of_negatives.add(n.into(), [doubled(positives_above, p), 0]);
            positives_above += p;
            negatives_above += n;
        });
        moments(&of_positives, &of_negatives)
    }
}

/// Twice a placement: so many are beaten, so many tied.
fn doubled(beaten: u64, tied: u64) -> u64 {
    2 * beaten + tied
}

/// A row to be sorted.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct Row {
    /// The score, the largest first.
    key: u64,
    row: u32,
    positive: u32,
}

/// Writes rows beginning with number `first`.
pub fn append(to: &mut [Row], first: usize, scores: &Numbers<'_>, labels: &Numbers<'_>) -> Status {
    let (mut buffer, mut label_buffer) = ([0.0; BLOCK], [0; BLOCK]);
    for start in (0..labels.len()).step_by(BLOCK) {
        let len = BLOCK.min(labels.len() - start);
        let scores = scores.logits::<f64>(start, len, Argument::Predictions, &mut buffer)?;
        let labels = labels.labels(start, len, 2, None, Argument::Targets, &mut label_buffer)?;
        let to = to.get_mut(first + start..).unwrap_or(&mut []);
        for ((i, to), (&score, &label)) in to.iter_mut().enumerate().zip(scores.iter().zip(labels)) {
            let row = (first + start + i) as u32;
            *to = Row { key: descending_double(score), row, positive: label.unsigned_abs() };
        }
    }
    Ok(())
}

/// A row's doubled placement, and in the lowest bit its label.
pub type Placement = u64;

/// Sorts rows and writes the placement of each, by its number; `spare` is room like theirs.
pub fn place(rows: &mut [Row], spare: &mut [Row], to: &mut [Placement]) {
    sort_by(rows, spare, |row| row.key);
    let positives_of = |rows: &[Row]| rows.iter().map(|row| u64::from(row.positive)).sum::<u64>();
    let negatives = rows.len() as u64 - positives_of(rows);
    let (mut positives_above, mut negatives_above) = (0, 0);
    for tied in rows.chunk_by(|a, b| a.key == b.key) {
        let p = positives_of(tied);
        let n = tied.len() as u64 - p;
        let of_positive = doubled(negatives - negatives_above - n, n);
        let of_negative = doubled(positives_above, p);
        for row in tied {
            let placement = if row.positive == 1 { of_positive } else { of_negative };
            if let Some(to) = to.get_mut(row.row as usize) {
                *to = placement << 1 | u64::from(row.positive);
            }
        }
        positives_above += p;
        negatives_above += n;
    }
}

/// Of two curves on the same rows.
pub fn joint_moments(first: &[Placement], second: &[Placement]) -> Moments {
    let mut sums = [Sums::default(); 2];
    for (&a, &b) in first.iter().zip(second) {
        sums[(a & 1) as usize].add(1, [a >> 1, b >> 1]);
    }
    let [negatives, positives] = sums;
    moments(&positives, &negatives)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::{Fill, Place, Tally, append as append_entries, remember, remembered, sort};
    use crate::testing::{LENGTHS, labels, units};

    /// Scores with many ties, of both signs.
    fn scores(seed: u64, len: usize) -> Vec<f64> {
        units(seed, len).into_iter().map(|u| (u * 12.0).floor() / 4.0 - 1.5).collect()
    }

    /// By the definition: for each row, those of the other class one by one.
    fn slow_placements(x: &[f64], y: &[f64]) -> Vec<u64> {
        let of = |i: usize| {
            let others = (0..x.len()).filter(|&j| y[j] != y[i]);
            others.fold(0, |sum, j| {
                let (winner, loser) = if y[i] == 1.0 { (x[i], x[j]) } else { (x[j], x[i]) };
                sum + u64::from(winner > loser) + u64::from(winner >= loser)
            })
        };
        (0..x.len()).map(|i| of(i) << 1 | y[i] as u64).collect()
    }

    fn placements(x: &[f64], y: &[f64]) -> Vec<u64> {
        let mut rows = vec![Row::default(); x.len()];
        let (mut spare, mut to) = (rows.clone(), vec![0; x.len()]);
        let half = x.len() / 2;
        append(&mut rows, 0, &Numbers::F64(&x[..half]), &Numbers::F64(&y[..half])).unwrap();
        append(&mut rows, half, &Numbers::F64(&x[half..]), &Numbers::F64(&y[half..])).unwrap();
        place(&mut rows, &mut spare, &mut to);
        to
    }

    #[test]
    fn placements_are_wins_and_ties() {
        for len in LENGTHS {
            let (x, y) = (scores(1, len), labels(2, len, 2));
            assert_eq!(placements(&x, &y), slow_placements(&x, &y), "{len}");
        }
        assert_eq!(placements(&[-0.0, 0.0], &[1.0, 0.0]), [3, 2], "−0 ties with 0");
    }

    /// Of the sorted entries, as float32.
    fn sorted_moments(x: &[f64], y: &[f64]) -> Moments {
        let (mut room, mut fill) = (vec![0_u32; x.len()], Fill::default());
        let place = Place { columns: 1, column: 0, label_columns: 1, positive: 1, against: -1, classes: 2 };
        append_entries(&mut room, &mut fill, &Numbers::F64(x), &Numbers::F64(y), None, &place).unwrap();
        let mut spare = room.clone();
        sort(&mut room, &mut spare, fill);
        let mut counts = vec![Tally::default(); remembered(x.len())];
        remember(&room, fill, &mut counts);
        Sorted::new(&room, fill, &counts).moments()
    }

    #[test]
    fn both_ways_give_the_same_moments() {
        for len in LENGTHS {
            let (a, b, y) = (scores(1, len), scores(3, len), labels(2, len, 2));
            let (of_a, of_b) = (placements(&a, &y), placements(&b, &y));
            // Against placements of 0 with the labels of the rows.
            let none: Vec<Placement> = of_a.iter().map(|placement| placement & 1).collect();
            assert_eq!(sorted_moments(&a, &y), joint_moments(&of_a, &none));
            let joint = joint_moments(&of_a, &of_b);
            assert_eq!(joint.doubled_u, [sorted_moments(&a, &y), sorted_moments(&b, &y)].map(|m| m.doubled_u[0]));
            assert_eq!(joint_moments(&of_a, &of_a).spreads, [0.0; 2]);
        }
    }

    #[test]
    fn spreads_are_variances_of_differences() {
        let (a, b, y) = (scores(1, 300), scores(3, 300), labels(2, 300, 2));
        let (of_a, of_b) = (slow_placements(&a, &y), slow_placements(&b, &y));
        let joint = joint_moments(&placements(&a, &y), &placements(&b, &y));
        for (label, spread) in [1, 0].into_iter().zip(joint.spreads) {
            let rows = of_a.iter().zip(&of_b).filter(|(a, _)| *a & 1 == label);
            let differences: Vec<f64> = rows.map(|(a, b)| (a >> 1) as f64 - (b >> 1) as f64).collect();
            let n = differences.len() as f64;
            let mean = differences.iter().sum::<f64>() / n;
            let squares: f64 = differences.iter().map(|d| (d - mean) * (d - mean)).sum();
            assert!((spread / n - squares).abs() < 1e-12 * squares);
        }
    }

    #[test]
    fn a_label_that_is_none_is_told() {
        let mut rows = [Row::default(); 2];
        let fault = append(&mut rows, 0, &Numbers::F64(&[0.0, 1.0]), &Numbers::F64(&[1.0, 2.0])).unwrap_err();
        assert_eq!((fault.argument, fault.index), (Argument::Targets, 1));
        let fault = append(&mut rows, 0, &Numbers::F64(&[f64::NAN, 1.0]), &Numbers::F64(&[1.0, 0.0])).unwrap_err();
        assert_eq!((fault.argument, fault.index), (Argument::Predictions, 0));
    }
}
