//! Calibrators applied to scores, in place: each score or row becomes its probability. Computed in float64, and rounded
//! once as it is written.

use super::Scores;
use super::affine::{Affine, log_probabilities};
use super::logistic::logarithms;
use crate::calibration::Closed;
use crate::calibration::bins::Binner;
use crate::input::{Argument, Fault, Numbers, Status};
use crate::math::Math;
use crate::simd::{F64x2, Scalar, Vector};

/// What is applied, with its parameters.
#[derive(Clone, Copy, Debug)]
pub enum Map<'a> {
    /// softmax(β · logits); of one column the probability of class 1.
    Temperature(f64),
    /// σ(slope · score + constant).
    Logistic([f64; 2]),
    /// σ(a · ln p − b · ln(1 − p) + c).
    Beta([f64; 3]),
    /// Values at ascending scores, straight lines between them, the ends beyond.
    Interpolated(&'a [f64], &'a [f64]),
    /// A value for each of so many equal parts of 0..1.
    Binned(Closed, &'a [f64]),
    /// softmax(wₖ · logitₖ + bₖ): weights, then biases.
    Vector(&'a [f64]),
    /// softmax(W · ln p + b): rows of weights, then biases.
    Dirichlet(&'a [f64]),
    /// A map of each class's column, then rows divided by their sums. The code of all maps, then for each class how many
    /// parameters its own has, and these.
    OneVsRest(u32, &'a [f64]),
}

/// Rows that are lifted at a time.
const LIFTED: usize = 64;

/// Where maps with room of their own are in the codes.
const INTERPOLATED: u32 = 3;
const ONE_VS_REST: u32 = 7;

/// Parts of the range of knots in which they are looked up.
const PARTS: usize = 1024;

/// Scores for which finding out where the parts begin is worth it.
const MANY: usize = 8 * PARTS;

/// Numbers of room that applying the map of a code to rows of `columns` needs.
pub const fn room(code: u32, columns: usize) -> usize {
    match code {
        INTERPOLATED => PARTS + 1,
        ONE_VS_REST => LIFTED * columns,
        _ => 2 * columns,
    }
}

impl<'a> Map<'a> {
    /// From its code and parameters.
    pub fn from_code(code: u32, parameters: &'a [f64]) -> Option<Self> {
        Some(match (code, parameters) {
            (0, &[beta]) => Self::Temperature(beta),
            (1, &[slope, constant]) => Self::Logistic([slope, constant]),
            (2, &[a, b, c]) => Self::Beta([a, b, c]),
            (INTERPOLATED, knots) => {
                let (scores, values) = knots.split_at(knots.len() / 2);
                Self::Interpolated(scores, values)
            }
            (4, &[left, ref values @ ..]) => {
                Self::Binned(if left == 1.0 { Closed::Left } else { Closed::Right }, values)
            }
            (5, parameters) => Self::Vector(parameters),
            (6, parameters) => Self::Dirichlet(parameters),
            (ONE_VS_REST, &[code, ref parameters @ ..]) => Self::OneVsRest(code as u32, parameters),
            _ => return None,
        })
    }

    /// The map of the next class of those that are lifted, and what comes after it.
    fn next_class(code: u32, parameters: &'a [f64]) -> Option<(Self, &'a [f64])> {
        let (&count, rest) = parameters.split_first()?;
        let (own, rest) = rest.split_at_checked(count as usize)?;
        let map = Self::from_code(code, own)?;
        map.is_binary().then_some((map, rest))
    }

    /// Whether it can be lifted.
    const fn is_binary(&self) -> bool {
        matches!(self, Self::Logistic(_) | Self::Beta(_) | Self::Interpolated(..) | Self::Binned(..))
    }

    /// What scores it takes.
    fn takes(&self) -> Scores {
        match self {
            Self::Temperature(_) | Self::Logistic(_) | Self::Interpolated(..) | Self::Vector(_) => Scores::Finite,
            Self::Beta(_) | Self::Binned(..) | Self::Dirichlet(_) => Scores::Probabilities,
            Self::OneVsRest(code, parameters) => {
                Self::next_class(*code, parameters).map_or(Scores::Finite, |(map, _)| map.takes())
            }
        }
    }
}

/// Scores that become probabilities where they lie.
pub enum Place<'a> {
    /// `Float32Array`.
    F32(&'a mut [f32]),
    /// `Float64Array`.
    F64(&'a mut [f64]),
}

/// Applies to rows of `columns`; `scratch` is [`room`].
pub fn apply(map: &Map<'_>, place: Place<'_>, columns: usize, scratch: &mut [f64]) -> Status {
    match place {
        Place::F32(x) => map.takes().check(&Numbers::F32(x)).and_then(|()| run(map, x, columns, scratch)),
        Place::F64(x) => map.takes().check(&Numbers::F64(x)).and_then(|()| run(map, x, columns, scratch)),
    }
}

fn run<S: Scalar>(map: &Map<'_>, scores: &mut [S], columns: usize, scratch: &mut [f64]) -> Status {
    let math = Math::<F64x2>::new();
    match *map {
        Map::OneVsRest(code, parameters) => return lift(&math, (code, parameters), scores, columns, scratch),
        Map::Interpolated(knots, values) if scores.len() >= MANY => {
            let lookup = Lookup::of(knots, scratch);
            each(scores, |x| interpolated(knots, values, x, lookup.above(x)));
            return Ok(());
        }
        _ => {}
    }
    let rows = scratch.split_at_mut_checked(columns);
    let Some((row, other)) = rows.and_then(|(row, rest)| Some((row, rest.get_mut(..columns)?))) else {
        return Err(Fault::misuse(Argument::Predictions));
    };
    match *map {
        Map::Temperature(beta) if columns == 1 => {
            each_pair(scores, |z| math.sigmoid(F64x2::splat(beta) * z), keep_side);
        }
        Map::Temperature(beta) => {
            for scores in scores.chunks_exact_mut(columns) {
                row.iter_mut().zip(&*scores).for_each(|(to, x)| *to = x.to_f64());
                let top = softmax(&math, row, beta);
                put(row, scores);
                keep_largest(scores, top);
            }
        }
        Map::Vector(parameters) => {
            each_row(scores, Affine::Vector(columns), parameters, &math, row, other, |_| {});
        }
        Map::Dirichlet(parameters) => {
            let features = |row: &mut [f64]| log_probabilities(&math, row);
            each_row(scores, Affine::Full(columns), parameters, &math, row, other, features);
        }
        _ => run_column(&math, map, scores),
    }
    Ok(())
}

/// The maps of one score.
fn run_column<S: Scalar>(math: &Math<F64x2>, map: &Map<'_>, scores: &mut [S]) {
    match *map {
        Map::Logistic([slope, constant]) => {
            let value = |s| math.sigmoid(F64x2::splat(slope) * s + F64x2::splat(constant));
            each_pair(scores, value, |_, p| p);
        }
        Map::Beta([a, b, c]) => each(scores, |p| {
            let [own, other] = logarithms(math, p);
            math.sigmoid(F64x2::splat(a * own + b * other + c)).to_array()[0]
        }),
        Map::Interpolated(knots, values) => {
            each(scores, |x| interpolated(knots, values, x, knots.partition_point(|&knot| knot <= x)));
        }
        Map::Binned(closed, values) => {
            let bins = Binner { bins: values.len(), closed, edges: &[] };
            each(scores, |p| values.get(bins.compared(p) as usize).copied().unwrap_or(f64::NAN));
        }
        Map::Temperature(_) | Map::Vector(_) | Map::Dirichlet(_) | Map::OneVsRest(..) => {}
    }
}

/// The map of each class on its column; then rows add up to 1. Where all of a row are 0, all become the same.
fn lift<S: Scalar>(
    math: &Math<F64x2>,
    (code, parameters): (u32, &[f64]),
    scores: &mut [S],
    columns: usize,
    scratch: &mut [f64],
) -> Status {
    for rows in scores.chunks_mut(LIFTED * columns) {
        let count = rows.len() / columns;
        let mut left = parameters;
        for (class, column) in scratch.chunks_exact_mut(LIFTED).enumerate().take(columns) {
            let Some((map, after)) = Map::next_class(code, left) else {
                return Err(Fault::misuse(Argument::Predictions));
            };
            left = after;
            let column = column.get_mut(..count).unwrap_or(&mut []);
            let from = rows.iter().skip(class).step_by(columns);
            column.iter_mut().zip(from).for_each(|(to, x)| *to = x.to_f64());
            run_column(math, &map, column);
        }
        for (i, row) in rows.chunks_exact_mut(columns).enumerate() {
            let values = || scratch.iter().skip(i).step_by(LIFTED).take(columns);
            let total: f64 = values().sum();
            let value = |p: f64| if total > 0.0 { p / total } else { 1.0 / columns as f64 };
            row.iter_mut().zip(values()).for_each(|(to, &p)| *to = S::from_f64(value(p)));
        }
    }
    Ok(())
}

/// Each score by itself.
#[inline(always)]
fn each<S: Scalar>(scores: &mut [S], value: impl Fn(f64) -> f64) {
    scores.iter_mut().for_each(|x| *x = S::from_f64(value(x.to_f64())));
}

/// The same two at a time; `adjust` sees the score and its probability.
#[inline(always)]
fn each_pair<S: Scalar>(scores: &mut [S], value: impl Fn(F64x2) -> F64x2, adjust: impl Fn(S, S) -> S) {
    let (quads, rest) = scores.as_chunks_mut::<4>();
    let run = |quad: &mut [S; 4]| {
        let [a, b] = S::Vector::load_quad(quad).map(|x| value(x).to_array());
        quad.iter_mut().zip([a, b].as_flattened()).for_each(|(to, &p)| *to = adjust(*to, S::from_f64(p)));
    };
    quads.iter_mut().for_each(run);
    let mut last = [S::ZERO; 4];
    last.iter_mut().zip(&*rest).for_each(|(to, &x)| *to = x);
    run(&mut last);
    rest.iter_mut().zip(last).for_each(|(to, p)| *to = p);
}

/// Rounding may bring the probability of a logit below 0 up to ½: then it is the number below, so that what is predicted
/// at ½ never changes.
#[inline(always)]
fn keep_side<S: Scalar>(logit: S, p: S) -> S {
    if logit < S::ZERO && p >= S::HALF { S::from_f64(0.5 - S::EPSILON.to_f64() / 4.0) } else { p }
}

/// Rows of features through weights and biases, then softmax.
fn each_row<S: Scalar>(
    scores: &mut [S],
    affine: Affine,
    parameters: &[f64],
    math: &Math<F64x2>,
    row: &mut [f64],
    logits: &mut [f64],
    features: impl Fn(&mut [f64]),
) {
    for scores in scores.chunks_exact_mut(row.len().max(1)) {
        row.iter_mut().zip(&*scores).for_each(|(to, x)| *to = x.to_f64());
        features(row);
        affine.forward(parameters, row, logits);
        softmax(math, logits, 1.0);
        put(logits, scores);
    }
}

fn put<S: Scalar>(row: &[f64], to: &mut [S]) {
    to.iter_mut().zip(row).for_each(|(to, &p)| *to = S::from_f64(p));
}

/// softmax(β · x) in place; where the largest is, the first on ties. Terms are added in order of class, two and two.
pub fn softmax(math: &Math<F64x2>, x: &mut [f64], beta: f64) -> usize {
    let (mut largest, mut top) = (f64::NEG_INFINITY, 0);
    for (class, &x) in x.iter().enumerate() {
        if x > largest {
            (largest, top) = (x, class);
        }
    }
    let (m, b) = (F64x2::splat(largest), F64x2::splat(beta));
    let mut sums = math.zero;
    let (pairs, rest) = x.as_chunks_mut::<2>();
    for pair in pairs {
        let e = math.exp_non_positive(b * (F64x2::load(pair) - m), math.zero);
        sums = sums + e;
        e.store(pair);
    }
    let mut total = super::both(sums);
    for x in rest {
        *x = math.exp_non_positive(F64x2::splat(beta * (*x - largest)), math.zero).to_array()[0];
        total += *x;
    }
    x.iter_mut().for_each(|e| *e /= total);
    top
}

/// Rounding may make a class before the largest as probable as it: then the largest has one unit in the last place more,
/// so that what is predicted never changes.
fn keep_largest<S: Scalar>(row: &mut [S], top: usize) {
    let Some((before, rest)) = row.split_at_mut_checked(top) else { return };
    if let Some(largest) = rest.first_mut()
        && before.iter().any(|p| p >= largest)
    {
        *largest = S::at_least(largest.to_f64(), true);
    }
}

/// Which knots lie in which part of their range: of larger scores the parts are not smaller, whatever is rounded.
struct Lookup<'a> {
    knots: &'a [f64],
    /// How many knots lie in the parts before each, and in all.
    before: &'a [f64],
    low: f64,
    scale: f64,
}

impl<'a> Lookup<'a> {
    fn of(knots: &'a [f64], room: &'a mut [f64]) -> Self {
        let half = |knot: Option<&f64>| knot.map_or(0.0, |knot| knot / 2.0);
        let low = half(knots.first());
        let scale = PARTS as f64 / (half(knots.last()) - low);
        let mut filled = 0;
        for (i, &knot) in knots.iter().enumerate() {
            let part = part(knot, low, scale);
            room.iter_mut().take(part + 1).skip(filled).for_each(|to| *to = i as f64);
            filled = filled.max(part + 1);
        }
        room.iter_mut().skip(filled).for_each(|to| *to = knots.len() as f64);
        Self { knots, before: room, low, scale }
    }

    /// How many knots are not above x.
    #[inline(always)]
    fn above(&self, x: f64) -> usize {
        let part = part(x, self.low, self.scale);
        let at = |part: usize| self.before.get(part).map_or(self.knots.len(), |&before| before as usize);
        let (start, end) = (at(part), at(part + 1));
        start + self.knots.get(start..end).map_or(0, |own| own.partition_point(|&knot| knot <= x))
    }
}

/// Which part of the range a score lies in. In halves: knots may be further apart than the largest number.
#[inline(always)]
fn part(x: f64, low: f64, scale: f64) -> usize {
    (((x / 2.0 - low) * scale) as usize).min(PARTS - 1)
}

/// A value at x, which so many knots are not above: that of the ends beyond them, between two on the line through them.
#[inline(always)]
fn interpolated(knots: &[f64], values: &[f64], x: f64, above: usize) -> f64 {
    let at = |i: usize| (knots.get(i).copied().unwrap_or(f64::NAN), values.get(i).copied().unwrap_or(f64::NAN));
    let Some(below) = above.checked_sub(1) else { return at(0).1 };
    if above == knots.len() {
        return at(below).1;
    }
    let ((x0, y0), (x1, y1)) = (at(below), at(above));
    let span = x1 - x0;
    // The share of the way; in halves where knots are further apart than the largest number.
    let share = if span.is_finite() { (x - x0) / span } else { (x / 2.0 - x0 / 2.0) / (x1 / 2.0 - x0 / 2.0) };
    y0 + (y1 - y0) * share
}
