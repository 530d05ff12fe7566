//! The odds of classes: what ranks softmax probabilities without their ties.
//!
//! Probabilities near 1 are equal to their last digit long before their logits are, so rows of logits are ranked by the
//! logarithm of the odds, ln(p / (1 − p)), which has the order of p. With m the largest logit, n the next one and S the sum
//! of e^(xⱼ − n) over all but m, it is (m − n) − ln(1 + (S − 1)) for the largest, and (x − m) − ln(1 + e^(n − m)·(S −
//! e^(x − n))) for another one. Of two classes that is the difference of their logits.
//!
//! Only differences of logits are computed with, each rounded once to float64, and S is an exact sum of their
//! exponentials, rounded to a grid. So rows whose differences are the same have the same odds to the last bit, in
//! whatever order their classes stand and by whatever they were moved.

use crate::input::{Argument, BLOCK, Fault, Numbers, Problem, Status};
use crate::math::Math;
use crate::simd::{F64x2, Scalar, Vector};

/// Words of room for each class.
pub const ROOM: usize = 4;

/// Where odds are written.
pub enum Odds<'a> {
    /// In float32, of such logits.
    F32(&'a mut [f32]),
    /// In float64, of such logits.
    F64(&'a mut [f64]),
}

/// Writes the logarithms of the odds of each class in each row. `room` has [`ROOM`] words for each class.
pub fn write(logits: Numbers<'_>, classes: usize, room: &mut [i64], to: Odds<'_>) -> Status {
    let nan = match (&logits, to) {
        (Numbers::F32(from), Odds::F32(to)) => rows(from, classes, room, to),
        (Numbers::F64(from), Odds::F64(to)) => rows(from, classes, room, to),
        _ => return Err(Fault::misuse(Argument::Predictions)),
    };
    nan.map_or(Ok(()), |start| {
        let len = (BLOCK * classes).min(logits.len() - start);
        Err(logits.fault(start, len, Argument::Predictions, Problem::Nan, f64::is_nan))
    })
}

/// Where a block begins that has a NaN.
fn rows<S: Scalar>(logits: &[S], classes: usize, room: &mut [i64], to: &mut [S]) -> Option<usize> {
    let (tile, exponentials) = F64x2::arrays_mut(room).split_at_mut_checked(classes)?;
    let row = Row::new();
    let together = F64x2::LANES * classes;
    let block = BLOCK * classes;
    for (index, (logits, to)) in logits.chunks(block).zip(to.chunks_mut(block)).enumerate() {
        if logits.iter().fold(false, |bad, x| bad | x.to_f64().is_nan()) {
            return Some(index * block);
        }
        for (logits, to) in logits.chunks(together).zip(to.chunks_mut(together)) {
            // A last row without another one is in both lanes.
            let first = logits.get(..classes).unwrap_or(&[]);
            let second = logits.get(classes..).filter(|rest| !rest.is_empty()).unwrap_or(first);
            for ((lanes, a), b) in tile.iter_mut().zip(first).zip(second) {
                *lanes = [a.to_f64(), b.to_f64()];
            }
            row.log_odds(tile, exponentials);
            for (lane, to) in to.chunks_mut(classes).enumerate() {
                for (to, odds) in to.iter_mut().zip(&*tile) {
                    *to = S::from_f64(odds.get(lane).copied().unwrap_or(0.0));
                }
            }
        }
    }
    None
}

/// What rows are computed with.
struct Row {
    math: Math<F64x2>,
    zero: F64x2,
    coarse: F64x2,
    fine: F64x2,
}

/// Numbers in 0..=1 rounded to multiples of 2⁻³², and what is left of them to multiples of 2⁻⁶⁴: sums of 2²⁰ of each are
/// exact.
#[derive(Clone, Copy)]
struct OnGrid {
    coarse: F64x2,
    fine: F64x2,
}

/// a − b, and 0 of equal infinities.
fn difference(a: F64x2, b: F64x2, zero: F64x2) -> F64x2 {
    F64x2::select(a.eq(b), zero, a - b)
}

impl Row {
    fn new() -> Self {
        // Adding 1.5 · 2⁵² times a unit rounds to that unit.
        let magic = |unit: f64| F64x2::splat(core::hint::black_box(1.5 * (1_u64 << 52) as f64 * unit));
        let unit = 1.0 / (1_u64 << 32) as f64;
        Self { math: Math::new(), zero: F64x2::splat(0.0), coarse: magic(unit), fine: magic(unit * unit) }
    }

    fn on_grid(&self, x: F64x2) -> OnGrid {
        let coarse = (x + self.coarse) - self.coarse;
        OnGrid { coarse, fine: ((x - coarse) + self.fine) - self.fine }
    }

    /// Logarithms of odds in the place of logits.
    fn log_odds(&self, tile: &mut [[f64; 2]], exponentials: &mut [[f64; 2]]) {
        let Self { math, zero, .. } = self;
        let lowest = F64x2::splat(f64::NEG_INFINITY);
        let (mut largest, mut next) = (lowest, lowest);
        for x in &*tile {
            let x = F64x2::load(x);
            next = next.pmax(largest.pmin(x));
            largest = largest.pmax(x);
        }
        // Of all, the largest counted as if it were the next one: 1 too much.
        let mut sum = OnGrid { coarse: -math.one, fine: *zero };
        for (x, to) in tile.iter().zip(&mut *exponentials) {
            let exponential = math.exp(difference(F64x2::load(x).pmin(next), next, *zero));
            exponential.store(to);
            let OnGrid { coarse, fine } = self.on_grid(exponential);
            sum = OnGrid { coarse: sum.coarse + coarse, fine: sum.fine + fine };
        }
        // Of one class there are no others.
        let behind = ((sum.coarse - math.one) + sum.fine).pmax(*zero);
        let of_largest = difference(largest, next, *zero) - math.ln_1p(behind);
        let share = math.exp(difference(next, largest, *zero));
        for (x, exponential) in tile.iter_mut().zip(&*exponentials) {
            let logit = F64x2::load(x);
            let OnGrid { coarse, fine } = self.on_grid(F64x2::load(exponential));
            let others = (sum.coarse - coarse) + (sum.fine - fine);
            let odds = (logit - largest) - math.ln_1p(share * others);
            F64x2::select(logit.eq(largest), of_largest, odds).store(x);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{LENGTHS, f32s, units};

    fn wide(logits: &[f64], classes: usize) -> Result<Vec<f64>, Fault> {
        let mut to = vec![f64::NAN; logits.len()];
        write(Numbers::F64(logits), classes, &mut vec![0; ROOM * classes], Odds::F64(&mut to)).map(|()| to)
    }

    fn narrow(logits: &[f32], classes: usize) -> Result<Vec<f32>, Fault> {
        let mut to = vec![f32::NAN; logits.len()];
        write(Numbers::F32(logits), classes, &mut vec![0; ROOM * classes], Odds::F32(&mut to)).map(|()| to)
    }

    /// ln p − ln(1 − p), from sums of positive numbers alone.
    fn slow(row: &[f64], class: usize) -> f64 {
        let others: f64 = (0..row.len()).filter(|&c| c != class).map(|c| (row[c] - row[class]).exp()).sum();
        -others.ln()
    }

    #[test]
    fn agrees_with_the_definition() {
        for classes in [1, 2, 3, 5, 10, 101] {
            for rows in LENGTHS.into_iter().filter(|rows| rows * classes < 20_000) {
                let logits: Vec<f64> =
                    units(rows as u64, rows * classes).iter().map(|u| f64::from((u * 60.0 - 30.0) as f32)).collect();
                let (wide, narrow) = (wide(&logits, classes).unwrap(), narrow(&f32s(&logits), classes).unwrap());
                for (i, row) in logits.chunks(classes).enumerate() {
                    for class in 0..classes {
                        let (expected, at) = (slow(row, class), i * classes + class);
                        if expected.is_infinite() {
                            assert_eq!((wide[at], f64::from(narrow[at])), (expected, expected));
                            continue;
                        }
                        let size = expected.abs().max(1.0);
                        assert!((wide[at] - expected).abs() <= 1e-14 * size, "{row:?}: {} for {expected}", wide[at]);
                        let error = (f64::from(narrow[at]) - expected).abs();
                        assert!(error <= 5e-7 * size, "{row:?}: {} for {expected}", narrow[at]);
                    }
                }
            }
        }
    }

    #[test]
    fn two_classes_have_opposite_odds() {
        let logits = units(5, 2000);
        for row in wide(&logits, 2).unwrap().chunks(2) {
            assert_eq!(row[0], -row[1]);
        }
        // Of softmax probabilities in float64 both rows would be equal.
        let odds = wide(&[0.1, 0.2, 0.3, 0.4], 2).unwrap();
        assert!(odds[1] < odds[3] && odds[0] > odds[2]);
    }

    #[test]
    fn equal_logits_have_equal_odds() {
        let row = [3.5, -1.0, 3.5, 3.5, -1.0];
        let odds = wide(&row, 5).unwrap();
        assert_eq!((odds[0], odds[1]), (odds[2], odds[4]));
        assert_eq!(odds[2], odds[3]);
        assert!(odds[0] > odds[1]);
    }

    #[test]
    fn equal_differences_have_equal_odds() {
        for classes in [2, 3, 4, 7, 50] {
            for seed in 0..200 {
                // Multiples of 1/8, which a shift leaves as they are, and others, which only their order is changed of.
                let row: Vec<f64> = units(seed, classes)
                    .iter()
                    .map(|u| f64::from(((u * 60.0 - 30.0) * 8.0).round() as f32) / 8.0)
                    .collect();
                let shifted: Vec<f64> = row.iter().map(|x| x + 3.5).collect();
                let any: Vec<f64> =
                    units(seed + 1, classes).iter().map(|u| f64::from((u * 9.0 - 4.0) as f32)).collect();
                for (row, other, turn) in [(&row, &shifted, 0), (&row, &shifted, 1), (&any, &any, 2)] {
                    let mut turned = other.clone();
                    turned.rotate_left(turn % classes);
                    let mut expected = wide(row, classes).unwrap();
                    expected.rotate_left(turn % classes);
                    assert_eq!(wide(&turned, classes).unwrap(), expected, "{row:?}");
                    let mut expected = narrow(&f32s(row), classes).unwrap();
                    expected.rotate_left(turn % classes);
                    assert_eq!(narrow(&f32s(&turned), classes).unwrap(), expected, "{row:?}");
                }
            }
        }
        // Class 0 of both has the same odds, whatever the others are called.
        let odds = wide(&[2.0, -1.0, 0.0, 0.0, -3.0, -2.0], 3).unwrap();
        assert_eq!(odds[0], odds[3]);
    }

    #[test]
    fn odds_go_on_where_probabilities_are_1() {
        let margins = [17.0_f32, 20.0, 40.0, 80.0];
        let logits: Vec<f32> = margins.iter().flat_map(|&margin| [margin, 0.0, 0.0]).collect();
        let odds = narrow(&logits, 3).unwrap();
        let of_first: Vec<f32> = odds.iter().copied().step_by(3).collect();
        assert!(of_first.is_sorted_by(|a, b| a < b), "{of_first:?}");
    }

    #[test]
    fn infinite_logits_are_their_limit() {
        let infinity = f64::INFINITY;
        let half = -0.0;
        assert_eq!(wide(&[infinity, 0.0, infinity], 3).unwrap(), [half, -infinity, half]);
        assert_eq!(wide(&[infinity, 0.0, 5.0], 3).unwrap(), [infinity, -infinity, -infinity]);
        assert_eq!(wide(&[0.0, -infinity], 2).unwrap(), [infinity, -infinity]);
        assert_eq!(wide(&[-infinity, -infinity], 2).unwrap(), [half, half]);
    }

    #[test]
    fn the_first_nan_is_told() {
        for at in [0, 7, 3 * 1024 + 5] {
            let mut logits = vec![0.5; 3 * 2000];
            logits[at] = f64::NAN;
            logits[at + 700] = f64::NAN;
            for fault in [wide(&logits, 3).unwrap_err(), narrow(&f32s(&logits), 3).unwrap_err()] {
                assert_eq!((fault.problem, fault.argument, fault.index), (Problem::Nan, Argument::Predictions, at));
            }
        }
        let misuse = Err(Fault::misuse(Argument::Predictions));
        assert_eq!(write(Numbers::F32(&[1.0]), 1, &mut [0; ROOM], Odds::F64(&mut [0.0])), misuse);
    }
}
