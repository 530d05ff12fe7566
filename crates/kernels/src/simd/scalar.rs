//! Lanes as arrays: any target.

use super::{Mask, ThresholdCounts, Vector};
use core::ops::{Add, Div, Mul, Neg, Sub};

macro_rules! vector {
    ($vector:ident, $mask:ident, $float:ident, $lanes:literal, $mantissa_bits:literal) => {
        #[doc = concat!(stringify!($lanes), " lanes of `", stringify!($float), "`.")]
        #[derive(Clone, Copy)]
        #[repr(align(16))]
        pub struct $vector([$float; $lanes]);

        #[doc = concat!("What comparing two `", stringify!($vector), "` gives.")]
        #[derive(Clone, Copy)]
        pub struct $mask([bool; $lanes]);

        impl Mask for $mask {
            #[inline(always)]
            fn any(self) -> bool {
                self.0.contains(&true)
            }
            #[inline(always)]
            fn all(self) -> bool {
                !self.0.contains(&false)
            }
            #[inline(always)]
            fn and(self, other: Self) -> Self {
                Self(core::array::from_fn(|i| self.0[i] & other.0[i]))
            }
            #[inline(always)]
            fn or(self, other: Self) -> Self {
                Self(core::array::from_fn(|i| self.0[i] | other.0[i]))
            }
            #[inline(always)]
            fn bits(self) -> u32 {
                self.0.iter().rev().fold(0, |bits, &lane| bits << 1 | u32::from(lane))
            }
        }

        vector!(@binary $vector, $lanes, Add, add, +);
        vector!(@binary $vector, $lanes, Sub, sub, -);
        vector!(@binary $vector, $lanes, Mul, mul, *);
        vector!(@binary $vector, $lanes, Div, div, /);

        impl Neg for $vector {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self {
                Self(self.0.map(|x| -x))
            }
        }

        impl $vector {
            #[inline(always)]
            fn zip(self, other: Self, f: impl Fn($float, $float) -> $float) -> Self {
                Self(core::array::from_fn(|i| f(self.0[i], other.0[i])))
            }
            #[inline(always)]
            fn compare(self, other: Self, f: impl Fn($float, $float) -> bool) -> $mask {
                $mask(core::array::from_fn(|i| f(self.0[i], other.0[i])))
            }
        }

        impl Vector for $vector {
            type Scalar = $float;
            type Array = [$float; $lanes];
            type Wide = [f64; $lanes];
            type Narrow = [f32; $lanes];
            type Bytes = [u8; $lanes];
            type Indices = [i32; $lanes];
            type Mask = $mask;
            const LANES: usize = $lanes;

            #[inline(always)]
            fn splat(value: $float) -> Self {
                Self([value; $lanes])
            }
            #[inline(always)]
            fn from_fn(lane: impl FnMut(usize) -> $float) -> Self {
                Self(core::array::from_fn(lane))
            }
            #[inline(always)]
            fn load(from: &Self::Array) -> Self {
                Self(*from)
            }
            #[inline(always)]
            fn store(self, to: &mut Self::Array) {
                *to = self.0;
            }
            #[inline(always)]
            fn store_wide(self, to: &mut Self::Wide) {
                *to = self.0.map(f64::from);
            }
            #[inline(always)]
            fn to_array(self) -> Self::Array {
                self.0
            }
            #[inline(always)]
            fn chunks(values: &[$float]) -> &[Self::Array] {
                values.as_chunks().0
            }
            #[inline(always)]
            fn chunks_mut(values: &mut [$float]) -> &mut [Self::Array] {
                values.as_chunks_mut().0
            }
            #[inline(always)]
            fn wide_chunks_mut(values: &mut [f64]) -> &mut [Self::Wide] {
                values.as_chunks_mut().0
            }
            #[inline(always)]
            fn narrow_chunks(values: &[f32]) -> &[Self::Narrow] {
                values.as_chunks().0
            }
            #[inline(always)]
            fn byte_chunks(values: &[u8]) -> &[Self::Bytes] {
                values.as_chunks().0
            }
            #[inline(always)]
            fn index_chunks_mut(values: &mut [i32]) -> &mut [Self::Indices] {
                values.as_chunks_mut().0
            }
            #[inline(always)]
            fn spread_largest(self) -> Self {
                Self::splat(self.0.iter().fold($float::NEG_INFINITY, |most, &x| if most < x { x } else { most }))
            }
            #[inline(always)]
            fn abs(self) -> Self {
                Self(self.0.map($float::abs))
            }
            #[inline(always)]
            fn round(self) -> Self {
                Self(self.0.map($float::round_ties_even))
            }
            #[inline(always)]
            fn pmin(self, other: Self) -> Self {
                self.zip(other, |a, b| if b < a { b } else { a })
            }
            #[inline(always)]
            fn pmax(self, other: Self) -> Self {
                self.zip(other, |a, b| if a < b { b } else { a })
            }
            #[inline(always)]
            fn lt(self, other: Self) -> $mask {
                self.compare(other, |a, b| a < b)
            }
            #[inline(always)]
            fn le(self, other: Self) -> $mask {
                self.compare(other, |a, b| a <= b)
            }
            #[inline(always)]
            fn eq(self, other: Self) -> $mask {
                self.compare(other, |a, b| a == b)
            }
            #[inline(always)]
            fn select(mask: $mask, yes: Self, no: Self) -> Self {
                Self(core::array::from_fn(|i| if mask.0[i] { yes.0[i] } else { no.0[i] }))
            }
            #[inline(always)]
            fn load_f32(from: &Self::Narrow) -> Self {
                Self(from.map($float::from))
            }
            #[inline(always)]
            fn load_u8(from: &Self::Bytes) -> Self {
                Self(from.map($float::from))
            }
            #[inline(always)]
            fn load_quad(from: &[$float; 4]) -> [F64x2; 2] {
                let [a, b, c, d] = from.map(f64::from);
                [F64x2([a, b]), F64x2([c, d])]
            }
            #[inline(always)]
            fn columns(rows: [&[$float; 4]; 4]) -> [Self; 4] {
                core::array::from_fn(|column| Self::from_fn(|lane| rows[lane][column]))
            }
            #[inline(always)]
            fn store_columns(columns: [Self; 4], rows: [Option<&mut [$float; 4]>; 4]) {
                for (lane, to) in rows.into_iter().enumerate().take($lanes) {
                    to.into_iter().for_each(|to| *to = columns.map(|column| column.0[lane]));
                }
            }
            #[inline(always)]
            fn widen(self) -> [F64x2; 2] {
                let lane = |i: usize| f64::from(self.0[i % $lanes]);
                [F64x2([lane(0), lane(1)]), F64x2([lane(2), lane(3)])]
            }
            #[inline(always)]
            fn narrow(wide: [F64x2; 2], _: Self) -> Self {
                Self::from_fn(|lane| wide[lane / 2].0[lane % 2] as $float)
            }
            const TO_HIGH: Self = Self([0.0; $lanes]);
            #[inline(always)]
            fn or_where(self, mask: $mask, other: Self) -> Self {
                let bits = |i: usize| if mask.0[i] { other.0[i].to_bits() } else { 0 };
                Self(core::array::from_fn(|i| $float::from_bits(self.0[i].to_bits() | bits(i))))
            }
            #[inline(always)]
            fn unless(self, mask: $mask) -> Self {
                Self(core::array::from_fn(|i| if mask.0[i] { 0.0 } else { self.0[i] }))
            }
            #[inline(always)]
            fn reach(numbers: &[$float; 16], bounds: &[$float; 16]) -> U8x16 {
                U8x16(core::array::from_fn(|i| if numbers[i] >= bounds[i] { 0xff } else { 0 }))
            }
            #[inline(always)]
            fn truncate(self) -> [i32; $lanes] {
                self.0.map(|x| x as i32)
            }
            #[inline(always)]
            fn exp2_biased(self) -> Self {
                Self(self.0.map(|x| $float::from_bits(x.to_bits() << $mantissa_bits)))
            }
            #[inline(always)]
            fn mantissa_exponent(self, root_half: Self) -> (Self, Self) {
                // Subtracting the bits of √½ makes the exponent step there instead of at 1.
                let split = |i: usize| {
                    let bits = self.0[i].to_bits();
                    let k = bits.wrapping_sub(root_half.0[i].to_bits()).cast_signed() >> $mantissa_bits;
                    ($float::from_bits(bits.wrapping_sub((k << $mantissa_bits).cast_unsigned())), k as $float)
                };
                let split: [_; $lanes] = core::array::from_fn(split);
                (Self(split.map(|s| s.0)), Self(split.map(|s| s.1)))
            }
        }
    };
    (@binary $vector:ident, $lanes:literal, $trait:ident, $method:ident, $op:tt) => {
        impl $trait for $vector {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.zip(other, |a, b| a $op b)
            }
        }
    };
}

