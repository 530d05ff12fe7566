//! Losses: values, their exact totals, and gradients for the predictions.
//!
//! State: one counter, the elements kept; two sums, of the weighted losses and of the weights that the mean divides by.
//! A loss computes a block of values and derivatives at a time; everything that losses have in common (weights, totals,
//! outputs) happens here, on those blocks.

mod again;
mod binary;
mod gradient;
mod likelihood;
mod long_rows;
mod margins;
mod matrix;
mod multiclass;
mod pointwise;
mod regression;
mod row_sum;
mod scaling;
mod softmax;
pub mod together;
mod totals;
mod weights;

pub(crate) use binary::{BinaryCrossEntropy, power};
pub use gradient::Gradient;
pub(crate) use gradient::times;
pub(crate) use pointwise::Pointwise;
pub(crate) use softmax::{Look, Total};

use crate::input::{Argument, BLOCK, Fault, Numbers, Status};
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::sum;
use totals::Totals;
use weights::Weights;

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
    /// Binary focal loss on logits.
    SigmoidFocal,
    /// Hinge loss.
    Hinge,
    /// Soft margin loss.
    SoftMargin,
    /// Mean over the labels of binary cross-entropy on logits.
    MultilabelSoftMargin,
    /// −x of the true class.
    NegativeLogLikelihood,
    /// Focal loss of the softmax.
    Focal,
    /// Sum over the classes of the binary focal loss.
    FocalOneVersusRest,
    /// Multi-margin loss.
    MultiMargin,
    /// Crammer and Singer's hinge loss.
    MulticlassHinge,
    /// Kullback–Leibler divergence of probabilities.
    Divergence,
    /// The same of logarithms of probabilities.
    LogDivergence,
    /// Absolute error.
    Absolute,
    /// Huber loss, over a divisor.
    Huber,
    /// ln cosh.
    LogCosh,
    /// Pinball loss.
    Pinball,
    /// Poisson likelihood of logarithms of rates.
    PoissonOfLog,
    /// Poisson likelihood of rates.
    Poisson,
    /// Gaussian likelihood.
    Gaussian,
}

/// In the order of the border's codes.
const LOSSES: [Loss; 24] = [
    Loss::BinaryCrossEntropy,
    Loss::BinaryCrossEntropyWithLogits,
    Loss::CrossEntropy,
    Loss::SquaredError,
    Loss::LogLoss,
    Loss::Brier,
    Loss::SigmoidFocal,
    Loss::Hinge,
    Loss::SoftMargin,
    Loss::MultilabelSoftMargin,
    Loss::NegativeLogLikelihood,
    Loss::Focal,
    Loss::FocalOneVersusRest,
    Loss::MultiMargin,
    Loss::MulticlassHinge,
    Loss::Divergence,
    Loss::LogDivergence,
    Loss::Absolute,
    Loss::Huber,
    Loss::LogCosh,
    Loss::Pinball,
    Loss::PoissonOfLog,
    Loss::Poisson,
    Loss::Gaussian,
];

/// How a loss is configured.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Which loss.
    pub loss: Loss,
    /// Elements of one row of predictions.
    pub columns: usize,
    /// Targets that are left out.
    pub ignore: Option<f64>,
    /// There is a target for each column rather than a label for each row.
    pub soft: bool,
    /// What the loss's own options are: ε of label smoothing; γ, and α (negative: none); 1 for scores of logits; …
    pub parameters: [f64; 3],
}

impl Metric for Config {
    const KIND: Kind = Kind::Loss;

    fn from_config(&[loss, columns, ignoring, ignore, soft, a, b, c, ..]: &state::Config) -> Option<Self> {
        let ignore = (ignoring == 1.0).then_some(ignore);
        let loss = *LOSSES.get(loss as usize)?;
        (columns >= 1.0).then_some(Self {
            loss,
            columns: columns as usize,
            ignore,
            soft: soft == 1.0,
            parameters: [a, b, c],
        })
    }

    fn layout(&self) -> Layout {
        let scratch = match self.loss {
            Loss::CrossEntropy | Loss::Focal => multiclass::scratch(self.columns, self.soft),
            Loss::MultiMargin | Loss::MulticlassHinge => multiclass::scratch(self.columns, false),
            Loss::Brier if self.parameters[0] == 1.0 && self.per_row() => multiclass::scratch(self.columns, false),
            _ => 0,
        };
        Layout { counters: 1, sums: 2, scratch }
    }
}

impl Config {
    /// One value for each row, rather than for each element.
    fn per_row(&self) -> bool {
        match self.loss {
            Loss::CrossEntropy
            | Loss::MultilabelSoftMargin
            | Loss::NegativeLogLikelihood
            | Loss::Focal
            | Loss::FocalOneVersusRest
            | Loss::MultiMargin
            | Loss::MulticlassHinge => true,
            Loss::LogLoss | Loss::Brier => self.columns > 1 && !self.soft,
            _ => false,
        }
    }

