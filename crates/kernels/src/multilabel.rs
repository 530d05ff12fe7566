//! Counts of rows that have several labels: of each label, and of each row over its labels.
//!
//! State: for each label rows where it is rightly predicted, wrongly predicted, and missed; all rows, and rows with every
//! label right; and how many rows have each triple of hits, predicted labels and labels in all, which is what a mean over
//! rows of any measure needs. Counters, or sums where rows have weights.
//!
//! Triples of few labels are counters of the state. Of many labels most triples never occur: there each row leaves an
//! entry for a table of sorted keys ([`crate::sparse`]).
//!
//! Where a target may be ignored its cell is counted nowhere: the state also has, for each label, rows where it is kept,
//! and rows with as many kept labels have triples of their own, in a table. A row of which nothing is kept is no row.

use crate::decide::From;
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status, by_sixteen};
use crate::math::Coefficients;
use crate::simd::{F32x4, F64x2, Mask, Scalar, U8x16, Vector, bytes_mut};
use crate::sparse::Entries;
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::sum;

/// Labels up to which triples are counters of the state: 6,545 of them.
const DENSE: usize = 32;

/// Labels up to which every key is below 2⁵³, of triples alone and beside the number of kept labels.
const MOST: f64 = 262_144.0;
const MOST_IGNORING: f64 = 16_384.0;

/// What predictions are, and which labels they predict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// A matrix of 0 and 1.
    Labels,
    /// Scores, of which those at or above (strictly: above) their threshold.
    Thresholds {
        /// What scores are.
        from: From,
        /// Predicted means above the threshold.
        strict: bool,
    },
    /// Scores, of which so many largest of each row, the first of equal ones.
    Largest {
        /// What scores are.
        from: From,
        /// How many.
        top: usize,
    },
}

/// How rows are counted.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Labels of a row.
    pub labels: usize,
    /// What predictions are.
    pub rule: Rule,
    /// Whether rows have weights.
    pub weighted: bool,
    /// Cells with this target are left out.
    pub ignore: Option<f64>,
}

impl Metric for Config {
    const KIND: Kind = Kind::Multilabel;

    fn from_config(&[labels, from, strict, top, weighted, ignoring, ignore, ..]: &state::Config) -> Option<Self> {
        let rule = match From::from_code(from)? {
            From::Labels => Rule::Labels,
            from if top >= 1.0 => Rule::Largest { from, top: top as usize },
            from => Rule::Thresholds { from, strict: strict == 1.0 },
        };
        let ignore = (ignoring == 1.0).then_some(ignore);
        let most = if ignore.is_some() { MOST_IGNORING } else { MOST };
        (1.0..=most).contains(&labels).then_some(Self {
            labels: labels as usize,
            rule,
            weighted: weighted == 1.0,
            ignore,
        })
    }

    fn layout(&self) -> Layout {
        let each = if self.ignore.is_some() { 4 * self.labels + 2 } else { 3 * self.labels + 2 };
        let (counters, sums) = if self.weighted { (0, each) } else { (each + self.triples(), 0) };
        Layout { counters, sums, scratch: self.width() + Group::words(self) }
    }
}

impl Config {
    /// Triples are entries for a sparse table rather than counters of the state.
    pub const fn is_sparse(&self) -> bool {
        self.weighted || self.ignore.is_some() || self.labels > DENSE
    }

    /// Counters of triples in the state.
    const fn triples(&self) -> usize {
        if self.is_sparse() { 0 } else { key([0, 0, self.labels as u32 + 1]) as usize }
    }

    /// Numbers that [`finish`] writes.
    pub const fn results(&self) -> usize {
        5 * self.labels + 5 + self.triples()
    }

    /// Elements that are worked on at a time: at least one row, and whole words of bits.
    fn width(&self) -> usize {
        self.labels.max(BLOCK).next_multiple_of(64)
    }

    /// Rows that are worked on at a time: where they are many, whole vectors of any type.
    fn group(&self) -> usize {
        match BLOCK / self.labels {
            0 => 1,
            rows @ 1..4 => rows,
            rows => rows & !3,
        }
    }
}

/// A place for each triple of hits ≤ predicted ≤ labels in all (in the predictions or the targets), whatever the number
/// of labels: they are numbered by the last, then the second, then the first.
pub const fn key([hits, predicted, all]: [u32; 3]) -> u64 {
    tetrahedral(all as u64) + triangular(predicted as u64) + hits as u64
}

/// A place for each triple of rows with so many kept labels: first those of which fewer are kept.
pub const fn kept_key(triple: [u32; 3], kept: u32) -> u64 {
    pentatopic(kept as u64) + key(triple)
}

const fn pentatopic(n: u64) -> u64 {
    n * (n + 1) * (n + 2) * (n + 3) / 24
}

const fn tetrahedral(n: u64) -> u64 {
    n * (n + 1) * (n + 2) / 6
}

const fn triangular(n: u64) -> u64 {
    n * (n + 1) / 2
}

/// The largest n, of so many bits, whose place is not beyond this one.
fn last(bits: u32, at: u64, place: fn(u64) -> u64) -> u64 {
    (0..bits).rev().fold(0, |n, bit| if place(n | 1 << bit) <= at { n | 1 << bit } else { n })
}

/// The triple at a place.
pub fn triple(key: u64) -> [u32; 3] {
    let all = last(19, key, tetrahedral);
    let rest = key - tetrahedral(all);
    let predicted = last(19, rest, triangular);
    [rest - triangular(predicted), predicted, all].map(|n| n as u32)
}

/// The triple at a place, and how many labels are kept.
pub fn kept_triple(key: u64) -> ([u32; 3], u32) {
    let kept = last(15, key, pentatopic);
    (triple(key - pentatopic(kept)), kept as u32)
}

/// Rows to count.
pub struct Rows<'a> {
    /// How many.
    pub count: usize,
    /// Labels or scores, row by row.
    pub predictions: Numbers<'a>,
    /// 0 or 1, row by row.
    pub targets: Numbers<'a>,
    /// One for each row.
    pub weights: Option<Numbers<'a>>,
    /// One for all labels or one for each.
    pub thresholds: &'a [f64],
}

