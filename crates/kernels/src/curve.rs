//! Binary curves: scores sorted once, with everything that a threshold decides read off them.
//!
//! A score becomes a key: its bits, ordered like the score itself, with the label in the lowest bit. Negative scores
//! fill the room from its front, the others from its back, so that neither sign nor label costs a bit, and each part is
//! sorted on its own. With weights, records of key and weight are sorted instead.
//!
//! Sorted keys are the same whatever order the rows came in, so every sum over them is too.

use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::math::Coefficients;
use crate::simd::Scalar;
use crate::sort::{Digits, sort_by};
use crate::sum;

/// A score with its label, as a whole number.
pub trait Key: Digits {
    /// The float whose bits it holds.
    type Float: Scalar;
    /// The key of a score that is not NaN, and whether the score is negative. −0 is 0.
    fn new(score: Self::Float, positive: bool) -> (Self, bool);
    /// The score back.
    fn score(self, negative: bool) -> f64;
    /// The label.
    fn is_positive(self) -> bool;
    /// The key without its label.
    fn rank(self) -> Self;
}

macro_rules! key {
    ($bits:ident, $float:ident, $magnitude:literal) => {
        impl Key for $bits {
            type Float = $float;
            #[inline(always)]
            fn new(score: $float, positive: bool) -> (Self, bool) {
                let bits = (score + 0.0).to_bits();
                // The sign is shifted out; below zero a larger magnitude comes first.
                let magnitude = bits << 1;
                let negative = score < 0.0;
                let ordered = if negative { !magnitude & !1 } else { magnitude };
                (ordered | $bits::from(positive), negative)
            }
            fn score(self, negative: bool) -> f64 {
                let magnitude = if negative { !self >> 1 & $magnitude } else { self >> 1 };
                let score = f64::from($float::from_bits(magnitude));
                if negative { -score } else { score }
            }
            #[inline(always)]
            fn is_positive(self) -> bool {
                self & 1 == 1
            }
            #[inline(always)]
            fn rank(self) -> Self {
                self & !1
            }
        }
    };
}

key!(u32, f32, 0x7fff_ffff);
key!(u64, f64, 0x7fff_ffff_ffff_ffff);

/// What is sorted: a key, with or without a weight.
pub trait Entry: Copy + Default {
    /// Its key.
    type Key: Key;
    /// Makes an entry.
    fn new(key: Self::Key, weight: f64) -> Self;
    /// The key.
    fn key(&self) -> Self::Key;
    /// The weight; 1 where there is none.
    fn weight(&self) -> f64;
    /// Entries carry weights.
    const WEIGHTED: bool;
}

impl Entry for u32 {
    type Key = u32;
    const WEIGHTED: bool = false;
    #[inline(always)]
    fn new(key: u32, _: f64) -> Self {
        key
    }
    #[inline(always)]
    fn key(&self) -> u32 {
        *self
    }
    #[inline(always)]
    fn weight(&self) -> f64 {
        1.0
    }
}

impl Entry for u64 {
    type Key = u64;
    const WEIGHTED: bool = false;
    #[inline(always)]
    fn new(key: u64, _: f64) -> Self {
        key
    }
    #[inline(always)]
    fn key(&self) -> u64 {
        *self
    }
    #[inline(always)]
    fn weight(&self) -> f64 {
        1.0
    }
}

/// A key with its weight.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct Weighted {
    key: u64,
    weight: f64,
}

impl Entry for Weighted {
    type Key = u64;
    const WEIGHTED: bool = true;
    #[inline(always)]
    fn new(key: u64, weight: f64) -> Self {
        Self { key, weight }
    }
    #[inline(always)]
    fn key(&self) -> u64 {
        self.key
    }
    #[inline(always)]
    fn weight(&self) -> f64 {
        self.weight
    }
}

/// How full the room of a curve is: entries below zero from its front, the others from its back.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct Fill {
    /// Entries from the front.
    pub negative: usize,
    /// Entries from the back.
    pub others: usize,
}

/// Where scores and labels of an append lie in their arrays.
#[derive(Clone, Copy)]
pub struct Place {
    /// Elements of one row of scores.
    pub columns: usize,
    /// Which of them is the score.
    pub column: usize,
    /// Elements of one row of labels: 1, or `columns` for one label a column.
    pub label_columns: usize,
    /// The label that counts as positive.
    pub positive: i32,
    /// The only other label whose rows are taken; any, where it is −1.
    pub against: i32,
    /// Labels are below this.
    pub classes: i32,
}

/// Adds rows. On a fault the room may hold some of them beyond `fill`, which is then unchanged.
pub fn append<E: Entry>(
    room: &mut [E],
    fill: &mut Fill,
    scores: &Numbers<'_>,
    labels: &Numbers<'_>,
    weights: Option<&Numbers<'_>>,
    place: &Place,
) -> Status {
    let rows = labels.len() / place.label_columns;
    let mut now = *fill;
    let mut buffer = [<E::Key as Key>::Float::ZERO; BLOCK];
    let mut label_buffer = [0; BLOCK];
    let mut weight_buffer = [1.0; BLOCK];
    for start in (0..rows).step_by(BLOCK) {
        let len = BLOCK.min(rows - start);
        let scores = place.scores(scores, start, len, &mut buffer)?;
        let labels = place.labels(labels, start, len, &mut label_buffer)?;
        if let Some(weights) = weights {
            let weights = weights.weights(start, len, Argument::SampleWeight, &mut weight_buffer)?;
            for ((&score, &label), &weight) in scores.iter().zip(labels).zip(weights) {
                if place.takes(label) {
                    push(room, &mut now, score, label == place.positive, weight);
                }
            }
        } else {
            for (&score, &label) in scores.iter().zip(labels) {
                if place.takes(label) {
                    push(room, &mut now, score, label == place.positive, 1.0);
                }
            }
        }
    }
    *fill = now;
    Ok(())
}

