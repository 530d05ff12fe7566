use super::*;
use crate::input::{Argument, Fault, Numbers, Problem, Status};
use crate::math::Coefficients;
use crate::testing::{LENGTHS, bits, cases, f32s, in_each_type, labels, order, shuffled, units};
use proptest::prelude::*;

const BINARY: Place = Place { columns: 1, column: 0, label_columns: 1, positive: 1, against: -1, classes: 2 };

/// A curve with its room, as a caller holds it.
struct Curve<E> {
    room: Vec<E>,
    fill: Fill,
    counts: Vec<Tally>,
}

impl<E: Entry> Curve<E> {
    fn new(capacity: usize) -> Self {
        Self { room: vec![E::default(); capacity], fill: Fill::default(), counts: Vec::new() }
    }

    fn append(&mut self, x: Numbers<'_>, y: Numbers<'_>, w: Option<Numbers<'_>>) -> Status {
        append(&mut self.room, &mut self.fill, &x, &y, w.as_ref(), &BINARY)
    }

    /// Ready to be asked.
    fn sort(mut self) -> Self {
        let mut spare = self.room.clone();
        sort(&mut self.room, &mut spare, self.fill);
        self.counts = vec![Tally::default(); remembered(self.fill.negative + self.fill.others)];
        remember(&self.room, self.fill, &mut self.counts);
        self
    }

    fn sorted(&self) -> Sorted<'_, E> {
        Sorted::new(&self.room, self.fill, &self.counts)
    }

    fn of(rows: &Rows) -> Self {
        let mut curve = Self::new(rows.x.len() + 3);
        let weights = E::WEIGHTED.then_some(Numbers::F64(&rows.w));
        curve.append(Numbers::F64(&rows.x), Numbers::F64(&rows.y), weights).unwrap();
        curve.sort()
    }

    /// Everything there is to read off, as bits.
    fn answers(&self) -> Vec<u64> {
        let sorted = self.sorted();
        let best = sorted.best(Objective::FBeta { beta: 1.0, epsilon: 0.0 }, Constraints::NONE);
        let above = sorted.cells_at(0.5, false);
        let scores = [sorted.area(), sorted.average_precision(), sorted.area_up_to(0.3)];
        bits(&[scores.as_slice(), &[best.threshold, best.value, above.tp, above.fp]].concat())
    }
}

/// Scores, labels and weights.
#[derive(Clone, Debug)]
struct Rows {
    x: Vec<f64>,
    y: Vec<f64>,
    w: Vec<f64>,
}

impl Rows {
    fn weight(&self, weighted: bool, of: impl Fn(f64, f64) -> bool) -> f64 {
        let rows = self.x.iter().zip(&self.y).zip(&self.w).filter(|&((&x, &y), _)| of(x, y));
        rows.fold(0.0, |total, (_, &w)| total + if weighted { w } else { 1.0 })
    }

    /// True and false positives at or above (or strictly above) a threshold.
    fn at(&self, weighted: bool, t: f64, strict: bool) -> [f64; 2] {
        let above = |x: f64| if strict { x > t } else { x >= t };
        [1.0, 0.0].map(|label| self.weight(weighted, |x, y| y == label && above(x)))
    }

    /// Distinct scores of rows that weigh something, the largest first.
    fn scores(&self, weighted: bool) -> Vec<f64> {
        let rows = self.x.iter().zip(&self.w).filter(|&(_, &w)| !weighted || w > 0.0);
        let mut scores: Vec<f64> = rows.map(|(&x, _)| x + 0.0).collect();
        scores.sort_by(|a, b| b.total_cmp(a));
        scores.dedup();
        scores
    }
}

/// Few different scores, so that ties are common, of both signs; float32 numbers, so that all entries can hold them;
/// whole weights, whose sums and products are exact.
fn any_rows() -> impl Strategy<Value = Rows> {
    let few =
        prop::sample::select(vec![-2.0, -0.5, -0.25, -0.0, 0.0, 0.25, 0.5, 1.0, 1e4, f64::INFINITY, f64::NEG_INFINITY]);
    let many = (-1.0..1.0_f32).prop_map(f64::from);
    let score = prop_oneof![few, many];
    let label = prop::sample::select(vec![0.0, 1.0]);
    let weight = prop::sample::select(vec![0.0, 1.0, 2.0, 3.0]);
    prop::collection::vec((score, label, weight), 1..60).prop_map(|rows| Rows {
        x: rows.iter().map(|row| row.0).collect(),
        y: rows.iter().map(|row| row.1).collect(),
        w: rows.iter().map(|row| row.2).collect(),
    })
}

/// Some different scores, so that there are ties of all sizes: all below zero, none, or some.
fn tied_rows() -> impl Strategy<Value = Rows> {
    (1..400_i32, prop::sample::select(vec![-400, 0, -5])).prop_flat_map(|(different, least)| {
        prop::collection::vec((0..different, any::<bool>()), 1..300).prop_map(move |rows| Rows {
            x: rows.iter().map(|row| f64::from(row.0 + least) / 8.0).collect(),
            y: rows.iter().map(|row| f64::from(u8::from(row.1))).collect(),
            w: vec![1.0; rows.len()],
        })
    })
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * b.abs()
}

