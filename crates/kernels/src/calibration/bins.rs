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

impl Binner<'_> {
    /// The bins of confidences that are not in bins yet.
    pub fn elements(&self, elements: &mut Elements) {
        self.block::<F64x2>(&elements.confidences, &mut elements.bins);
    }

    /// The bins of a block.
    pub fn block<V: Vector>(&self, confidences: &[V::Scalar], to: &mut Buffer<i32>) {
        if self.edges.is_empty() {
            return self.equal::<V>(confidences, to);
        }
        // Of given edges those inside decide.
        let inside = self.edges.get(1..self.bins).unwrap_or(&[]);
        for (to, from) in to.iter_mut().zip(confidences) {
            let confidence = from.to_f64();
            let below = match self.closed {
                Closed::Right => inside.partition_point(|&edge| edge < confidence),
                Closed::Left => inside.partition_point(|&edge| edge <= confidence),
            };
            *to = below as i32;
        }
    }

    /// Bins of equal width. Far from every edge the product decides; near one, the comparison.
    fn equal<V: Vector>(&self, confidences: &[V::Scalar], to: &mut Buffer<i32>) {
        let bins = V::splat(V::Scalar::from_f64(self.bins as f64));
        // Twice the error of the product and of the edge, in bins.
        let near = V::splat(V::Scalar::from_f64(self.bins as f64 * 4.0 * V::Scalar::EPSILON.to_f64()));
        for (to, from) in V::index_chunks_mut(to).iter_mut().zip(V::chunks(confidences)) {
            let product = V::load(from) * bins;
            *to = product.truncate();
            if (product - product.round()).abs().le(near).any() {
                for (to, from) in to.as_mut().iter_mut().zip(from.as_ref()) {
                    *to = self.compared(from.to_f64());
                }
            }
        }
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
