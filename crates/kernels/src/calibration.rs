//! Reliability: counts, hits and confidences in bins of equal width.
//!
//! State: counters are rows per bin, then right answers per bin; sums are confidences per bin. With weights, sums are
//! weights per bin, then weighted hits, then weighted confidences, and there are no counters.
//!
//! Confidences are taken as multiples of 2⁻⁵², so that a bin's total is a sum of integers. That is exact for every
//! float32 above 2⁻²⁹ and for float64 above ½, and moves no mean by more than 1.2e-16.

use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Status};
use crate::simd::{F64x2, Mask, Vector};
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::sum;

/// Rows whose confidences, as multiples of 2⁻⁵², fit one word of each replica of the table.
const FLUSH: usize = 8 * BLOCK;

/// Tables side by side, so that neighbouring rows of one bin do not wait for each other.
const REPLICAS: usize = 4;

/// Bins above this number have one table: replicas would not stay in the nearest cache, and repeats are rare.
const MAX_REPLICATED: usize = 128;

/// Which end of a bin belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// (lo, hi], 0 in the first.
    Right,
    /// [lo, hi), 1 in the last.
    Left,
}

/// What is compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The probability of class 1 with the rate of class 1.
    Positive,
    /// The largest probability with the rate of right answers.
    TopLabel,
}

/// How a reliability table is made.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Number of bins, at least 1.
    pub bins: usize,
    /// Which end of a bin belongs to it.
    pub closed: Closed,
    /// What is compared.
    pub of: Of,
    /// Columns of the probabilities; 1 for binary.
    pub columns: usize,
    /// Whether rows have weights.
    pub weighted: bool,
}

impl Metric for Config {
    const KIND: Kind = Kind::Calibration;

    fn from_config(&[bins, left, top_label, columns, weighted, ..]: &state::Config) -> Option<Self> {
        let config = Self {
            bins: bins as usize,
            closed: if left == 1.0 { Closed::Left } else { Closed::Right },
            of: if top_label == 1.0 { Of::TopLabel } else { Of::Positive },
            columns: columns as usize,
            weighted: weighted == 1.0,
        };
        (config.bins >= 1 && config.columns >= 1).then_some(config)
    }

    fn layout(&self) -> Layout {
        let (counters, sums) = if self.weighted { (0, 3 * self.bins) } else { (2 * self.bins, self.bins) };
        Layout { counters, sums, scratch: 2 * self.bins * self.replicas() }
    }
}

impl Config {
    fn replicas(&self) -> usize {
        if self.bins > MAX_REPLICATED { 1 } else { REPLICAS }
    }

    /// The bin of a confidence: decided by the edges k/bins themselves, never by the product alone.
    #[inline]
    fn bin(&self, confidence: f64) -> i32 {
        let bins = self.bins as f64;
        let mut k = ((confidence * bins) as i64).clamp(0, self.bins as i64 - 1);
        let edge = |k: i64| k as f64 / bins;
        match self.closed {
            Closed::Right => {
                while k > 0 && confidence <= edge(k) {
                    k -= 1;
                }
                while k < self.bins as i64 - 1 && confidence > edge(k + 1) {
                    k += 1;
                }
            }
            Closed::Left => {
                while k > 0 && confidence < edge(k) {
                    k -= 1;
                }
                while k < self.bins as i64 - 1 && confidence >= edge(k + 1) {
                    k += 1;
                }
            }
        }
        k as i32
    }

    /// The bins of a block. Far from every edge the product decides; near one, the comparison.
    fn bin_block(&self, confidences: &[f64], to: &mut Buffer<i32>) {
        let bins = F64x2::splat(self.bins as f64);
        let near = F64x2::splat(self.bins as f64 * 1e-15);
        for (to, from) in F64x2::index_chunks_mut(to).iter_mut().zip(F64x2::chunks(confidences)) {
            let product = F64x2::load(from) * bins;
            if (product - product.round()).abs().le(near).any() {
                *to = from.map(|confidence| self.bin(confidence));
            } else {
                *to = product.truncate();
            }
        }
    }
}

