//! Reliability: counts, hits and confidences in bins of equal width.
//!
//! State: counters are rows per bin, then right answers per bin; sums are confidences per bin. With weights, sums are
//! weights per bin, then weighted hits, then weighted confidences, and there are no counters.
//!
//! Confidences are taken as multiples of 2⁻⁵², so that a bin's total is a sum of integers. That is exact for every
//! float32 above 2⁻²⁹ and for float64 above ½, and moves no mean by more than 1.2e-16.

use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::math::Coefficients;
use crate::simd::{F32x4, F64x2, Mask, Scalar, Vector};
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::{sum, tile};

/// Rows of one replica whose confidences, as multiples of 2⁻⁵², fit a word.
const FLUSH: usize = 2 * BLOCK;

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
        Layout { counters, sums, scratch: self.table_words().saturating_add(self.columns.saturating_mul(2)) }
    }
}

impl Config {
    fn table_words(&self) -> usize {
        2 * self.bins * self.replicas()
    }

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
    fn bin_block<V: Vector>(&self, confidences: &[V::Scalar], to: &mut Buffer<i32>) {
        let bins = V::splat(V::Scalar::from_f64(self.bins as f64));
        // Twice the error of the product and of the edge, in bins.
        let near = V::splat(V::Scalar::from_f64(self.bins as f64 * 4.0 * V::Scalar::EPSILON.to_f64()));
        for (to, from) in V::index_chunks_mut(to).iter_mut().zip(V::chunks(confidences)) {
            let product = V::load(from) * bins;
            *to = product.truncate();
            if (product - product.round()).abs().le(near).any() {
                for (to, from) in to.as_mut().iter_mut().zip(from.as_ref()) {
                    *to = self.bin(from.to_f64());
                }
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
    let (table, tile) = scratch.split_at_mut(config.table_words());
    let table = table.as_chunks_mut::<2>().0;
    table.fill([0; 2]);
    let mut pairs = Pairs { confidences: [0.0; BLOCK], hits: [0; BLOCK], bins: [0; BLOCK] };
    let mut weight_buffer = [0.0; BLOCK];
    let rows = labels.len();
    for start in (0..rows).step_by(BLOCK) {
        let len = BLOCK.min(rows - start);
        pairs.read(config, tile, &probabilities, &labels, start, len)?;
        match &weights {
            None => {
                pairs.count(config, len, table);
                if (start + len).is_multiple_of(FLUSH * config.replicas()) || start + len == rows {
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
        tile: &mut [i64],
        probabilities: &Numbers<'_>,
        labels: &Numbers<'_>,
        start: usize,
        len: usize,
    ) -> Status {
        if config.columns > 1 {
            self.read_rows(config.columns, tile, probabilities, labels, start, len)?;
        } else {
            self.read_labels(labels, start, len, 2)?;
            if config.of == Of::Positive {
                return match probabilities {
                    Numbers::F32(_) => self.read_positive::<F32x4>(config, probabilities, start, len),
                    _ => self.read_positive::<F64x2>(config, probabilities, start, len),
                };
            }
            self.read_binary(probabilities, start, len)?;
        }
        config.bin_block::<F64x2>(&self.confidences, &mut self.bins);
        Ok(())
    }

    fn read_labels(&mut self, labels: &Numbers<'_>, start: usize, len: usize, classes: i32) -> Status {
        let mut buffer = [0; BLOCK];
        let labels = labels.labels(start, len, classes, None, Argument::Targets, &mut buffer)?;
        self.hits.iter_mut().zip(labels).for_each(|(to, &label)| *to = label);
        Ok(())
    }

    fn read_positive<V: Vector>(
        &mut self,
        config: &Config,
        probabilities: &Numbers<'_>,
        start: usize,
        len: usize,
    ) -> Status {
        let mut buffer = [V::Scalar::ZERO; BLOCK];
        let block = probabilities.probabilities::<V::Scalar>(start, len, Argument::Predictions, &mut buffer)?;
        config.bin_block::<V>(block, &mut self.bins);
        for (to, from) in V::wide_chunks_mut(&mut self.confidences).iter_mut().zip(V::chunks(block)) {
            V::load(from).store_wide(to);
        }
        Ok(())
    }

    fn read_binary(&mut self, probabilities: &Numbers<'_>, start: usize, len: usize) -> Status {
        let mut buffer = [0.0; BLOCK];
        let block = probabilities.probabilities(start, len, Argument::Predictions, &mut buffer)?;
        for ((confidence, hit), &p) in self.confidences.iter_mut().zip(&mut self.hits).zip(block) {
            let positive = p > 1.0 - p;
            *hit = i32::from(positive == (*hit == 1));
            *confidence = if positive { p } else { 1.0 - p };
        }
        Ok(())
    }

    /// The largest probability of each row, the first on ties.
    fn read_rows(
        &mut self,
        columns: usize,
        tile: &mut [i64],
        probabilities: &Numbers<'_>,
        labels: &Numbers<'_>,
        start: usize,
        len: usize,
    ) -> Status {
        self.read_labels(labels, start, len, columns as i32)?;
        let fine = match probabilities {
            Numbers::F32(x) => self.top_labels::<F32x4>(x, columns, tile, start, len),
            Numbers::F64(x) => self.top_labels::<F64x2>(x, columns, tile, start, len),
            _ => return Err(Fault::misuse(Argument::Predictions)),
        };
        if fine {
            return Ok(());
        }
        let outside = |p: f64| !(0.0..=1.0).contains(&p);
        let (start, len) = (start * columns, len * columns);
        Err(probabilities.fault(start, len, Argument::Predictions, Problem::Probability, outside))
    }

    fn top_labels<V: Vector>(
        &mut self,
        values: &[V::Scalar],
        columns: usize,
        tile: &mut [i64],
        start: usize,
        len: usize,
    ) -> bool {
        let tile = V::arrays_mut(tile);
        let rows = values.get(start * columns..(start + len) * columns).unwrap_or(&[]).chunks(V::LANES * columns);
        let to = V::wide_chunks_mut(&mut self.confidences).iter_mut().zip(V::index_chunks_mut(&mut self.hits));
        let mut fine = true;
        for (rows, (confidences, hits)) in rows.zip(to) {
            tile::transpose::<V>(rows, columns, tile);
            fine &= tile::are_probabilities::<V>(tile);
            let largest = tile::largest::<V>(tile);
            largest.value.store_wide(confidences);
            for (hit, &class) in hits.as_mut().iter_mut().zip(largest.class.truncate().as_ref()) {
                *hit = i32::from(*hit == class);
            }
        }
        fine
    }

    fn count(&self, config: &Config, len: usize, table: &mut [[i64; 2]]) {
        let replicated = config.replicas() == REPLICAS;
        let whole = if replicated { len / REPLICAS } else { 0 };
        let quads = self.bins.as_chunks::<REPLICAS>().0.iter().zip(self.hits.as_chunks::<REPLICAS>().0);
        for ((bins, hits), confidences) in quads.zip(self.confidences.as_chunks::<REPLICAS>().0).take(whole) {
            // Replicas of a bin lie side by side, so that few bins share few cache lines.
            for i in 0..REPLICAS {
                enter(table, bins[i] as usize * REPLICAS + i, hits[i], confidences[i]);
            }
        }
        let scale = config.replicas();
        let rest = self.bins.iter().zip(&self.hits).zip(&self.confidences).take(len).skip(whole * REPLICAS);
        rest.for_each(|((&bin, &hit), &confidence)| enter(table, bin as usize * scale, hit, confidence));
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

/// Adds a row to a place of the table. The bits of 1 + confidence count units of 2⁻⁵², and as many times those of 1 too
/// many as rows are added: [`flush`] takes them away.
#[inline(always)]
fn enter(table: &mut [[i64; 2]], at: usize, hit: i32, confidence: f64) {
    if let Some([total, counts]) = table.get_mut(at) {
        *total = total.wrapping_add((1.0 + confidence).to_bits().cast_signed());
        *counts += 1 + (i64::from(hit) << 32);
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
            let rows = *packed & 0xffff_ffff;
            *count += rows;
            *hit += *packed >> 32;
            let units = total.wrapping_sub(rows.wrapping_mul(1.0_f64.to_bits().cast_signed()));
            sum::add_integer(sum, units.cast_unsigned(), UNIT_POSITION, 0);
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