impl Place {
    #[inline(always)]
    fn takes(&self, label: i32) -> bool {
        self.against < 0 || label == self.positive || label == self.against
    }

    fn scores<'b, S: Scalar>(
        &self,
        scores: &'b Numbers<'_>,
        start: usize,
        len: usize,
        buffer: &'b mut Buffer<S>,
    ) -> Result<&'b [S], Fault> {
        if self.columns == 1 {
            return Ok(scores.logits(start, len, Argument::Predictions, buffer)?.get(..len).unwrap_or(&[]));
        }
        let to = buffer.get_mut(..len).unwrap_or(&mut []);
        scores.column(self.columns, self.column, start, to);
        match to.iter().position(|score| score.to_f64().is_nan()) {
            None => Ok(to),
            Some(row) => {
                let (problem, argument) = (Problem::Nan, Argument::Predictions);
                let index = (start + row) * self.columns + self.column;
                Err(Fault { problem, argument, index, value: f64::NAN })
            }
        }
    }

    fn labels<'b>(
        &self,
        labels: &'b Numbers<'_>,
        start: usize,
        len: usize,
        buffer: &'b mut Buffer<i32>,
    ) -> Result<&'b [i32], Fault> {
        if self.label_columns == 1 {
            return labels.labels(start, len, self.classes, None, Argument::Targets, buffer);
        }
        let mut column = [0.0; BLOCK];
        let column = column.get_mut(..len).unwrap_or(&mut []);
        labels.column(self.label_columns, self.column, start, column);
        let column = Numbers::F64(column);
        let checked = column.labels(0, len, self.classes, None, Argument::Targets, buffer);
        if let Err(fault) = checked {
            return Err(Fault { index: (start + fault.index) * self.label_columns + self.column, ..fault });
        }
        Ok(buffer.get(..len).unwrap_or(&[]))
    }
}

#[inline(always)]
fn push<E: Entry>(room: &mut [E], fill: &mut Fill, score: <E::Key as Key>::Float, positive: bool, weight: f64) {
    let (key, negative) = E::Key::new(score, positive);
    let present = !E::WEIGHTED || weight > 0.0;
    let last = room.len().wrapping_sub(1).wrapping_sub(fill.others);
    let at = if negative { fill.negative } else { last };
    if let Some(to) = room.get_mut(at) {
        *to = E::new(key, weight);
    }
    fill.negative += usize::from(negative && present);
    fill.others += usize::from(!negative && present);
}

/// Sorts what was appended, in place; `spare` is room of the same length. Ties with weights are put in order of label and
/// weight, so that sums over them do not depend on how rows came in.
pub fn sort<E: Entry>(room: &mut [E], spare: &mut [E], fill: Fill) {
    let others_start = room.len() - fill.others.min(room.len());
    let (front, others) = room.split_at_mut(others_start);
    let negative = front.get_mut(..fill.negative).unwrap_or(&mut []);
    for part in [negative, others] {
        if let Some(spare) = spare.get_mut(..part.len()) {
            if E::WEIGHTED {
                // Weights are positive, so their bits are in their order; a digit starts above the lowest bit.
                sort_by(part, spare, |e| (e.weight().to_bits() << 1) | 1);
                sort_by(part, spare, |e| u32::from(e.key().is_positive()) << 1);
            }
            sort_by(part, spare, E::key);
        }
    }
}

/// Copies all entries of one room into another one with enough left.
pub fn join<E: Entry>(room: &mut [E], fill: &mut Fill, from: &[E], from_fill: Fill) {
    let entries = Sorted::new(from, from_fill, &[]);
    let (negative, others) = (entries.negative, entries.others);
    if let Some(to) = room.get_mut(fill.negative..fill.negative + negative.len()) {
        to.copy_from_slice(negative);
    }
    let end = room.len() - fill.others;
    if let Some(to) = room.get_mut(end - others.len()..end) {
        to.copy_from_slice(others);
    }
    fill.negative += negative.len();
    fill.others += others.len();
}

/// Entries between two remembered counts.
pub const STRIDE: usize = 512;

/// How many counts [`remember`] writes for so many entries.
pub const fn remembered(entries: usize) -> usize {
    entries / STRIDE + 1
}

/// Writes the counts above every [`STRIDE`]th entry from the top, so that later ones need not start there.
pub fn remember<E: Entry>(room: &[E], fill: Fill, to: &mut [Counts]) {
    let entries = Sorted::new(room, fill, &[]);
    let mut counts = Counts::default();
    for (i, to) in to.iter_mut().enumerate() {
        *to = counts;
        entries.pieces(i * STRIDE, STRIDE).into_iter().for_each(|piece| counts.add_all(piece));
    }
}

