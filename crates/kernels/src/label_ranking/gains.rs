//! What labels gain, and what the order of a row gains with them.

use super::rank::{Group, Row, Score, Ties};
use crate::input::{Argument, BLOCK, Numbers, Problem, Status};
use crate::math::Math;
use crate::simd::{F64x2, Vector};
use crate::sort::{descending_double, sort_by};

/// What targets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Targets {
    /// Zeros and ones.
    Labels,
    /// Relevances.
    Relevances {
        /// None is negative.
        negative: bool,
        /// Gains are 2ᵍ − 1.
        exponential: bool,
    },
}

/// 2¹⁰²⁴ is no finite number.
const LARGEST_EXPONENT: f64 = 1023.0;

impl Targets {
    /// Reads targets from `first` on, as many as there is room for.
    pub fn read(self, targets: &Numbers<'_>, first: usize, to: &mut [f64]) -> Status {
        let mut start = first;
        for to in to.chunks_mut(BLOCK) {
            match self {
                Self::Labels => {
                    let mut buffer = [0; BLOCK];
                    let labels = targets.labels(start, to.len(), 2, None, Argument::Targets, &mut buffer)?;
                    to.iter_mut().zip(labels).for_each(|(to, &label)| *to = f64::from(label));
                }
                Self::Relevances { negative, exponential } => {
                    let mut buffer = [0.0; BLOCK];
                    let relevances = targets.block::<f64>(start, to.len(), &mut buffer);
                    let least = if negative { f64::MIN } else { 0.0 };
                    let most = if exponential { LARGEST_EXPONENT } else { f64::MAX };
                    if !relevances.iter().fold(true, |fine, &g| fine & (g >= least) & (g <= most)) {
                        let wrong = |g: f64| !(least..=most).contains(&g);
                        return Err(targets.fault(start, to.len(), Argument::Targets, Problem::Relevance, wrong));
                    }
                    to.iter_mut().zip(relevances).for_each(|(to, &relevance)| *to = relevance);
                    if exponential {
                        raise(to);
                    }
                }
            }
            start += to.len();
        }
        Ok(())
    }
}

/// 2ᵍ − 1 in the place of g.
fn raise(gains: &mut [f64]) {
    let math = Math::<F64x2>::new();
    let (pairs, rest) = gains.as_chunks_mut();
    pairs.iter_mut().for_each(|pair| math.exp2_m1(F64x2::load(pair)).store(pair));
    rest.iter_mut().for_each(|gain| *gain = math.exp2_m1(F64x2::splat(*gain)).to_array()[0]);
}

/// Writes 1 / log₂(1 + rank) for the ranks from 1 on.
pub fn write_discounts(to: &mut [[f64; 2]]) {
    let math = Math::<F64x2>::new();
    let mut place = F64x2::from_fn(|lane| [2.0, 3.0][lane & 1]);
    for to in to {
        (math.one / math.log2(place)).store(to);
        place = place + math.two();
    }
}

/// How the cumulative gain of a row is taken.
pub struct Cumulative<'a> {
    /// One for each rank that counts.
    pub discounts: &'a [f64],
    /// What labels of equal score gain.
    pub ties: Ties,
    /// In units of what the best order gains.
    pub is_normalised: bool,
}

impl Cumulative<'_> {
    /// Of one row. `words` and `spare` are [`super::rank::ENTRY`] for each label.
    pub fn of<S: Score>(&self, row: Row<'_, S>, words: &mut [i64], spare: &mut [i64]) -> f64 {
        let (relevant, rest) = spare.split_at_mut(row.gains.len());
        let relevant = row.relevant_gains(relevant);
        let scale = scale(relevant);
        let terms = |gains: &[i64]| -> f64 {
            gains.iter().zip(self.discounts).map(|(&gain, discount)| value(gain) * scale * discount).sum()
        };
        let best = if self.is_normalised { terms(descending(relevant, rest)) } else { 0.0 };
        let ranking = row.rank(self.ties, words, spare);
        let mut gain = 0.0;
        for group in ranking.groups::<true>() {
            let Some(discounts) = self.discounts.get(group.above..group.through.min(self.discounts.len())) else {
                break;
            };
            gain += mean(&group, spare, scale) * discounts.iter().sum::<f64>();
        }
        match self.is_normalised {
            false => gain / scale,
            true if best == 0.0 => 0.0,
            // What rounding adds to a perfect order is taken away.
            true => (gain / best).min(1.0),
        }
    }
}

/// The mean gain of labels, relevant or not. The sum runs from the largest down: so it is the same in any order of columns.
#[inline(always)]
fn mean<S: Score>(group: &Group<'_, S>, spare: &mut [i64], scale: f64) -> f64 {
    if group.through - group.above == 1 {
        return group.gains().next().unwrap_or(0.0) * scale;
    }
    let (words, rest) = spare.split_at_mut(spare.len() / 2);
    let mut found = 0;
    for (to, gain) in words.iter_mut().zip(group.gains()) {
        *to = gain.to_bits().cast_signed();
        found += 1;
    }
    let gains = descending(words.get_mut(..found).unwrap_or(&mut []), rest);
    gains.iter().map(|&gain| value(gain) * scale).sum::<f64>() / (group.through - group.above) as f64
}

fn value(bits: i64) -> f64 {
    f64::from_bits(bits.cast_unsigned())
}

/// Puts the largest gain first.
fn descending<'a>(gains: &'a mut [i64], spare: &mut [i64]) -> &'a [i64] {
    if !gains.is_sorted_by(|&a, &b| value(a) >= value(b)) {
        let spare = spare.get_mut(..gains.len()).unwrap_or(&mut []);
        sort_by(gains, spare, |&gain| descending_double(value(gain)));
    }
    gains
}

/// A power of 2 that brings the largest gain near to 1: so no sum overflows.
fn scale(gains: &[i64]) -> f64 {
    let largest = gains.iter().fold(0, |largest, &gain| largest.max(gain.cast_unsigned() << 1));
    f64::from_bits((2046 - (largest >> 53)).max(1) << 52)
}