fn areas_are_pairs<E: Entry>(rows: &Rows) -> Result<(), TestCaseError> {
    let curve = Curve::<E>::of(rows);
    let weight = |i: usize| if E::WEIGHTED { rows.w[i] } else { 1.0 };
    let mut doubled = 0.0;
    for i in (0..rows.x.len()).filter(|&i| rows.y[i] == 1.0) {
        for j in (0..rows.x.len()).filter(|&j| rows.y[j] == 0.0) {
            let wins = f64::from(u8::from(rows.x[i] > rows.x[j])) + f64::from(u8::from(rows.x[i] >= rows.x[j]));
            doubled += weight(i) * weight(j) * wins;
        }
    }
    let [p, n] = [1.0, 0.0].map(|label| rows.weight(E::WEIGHTED, |_, y| y == label));
    for area in [curve.sorted().area(), curve.sorted().area_up_to(1.0)] {
        let expected = doubled / (2.0 * p * n);
        prop_assert!(area == expected || area.is_nan() && expected.is_nan(), "{} is not {}", area, expected);
    }
    Ok(())
}

fn partial_area<E: Entry>(rows: &Rows, max_fpr: f64) -> Result<(), TestCaseError> {
    let [p, n] = [1.0, 0.0].map(|label| rows.weight(E::WEIGHTED, |_, y| y == label));
    let limit = max_fpr * n;
    let (mut area, mut from) = (0.0, [0.0_f64; 2]);
    for t in rows.scores(E::WEIGHTED) {
        let to = rows.at(E::WEIGHTED, t, false);
        let width = to[1].min(limit) - from[1].min(limit);
        if width > 0.0 {
            let slope = (to[0] - from[0]) / (to[1] - from[1]);
            area += width * (from[0] + slope * width / 2.0);
        }
        from = to;
    }
    let (found, area) = (Curve::<E>::of(rows).sorted().area_up_to(max_fpr), area / (p * n));
    if p == 0.0 || n == 0.0 {
        prop_assert!(found.is_nan());
        return Ok(());
    }
    prop_assert!((found - area).abs() <= 1e-14, "{} is not {}", found, area);
    Ok(())
}

fn precision<E: Entry>(rows: &Rows) -> Result<(), TestCaseError> {
    let positives = rows.weight(E::WEIGHTED, |_, y| y == 1.0);
    let (mut total, mut recall) = (0.0, 0.0);
    for t in rows.scores(E::WEIGHTED) {
        let [tp, fp] = rows.at(E::WEIGHTED, t, false);
        if tp > 0.0 {
            total += (tp / positives - recall) * tp / (tp + fp);
            recall = tp / positives;
        }
    }
    let found = Curve::<E>::of(rows).sorted().average_precision();
    prop_assert!(is_near(found, total), "{} is not {}", found, total);
    Ok(())
}

fn counts_at<E: Entry>(rows: &Rows) -> Result<(), TestCaseError> {
    let curve = Curve::<E>::of(rows);
    let near = |&x: &f64| [x, x.next_up(), x.next_down()];
    let thresholds = rows.x.iter().flat_map(near).chain([0.1, -0.1, f64::INFINITY, f64::NEG_INFINITY, f64::MAX]);
    for (t, strict) in thresholds.flat_map(|t| [(t, false), (t, true)]) {
        let Cells { tp, fp, f_n, tn } = curve.sorted().cells_at(t, strict);
        prop_assert_eq!([tp, fp], rows.at(E::WEIGHTED, t, strict), "{} {}", t, strict);
        let below =
            [1.0, 0.0].map(|label| rows.weight(E::WEIGHTED, |x, y| y == label && !(x > t || !strict && x == t)));
        prop_assert_eq!([f_n, tn], below, "{} {}", t, strict);
    }
    let all = curve.sorted().counts();
    prop_assert_eq!([all.positives, all.negatives], rows.at(E::WEIGHTED, f64::NEG_INFINITY, false));
    Ok(())
}

/// The first maximum over +∞ and every score from the largest down. Fractions are compared by cross-multiplication,
/// which is exact: what is rounded is no reason to prefer one of two.
fn best_of_all<E: Entry>(rows: &Rows, objective: Objective) -> Result<(), TestCaseError> {
    let [p, n] = rows.at(E::WEIGHTED, f64::NEG_INFINITY, false);
    if p == 0.0 || n == 0.0 {
        return Ok(());
    }
    let fraction = |[tp, fp]: [f64; 2]| match objective {
        Objective::FBeta { beta, .. } => {
            let square = beta * beta;
            [(1.0 + square) * tp, tp + fp + square * p]
        }
        Objective::Youden => [tp * n - fp * p, p * n],
        Objective::BalancedAccuracy => [tp * n + (n - fp) * p, 2.0 * p * n],
        Objective::Accuracy => [tp + n - fp, p + n],
        Objective::Kappa => [2.0 * (tp * n - fp * p), (tp + fp) * n + p * (p + n - tp - fp)],
        Objective::Precision => [tp, (tp + fp).max(1.0)],
        Objective::Recall => [tp, p],
        Objective::Specificity => [n - fp, n],
        Objective::Cost([of_tp, of_fp, of_fn, of_tn]) => {
            [-(tp * of_tp + fp * of_fp + (p - tp) * of_fn + (n - fp) * of_tn), 1.0]
        }
        Objective::Mcc => unreachable!("no fraction"),
    };
    let (mut threshold, mut at) = (f64::INFINITY, rows.at(E::WEIGHTED, f64::INFINITY, false));
    for t in rows.scores(E::WEIGHTED) {
        let counts = rows.at(E::WEIGHTED, t, false);
        let ([a, b], [c, d]) = (fraction(counts), fraction(at));
        if a * d > c * b {
            (threshold, at) = (t, counts);
        }
    }
    let best = Curve::<E>::of(rows).sorted().best(objective, Constraints::NONE);
    prop_assert_eq!([best.threshold, best.cells.tp, best.cells.fp], [threshold, at[0], at[1]]);
    let [a, b] = fraction(at);
    // Both are whole, so this is the nearest number.
    prop_assert_eq!(best.value, a / b, "{}/{}", a, b);
    Ok(())
}