/// Totals of a curve.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct Counts {
    /// Positive rows, or their weight.
    pub positives: f64,
    /// Negative rows, or their weight.
    pub negatives: f64,
}

impl Counts {
    /// Adds entries from the last to the first.
    #[inline(always)]
    fn add_all<E: Entry>(&mut self, entries: &[E]) {
        if E::WEIGHTED {
            return entries.iter().rev().for_each(|entry| self.add(entry));
        }
        let positives = entries.iter().fold(0, |n: u32, entry| n + u32::from(entry.key().is_positive()));
        self.positives += f64::from(positives);
        self.negatives += (entries.len() - positives as usize) as f64;
    }

    #[inline(always)]
    fn add<E: Entry>(&mut self, entry: &E) {
        if entry.key().is_positive() {
            self.positives += entry.weight();
        } else {
            self.negatives += entry.weight();
        }
    }
}

/// A sorted curve: entries ascend within each part, and all of the first part are below the second.
pub struct Sorted<'a, E> {
    negative: &'a [E],
    others: &'a [E],
    counts: &'a [Counts],
}

/// One step of a curve: all rows of one score.
#[derive(Clone, Copy)]
struct Group<K> {
    /// The key, and whether the score is negative.
    score: (K, bool),
    positive: f64,
    negative: f64,
}

/// What the best threshold maximises.
#[derive(Clone, Copy)]
pub enum Objective {
    /// 2tp / (2tp + fp + fn), 0 for 0/0.
    F1,
    /// tpr − fpr.
    Youden,
    /// (tp + tn) / n.
    Accuracy,
    /// −(fp · first + fn · second): the cost, negated.
    Cost(f64, f64),
}

/// The best operating point.
#[derive(Clone, Copy)]
pub struct Best {
    /// Positive means score ≥ threshold.
    pub threshold: f64,
    /// The objective's value.
    pub value: f64,
    /// True positives.
    pub tp: f64,
    /// False positives.
    pub fp: f64,
}

impl<'a, E: Entry> Sorted<'a, E> {
    /// What [`sort`] has sorted and [`remember`] has counted.
    pub fn new(room: &'a [E], fill: Fill, counts: &'a [Counts]) -> Self {
        let others_start = room.len() - fill.others.min(room.len());
        Self {
            negative: room.get(..fill.negative).unwrap_or(&[]),
            others: room.get(others_start..).unwrap_or(&[]),
            counts,
        }
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.negative.len() + self.others.len()
    }

    /// No entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Up to `len` entries from the top, without the first `skip`, in the two parts that they may lie in.
    fn pieces(&self, skip: usize, len: usize) -> [&'a [E]; 2] {
        let (others, negative) = (self.others, self.negative);
        let end = others.len().saturating_sub(skip);
        let upper = others.get(end.saturating_sub(len)..end).unwrap_or(&[]);
        let end = negative.len().saturating_sub(skip.saturating_sub(others.len()));
        let lower = negative.get(end.saturating_sub(len - upper.len())..end).unwrap_or(&[]);
        [upper, lower]
    }

    /// Steps from the largest score down.
    #[inline(always)]
    fn groups(&self, mut step: impl FnMut(Group<E::Key>)) {
        for (entries, below_zero) in [(self.others, false), (self.negative, true)] {
            let mut end = entries.len();
            while let Some(last) = end.checked_sub(1).and_then(|i| entries.get(i)) {
                let rank = last.key().rank();
                let mut counts = Counts::default();
                counts.add(last);
                end -= 1;
                while let Some(tied) = end.checked_sub(1).and_then(|i| entries.get(i))
                    && tied.key().rank() == rank
                {
                    counts.add(tied);
                    end -= 1;
                }
                step(Group { score: (rank, below_zero), positive: counts.positives, negative: counts.negatives });
            }
        }
    }

    /// Positives and negatives of all entries.
    pub fn counts(&self) -> Counts {
        self.counts_above(self.len())
    }

    /// Positives and negatives of so many entries from the top.
    fn counts_above(&self, entries: usize) -> Counts {
        let place = entries / STRIDE;
        let (mut counts, start) = match self.counts.get(place) {
            Some(&counts) => (counts, place * STRIDE),
            None => (Counts::default(), 0),
        };
        self.pieces(start, entries - start).into_iter().for_each(|piece| counts.add_all(piece));
        counts
    }

    /// Twice the U statistic, wins counting two and ties one, and the counts: over 2·P·N it is the AUROC. Exact
    /// without weights, since 2·P·N then fits 2⁶⁴.
    pub fn doubled_u(&self) -> f64 {
        if E::WEIGHTED {
            return self.weighted_u();
        }
        let (mut above, mut doubled) = (0u64, 0u64);
        for entries in [self.others, self.negative] {
            let mut previous = None;
            for (i, entry) in entries.iter().enumerate().rev() {
                let key = entry.key();
                // From the top: each negative loses to every positive above it.
                let positive = u64::from(key.is_positive());
                doubled += (above + above) & positive.wrapping_sub(1);
                above += positive;
                if previous == Some(key.rank()) {
                    doubled = doubled.wrapping_add(Self::tie(entries, i));
                }
                previous = Some(key.rank());
            }
        }
        doubled as f64
    }

