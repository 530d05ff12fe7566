//! Vectors of floats with one meaning and two implementations.
//!
//! Algorithms are written once over [`Vector`]. Where the target has WebAssembly SIMD the lanes are registers
//! (`simd128`); everywhere else they are arrays (`scalar`), which is what native tests and Miri run. Every operation is
//! an IEEE 754 operation or a comparison, so both give the same bits. There is no fused multiply-add: WebAssembly has
//! none that is the same on every machine.
//!
//! The crate `wide` was considered: it lacks pseudo-minimum, integer exponent moves and a promise of equal bits across
//! its targets, which are most of what is needed here.

use crate::input::Numbers;
use crate::math::Coefficients;
use core::ops::{Add, Div, Mul, Neg, Sub};

#[cfg(any(test, not(all(target_arch = "wasm32", target_feature = "simd128"))))]
mod scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub use scalar::{F32x4, F64x2, M32x4, M64x2, U8x16, threshold_counts};
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use simd128::{F32x4, F64x2, M32x4, M64x2, U8x16, threshold_counts};

/// A float type that has a vector of its own.
pub trait Scalar: Copy + PartialOrd + Default + crate::math::Coefficients {
    /// Its vector.
    type Vector: Vector<Scalar = Self>;
    /// The nearest value of this type.
    fn from_f64(value: f64) -> Self;
    /// The same value, exactly.
    fn to_f64(self) -> f64;
    /// The smallest value of this type that is at least (or, strictly, above) a float64 number; NaN, which nothing
    /// reaches, above ∞.
    fn at_least(bound: f64, strict: bool) -> Self;
    /// Elements `start..start + len` where they are of this type already.
    fn direct<'a>(numbers: &Numbers<'a>, start: usize, len: usize) -> Option<&'a [Self]>;
}

impl Scalar for f32 {
    type Vector = F32x4;
    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value as f32
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn direct<'a>(numbers: &Numbers<'a>, start: usize, len: usize) -> Option<&'a [Self]> {
        if let Numbers::F32(x) = numbers { x.get(start..start + len) } else { None }
    }
    fn at_least(bound: f64, strict: bool) -> Self {
        if strict && bound == f64::INFINITY {
            return f32::NAN;
        }
        let nearest = bound as f32;
        let below = f64::from(nearest) < bound || (strict && f64::from(nearest) == bound);
        if below { nearest.next_up() } else { nearest }
    }
}

impl Scalar for f64 {
    type Vector = F64x2;
    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
    #[inline(always)]
    fn direct<'a>(numbers: &Numbers<'a>, start: usize, len: usize) -> Option<&'a [Self]> {
        if let Numbers::F64(x) = numbers { x.get(start..start + len) } else { None }
    }
    fn at_least(bound: f64, strict: bool) -> Self {
        match strict {
            true if bound == f64::INFINITY => f64::NAN,
            true => bound.next_up(),
            false => bound,
        }
    }
}

/// The outcome of a comparison, lane by lane.
pub trait Mask: Copy {
    /// Whether any lane holds.
    fn any(self) -> bool;
    /// Whether all lanes hold.
    fn all(self) -> bool;
    /// Both hold.
    fn and(self, other: Self) -> Self;
    /// Either holds.
    fn or(self, other: Self) -> Self;
    /// One bit per lane, lane 0 lowest.
    fn bits(self) -> u32;
}