/// Where the triples of rows go.
pub enum Sink<'a, 'b> {
    /// To counters of the state, where it has them.
    State,
    /// To an entry for each row that has a weight.
    Entries(&'a mut Entries<'b>),
    /// As tn, fp, fn and tp of each row, or as shares of something.
    Counts(&'a mut [f64], Option<Divisor>),
}

/// What the counts of a row are divided by: as a square, whose rows are true and whose columns are predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divisor {
    /// The sum of their row of the square.
    True,
    /// The sum of their column.
    Pred,
    /// All four.
    All,
}

impl Divisor {
    /// From its code; 0 is none.
    pub const fn from_code(code: u32) -> Option<Self> {
        match code {
            1 => Some(Self::True),
            2 => Some(Self::Pred),
            3 => Some(Self::All),
            _ => None,
        }
    }

    /// Shares; 0 of nothing.
    fn shares(self, counts: [f64; 4]) -> [f64; 4] {
        let [tn, fp, f_n, tp] = counts;
        let below = match self {
            Self::True => [tn + fp, tn + fp, f_n + tp, f_n + tp],
            Self::Pred => [tn + f_n, fp + tp, tn + f_n, fp + tp],
            Self::All => [tn + fp + f_n + tp; 4],
        };
        let mut shares = counts;
        shares.iter_mut().zip(below).filter(|&(_, below)| below > 0.0).for_each(|(x, below)| *x /= below);
        shares
    }
}

/// Adds rows. On a fault the state may hold some of them.
pub fn update(config: &Config, words: &mut [i64], rows: &Rows<'_>, sink: Sink<'_, '_>) -> Status {
    let layout = config.layout();
    let Some(Parts { counters, sums, scratch }) = layout.split(words) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    if rows.weights.is_some() != config.weighted {
        return Err(Fault::misuse(Argument::SampleWeight));
    }
    let (floats, bytes) = scratch.split_at_mut(config.width());
    let Some(group) = Group::new(config, bytes) else { return Err(Fault::misuse(Argument::Predictions)) };
    let mut pass = Pass { config, rows, counters, sums, group, sink };
    let predictions = &rows.predictions;
    match (config.rule, predictions) {
        (Rule::Labels, _) => pass.run(|start, len, to| predictions.masks(start, len, Argument::Predictions, to)),
        (_, Numbers::F32(scores)) => pass.run_scores(scores, F32x4::arrays_mut(floats).as_flattened_mut()),
        (_, Numbers::F64(scores)) => pass.run_scores(scores, F64x2::arrays_mut(floats).as_flattened_mut()),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }?;
    layout.canonicalise(words);
    Ok(())
}

/// Writes for each label tp, then fp, fn, tn, and how often it is true; after them all rows, rows with every label right,
/// the others, how many labels are wrong, and how many there are; then how many rows have the triple of each key, where
/// the state knows.
pub fn finish(config: &Config, words: &mut [i64], to: &mut [f64]) {
    let Some(Parts { counters, sums, .. }) = config.layout().split(words) else { return };
    let labels = config.labels;
    let (of_labels, rest) = to.split_at_mut(5 * labels);
    let (of_rows, of_triples) = rest.split_at_mut(5);
    let mut write = |kind: usize, label: usize, value: f64| {
        if let Some(to) = of_labels.get_mut(kind * labels + label) {
            *to = value;
        }
    };
    if config.weighted {
        let Some((sums, [all, exact, kept @ ..])) = sums.split_at_checked(3 * labels) else { return };
        let (mut wrong, mut cells) = (NOTHING, NOTHING);
        for label in 0..labels {
            let [tp, fp, f_n] = [0, 1, 2].map(|kind| sums.get(kind * labels + label).unwrap_or(&NOTHING));
            let kept = kept.get(label).unwrap_or(all);
            let tn = combined(&[kept], &[tp, fp, f_n]);
            let counts = [*tp, *fp, *f_n, tn, combined(&[tp, f_n], &[])];
            counts.iter().enumerate().for_each(|(kind, count)| write(kind, label, sum::value(count)));
            wrong = combined(&[&wrong, fp, f_n], &[]);
            cells = combined(&[&cells, kept], &[]);
        }
        of_rows.copy_from_slice(&[all, exact, &combined(&[all], &[exact]), &wrong, &cells].map(sum::value));
    } else {
        let Some((counters, &mut [all, exact, ref rest @ ..])) = counters.split_at_mut_checked(3 * labels) else {
            return;
        };
        let (kept, triples) = rest.split_at(if config.ignore.is_some() { rest.len() } else { 0 });
        let (mut wrong, mut cells) = (0, 0);
        for label in 0..labels {
            let [tp, fp, f_n] = [0, 1, 2].map(|kind| counters.get(kind * labels + label).copied().unwrap_or(0));
            let kept = kept.get(label).copied().unwrap_or(all);
            let counts = [tp, fp, f_n, kept - tp - fp - f_n, tp + f_n];
            counts.iter().enumerate().for_each(|(kind, &count)| write(kind, label, count as f64));
            wrong += fp + f_n;
            cells += kept;
        }
        of_rows.copy_from_slice(&[all, exact, all - exact, wrong, cells].map(|count| count as f64));
        of_triples.iter_mut().zip(triples).for_each(|(to, &count)| *to = count as f64);
    }
}

const NOTHING: sum::Words = [0; sum::WORDS];

/// Sums added up, and others taken away.
fn combined(plus: &[&sum::Words], minus: &[&sum::Words]) -> sum::Words {
    let mut total = NOTHING;
    for (i, to) in total.iter_mut().enumerate() {
        let at = |sums: &[&sum::Words]| sums.iter().map(|sum| sum[i]).sum::<i64>();
        *to = at(plus) - at(minus);
    }
    sum::normalise(&mut total);
    total
}

/// Writes tp of the triple of each key, then fp, fn and tn. Keys of rows with so many labels, or where `None`, of which
/// the keys say how many are kept.
pub fn rows_of(labels: Option<u32>, keys: &[f64], to: &mut [f64]) {
    let mut kinds = to.chunks_exact_mut(keys.len().max(1));
    let (Some(tp), Some(fp), Some(f_n), Some(tn)) = (kinds.next(), kinds.next(), kinds.next(), kinds.next()) else {
        return;
    };
    for ((((tp, fp), f_n), tn), &key) in tp.iter_mut().zip(fp).zip(f_n).zip(tn).zip(keys) {
        let ([hits, predicted, all], kept) =
            labels.map_or_else(|| kept_triple(key as u64), |labels| (triple(key as u64), labels));
        [*tp, *fp, *f_n, *tn] = [hits, predicted - hits, all - predicted, kept - all].map(f64::from);
    }
}

