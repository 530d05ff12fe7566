//! What weighs values: samples, elements, classes and ignored targets.

use super::totals::Block;
use super::{Config, Rows};
use crate::input::{Argument, BLOCK, Buffer, Numbers, Status};
use crate::simd::{F64x2, Vector};

/// The weights of a block of values.
pub struct Weights {
    /// What each value is weighted by.
    factors: Buffer<f64>,
    /// What each value adds to the divisor.
    divisors: Buffer<f64>,
    labels: Buffer<i32>,
    weighted: bool,
    divided: bool,
}

impl Weights {
    /// Of values that count one each.
    pub const fn new() -> Self {
        Self { factors: [1.0; BLOCK], divisors: [1.0; BLOCK], labels: [0; BLOCK], weighted: false, divided: false }
    }

    /// The block with its weights.
    pub fn block(&self, start: usize, len: usize) -> Block<'_> {
        Block {
            start,
            len,
            weights: self.weighted.then_some(&self.factors),
            divisors: self.divided.then_some(&self.divisors),
        }
    }

    /// What each value of the block is weighted by, where not all count one.
    pub fn factors(&self) -> Option<&[f64]> {
        self.weighted.then_some(&self.factors)
    }

    /// What one value of the block is weighted by.
    pub fn factor(&self, i: usize) -> f64 {
        if self.weighted { self.factors.get(i).copied().unwrap_or(1.0) } else { 1.0 }
    }

    /// What derivatives of four values are multiplied by, two and two.
    #[inline(always)]
    pub fn factors_of(&self, first: usize, scale: f64) -> [F64x2; 2] {
        let scale = F64x2::splat(scale);
        let Some(factors) = self.factors() else { return [scale; 2] };
        match F64x2::chunks(factors).get(first / F64x2::LANES..) {
            Some([a, b, ..]) => [F64x2::load(a) * scale, F64x2::load(b) * scale],
            Some([a]) => [F64x2::load(a) * scale; 2],
            _ => [scale; 2],
        }
    }

    /// The labels of so many rows as classes: an ignored one has weight 0, so that any will do. Places beyond the last
    /// row repeat it.
    #[inline(always)]
    pub fn own_labels(&self, first: usize, count: usize) -> [usize; 4] {
        let label = |i: usize| self.labels.get(first + i.min(count - 1)).map_or(0, |&label| label.max(0)) as usize;
        core::array::from_fn(label)
    }

    /// The labels of the rows of the block, −1 where they are ignored.
    pub fn labels(&self) -> &Buffer<i32> {
        &self.labels
    }

    /// Reads what weighs the values `start..start + len`; labels as well where there is one for each row.
    pub fn read(&mut self, config: &Config, rows: &Rows<'_>, start: usize, len: usize) -> Status {
        let labelled = config.labelled();
        if labelled {
            let mut buffer = [0; BLOCK];
            let classes = config.columns as i32;
            let argument = Argument::Targets;
            let labels = rows.targets.labels(start, len, classes, config.ignore, argument, &mut buffer)?;
            self.labels.iter_mut().zip(labels).for_each(|(to, &label)| *to = label);
        }
        let by_class = labelled && !rows.column_weights.is_empty();
        self.divided =
            rows.sample_weight.is_some() || (by_class && config.class_weighs_mean()) || config.ignore.is_some();
        self.weighted = self.divided || by_class || rows.element_weight.is_some();
        if !self.weighted {
            return Ok(());
        }
        self.divisors = [1.0; BLOCK];
        if let Some(weights) = &rows.sample_weight {
            self.read_sample_weights(weights, config.value_columns(), start, len)?;
        }
        if labelled && config.ignore.is_some() {
            for (divisor, &label) in self.divisors.iter_mut().zip(&self.labels).take(len) {
                *divisor = if label < 0 { 0.0 } else { *divisor };
            }
        }
        self.factors = self.divisors;
        if by_class {
            let (for_mean, for_value) = (config.class_weighs_mean(), config.class_weighs_value());
            for ((divisor, factor), &label) in
                self.divisors.iter_mut().zip(&mut self.factors).zip(&self.labels).take(len)
            {
                let weight = rows.column_weights.get(label as usize).copied().unwrap_or(0.0);
                *divisor *= if for_mean { weight } else { 1.0 };
                *factor *= if for_value { weight } else { 1.0 };
            }
        }
        if let Some(weights) = &rows.element_weight {
            let mut buffer = [0.0; BLOCK];
            let weights = weights.weights(start, len, Argument::ElementWeight, &mut buffer)?;
            for (factor, &weight) in self.factors.iter_mut().zip(weights) {
                *factor *= weight;
            }
        }
        Ok(())
    }

    /// A row's weight goes to each of its values.
    fn read_sample_weights(&mut self, weights: &Numbers<'_>, width: usize, start: usize, len: usize) -> Status {
        let (first, last) = (start / width, (start + len - 1) / width);
        let mut buffer = [0.0; BLOCK];
        let weights = weights.weights(first, last - first + 1, Argument::SampleWeight, &mut buffer)?;
        // The block may begin within a row.
        let mut values = self.divisors.iter_mut().take(len);
        let mut left = width - start % width;
        for &weight in weights {
            values.by_ref().take(left).for_each(|divisor| *divisor = weight);
            left = width;
        }
        Ok(())
    }
}
