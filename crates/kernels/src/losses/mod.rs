//! Losses: values, their exact totals, and gradients for the predictions.
//!
//! State: one counter, the elements kept; two sums, of the weighted losses and of the weights that the mean divides by.
//! A loss computes a block of values and derivatives at a time; everything that losses have in common (weights, totals,
//! outputs) happens here, on those blocks.

mod matrix;
mod pointwise;
mod softmax;

use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Status};
use crate::simd::Scalar;
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::sum;

/// Which loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Binary cross-entropy on probabilities, logarithms clamped at −100.
    BinaryCrossEntropy,
    /// Binary cross-entropy on logits.
    BinaryCrossEntropyWithLogits,
    /// Softmax cross-entropy.
    CrossEntropy,
    /// Squared error.
    SquaredError,
    /// scikit-learn's log loss, probabilities clipped to [2⁻⁵², 1 − 2⁻⁵²]. No gradient.
    LogLoss,
    /// Squared error of probabilities, summed over the classes. No gradient.
    Brier,
}

/// How a loss is configured.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Which loss.
    pub loss: Loss,
    /// Elements of one row of predictions.
    pub columns: usize,
    /// ε of label smoothing.
    pub label_smoothing: f64,
    /// Targets that are left out.
    pub ignore: Option<f64>,
    /// Targets are rows of class probabilities.
    pub soft: bool,
}

impl Metric for Config {
    const KIND: Kind = Kind::Loss;

    fn from_config(&[loss, columns, label_smoothing, ignoring, ignore, soft, ..]: &state::Config) -> Option<Self> {
        let loss = match loss as u32 {
            0 => Loss::BinaryCrossEntropy,
            1 => Loss::BinaryCrossEntropyWithLogits,
            2 => Loss::CrossEntropy,
            3 => Loss::SquaredError,
            4 => Loss::LogLoss,
            5 => Loss::Brier,
            _ => return None,
        };
        let ignore = (ignoring == 1.0).then_some(ignore);
        (columns >= 1.0).then_some(Self { loss, columns: columns as usize, label_smoothing, ignore, soft: soft == 1.0 })
    }

    fn layout(&self) -> Layout {
        // Softmax works on transposed rows: a vector for each class, of logits, and of exponentials.
        let scratch = if self.loss == Loss::CrossEntropy { 2 * 2 * self.columns } else { 0 };
        Layout { counters: 1, sums: 2, scratch }
    }
}

impl Config {
    /// One value for each row, rather than for each element.
    fn per_row(&self) -> bool {
        matches!(self.loss, Loss::CrossEntropy)
            || (matches!(self.loss, Loss::LogLoss | Loss::Brier) && self.columns > 1)
    }

    /// Targets are mixtures of classes; then class weights weigh their shares, not the row.
    fn mixes(&self) -> bool {
        self.soft || self.label_smoothing != 0.0
    }

    /// Elements of one row of targets.
    pub fn target_columns(&self) -> usize {
        if self.per_row() && !self.soft { 1 } else { self.columns }
    }

    /// Values of one row.
    pub fn value_columns(&self) -> usize {
        if self.per_row() { 1 } else { self.columns }
    }
}

/// The arrays of an update.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// Number of rows.
    pub count: usize,
    /// Row-major predictions.
    pub predictions: Numbers<'a>,
    /// Targets.
    pub targets: Numbers<'a>,
    /// One weight for each row; the mean divides by them.
    pub sample_weight: Option<Numbers<'a>>,
    /// One factor for each value; the mean does not divide by them.
    pub element_weight: Option<Numbers<'a>>,
    /// Class weights, or weights of the positive term, one for each column. Empty: none.
    pub column_weights: &'a [f64],
}

/// A gradient's room.
pub enum Gradient<'a> {
    /// Not wanted.
    None,
    /// In float32.
    F32(&'a mut [f32]),
    /// In float64.
    F64(&'a mut [f64]),
}

/// What an update writes besides the state.
pub struct Outputs<'a> {
    /// Every element's weighted loss.
    pub values: Option<&'a mut [f64]>,
    /// The derivative of every weighted loss, times `scale`.
    pub gradient: Gradient<'a>,
    /// 1 for a sum, 1 / weight for a mean.
    pub scale: f64,
}

/// A block on its way through a loss: elements, not rows.
struct Block<'a> {
    /// First value of the block.
    start: usize,
    /// Number of values.
    len: usize,
    /// What each value is weighted by in the total.
    weights: Option<&'a [f64]>,
    /// What each value adds to the divisor of the mean.
    divisors: Option<&'a [f64]>,
}

/// Collects blocks of values into totals and outputs.
struct Totals<'a> {
    count: &'a mut i64,
    loss: &'a mut sum::Words,
    weight: &'a mut sum::Words,
}

impl Totals<'_> {
    /// Adds a block of values, whose range is known; false where one of them is not finite.
    fn add<S: Scalar>(
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
    fn divide(&mut self, block: &Block<'_>) {
        match block.divisors {
            Some(divisors) => sum::add_all(self.weight, divisors.get(..block.len).unwrap_or(&[])),
            None => *self.count += block.len as i64,
        }
    }
}

/// Writes a block of derivatives of values, weighted and scaled.
fn write_gradient<S: Scalar>(
    gradient: &mut Gradient<'_>,
    start: usize,
    derivatives: &[S],
    weights: &Weights,
    scale: f64,
) {
    let range = start..start + derivatives.len();
    match gradient {
        Gradient::None => {}
        Gradient::F32(to) => {
            let to = to.get_mut(range).unwrap_or(&mut []);
            write_scaled(to, derivatives, weights, scale, |x| x as f32);
        }
        Gradient::F64(to) => {
            let to = to.get_mut(range).unwrap_or(&mut []);
            write_scaled(to, derivatives, weights, scale, |x| x);
        }
    }
}

