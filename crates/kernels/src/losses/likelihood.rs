//! Negative log-likelihood: one number of each row, taken as it is.

use super::gradient::Stored;
use super::weights::Weights;
use super::{Run, times};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status, are_below_infinity};
use crate::sum::Range;

/// Elements that are checked before they are looked at again: few enough to stay in the nearest cache.
const NEAR: usize = 4096;

/// Adds all rows.
pub fn update(run: &mut Run<'_, '_, '_>) -> Status {
    match run.rows.predictions {
        Numbers::F32(scores) => rows(scores, run),
        Numbers::F64(scores) => rows(scores, run),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

#[inline(never)]
fn rows<S: Stored>(scores: &[S], run: &mut Run<'_, '_, '_>) -> Status {
    let Run { config, rows, totals, outputs } = run;
    let columns = config.columns;
    let mut gradient = S::room(&mut outputs.gradient)?;
    let mut weights = Weights::new();
    let mut values: Buffer<S> = [S::ZERO; BLOCK];
    for (index, block) in scores.chunks(BLOCK * columns).enumerate() {
        let (start, len) = (index * BLOCK, block.len() / columns);
        weights.read(config, rows, start, len)?;
        // An ignored label has weight 0: any class will do.
        let mut owns = weights.labels().iter().map(|&label| label.max(0) as usize).zip(&mut values);
        for near in block.chunks((NEAR / columns).max(1) * columns) {
            if !are_below_infinity(near) {
                let (start, len) = (start * columns, block.len());
                let outside = |x: f64| x.is_nan() || x == f64::INFINITY;
                return Err(rows.predictions.fault(start, len, Argument::Predictions, Problem::Infinite, outside));
            }
            for (row, (label, value)) in near.chunks_exact(columns).zip(&mut owns) {
                *value = row.get(label).map_or(S::ZERO, |own| S::from_f64(-own.to_f64()));
            }
        }
        if let Some(to) = gradient.as_deref_mut().and_then(|to| to.get_mut(start * columns..(start + len) * columns)) {
            to.fill(S::ZERO);
            for (i, (to, &label)) in to.chunks_exact_mut(columns).zip(weights.labels()).enumerate() {
                let derivative = S::from_f64(-times(weights.factor(i), outputs.scale));
                to.get_mut(label.max(0) as usize).into_iter().for_each(|to| *to = derivative);
            }
        }
        let range = Range::<S::Vector>::of(values.get(..len).unwrap_or(&[]));
        totals.add(&weights.block(start, len), &values, &range, &mut outputs.values);
    }
    Ok(())
}
