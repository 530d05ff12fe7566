//! The border of curves.

use crate::{slab, view};
use assay_kernels::calibrators::isotonic::{self, Pool};
use assay_kernels::curve::{
    self, Best, Constraints, Counts, Draw, Entry, Fill, Objective, Part, Place, Points, Sorted, Tally, Weighted,
};
use assay_kernels::input::{Argument, Fault};
use assay_kernels::random::Random;
use assay_kernels::resample::Resampler;
use wasm_bindgen::prelude::*;

/// A curve as the TypeScript side describes it: where its entries are and how many.
#[repr(C)]
pub struct Curve {
    /// 0 float32 scores, 1 float64 scores, 2 with weights.
    pub kind: u32,
    entries: usize,
    capacity: usize,
    fill: Fill,
    /// Counts along the sorted entries; 0 before they are sorted.
    counts: usize,
}

impl Curve {
    /// # Safety
    /// The address is that of a curve that nobody else uses meanwhile.
    pub unsafe fn at(address: usize) -> &'static mut Self {
        // SAFETY: as this function demands.
        unsafe { &mut *(address as *mut Self) }
    }

    /// # Safety
    /// Entries are of this type, in room of the capacity said.
    unsafe fn room<E: Entry>(&self) -> &'static mut [E] {
        // SAFETY: as this function demands.
        unsafe { view::room(self.entries, self.capacity) }
    }

    /// # Safety
    /// As [`Curve::room`]; entries are sorted and counts written.
    pub unsafe fn sorted<E: Entry>(&self) -> Sorted<'static, E> {
        let Fill { negative, others } = self.fill;
        // SAFETY: as this function demands.
        let counts = unsafe { view::slice::<Tally>(self.counts, curve::remembered(negative + others)) };
        // SAFETY: as this function demands.
        Sorted::new(unsafe { self.room() }, self.fill, counts)
    }
}

impl Curve {
    /// Becomes a part of another curve, and has no room for more.
    ///
    /// # Safety
    /// Both have entries of this type; `from` is sorted; this has room for as many entries and their counts.
    unsafe fn take_part<E: Entry + 'static>(
        &mut self,
        from: &Self,
        write: impl FnOnce(&Sorted<'_, E>, &mut [E]) -> Fill,
    ) {
        // SAFETY: as this function demands.
        let from = unsafe { from.sorted::<E>() };
        self.capacity = from.len();
        // SAFETY: as this function demands.
        self.fill = write(&from, unsafe { self.room() });
        self.capacity = self.fill.negative + self.fill.others;
        let len = curve::remembered(self.capacity);
        // SAFETY: as this function demands.
        curve::remember(unsafe { self.room::<E>() }, self.fill, unsafe { view::room(self.counts, len) });
    }
}

/// Runs with the type of entries that a curve has.
macro_rules! by_kind {
    ($curve:expr, $entry:ident => $run:expr) => {
        match $curve.kind {
            0 => {
                type $entry = u32;
                $run
            }
            1 => {
                type $entry = u64;
                $run
            }
            _ => {
                type $entry = assay_kernels::curve::Weighted;
                $run
            }
        }
    };
}
pub(crate) use by_kind;

/// Bytes of one entry.
#[wasm_bindgen]
pub fn curve_entry_bytes(kind: u32) -> usize {
    match kind {
        0 => size_of::<u32>(),
        1 => size_of::<u64>(),
        _ => size_of::<Weighted>(),
    }
}

/// Bytes of the counts along so many entries.
#[wasm_bindgen]
pub fn curve_counts_bytes(entries: usize) -> usize {
    curve::remembered(entries) * size_of::<Tally>()
}

