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

impl Pool {
    /// With the pool of smaller scores next to it.
    #[inline(always)]
    fn with(&self, below: &Self) -> Self {
        Self {
            low: below.low,
            high: self.high,
            positives: self.positives + below.positives,
            total: self.total + below.total,
        }
    }

    /// Whether its rate is above that of another one. As fractions: of counts their products are exact.
    #[inline(always)]
    fn is_above(&self, other: &Self) -> bool {
        other.positives * self.total < self.positives * other.total
    }
}

/// Writes the pools, from the largest scores down; how many there are. More than there is room for is the number that
/// room is needed for at most, and then nothing that was written counts.
pub fn pools<E: Entry>(sorted: &Sorted<'_, E>, room: &mut [Pool]) -> usize {
    let (mut filled, mut fits) = (0_usize, true);
    let mut last: Option<Pool> = None;
    let mut push = |filled: &mut usize, room: &mut [Pool], pool| match room.get_mut(*filled) {
        Some(to) => {
            *to = pool;
            *filled += 1;
        }
        None => fits = false,
    };
    sorted.groups(|group| {
        let (key, below_zero) = group.score;
        let score = key.score(below_zero);
        let pool = Pool { low: score, high: score, positives: group.positive, total: group.positive + group.negative };
        let Some(own) = &mut last else {
            last = Some(pool);
            return;
        };
        if own.is_above(&pool) {
            push(&mut filled, room, *own);
            *own = pool;
            return;
        }
        *own = own.with(&pool);
        while let Some(above) = filled.checked_sub(1).and_then(|i| room.get(i))
            && !above.is_above(own)
        {
            *own = above.with(own);
            filled -= 1;
        }
    });
    if let Some(pool) = last {
        push(&mut filled, room, pool);
    }
    if fits { filled } else { sorted.len() }
}
