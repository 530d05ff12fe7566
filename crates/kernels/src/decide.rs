//! Scores become decisions: positive from a threshold on, or one class for each row.

use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::math::Coefficients;
use crate::simd::{F32x4, F64x2, Mask, Scalar, Vector};
use crate::tile;

/// What predictions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// Decisions already.
    Labels,
    /// Probabilities.
    Probabilities,
    /// Logits, or any other scores.
    Logits,
}

impl From {
    /// From the number that stands for it at the border.
    pub fn from_code(code: f64) -> Option<Self> {
        [Self::Labels, Self::Probabilities, Self::Logits].get(code as usize).copied()
    }

    /// Whether a score is not one of these.
    pub fn excludes(self, x: f64) -> bool {
        x.is_nan() || (self == Self::Probabilities && !(0.0..=1.0).contains(&x))
    }
}

/// Which of equal scores comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// The one in the first column.
    First,
    /// The one in the last column.
    Last,
}

impl Ties {
    /// From the number that stands for it at the border.
    pub fn from_code(code: f64) -> Self {
        if code == 1.0 { Self::Last } else { Self::First }
    }
}

/// How a row of scores becomes a class.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// Scores of a row, one for each class.
    pub classes: usize,
    /// What they are.
    pub from: From,
    /// A row is its target where that is among so many largest, and its largest otherwise.
    pub top: usize,
    /// Which of equal scores is larger.
    pub ties: Ties,
}

/// Rows of so many columns are looked at one by one; shorter ones side by side, one in each lane.
const WIDE: usize = 32;

impl Choice {
    /// Words of room that [`Choice::choose`] works in.
    pub const fn scratch(&self) -> usize {
        if self.classes < WIDE { 2 * self.classes } else { 0 }
    }

    /// The class of each row of a block. `labels` are the rows' targets; −1 stands for any.
    pub fn choose(
        &self,
        scores: &Numbers<'_>,
        labels: &[i32],
        start: usize,
        len: usize,
        scratch: &mut [i64],
        to: &mut Buffer<i32>,
    ) -> Status {
        match scores {
            Numbers::F32(x) if self.classes >= WIDE => {
                self.choose_from_rows::<F32x4>(scores, x, labels, start, len, to)
            }
            Numbers::F64(x) if self.classes >= WIDE => {
                self.choose_from_rows::<F64x2>(scores, x, labels, start, len, to)
            }
            Numbers::F32(x) => self.choose_from_tiles::<F32x4>(scores, x, labels, start, len, scratch, to),
            Numbers::F64(x) => self.choose_from_tiles::<F64x2>(scores, x, labels, start, len, scratch, to),
            _ => Err(Fault::misuse(Argument::Predictions)),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the arguments of `choose`, and the scores with their type")]
    fn choose_from_tiles<V: Vector>(
        &self,
        scores: &Numbers<'_>,
        values: &[V::Scalar],
        labels: &[i32],
        start: usize,
        len: usize,
        scratch: &mut [i64],
        to: &mut Buffer<i32>,
    ) -> Status {
        let columns = self.classes;
        let tile = V::arrays_mut(scratch);
        let rows = values.get(start * columns..(start + len) * columns).unwrap_or(&[]).chunks(V::LANES * columns);
        let labels = labels.chunks(V::LANES);
        let mut fine = true;
        for ((rows, labels), to) in rows.zip(labels).zip(V::index_chunks_mut(to)) {
            tile::transpose::<V>(rows, columns, tile);
            fine &= match self.from {
                From::Probabilities => tile::are_probabilities::<V>(tile),
                _ => tile::are_numbers::<V>(tile),
            };
            let largest = match self.ties {
                Ties::First => tile::largest::<V>(tile).class,
                Ties::Last => tile::last_largest::<V>(tile).class,
            };
            *to = if self.top == 1 { largest } else { self.target_or(largest, tile, labels) }.truncate();
        }
        if fine {
            return Ok(());
        }
        let outside = |x| self.from.excludes(x);
        Err(scores.fault(start * columns, len * columns, Argument::Predictions, Problem::Probability, outside))
    }

    fn choose_from_rows<V: Vector>(
        &self,
        scores: &Numbers<'_>,
        values: &[V::Scalar],
        labels: &[i32],
        start: usize,
        len: usize,
        to: &mut Buffer<i32>,
    ) -> Status {
        let columns = self.classes;
        let rows = values.get(start * columns..(start + len) * columns).unwrap_or(&[]).chunks_exact(columns);
        let (zero, one) = (V::splat(V::Scalar::ZERO), V::splat(V::Scalar::ONE));
        let (mut numbers, mut least, mut most) = (true, one, zero);
        for ((row, &label), to) in rows.zip(labels).zip(to) {
            let row = Row::<V>::new(row);
            let largest = if self.from == From::Probabilities {
                row.largest(|x| least = least.pmin(x))
            } else {
                row.largest(|_| ())
            };
            most = most.pmax(largest);
            let candidates = row.not_below(largest, self.ties);
            // More than one: ties, or what cannot be compared.
            numbers &= candidates.one || row.are_numbers();
            let own = if self.top == 1 { None } else { row.values.get(label as usize) };
            *to = if own.is_some_and(|&own| self.reaches(row.values, label, own)) { label } else { candidates.at };
        }
        if numbers && (self.from != From::Probabilities || zero.le(least).and(most.le(one)).all()) {
            return Ok(());
        }
        let outside = |x| self.from.excludes(x);
        Err(scores.fault(start * columns, len * columns, Argument::Predictions, Problem::Probability, outside))
    }

    /// The target of each lane where its rank allows, its largest elsewhere.
    #[inline(always)]
    fn target_or<V: Vector>(&self, largest: V, tile: &[V::Array], labels: &[i32]) -> V {
        let target = V::from_fn(|lane| labels.get(lane).map_or(V::Scalar::ZERO, |&y| V::Scalar::from_f64(y.into())));
        let rank = tile::rank::<V>(tile, target, self.ties);
        let top = V::Scalar::from_f64(self.top.min(self.classes) as f64);
        V::select(rank.lt(V::splat(top)), target, largest)
    }

    /// Whether the score of a label is among so many largest.
    fn reaches<S: Scalar>(&self, row: &[S], label: i32, own: S) -> bool {
        let (mut greater, mut equal) = (0, 0);
        for &x in row {
            greater += usize::from(x > own);
            equal += usize::from(x == own);
        }
        if greater >= self.top || greater + equal <= self.top {
            return greater < self.top;
        }
        let (before, after) = row.split_at(label as usize);
        let nearer = if self.ties == Ties::First { before } else { after.get(1..).unwrap_or(&[]) };
        greater + nearer.iter().filter(|&&x| x == own).count() < self.top
    }
}

/// A row of scores as vectors. The last one holds the last elements, some of which may be in the one before.
struct Row<'a, V: Vector> {
    values: &'a [V::Scalar],
    whole: &'a [V::Array],
    last: V,
    /// The element that the last vector begins with, and the bits of its lanes that are elements.
    start: usize,
    lanes: u64,
}

/// The elements of a row that are not below a value.
struct Candidates {
    /// The first or the last of them.
    at: i32,
    /// There is one, and it is a number.
    one: bool,
}

/// Vectors of so many bits make a word, with those of the last one.
const GROUP_BITS: usize = 60;

impl<'a, V: Vector> Row<'a, V> {
    #[inline(always)]
    fn new(values: &'a [V::Scalar]) -> Self {
        let first = values.first().copied().unwrap_or(V::Scalar::ZERO);
        let (start, last, lanes) = match values.len().checked_sub(V::LANES) {
            Some(start) => {
                let last = V::chunks(values.get(start..).unwrap_or(&[])).first();
                (start, last.map_or(V::splat(first), V::load), u64::MAX)
            }
            None => (0, V::from_fn(|lane| values.get(lane).copied().unwrap_or(first)), (1 << values.len()) - 1),
        };
        Self { values, whole: V::chunks(values), last, start, lanes }
    }

