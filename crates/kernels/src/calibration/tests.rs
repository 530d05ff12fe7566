use super::places::UNIT;
use super::*;
use crate::input::Problem;
use crate::testing::{LENGTHS, bits, cases, empty, f32s, in_each_type, labels, order, saved, shuffled, units};
use proptest::prelude::*;

const TEN: Config = Config {
    bins: 10,
    closed: Closed::Right,
    of: Of::Positive,
    columns: 1,
    multilabel: false,
    logits: false,
    above: -1.0,
    own_edges: false,
    weighted: false,
};

/// The words after one update.
fn state(config: &Config, p: Numbers<'_>, y: Numbers<'_>, w: Option<Numbers<'_>>) -> Result<Vec<i64>, Fault> {
    state_in(config, p, y, w, &[])
}

fn state_in(
    config: &Config,
    predictions: Numbers<'_>,
    labels: Numbers<'_>,
    weights: Option<Numbers<'_>>,
    edges: &[f64],
) -> Result<Vec<i64>, Fault> {
    let mut words = empty(config);
    update(config, &mut words, &Rows { predictions, labels, weights, edges }).map(|()| saved(config, words))
}

fn table(config: &Config, p: Numbers<'_>, y: Numbers<'_>, w: Option<Numbers<'_>>) -> Vec<[f64; 3]> {
    table_of(config, state(config, p, y, w).unwrap())
}

fn table_of(config: &Config, mut words: Vec<i64>) -> Vec<[f64; 3]> {
    words.resize(config.layout().room(), 0);
    let mut to = vec![f64::NAN; 3 * config.places()];
    finish(config, &mut words, &mut to);
    to.as_chunks().0.to_vec()
}

/// The bin by the definition: the edges are k/n as float64 numbers.
fn bin(config: &Config, confidence: f64) -> usize {
    let edge = |k: usize| k as f64 / config.bins as f64;
    let inside = |k: &usize| match config.closed {
        Closed::Right => confidence <= edge(k + 1),
        Closed::Left => confidence < edge(k + 1),
    };
    (0..config.bins - 1).find(inside).unwrap_or(config.bins - 1)
}

/// Confidence and hit of a row by the definition.
fn pair(config: &Config, row: &[f64], label: f64) -> (f64, bool) {
    match (config.of, row) {
        (Of::Positive, &[p]) => (p, label == 1.0),
        (_, &[p]) if p > 1.0 - p => (p, label == 1.0),
        (_, &[p]) => (1.0 - p, label == 0.0),
        _ => {
            let most = row.iter().copied().fold(0.0, f64::max);
            (most, row.iter().position(|&p| p == most) == Some(label as usize))
        }
    }
}

/// The table by the definition; confidences, like the kernel's, in whole units of 2⁻⁵².
fn counted(config: &Config, p: &[f64], y: &[f64]) -> Vec<[f64; 3]> {
    let mut rows = vec![(0.0, 0.0, 0_u128); config.bins];
    for (row, &label) in p.chunks(config.columns).zip(y) {
        let (confidence, hit) = pair(config, row, label);
        let to = &mut rows[bin(config, confidence)];
        to.0 += 1.0;
        to.1 += f64::from(u8::from(hit));
        to.2 += (confidence / UNIT).round_ties_even() as u128;
    }
    rows.into_iter().map(|(count, hits, units)| [count, hits, units as f64 * UNIT]).collect()
}

/// Confidences where bins meet, and their neighbours in both types.
fn edges(bins: usize) -> Vec<f64> {
    let near = |x: f64| {
        let single = f64::from(x as f32);
        let (below, above) = (f64::from((x as f32).next_down()), f64::from((x as f32).next_up()));
        [x, x.next_down(), x.next_up(), single, below, above]
    };
    let edges = (0..=bins).flat_map(|k| near(k as f64 / bins as f64));
    edges.filter(|x| (0.0..=1.0).contains(x)).collect()
}

#[test]
fn edges_belong_to_one_bin() {
    for bins in (1..40).chain([97, 100, 128, 129, 1000]) {
        let p = edges(bins);
        let narrow = f32s(&p);
        let rounded: Vec<f64> = narrow.iter().map(|&x| x.into()).collect();
        let y = labels(1, p.len(), 2);
        for closed in [Closed::Right, Closed::Left] {
            let config = Config { bins, closed, ..TEN };
            assert_eq!(table(&config, Numbers::F64(&p), Numbers::F64(&y), None), counted(&config, &p, &y));
            let found = table(&config, Numbers::F32(&narrow), Numbers::F64(&y), None);
            assert_eq!(found, counted(&config, &rounded, &y), "{config:?}");
        }
    }
}

