//! What vectors promise, on the implementation that native code runs; the other one is held to it by properties that
//! run in both.

use super::*;
use crate::testing::{cases, units};
use proptest::prelude::*;

/// Scores that are apt to be wrong: ends, neighbours of ends, signs.
const EDGES: [f32; 12] =
    [0.0, -0.0, 0.5, 1.0, 1.000_000_1, -1e-45, 1e-45, -1.0, f32::MAX, f32::INFINITY, f32::NEG_INFINITY, f32::NAN];

fn counted(scores: &[f32], labels: &[u8], threshold: f32) -> ThresholdCounts {
    let count = |test: &dyn Fn(f32, u8) -> bool| {
        scores.iter().zip(labels).filter(|&(&score, &label)| test(score, label)).count() as i64
    };
    ThresholdCounts {
        hits: count(&|score, label| score >= threshold && label == 1),
        predicted: count(&|score, _| score >= threshold),
        positives: count(&|_, label| label == 1),
        probabilities: scores.iter().all(|score| (0.0..=1.0).contains(score) && score.is_sign_positive()),
        numbers: !scores.iter().any(|score| score.is_nan()),
        labels: labels.iter().all(|&label| label <= 1),
    }
}

#[test]
fn scores_are_counted_against_a_threshold() {
    for chunks in [0, 1, 2, 63, 64, 255] {
        let len = 16 * chunks;
        let scores: Vec<f32> = units(1, len).iter().map(|&u| (u * 16.0).floor() as f32 / 16.0).collect();
        let labels: Vec<u8> = units(2, len).iter().map(|&u| u8::from(u < 0.3)).collect();
        for threshold in [-1.0, 0.0, 0.5, 0.5_f32.next_up(), 1.0, f32::INFINITY, f32::NAN] {
            let counts = threshold_counts(scores.as_chunks().0, labels.as_chunks().0, threshold);
            assert_eq!(counts, counted(&scores, &labels, threshold), "{len} at {threshold}");
        }
    }
}

#[test]
fn one_value_anywhere_shows() {
    for at in 0..32 {
        for edge in EDGES {
            let (mut scores, labels) = ([0.5; 32], [1; 32]);
            scores[at] = edge;
            let counts = threshold_counts(scores.as_chunks().0, labels.as_chunks().0, 0.75);
            assert_eq!(counts, counted(&scores, &labels, 0.75), "{edge} at {at}");
        }
        let mut labels = [1; 32];
        labels[at] = 2;
        assert!(!threshold_counts([0.5; 32].as_chunks().0, labels.as_chunks().0, 0.75).labels);
    }
}

fn bounds() -> impl Strategy<Value = f64> {
    let edges = prop::sample::select(EDGES[..11].to_vec()).prop_map(f64::from);
    prop_oneof![
        any::<f32>().prop_filter("a number", |x| !x.is_nan()).prop_map(f64::from),
        any::<f64>().prop_filter("a number", |x| !x.is_nan()),
        (edges, -1..=1).prop_map(|(x, step)| match step {
            -1 => x.next_down(),
            1 => x.next_up(),
            _ => x,
        }),
    ]
}

proptest! {
    #![proptest_config(cases(2000))]

    /// Comparing with what `at_least` gives is comparing with the bound itself.
    #[test]
    fn a_bound_in_another_type(bound in bounds(), strict: bool, other in any::<f32>()) {
        let near = bound as f32;
        for x in EDGES.into_iter().chain([near, near.next_up(), near.next_down(), other]) {
            let wide = f64::from(x);
            let above = if strict { wide > bound } else { wide >= bound };
            prop_assert_eq!(x >= f32::at_least(bound, strict), above, "{} in float32", x);
            prop_assert_eq!(wide >= f64::at_least(bound, strict), above, "{} in float64", x);
        }
    }

    #[test]
    fn a_difference_and_its_error(a in -1e6..1e6_f32, b in -1e6..1e6_f32, scale in -40..40i32) {
        let b = b * f32::powi(2.0, scale);
        let (d, e) = difference(F32x4::splat(a), F32x4::splat(b));
        let (d, e) = (d.to_array()[0], e.to_array()[0]);
        prop_assert_eq!(d, a - b);
        // Both sides are exact in the type of twice the width wherever the operands are near enough.
        if scale.abs() < 8 {
            prop_assert_eq!(f64::from(d) + f64::from(e), f64::from(a) - f64::from(b));
        }
        prop_assert!(f64::from(e).abs() <= f64::from(d.abs()) * f64::from(f32::EPSILON));
    }

    #[test]
    fn mantissa_and_exponent(bits in 0x0080_0000..0x7f80_0000_u32) {
        let x = f32::from_bits(bits);
        let root_half = F32x4::splat(core::f32::consts::FRAC_1_SQRT_2);
        let (m, k) = F32x4::splat(x).mantissa_exponent(root_half);
        let (m, k) = (f64::from(m.to_array()[0]), f64::from(k.to_array()[0]));
        prop_assert!((0.707..1.4143).contains(&m), "{}", m);
        prop_assert_eq!(m * k.exp2(), f64::from(x));
    }
}