    /// What a tie changes: a group of a positives and b negatives counts a·b, whatever order they stand in. Nothing but
    /// at the last entry of the group.
    #[cold]
    #[inline(never)]
    fn tie(entries: &[E], last: usize) -> u64 {
        let rank = |i: usize| entries.get(i).map(|e| e.key().rank());
        let own = rank(last);
        if last > 0 && rank(last - 1) == own {
            return 0;
        }
        let group = entries.get(last..).unwrap_or(&[]).iter().take_while(|e| Some(e.key().rank()) == own);
        let size = group.clone().count();
        let (mut above, mut negatives, mut counted) = (0u64, 0u64, 0u64);
        for entry in entries.get(last..last + size).unwrap_or(&[]).iter().rev() {
            if entry.key().is_positive() {
                above += 1;
            } else {
                negatives += 1;
                counted += 2 * above;
            }
        }
        (above * negatives).wrapping_sub(counted)
    }

    fn weighted_u(&self) -> f64 {
        let mut above = 0.0;
        let mut terms = Terms::new();
        self.groups(|group| {
            terms.push(group.negative * (2.0 * above + group.positive));
            above += group.positive;
        });
        terms.total()
    }

    /// Area under the ROC curve up to a false positive rate, between points linearly interpolated: in units of P · N.
    pub fn area_up_to(&self, max_fpr: f64) -> f64 {
        let Counts { negatives, .. } = self.counts();
        let limit = max_fpr * negatives;
        let (mut tp, mut fp) = (0.0, 0.0);
        let mut terms = Terms::new();
        self.groups(|group| {
            let (tp_next, fp_next) = (tp + group.positive, fp + group.negative);
            if fp < limit {
                let share = if fp_next <= limit { 1.0 } else { (limit - fp) / group.negative };
                let width = if fp_next <= limit { group.negative } else { limit - fp };
                terms.push(width * (tp + share * group.positive / 2.0));
            }
            (tp, fp) = (tp_next, fp_next);
        });
        terms.total()
    }

    /// Σ (Rₙ − Rₙ₋₁) Pₙ; 0 without positives.
    pub fn average_precision(&self) -> f64 {
        let (mut tp, mut fp) = (0.0, 0.0);
        let mut terms = Terms::new();
        self.groups(|group| {
            tp += group.positive;
            fp += group.negative;
            if group.positive > 0.0 {
                terms.push(group.positive * (tp / (tp + fp)));
            }
        });
        if tp > 0.0 { terms.total() / tp } else { 0.0 }
    }

    /// True and false positives of score ≥ threshold (or, strictly, above it).
    pub fn at(&self, threshold: f64, strict: bool) -> Counts {
        let bound = <E::Key as Key>::Float::at_least(threshold, strict);
        let (key, negative) = E::Key::new(bound, false);
        let above = |entries: &[E]| entries.len() - entries.partition_point(|e| e.key().rank() < key);
        self.counts_above(if negative { self.others.len() + above(self.negative) } else { above(self.others) })
    }

    /// The best threshold over every distinct score and +∞; of equally good ones the largest.
    pub fn best(&self, objective: Objective) -> Best {
        let Counts { positives, negatives } = self.counts();
        let total = positives + negatives;
        let value = |tp: f64, fp: f64| match objective {
            Objective::F1 if tp == 0.0 => 0.0,
            Objective::F1 => 2.0 * tp / (2.0 * tp + fp + (positives - tp)),
            Objective::Youden => tp / positives - fp / negatives,
            Objective::Accuracy => (tp + (negatives - fp)) / total,
            Objective::Cost(fp_cost, fn_cost) => -(fp * fp_cost + (positives - tp) * fn_cost),
        };
        let pays = matches!(objective, Objective::Cost(fp_cost, _) if fp_cost < 0.0);
        let mut best = Best { threshold: f64::INFINITY, value: value(0.0, 0.0), tp: 0.0, fp: 0.0 };
        let (mut tp, mut fp) = (0.0, 0.0);
        self.groups(|group| {
            tp += group.positive;
            fp += group.negative;
            // More false positives alone are never better, unless they are paid for.
            if group.positive == 0.0 && !pays {
                return;
            }
            let value = value(tp, fp);
            if better(objective, [positives, negatives], [tp, fp, value], [best.tp, best.fp, best.value]) {
                best = Best { threshold: group.score.0.score(group.score.1), value, tp, fp };
            }
        });
        best
    }
}

/// Whether one operating point (tp, fp, value) is better than another. Values that differ only by rounding are compared
/// exactly, as fractions, where the counts are whole numbers.
#[inline(always)]
fn better(objective: Objective, totals: [f64; 2], [tp, fp, value]: [f64; 3], best: [f64; 3]) -> bool {
    // None is above 1 in size, and a small difference of rates is no nearer to its true value than a large one.
    let near = (value - best[2]).abs() <= 1e-14;
    if !near || matches!(objective, Objective::Cost(..)) {
        return value > best[2];
    }
    let whole = [tp, fp, best[0], best[1], totals[0], totals[1]];
    if whole.iter().any(|x| x.trunc() != *x || *x >= 9_007_199_254_740_992.0) {
        return value > best[2];
    }
    let [tp, fp, best_tp, best_fp, positives, negatives] = whole.map(|x| x as i128);
    match objective {
        Objective::F1 => tp * (best_tp + best_fp + positives) > best_tp * (tp + fp + positives),
        Objective::Youden => tp * negatives - fp * positives > best_tp * negatives - best_fp * positives,
        Objective::Accuracy | Objective::Cost(..) => tp - fp > best_tp - best_fp,
    }
}

