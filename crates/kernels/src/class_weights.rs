//! How often each class occurs: what balanced class weights are made of.
//!
//! State: one counter for each class, or one sum for each class where rows have weights.

use crate::input::{Argument, BLOCK, Fault, Numbers, Status};
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::sum;

/// How classes are counted.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Number of classes.
    pub classes: usize,
    /// Labels that are left out.
    pub ignore: Option<f64>,
    /// Whether rows have weights.
    pub weighted: bool,
}

impl Metric for Config {
    const KIND: Kind = Kind::ClassCounts;

    fn from_config(&[classes, ignoring, ignore, weighted, ..]: &state::Config) -> Option<Self> {
        (1.0..=f64::from(i32::MAX)).contains(&classes).then_some(Self {
            classes: classes as usize,
            ignore: (ignoring == 1.0).then_some(ignore),
            weighted: weighted == 1.0,
        })
    }

    fn layout(&self) -> Layout {
        let (counters, sums) = if self.weighted { (0, self.classes) } else { (self.classes, 0) };
        Layout { counters, sums, scratch: 0 }
    }
}

/// Adds rows. On a fault the state may hold some of them.
pub fn update(config: &Config, words: &mut [i64], labels: Numbers<'_>, weights: Option<Numbers<'_>>) -> Status {
    let layout = config.layout();
    let Some(Parts { counters, sums, .. }) = layout.split(words) else {
        return Err(Fault::misuse(Argument::Targets));
    };
    if weights.is_some() != config.weighted {
        return Err(Fault::misuse(Argument::SampleWeight));
    }
    let (mut label_buffer, mut weight_buffer) = ([0; BLOCK], [0.0; BLOCK]);
    let rows = labels.len();
    for start in (0..rows).step_by(BLOCK) {
        let len = BLOCK.min(rows - start);
        let classes = config.classes as i32;
        let labels = labels.labels(start, len, classes, config.ignore, Argument::Targets, &mut label_buffer)?;
        // An ignored label is −1: as a place it is far outside.
        match &weights {
            None => {
                for &label in labels {
                    if let Some(counter) = counters.get_mut(label as usize) {
                        *counter += 1;
                    }
                }
            }
            Some(weights) => {
                let weights = weights.weights(start, len, Argument::SampleWeight, &mut weight_buffer)?;
                for (&label, &weight) in labels.iter().zip(weights) {
                    if let Some(sum) = sums.get_mut(label as usize) {
                        sum::add(sum, weight);
                    }
                }
            }
        }
    }
    layout.canonicalise(words);
    Ok(())
}

/// Writes what each class has, and after the last class what all have together.
pub fn finish(config: &Config, words: &mut [i64], to: &mut [f64]) {
    let Some(Parts { counters, sums, .. }) = config.layout().split(words) else { return };
    let Some((all, to)) = to.split_last_mut() else { return };
    if !config.weighted {
        to.iter_mut().zip(counters.iter()).for_each(|(to, &count)| *to = count as f64);
        *all = counters.iter().sum::<i64>() as f64;
        return;
    }
    let mut total = [0; sum::WORDS];
    for (to, sum) in to.iter_mut().zip(sums) {
        *to = sum::value(sum);
        total.iter_mut().zip(sum).for_each(|(total, word)| *total += *word);
        sum::normalise(&mut total);
    }
    *all = sum::value(&total);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(config: Config, labels: Numbers<'_>, weights: Option<Numbers<'_>>) -> Result<Vec<f64>, Fault> {
        let mut words = vec![0; config.layout().room()];
        update(&config, &mut words, labels, weights)?;
        let mut to = vec![f64::NAN; config.classes + 1];
        finish(&config, &mut words, &mut to);
        Ok(to)
    }

    #[test]
    fn counts_classes() {
        let config = Config { classes: 3, ignore: Some(-1.0), weighted: false };
        let labels = [0, 2, -1, 2, 2];
        assert_eq!(counts(config, Numbers::I32(&labels), None), Ok(vec![1.0, 0.0, 3.0, 4.0]));
        let many: Vec<u8> = (0..5000_u32).map(|i| (i % 3) as u8).collect();
        assert_eq!(counts(config, Numbers::U8(&many), None), Ok(vec![1667.0, 1667.0, 1666.0, 5000.0]));
        let config = Config { ignore: None, ..config };
        let fault = counts(config, Numbers::I32(&labels), None).unwrap_err();
        assert_eq!((fault.argument, fault.index, fault.value), (Argument::Targets, 2, -1.0));
    }

    #[test]
    fn sums_of_weights_are_exact() {
        let config = Config { classes: 2, ignore: None, weighted: true };
        let (labels, weights) = ([0, 1, 0, 1], [1e300, 1.0, 1e-300, f64::EPSILON / 2.0]);
        let totals = counts(config, Numbers::U8(&labels), Some(Numbers::F64(&weights)));
        assert_eq!(totals, Ok(vec![1e300, 1.0, 1e300]));
        let fault = counts(config, Numbers::U8(&labels), Some(Numbers::F64(&[1.0, 1.0, -1.0, 1.0]))).unwrap_err();
        assert_eq!((fault.argument, fault.index), (Argument::SampleWeight, 2));
    }
}