proptest! {
    #![proptest_config(cases(50))]

    #[test]
    fn bins_by_the_definition(
        len in prop::sample::select(LENGTHS.to_vec()), seed: u64, bins in 1..300usize, left: bool, top: bool,
        columns in prop::sample::select(vec![1, 1, 2, 3, 5]),
    ) {
        let closed = if left { Closed::Left } else { Closed::Right };
        let of = if top || columns > 1 { Of::TopLabel } else { Of::Positive };
        let config = Config { bins, closed, of, columns, ..TEN };
        // Every float32 here is above 2⁻²⁹ or 0, so both types have the same sums.
        let narrow: Vec<f32> = units(seed, len * columns).iter().map(|u| (u * 64.0).floor() as f32 / 63.0).collect();
        let narrow: Vec<f32> = narrow.into_iter().map(|p| p.min(1.0)).collect();
        let p: Vec<f64> = narrow.iter().map(|&p| p.into()).collect();
        let y = labels(!seed, len, columns.max(2));
        let expected = counted(&config, &p, &y);
        for found in in_each_type(&y, |y| {
            [Numbers::F32(&narrow), Numbers::F64(&p)].map(|p| table(&config, p, y, None))
        }) {
            prop_assert_eq!(&found[0], &expected);
            prop_assert_eq!(&found[1], &expected);
        }
    }

    #[test]
    fn neither_order_nor_cuts_matter(
        len in 1..3000usize, cut in 0..3000usize, seed: u64, weighted: bool, columns in 1..4usize
    ) {
        let config = Config { columns, weighted, of: Of::TopLabel, ..TEN };
        let (p, y, w) = (units(seed, len * columns), labels(!seed, len, 2.max(columns)), units(seed ^ 7, len));
        let weigh = |w| weighted.then_some(Numbers::F64(w));
        let whole = state(&config, Numbers::F64(&p), Numbers::F64(&y), weigh(&w)).unwrap();
        let rows = order(seed, len);
        let (p, y, w) = (shuffled(&p, columns, &rows), shuffled(&y, 1, &rows), shuffled(&w, 1, &rows));
        let mut words = empty(&config);
        let cut = cut.min(len);
        for part in [0..cut, cut..len] {
            let p = Numbers::F64(&p[part.start * columns..part.end * columns]);
            let (labels, weights) = (Numbers::F64(&y[part.clone()]), weigh(&w[part]));
                update(&config, &mut words, &Rows { predictions: p, labels, weights, edges: &[] }).unwrap();
        }
        prop_assert_eq!(saved(&config, words), whole);
    }

    #[test]
    fn whole_weights_are_repetition(len in 1..200usize, seed: u64) {
        let (p, y, w) = (units(seed, len), labels(!seed, len, 2), labels(seed ^ 7, len, 4));
        let repeat = |x: &[f64]| -> Vec<f64> {
            x.iter().zip(&w).flat_map(|(&x, &w)| core::iter::repeat_n(x, w as usize)).collect()
        };
        let weighted = Config { weighted: true, ..TEN };
        let found = table(&weighted, Numbers::F64(&p), Numbers::F64(&y), Some(Numbers::F64(&w)));
        let expected = table(&TEN, Numbers::F64(&repeat(&p)), Numbers::F64(&repeat(&y)), None);
        // Up to 3 rows' worth of a confidence's last place is rounded when it is multiplied.
        for (found, expected) in found.iter().zip(&expected) {
            prop_assert_eq!(&found[..2], &expected[..2]);
            prop_assert!((found[2] - expected[2]).abs() <= 1e-13 * expected[2]);
        }
    }
}

/// As many rows of the largest confidence as come between two flushes, in one bin.
#[test]
fn one_full_bin_does_not_overflow() {
    for bins in [1, 128, 129, 1000] {
        let config = Config { bins, ..TEN };
        let len = 5 * 2 * 1024 * 4 + 5;
        let last = table(&config, Numbers::F32(&vec![1.0; len]), Numbers::U8(&vec![1; len]), None)[bins - 1];
        assert_eq!(last, [len as f64; 3], "{bins} bins");
    }
}

#[test]
fn small_confidences_round_to_whole_units() {
    let p = [1e-300, 0.75 * UNIT, -0.0, 0.1];
    let [[count, hits, sum]] = table(&Config { bins: 1, ..TEN }, Numbers::F64(&p), Numbers::U8(&[1; 4]), None)[..]
    else {
        panic!("one bin");
    };
    assert_eq!(bits(&[count, hits, sum]), bits(&[4.0, 4.0, (0.1_f64 / UNIT).round_ties_even() * UNIT + UNIT]));
}

