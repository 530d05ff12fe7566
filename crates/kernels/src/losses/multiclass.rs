//! Losses of the softmax: cross-entropy and focal loss.
//!
//! Their derivatives have one form, p times something less a share for each class. So one pass can do several of them at
//! once: [`Part`]s, each with weights and a total of its own.

use super::again::are_single;
use super::binary::power;
use super::gradient::Stored;
use super::long_rows;
use super::scaling::Scaling;
use super::softmax::{Look, Pairs, Row};
use super::totals::Totals;
use super::weights::Weights;
use super::{Config, Loss, Outputs, Rows};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::math::{Coefficients, Math};
use crate::simd::{F64x2, Mask, Scalar, Vector};
use crate::sum::Range;
use crate::tile;

/// Terms that are added one after the other; sums of such are added after that, which keeps the error of long rows small.
const LONG: usize = 64;

/// Scratch words: a vector for each class, of logits and then of exponentials; of soft targets another one, in float64.
pub fn scratch(columns: usize, soft: bool) -> usize {
    columns.saturating_mul(if soft { 6 } else { 2 })
}

/// One of the losses that are computed together.
pub struct Part<'a, 't> {
    config: &'a Config,
    rows: &'a Rows<'a>,
    totals: &'a mut Totals<'t>,
    /// What derivatives are multiplied by.
    scale: f64,
    weights: Weights,
    values: Buffer<f64>,
    range: Range<F64x2>,
    /// Values are float32 numbers, where logits are.
    are_single: bool,
}

/// What a loss says of two rows.
#[derive(Clone, Copy)]
struct Slope {
    value: F64x2,
    /// The derivative is this times p,
    mass: F64x2,
    /// less this for the true class, where there is one.
    own: F64x2,
}

/// What the derivatives of four rows are made of.
struct Slopes {
    /// Of the loss whose targets are mixtures, if there is one,
    mixed: [Slope; 2],
    /// what that is multiplied by,
    factors: Pairs,
    /// and the masses of all others, multiplied already.
    plain: Pairs,
}

/// What is known of two rows and their labels.
struct Pair {
    labels: [usize; 2],
    /// −ln p of them.
    cost: F64x2,
    /// What follows is only known where someone asks: p of them,
    p: F64x2,
    /// 1 − p,
    not_p: F64x2,
    /// and what turns exponentials into probabilities.
    unit: F64x2,
}

/// What rows come to whose targets are mixtures of classes. With m − x what a logit is behind the largest, w the weight
/// of a class and t its target:
#[derive(Clone, Copy)]
struct Mixture<T> {
    /// Σ w·(m − x),
    even: T,
    /// Σ wt·(m − x),
    soft: T,
    /// Σ wt,
    share: T,
    /// −ln p of a class with the largest logit,
    log: T,
    /// Σ w.
    weight: T,
}

impl<T: Copy> Mixture<T> {
    fn of(value: T) -> Self {
        Self { even: value, soft: value, share: value, log: value, weight: value }
    }
}

impl Mixture<Pairs> {
    fn pair(&self, i: usize) -> Mixture<F64x2> {
        let Self { even, soft, share, log, weight } = self;
        Mixture { even: even[i], soft: soft[i], share: share[i], log: log[i], weight: weight[i] }
    }
}

/// a·b, where a factor of 0 silences even an infinite one.
#[inline(always)]
fn term(m: &Math<F64x2>, factor: F64x2, value: F64x2) -> F64x2 {
    (factor * value).unless(factor.eq(m.zero))
}

impl<'a, 't> Part<'a, 't> {
    /// A loss of these rows.
    pub fn new(config: &'a Config, rows: &'a Rows<'a>, totals: &'a mut Totals<'t>, scale: f64) -> Self {
        let (weights, range) = (Weights::new(), Range::new());
        Self { config, rows, totals, scale, weights, values: [0.0; BLOCK], range, are_single: true }
    }

    fn begin(&mut self, start: usize, len: usize) -> Status {
        (self.range, self.are_single) = (Range::new(), true);
        self.weights.read(self.config, self.rows, start, len)
    }

