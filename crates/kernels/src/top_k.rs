//! Top-k accuracy: the share of rows whose target is among the largest scores.
//!
//! State: two counters, rows that are right and all rows, or two sums where rows have weights. It does not grow with the
//! number of classes, which a confusion matrix does.

use crate::decide::{Choice, From, Ties};
use crate::input::{Argument, BLOCK, Fault, Numbers, Status};
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::sum;

/// How rows are counted.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Which rows are their target.
    pub choice: Choice,
    /// Targets that are left out.
    pub ignore: Option<f64>,
    /// Whether rows have weights.
    pub weighted: bool,
}

impl Metric for Config {
    const KIND: Kind = Kind::TopK;

    fn from_config(&[classes, top, ties, ignoring, ignore, weighted, ..]: &state::Config) -> Option<Self> {
        // Up to here a column's number is exact in float32.
        ((1.0..=16_777_216.0).contains(&classes) && top >= 1.0).then_some(Self {
            choice: Choice {
                classes: classes as usize,
                from: From::Logits,
                top: top as usize,
                ties: Ties::from_code(ties),
            },
            ignore: (ignoring == 1.0).then_some(ignore),
            weighted: weighted == 1.0,
        })
    }

    fn layout(&self) -> Layout {
        let (counters, sums) = if self.weighted { (0, 2) } else { (2, 0) };
        Layout { counters, sums, scratch: self.choice.scratch() }
    }
}

/// Adds rows. On a fault the state may hold some of them.
pub fn update(
    config: &Config,
    words: &mut [i64],
    scores: Numbers<'_>,
    targets: Numbers<'_>,
    weights: Option<Numbers<'_>>,
) -> Status {
    let layout = config.layout();
    let Some(Parts { counters, sums, scratch }) = layout.split(words) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    let (mut label_buffer, mut chosen, mut weight_buffer) = ([0; BLOCK], [0; BLOCK], [0.0; BLOCK]);
    let classes = config.choice.classes as i32;
    let rows = targets.len();
    for start in (0..rows).step_by(BLOCK) {
        let len = BLOCK.min(rows - start);
        let labels = targets.labels(start, len, classes, config.ignore, Argument::Targets, &mut label_buffer)?;
        config.choice.choose(&scores, labels, start, len, scratch, &mut chosen)?;
        // An ignored label is −1, which has no score: it may seem to be among the largest.
        let kept = labels.iter().zip(&chosen).take(len).map(|(&label, &class)| {
            let keep = label >= 0;
            (keep && label == class, keep)
        });
        match (&weights, &mut *counters, &mut *sums) {
            (None, [hits, all], []) => {
                for (hit, keep) in kept {
                    *hits += i64::from(hit);
                    *all += i64::from(keep);
                }
            }
            (Some(weights), [], [hits, all]) => {
                let weights = weights.weights(start, len, Argument::SampleWeight, &mut weight_buffer)?;
                for ((hit, keep), &weight) in kept.zip(weights) {
                    if hit {
                        sum::add(hits, weight);
                    }
                    if keep {
                        sum::add(all, weight);
                    }
                }
            }
            _ => return Err(Fault::misuse(Argument::SampleWeight)),
        }
    }
    layout.canonicalise(words);
    Ok(())
}

