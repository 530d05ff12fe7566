//! Known minima, orders of rows, and the edges of what is applied.

use super::affine::Affine;
use super::apply::{Map, Place, apply, room};
use super::isotonic::{Pool, pools};
use super::logistic::{self, Features, Midpoint};
use super::{Outcome, Rows, Scores, affine, take, temperature};
use crate::calibration::Closed;
use crate::curve::{Fill, Sorted, append, sort};
use crate::input::{Argument, Numbers, Problem};
use crate::testing::{bits, f32s, order, shuffled, units};

const LOGITS: [f64; 10] = [3.0, 0.0, 3.0, 0.0, 3.0, 0.0, 3.0, 0.0, 3.0, 0.0];

fn rows(labels: &[i32]) -> Rows<'_> {
    Rows { labels, weights: &[] }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * b.abs().max(1.0)
}

#[test]
fn temperature_of_two_logits_is_that_of_their_rate() {
    // σ(3β) = 4/5.
    let (beta, outcome) = temperature::fit(&Numbers::F64(&LOGITS), 2, &rows(&[0, 0, 0, 0, 1]), 5.0);
    assert!(near(beta, 4.0_f64.ln() / 3.0) && outcome.converged, "{beta} {outcome:?}");
    assert!(outcome.steps < 10, "Newton's method takes few steps: {outcome:?}");
    let entropy = -(0.8 * 0.8_f64.ln() + 0.2 * 0.2_f64.ln());
    assert!(near(outcome.objective, entropy), "{outcome:?}");
    // One column says the same of class 1.
    let (single, _) = temperature::fit(&Numbers::F32(&[3.0; 5]), 1, &rows(&[1, 1, 1, 1, 0]), 5.0);
    assert_eq!(single.to_bits(), beta.to_bits());
    let weights = [1.0, 1.0, 1.0, 1.0, 2.0];
    let weighted = Rows { labels: &[0, 0, 0, 0, 1], weights: &weights };
    let (beta, _) = temperature::fit(&Numbers::F64(&LOGITS), 2, &weighted, 6.0);
    assert!(near(beta, 2.0_f64.ln() / 3.0), "{beta}");
}

#[test]
fn temperature_without_a_minimum_is_a_bound() {
    for (labels, bound) in [([0; 5], temperature::BOUNDS[1]), ([1; 5], temperature::BOUNDS[0])] {
        let (beta, outcome) = temperature::fit(&Numbers::F64(&LOGITS), 2, &rows(&labels), 5.0);
        assert_eq!((beta, outcome.converged), (bound, false));
    }
    let (beta, outcome) = temperature::fit(&Numbers::F64(&[1.0; 10]), 2, &rows(&[0, 1, 1, 0, 1]), 5.0);
    assert_eq!((beta, outcome.converged), (1.0, true));
}

/// Rows of three classes whose logits tell something of their labels.
fn some(count: usize) -> (Vec<f64>, Vec<i32>) {
    let labels: Vec<i32> = units(3, count).iter().map(|u| (u * 3.0) as i32).collect();
    let noise = units(4, 3 * count);
    let lift = |i: usize| if !(i / 3).is_multiple_of(4) && labels[i / 3] as usize == i % 3 { 1.5 } else { 0.0 };
    let logits = (0..3 * count).map(|i| f64::from((4.0 * noise[i] + lift(i)) as f32)).collect();
    (logits, labels)
}

