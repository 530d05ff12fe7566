//! The short way for float32 probabilities of labels, without weights.
//!
//! A float32 number in 2⁻²⁹..=1 is a multiple of 2⁻⁵², and so is 1 − p. Multiples are added as integers, which is exact:
//! Σ p over all elements and over the positive ones gives TP, the rest gives FP, and what the positive ones lack to
//! their number gives FN, to the bit what adding each term would give.

use super::Rows;
use crate::input::Numbers;
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
    if outside || labels.iter().fold(0, |any, label| any | label) > 1 {
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

/// Targets as bytes, those that are no labels as 2.
fn labels<'a>(targets: &Numbers<'a>, start: usize, len: usize, buffer: &'a mut [u8; PIECE]) -> Option<&'a [u8]> {
    let range = start..start + len;
    match targets {
        Numbers::U8(y) => return y.get(range),
        Numbers::I32(y) => narrow(y.get(range)?, buffer, 0, 1),
        Numbers::F32(y) => narrow(y.get(range)?, buffer, 0.0, 1.0),
        Numbers::F64(y) => narrow(y.get(range)?, buffer, 0.0, 1.0),
    }
    buffer.get(..len)
}

fn narrow<T: Copy + PartialEq>(from: &[T], to: &mut [u8], zero: T, one: T) {
    for (to, &y) in to.iter_mut().zip(from) {
        *to = u8::from(y == one) | (u8::from(y != zero && y != one) << 1);
    }
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