/// Adds rows.
///
/// # Safety
/// `curve` is a curve with room for `rows` more entries; the others are arrays of the types given with `rows` rows.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn curve_append(
    curve: usize,
    rows: usize,
    scores: usize,
    scores_type: u32,
    columns: usize,
    column: usize,
    labels: usize,
    labels_type: u32,
    label_columns: usize,
    weights: usize,
    weights_type: u32,
    classes: i32,
    positive: i32,
    against: i32,
) -> u32 {
    // SAFETY: as this function demands.
    let (curve, scores, labels, weights) = unsafe {
        (
            Curve::at(curve),
            view::numbers(scores, scores_type, rows * columns),
            view::numbers(labels, labels_type, rows * label_columns),
            view::numbers(weights, weights_type, rows),
        )
    };
    let (Some(scores), Some(labels)) = (scores, labels) else {
        return slab::status(Err(Fault::misuse(Argument::Targets)));
    };
    let place = Place { columns, column, label_columns, positive, against, classes };
    slab::status(by_kind!(curve, E => {
        // SAFETY: as this function demands.
        let room = unsafe { curve.room::<E>() };
        curve::append(room, &mut curve.fill, &scores, &labels, weights.as_ref(), &place)
    }))
}

/// Adds the entries of another curve of the same kind.
///
/// # Safety
/// Both are curves; `curve` has room for the entries of `other`.
#[wasm_bindgen]
pub unsafe fn curve_join(curve: usize, other: usize) {
    // SAFETY: as this function demands.
    let (curve, other) = unsafe { (Curve::at(curve), Curve::at(other)) };
    by_kind!(curve, E => {
        // SAFETY: as this function demands.
        let (room, from) = unsafe { (curve.room::<E>(), other.room::<E>()) };
        curve::join(room, &mut curve.fill, from, other.fill)
    })
}

/// Sorts a curve and counts along it.
///
/// # Safety
/// `spare` is room like the curve's; `counts` is room of [`curve_counts_bytes`].
#[wasm_bindgen]
pub unsafe fn curve_sort(curve: usize, spare: usize, counts: usize) {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    curve.counts = counts;
    by_kind!(curve, E => {
        // SAFETY: as this function demands.
        let (room, spare) = unsafe { (curve.room::<E>(), view::room::<E>(spare, curve.capacity)) };
        curve::sort(room, spare, curve.fill);
        let len = curve::remembered(curve.fill.negative + curve.fill.others);
        // SAFETY: as this function demands.
        curve::remember(room, curve.fill, unsafe { view::room(counts, len) });
    })
}

/// Puts equal scores in order of label, so that equal rows have equal entries.
///
/// # Safety
/// `curve` is sorted.
#[wasm_bindgen]
pub unsafe fn curve_canonicalise(curve: usize) {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    by_kind!(curve, E => {
        // SAFETY: as this function demands.
        let room = unsafe { curve.room::<E>() };
        curve::canonicalise(room, curve.fill);
        let len = curve::remembered(curve.fill.negative + curve.fill.others);
        // SAFETY: a sorted curve has room for its counts.
        curve::remember(room, curve.fill, unsafe { view::room(curve.counts, len) });
    })
}

/// Writes what the area and its variance are made of.
///
/// # Safety
/// `curve` is sorted and has no weights; `to` has room for six `f64`.
#[wasm_bindgen]
pub unsafe fn curve_moments(curve: usize, to: usize) {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    let moments = by_kind!(curve, E => unsafe { curve.sorted::<E>() }.moments());
    // SAFETY: as this function demands.
    unsafe { view::room(to, 1) }.copy_from_slice(&[moments]);
}

/// Makes a curve a replicate of another one, as many rows drawn with replacement; or those that were not drawn.
///
/// # Safety
/// Both are curves of the same kind, `from` sorted and canonical; `curve` has room for as many entries as `from` has, and
/// for their counts ([`curve_counts_bytes`]).
#[wasm_bindgen]
pub unsafe fn curve_resample(curve: usize, from: usize, seed: f64, replicate: u32, left: bool, stratified: bool) {
    // SAFETY: as this function demands.
    let (curve, from) = unsafe { (Curve::at(curve), Curve::at(from)) };
    let part = if left { Part::Left } else { Part::Drawn };
    by_kind!(curve, E => unsafe {
        // SAFETY: as this function demands.
        curve.take_part::<E>(from, |from, room| {
            let draw = Draw { resampler: &Resampler::new(seed as u64), stratified };
            curve::resample(from, draw, replicate, part, room)
        })
    })
}

