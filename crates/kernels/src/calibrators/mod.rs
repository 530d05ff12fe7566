//! Repair of probabilities: calibrators that are fitted to scores and labels, and applied to other scores.
//!
//! A fit iterates over rows that are kept; everything is computed in float64. Totals of temperature, Platt and beta fits
//! are exact sums of the rows' terms ([`crate::sum`]), so that the order of rows cannot be seen in what is fitted.

pub mod affine;
pub mod apply;
pub mod isotonic;
pub mod logistic;
pub mod parts;
pub mod temperature;
#[cfg(test)]
mod tests;

use crate::input::{Argument, BLOCK, Fault, Numbers, Status};
use crate::simd::{F64x2, Scalar, Vector};
use crate::sum::{self, Range, Words};

/// A fit has converged where a step changes no parameter by more than this share of the largest.
pub const TOLERANCE: f64 = 1e-10;

/// Most steps of a fit.
pub const MOST_STEPS: u32 = 100;

/// What scores must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scores {
    /// Finite.
    Finite,
    /// In 0..=1.
    Probabilities,
}

impl Scores {
    /// Demands that all scores are such numbers.
    pub fn check(self, scores: &Numbers<'_>) -> Status {
        match scores {
            Numbers::F32(_) => self.check_each::<f32>(scores),
            Numbers::F64(_) => self.check_each::<f64>(scores),
            _ => Err(Fault::misuse(Argument::Predictions)),
        }
    }

    fn check_each<S: Scalar>(self, scores: &Numbers<'_>) -> Status {
        let mut buffer = [S::ZERO; BLOCK];
        for start in (0..scores.len()).step_by(BLOCK) {
            let len = BLOCK.min(scores.len() - start);
            match self {
                Self::Finite => scores.finite(start, len, Argument::Predictions, &mut buffer)?,
                Self::Probabilities => scores.probabilities(start, len, Argument::Predictions, &mut buffer)?,
            };
        }
        Ok(())
    }
}

/// What rows are fitted to.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// The true class of each row.
    pub labels: &'a [i32],
    /// The weight of each row; empty where all are 1.
    pub weights: &'a [f64],
}

impl Rows<'_> {
    /// The weight of a row.
    #[inline(always)]
    fn weight(&self, row: usize) -> f64 {
        self.weights.get(row).copied().unwrap_or(1.0)
    }

    /// The true class of a row.
    #[inline(always)]
    fn label(&self, row: usize) -> usize {
        self.labels.get(row).copied().unwrap_or(0) as usize
    }
}

/// Checks labels and weights and brings them to their types; the sum of the weights. A row's weight is its own times
/// that of its class.
pub fn take(
    labels: &Numbers<'_>,
    weights: Option<&Numbers<'_>>,
    class_weights: &[f64],
    classes: usize,
    to: (&mut [i32], &mut [f64]),
) -> Result<f64, Fault> {
    let (mut label_buffer, mut weight_buffer) = ([0; BLOCK], [1.0; BLOCK]);
    let mut total = Exact::new();
    for start in (0..labels.len()).step_by(BLOCK) {
        let len = BLOCK.min(labels.len() - start);
        let range = start..start + len;
        let block = labels.labels(start, len, classes as i32, None, Argument::Targets, &mut label_buffer)?;
        to.0.get_mut(range.clone()).unwrap_or(&mut []).copy_from_slice(block.get(..len).unwrap_or(&[]));
        let Some(to) = to.1.get_mut(range) else { continue };
        match weights {
            Some(weights) => {
                let block = weights.weights(start, len, Argument::SampleWeight, &mut weight_buffer)?;
                to.copy_from_slice(block.get(..len).unwrap_or(&[]));
            }
            None => to.fill(1.0),
        }
        for (weight, &label) in to.iter_mut().zip(block) {
            *weight *= class_weights.get(label as usize).copied().unwrap_or(1.0);
        }
        total.add(to);
    }
    Ok(if to.1.is_empty() { labels.len() as f64 } else { total.value() })
}

/// How a fit ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// The last step was within [`TOLERANCE`], and the minimum lies within bounds.
    pub converged: bool,
    /// Steps that were taken.
    pub steps: u32,
    /// The last step as a share of the parameters.
    pub relative_step: f64,
    /// The mean that was minimised, where the fit ended.
    pub objective: f64,
}

impl Outcome {
    /// As numbers, for the border.
    pub fn numbers(&self) -> [f64; 4] {
        [f64::from(u8::from(self.converged)), self.steps.into(), self.relative_step, self.objective]
    }
}

/// An exact sum of blocks.
struct Exact(Words);

impl Exact {
    fn new() -> Self {
        Self([0; sum::WORDS])
    }

    /// Adds a block of at most [`BLOCK`] numbers.
    #[inline(always)]
    fn add(&mut self, block: &[f64]) {
        sum::add_block(&mut self.0, block, &Range::<F64x2>::of(block));
        // A block leaves far fewer carries than a word has spare bits, but blocks are many.
        sum::normalise(&mut self.0);
    }

    fn value(&self) -> f64 {
        sum::value(&self.0)
    }
}

/// Both lanes added.
#[inline(always)]
fn both(x: F64x2) -> f64 {
    let [a, b] = x.to_array();
    a + b
}
