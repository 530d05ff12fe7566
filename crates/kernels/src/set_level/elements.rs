//! Passes over elements that have a probability and a target each.

use super::{Config, Loss, Rows, labels};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Status};
use crate::losses::{BinaryCrossEntropy, Gradient, Pointwise};
use crate::math::Math;
use crate::simd::{F32x4, F64x2, Mask, Vector, difference};
use crate::state::Parts;
use crate::sum;
use core::ops::Range;

type V = F64x2;

/// Elements that are worked on at a time: all that goes with them stays in the nearest cache.
const PIECE: usize = BLOCK / 2;

/// Elements of one group.
#[derive(Clone, Copy)]
struct Piece {
    /// First element, or first row.
    start: usize,
    /// How many.
    len: usize,
    /// Their column; `None` where all elements are one group.
    column: Option<usize>,
}

/// All elements are one group, as they lie.
fn is_flat(config: &Config) -> bool {
    config.groups() == 1 && !config.is_of_two()
}

/// Labels may take a shorter way.
fn may_be_short(config: &Config) -> bool {
    is_flat(config) && !config.logits && !config.has_cost()
}

/// All elements, or all rows, as pieces count them.
fn extent(config: &Config, rows: &Rows<'_>) -> usize {
    if is_flat(config) { rows.count * config.columns } else { rows.count }
}

/// Calls with all pieces within a range; a piece that turns out to be faulty ends it.
fn each_piece(
    config: &Config,
    rows: &Rows<'_>,
    within: Range<usize>,
    room: &mut Room,
    inputs: &mut Inputs,
    mut body: impl FnMut(&mut Room, usize, Piece, &Inputs) -> bool,
) -> Status {
    if !matches!(rows.predictions, Numbers::F32(_) | Numbers::F64(_)) {
        return Err(Fault::misuse(Argument::Predictions));
    }
    let (columns, is_flat) = (config.columns, is_flat(config));
    let at_once = if is_flat { PIECE } else { config.rows_at_once() };
    for start in within.clone().step_by(at_once) {
        let len = at_once.min(within.end - start);
        for group in 0..config.groups() {
            let piece = Piece { start, len, column: (!is_flat).then_some(group) };
            if !(inputs.read(config, rows, piece) && body(room, group, piece, inputs)) {
                let (first, last) =
                    if is_flat { (start / columns, (start + len - 1) / columns) } else { (start, start + len - 1) };
                return Err(rows.fault(config, first, last + 1 - first));
            }
        }
    }
    Ok(())
}

/// What the elements of a piece are.
struct Inputs {
    /// Predictions.
    x: Buffer<f64>,
    /// What rounding took from them, where they are differences.
    low: Buffer<f64>,
    target: Buffer<f64>,
    weight: Buffer<f64>,
    /// The weight that the cross-entropy has besides.
    class_weight: Buffer<f64>,
    /// What else there is to read.
    other: Buffer<f64>,
    /// σ of predictions that are logits,
    p: Buffer<f64>,
    /// 1 − that,
    not_p: Buffer<f64>,
    /// and ln(1 + e⁻|ˣ|).
    log: Buffer<f64>,
    len: usize,
    wide: Math<V>,
    narrow: Math<F32x4>,
}

impl Inputs {
    fn new() -> Self {
        let zero = [0.0; BLOCK];
        let one = [1.0; BLOCK];
        Self {
            x: zero,
            low: zero,
            target: zero,
            weight: one,
            class_weight: one,
            other: zero,
            p: zero,
            not_p: zero,
            log: zero,
            len: 0,
            wide: Math::new(),
            narrow: Math::new(),
        }
    }

    /// Reads a piece; false where an argument is faulty, or may be.
    fn read(&mut self, config: &Config, rows: &Rows<'_>, piece: Piece) -> bool {
        let Piece { start, len, column } = piece;
        self.len = len;
        let width = config.columns;
        let fine = if config.is_of_two() {
            self.read_two(config, rows, start, len)
        } else if let Some(column) = column {
            read_column(&rows.predictions, width, column, start, len, &mut self.x);
            read_column(&rows.targets, width, column, start, len, &mut self.target);
            true
        } else {
            read_column(&rows.predictions, 1, 0, start, len, &mut self.x);
            read_column(&rows.targets, 1, 0, start, len, &mut self.target);
            true
        };
        let is_single = matches!(rows.predictions, Numbers::F32(_)) && !config.is_of_two();
        match (config.logits, config.has_cost()) {
            (false, _) => {}
            (true, false) => self.logistic::<false>(is_single),
            (true, true) => self.logistic::<true>(is_single),
        }
        fine && self.read_weights(config, rows, piece)
    }