/// Writes the areas under the ROC curve of `count` replicates.
///
/// # Safety
/// `curve` is sorted, canonical and has no weights; `to` has room for `count` `f64`.
#[wasm_bindgen]
pub unsafe fn curve_resampled_areas(curve: usize, seed: f64, stratified: bool, count: usize, to: usize) {
    // SAFETY: as this function demands.
    let (curve, to) = unsafe { (Curve::at(curve), view::room(to, count)) };
    let draw = Draw { resampler: &Resampler::new(seed as u64), stratified };
    match curve.kind {
        // SAFETY: as this function demands.
        0 => unsafe { curve.sorted::<u32>() }.resampled_areas(draw, to),
        // SAFETY: as this function demands.
        _ => unsafe { curve.sorted::<u64>() }.resampled_areas(draw, to),
    }
}

/// Makes a curve one of some folds of another one, or what is left without it.
///
/// # Safety
/// As [`curve_resample`].
#[wasm_bindgen]
pub unsafe fn curve_fold(curve: usize, from: usize, seed: f64, fold: u32, folds: u32, left: bool) {
    // SAFETY: as this function demands.
    let (curve, from) = unsafe { (Curve::at(curve), Curve::at(from)) };
    let part = if left { Part::Left } else { Part::Drawn };
    by_kind!(curve, E => unsafe {
        // SAFETY: as this function demands.
        curve.take_part::<E>(from, |from, room| {
            curve::fold(from, Random::new(seed as u64), (fold, folds), part, room)
        })
    })
}

/// Whether entries from outside could be those of a curve.
///
/// # Safety
/// `curve` is a curve of which all entries are there.
#[wasm_bindgen]
pub unsafe fn curve_is_valid(curve: usize) -> bool {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    by_kind!(curve, E => curve::is_valid(unsafe { curve.room::<E>() }, curve.fill))
}

/// Writes the smallest score and the largest.
///
/// # Safety
/// `curve` is sorted; `to` has room for two `f64`.
#[wasm_bindgen]
pub unsafe fn curve_range(curve: usize, to: usize) {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    let range = by_kind!(curve, E => unsafe { curve.sorted::<E>() }.range());
    // SAFETY: as this function demands.
    unsafe { view::room(to, 2) }.copy_from_slice(&range);
}

/// Writes true and false positives, false and true negatives at a threshold; of all entries at −∞.
///
/// # Safety
/// `curve` is sorted; `to` has room for four `f64`.
#[wasm_bindgen]
pub unsafe fn curve_at(curve: usize, threshold: f64, strict: bool, to: usize) {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    let cells = by_kind!(curve, E => unsafe { curve.sorted::<E>() }.cells_at(threshold, strict));
    // SAFETY: as this function demands.
    unsafe { view::room(to, 1) }.copy_from_slice(&[cells]);
}

/// Area under the ROC curve; NaN where a class is missing.
///
/// # Safety
/// `curve` is sorted.
#[wasm_bindgen]
pub unsafe fn curve_area(curve: usize) -> f64 {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    by_kind!(curve, E => unsafe { curve.sorted::<E>() }.area())
}

/// Area under the ROC curve up to a false positive rate; NaN where a class is missing.
///
/// # Safety
/// `curve` is sorted.
#[wasm_bindgen]
pub unsafe fn curve_area_up_to(curve: usize, max_fpr: f64) -> f64 {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    by_kind!(curve, E => unsafe { curve.sorted::<E>() }.area_up_to(max_fpr))
}

/// Average precision.
///
/// # Safety
/// `curve` is sorted.
#[wasm_bindgen]
pub unsafe fn curve_average_precision(curve: usize) -> f64 {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    by_kind!(curve, E => unsafe { curve.sorted::<E>() }.average_precision())
}

/// Area under the curve of precision and recall, by trapezoids.
///
/// # Safety
/// `curve` is sorted.
#[wasm_bindgen]
pub unsafe fn curve_precision_recall_area(curve: usize) -> f64 {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    by_kind!(curve, E => unsafe { curve.sorted::<E>() }.precision_recall_area())
}

