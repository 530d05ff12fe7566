//! Lanes as WebAssembly SIMD registers.

use super::{Mask, Vector};
use core::arch::wasm32::*;
use core::ops::{Add, Div, Mul, Neg, Sub};

macro_rules! vector {
    ($vector:ident, $mask:ident, $float:ident, $lanes:literal,
     $splat:ident, $add:ident, $sub:ident, $mul:ident, $div:ident, $neg:ident, $abs:ident, $nearest:ident,
     $pmin:ident, $pmax:ident, $lt:ident, $le:ident, $eq:ident, $all:ident, $bitmask:ident) => {
        #[doc = concat!(stringify!($lanes), " lanes of `", stringify!($float), "`.")]
        #[derive(Clone, Copy)]
        #[repr(transparent)]
        pub struct $vector(v128);

        #[doc = concat!("What comparing two `", stringify!($vector), "` gives.")]
        #[derive(Clone, Copy)]
        #[repr(transparent)]
        pub struct $mask(v128);

        impl Mask for $mask {
            #[inline(always)]
            fn any(self) -> bool {
                v128_any_true(self.0)
            }
            #[inline(always)]
            fn all(self) -> bool {
                $all(self.0)
            }
            #[inline(always)]
            fn and(self, other: Self) -> Self {
                Self(v128_and(self.0, other.0))
            }
            #[inline(always)]
            fn or(self, other: Self) -> Self {
                Self(v128_or(self.0, other.0))
            }
            #[inline(always)]
            fn bits(self) -> u32 {
                u32::from($bitmask(self.0))
            }
        }

        vector!(@binary $vector, Add, add, $add);
        vector!(@binary $vector, Sub, sub, $sub);
        vector!(@binary $vector, Mul, mul, $mul);
        vector!(@binary $vector, Div, div, $div);

        impl Neg for $vector {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self {
                Self($neg(self.0))
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
                Self($splat(value))
            }
            #[inline(always)]
            fn from_fn(lane: impl FnMut(usize) -> $float) -> Self {
                Self::load(&core::array::from_fn(lane))
            }
            #[inline(always)]
            fn load(from: &Self::Array) -> Self {
                // SAFETY: an array of this type is 16 readable bytes; the load needs no alignment.
                Self(unsafe { v128_load(from.as_ptr().cast()) })
            }
            #[inline(always)]
            fn store(self, to: &mut Self::Array) {
                // SAFETY: an array of this type is 16 writable bytes; the store needs no alignment.
                unsafe { v128_store(to.as_mut_ptr().cast(), self.0) }
            }
            #[inline(always)]
            fn store_wide(self, to: &mut Self::Wide) {
                self.widen(to);
            }
            #[inline(always)]
            fn to_array(self) -> Self::Array {
                let mut array = [0.0; $lanes];
                self.store(&mut array);
                array
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
                Self($abs(self.0))
            }
            #[inline(always)]
            fn round(self) -> Self {
                Self($nearest(self.0))
            }
            #[inline(always)]
            fn pmin(self, other: Self) -> Self {
                Self($pmin(self.0, other.0))
            }
            #[inline(always)]
            fn pmax(self, other: Self) -> Self {
                Self($pmax(self.0, other.0))
            }
            #[inline(always)]
            fn lt(self, other: Self) -> $mask {
                $mask($lt(self.0, other.0))
            }
            #[inline(always)]
            fn le(self, other: Self) -> $mask {
                $mask($le(self.0, other.0))
            }
            #[inline(always)]
            fn eq(self, other: Self) -> $mask {
                $mask($eq(self.0, other.0))
            }
            #[inline(always)]
            fn select(mask: $mask, yes: Self, no: Self) -> Self {
                Self(v128_bitselect(yes.0, no.0, mask.0))
            }
            #[inline(always)]
            fn exp2_whole(k: Self) -> Self {
                k.exponent_bits()
            }
            #[inline(always)]
            fn truncate(self) -> [i32; $lanes] {
                self.whole()
            }
            #[inline(always)]
            fn mantissa_exponent(self) -> (Self, Self) {
                self.split()
            }
        }
    };
    (@binary $vector:ident, $trait:ident, $method:ident, $op:ident) => {
        impl $trait for $vector {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self($op(self.0, other.0))
            }
        }
    };
}