#[test]
fn faults_say_where() {
    let fault = |problem, argument, index, value| Err(Fault { problem, argument, index, value });
    let at = 1024 + 41;
    let (good, mut bad) = (vec![0.5; 2050], vec![0.5; 2050]);
    bad[at] = -0.25;
    let zeros = vec![0; 2050];
    let mut twos = zeros.clone();
    twos[at] = 2;
    let top = Config { of: Of::TopLabel, ..TEN };
    for config in [TEN, top] {
        let outside = fault(Problem::Probability, Argument::Predictions, at, -0.25);
        assert_eq!(state(&config, Numbers::F64(&bad), Numbers::I32(&zeros), None), outside);
        assert_eq!(state(&config, Numbers::F32(&f32s(&bad)), Numbers::I32(&zeros), None), outside);
        let label = fault(Problem::Label, Argument::Targets, at, 2.0);
        assert_eq!(state(&config, Numbers::F64(&good), Numbers::I32(&twos), None), label);
    }
    let columns = Config { columns: 2, ..top };
    let outside = fault(Problem::Probability, Argument::Predictions, at, -0.25);
    assert_eq!(state(&columns, Numbers::F64(&bad), Numbers::I32(&zeros[..1025]), None), outside);
    let weighted = Config { weighted: true, ..TEN };
    let weights: Vec<f64> = (0..2050).map(|i| if i == at { f64::INFINITY } else { 1.0 }).collect();
    let weight = fault(Problem::Weight, Argument::SampleWeight, at, f64::INFINITY);
    assert_eq!(state(&weighted, Numbers::F64(&good), Numbers::I32(&zeros), Some(Numbers::F64(&weights))), weight);
    let misuse = Err(Fault::misuse(Argument::SampleWeight));
    assert_eq!(state(&TEN, Numbers::F64(&good), Numbers::I32(&zeros), Some(Numbers::F64(&weights))), misuse);
}

/// Elements of each column by the definition: confidence, hit, class.
fn elements(config: &Config, p: &[f64], y: &[f64]) -> Vec<(f64, bool, usize)> {
    let columns = config.columns;
    let hit = |row: usize, k: usize| {
        if config.multilabel { y[row * columns + k] == 1.0 } else { y[row] == k as f64 }
    };
    p.iter().enumerate().map(|(i, &p)| (p, hit(i / columns, i % columns), i % columns)).collect()
}

