//! Confusion matrices: rows are true classes, columns predicted ones.
//!
//! State: one counter for each cell, or one sum for each cell where rows have weights.

use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::math::Coefficients;
use crate::simd::{F32x4, F64x2, Scalar, Vector, threshold_counts};
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::{sum, tile};

/// Tables side by side, so that neighbouring rows of one cell do not wait for each other.
const REPLICAS: usize = 4;

/// Up to here all replicas stay in the nearest cache.
const MAX_REPLICATED: usize = 40;

/// What predictions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// Classes.
    Labels,
    /// Probabilities: of class 1, or one for each class.
    Probabilities,
    /// Logits: of class 1, or one for each class.
    Logits,
}

/// How a matrix is counted.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Number of classes.
    pub classes: usize,
    /// What predictions are.
    pub from: From,
    /// One score for each row, positive from a threshold on, rather than one for each class.
    pub binary: bool,
    /// Positive means score ≥ threshold.
    pub threshold: f64,
    /// Positive means score > threshold.
    pub strict: bool,
    /// Targets that are left out.
    pub ignore: Option<f64>,
    /// Whether rows have weights.
    pub weighted: bool,
}

impl Metric for Config {
    const KIND: Kind = Kind::Confusion;

    fn from_config(
        &[classes, from, binary, threshold, strict, ignoring, ignore, weighted, ..]: &state::Config,
    ) -> Option<Self> {
        let from = match from as u32 {
            0 => From::Labels,
            1 => From::Probabilities,
            2 => From::Logits,
            _ => return None,
        };
        (1.0..=65536.0).contains(&classes).then_some(Self {
            classes: classes as usize,
            from,
            binary: binary == 1.0,
            threshold,
            strict: strict == 1.0,
            ignore: (ignoring == 1.0).then_some(ignore),
            weighted: weighted == 1.0,
        })
    }

    fn layout(&self) -> Layout {
        let cells = self.classes.saturating_mul(self.classes);
        let (counters, sums) = if self.weighted { (0, cells) } else { (cells, 0) };
        Layout { counters, sums, scratch: self.table_words().saturating_add(self.classes.saturating_mul(2)) }
    }
}

impl Config {
    /// Elements of one row of predictions.
    pub fn columns(&self) -> usize {
        if self.from == From::Labels || self.binary { 1 } else { self.classes }
    }

    fn table_words(&self) -> usize {
        if self.classes > MAX_REPLICATED { 0 } else { REPLICAS * self.classes * self.classes }
    }
}

/// Adds rows. On a fault the state may hold some of them.
pub fn update(
    config: &Config,
    words: &mut [i64],
    predictions: Numbers<'_>,
    targets: Numbers<'_>,
    weights: Option<Numbers<'_>>,
) -> Status {
    let layout = config.layout();
    let Some(Parts { counters, sums, scratch }) = layout.split(words) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    if weights.is_some() != config.weighted {
        return Err(Fault::misuse(Argument::SampleWeight));
    }
    let (table, tile) = scratch.split_at_mut(config.table_words());
    table.fill(0);
    let (mut prediction_buffer, mut label_buffer, mut weight_buffer) = ([0; BLOCK], [0; BLOCK], [0.0; BLOCK]);
    let rows = targets.len();
    for start in (0..rows).step_by(BLOCK) {
        let len = BLOCK.min(rows - start);
        let classes = config.classes as i32;
        if let (true, Numbers::F32(x), Numbers::U8(y), None) = (config.thresholds(), &predictions, &targets, &weights)
            && config.count_bytes(x, y, start, len, counters)
        {
            continue;
        }
        let labels = targets.labels(start, len, classes, config.ignore, Argument::Targets, &mut label_buffer)?;
        let predicted = config.predict(&predictions, start, len, tile, &mut prediction_buffer)?;
        let cells = labels.iter().zip(predicted).take(len);
        match &weights {
            None if table.is_empty() => config.count(cells, counters),
            None => config.count_replicated(cells, table),
            Some(weights) => {
                let weights = weights.weights(start, len, Argument::SampleWeight, &mut weight_buffer)?;
                for ((&label, &predicted), &weight) in cells.zip(weights) {
                    if label >= 0
                        && let Some(sum) = sums.get_mut(label as usize * config.classes + predicted as usize)
                    {
                        sum::add(sum, weight);
                    }
                }
            }
        }
    }
    for (counter, replicas) in counters.iter_mut().zip(table.chunks_exact(REPLICAS)) {
        *counter += replicas.iter().sum::<i64>();
    }
    layout.canonicalise(words);
    Ok(())
}

