//! Logistic regression on one or two features of a row: Platt scaling on its score, beta calibration on the logarithms of
//! its probability.
//!
//! The mean of ln(1 + eᶻ) − t·z with z = Σ θⱼ·uⱼ + θ₀ is convex in θ; Newton's steps are halved until it falls. Features
//! are brought to −1..1 for the fit, which changes no minimum.
//!
//! Targets t are 0 and 1, or Platt's (1999): 1 / (N₋ + 2) and (N₊ + 1) / (N₊ + 2), whose minimum is always finite. With
//! 0 and 1 there is none where a line separates the classes. Newton's method then never settles, and the minimum for
//! Platt's targets is the answer, which has not converged.
//!
//! Platt, "Probabilistic outputs for support vector machines" (1999); Lin, Lin and Weng, "A note on Platt's probabilistic
//! outputs for support vector machines" (2007).

use super::{Exact, MOST_STEPS, Outcome, Rows, TOLERANCE};
use crate::input::{BLOCK, Buffer, Numbers};
use crate::math::Math;
use crate::simd::{F64x2, Vector};
use core::f64::consts::LN_2;

/// Parameters of the largest fit: two features and a constant.
const MOST: usize = 3;

/// Sums of the largest fit: the loss, slopes, and curvatures of each pair.
const SUMS: usize = 1 + MOST + MOST * (MOST + 1) / 2;

/// Halvings of a step after which it is taken as it is.
const MOST_HALVINGS: u32 = 40;

/// Half a range of scores below which they count as equal: a slope over it might not be finite.
const NARROWEST: f64 = 1e-290;

/// Probabilities are kept so far from 0 and 1 before their logarithm is taken, as betacal does.
pub const CLIP: f64 = f64::EPSILON;

/// What features a fit is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Features {
    /// The score itself.
    Score,
    /// ln p and −ln(1 − p).
    Both,
    /// ln p alone.
    Logarithm,
    /// −ln(1 − p) alone.
    Complement,
    /// Nothing: the constant alone.
    None,
    /// ln p − ln(1 − p).
    LogOdds,
}

/// Where the probability that is fitted to features of a probability p is ½.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Midpoint {
    /// Wherever the constant brings it.
    Free,
    /// At p = ½: there are ln 2p and −ln 2(1 − p) for features, and no other constant.
    Half,
}

impl Features {
    /// From its code.
    pub const fn from_code(code: u32) -> Self {
        match code {
            0 => Self::Score,
            1 => Self::Both,
            2 => Self::Logarithm,
            3 => Self::Complement,
            4 => Self::None,
            _ => Self::LogOdds,
        }
    }

    /// How many there are.
    pub const fn count(self) -> usize {
        if matches!(self, Self::Both) { 2 } else { 1 }
    }

    /// What a midpoint of ½ adds to each feature.
    const fn shifts(self, midpoint: Midpoint) -> [f64; MOST - 1] {
        match (midpoint, self) {
            (Midpoint::Half, Self::Both) => [LN_2, -LN_2],
            (Midpoint::Half, Self::Logarithm) => [LN_2, 0.0],
            (Midpoint::Half, Self::Complement) => [-LN_2, 0.0],
            _ => [0.0; MOST - 1],
        }
    }

    /// Writes the features of all rows, one column after the other.
    fn write(self, scores: &Numbers<'_>, shifts: [f64; MOST - 1], to: &mut [f64]) {
        let rows = scores.len();
        let math = Math::<F64x2>::new();
        let mut buffer = [0.0; BLOCK];
        for ((column, to), shift) in to.chunks_mut(rows.max(1)).enumerate().zip(shifts).take(self.count()) {
            for (index, to) in to.chunks_mut(BLOCK).enumerate() {
                let block = scores.block::<f64>(index * BLOCK, to.len(), &mut buffer);
                for (to, &x) in to.iter_mut().zip(block) {
                    let feature = match self {
                        Self::Score => x,
                        Self::Both if column == 0 => logarithms(&math, x)[0],
                        Self::Logarithm => logarithms(&math, x)[0],
                        Self::Both | Self::Complement => logarithms(&math, x)[1],
                        Self::None => 0.0,
                        Self::LogOdds => {
                            let [own, other] = logarithms(&math, x);
                            own + other
                        }
                    };
                    *to = feature + shift;
                }
            }
        }
    }
}

