//! Scores of rows of probabilities.

use super::binary::clip_log;
use super::multiclass::own_scores;
use super::softmax::Look;
use super::totals::Totals;
use super::weights::Weights;
use super::{Config, Outputs, Rows, Run};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::math::Math;
use crate::simd::{F64x2, Scalar, Vector};
use crate::sum::Range;
use crate::tile;

fn outside(p: f64) -> bool {
    !(0.0..=1.0).contains(&p)
}

/// What predictions may not be.
type Fails = (Problem, fn(f64) -> bool);

const PROBABILITIES: Fails = (Problem::Probability, outside);
const LOGITS: Fails = (Problem::Nan, f64::is_nan);

/// Runs over blocks of rows; `block` fills the values of one and says whether its predictions are fine.
fn each_block<S: Scalar>(
    config: &Config,
    rows: &Rows<'_>,
    predictions: &[S],
    (problem, is_fault): Fails,
    totals: &mut Totals<'_>,
    outputs: &mut Outputs<'_>,
    mut block: impl FnMut(&[S], &Buffer<i32>, &mut Buffer<f64>) -> bool,
) -> Status {
    let columns = config.columns;
    let mut weights = Weights::new();
    let mut values = [0.0; BLOCK];
    for (index, predictions) in predictions.chunks(BLOCK * columns).enumerate() {
        let (start, len) = (index * BLOCK, predictions.len() / columns);
        weights.read(config, rows, start, len)?;
        if !block(predictions, weights.labels(), &mut values) {
            let (start, len) = (start * columns, len * columns);
            return Err(rows.predictions.fault(start, len, Argument::Predictions, problem, is_fault));
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
    each_block(config, rows, probabilities, PROBABILITIES, totals, outputs, |probabilities, labels, values| {
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

/// Σ over the classes of (p − [class is true])², in float64; of logits by their softmax.
pub fn brier(scratch: &mut [i64], run: &mut Run<'_, '_, '_>) -> Status {
    let Run { config, rows, totals, outputs } = run;
    match (rows.predictions, config.parameters[0] == 1.0) {
        (Numbers::F32(x), true) => brier_of_logits(config, rows, x, scratch, totals, outputs),
        (Numbers::F64(x), true) => brier_of_logits(config, rows, x, scratch, totals, outputs),
        (Numbers::F32(p), false) => brier_of(config, rows, p, totals, outputs),
        (Numbers::F64(p), false) => brier_of(config, rows, p, totals, outputs),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

/// (R² + Σ over the other classes of E²) / (E + R)², where E are exponentials, and R the sum of all but that of the true
/// class: 1 − p of it is R / (E + R).
fn brier_of_logits<S: Scalar>(
    config: &Config,
    rows: &Rows<'_>,
    logits: &[S],
    scratch: &mut [i64],
    totals: &mut Totals<'_>,
    outputs: &mut Outputs<'_>,
) -> Status {
    let (columns, lanes) = (config.columns, S::Vector::LANES);
    let Some(tile) = S::Vector::arrays_mut(scratch).get_mut(..columns) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    let math = Math::<S::Vector>::new();
    each_block(config, rows, logits, LOGITS, totals, outputs, |logits, labels, values| {
        let mut fine = true;
        let to = labels.chunks_exact(lanes).zip(values.chunks_exact_mut(lanes));
        for (rows, (labels, values)) in logits.chunks(lanes * columns).zip(to) {
            let largest = tile::transpose::<S::Vector>(rows, columns, tile);
            let classes = core::array::from_fn(|lane| labels.get(lane).map_or(0, |&label| label as usize));
            let own = own_scores::<S::Vector>(rows, columns, classes);
            let row = Look { classes, own, largest }.settled(&math, tile).softmax(&math, rows, tile);
            fine &= row.is_number();
            let mut squares = [F64x2::splat(0.0); 2];
            for e in &*tile {
                let e = S::Vector::load(e).widen();
                squares = [squares[0] + e[0] * e[0], squares[1] + e[1] * e[1]];
            }
            let own = row.own.widen();
            let scores: [[f64; 2]; 2] = core::array::from_fn(|i| {
                let all = row.rest[i] + own[i];
                ((row.rest[i] * row.rest[i] + squares[i]) / (all * all)).to_array()
            });
            values.iter_mut().zip(scores.as_flattened()).for_each(|(to, &score)| *to = score);
        }
        fine
    })
}

fn brier_of<S: Scalar>(
    config: &Config,
    rows: &Rows<'_>,
    probabilities: &[S],
    totals: &mut Totals<'_>,
    outputs: &mut Outputs<'_>,
) -> Status {
    each_block(config, rows, probabilities, PROBABILITIES, totals, outputs, |probabilities, labels, values| {
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