    /// One label for each row.
    fn labelled(&self) -> bool {
        self.per_row() && !self.soft
    }

    /// Targets are mixtures of classes.
    fn mixes(&self) -> bool {
        self.soft || (self.loss == Loss::CrossEntropy && self.parameters[0] != 0.0)
    }

    /// The value of a row is multiplied by the weight of its class; otherwise that is part of the value.
    fn class_weighs_value(&self) -> bool {
        match self.loss {
            Loss::CrossEntropy => !self.mixes(),
            Loss::Focal => self.parameters[1] != 1.0,
            _ => true,
        }
    }

    /// The mean divides by the weights of classes.
    fn class_weighs_mean(&self) -> bool {
        matches!(self.loss, Loss::CrossEntropy | Loss::NegativeLogLikelihood)
    }

    /// Elements of one row of targets.
    pub fn target_columns(&self) -> usize {
        if self.labelled() { 1 } else { self.columns }
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
    /// What goes with each prediction besides its target: a variance.
    pub third: Option<Numbers<'a>>,
    /// Class weights, or weights of the positive term, one for each column. Empty: none.
    pub column_weights: &'a [f64],
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

/// One update on its way: what it reads and where it goes.
struct Run<'r, 't, 'o> {
    config: &'r Config,
    rows: &'r Rows<'r>,
    totals: &'r mut Totals<'t>,
    outputs: &'r mut Outputs<'o>,
}

impl Run<'_, '_, '_> {
    fn pointwise<L: pointwise::Pointwise>(&mut self, loss: L) -> Status {
        pointwise::update(loss, self.config, self.rows, self.totals, self.outputs)
    }
}

/// Adds rows. On a fault the state may hold some of them.
pub fn update(config: &Config, words: &mut [i64], rows: &Rows<'_>, mut outputs: Outputs<'_>) -> Status {
    let layout = config.layout();
    let Some(Parts { counters: [count], sums: [loss, weight], scratch }) = layout.split(words) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    let mut totals = Totals { count, loss, weight };
    let mut run = Run { config, rows, totals: &mut totals, outputs: &mut outputs };
    let [a, b, _] = config.parameters;
    let alpha = if b < 0.0 { (1.0, 1.0) } else { (b, 1.0 - b) };
    match config.loss {
        Loss::BinaryCrossEntropy => run.pointwise(binary::BinaryCrossEntropy),
        Loss::BinaryCrossEntropyWithLogits => run.pointwise(binary::BinaryCrossEntropyWithLogits),
        Loss::SigmoidFocal => run.pointwise(binary::SigmoidFocal { alpha, gamma: a }),
        Loss::Hinge => run.pointwise(binary::Hinge { squared: a == 1.0 }),
        Loss::SoftMargin => run.pointwise(binary::SoftMargin),
        Loss::Divergence => run.pointwise(binary::Divergence::<false>),
        Loss::LogDivergence => run.pointwise(binary::Divergence::<true>),
        Loss::SquaredError => run.pointwise(regression::Of(regression::Squared)),
        Loss::Absolute => run.pointwise(regression::Of(regression::Absolute)),
        Loss::Huber if b == 1.0 => run.pointwise(regression::Of(regression::Huber::<false> { delta: a })),
        Loss::Huber => run.pointwise(regression::Of(regression::Huber::<true> { delta: a })),
        Loss::LogCosh => run.pointwise(regression::Of(regression::LogCosh)),
        Loss::Pinball => run.pointwise(regression::Of(regression::Pinball { quantile: a })),
        Loss::PoissonOfLog => run.pointwise(regression::Poisson::<true> { full: a == 1.0, eps: b }),
        Loss::Poisson => run.pointwise(regression::Poisson::<false> { full: a == 1.0, eps: b }),
        Loss::Gaussian => run.pointwise(regression::Gaussian { full: a == 1.0, eps: b }),
        Loss::MultilabelSoftMargin => row_sum::update(binary::BinaryCrossEntropyWithLogits, &mut run),
        Loss::FocalOneVersusRest => row_sum::update(binary::SigmoidFocal { alpha, gamma: a }, &mut run),
        Loss::CrossEntropy | Loss::Focal => {
            let part = multiclass::Part::new(config, rows, run.totals, run.outputs.scale);
            multiclass::update(scratch, &mut [part], run.outputs)
        }
        Loss::LogLoss if config.per_row() => matrix::log_loss(&mut run),
        Loss::LogLoss => run.pointwise(binary::LogLoss),
        Loss::Brier if config.per_row() => matrix::brier(scratch, &mut run),
        Loss::Brier if a == 1.0 => run.pointwise(binary::BrierWithLogits),
        Loss::Brier => run.pointwise(binary::Brier),
        Loss::NegativeLogLikelihood => likelihood::update(&mut run),
        Loss::MultiMargin | Loss::MulticlassHinge => margins::update(scratch, &mut run),
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

#[cfg(test)]
mod tests;
