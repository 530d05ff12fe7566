//! Vector and Dirichlet scaling: softmax of weights times features plus biases, with those at which the mean −ln p of the
//! true class, and what weights cost, is smallest.
//!
//! The mean is convex. Each Newton step is found by conjugate gradients, which ask only for products with the curvature,
//! so that nothing grows with the square of the parameters; a step is halved until the mean falls. Rows that are far on
//! the wrong side curve nowhere; a fit that ends there begins once more from smaller weights, where they do.
//!
//! Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks" (2017); Kull et al., "Beyond temperature
//! scaling: obtaining well-calibrated multiclass probabilities with Dirichlet calibration" (2019).

use super::apply::softmax;
use super::{MOST_STEPS, Outcome, Rows, TOLERANCE};
use crate::axpy::axpby;
use crate::input::{BLOCK, Numbers};
use crate::math::Math;
use crate::simd::{F64x2, Vector};

/// Halvings of a step after which it is not taken.
const MOST_HALVINGS: u32 = 40;

/// Probabilities are kept so far from 0 before their logarithm is taken.
const LEAST: f64 = f64::MIN_POSITIVE;

/// Replaces probabilities by their logarithms.
pub fn log_probabilities(math: &Math<F64x2>, row: &mut [f64]) {
    let (pairs, rest) = row.as_chunks_mut::<2>();
    let ln = |p: F64x2| math.ln_clamped(p.pmax(F64x2::splat(LEAST)));
    pairs.iter_mut().for_each(|pair| ln(F64x2::load(pair)).store(pair));
    rest.iter_mut().for_each(|p| *p = ln(F64x2::splat(*p)).to_array()[0]);
}

/// Which features a class is weighed by, of so many classes. Parameters are weights, then a bias for each class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Affine {
    /// Its own: the weights of a vector.
    Vector(usize),
    /// All: the rows of a matrix.
    Full(usize),
}

impl Affine {
    /// Number of classes.
    const fn classes(self) -> usize {
        match self {
            Self::Vector(classes) | Self::Full(classes) => classes,
        }
    }

    /// Number of weights.
    const fn weights(self) -> usize {
        match self {
            Self::Vector(classes) => classes,
            Self::Full(classes) => classes * classes,
        }
    }

    /// Number of parameters.
    pub const fn parameters(self) -> usize {
        self.weights() + self.classes()
    }

    /// Room that a fit of so many rows needs.
    pub const fn room(self, rows: usize) -> usize {
        2 * rows * self.classes() + VECTORS * self.parameters() + 2 * self.classes()
    }

    /// Weights times features, plus biases.
    #[inline(always)]
    pub fn forward(self, parameters: &[f64], x: &[f64], to: &mut [f64]) {
        let (weights, biases) = parameters.split_at(self.weights().min(parameters.len()));
        match self {
            Self::Vector(_) => {
                for (((to, w), b), x) in to.iter_mut().zip(weights).zip(biases).zip(x) {
                    *to = w * x + b;
                }
            }
            Self::Full(classes) => {
                for ((to, weights), b) in to.iter_mut().zip(weights.chunks_exact(classes)).zip(biases) {
                    *to = weights.iter().zip(x).fold(*b, |sum, (w, x)| sum + w * x);
                }
            }
        }
    }

    /// Adds what each parameter changes: u of its class, times its feature.
    #[inline(always)]
    fn adjoint(self, u: &[f64], x: &[f64], to: &mut [f64]) {
        let (weights, biases) = to.split_at_mut(self.weights().min(to.len()));
        biases.iter_mut().zip(u).for_each(|(b, u)| *b += u);
        match self {
            Self::Vector(_) => weights.iter_mut().zip(u).zip(x).for_each(|((w, u), x)| *w += u * x),
            Self::Full(classes) => {
                for (weights, u) in weights.chunks_exact_mut(classes).zip(u) {
                    weights.iter_mut().zip(x).for_each(|(w, x)| *w += u * x);
                }
            }
        }
    }