#[test]
fn the_order_of_rows_and_the_type_of_scores_cannot_be_seen() {
    // Enough rows to begin with a sample of them.
    let (logits, labels) = some(20_000);
    let order = order(1, labels.len());
    let (moved, moved_labels) = (shuffled(&logits, 3, &order), shuffled(&labels, 1, &order));
    let fit = |x: Numbers<'_>, labels: &[i32]| {
        let (beta, Outcome { relative_step, objective, .. }) = temperature::fit(&x, 3, &rows(labels), 20_000.0);
        bits(&[beta, relative_step, objective])
    };
    let (_, outcome) = temperature::fit(&Numbers::F64(&logits), 3, &rows(&labels), 20_000.0);
    assert!(outcome.converged && outcome.steps <= 3, "{outcome:?}");
    let expected = fit(Numbers::F64(&logits), &labels);
    assert_eq!(fit(Numbers::F64(&moved), &moved_labels), expected);
    assert_eq!(fit(Numbers::F32(&f32s(&logits)), &labels), expected);
    let scores: Vec<f64> = logits.chunks(3).map(|row| row[0]).collect();
    let moved = shuffled(&scores, 1, &order);
    let fit = |scores: &[f64], labels: &[i32]| {
        let labels: Vec<i32> = labels.iter().map(|&label| i32::from(label == 0)).collect();
        let mut room = vec![0.0; scores.len()];
        let (theta, outcome) =
            logistic::fit(&Numbers::F64(scores), (Features::Score, Midpoint::Free), &rows(&labels), false, &mut room);
        assert!(outcome.converged);
        bits(&theta)
    };
    assert_eq!(fit(&moved, &moved_labels), fit(&scores, &labels));
}

#[test]
fn logistic_regression_on_two_scores_gives_their_rates() {
    let scores = [0.0, 0.0, 0.0, 0.0, 5.0, 5.0, 5.0, 5.0, 5.0];
    let labels = [1, 0, 0, 0, 1, 1, 1, 1, 0];
    let mut room = [0.0; 9];
    let (theta, outcome) =
        logistic::fit(&Numbers::F64(&scores), (Features::Score, Midpoint::Free), &rows(&labels), false, &mut room);
    assert!(outcome.converged && near(theta[1], -(3.0_f64.ln())), "{theta:?} {outcome:?}");
    assert!(near(theta[0], (4.0_f64.ln() + 3.0_f64.ln()) / 5.0), "{theta:?}");
}

#[test]
fn separated_classes_get_the_corrected_targets() {
    for (scores, labels) in [
        ([0.0, 1.0, 2.0, 3.0], [0, 0, 1, 1]),
        ([0.0, 1.0, 1.0, 2.0], [0, 0, 1, 1]),
        ([0.0, 1.0, 2.0, 3.0], [0, 0, 0, 0]),
    ] {
        let fit = |correct| {
            let mut room = [0.0; 4];
            logistic::fit(&Numbers::F64(&scores), (Features::Score, Midpoint::Free), &rows(&labels), correct, &mut room)
        };
        let (plain, corrected) = (fit(false), fit(true));
        assert!(!plain.1.converged && corrected.1.converged, "{plain:?}");
        assert_eq!(plain.0, corrected.0);
    }
}

#[test]
fn scores_that_are_all_equal_are_no_feature() {
    let mut room = [0.0; 4];
    let (theta, outcome) = logistic::fit(
        &Numbers::F32(&[7.0; 4]),
        (Features::Score, Midpoint::Free),
        &rows(&[0, 0, 0, 1]),
        false,
        &mut room,
    );
    assert!(theta[0] == 0.0 && near(theta[1], -(3.0_f64.ln())) && outcome.converged, "{theta:?}");
    let mut room = [0.0; 8];
    let (_, outcome) = logistic::fit(
        &Numbers::F64(&[0.5; 4]),
        (Features::Both, Midpoint::Free),
        &rows(&[0, 0, 0, 1]),
        false,
        &mut room,
    );
    assert!(outcome.converged);
}

#[test]
fn a_midpoint_of_one_half_stays() {
    let (p, labels) = ([0.2, 0.2, 0.2, 0.8, 0.8, 0.8], [0, 0, 1, 1, 1, 0]);
    let fit = |features| {
        let mut room = [0.0; 12];
        let features = (features, Midpoint::Half);
        logistic::fit(&Numbers::F64(&p), features, &rows(&labels), false, &mut room)
    };
    // Symmetric rows: a = b, and a · ln 4 = ln 2.
    let (theta, outcome) = fit(Features::Both);
    assert!(outcome.converged && near(theta[0], 0.5) && near(theta[1], 0.5) && theta[2].abs() < 1e-12, "{theta:?}");
    let (theta, outcome) = fit(Features::Logarithm);
    assert!(outcome.converged && near(theta[1], theta[0] * 2.0_f64.ln()), "{theta:?}");
    let (theta, outcome) = fit(Features::Complement);
    assert!(outcome.converged && near(theta[1], -theta[0] * 2.0_f64.ln()), "{theta:?}");
    let (theta, outcome) = fit(Features::None);
    assert!(outcome.converged && theta == [0.0; 3] && near(outcome.objective, 2.0_f64.ln()), "{theta:?}");
}

