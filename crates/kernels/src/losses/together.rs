//! A cross-entropy and a focal loss of the same rows, in one pass.

use super::multiclass::{self, Part};
use super::totals::Totals;
use super::{Config, Gradient, Loss, Outputs, Rows};
use crate::input::{Argument, Fault, Status};
use crate::state::{Metric, Parts};

/// One of two losses.
pub struct Member<'a> {
    /// How it is configured.
    pub config: &'a Config,
    /// Its state.
    pub words: &'a mut [i64],
    /// Its class weights; empty: none.
    pub column_weights: &'a [f64],
    /// What its derivatives are multiplied by.
    pub scale: f64,
}

/// Whether two losses can be computed in one pass: the second is a focal loss, the first one or a cross-entropy of labels,
/// and both leave out the same rows.
fn fit(first: &Config, second: &Config) -> bool {
    matches!(first.loss, Loss::CrossEntropy | Loss::Focal)
        && second.loss == Loss::Focal
        && !first.soft
        && (first.columns, first.ignore) == (second.columns, second.ignore)
}

/// Adds rows to both losses, each with class weights of its own, and writes the sum of their gradients. On a fault the
/// states may hold some of them.
pub fn update([first, second]: [Member<'_>; 2], rows: &Rows<'_>, gradient: Gradient<'_>) -> Status {
    let misuse = Err(Fault::misuse(Argument::Predictions));
    if !fit(first.config, second.config) {
        return misuse;
    }
    let (layout, other) = (first.config.layout(), second.config.layout());
    {
        let Some(Parts { counters: [count], sums: [loss, weight], scratch }) = layout.split(first.words) else {
            return misuse;
        };
        let mut totals = Totals { count, loss, weight };
        let Some(Parts { counters: [count], sums: [loss, weight], .. }) = other.split(second.words) else {
            return misuse;
        };
        let mut other_totals = Totals { count, loss, weight };
        let of_first = Rows { column_weights: first.column_weights, ..*rows };
        let of_second = Rows { column_weights: second.column_weights, ..*rows };
        let mut outputs = Outputs { values: None, gradient, scale: 1.0 };
        let mut parts = [
            Part::new(first.config, &of_first, &mut totals, first.scale),
            Part::new(second.config, &of_second, &mut other_totals, second.scale),
        ];
        multiclass::update(scratch, &mut parts, &mut outputs)?;
    }
    layout.canonicalise(first.words);
    other.canonicalise(second.words);
    Ok(())
}