fn write_scaled<S: Scalar, T>(
    to: &mut [T],
    derivatives: &[S],
    weights: &Weights,
    scale: f64,
    round: impl Fn(f64) -> T,
) {
    if !weights.weighted {
        for (to, &derivative) in to.iter_mut().zip(derivatives) {
            *to = round(derivative.to_f64() * scale);
        }
        return;
    }
    for ((to, &derivative), &weight) in to.iter_mut().zip(derivatives).zip(&weights.factors) {
        // Absence, even where the derivative is infinite.
        *to = round(if weight == 0.0 { 0.0 } else { derivative.to_f64() * weight * scale });
    }
}

/// Adds rows. On a fault the state may hold some of them.
pub fn update(config: &Config, words: &mut [i64], rows: &Rows<'_>, mut outputs: Outputs<'_>) -> Status {
    let layout = config.layout();
    let Some(Parts { counters: [count], sums: [loss, weight], scratch }) = layout.split(words) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    let mut totals = Totals { count, loss, weight };
    match config.loss {
        Loss::BinaryCrossEntropy => {
            pointwise::update(&pointwise::BinaryCrossEntropy, config, rows, &mut totals, &mut outputs)
        }
        Loss::BinaryCrossEntropyWithLogits => {
            pointwise::update(&pointwise::BinaryCrossEntropyWithLogits, config, rows, &mut totals, &mut outputs)
        }
        Loss::SquaredError => pointwise::update(&pointwise::SquaredError, config, rows, &mut totals, &mut outputs),
        Loss::CrossEntropy => softmax::update(config, scratch, rows, &mut totals, &mut outputs),
        Loss::LogLoss if config.columns > 1 => matrix::log_loss(config, rows, &mut totals, &mut outputs),
        Loss::LogLoss => pointwise::update(&pointwise::LogLoss, config, rows, &mut totals, &mut outputs),
        Loss::Brier if config.columns > 1 => matrix::brier(config, rows, &mut totals, &mut outputs),
        Loss::Brier => pointwise::update(&pointwise::Brier, config, rows, &mut totals, &mut outputs),
    }?;
    layout.canonicalise(words);
    Ok(())
}

/// Σ wℓ, and what a mean divides by: elements, plus weights where they are weighted.
pub fn finish(config: &Config, words: &mut [i64]) -> [f64; 2] {
    let Some(Parts { counters: [count], sums: [loss, weight], .. }) = config.layout().split(words) else {
        return [f64::NAN; 2];
    };
    [sum::value(loss), *count as f64 + sum::value(weight)]
}

/// What the mean will divide by, from targets and weights alone: a gradient of a weighted mean needs it first.
pub fn divisor(config: &Config, words: &mut [i64], rows: &Rows<'_>) -> Status {
    let layout = config.layout();
    let Some(Parts { counters: [count], sums: [loss, weight], .. }) = layout.split(words) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    let mut totals = Totals { count, loss, weight };
    let mut weights = Weights::new();
    let width = config.value_columns();
    for start in (0..rows.count * width).step_by(BLOCK) {
        let len = BLOCK.min(rows.count * width - start);
        weights.read(config, rows, start, len)?;
        totals.divide(&weights.block(start, len));
    }
    layout.canonicalise(words);
    Ok(())
}

/// The weights of a block of values: from samples, elements, classes and ignored targets.
struct Weights {
    /// What each value is weighted by.
    factors: Buffer<f64>,
    /// What each value adds to the divisor.
    divisors: Buffer<f64>,
    labels: Buffer<i32>,
    weighted: bool,
    divided: bool,
}

impl Weights {
    const fn new() -> Self {
        Self { factors: [1.0; BLOCK], divisors: [1.0; BLOCK], labels: [0; BLOCK], weighted: false, divided: false }
    }

    fn block(&self, start: usize, len: usize) -> Block<'_> {
        Block {
            start,
            len,
            weights: self.weighted.then_some(&self.factors),
            divisors: self.divided.then_some(&self.divisors),
        }
    }

    /// What one value of the block is weighted by.
    fn factor(&self, i: usize) -> f64 {
        if self.weighted { self.factors.get(i).copied().unwrap_or(1.0) } else { 1.0 }
    }

    /// Reads what weighs the values `start..start + len`; labels as well where there is one for each row.
    fn read(&mut self, config: &Config, rows: &Rows<'_>, start: usize, len: usize) -> Status {
        let labelled = config.per_row() && !config.soft;
        if labelled {
            rows.targets.labels(
                start,
                len,
                config.columns as i32,
                config.ignore,
                Argument::Targets,
                &mut self.labels,
            )?;
        }
        let by_class = labelled && !rows.column_weights.is_empty();
        self.divided = rows.sample_weight.is_some() || by_class || config.ignore.is_some();
        self.weighted = self.divided || rows.element_weight.is_some();
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
            let inside = config.mixes();
            for ((divisor, factor), &label) in
                self.divisors.iter_mut().zip(&mut self.factors).zip(&self.labels).take(len)
            {
                *divisor *= rows.column_weights.get(label as usize).copied().unwrap_or(0.0);
                *factor = if inside { *factor } else { *divisor };
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
        for (i, divisor) in self.divisors.iter_mut().enumerate().take(len) {
            *divisor = weights.get((start + i) / width - first).copied().unwrap_or(0.0);
        }
        Ok(())
    }
}