/// A block of what is compared: confidence, and whether the answer was right.
struct Pairs {
    confidences: Buffer<f64>,
    hits: Buffer<i32>,
    bins: Buffer<i32>,
}

/// Adds rows. On a fault the state may hold some of them.
pub fn update(
    config: &Config,
    words: &mut [i64],
    probabilities: Numbers<'_>,
    labels: Numbers<'_>,
    weights: Option<Numbers<'_>>,
) -> Status {
    let layout = config.layout();
    let Some(Parts { counters, sums, scratch }) = layout.split(words) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    if weights.is_some() != config.weighted {
        return Err(Fault::misuse(Argument::SampleWeight));
    }
    let table = scratch.as_chunks_mut::<2>().0;
    table.fill([0; 2]);
    let mut pairs = Pairs { confidences: [0.0; BLOCK], hits: [0; BLOCK], bins: [0; BLOCK] };
    let mut weight_buffer = [0.0; BLOCK];
    let rows = labels.len();
    for start in (0..rows).step_by(BLOCK) {
        let len = BLOCK.min(rows - start);
        pairs.read(config, &probabilities, &labels, start, len)?;
        config.bin_block(&pairs.confidences, &mut pairs.bins);
        match &weights {
            None => {
                pairs.count(config, len, table);
                if (start + len).is_multiple_of(FLUSH) || start + len == rows {
                    flush(config, table, counters, sums);
                }
            }
            Some(weights) => {
                let weights = weights.weights(start, len, Argument::SampleWeight, &mut weight_buffer)?;
                pairs.weigh(config, len, weights, sums);
            }
        }
    }
    layout.canonicalise(words);
    Ok(())
}

impl Pairs {
    fn read(
        &mut self,
        config: &Config,
        probabilities: &Numbers<'_>,
        labels: &Numbers<'_>,
        start: usize,
        len: usize,
    ) -> Status {
        if config.columns > 1 {
            return self.read_rows(config.columns, probabilities, labels, start, len);
        }
        let hits = labels.labels(start, len, 2, None, &mut self.hits)?.len();
        let mut buffer = [0.0; BLOCK];
        let block = probabilities.probabilities(start, len, Argument::Predictions, &mut buffer)?;
        for (to, &p) in self.confidences.iter_mut().zip(block) {
            *to = p;
        }
        if config.of == Of::TopLabel {
            for (p, hit) in self.confidences.iter_mut().zip(&mut self.hits).take(hits) {
                let positive = *p > 1.0 - *p;
                *hit = i32::from(positive == (*hit == 1));
                *p = if positive { *p } else { 1.0 - *p };
            }
        }
        Ok(())
    }

    /// The largest probability of each row, the first on ties.
    fn read_rows(
        &mut self,
        columns: usize,
        probabilities: &Numbers<'_>,
        labels: &Numbers<'_>,
        start: usize,
        len: usize,
    ) -> Status {
        labels.labels(start, len, columns as i32, None, &mut self.hits)?;
        match probabilities {
            Numbers::F32(x) => self.top_labels(x, columns, start, len),
            Numbers::F64(x) => self.top_labels(x, columns, start, len),
            _ => return Err(Fault::misuse(Argument::Predictions)),
        }
        .ok_or_else(|| {
            let (start, len) = (start * columns, len * columns);
            probabilities.fault(start, len, Argument::Predictions, crate::input::Problem::Probability, |p| {
                !(0.0..=1.0).contains(&p)
            })
        })
    }