/// ln p and −ln(1 − p), of p clipped.
#[inline(always)]
pub fn logarithms(math: &Math<F64x2>, p: f64) -> [f64; 2] {
    let p = p.clamp(CLIP, 1.0 - CLIP);
    let [own, other] = math.ln_clamped(F64x2::from_fn(|lane| if lane == 0 { p } else { 1.0 - p })).to_array();
    [own, -other]
}

/// A column of features, brought to −1..1.
#[derive(Clone, Copy)]
struct Scale {
    middle: f64,
    half: f64,
}

impl Scale {
    fn of(column: &mut [f64], midpoint: Midpoint) -> Self {
        let (low, high) =
            column.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| (low.min(x), high.max(x)));
        let (middle, half) = match midpoint {
            Midpoint::Free => (low / 2.0 + high / 2.0, high / 2.0 - low / 2.0),
            // Without a constant nothing can be moved.
            Midpoint::Half => (0.0, high.max(-low)),
        };
        let half = if half > NARROWEST { half } else { 0.0 };
        column.iter_mut().for_each(|x| *x = if half > 0.0 { (*x - middle) / half } else { 0.0 });
        Self { middle, half }
    }
}

/// What rows are compared with: the target of class 0 and of class 1.
type Targets = [f64; 2];

/// Fits; the parameters are the coefficients of the features and the constant. `room` has a number for each feature of
/// each row. With `prior_correction` targets are Platt's. Labels are 0 and 1.
pub fn fit(
    scores: &Numbers<'_>,
    (features, midpoint): (Features, Midpoint),
    rows: &Rows<'_>,
    prior_correction: bool,
    room: &mut [f64],
) -> ([f64; MOST], Outcome) {
    let count = features.count();
    let shifts = features.shifts(midpoint);
    features.write(scores, shifts, room);
    let mut scales = [Scale { middle: 0.0, half: 1.0 }; MOST - 1];
    for (scale, column) in scales.iter_mut().zip(room.chunks_mut(scores.len().max(1))).take(count) {
        *scale = Scale::of(column, midpoint);
    }
    let [negatives, positives] = totals(rows, scores.len());
    let corrected = [1.0 / (negatives + 2.0), (positives + 1.0) / (positives + 2.0)];
    let problem = Problem { room, rows, count, midpoint, len: scores.len(), totals: [negatives, positives] };
    let (theta, outcome) = if prior_correction {
        problem.minimise(corrected)
    } else {
        let (theta, outcome) = problem.minimise([0.0, 1.0]);
        if outcome.converged {
            (theta, outcome)
        } else {
            let (theta, instead) = problem.minimise(corrected);
            (theta, Outcome { converged: false, relative_step: outcome.relative_step, ..instead })
        }
    };
    let mut parameters = [0.0; MOST];
    let mut constant = theta[count.min(MOST - 1)];
    for (((parameter, &slope), scale), shift) in parameters.iter_mut().zip(&theta).zip(&scales).zip(shifts).take(count)
    {
        if scale.half > 0.0 {
            *parameter = slope / scale.half;
            constant += *parameter * (shift - scale.middle);
        }
    }
    parameters[count.min(MOST - 1)] = constant;
    (parameters, outcome)
}

/// The weight of each class.
fn totals(rows: &Rows<'_>, len: usize) -> [f64; 2] {
    [0, 1].map(|class| {
        let mut total = Exact::new();
        for start in (0..len).step_by(BLOCK) {
            let mut block = [0.0; BLOCK];
            let len = BLOCK.min(len - start);
            for (row, to) in (start..).zip(&mut block).take(len) {
                *to = if rows.label(row) == class { rows.weight(row) } else { 0.0 };
            }
            total.add(block.get(..len).unwrap_or(&[]));
        }
        total.value()
    })
}

struct Problem<'a> {
    /// Features, one column after the other.
    room: &'a [f64],
    rows: &'a Rows<'a>,
    /// Features of a row.
    count: usize,
    midpoint: Midpoint,
    len: usize,
    /// Weight of each class.
    totals: [f64; 2],
}

/// The mean, its slope and its curvature.
struct Point {
    loss: f64,
    slope: [f64; MOST],
    curvature: [[f64; MOST]; MOST],
}

