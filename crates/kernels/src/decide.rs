//! Scores become decisions: positive from a threshold on, or one class for each row.

use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::math::Coefficients;
use crate::simd::{F32x4, F64x2, Scalar, Vector};
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

impl Choice {
    /// Words of room that [`Choice::choose`] works in.
    pub const fn scratch(&self) -> usize {
        self.classes.saturating_mul(2)
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
            Numbers::F32(x) => self.choose_rows::<F32x4>(scores, x, labels, start, len, scratch, to),
            Numbers::F64(x) => self.choose_rows::<F64x2>(scores, x, labels, start, len, scratch, to),
            _ => Err(Fault::misuse(Argument::Predictions)),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the arguments of `choose`, and the scores with their type")]
    fn choose_rows<V: Vector>(
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

    /// The target of each lane where its rank allows, its largest elsewhere.
    #[inline(always)]
    fn target_or<V: Vector>(&self, largest: V, tile: &[V::Array], labels: &[i32]) -> V {
        let target = V::from_fn(|lane| labels.get(lane).map_or(V::Scalar::ZERO, |&y| V::Scalar::from_f64(y.into())));
        let rank = tile::rank::<V>(tile, target, self.ties);
        let top = V::Scalar::from_f64(self.top.min(self.classes) as f64);
        V::select(rank.lt(V::splat(top)), target, largest)
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
