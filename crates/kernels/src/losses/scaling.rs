//! What turns exponentials into derivatives: a factor for each row.
//!
//! Exponentials of a row are in units of 2^−[`ROW_EXPONENT`](crate::math::Coefficients::ROW_EXPONENT), so that the factor
//! may be below the normal numbers of their type though the derivatives are not. It is multiplied by a power of 2 before,
//! and they are divided by that after.

use super::softmax::Pairs;
use crate::math::Math;
use crate::simd::{F64x2, Mask, Scalar, Vector};
use crate::tile;

/// 2⁶⁴.
const LIFT: f64 = 18_446_744_073_709_551_616.0;

/// Lifted factors of which no product overflows, and none that float32 can hold loses digits: 2⁻¹²⁶ to 2³⁰.
const FITTING: [f64; 2] = [1.175_494_350_822_287_5e-38, 1_073_741_824.0];

/// A factor that is more than 0 in float32 after it is multiplied by 2⁵⁰⁰ is one that matters there.
const REVEALED: f64 = 3.273_390_607_896_142e150;

/// Multiplies rows by factors, one for each lane. Made once, before the loop that uses it.
pub struct Scaling<V> {
    lift: F64x2,
    reveal: F64x2,
    sink: V,
    least: V,
    most: V,
    zero: V,
    to_high: V,
}

/// Factors of rows.
struct Factors<V: Vector> {
    exact: Pairs,
    lifted: V,
    fits: V::Mask,
}

impl<V: Vector> Scaling<V> {
    /// With the constants of a float type.
    pub fn new(m: &Math<V>) -> Self {
        let hidden = |x: f64| V::splat(core::hint::black_box(V::Scalar::from_f64(x)));
        Self {
            lift: F64x2::splat(core::hint::black_box(LIFT)),
            reveal: F64x2::splat(core::hint::black_box(REVEALED)),
            sink: hidden(1.0 / LIFT),
            least: hidden(FITTING[0]),
            most: hidden(FITTING[1]),
            zero: m.zero,
            to_high: m.to_high,
        }
    }

    #[inline(always)]
    fn lift(&self, exact: Pairs) -> Factors<V> {
        let times = |by: F64x2| V::narrow(exact.map(|factor| factor * by), self.to_high);
        let lifted = times(self.lift);
        let size = lifted.abs();
        let fits = self.least.le(size).and(size.le(self.most)).or(times(self.reveal).eq(self.zero));
        Factors { exact, lifted, fits }
    }

    /// Writes exponentials that lie in lanes, each times its row's factor.
    #[inline(always)]
    pub fn store(&self, factors: Pairs, tile: &[V::Array], to: &mut [V::Scalar], columns: usize) {
        let factors = self.lift(factors);
        if !factors.fits.all() {
            return self.store_any(&factors, tile, to, columns);
        }
        let (lifted, sink) = (factors.lifted, self.sink);
        tile::store::<V>(tile, to, columns, |_, e| e * lifted * sink);
    }

    /// The same where a factor does not fit. A row's products do not depend on the others' factors.
    #[cold]
    #[inline(never)]
    fn store_any(&self, factors: &Factors<V>, tile: &[V::Array], to: &mut [V::Scalar], columns: usize) {
        let Factors { exact, lifted, fits } = *factors;
        tile::store::<V>(tile, to, columns, |_, e| V::select(fits, e * lifted * self.sink, self.product(e, exact)));
    }

    /// Multiplies rows of exponentials in place, each by its factor.
    #[inline(always)]
    pub fn scale_rows(&self, factors: Pairs, rows: &mut [V::Scalar], columns: usize) {
        let Factors { exact, lifted, fits } = self.lift(factors);
        let (lifted, exact, sink) = (lifted.to_array(), exact.map(F64x2::to_array), self.sink);
        for (lane, row) in rows.chunks_mut(columns).enumerate() {
            if fits.bits() >> lane & 1 == 1 {
                let factor = V::splat(lifted.as_ref().get(lane).copied().unwrap_or(V::Scalar::default()));
                scale_row::<V>(row, |e| e * factor * sink);
            } else {
                let factor = F64x2::splat(exact.as_flattened().get(lane).copied().unwrap_or(0.0));
                self.scale_any(row, factor);
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn scale_any(&self, row: &mut [V::Scalar], factor: F64x2) {
        scale_row::<V>(row, |e| self.product(e, [factor; 2]));
    }

    #[inline(always)]
    fn product(&self, e: V, factors: Pairs) -> V {
        let e = e.widen();
        V::narrow([e[0] * factors[0], e[1] * factors[1]], self.to_high)
    }
}

#[inline(always)]
fn scale_row<V: Vector>(row: &mut [V::Scalar], product: impl Fn(V) -> V) {
    let whole = row.len() - row.len() % V::LANES;
    V::chunks_mut(row).iter_mut().for_each(|x| product(V::load(x)).store(x));
    for x in row.iter_mut().skip(whole) {
        *x = product(V::splat(*x)).to_array().as_ref().first().copied().unwrap_or_default();
    }
}