    /// The logistic function of the predictions: of float32 ones in float32, of such as would lose digits there one by
    /// one in float64.
    fn logistic<const LOG: bool>(&mut self, is_single: bool) {
        let count = self.len.div_ceil(4);
        let (narrow, wide) = (self.narrow, self.wide);
        let most = V::splat(SINGLE);
        let (x, low) = (self.x.as_chunks::<4>().0.iter(), self.low.as_chunks::<4>().0);
        let to = self.p.as_chunks_mut::<4>().0.iter_mut().zip(self.not_p.as_chunks_mut().0);
        let to = to.zip(self.log.as_chunks_mut::<4>().0);
        for ((x, low), ((p, not_p), log)) in x.zip(low).zip(to).take(count) {
            let (x, low) = (V::load_quad(x), V::load_quad(low));
            let singles = if is_single {
                let logistic = Logistic::of::<LOG>(&narrow, F32x4::narrow(x, narrow.to_high), narrow.zero);
                [logistic.p, logistic.not_p, logistic.log].map(F32x4::widen)
            } else {
                [[wide.zero; 2]; 3]
            };
            for i in 0..2 {
                let fits = if is_single { x[i].abs().le(most) } else { wide.one.eq(wide.zero) };
                let mut all = singles.map(|pair| pair[i]);
                if !fits.all() {
                    let logistic = Logistic::of::<LOG>(&wide, x[i], low[i]);
                    let doubles = [logistic.p, logistic.not_p, logistic.log];
                    all = core::array::from_fn(|k| V::select(fits, all[k], doubles[k]));
                }
                for (to, value) in [&mut *p, &mut *not_p, &mut *log].into_iter().zip(all) {
                    to.as_chunks_mut().0.get_mut(i).into_iter().for_each(|to| value.store(to));
                }
            }
        }
    }

    /// Two columns become one number: the second probability, or the difference of the logits.
    fn read_two(&mut self, config: &Config, rows: &Rows<'_>, start: usize, len: usize) -> bool {
        read_column(&rows.predictions, 2, 0, start, len, &mut self.other);
        read_column(&rows.predictions, 2, 1, start, len, &mut self.x);
        let zero = V::splat(0.0);
        let one = V::splat(1.0);
        let mut fine = zero.eq(zero);
        let differences = V::chunks_mut(&mut self.x).iter_mut().zip(V::chunks_mut(&mut self.low));
        for ((x, low), other) in differences.zip(V::chunks(&self.other)).take(len.div_ceil(V::LANES)) {
            let (a, b) = (V::load(x), V::load(other));
            if config.logits {
                let (d, lost) = difference(a, b);
                // Equal infinities share the probability; the error of an infinite difference is none.
                V::select(a.eq(b), zero, d).store(x);
                V::select(lost.eq(lost), lost, zero).store(low);
                fine = fine.and(a.eq(a)).and(b.eq(b));
            } else {
                fine = fine.and(zero.le(b)).and(b.le(one));
            }
        }
        if config.loss == Loss::SoftF1OfTwo {
            read_column(&rows.targets, 1, 0, start, len, &mut self.target);
            return fine.all();
        }
        let mut buffer = [0; BLOCK];
        let Ok(labels) = rows.labels(config, start, len, &mut buffer) else {
            return false;
        };
        let [_, _, _, first, second, _] = config.parameters;
        for ((target, class_weight), &label) in self.target.iter_mut().zip(&mut self.class_weight).zip(labels) {
            *target = if label == 1 { 1.0 } else { 0.0 };
            *class_weight = match label {
                0 => first,
                1 => second,
                _ => 0.0,
            };
        }
        fine.all()
    }

