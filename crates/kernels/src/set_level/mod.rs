//! Losses of whole sets: one number from soft counts, and its gradient.
//!
//! With p the probability of an element, t its target and w its weight, the soft counts of a group of elements are
//! TP = Σ w·p·t, FP = Σ w·p·(1 − t) and FN = Σ w·(1 − p)·t. State: counters of what has a weight above 0 (elements; of
//! several classes rows, then those of each class), the three counts of each group as exact sums, and for the losses
//! that go with a cross-entropy its weighted total and the weights that its mean divides by.
//!
//! A gradient takes two passes: [`update`] adds up, [`finish`] gives the loss and its three derivatives for each group,
//! and [`gradient`] writes. Everything is computed in float64, each element by itself.

mod classes;
mod elements;
mod formulas;
mod labels;
#[cfg(test)]
mod tests;

use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::losses::{Gradient, times};
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::sum;
use formulas::{Counts, Overlap, Value, focal, multiclass_dice, overlap, soft_f1};

/// Which loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// 1 − (2TP + a) / (2TP + FP + FN + b).
    Dice,
    /// 1 − (TP + a) / (TP + FP + FN + b).
    Jaccard,
    /// 1 − (TP + a) / (TP + c·FN + d·FP + b).
    Tversky,
    /// The same to a power.
    FocalTversky,
    /// 1 − 2PR / (P + R + ε).
    SoftF1,
    /// The same of two columns, of which the second is the positive one.
    SoftF1OfTwo,
    /// The mean over classes of 1 − (2TP + a) / max(2TP + FP + FN + a, b).
    MulticlassDice,
    /// Dice and binary cross-entropy.
    DiceAndBinaryCrossEntropy,
    /// Cross-entropy of two classes and soft F1.
    CrossEntropyAndSoftF1,
}

/// In the order of the border's codes.
const LOSSES: [Loss; 9] = [
    Loss::Dice,
    Loss::Jaccard,
    Loss::Tversky,
    Loss::FocalTversky,
    Loss::SoftF1,
    Loss::SoftF1OfTwo,
    Loss::MulticlassDice,
    Loss::DiceAndBinaryCrossEntropy,
    Loss::CrossEntropyAndSoftF1,
];

/// How a loss is configured.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Which loss.
    pub loss: Loss,
    /// Elements of one row of predictions.
    pub columns: usize,
    /// Predictions are logits.
    pub logits: bool,
    /// All columns are one group.
    pub micro: bool,
    /// Rows have weights.
    pub weighted: bool,
    /// Targets that are left out.
    pub ignore: Option<f64>,
    /// What the loss's own options are, in the order of [`Loss`]'s letters and words; the last is the ignored target.
    pub parameters: [f64; 6],
}

/// Flags beside the code of a loss.
const LOGITS: u32 = 16;
const MICRO: u32 = 32;
const WEIGHTED: u32 = 64;
const IGNORING: u32 = 128;

impl Metric for Config {
    const KIND: Kind = Kind::SetLevel;

    fn from_config(&[code, columns, a, b, c, d, e, ignore, ..]: &state::Config) -> Option<Self> {
        let code = code as u32;
        let has = |flag: u32| code & flag != 0;
        let loss = *LOSSES.get((code & 15) as usize)?;
        let fits = match loss {
            Loss::SoftF1OfTwo | Loss::CrossEntropyAndSoftF1 => columns == 2.0,
            _ => columns >= 1.0,
        };
        fits.then_some(Self {
            loss,
            columns: columns as usize,
            logits: has(LOGITS) || loss == Loss::CrossEntropyAndSoftF1,
            micro: has(MICRO) && loss != Loss::MulticlassDice,
            weighted: has(WEIGHTED),
            ignore: has(IGNORING).then_some(ignore),
            parameters: [a, b, c, d, e, ignore],
        })
    }

    fn layout(&self) -> Layout {
        let (columns, groups) = (self.columns, self.groups());
        let counters = if self.loss == Loss::MulticlassDice { columns.saturating_add(1) } else { 1 };
        let costs = if self.has_cost() { 2 } else { 0 };
        let scratch = match self.loss {
            Loss::MulticlassDice => classes::scratch(columns),
            _ => 0,
        };
        Layout { counters, sums: groups.saturating_mul(3).saturating_add(costs), scratch }
    }
}

