//! Rankings of labels: each row of scores ranks its labels, the largest score first.
//!
//! State: one counter, the rows where they have no weights; two sums, of the weighted values and of the weights.
//!
//! What a row is worth follows from where its relevant labels stand among all of them, which `rank.rs` finds; where rows
//! are short, `lanes.rs` finds it for several at once.

mod gains;
mod lanes;
mod rank;
#[cfg(test)]
mod tests;

pub use rank::Ties;

use crate::input::{Argument, BLOCK, Fault, Numbers, Problem, Status};
use crate::simd::{F64x2, Vector};
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::sum;
use gains::{Cumulative, Targets};
use rank::{ENTRY, Ranking, Row, Score};

/// What a row is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// How many labels score at least as high as the lowest true one; 0 without true ones.
    Coverage,
    /// The mean, over true labels, of the share of true ones among the labels that score at least as high; 1 without
    /// true ones.
    AveragePrecision,
    /// The share of pairs of a true and a false label in which the true one does not score higher; 0 without pairs.
    Loss,
    /// Discounted cumulative gain.
    Dcg,
    /// The same over that of the best order; 0 where that is 0.
    Ndcg,
}

/// In the order of the border's codes.
const MEASURES: [Measure; 5] =
    [Measure::Coverage, Measure::AveragePrecision, Measure::Loss, Measure::Dcg, Measure::Ndcg];

/// In the order of the border's codes.
const TIES: [Ties; 3] = [Ties::Average, Ties::First, Ties::Last];

/// How a measure is configured.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// What a row is worth.
    pub measure: Measure,
    /// Labels of one row.
    pub labels: usize,
    /// Ranks that gain anything, at most as many as labels.
    pub ranks: usize,
    /// What labels of equal score gain.
    pub ties: Ties,
    /// Gains are 2ᵍ − 1.
    pub exponential: bool,
    /// Whether rows have weights.
    pub weighted: bool,
}

impl Metric for Config {
    const KIND: Kind = Kind::LabelRanking;

    fn from_config(&[measure, labels, ranks, ties, exponential, weighted, ..]: &state::Config) -> Option<Self> {
        let config = Self {
            measure: *MEASURES.get(measure as usize)?,
            labels: labels as usize,
            ranks: ranks as usize,
            ties: *TIES.get(ties as usize)?,
            exponential: exponential == 1.0,
            weighted: weighted == 1.0,
        };
        (config.labels >= 1 && config.ranks <= config.labels).then_some(config)
    }

    fn layout(&self) -> Layout {
        let words = [self.gains(), self.discounts(), self.entries()];
        Layout { counters: 1, sums: 2, scratch: words.into_iter().fold(0, usize::saturating_add) }
    }
}

/// As many, and one more where they would not fill their vectors.
const fn paired(numbers: usize) -> usize {
    numbers.saturating_add(numbers & 1)
}

impl Config {
    /// Room for the gains of rows that are read together.
    fn gains(&self) -> usize {
        paired(self.labels.max(BLOCK))
    }

    fn discounts(&self) -> usize {
        match self.measure {
            Measure::Dcg | Measure::Ndcg => paired(self.ranks),
            _ => 0,
        }
    }

    /// Entries of labels, and as many to sort in.
    fn entries(&self) -> usize {
        if self.measure == Measure::Coverage { 0 } else { self.labels.saturating_mul(2 * ENTRY) }
    }

    /// Whether rows are looked at side by side.
    fn fits_lanes(&self) -> bool {
        self.targets() == Targets::Labels && self.labels <= lanes::LABELS
    }

    fn rows_at_once(&self) -> usize {
        (BLOCK / self.labels).max(1)
    }

    fn targets(&self) -> Targets {
        match self.measure {
            Measure::Coverage | Measure::AveragePrecision | Measure::Loss => Targets::Labels,
            Measure::Dcg => Targets::Relevances { negative: true, exponential: self.exponential },
            Measure::Ndcg => Targets::Relevances { negative: false, exponential: self.exponential },
        }
    }
}

/// The arrays of an update.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// Number of rows.
    pub count: usize,
    /// Row-major scores.
    pub scores: Numbers<'a>,
    /// Row-major targets: zeros and ones, or relevances.
    pub targets: Numbers<'a>,
    /// One weight for each row.
    pub weights: Option<Numbers<'a>>,
}

/// Adds rows, and writes what each is worth, times its weight, where there is room for it. On a fault the state may hold
/// some of them.
pub fn update(config: &Config, words: &mut [i64], rows: &Rows<'_>, values: Option<&mut [f64]>) -> Status {
    let layout = config.layout();
    let Some(parts) = layout.split(words) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    if rows.weights.is_some() != config.weighted {
        return Err(Fault::misuse(Argument::SampleWeight));
    }
    match rows.scores {
        Numbers::F32(scores) => add(config, parts, scores, rows, values),
        Numbers::F64(scores) => add(config, parts, scores, rows, values),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }?;
    layout.canonicalise(words);
    Ok(())
}