/// One update on its way.
struct Pass<'a, 'b, 'c> {
    config: &'a Config,
    rows: &'a Rows<'a>,
    counters: &'a mut [i64],
    sums: &'a mut [sum::Words],
    group: Group<'a>,
    sink: Sink<'b, 'c>,
}

impl Pass<'_, '_, '_> {
    fn run_scores<S: Scalar>(&mut self, scores: &[S], room: &mut [S]) -> Status {
        let (Rows { predictions, thresholds, .. }, labels) = (self.rows, self.config.labels);
        let block = |start: usize, len: usize| scores.get(start..start + len).unwrap_or(&[]);
        let fault = |from: From, start: usize, len: usize| {
            let excludes = |x| from.excludes(x);
            Err(predictions.fault(start, len, Argument::Predictions, Problem::Probability, excludes))
        };
        match self.config.rule {
            Rule::Labels => Err(Fault::misuse(Argument::Predictions)),
            Rule::Thresholds { from, strict } => {
                for (to, &threshold) in room.iter_mut().zip(thresholds.iter().cycle()) {
                    *to = S::at_least(threshold, strict);
                }
                let domain = Domain::<S::Vector>::of(from);
                self.run(|start, len, to| {
                    let mut fine = domain.everything();
                    let mut bounds = room.as_chunks().0.iter();
                    by_sixteen(block(start, len), to, |scores, to| {
                        fine = fine.and(domain.includes(scores));
                        if let Some(bounds) = bounds.next() {
                            S::Vector::reach(scores, bounds).store(to);
                        }
                    });
                    if fine.all() { Ok(()) } else { fault(from, start, len) }
                })
            }
            Rule::Largest { from, top } => {
                let domain = Domain::<S::Vector>::of(from);
                self.run(|start, len, to| {
                    let mut fine = domain.everything();
                    by_sixteen(block(start, len), to, |scores, _| fine = fine.and(domain.includes(scores)));
                    if !fine.all() {
                        return fault(from, start, len);
                    }
                    let rows = to.as_flattened_mut().chunks_exact_mut(labels);
                    for (row, to) in block(start, len).chunks_exact(labels).zip(rows) {
                        take_largest(row, top, room, to);
                    }
                    Ok(())
                })
            }
        }
    }

    /// Counts all rows. `predict` writes 0xff for elements from a start that are predicted, 0 for the others.
    fn run(&mut self, mut predict: impl FnMut(usize, usize, &mut [[u8; 16]]) -> Status) -> Status {
        let labels = self.config.labels;
        let step = self.config.group();
        let mut weight_buffer: Buffer<f64> = [0.0; BLOCK];
        let mut counted = 0;
        self.group.clear();
        for first in (0..self.rows.count).step_by(step) {
            let count = step.min(self.rows.count - first);
            let (start, len) = (first * labels, count * labels);
            predict(start, len, self.group.predicted)?;
            self.group.take_targets(&self.rows.targets, start, len, self.config.ignore)?;
            self.group.count(len);
            if let Some(weights) = &self.rows.weights {
                let weights = weights.weights(first, count, Argument::SampleWeight, &mut weight_buffer)?;
                self.weigh(count, weights);
                continue;
            }
            self.count(first, count);
            counted += 1;
            if counted == u8::MAX {
                self.group.flush(labels, self.counters);
                counted = 0;
            }
        }
        if !self.config.weighted {
            self.group.flush(labels, self.counters);
        }
        Ok(())
    }

    /// Counts the rows of a group.
    fn count(&mut self, first: usize, count: usize) {
        let labels = self.config.labels;
        let Some([all, exact, triples @ ..]) = self.counters.get_mut(3 * labels..) else { return };
        let mut right = 0;
        match &mut self.sink {
            Sink::State => {
                *all += count as i64;
                self.group.rows(labels, count, |_, row, _| {
                    right += i64::from(row[0] == row[2]);
                    if let Some(count) = triples.get_mut(place(row)) {
                        *count += 1;
                    }
                });
            }
            Sink::Entries(entries) => {
                let ignores = self.config.ignore.is_some();
                self.group.rows(labels, count, |_, row, kept| {
                    if kept == 0 {
                        return;
                    }
                    right += i64::from(row[0] == row[2]);
                    *all += 1;
                    entries.push(if ignores { kept_key(row, kept) } else { key(row) }, 1.0);
                });
            }
            Sink::Counts(to, divisor) => {
                let to = to.as_chunks_mut::<4>().0;
                self.group.rows(labels, count, |at, [hits, predicted, all], kept| {
                    if let Some(to) = to.get_mut(first + at) {
                        let counts = [kept - all, predicted - hits, all - predicted, hits].map(f64::from);
                        *to = divisor.map_or(counts, |divisor| divisor.shares(counts));
                    }
                });
            }
        }
        *exact += right;
    }

    /// Adds the weights of a group's rows.
    fn weigh(&mut self, count: usize, weights: &[f64]) {
        let labels = self.config.labels;
        let Some((of_labels, [all, exact, of_kept @ ..])) = self.sums.split_at_mut_checked(3 * labels) else { return };
        let ignores = self.config.ignore.is_some();
        self.group.rows(labels, count, |at, row, kept| {
            if kept == 0 {
                return;
            }
            let weight = weights.get(at).copied().unwrap_or(0.0);
            sum::add(all, weight);
            if row[0] == row[2] {
                sum::add(exact, weight);
            }
            if let Sink::Entries(entries) = &mut self.sink
                && weight > 0.0
            {
                entries.push(if ignores { kept_key(row, kept) } else { key(row) }, weight);
            }
        });
        for (row, &weight) in weights.iter().take(count).enumerate() {
            self.group.weigh(row * labels, labels, weight, of_labels, of_kept);
        }
    }
}

/// [`key`] of at most [`DENSE`] labels.
#[inline(always)]
fn place([hits, predicted, all]: [u32; 3]) -> usize {
    const PLACES: [u32; DENSE + 1] = {
        let mut places = [0; DENSE + 1];
        let mut all = 0;
        while all <= DENSE {
            places[all] = key([0, 0, all as u32]) as u32;
            all += 1;
        }
        places
    };
    let before = PLACES.get(all as usize).copied().unwrap_or(u32::MAX);
    before.saturating_add(predicted * (predicted + 1) / 2 + hits) as usize
}

/// What scores may be: from the least to the largest number. A NaN is within nothing.
struct Domain<V> {
    least: V,
    largest: V,
}

