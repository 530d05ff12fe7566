//! Spiegelhalter's test: a sum over rows, and what its variance is where the probabilities are right.
//!
//! State: a counter of rows that weigh something; the sums of (y − p)(1 − 2p) and of (1 − 2p)² p(1 − p).

use super::elements::Elements;
use super::{Rows, rows};
use crate::input::{Argument, BLOCK, Fault, Status};
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::sum;

/// What is tested: the probability of class 1, or the largest one.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// As for tables; nothing is put in bins.
    pub compared: super::Config,
}

impl Metric for Config {
    const KIND: Kind = Kind::Spiegelhalter;

    fn from_config(config: &state::Config) -> Option<Self> {
        super::Config::from_config(config).map(|compared| Self { compared })
    }

    fn layout(&self) -> Layout {
        Layout { counters: 1, sums: 2, scratch: self.compared.columns.saturating_mul(2) }
    }
}

/// Adds rows. On a fault the state may hold some of them.
pub fn update(config: &Config, words: &mut [i64], rows: &Rows<'_>) -> Status {
    let layout = config.layout();
    let Some(Parts { counters: [count], sums: [deviation, variance], scratch }) = layout.split(words) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    let weighted = config.compared.weighted;
    if rows.weights.is_some() != weighted {
        return Err(Fault::misuse(Argument::SampleWeight));
    }
    let mut terms = [[0.0; BLOCK]; 2];
    rows::each(&config.compared, scratch, rows, None, &mut Elements::new(), &mut |elements, _| {
        let [deviations, variances] = &mut terms;
        let Elements { confidences, hits, weights, len, .. } = elements;
        let given = confidences.iter().zip(hits.iter()).zip(weights.iter());
        let to = deviations.iter_mut().zip(variances.iter_mut()).take(*len);
        for ((deviation, variance), ((&p, &hit), &weight)) in to.zip(given) {
            let weight = if weighted { weight } else { 1.0 };
            *count += i64::from(weight > 0.0);
            let slope = 1.0 - 2.0 * p;
            *deviation = weight * (f64::from(hit) - p) * slope;
            *variance = weight * slope * slope * p * (1.0 - p);
        }
        sum::add_all(deviation, deviations.get(..*len).unwrap_or(&[]));
        sum::add_all(variance, variances.get(..*len).unwrap_or(&[]));
    })?;
    layout.canonicalise(words);
    Ok(())
}

/// The count and the two sums.
pub fn finish(config: &Config, words: &mut [i64]) -> [f64; 3] {
    match config.layout().split(words) {
        Some(Parts { counters: [count], sums: [deviation, variance], .. }) => {
            [*count as f64, sum::value(deviation), sum::value(variance)]
        }
        _ => [f64::NAN; 3],
    }
}