fn neither_order_nor_joining<E: Entry>(rows: &Rows, cut: usize, seed: u64) -> Result<(), TestCaseError> {
    let len = rows.x.len();
    let whole = Curve::<E>::of(rows);
    let order = order(seed, len);
    let [x, y, w] = [&rows.x, &rows.y, &rows.w].map(|x| shuffled(x, 1, &order));
    let mut parts = [0..cut.min(len), cut.min(len)..len].map(|part| {
        let mut curve = Curve::<E>::new(len);
        let w = E::WEIGHTED.then(|| Numbers::F64(&w[part.clone()]));
        curve.append(Numbers::F64(&x[part.clone()]), Numbers::F64(&y[part]), w).unwrap();
        curve
    });
    let [to, from] = &mut parts;
    join(&mut to.room, &mut to.fill, &from.room, from.fill);
    let [joined, _] = parts;
    prop_assert_eq!(joined.sort().answers(), whole.answers());
    Ok(())
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn the_area_counts_pairs(rows in prop_oneof![any_rows(), tied_rows()]) {
        areas_are_pairs::<u32>(&rows)?;
        areas_are_pairs::<u64>(&rows)?;
        areas_are_pairs::<Weighted>(&rows)?;
    }

    #[test]
    fn part_of_the_area(rows in any_rows(), max_fpr in 0.01..1.0_f64) {
        partial_area::<u32>(&rows, max_fpr)?;
        partial_area::<Weighted>(&rows, max_fpr)?;
    }

    #[test]
    fn average_precision_by_its_definition(rows in any_rows()) {
        precision::<u32>(&rows)?;
        precision::<u64>(&rows)?;
        precision::<Weighted>(&rows)?;
    }

    #[test]
    fn counts_at_any_threshold(rows in any_rows()) {
        counts_at::<u32>(&rows)?;
        counts_at::<u64>(&rows)?;
        counts_at::<Weighted>(&rows)?;
    }

    #[test]
    fn the_best_threshold_by_trying_all(rows in any_rows(), fp_cost in -2..4_i32, fn_cost in -2..4_i32) {
        let cost = Objective::Cost([0.0, fp_cost.into(), fn_cost.into(), 0.0]);
        let benefit = Objective::Cost([(-fp_cost).into(), 1.0, 0.0, fn_cost.into()]);
        let rates = [Objective::Precision, Objective::Recall, Objective::Specificity];
        let whole = [Objective::FBeta { beta: 1.0, epsilon: 0.0 }, Objective::FBeta { beta: 2.0, epsilon: 0.0 }, Objective::Youden, Objective::Accuracy];
        let both = [Objective::BalancedAccuracy, cost, benefit];
        for objective in rates.into_iter().chain(whole).chain(both) {
        best_of_all::<u32>(&rows, objective)?;
        best_of_all::<u64>(&rows, objective)?;
        best_of_all::<Weighted>(&rows, objective)?;
        }
    }

    #[test]
    fn neither_order_nor_joining_matters(rows in any_rows(), cut in 0..60usize, seed: u64) {
        neither_order_nor_joining::<u32>(&rows, cut, seed)?;
        neither_order_nor_joining::<u64>(&rows, cut, seed)?;
        // Weights whose sums round: their order must not show either.
        let w = rows.w.iter().enumerate().map(|(i, w)| w / 3.0 + i as f64 * 0.1).collect();
        neither_order_nor_joining::<Weighted>(&Rows { w, ..rows }, cut, seed)?;
    }

    #[test]
    fn keys_are_in_the_order_of_scores(a: f64, b: f64, positive: bool) {
        for (a, b) in [(a, b), (a, a), (a.abs(), b.abs()), (-a.abs(), -b.abs()), (0.0, -0.0)] {
            prop_assume!(!a.is_nan() && !b.is_nan());
            let ((ka, na), (kb, nb)) = (<u64 as Key>::new(a, positive), <u64 as Key>::new(b, !positive));
            prop_assert_eq!((!na, ka.rank()).partial_cmp(&(!nb, kb.rank())), a.partial_cmp(&b));
            prop_assert_eq!((ka.is_positive(), ka.score(na)), (positive, a));
            let (single, narrow) = (a as f32, <u32 as Key>::new(a as f32, positive));
            prop_assert_eq!((narrow.0.is_positive(), narrow.0.score(narrow.1)), (positive, f64::from(single)));
        }
    }
}