/// Terms of a sum over steps, added exactly.
struct Terms {
    block: [f64; sum::BLOCK],
    len: usize,
    sum: sum::Words,
}

impl Terms {
    fn new() -> Self {
        Self { block: [0.0; sum::BLOCK], len: 0, sum: [0; sum::WORDS] }
    }

    #[inline(always)]
    fn push(&mut self, term: f64) {
        if self.len == sum::BLOCK {
            sum::add_all(&mut self.sum, &self.block);
            self.len = 0;
        }
        if let Some(to) = self.block.get_mut(self.len) {
            *to = term;
        }
        self.len += 1;
    }

    fn total(mut self) -> f64 {
        sum::add_all(&mut self.sum, self.block.get(..self.len).unwrap_or(&[]));
        sum::value(&self.sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{LENGTHS, bits, cases, f32s, in_each_type, labels, order, shuffled, units};
    use proptest::prelude::*;

    const BINARY: Place = Place { columns: 1, column: 0, label_columns: 1, positive: 1, against: -1, classes: 2 };

    /// A curve with its room, as a caller holds it.
    struct Curve<E> {
        room: Vec<E>,
        fill: Fill,
        counts: Vec<Counts>,
    }

    impl<E: Entry> Curve<E> {
        fn new(capacity: usize) -> Self {
            Self { room: vec![E::default(); capacity], fill: Fill::default(), counts: Vec::new() }
        }

        fn append(&mut self, x: Numbers<'_>, y: Numbers<'_>, w: Option<Numbers<'_>>) -> Status {
            append(&mut self.room, &mut self.fill, &x, &y, w.as_ref(), &BINARY)
        }

        /// Ready to be asked.
        fn sort(mut self) -> Self {
            let mut spare = self.room.clone();
            sort(&mut self.room, &mut spare, self.fill);
            self.counts = vec![Counts::default(); remembered(self.fill.negative + self.fill.others)];
            remember(&self.room, self.fill, &mut self.counts);
            self
        }

        fn sorted(&self) -> Sorted<'_, E> {
            Sorted::new(&self.room, self.fill, &self.counts)
        }

        fn of(rows: &Rows) -> Self {
            let mut curve = Self::new(rows.x.len() + 3);
            let weights = E::WEIGHTED.then_some(Numbers::F64(&rows.w));
            curve.append(Numbers::F64(&rows.x), Numbers::F64(&rows.y), weights).unwrap();
            curve.sort()
        }

        /// Everything there is to read off, as bits.
        fn answers(&self) -> Vec<u64> {
            let sorted = self.sorted();
            let best = sorted.best(Objective::F1);
            let above = sorted.at(0.5, false);
            let scores = [sorted.doubled_u(), sorted.average_precision(), sorted.area_up_to(0.3)];
            bits(&[scores.as_slice(), &[best.threshold, best.value, above.positives, above.negatives]].concat())
        }
    }

    /// Scores, labels and weights.
    #[derive(Clone, Debug)]
    struct Rows {
        x: Vec<f64>,
        y: Vec<f64>,
        w: Vec<f64>,
    }

    impl Rows {
        fn weight(&self, weighted: bool, of: impl Fn(f64, f64) -> bool) -> f64 {
            let rows = self.x.iter().zip(&self.y).zip(&self.w).filter(|&((&x, &y), _)| of(x, y));
            rows.fold(0.0, |total, (_, &w)| total + if weighted { w } else { 1.0 })
        }

        /// True and false positives at or above (or strictly above) a threshold.
        fn at(&self, weighted: bool, t: f64, strict: bool) -> [f64; 2] {
            let above = |x: f64| if strict { x > t } else { x >= t };
            [1.0, 0.0].map(|label| self.weight(weighted, |x, y| y == label && above(x)))
        }

        /// Distinct scores of rows that weigh something, the largest first.
        fn scores(&self, weighted: bool) -> Vec<f64> {
            let rows = self.x.iter().zip(&self.w).filter(|&(_, &w)| !weighted || w > 0.0);
            let mut scores: Vec<f64> = rows.map(|(&x, _)| x + 0.0).collect();
            scores.sort_by(|a, b| b.total_cmp(a));
            scores.dedup();
            scores
        }
    }

    /// Few different scores, so that ties are common, of both signs; float32 numbers, so that all entries can hold them;
    /// whole weights, whose sums and products are exact.
    fn any_rows() -> impl Strategy<Value = Rows> {
        let few = prop::sample::select(vec![
            -2.0,
            -0.5,
            -0.25,
            -0.0,
            0.0,
            0.25,
            0.5,
            1.0,
            1e4,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ]);
        let many = (-1.0..1.0_f32).prop_map(f64::from);
        let score = prop_oneof![few, many];
        let label = prop::sample::select(vec![0.0, 1.0]);
        let weight = prop::sample::select(vec![0.0, 1.0, 2.0, 3.0]);
        prop::collection::vec((score, label, weight), 1..60).prop_map(|rows| Rows {
            x: rows.iter().map(|row| row.0).collect(),
            y: rows.iter().map(|row| row.1).collect(),
            w: rows.iter().map(|row| row.2).collect(),
        })
    }

    fn is_near(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-12 * b.abs()
    }

    fn areas_are_pairs<E: Entry>(rows: &Rows) -> Result<(), TestCaseError> {
        let curve = Curve::<E>::of(rows);
        let weight = |i: usize| if E::WEIGHTED { rows.w[i] } else { 1.0 };
        let mut doubled = 0.0;
        for i in (0..rows.x.len()).filter(|&i| rows.y[i] == 1.0) {
            for j in (0..rows.x.len()).filter(|&j| rows.y[j] == 0.0) {
                let wins = f64::from(u8::from(rows.x[i] > rows.x[j])) + f64::from(u8::from(rows.x[i] >= rows.x[j]));
                doubled += weight(i) * weight(j) * wins;
            }
        }
        prop_assert_eq!(curve.sorted().doubled_u(), doubled);
        prop_assert_eq!(2.0 * curve.sorted().area_up_to(1.0), doubled);
        Ok(())
    }

    fn partial_area<E: Entry>(rows: &Rows, max_fpr: f64) -> Result<(), TestCaseError> {
        let limit = max_fpr * rows.weight(E::WEIGHTED, |_, y| y == 0.0);
        let (mut area, mut from) = (0.0, [0.0_f64; 2]);
        for t in rows.scores(E::WEIGHTED) {
            let to = rows.at(E::WEIGHTED, t, false);
            let width = to[1].min(limit) - from[1].min(limit);
            if width > 0.0 {
                let slope = (to[0] - from[0]) / (to[1] - from[1]);
                area += width * (from[0] + slope * width / 2.0);
            }
            from = to;
        }
        let found = Curve::<E>::of(rows).sorted().area_up_to(max_fpr);
        prop_assert!((found - area).abs() <= 1e-12 * (1.0 + area), "{} is not {}", found, area);
        Ok(())
    }

    fn precision<E: Entry>(rows: &Rows) -> Result<(), TestCaseError> {
        let positives = rows.weight(E::WEIGHTED, |_, y| y == 1.0);
        let (mut total, mut recall) = (0.0, 0.0);
        for t in rows.scores(E::WEIGHTED) {
            let [tp, fp] = rows.at(E::WEIGHTED, t, false);
            if tp > 0.0 {
                total += (tp / positives - recall) * tp / (tp + fp);
                recall = tp / positives;
            }
        }
        let found = Curve::<E>::of(rows).sorted().average_precision();
        prop_assert!(is_near(found, total), "{} is not {}", found, total);
        Ok(())
    }

    fn counts_at<E: Entry>(rows: &Rows) -> Result<(), TestCaseError> {
        let curve = Curve::<E>::of(rows);
        let near = |&x: &f64| [x, x.next_up(), x.next_down()];
        let thresholds = rows.x.iter().flat_map(near).chain([0.1, -0.1, f64::INFINITY, f64::NEG_INFINITY, f64::MAX]);
        for (t, strict) in thresholds.flat_map(|t| [(t, false), (t, true)]) {
            let Counts { positives, negatives } = curve.sorted().at(t, strict);
            prop_assert_eq!([positives, negatives], rows.at(E::WEIGHTED, t, strict), "{} {}", t, strict);
        }
        let all = curve.sorted().counts();
        prop_assert_eq!([all.positives, all.negatives], rows.at(E::WEIGHTED, f64::NEG_INFINITY, false));
        Ok(())
    }

    /// The first maximum over +∞ and every score from the largest down. Fractions are compared by cross-multiplication,
    /// which is exact: what is rounded is no reason to prefer one of two.
    fn best_of_all<E: Entry>(rows: &Rows, objective: Objective) -> Result<(), TestCaseError> {
        let [p, n] = rows.at(E::WEIGHTED, f64::NEG_INFINITY, false);
        if p == 0.0 || n == 0.0 {
            return Ok(());
        }
        let fraction = |[tp, fp]: [f64; 2]| match objective {
            Objective::F1 => [2.0 * tp, tp + fp + p],
            Objective::Youden => [tp * n - fp * p, p * n],
            Objective::Accuracy => [tp + n - fp, p + n],
            Objective::Cost(fp_cost, fn_cost) => [-(fp * fp_cost + (p - tp) * fn_cost), 1.0],
        };
        let (mut threshold, mut at) = (f64::INFINITY, [0.0, 0.0]);
        for t in rows.scores(E::WEIGHTED) {
            let counts = rows.at(E::WEIGHTED, t, false);
            let ([a, b], [c, d]) = (fraction(counts), fraction(at));
            if a * d > c * b {
                (threshold, at) = (t, counts);
            }
        }
        let best = Curve::<E>::of(rows).sorted().best(objective);
        prop_assert_eq!([best.threshold, best.tp, best.fp], [threshold, at[0], at[1]]);
        let [a, b] = fraction(at);
        prop_assert!((best.value - a / b).abs() <= 1e-15, "{} is not {}/{}", best.value, a, b);
        Ok(())
    }

    fn neither_order_nor_joining<E: Entry>(rows: &Rows, cut: usize, seed: u64) -> Result<(), TestCaseError> {
        let len = rows.x.len();
        let whole = Curve::<E>::of(rows);
        let order = order(seed, len);
        let [x, y, w] = [&rows.x, &rows.y, &rows.w].map(|x| shuffled(x, 1, &order));
        let mut parts = [0..cut.min(len), cut.min(len)..len].map(|part| {
            let mut curve = Curve::<E>::new(len);
            let w = E::WEIGHTED.then(|| Numbers::F64(&w[part.clone()]));
            curve.append(Numbers::F64(&x[part.clone()]), Numbers::F64(&y[part]), w).unwrap();
            curve
        });
        let [to, from] = &mut parts;
        join(&mut to.room, &mut to.fill, &from.room, from.fill);
        let [joined, _] = parts;
        prop_assert_eq!(joined.sort().answers(), whole.answers());
        Ok(())
    }

    proptest! {
        #![proptest_config(cases(200))]

        #[test]
        fn the_area_counts_pairs(rows in any_rows()) {
            areas_are_pairs::<u32>(&rows)?;
            areas_are_pairs::<u64>(&rows)?;
            areas_are_pairs::<Weighted>(&rows)?;
        }

        #[test]
        fn part_of_the_area(rows in any_rows(), max_fpr in 0.01..1.0_f64) {
            partial_area::<u32>(&rows, max_fpr)?;
            partial_area::<Weighted>(&rows, max_fpr)?;
        }

        #[test]
        fn average_precision_by_its_definition(rows in any_rows()) {
            precision::<u32>(&rows)?;
            precision::<u64>(&rows)?;
            precision::<Weighted>(&rows)?;
        }

        #[test]
        fn counts_at_any_threshold(rows in any_rows()) {
            counts_at::<u32>(&rows)?;
            counts_at::<u64>(&rows)?;
            counts_at::<Weighted>(&rows)?;
        }

        #[test]
        fn the_best_threshold_by_trying_all(rows in any_rows(), fp_cost in -2..4_i32, fn_cost in -2..4_i32) {
            let cost = Objective::Cost(fp_cost.into(), fn_cost.into());
            for objective in [Objective::F1, Objective::Youden, Objective::Accuracy, cost] {
            best_of_all::<u32>(&rows, objective)?;
            best_of_all::<u64>(&rows, objective)?;
            best_of_all::<Weighted>(&rows, objective)?;
            }
        }

        #[test]
        fn neither_order_nor_joining_matters(rows in any_rows(), cut in 0..60usize, seed: u64) {
            neither_order_nor_joining::<u32>(&rows, cut, seed)?;
            neither_order_nor_joining::<u64>(&rows, cut, seed)?;
            // Weights whose sums round: their order must not show either.
            let w = rows.w.iter().enumerate().map(|(i, w)| w / 3.0 + i as f64 * 0.1).collect();
            neither_order_nor_joining::<Weighted>(&Rows { w, ..rows }, cut, seed)?;
        }

        #[test]
        fn keys_are_in_the_order_of_scores(a: f64, b: f64, positive: bool) {
            for (a, b) in [(a, b), (a, a), (a.abs(), b.abs()), (-a.abs(), -b.abs()), (0.0, -0.0)] {
                prop_assume!(!a.is_nan() && !b.is_nan());
                let ((ka, na), (kb, nb)) = (<u64 as Key>::new(a, positive), <u64 as Key>::new(b, !positive));
                prop_assert_eq!((!na, ka.rank()).partial_cmp(&(!nb, kb.rank())), a.partial_cmp(&b));
                prop_assert_eq!((ka.is_positive(), ka.score(na)), (positive, a));
                let (single, narrow) = (a as f32, <u32 as Key>::new(a as f32, positive));
                prop_assert_eq!((narrow.0.is_positive(), narrow.0.score(narrow.1)), (positive, f64::from(single)));
            }
        }
    }

    #[test]
    fn labels_and_scores_of_every_type_and_length() {
        for len in LENGTHS {
            let (x, y) = (labels(1, len, 100), labels(2, len, 2));
            let rows = Rows { w: vec![1.0; len], x, y };
            let expected = Curve::<u32>::of(&rows).answers();
            let answers = |x: Numbers<'_>, y: Numbers<'_>| {
                let mut curve = Curve::<u32>::new(len);
                curve.append(x, y, None).unwrap();
                curve.sort().answers()
            };
            for found in in_each_type(&rows.y, |y| answers(Numbers::F32(&f32s(&rows.x)), y)) {
                assert_eq!(found, expected);
            }
            for found in in_each_type(&rows.x, |x| answers(x, Numbers::F64(&rows.y))) {
                assert_eq!(found, expected);
            }
        }
    }

    /// More entries than are passed between two remembered counts.
    #[test]
    fn counts_along_a_long_curve() {
        for len in [STRIDE - 1, STRIDE, STRIDE + 1, 5 * STRIDE + 7] {
            let x = units(3, len).iter().map(|u| f64::from((u * 3.0 - 1.0) as f32)).collect();
            let rows = Rows { x, y: labels(4, len, 2), w: labels(5, len, 5) };
            let (plain, weighted) = (Curve::<u64>::of(&rows), Curve::<Weighted>::of(&rows));
            for t in [-2.0, -1.0, -0.75, -0.1, 0.0, 0.3, 1.0, 1.9, 2.0] {
                let found = plain.sorted().at(t, false);
                assert_eq!([found.positives, found.negatives], rows.at(false, t, false));
                let found = weighted.sorted().at(t, true);
                assert_eq!([found.positives, found.negatives], rows.at(true, t, true));
            }
        }
    }

    #[test]
    fn whole_weights_are_repetition() {
        let rows = Rows { x: labels(1, 200, 30), y: labels(2, 200, 2), w: labels(3, 200, 4) };
        let repeat = |x: &[f64]| -> Vec<f64> {
            x.iter().zip(&rows.w).flat_map(|(&x, &w)| core::iter::repeat_n(x, w as usize)).collect()
        };
        let repeated = Rows { x: repeat(&rows.x), y: repeat(&rows.y), w: Vec::new() };
        assert_eq!(Curve::<Weighted>::of(&rows).answers(), Curve::<u64>::of(&repeated).answers());
    }

    #[test]
    fn one_class_against_another() {
        let scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
        let take = |place: Place, labels: &[i32]| {
            let mut curve = Curve::<u32>::new(9);
            let fine =
                append(&mut curve.room, &mut curve.fill, &Numbers::F64(&scores), &Numbers::I32(labels), None, &place);
            fine.map(|()| curve.sort().sorted().counts()).map(|counts| [counts.positives, counts.negatives])
        };
        let rest = Place { columns: 3, column: 1, classes: 3, ..BINARY };
        assert_eq!(take(rest, &[1, 2, 0]), Ok([1.0, 2.0]));
        assert_eq!(take(Place { against: 2, ..rest }, &[1, 2, 0]), Ok([1.0, 1.0]));
        let each = Place { label_columns: 3, classes: 2, ..rest };
        assert_eq!(take(each, &[0, 1, 0, 0, 1, 0, 1, 0, 1]), Ok([2.0, 1.0]));
        let label = Fault { problem: Problem::Label, argument: Argument::Targets, index: 4, value: 2.0 };
        assert_eq!(take(each, &[0, 1, 0, 0, 2, 0, 1, 0, 1]), Err(label));
    }

    #[test]
    fn a_fault_says_where_and_adds_nothing() {
        let at = 1024 + 5;
        let (mut x, mut y, mut w) = (vec![0.5; 1100], vec![1.0; 1100], vec![1.0; 1100]);
        let mut curve = Curve::<Weighted>::new(1100);
        let mut told = |x: &[f64], y: &[f64], w: &[f64]| {
            let fault = curve.append(Numbers::F64(x), Numbers::F64(y), Some(Numbers::F64(w))).unwrap_err();
            assert_eq!((curve.fill.negative, curve.fill.others, fault.index), (0, 0, at));
            (fault.problem, fault.argument)
        };
        x[at] = f64::NAN;
        assert_eq!(told(&x, &y, &w), (Problem::Nan, Argument::Predictions));
        x[at] = f64::INFINITY;
        y[at] = 2.0;
        assert_eq!(told(&x, &y, &w), (Problem::Label, Argument::Targets));
        y[at] = 0.0;
        w[at] = -1.0;
        assert_eq!(told(&x, &y, &w), (Problem::Weight, Argument::SampleWeight));
        w[at] = 0.0;
        curve.append(Numbers::F64(&x), Numbers::F64(&y), Some(Numbers::F64(&w))).unwrap();
        assert_eq!(curve.sort().sorted().len(), 1099, "a row without weight is none");
        let nan = Numbers::F32(&[0.0, 1.0, 2.0, f32::NAN]);
        let place = Place { columns: 2, column: 1, ..BINARY };
        let fault = append::<u32>(&mut [0; 2], &mut Fill::default(), &nan, &Numbers::U8(&[0, 1]), None, &place);
        assert_eq!(fault.unwrap_err().index, 3);
    }

    /// Both points have tpr − fpr = 1/2100, a difference of larger numbers: rounding alone tells them apart.
    #[test]
    fn of_equally_good_thresholds_the_largest() {
        let groups = [(2.0, 1, 2), (1.0, 42, 98), (0.0, 257, 600)];
        let rows = |label: f64, of: fn(&(f64, usize, usize)) -> usize| {
            groups.iter().flat_map(move |group| core::iter::repeat_n((group.0, label), of(group))).collect::<Vec<_>>()
        };
        let (x, y) = [rows(1.0, |group| group.1), rows(0.0, |group| group.2)].concat().into_iter().unzip();
        let best = Curve::<u32>::of(&Rows { x, y, w: Vec::new() }).sorted().best(Objective::Youden);
        assert_eq!([best.threshold, best.tp, best.fp], [2.0, 1.0, 2.0]);
    }

    #[test]
    fn no_entries() {
        let curve = Curve::<u32>::new(4).sort();
        let sorted = curve.sorted();
        assert!(sorted.is_empty());
        assert_eq!([sorted.doubled_u(), sorted.average_precision(), sorted.area_up_to(0.5)], [0.0; 3]);
        let Counts { positives, negatives } = sorted.at(0.0, false);
        assert_eq!([positives, negatives], [0.0; 2]);
    }
}