/// Area under the ROC curve over the logarithm of the false positive rate, from a rate to 1.
///
/// # Safety
/// `curve` is sorted.
#[wasm_bindgen]
pub unsafe fn curve_log_area(curve: usize, from: f64) -> f64 {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    by_kind!(curve, E => unsafe { curve.sorted::<E>() }.log_area(from))
}

/// Writes the equal error rate and its threshold.
///
/// # Safety
/// `curve` is sorted; `to` has room for two `f64`.
#[wasm_bindgen]
pub unsafe fn curve_equal_error(curve: usize, to: usize) {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    let found = by_kind!(curve, E => unsafe { curve.sorted::<E>() }.equal_error());
    // SAFETY: as this function demands.
    unsafe { view::room(to, 2) }.copy_from_slice(&found);
}

/// Writes the pools of isotonic regression, four `f64` each; how many there are, or would need room for.
///
/// # Safety
/// `curve` is sorted; `to` has room for so many pools.
#[wasm_bindgen]
pub unsafe fn curve_isotonic(curve: usize, to: usize, pools: usize) -> usize {
    // SAFETY: as this function demands.
    let (curve, room) = unsafe { (Curve::at(curve), view::room::<Pool>(to, pools)) };
    // SAFETY: as this function demands.
    by_kind!(curve, E => isotonic::pools(&unsafe { curve.sorted::<E>() }, room))
}

/// A search as the TypeScript side describes it: the objective's numbers, and the bounds, NaN where there is none.
#[repr(C)]
#[derive(Clone, Copy)]
struct Wanted {
    numbers: [f64; 4],
    recall: f64,
    precision: f64,
    specificity: f64,
    fpr: f64,
}

impl Wanted {
    fn constraints(&self) -> Constraints {
        let Self { recall, precision, specificity, fpr, .. } = *self;
        Constraints { recall, precision, specificity, fpr }
    }
}

/// Writes threshold, value and counts of the best threshold, over all scores or over some thresholds. A cost comes
/// negated.
///
/// # Safety
/// `curve` is sorted; `wanted` is a description of eight `f64`; `thresholds` is 0 or so many `f64`; `to` has room for
/// six.
#[wasm_bindgen]
pub unsafe fn curve_best(
    curve: usize,
    objective: u32,
    wanted: usize,
    thresholds: usize,
    len: usize,
    strict: bool,
    to: usize,
) {
    // SAFETY: as this function demands.
    let (curve, wanted) = unsafe { (Curve::at(curve), *(wanted as *const Wanted)) };
    let (objective, constraints) = (Objective::from_code(objective, wanted.numbers), wanted.constraints());
    let Best { threshold, value, cells } = by_kind!(curve, E => {
        // SAFETY: as this function demands.
        let (sorted, list) = unsafe { (curve.sorted::<E>(), view::slice(thresholds, len)) };
        if thresholds == 0 {
            sorted.best(objective, constraints)
        } else {
            sorted.best_of(list, strict, objective, constraints)
        }
    });
    // SAFETY: as this function demands.
    unsafe { view::room(to, 6) }.copy_from_slice(&[threshold, value, cells.tp, cells.fp, cells.f_n, cells.tn]);
}

/// Number of distinct scores.
///
/// # Safety
/// `curve` is sorted.
#[wasm_bindgen]
pub unsafe fn curve_distinct(curve: usize) -> usize {
    // SAFETY: as this function demands.
    let curve = unsafe { Curve::at(curve) };
    // SAFETY: as this function demands.
    by_kind!(curve, E => unsafe { curve.sorted::<E>() }.distinct())
}