    /// The largest value in every lane; `see` is shown all of them. What is not a number is passed over.
    #[inline(always)]
    fn largest(&self, mut see: impl FnMut(V)) -> V {
        let mut largest = -V::splat(V::Scalar::INFINITY);
        for x in self.whole.iter().map(V::load).chain([self.last]) {
            largest = largest.pmax(x);
            see(x);
        }
        largest.spread_largest()
    }

    #[inline(always)]
    fn not_below(&self, value: V, ties: Ties) -> Candidates {
        let size = GROUP_BITS / V::LANES;
        let not_below = |x: V| u64::from(!x.lt(value).bits()) & ((1 << V::LANES) - 1);
        let mut candidates = Candidates { at: -1, one: self.values.len() > 1 };
        let mut rest = self.whole;
        for group in 0..self.whole.len().div_ceil(size).max(1) {
            let base = group * GROUP_BITS;
            let (vectors, others) = rest.split_at_checked(size).unwrap_or((rest, &[]));
            rest = others;
            let mut bits = vectors.iter().rev().fold(0, |bits, x| bits << V::LANES | not_below(V::load(x)));
            if rest.is_empty() {
                bits |= (not_below(self.last) & self.lanes) << (self.start - base);
            }
            if bits == 0 {
                continue;
            }
            candidates.one &= candidates.at < 0 && bits & (bits - 1) == 0;
            if candidates.at < 0 || ties == Ties::Last {
                let bit = if ties == Ties::First { bits.trailing_zeros() } else { bits.ilog2() };
                candidates.at = (base as u32 + bit) as i32;
            }
        }
        candidates
    }

    fn are_numbers(&self) -> bool {
        self.values.iter().fold(true, |fine, x| fine & !x.to_f64().is_nan())
    }
}

/// Whether a score is positive.
#[derive(Clone, Copy, Debug)]
pub struct Threshold {
    /// What scores are.
    pub from: From,
    /// Positive means score ≥ threshold.
    pub threshold: f64,
    /// Positive means score > threshold.
    pub strict: bool,
}

impl Threshold {
    /// 1 for each positive score of a block, 0 for the others.
    pub fn compare(&self, scores: &Numbers<'_>, start: usize, len: usize, to: &mut Buffer<i32>) -> Status {
        match scores {
            Numbers::F32(_) => self.compare_all::<F32x4>(scores, start, len, to),
            Numbers::F64(_) => self.compare_all::<F64x2>(scores, start, len, to),
            _ => Err(Fault::misuse(Argument::Predictions)),
        }
    }

    fn compare_all<V: Vector>(&self, scores: &Numbers<'_>, start: usize, len: usize, to: &mut Buffer<i32>) -> Status {
        let mut buffer = [V::Scalar::ZERO; BLOCK];
        let block = match self.from {
            From::Probabilities => scores.probabilities(start, len, Argument::Predictions, &mut buffer)?,
            _ => scores.logits(start, len, Argument::Predictions, &mut buffer)?,
        };
        let threshold = V::Scalar::at_least(self.threshold, self.strict);
        for (to, &x) in to.iter_mut().zip(block) {
            *to = i32::from(x >= threshold);
        }
        Ok(())
    }
}
