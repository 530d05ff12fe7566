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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{LENGTHS, bits, cases, empty, f32s, in_each_type, labels, order, saved, shuffled, units};
    use proptest::prelude::*;

    const TEN: Config = Config { bins: 10, closed: Closed::Right, of: Of::Positive, columns: 1, weighted: false };

    /// The words after one update.
    fn state(config: &Config, p: Numbers<'_>, y: Numbers<'_>, w: Option<Numbers<'_>>) -> Result<Vec<i64>, Fault> {
        let mut words = empty(config);
        update(config, &mut words, p, y, w).map(|()| saved(config, words))
    }

    fn table(config: &Config, p: Numbers<'_>, y: Numbers<'_>, w: Option<Numbers<'_>>) -> Vec<[f64; 3]> {
        let mut words = state(config, p, y, w).unwrap();
        words.resize(config.layout().room(), 0);
        let mut to = vec![f64::NAN; 3 * config.bins];
        finish(config, &mut words, &mut to);
        to.as_chunks().0.to_vec()
    }

    /// The bin by the definition: the edges are k/n as float64 numbers.
    fn bin(config: &Config, confidence: f64) -> usize {
        let edge = |k: usize| k as f64 / config.bins as f64;
        let inside = |k: &usize| match config.closed {
            Closed::Right => confidence <= edge(k + 1),
            Closed::Left => confidence < edge(k + 1),
        };
        (0..config.bins - 1).find(inside).unwrap_or(config.bins - 1)
    }

    /// Confidence and hit of a row by the definition.
    fn pair(config: &Config, row: &[f64], label: f64) -> (f64, bool) {
        match (config.of, row) {
            (Of::Positive, &[p]) => (p, label == 1.0),
            (_, &[p]) if p > 1.0 - p => (p, label == 1.0),
            (_, &[p]) => (1.0 - p, label == 0.0),
            _ => {
                let most = row.iter().copied().fold(0.0, f64::max);
                (most, row.iter().position(|&p| p == most) == Some(label as usize))
            }
        }
    }

    /// The table by the definition; confidences, like the kernel's, in whole units of 2⁻⁵².
    fn counted(config: &Config, p: &[f64], y: &[f64]) -> Vec<[f64; 3]> {
        let mut rows = vec![(0.0, 0.0, 0_u128); config.bins];
        for (row, &label) in p.chunks(config.columns).zip(y) {
            let (confidence, hit) = pair(config, row, label);
            let to = &mut rows[bin(config, confidence)];
            to.0 += 1.0;
            to.1 += f64::from(u8::from(hit));
            to.2 += (confidence / UNIT).round_ties_even() as u128;
        }
        rows.into_iter().map(|(count, hits, units)| [count, hits, units as f64 * UNIT]).collect()
    }

    /// Confidences where bins meet, and their neighbours in both types.
    fn edges(bins: usize) -> Vec<f64> {
        let near = |x: f64| {
            let single = f64::from(x as f32);
            let (below, above) = (f64::from((x as f32).next_down()), f64::from((x as f32).next_up()));
            [x, x.next_down(), x.next_up(), single, below, above]
        };
        let edges = (0..=bins).flat_map(|k| near(k as f64 / bins as f64));
        edges.filter(|x| (0.0..=1.0).contains(x)).collect()
    }

    #[test]
    fn edges_belong_to_one_bin() {
        for bins in (1..40).chain([97, 100, 128, 129, 1000]) {
            let p = edges(bins);
            let narrow = f32s(&p);
            let rounded: Vec<f64> = narrow.iter().map(|&x| x.into()).collect();
            let y = labels(1, p.len(), 2);
            for closed in [Closed::Right, Closed::Left] {
                let config = Config { bins, closed, ..TEN };
                assert_eq!(table(&config, Numbers::F64(&p), Numbers::F64(&y), None), counted(&config, &p, &y));
                let found = table(&config, Numbers::F32(&narrow), Numbers::F64(&y), None);
                assert_eq!(found, counted(&config, &rounded, &y), "{config:?}");
            }
        }
    }

    proptest! {
        #![proptest_config(cases(50))]

        #[test]
        fn bins_by_the_definition(
            len in prop::sample::select(LENGTHS.to_vec()), seed: u64, bins in 1..300usize, left: bool, top: bool,
            columns in prop::sample::select(vec![1, 1, 2, 3, 5]),
        ) {
            let closed = if left { Closed::Left } else { Closed::Right };
            let of = if top || columns > 1 { Of::TopLabel } else { Of::Positive };
            let config = Config { bins, closed, of, columns, weighted: false };
            // Every float32 here is above 2⁻²⁹ or 0, so both types have the same sums.
            let narrow: Vec<f32> = units(seed, len * columns).iter().map(|u| (u * 64.0).floor() as f32 / 63.0).collect();
            let narrow: Vec<f32> = narrow.into_iter().map(|p| p.min(1.0)).collect();
            let p: Vec<f64> = narrow.iter().map(|&p| p.into()).collect();
            let y = labels(!seed, len, columns.max(2));
            let expected = counted(&config, &p, &y);
            for found in in_each_type(&y, |y| {
                [Numbers::F32(&narrow), Numbers::F64(&p)].map(|p| table(&config, p, y, None))
            }) {
                prop_assert_eq!(&found[0], &expected);
                prop_assert_eq!(&found[1], &expected);
            }
        }

        #[test]
        fn neither_order_nor_cuts_matter(
            len in 1..3000usize, cut in 0..3000usize, seed: u64, weighted: bool, columns in 1..4usize
        ) {
            let config = Config { columns, weighted, of: Of::TopLabel, ..TEN };
            let (p, y, w) = (units(seed, len * columns), labels(!seed, len, 2.max(columns)), units(seed ^ 7, len));
            let weigh = |w| weighted.then_some(Numbers::F64(w));
            let whole = state(&config, Numbers::F64(&p), Numbers::F64(&y), weigh(&w)).unwrap();
            let rows = order(seed, len);
            let (p, y, w) = (shuffled(&p, columns, &rows), shuffled(&y, 1, &rows), shuffled(&w, 1, &rows));
            let mut words = empty(&config);
            let cut = cut.min(len);
            for part in [0..cut, cut..len] {
                let p = Numbers::F64(&p[part.start * columns..part.end * columns]);
                update(&config, &mut words, p, Numbers::F64(&y[part.clone()]), weigh(&w[part])).unwrap();
            }
            prop_assert_eq!(saved(&config, words), whole);
        }

        #[test]
        fn whole_weights_are_repetition(len in 1..200usize, seed: u64) {
            let (p, y, w) = (units(seed, len), labels(!seed, len, 2), labels(seed ^ 7, len, 4));
            let repeat = |x: &[f64]| -> Vec<f64> {
                x.iter().zip(&w).flat_map(|(&x, &w)| core::iter::repeat_n(x, w as usize)).collect()
            };
            let weighted = Config { weighted: true, ..TEN };
            let found = table(&weighted, Numbers::F64(&p), Numbers::F64(&y), Some(Numbers::F64(&w)));
            let expected = table(&TEN, Numbers::F64(&repeat(&p)), Numbers::F64(&repeat(&y)), None);
            // Up to 3 rows' worth of a confidence's last place is rounded when it is multiplied.
            for (found, expected) in found.iter().zip(&expected) {
                prop_assert_eq!(&found[..2], &expected[..2]);
                prop_assert!((found[2] - expected[2]).abs() <= 1e-13 * expected[2]);
            }
        }
    }

    /// As many rows of the largest confidence as come between two flushes, in one bin.
    #[test]
    fn one_full_bin_does_not_overflow() {
        for bins in [1, MAX_REPLICATED, MAX_REPLICATED + 1, 1000] {
            let config = Config { bins, ..TEN };
            let len = 5 * FLUSH * REPLICAS + 5;
            let last = table(&config, Numbers::F32(&vec![1.0; len]), Numbers::U8(&vec![1; len]), None)[bins - 1];
            assert_eq!(last, [len as f64; 3], "{bins} bins");
        }
    }

    #[test]
    fn small_confidences_round_to_whole_units() {
        let p = [1e-300, 0.75 * UNIT, -0.0, 0.1];
        let [[count, hits, sum]] = table(&Config { bins: 1, ..TEN }, Numbers::F64(&p), Numbers::U8(&[1; 4]), None)[..]
        else {
            panic!("one bin");
        };
        assert_eq!(bits(&[count, hits, sum]), bits(&[4.0, 4.0, (0.1_f64 / UNIT).round_ties_even() * UNIT + UNIT]));
    }

    #[test]
    fn faults_say_where() {
        let fault = |problem, argument, index, value| Err(Fault { problem, argument, index, value });
        let at = 1024 + 41;
        let (good, mut bad) = (vec![0.5; 2050], vec![0.5; 2050]);
        bad[at] = -0.25;
        let zeros = vec![0; 2050];
        let mut twos = zeros.clone();
        twos[at] = 2;
        let top = Config { of: Of::TopLabel, ..TEN };
        for config in [TEN, top] {
            let outside = fault(Problem::Probability, Argument::Predictions, at, -0.25);
            assert_eq!(state(&config, Numbers::F64(&bad), Numbers::I32(&zeros), None), outside);
            assert_eq!(state(&config, Numbers::F32(&f32s(&bad)), Numbers::I32(&zeros), None), outside);
            let label = fault(Problem::Label, Argument::Targets, at, 2.0);
            assert_eq!(state(&config, Numbers::F64(&good), Numbers::I32(&twos), None), label);
        }
        let columns = Config { columns: 2, ..top };
        let outside = fault(Problem::Probability, Argument::Predictions, at, -0.25);
        assert_eq!(state(&columns, Numbers::F64(&bad), Numbers::I32(&zeros[..1025]), None), outside);
        let weighted = Config { weighted: true, ..TEN };
        let weights: Vec<f64> = (0..2050).map(|i| if i == at { f64::INFINITY } else { 1.0 }).collect();
        let weight = fault(Problem::Weight, Argument::SampleWeight, at, f64::INFINITY);
        assert_eq!(state(&weighted, Numbers::F64(&good), Numbers::I32(&zeros), Some(Numbers::F64(&weights))), weight);
        let misuse = Err(Fault::misuse(Argument::SampleWeight));
        assert_eq!(state(&TEN, Numbers::F64(&good), Numbers::I32(&zeros), Some(Numbers::F64(&weights))), misuse);
    }
}
