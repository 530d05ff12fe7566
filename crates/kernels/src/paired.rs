//! Two models on the same rows: how often each pair of predictions meets each true class.
//!
//! Of C³ cells few occur, so a row becomes an entry of a sparse table ([`crate::sparse`]).

use crate::input::{Argument, BLOCK, Fault, Numbers};
use crate::sparse::Entry;

/// What both models say and what is true, a label for each row.
pub struct Rows<'a> {
    /// Of the first model.
    pub first: Numbers<'a>,
    /// Of the second.
    pub second: Numbers<'a>,
    /// True classes.
    pub targets: Numbers<'a>,
    /// Labels are below this number C, and C³ below 2⁵³.
    pub classes: i32,
    /// Rows with this target leave no entry.
    pub ignore: Option<f64>,
}

/// Writes an entry with the key (target · C + first) · C + second for each row that counts; how many there are. `to` has
/// room for one of every row.
pub fn entries(rows: &Rows<'_>, to: &mut [Entry]) -> Result<usize, Fault> {
    let Rows { first, second, targets, classes, ignore } = rows;
    let (mut a, mut b, mut t) = ([0; BLOCK], [0; BLOCK], [0; BLOCK]);
    let mut written = 0;
    for start in (0..targets.len()).step_by(BLOCK) {
        let len = BLOCK.min(targets.len() - start);
        let first = first.labels(start, len, *classes, None, Argument::Predictions, &mut a)?;
        let second = second.labels(start, len, *classes, None, Argument::Third, &mut b)?;
        let targets = targets.labels(start, len, *classes, *ignore, Argument::Targets, &mut t)?;
        for ((&first, &second), &target) in first.iter().zip(second).zip(targets) {
            if let (Ok(target), Some(to)) = (u64::try_from(target), to.get_mut(written)) {
                let classes = u64::from(classes.unsigned_abs());
                let pair = (target * classes + u64::from(first.unsigned_abs())) * classes;
                *to = Entry { key: pair + u64::from(second.unsigned_abs()), value: 0.0 };
                written += 1;
            }
        }
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Problem;
    use crate::testing::{LENGTHS, in_each_type, labels};

    fn keys(rows: &Rows<'_>) -> Result<Vec<u64>, Fault> {
        let mut to = vec![Entry::default(); rows.targets.len()];
        let written = entries(rows, &mut to)?;
        Ok(to[..written].iter().map(|entry| entry.key).collect())
    }

    #[test]
    fn rows_become_keys_in_their_order() {
        for len in LENGTHS {
            let [a, b, t] = [1, 2, 3].map(|seed| labels(seed, len, 5));
            for ignore in [None, Some(2.0)] {
                let kept = (0..len).filter(|&i| ignore != Some(t[i]));
                let expected: Vec<u64> = kept.map(|i| ((t[i] * 5.0 + a[i]) * 5.0 + b[i]) as u64).collect();
                for found in in_each_type(&t, |targets| {
                    keys(&Rows { first: Numbers::F64(&a), second: Numbers::F64(&b), targets, classes: 5, ignore })
                }) {
                    assert_eq!(found.as_ref(), Ok(&expected));
                }
            }
        }
    }

    #[test]
    fn a_label_outside_the_classes_is_told() {
        let (fine, wrong) = ([0.0, 1.0, 1.0], [0.0, 1.0, 2.0]);
        let rows = |a, b, t| Rows {
            first: Numbers::F64(a),
            second: Numbers::F64(b),
            targets: Numbers::F64(t),
            classes: 2,
            ignore: None,
        };
        for (rows, argument) in [
            (rows(&wrong, &fine, &fine), Argument::Predictions),
            (rows(&fine, &wrong, &fine), Argument::Third),
            (rows(&fine, &fine, &wrong), Argument::Targets),
        ] {
            assert_eq!(keys(&rows), Err(Fault { problem: Problem::Label, argument, index: 2, value: 2.0 }));
        }
    }
}