proptest! {
    #![proptest_config(cases(50))]

    #[test]
    fn columns_are_elements(
        len in prop::sample::select(LENGTHS.to_vec()), seed: u64, columns in 1..9usize, bins in 1..40usize,
        each: bool, multilabel: bool, above in prop::sample::select(vec![-1.0, 0.0, 0.5]), weighted: bool,
    ) {
        let of = if each { Of::EachClass } else { Of::AllClasses };
        let columns = if multilabel { columns } else { columns.max(2) };
        let config = Config { of, columns, bins, multilabel, above, weighted, ..TEN };
        let p: Vec<f64> = units(seed, len * columns).iter().map(|u| (u * 64.0).floor() / 64.0).collect();
        let y = if multilabel { labels(!seed, len * columns, 2) } else { labels(!seed, len, columns) };
        let ones = vec![1; len];
        let mut expected = vec![[0.0; 3]; config.places()];
        for (p, hit, class) in elements(&config, &p, &y).into_iter().filter(|&(p, ..)| p > above) {
            let place = bin(&config, p) + if each { class * bins } else { 0 };
            for (sum, term) in expected[place].iter_mut().zip([1.0, f64::from(u8::from(hit)), p]) {
                *sum += term;
            }
        }
        for predictions in [Numbers::F64(&p), Numbers::F32(&f32s(&p))] {
            let found = table(&config, predictions, Numbers::F64(&y), weighted.then_some(Numbers::U8(&ones)));
            prop_assert_eq!(&found, &expected);
        }
    }

    #[test]
    fn logits_are_softmax_or_sigmoid(len in 1..40usize, seed: u64, columns in 2..9usize, multilabel: bool) {
        let config = Config { of: Of::EachClass, columns, bins: 1, multilabel, logits: true, ..TEN };
        let x: Vec<f64> = units(seed, len * columns).iter().map(|u| 20.0 * u - 10.0).collect();
        let y = if multilabel { labels(!seed, len * columns, 2) } else { labels(!seed, len, columns) };
        let mut expected = vec![0.0; columns];
        for row in x.chunks(columns) {
            let total: f64 = row.iter().map(|x| x.exp()).sum();
            for (sum, x) in expected.iter_mut().zip(row) {
                *sum += if multilabel { 1.0 / (1.0 + (-x).exp()) } else { x.exp() / total };
            }
        }
        let found = table(&config, Numbers::F64(&x), Numbers::F64(&y), None);
        for ([count, _, sum], expected) in found.into_iter().zip(&expected) {
            prop_assert_eq!(count, len as f64);
            // Confidences are whole units.
            prop_assert!((sum - expected).abs() <= 1e-13 * expected + len as f64 * UNIT);
        }
        let narrow = table(&config, Numbers::F32(&f32s(&x)), Numbers::F64(&y), None);
        for ([.., sum], expected) in narrow.into_iter().zip(&expected) {
            // Two logits of up to 16 are rounded, by 2⁻²¹ each.
            prop_assert!((sum - expected).abs() <= (2.0 * 2.0_f64.powi(-21) + 2.5e-7) * expected + len as f64 * UNIT);
        }
    }

    #[test]
    fn edges_of_ones_own(len in 1..300usize, seed: u64, left: bool) {
        let closed = if left { Closed::Left } else { Closed::Right };
        let edges = [0.0, 0.25, 0.25, 0.9, 1.0, 1.0];
        let config = Config { bins: 5, closed, own_edges: true, ..TEN };
        let p: Vec<f64> = units(seed, len).iter().map(|u| (u * 9.0).floor() / 8.0).collect();
        let y = labels(!seed, len, 2);
        let words = state_in(&config, Numbers::F64(&p), Numbers::F64(&y), None, &edges).unwrap();
        let counts: Vec<f64> = table_of(&config, words).iter().map(|&[count, ..]| count).collect();
        let of = |p: f64| match closed {
            Closed::Right => edges[1..5].iter().filter(|&&edge| edge < p).count(),
            Closed::Left => edges[1..5].iter().filter(|&&edge| edge <= p).count(),
        };
        let expected: Vec<f64> = (0..5).map(|k| p.iter().filter(|&&p| of(p) == k).count() as f64).collect();
        prop_assert_eq!(counts, expected);
        prop_assert!(state(&config, Numbers::F64(&p), Numbers::F64(&y), None).is_err(), "edges are missing");
    }
}

/// torchmetrics counts in float32, which stands still at 2²⁴. A place that has so many goes on counting, and its mean is
/// that of all.
#[test]
fn counts_do_not_stall_at_two_to_the_24() {
    let config = Config { bins: 1, ..TEN };
    let len = 1 << 16;
    let (p, ones) = (vec![0.75_f32; len], vec![1_u8; len]);
    let mut words = empty(&config);
    let rows = || Rows { predictions: Numbers::F32(&p), labels: Numbers::U8(&ones), weights: None, edges: &[] };
    update(&config, &mut words, &rows()).unwrap();
    // Merged with itself, as a stream's parts are, until it has passed 2²⁴.
    let state_words = config.layout().words();
    for _ in 0..9 {
        let copy = words[..state_words].to_vec();
        config.layout().merge(&mut words, &copy);
    }
    update(&config, &mut words, &rows()).unwrap();
    let count = (513 * len) as f64;
    assert!(count > f64::from(1 << 24));
    let mut to = [0.0; 3];
    finish(&config, &mut words, &mut to);
    assert_eq!(to, [count, count, 0.75 * count]);
}

/// torchmetrics finds 0.5 here, for its float32 counters stand still at 2²⁴.
#[test]
#[ignore = "40 million rows"]
fn forty_million_rows_in_one_bin() {
    let len = 1_000_000;
    let p = vec![0.3_f32; len];
    let y: Vec<u8> = (0..len).map(|i| u8::from(i % 5 < 3)).collect();
    let mut words = empty(&TEN);
    for _ in 0..40 {
        let (predictions, labels) = (Numbers::F32(&p), Numbers::U8(&y));
        update(&TEN, &mut words, &Rows { predictions, labels, weights: None, edges: &[] }).unwrap();
    }
    let mut to = [0.0; 30];
    finish(&TEN, &mut words, &mut to);
    // 0.3 in float32 is above the edge 3/10.
    let [count, hits, confidences] = to.as_chunks::<3>().0[3];
    assert_eq!([count, hits], [4e7, 2.4e7]);
    let gap = hits / count - confidences / count;
    assert!((gap - (0.6 - f64::from(0.3_f32))).abs() < 1e-15, "{gap}");
}
