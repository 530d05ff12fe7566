//! Runs the kernels natively on numbers that look random, and prints the bits of what they give: to be compared with the
//! bits of the WebAssembly build, which works in vectors where this one does not.
//!
//! Every line of the input asks for one thing; what the words mean is said where they are read. Every line of the output
//! is the answer, in hexadecimal. Arguments are generated here and there by the same hash, so that they need not be sent.

use assay_kernels::curve::{self, Constraints, Counts, Entry, Fill, Objective, Place, Sorted, Tally, Weighted};
use assay_kernels::input::Numbers;
use assay_kernels::losses::{Gradient, Outputs, Rows};
use assay_kernels::resample::Resampler;
use assay_kernels::special::Special;
use assay_kernels::state::{self, CONFIG, Config, HEADER, Metric};
use assay_kernels::{calibration, confusion, losses};
use std::fmt::Write;
use std::io::{BufRead, stdin};

/// 32 well-mixed bits of two numbers.
fn hash(seed: u32, i: u32) -> u32 {
    let mut h = (seed ^ (i.wrapping_add(1)).wrapping_mul(0x9e37_79b1)).wrapping_mul(0x85eb_ca6b);
    h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
    h = (h ^ (h >> 16)).wrapping_mul(0x27d4_eb2f);
    h ^ (h >> 15)
}

/// A number in 0..1 with 53 bits.
fn uniform(seed: u32, i: u32) -> f64 {
    let (high, low) = (hash(seed, 2 * i) >> 5, hash(!seed, 2 * i + 1) >> 6);
    (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
}

/// Logits of every size, with some that are infinite or tied.
fn logit(seed: u32, i: u32) -> f64 {
    const SPECIAL: [f64; 10] =
        [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, 88.0, -88.0, 1e30, -1e30, 1e-40, f64::from_bits(1)];
    let bits = hash(seed, i);
    if bits.is_multiple_of(17) {
        SPECIAL[bits as usize % SPECIAL.len()]
    } else {
        (uniform(seed, i) - 0.5) * [1.0, 20.0, 200.0][bits as usize % 3]
    }
}

/// What the elements of an argument are.
fn element(kind: &str, seed: u32, i: u32) -> f64 {
    match kind {
        "unit" => uniform(seed, i),
        "logit" => logit(seed, i),
        "real" => (uniform(seed, i) - 0.5) * [1.0, 1e6, 1e-6][hash(seed, i) as usize % 3],
        "weight" => 3.0 * uniform(seed, i),
        classes => f64::from(hash(seed, i) % classes.parse::<u32>().expect("a number of classes")),
    }
}

/// An argument, in float32 or in float64.
enum Column {
    Single(Vec<f32>),
    Double(Vec<f64>),
}

impl Column {
    fn new(is_single: bool, kind: &str, seed: u32, len: usize) -> Self {
        let elements = (0..len as u32).map(|i| element(kind, seed, i));
        if is_single { Self::Single(elements.map(|x| x as f32).collect()) } else { Self::Double(elements.collect()) }
    }

    fn numbers(&self) -> Numbers<'_> {
        match self {
            Self::Single(x) => Numbers::F32(x),
            Self::Double(x) => Numbers::F64(x),
        }
    }
}

/// The words of a line.
struct Line<'a>(std::str::SplitAsciiWhitespace<'a>);

impl<'a> Line<'a> {
    fn word(&mut self) -> &'a str {
        self.0.next().expect("another word")
    }

    fn number(&mut self) -> usize {
        self.word().parse().expect("a whole number")
    }

    fn flag(&mut self) -> bool {
        self.number() == 1
    }

    fn bits(&mut self) -> u64 {
        u64::from_str_radix(self.word(), 16).expect("the bits of a number")
    }
}

fn hex(words: impl IntoIterator<Item = u64>) -> String {
    words.into_iter().fold(String::new(), |mut text, word| {
        write!(text, "{word:016x}").expect("room for text");
        text
    })
}

fn bits(numbers: &[f64]) -> String {
    hex(numbers.iter().map(|x| x.to_bits()))
}