#[test]
fn labels_and_scores_of_every_type_and_length() {
    for len in LENGTHS {
        let (x, y) = (labels(1, len, 100), labels(2, len, 2));
        let rows = Rows { w: vec![1.0; len], x, y };
        let expected = Curve::<u32>::of(&rows).answers();
        let answers = |x: Numbers<'_>, y: Numbers<'_>| {
            let mut curve = Curve::<u32>::new(len);
            curve.append(x, y, None).unwrap();
            curve.sort().answers()
        };
        for found in in_each_type(&rows.y, |y| answers(Numbers::F32(&f32s(&rows.x)), y)) {
            assert_eq!(found, expected);
        }
        for found in in_each_type(&rows.x, |x| answers(x, Numbers::F64(&rows.y))) {
            assert_eq!(found, expected);
        }
    }
}

/// More entries than are passed between two remembered counts.
#[test]
fn counts_along_a_long_curve() {
    for len in [STRIDE - 1, STRIDE, STRIDE + 1, 5 * STRIDE + 7] {
        let x = units(3, len).iter().map(|u| f64::from((u * 3.0 - 1.0) as f32)).collect();
        let rows = Rows { x, y: labels(4, len, 2), w: labels(5, len, 5) };
        let (plain, weighted) = (Curve::<u64>::of(&rows), Curve::<Weighted>::of(&rows));
        for t in [-2.0, -1.0, -0.75, -0.1, 0.0, 0.3, 1.0, 1.9, 2.0] {
            let found = plain.sorted().cells_at(t, false);
            assert_eq!([found.tp, found.fp], rows.at(false, t, false));
            let found = weighted.sorted().cells_at(t, true);
            assert_eq!([found.tp, found.fp], rows.at(true, t, true));
        }
    }
}

/// 0.1 · n, rounded once, wherever the counting begins; plain addition is off from the third on.
#[test]
fn sums_of_weights_are_rounded_once() {
    let len = 3 * STRIDE + 5;
    let rows = Rows { x: (0..len).map(|i| (i / 3) as f64).collect(), y: vec![1.0; len], w: vec![0.1; len] };
    let curve = Curve::<Weighted>::of(&rows);
    let sorted = curve.sorted();
    let mut above = 0;
    let mut exact = 0.0;
    sorted.groups(|group| {
        let score = group.score.0.score(group.score.1);
        above += rows.x.iter().filter(|&&x| x == score).count() as u128;
        exact = (above * 3_602_879_701_896_397) as f64 / 2_f64.powi(55);
        assert_eq!(group.total.positives, exact, "{above} rows");
        assert_eq!(sorted.cells_at(score, false).tp, group.total.positives);
        let below = (len as u128 - above) * 3_602_879_701_896_397;
        assert_eq!(sorted.cells_at(score, false).f_n, below as f64 / 2_f64.powi(55));
    });
    assert_eq!(sorted.counts(), Counts { positives: exact, negatives: 0.0 });
}

/// Equal scores stand in another order afterwards, also where what is remembered begins.
#[test]
fn counts_are_the_same_in_canonical_order() {
    let len = 2 * STRIDE + 9;
    let rows = Rows { x: labels(6, len, 3), y: labels(7, len, 2), w: labels(8, len, 3) };
    fn check<E: Entry>(rows: &Rows) {
        let mut curve = Curve::<E>::of(rows);
        let counts = |curve: &Curve<E>| [0.0, 1.0, 2.0].map(|t| curve.sorted().cells_at(t, false));
        let before = counts(&curve);
        canonicalise(&mut curve.room, curve.fill);
        remember(&curve.room, curve.fill, &mut curve.counts);
        assert_eq!(counts(&curve), before);
    }
    check::<u32>(&rows);
    check::<u64>(&rows);
    check::<Weighted>(&rows);
}

#[test]
fn range_of_scores() {
    let range = |x: &[f64]| {
        let rows = Rows { x: x.to_vec(), y: vec![1.0; x.len()], w: vec![1.0; x.len()] };
        let [a, b] = [Curve::<u32>::of(&rows).sorted().range(), Curve::<Weighted>::of(&rows).sorted().range()];
        assert_eq!(a, b);
        a
    };
    assert_eq!(range(&[0.5, -2.0, 3.0]), [-2.0, 3.0]);
    assert_eq!(range(&[-0.5, -2.0]), [-2.0, -0.5]);
    assert_eq!(range(&[4.0, 2.0, f64::INFINITY]), [2.0, f64::INFINITY]);
    assert_eq!(range(&[-0.0]), [0.0, 0.0]);
    assert!(Curve::<u32>::new(4).sort().sorted().range()[0].is_nan());
}

#[test]
fn whole_weights_are_repetition() {
    let rows = Rows { x: labels(1, 200, 30), y: labels(2, 200, 2), w: labels(3, 200, 4) };
    let repeat = |x: &[f64]| -> Vec<f64> {
        x.iter().zip(&rows.w).flat_map(|(&x, &w)| core::iter::repeat_n(x, w as usize)).collect()
    };
    let repeated = Rows { x: repeat(&rows.x), y: repeat(&rows.y), w: Vec::new() };
    assert_eq!(Curve::<Weighted>::of(&rows).answers(), Curve::<u64>::of(&repeated).answers());
}

