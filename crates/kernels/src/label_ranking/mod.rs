//! Rankings of labels: each row of scores ranks its labels, the largest score first.
//!
//! State: one counter, the rows where they have no weights; two sums, of the weighted values and of the weights.
//!
//! What a row is worth follows from where its relevant labels stand among all of them, which `rank.rs` finds.

mod gains;
mod rank;

pub use rank::Ties;

use crate::input::{Argument, BLOCK, Fault, Numbers, Problem, Status};
use crate::simd::{F64x2, Vector};
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::sum;
use gains::Gains;
use rank::{ENTRY, Entry, Groups, Score};

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
        let words = [self.gains(), self.discounts(), self.entries().saturating_mul(ENTRY)];
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

    /// Entries of relevant labels, and as many to sort in.
    fn entries(&self) -> usize {
        if self.measure == Measure::Coverage { 0 } else { self.labels.saturating_mul(2) }
    }

    fn rows_at_once(&self) -> usize {
        (BLOCK / self.labels).max(1)
    }

    fn targets(&self) -> Gains {
        match self.measure {
            Measure::Coverage | Measure::AveragePrecision | Measure::Loss => Gains::Labels,
            Measure::Dcg => Gains::Relevances { negative: true, exponential: self.exponential },
            Measure::Ndcg => Gains::Relevances { negative: false, exponential: self.exponential },
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
        let each = scores.chunks_exact(config.labels).zip(gains.chunks_exact(config.labels));
        for (to, (scores, gains)) in worth.iter_mut().zip(each) {
            *to = ranker.worth(scores, gains);
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
    ties: Ties,
    discounts: &'a [f64],
    entries: &'a mut [Entry],
    spare: &'a mut [Entry],
}

impl<'a> Ranker<'a> {
    fn new(config: &Config, scratch: &'a mut [i64]) -> Self {
        let (discounts, entries) = scratch.split_at_mut(config.discounts());
        let discounts = F64x2::arrays_mut(discounts);
        gains::write_discounts(discounts);
        let discounts = discounts.as_flattened().get(..config.ranks).unwrap_or(&[]);
        let entries = entries.as_chunks_mut::<ENTRY>().0;
        let (entries, spare) = entries.split_at_mut(entries.len() / 2);
        Self { measure: config.measure, ties: config.ties, discounts, entries, spare }
    }

    fn worth<S: Score>(&mut self, scores: &[S], gains: &[f64]) -> f64 {
        if self.measure == Measure::Coverage {
            return coverage(scores, gains);
        }
        let entries = rank::relevant(scores, gains, self.entries);
        let spare = self.spare.get_mut(..entries.len()).unwrap_or(&mut []);
        if matches!(self.measure, Measure::AveragePrecision | Measure::Loss) {
            rank::sort_by_score::<S>(entries, spare, Ties::Average);
            let groups = Groups::<S, false>::new(scores, gains, Ties::Average, entries, spare);
            return match self.measure {
                Measure::AveragePrecision => average_precision(groups),
                _ => loss(groups, entries.len(), scores.len() - entries.len()),
            };
        }
        // Equal scores then have their gains in one order, whatever their columns: so have the sums of these.
        rank::sort_by_gain(entries, spare);
        let scale = gains::scale(entries);
        let best = gains::best(entries, self.discounts, scale);
        rank::sort_by_score::<S>(entries, spare, self.ties);
        let groups = Groups::<S, true>::new(scores, gains, self.ties, entries, spare);
        let gain = gains::discounted(groups, self.discounts, scale);
        match self.measure {
            Measure::Dcg => gain / scale,
            _ if best == 0.0 => 0.0,
            // What rounding adds to a perfect order is taken away.
            _ => (gain / best).min(1.0),
        }
    }
}

fn coverage<S: Score>(scores: &[S], gains: &[f64]) -> f64 {
    let positive = scores.iter().zip(gains).filter(|&(_, &gain)| gain != 0.0);
    let lowest = positive.fold(None, |lowest: Option<S>, (&score, _)| match lowest {
        Some(lowest) if lowest <= score => Some(lowest),
        _ => Some(score),
    });
    lowest.map_or(0.0, |lowest| f64::from(scores.iter().fold(0, |n: u32, &score| n + u32::from(score >= lowest))))
}

fn average_precision<S: Score>(groups: Groups<'_, S, false>) -> f64 {
    let (mut found, mut sum) = (0, 0.0);
    for group in groups {
        found += group.entries.len();
        sum += group.entries.len() as f64 * (found as f64 / group.through as f64);
    }
    if found == 0 { 1.0 } else { sum / found as f64 }
}

fn loss<S: Score>(groups: Groups<'_, S, false>, positives: usize, negatives: usize) -> f64 {
    let (mut found, mut wrong) = (0, 0);
    for group in groups {
        found += group.entries.len();
        wrong += group.entries.len() as u64 * (group.through - found) as u64;
    }
    let pairs = positives as u64 * negatives as u64;
    if pairs == 0 { 0.0 } else { wrong as f64 / pairs as f64 }
}