    /// Keeps the values of rows.
    #[inline(always)]
    fn store<V: Vector>(&mut self, first: usize, values: Pairs) {
        let to = F64x2::chunks_mut(&mut self.values).get_mut(first / F64x2::LANES..).unwrap_or(&mut []);
        for (to, value) in to.iter_mut().zip(values).take(V::LANES / F64x2::LANES) {
            self.range.see(value);
            value.store(to);
        }
    }

    /// Keeps values of rows as float32 numbers where the logits are, as far as float32 can hold them.
    #[inline(always)]
    fn keep<V: Vector>(&mut self, first: usize, values: Pairs, to_high: V) {
        if V::LANES == F64x2::LANES {
            return self.store::<V>(first, values);
        }
        let (zero, singles) = (F64x2::splat(0.0), V::narrow(values, to_high).widen());
        let kept = core::array::from_fn(|i| {
            let fits = are_single(singles[i]);
            self.are_single &= fits.or(values[i].eq(zero)).all();
            F64x2::select(fits, singles[i], values[i])
        });
        self.store::<V>(first, kept);
    }

    fn end<V: Vector>(&mut self, start: usize, len: usize, values: &mut Option<&mut [f64]>) {
        let are_single = V::LANES != F64x2::LANES && self.are_single;
        let range = if are_single { self.range.of_singles() } else { self.range };
        self.totals.add(&self.weights.block(start, len), &self.values, &range, values);
    }

    fn class_weight(&self, class: usize) -> f64 {
        self.rows.column_weights.get(class).copied().unwrap_or(1.0)
    }

    fn class_weights(&self, labels: [usize; 2]) -> F64x2 {
        F64x2::from_fn(|lane| self.class_weight(labels[lane]))
    }

    /// What a target is multiplied by, and what every class has besides: 1 − ε and ε / C.
    fn shares(&self) -> [f64; 2] {
        let smoothing = if self.config.loss == Loss::CrossEntropy { self.config.parameters[0] } else { 0.0 };
        [1.0 - smoothing, smoothing / self.config.columns as f64]
    }

    /// All but the logarithm.
    fn mixture<V: Vector>(
        &self,
        m: &Math<F64x2>,
        largest: V,
        tile: &[V::Array],
        targets: &[V::Wide],
    ) -> Mixture<Pairs> {
        let largest = largest.widen();
        let zero = [m.zero; 2];
        let mut mixture = Mixture::of(zero);
        for (start, tile) in (0..).step_by(LONG).zip(tile.chunks(LONG)) {
            let mut part = Mixture::of(zero);
            for (class, x) in (start..).zip(tile) {
                let x = V::load(x).widen();
                let target = targets.get(class).map(pairs_of::<V>);
                let w = F64x2::splat(self.class_weight(class));
                for i in 0..V::LANES / F64x2::LANES {
                    // An infinite term with share 0 is absent, not NaN.
                    let behind = largest[i] - x[i];
                    part.even[i] = part.even[i] + term(m, w, behind);
                    part.weight[i] = part.weight[i] + w;
                    if let Some(target) = target {
                        let share = w * target[i];
                        part.soft[i] = part.soft[i] + term(m, share, behind);
                        part.share[i] = part.share[i] + share;
                    }
                }
            }
            for i in 0..2 {
                mixture.even[i] = mixture.even[i] + part.even[i];
                mixture.soft[i] = mixture.soft[i] + part.soft[i];
                mixture.share[i] = mixture.share[i] + part.share[i];
                mixture.weight[i] = mixture.weight[i] + part.weight[i];
            }
        }
        mixture
    }

    #[inline(always)]
    fn slope(&self, m: &Math<F64x2>, pair: &Pair, mixture: Option<Mixture<F64x2>>) -> Slope {
        if self.config.loss == Loss::Focal {
            return self.focal(m, pair);
        }
        let Some(Mixture { even, soft, share, log, weight }) = mixture else {
            return Slope { value: pair.cost, mass: m.one, own: m.one };
        };
        let [keep, spread] = self.shares().map(F64x2::splat);
        let evenly = term(m, spread, even + weight * log);
        if self.config.soft {
            let value = term(m, keep, soft + share * log) + evenly;
            return Slope { value, mass: keep * share + spread * weight, own: m.zero };
        }
        let own = keep * self.class_weights(pair.labels);
        Slope { value: term(m, own, pair.cost) + evenly, mass: own + spread * weight, own }
    }

