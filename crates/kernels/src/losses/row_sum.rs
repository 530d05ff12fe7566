//! Losses whose value for a row is a sum of a binary loss over its columns.

use super::pointwise::{Pass, Pointwise};
use super::{Gradient, Loss, Run, Weights};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::math::Coefficients;
use crate::simd::{F32x4, F64x2, Scalar, Vector};
use crate::sum::Range;

/// Adds all rows, in the float type that the loss takes for these predictions.
pub fn update<L: Pointwise>(loss: L, run: &mut Run<'_, '_, '_>) -> Status {
    match run.rows.predictions {
        Numbers::F32(_) if !L::WIDE => rows::<L, F32x4>(loss, run),
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

fn rows<L: Pointwise, V: Vector>(loss: L, run: &mut Run<'_, '_, '_>) -> Status {
    let columns = run.config.columns;
    let at_once = (BLOCK / columns).max(1);
    let mut weights = Weights::new();
    let mut pass = Pass::<V>::new();
    for row in (0..run.rows.count).step_by(at_once) {
        let rows = at_once.min(run.rows.count - row);
        weights.read(run.config, run.rows, row, rows)?;
        let mut values = [0.0; BLOCK];
        for column in (0..columns).step_by(BLOCK) {
            let piece = Piece { row, rows, column, columns: BLOCK.min(columns - column) };
            piece.add(loss, run, &weights, &mut pass, &mut values)?;
        }
        let range = Range::<F64x2>::of(values.get(..rows).unwrap_or(&[]));
        if !run.totals.add(&weights.block(row, rows), &values, &range, &mut run.outputs.values) {
            let (start, len) = (row * columns, rows * columns);
            let predictions = &run.rows.predictions;
            let fault = predictions.find_fault(start, len, Argument::Predictions, Problem::Nan, f64::is_nan);
            fault.map_or(Ok(()), Err)?;
        }
    }
    Ok(())
}

impl Piece {
    fn add<L: Pointwise, V: Vector>(
        &self,
        loss: L,
        run: &mut Run<'_, '_, '_>,
        weights: &Weights,
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
        if x.iter().any(|x| x.to_f64().is_nan()) {
            let fault = rows.predictions.find_fault(start, len, Argument::Predictions, Problem::Nan, f64::is_nan);
            fault.map_or(Ok(()), Err)?;
        }
        if !pass.slices(loss, x, y, run.wants_gradient()) {
            let outside = |y: f64| !(0.0..=1.0).contains(&y);
            let fault = rows.targets.find_fault(start, len, Argument::Targets, Problem::Probability, outside);
            fault.map_or(Ok(()), Err)?;
        }
        let shares = |column: usize| {
            let weight = rows.column_weights.get(column).copied().unwrap_or(1.0);
            if config.loss == Loss::MultilabelSoftMargin { weight / config.columns as f64 } else { 1.0 }
        };
        for (value, elements) in values.iter_mut().zip(pass.values(len).chunks(self.columns)) {
            for (i, element) in elements.iter().enumerate() {
                let share = shares(self.column + i);
                // A factor of 0 silences even an infinite loss.
                *value += if share == 0.0 { 0.0 } else { element.to_f64() * share };
            }
        }
        let factor =
            |i: usize| weights.factor(i / self.columns) * shares(self.column + i % self.columns) * run.outputs.scale;
        let scaled = |(i, d): (usize, &V::Scalar)| {
            let factor = factor(i);
            if factor == 0.0 { 0.0 } else { d.to_f64() * factor }
        };
        let derivatives = pass.derivatives(len).iter().enumerate().map(scaled);
        match &mut run.outputs.gradient {
            Gradient::None => {}
            Gradient::F32(to) => {
                let to = to.get_mut(start..start + len).into_iter().flatten();
                to.zip(derivatives).for_each(|(to, d)| *to = d as f32);
            }
            Gradient::F64(to) => {
                let to = to.get_mut(start..start + len).into_iter().flatten();
                to.zip(derivatives).for_each(|(to, d)| *to = d);
            }
        }
        Ok(())
    }

    /// 1 in the column of each row's label, 0 elsewhere.
    fn one_hot<S: Scalar>(&self, weights: &Weights, to: &mut Buffer<S>) {
        for (row, to) in to.chunks_mut(self.columns).take(self.rows).enumerate() {
            let label = weights.label(row);
            for (i, to) in to.iter_mut().enumerate() {
                *to = if label == (self.column + i) as i32 { S::ONE } else { S::ZERO };
            }
        }
    }
}