    fn read_weights(&mut self, config: &Config, rows: &Rows<'_>, piece: Piece) -> bool {
        if rows.sample_weight.is_none() && config.ignore.is_none() {
            return true;
        }
        let (start, len) = (piece.start, piece.len);
        let fine = if piece.column.is_some() || config.columns == 1 {
            rows.read_weights(start, self.weight.get_mut(..len).unwrap_or(&mut []))
        } else {
            let (first, last) = (start / config.columns, (start + len - 1) / config.columns);
            let weights = self.other.get_mut(..last + 1 - first).unwrap_or(&mut []);
            let fine = rows.read_weights(first, weights);
            for (i, to) in self.weight.iter_mut().enumerate().take(len) {
                *to = weights.get((start + i) / config.columns - first).copied().unwrap_or(0.0);
            }
            fine
        };
        if config.ignore.is_some() {
            let mut buffer = [0; BLOCK];
            let Ok(labels) = rows.labels(config, start, len, &mut buffer) else {
                return false;
            };
            for (weight, &label) in self.weight.iter_mut().zip(labels) {
                *weight = if label < 0 { 0.0 } else { *weight };
            }
        }
        fine
    }

    /// Whole vectors of the piece.
    fn vectors(&self) -> impl Iterator<Item = Element> {
        let count = self.len.div_ceil(V::LANES);
        let columns = V::chunks(&self.x).iter().zip(V::chunks(&self.target));
        let weights = V::chunks(&self.weight).iter().zip(V::chunks(&self.class_weight));
        let logistic = V::chunks(&self.p).iter().zip(V::chunks(&self.not_p)).zip(V::chunks(&self.log));
        let all = columns.zip(weights).zip(logistic).take(count);
        all.map(|(((x, target), (weight, class_weight)), ((p, not_p), log))| Element {
            x: V::load(x),
            target: V::load(target),
            weight: V::load(weight),
            class_weight: V::load(class_weight),
            logistic: Logistic { p: V::load(p), not_p: V::load(not_p), log: V::load(log) },
        })
    }
}

/// The logistic function of logits.
struct Logistic<T> {
    /// σ(x),
    p: T,
    /// 1 − σ(x), without cancellation,
    not_p: T,
    /// and ln(1 + e⁻|ˣ|).
    log: T,
}

/// Up to this size e⁻ˣ is a normal number of float32.
const SINGLE: f64 = 80.0;

impl<T: Vector> Logistic<T> {
    /// Of x + low, where `low` is what rounding took from a difference x.
    #[inline(always)]
    fn of<const LOG: bool>(m: &Math<T>, x: T, low: T) -> Self {
        let above = m.zero.lt(x);
        let e = m.exp_non_positive(-x.abs(), m.zero);
        let e = e + e * T::select(above, -low, low);
        let large = m.one / (m.one + e);
        let small = e * large;
        let log = if LOG { m.ln_1p_unit(e) } else { m.zero };
        Self { p: T::select(above, large, small), not_p: T::select(above, small, large), log }
    }
}

/// Elements of a column, padded by what can do no harm.
fn read_column(from: &Numbers<'_>, columns: usize, column: usize, start: usize, len: usize, to: &mut Buffer<f64>) {
    let room = to.get_mut(..len).unwrap_or(&mut []);
    match from {
        // Without a stride there is a vector instruction for it.
        Numbers::F32(x) if columns == 1 => {
            let x = x.get(start..).unwrap_or(&[]);
            room.iter_mut().zip(x).for_each(|(to, &x)| *to = x.into());
        }
        Numbers::F64(x) if columns == 1 => {
            let x = x.get(start..).unwrap_or(&[]);
            room.iter_mut().zip(x).for_each(|(to, &x)| *to = x);
        }
        Numbers::U8(x) if columns == 1 => {
            let x = x.get(start..).unwrap_or(&[]);
            room.iter_mut().zip(x).for_each(|(to, &x)| *to = x.into());
        }
        _ => from.column(columns, column, start, room),
    }
    if let Some(padding) = to.get_mut(len) {
        *padding = 0.0;
    }
}

