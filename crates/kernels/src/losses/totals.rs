//! Blocks of values on their way into totals and outputs.

use crate::input::{BLOCK, Buffer};
use crate::simd::Scalar;
use crate::sum;

/// What goes with a block of values: elements, or rows where a loss has one value for each.
pub struct Block<'a> {
    /// First value of the block.
    pub start: usize,
    /// Number of values.
    pub len: usize,
    /// What each value is weighted by in the total.
    pub weights: Option<&'a [f64]>,
    /// What each value adds to the divisor of the mean.
    pub divisors: Option<&'a [f64]>,
}

/// Collects blocks of values into totals and outputs.
pub struct Totals<'a> {
    /// Values that count one each.
    pub count: &'a mut i64,
    /// Σ wℓ.
    pub loss: &'a mut sum::Words,
    /// Σ of the divisors.
    pub weight: &'a mut sum::Words,
}

impl Totals<'_> {
    /// Adds a block of values, whose range is known; false where one of them is not finite.
    pub fn add<S: Scalar>(
        &mut self,
        block: &Block<'_>,
        values: &Buffer<S>,
        range: &sum::Range<S::Vector>,
        outputs: &mut Option<&mut [f64]>,
    ) -> bool {
        let Some(values) = values.get(..block.len) else { return false };
        let to = outputs.as_deref_mut().and_then(|to| to.get_mut(block.start..block.start + block.len));
        self.divide(block);
        match block.weights {
            None => {
                to.into_iter().flatten().zip(values).for_each(|(to, value)| *to = value.to_f64());
                sum::add_block(self.loss, values, range)
            }
            Some(weights) => {
                let mut weighted = [0.0; BLOCK];
                for ((to, value), &weight) in weighted.iter_mut().zip(values).zip(weights) {
                    // Absence, even of an infinite loss.
                    *to = if weight == 0.0 { 0.0 } else { value.to_f64() * weight };
                }
                let weighted = weighted.get(..block.len).unwrap_or(&[]);
                sum::add_all(self.loss, weighted);
                to.into_iter().for_each(|to| to.copy_from_slice(weighted));
                values.iter().all(|value| value.to_f64().is_finite())
            }
        }
    }

    /// Adds to the divisor of the mean alone.
    pub fn divide(&mut self, block: &Block<'_>) {
        match block.divisors {
            Some(divisors) => sum::add_all(self.weight, divisors.get(..block.len).unwrap_or(&[])),
            None => *self.count += block.len as i64,
        }
    }
}
