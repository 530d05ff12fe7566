//! Losses whose value for a row is a sum of a binary loss over its columns.

use super::pointwise::{Pass, Pointwise};
use super::weights::Weights;
use super::{Loss, Outputs, Run, times};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::math::Coefficients;
use crate::simd::{F32x4, F64x2, Scalar, Vector};
use crate::sum::Range;

/// Adds all rows, in the float type that the loss takes for these predictions.
pub fn update<L: Pointwise>(loss: L, run: &mut Run<'_, '_, '_>) -> Status {
    match run.rows.predictions {
        Numbers::F32(_) if !loss.is_wide() => rows::<L, F32x4>(loss, run),
        Numbers::F32(_) | Numbers::F64(_) => rows::<L, F64x2>(loss, run),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

/// A run of columns of some rows, at most [`BLOCK`] elements of them.
struct Piece {
    /// First row.
    row: usize,
    /// Rows.
    rows: usize,
    /// First column; not 0 only where there is one row.
    column: usize,
    /// Columns.
    columns: usize,
}

#[inline(never)]
fn rows<L: Pointwise, V: Vector>(loss: L, run: &mut Run<'_, '_, '_>) -> Status {
    let columns = run.config.columns;
    let at_once = (BLOCK / columns).max(1);
    let mut weights = Weights::new();
    let mut pass = Pass::<V>::new();
    let mut shares = [1.0; BLOCK];
    for row in (0..run.rows.count).step_by(at_once) {
        let rows = at_once.min(run.rows.count - row);
        weights.read(run.config, run.rows, row, rows)?;
        let mut values = [0.0; BLOCK];
        for column in (0..columns).step_by(BLOCK) {
            let piece = Piece { row, rows, column, columns: BLOCK.min(columns - column) };
            let shares = piece.shares(run, &mut shares);
            piece.add(loss, run, &weights, shares, &mut pass, &mut values)?;
        }
        let range = Range::<F64x2>::of(values.get(..rows).unwrap_or(&[]));
        run.totals.add(&weights.block(row, rows), &values, &range, &mut run.outputs.values);
    }
    Ok(())
}

impl Piece {
    fn add<L: Pointwise, V: Vector>(
        &self,
        loss: L,
        run: &mut Run<'_, '_, '_>,
        weights: &Weights,
        shares: &[f64],
        pass: &mut Pass<V>,
        values: &mut Buffer<f64>,
    ) -> Status {
        let (config, rows) = (run.config, run.rows);
        let (start, len) = (self.row * config.columns + self.column, self.rows * self.columns);
        let mut buffers = ([V::Scalar::ZERO; BLOCK], [V::Scalar::ZERO; BLOCK]);
        let x = rows.predictions.block::<V::Scalar>(start, len, &mut buffers.0);
        let y = if config.soft {
            rows.targets.block::<V::Scalar>(start, len, &mut buffers.1)
        } else {
            self.one_hot(weights, &mut buffers.1);
            buffers.1.get(..x.len()).unwrap_or(&[])
        };
        // A share of 0 would hide it.
        if x.iter().fold(false, |any, x| any | x.to_f64().is_nan()) {
            return Err(rows.predictions.fault(start, len, Argument::Predictions, Problem::Nan, f64::is_nan));
        }
        let mut fine = pass.slices(loss, x, y, run.outputs.gradient.is_wanted());
        let targets = if config.soft { rows.targets } else { Numbers::U8(&[]) };
        if pass.has_lost(loss, &targets, start, len) {
            let target = |i: usize| {
                if config.soft { rows.targets.at(start + i) } else { number(y, i) }
            };
            let again = pass.again(loss, len, &|i| (number(x, i), target(i)));
            fine &= again.fine;
            self.sum(again.values.get(..len).unwrap_or(&[]), shares, values);
            self.write(again.derivatives(len), shares, start, weights, run.outputs);
        } else {
            self.sum(pass.values(len), shares, values);
            self.write(pass.derivatives(len), shares, start, weights, run.outputs);
        }
        if fine {
            return Ok(());
        }
        let outside = |y: f64| !(0.0..=1.0).contains(&y);
        Err(rows.targets.fault(start, len, Argument::Targets, Problem::Probability, outside))
    }

    /// What each column's loss is multiplied by.
    fn shares<'s>(&self, run: &Run<'_, '_, '_>, to: &'s mut Buffer<f64>) -> &'s [f64] {
        let to = to.get_mut(..self.columns).unwrap_or(&mut []);
        if run.config.loss == Loss::MultilabelSoftMargin {
            let columns = run.config.columns as f64;
            for (column, to) in (self.column..).zip(&mut *to) {
                *to = run.rows.column_weights.get(column).copied().unwrap_or(1.0) / columns;
            }
        }
        to
    }

    /// Adds the losses of each row's columns to its value.
    fn sum<S: Scalar>(&self, elements: &[S], shares: &[f64], values: &mut Buffer<f64>) {
        for (value, elements) in values.iter_mut().zip(elements.chunks(self.columns)) {
            *value += weighted_sum(elements, shares);
        }
    }

    /// Writes the derivatives of each row's columns.
    fn write<S: Scalar>(
        &self,
        derivatives: &[S],
        shares: &[f64],
        start: usize,
        weights: &Weights,
        outputs: &mut Outputs<'_>,
    ) {
        if !outputs.gradient.is_wanted() {
            return;
        }
        let mut factors = [0.0; BLOCK];
        for (row, to) in factors.chunks_mut(self.columns).enumerate().take(self.rows) {
            let factor = weights.factor(row);
            to.iter_mut().zip(shares).for_each(|(to, share)| *to = factor * share);
        }
        outputs.gradient.write_scaled(start, derivatives, Some(&factors), outputs.scale);
    }

    /// 1 in the column of each row's label, 0 elsewhere.
    fn one_hot<S: Scalar>(&self, weights: &Weights, to: &mut Buffer<S>) {
        to.fill(S::ZERO);
        for (row, &label) in to.chunks_mut(self.columns).zip(weights.labels()).take(self.rows) {
            if let Some(to) = (label as usize).checked_sub(self.column).and_then(|column| row.get_mut(column)) {
                *to = S::ONE;
            }
        }
    }
}

fn number<S: Scalar>(numbers: &[S], i: usize) -> f64 {
    numbers.get(i).map_or(0.0, |x| x.to_f64())
}

/// Σ share · x, four columns side by side; a share of 0 silences even an infinite loss.
fn weighted_sum<S: Scalar>(x: &[S], shares: &[f64]) -> f64 {
    let ((quads, rest), (shares, last_shares)) = (x.as_chunks::<4>(), shares.as_chunks::<4>());
    let mut sums = [0.0; 4];
    for (x, shares) in quads.iter().zip(shares) {
        for ((sum, x), &share) in sums.iter_mut().zip(x).zip(shares) {
            *sum += times(share, x.to_f64());
        }
    }
    let rest = rest.iter().zip(last_shares).fold(0.0, |sum, (x, &share)| sum + times(share, x.to_f64()));
    (sums[0] + sums[2]) + (sums[1] + sums[3]) + rest
}
