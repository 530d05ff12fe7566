use super::*;
use crate::testing::{bits, cases, empty, f32s, in_each_type, order, saved, shuffled, units};
use proptest::prelude::*;

const MEASURES_OF_LABELS: [Measure; 3] = [Measure::Coverage, Measure::AveragePrecision, Measure::Loss];

/// All ranks, linear gains, no weights.
fn config(measure: Measure, labels: usize) -> Config {
    Config { measure, labels, ranks: labels, ties: Ties::Average, exponential: false, weighted: false }
}

/// State and values of one update.
fn run(config: &Config, x: Numbers<'_>, y: Numbers<'_>, w: Option<Numbers<'_>>) -> Result<(Vec<i64>, Vec<f64>), Fault> {
    let mut words = empty(config);
    let count = x.len() / config.labels;
    let mut values = vec![f64::NAN; count];
    update(config, &mut words, &Rows { count, scores: x, targets: y, weights: w }, Some(&mut values))?;
    Ok((saved(config, words), values))
}

fn values(config: &Config, x: &[f64], y: &[f64]) -> Vec<f64> {
    run(config, Numbers::F64(x), Numbers::F64(y), None).unwrap().1
}

/// One row by the definitions, one label at a time.
fn slow(config: &Config, x: &[f64], y: &[f64]) -> f64 {
    let positive: Vec<f64> = x.iter().zip(y).filter(|row| *row.1 == 1.0).map(|row| *row.0).collect();
    let reach = |of: &[f64], score: f64| of.iter().filter(|&&other| other >= score).count() as f64;
    let found = positive.len() as f64;
    let pairs = found * (x.len() as f64 - found);
    match config.measure {
        Measure::Coverage if found == 0.0 => 0.0,
        Measure::Coverage => reach(x, positive.iter().copied().fold(f64::INFINITY, f64::min)),
        Measure::AveragePrecision if found == 0.0 => 1.0,
        Measure::AveragePrecision => positive.iter().map(|&s| reach(&positive, s) / reach(x, s)).sum::<f64>() / found,
        Measure::Loss if pairs == 0.0 => 0.0,
        Measure::Loss => positive.iter().map(|&s| reach(x, s) - reach(&positive, s)).sum::<f64>() / pairs,
        Measure::Dcg => slow_gain(config, x, y),
        Measure::Ndcg => {
            let best = slow_gain(&Config { ties: Ties::First, ..*config }, y, y);
            if best == 0.0 { 0.0 } else { slow_gain(config, x, y) / best }
        }
    }
}

fn slow_gain(config: &Config, x: &[f64], y: &[f64]) -> f64 {
    let discount = |place: usize| if place < config.ranks { 1.0 / (place as f64 + 2.0).log2() } else { 0.0 };
    let term = |column: usize| {
        let gain = if config.exponential { y[column].exp2() - 1.0 } else { y[column] };
        let above = x.iter().filter(|&&other| other > x[column]).count();
        let tied = |columns: core::ops::Range<usize>| columns.filter(|&other| x[other] == x[column]).count();
        gain * match config.ties {
            Ties::First => discount(above + tied(0..column)),
            Ties::Last => discount(above + tied(column + 1..x.len())),
            Ties::Average => {
                let tied = tied(0..x.len());
                (above..above + tied).map(discount).sum::<f64>() / tied as f64
            }
        }
    };
    (0..x.len()).map(term).sum()
}

/// Numbers of labels around those at which another way is taken, and beyond a block.
const LABELS: [usize; 12] = [1, 2, 5, 6, 35, 36, 37, 64, 65, 130, 700, 1500];

/// Rows of scores with ties, and of targets: half of the elements at most are relevant, or `dense`ly so.
fn rows(labels: usize, rows: usize, seed: u64, levels: usize, dense: bool) -> (Vec<f64>, Vec<f64>) {
    let x = units(seed, rows * labels).iter().map(|u| (u * levels as f64).floor() - levels as f64 / 2.0).collect();
    let share = if dense { 1.0 } else { units(!seed, 1)[0] / 2.0 };
    let y = units(seed ^ 0x5555, rows * labels).into_iter().map(|u| f64::from(u < share)).collect();
    (x, y)
}

