//! The bin of a confidence.

use super::Closed;
use super::elements::Elements;
use crate::input::Buffer;
use crate::math::Coefficients;
use crate::simd::{F64x2, Mask, Scalar, Vector};

/// Where bins meet.
pub struct Binner<'a> {
    /// Number of bins, at least 1.
    pub bins: usize,
    /// Which end of a bin belongs to it.
    pub closed: Closed,
    /// Edges, one more than bins; none where they are k/bins.
    pub edges: &'a [f64],
}

/// Constants of bins of equal width.
pub struct Scale<V> {
    bins: V,
    /// Twice the error of the product and of the edge, in bins.
    near: V,
}

impl Binner<'_> {
    /// The bins of confidences that are not in bins yet.
    pub fn elements(&self, elements: &mut Elements) {
        self.block::<F64x2>(&elements.confidences, &mut elements.bins);
    }

    /// The bins of a block.
    pub fn block<V: Vector>(&self, confidences: &[V::Scalar], to: &mut Buffer<i32>) {
        let scale = self.scale::<V>();
        for (to, from) in V::index_chunks_mut(to).iter_mut().zip(V::chunks(confidences)) {
            *to = self.vector(&scale, V::load(from));
        }
    }

    /// Constants for [`Binner::vector`].
    pub fn scale<V: Vector>(&self) -> Scale<V> {
        let bins = self.bins as f64;
        Scale {
            bins: V::splat(V::Scalar::from_f64(bins)),
            near: V::splat(V::Scalar::from_f64(bins * 4.0 * V::Scalar::EPSILON.to_f64())),
        }
    }

    /// The bins of some confidences. Far from every edge k/bins the product decides; near one, the comparison.
    #[inline(always)]
    pub fn vector<V: Vector>(&self, scale: &Scale<V>, confidences: V) -> V::Indices {
        let product = confidences * scale.bins;
        let mut to = product.truncate();
        if !self.edges.is_empty() || (product - product.round()).abs().le(scale.near).any() {
            for (to, from) in to.as_mut().iter_mut().zip(confidences.to_array().as_ref()) {
                *to = self.one(from.to_f64());
            }
        }
        to
    }

    /// The bin of one confidence.
    pub fn one(&self, confidence: f64) -> i32 {
        if self.edges.is_empty() {
            return self.compared(confidence);
        }
        // Of given edges those inside decide.
        let inside = self.edges.get(1..self.bins).unwrap_or(&[]);
        let below = match self.closed {
            Closed::Right => inside.partition_point(|&edge| edge < confidence),
            Closed::Left => inside.partition_point(|&edge| edge <= confidence),
        };
        below as i32
    }

    /// The bin by the edges k/bins themselves, never by the product alone.
    #[inline]
    pub fn compared(&self, confidence: f64) -> i32 {
        let bins = self.bins as f64;
        let mut k = ((confidence * bins) as i64).clamp(0, self.bins as i64 - 1);
        let edge = |k: i64| k as f64 / bins;
        match self.closed {
            Closed::Right => {
                while k > 0 && confidence <= edge(k) {
                    k -= 1;
                }
                while k < self.bins as i64 - 1 && confidence > edge(k + 1) {
                    k += 1;
                }
            }
            Closed::Left => {
                while k > 0 && confidence < edge(k) {
                    k -= 1;
                }
                while k < self.bins as i64 - 1 && confidence >= edge(k + 1) {
                    k += 1;
                }
            }
        }
        k as i32
    }
}