/// The arguments of a state's update.
struct Arguments {
    rows: usize,
    is_single: bool,
    predictions: Column,
    targets: Column,
    weights: Option<Column>,
    column_weights: Vec<f64>,
}

impl Arguments {
    /// Rows; whether predictions are float32; kind and columns of predictions; of targets; whether there are weights; then
    /// weights of columns.
    fn read(line: &mut Line<'_>) -> Self {
        let (rows, is_single) = (line.number(), line.flag());
        let predictions = Column::new(is_single, line.word(), 1, rows * line.number());
        let targets = Column::new(false, line.word(), 2, rows * line.number());
        let weights = line.flag().then(|| Column::new(false, "weight", 3, rows));
        let column_weights =
            line.0.by_ref().map(|word| u64::from_str_radix(word, 16).expect("bits")).map(f64::from_bits);
        Self { rows, is_single, predictions, targets, weights, column_weights: column_weights.collect() }
    }

    fn weights(&self) -> Option<Numbers<'_>> {
        self.weights.as_ref().map(Column::numbers)
    }
}

/// The words of an empty state of a metric, with its layout.
fn empty<M: Metric>(config: &Config) -> (M, usize, Vec<i64>) {
    let metric = M::from_config(config).expect("a configuration that makes sense");
    let layout = metric.layout();
    let mut words = vec![0; HEADER + layout.room()];
    state::init(&mut words, M::KIND, config, layout);
    (metric, HEADER + layout.words(), words)
}

/// A state after one update, and for losses their values and derivatives. Words: the header of the state, of which kind
/// and configuration are read; then the arguments.
fn accumulate(line: &mut Line<'_>) -> String {
    let header: Vec<u64> = (0..HEADER).map(|_| line.bits()).collect();
    let mut config: Config = [0.0; CONFIG];
    for (to, &from) in config.iter_mut().zip(&header[4..]) {
        *to = f64::from_bits(from);
    }
    let arguments = Arguments::read(line);
    let (predictions, targets) = (arguments.predictions.numbers(), arguments.targets.numbers());
    let saved = |words: &[i64], len: usize| hex(words[..len].iter().map(|&word| word as u64));
    match header[1] {
        1 => {
            let (metric, len, mut words) = empty::<calibration::Config>(&config);
            let rows = calibration::Rows { predictions, labels: targets, weights: arguments.weights(), edges: &[] };
            calibration::update(&metric, &mut words[HEADER..], &rows).expect("rows without fault");
            saved(&words, len)
        }
        2 => {
            let (metric, len, mut words) = empty::<confusion::Config>(&config);
            confusion::update(
                &metric,
                &mut words[HEADER..],
                predictions,
                targets,
                arguments.weights(),
                &mut confusion::Outputs::default(),
            )
            .expect("rows without fault");
            saved(&words, len)
        }
        3 => {
            let (metric, len, mut words) = empty::<losses::Config>(&config);
            let rows = Rows {
                count: arguments.rows,
                predictions,
                targets,
                sample_weight: arguments.weights(),
                element_weight: None,
                third: None,
                column_weights: &arguments.column_weights,
            };
            let mut values = vec![0.0; arguments.rows * metric.value_columns()];
            let mut singles = vec![0.0_f32; arguments.rows * metric.columns];
            let mut doubles = vec![0.0_f64; arguments.rows * metric.columns];
            let gradient = if arguments.is_single { Gradient::F32(&mut singles) } else { Gradient::F64(&mut doubles) };
            let outputs = Outputs { values: Some(&mut values), gradient, scale: 1.0 };
            losses::update(&metric, &mut words[HEADER..], &rows, outputs).expect("rows without fault");
            if arguments.is_single {
                doubles = singles.iter().map(|&x| f64::from(x)).collect();
            }
            format!("{} {} {}", saved(&words, len), bits(&values), bits(&doubles))
        }
        kind => panic!("no kernel of kind {kind}"),
    }
}

