//! Confusion matrices: rows are true classes, columns predicted ones.
//!
//! State: one counter for each cell, or one sum for each cell where rows have weights. Where that would be too many, no
//! words at all: rows leave entries for a sparse table.

use crate::decide::{Choice, From, Threshold, Ties};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Status};
use crate::simd::{Scalar, tally, threshold_counts, u32s_mut};
use crate::sparse::Entries;
use crate::state::{self, Kind, Layout, Metric, Parts};
use crate::sum;

/// Tables side by side, so that neighbouring rows of one cell do not wait for each other.
const TABLES: usize = 4;

/// Up to here all of them stay in the nearest cache.
const MAX_SIDE_BY_SIDE: usize = 40;

/// Up to here one table does that has half the width of the counters.
const MAX_NARROW: usize = 128;

/// Words of the largest table that has a place for every cell: 8 MiB.
const MAX_DENSE: usize = 1 << 20;

/// Up to here every class is exact in float32.
const MAX_CLASSES: f64 = 16_777_216.0;

/// How predictions become classes.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// They are classes.
    Classes,
    /// One score for each row: class 1 where it is positive.
    Positive(Threshold),
    /// A row of scores for each row: one of its columns.
    Choice(Choice),
}

/// How a matrix is counted.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Number of classes.
    pub classes: usize,
    /// What predictions are.
    pub rule: Rule,
    /// Targets that are left out.
    pub ignore: Option<f64>,
    /// Whether rows have weights.
    pub weighted: bool,
    /// Whether rows are so few that a place for each cell would cost more than they do.
    pub few: bool,
}

impl Metric for Config {
    const KIND: Kind = Kind::Confusion;

    fn from_config(
        &[classes, from, binary, threshold, strict, ignoring, ignore, weighted, top, ties, few, ..]: &state::Config,
    ) -> Option<Self> {
        if !((1.0..=MAX_CLASSES).contains(&classes) && top >= 1.0) {
            return None;
        }
        let (strict, classes, top) = (strict == 1.0, classes as usize, top as usize);
        let rule = match From::from_code(from)? {
            From::Labels => Rule::Classes,
            from if binary == 1.0 => Rule::Positive(Threshold { from, threshold, strict }),
            from => Rule::Choice(Choice { classes, from, top, ties: Ties::from_code(ties) }),
        };
        let ignore = (ignoring == 1.0).then_some(ignore);
        Some(Self { classes, rule, ignore, weighted: weighted == 1.0, few: few == 1.0 })
    }

    fn layout(&self) -> Layout {
        let cells = if self.is_sparse() { 0 } else { self.classes * self.classes };
        let (counters, sums) = if self.weighted { (0, cells) } else { (cells, 0) };
        let scratch = if let Rule::Choice(choice) = self.rule { choice.scratch() } else { 0 };
        Layout { counters, sums, scratch: self.table_words().saturating_add(scratch) }
    }
}

impl Config {
    /// Elements of one row of predictions.
    pub fn columns(&self) -> usize {
        if let Rule::Choice(choice) = self.rule { choice.classes } else { 1 }
    }

    /// Too many cells to have a place for each: decided by the configuration alone, so equal counts have equal bytes.
    pub fn is_sparse(&self) -> bool {
        let cell_words = if self.weighted { sum::WORDS } else { 1 };
        self.few || self.classes.saturating_mul(self.classes).saturating_mul(cell_words) > MAX_DENSE
    }

    /// Narrow tables that rows are counted in before they reach the counters.
    fn tables(&self) -> usize {
        if self.weighted || self.is_sparse() || self.classes > MAX_NARROW {
            0
        } else if self.classes > MAX_SIDE_BY_SIDE {
            1
        } else {
            TABLES
        }
    }

    /// Words of these: each has a place for every cell, and one for rows that are left out.
    fn table_words(&self) -> usize {
        let tables = self.tables();
        if tables == 0 { 0 } else { (tables * (self.classes * self.classes + 1)).div_ceil(2) }
    }
}

/// Which rows are kept.
#[derive(Clone, Copy, Default)]
pub enum Wanted<'a> {
    /// None.
    #[default]
    None,
    /// Those that are wrong.
    Errors,
    /// All.
    All,
    /// Those of some cells, in ascending order.
    Cells(&'a [f64]),
}

/// What an update leaves besides its counters: by default nothing.
#[derive(Default)]
pub struct Outputs<'a> {
    /// Cells of a sparse table.
    pub cells: Entries<'a>,
    /// Rows behind cells, under their cell.
    pub rows: Entries<'a>,
    /// Which rows.
    pub wanted: Wanted<'a>,
    /// The number of the first row.
    pub first: usize,
}

