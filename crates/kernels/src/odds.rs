//! The odds of classes: what ranks softmax probabilities without their ties.
//!
//! Probabilities near 1 are equal to their last digit long before their logits are, so rows of logits are ranked by the
//! logarithm of the odds, ln(p / (1 − p)), which has the order of p. With m the largest logit and S the sum of e^(xⱼ − m)
//! over the others, it is −ln S for the largest and (x − m) − ln(1 + S − e^(x − m)) for another one. Of two classes it is
//! the difference of their logits, which never turns an order round: each class then ranks rows as the other one does.

use crate::input::{Argument, BLOCK, Fault, Numbers, Problem, Status};
use crate::losses::Look;
use crate::math::Math;
use crate::simd::{Scalar, Vector};
use crate::tile;

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
    let (tile, exponentials) = S::Vector::arrays_mut(room).split_at_mut_checked(classes)?;
    let math = Math::<S::Vector>::new();
    let together = S::Vector::LANES * classes;
    let block = BLOCK * classes;
    for (index, (logits, to)) in logits.chunks(block).zip(to.chunks_mut(block)).enumerate() {
        if logits.iter().fold(false, |bad, x| bad | x.to_f64().is_nan()) {
            return Some(index * block);
        }
        for (logits, to) in logits.chunks(together).zip(to.chunks_mut(together)) {
            let largest = tile::transpose::<S::Vector>(logits, classes, tile);
            log_odds(&math, logits, largest, tile, exponentials);
            for (lane, to) in to.chunks_mut(classes).enumerate() {
                for (to, odds) in to.iter_mut().zip(&*tile) {
                    *to = odds.as_ref().get(lane).copied().unwrap_or(S::ZERO);
                }
            }
        }
    }
    None
}

/// Logarithms of odds in the place of logits, which `rows` are as they were given.
fn log_odds<V: Vector>(
    math: &Math<V>,
    rows: &[V::Scalar],
    largest: V,
    tile: &mut [V::Array],
    exponentials: &mut [V::Array],
) {
    let look = Look { classes: [0; 4], own: largest, largest }.settled(math, tile);
    if let [first, second] = tile {
        let difference = V::load(first) - V::load(second);
        difference.store(first);
        return (-difference).store(second);
    }
    let look = look.of_largest(tile);
    exponentials.iter_mut().zip(&*tile).for_each(|(to, x)| V::load(x).store(to));
    let row = look.softmax(math, rows, exponentials);
    let (of_largest, unit) = (-math.ln(row.odds), math.one / row.own);
    for (x, e) in tile.iter_mut().zip(&*exponentials) {
        let logit = V::load(x);
        // What rounding makes less than nothing is nothing.
        let others = (row.odds - V::load(e) * unit).pmax(math.zero);
        let odds = (logit - look.largest) - math.ln_1p(others);
        V::select(logit.eq(look.largest), of_largest, odds).store(x);
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