#[test]
fn one_class_against_another() {
    let scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    let take = |place: Place, labels: &[i32]| {
        let mut curve = Curve::<u32>::new(9);
        let fine =
            append(&mut curve.room, &mut curve.fill, &Numbers::F64(&scores), &Numbers::I32(labels), None, &place);
        fine.map(|()| curve.sort().sorted().counts()).map(|counts| [counts.positives, counts.negatives])
    };
    let rest = Place { columns: 3, column: 1, classes: 3, ..BINARY };
    assert_eq!(take(rest, &[1, 2, 0]), Ok([1.0, 2.0]));
    assert_eq!(take(Place { against: 2, ..rest }, &[1, 2, 0]), Ok([1.0, 1.0]));
    let each = Place { label_columns: 3, classes: 2, ..rest };
    assert_eq!(take(each, &[0, 1, 0, 0, 1, 0, 1, 0, 1]), Ok([2.0, 1.0]));
    let label = Fault { problem: Problem::Label, argument: Argument::Targets, index: 4, value: 2.0 };
    assert_eq!(take(each, &[0, 1, 0, 0, 2, 0, 1, 0, 1]), Err(label));
}

#[test]
fn a_fault_says_where_and_adds_nothing() {
    let at = 1024 + 5;
    let (mut x, mut y, mut w) = (vec![0.5; 1100], vec![1.0; 1100], vec![1.0; 1100]);
    let mut curve = Curve::<Weighted>::new(1100);
    let mut told = |x: &[f64], y: &[f64], w: &[f64]| {
        let fault = curve.append(Numbers::F64(x), Numbers::F64(y), Some(Numbers::F64(w))).unwrap_err();
        assert_eq!((curve.fill.negative, curve.fill.others, fault.index), (0, 0, at));
        (fault.problem, fault.argument)
    };
    x[at] = f64::NAN;
    assert_eq!(told(&x, &y, &w), (Problem::Nan, Argument::Predictions));
    x[at] = f64::INFINITY;
    y[at] = 2.0;
    assert_eq!(told(&x, &y, &w), (Problem::Label, Argument::Targets));
    y[at] = 0.0;
    w[at] = -1.0;
    assert_eq!(told(&x, &y, &w), (Problem::Weight, Argument::SampleWeight));
    w[at] = 0.0;
    curve.append(Numbers::F64(&x), Numbers::F64(&y), Some(Numbers::F64(&w))).unwrap();
    assert_eq!(curve.sort().sorted().len(), 1099, "a row without weight is none");
    let nan = Numbers::F32(&[0.0, 1.0, 2.0, f32::NAN]);
    let place = Place { columns: 2, column: 1, ..BINARY };
    let fault = append::<u32>(&mut [0; 2], &mut Fill::default(), &nan, &Numbers::U8(&[0, 1]), None, &place);
    assert_eq!(fault.unwrap_err().index, 3);
}

/// Both points have tpr − fpr = 1/2100, a difference of larger numbers: rounding alone tells them apart.
#[test]
fn of_equally_good_thresholds_the_largest() {
    let groups = [(2.0, 1, 2), (1.0, 42, 98), (0.0, 257, 600)];
    let rows = |label: f64, of: fn(&(f64, usize, usize)) -> usize| {
        groups.iter().flat_map(move |group| core::iter::repeat_n((group.0, label), of(group))).collect::<Vec<_>>()
    };
    let (x, y) = [rows(1.0, |group| group.1), rows(0.0, |group| group.2)].concat().into_iter().unzip();
    let best = Curve::<u32>::of(&Rows { x, y, w: Vec::new() }).sorted().best(Objective::Youden, Constraints::NONE);
    assert_eq!([best.threshold, best.cells.tp, best.cells.fp], [2.0, 1.0, 2.0]);
}

#[test]
fn no_entries() {
    let curve = Curve::<u32>::new(4).sort();
    let sorted = curve.sorted();
    assert!(sorted.is_empty());
    assert_eq!(sorted.average_precision(), 0.0);
    assert!([sorted.area(), sorted.area_up_to(0.5), sorted.precision_recall_area()].iter().all(|area| area.is_nan()));
    assert_eq!(sorted.cells_at(0.0, false), Cells::default());
}

/// By trying all thresholds, +∞ first: the largest value among those that keep to the constraints, of equal ones the
/// larger constrained rates, then the first.
fn best_within<E: Entry>(rows: &Rows, objective: Objective, constraints: Constraints) -> Result<(), TestCaseError> {
    let [p, n] = rows.at(E::WEIGHTED, f64::NEG_INFINITY, false);
    if p == 0.0 || n == 0.0 {
        return Ok(());
    }
    let mut found: Option<(f64, [f64; 4], f64)> = None;
    for t in [f64::INFINITY].into_iter().chain(rows.scores(E::WEIGHTED)) {
        let [tp, fp] = rows.at(E::WEIGHTED, t, false);
        let rates = [tp / p, tp / (tp + fp), (n - fp) / n, -fp / n];
        let bounds = [constraints.recall, constraints.precision, constraints.specificity, -constraints.fpr];
        if rates.iter().zip(bounds).any(|(&rate, bound)| !bound.is_nan() && (rate.is_nan() || rate < bound)) {
            continue;
        }
        let told: Vec<f64> = rates.iter().zip(bounds).map(|(&r, b)| if b.is_nan() { 0.0 } else { r }).collect();
        let told = [told[0], told[1], told[2], told[3]];
        let value = objective.value(Cells { tp, fp, f_n: p - tp, tn: n - fp });
        if found.is_none_or(|(best, rates, _)| value > best || value == best && told > rates) {
            found = Some((value, told, t));
        }
    }
    let best = Curve::<E>::of(rows).sorted().best(objective, constraints);
    match found {
        None => prop_assert!(best.threshold.is_nan() && best.value.is_nan()),
        Some((value, _, threshold)) => prop_assert_eq!([best.value, best.threshold], [value, threshold]),
    }
    Ok(())
}