#[test]
fn smaller_and_larger_as_they_are_defined() {
    let (one, two, nan) = (F64x2::splat(1.0), F64x2::splat(2.0), F64x2::splat(f64::NAN));
    assert_eq!(one.pmin(two).to_array(), [1.0; 2]);
    assert_eq!(one.pmax(two).to_array(), [2.0; 2]);
    assert!(nan.pmin(one).to_array()[0].is_nan() && nan.pmax(one).to_array()[0].is_nan());
    assert_eq!((one.pmin(nan).to_array(), one.pmax(nan).to_array()), ([1.0; 2], [1.0; 2]));
}

#[test]
fn comparisons_are_per_lane_and_false_for_nan() {
    let a = F32x4::load(&[1.0, 2.0, f32::NAN, -0.0]);
    let b = F32x4::load(&[2.0, 2.0, f32::NAN, 0.0]);
    let masks = [a.lt(b), a.le(b), a.eq(b)];
    assert_eq!(masks.map(Mask::bits), [0b0001, 0b1011, 0b1010]);
    assert_eq!(masks.map(|mask| (mask.any(), mask.all())), [(true, false); 3]);
    assert_eq!((masks[0].and(masks[2]).bits(), masks[0].or(masks[2]).bits()), (0, 0b1011));
    assert_eq!(F32x4::select(masks[1], a, F32x4::splat(7.0)).to_array(), [1.0, 2.0, 7.0, 0.0]);
    assert_eq!(b.unless(masks[2]).to_array()[..2], [2.0, 0.0]);
}

#[test]
fn whole_numbers() {
    let x = F32x4::load(&[0.5, 1.5, -2.5, 2.75]);
    assert_eq!(x.round().to_array(), [0.0, 2.0, -2.0, 3.0]);
    assert_eq!(x.truncate(), [0, 1, -2, 2]);
    assert_eq!(F64x2::load(&[-0.5, 1e9]).truncate(), [0, 1_000_000_000]);
    let magic = F64x2::splat(crate::math::Coefficients::EXPONENT_MAGIC);
    let exponents = F64x2::load(&[-1022.0, 1023.0]) + magic;
    assert_eq!(exponents.exp2_biased().to_array(), [f64::MIN_POSITIVE, f64::powi(2.0, 1023)]);
}

#[test]
fn rows_are_read_and_written_as_they_are() {
    assert_eq!(F64x2::load_f32(&[0.1, 2.0]).to_array(), [f64::from(0.1_f32), 2.0]);
    assert_eq!(F32x4::load_u8(&[0, 1, 127, 255]).to_array(), [0.0, 1.0, 127.0, 255.0]);
    assert_eq!(F32x4::load_quad(&[1.0, 2.0, 3.0, 4.0]).map(Vector::to_array), [[1.0, 2.0], [3.0, 4.0]]);
    let mut wide = [0.0; 4];
    F32x4::splat(0.1).store_wide(&mut wide);
    assert_eq!(wide, [f64::from(0.1_f32); 4]);
    assert_eq!(F32x4::chunks(&[0.0; 11]).len(), 2);
    assert_eq!(F64x2::byte_chunks(&[0; 11]).len(), 5);
}
