//! Rows become entries.

use super::{Entry, Fill, Key};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::math::Coefficients;
use crate::simd::Scalar;

/// Where scores and labels of an append lie in their arrays.
#[derive(Clone, Copy)]
pub struct Place {
    /// Elements of one row of scores.
    pub columns: usize,
    /// Which of them is the score.
    pub column: usize,
    /// Elements of one row of labels: 1, or `columns` for one label a column.
    pub label_columns: usize,
    /// The label that counts as positive.
    pub positive: i32,
    /// The only other label whose rows are taken; any, where it is −1.
    pub against: i32,
    /// Labels are below this.
    pub classes: i32,
}

/// Adds rows. On a fault the room may hold some of them beyond `fill`, which is then unchanged.
pub fn append<E: Entry>(
    room: &mut [E],
    fill: &mut Fill,
    scores: &Numbers<'_>,
    labels: &Numbers<'_>,
    weights: Option<&Numbers<'_>>,
    place: &Place,
) -> Status {
    let rows = labels.len() / place.label_columns;
    let mut now = *fill;
    let mut buffer = [<E::Key as Key>::Float::ZERO; BLOCK];
    let mut label_buffer = [0; BLOCK];
    let mut weight_buffer = [1.0; BLOCK];
    for start in (0..rows).step_by(BLOCK) {
        let len = BLOCK.min(rows - start);
        let scores = place.scores(scores, start, len, &mut buffer)?;
        let labels = place.labels(labels, start, len, &mut label_buffer)?;
        if let Some(weights) = weights {
            let weights = weights.weights(start, len, Argument::SampleWeight, &mut weight_buffer)?;
            for ((&score, &label), &weight) in scores.iter().zip(labels).zip(weights) {
                if place.takes(label) {
                    push(room, &mut now, score, label == place.positive, weight);
                }
            }
        } else if place.against >= 0 || !append_together(room, &mut now, scores, labels, place.positive) {
            for (&score, &label) in scores.iter().zip(labels) {
                if place.takes(label) {
                    push(room, &mut now, score, label == place.positive, 1.0);
                }
            }
        }
    }
    *fill = now;
    Ok(())
}

impl Place {
    #[inline(always)]
    fn takes(&self, label: i32) -> bool {
        self.against < 0 || label == self.positive || label == self.against
    }

    fn scores<'b, S: Scalar>(
        &self,
        scores: &'b Numbers<'_>,
        start: usize,
        len: usize,
        buffer: &'b mut Buffer<S>,
    ) -> Result<&'b [S], Fault> {
        if self.columns == 1 {
            return Ok(scores.logits(start, len, Argument::Predictions, buffer)?.get(..len).unwrap_or(&[]));
        }
        let to = buffer.get_mut(..len).unwrap_or(&mut []);
        scores.column(self.columns, self.column, start, to);
        match to.iter().position(|score| score.to_f64().is_nan()) {
            None => Ok(to),
            Some(row) => {
                let (problem, argument) = (Problem::Nan, Argument::Predictions);
                let index = (start + row) * self.columns + self.column;
                Err(Fault { problem, argument, index, value: f64::NAN })
            }
        }
    }

    fn labels<'b>(
        &self,
        labels: &'b Numbers<'_>,
        start: usize,
        len: usize,
        buffer: &'b mut Buffer<i32>,
    ) -> Result<&'b [i32], Fault> {
        if self.label_columns == 1 {
            return labels.labels(start, len, self.classes, None, Argument::Targets, buffer);
        }
        let mut column = [0.0; BLOCK];
        let column = column.get_mut(..len).unwrap_or(&mut []);
        labels.column(self.label_columns, self.column, start, column);
        let column = Numbers::F64(column);
        let checked = column.labels(0, len, self.classes, None, Argument::Targets, buffer);
        if let Err(fault) = checked {
            return Err(Fault { index: (start + fault.index) * self.label_columns + self.column, ..fault });
        }
        Ok(buffer.get(..len).unwrap_or(&[]))
    }
}

/// Adds every row where no score of a block is below zero, or all are: nobody has to ask where it goes. Whether that is so.
fn append_together<E: Entry>(
    room: &mut [E],
    fill: &mut Fill,
    scores: &[<E::Key as Key>::Float],
    labels: &[i32],
    positive: i32,
) -> bool {
    let zero = <E::Key as Key>::Float::ZERO;
    let below = scores.iter().fold(0, |n: u32, &score| n + u32::from(score < zero)) as usize;
    let end = room.len() - fill.others.min(room.len());
    let range = match below {
        0 => end.saturating_sub(scores.len())..end,
        n if n == scores.len() => fill.negative..fill.negative + n,
        _ => return false,
    };
    if let Some(room) = room.get_mut(range) {
        for ((to, &score), &label) in room.iter_mut().zip(scores).zip(labels) {
            *to = E::new(E::Key::new(score, label == positive).0, 1.0);
        }
    }
    fill.negative += below;
    fill.others += scores.len() - below;
    true
}

#[inline(always)]
fn push<E: Entry>(room: &mut [E], fill: &mut Fill, score: <E::Key as Key>::Float, positive: bool, weight: f64) {
    let (key, negative) = E::Key::new(score, positive);
    let present = !E::WEIGHTED || weight > 0.0;
    let last = room.len().wrapping_sub(1).wrapping_sub(fill.others);
    let at = if negative { fill.negative } else { last };
    if let Some(to) = room.get_mut(at) {
        *to = E::new(key, weight);
    }
    fill.negative += usize::from(negative && present);
    fill.others += usize::from(!negative && present);
}