/// A vector of floats in 16 bytes.
pub trait Vector:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// One lane.
    type Scalar: Scalar<Vector = Self>;
    /// The lanes in memory.
    type Array: Copy + AsRef<[Self::Scalar]> + AsMut<[Self::Scalar]>;
    /// The lanes in memory, widened to `f64`.
    type Wide: Copy + AsRef<[f64]> + AsMut<[f64]>;
    /// As many `f32`.
    type Narrow: Copy + AsRef<[f32]>;
    /// As many `u8`.
    type Bytes: Copy + AsRef<[u8]>;
    /// The lanes as `i32`.
    type Indices: Copy + AsRef<[i32]> + AsMut<[i32]>;
    /// What comparisons give.
    type Mask: Mask;
    /// Number of lanes.
    const LANES: usize;

    /// The same value in every lane.
    fn splat(value: Self::Scalar) -> Self;
    /// Lane by lane.
    fn from_fn(lane: impl FnMut(usize) -> Self::Scalar) -> Self;
    /// Reads the lanes.
    fn load(from: &Self::Array) -> Self;
    /// Writes the lanes.
    fn store(self, to: &mut Self::Array);
    /// Writes the lanes as `f64`.
    fn store_wide(self, to: &mut Self::Wide);
    /// Reads as many float32 numbers, exactly.
    fn load_f32(from: &Self::Narrow) -> Self;
    /// Reads as many small whole numbers, exactly.
    fn load_u8(from: &Self::Bytes) -> Self;
    /// Reads four numbers as `f64`, two and two.
    fn load_quad(from: &[Self::Scalar; 4]) -> [F64x2; 2];
    /// Reads four rows' next four numbers, column by column. `LANES` rows, that is: fewer are read where a vector has
    /// fewer lanes.
    fn columns(rows: [&[Self::Scalar; 4]; 4]) -> [Self; 4];
    /// The reverse: writes four columns to as many rows as a vector has lanes.
    fn store_columns(columns: [Self; 4], rows: [Option<&mut [Self::Scalar; 4]>; 4]);
    /// The lanes as `f64`, two and two; of two lanes twice the same.
    fn widen(self) -> [F64x2; 2];
    /// The reverse, each number rounded; `to_high` is [`Vector::TO_HIGH`].
    fn narrow(wide: [F64x2; 2], to_high: Self) -> Self;
    /// Moves the low half of a vector into the high one. The optimiser is not to know it: what it makes of conversions
    /// that it sees through takes them lane by lane.
    const TO_HIGH: Self;
    /// The lanes as an array.
    fn to_array(self) -> Self::Array;
    /// Whole vectors of a slice; what is left at its end is not seen.
    fn chunks(values: &[Self::Scalar]) -> &[Self::Array];
    /// Whole vectors of a slice; what is left at its end is not seen.
    fn chunks_mut(values: &mut [Self::Scalar]) -> &mut [Self::Array];
    /// Whole vectors of a slice of `f32`; what is left at its end is not seen.
    fn narrow_chunks(values: &[f32]) -> &[Self::Narrow];
    /// Whole vectors of a slice of `u8`; what is left at its end is not seen.
    fn byte_chunks(values: &[u8]) -> &[Self::Bytes];
    /// Whole vectors of a slice of `i32`; what is left at its end is not seen.
    fn index_chunks_mut(values: &mut [i32]) -> &mut [Self::Indices];
    /// Whole vectors of a slice of wide values; what is left at its end is not seen.
    fn wide_chunks_mut(values: &mut [f64]) -> &mut [Self::Wide];

    /// Words as vectors, whatever they held before.
    fn arrays_mut(words: &mut [i64]) -> &mut [Self::Array] {
        let len = size_of_val(words) / size_of::<Self::Array>();
        // SAFETY: arrays of floats need no more than the alignment of `i64`, have no invalid bits, and `len` of them
        // are no larger than the words.
        unsafe { core::slice::from_raw_parts_mut(words.as_mut_ptr().cast(), len) }
    }

    /// The largest lane in every lane, where none is NaN.
    fn spread_largest(self) -> Self;
    /// Absolute value.
    fn abs(self) -> Self;
    /// The nearest whole number, ties to even.
    fn round(self) -> Self;
    /// `other < self ? other : self`: a NaN in `self` stays, one in `other` is dropped.
    fn pmin(self, other: Self) -> Self;
    /// `self < other ? other : self`: a NaN in `self` stays, one in `other` is dropped.
    fn pmax(self, other: Self) -> Self;
    /// `self < other`; false where either is NaN.
    fn lt(self, other: Self) -> Self::Mask;
    /// `self <= other`; false where either is NaN.
    fn le(self, other: Self) -> Self::Mask;
    /// `self == other`; false where either is NaN.
    fn eq(self, other: Self) -> Self::Mask;
    /// `yes` where the mask holds, `no` elsewhere.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// `self` with the bits of `other` added where the mask holds.
    fn or_where(self, mask: Self::Mask, other: Self) -> Self;
    /// `self` where the mask does not hold, 0 elsewhere.
    fn unless(self, mask: Self::Mask) -> Self;
    /// `self` where the mask holds, 0 elsewhere.
    fn only(self, mask: Self::Mask) -> Self {
        Self::select(mask, self, Self::splat(Self::Scalar::ZERO))
    }
    /// The power of 2 whose biased exponent is in the lowest bits of `self`: a whole number plus
    /// [`EXPONENT_MAGIC`](crate::math::Coefficients::EXPONENT_MAGIC).
    fn exp2_biased(self) -> Self;
    /// 0xff for each of sixteen numbers that is at least its bound, 0 for the others.
    fn reach(numbers: &[Self::Scalar; 16], bounds: &[Self::Scalar; 16]) -> U8x16;
    /// The lanes as whole numbers, rounded towards zero.
    fn truncate(self) -> Self::Indices;
    /// (m, k) with `self` = m·2ᵏ and m in [√½, √2), for normal positive numbers.
    fn mantissa_exponent(self, root_half: Self) -> (Self, Self);
}