impl<V: Vector> Domain<V> {
    fn of(from: From) -> Self {
        let (least, largest) = match from {
            From::Probabilities => (V::Scalar::ZERO, V::Scalar::ONE),
            _ => (V::Scalar::from_f64(f64::NEG_INFINITY), V::Scalar::INFINITY),
        };
        Self { least: V::splat(least), largest: V::splat(largest) }
    }

    fn everything(&self) -> V::Mask {
        self.least.eq(self.least)
    }

    #[inline(always)]
    fn includes(&self, scores: &[V::Scalar; 16]) -> V::Mask {
        V::chunks(scores).iter().fold(self.everything(), |fine, x| {
            let x = V::load(x);
            fine.and(self.least.le(x)).and(x.le(self.largest))
        })
    }
}

/// Bits that a word holds wherever in its first byte they begin.
const BITS: usize = 56;

fn fours(chunks: &[[u8; 16]]) -> core::slice::Iter<'_, [[u8; 16]; 4]> {
    chunks.as_chunks().0.iter()
}

fn fours_mut(chunks: &mut [[u8; 16]]) -> core::slice::IterMut<'_, [[u8; 16]; 4]> {
    chunks.as_chunks_mut().0.iter_mut()
}

/// A group of rows as bytes, 0xff or 0, and as bits; and how often each of its elements was set in the groups so far,
/// which are at most [`u8::MAX`].
struct Group<'a> {
    /// Where targets may be ignored.
    kept: Option<Kept<'a>>,
    predicted: &'a mut [[u8; 16]],
    targets: &'a mut [[u8; 16]],
    hits: &'a mut [[u8; 16]],
    of_predicted: &'a mut [[u8; 16]],
    of_targets: &'a mut [[u8; 16]],
    predicted_bits: &'a mut [[u8; 8]],
    target_bits: &'a mut [[u8; 8]],
}

/// The elements of a group that are not ignored, likewise.
struct Kept<'a> {
    masks: &'a mut [[u8; 16]],
    counts: &'a mut [[u8; 16]],
    bits: &'a mut [[u8; 8]],
}

impl Kept<'_> {
    /// Counts the first elements, makes bits of them, and lets nothing be predicted beside them.
    fn count(&mut self, len: usize, predicted: &mut [[u8; 16]]) {
        let words = len.div_ceil(64);
        self.masks.as_flattened_mut().get_mut(len..64 * words).unwrap_or(&mut []).fill(0);
        let counts = fours(self.masks).zip(fours_mut(self.counts));
        let to = fours_mut(predicted).zip(&mut *self.bits);
        for ((masks, counts), (predicted, bits)) in counts.zip(to).take(words) {
            let mut word = 0;
            for i in 0..4 {
                let kept = U8x16::load(&masks[i]);
                U8x16::load(&predicted[i]).and(kept).store(&mut predicted[i]);
                U8x16::load(&counts[i]).minus(kept).store(&mut counts[i]);
                word |= u64::from(kept.bits()) << (16 * i);
            }
            *bits = word.to_le_bytes();
        }
    }

    /// How many of a row.
    fn of_row(&self, start: usize, labels: usize) -> u32 {
        (0..labels).step_by(BITS).map(|label| bits(self.bits, start + label, labels - label).count_ones()).sum()
    }
}

/// At most [`BITS`] bits from an element on.
#[inline(always)]
fn bits(words: &[[u8; 8]], at: usize, len: usize) -> u64 {
    let mask = (1 << len.min(BITS)) - 1;
    let bytes = words.as_flattened().get(at / 8..).and_then(|bytes| bytes.first_chunk());
    u64::from_le_bytes(*bytes.unwrap_or(&[0; 8])) >> (at % 8) & mask
}

/// Adds a weight for each bit, from a place on.
fn weigh(mut bits: u64, first: usize, weight: f64, sums: &mut [sum::Words]) {
    while bits != 0 {
        if let Some(sum) = sums.get_mut(first + bits.trailing_zeros() as usize) {
            sum::add(sum, weight);
        }
        bits &= bits - 1;
    }
}

impl<'a> Group<'a> {
    /// Words of room.
    fn words(config: &Config) -> usize {
        let (masks, bits) = Self::planes(config);
        masks * config.width() / 8 + bits * Self::bit_words(config)
    }

    /// How many there are of bytes, and of bits.
    fn planes(config: &Config) -> (usize, usize) {
        if config.ignore.is_some() { (7, 3) } else { (5, 2) }
    }

    /// Words of bits: what is read at the end of the last one may reach into another.
    fn bit_words(config: &Config) -> usize {
        config.width() / 64 + 1
    }

    fn new(config: &Config, words: &'a mut [i64]) -> Option<Self> {
        let (width, bit_words) = (config.width(), Self::bit_words(config));
        let (masks, bits) = words.split_at_mut_checked(Self::planes(config).0 * width / 8)?;
        let mut masks = bytes_mut(masks).chunks_exact_mut(width);
        let mut next = || masks.next().map(|masks| masks.as_chunks_mut().0);
        let mut bits = bytes_mut(bits).as_chunks_mut().0.chunks_exact_mut(bit_words);
        Some(Self {
            predicted: next()?,
            targets: next()?,
            hits: next()?,
            of_predicted: next()?,
            of_targets: next()?,
            predicted_bits: bits.next()?,
            target_bits: bits.next()?,
            kept: match (next(), next(), bits.next()) {
                (Some(masks), Some(counts), Some(bits)) => Some(Kept { masks, counts, bits }),
                _ => None,
            },
        })
    }

    fn clear(&mut self) {
        for counts in [&mut *self.hits, &mut *self.of_predicted, &mut *self.of_targets] {
            counts.fill([0; 16]);
        }
        if let Some(kept) = &mut self.kept {
            kept.counts.fill([0; 16]);
        }
    }

    /// Brings in targets, after what is predicted.
    fn take_targets(&mut self, targets: &Numbers<'_>, start: usize, len: usize, ignore: Option<f64>) -> Status {
        let (Some(ignore), Some(kept)) = (ignore, &mut self.kept) else {
            return targets.masks(start, len, Argument::Targets, self.targets);
        };
        targets.masks_but(start, len, ignore, Argument::Targets, self.targets, kept.masks)?;
        kept.count(len, self.predicted);
        Ok(())
    }