/// One element in each lane.
struct Element {
    x: V,
    target: V,
    weight: V,
    class_weight: V,
    /// Of a logit.
    logistic: Logistic<V>,
}

/// a·b, where a factor of 0 silences even an infinite one.
#[inline(always)]
fn term(m: &Math<V>, factor: V, value: V) -> V {
    (factor * value).unless(factor.eq(m.zero))
}

/// What elements say: probabilities, and the cross-entropy where it is asked for.
struct Soft {
    p: V,
    not_p: V,
    cost: V,
    slope: V,
}

impl Element {
    /// Whether all arguments are what they have to be.
    #[inline(always)]
    fn check<const LOGITS: bool>(&self, m: &Math<V>, fine: <V as Vector>::Mask) -> <V as Vector>::Mask {
        let fine = fine.and(m.zero.le(self.target)).and(self.target.le(m.one));
        if LOGITS { fine.and(self.x.eq(self.x)) } else { fine.and(m.zero.le(self.x)).and(self.x.le(m.one)) }
    }

    /// p and 1 − p without cancellation, and the cross-entropy with its slope.
    #[inline(always)]
    fn soft<const LOGITS: bool, const COST: bool>(&self, m: &Math<V>) -> Soft {
        let (x, t) = (self.x, self.target);
        let not_t = m.one - t;
        if !LOGITS {
            let (cost, slope) = if COST { BinaryCrossEntropy.at(m, x, t, None) } else { (m.zero, m.zero) };
            return Soft { p: x, not_p: m.one - x, cost, slope };
        }
        let Logistic { p, not_p, log } = self.logistic;
        if !COST {
            return Soft { p, not_p, cost: m.zero, slope: m.zero };
        }
        let cost = term(m, t, (-x).pmax(m.zero) + log) + term(m, not_t, x.pmax(m.zero) + log);
        Soft { p, not_p, cost, slope: not_t * p - t * not_p }
    }
}

/// Room for what is made of a piece.
struct Room {
    math: Math<V>,
    tp: Buffer<f64>,
    fp: Buffer<f64>,
    fn_: Buffer<f64>,
    cost: Buffer<f64>,
    divisor: Buffer<f64>,
}

impl Room {
    fn new() -> Self {
        let zero = [0.0; BLOCK];
        Self { math: Math::new(), tp: zero, fp: zero, fn_: zero, cost: zero, divisor: zero }
    }

    /// The terms of the counts; false where an argument is faulty.
    fn count<const LOGITS: bool, const COST: bool>(&mut self, inputs: &Inputs) -> bool {
        let m = self.math;
        let mut fine = m.zero.eq(m.zero);
        let counts = V::chunks_mut(&mut self.tp).iter_mut().zip(V::chunks_mut(&mut self.fp));
        let counts = counts.zip(V::chunks_mut(&mut self.fn_));
        let costs = V::chunks_mut(&mut self.cost).iter_mut().zip(V::chunks_mut(&mut self.divisor));
        for ((element, ((tp, fp), fn_)), (cost, divisor)) in inputs.vectors().zip(counts).zip(costs) {
            fine = element.check::<LOGITS>(&m, fine);
            let soft = element.soft::<LOGITS, COST>(&m);
            let (t, w) = (element.target, element.weight);
            (w * soft.p * t).store(tp);
            (w * soft.p * (m.one - t)).store(fp);
            (w * soft.not_p * t).store(fn_);
            if COST {
                let w = w * element.class_weight;
                term(&m, w, soft.cost).store(cost);
                w.store(divisor);
            }
        }
        fine.all()
    }

    /// The derivatives by the predictions, in place of `tp`.
    fn derive<const LOGITS: bool, const COST: bool>(&mut self, inputs: &Inputs, by: &[f64; 3], scale: f64) {
        let m = self.math;
        let [tp, fp, fn_] = by.map(V::splat);
        let (scale, nan) = (V::splat(scale), V::splat(f64::NAN));
        for (element, to) in inputs.vectors().zip(V::chunks_mut(&mut self.tp)) {
            let soft = element.soft::<LOGITS, COST>(&m);
            let (t, w) = (element.target, element.weight);
            let slope = term(&m, w, term(&m, t, tp) + term(&m, m.one - t, fp) - term(&m, t, fn_));
            let slope = if LOGITS { term(&m, soft.p * soft.not_p, slope) } else { slope };
            let slope = if COST { slope + term(&m, w * element.class_weight, scale * soft.slope) } else { slope };
            V::select(slope.eq(slope), slope, nan).store(to);
        }
    }
}

