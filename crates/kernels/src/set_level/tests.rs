use super::*;
use crate::state::HEADER;

const LOSSES: [(f64, &[f64]); 7] = [
    (0.0, &[1.0, 1.0]),
    (2.0, &[1.0, 1.0, 0.7, 0.3]),
    (3.0, &[1.0, 1.0, 0.7, 0.3, 0.75]),
    (4.0, &[1e-7]),
    (6.0, &[0.0, 1e-7]),
    (7.0, &[1.0, 1.0, 0.5, 2.0]),
    (8.0, &[1.0, 2.0, 1e-7, 1.0, 3.0]),
];

fn config(code: f64, flags: u32, columns: usize, parameters: &[f64]) -> Config {
    let mut config = [0.0; state::CONFIG];
    config[0] = code + f64::from(flags);
    config[1] = columns as f64;
    config[2..2 + parameters.len()].copy_from_slice(parameters);
    Config::from_config(&config).expect("a configuration that makes sense")
}

/// Deterministic numbers in 0..1 of many magnitudes.
fn numbers(count: usize) -> impl Iterator<Item = f64> {
    let mut state = 1_u64;
    (0..count).map(move |i| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let unit = (state >> 11) as f64 / 9_007_199_254_740_992.0;
        if i % 5 == 0 { unit * unit * unit * unit } else { unit }
    })
}

struct Data {
    predictions: Vec<f64>,
    targets: Vec<f64>,
    weights: Vec<f64>,
}

impl Data {
    fn new(config: &Config, count: usize) -> Self {
        let scale = |x: f64| if config.logits { 60.0 * x - 30.0 } else { x };
        let target = |(i, x): (usize, f64)| {
            if config.labelled() { (i % config.columns) as f64 } else { [0.0, 1.0, x][i % 3] }
        };
        Self {
            predictions: numbers(count * config.columns).map(scale).collect(),
            targets: numbers(count * config.target_columns()).enumerate().map(target).collect(),
            weights: numbers(count).map(|w| (w * 4.0).floor()).collect(),
        }
    }

    fn rows(&self, config: &Config, start: usize, end: usize) -> Rows<'_> {
        let target_columns = config.target_columns();
        Rows {
            count: end - start,
            predictions: Numbers::F64(&self.predictions[start * config.columns..end * config.columns]),
            targets: Numbers::F64(&self.targets[start * target_columns..end * target_columns]),
            sample_weight: config.weighted.then_some(Numbers::F64(&self.weights[start..end])),
        }
    }
}

fn each_config(mut body: impl FnMut(Config)) {
    for (code, parameters) in LOSSES {
        for columns in [1, 5] {
            for flags in [0, LOGITS, MICRO, WEIGHTED, LOGITS | MICRO | WEIGHTED] {
                let columns = if code == 8.0 { 2 } else { columns };
                body(config(code, flags, columns, parameters));
            }
        }
    }
}

#[test]
fn batches_do_not_show_and_a_gradient_does_not_depend_on_its_place() {
    let count = if cfg!(miri) { 40 } else { 700 };
    each_config(|config| {
        let data = Data::new(&config, count);
        let mut whole = vec![0; config.layout().room()];
        update(&config, &mut whole, &data.rows(&config, 0, count)).expect("rows without fault");
        let mut results = vec![0.0; config.results()];
        finish(&config, &mut whole, &mut results);
        assert!(results.iter().all(|x| x.is_finite()), "{config:?}: {results:?}");
        let gradient_of = |start: usize, end: usize| {
            let mut to = vec![0.0; (end - start) * config.columns];
            let mut scratch = vec![0; config.layout().room()];
            let rows = data.rows(&config, start, end);
            gradient(&config, &mut scratch, &rows, &results, &mut Gradient::F64(&mut to)).expect("rows without fault");
            to
        };
        let all = gradient_of(0, count);
        let mut parts = vec![0; config.layout().room()];
        let mut start = 0;
        for step in [1, 2, 3, 8, 11, 15, 600, 60] {
            let end = (start + step).min(count);
            update(&config, &mut parts, &data.rows(&config, start, end)).expect("rows without fault");
            assert_eq!(all[start * config.columns..end * config.columns], gradient_of(start, end), "{config:?}");
            start = end;
        }
        let words = config.layout().words();
        assert_eq!(whole[..words], parts[..words], "{config:?}");
    });
}