impl Problem<'_> {
    fn minimise(&self, targets: Targets) -> ([f64; MOST], Outcome) {
        let total = self.totals[0] + self.totals[1];
        let constant = self.count.min(MOST - 1);
        let mut theta = [0.0; MOST];
        let math = Math::<F64x2>::new();
        if self.midpoint == Midpoint::Free {
            let odds = (self.totals[1] + 1.0) / (self.totals[0] + 1.0);
            theta[constant] = math.ln(F64x2::splat(odds)).to_array()[0];
        }
        let mut point = self.at(&math, &theta, targets);
        let (mut relative_step, mut full_rank) = (f64::INFINITY, None);
        for steps in 1..=MOST_STEPS {
            let (step, rank) = solve(&point.curvature, &point.slope, self.count + 1);
            let size = |x: &[f64; MOST]| x.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
            relative_step = size(&step) / size(&theta).max(1.0);
            // Features that depend on each other do so from the start; what vanishes later runs away.
            if rank < *full_rank.get_or_insert(rank) {
                break;
            }
            let falls = step.iter().zip(&point.slope).fold(0.0, |sum, (d, g)| sum + d * g);
            let mut share = 1.0;
            let mut next;
            for halvings in 0.. {
                let tried: [f64; MOST] = core::array::from_fn(|j| theta[j] - share * step[j]);
                next = self.at(&math, &tried, targets);
                // Of a tiny step the change is lost in rounding.
                let enough = next.loss <= point.loss - 1e-4 * share * falls || relative_step < 1e-6;
                if enough || halvings == MOST_HALVINGS {
                    (theta, point) = (tried, next);
                    break;
                }
                share *= 0.5;
            }
            if relative_step <= TOLERANCE {
                return (theta, Outcome { converged: true, steps, relative_step, objective: point.loss / total });
            }
        }
        (theta, Outcome { converged: false, steps: MOST_STEPS, relative_step, objective: point.loss / total })
    }

    fn at(&self, math: &Math<F64x2>, theta: &[f64; MOST], targets: Targets) -> Point {
        let mut point = match self.count {
            1 => self.sums::<1>(math, theta, targets),
            _ => self.sums::<2>(math, theta, targets),
        };
        if self.midpoint == Midpoint::Half {
            // The constant stays 0: nothing falls or curves along it.
            let constant = self.count.min(MOST - 1);
            point.slope[constant] = 0.0;
            point.curvature[constant] = [0.0; MOST];
            point.curvature.iter_mut().for_each(|row| row[constant] = 0.0);
        }
        point
    }

    fn sums<const COUNT: usize>(&self, math: &Math<F64x2>, theta: &[f64; MOST], targets: Targets) -> Point {
        let mut sums: [Exact; SUMS] = core::array::from_fn(|_| Exact::new());
        let mut terms = [[0.0; BLOCK]; SUMS];
        let mut inputs = [[0.0; BLOCK]; MOST];
        let [t, w, ones] = [0.0, 0.0, 1.0].map(|x| [x; BLOCK]);
        let (mut t, mut w) = (t, w);
        inputs[COUNT] = ones;
        for start in (0..self.len).step_by(BLOCK) {
            let len = BLOCK.min(self.len - start);
            for (column, input) in inputs.iter_mut().enumerate().take(COUNT) {
                let from = column * self.len + start;
                fill(input, self.room.get(from..from + len));
            }
            for (row, (t, w)) in (start..start + len).zip(t.iter_mut().zip(&mut w)) {
                *t = targets[self.rows.label(row) & 1];
                *w = self.rows.weight(row);
            }
            self.block::<COUNT>(math, theta, (&inputs, &t, &w), &mut terms, len);
            for (sum, terms) in sums.iter_mut().zip(&terms).take(1 + COUNT + 1 + (COUNT + 1) * (COUNT + 2) / 2) {
                sum.add(terms.get(..len).unwrap_or(&[]));
            }
        }
        let mut values = sums.iter().map(Exact::value);
        let mut next = || values.next().unwrap_or(0.0);
        let mut point = Point { loss: next(), slope: [0.0; MOST], curvature: [[0.0; MOST]; MOST] };
        for slope in point.slope.iter_mut().take(COUNT + 1) {
            *slope = next();
        }
        for i in 0..=COUNT {
            for j in 0..=i {
                let value = next();
                point.curvature[i][j] = value;
                point.curvature[j][i] = value;
            }
        }
        point
    }

    /// The terms of a block of rows: of the loss, of each slope and of the curvature of each pair.
    fn block<const COUNT: usize>(
        &self,
        math: &Math<F64x2>,
        theta: &[f64; MOST],
        (inputs, t, w): (&[Buffer<f64>; MOST], &Buffer<f64>, &Buffer<f64>),
        terms: &mut [Buffer<f64>; SUMS],
        len: usize,
    ) {
        let columns = inputs.each_ref().map(|input| F64x2::chunks(input));
        let coefficients = theta.map(F64x2::splat);
        let mut outputs = terms.each_mut().map(|term| F64x2::chunks_mut(term));
        for (i, (t, w)) in F64x2::chunks(t).iter().zip(F64x2::chunks(w)).enumerate().take(len.div_ceil(2)) {
            let (t, w) = (F64x2::load(t), F64x2::load(w));
            let u: [F64x2; MOST] = core::array::from_fn(|j| columns[j].get(i).map_or(math.zero, F64x2::load));
            let mut z = coefficients[COUNT];
            for j in 0..COUNT {
                z = z + coefficients[j] * u[j];
            }
            let e = math.exp_non_positive(-z.abs(), math.zero);
            let whole = math.one + e;
            // σ(z) and σ(−z).
            let (near, far) = (math.one / whole, e / whole);
            let below = z.lt(math.zero);
            let (p, q) = (F64x2::select(below, far, near), F64x2::select(below, near, far));
            // p − t without cancellation where t is 1.
            let slope = w * F64x2::select(t.eq(math.one), -q, p - t);
            let curvature = w * (p * q);
            // ln(1 + eᶻ) − t·z, of terms that are not negative.
            let wrong = z.abs() * F64x2::select(below, t, math.one - t);
            let loss = w * (math.ln_1p_unit(e) + wrong);
            let mut at = 0;
            let mut put = |x: F64x2| {
                if let Some(to) = outputs.get_mut(at).and_then(|output| output.get_mut(i)) {
                    x.store(to);
                }
                at += 1;
            };
            put(loss);
            for &u in u.iter().take(COUNT + 1) {
                put(slope * u);
            }
            for a in 0..=COUNT {
                for b in 0..=a {
                    put(curvature * (u[a] * u[b]));
                }
            }
        }
    }
}