impl Config {
    #[inline(always)]
    fn count<'a>(&self, cells: impl Iterator<Item = (&'a i32, &'a i32)>, counters: &mut [i64]) {
        for (&label, &predicted) in cells {
            // An ignored label is −1: as a cell it is far outside.
            let cell = (label as usize).wrapping_mul(self.classes).wrapping_add(predicted as usize);
            if label >= 0
                && let Some(counter) = counters.get_mut(cell)
            {
                *counter += 1;
            }
        }
    }

    #[inline(always)]
    fn count_replicated<'a>(&self, cells: impl Iterator<Item = (&'a i32, &'a i32)>, table: &mut [i64]) {
        for (i, (&label, &predicted)) in cells.enumerate() {
            let cell = label * self.classes as i32 + predicted;
            let at = (cell as usize).wrapping_mul(REPLICAS).wrapping_add(i & (REPLICAS - 1));
            if label >= 0
                && let Some(counter) = table.get_mut(at)
            {
                *counter += 1;
            }
        }
    }

    /// Binary scores without ignored rows.
    fn thresholds(&self) -> bool {
        self.binary && self.from != From::Labels && self.ignore.is_none()
    }

    /// The commonest case, sixteen rows at a time; false, with nothing counted, where a value needs a closer look.
    fn count_bytes(&self, x: &[f32], y: &[u8], start: usize, len: usize, counters: &mut [i64]) -> bool {
        let range = start..start + len;
        let (Some(x), Some(y), [tn, fp, f_n, tp]) = (x.get(range.clone()), y.get(range), counters) else {
            return false;
        };
        let ((x, []), (y, [])) = (x.as_chunks::<16>(), y.as_chunks::<16>()) else { return false };
        let threshold = f32::at_least(self.threshold, self.strict);
        let counts = threshold_counts(x, y, threshold);
        let in_domain = if self.from == From::Probabilities { counts.probabilities } else { counts.numbers };
        if !(in_domain && counts.labels) {
            return false;
        }
        *tp += counts.hits;
        *fp += counts.predicted - counts.hits;
        *f_n += counts.positives - counts.hits;
        *tn += len as i64 - counts.positives - (counts.predicted - counts.hits);
        true
    }

    /// The predicted class of each row of a block.
    fn predict<'b>(
        &self,
        predictions: &'b Numbers<'_>,
        start: usize,
        len: usize,
        tile: &mut [i64],
        to: &'b mut Buffer<i32>,
    ) -> Result<&'b [i32], Fault> {
        if self.from == From::Labels {
            return predictions.labels(start, len, self.classes as i32, None, Argument::Predictions, to);
        }
        self.predict_from_scores(predictions, start, len, tile, to)?;
        Ok(to.as_slice())
    }

    fn predict_from_scores(
        &self,
        predictions: &Numbers<'_>,
        start: usize,
        len: usize,
        tile: &mut [i64],
        to: &mut Buffer<i32>,
    ) -> Status {
        match predictions {
            Numbers::F32(_) if self.binary => self.compare::<F32x4>(predictions, start, len, to),
            _ if self.binary => self.compare::<F64x2>(predictions, start, len, to),
            Numbers::F32(x) => self.argmax::<F32x4>(predictions, x, start, len, tile, to),
            Numbers::F64(x) => self.argmax::<F64x2>(predictions, x, start, len, tile, to),
            _ => Err(Fault::misuse(Argument::Predictions)),
        }
    }

    fn compare<V: Vector>(&self, predictions: &Numbers<'_>, start: usize, len: usize, to: &mut Buffer<i32>) -> Status {
        let mut buffer = [V::Scalar::ZERO; BLOCK];
        let block = match self.from {
            From::Probabilities => predictions.probabilities(start, len, Argument::Predictions, &mut buffer)?,
            _ => predictions.logits(start, len, Argument::Predictions, &mut buffer)?,
        };
        let threshold = V::Scalar::at_least(self.threshold, self.strict);
        for (to, &x) in to.iter_mut().zip(block) {
            *to = i32::from(x >= threshold);
        }
        Ok(())
    }

    fn argmax<V: Vector>(
        &self,
        predictions: &Numbers<'_>,
        values: &[V::Scalar],
        start: usize,
        len: usize,
        tile: &mut [i64],
        to: &mut Buffer<i32>,
    ) -> Status {
        let columns = self.classes;
        let tile = V::arrays_mut(tile);
        let rows = values.get(start * columns..(start + len) * columns).unwrap_or(&[]).chunks(V::LANES * columns);
        let mut fine = true;
        for (rows, to) in rows.zip(V::index_chunks_mut(to)) {
            tile::transpose::<V>(rows, columns, tile);
            fine &= match self.from {
                From::Logits => tile::are_numbers::<V>(tile),
                _ => tile::are_probabilities::<V>(tile),
            };
            *to = tile::largest::<V>(tile).class.truncate();
        }
        if fine {
            return Ok(());
        }
        let outside = |x: f64| x.is_nan() || (self.from == From::Probabilities && !(0.0..=1.0).contains(&x));
        let (start, len) = (start * columns, len * columns);
        Err(predictions.fault(start, len, Argument::Predictions, Problem::Probability, outside))
    }
}

/// Writes the cells.
pub fn finish(config: &Config, words: &mut [i64], to: &mut [f64]) {
    let Some(Parts { counters, sums, .. }) = config.layout().split(words) else { return };
    if config.weighted {
        to.iter_mut().zip(sums).for_each(|(to, sum)| *to = sum::value(sum));
    } else {
        to.iter_mut().zip(counters).for_each(|(to, &mut count)| *to = count as f64);
    }
}