#[test]
fn slopes_are_those_of_the_loss() {
    each_config(|config| {
        let count = 12;
        let mut data = Data::new(&config, count);
        let room = || vec![0; config.layout().room()];
        let mut results = vec![0.0; config.results()];
        let mut evaluate = |data: &Data| {
            let mut state = room();
            update(&config, &mut state, &data.rows(&config, 0, count)).expect("rows without fault");
            finish(&config, &mut state, &mut results);
            results.clone()
        };
        data.predictions.iter_mut().for_each(|x| *x = if config.logits { *x / 30.0 } else { 0.1 + 0.8 * *x });
        let results = evaluate(&data);
        let mut slopes = vec![0.0; data.predictions.len()];
        let rows = data.rows(&config, 0, count);
        gradient(&config, &mut room(), &rows, &results, &mut Gradient::F64(&mut slopes)).expect("rows without fault");
        for (i, slope) in slopes.into_iter().enumerate() {
            let x = data.predictions[i];
            let mut at = |step: f64| {
                data.predictions[i] = x + step;
                evaluate(&data)[0]
            };
            let measured = (at(1e-5) - at(-1e-5)) / 2e-5;
            data.predictions[i] = x;
            assert!((measured - slope).abs() < 1e-8 + 1e-6 * slope.abs(), "{config:?}: {measured} but {slope}");
        }
    });
}

#[test]
fn the_first_fault_of_the_first_argument_is_told() {
    let dice = config(0.0, WEIGHTED, 2, &[1.0, 1.0]);
    let mut data = Data::new(&dice, 40);
    data.weights[2] = -1.0;
    let mut fault = |change: &mut dyn FnMut(&mut Data)| {
        change(&mut data);
        update(&dice, &mut vec![0; dice.layout().room()], &data.rows(&dice, 0, 40)).map_err(|f| (f.argument, f.index))
    };
    assert_eq!(fault(&mut |_| ()), Err((Argument::SampleWeight, 2)));
    assert_eq!(fault(&mut |data| data.targets[44] = 1.5), Err((Argument::Targets, 44)));
    assert_eq!(fault(&mut |data| data.targets[43] = f64::NAN), Err((Argument::Targets, 43)));
    assert_eq!(fault(&mut |data| data.predictions[70] = -0.5), Err((Argument::Predictions, 70)));
    assert_eq!(fault(&mut |data| data.predictions[69] = 2.0), Err((Argument::Predictions, 69)));
}

#[test]
fn worked_numbers_and_what_has_none() {
    let value = |config: &Config, p: &[f64], y: &[f64]| {
        let mut words = vec![0; HEADER + config.layout().room()];
        let count = y.len() / config.target_columns();
        let rows = Rows { count, predictions: Numbers::F64(p), targets: Numbers::F64(y), sample_weight: None };
        update(config, &mut words, &rows).expect("rows without fault");
        let mut results = vec![0.0; config.results()];
        finish(config, &mut words, &mut results);
        results
    };
    // TP = 1.25, FP = 0.25, FN = 0.75.
    let (p, y) = ([0.5, 0.75, 0.25, 0.0], [1.0, 1.0, 0.0, 0.0]);
    assert!((value(&config(0.0, 0, 1, &[1.0, 1.0]), &p, &y)[0] - (1.0 - 3.5 / 4.5)).abs() < 1e-15);
    assert!((value(&config(1.0, 0, 1, &[1.0, 1.0]), &p, &y)[0] - (1.0 - 2.25 / 3.25)).abs() < 1e-15);
    // Nothing is positive, and nothing smooths that.
    let [loss, kept, ..] = value(&config(0.0, 0, 1, &[0.0, 0.0]), &[0.0], &[0.0])[..] else { panic!("no loss") };
    assert_eq!((loss.to_bits(), kept), (f64::NAN.to_bits(), 1.0));
    // A small loss keeps its digits.
    let small = value(&config(0.0, LOGITS, 1, &[0.0, 0.0]), &[60.0], &[1.0])[0];
    assert!((small / ((-60.0_f64).exp() / 2.0) - 1.0).abs() < 1e-15);
}
