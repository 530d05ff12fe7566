//! Losses of rows of scores that need no softmax.

use super::binary::clip_log;
use super::totals::Totals;
use super::weights::Weights;
use super::{Config, Outputs, Rows, Run, times};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::math::Math;
use crate::simd::{F64x2, Scalar, Vector};
use crate::sum::Range;

fn probability_fault(rows: &Rows<'_>, columns: usize, start: usize, len: usize) -> Fault {
    let outside = |p: f64| !(0.0..=1.0).contains(&p);
    rows.predictions.fault(start * columns, len * columns, Argument::Predictions, Problem::Probability, outside)
}

/// Runs over blocks of rows; `block` fills the values of one and says whether its probabilities are in range.
fn each_block<S: Scalar>(
    config: &Config,
    rows: &Rows<'_>,
    probabilities: &[S],
    totals: &mut Totals<'_>,
    outputs: &mut Outputs<'_>,
    mut block: impl FnMut(&[S], &Buffer<i32>, &mut Buffer<f64>) -> bool,
) -> Status {
    let columns = config.columns;
    let mut weights = Weights::new();
    let mut values = [0.0; BLOCK];
    for (index, probabilities) in probabilities.chunks(BLOCK * columns).enumerate() {
        let (start, len) = (index * BLOCK, probabilities.len() / columns);
        weights.read(config, rows, start, len)?;
        if !block(probabilities, weights.labels(), &mut values) {
            return Err(probability_fault(rows, columns, start, len));
        }
        let range = Range::<F64x2>::of(values.get(..len).unwrap_or(&[]));
        totals.add(&weights.block(start, len), &values, &range, &mut outputs.values);
    }
    Ok(())
}