impl Config {
    /// Two columns are one element.
    fn is_of_two(&self) -> bool {
        matches!(self.loss, Loss::SoftF1OfTwo | Loss::CrossEntropyAndSoftF1)
    }

    /// A cross-entropy goes with the counts.
    fn has_cost(&self) -> bool {
        matches!(self.loss, Loss::DiceAndBinaryCrossEntropy | Loss::CrossEntropyAndSoftF1)
    }

    /// One label for each row.
    fn labelled(&self) -> bool {
        matches!(self.loss, Loss::MulticlassDice | Loss::CrossEntropyAndSoftF1)
    }

    /// Sets of elements that are counted together.
    pub fn groups(&self) -> usize {
        if self.micro || self.is_of_two() { 1 } else { self.columns }
    }

    /// Numbers that [`finish`] gives.
    pub fn results(&self) -> usize {
        self.groups().saturating_mul(3).saturating_add(3)
    }

    /// Elements of one row of targets.
    pub fn target_columns(&self) -> usize {
        if self.labelled() || self.is_of_two() { 1 } else { self.columns }
    }

    /// Rows that are worked on at a time, so that all their columns stay in a near cache.
    fn rows_at_once(&self) -> usize {
        rows_at_once(self.columns)
    }

    /// The factors of the counts and of the cross-entropy.
    fn shares(&self) -> (f64, f64) {
        let [a, b, c, d, ..] = self.parameters;
        match self.loss {
            Loss::DiceAndBinaryCrossEntropy => (c, d),
            Loss::CrossEntropyAndSoftF1 => (b, a),
            _ => (1.0, 0.0),
        }
    }

    /// The loss of one group.
    fn value(&self, counts: Counts) -> Value {
        let [a, b, c, d, e, _] = self.parameters;
        let smoothed = |of: Overlap| Overlap { numerator: a, denominator: b, ..of };
        let tversky = Overlap { tp: 1.0, fp: d, fn_: c, numerator: a, denominator: b };
        match self.loss {
            Loss::Dice | Loss::DiceAndBinaryCrossEntropy => overlap(counts, smoothed(Overlap::DICE)),
            Loss::Jaccard => overlap(counts, smoothed(Overlap::JACCARD)),
            Loss::Tversky => overlap(counts, tversky),
            Loss::FocalTversky => focal(overlap(counts, tversky), e),
            Loss::SoftF1 | Loss::SoftF1OfTwo => soft_f1(counts, a),
            Loss::CrossEntropyAndSoftF1 => soft_f1(counts, c),
            Loss::MulticlassDice => multiclass_dice(counts, a, b),
        }
    }
}

fn rows_at_once(columns: usize) -> usize {
    (8 * BLOCK / columns).clamp(16, BLOCK / 2)
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
    /// One weight for each row.
    pub sample_weight: Option<Numbers<'a>>,
}

impl Rows<'_> {
    /// The labels of some rows, −1 where they are ignored.
    fn labels<'b>(
        &'b self,
        config: &Config,
        start: usize,
        len: usize,
        buffer: &'b mut Buffer<i32>,
    ) -> Result<&'b [i32], Fault> {
        self.targets.labels(start, len, config.columns as i32, config.ignore, Argument::Targets, buffer)
    }

    /// The weights of some rows; false where one is none.
    fn read_weights(&self, start: usize, to: &mut [f64]) -> bool {
        let Some(weights) = &self.sample_weight else {
            to.fill(1.0);
            return true;
        };
        weights.column(1, 0, start, to);
        to.iter().fold(true, |fine, w| fine & (0.0..f64::INFINITY).contains(w))
    }

    /// The first fault in some rows, argument by argument.
    #[cold]
    fn fault(&self, config: &Config, start: usize, len: usize) -> Fault {
        let columns = config.columns;
        let not_probability = |p: f64| !(0.0..=1.0).contains(&p);
        let (problem, wrong): (_, fn(f64) -> bool) =
            if config.logits { (Problem::Nan, f64::is_nan) } else { (Problem::Probability, not_probability) };
        let in_predictions =
            || self.predictions.find_fault(start * columns, len * columns, Argument::Predictions, problem, wrong);
        let in_targets = || {
            if config.labelled() {
                return self.labels(config, start, len, &mut [0; BLOCK]).err();
            }
            let width = config.target_columns();
            let problem = Problem::Probability;
            self.targets.find_fault(start * width, len * width, Argument::Targets, problem, not_probability)
        };
        let in_weights = || {
            let wrong = |w: f64| !(0.0..f64::INFINITY).contains(&w);
            self.sample_weight
                .and_then(|weights| weights.find_fault(start, len, Argument::SampleWeight, Problem::Weight, wrong))
        };
        in_predictions().or_else(in_targets).or_else(in_weights).unwrap_or(Fault::misuse(Argument::Predictions))
    }
}