fn configs(labels: usize) -> Vec<Config> {
    let mut configs: Vec<Config> = MEASURES_OF_LABELS.iter().map(|&measure| config(measure, labels)).collect();
    for measure in [Measure::Dcg, Measure::Ndcg] {
        for ties in TIES {
            for (ranks, exponential) in [(labels, false), (labels.min(7), true)] {
                configs.push(Config { ranks, ties, exponential, ..config(measure, labels) });
            }
        }
    }
    configs
}

fn any_rows() -> impl Strategy<Value = (usize, Vec<f64>, Vec<f64>)> {
    let shape = (prop::sample::select(&LABELS), 1..5usize, any::<u64>(), prop::sample::select(&[1, 3, 50, 1 << 30]));
    (shape, any::<bool>()).prop_map(|((labels, count, seed, levels), dense)| {
        let (x, y) = rows(labels, count, seed, levels, dense);
        (labels, x, y)
    })
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn agrees_with_the_definitions((labels, x, y) in any_rows()) {
        for config in configs(labels) {
            let relevances: Vec<f64> = match config.targets() {
                Targets::Labels => y.clone(),
                // Of a few sizes, so that gains tie too.
                Targets::Relevances { .. } => y.iter().zip(units(3, y.len())).map(|(y, u)| y * (u * 9.0).ceil()).collect(),
            };
            let found = values(&config, &x, &relevances);
            let rows = x.chunks(labels).zip(relevances.chunks(labels));
            for (found, (x, y)) in found.iter().zip(rows) {
                let expected = slow(&config, x, y);
                prop_assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{config:?}: {found} for {expected}");
                if config.measure != Measure::Dcg && config.measure != Measure::Coverage {
                    prop_assert!((0.0..=1.0).contains(found), "{config:?}: {found}");
                }
            }
        }
    }

    #[test]
    fn neither_order_nor_cuts_nor_the_order_of_columns_matters((labels, x, y) in any_rows(), seed: u64) {
        let count = x.len() / labels;
        let (rows, columns) = (order(seed, count), order(!seed, labels));
        let moved = |values: &[f64]| -> Vec<f64> {
            let values = shuffled(values, labels, &rows);
            values.chunks(labels).flat_map(|row| columns.iter().map(|&column| row[column])).collect()
        };
        for config in configs(labels).into_iter().filter(|config| config.ties == Ties::Average) {
            // Gains whose sums round.
            let y: Vec<f64> = match config.targets() {
                Targets::Labels => y.clone(),
                Targets::Relevances { .. } => y.iter().zip(units(seed, y.len())).map(|(y, u)| y * u * 9.0).collect(),
            };
            let (whole, worth) = run(&config, Numbers::F64(&x), Numbers::F64(&y), None).unwrap();
            let (other, moved_worth) =
                run(&config, Numbers::F64(&moved(&x)), Numbers::F64(&moved(&y)), None).unwrap();
            prop_assert_eq!(&whole, &other);
            prop_assert_eq!(bits(&shuffled(&worth, 1, &rows)), bits(&moved_worth));
            let mut words = empty(&config);
            for (x, y) in x.chunks(labels).zip(y.chunks(labels)) {
                let rows = Rows { count: 1, scores: Numbers::F64(x), targets: Numbers::F64(y), weights: None };
                update(&config, &mut words, &rows, None).unwrap();
            }
            prop_assert_eq!(whole, saved(&config, words));
        }
    }

    #[test]
    fn only_the_order_of_scores_matters((labels, x, y) in any_rows()) {
        // Scores of few sizes: float32 has them all, and so have their cubes.
        let x: Vec<f64> = x.iter().map(|x| x % 64.0).collect();
        let cubes: Vec<f64> = x.iter().map(|x| x * x * x).collect();
        for config in configs(labels) {
            let (state, worth) = run(&config, Numbers::F64(&x), Numbers::F64(&y), None).unwrap();
            let single = run(&config, Numbers::F32(&f32s(&x)), Numbers::F64(&y), None).unwrap();
            prop_assert_eq!((&state, bits(&worth)), (&single.0, bits(&single.1)));
            let (cubed, of_cubes) = run(&config, Numbers::F64(&cubes), Numbers::F64(&y), None).unwrap();
            prop_assert_eq!((state, bits(&worth)), (cubed, bits(&of_cubes)));
        }
    }

    #[test]
    fn whole_weights_are_repetition((labels, x, y) in any_rows(), seed: u64) {
        let times: Vec<usize> = units(seed, x.len() / labels).iter().map(|u| (u * 4.0) as usize).collect();
        let repeat = |values: &[f64]| -> Vec<f64> {
            values.chunks(labels).zip(&times).flat_map(|(row, &n)| row.repeat(n)).collect()
        };
        let weights: Vec<f64> = times.iter().map(|&n| n as f64).collect();
        for config in configs(labels) {
            let weighted = Config { weighted: true, ..config };
            let w = Some(Numbers::F64(&weights));
            let (mut state, worth) = run(&weighted, Numbers::F64(&x), Numbers::F64(&y), w).unwrap();
            let plain = values(&config, &x, &y);
            for ((worth, plain), weight) in worth.iter().zip(plain).zip(&weights) {
                prop_assert_eq!(*worth, if *weight == 0.0 { 0.0 } else { plain * weight });
            }
            state.resize(weighted.layout().room(), 0);
            let (x, y) = (repeat(&x), repeat(&y));
            let mut repeated = run(&config, Numbers::F64(&x), Numbers::F64(&y), None).unwrap().0;
            repeated.resize(config.layout().room(), 0);
            let ([total, weight], [expected, count]) = (finish(&weighted, &mut state), finish(&config, &mut repeated));
            // A product with a weight rounds, and a sum of as many values does not.
            prop_assert!((total - expected).abs() <= 1e-15 * expected.abs(), "{total} for {expected}");
            prop_assert_eq!(weight, count);
        }
    }
}

