//! Passes over rows of several classes with one label each.

use super::{Config, Rows, number, rows_at_once};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Status};
use crate::losses::{Gradient, Look, times};
use crate::math::Math;
use crate::simd::{F64x2, Scalar, Vector};
use crate::state::Parts;
use crate::{sum, tile};

type V = F64x2;
type Array = <V as Vector>::Array;

/// Words for a vector for each class, twice, and for a row of probabilities by class.
pub fn scratch(columns: usize) -> usize {
    columns.saturating_mul(4 + rows_at_once(columns)).saturating_add(1)
}

/// What goes with some rows besides predictions.
struct Block {
    labels: Buffer<i32>,
    weights: Buffer<f64>,
}

impl Block {
    /// Of rows without label or weight.
    const fn new() -> Self {
        Self { labels: [-1; BLOCK], weights: [0.0; BLOCK] }
    }

    /// Reads labels and weights, 0 for ignored rows; false where one is faulty.
    fn read(&mut self, config: &Config, rows: &Rows<'_>, start: usize, len: usize) -> bool {
        let mut buffer = [0; BLOCK];
        let Ok(labels) = rows.labels(config, start, len, &mut buffer) else { return false };
        self.labels.iter_mut().zip(labels).for_each(|(to, &label)| *to = label);
        let weights = self.weights.get_mut(..len).unwrap_or(&mut []);
        if !rows.read_weights(start, weights) {
            return false;
        }
        for (weight, &label) in weights.iter_mut().zip(&self.labels) {
            *weight = if label < 0 { 0.0 } else { *weight };
        }
        true
    }

    fn label(&self, row: usize) -> i32 {
        self.labels.get(row).copied().unwrap_or(-1)
    }

    fn weight(&self, row: usize) -> f64 {
        self.weights.get(row).copied().unwrap_or(0.0)
    }
}

/// Probabilities of the rows of a tile, one in each lane. Gives those of each lane's own class, and what they lack to 1;
/// `None` with a NaN.
fn probabilities<S: Scalar>(
    m: &Math<V>,
    rows: &[S],
    columns: usize,
    p: &mut [Array],
    own: [usize; 2],
) -> Option<[[f64; 2]; 2]> {
    let last = (rows.len() / columns).saturating_sub(1);
    for (column, to) in p.iter_mut().enumerate() {
        let at = |lane: usize| rows.get(lane.min(last) * columns + column).map_or(0.0, |x| x.to_f64());
        *to = [at(0), at(1)];
    }
    if !tile::are_numbers::<V>(p) {
        return None;
    }
    let classes = [own[0], own[1], 0, 0];
    let look = Look { classes, own: tile::at::<V>(p, classes), largest: tile::largest::<V>(p).value };
    let row = look.settled(m, p).softmax(m, &[], p);
    tile::put::<V>(p, classes, row.own);
    let unit = m.one / (row.rest[0] + row.own);
    p.iter_mut().for_each(|p| (V::load(p) * unit).store(p));
    Some([(row.own * unit).to_array(), (row.rest[0] * unit).to_array()])
}