fn pooled(scores: &[f32], labels: &[u8], room: usize) -> (usize, Vec<Pool>) {
    let (mut entries, mut spare) = (vec![0_u32; scores.len()], vec![0_u32; scores.len()]);
    let mut fill = Fill::default();
    let place = crate::curve::Place { columns: 1, column: 0, label_columns: 1, positive: 1, against: -1, classes: 2 };
    append(&mut entries, &mut fill, &Numbers::F32(scores), &Numbers::U8(labels), None, &place).unwrap();
    sort(&mut entries, &mut spare, fill);
    let mut room = vec![Pool::default(); room];
    let found = pools(&Sorted::new(&entries, fill, &[]), &mut room);
    room.truncate(found);
    (found, room)
}

#[test]
fn violators_are_pooled() {
    let (scores, labels) = ([5.0, 1.0, -2.0, 3.0, 4.0, 5.0, 6.0], [1, 0, 1, 0, 1, 0, 1]);
    let pool = |low, high, positives, total| Pool { low, high, positives, total };
    let expected = vec![pool(6.0, 6.0, 1.0, 1.0), pool(4.0, 5.0, 2.0, 3.0), pool(-2.0, 3.0, 1.0, 3.0)];
    assert_eq!(pooled(&scores, &labels, 3), (3, expected));
    assert_eq!(pooled(&scores, &labels, 2).0, 7, "there is not room enough");
}

fn applied(map: &Map<'_>, x: &[f64], columns: usize) -> Vec<f64> {
    let (mut wide, mut narrow) = (x.to_vec(), f32s(x));
    let mut scratch = vec![0.0; room(3, columns)];
    apply(map, Place::F64(&mut wide), columns, &mut scratch).unwrap();
    apply(map, Place::F32(&mut narrow), columns, &mut scratch).unwrap();
    for (&narrow, &wide) in narrow.iter().zip(&wide) {
        assert!((f64::from(narrow) - wide).abs() <= 2_f64.powi(-23) * wide, "{narrow} {wide}");
    }
    wide
}

#[test]
fn each_map_at_known_places() {
    let third = 1.0 / 3.0;
    let p = applied(&Map::Temperature(2.0_f64.ln()), &[1.0, 0.0, 0.0, 1.0], 2);
    assert!(p.iter().zip([2.0 * third, third, third, 2.0 * third]).all(|(&p, q)| near(p, q)), "{p:?}");
    let p = applied(&Map::Temperature(1.0), &[0.0, 1e30, -1e30, 3.0_f64.ln(), 0.0], 1);
    assert!(p.iter().zip([0.5, 1.0, 0.0, 0.75, 0.5]).all(|(&p, q)| near(p, q)), "{p:?}");
    assert_eq!(applied(&Map::Logistic([1.0, -2.0]), &[2.0], 1), [0.5]);
    assert!(near(applied(&Map::Beta([1.0, 1.0, 0.0]), &[0.25], 1)[0], 0.25));
    let knots = applied(&Map::Interpolated(&[0.0, 1.0, 3.0], &[0.0, 0.5, 1.0]), &[-1.0, 0.5, 1.0, 2.0, 3.0, 4.0], 1);
    assert_eq!(knots, [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]);
    let values = [0.125, 0.25, 0.5, 1.0];
    assert_eq!(applied(&Map::Binned(Closed::Right, &values), &[0.0, 0.25, 0.5, 1.0], 1), [0.125, 0.125, 0.25, 1.0]);
    assert_eq!(applied(&Map::Binned(Closed::Left, &values), &[0.0, 0.25, 0.5, 1.0], 1), [0.125, 0.25, 0.5, 1.0]);
    let p = applied(&Map::Vector(&[1.0, 0.0, 0.0, 2.0_f64.ln()]), &[0.0, 9.0], 2);
    assert!(near(p[0], third), "{p:?}");
    let p = applied(&Map::Dirichlet(&[1.0, 0.0, 0.0, 1.0, 0.0, 0.0]), &[0.25, 0.75], 2);
    assert!(near(p[0], 0.25), "{p:?}");
}