/// Words as bytes.
pub fn bytes_mut(words: &mut [i64]) -> &mut [u8] {
    // SAFETY: bytes need no alignment, have no invalid bits, and these are those of the words.
    unsafe { core::slice::from_raw_parts_mut(words.as_mut_ptr().cast(), size_of_val(words)) }
}

/// Words as narrow whole numbers.
pub fn u32s_mut(words: &mut [i64]) -> &mut [u32] {
    // SAFETY: `u32` need no more alignment than words, have no invalid bits, and two of them are a word.
    unsafe { core::slice::from_raw_parts_mut(words.as_mut_ptr().cast(), 2 * words.len()) }
}

/// Adds one for each place, neighbours in tables of their own; false, with nothing added, where one is outside. A table
/// holds 2³² − 1 of them.
#[inline(always)]
pub fn tally<const TABLES: usize>(places: &[u32], tables: &mut [[u32; TABLES]]) -> bool {
    if places.iter().fold(0, |most, &place| most.max(place)) as usize >= tables.len() {
        return places.is_empty();
    }
    let (groups, rest) = places.as_chunks::<TABLES>();
    let mut add = |place: u32, table: usize| {
        // SAFETY: no place is outside, as was seen before.
        let counts = unsafe { tables.get_unchecked_mut(place as usize) };
        counts[table] = counts[table].wrapping_add(1);
    };
    for group in groups {
        group.iter().enumerate().for_each(|(table, &place)| add(place, table));
    }
    rest.iter().enumerate().for_each(|(table, &place)| add(place, table));
    true
}

/// What [`threshold_counts`] finds in scores and labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ThresholdCounts {
    /// Positive labels at or above the threshold.
    pub hits: i64,
    /// Scores at or above the threshold.
    pub predicted: i64,
    /// Positive labels.
    pub positives: i64,
    /// Every score is within 0..=1 and has no sign.
    pub probabilities: bool,
    /// No score is NaN.
    pub numbers: bool,
    /// Every label is 0 or 1.
    pub labels: bool,
}

/// The rounding error of a difference: `a − b = d + e` exactly, with `d` the rounded difference (Knuth 1969).
/// Where the difference overflows or an operand is infinite the error is not a number; [`crate::math::Math::exp_non_positive`] does not mind.
#[inline(always)]
pub fn difference<V: Vector>(a: V, b: V) -> (V, V) {
    let d = a - b;
    let bb = d - a;
    (d, (a - (d - bb)) - (b + bb))
}

#[cfg(test)]
mod tests;
