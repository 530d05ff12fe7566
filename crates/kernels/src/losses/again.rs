//! Values that float32 cannot hold.
//!
//! Values of float32 predictions are float32 numbers. One that is beyond the largest of them, or below the normal ones,
//! where digits are lost, is a float64 number, computed in float64: that is decided value by value, so that it does not
//! depend on what stands beside it.

use super::pointwise::{Domain, Pass, Pointwise};
use crate::input::{BLOCK, Buffer, Numbers};
use crate::simd::{F64x2, Mask, Scalar, Vector};
use crate::sum::Range;

/// Whether float32 has this number with all its digits.
#[inline(always)]
pub fn is_single(value: f64) -> bool {
    let size = value.abs();
    (size >= f64::from(f32::MIN_POSITIVE)) & (size <= f64::from(f32::MAX))
}

/// The same of each lane.
#[inline(always)]
pub fn are_single(values: F64x2) -> <F64x2 as Vector>::Mask {
    let size = values.abs();
    let [least, most] = [f32::MIN_POSITIVE, f32::MAX].map(|x| F64x2::splat(f64::from(x)));
    least.le(size).and(size.le(most))
}

/// The value rounded to float32, where that can hold it.
#[inline(always)]
pub fn narrowed(value: f64) -> f64 {
    let single = f64::from(value as f32);
    if is_single(single) { single } else { value }
}

/// A block whose values are not all float32 numbers.
pub struct Again {
    /// All values.
    pub values: Buffer<f64>,
    /// Their range.
    pub range: Range<F64x2>,
    /// No argument is outside its domain.
    pub fine: bool,
    derivatives: Buffer<f64>,
}

impl Again {
    /// All derivatives.
    pub fn derivatives(&self, len: usize) -> &[f64] {
        self.derivatives.get(..len).unwrap_or(&[])
    }
}

/// An exponential may have been lost: a 0 that is computed otherwise is one.
fn is_lost<L: Pointwise>(value: f64) -> bool {
    L::PREDICTIONS == Domain::Logit && !is_single(value)
}

fn is_rounded(target: f64) -> bool {
    f64::from(target as f32) != target
}

impl<V: Vector> Pass<V> {
    /// Whether float32 was not enough for the last block: for a value, or for a target.
    pub fn has_lost<L: Pointwise>(&self, _: L, targets: &Numbers<'_>, start: usize, len: usize) -> bool {
        if V::LANES == F64x2::LANES {
            return false;
        }
        let rounds = match targets {
            Numbers::F64(y) => y.iter().skip(start).take(len).fold(false, |any, &y| any | is_rounded(y)),
            _ => false,
        };
        let (largest, least) = self.range.bounds();
        rounds || is_lost::<L>(largest) || is_lost::<L>(least)
    }

    /// Computes again, in float64, what has lost something; `at` gives prediction and target.
    #[cold]
    #[inline(never)]
    pub fn again<L: Pointwise>(&self, loss: L, len: usize, at: &dyn Fn(usize) -> (f64, f64)) -> Again {
        let zero = [0.0; BLOCK];
        let (mut x, mut y, mut places) = (zero, zero, [0_usize; BLOCK]);
        let mut wide = Pass::<F64x2>::new();
        wide.has_third = self.has_third;
        let mut again = Again { values: zero, range: Range::new(), fine: true, derivatives: zero };
        let mut count = 0;
        let given = self.values.iter().zip(&self.derivatives).zip(&self.third).take(len).enumerate();
        for (i, ((value, derivative), third)) in given {
            (again.values[i], again.derivatives[i]) = (value.to_f64(), derivative.to_f64());
            let (prediction, target) = at(i);
            if is_lost::<L>(value.to_f64()) || is_rounded(target) {
                (x[count], y[count], places[count]) = (prediction, target, i);
                wide.third[count] = third.to_f64();
                count += 1;
            }
        }
        // What lies behind them, zeros, is fine for every loss.
        let whole = count.next_multiple_of(F64x2::LANES);
        let (x, y) = (x.get(..whole).unwrap_or(&[]), y.get(..whole).unwrap_or(&[]));
        again.fine = wide.slices(loss, x, y, true);
        for ((&place, &value), &derivative) in places.iter().zip(&wide.values).zip(&wide.derivatives).take(count) {
            (again.values[place], again.derivatives[place]) = (narrowed(value), derivative);
        }
        again.range = Range::of(again.values.get(..len).unwrap_or(&[]));
        again
    }

    /// Rounds the values of the last block to float32.
    pub fn narrow(&mut self) {
        for value in &mut self.values {
            *value = V::Scalar::from_f64(narrowed(value.to_f64()));
        }
    }
}
