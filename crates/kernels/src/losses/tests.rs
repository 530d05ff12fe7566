//! Every loss against its definition in plain float64 code, and the laws that all of them keep.

use super::*;
use crate::input::Problem;
use crate::testing::{bits, cases, empty, f32s, in_each_type, labels, order, saved, shuffled, units};
use proptest::prelude::*;

/// Rows that leave every tail, and those of more than one block.
const LENGTHS: [usize; 10] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1027];

/// A call: a loss with its rows.
#[derive(Clone)]
struct Case {
    config: Config,
    x: Vec<f64>,
    y: Vec<f64>,
    /// Predictions are given as float32.
    narrow: bool,
    sample_weight: Option<Vec<f64>>,
    element_weight: Option<Vec<f64>>,
    third: Option<Vec<f64>>,
    column_weights: Vec<f64>,
    scale: f64,
}

/// All that comes of a call, to the bit.
#[derive(Clone, Debug, PartialEq)]
struct Outcome {
    words: Vec<i64>,
    values: Vec<u64>,
    gradient: Vec<u64>,
}

fn numbers(bits: &[u64]) -> Vec<f64> {
    bits.iter().map(|&bits| f64::from_bits(bits)).collect()
}

/// What the numbers of a case may be.
#[derive(Clone, Copy)]
enum Draw {
    Probability,
    Logit,
    LogProbability,
    Count,
    Label,
    Class,
}

impl Draw {
    fn draw(self, seed: u64, len: usize, classes: usize) -> Vec<f64> {
        // Float32 numbers: both types of predictions are the same ones.
        let units = units(seed, len).into_iter().map(|u| f64::from(u as f32));
        match self {
            Self::Probability => units.map(|u| (u * 1024.0).round() / 1024.0).collect(),
            Self::Logit => units.map(|u| 8.0 * u - 4.0).collect(),
            Self::LogProbability => units.map(|u| -4.0 * u).collect(),
            Self::Count => units.map(|u| (5.0 * u).floor()).collect(),
            Self::Label => labels(seed, len, 2),
            Self::Class => labels(seed, len, classes),
        }
    }
}

impl Case {
    fn new(loss: Loss, columns: usize, parameters: [f64; 3], x: Vec<f64>, y: Vec<f64>) -> Self {
        let config = Config { loss, columns, ignore: None, soft: false, parameters };
        let (sample_weight, element_weight, third) = (None, None, None);
        let column_weights = Vec::new();
        Self { config, x, y, narrow: false, sample_weight, element_weight, third, column_weights, scale: 1.0 }
    }

    fn rows(&self) -> usize {
        self.x.len() / self.config.columns
    }

    fn soft(mut self) -> Self {
        self.config.soft = true;
        self
    }

    fn weighing(mut self, column_weights: &[f64]) -> Self {
        self.column_weights = column_weights.to_vec();
        self
    }

    fn narrow(mut self, narrow: bool) -> Self {
        self.narrow = narrow;
        self
    }

    fn has_gradient(&self) -> bool {
        !matches!(self.config.loss, Loss::LogLoss | Loss::Brier)
    }

    /// With these rows only, in this order.
    fn pick(&self, order: &[usize]) -> Self {
        let Config { columns, .. } = self.config;
        let pick = |x: &Option<Vec<f64>>, width| x.as_ref().map(|x| shuffled(x, width, order));
        Self {
            x: shuffled(&self.x, columns, order),
            y: shuffled(&self.y, self.config.target_columns(), order),
            sample_weight: pick(&self.sample_weight, 1),
            element_weight: pick(&self.element_weight, self.config.value_columns()),
            third: pick(&self.third, columns),
            ..self.clone()
        }
    }

    fn update(&self, words: &mut [i64], targets: Numbers<'_>, outputs: Outputs<'_>) -> Status {
        let narrow = f32s(&self.x);
        let rows = Rows {
            count: self.rows(),
            predictions: if self.narrow { Numbers::F32(&narrow) } else { Numbers::F64(&self.x) },
            targets,
            sample_weight: self.sample_weight.as_deref().map(Numbers::F64),
            element_weight: self.element_weight.as_deref().map(Numbers::F64),
            third: self.third.as_deref().map(Numbers::F64),
            column_weights: &self.column_weights,
        };
        update(&self.config, words, &rows, outputs)
    }

    fn run_with(&self, targets: Numbers<'_>) -> Result<Outcome, Fault> {
        let mut words = empty(&self.config);
        let mut values = vec![-1.0; self.rows() * self.config.value_columns()];
        let mut gradient = vec![-1.0; self.x.len()];
        let mut single = vec![-1.0_f32; self.x.len()];
        let room = if self.narrow { Gradient::F32(&mut single) } else { Gradient::F64(&mut gradient) };
        let outputs = Outputs { values: Some(&mut values), gradient: room, scale: self.scale };
        self.update(&mut words, targets, outputs)?;
        if self.narrow {
            gradient = single.into_iter().map(f64::from).collect();
        }
        Ok(Outcome { words: saved(&self.config, words), values: bits(&values), gradient: bits(&gradient) })
    }

    fn run(&self) -> Outcome {
        self.run_with(Numbers::F64(&self.y)).unwrap()
    }

