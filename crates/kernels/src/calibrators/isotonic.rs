//! Isotonic regression of labels on sorted scores: the non-decreasing function with the least sum of squares.
//!
//! Neighbours that violate the order are pooled and take their mean, until none do; equal scores are one point from the
//! start. Scores come from the largest down, so what is pooled is a rate that rises.
//!
//! Ayer, Brunk, Ewing, Reid and Silverman, "An empirical distribution function for sampling with incomplete information"
//! (1955).

use crate::curve::{Entry, Key, Sorted};

/// Rows of neighbouring scores with one value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Pool {
    /// Its smallest score.
    pub low: f64,
    /// Its largest score.
    pub high: f64,
    /// Weight of class 1.
    pub positives: f64,
    /// Weight of all rows.
    pub total: f64,
}

/// Writes the pools, from the largest scores down; how many there are. More than there is room for is the number that
/// room is needed for at most, and then nothing that was written counts.
pub fn pools<E: Entry>(sorted: &Sorted<'_, E>, room: &mut [Pool]) -> usize {
    let mut filled = 0_usize;
    let mut fits = true;
    sorted.groups(|group| {
        let (key, below_zero) = group.score;
        let score = key.score(below_zero);
        let mut pool =
            Pool { low: score, high: score, positives: group.positive, total: group.positive + group.negative };
        while let Some(last) = filled.checked_sub(1).and_then(|i| room.get(i)) {
            // Rates as fractions: of counts their products are exact.
            if pool.positives * last.total < last.positives * pool.total {
                break;
            }
            pool = Pool {
                low: pool.low,
                high: last.high,
                positives: last.positives + pool.positives,
                total: last.total + pool.total,
            };
            filled -= 1;
        }
        match room.get_mut(filled) {
            Some(to) => {
                *to = pool;
                filled += 1;
            }
            None => fits = false,
        }
    });
    if fits { filled } else { sorted.len() }
}
