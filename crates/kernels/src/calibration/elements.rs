//! A block of what is compared.

use crate::input::{BLOCK, Buffer};

/// Confidences, whether they were right, and where they go.
pub struct Elements {
    /// Probabilities of what is compared.
    pub confidences: Buffer<f64>,
    /// 1 where it was right.
    pub hits: Buffer<i32>,
    /// The bin of each.
    pub bins: Buffer<i32>,
    /// Weights, where rows have some.
    pub weights: Buffer<f64>,
    /// How many there are.
    pub len: usize,
}

impl Elements {
    /// None.
    pub fn new() -> Self {
        Self { confidences: [0.0; BLOCK], hits: [0; BLOCK], bins: [0; BLOCK], weights: [0.0; BLOCK], len: 0 }
    }
}