fn add<S: Score>(
    config: &Config,
    parts: Parts<'_>,
    scores: &[S],
    rows: &Rows<'_>,
    mut values: Option<&mut [f64]>,
) -> Status {
    let Parts { counters: [count], sums: [total, total_weight], scratch } = parts else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    let (all_gains, scratch) = scratch.split_at_mut(config.gains());
    let all_gains = F64x2::arrays_mut(all_gains).as_flattened_mut();
    let mut ranker = Ranker::new(config, scratch);
    let mut weight_buffer = [1.0; BLOCK];
    for start in (0..rows.count).step_by(config.rows_at_once()) {
        let len = config.rows_at_once().min(rows.count - start);
        let (first, elements) = (start * config.labels, len * config.labels);
        let scores = scores.get(first..first + elements).unwrap_or(&[]);
        if scores.iter().fold(false, |bad, &score| bad | score.to_f64().is_nan()) {
            return Err(rows.scores.fault(first, elements, Argument::Predictions, Problem::Nan, f64::is_nan));
        }
        let gains = all_gains.get_mut(..elements).unwrap_or(&mut []);
        config.targets().read(&rows.targets, first, gains)?;
        let mut worth = [0.0; BLOCK];
        let worth = worth.get_mut(..len).unwrap_or(&mut []);
        if config.fits_lanes() {
            lanes::write(config.measure, config.labels, scores, gains, worth);
        } else {
            let each = scores.chunks_exact(config.labels).zip(gains.chunks_exact(config.labels));
            for (to, (scores, gains)) in worth.iter_mut().zip(each) {
                *to = ranker.worth(Row { scores, gains });
            }
        }
        if let Some(weights) = &rows.weights {
            let weights = weights.weights(start, len, Argument::SampleWeight, &mut weight_buffer)?;
            let weights = weights.get(..len).unwrap_or(&[]);
            for (worth, &weight) in worth.iter_mut().zip(weights) {
                // Absence, even of an infinite gain.
                *worth = if weight == 0.0 { 0.0 } else { *worth * weight };
            }
            sum::add_all(total_weight, weights);
        } else {
            *count += len as i64;
        }
        sum::add_all(total, worth);
        if let Some(to) = values.as_deref_mut().and_then(|to| to.get_mut(start..start + len)) {
            to.copy_from_slice(worth);
        }
    }
    Ok(())
}

/// Σ wv, and what the mean divides by.
pub fn finish(config: &Config, words: &mut [i64]) -> [f64; 2] {
    let Some(Parts { counters: [count], sums: [total, weight], .. }) = config.layout().split(words) else {
        return [f64::NAN; 2];
    };
    [sum::value(total), *count as f64 + sum::value(weight)]
}

/// What looks at one row after the other.
struct Ranker<'a> {
    measure: Measure,
    cumulative: Cumulative<'a>,
    words: &'a mut [i64],
    spare: &'a mut [i64],
}

impl<'a> Ranker<'a> {
    fn new(config: &Config, scratch: &'a mut [i64]) -> Self {
        let (discounts, words) = scratch.split_at_mut(config.discounts());
        let discounts = F64x2::arrays_mut(discounts);
        gains::write_discounts(discounts);
        let discounts = discounts.as_flattened().get(..config.ranks).unwrap_or(&[]);
        let is_normalised = config.measure == Measure::Ndcg;
        let cumulative = Cumulative { discounts, ties: config.ties, is_normalised };
        let (words, spare) = words.split_at_mut(words.len() / 2);
        Self { measure: config.measure, cumulative, words, spare }
    }

    fn worth<S: Score>(&mut self, row: Row<'_, S>) -> f64 {
        match self.measure {
            Measure::Coverage => coverage(row),
            Measure::AveragePrecision => average_precision(&row.rank(Ties::Average, self.words, self.spare)),
            Measure::Loss => loss(&row.rank(Ties::Average, self.words, self.spare), row.scores.len()),
            Measure::Dcg | Measure::Ndcg => self.cumulative.of(row, self.words, self.spare),
        }
    }
}

fn coverage<S: Score>(row: Row<'_, S>) -> f64 {
    let mut lowest: Option<S> = None;
    row.scan(|_, score, gain| {
        if gain != 0.0 && lowest.is_none_or(|lowest| score < lowest) {
            lowest = Some(score);
        }
    });
    lowest.map_or(0.0, |lowest| rank::count(row.scores, |score| score >= lowest) as f64)
}

fn average_precision<S: Score>(ranking: &Ranking<'_, S>) -> f64 {
    let (mut found, mut sum) = (0, 0.0);
    for group in ranking.groups::<false>() {
        let relevant = group.relevant();
        found += relevant;
        sum += relevant as f64 * (found as f64 / group.through as f64);
    }
    if found == 0 { 1.0 } else { sum / found as f64 }
}

fn loss<S: Score>(ranking: &Ranking<'_, S>, labels: usize) -> f64 {
    let (mut found, mut wrong) = (0, 0);
    for group in ranking.groups::<false>() {
        let relevant = group.relevant();
        found += relevant;
        wrong += relevant as u64 * (group.through - found) as u64;
    }
    let pairs = found as u64 * (labels - found) as u64;
    if pairs == 0 { 0.0 } else { wrong as f64 / pairs as f64 }
}