    /// Counts the first elements, and makes bits of them.
    fn count(&mut self, len: usize) {
        let words = len.div_ceil(64);
        for masks in [&mut *self.predicted, &mut *self.targets] {
            // What the last word has beyond the rows is nothing.
            let masks = masks.as_flattened_mut().get_mut(len..64 * words);
            masks.unwrap_or(&mut []).fill(0);
        }
        let counts = fours_mut(self.hits).zip(fours_mut(self.of_predicted)).zip(fours_mut(self.of_targets));
        let masks = fours(self.predicted).zip(fours(self.targets));
        let bits = self.predicted_bits.iter_mut().zip(&mut *self.target_bits);
        for ((((hits, of_predicted), of_targets), (predicted, targets)), bits) in
            counts.zip(masks).zip(bits).take(words)
        {
            let mut words = [0; 2];
            for i in 0..4 {
                let (predicted, targets) = (U8x16::load(&predicted[i]), U8x16::load(&targets[i]));
                // Taking away 0xff is adding one.
                U8x16::load(&hits[i]).minus(predicted.and(targets)).store(&mut hits[i]);
                U8x16::load(&of_predicted[i]).minus(predicted).store(&mut of_predicted[i]);
                U8x16::load(&of_targets[i]).minus(targets).store(&mut of_targets[i]);
                words[0] |= u64::from(predicted.bits()) << (16 * i);
                words[1] |= u64::from(targets.bits()) << (16 * i);
            }
            (*bits.0, *bits.1) = (words[0].to_le_bytes(), words[1].to_le_bytes());
        }
    }

    /// Moves what was counted to the counters of labels.
    fn flush(&mut self, labels: usize, counters: &mut [i64]) {
        let Some((counters, rest)) = counters.split_at_mut_checked(3 * labels) else { return };
        let mut kinds = counters.chunks_exact_mut(labels);
        let (Some(tp), Some(fp), Some(f_n)) = (kinds.next(), kinds.next(), kinds.next()) else { return };
        let [hits, of_predicted, of_targets] =
            [&self.hits, &self.of_predicted, &self.of_targets].map(|counts| counts.as_flattened().chunks_exact(labels));
        for ((hits, predicted), targets) in hits.zip(of_predicted).zip(of_targets) {
            let to = tp.iter_mut().zip(&mut *fp).zip(&mut *f_n);
            let counts = hits.iter().zip(predicted).zip(targets);
            for (((tp, fp), f_n), ((&hits, &predicted), &targets)) in to.zip(counts) {
                *tp += i64::from(hits);
                *fp += i64::from(predicted - hits);
                *f_n += i64::from(targets - hits);
            }
        }
        if let (Some(kept), Some(to)) = (&self.kept, rest.get_mut(2..)) {
            for counts in kept.counts.as_flattened().chunks_exact(labels) {
                to.iter_mut().zip(counts).for_each(|(to, &count)| *to += i64::from(count));
            }
        }
        self.clear();
    }

    /// Hits, predicted labels, and labels in all, of each row, and how many of its labels are kept.
    #[inline(always)]
    fn rows(&self, labels: usize, count: usize, mut each: impl FnMut(usize, [u32; 3], u32)) {
        let of_bits =
            |[predicted, targets]: [u64; 2]| [predicted & targets, predicted, predicted | targets].map(u64::count_ones);
        for row in 0..count {
            // Most rows have but one word.
            let mut counts = of_bits(self.bits(row * labels, labels));
            for label in (BITS..labels).step_by(BITS) {
                let more = of_bits(self.bits(row * labels + label, labels - label));
                counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
            }
            each(row, counts, self.kept.as_ref().map_or(labels as u32, |kept| kept.of_row(row * labels, labels)));
        }
    }

    /// At most [`BITS`] bits from an element on, of what is predicted and of what is true.
    #[inline(always)]
    fn bits(&self, at: usize, len: usize) -> [u64; 2] {
        [&*self.predicted_bits, &*self.target_bits].map(|words| bits(words, at, len))
    }

    /// Adds a row's weight to each label that is predicted or true, and to each that is kept.
    fn weigh(&self, start: usize, labels: usize, weight: f64, sums: &mut [sum::Words], of_kept: &mut [sum::Words]) {
        for label in (0..labels).step_by(BITS) {
            let [predicted, targets] = self.bits(start + label, labels - label);
            let kinds = [predicted & targets, predicted & !targets, targets & !predicted];
            kinds.into_iter().enumerate().for_each(|(kind, bits)| weigh(bits, kind * labels + label, weight, sums));
            if let Some(kept) = &self.kept {
                weigh(bits(kept.bits, start + label, labels - label), label, weight, of_kept);
            }
        }
    }
}

/// 0xff for each of the largest scores of a row, the first of equal ones, and 0 for the others.
fn take_largest<S: Scalar>(row: &[S], top: usize, room: &mut [S], to: &mut [u8]) {
    let Some(least) = largest(row, top, room) else { return to.fill(0xff) };
    let above = row.iter().filter(|&&x| x > least).count();
    let mut equal = top - above;
    for (to, &x) in to.iter_mut().zip(row) {
        let taken = x > least || (x == least && equal > 0);
        equal -= usize::from(taken && x == least);
        *to = if taken { 0xff } else { 0 };
    }
}

/// The last of so many largest; `None` where there are no more.
fn largest<S: Scalar>(row: &[S], top: usize, room: &mut [S]) -> Option<S> {
    let (heap, (start, rest)) = (room.get_mut(..top)?, row.split_at_checked(top)?);
    heap.copy_from_slice(start);
    (0..top / 2).rev().for_each(|at| sink_down(heap, at));
    for &x in rest {
        if let Some(least) = heap.first_mut()
            && x > *least
        {
            *least = x;
            sink_down(heap, 0);
        }
    }
    heap.first().copied()
}