/// Writes an objective's values: with nothing positive, unless a score is +∞, then at each distinct score from the largest
/// on; or at each of some thresholds.
///
/// # Safety
/// `curve` is sorted; `wanted` is a description of eight `f64`; `thresholds` is 0 or `len` `f64`; `to` has room for `len`.
#[wasm_bindgen]
pub unsafe fn curve_values(
    curve: usize,
    objective: u32,
    wanted: usize,
    thresholds: usize,
    len: usize,
    strict: bool,
    to: usize,
) {
    // SAFETY: as this function demands.
    let (curve, wanted, to) = unsafe { (Curve::at(curve), *(wanted as *const Wanted), view::room(to, len)) };
    let objective = Objective::from_code(objective, wanted.numbers);
    by_kind!(curve, E => {
        // SAFETY: as this function demands.
        let sorted = unsafe { curve.sorted::<E>() };
        if thresholds == 0 {
            sorted.values(objective, to)
        } else {
            // SAFETY: as this function demands.
            sorted.values_at(unsafe { view::slice(thresholds, len) }, strict, objective, to)
        }
    })
}

/// Three columns of room, the first of `len` numbers, the others of one more.
///
/// # Safety
/// `to` has room for 3 · `len` + 2 `f64`, which nobody else uses while the columns live.
unsafe fn columns(to: usize, len: usize) -> Points<'static> {
    let after = |numbers: usize| to + 8 * numbers;
    // SAFETY: as this function demands.
    unsafe {
        Points {
            thresholds: view::room(to, len),
            tp: view::room(after(len), len + 1),
            fp: view::room(after(2 * len + 1), len + 1),
        }
    }
}

/// Writes columns of thresholds, true and false positives: of nothing positive and of each distinct score (`given`
/// false), or of the thresholds that are there already. `below` has false and true negatives in the place of positives.
///
/// # Safety
/// `curve` is sorted; `to` has room for columns of `len`, that is 3 · `len` + 2 `f64`.
#[wasm_bindgen]
pub unsafe fn curve_points(curve: usize, to: usize, len: usize, given: bool, strict: bool, below: bool) {
    // SAFETY: as this function demands.
    let (curve, points) = unsafe { (Curve::at(curve), columns(to, len)) };
    by_kind!(curve, E => {
        // SAFETY: as this function demands.
        let sorted = unsafe { curve.sorted::<E>() };
        if given { sorted.points_at(strict, below, points) } else { sorted.points(below, points) }
    })
}

/// Turns columns of points, without the first `skip`, into those of a curve: 0 ROC, 1 precision and recall, 2 DET,
/// 3 gains, 4 costs. `given` thresholds all keep their point. Writes the number of points and the first of them.
///
/// # Safety
/// `to` are columns of `len` as [`curve_points`] writes them; `range` has room for two `u32`.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "plain numbers are what crosses the border without allocation")]
pub unsafe fn curve_shape(
    shape: u32,
    to: usize,
    len: usize,
    skip: usize,
    positives: f64,
    negatives: f64,
    drop: bool,
    given: bool,
    range: usize,
) {
    // SAFETY: as this function demands.
    let Points { thresholds, tp, fp } = unsafe { columns(to, len) };
    let rest = |column: &'static mut [f64]| column.get_mut(skip..).unwrap_or(&mut []);
    let mut points = Points { thresholds: rest(thresholds), tp: rest(tp), fp: rest(fp) };
    let totals = Counts { positives, negatives };
    let [count, first] = match shape {
        0 => [curve::roc(&mut points, totals, drop), 0],
        1 => [curve::precision_recall(&mut points, totals, drop), 0],
        2 => curve::det(&mut points, totals, drop, given),
        3 => [curve::gains(&mut points, totals), 0],
        _ => [curve::costs(&mut points, totals), 0],
    };
    // SAFETY: as this function demands.
    unsafe { view::room(range, 2) }.copy_from_slice(&[count as u32, (first + skip) as u32]);
}

/// Area under points by trapezoids; NaN where they do not go in one direction.
///
/// # Safety
/// Both are arrays of the types given with `len` elements.
#[wasm_bindgen]
pub unsafe fn curve_trapezoids(x: usize, x_type: u32, y: usize, y_type: u32, len: usize) -> f64 {
    // SAFETY: as this function demands.
    let columns = unsafe { (view::numbers(x, x_type, len), view::numbers(y, y_type, len)) };
    if let (Some(x), Some(y)) = columns { curve::trapezoids(&x, &y) } else { f64::NAN }
}