/// −ln of the probability of the true class, clipped to [2⁻⁵², 1 − 2⁻⁵²].
pub fn log_loss(run: &mut Run<'_, '_, '_>) -> Status {
    let Run { config, rows, totals, outputs } = run;
    match rows.predictions {
        Numbers::F32(p) => log_loss_of(config, rows, p, totals, outputs),
        Numbers::F64(p) => log_loss_of(config, rows, p, totals, outputs),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

fn log_loss_of<S: Scalar>(
    config: &Config,
    rows: &Rows<'_>,
    probabilities: &[S],
    totals: &mut Totals<'_>,
    outputs: &mut Outputs<'_>,
) -> Status {
    let math = Math::<S::Vector>::new();
    let mut own = [S::ONE; BLOCK];
    each_block(config, rows, probabilities, totals, outputs, |probabilities, labels, values| {
        let mut fine = true;
        for ((row, &label), own) in probabilities.chunks_exact(config.columns).zip(labels).zip(&mut own) {
            fine &= row.iter().fold(true, |fine, &p| fine & (p >= S::ZERO) & (p <= S::ONE));
            *own = row.get(label as usize).copied().unwrap_or(S::ONE);
        }
        for (own, value) in S::Vector::chunks(&own).iter().zip(S::Vector::wide_chunks_mut(values)) {
            clip_log(-math.ln(S::Vector::load(own))).store_wide(value);
        }
        fine
    })
}

/// Σ over the classes of (p − [class is true])², in float64.
pub fn brier(run: &mut Run<'_, '_, '_>) -> Status {
    let Run { config, rows, totals, outputs } = run;
    match rows.predictions {
        Numbers::F32(p) => brier_of(config, rows, p, totals, outputs),
        Numbers::F64(p) => brier_of(config, rows, p, totals, outputs),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

fn brier_of<S: Scalar>(
    config: &Config,
    rows: &Rows<'_>,
    probabilities: &[S],
    totals: &mut Totals<'_>,
    outputs: &mut Outputs<'_>,
) -> Status {
    each_block(config, rows, probabilities, totals, outputs, |probabilities, labels, values| {
        let mut fine = true;
        for ((row, &label), value) in probabilities.chunks_exact(config.columns).zip(labels).zip(values) {
            *value = 0.0;
            for (class, &p) in row.iter().enumerate() {
                fine &= p >= S::ZERO && p <= S::ONE;
                let d = p.to_f64() - if class as i32 == label { 1.0 } else { 0.0 };
                *value += d * d;
            }
        }
        fine
    })
}

/// Runs over rows of scores in float64: `value` is given one, its label and room for its derivatives, which come as 0.
pub fn each_row(
    scratch: &mut [i64],
    run: &mut Run<'_, '_, '_>,
    value: impl Fn(&dyn Fn(usize) -> f64, usize, &mut [f64]) -> f64,
) -> Status {
    let columns = run.config.columns;
    let derivatives = F64x2::arrays_mut(scratch).as_flattened_mut();
    let Some(derivatives) = derivatives.get_mut(..columns) else { return Err(Fault::misuse(Argument::Predictions)) };
    let mut weights = Weights::new();
    for start in (0..run.rows.count).step_by(BLOCK) {
        let len = BLOCK.min(run.rows.count - start);
        weights.read(run.config, run.rows, start, len)?;
        let mut values = [0.0; BLOCK];
        for (i, to) in values.iter_mut().enumerate().take(len) {
            let first = (start + i) * columns;
            let scores = &run.rows.predictions;
            let nan = scores.find_fault(first, columns, Argument::Predictions, Problem::Nan, f64::is_nan);
            nan.map_or(Ok(()), Err)?;
            derivatives.fill(0.0);
            // An ignored row has weight 0; any class will do for it.
            let label = weights.labels().get(i).map_or(0, |&label| label.max(0)) as usize;
            *to = value(&|class| scores.at(first + class), label, derivatives);
            let scale = weights.factor(i) * run.outputs.scale;
            run.outputs.gradient.write(first, derivatives.iter().map(|&d| times(scale, d)));
        }
        let range = Range::<F64x2>::of(values.get(..len).unwrap_or(&[]));
        run.totals.add(&weights.block(start, len), &values, &range, &mut run.outputs.values);
    }
    Ok(())
}

/// −x of the true class.
pub fn negative_log_likelihood(x: &dyn Fn(usize) -> f64, label: usize, derivatives: &mut [f64]) -> f64 {
    if let Some(own) = derivatives.get_mut(label) {
        *own = -1.0;
    }
    -x(label)
}

/// Σ over the other classes of max(0, margin − x_y + x_c), or of its square, over the number of classes.
pub fn multi_margin(
    x: &dyn Fn(usize) -> f64,
    label: usize,
    derivatives: &mut [f64],
    squared: bool,
    margin: f64,
) -> f64 {
    let classes = derivatives.len() as f64;
    let own = x(label);
    let (mut total, mut slopes) = (0.0, 0.0);
    for (class, derivative) in derivatives.iter_mut().enumerate() {
        let short = missing(x(class), own, margin);
        if class == label || short.is_nan() || short <= 0.0 {
            continue;
        }
        total += if squared { short * short } else { short };
        *derivative = if squared { 2.0 * short / classes } else { 1.0 / classes };
        slopes += *derivative;
    }
    if let Some(own) = derivatives.get_mut(label) {
        *own = -slopes;
    }
    total / classes
}

/// What a score lacks to a rival with a margin: (rival − own) + margin, rounded once even where margin and scores are far
/// apart. Infinities of one sign are equal.
fn missing(rival: f64, own: f64, margin: f64) -> f64 {
    if rival == own {
        return margin;
    }
    let d = rival - own;
    let part = d - rival;
    let error = (rival - (d - part)) - (own + part);
    let sum = d + margin;
    let part = sum - d;
    let rest = (d - (sum - part)) + (margin - part);
    let errors = error + rest;
    if errors.is_nan() { sum } else { sum + errors }
}

/// max(0, 1 + the largest other score − that of the true class).
pub fn multiclass_hinge(x: &dyn Fn(usize) -> f64, label: usize, derivatives: &mut [f64]) -> f64 {
    let mut largest: Option<(usize, f64)> = None;
    for class in (0..derivatives.len()).filter(|&class| class != label) {
        let score = x(class);
        if largest.is_none_or(|(_, most)| score > most) {
            largest = Some((class, score));
        }
    }
    let Some((other, score)) = largest else { return 0.0 };
    let short = missing(score, x(label), 1.0);
    if short.is_nan() || short <= 0.0 {
        return 0.0;
    }
    for (class, slope) in [(other, 1.0), (label, -1.0)] {
        if let Some(derivative) = derivatives.get_mut(class) {
            *derivative = slope;
        }
    }
    short
}
