//! Where derivatives go.

use crate::input::{Argument, Fault};
use crate::simd::{F32x4, F64x2, Scalar, Vector};

/// A gradient's room, of the predictions' float type.
pub enum Gradient<'a> {
    /// Not wanted.
    None,
    /// In float32.
    F32(&'a mut [f32]),
    /// In float64.
    F64(&'a mut [f64]),
}

impl Gradient<'_> {
    /// There is room for it.
    pub fn is_wanted(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Writes a run of derivatives, each times a factor of its own, and times what all are multiplied by; each rounded
    /// once.
    pub fn write_scaled<S: Scalar>(&mut self, start: usize, derivatives: &[S], factors: Option<&[f64]>, scale: f64) {
        let range = start..start + derivatives.len();
        match self {
            Self::None => {}
            Self::F32(to) => {
                let to_high = core::hint::black_box(F32x4::TO_HIGH);
                let store = |to: &mut [f32; 4], wide| F32x4::narrow(wide, to_high).store(to);
                store_scaled(to.get_mut(range).unwrap_or(&mut []), derivatives, factors, scale, store);
            }
            Self::F64(to) => {
                let store = |to: &mut [f64; 4], wide: [F64x2; 2]| {
                    to.as_chunks_mut().0.iter_mut().zip(wide).for_each(|(to, x)| x.store(to));
                };
                store_scaled(to.get_mut(range).unwrap_or(&mut []), derivatives, factors, scale, store);
            }
        }
    }

    /// Writes derivatives one after the other, each rounded once.
    #[inline(always)]
    pub fn write(&mut self, start: usize, derivatives: impl Iterator<Item = f64>) {
        match self {
            Self::None => {}
            Self::F32(to) => store(to, start, derivatives),
            Self::F64(to) => store(to, start, derivatives),
        }
    }

    /// The same a column apart.
    #[inline(always)]
    pub fn write_column(&mut self, start: usize, columns: usize, derivatives: impl Iterator<Item = f64>) {
        match self {
            Self::None => {}
            Self::F32(to) => store_column(to, start, columns, derivatives),
            Self::F64(to) => store_column(to, start, columns, derivatives),
        }
    }
}

#[inline(always)]
fn store_scaled<S: Scalar, T: Scalar>(
    to: &mut [T],
    derivatives: &[S],
    factors: Option<&[f64]>,
    scale: f64,
    store: impl Fn(&mut [T; 4], [F64x2; 2]),
) {
    let ((to, last), (quads, rest)) = (to.as_chunks_mut::<4>(), derivatives.as_chunks::<4>());
    let wide_scale = F64x2::splat(scale);
    let Some(factors) = factors else {
        for (to, quad) in to.iter_mut().zip(quads) {
            store(to, S::Vector::load_quad(quad).map(|d| d * wide_scale));
        }
        last.iter_mut().zip(rest).for_each(|(to, d)| *to = T::from_f64(d.to_f64() * scale));
        return;
    };
    let zero = F64x2::splat(0.0);
    let (factors, last_factors) = factors.get(..derivatives.len()).unwrap_or(&[]).as_chunks::<4>();
    for ((to, quad), factors) in to.iter_mut().zip(quads).zip(factors) {
        let ([a, b], [v, w]) = (S::Vector::load_quad(quad), F64x2::load_quad(factors));
        // A factor of 0 silences even an infinite derivative.
        store(to, [(a * v).unless(v.eq(zero)) * wide_scale, (b * w).unless(w.eq(zero)) * wide_scale]);
    }
    for ((to, d), &factor) in last.iter_mut().zip(rest).zip(last_factors) {
        let weighted = if factor == 0.0 { 0.0 } else { d.to_f64() * factor };
        *to = T::from_f64(weighted * scale);
    }
}

/// A float type that predictions, and so gradients, are stored in.
pub trait Stored: Scalar {
    /// A gradient's room, if one is wanted.
    fn room<'g>(gradient: &'g mut Gradient<'_>) -> Result<Option<&'g mut [Self]>, Fault>;
}

impl Stored for f32 {
    fn room<'g>(gradient: &'g mut Gradient<'_>) -> Result<Option<&'g mut [Self]>, Fault> {
        match gradient {
            Gradient::None => Ok(None),
            Gradient::F32(to) => Ok(Some(to)),
            Gradient::F64(_) => Err(Fault::misuse(Argument::Predictions)),
        }
    }
}

impl Stored for f64 {
    fn room<'g>(gradient: &'g mut Gradient<'_>) -> Result<Option<&'g mut [Self]>, Fault> {
        match gradient {
            Gradient::None => Ok(None),
            Gradient::F32(_) => Err(Fault::misuse(Argument::Predictions)),
            Gradient::F64(to) => Ok(Some(to)),
        }
    }
}

#[inline(always)]
fn store<S: Scalar>(to: &mut [S], start: usize, from: impl Iterator<Item = f64>) {
    let to = to.get_mut(start..).unwrap_or(&mut []);
    to.iter_mut().zip(from).for_each(|(to, x)| *to = S::from_f64(x));
}

#[inline(always)]
fn store_column<S: Scalar>(to: &mut [S], start: usize, columns: usize, from: impl Iterator<Item = f64>) {
    let to = to.get_mut(start..).unwrap_or(&mut []);
    to.iter_mut().step_by(columns).zip(from).for_each(|(to, x)| *to = S::from_f64(x));
}

/// a·b, where a factor of 0 silences even an infinite one.
#[inline(always)]
pub fn times(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
}
