//! The short way for probabilities of labels, without weights.
//!
//! A float32 number in 2⁻²⁹..=1 is a multiple of 2⁻⁵², and so is 1 − p. Multiples are added as integers, which is exact:
//! Σ p over all elements and over the positive ones gives TP, the rest gives FP, and what the positive ones lack to
//! their number gives FN, to the bit what adding each term would give.
//!
//! A derivative does not depend on the probability: there is one for each label.

use super::Rows;
use crate::input::Numbers;
use crate::losses::Gradient;
use crate::math::hidden;
use crate::simd::{Scalar, Vector};
use crate::sum;

/// Elements whose multiples of 2⁻⁵² add up to a word.
pub const PIECE: usize = 2048;

/// The bits of 1. Those of 1 + p are above them by p as a multiple of 2⁻⁵².
const ONE: u64 = 1.0_f64.to_bits();

/// Where 2⁻⁵² is in a sum.
const POSITION: usize = 1074 - 52;

/// The bits of 2⁻²⁹, and how far those of 1 are above.
const LEAST: u32 = (1.0 / 536_870_912.0_f32).to_bits();
const SPAN: u32 = 1.0_f32.to_bits() - LEAST;

/// Adds the counts of some elements; false, with nothing changed, where they have to go the long way.
pub fn add(rows: &Rows<'_>, start: usize, len: usize, counts: &mut [sum::Words; 3]) -> bool {
    let (Numbers::F32(p), None) = (rows.predictions, &rows.sample_weight) else { return false };
    let Some(p) = p.get(start..start + len) else { return false };
    let mut buffer = [0; PIECE];
    let Some(labels) = labels(&rows.targets, start, len, &mut buffer) else { return false };
    let outside = p.iter().fold(false, |outside, p| {
        let bits = p.to_bits();
        outside | ((bits != 0) & (bits.wrapping_sub(LEAST) > SPAN))
    });
    if outside {
        return false;
    }
    let (mut all, mut positive, mut count) = (0_u64, 0_u64, 0_u64);
    for (&p, &label) in p.iter().zip(labels) {
        let bits = (1.0 + f64::from(p)).to_bits();
        let mask = u64::from(label).wrapping_neg();
        all = all.wrapping_add(bits);
        positive = positive.wrapping_add(bits & mask);
        count += u64::from(label);
    }
    let tp = positive.wrapping_sub(count.wrapping_mul(ONE));
    let fp = all.wrapping_sub(ONE.wrapping_mul(len as u64)).wrapping_sub(tp);
    let fn_ = (count << 52).wrapping_sub(tp);
    for (sum, multiple) in counts.iter_mut().zip([tp, fp, fn_]) {
        sum::add_integer(sum, multiple, POSITION, 0);
    }
    true
}

/// Writes the derivatives of some elements, of which there are `by` their TP, FP and FN; false, with nothing written,
/// where they have to go the long way.
pub fn derive(rows: &Rows<'_>, start: usize, len: usize, by: &[f64; 3], to: &mut Gradient<'_>) -> bool {
    let mut buffer = [0; PIECE];
    let (None, Some(labels)) = (&rows.sample_weight, labels(&rows.targets, start, len, &mut buffer)) else {
        return false;
    };
    let [tp, fp, fn_] = by;
    // As the long way has it, down to the sign of a zero.
    let of_labels = [0.0 + fp, tp - fn_];
    match to {
        Gradient::None => {}
        Gradient::F32(to) => write(to.get_mut(start..start + len), labels, of_labels),
        Gradient::F64(to) => write(to.get_mut(start..start + len), labels, of_labels),
    }
    true
}

fn write<S: Scalar>(to: Option<&mut [S]>, labels: &[u8], of_labels: [f64; 2]) {
    let to = to.unwrap_or(&mut []);
    let of_labels = of_labels.map(|slope| if slope.is_nan() { S::NAN } else { S::from_f64(slope) });
    let one = hidden::<S::Vector>(S::ONE);
    let [negative, positive] = of_labels.map(S::Vector::splat);
    for (to, labels) in S::Vector::chunks_mut(to).iter_mut().zip(S::Vector::byte_chunks(labels)) {
        S::Vector::select(S::Vector::load_u8(labels).eq(one), positive, negative).store(to);
    }
    let whole = to.len() - to.len() % S::Vector::LANES;
    for (to, &label) in to.iter_mut().zip(labels).skip(whole) {
        *to = of_labels[usize::from(label & 1)];
    }
}

/// Targets as bytes; none where one is no label.
fn labels<'a>(targets: &Numbers<'a>, start: usize, len: usize, buffer: &'a mut [u8; PIECE]) -> Option<&'a [u8]> {
    let range = start..start + len;
    let labels = match targets {
        Numbers::U8(y) => y.get(range)?,
        Numbers::I32(y) => narrow(y.get(range)?, buffer, 0, 1),
        Numbers::F32(y) => narrow(y.get(range)?, buffer, 0.0, 1.0),
        Numbers::F64(y) => narrow(y.get(range)?, buffer, 0.0, 1.0),
    };
    (labels.iter().fold(0, |any, label| any | label) <= 1).then_some(labels)
}

/// As bytes, those that are no labels as 2.
fn narrow<'a, T: Copy + PartialEq>(from: &[T], to: &'a mut [u8], zero: T, one: T) -> &'a [u8] {
    for (to, &y) in to.iter_mut().zip(from) {
        *to = u8::from(y == one) | (u8::from(y != zero && y != one) << 1);
    }
    to.get(..from.len()).unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_to_the_bit_what_adding_each_term_gives() {
        let p: Vec<f32> = (0..PIECE).map(|i| (i * i % 1013) as f32 / 1012.0).collect();
        let y: Vec<u8> = (0..PIECE).map(|i| u8::from(i % 3 == 1)).collect();
        for y in [Numbers::U8(&y), Numbers::I32(&y.iter().map(|&y| y.into()).collect::<Vec<_>>())] {
            let rows = Rows { count: PIECE, predictions: Numbers::F32(&p), targets: y, sample_weight: None };
            let mut short = [[0; sum::WORDS]; 3];
            assert!(add(&rows, 1, PIECE - 1, &mut short));
            let mut long = [[0; sum::WORDS]; 3];
            for (i, &p) in p.iter().enumerate().skip(1) {
                let (p, t) = (f64::from(p), rows.targets.at(i));
                for (sum, term) in long.iter_mut().zip([p * t, p * (1.0 - t), (1.0 - p) * t]) {
                    sum::add(sum, term);
                }
            }
            short.iter_mut().chain(&mut long).for_each(sum::normalise);
            assert_eq!(short, long);
        }
    }

    #[test]
    fn leaves_everything_else_to_the_long_way() {
        let fine = ([0.0, 0.5, 1.0], [0.0, 1.0, 1.0]);
        let takes = |p: [f32; 3], y: [f64; 3]| {
            let (predictions, targets) = (Numbers::F32(&p), Numbers::F64(&y));
            add(&Rows { count: 3, predictions, targets, sample_weight: None }, 0, 3, &mut [[0; sum::WORDS]; 3])
        };
        assert!(takes(fine.0, fine.1));
        for p in [-0.5, 1.5, f32::NAN, 1e-9, f32::INFINITY] {
            assert!(!takes([0.5, p, 1.0], fine.1), "{p}");
        }
        for y in [0.5, 2.0, -1.0, f64::NAN] {
            assert!(!takes(fine.0, [0.0, 1.0, y]), "{y}");
        }
    }
}