vector!(
    F32x4,
    M32x4,
    f32,
    4,
    f32x4_splat,
    f32x4_add,
    f32x4_sub,
    f32x4_mul,
    f32x4_div,
    f32x4_neg,
    f32x4_abs,
    f32x4_nearest,
    f32x4_pmin,
    f32x4_pmax,
    f32x4_lt,
    f32x4_le,
    f32x4_eq,
    i32x4_all_true,
    i32x4_bitmask
);
vector!(
    F64x2,
    M64x2,
    f64,
    2,
    f64x2_splat,
    f64x2_add,
    f64x2_sub,
    f64x2_mul,
    f64x2_div,
    f64x2_neg,
    f64x2_abs,
    f64x2_nearest,
    f64x2_pmin,
    f64x2_pmax,
    f64x2_lt,
    f64x2_le,
    f64x2_eq,
    i64x2_all_true,
    i64x2_bitmask
);

impl F32x4 {
    #[inline(always)]
    fn whole(self) -> [i32; 4] {
        let whole = i32x4_trunc_sat_f32x4(self.0);
        let mut lanes = [0; 4];
        // SAFETY: four `i32` are 16 writable bytes; the store needs no alignment.
        unsafe { v128_store(lanes.as_mut_ptr().cast(), whole) }
        lanes
    }
    #[inline(always)]
    fn widen(self, to: &mut [f64; 4]) {
        let high = i32x4_shuffle::<2, 3, 2, 3>(self.0, self.0);
        let to: *mut v128 = to.as_mut_ptr().cast();
        // SAFETY: four `f64` are two vectors; the stores need no alignment.
        unsafe { v128_store(to, f64x2_promote_low_f32x4(self.0)) }
        // SAFETY: as above, the second of the two.
        unsafe { v128_store(to.add(1), f64x2_promote_low_f32x4(high)) }
    }
    #[inline(always)]
    fn exponent_bits(self) -> Self {
        // Adding 1.5·2²³ + bias leaves k + bias in the low bits of the mantissa; no conversion is needed.
        let biased = f32x4_add(self.0, f32x4_splat(12_582_912.0 + 127.0));
        Self(i32x4_shl(biased, 23))
    }
    #[inline(always)]
    fn split(self) -> (Self, Self) {
        let above = i32x4_sub(self.0, i32x4_splat(core::f32::consts::FRAC_1_SQRT_2.to_bits() as i32));
        let k = i32x4_shr(above, 23);
        (Self(i32x4_sub(self.0, i32x4_shl(k, 23))), Self(f32x4_convert_i32x4(k)))
    }
}

impl F64x2 {
    #[inline(always)]
    fn whole(self) -> [i32; 2] {
        let whole = i32x4_trunc_sat_f64x2_zero(self.0);
        [i32x4_extract_lane::<0>(whole), i32x4_extract_lane::<1>(whole)]
    }
    #[inline(always)]
    fn widen(self, to: &mut [f64; 2]) {
        self.store(to);
    }
    #[inline(always)]
    fn exponent_bits(self) -> Self {
        // Adding 1.5·2⁵² + bias leaves k + bias in the low bits of the mantissa; no conversion is needed.
        let biased = f64x2_add(self.0, f64x2_splat(6_755_399_441_055_744.0 + 1023.0));
        Self(i64x2_shl(biased, 52))
    }
    #[inline(always)]
    fn split(self) -> (Self, Self) {
        let above = i64x2_sub(self.0, i64x2_splat(core::f64::consts::FRAC_1_SQRT_2.to_bits() as i64));
        let k = i64x2_shr(above, 52);
        // Whole numbers below 2¹² move to f64 by adding them to the bits of 1.5·2⁵².
        let magic = f64x2_splat(6_755_399_441_055_744.0);
        let float = f64x2_sub(i64x2_add(k, magic), magic);
        (Self(i64x2_sub(self.0, i64x2_shl(k, 52))), Self(float))
    }
}