fn fill(to: &mut Buffer<f64>, from: Option<&[f64]>) {
    to.iter_mut().zip(from.unwrap_or(&[])).for_each(|(to, &x)| *to = x);
}

/// Solves a symmetric system by LDLᵀ, and says in how many directions there is any curvature; in others it does not move.
fn solve(matrix: &[[f64; MOST]; MOST], right: &[f64; MOST], size: usize) -> ([f64; MOST], usize) {
    let size = size.clamp(1, MOST);
    let mut lower = [[0.0; MOST]; MOST];
    let mut pivots = [0.0; MOST];
    let mut x = *right;
    // The constant goes first: a feature without curvature of its own is then one without any.
    let order: [usize; MOST] = core::array::from_fn(|i| if i == 0 { size - 1 } else { i - 1 });
    let entry = |i: usize, j: usize| matrix[order[i]][order[j]];
    for i in 0..size {
        x[i] = right[order[i]];
    }
    for j in 0..size {
        let pivot = (0..j).fold(entry(j, j), |sum, k| sum - lower[j][k] * lower[j][k] * pivots[k]);
        // What is left of the diagonal is rounding.
        pivots[j] = if pivot > 1e-14 * entry(j, j) { pivot } else { 0.0 };
        for i in j + 1..size {
            let rest = (0..j).fold(entry(i, j), |sum, k| sum - lower[i][k] * lower[j][k] * pivots[k]);
            lower[i][j] = if pivots[j] > 0.0 { rest / pivots[j] } else { 0.0 };
        }
    }
    for i in 0..size {
        x[i] = (0..i).fold(x[i], |sum, k| sum - lower[i][k] * x[k]);
    }
    for i in 0..size {
        x[i] = if pivots[i] > 0.0 { x[i] / pivots[i] } else { 0.0 };
    }
    for i in (0..size).rev() {
        x[i] = (i + 1..size).fold(x[i], |sum, k| sum - lower[k][i] * x[k]);
    }
    let mut solution = [0.0; MOST];
    for i in 0..size {
        solution[order[i]] = x[i];
    }
    (solution, pivots.iter().filter(|&&pivot| pivot > 0.0).count())
}
