//! What labels gain, and what the order of a row gains with them.

use super::rank::{self, Entry, Groups, Score};
use crate::input::{Argument, BLOCK, Numbers, Problem, Status};
use crate::math::Math;
use crate::simd::{F64x2, Vector};

/// What targets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gains {
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

impl Gains {
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
                    if !relevances.iter().fold(true, |fine, g| fine & (least..=most).contains(g)) {
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

/// The cumulative gain of relevant labels sorted by score. Gains are multiplied by `scale`.
pub fn discounted<S: Score>(groups: Groups<'_, S, true>, discounts: &[f64], scale: f64) -> f64 {
    let mut sum = 0.0;
    for group in groups {
        let Some(discounts) = discounts.get(group.above..group.through.min(discounts.len())) else { break };
        let gain: f64 = group.entries.iter().map(|entry| rank::gain(entry) * scale).sum();
        sum += gain / (group.through - group.above) as f64 * discounts.iter().sum::<f64>();
    }
    sum
}

/// That of the best order, of labels sorted by gain.
pub fn best(entries: &[Entry], discounts: &[f64], scale: f64) -> f64 {
    entries.iter().zip(discounts).map(|(entry, discount)| rank::gain(entry) * scale * discount).sum()
}

/// A power of 2 that brings the largest of some gains, which are sorted, near to 1: so no sum of them overflows.
pub fn scale(entries: &[Entry]) -> f64 {
    let magnitude = |entry: Option<&Entry>| entry.map_or(0.0, |entry| rank::gain(entry).abs());
    let largest = magnitude(entries.first()).max(magnitude(entries.last()));
    f64::from_bits((2046 - (largest.to_bits() >> 52)).max(1) << 52)
}