    fn values(&self) -> Vec<f64> {
        numbers(&self.run().values)
    }

    fn gradient(&self) -> Vec<f64> {
        numbers(&self.run().gradient)
    }

    /// Σ wℓ and what the mean divides by.
    fn finish(&self) -> [f64; 2] {
        let mut words = self.run().words;
        words.resize(self.config.layout().room(), 0);
        finish(&self.config, &mut words)
    }

    /// The value of element or row `i` by the definition, where the prediction `at` of it is moved by `step`.
    fn defined(&self, i: usize, at: usize, step: f64) -> f64 {
        let Config { columns, .. } = self.config;
        let width = columns / self.config.value_columns();
        let targets = self.config.target_columns() / self.config.value_columns();
        let mut x = self.x[i * width..(i + 1) * width].to_vec();
        x[at] += step;
        let third = self.third.as_ref().map_or(1.0, |third| third[i]);
        let weight = |column: usize| self.column_weights.get(column).copied().unwrap_or(1.0);
        let weights: Vec<f64> = (0..width).map(|at| weight((i * width + at) % columns)).collect();
        definition(&self.config, &x, &self.y[i * targets..(i + 1) * targets], third, &weights)
    }
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// Binary cross-entropy on logits.
fn binary(x: f64, y: f64, weight: f64) -> f64 {
    weight * y * softplus(-x) + (1.0 - y) * softplus(x)
}

fn binary_focal(x: f64, y: f64, [gamma, alpha, _]: [f64; 3]) -> f64 {
    let p = 1.0 / (1.0 + (-x).exp());
    let alpha = if alpha < 0.0 { 1.0 } else { alpha * y + (1.0 - alpha) * (1.0 - y) };
    alpha * (p * (1.0 - y) + (1.0 - p) * y).powf(gamma) * binary(x, y, 1.0)
}

/// −ln of the softmax.
fn surprise(x: &[f64], class: usize) -> f64 {
    let most = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    x.iter().map(|x| (x - most).exp()).sum::<f64>().ln() + most - x[class]
}

/// The value of one element, or row, of a loss; weights of its columns included.
fn definition(config: &Config, x: &[f64], y: &[f64], third: f64, weights: &[f64]) -> f64 {
    let [a, b, _] = config.parameters;
    let own = y[0] as usize;
    let d = x[0] - y[0];
    let sign = 2.0 * y[0] - 1.0;
    let true_class = |class: usize| if config.soft { y[class] } else { f64::from(u8::from(class == own)) };
    let over_columns = |value: &dyn Fn(usize) -> f64| (0..x.len()).map(value).sum::<f64>();
    let over_others = |value: &dyn Fn(usize) -> f64| (0..x.len()).filter(|&c| c != own).map(value).sum::<f64>();
    let stirling =
        if a == 1.0 && y[0] > 1.0 { y[0] * y[0].ln() - y[0] + 0.5 * (core::f64::consts::TAU * y[0]).ln() } else { 0.0 };
    match config.loss {
        Loss::BinaryCrossEntropy => -(y[0] * x[0].ln().max(-100.0)) - (1.0 - y[0]) * (-x[0]).ln_1p().max(-100.0),
        Loss::BinaryCrossEntropyWithLogits => binary(x[0], y[0], weights[0]),
        Loss::CrossEntropy => {
            let share = |c: usize| ((1.0 - a) * true_class(c) + a / x.len() as f64) * weights[c];
            over_columns(&|c| share(c) * surprise(x, c))
        }
        Loss::SquaredError => d * d,
        Loss::LogLoss if x.len() == 1 => -(1.0 - (x[0] - y[0]).abs()).clamp(f64::EPSILON, 1.0 - f64::EPSILON).ln(),
        Loss::LogLoss => -x[own].clamp(f64::EPSILON, 1.0 - f64::EPSILON).ln(),
        Loss::Brier if x.len() == 1 => d * d,
        Loss::Brier => over_columns(&|c| (x[c] - true_class(c)).powi(2)),
        Loss::SigmoidFocal => binary_focal(x[0], y[0], config.parameters),
        Loss::Hinge => (1.0 - sign * x[0]).max(0.0).powi(1 + a as i32),
        Loss::SoftMargin => softplus(-sign * x[0]),
        Loss::MultilabelSoftMargin => over_columns(&|c| weights[c] * binary(x[c], true_class(c), 1.0)) / x.len() as f64,
        Loss::NegativeLogLikelihood => -weights[own] * x[own],
        Loss::Focal if b == 1.0 => {
            let z = weights[own] * surprise(x, own);
            (1.0 - (-z).exp()).powf(a) * z
        }
        Loss::Focal => weights[own] * (1.0 - (-surprise(x, own)).exp()).powf(a) * surprise(x, own),
        Loss::FocalOneVersusRest => {
            weights[own] * over_columns(&|c| binary_focal(x[c], true_class(c), config.parameters))
        }
        Loss::MultiMargin => {
            weights[own] * over_others(&|c| (b - x[own] + x[c]).max(0.0).powi(a as i32)) / x.len() as f64
        }
        Loss::MulticlassHinge => {
            let most = (0..x.len()).filter(|&c| c != own).map(|c| x[c]).fold(f64::NEG_INFINITY, f64::max);
            weights[own] * (1.0 + most - x[own]).max(0.0)
        }
        Loss::Divergence | Loss::LogDivergence if y[0] == 0.0 => 0.0,
        Loss::Divergence => y[0] * (y[0].ln() - x[0].ln()),
        Loss::LogDivergence => y[0] * (y[0].ln() - x[0]),
        Loss::Absolute => d.abs(),
        Loss::Huber if d.abs() <= a => 0.5 * d * d / b,
        Loss::Huber => a * (d.abs() - 0.5 * a) / b,
        Loss::LogCosh => d.cosh().ln(),
        Loss::Pinball => (-a * d).max((1.0 - a) * d),
        Loss::PoissonOfLog => x[0].exp() - y[0] * x[0] + stirling,
        Loss::Poisson => x[0] - y[0] * (x[0] + b).ln() + stirling,
        Loss::Gaussian => {
            let v = third.max(b);
            0.5 * (v.ln() + d * d / v) + if a == 1.0 { 0.5 * core::f64::consts::TAU.ln() } else { 0.0 }
        }
    }
}

/// Every loss in every form, with so many rows.
fn every_loss(rows: usize) -> Vec<Case> {
    use Draw::{Class, Count, Label, LogProbability, Logit, Probability};
    use Loss::*;
    let case = |loss, columns: usize, parameters, x: Draw, y: Draw| {
        let targets = if matches!(y, Class) { rows } else { rows * columns };
        let (x, y) = (x.draw(1, rows * columns, columns), y.draw(2, targets, columns));
        Case::new(loss, columns, parameters, x, y)
    };
    let none = [0.0; 3];
    // Away from 0 and 1, where no derivative exists.
    let inner = |mut case: Case| {
        case.x.iter_mut().for_each(|p| *p = p.clamp(1.0 / 64.0, 63.0 / 64.0));
        case
    };
    let mut gaussian = case(Gaussian, 1, [1.0, 1e-3, 0.0], Logit, Logit);
    gaussian.third = Some(Probability.draw(3, rows, 1));
    vec![
        inner(case(BinaryCrossEntropy, 1, none, Probability, Label)),
        inner(case(BinaryCrossEntropy, 2, none, Probability, Probability)),
        case(BinaryCrossEntropyWithLogits, 1, none, Logit, Label),
        case(BinaryCrossEntropyWithLogits, 3, none, Logit, Label).weighing(&[0.5, 1.0, 3.0]),
        case(BinaryCrossEntropyWithLogits, 3, none, Logit, Probability).weighing(&[0.5, 1.0, 3.0]),
        case(CrossEntropy, 2, none, Logit, Class),
        case(CrossEntropy, 5, none, Logit, Class).weighing(&[0.5, 1.0, 2.0, 0.0, 0.25]),
        case(CrossEntropy, 18, none, Logit, Class),
        case(CrossEntropy, 3, [0.25, 0.0, 0.0], Logit, Class).weighing(&[0.5, 1.0, 2.0]),
        case(CrossEntropy, 4, none, Logit, Probability).soft(),
        case(CrossEntropy, 3, [0.25, 0.0, 0.0], Logit, Probability).weighing(&[0.5, 1.0, 2.0]).soft(),
        case(SquaredError, 1, none, Logit, Logit),
        inner(case(LogLoss, 1, none, Probability, Label)),
        inner(case(LogLoss, 3, none, Probability, Class)),
        case(Brier, 1, none, Probability, Label),
        case(Brier, 3, none, Probability, Class),
        case(SigmoidFocal, 1, [2.0, 0.25, 0.0], Logit, Label),
        case(SigmoidFocal, 1, [2.0, -1.0, 0.0], Logit, Probability),
        case(SigmoidFocal, 2, [1.5, 0.25, 0.0], Logit, Label),
        case(SigmoidFocal, 1, [0.0, 1.0, 0.0], Logit, Label),
        case(Hinge, 1, none, Logit, Label),
        case(Hinge, 1, [1.0, 0.0, 0.0], Logit, Label),
        case(SoftMargin, 1, none, Logit, Label),
        case(MultilabelSoftMargin, 3, none, Logit, Label).weighing(&[0.5, 1.0, 2.0]).soft(),
        case(NegativeLogLikelihood, 3, none, LogProbability, Class).weighing(&[0.5, 1.0, 2.0]),
        case(Focal, 3, [2.0, 0.0, 0.0], Logit, Class).weighing(&[0.5, 1.0, 2.0]),
        case(Focal, 3, [2.0, 1.0, 0.0], Logit, Class).weighing(&[0.5, 1.0, 2.0]),
        case(FocalOneVersusRest, 3, [2.0, 0.25, 0.0], Logit, Class),
        case(MultiMargin, 3, [1.0, 1.0, 0.0], Logit, Class).weighing(&[0.5, 1.0, 2.0]),
        case(MultiMargin, 3, [2.0, 0.5, 0.0], Logit, Class),
        case(MulticlassHinge, 3, none, Logit, Class),
        inner(case(Divergence, 1, none, Probability, Probability)),
        case(LogDivergence, 2, none, LogProbability, Probability),
        case(Absolute, 1, none, Logit, Logit),
        case(Huber, 1, [1.5, 1.0, 0.0], Logit, Logit),
        case(Huber, 1, [0.5, 0.5, 0.0], Logit, Logit),
        case(LogCosh, 1, none, Logit, Logit),
        case(Pinball, 1, [0.3, 0.0, 0.0], Logit, Logit),
        case(PoissonOfLog, 1, [1.0, 1e-8, 0.0], Logit, Count),
        inner(case(Poisson, 1, [0.0, 1e-8, 0.0], Probability, Count)),
        gaussian,
    ]
}

fn is_near(found: f64, expected: f64, narrow: bool) -> bool {
    let (relative, absolute) = if narrow { (1e-5, 2e-6) } else { (1e-12, 1e-13) };
    (found - expected).abs() <= relative * expected.abs() + absolute
}

#[test]
fn every_loss_is_its_definition() {
    for case in LENGTHS.into_iter().flat_map(every_loss) {
        for case in [case.clone().narrow(true), case.narrow(false)] {
            let values = case.values();
            for (i, &value) in values.iter().enumerate() {
                let expected = case.defined(i, 0, 0.0);
                assert!(is_near(value, expected, case.narrow), "{:?} {i}: {value}, {expected}", case.config);
            }
            let [total, divisor] = case.finish();
            assert!(is_near(total, values.iter().sum(), false), "{:?}", case.config);
            if case.column_weights.is_empty() {
                assert_eq!(divisor, values.len() as f64);
            }
        }
    }
}

#[test]
fn every_gradient_is_a_derivative() {
    const STEP: f64 = 1.0 / 65536.0;
    for case in every_loss(9).into_iter().filter(Case::has_gradient) {
        let width = case.config.columns / case.config.value_columns();
        for (i, found) in case.gradient().into_iter().enumerate() {
            let at = |step| case.defined(i / width, i % width, step);
            let expected = (at(STEP) - at(-STEP)) / (2.0 * STEP);
            assert!((found - expected).abs() < 1e-5, "{:?} at {i}: {found}, {expected}", case.config);
        }
        let single = case.clone().narrow(true).gradient();
        for (found, expected) in single.into_iter().zip(case.gradient()) {
            assert!((found - expected).abs() <= 1e-5 * (1.0 + expected.abs()), "{:?}", case.config);
        }
    }
}

#[test]
fn targets_of_every_type_give_the_same_bits() {
    for case in LENGTHS.into_iter().flat_map(every_loss) {
        if case.y.iter().any(|y| y.trunc() != *y || *y < 0.0) {
            continue;
        }
        for case in [case.clone().narrow(true), case.narrow(false)] {
            let expected = case.run();
            for found in in_each_type(&case.y, |targets| case.run_with(targets)) {
                assert_eq!(found.as_ref(), Ok(&expected), "{:?}", case.config);
            }
        }
    }
}

/// With weights of every kind that the loss takes.
fn weighted(mut case: Case, seed: u64) -> Case {
    let rows = case.rows();
    case.sample_weight = Some(units(seed, rows));
    case.element_weight = Some(units(!seed, rows * case.config.value_columns()));
    case
}

proptest! {
    #![proptest_config(cases(4))]

    #[test]
    fn neither_order_nor_cuts_matter(
        rows in prop_oneof![1..20usize, 1000..1100usize], cut in 0..1100usize, seed: u64, narrow: bool, weigh: bool
    ) {
        for case in every_loss(rows) {
            let case = if weigh { weighted(case, seed) } else { case }.narrow(narrow);
            let whole = case.run();
            let order = order(seed, rows);
            let mut words = empty(&case.config);
            for part in [&order[..cut.min(rows)], &order[cut.min(rows)..]] {
                let part = case.pick(part);
                let outputs = Outputs { values: None, gradient: Gradient::None, scale: 1.0 };
                part.update(&mut words, Numbers::F64(&part.y), outputs).unwrap();
            }
            prop_assert_eq!(saved(&case.config, words), whole.words, "{:?}", case.config);
            // Nor do the rows beside it matter to a row.
            let moved = case.pick(&order).run();
            prop_assert_eq!(moved.values, shuffled(&whole.values, case.config.value_columns(), &order));
            prop_assert_eq!(moved.gradient, shuffled(&whole.gradient, case.config.columns, &order));
        }
    }

    #[test]
    fn whole_weights_are_repetition(rows in 1..30usize, seed: u64, narrow: bool) {
        for case in every_loss(rows) {
            let case = case.narrow(narrow);
            let weights = labels(seed, rows, 4);
            let often = |row: usize| core::iter::repeat_n(row, weights[row] as usize);
            let repeated = case.pick(&(0..rows).flat_map(often).collect::<Vec<_>>());
            let [total, divisor] = Case { sample_weight: Some(weights.clone()), ..case }.finish();
            let [expected, rows] = repeated.finish();
            prop_assert_eq!(divisor, rows);
            prop_assert!(is_near(total, expected, false), "{:?}: {}, {}", repeated.config, total, expected);
        }
    }
}

#[test]
fn weights_multiply_values_and_gradients() {
    for case in every_loss(9) {
        let (plain, heavy) = (case.run(), weighted(case.clone(), 5));
        let (samples, elements) = (heavy.sample_weight.clone().unwrap(), heavy.element_weight.clone().unwrap());
        let width = case.config.value_columns();
        let weight = |i: usize| samples[i / width] * elements[i];
        for (i, (found, value)) in heavy.values().into_iter().zip(numbers(&plain.values)).enumerate() {
            assert!(is_near(found, weight(i) * value, false), "{:?}", case.config);
        }
        if case.has_gradient() {
            let per_value = case.config.columns / width;
            for (i, (found, slope)) in heavy.gradient().into_iter().zip(numbers(&plain.gradient)).enumerate() {
                assert!(is_near(found, weight(i / per_value) * slope, false), "{:?}", case.config);
            }
        }
        let elements_alone = Case { element_weight: Some(elements), ..case.clone() };
        assert_eq!(elements_alone.finish()[1], case.finish()[1], "the mean does not divide by them");
        if case.column_weights.is_empty() {
            assert!(is_near(heavy.finish()[1], samples.iter().sum::<f64>() * width as f64, false));
        }
    }
}

#[test]
fn outputs_are_only_written_where_wanted() {
    for case in every_loss(1027).into_iter().flat_map(|case| [case.clone().narrow(true), case]) {
        let outcome = Case { scale: 0.125, ..case.clone() }.run();
        let mut words = empty(&case.config);
        let outputs = Outputs { values: None, gradient: Gradient::None, scale: 0.125 };
        case.update(&mut words, Numbers::F64(&case.y), outputs).unwrap();
        assert_eq!(saved(&case.config, words), outcome.words, "{:?}", case.config);
        assert_eq!(case.run().words, outcome.words, "the scale is only for the gradient");
        if case.has_gradient() {
            for (scaled, slope) in numbers(&outcome.gradient).into_iter().zip(case.gradient()) {
                assert_eq!(scaled * 8.0, slope, "{:?}", case.config);
            }
        }
    }
}

#[test]
fn the_divisor_is_known_before_the_predictions() {
    for mut case in every_loss(1030).into_iter().map(|case| weighted(case, 9)) {
        if case.config.labelled() && case.config.loss == Loss::CrossEntropy {
            case.config.ignore = Some(1.0);
        }
        let mut words = empty(&case.config);
        let rows = Rows {
            count: case.rows(),
            predictions: Numbers::F64(&[]),
            targets: Numbers::F64(&case.y),
            sample_weight: case.sample_weight.as_deref().map(Numbers::F64),
            element_weight: None,
            third: None,
            column_weights: &case.column_weights,
        };
        divisor(&case.config, &mut words, &rows).unwrap();
        assert_eq!(finish(&case.config, &mut words), [0.0, case.finish()[1]], "{:?}", case.config);
    }
}

fn cross_entropy(columns: usize, x: &[f64], y: &[f64]) -> Case {
    Case::new(Loss::CrossEntropy, columns, [0.0; 3], x.to_vec(), y.to_vec())
}

#[test]
fn ignored_rows_count_for_nothing() {
    for (smoothing, narrow) in [(0.0, false), (0.0, true), (0.1, false), (0.1, true)] {
        let mut case = every_loss(1029).swap_remove(6).narrow(narrow);
        case.config.parameters[0] = smoothing;
        case.y = labels(7, 1029, 5);
        let kept: Vec<usize> = (0..1029).filter(|&row| case.y[row] != 2.0).collect();
        let expected = case.pick(&kept);
        case.config.ignore = Some(2.0);
        assert_eq!(case.finish(), expected.finish());
        let ignored = |i: usize, value: f64| case.y[i] != 2.0 || value == 0.0;
        assert!(case.values().into_iter().enumerate().all(|(i, value)| ignored(i, value)));
        assert!(case.gradient().into_iter().enumerate().all(|(i, slope)| ignored(i / 5, slope)));
        // A mark may lie outside the classes.
        case.y.iter_mut().filter(|y| **y == 2.0).for_each(|y| *y = -100.0);
        case.config.ignore = Some(-100.0);
        assert_eq!(case.finish(), expected.finish());
    }
}

#[test]
fn a_mean_over_classes_divides_by_their_weights() {
    let case = cross_entropy(3, &[0.0; 12], &[0.0, 1.0, 2.0, 2.0]).weighing(&[0.5, 1.0, 0.25]);
    let [total, divisor] = case.finish();
    assert_eq!(divisor, 2.0);
    assert!(is_near(total, 2.0 * 3.0_f64.ln(), false));
}

#[test]
fn infinite_logits() {
    const INF: f64 = f64::INFINITY;
    for narrow in [false, true] {
        let x = vec![INF, INF, -INF, -INF, 0.0];
        let logits = Case::new(Loss::BinaryCrossEntropyWithLogits, 1, [0.0; 3], x, vec![1.0, 0.0, 1.0, 0.0, 1.0]);
        let logits = logits.narrow(narrow);
        assert_eq!(logits.values()[..4], [0.0, INF, INF, 0.0]);
        assert_eq!(logits.gradient(), [0.0, 1.0, -1.0, 0.0, -0.5]);
        assert_eq!(logits.finish(), [INF, 5.0]);
        // What weighs nothing is absent.
        let silent = Case { sample_weight: Some(vec![1.0, 0.0, 0.0, 1.0, 1.0]), ..logits };
        assert!(is_near(silent.finish()[0], 2.0_f64.ln(), narrow));
        let half = if narrow { f64::from(2.0_f32.ln()) } else { 2.0_f64.ln() };
        for (row, label, expected) in [
            ([INF, 0.0], 0.0, 0.0),
            ([INF, 0.0], 1.0, INF),
            ([-INF, 0.0], 0.0, INF),
            ([-INF, 0.0], 1.0, 0.0),
            ([INF, INF], 0.0, half),
            ([-INF, -INF], 1.0, half),
            ([INF, -INF], 0.0, 0.0),
        ] {
            // Beside rows that are nothing special.
            let x = [[0.0, 0.0], row, [0.0, 0.0]].concat();
            let case = cross_entropy(2, &x, &[0.0, label, 1.0]).narrow(narrow);
            assert_eq!(case.values(), [half, expected, half], "{row:?} {label}");
            assert!(case.gradient().iter().all(|slope| slope.is_finite()), "{row:?} {label}");
        }
        let soft = cross_entropy(2, &[INF, 0.0, INF, 0.0], &[1.0, 0.0, 0.5, 0.5]).soft().narrow(narrow);
        assert_eq!(soft.values(), [0.0, INF]);
    }
}

#[test]
fn small_losses_keep_their_digits() {
    // Where 1 + e^(−40) is 1.
    let small = (-40.0_f64).exp();
    let logits = Case::new(Loss::BinaryCrossEntropyWithLogits, 1, [0.0; 3], vec![40.0, -40.0], vec![1.0, 0.0]);
    let rows = cross_entropy(3, &[40.0, 0.0, f64::NEG_INFINITY], &[0.0]);
    for value in [logits.values(), rows.values()].concat() {
        assert!((value - small).abs() <= 1e-15 * small);
    }
    let clamped = Case::new(Loss::BinaryCrossEntropy, 1, [0.0; 3], vec![0.0, 1.0, 0.0], vec![1.0, 0.0, 0.0]);
    assert_eq!(clamped.values(), [100.0, 100.0, 0.0]);
}

#[test]
fn values_of_float32_predictions_that_float32_cannot_hold() {
    let x = [88.0, -88.0, 100.0, 200.0, -230.0, 40.0, 25.0, 1.0, 3e38, -3e38, -1e30, 0.0].map(|x: f32| f64::from(x));
    let labels = [1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0];
    let of = |loss, columns, parameters| Case::new(loss, columns, parameters, x.to_vec(), labels.to_vec());
    let none = [0.0; 3];
    for case in [
        of(Loss::BinaryCrossEntropyWithLogits, 1, none),
        of(Loss::BinaryCrossEntropyWithLogits, 1, none).weighing(&[10.0]),
        of(Loss::BinaryCrossEntropyWithLogits, 1, none).weighing(&[1e100]),
        of(Loss::BinaryCrossEntropyWithLogits, 3, none).weighing(&[0.5, 1e-30, 2.0]),
        of(Loss::SoftMargin, 1, none),
        of(Loss::SigmoidFocal, 1, [2.0, 0.25, 0.0]),
        of(Loss::MultilabelSoftMargin, 1, none).soft(),
        of(Loss::MultilabelSoftMargin, 3, none).soft().weighing(&[1.0, 10.0, 1e-20]),
    ] {
        let values = case.clone().narrow(true).values();
        for (i, (found, expected)) in values.into_iter().zip(case.values()).enumerate() {
            assert!((found - expected).abs() <= 2.5e-7 * expected, "{:?} {i}: {found}, {expected}", case.config);
            assert!(expected > 0.0 && expected < f64::INFINITY);
        }
        // Derivatives as well, as far as their type can hold them.
        let lifted = Case { scale: 1e30, ..case };
        for (found, expected) in lifted.clone().narrow(true).gradient().into_iter().zip(lifted.gradient()) {
            if (1e-30..=1e38).contains(&expected.abs()) {
                assert!(
                    (found - expected).abs() <= 2.5e-7 * expected.abs(),
                    "{:?}: {found}, {expected}",
                    lifted.config
                );
            }
        }
    }
}

#[test]
fn a_row_of_any_length_is_the_same_beside_any_other() {
    for columns in [2, 5, 31, 33, 47, 48, 64, 65, 100, 130] {
        let x = Draw::Logit.draw(columns as u64, 6 * columns, columns);
        let mut wild = x.clone();
        (wild[0], wild[4 * columns + 1]) = (1e30, f64::INFINITY);
        for narrow in [true, false] {
            let case = |x: &[f64], weights: [f64; 6]| {
                let case = Case::new(Loss::CrossEntropy, columns, [0.0; 3], x.to_vec(), labels(7, 6, columns));
                Case { sample_weight: Some(weights.to_vec()), ..case }.narrow(narrow).run()
            };
            // Rows 1, 2, 3 and 5, beside logits that need another way and factors that float32 cannot hold.
            let kept = |all: &[u64], width: usize| [&all[width..4 * width], &all[5 * width..]].concat();
            let tame = case(&x, [1.0; 6]);
            for other in [case(&wild, [1.0; 6]), case(&x, [1e-40, 1.0, 1.0, 1.0, 1e40, 1.0])] {
                assert_eq!(kept(&other.values, 1), kept(&tame.values, 1), "{columns} classes");
                assert_eq!(kept(&other.gradient, columns), kept(&tame.gradient, columns), "{columns} classes");
            }
        }
    }
}

#[test]
fn derivatives_keep_their_digits_whatever_rows_weigh() {
    for columns in [2, 5, 33, 40] {
        let x = Draw::Logit.draw(columns as u64, 8 * columns, columns);
        let case = Case::new(Loss::CrossEntropy, columns, [0.0; 3], x, labels(7, 8, columns));
        let weights = vec![1.0, 1e-36, 0.0, 1e36, 1e-30, 1e-18, 1e18, 1e-200];
        let case = Case { sample_weight: Some(weights), ..case };
        let wide = case.gradient();
        for (found, expected) in case.narrow(true).gradient().into_iter().zip(wide) {
            let bound = 2.5e-7 * expected.abs() + f64::from(f32::from_bits(1));
            assert!((found - expected).abs() <= bound, "{columns} classes: {found}, {expected}");
        }
    }
}

#[test]
fn a_cross_entropy_and_a_focal_loss_together_are_the_two_of_them() {
    use super::together::{self, Member};
    let case = |loss, parameters| {
        let x = Draw::Logit.draw(1, 1030 * 5, 5);
        let mut case = Case::new(loss, 5, parameters, x, labels(2, 1030, 5));
        case.config.ignore = Some(2.0);
        case.sample_weight = Some(units(3, 1030));
        case
    };
    let weights = [0.5, 1.0, 2.0, 0.0, 0.25];
    for smoothing in [0.0, 0.25] {
        for first in [case(Loss::CrossEntropy, [smoothing, 0.0, 0.0]), case(Loss::Focal, [1.5, 0.0, 0.0])] {
            for second in [case(Loss::Focal, [2.0, 0.0, 0.0]), case(Loss::Focal, [3.0, 1.0, 0.0]).weighing(&weights)] {
                for (first, narrow) in
                    [(first.clone(), true), (first.clone().weighing(&[3.0, 1.0, 0.5, 1.0, 2.0]), false)]
                {
                    let [first, second] =
                        [&first, &second].map(|case| Case { scale: 0.5, ..case.clone().narrow(narrow) });
                    let second = Case { scale: 2.0, ..second };
                    let (mut words, mut other) = (empty(&first.config), empty(&second.config));
                    let (mut single, mut double) = (vec![0.0_f32; first.x.len()], vec![0.0; first.x.len()]);
                    let gradient = if narrow { Gradient::F32(&mut single) } else { Gradient::F64(&mut double) };
                    let narrow_x = f32s(&first.x);
                    let rows = Rows {
                        count: first.rows(),
                        predictions: if narrow { Numbers::F32(&narrow_x) } else { Numbers::F64(&first.x) },
                        targets: Numbers::F64(&first.y),
                        sample_weight: first.sample_weight.as_deref().map(Numbers::F64),
                        element_weight: None,
                        third: None,
                        column_weights: &[],
                    };
                    let members = [(&first, &mut words), (&second, &mut other)].map(|(case, words)| Member {
                        config: &case.config,
                        words,
                        column_weights: &case.column_weights,
                        scale: case.scale,
                    });
                    together::update(members, &rows, gradient).unwrap();
                    for (case, words) in [(&first, &mut words), (&second, &mut other)] {
                        let ([total, divisor], expected) = (finish(&case.config, words), case.finish());
                        assert!(is_near(total, expected[0], narrow) && divisor == expected[1], "{:?}", case.config);
                    }
                    let sums = first.gradient().into_iter().zip(second.gradient()).map(|(a, b)| a + b);
                    let found = if narrow { single.into_iter().map(f64::from).collect() } else { double };
                    for (found, expected) in found.into_iter().zip(sums) {
                        assert!(is_near(found, expected, narrow), "{:?}: {found}, {expected}", second.config);
                    }
                }
            }
        }
    }
}

#[test]
fn only_what_fits_goes_together() {
    use super::together::{self, Member};
    let config = |loss, columns, ignore, soft| Config { loss, columns, ignore, soft, parameters: [0.0; 3] };
    let focal = config(Loss::Focal, 3, None, false);
    for first in [
        config(Loss::NegativeLogLikelihood, 3, None, false),
        config(Loss::CrossEntropy, 2, None, false),
        config(Loss::CrossEntropy, 3, Some(1.0), false),
        config(Loss::CrossEntropy, 3, None, true),
    ] {
        let (mut words, mut other) = (empty(&first), empty(&focal));
        let members = [(&first, &mut words), (&focal, &mut other)].map(|(config, words)| Member {
            config,
            words,
            column_weights: &[],
            scale: 1.0,
        });
        let rows = Rows {
            count: 0,
            predictions: Numbers::F64(&[]),
            targets: Numbers::F64(&[]),
            sample_weight: None,
            element_weight: None,
            third: None,
            column_weights: &[],
        };
        assert!(together::update(members, &rows, Gradient::None).is_err());
    }
}

fn told(case: &Case, targets: Option<Numbers<'_>>) -> (Problem, Argument, usize) {
    let outcome = case.run_with(targets.unwrap_or(Numbers::F64(&case.y)));
    let fault = outcome.map(|_| case.config).unwrap_err();
    (fault.problem, fault.argument, fault.index)
}

#[test]
fn a_nan_is_told_wherever_it_stands() {
    // In a tail, and in a later block; alone in its row or with infinities, weighing something or nothing.
    for (rows, at) in [(1, 0), (7, 5), (8, 7), (1030, 1026)] {
        for (mut case, narrow) in every_loss(rows).into_iter().flat_map(|case| [(case.clone(), false), (case, true)]) {
            case.narrow = narrow;
            let Config { columns, loss, .. } = case.config;
            let first = at * columns;
            let logits = matches!(loss, Loss::CrossEntropy | Loss::Focal);
            for beside in
                [None, Some(f64::INFINITY), Some(f64::NEG_INFINITY)].into_iter().filter(|b| b.is_none() || logits)
            {
                let mut bad = case.clone();
                if let Some(beside) = beside {
                    bad.x[first..first + columns].fill(beside);
                }
                bad.x[first + columns - 1] = f64::NAN;
                let expected = (Problem::Nan, Argument::Predictions, first + columns - 1);
                assert_eq!(told(&bad, None), expected, "{:?}", bad.config);
                bad.sample_weight = Some(vec![0.0; rows]);
                assert_eq!(told(&bad, None), expected, "{:?}", bad.config);
            }
            let mut bad = case.clone();
            bad.x[first..first + columns].fill(f64::NAN);
            assert_eq!(told(&bad, None), (Problem::Nan, Argument::Predictions, first), "{:?}", bad.config);
            let mut bad = case;
            let index = at * bad.config.target_columns();
            bad.y[index] = f64::NAN;
            assert_eq!(told(&bad, None), (Problem::Nan, Argument::Targets, index), "{:?}", bad.config);
        }
    }
}

#[test]
fn faults_say_where() {
    use Argument::{ElementWeight, Predictions, SampleWeight, Targets, Third};
    let at = 1024 + 3;
    let case = |loss, parameters, x: f64, y: f64| {
        let mut case = Case::new(loss, 1, parameters, vec![0.5; 1030], vec![1.0; 1030]);
        (case.x[at], case.y[at]) = (x, y);
        case
    };
    let none = [0.0; 3];
    let (inf, half) = (f64::INFINITY, 0.5);
    for (case, problem, argument) in [
        (case(Loss::BinaryCrossEntropy, none, -0.25, 1.0), Problem::Probability, Predictions),
        (case(Loss::BinaryCrossEntropy, none, half, 1.5), Problem::Probability, Targets),
        (case(Loss::BinaryCrossEntropyWithLogits, none, half, 1.0 + f64::EPSILON), Problem::Probability, Targets),
        (case(Loss::BinaryCrossEntropyWithLogits, none, half, -f64::MIN_POSITIVE), Problem::Probability, Targets),
        (case(Loss::LogLoss, none, half, half), Problem::Label, Targets),
        (case(Loss::LogLoss, none, half, 1.0 - f64::EPSILON), Problem::Label, Targets),
        (case(Loss::Hinge, none, half, 2.0), Problem::Label, Targets),
        (case(Loss::SquaredError, none, inf, 0.0), Problem::Infinite, Predictions),
        (case(Loss::SquaredError, none, half, -inf), Problem::Infinite, Targets),
        (case(Loss::Poisson, none, -1.0, 0.0), Problem::Count, Predictions),
        (case(Loss::PoissonOfLog, none, half, -1.0), Problem::Count, Targets),
        (case(Loss::LogDivergence, none, inf, half), Problem::Infinite, Predictions),
    ] {
        let expected = (problem, argument, at);
        assert_eq!(told(&case, None), expected, "{:?}", case.config);
        assert_eq!(told(&case.clone().narrow(true), None), expected, "{:?} of float32", case.config);
    }
    let mut classes = cross_entropy(3, &[0.5; 3 * 1030], &[1.0; 1030]);
    classes.y[at] = 3.0;
    for outcome in in_each_type(&classes.y, |targets| told(&classes, Some(targets))) {
        assert_eq!(outcome, (Problem::Label, Targets, at));
    }
    let mut soft = cross_entropy(2, &[0.5; 2 * 1030], &[0.5; 2 * 1030]).soft();
    soft.y[2 * at + 1] = -0.5;
    assert_eq!(told(&soft, None), (Problem::Probability, Targets, 2 * at + 1));
    let mut weights = vec![1.0; 1030];
    weights[at] = -1.0;
    let fine = case(Loss::SquaredError, none, half, half);
    let case = Case { sample_weight: Some(weights.clone()), ..fine.clone() };
    assert_eq!(told(&case, None), (Problem::Weight, SampleWeight, at));
    let case = Case { element_weight: Some(weights.clone()), ..fine.clone() };
    assert_eq!(told(&case, None), (Problem::Weight, ElementWeight, at));
    let mut case = Case { third: Some(weights), ..fine };
    case.config.loss = Loss::Gaussian;
    assert_eq!(told(&case, None), (Problem::Count, Third, at));
}
