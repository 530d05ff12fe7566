//! Where derivatives go.

use crate::simd::Scalar;

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