#[test]
fn targets_of_every_type() {
    let (x, y) = rows(7, 300, 1, 9, false);
    for config in configs(7) {
        let expected = run(&config, Numbers::F64(&x), Numbers::F64(&y), None).unwrap();
        for found in in_each_type(&y, |y| run(&config, Numbers::F64(&x), y, None).unwrap()) {
            assert_eq!(found, expected);
        }
    }
}

#[test]
fn rows_that_are_all_true_or_all_false() {
    for labels in LABELS {
        let mut x = units(1, 2 * labels);
        x[0] = f64::INFINITY;
        x[labels] = f64::NEG_INFINITY;
        let y: Vec<f64> = (0..2 * labels).map(|i| f64::from(i >= labels)).collect();
        let worth = |measure| values(&config(measure, labels), &x, &y);
        assert_eq!(worth(Measure::Coverage), [0.0, labels as f64]);
        assert_eq!(worth(Measure::AveragePrecision), [1.0; 2]);
        assert_eq!(worth(Measure::Loss), [0.0; 2]);
        assert_eq!(worth(Measure::Ndcg), [0.0, 1.0]);
        assert_eq!(worth(Measure::Dcg)[0], 0.0);
    }
}

#[test]
fn infinite_scores_and_zeros_of_either_sign() {
    let infinity = f64::INFINITY;
    for padding in [0, 60] {
        let mut x = vec![infinity, infinity, 0.0, -0.0, -infinity, -infinity];
        let mut y = vec![1.0, 0.0, 0.0, 1.0, 0.0, 1.0];
        x.resize(6 + padding, -infinity);
        y.resize(6 + padding, 0.0);
        let all = x.len() as f64;
        let worth = |measure| values(&config(measure, x.len()), &x, &y)[0];
        assert_eq!(worth(Measure::Coverage), all);
        assert_eq!(worth(Measure::AveragePrecision), (1.0 / 2.0 + 2.0 / 4.0 + 3.0 / all) / 3.0);
        assert_eq!(worth(Measure::Loss), (1.0 + 2.0 + (all - 3.0)) / (3.0 * (all - 3.0)));
    }
}

#[test]
fn gains_of_any_size() {
    let row = |measure, exponential, y: &[f64]| {
        let config = Config { exponential, ..config(measure, y.len()) };
        values(&config, &[3.0, 2.0, 2.0][..y.len()], y)[0]
    };
    let perfect = 1.0 - f64::EPSILON..=1.0;
    assert!(perfect.contains(&row(Measure::Ndcg, false, &[f64::MAX; 3])));
    assert!(perfect.contains(&row(Measure::Ndcg, false, &[5e-324; 3])));
    assert_eq!(row(Measure::Dcg, false, &[f64::MAX; 3]), f64::INFINITY);
    assert_eq!(row(Measure::Dcg, false, &[-f64::MAX, -f64::MAX]), f64::NEG_INFINITY);
    assert_eq!(row(Measure::Dcg, false, &[f64::MAX]), f64::MAX);
    assert_eq!(row(Measure::Dcg, false, &[-5e-324]), -5e-324);
    assert_eq!(row(Measure::Dcg, true, &[1023.0]), 2.0_f64.powi(1023));
    assert_eq!(row(Measure::Dcg, true, &[-2000.0]), -1.0);
    assert!(perfect.contains(&row(Measure::Ndcg, true, &[1023.0; 3])));
    assert_eq!(row(Measure::Ndcg, false, &[-0.0, 0.0, -0.0]), 0.0);
}

