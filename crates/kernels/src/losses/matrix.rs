//! Scores of rows of probabilities.

use super::binary::clip_log;
use super::totals::Totals;
use super::weights::Weights;
use super::{Config, Outputs, Rows, Run};
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