    /// qᵞ · z and its derivative by the cost, where z is the cost, or with weights inside the weighted cost, and
    /// q = 1 − e⁻ᶻ.
    fn focal(&self, m: &Math<F64x2>, pair: &Pair) -> Slope {
        let [gamma, inside, _] = self.config.parameters;
        let (z, q, p, w) = if inside == 1.0 {
            let w = self.class_weights(pair.labels);
            let z = term(m, w, pair.cost);
            (z, -m.exp_m1(-z), m.exp_non_positive(-z, m.zero), w)
        } else {
            (pair.cost, pair.not_p, pair.p, m.one)
        };
        let factor = power(m, q, gamma);
        // z / q tends to 1 with z to 0, and p · z to 0 with z to ∞.
        let tail = F64x2::select(q.eq(m.zero), m.one, term(m, p, z) / q);
        let mass = w * factor * (m.one + F64x2::splat(gamma) * tail);
        Slope { value: term(m, factor, z), mass, own: mass }
    }
}

/// Four numbers two and two; of two twice the same.
#[inline(always)]
fn pairs_of<V: Vector>(wide: &V::Wide) -> Pairs {
    match F64x2::chunks(wide.as_ref()) {
        [a, b, ..] => [F64x2::load(a), F64x2::load(b)],
        [a] => [F64x2::load(a); 2],
        [] => [F64x2::splat(0.0); 2],
    }
}