    /// The same weight where a feature is the class's own, everything else 0.
    fn temper(self, scale: f64, to: &mut [f64]) {
        to.fill(0.0);
        let own = if let Self::Full(classes) = self { classes + 1 } else { 1 };
        to.iter_mut().step_by(own).take(self.classes()).for_each(|w| *w = scale);
    }

    /// Makes biases add up to 0: a constant in all of them changes nothing.
    fn centre(self, parameters: &mut [f64]) {
        let biases = parameters.get_mut(self.weights()..).unwrap_or(&mut []);
        let mean = biases.iter().sum::<f64>() / biases.len() as f64;
        biases.iter_mut().for_each(|b| *b -= mean);
    }

    /// What the square of each parameter costs, twice: of weights that are not a class's own, and of biases.
    fn cost(self, [off_diagonal, intercept]: [f64; 2], index: usize) -> f64 {
        let classes = self.classes() as f64;
        match self {
            _ if index >= self.weights() => 2.0 * intercept / classes,
            Self::Full(own) if !index.is_multiple_of(own + 1) => 2.0 * off_diagonal / (classes * (classes - 1.0)),
            _ => 0.0,
        }
    }
}

/// The share of a curvature that is nothing.
const VANISHED: f64 = 1e-14;

/// Vectors of parameters that a fit keeps, besides those that it is given to change.
const VECTORS: usize = 10;

/// Halvings of the weights after which a fit begins nowhere else: those of the largest features there are.
const MOST_SCALINGS: i32 = 1074;

struct Problem<'a> {
    affine: Affine,
    penalties: [f64; 2],
    rows: &'a Rows<'a>,
    total: f64,
    /// Row-major.
    features: &'a [f64],
}

/// Fits; `parameters` are left at the minimum. `room` is that of [`Affine::room`]. Penalties are what the mean square of
/// the weights that are not a class's own costs, and of the biases.
pub fn fit(
    scores: &Numbers<'_>,
    affine: Affine,
    penalties: [f64; 2],
    rows: &Rows<'_>,
    total: f64,
    parameters: &mut [f64],
    room: &mut [f64],
) -> Option<Outcome> {
    let (classes, size) = (affine.classes(), affine.parameters());
    let (features, rest) = room.split_at_mut_checked(scores.len())?;
    let (probabilities, rest) = rest.split_at_mut_checked(scores.len())?;
    let (vectors, rest) = rest.split_at_mut_checked(VECTORS * size)?;
    let (u, z) = rest.split_at_mut_checked(classes)?;
    let z = z.get_mut(..classes)?;
    let math = Math::<F64x2>::new();
    read(scores, affine, &math, features);
    let problem = Problem { affine, penalties, rows, total, features };
    let mut vectors = vectors.chunks_exact_mut(size.max(1));
    let [kept, mut vectors @ ..]: [&mut [f64]; VECTORS] = core::array::from_fn(|_| vectors.next().unwrap_or(&mut []));
    let mut room = Room { vectors: &mut vectors, probabilities, u, z };
    let mut outcome = problem.descend(&math, 1.0, parameters, &mut room);
    if !outcome.converged {
        let scale = problem.scale(&math, kept, &mut room);
        if scale < 1.0 {
            kept.copy_from_slice(parameters);
            let again = problem.descend(&math, scale, parameters, &mut room);
            if again.objective < outcome.objective {
                outcome = again;
            } else {
                parameters.copy_from_slice(kept);
            }
        }
    }
    if penalties[1] == 0.0 {
        affine.centre(parameters);
    }
    Some(outcome)
}

/// What a descent works in.
struct Room<'a, 'b> {
    vectors: &'a mut [&'b mut [f64]; VECTORS - 1],
    probabilities: &'a mut [f64],
    u: &'a mut [f64],
    z: &'a mut [f64],
}

/// Features of all rows.
fn read(scores: &Numbers<'_>, affine: Affine, math: &Math<F64x2>, to: &mut [f64]) {
    let mut buffer = [0.0; BLOCK];
    for (index, to) in to.chunks_mut(BLOCK).enumerate() {
        let block = scores.block::<f64>(index * BLOCK, to.len(), &mut buffer);
        to.iter_mut().zip(block).for_each(|(to, &x)| *to = x);
        if matches!(affine, Affine::Full(_)) {
            log_probabilities(math, to);
        }
    }
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).fold(0.0, |sum, (x, y)| sum + x * y)
}