#[test]
fn discounts_to_the_last_digit_but_one() {
    let mut discounts = vec![[0.0; 2]; 50_000];
    gains::write_discounts(&mut discounts);
    for (place, &discount) in discounts.as_flattened().iter().enumerate() {
        let expected = 1.0 / (place as f64 + 2.0).log2();
        assert!((discount - expected).abs() <= 2.0 * f64::EPSILON * expected, "{place}");
    }
    assert_eq!(discounts[0][0], 1.0);
    assert_eq!(discounts[1][0], 0.5);
}

#[test]
fn faults_say_where() {
    let fault = |problem, argument, index, value| Err(Fault { problem, argument, index, value });
    for (labels, count) in [(3, 700), (36, 70), (40, 60), (1500, 2)] {
        let at = labels * count - 2;
        let x = vec![0.0; labels * count];
        let with = |value: f64| {
            let mut values = vec![0.0; labels * count];
            values[at] = value;
            values
        };
        for config in configs(labels) {
            let told = |x: &[f64], y: &[f64]| run(&config, Numbers::F64(x), Numbers::F64(y), None).map(|_| ());
            let nan = told(&with(f64::NAN), &x).unwrap_err();
            assert_eq!((nan.problem, nan.argument, nan.index), (Problem::Nan, Argument::Predictions, at));
            let nan = told(&x, &with(f64::NAN)).unwrap_err();
            assert_eq!((nan.problem, nan.argument, nan.index), (Problem::Nan, Argument::Targets, at));
            let single = run(&config, Numbers::F32(&f32s(&with(f64::NAN))), Numbers::F64(&x), None).unwrap_err();
            assert_eq!((single.problem, single.index), (Problem::Nan, at));
            let wrong =
                |problem, value| assert_eq!(told(&x, &with(value)), fault(problem, Argument::Targets, at, value));
            match config.targets() {
                Targets::Labels => wrong(Problem::Label, 2.0),
                Targets::Relevances { negative, exponential } => {
                    wrong(Problem::Relevance, f64::INFINITY);
                    if exponential {
                        wrong(Problem::Relevance, 1023.5);
                    }
                    assert_eq!(told(&x, &with(-1.0)).is_ok(), negative);
                }
            }
            let weighted = Config { weighted: true, ..config };
            let mut w = vec![1.0; count];
            w[count - 1] = -1.0;
            let found = run(&weighted, Numbers::F64(&x), Numbers::F64(&with(1.0)), Some(Numbers::F64(&w))).map(|_| ());
            assert_eq!(found, fault(Problem::Weight, Argument::SampleWeight, count - 1, -1.0));
        }
    }
}

#[test]
fn what_should_never_come_is_misuse() {
    let coverage = config(Measure::Coverage, 2);
    let (x, y) = (Numbers::F64(&[1.0, 2.0]), Numbers::U8(&[0, 1]));
    let w = Numbers::F64(&[1.0]);
    assert_eq!(run(&coverage, Numbers::U8(&[1, 2]), y, None), Err(Fault::misuse(Argument::Predictions)));
    assert_eq!(run(&coverage, x, y, Some(w)), Err(Fault::misuse(Argument::SampleWeight)));
    let rows = Rows { count: 1, scores: x, targets: y, weights: None };
    assert_eq!(update(&coverage, &mut [0; 9], &rows, None), Err(Fault::misuse(Argument::Predictions)));
    for wrong in [[5.0, 2.0, 2.0, 0.0], [0.0, 2.0, 3.0, 0.0], [0.0, 0.0, 0.0, 0.0], [3.0, 2.0, 2.0, 3.0]] {
        let mut config = [0.0; state::CONFIG];
        config[..4].copy_from_slice(&wrong);
        assert!(Config::from_config(&config).is_none(), "{wrong:?}");
    }
}