/// Everything that is read off a curve. Words: rows; whether scores are float32; whether there are weights.
fn curve(line: &mut Line<'_>) -> String {
    let (rows, is_single, is_weighted) = (line.number(), line.flag(), line.flag());
    let scores = Column::new(is_single, "logit", 1, rows);
    let labels = Column::new(false, "2", 2, rows);
    let weights = is_weighted.then(|| Column::new(false, "weight", 3, rows));
    match (is_weighted, is_single) {
        (true, _) => sorted::<Weighted>(rows, &scores, &labels, weights.as_ref()),
        (_, true) => sorted::<u32>(rows, &scores, &labels, None),
        (_, false) => sorted::<u64>(rows, &scores, &labels, None),
    }
}

fn sorted<E: Entry>(rows: usize, scores: &Column, labels: &Column, weights: Option<&Column>) -> String {
    let mut room = vec![E::default(); rows];
    let mut fill = Fill::default();
    let place = Place { columns: 1, column: 0, label_columns: 1, positive: 1, against: -1, classes: 2 };
    let weights = weights.map(Column::numbers);
    curve::append(&mut room, &mut fill, &scores.numbers(), &labels.numbers(), weights.as_ref(), &place)
        .expect("rows without fault");
    curve::sort(&mut room, &mut vec![E::default(); rows], fill);
    let mut counts = vec![Tally::default(); curve::remembered(fill.negative + fill.others)];
    curve::remember(&room, fill, &mut counts);
    let curve = Sorted::new(&room, fill, &counts);
    let Counts { positives, negatives } = curve.counts();
    let mut numbers = vec![curve.len() as f64, positives, negatives, curve.area(), curve.average_precision()];
    for objective in [
        Objective::FBeta { beta: 1.0, epsilon: 0.0 },
        Objective::Youden,
        Objective::Accuracy,
        Objective::Cost([0.0, 1.0, 0.3, 0.0]),
    ] {
        let best = curve.best(objective, Constraints::NONE);
        numbers.extend([best.threshold, best.value, best.cells.tp, best.cells.fp]);
    }
    for i in 0..rows.min(100) as u32 {
        for strict in [false, true] {
            let at = curve.cells_at(logit(1, i), strict);
            numbers.extend([at.tp, at.fp]);
        }
    }
    bits(&numbers)
}

/// Counts of some replicates, then p-values and ends of intervals. Words: the seed; the counts of a table.
fn statistics(line: &mut Line<'_>) -> String {
    let seed = line.number() as u64;
    let counts: Vec<f64> = line.0.by_ref().map(|word| word.parse().expect("a count")).collect();
    let total = counts.iter().sum();
    let (resampler, special) = (Resampler::new(seed), Special::new());
    let mut numbers = Vec::new();
    for replicate in 0..200 {
        let mut to = vec![0.0; counts.len()];
        resampler.multinomial((0..).zip(counts.iter().copied()), total, replicate, &mut to);
        numbers.extend(to);
    }
    for i in 0..200 {
        let (a, b) = (f64::from(1000 + hash(1, i) % 2000), f64::from(1000 + hash(2, i) % 2000));
        let (n, most) = (a + b, a.max(b));
        numbers.push((2.0 * special.binomial_upper_tail(most, n, 0.5, 0.5)).min(1.0));
        numbers.push(special.chi_square_upper_tail((a - b).abs() * ((a - b).abs() / n), 1.0));
        // The upper end of Wilson's interval of 0 in 1.
        let z = -special.normal_quantile((1.0 - uniform(3, i)) / 2.0);
        numbers.push((z * z / 2.0 + z * (z * z / 4.0).sqrt()) / (1.0 + z * z));
    }
    bits(&numbers)
}

fn main() {
    for line in stdin().lock().lines() {
        let line = line.expect("a line of text");
        let mut line = Line(line.split_ascii_whitespace());
        match line.word() {
            "state" => println!("{}", accumulate(&mut line)),
            "curve" => println!("{}", curve(&mut line)),
            "statistics" => println!("{}", statistics(&mut line)),
            word => panic!("no such question: {word}"),
        }
    }
}