#[test]
fn many_scores_are_looked_up_like_few() {
    let steps = |count: usize, knot: &dyn Fn(f64) -> f64| -> Vec<f64> { (0..count).map(|i| knot(i as f64)).collect() };
    let knots: [Vec<f64>; 6] = [
        vec![0.25],
        vec![-1.7e308, 1.7e308],
        vec![0.0, 5e-324],
        steps(300, &|i| i * i / 9e4),
        steps(3000, &|i| (i / 3000.0) - 0.5),
        // All but one in one part.
        [steps(200, &|i| i * 1e-9), vec![1.0]].concat(),
    ];
    for knots in knots {
        let values = steps(knots.len(), &|i| i / 3000.0);
        let x: Vec<f64> = units(9, 10_000)
            .iter()
            .zip(0..)
            .map(|(u, i): (_, usize)| match i % 3 {
                0 => 2.0 * u - 0.7,
                1 => knots[i % knots.len()],
                _ => knots[i % knots.len()] + 1e-10 * u,
            })
            .collect();
        let map = Map::Interpolated(&knots, &values);
        let run = |x: &[f64]| {
            let mut x = x.to_vec();
            apply(&map, Place::F64(&mut x), 1, &mut vec![0.0; room(3, 1)]).unwrap();
            x
        };
        let (all, few) = (run(&x), x.chunks(100).flat_map(run));
        assert!(all.iter().zip(few).all(|(a, b)| a.to_bits() == b.to_bits()), "{knots:?}");
    }
}

#[test]
fn lifted_maps_are_those_of_each_column_over_their_sums() {
    let columns = 3;
    let x: Vec<f64> = units(8, 201 * columns).iter().map(|u| f64::from(*u as f32)).collect();
    // Two knots, three knots, one knot: parameters of different lengths.
    let own: [&[f64]; 3] = [&[0.25, 0.5, 0.0, 1.0], &[0.0, 0.5, 1.0, 0.0, 0.5, 0.75], &[0.5, 0.0]];
    let mut parameters = vec![3.0];
    for own in own {
        parameters.push(own.len() as f64);
        parameters.extend(own);
    }
    let map = Map::from_code(7, &parameters).unwrap();
    let (mut wide, mut narrow) = (x.clone(), f32s(&x));
    apply(&map, Place::F64(&mut wide), columns, &mut vec![0.0; room(7, columns)]).unwrap();
    apply(&map, Place::F32(&mut narrow), columns, &mut vec![0.0; room(7, columns)]).unwrap();
    let each: Vec<Vec<f64>> = (0..columns)
        .map(|class| {
            let column: Vec<f64> = x.iter().skip(class).step_by(columns).copied().collect();
            applied(&Map::from_code(3, own[class]).unwrap(), &column, 1)
        })
        .collect();
    for (row, p) in wide.chunks(columns).enumerate() {
        let total = each[0][row] + each[1][row] + each[2][row];
        for class in 0..columns {
            assert_eq!(p[class], each[class][row] / total);
            assert_eq!(narrow[row * columns + class], p[class] as f32);
        }
    }
    let mut nothing = [0.0; 3];
    apply(&map, Place::F64(&mut nothing), columns, &mut vec![0.0; room(7, columns)]).unwrap();
    assert_eq!(nothing, [1.0 / 3.0; 3], "all columns are 0 there");
    for wrong in [&[0.0, 1.0, 1.0][..], &[7.0, 1.0, 3.0], &[1.0, 9.0], &[1.0]] {
        let map = Map::from_code(7, wrong).unwrap();
        assert!(apply(&map, Place::F64(&mut nothing), columns, &mut vec![0.0; room(7, columns)]).is_err());
    }
}