vector!(F32x4, M32x4, f32, 4, 23);
vector!(F64x2, M64x2, f64, 2, 52);

/// Sixteen bytes.
#[derive(Clone, Copy)]
pub struct U8x16([u8; 16]);

impl U8x16 {
    /// The same value in every lane.
    #[inline(always)]
    pub fn splat(value: u8) -> Self {
        Self([value; 16])
    }
    /// Reads the lanes.
    #[inline(always)]
    pub fn load(from: &[u8; 16]) -> Self {
        Self(*from)
    }
    /// Writes the lanes.
    #[inline(always)]
    pub fn store(self, to: &mut [u8; 16]) {
        *to = self.0;
    }
    /// `self − other`, modulo 256.
    #[inline(always)]
    pub fn minus(self, other: Self) -> Self {
        Self(core::array::from_fn(|i| self.0[i].wrapping_sub(other.0[i])))
    }
    /// The bits of both.
    #[inline(always)]
    pub fn and(self, other: Self) -> Self {
        Self(core::array::from_fn(|i| self.0[i] & other.0[i]))
    }
    /// The larger ones.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(core::array::from_fn(|i| self.0[i].max(other.0[i])))
    }
    /// Whether no lane is larger than that of another vector.
    #[inline(always)]
    pub fn all_at_most(self, other: Self) -> bool {
        (0..16).all(|i| self.0[i] <= other.0[i])
    }
    /// The highest bit of each lane, lane 0 lowest.
    #[inline(always)]
    pub fn bits(self) -> u16 {
        self.0.iter().rev().fold(0, |bits, &lane| bits << 1 | u16::from(lane >> 7))
    }
}

/// Counts scores at or above a threshold against labels; at most 255 chunks.
pub fn threshold_counts(scores: &[[f32; 16]], labels: &[[u8; 16]], threshold: f32) -> ThresholdCounts {
    let mut counts = ThresholdCounts { probabilities: true, numbers: true, labels: true, ..Default::default() };
    for (&score, &label) in scores.as_flattened().iter().zip(labels.as_flattened()) {
        let above = score >= threshold;
        counts.hits += i64::from(above && label == 1);
        counts.predicted += i64::from(above);
        counts.positives += i64::from(label);
        // As bits, everything but 0..=1 is larger than 1: signs, NaN and larger numbers.
        counts.probabilities &= score.to_bits() <= 1.0_f32.to_bits();
        counts.numbers &= !score.is_nan();
        counts.labels &= label <= 1;
    }
    counts
}
