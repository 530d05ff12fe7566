//! Lanes as arrays: any target.

use super::{Mask, Vector};
use core::ops::{Add, Div, Mul, Neg, Sub};

macro_rules! vector {
    ($vector:ident, $mask:ident, $float:ident, $bits:ident, $lanes:literal, $mantissa_bits:literal, $bias:literal,
     $root_half:expr) => {
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
            fn index_chunks_mut(values: &mut [i32]) -> &mut [Self::Indices] {
                values.as_chunks_mut().0
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
            fn exp2_whole(k: Self) -> Self {
                Self(k.0.map(|k| $float::from_bits(((k as i32 + $bias) as $bits) << $mantissa_bits)))
            }
            #[inline(always)]
            fn truncate(self) -> [i32; $lanes] {
                self.0.map(|x| x as i32)
            }
            #[inline(always)]
            fn mantissa_exponent(self) -> (Self, Self) {
                // Subtracting √½ makes the exponent step at √½ instead of at 1.
                let split = self.0.map(|x| {
                    let above = x.to_bits().wrapping_sub($float::to_bits($root_half));
                    let k = (above as <$bits as Signed>::Signed) >> $mantissa_bits;
                    let m = x.to_bits().wrapping_sub((k << $mantissa_bits) as $bits);
                    ($float::from_bits(m), k as $float)
                });
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

trait Signed {
    type Signed;
}
impl Signed for u32 {
    type Signed = i32;
}
impl Signed for u64 {
    type Signed = i64;
}

vector!(F32x4, M32x4, f32, u32, 4, 23, 127, core::f32::consts::FRAC_1_SQRT_2);
vector!(F64x2, M64x2, f64, u64, 2, 52, 1023, core::f64::consts::FRAC_1_SQRT_2);