#[test]
fn rounding_never_changes_what_is_predicted() {
    for beta in [1e-4, 0.4, 1.0] {
        let mut x = [1.0_f32, 1.0 + f32::EPSILON, 1.0];
        apply(&Map::Temperature(beta), Place::F32(&mut x), 3, &mut [0.0; 6]).unwrap();
        assert!(x[1] > x[0] && x[1] > x[2], "{x:?}");
        let mut x = [-1e-30_f32, 1e-30];
        apply(&Map::Temperature(beta), Place::F32(&mut x), 1, &mut [0.0; 2]).unwrap();
        assert!(x[0] < 0.5 && x[1] >= 0.5, "{x:?}");
    }
}

#[test]
fn faults_of_scores_are_told() {
    let mut x = [0.5, f64::INFINITY];
    let fault = apply(&Map::Temperature(1.0), Place::F64(&mut x), 2, &mut [0.0; 4]).unwrap_err();
    assert_eq!((fault.problem, fault.argument, fault.index), (Problem::Infinite, Argument::Predictions, 1));
    let mut x = [0.5_f32, 1.5];
    let fault = apply(&Map::Beta([1.0, 1.0, 0.0]), Place::F32(&mut x), 1, &mut [0.0; 2]).unwrap_err();
    assert_eq!((fault.problem, fault.value), (Problem::Probability, 1.5));
    assert!(Scores::Finite.check(&Numbers::I32(&[1])).is_err());
}

#[test]
fn weights_of_rows_and_classes_multiply() {
    let (mut labels, mut weights) = ([0; 3], [0.0; 3]);
    let each = Numbers::F32(&[1.0, 2.0, 4.0]);
    let total = take(&Numbers::U8(&[0, 1, 1]), Some(&each), &[0.5, 3.0], 2, (&mut labels, &mut weights)).unwrap();
    assert_eq!((labels, weights, total), ([0, 1, 1], [0.5, 6.0, 12.0], 18.5));
    let total = take(&Numbers::F64(&[0.0, 1.0, 1.0]), None, &[], 2, (&mut labels, &mut [])).unwrap();
    assert_eq!(total, 3.0);
    let fault = take(&Numbers::I32(&[0, 2, 1]), None, &[], 2, (&mut labels, &mut [])).unwrap_err();
    assert_eq!((fault.problem, fault.index), (Problem::Label, 1));
}

#[test]
fn weights_and_biases_are_where_every_slope_is_0() {
    let (logits, labels) = some(400);
    let probabilities: Vec<f64> = {
        let mut p = logits.clone();
        apply(&Map::Temperature(1.0), Place::F64(&mut p), 3, &mut [0.0; 6]).unwrap();
        p
    };
    for (affine, scores, penalties) in [
        (Affine::Vector(3), &logits, [0.0; 2]),
        (Affine::Full(3), &probabilities, [0.0; 2]),
        (Affine::Full(3), &probabilities, [0.1, 0.2]),
    ] {
        let size = affine.parameters();
        let mut fitted = vec![0.0; size];
        let mut room = vec![f64::NAN; affine.room(400)];
        let fit = affine::fit(&Numbers::F64(scores), affine, penalties, &rows(&labels), 400.0, &mut fitted, &mut room);
        assert!(fit.is_some_and(|outcome| outcome.converged), "{fit:?}");
        // The mean itself, at the parameters and a little beside them.
        let mean = |parameters: &[f64]| {
            let mut x = scores.clone();
            let map = if size == 6 { Map::Vector(parameters) } else { Map::Dirichlet(parameters) };
            apply(&map, Place::F64(&mut x), 3, &mut [0.0; 6]).unwrap();
            let loss: f64 = x.chunks(3).zip(&labels).map(|(p, &label)| -p[label as usize].ln()).sum();
            let cost = |i: usize, x: f64| match i {
                _ if size == 6 => 0.0,
                9.. => penalties[1] * x * x / 3.0,
                0 | 4 | 8 => 0.0,
                _ => penalties[0] * x * x / 6.0,
            };
            loss / 400.0 + parameters.iter().enumerate().map(|(i, &x)| cost(i, x)).sum::<f64>()
        };
        for i in 0..size {
            let beside = |step: f64| {
                let mut moved = fitted.clone();
                moved[i] += step;
                mean(&moved)
            };
            let slope = (beside(1e-5) - beside(-1e-5)) / 2e-5;
            assert!(slope.abs() < 1e-9, "{affine:?} {i}: {slope}");
        }
    }
}