/// Adds all rows to each part.
pub fn update(scratch: &mut [i64], parts: &mut [Part<'_, '_>], outputs: &mut Outputs<'_>) -> Status {
    match parts.first().map(|part| part.rows.predictions) {
        Some(Numbers::F32(logits)) => add(scratch, logits, parts, outputs),
        Some(Numbers::F64(logits)) => add(scratch, logits, parts, outputs),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

#[inline(never)]
fn add<S: Stored>(scratch: &mut [i64], logits: &[S], parts: &mut [Part<'_, '_>], outputs: &mut Outputs<'_>) -> Status {
    let misuse = Fault::misuse(Argument::Predictions);
    let Some((config, rows)) = parts.first().map(|part| (part.config, part.rows)) else {
        return Err(misuse);
    };
    let columns = config.columns;
    let (tile, targets) = scratch.split_at_mut_checked(2 * columns).ok_or(misuse)?;
    let tile = S::Vector::arrays_mut(tile);
    let targets = S::Vector::wide_chunks_mut(F64x2::arrays_mut(targets).as_flattened_mut());
    let targets = targets.get_mut(..if config.soft { columns } else { 0 }).ok_or(misuse)?;
    let mut gradient = S::room(&mut outputs.gradient)?;
    let m = Math::<S::Vector>::new();
    let scaling = Scaling::new(&m);
    let general = General::new(parts, gradient.is_some());
    let mut odds = [S::ZERO; BLOCK];
    for (index, block) in logits.chunks(BLOCK * columns).enumerate() {
        let (start, len) = (index * BLOCK, block.len() / columns);
        parts.iter_mut().try_for_each(|part| part.begin(start, len))?;
        let mut are_numbers = true;
        let mut specials = [general.is_some(); BLOCK / F64x2::LANES];
        for (at, rows) in block.chunks(S::Vector::LANES * columns).enumerate() {
            let first = at * S::Vector::LANES;
            let Some(part) = parts.first_mut() else {
                return Err(misuse);
            };
            let labels = part.weights.own_labels(first, rows.len() / columns);
            let range = (start + first) * columns..(start + first) * columns + rows.len();
            let mut to = gradient.as_deref_mut().and_then(|to| to.get_mut(range));
            let long = if general.is_none() && columns > long_rows::LEAST {
                long_rows::softmax(&m, rows, columns, labels, to.as_deref_mut())
            } else {
                None
            };
            let row = match long {
                Some(row) => row,
                None => {
                    let largest = tile::transpose::<S::Vector>(rows, columns, tile);
                    let own = own_scores::<S::Vector>(rows, columns, labels);
                    let mut look = Look { classes: labels, own, largest }.settled(&m, tile);
                    let mixed = match &general {
                        Some(general) if config.mixes() => {
                            Some(general.mix(part, start + first, look, tile, targets)?)
                        }
                        _ => None,
                    };
                    if mixed.is_some() {
                        look = look.of_largest(tile);
                    }
                    let row = look.softmax(&m, rows, tile);
                    if let Some(general) = &general {
                        let tile =
                            Tile { first, labels, classes: look.classes, row, exponentials: tile, targets, mixed };
                        general.add(tile, parts, to);
                        are_numbers &= row.is_number();
                        continue;
                    }
                    row
                }
            };
            if let Some(to) = S::Vector::chunks_mut(&mut odds).get_mut(at) {
                row.odds.store(to);
            }
            if let Some(values) = row.special {
                are_numbers &= row.is_number();
                part.keep(first, values, m.to_high);
                specials[at % specials.len()] = true;
            }
            let Some(to) = to else { continue };
            let (factors, own) = (part.weights.factors_of(first, part.scale), row.own.widen());
            let units: Pairs = core::array::from_fn(|i| factors[i] / (row.rest[i] + own[i]));
            if long.is_some() {
                scaling.scale_rows(units, to, columns);
            } else {
                scaling.store(units, tile, to, columns);
            }
            // p − 1 of the label without cancellation.
            let of_labels = [-(row.rest[0] * units[0]), -(row.rest[1] * units[1])];
            store_own::<S::Vector>(to, columns, labels, S::Vector::narrow(of_labels, m.to_high));
        }
        if !are_numbers {
            let (start, len) = (start * columns, len * columns);
            return Err(rows.predictions.fault(start, len, Argument::Predictions, Problem::Nan, f64::is_nan));
        }
        // Logarithms take long, but are fast side by side.
        let tiles = S::Vector::chunks(&odds).iter().zip(&specials).enumerate().take(len.div_ceil(S::Vector::LANES));
        if let [part] = &mut *parts {
            for (at, (odds, _)) in tiles.filter(|(_, (_, is_special))| !**is_special) {
                let cost = m.ln_1p(S::Vector::load(odds));
                part.store::<S::Vector>(at * S::Vector::LANES, cost.widen());
            }
        }
        parts.iter_mut().for_each(|part| part.end::<S::Vector>(start, len, &mut outputs.values));
    }
    Ok(())
}

/// The scores of labels.
#[inline(always)]
pub fn own_scores<V: Vector>(rows: &[V::Scalar], columns: usize, labels: [usize; 4]) -> V {
    let last = rows.len() / columns - 1;
    V::from_fn(|lane| {
        let own = labels.get(lane).and_then(|label| rows.get(lane.min(last) * columns + label));
        own.copied().unwrap_or(V::Scalar::ZERO)
    })
}

/// Writes the derivatives by the scores of labels.
#[inline(always)]
pub fn store_own<V: Vector>(to: &mut [V::Scalar], columns: usize, labels: [usize; 4], derivatives: V) {
    for ((to, &value), label) in to.chunks_mut(columns).zip(derivatives.to_array().as_ref()).zip(labels) {
        to.get_mut(label).into_iter().for_each(|to| *to = value);
    }
}

/// Constants for whatever is not a cross-entropy of labels alone.
struct General<V> {
    narrow: Math<V>,
    wide: Math<F64x2>,
    scaling: Scaling<V>,
    /// Someone asks for the probability of labels.
    needs_p: bool,
}

/// What is known of a tile whose targets are mixtures before its softmax is: all sums but the logarithm, and how far
/// labels are behind the largest logits.
struct Mixed {
    sums: Mixture<Pairs>,
    behind: Pairs,
}

/// A tile after its softmax.
struct Tile<'a, V: Vector> {
    /// First row in the block.
    first: usize,
    labels: [usize; 4],
    /// The classes that rows own: labels, or where these are mixed those with the largest logits.
    classes: [usize; 4],
    row: Row<V>,
    exponentials: &'a mut [V::Array],
    targets: &'a [V::Wide],
    mixed: Option<Mixed>,
}

impl<V: Vector> General<V> {
    /// `None` for a cross-entropy of labels.
    fn new(parts: &[Part<'_, '_>], wants_gradient: bool) -> Option<Self> {
        let is_plain = |part: &Part<'_, '_>| part.config.loss == Loss::CrossEntropy && !part.config.mixes();
        if parts.len() == 1 && parts.iter().all(is_plain) {
            return None;
        }
        let needs_p = wants_gradient || parts.iter().any(|part| part.config.loss == Loss::Focal);
        let narrow = Math::new();
        Some(Self { narrow, wide: Math::new(), scaling: Scaling::new(&narrow), needs_p })
    }

    /// What mixtures need of the logits themselves; reads targets from row `start` on.
    #[inline(never)]
    fn mix(
        &self,
        part: &Part<'_, '_>,
        start: usize,
        look: Look<V>,
        logits: &[V::Array],
        targets: &mut [V::Wide],
    ) -> Result<Mixed, Fault> {
        let (columns, count) = (part.config.columns, V::LANES.min(part.rows.count - start));
        if part.config.soft && !read_targets::<V>(&part.rows.targets, columns, start, count - 1, targets) {
            let outside = |p: f64| !(0.0..=1.0).contains(&p);
            let (start, len) = (start * columns, count * columns);
            return Err(part.rows.targets.fault(start, len, Argument::Targets, Problem::Probability, outside));
        }
        let (largest, own) = (look.largest.widen(), look.own.widen());
        let sums = part.mixture(&self.wide, look.largest, logits, targets);
        Ok(Mixed { sums, behind: [largest[0] - own[0], largest[1] - own[1]] })
    }

    /// Adds the rows of one tile.
    #[inline(never)]
    fn add(&self, tile: Tile<'_, V>, parts: &mut [Part<'_, '_>], to: Option<&mut [V::Scalar]>) {
        let Tile { first, labels, classes, row, exponentials, targets, mixed } = tile;
        let m = &self.wide;
        let behind = mixed.as_ref().map(|mixed| mixed.behind);
        let mixture = mixed.map(|Mixed { sums, .. }| {
            tile::put::<V>(exponentials, classes, row.own);
            Mixture { log: row.cost(&self.narrow), ..sums }
        });
        let pairs = self.pairs(&row, labels, exponentials, behind);
        let none = Slope { value: m.zero, mass: m.zero, own: m.zero };
        let mut slopes = Slopes { mixed: [none; 2], factors: [m.zero; 2], plain: [m.zero; 2] };
        for part in &mut *parts {
            let mixture = if part.config.mixes() { mixture.as_ref() } else { None };
            let of_part = |i: usize| part.slope(m, &pairs[i], mixture.map(|sums| sums.pair(i)));
            let of_part: [Slope; 2] = core::array::from_fn(of_part);
            let factors = part.weights.factors_of(first, part.scale);
            part.keep(first, of_part.map(|slope| slope.value), self.narrow.to_high);
            if mixture.is_some() {
                (slopes.mixed, slopes.factors) = (of_part, factors);
            } else {
                for i in 0..2 {
                    slopes.plain[i] = slopes.plain[i] + term(m, factors[i], of_part[i].mass);
                }
            }
        }
        if let (Some(to), Some(part)) = (to, parts.first()) {
            self.write(part, exponentials, targets, &pairs, &slopes, to);
        }
    }

    /// What there is to know of rows and their labels, given how far these are behind the largest logits where it is not
    /// themselves that rows own.
    fn pairs(&self, row: &Row<V>, labels: [usize; 4], exponentials: &[V::Array], behind: Option<Pairs>) -> [Pair; 2] {
        let m = &self.wide;
        let (rest, own, costs) = (row.rest, row.own.widen(), row.cost(&self.narrow));
        let e = if behind.is_some() { tile::at::<V>(exponentials, labels).widen() } else { own };
        core::array::from_fn(|i| {
            let labels = [labels[2 * i], labels[2 * i + 1]];
            let (cost, own_e, others) = match behind {
                None => (costs[i], own[i], rest[i]),
                Some(behind) => {
                    let is_largest = behind[i].eq(m.zero);
                    let others = F64x2::select(is_largest, rest[i], (rest[i] - e[i]) + own[i]);
                    (behind[i] + costs[i], F64x2::select(is_largest, own[i], e[i]), others)
                }
            };
            if !self.needs_p {
                return Pair { labels, cost, p: m.zero, not_p: m.zero, unit: m.zero };
            }
            let unit = m.one / (rest[i] + own[i]);
            Pair { labels, cost, p: own_e * unit, not_p: others * unit, unit }
        })
    }

    /// Writes the gradient of a tile.
    fn write(
        &self,
        part: &Part<'_, '_>,
        exponentials: &[V::Array],
        targets: &[V::Wide],
        pairs: &[Pair; 2],
        Slopes { mixed, factors, plain }: &Slopes,
        to: &mut [V::Scalar],
    ) {
        let (m, to_high) = (&self.wide, self.narrow.to_high);
        let columns = part.config.columns;
        let [[a, b], [c, d]] = pairs.each_ref().map(|pair| pair.labels);
        let labels = [a, b, c, d];
        let plain_units: Pairs = core::array::from_fn(|i| plain[i] * pairs[i].unit);
        if !part.config.mixes() {
            self.scaling.store(plain_units, exponentials, to, columns);
            let of_labels = core::array::from_fn(|i| -(plain[i] * pairs[i].not_p));
            return store_own::<V>(to, columns, labels, V::narrow(of_labels, to_high));
        }
        let units: Pairs = core::array::from_fn(|i| mixed[i].mass * pairs[i].unit);
        let [keep, spread] = part.shares().map(F64x2::splat);
        tile::store::<V>(exponentials, to, columns, |class, e| {
            let e = e.widen();
            let weight = F64x2::splat(part.class_weight(class));
            let target = targets.get(class).map_or([m.zero; 2], pairs_of::<V>);
            let derivative = |i: usize| {
                let share = weight * (keep * target[i] + spread);
                (e[i] * units[i] - share) * factors[i] + e[i] * plain_units[i]
            };
            V::narrow([derivative(0), derivative(1)], to_high)
        });
        if !part.config.soft {
            let of_labels = core::array::from_fn(|i| {
                let (Pair { p, not_p, labels, .. }, Slope { mass, own, .. }) = (&pairs[i], &mixed[i]);
                let even = spread * part.class_weights(*labels);
                // p − 1 without cancellation.
                ((*mass - *own) * *p - *own * *not_p - even) * factors[i] - plain[i] * *not_p
            });
            store_own::<V>(to, columns, labels, V::narrow(of_labels, to_high));
        }
    }
}

/// Reads the targets of the rows of a tile; false where one is none.
fn read_targets<V: Vector>(
    targets: &Numbers<'_>,
    columns: usize,
    start: usize,
    last: usize,
    to: &mut [V::Wide],
) -> bool {
    if let Some(targets) = V::Scalar::direct(targets, start * columns, (last + 1) * columns) {
        tile::each_quad(targets, columns, |first, quad: [V; 4]| {
            to.iter_mut().skip(first).zip(quad).for_each(|(to, x)| x.store_wide(to));
        });
    } else {
        for (class, to) in to.iter_mut().enumerate() {
            for (lane, to) in to.as_mut().iter_mut().enumerate() {
                *to = targets.at((start + lane.min(last)) * columns + class);
            }
        }
    }
    let (zero, one) = (F64x2::splat(0.0), F64x2::splat(1.0));
    let fine = to.iter().flat_map(pairs_of::<V>).fold(zero.eq(zero), |fine, p| fine.and(zero.le(p)).and(p.le(one)));
    fine.all()
}