impl Outputs<'_> {
    /// Leaves entries of a block of cells, where there is no place for them, and of the rows that are kept.
    fn leave<'a>(
        &mut self,
        config: &Config,
        start: usize,
        cells: impl Iterator<Item = (&'a i32, &'a i32)>,
        weights: Option<&[f64]>,
    ) {
        let (first, sparse) = (self.first + start, config.is_sparse());
        for (i, (&label, &predicted)) in cells.enumerate() {
            let weight = weights.map_or(1.0, |weights| weights.get(i).copied().unwrap_or(0.0));
            if label < 0 || weight == 0.0 {
                continue;
            }
            let key = key(config.classes, label, predicted);
            if sparse {
                self.cells.push(key, weight);
            }
            let wanted = match self.wanted {
                Wanted::None => false,
                Wanted::Errors => label != predicted,
                Wanted::All => true,
                Wanted::Cells(keys) => keys.binary_search_by(|wanted| wanted.total_cmp(&(key as f64))).is_ok(),
            };
            if wanted {
                self.rows.push(key, (first + i) as f64);
            }
        }
    }
}

fn key(classes: usize, label: i32, predicted: i32) -> u64 {
    (label as u64).wrapping_mul(classes as u64).wrapping_add(predicted as u64)
}

/// Adds rows. On a fault the state may hold some of them.
pub fn update(
    config: &Config,
    words: &mut [i64],
    predictions: Numbers<'_>,
    targets: Numbers<'_>,
    weights: Option<Numbers<'_>>,
    outputs: &mut Outputs<'_>,
) -> Status {
    let layout = config.layout();
    let Some(Parts { counters, sums, scratch }) = layout.split(words) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    if weights.is_some() != config.weighted {
        return Err(Fault::misuse(Argument::SampleWeight));
    }
    let (table, room) = scratch.split_at_mut(config.table_words());
    let table = u32s_mut(table);
    table.fill(0);
    let mut places = [0; BLOCK];
    let (mut prediction_buffer, mut label_buffer, mut weight_buffer) = ([0; BLOCK], [0; BLOCK], [0.0; BLOCK]);
    let rows = targets.len();
    let keeping = !matches!(outputs.wanted, Wanted::None);
    for start in (0..rows).step_by(BLOCK) {
        let len = BLOCK.min(rows - start);
        let classes = config.classes as i32;
        if let (Rule::Positive(threshold), None, Numbers::F32(x), Numbers::U8(y), None) =
            (&config.rule, config.ignore, &predictions, &targets, &weights)
            && !keeping
            && count_bytes(threshold, x, y, start, len, counters)
        {
            continue;
        }
        let labels = targets.labels(start, len, classes, config.ignore, Argument::Targets, &mut label_buffer)?;
        let predicted = config.predict(&predictions, labels, start, len, room, &mut prediction_buffer)?;
        let cells = labels.iter().zip(predicted).take(len);
        let weights = match &weights {
            Some(weights) => Some(weights.weights(start, len, Argument::SampleWeight, &mut weight_buffer)?),
            None => None,
        };
        if keeping || config.is_sparse() {
            outputs.leave(config, start, cells.clone(), weights);
        }
        match weights {
            _ if config.is_sparse() => {}
            None if table.is_empty() => config.count(cells, counters),
            None => {
                let places = config.places(cells, &mut places);
                let fine = if config.tables() == 1 {
                    tally::<1>(places, table.as_chunks_mut().0)
                } else {
                    tally::<TABLES>(places, table.as_chunks_mut().0)
                };
                if !fine {
                    return Err(Fault::misuse(Argument::Predictions));
                }
            }
            Some(weights) => {
                for ((&label, &predicted), &weight) in cells.zip(weights) {
                    if label >= 0
                        && let Some(sum) = sums.get_mut(label as usize * config.classes + predicted as usize)
                    {
                        sum::add(sum, weight);
                    }
                }
            }
        }
    }
    for (counter, counts) in counters.iter_mut().zip(table.chunks_exact(config.tables().max(1))) {
        *counter += counts.iter().map(|&count| i64::from(count)).sum::<i64>();
    }
    layout.canonicalise(words);
    Ok(())
}