    fn top_labels<S: crate::simd::Scalar>(
        &mut self,
        values: &[S],
        columns: usize,
        start: usize,
        len: usize,
    ) -> Option<()> {
        let rows = values.get(start * columns..(start + len) * columns)?.chunks_exact(columns);
        let mut fine = true;
        for (row, (confidence, hit)) in rows.zip(self.confidences.iter_mut().zip(&mut self.hits)) {
            let (mut best, mut class) = (S::ZERO, 0);
            for (j, &p) in row.iter().enumerate() {
                fine &= p >= S::ZERO && p <= S::ONE;
                if p > best || j == 0 {
                    (best, class) = (p, j as i32);
                }
            }
            *confidence = best.to_f64();
            *hit = i32::from(*hit == class);
        }
        fine.then_some(())
    }

    fn count(&self, config: &Config, len: usize, table: &mut [[i64; 2]]) {
        let replicas = config.replicas();
        let rows = self.bins.iter().zip(&self.hits).zip(&self.confidences).take(len);
        for (i, ((&bin, &hit), &confidence)) in rows.enumerate() {
            // Replicas of a bin lie side by side, so that few bins share few cache lines.
            let at = if replicas == 1 { bin as usize } else { bin as usize * REPLICAS + (i & (REPLICAS - 1)) };
            if let Some([total, counts]) = table.get_mut(at) {
                *total = total.wrapping_add(units(confidence) as i64);
                *counts += 1 + (i64::from(hit) << 32);
            }
        }
    }

    fn weigh(&self, config: &Config, len: usize, weights: &[f64], sums: &mut [sum::Words]) {
        let (weight_sums, rest) = sums.split_at_mut(config.bins);
        let (hit_sums, confidence_sums) = rest.split_at_mut(config.bins);
        for (i, &weight) in weights.iter().enumerate().take(len) {
            let (bin, hit, confidence) = (self.bins[i] as usize, self.hits[i], self.confidences[i]);
            if let (Some(w), Some(h), Some(c)) =
                (weight_sums.get_mut(bin), hit_sums.get_mut(bin), confidence_sums.get_mut(bin))
            {
                sum::add(w, weight);
                if hit == 1 {
                    sum::add(h, weight);
                }
                sum::add(c, weight * (units(confidence) as f64 * UNIT));
            }
        }
    }
}

/// 2⁻⁵².
const UNIT: f64 = f64::EPSILON;

/// The place of 2⁻⁵² in a sum.
const UNIT_POSITION: usize = 1074 - 52;

/// A confidence in units of 2⁻⁵², to nearest: adding 1 moves its bits there.
#[inline(always)]
fn units(confidence: f64) -> u64 {
    (1.0 + confidence).to_bits().wrapping_sub(1.0_f64.to_bits())
}

fn flush(config: &Config, table: &mut [[i64; 2]], counters: &mut [i64], sums: &mut [sum::Words]) {
    let (counts, hits) = counters.split_at_mut(config.bins);
    let bins = counts.iter_mut().zip(hits).zip(sums);
    for (((count, hit), sum), replicas) in bins.zip(table.chunks_exact_mut(config.replicas())) {
        for [total, packed] in replicas {
            *count += *packed & 0xffff_ffff;
            *hit += *packed >> 32;
            sum::add_integer(sum, *total as u64, UNIT_POSITION, 0);
            (*total, *packed) = (0, 0);
        }
    }
}

/// Writes count (or weight), hits and confidences per bin: three numbers for each bin.
pub fn finish(config: &Config, words: &mut [i64], to: &mut [f64]) {
    let Some(Parts { counters, sums, .. }) = config.layout().split(words) else {
        return;
    };
    let bins = config.bins;
    for (bin, to) in to.as_chunks_mut::<3>().0.iter_mut().enumerate().take(bins) {
        let counter = |i: usize| counters.get(i).map_or(0.0, |&n| n as f64);
        let total = |i: usize| sums.get(i).map_or(0.0, sum::value);
        *to = if config.weighted {
            [total(bin), total(bins + bin), total(2 * bins + bin)]
        } else {
            [counter(bin), counter(bins + bin), total(bin)]
        };
    }
}