/// Columns of points as they are written.
fn points<E: Entry>(curve: &Curve<E>, finish: impl Fn(&mut Points<'_>, Counts) -> usize) -> Vec<[f64; 3]> {
    let sorted = curve.sorted();
    let len = sorted.distinct() + 1;
    let mut columns = [vec![0.0; len], vec![0.0; len + 1], vec![0.0; len + 1]];
    let [thresholds, tp, fp] = &mut columns;
    sorted.points(false, Points { thresholds, tp, fp });
    let kept = finish(&mut Points { thresholds, tp, fp }, sorted.counts());
    (0..kept).map(|i| [columns[0].get(i).copied().unwrap_or(f64::NAN), columns[1][i], columns[2][i]]).collect()
}

/// The smallest expected cost over all thresholds, at a probability cost.
fn least_cost(rows: &Rows, at: f64) -> f64 {
    let [p, n] = rows.at(false, f64::NEG_INFINITY, false);
    let costs = rows.scores(false).into_iter().map(|t| rows.at(false, t, false)).chain([[0.0, 0.0]]);
    costs.map(|[tp, fp]| (p - tp) / p * at + fp / n * (1.0 - at)).fold(f64::INFINITY, f64::min)
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn constraints_are_kept(rows in any_rows(), bound in 0..=4_u8, which in 0..4_usize) {
        let bound = f64::from(bound) / 4.0;
        let mut constraints = Constraints::NONE;
        *[&mut constraints.recall, &mut constraints.precision, &mut constraints.specificity, &mut constraints.fpr]
            [which] = bound;
        for objective in [Objective::Precision, Objective::Recall, Objective::Specificity, Objective::Mcc] {
            best_within::<u32>(&rows, objective, constraints)?;
            best_within::<Weighted>(&rows, objective, constraints)?;
        }
    }

    #[test]
    fn points_count_what_is_at_or_above(rows in any_rows()) {
        for weighted in [false, true] {
            let all = |p: &mut Points<'_>, _| p.thresholds.len();
            let found =
                if weighted { points(&Curve::<Weighted>::of(&rows), all) } else { points(&Curve::<u64>::of(&rows), all) };
            let scores = rows.scores(weighted);
            let expected: Vec<_> = scores.iter().map(|&t| (t, rows.at(weighted, t, false))).collect();
            prop_assert_eq!(found[0], [f64::INFINITY, 0.0, 0.0]);
            let found: Vec<_> = found[1..].iter().map(|&[t, tp, fp]| (t, [tp, fp])).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn the_envelope_of_costs_is_the_least(rows in any_rows()) {
        let [p, n] = rows.at(false, f64::NEG_INFINITY, false);
        prop_assume!(p > 0.0 && n > 0.0);
        let corners = points(&Curve::<u64>::of(&rows), costs);
        prop_assert_eq!(corners[0][1], 0.0);
        prop_assert_eq!(corners[corners.len() - 1][1], 1.0);
        for pair in corners.windows(2) {
            let ([_, from, cost], [_, to, next]) = (pair[0], pair[1]);
            prop_assert!(from <= to);
            for share in [0.0, 0.3, 1.0] {
                let (at, cost) = (from + share * (to - from), cost + share * (next - cost));
                prop_assert!((cost - least_cost(&rows, at)).abs() <= 1e-12);
            }
        }
    }

    #[test]
    fn dropped_points_of_a_roc_curve_lie_on_it(rows in any_rows()) {
        let [p, n] = rows.at(false, f64::NEG_INFINITY, false);
        prop_assume!(p > 0.0 && n > 0.0);
        let curve = Curve::<u64>::of(&rows);
        let [all, some] = [false, true].map(|drop| points(&curve, |p, totals| roc(p, totals, drop)));
        let area = |points: &[[f64; 3]]| -> f64 {
            points.windows(2).map(|w| (w[1][2] - w[0][2]) * (w[1][1] + w[0][1]) / 2.0).sum()
        };
        prop_assert!((area(&all) - area(&some)).abs() <= 1e-12);
        prop_assert!(some.iter().all(|point| all.contains(point)));
        prop_assert!((area(&all) - curve.sorted().area()).abs() <= 1e-12);
    }
}

#[test]
fn areas_of_weights_of_any_size() {
    fn of(x: &[f64], y: &[f64], w: &[f64]) -> Curve<Weighted> {
        Curve::of(&Rows { x: x.to_vec(), y: y.to_vec(), w: w.to_vec() })
    }
    let (y, w) = (
        [0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0],
        [1.0, 5965545354.411006, 1e-10, 0.6086360311601311, 0.7453477040398866, 0.420108255231753, 1.0],
    );
    let heavy = of(&[1.0, 3.0, 3.0, 1.0, 3.0, 0.0, 0.0], &y, &w);
    let areas = [heavy.sorted().average_precision(), heavy.sorted().precision_recall_area(), heavy.sorted().area()];
    assert!(areas.iter().all(|area| (0.999..=1.0).contains(area)), "{areas:?}");
    for w in [[1e300, 5e-324, 1e300], [5e-324; 3], [1e300; 3], [1.0, 2.0, 1e-320]] {
        let curve = of(&[3.0, 2.0, 1.0], &[1.0, 1.0, 0.0], &w);
        let sorted = curve.sorted();
        assert_eq!([sorted.area(), sorted.area_up_to(1.0), sorted.average_precision()], [1.0; 3], "{w:?}");
    }
}

#[test]
fn quotients_of_whole_numbers_are_rounded_once() {
    assert_eq!(areas::share(1, 3), 1.0 / 3.0);
    assert_eq!(areas::share(0, u64::MAX), 0.0);
    assert_eq!(areas::share(u64::MAX, u64::MAX), 1.0);
    assert_eq!(areas::share(1, 1 << 63), 1.0 / 9_223_372_036_854_775_808.0);
    // (2⁵³ + 1) / 2⁶³, half way between two numbers: the even one; a little more: the other one.
    let unit = 1.0 / 1024.0;
    assert_eq!(areas::share((1 << 53) + 1, 1 << 63), unit);
    assert_eq!(areas::share((1 << 53) + 1, (1 << 63) - 1), unit.next_up());
}

/// Five rows, worked by hand: scores 0.9 (1), 0.8 (0), 0.7 (1), 0.4 (1), 0.1 (0).
fn five() -> Curve<u64> {
    let (x, y) = (vec![0.9, 0.8, 0.7, 0.4, 0.1], vec![1.0, 0.0, 1.0, 1.0, 0.0]);
    Curve::of(&Rows { x, y, w: Vec::new() })
}

#[test]
fn curves_by_hand() {
    let third = 1.0 / 3.0;
    // Without the point for nothing positive.
    let [precision, recall] = [1, 2].map(|column| {
        let curve = five();
        let sorted = curve.sorted();
        let mut columns = [vec![0.0; 6], vec![0.0; 6], vec![0.0; 6]];
        let [thresholds, tp, fp] = &mut columns;
        sorted.points(false, Points { thresholds, tp, fp });
        let mut rest = Points { thresholds: &mut thresholds[1..], tp: &mut tp[1..], fp: &mut fp[1..] };
        assert_eq!(precision_recall(&mut rest, sorted.counts(), false), 5);
        columns[column][1..].to_vec()
    });
    assert_eq!(precision, [0.6, 0.75, 2.0 / 3.0, 0.5, 1.0]);
    assert_eq!(recall, [1.0, 1.0, 2.0 / 3.0, third, third]);
    let curve = five();
    let sorted = curve.sorted();
    // Between (fpr 0.5, fnr 1/3) at 0.7 and the point before it at 0.8 (0.5, 2/3): equal at one half.
    assert_eq!(sorted.equal_error(), [0.5, 0.8]);
    // By trapezoids: 1/3 · 1, then over 2/3 and 1.
    let area = third * 1.0 + third * (0.5 + 2.0 / 3.0) / 2.0 + third * (2.0 / 3.0 + 0.75) / 2.0;
    assert!((sorted.precision_recall_area() - area).abs() <= 1e-15);
    // tpr is 1/3 up to fpr 0, rises at 0.5 from 1/3 to 1: the ROC curve is a step, 1/3 to 0.5 and 1 from there.
    let log_area = (third * (0.5_f64 / 0.001).ln() + 2.0_f64.ln()) / 1000.0_f64.ln();
    assert!((sorted.log_area(0.001) - log_area).abs() <= 1e-15);
}

/// Four points on one line, 1 : 1 in counts, though 1/7 and 1/9 are rounded: one corner each end, none between.
#[test]
fn no_corner_on_a_straight_line() {
    let x = [vec![9.0; 2], vec![5.0, 5.0, 4.0, 4.0, 3.0, 3.0, 2.0, 2.0], vec![1.0; 6]].concat();
    let y = [vec![1.0; 2], [1.0, 0.0].repeat(4), vec![1.0, 0.0, 0.0, 0.0, 0.0, 0.0]].concat();
    let corners = points(&Curve::<u64>::of(&Rows { x, y, w: Vec::new() }), costs);
    assert_eq!(corners.iter().map(|corner| corner[0]).take(3).collect::<Vec<_>>(), [9.0, 2.0, 1.0]);
    assert_eq!(corners.len(), 4);
}

#[test]
fn detection_errors_with_and_without_ends() {
    let thresholds = |drop, with_ends| {
        let curve = five();
        let sorted = curve.sorted();
        let mut columns = [vec![0.0; 6], vec![0.0; 7], vec![0.0; 7]];
        let [thresholds, tp, fp] = &mut columns;
        sorted.points(false, Points { thresholds, tp, fp });
        let [count, first] = det(&mut Points { thresholds, tp, fp }, sorted.counts(), drop, with_ends);
        thresholds[first..first + count].to_vec()
    };
    assert_eq!(thresholds(false, true), [0.1, 0.4, 0.7, 0.8, 0.9, f64::INFINITY]);
    assert_eq!(thresholds(false, false), [0.4, 0.7, 0.8, 0.9]);
}

/// Of negative rows alone κ is undefined with nothing positive, 0 otherwise; precision is undefined with nothing positive.
#[test]
fn what_is_undefined_is_not_best() {
    let curve = Curve::<u32>::of(&Rows { x: vec![3.0, 2.0], y: vec![0.0; 2], w: Vec::new() });
    let best = curve.sorted().best(Objective::Kappa, Constraints::NONE);
    assert_eq!([best.threshold, best.value], [3.0, 0.0]);
    let precise = Constraints { precision: 0.0, ..Constraints::NONE };
    let best = curve.sorted().best(Objective::Accuracy, precise);
    assert_eq!([best.threshold, best.value], [3.0, 0.5]);
}

#[test]
fn thresholds_of_a_list() {
    let curve = five();
    let best = curve.sorted().best_of(
        &[0.5, 0.4, 0.3, 0.05],
        false,
        Objective::FBeta { beta: 1.0, epsilon: 0.0 },
        Constraints::NONE,
    );
    assert_eq!((best.threshold, best.cells.tp, best.cells.fp), (0.4, 3.0, 1.0));
    let strict = curve.sorted().best_of(&[0.7, 0.4], true, Objective::Recall, Constraints::NONE);
    assert_eq!((strict.threshold, strict.cells.tp, strict.cells.fp), (0.4, 2.0, 1.0));
}

#[test]
fn entries_from_outside_are_looked_at() {
    fn check<E: Entry + PartialEq + core::fmt::Debug>(rows: &Rows) {
        let curve = Curve::<E>::of(rows);
        let (mut room, fill) = (curve.room.clone(), curve.fill);
        canonicalise(&mut room, fill);
        assert!(is_valid(&room, fill));
        let mut backwards = Curve::<E>::of(&Rows {
            x: rows.x.iter().rev().copied().collect(),
            y: rows.y.iter().rev().copied().collect(),
            w: rows.w.iter().rev().copied().collect(),
        });
        canonicalise(&mut backwards.room, fill);
        assert_eq!(backwards.room[..fill.negative], room[..fill.negative]);
        let others = room.len() - fill.others;
        assert_eq!(backwards.room[others..], room[others..]);
        room.swap(others, others + fill.others - 1);
        assert!(!is_valid(&room, fill), "out of order");
        room[others..].fill(E::new(E::Key::new(<E::Key as Key>::Float::NAN, true).0, 1.0));
        assert!(!is_valid(&room, fill), "NaN");
    }
    let rows = Rows {
        x: vec![-1.0, -1.0, -2.0, 0.5, 0.5, 0.5, f64::INFINITY, f64::NEG_INFINITY, 0.0],
        y: vec![1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0],
        w: vec![1.0, 2.0, 0.5, 3.0, 1.0, 0.25, 1.0, 1.0, 1.0],
    };
    check::<u32>(&rows);
    check::<u64>(&rows);
    check::<Weighted>(&rows);
}

/// Counts as they may come, from rows or from weights of any size.
fn any_cells() -> impl Strategy<Value = Cells> {
    let weights = vec![0.0, 5e-324, 3e-310, 1e-155, 0.1, 0.3, 1.0, 2.0, 7.0, 1e155, 3e295, 9_007_199_254_740_991.0];
    let count = prop_oneof![(0..12_i32).prop_map(f64::from), prop::sample::select(weights)];
    [count.clone(), count.clone(), count.clone(), count].prop_map(|[tp, fp, f_n, tn]| Cells { tp, fp, f_n, tn })
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn values_keep_the_order_of_exact_comparison(a in any_cells(), b in any_cells(), epsilon in 0..3_i32, beta in 0..4_i32) {
        let (beta, epsilon) = (if beta == 3 { f64::INFINITY } else { f64::from(beta) / 2.0 }, f64::from(epsilon) / 4.0);
        let objectives = [
            Objective::FBeta { beta: 1.0, epsilon: 0.0 },
            Objective::FBeta { beta, epsilon },
            Objective::Youden,
            Objective::Accuracy,
            Objective::BalancedAccuracy,
            Objective::Mcc,
            Objective::Kappa,
            Objective::Precision,
            Objective::Recall,
            Objective::Specificity,
            Objective::Cost([-0.5, 3.0, 0.1, 0.0]),
        ];
        for objective in objectives {
            let [x, y] = [a, b].map(|cells| objective.value(cells));
            if x.is_nan() || y.is_nan() {
                continue;
            }
            let order = objective.compare(a, b);
            prop_assert_eq!(objective.compare(b, a), order.reverse());
            prop_assert!(if order.is_eq() { x == y } else if order.is_lt() { x <= y } else { x >= y }, "{:?} {} {}", objective, x, y);
            let least = if matches!(objective, Objective::Youden | Objective::Mcc | Objective::Kappa) { -1.0 } else { 0.0 };
            prop_assert!(matches!(objective, Objective::Cost(_)) || (least..=1.0).contains(&x), "{:?} {}", objective, x);
            // Proportions alone count, by any power of two.
            if !matches!(objective, Objective::Cost(_)) && epsilon == 0.0 {
                let Cells { tp, fp, f_n, tn } = a;
                let [tp, fp, f_n, tn] = [tp, fp, f_n, tn].map(|x| x * 4.0);
                prop_assert_eq!(objective.value(Cells { tp, fp, f_n, tn }), x);
            }
        }
    }
}

#[test]
fn a_perfect_correlation_is_1() {
    for (p, n) in (1..40).flat_map(|p| (1..40).map(move |n| (f64::from(p), f64::from(n)))) {
        for scale in [1.0, 0.1, 1e-300, 1e290] {
            let right = Cells { tp: p * scale, fp: 0.0, f_n: 0.0, tn: n * scale };
            assert_eq!(Objective::Mcc.value(right), 1.0, "{right:?}");
            let wrong = Cells { tp: 0.0, fp: p * scale, f_n: n * scale, tn: 0.0 };
            assert_eq!(Objective::Mcc.value(wrong), -1.0, "{wrong:?}");
        }
    }
}