/// r / diagonal; 0 where nothing curves.
fn scaled(r: &[f64], diagonal: &[f64], to: &mut [f64]) {
    for ((to, r), &d) in to.iter_mut().zip(r).zip(diagonal) {
        *to = if d > 0.0 { r / d } else { 0.0 };
    }
}

impl Problem<'_> {
    fn classes(&self) -> usize {
        self.affine.classes()
    }

    /// Goes to the minimum from weights of so much.
    fn descend(&self, math: &Math<F64x2>, scale: f64, parameters: &mut [f64], room: &mut Room<'_, '_>) -> Outcome {
        let Room { vectors, probabilities, u, z } = room;
        let [g, d, r, s, q, p, tried, diagonal, at_first] = vectors.each_mut().map(|vector| &mut **vector);
        let size = self.affine.parameters();
        self.affine.temper(scale, parameters);
        let mut loss = self.slope(math, parameters, probabilities, u, g);
        let mut relative_step = f64::INFINITY;
        let size_of = |x: &[f64]| x.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        for steps in 1..=MOST_STEPS {
            self.diagonal(probabilities, u, z, diagonal);
            if steps == 1 {
                at_first.copy_from_slice(diagonal);
            }
            // Where curvature vanishes, a class is separated, and its parameters run away.
            if diagonal.iter().zip(&*at_first).any(|(&now, &then)| then > 0.0 && now <= VANISHED * then) {
                return Outcome { converged: false, steps, relative_step, objective: loss };
            }
            // Conjugate gradients on curvature · d = slope, scaled by the diagonal.
            let precise = relative_step.clamp(1e-12, 0.1);
            d.fill(0.0);
            r.copy_from_slice(g);
            scaled(r, diagonal, s);
            p.copy_from_slice(s);
            let mut rs = dot(r, s);
            let enough = rs * precise * precise;
            let mut is_flat = false;
            for _ in 0..2 * size + 10 {
                if rs <= enough || rs == 0.0 {
                    break;
                }
                self.curvature(p, probabilities, u, z, q);
                let along = dot(p, q);
                if along <= 0.0 {
                    // A slope that only rounding has left is none.
                    is_flat = d.iter().all(|&d| d == 0.0) && rs > f64::EPSILON * loss;
                    break;
                }
                let share = rs / along;
                axpby(d, 1.0, p, share);
                axpby(r, 1.0, q, -share);
                scaled(r, diagonal, s);
                let next = dot(r, s);
                let again = next / rs;
                axpby(p, again, s, 1.0);
                rs = next;
            }
            relative_step = size_of(d) / size_of(parameters).max(scale);
            let lost = Outcome { converged: false, steps, relative_step, objective: loss };
            // Weights or features so far apart that their products are lost.
            if !d.iter().all(|d| d.is_finite()) {
                return lost;
            }
            // Where all rows are saturated nothing curves, and no step is found though there is a slope.
            let is_stuck =
                is_flat || diagonal.iter().zip(g.iter()).any(|(&curves, &slope)| curves == 0.0 && slope != 0.0);
            if relative_step <= TOLERANCE && is_stuck {
                return lost;
            }
            let falls = dot(g, d);
            let mut share = 1.0;
            for halvings in 0.. {
                tried.iter_mut().zip(&*parameters).zip(&*d).for_each(|((to, x), d)| *to = x - share * d);
                let next = self.slope(math, tried, probabilities, u, q);
                // Of a tiny step the change is lost in rounding.
                if next <= loss - 1e-4 * share * falls || relative_step < 1e-6 && next.is_finite() {
                    loss = next;
                    break;
                }
                if halvings == MOST_HALVINGS {
                    return lost;
                }
                share *= 0.5;
            }
            parameters.copy_from_slice(tried);
            g.copy_from_slice(q);
            if relative_step <= TOLERANCE {
                return Outcome { converged: true, steps, relative_step, objective: loss };
            }
        }
        Outcome { converged: false, steps: MOST_STEPS, relative_step, objective: loss }
    }

    /// The power of ½ by which all weights are best multiplied, as if they were a temperature.
    fn scale(&self, math: &Math<F64x2>, tried: &mut [f64], room: &mut Room<'_, '_>) -> f64 {
        let Room { vectors: [slope, ..], probabilities, u, .. } = room;
        let mut best = (1.0, f64::INFINITY);
        let mut scale = 1.0;
        for _ in 0..=MOST_SCALINGS {
            self.affine.temper(scale, tried);
            let loss = self.slope(math, tried, probabilities, u, slope);
            // Along one direction the mean is convex: once it grows it goes on to.
            if best.1.is_finite() && loss >= best.1 {
                break;
            }
            if loss < best.1 {
                best = (scale, loss);
            }
            scale *= 0.5;
        }
        best.0
    }

    /// The mean and what weights cost; writes probabilities and slopes.
    fn slope(
        &self,
        math: &Math<F64x2>,
        parameters: &[f64],
        probabilities: &mut [f64],
        u: &mut [f64],
        to: &mut [f64],
    ) -> f64 {
        to.fill(0.0);
        let mut loss = 0.0;
        let each = self.features.chunks_exact(self.classes()).zip(probabilities.chunks_exact_mut(self.classes()));
        for (row, (x, p)) in each.enumerate() {
            self.affine.forward(parameters, x, p);
            let (label, weight) = (self.rows.label(row), self.rows.weight(row) / self.total);
            let largest = p.iter().fold(f64::NEG_INFINITY, |most: f64, &z| if z > most { z } else { most });
            let behind = p.get(label).map_or(0.0, |z| largest - z);
            let top = softmax(math, p, 1.0);
            // ln of the sum of exponentials over the largest one is −ln of the largest probability.
            let share = p.get(top).copied().unwrap_or(1.0);
            loss += weight * (behind - math.ln_clamped(F64x2::splat(share)).to_array()[0]);
            for (class, (u, &p)) in u.iter_mut().zip(&*p).enumerate() {
                *u = weight * (p - if class == label { 1.0 } else { 0.0 });
            }
            self.affine.adjoint(u, x, to);
        }
        for (index, (to, x)) in to.iter_mut().zip(parameters).enumerate() {
            let cost = self.affine.cost(self.penalties, index);
            *to += cost * x;
            loss += 0.5 * cost * x * x;
        }
        loss
    }

    /// The curvature times a vector.
    fn curvature(&self, v: &[f64], probabilities: &[f64], u: &mut [f64], z: &mut [f64], to: &mut [f64]) {
        to.fill(0.0);
        let each = self.features.chunks_exact(self.classes()).zip(probabilities.chunks_exact(self.classes()));
        for (row, (x, p)) in each.enumerate() {
            self.affine.forward(v, x, z);
            let (mean, weight) = (dot(p, z), self.rows.weight(row) / self.total);
            u.iter_mut().zip(p).zip(&*z).for_each(|((u, p), z)| *u = weight * p * (z - mean));
            self.affine.adjoint(u, x, to);
        }
        for (index, (to, v)) in to.iter_mut().zip(v).enumerate() {
            *to += self.affine.cost(self.penalties, index) * v;
        }
    }

    /// The curvature of each parameter by itself.
    fn diagonal(&self, probabilities: &[f64], u: &mut [f64], squares: &mut [f64], to: &mut [f64]) {
        to.fill(0.0);
        let each = self.features.chunks_exact(self.classes()).zip(probabilities.chunks_exact(self.classes()));
        for (row, (x, p)) in each.enumerate() {
            let weight = self.rows.weight(row) / self.total;
            u.iter_mut().zip(p).for_each(|(u, p)| *u = weight * p * (1.0 - p));
            squares.iter_mut().zip(x).for_each(|(to, x)| *to = x * x);
            self.affine.adjoint(u, squares, to);
        }
        for (index, to) in to.iter_mut().enumerate() {
            *to += self.affine.cost(self.penalties, index);
        }
    }
}
