//! Reliability: counts, hits and confidences in bins.
//!
//! State: counters are elements per place, then right answers per place; sums are confidences per place. With weights,
//! sums are weights per place, then weighted hits, then weighted confidences, and there are no counters. A place is a
//! bin, or a bin of one class.
//!
//! Confidences are taken as multiples of 2⁻⁵², so that a bin's total is a sum of integers. That is exact for every
//! float32 above 2⁻²⁹ and for float64 above ½, and moves no mean by more than 1.2e-16.

pub(crate) mod bins;
mod columns;
mod elements;
mod pairs;
mod places;
pub mod resampled;
mod rows;
pub mod smooth;
pub mod sorted;
pub mod spiegelhalter;
#[cfg(test)]
mod tests;

pub use pairs::{check, pairs, probabilities};

use crate::input::{Argument, Fault, Numbers, Status};
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::sum;
use bins::Binner;
use elements::Elements;
use places::Places;

/// Which end of a bin belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// (lo, hi], the lowest edge in the first.
    Right,
    /// [lo, hi), the highest edge in the last.
    Left,
}

/// What is compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The probability of class 1 with the rate of class 1.
    Positive,
    /// The largest probability with the rate of right answers.
    TopLabel,
    /// Each class's probability with the rate of that class, all in one table.
    AllClasses,
    /// The same with a table for each class.
    EachClass,
}

/// How a reliability table is made.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Number of bins, at least 1.
    pub bins: usize,
    /// Which end of a bin belongs to it.
    pub closed: Closed,
    /// What is compared.
    pub of: Of,
    /// Columns of the predictions; 1 for binary.
    pub columns: usize,
    /// Every column has a label of its own, 0 or 1.
    pub multilabel: bool,
    /// Predictions are logits.
    pub logits: bool,
    /// Only confidences above it count.
    pub above: f64,
    /// Edges come with each update instead of being k/bins.
    pub own_edges: bool,
    /// Whether rows have weights.
    pub weighted: bool,
}

impl Metric for Config {
    const KIND: Kind = Kind::Calibration;

    fn from_config(config: &state::Config) -> Option<Self> {
        let &[bins, left, of, columns, multilabel, logits, above, own_edges, weighted, ..] = config;
        let config = Self {
            bins: bins as usize,
            closed: if left == 1.0 { Closed::Left } else { Closed::Right },
            of: match of as u32 {
                0 => Of::Positive,
                1 => Of::TopLabel,
                2 => Of::AllClasses,
                _ => Of::EachClass,
            },
            columns: columns as usize,
            multilabel: multilabel == 1.0,
            logits: logits == 1.0,
            above,
            own_edges: own_edges == 1.0,
            weighted: weighted == 1.0,
        };
        (config.bins >= 1 && config.columns >= 1).then_some(config)
    }

    fn layout(&self) -> Layout {
        let places = self.places();
        let (counters, sums) =
            if self.weighted { (0, places.saturating_mul(3)) } else { (places.saturating_mul(2), places) };
        Layout { counters, sums, scratch: Places::words(self).saturating_add(self.columns.saturating_mul(2)) }
    }
}

impl Config {
    /// Every column of a row is an element.
    const fn by_columns(&self) -> bool {
        matches!(self.of, Of::AllClasses | Of::EachClass)
    }

    /// Bins, times classes where each has its own.
    fn places(&self) -> usize {
        if self.of == Of::EachClass { self.bins.saturating_mul(self.columns) } else { self.bins }
    }

    /// Labels of one row.
    pub const fn label_columns(&self) -> usize {
        if self.multilabel { self.columns } else { 1 }
    }
}

/// What an update adds.
pub struct Rows<'a> {
    /// Probabilities or logits.
    pub predictions: Numbers<'a>,
    /// Labels of each row.
    pub labels: Numbers<'a>,
    /// A weight for each row.
    pub weights: Option<Numbers<'a>>,
    /// The edges of the bins, one more than bins; none where they are k/bins.
    pub edges: &'a [f64],
}

/// Adds rows. On a fault the state may hold some of them.
pub fn update(config: &Config, words: &mut [i64], rows: &Rows<'_>) -> Status {
    let layout = config.layout();
    let Some(Parts { counters, sums, scratch }) = layout.split(words) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    if rows.weights.is_some() != config.weighted {
        return Err(Fault::misuse(Argument::SampleWeight));
    }
    if rows.edges.len() != if config.own_edges { config.bins + 1 } else { 0 } {
        return Err(Fault::misuse(Argument::Third));
    }
    let (table, tiles) = scratch.split_at_mut(Places::words(config));
    let mut places = Places::new(config, table, counters, sums);
    let binner = Binner { bins: config.bins, closed: config.closed, edges: rows.edges };
    if config.by_columns() {
        columns::add(config, tiles, rows, &binner, &mut places)?;
    } else {
        let mut elements = Elements::new();
        rows::each(config, tiles, rows, Some(&binner), &mut elements, &mut |elements, _| places.add(elements))?;
    }
    places.flush();
    layout.canonicalise(words);
    Ok(())
}

/// Writes count (or weight), hits and confidences: three numbers for each place.
pub fn finish(config: &Config, words: &mut [i64], to: &mut [f64]) {
    let Some(Parts { counters, sums, .. }) = config.layout().split(words) else {
        return;
    };
    let places = config.places();
    for (place, to) in to.as_chunks_mut::<3>().0.iter_mut().enumerate().take(places) {
        let counter = |i: usize| counters.get(i).map_or(0.0, |&n| n as f64);
        let total = |i: usize| sums.get(i).map_or(0.0, sum::value);
        *to = if config.weighted {
            [total(place), total(places + place), total(2 * places + place)]
        } else {
            [counter(place), counter(places + place), total(place)]
        };
    }
}
