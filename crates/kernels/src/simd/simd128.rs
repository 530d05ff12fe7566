//! Lanes as WebAssembly SIMD registers.

use super::{Mask, ThresholdCounts, Vector};
use core::arch::wasm32::*;
use core::ops::{Add, Div, Mul, Neg, Sub};

macro_rules! vector {
    ($vector:ident, $mask:ident, $float:ident, $lanes:literal,
     $splat:ident, $add:ident, $sub:ident, $mul:ident, $div:ident, $neg:ident, $abs:ident, $nearest:ident,
     $pmin:ident, $pmax:ident, $lt:ident, $le:ident, $eq:ident, $all:ident, $bitmask:ident,
     $shl:ident, $shr:ident, $int_sub:ident, $mantissa_bits:literal) => {
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
            type Narrow = [f32; $lanes];
            type Bytes = [u8; $lanes];
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
                self.across_lanes()
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
            fn load_f32(from: &Self::Narrow) -> Self {
                Self::from_narrow(from)
            }
            #[inline(always)]
            fn load_u8(from: &Self::Bytes) -> Self {
                Self::from_bytes(from)
            }
            #[inline(always)]
            fn load_quad(from: &[$float; 4]) -> [F64x2; 2] {
                Self::quad(from)
            }
            #[inline(always)]
            fn columns(rows: [&[$float; 4]; 4]) -> [Self; 4] {
                Self::transpose(rows)
            }
            #[inline(always)]
            fn store_columns(columns: [Self; 4], rows: [Option<&mut [$float; 4]>; 4]) {
                Self::store_transposed(columns, rows)
            }
            #[inline(always)]
            fn widen(self) -> [F64x2; 2] {
                self.halves()
            }
            #[inline(always)]
            fn narrow(wide: [F64x2; 2], to_high: Self) -> Self {
                Self::from_halves(wide, to_high)
            }
            const TO_HIGH: Self =
                Self(u8x16(255, 255, 255, 255, 255, 255, 255, 255, 0, 1, 2, 3, 4, 5, 6, 7));
            #[inline(always)]
            fn or_where(self, mask: $mask, other: Self) -> Self {
                Self(v128_or(self.0, v128_and(mask.0, other.0)))
            }
            #[inline(always)]
            fn unless(self, mask: $mask) -> Self {
                Self(v128_andnot(self.0, mask.0))
            }
            #[inline(always)]
            fn reach(numbers: &[$float; 16], bounds: &[$float; 16]) -> U8x16 {
                Self::compare_sixteen(numbers, bounds)
            }
            #[inline(always)]
            fn truncate(self) -> [i32; $lanes] {
                self.whole()
            }
            #[inline(always)]
            fn exp2_biased(self) -> Self {
                Self($shl(self.0, $mantissa_bits))
            }
            #[inline(always)]
            fn mantissa_exponent(self, root_half: Self) -> (Self, Self) {
                // Subtracting the bits of √½ makes the exponent step there instead of at 1.
                let k = $shr($int_sub(self.0, root_half.0), $mantissa_bits);
                (Self($int_sub(self.0, $shl(k, $mantissa_bits))), Self::from_whole(k))
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
    i32x4_bitmask,
    i32x4_shl,
    i32x4_shr,
    i32x4_sub,
    23
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
    i64x2_bitmask,
    i64x2_shl,
    i64x2_shr,
    i64x2_sub,
    52
);

/// Sixteen bytes.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct U8x16(v128);

impl U8x16 {
    /// The same value in every lane.
    #[inline(always)]
    pub fn splat(value: u8) -> Self {
        Self(u8x16_splat(value))
    }
    /// Reads the lanes.
    #[inline(always)]
    pub fn load(from: &[u8; 16]) -> Self {
        // SAFETY: sixteen bytes are readable; the load needs no alignment.
        Self(unsafe { v128_load(from.as_ptr().cast()) })
    }
    /// Writes the lanes.
    #[inline(always)]
    pub fn store(self, to: &mut [u8; 16]) {
        // SAFETY: sixteen bytes are writable; the store needs no alignment.
        unsafe { v128_store(to.as_mut_ptr().cast(), self.0) }
    }
    /// `self − other`, modulo 256.
    #[inline(always)]
    pub fn minus(self, other: Self) -> Self {
        Self(u8x16_sub(self.0, other.0))
    }
    /// The bits of both.
    #[inline(always)]
    pub fn and(self, other: Self) -> Self {
        Self(v128_and(self.0, other.0))
    }
    /// The larger ones.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(u8x16_max(self.0, other.0))
    }
    /// Whether no lane is larger than that of another vector.
    #[inline(always)]
    pub fn all_at_most(self, other: Self) -> bool {
        u8x16_all_true(u8x16_le(self.0, other.0))
    }
    /// The highest bit of each lane, lane 0 lowest.
    #[inline(always)]
    pub fn bits(self) -> u16 {
        u8x16_bitmask(self.0)
    }
}

impl F32x4 {
    #[inline(always)]
    fn across_lanes(self) -> Self {
        let pairs = self.pmax(Self(i32x4_shuffle::<2, 3, 0, 1>(self.0, self.0)));
        pairs.pmax(Self(i32x4_shuffle::<1, 0, 3, 2>(pairs.0, pairs.0)))
    }
    #[inline(always)]
    fn compare_sixteen(numbers: &[f32; 16], bounds: &[f32; 16]) -> U8x16 {
        let (numbers, bounds) = (Self::chunks(numbers), Self::chunks(bounds));
        let [a, b, c, d] = core::array::from_fn(|i| f32x4_ge(Self::load(&numbers[i]).0, Self::load(&bounds[i]).0));
        U8x16(i8x16_narrow_i16x8(i16x8_narrow_i32x4(a, b), i16x8_narrow_i32x4(c, d)))
    }
    #[inline(always)]
    fn whole(self) -> [i32; 4] {
        let whole = i32x4_trunc_sat_f32x4(self.0);
        let mut lanes = [0; 4];
        // SAFETY: four `i32` are 16 writable bytes; the store needs no alignment.
        unsafe { v128_store(lanes.as_mut_ptr().cast(), whole) }
        lanes
    }
    #[inline(always)]
    fn from_whole(k: v128) -> Self {
        Self(f32x4_convert_i32x4(k))
    }
    #[inline(always)]
    fn from_narrow(from: &[f32; 4]) -> Self {
        Self::load(from)
    }
    #[inline(always)]
    fn from_bytes(from: &[u8; 4]) -> Self {
        // SAFETY: four bytes are readable; the load needs no alignment.
        let bytes = unsafe { v128_load32_zero(from.as_ptr().cast()) };
        Self(f32x4_convert_i32x4(u32x4_extend_low_u16x8(u16x8_extend_low_u8x16(bytes))))
    }
    #[inline(always)]
    fn halves(self) -> [F64x2; 2] {
        let high = i32x4_shuffle::<2, 3, 2, 3>(self.0, self.0);
        [F64x2(f64x2_promote_low_f32x4(self.0)), F64x2(f64x2_promote_low_f32x4(high))]
    }
    #[inline(always)]
    fn quad(from: &[f32; 4]) -> [F64x2; 2] {
        Self::load(from).halves()
    }
    #[inline(always)]
    fn widen(self, to: &mut [f64; 4]) {
        let [low, high] = self.halves();
        let to: *mut v128 = to.as_mut_ptr().cast();
        // SAFETY: four `f64` are two vectors; the stores need no alignment.
        unsafe { v128_store(to, low.0) }
        // SAFETY: as above, the second of the two.
        unsafe { v128_store(to.add(1), high.0) }
    }
    #[inline(always)]
    fn from_halves([low, high]: [F64x2; 2], to_high: Self) -> Self {
        let high = i8x16_swizzle(f32x4_demote_f64x2_zero(high.0), to_high.0);
        Self(v128_or(f32x4_demote_f64x2_zero(low.0), high))
    }
    #[inline(always)]
    fn transpose(rows: [&[f32; 4]; 4]) -> [Self; 4] {
        Self::transposed(rows.map(Self::load))
    }
    #[inline(always)]
    fn transposed([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        let (ab_low, ab_high) = (i32x4_shuffle::<0, 4, 1, 5>(a.0, b.0), i32x4_shuffle::<2, 6, 3, 7>(a.0, b.0));
        let (cd_low, cd_high) = (i32x4_shuffle::<0, 4, 1, 5>(c.0, d.0), i32x4_shuffle::<2, 6, 3, 7>(c.0, d.0));
        [
            Self(i64x2_shuffle::<0, 2>(ab_low, cd_low)),
            Self(i64x2_shuffle::<1, 3>(ab_low, cd_low)),
            Self(i64x2_shuffle::<0, 2>(ab_high, cd_high)),
            Self(i64x2_shuffle::<1, 3>(ab_high, cd_high)),
        ]
    }
    #[inline(always)]
    fn store_transposed(columns: [Self; 4], to: [Option<&mut [f32; 4]>; 4]) {
        for (row, to) in Self::transposed(columns).into_iter().zip(to) {
            to.into_iter().for_each(|to| row.store(to));
        }
    }
}

impl F64x2 {
    #[inline(always)]
    fn across_lanes(self) -> Self {
        self.pmax(Self(i64x2_shuffle::<1, 0>(self.0, self.0)))
    }
    #[inline(always)]
    fn compare_sixteen(numbers: &[f64; 16], bounds: &[f64; 16]) -> U8x16 {
        let (numbers, bounds) = (Self::chunks(numbers), Self::chunks(bounds));
        let pair = |i: usize| f64x2_ge(Self::load(&numbers[i]).0, Self::load(&bounds[i]).0);
        let [a, b, c, d] = core::array::from_fn(|i| i32x4_shuffle::<0, 2, 4, 6>(pair(2 * i), pair(2 * i + 1)));
        U8x16(i8x16_narrow_i16x8(i16x8_narrow_i32x4(a, b), i16x8_narrow_i32x4(c, d)))
    }
    #[inline(always)]
    fn whole(self) -> [i32; 2] {
        let whole = i32x4_trunc_sat_f64x2_zero(self.0);
        [i32x4_extract_lane::<0>(whole), i32x4_extract_lane::<1>(whole)]
    }
    #[inline(always)]
    fn from_whole(k: v128) -> Self {
        // Whole numbers below 2¹² move to f64 by adding them to the bits of 1.5·2⁵².
        let magic = f64x2_splat(6_755_399_441_055_744.0);
        Self(f64x2_sub(i64x2_add(k, magic), magic))
    }
    #[inline(always)]
    fn from_narrow(from: &[f32; 2]) -> Self {
        // SAFETY: eight bytes are readable; the load needs no alignment.
        Self(f64x2_promote_low_f32x4(unsafe { v128_load64_zero(from.as_ptr().cast()) }))
    }
    #[inline(always)]
    fn from_bytes(from: &[u8; 2]) -> Self {
        let lanes = i32x4(from[0].into(), from[1].into(), 0, 0);
        Self(f64x2_convert_low_i32x4(lanes))
    }
    #[inline(always)]
    fn quad(from: &[f64; 4]) -> [F64x2; 2] {
        let from: *const v128 = from.as_ptr().cast();
        // SAFETY: four `f64` are two vectors; the load needs no alignment.
        let low = unsafe { v128_load(from) };
        // SAFETY: as above, the second of the two.
        [Self(low), Self(unsafe { v128_load(from.add(1)) })]
    }
    #[inline(always)]
    fn widen(self, to: &mut [f64; 2]) {
        self.store(to);
    }
    #[inline(always)]
    fn halves(self) -> [F64x2; 2] {
        [self, self]
    }
    #[inline(always)]
    fn from_halves([all, _]: [F64x2; 2], _: Self) -> Self {
        all
    }
    #[inline(always)]
    fn transpose([a, b, ..]: [&[f64; 4]; 4]) -> [Self; 4] {
        let ([a, c], [b, d]) = (Self::quad(a), Self::quad(b));
        [
            Self(i64x2_shuffle::<0, 2>(a.0, b.0)),
            Self(i64x2_shuffle::<1, 3>(a.0, b.0)),
            Self(i64x2_shuffle::<0, 2>(c.0, d.0)),
            Self(i64x2_shuffle::<1, 3>(c.0, d.0)),
        ]
    }
    #[inline(always)]
    fn store_transposed([a, b, c, d]: [Self; 4], [first, second, ..]: [Option<&mut [f64; 4]>; 4]) {
        let even = [i64x2_shuffle::<0, 2>(a.0, b.0), i64x2_shuffle::<0, 2>(c.0, d.0)];
        let odd = [i64x2_shuffle::<1, 3>(a.0, b.0), i64x2_shuffle::<1, 3>(c.0, d.0)];
        for (row, to) in [(even, first), (odd, second)] {
            let halves = to.into_iter().flat_map(|to| to.as_chunks_mut().0);
            halves.zip(row).for_each(|(to, half)| Self(half).store(to));
        }
    }
}

/// Counts scores at or above a threshold against labels; at most 255 chunks, for counts are bytes meanwhile.
pub fn threshold_counts(scores: &[[f32; 16]], labels: &[[u8; 16]], threshold: f32) -> ThresholdCounts {
    let threshold = f32x4_splat(threshold);
    let (mut hits, mut predicted, mut positives) = (u8x16_splat(0), u8x16_splat(0), u8x16_splat(0));
    let (mut most_bits, mut most_label, mut nans) = (u32x4_splat(0), u8x16_splat(0), u32x4_splat(0));
    for (scores, labels) in scores.iter().zip(labels) {
        let masks: [v128; 4] = core::array::from_fn(|i| {
            // SAFETY: the chunk holds four vectors; the load needs no alignment.
            let score = unsafe { v128_load(scores.as_ptr().add(4 * i).cast()) };
            // As bits, everything but 0..=1 is larger than 1: signs, NaN and larger numbers.
            most_bits = u32x4_max(most_bits, score);
            nans = v128_or(nans, f32x4_ne(score, score));
            f32x4_ge(score, threshold)
        });
        let low = i16x8_narrow_i32x4(masks[0], masks[1]);
        let above = i8x16_narrow_i16x8(low, i16x8_narrow_i32x4(masks[2], masks[3]));
        // SAFETY: the chunk holds one vector; the load needs no alignment.
        let label = unsafe { v128_load(labels.as_ptr().cast()) };
        hits = u8x16_add(hits, v128_and(above, label));
        predicted = u8x16_sub(predicted, above);
        positives = u8x16_add(positives, label);
        most_label = u8x16_max(most_label, label);
    }
    let total = |bytes: v128| {
        let words = u32x4_extadd_pairwise_u16x8(u16x8_extadd_pairwise_u8x16(bytes));
        let sum = u32x4_add(words, u32x4_shuffle::<2, 3, 2, 3>(words, words));
        i64::from(u32x4_extract_lane::<0>(sum)) + i64::from(u32x4_extract_lane::<1>(sum))
    };
    ThresholdCounts {
        hits: total(hits),
        predicted: total(predicted),
        positives: total(positives),
        probabilities: !v128_any_true(u32x4_gt(most_bits, u32x4_splat(1.0_f32.to_bits()))),
        numbers: !v128_any_true(nans),
        labels: !v128_any_true(u8x16_gt(most_label, u8x16_splat(1))),
    }
}