impl Config {
    #[inline(always)]
    fn count<'a>(&self, cells: impl Iterator<Item = (&'a i32, &'a i32)>, counters: &mut [i64]) {
        for (&label, &predicted) in cells {
            // An ignored label is −1: as a cell it is far outside.
            let cell = (label as usize).wrapping_mul(self.classes).wrapping_add(predicted as usize);
            if label >= 0
                && let Some(counter) = counters.get_mut(cell)
            {
                *counter += 1;
            }
        }
    }

    /// The place of each row's cell in a table.
    #[inline(always)]
    fn places<'a, 'b>(
        &self,
        cells: impl ExactSizeIterator<Item = (&'a i32, &'a i32)>,
        to: &'b mut [u32; BLOCK],
    ) -> &'b [u32] {
        let (classes, len) = (self.classes as i32, cells.len());
        if self.ignore.is_some() {
            for (to, (&label, &predicted)) in to.iter_mut().zip(cells) {
                *to = if label < 0 { classes * classes } else { label * classes + predicted }.cast_unsigned();
            }
        } else {
            for (to, (&label, &predicted)) in to.iter_mut().zip(cells) {
                *to = (label * classes + predicted).cast_unsigned();
            }
        }
        to.get(..len).unwrap_or(&[])
    }

    /// The predicted class of each row of a block.
    fn predict<'b>(
        &self,
        predictions: &'b Numbers<'_>,
        labels: &[i32],
        start: usize,
        len: usize,
        room: &mut [i64],
        to: &'b mut Buffer<i32>,
    ) -> Result<&'b [i32], Fault> {
        match &self.rule {
            Rule::Classes => {
                return predictions.labels(start, len, self.classes as i32, None, Argument::Predictions, to);
            }
            Rule::Positive(threshold) => threshold.compare(predictions, start, len, to)?,
            Rule::Choice(choice) => choice.choose(predictions, labels, start, len, room, to)?,
        }
        Ok(to.as_slice())
    }
}

/// The commonest case, sixteen rows at a time; false, with nothing counted, where a value needs a closer look.
fn count_bytes(rule: &Threshold, x: &[f32], y: &[u8], start: usize, len: usize, counters: &mut [i64]) -> bool {
    let range = start..start + len;
    let (Some(x), Some(y), [tn, fp, f_n, tp]) = (x.get(range.clone()), y.get(range), counters) else {
        return false;
    };
    let ((x, []), (y, [])) = (x.as_chunks::<16>(), y.as_chunks::<16>()) else { return false };
    let counts = threshold_counts(x, y, f32::at_least(rule.threshold, rule.strict));
    let in_domain = if rule.from == From::Probabilities { counts.probabilities } else { counts.numbers };
    if !(in_domain && counts.labels) {
        return false;
    }
    *tp += counts.hits;
    *fp += counts.predicted - counts.hits;
    *f_n += counts.positives - counts.hits;
    *tn += len as i64 - counts.positives - (counts.predicted - counts.hits);
    true
}