/// Adds rows. On a fault the state may hold some of them.
pub fn update(config: &Config, words: &mut [i64], rows: &Rows<'_>) -> Status {
    let layout = config.layout();
    let Some(parts) = layout.split(words) else { return Err(Fault::misuse(Argument::Predictions)) };
    match config.loss {
        Loss::MulticlassDice => classes::update(config, parts, rows),
        _ => elements::update(config, parts, rows),
    }?;
    layout.canonicalise(words);
    Ok(())
}

/// Writes the loss, how much has a weight above 0 (0 where that leaves no loss), the factor of the cross-entropy's
/// derivatives, and for each group the derivatives of the loss by TP, FP and FN.
pub fn finish(config: &Config, words: &mut [i64], to: &mut [f64]) {
    let Some(Parts { counters: [kept, present @ ..], sums, .. }) = config.layout().split(words) else { return };
    let Some(([loss, left, scale], derivatives)) = to.split_first_chunk_mut() else { return };
    let (counts, costs) = sums.split_at_mut(config.groups() * 3);
    let is_multiclass = config.loss == Loss::MulticlassDice;
    let counts_absent = config.parameters[2] == 1.0;
    let divisor = if is_multiclass && !counts_absent {
        present.iter().filter(|&&n| n > 0).count() as f64
    } else {
        config.groups() as f64
    };
    let (share, cost_share) = config.shares();
    let mut total = [0; sum::WORDS];
    for ((group, counts), to) in counts.as_chunks::<3>().0.iter().enumerate().zip(derivatives.as_chunks_mut().0) {
        let [tp, fp, fn_] = counts.each_ref().map(sum::value);
        let is_present = !is_multiclass || present.get(group).is_some_and(|&n| n > 0);
        let value = if is_present { config.value(Counts { tp, fp, fn_ }) } else { Value::NOTHING };
        sum::add(&mut total, value.loss);
        *to = value.derivatives.map(|d| number(times(share, d / divisor)));
    }
    *loss = number(times(share, sum::value(&total) / divisor));
    *left = *kept as f64;
    *scale = 0.0;
    if let [cost, weight] = costs {
        let weight = sum::value(weight);
        *loss = number(*loss + times(cost_share, sum::value(cost) / weight));
        *scale = cost_share / weight;
        *left = if weight > 0.0 { *left } else { 0.0 };
    }
}

/// The number, or the one NaN that is the same on every machine.
fn number(x: f64) -> f64 {
    if x.is_nan() { f64::NAN } else { x }
}

/// Writes the gradient of rows, from what [`finish`] gave.
pub fn gradient(config: &Config, words: &mut [i64], rows: &Rows<'_>, results: &[f64], to: &mut Gradient<'_>) -> Status {
    let (Some(Parts { scratch, .. }), Some(([_, _, scale], derivatives))) =
        (config.layout().split(words), results.split_first_chunk())
    else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    let derivatives = derivatives.as_chunks().0;
    match config.loss {
        Loss::MulticlassDice => classes::gradient(config, scratch, rows, derivatives, to),
        _ => elements::gradient(config, rows, derivatives, *scale, to),
    }
}