/// Rows that are right, and all rows, or their weight.
pub fn finish(config: &Config, words: &mut [i64]) -> [f64; 2] {
    match config.layout().split(words) {
        Some(Parts { counters: [hits, all], .. }) => [*hits as f64, *all as f64],
        Some(Parts { sums: [hits, all], .. }) => [sum::value(hits), sum::value(all)],
        _ => [0.0; 2],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Problem;
    use crate::testing::{cases, empty, f32s, labels, order, saved, shuffled, units};
    use proptest::prelude::*;

    fn config(classes: usize, top: usize, ties: Ties, weighted: bool) -> Config {
        Config { choice: Choice { classes, from: From::Logits, top, ties }, ignore: None, weighted }
    }

    fn count(config: &Config, x: Numbers<'_>, y: Numbers<'_>, w: Option<Numbers<'_>>) -> Result<[f64; 2], Fault> {
        let mut words = empty(config);
        update(config, &mut words, x, y, w)?;
        Ok(finish(config, &mut words))
    }

    #[test]
    fn rows_with_their_target_among_the_largest() {
        let scores = [0.1, 0.7, 0.2, 0.5, 0.0, 0.5, 3.0, 3.0, 3.0];
        let (x, y) = (Numbers::F64(&scores), Numbers::U8(&[2, 2, 1]));
        let hits = |top, ties| count(&config(3, top, ties, false), x, y, None).unwrap();
        assert_eq!([1, 2, 3, 9].map(|top| hits(top, Ties::First)), [[0.0, 3.0], [3.0, 3.0], [3.0, 3.0], [3.0, 3.0]]);
        assert_eq!([1, 2, 3].map(|top| hits(top, Ties::Last)), [[1.0, 3.0], [3.0, 3.0], [3.0, 3.0]]);
        let kept = Config { ignore: Some(2.0), ..config(3, 1, Ties::First, false) };
        assert_eq!(count(&kept, x, y, None), Ok([0.0, 1.0]));
        // All rows are right, but those that are ignored do not count, whatever their scores.
        let infinite = [0.0, 1.0, 2.0, f64::NEG_INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        let ignoring = Config { ignore: Some(2.0), ..config(3, 3, Ties::First, false) };
        assert_eq!(count(&ignoring, Numbers::F64(&infinite), Numbers::U8(&[0, 2]), None), Ok([1.0, 1.0]));
        let weighted = config(3, 1, Ties::Last, true);
        assert_eq!(count(&weighted, x, y, Some(Numbers::F64(&[1e300, 0.5, 1e-300]))), Ok([0.5, 1e300]));
        assert_eq!(count(&weighted, x, y, None), Err(Fault::misuse(Argument::SampleWeight)));
    }

    proptest! {
        #![proptest_config(cases(100))]

        #[test]
        fn counts_are_ranks_whatever_order_and_cut(
            len in 1..2100usize, classes in 1..7usize, top in 1..5usize, cut: usize, seed: u64, last: bool, weighted: bool,
        ) {
            let ties = if last { Ties::Last } else { Ties::First };
            let config = config(classes, top, ties, weighted);
            let x: Vec<f64> = units(seed, len * classes).iter().map(|u| (u * 5.0).floor() - 2.0).collect();
            let (y, w) = (labels(seed ^ 1, len, classes), labels(seed ^ 2, len, 3));
            let (mut hits, mut all) = (0.0, 0.0);
            for ((row, &y), &w) in x.chunks(classes).zip(&y).zip(&w) {
                let own = row[y as usize];
                let nearer = |k: usize| if last { k as f64 > y } else { (k as f64) < y };
                let rank = row.iter().enumerate().filter(|&(k, &x)| x > own || (x == own && nearer(k))).count();
                let w = if weighted { w } else { 1.0 };
                all += w;
                hits += if rank < top { w } else { 0.0 };
            }
            let weigh = |w| weighted.then_some(Numbers::F64(w));
            let mut words = empty(&config);
            update(&config, &mut words, Numbers::F32(&f32s(&x)), Numbers::F64(&y), weigh(&w)).unwrap();
            prop_assert_eq!(finish(&config, &mut words), [hits, all]);
            let rows = order(seed, len);
            let (x, y, w) = (shuffled(&x, classes, &rows), shuffled(&y, 1, &rows), shuffled(&w, 1, &rows));
            let mut parts = empty(&config);
            let cut = cut % (len + 1);
            for part in [0..cut, cut..len] {
                let scores = &x[part.start * classes..part.end * classes];
                update(&config, &mut parts, Numbers::F64(scores), Numbers::F64(&y[part.clone()]), weigh(&w[part])).unwrap();
            }
            prop_assert_eq!(saved(&config, parts), saved(&config, words));
        }
    }

    #[test]
    fn faults_say_where() {
        let nan = count(
            &config(2, 1, Ties::First, false),
            Numbers::F32(&[0.0, 1.0, 2.0, f32::NAN]),
            Numbers::U8(&[0, 1]),
            None,
        );
        let fault = nan.unwrap_err();
        assert_eq!((fault.problem, fault.argument, fault.index), (Problem::Nan, Argument::Predictions, 3));
        let label = count(&config(2, 1, Ties::First, false), Numbers::F32(&[0.0; 4]), Numbers::I32(&[0, 2]), None);
        let fault = label.unwrap_err();
        assert_eq!(
            (fault.problem, fault.argument, fault.index, fault.value),
            (Problem::Label, Argument::Targets, 1, 2.0)
        );
    }
}