/// Writes the cells.
pub fn finish(config: &Config, words: &mut [i64], to: &mut [f64]) {
    let Some(Parts { counters, sums, .. }) = config.layout().split(words) else { return };
    if config.weighted {
        to.iter_mut().zip(sums).for_each(|(to, sum)| *to = sum::value(sum));
    } else {
        to.iter_mut().zip(counters).for_each(|(to, &mut count)| *to = count as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Problem;
    use crate::sparse::Entry;
    use crate::testing::{LENGTHS, cases, empty, f32s, in_each_type, labels, order, saved, shuffled, units};
    use proptest::prelude::*;

    const LABELS: Config = Config { classes: 3, rule: Rule::Classes, ignore: None, weighted: false, few: false };
    const SCORES: Config = positive(From::Probabilities, 0.5, false);

    const fn positive(from: From, threshold: f64, strict: bool) -> Config {
        Config { classes: 2, rule: Rule::Positive(Threshold { from, threshold, strict }), ..LABELS }
    }

    const fn choice(classes: usize, from: From, top: usize, ties: Ties) -> Config {
        Config { classes, rule: Rule::Choice(Choice { classes, from, top, ties }), ..LABELS }
    }

    /// The words after one update.
    fn state(config: &Config, x: Numbers<'_>, y: Numbers<'_>, w: Option<Numbers<'_>>) -> Result<Vec<i64>, Fault> {
        let mut words = empty(config);
        update(config, &mut words, x, y, w, &mut Outputs::default()).map(|()| saved(config, words))
    }

    fn cells(config: &Config, x: Numbers<'_>, y: Numbers<'_>, w: Option<Numbers<'_>>) -> Vec<f64> {
        let mut words = state(config, x, y, w).unwrap();
        words.resize(config.layout().room(), 0);
        let mut to = vec![f64::NAN; config.classes * config.classes];
        finish(config, &mut words, &mut to);
        to
    }

    /// By the definition, from predicted classes.
    fn counted(config: &Config, predicted: &[f64], targets: &[f64], weights: Option<&[f64]>) -> Vec<f64> {
        let mut cells = vec![0.0; config.classes * config.classes];
        for (i, (&p, &y)) in predicted.iter().zip(targets).enumerate() {
            if Some(y) != config.ignore {
                cells[y as usize * config.classes + p as usize] += weights.map_or(1.0, |w| w[i]);
            }
        }
        cells
    }

    fn argmax(row: &[f64]) -> f64 {
        let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        row.iter().position(|&x| x == most).unwrap() as f64
    }

    #[test]
    fn labels_of_every_type_and_length() {
        // Few classes are counted in tables side by side, more in one, many in none.
        for (len, classes) in LENGTHS.into_iter().flat_map(|len| [1, 2, 40, 41, 129].map(|classes| (len, classes))) {
            let (x, y) = (labels(1, len, classes), labels(2, len, classes));
            for ignore in [None, Some(0.0), Some(255.0)] {
                let config = Config { classes, ignore, ..LABELS };
                let expected = counted(&config, &x, &y, None);
                for found in in_each_type(&y, |y| cells(&config, Numbers::F64(&x), y, None)) {
                    assert_eq!(found, expected);
                }
                for found in in_each_type(&x, |x| cells(&config, x, Numbers::F64(&y), None)) {
                    assert_eq!(found, expected);
                }
            }
        }
    }

    #[test]
    fn probabilities_and_logits_are_their_largest_column() {
        for columns in [1, 2, 3, 5, 31, 32, 33, 41, 62, 127, 130] {
            let len = if columns > 9 { 9 } else { 1029 };
            // Ties are common.
            let x: Vec<f64> = units(3, len * columns).iter().map(|u| (u * 8.0).floor() / 8.0).collect();
            let y = labels(4, len, columns);
            let predicted: Vec<f64> = x.chunks(columns).map(argmax).collect();
            for from in [From::Probabilities, From::Logits] {
                let config = choice(columns, from, 1, Ties::First);
                let expected = counted(&config, &predicted, &y, None);
                assert_eq!(cells(&config, Numbers::F64(&x), Numbers::F64(&y), None), expected);
                assert_eq!(cells(&config, Numbers::F32(&f32s(&x)), Numbers::F64(&y), None), expected);
            }
        }
        let infinite = [f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, 1.0, 2.0, f64::INFINITY];
        let config = choice(2, From::Logits, 1, Ties::First);
        assert_eq!(cells(&config, Numbers::F64(&infinite), Numbers::U8(&[0, 0, 1]), None), [2.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn wide_rows_of_anything_are_told_apart() {
        for columns in [32, 35, 61, 64, 122, 125] {
            let config = choice(columns, From::Logits, 1, Ties::First);
            let one_hot = |at: usize| (0..columns).map(move |k| if k == at { 1.0 } else { f64::NEG_INFINITY });
            let rows: Vec<f64> = (0..columns).flat_map(one_hot).collect();
            let all: Vec<f64> = (0..columns).map(|k| k as f64).collect();
            assert_eq!(
                cells(&config, Numbers::F64(&rows), Numbers::F64(&all), None),
                counted(&config, &all, &all, None)
            );
            for value in [f64::NEG_INFINITY, -0.0, f64::INFINITY] {
                let equal = vec![value; columns];
                assert_eq!(cells(&config, Numbers::F64(&equal), Numbers::U8(&[0]), None)[0], 1.0);
            }
            for at in 0..columns {
                let mut wrong = rows.clone();
                wrong[at * columns + columns / 2] = f64::NAN;
                let fault = state(&config, Numbers::F64(&wrong), Numbers::F64(&all), None).unwrap_err();
                assert_eq!((fault.problem, fault.index), (Problem::Nan, at * columns + columns / 2));
            }
        }
    }

    #[test]
    fn a_row_is_its_target_where_that_is_among_the_largest() {
        for (columns, top) in
            [(1, 1), (3, 1), (3, 2), (5, 2), (5, 4), (5, 5), (5, 9), (41, 7), (32, 3), (131, 40), (131, 1)]
        {
            let len = if columns > 9 { 9 } else { 1029 };
            // Ties are common.
            let x: Vec<f64> = units(5, len * columns).iter().map(|u| (u * 4.0).floor() / 4.0).collect();
            let y = labels(6, len, columns);
            for ties in [Ties::First, Ties::Last] {
                let decided = |(row, &y): (&[f64], &f64)| {
                    let mut order: Vec<usize> = (0..columns).collect();
                    if ties == Ties::Last {
                        order.reverse();
                    }
                    order.sort_by(|&a, &b| row[b].total_cmp(&row[a]));
                    if order.iter().take(top).any(|&k| k as f64 == y) { y } else { order[0] as f64 }
                };
                let predicted: Vec<f64> = x.chunks(columns).zip(&y).map(decided).collect();
                for ignore in [None, Some(0.0)] {
                    let config = Config { ignore, ..choice(columns, From::Probabilities, top, ties) };
                    let expected = counted(&config, &predicted, &y, None);
                    assert_eq!(cells(&config, Numbers::F64(&x), Numbers::F64(&y), None), expected);
                    assert_eq!(cells(&config, Numbers::F32(&f32s(&x)), Numbers::F64(&y), None), expected);
                }
            }
        }
    }

    proptest! {
        #![proptest_config(cases(200))]

        /// Bytes and float32 scores go a way of their own: it has the same outcome.
        #[test]
        fn scores_at_a_threshold(
            scores in prop::collection::vec(prop::sample::select(vec![0.0, -0.0, 0.25, 0.5, 0.75, 1.0]), 1..100),
            seed: u64, threshold in prop::sample::select(vec![0.25, 0.3, 0.5, 0.75, 1.0, f64::INFINITY]),
            strict: bool, logits: bool, weighted: bool,
        ) {
            let from = if logits { From::Logits } else { From::Probabilities };
            let config = Config { weighted, ..positive(from, threshold, strict) };
            let y = labels(seed, scores.len(), 2);
            let weights = labels(seed ^ 1, scores.len(), 4);
            let weights = weighted.then_some(weights.as_slice());
            let above = |&x: &f64| f64::from(u8::from(if strict { x > threshold } else { x >= threshold }));
            let predicted: Vec<f64> = scores.iter().map(above).collect();
            let expected = counted(&config, &predicted, &y, weights);
            let narrow = f32s(&scores);
            for found in in_each_type(&y, |y| {
                [Numbers::F64(&scores), Numbers::F32(&narrow)].map(|x| cells(&config, x, y, weights.map(Numbers::F64)))
            }) {
                prop_assert_eq!(&found, &[expected.clone(), expected.clone()]);
            }
        }

        #[test]
        fn neither_order_nor_cuts_matter(len in 1..3000usize, cut in 0..3000usize, seed: u64, weighted: bool) {
            let config = Config { weighted, ..LABELS };
            let (x, y, w) = (labels(seed, len, 3), labels(!seed, len, 3), units(seed ^ 7, len));
            let weigh = |w| weighted.then_some(Numbers::F64(w));
            let whole = state(&config, Numbers::F64(&x), Numbers::F64(&y), weigh(&w)).unwrap();
            let rows = order(seed, len);
            let (x, y, w) = (shuffled(&x, 1, &rows), shuffled(&y, 1, &rows), shuffled(&w, 1, &rows));
            let mut words = empty(&config);
            let cut = cut.min(len);
            for part in [0..cut, cut..len] {
                let (x, y) = (Numbers::F64(&x[part.clone()]), Numbers::F64(&y[part.clone()]));
                update(&config, &mut words, x, y, weigh(&w[part]), &mut Outputs::default()).unwrap();
            }
            prop_assert_eq!(saved(&config, words), whole);
        }
    }

    /// What an update leaves in sparse tables: cells, then rows behind cells.
    fn entries(config: &Config, x: &[f64], y: &[f64], w: Option<&[f64]>, wanted: Wanted<'_>) -> [Vec<(u64, f64)>; 2] {
        let mut rooms = [vec![Entry::default(); x.len()], vec![Entry::default(); x.len()]];
        let [cells, rows] = &mut rooms;
        let cells = Entries { room: cells, len: 0 };
        let rows = Entries { room: rows, len: 0 };
        let mut outputs = Outputs { cells, rows, wanted, first: 100 };
        let mut words = empty(config);
        update(config, &mut words, Numbers::F64(x), Numbers::F64(y), w.map(Numbers::F64), &mut outputs).unwrap();
        let lens = [outputs.cells.len, outputs.rows.len];
        [0, 1].map(|i| rooms[i][..lens[i]].iter().map(|entry| (entry.key, entry.value)).collect())
    }

    #[test]
    fn many_classes_have_no_places_but_entries() {
        let config = Config { classes: 100_000, ignore: Some(7.0), ..LABELS };
        assert!(config.is_sparse() && config.layout().words() == 0);
        let (x, y) = ([99_999.0, 3.0, 5.0, 3.0], [99_998.0, 3.0, 7.0, 4.0]);
        let [cells, _] = entries(&config, &x, &y, None, Wanted::None);
        assert_eq!(cells, [(9_999_899_999, 1.0), (300_003, 1.0), (400_003, 1.0)]);
        let weighted = Config { weighted: true, ..config };
        let [cells, _] = entries(&weighted, &x, &y, Some(&[0.5, 0.0, 1.0, 2.0]), Wanted::None);
        assert_eq!(cells, [(9_999_899_999, 0.5), (400_003, 2.0)], "weight 0 is absence");
    }

    #[test]
    fn places_are_given_up_where_they_are_too_many() {
        let sparse = |classes, weighted| Config { classes, weighted, ..LABELS }.is_sparse();
        assert_eq!(
            [sparse(1024, false), sparse(1025, false), sparse(121, true), sparse(122, true)],
            [false, true, false, true]
        );
    }

    #[test]
    fn rows_behind_cells() {
        let config = Config { ignore: Some(2.0), ..LABELS };
        let (x, y) = ([0.0, 1.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 2.0, 0.0]);
        let rows = |wanted| entries(&config, &x, &y, None, wanted)[1].clone();
        assert_eq!(rows(Wanted::None), []);
        assert_eq!(rows(Wanted::Errors), [(1, 101.0), (1, 104.0)]);
        assert_eq!(rows(Wanted::All), [(0, 100.0), (1, 101.0), (4, 102.0), (1, 104.0)]);
        assert_eq!(rows(Wanted::Cells(&[0.0, 4.0])), [(0, 100.0), (4, 102.0)]);
    }

    #[test]
    fn faults_say_where() {
        let fault = |problem, argument, index, value| Err(Fault { problem, argument, index, value });
        let at = 1024 + 37;
        let (good, mut bad) = (vec![0.5_f32; 2048], vec![0.5_f32; 2048]);
        bad[at] = 1.5;
        let zeros = vec![0_u8; 2048];
        let mut twos = zeros.clone();
        twos[at] = 2;
        let outside = fault(Problem::Probability, Argument::Predictions, at, 1.5);
        assert_eq!(state(&SCORES, Numbers::F32(&bad), Numbers::U8(&zeros), None), outside);
        let logits = positive(From::Logits, 0.5, false);
        assert!(state(&logits, Numbers::F32(&bad), Numbers::U8(&zeros), None).is_ok());
        let label = fault(Problem::Label, Argument::Targets, at, 2.0);
        assert_eq!(state(&SCORES, Numbers::F32(&good), Numbers::U8(&twos), None), label);
        let label = fault(Problem::Label, Argument::Predictions, at, 2.0);
        let binary = Config { classes: 2, ..LABELS };
        assert_eq!(state(&binary, Numbers::U8(&twos), Numbers::U8(&zeros), None), label);
        let columns = choice(2, From::Probabilities, 1, Ties::First);
        let outside = fault(Problem::Probability, Argument::Predictions, at, 1.5);
        assert_eq!(state(&columns, Numbers::F32(&bad), Numbers::U8(&zeros[..1024]), None), outside);
        let weighted = Config { weighted: true, ..SCORES };
        let weights: Vec<f64> = (0..2048).map(|i| if i == at { -2.0 } else { 1.0 }).collect();
        let weight = fault(Problem::Weight, Argument::SampleWeight, at, -2.0);
        assert_eq!(state(&weighted, Numbers::F32(&good), Numbers::U8(&zeros), Some(Numbers::F64(&weights))), weight);
        let misuse = Err(Fault::misuse(Argument::SampleWeight));
        assert_eq!(state(&weighted, Numbers::F32(&good), Numbers::U8(&zeros), None), misuse);
        bad[at] = f32::NAN;
        let nan = state(&logits, Numbers::F32(&bad), Numbers::U8(&zeros), None).unwrap_err();
        assert_eq!((nan.problem, nan.argument, nan.index), (Problem::Nan, Argument::Predictions, at));
    }
}