/// Adds all rows.
pub fn update(config: &Config, parts: Parts<'_>, rows: &Rows<'_>) -> Status {
    match rows.predictions {
        Numbers::F32(x) => add(config, parts, rows, x),
        Numbers::F64(x) => add(config, parts, rows, x),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

fn add<S: Scalar>(config: &Config, parts: Parts<'_>, rows: &Rows<'_>, x: &[S]) -> Status {
    let Parts { counters, sums, scratch } = parts;
    let columns = config.columns;
    let at_once = config.rows_at_once();
    let mut block = Block::new();
    let mut room = Room { math: Math::new(), p: [0.0; BLOCK], not_p: [0.0; BLOCK] };
    let Some((kept, present)) = counters.split_first_mut() else { return Err(Fault::misuse(Argument::Predictions)) };
    for start in (0..rows.count).step_by(at_once) {
        let len = at_once.min(rows.count - start);
        let x = x.get(start * columns..(start + len) * columns).unwrap_or(&[]);
        let fine = block.read(config, rows, start, len)
            && if config.logits {
                room.read_logits(&block, x, columns, scratch)
            } else {
                room.read_probabilities(&block, x, columns, scratch)
            };
        if !fine {
            return Err(rows.fault(config, start, len));
        }
        for row in 0..len {
            let (label, weight) = (block.label(row).max(0) as usize, block.weight(row));
            if weight > 0.0
                && let Some(present) = present.get_mut(label)
                && let Some([tp, _, fn_]) = sums.as_chunks_mut().0.get_mut(label)
            {
                *kept += 1;
                *present += 1;
                sum::add(tp, weight * room.p.get(row).copied().unwrap_or(0.0));
                sum::add(fn_, weight * room.not_p.get(row).copied().unwrap_or(0.0));
            }
        }
        let (_, by_class) = split(scratch, columns);
        for ((class, p), [_, fp, _]) in by_class.chunks(len).enumerate().zip(sums.as_chunks_mut().0) {
            let mut terms = [0.0; BLOCK];
            for ((to, &p), row) in terms.iter_mut().zip(p).zip(0..) {
                *to = if block.label(row) == class as i32 { 0.0 } else { block.weight(row) * p };
            }
            sum::add_all(fp, terms.get(..len).unwrap_or(&[]));
        }
    }
    Ok(())
}

/// Scratch words as vectors of a tile, twice, and as numbers.
fn split(scratch: &mut [i64], columns: usize) -> (&mut [Array], &mut [f64]) {
    let (tiles, by_class) = V::arrays_mut(scratch).split_at_mut_checked(2 * columns).unwrap_or_default();
    (tiles, by_class.as_flattened_mut())
}

/// What is known of the rows of a block.
struct Room {
    math: Math<V>,
    /// The probability of each row's own class.
    p: Buffer<f64>,
    /// 1 − that.
    not_p: Buffer<f64>,
}

impl Room {
    /// Writes probabilities class by class; false with a NaN.
    fn read_logits<S: Scalar>(&mut self, block: &Block, x: &[S], columns: usize, scratch: &mut [i64]) -> bool {
        let len = x.len() / columns;
        let (tiles, by_class) = split(scratch, columns);
        let Some(p) = tiles.get_mut(..columns) else { return false };
        for (pair, x) in x.chunks(V::LANES * columns).enumerate() {
            let first = pair * V::LANES;
            let own = [0, 1].map(|lane| block.label(first + lane).max(0) as usize);
            let Some([own_p, not_p]) = probabilities(&self.math, x, columns, p, own) else { return false };
            for (lane, (own_p, not_p)) in own_p.into_iter().zip(not_p).enumerate() {
                let row = first + lane;
                if let (true, Some(to_p), Some(to)) = (row < len, self.p.get_mut(row), self.not_p.get_mut(row)) {
                    (*to_p, *to) = (own_p, not_p);
                }
            }
            for (to, p) in by_class.chunks_mut(len).zip(&*p) {
                to.iter_mut().skip(first).zip(p).for_each(|(to, &p)| *to = p);
            }
        }
        true
    }

    /// The same where they are given; false where one is none.
    fn read_probabilities<S: Scalar>(&mut self, block: &Block, x: &[S], columns: usize, scratch: &mut [i64]) -> bool {
        let len = x.len() / columns;
        let (_, by_class) = split(scratch, columns);
        let mut fine = true;
        for (row, x) in x.chunks(columns).enumerate() {
            for (to, &x) in by_class.iter_mut().skip(row).step_by(len).zip(x) {
                let p = x.to_f64();
                fine &= (0.0..=1.0).contains(&p);
                *to = p;
            }
            let own = x.get(block.label(row).max(0) as usize).map_or(0.0, |x| x.to_f64());
            if let (Some(p), Some(not_p)) = (self.p.get_mut(row), self.not_p.get_mut(row)) {
                (*p, *not_p) = (own, 1.0 - own);
            }
        }
        fine
    }
}

/// Writes the gradient of all rows.
pub fn gradient(
    config: &Config,
    scratch: &mut [i64],
    rows: &Rows<'_>,
    derivatives: &[[f64; 3]],
    to: &mut Gradient<'_>,
) -> Status {
    match rows.predictions {
        Numbers::F32(x) => write(config, scratch, rows, derivatives, x, to),
        Numbers::F64(x) => write(config, scratch, rows, derivatives, x, to),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

fn write<S: Scalar>(
    config: &Config,
    scratch: &mut [i64],
    rows: &Rows<'_>,
    derivatives: &[[f64; 3]],
    x: &[S],
    to: &mut Gradient<'_>,
) -> Status {
    let columns = config.columns;
    let mut block = Block::new();
    let math = Math::<V>::new();
    let (tiles, _) = split(scratch, columns);
    let Some((tile, p)) = tiles.split_at_mut_checked(columns) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    for (index, x) in x.chunks(BLOCK * columns).enumerate() {
        let (start, len) = (index * BLOCK, x.len() / columns);
        if !block.read(config, rows, start, len) {
            return Err(rows.fault(config, start, len));
        }
        for (pair, x) in x.chunks(V::LANES * columns).enumerate() {
            let first = pair * V::LANES;
            let own = [0, 1].map(|lane| block.label(first + lane).max(0) as usize);
            if config.logits {
                if probabilities(&math, x, columns, p, own).is_none() {
                    return Err(rows.fault(config, start, len));
                }
                slopes(derivatives, own, tile);
                through_softmax(tile, p);
            } else {
                slopes(derivatives, own, tile);
            }
            for lane in 0..x.len() / columns {
                let weight = block.weight(first + lane);
                let slopes = tile.iter().map(|slope| slope.get(lane).copied().unwrap_or(0.0));
                to.write((start + first + lane) * columns, slopes.map(|slope| number(times(weight, slope))));
            }
        }
    }
    Ok(())
}

/// The derivatives by the probabilities: of TP and FN at a row's own class, of FP at the others.
fn slopes(derivatives: &[[f64; 3]], own: [usize; 2], to: &mut [Array]) {
    for ((class, &[tp, fp, fn_]), to) in derivatives.iter().enumerate().zip(to) {
        *to = own.map(|own| if own == class { tp - fn_ } else { fp });
    }
}

/// p_c · Σ p_k (g_c − g_k), in which everything is taken relative to the class of the largest probability: its own
/// derivative, a sum of small terms where it is nearly certain, keeps its digits.
fn through_softmax(slopes: &mut [Array], p: &[Array]) {
    let [first, second] = tile::largest::<V>(p).class.truncate();
    let of_top = tile::at::<V>(slopes, [first as usize, second as usize, 0, 0]);
    let mut mean = V::splat(0.0);
    for (slope, p) in slopes.iter_mut().zip(p) {
        let relative = V::load(slope) - of_top;
        relative.store(slope);
        mean = mean + V::load(p) * relative;
    }
    for (slope, p) in slopes.iter_mut().zip(p) {
        (V::load(p) * (V::load(slope) - mean)).store(slope);
    }
}