/// Moves a value down a heap of which the first is least, until none below it is less.
fn sink_down<S: Scalar>(heap: &mut [S], mut at: usize) {
    loop {
        let (left, right) = (2 * at + 1, 2 * at + 2);
        let Some(&of_left) = heap.get(left) else { return };
        let (child, of_child) = match heap.get(right) {
            Some(&of_right) if of_right < of_left => (right, of_right),
            _ => (left, of_left),
        };
        if heap.get(at).is_none_or(|&x| x <= of_child) {
            return;
        }
        heap.swap(at, child);
        at = child;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sparse::{self, Content, Entry};
    use crate::testing::{cases, empty, f32s, in_each_type, labels, order, saved, shuffled, units};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const GIVEN: Config = Config { labels: 3, rule: Rule::Labels, weighted: false, ignore: None };

    /// Labels of one word of bits or several, of the state's own triples or not, of one row at a time or more.
    const LABELS: [usize; 10] = [1, 2, 6, 20, 32, 33, 57, 130, 1025, 2100];

    fn rows<'a>(predictions: Numbers<'a>, targets: Numbers<'a>, count: usize) -> Rows<'a> {
        Rows { count, predictions, targets, weights: None, thresholds: &[0.5] }
    }

    /// The words after an update, and the cells that it leaves to a sparse table.
    fn state(config: &Config, rows: &Rows<'_>) -> Result<(Vec<i64>, Vec<i64>), Fault> {
        let mut words = empty(config);
        let mut room = vec![Entry::default(); rows.count];
        let mut entries = Entries { room: &mut room, len: 0 };
        let sink = if config.is_sparse() { Sink::Entries(&mut entries) } else { Sink::State };
        update(config, &mut words, rows, sink)?;
        let (content, len) = (if config.weighted { Content::Sums } else { Content::Counts }, entries.len);
        let entries = &mut room[..len];
        let mut spare = entries.to_vec();
        let cells = sparse::sort(content, entries, &mut spare);
        let mut run = vec![0; cells * content.cell_words()];
        sparse::gather(content, entries, &mut run);
        Ok((saved(config, words), run))
    }

    /// What is written of a state, and how many rows have each triple.
    fn results(config: &Config, rows: &Rows<'_>) -> (Vec<f64>, BTreeMap<u64, f64>) {
        let (mut words, run) = state(config, rows).unwrap();
        words.resize(config.layout().room(), 0);
        let mut to = vec![f64::NAN; config.results()];
        finish(config, &mut words, &mut to);
        let triples =
            to.split_off(5 * config.labels + 5).into_iter().enumerate().map(|(key, count)| (key as f64, count));
        let content = if config.weighted { Content::Sums } else { Content::Counts };
        let cells = run.len() / content.cell_words();
        let (mut keys, mut values) = (vec![0.0; cells], vec![0.0; cells]);
        sparse::read(content, &run, &mut keys, &mut values);
        let all = triples.chain(keys.into_iter().zip(values)).filter(|&(_, count)| count > 0.0);
        (to, all.map(|(key, count)| (key as u64, count)).collect())
    }

    /// The same by the definition, from what is predicted.
    fn counted(
        labels: usize,
        predicted: &[f64],
        targets: &[f64],
        weights: Option<&[f64]>,
    ) -> (Vec<f64>, BTreeMap<u64, f64>) {
        counted_but(None, labels, predicted, targets, weights)
    }

    /// The same without the cells whose target is ignored.
    fn counted_but(
        ignore: Option<f64>,
        labels: usize,
        predicted: &[f64],
        targets: &[f64],
        weights: Option<&[f64]>,
    ) -> (Vec<f64>, BTreeMap<u64, f64>) {
        let (mut to, mut triples) = (vec![0.0; 5 * labels + 5], BTreeMap::new());
        for (row, (p, y)) in predicted.chunks(labels).zip(targets.chunks(labels)).enumerate() {
            let weight = weights.map_or(1.0, |weights| weights[row]);
            let (mut triple, mut kept) = ([0; 3], 0);
            for (label, (&p, &y)) in p.iter().zip(y).enumerate().filter(|&(_, (_, &y))| Some(y) != ignore) {
                let kind = [[3, 1], [2, 0]][y as usize][p as usize];
                to[kind * labels + label] += weight;
                to[4 * labels + label] += y * weight;
                to[5 * labels + 3] += (p - y).abs() * weight;
                to[5 * labels + 4] += weight;
                triple[0] += u32::from(kind == 0);
                triple[1] += p as u32;
                triple[2] += u32::from(kind != 3);
                kept += 1;
            }
            if kept == 0 {
                continue;
            }
            to[5 * labels] += weight;
            to[5 * labels + if triple[0] == triple[2] { 1 } else { 2 }] += weight;
            let key = if ignore.is_some() { kept_key(triple, kept) } else { key(triple) };
            *triples.entry(key).or_insert(0.0) += weight;
        }
        triples.retain(|_, &mut count| count > 0.0);
        (to, triples)
    }

    fn count_of(labels: usize) -> usize {
        if labels > 1000 { 3 } else { 3000 / labels + 7 }
    }

    #[test]
    fn keys_are_places_of_triples() {
        let mut next = 0;
        for all in 0..40 {
            for predicted in 0..=all {
                for hits in 0..=predicted {
                    assert_eq!((key([hits, predicted, all]), triple(next)), (next, [hits, predicted, all]));
                    assert!(all > DENSE as u32 || place([hits, predicted, all]) as u64 == next);
                    next += 1;
                }
            }
        }
        for large in [[0, 0, 1 << 18], [1 << 18; 3], [77, 99_999, 262_143]] {
            assert_eq!((triple(key(large)), key(large) < 1 << 53), (large, true));
        }
        let mut to = [f64::NAN; 8];
        rows_of(Some(9), &[key([1, 3, 7]) as f64, 0.0], &mut to);
        assert_eq!(to, [1.0, 0.0, 2.0, 0.0, 4.0, 0.0, 2.0, 9.0]);
    }

    #[test]
    fn keys_are_places_of_triples_among_so_many_kept() {
        let mut next = 0;
        for kept in 0..20 {
            for of_triple in 0..key([0, 0, kept + 1]) {
                assert_eq!((kept_key(triple(of_triple), kept), kept_triple(next)), (next, (triple(of_triple), kept)));
                next += 1;
            }
        }
        for (large, kept) in [([0, 0, 1 << 14], 1 << 14), ([1 << 14; 3], 1 << 14), ([77, 9999, 12_345], 16_383)] {
            let key = kept_key(large, kept);
            assert_eq!((kept_triple(key), key < 1 << 53), ((large, kept), true));
        }
        let mut to = [f64::NAN; 8];
        rows_of(None, &[kept_key([1, 3, 7], 9) as f64, kept_key([0, 0, 0], 2) as f64], &mut to);
        assert_eq!(to, [1.0, 0.0, 2.0, 0.0, 4.0, 0.0, 2.0, 2.0]);
    }

    #[test]
    fn ignored_cells_are_counted_nowhere() {
        for columns in LABELS {
            let count = count_of(columns);
            let x = labels(1, count * columns, 2);
            for ignore in [255.0, 2.0, 1.0] {
                // Some rows are ignored as wholes.
                let y: Vec<f64> = labels(2, count * columns, 3)
                    .into_iter()
                    .enumerate()
                    .map(|(i, y)| if y == 2.0 || i / columns % 5 == 3 { ignore } else { y })
                    .collect();
                let weights = labels(3, count, 4);
                for weighted in [false, true] {
                    let config = Config { labels: columns, weighted, ignore: Some(ignore), ..GIVEN };
                    let w = weighted.then_some(&weights[..]);
                    let expected = counted_but(Some(ignore), columns, &x, &y, w);
                    for found in in_each_type(&y, |y| {
                        results(&config, &Rows { weights: w.map(Numbers::F64), ..rows(Numbers::F64(&x), y, count) })
                    }) {
                        assert_eq!(found, expected, "{columns} labels without {ignore}");
                    }
                }
            }
        }
        let (good, mut bad) = (vec![0.0; 2100], vec![-100.0; 2100]);
        bad[2000] = -1.0;
        let config = Config { ignore: Some(-100.0), ..GIVEN };
        let told = Fault { problem: Problem::Label, argument: Argument::Targets, index: 2000, value: -1.0 };
        assert_eq!(fault(&config, Numbers::F64(&good), Numbers::F64(&bad)), told);
        // What is predicted is checked everywhere.
        let told = Fault { problem: Problem::Label, argument: Argument::Predictions, index: 0, value: -100.0 };
        assert_eq!(fault(&config, Numbers::F64(&bad), Numbers::F64(&good)), told);
    }

    #[test]
    fn labels_of_every_type_and_number() {
        for columns in LABELS {
            let count = count_of(columns);
            let (x, y) = (labels(1, count * columns, 2), labels(2, count * columns, 2));
            let config = Config { labels: columns, ..GIVEN };
            let expected = counted(columns, &x, &y, None);
            for found in in_each_type(&y, |y| results(&config, &rows(Numbers::F64(&x), y, count))) {
                assert_eq!(found, expected, "{columns} labels");
            }
            for found in in_each_type(&x, |x| results(&config, &rows(x, Numbers::F64(&y), count))) {
                assert_eq!(found, expected, "{columns} labels");
            }
        }
    }

    #[test]
    fn many_rows_are_more_than_bytes_count() {
        let (x, y) = (vec![1; 600_000], vec![1; 600_000]);
        for columns in [1, 2] {
            let config = Config { labels: columns, ..GIVEN };
            let count = x.len() / columns;
            let (found, triples) = results(&config, &rows(Numbers::U8(&x), Numbers::U8(&y), count));
            assert_eq!(found[..columns], vec![count as f64; columns]);
            assert_eq!(triples.into_values().collect::<Vec<_>>(), [count as f64]);
        }
    }

    #[test]
    fn scores_at_thresholds() {
        for columns in LABELS {
            let count = count_of(columns);
            let y = labels(4, count * columns, 2);
            // Many are at their threshold.
            let x: Vec<f64> = units(3, y.len()).iter().map(|u| (u * 8.0).floor() / 8.0).collect();
            let each: Vec<f64> = units(5, columns).iter().map(|u| (u * 8.0).floor() / 8.0).collect();
            for (thresholds, strict) in [(&[0.5][..], false), (&[0.5], true), (&each, false), (&each, true)] {
                let above = |(i, &x): (usize, &f64)| {
                    let threshold = thresholds[i % columns % thresholds.len()];
                    f64::from(u8::from(if strict { x > threshold } else { x >= threshold }))
                };
                let predicted: Vec<f64> = x.iter().enumerate().map(above).collect();
                let expected = counted(columns, &predicted, &y, None);
                for from in [From::Probabilities, From::Logits] {
                    let config = Config { labels: columns, rule: Rule::Thresholds { from, strict }, ..GIVEN };
                    let with = |x| Rows { thresholds, ..rows(x, Numbers::F64(&y), count) };
                    assert_eq!(results(&config, &with(Numbers::F64(&x))), expected);
                    assert_eq!(results(&config, &with(Numbers::F32(&f32s(&x)))), expected);
                }
            }
        }
    }

    #[test]
    fn the_largest_of_each_row() {
        for (columns, top) in [(1, 1), (3, 1), (3, 2), (3, 3), (6, 9), (20, 5), (57, 30), (130, 129), (1025, 600)] {
            let count = count_of(columns);
            let y = labels(4, count * columns, 2);
            // Ties are common.
            let x: Vec<f64> = units(6, y.len()).iter().map(|u| (u * 5.0).floor() - 2.0).collect();
            let predicted: Vec<f64> = x
                .chunks(columns)
                .flat_map(|row| {
                    let mut order: Vec<usize> = (0..columns).collect();
                    order.sort_by(|&a, &b| row[b].total_cmp(&row[a]));
                    let mut predicted = vec![0.0; columns];
                    order.iter().take(top).for_each(|&label| predicted[label] = 1.0);
                    predicted
                })
                .collect();
            let expected = counted(columns, &predicted, &y, None);
            let config = Config { labels: columns, rule: Rule::Largest { from: From::Logits, top }, ..GIVEN };
            assert_eq!(results(&config, &rows(Numbers::F64(&x), Numbers::F64(&y), count)), expected);
            assert_eq!(results(&config, &rows(Numbers::F32(&f32s(&x)), Numbers::F64(&y), count)), expected);
        }
    }

    proptest! {
        #![proptest_config(cases(100))]

        #[test]
        fn neither_order_nor_cuts_matter(columns in 1..70usize, count in 1..200usize, cut: usize, seed: u64, weighted: bool, ignores: bool) {
            let config = Config { labels: columns, weighted, ignore: ignores.then_some(2.0), ..GIVEN };
            let (x, y) = (labels(seed, count * columns, 2), labels(seed ^ 1, count * columns, 2 + usize::from(ignores)));
            let w: Vec<f64> = labels(seed ^ 2, count, 4).iter().map(|w| w * 0.1).collect();
            let with = |x, y, w, count| Rows { weights: weighted.then_some(w), ..rows(x, y, count) };
            let (words, run) = state(&config, &with(Numbers::F64(&x), Numbers::F64(&y), Numbers::F64(&w), count)).unwrap();
            let rows = order(seed, count);
            let (x, y, w) = (shuffled(&x, columns, &rows), shuffled(&y, columns, &rows), shuffled(&w, 1, &rows));
            let cut = cut % (count + 1);
            let [(mut a, of_a), (b, of_b)] = [0..cut, cut..count].map(|part| {
                let elements = part.start * columns..part.end * columns;
                let (x, y) = (Numbers::F64(&x[elements.clone()]), Numbers::F64(&y[elements]));
                state(&config, &with(x, y, Numbers::F64(&w[part.clone()]), part.len())).unwrap()
            });
            config.layout().merge(&mut a, &b);
            prop_assert_eq!(a, words);
            let content = if weighted { Content::Sums } else { Content::Counts };
            let mut both = vec![0; sparse::joined(content, &of_a, &of_b) * content.cell_words()];
            sparse::join(content, &of_a, &of_b, &mut both);
            prop_assert_eq!(both, run);
        }

        #[test]
        fn weights_are_repetitions(columns in 1..70usize, count in 1..100usize, seed: u64) {
            let config = Config { labels: columns, weighted: true, ..GIVEN };
            let (x, y, w) = (labels(seed, count * columns, 2), labels(seed ^ 1, count * columns, 2), labels(seed ^ 2, count, 3));
            let weighted = Rows { weights: Some(Numbers::F64(&w)), ..rows(Numbers::F64(&x), Numbers::F64(&y), count) };
            prop_assert_eq!(results(&config, &weighted), counted(columns, &x, &y, Some(&w)));
        }
    }

    #[test]
    fn sums_of_weights_are_exact() {
        let config = Config { labels: 1, weighted: true, ..GIVEN };
        let weights = [1e300, 1.0, 1e-300, f64::EPSILON / 2.0];
        let rows = Rows {
            weights: Some(Numbers::F64(&weights)),
            ..rows(Numbers::U8(&[1, 0, 1, 0]), Numbers::U8(&[1, 0, 1, 0]), 4)
        };
        assert_eq!(results(&config, &rows).0, [1e300, 0.0, 0.0, 1.0, 1e300, 1e300, 1e300, 0.0, 0.0, 1e300]);
    }

    #[test]
    fn counts_of_each_row() {
        let (x, y) = ([1, 1, 0, 0, 0, 1], [1, 0, 1, 0, 2, 1]);
        let config = Config { ignore: Some(2.0), ..GIVEN };
        let counts = |divisor| {
            let mut to = [f64::NAN; 8];
            let rows = rows(Numbers::U8(&x), Numbers::U8(&y), 2);
            update(&config, &mut empty(&config), &rows, Sink::Counts(&mut to, divisor)).unwrap();
            to
        };
        assert_eq!(counts(None), [0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0]);
        assert_eq!(counts(Some(Divisor::True)), [0.0, 1.0, 0.5, 0.5, 1.0, 0.0, 0.0, 1.0]);
        assert_eq!(counts(Some(Divisor::Pred)), [0.0, 0.5, 1.0, 0.5, 1.0, 0.0, 0.0, 1.0]);
        assert_eq!(counts(Some(Divisor::All)), [0.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.5, 0.0, 0.0, 0.5]);
    }

    /// Of 700 rows.
    fn fault(config: &Config, x: Numbers<'_>, y: Numbers<'_>) -> Fault {
        state(config, &rows(x, y, 700)).unwrap_err()
    }

    #[test]
    fn faults_say_where() {
        let (good, at) = (vec![0.0; 2100], 2000);
        let with = |value| {
            let mut values = good.clone();
            values[at] = value;
            values
        };
        let told = |problem, argument, value| Fault { problem, argument, index: at, value };
        for wrong in [2.0, -1.0, 0.5, f64::INFINITY, 256.0, 257.0] {
            let values = with(wrong);
            let label = |argument| told(Problem::Label, argument, wrong);
            assert_eq!(fault(&GIVEN, Numbers::F64(&values), Numbers::F64(&good)), label(Argument::Predictions));
            assert_eq!(
                fault(&GIVEN, Numbers::F32(&f32s(&good)), Numbers::F32(&f32s(&values))),
                label(Argument::Targets)
            );
            let integers: Vec<i32> = values.iter().map(|&x| x as i32).collect();
            if f64::from(integers[at]) == wrong {
                assert_eq!(fault(&GIVEN, Numbers::F64(&good), Numbers::I32(&integers)), label(Argument::Targets));
            }
        }
        let mut bytes = vec![0; 2100];
        bytes[at] = 2;
        assert_eq!(
            fault(&GIVEN, Numbers::U8(&bytes), Numbers::F64(&good)),
            told(Problem::Label, Argument::Predictions, 2.0)
        );
        let rules = |from| [Rule::Thresholds { from, strict: false }, Rule::Largest { from, top: 2 }];
        for rule in rules(From::Probabilities) {
            let config = Config { rule, ..GIVEN };
            for wrong in [1.5, -0.25, f64::INFINITY] {
                let outside = told(Problem::Probability, Argument::Predictions, wrong);
                assert_eq!(fault(&config, Numbers::F64(&with(wrong)), Numbers::F64(&good)), outside);
                assert_eq!(fault(&config, Numbers::F32(&f32s(&with(wrong))), Numbers::F64(&good)), outside);
            }
        }
        for rule in rules(From::Logits) {
            let config = Config { rule, ..GIVEN };
            let nan = fault(&config, Numbers::F64(&with(f64::NAN)), Numbers::F64(&good));
            assert_eq!((nan.problem, nan.argument, nan.index), (Problem::Nan, Argument::Predictions, at));
            assert!(state(&config, &rows(Numbers::F64(&with(f64::INFINITY)), Numbers::F64(&good), 700)).is_ok());
        }
        let weighted = Config { weighted: true, ..GIVEN };
        assert_eq!(fault(&weighted, Numbers::F64(&good), Numbers::F64(&good)), Fault::misuse(Argument::SampleWeight));
        let weights: Vec<f64> = (0..700).map(|i| if i == 640 { -1.0 } else { 1.0 }).collect();
        let heavy =
            Rows { weights: Some(Numbers::F64(&weights)), ..rows(Numbers::F64(&good), Numbers::F64(&good), 700) };
        let weight = Fault { problem: Problem::Weight, argument: Argument::SampleWeight, index: 640, value: -1.0 };
        assert_eq!(state(&weighted, &heavy).unwrap_err(), weight);
    }
}