/// Adds all rows.
pub fn update(config: &Config, parts: Parts<'_>, rows: &Rows<'_>) -> Status {
    let Parts { counters: [kept, ..], sums, .. } = parts else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    let (counts, costs) = sums.split_at_mut(config.groups() * 3);
    let counts = counts.as_chunks_mut().0;
    let (mut room, mut inputs) = (Room::new(), Inputs::new());
    let all = extent(config, rows);
    let may_be_short = may_be_short(config);
    let at_once = if may_be_short { labels::PIECE } else { all.max(1) };
    for start in (0..all).step_by(at_once) {
        let len = at_once.min(all - start);
        if may_be_short
            && let Some(counts) = counts.first_mut()
            && labels::add(rows, start, len, counts)
        {
            *kept += len as i64;
            continue;
        }
        each_piece(
            config,
            rows,
            start..start + len,
            &mut room,
            &mut inputs,
            |room, group, Piece { len, .. }, inputs| {
                let fine = match (config.logits, config.has_cost()) {
                    (false, false) => room.count::<false, false>(inputs),
                    (false, true) => room.count::<false, true>(inputs),
                    (true, false) => room.count::<true, false>(inputs),
                    (true, true) => room.count::<true, true>(inputs),
                };
                let Some(counts) = counts.get_mut(group) else {
                    return false;
                };
                let terms = [&room.tp, &room.fp, &room.fn_, &room.cost, &room.divisor];
                if fine {
                    for (sum, terms) in counts.iter_mut().chain(&mut *costs).zip(terms) {
                        sum::add_all(sum, terms.get(..len).unwrap_or(&[]));
                    }
                    *kept += inputs.weight.iter().take(len).filter(|&&w| w > 0.0).count() as i64;
                }
                fine
            },
        )?;
    }
    Ok(())
}

/// Writes the gradient of all rows.
pub fn gradient(
    config: &Config,
    rows: &Rows<'_>,
    derivatives: &[[f64; 3]],
    scale: f64,
    to: &mut Gradient<'_>,
) -> Status {
    let (mut room, mut inputs) = (Room::new(), Inputs::new());
    let all = extent(config, rows);
    let may_be_short = may_be_short(config);
    let at_once = if may_be_short { labels::PIECE } else { all.max(1) };
    for start in (0..all).step_by(at_once) {
        let len = at_once.min(all - start);
        if may_be_short
            && let Some(by) = derivatives.first()
            && labels::derive(rows, start, len, by, to)
        {
            continue;
        }
        each_piece(config, rows, start..start + len, &mut room, &mut inputs, |room, group, piece, inputs| {
            let Some(by) = derivatives.get(group) else {
                return false;
            };
            match (config.logits, config.has_cost()) {
                (false, false) => room.derive::<false, false>(inputs, by, scale),
                (false, true) => room.derive::<false, true>(inputs, by, scale),
                (true, false) => room.derive::<true, false>(inputs, by, scale),
                (true, true) => room.derive::<true, true>(inputs, by, scale),
            }
            let slopes = room.tp.get(..piece.len).unwrap_or(&[]);
            write(config, piece, slopes, to);
            true
        })?;
    }
    Ok(())
}

/// Puts the derivatives of a piece into their places.
fn write(config: &Config, Piece { start, column, .. }: Piece, slopes: &[f64], to: &mut Gradient<'_>) {
    let columns = config.columns;
    let slopes = slopes.iter().copied();
    if config.is_of_two() {
        let of_first = |slope: f64| if config.logits { -slope } else { 0.0 };
        to.write_column(2 * start, 2, slopes.clone().map(of_first));
        to.write_column(2 * start + 1, 2, slopes);
    } else if let Some(column) = column {
        to.write_column(start * columns + column, columns, slopes);
    } else {
        to.write(start, slopes);
    }
}
