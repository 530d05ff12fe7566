//! What is sorted: scores as whole numbers with their labels.

use crate::simd::Scalar;
use crate::sort::Whole;

/// A score with its label, as a whole number.
pub trait Key: Whole {
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
#[derive(Clone, Copy, Debug, Default, PartialEq)]
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
