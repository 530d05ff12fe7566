//! Scores of real predictions: exact sums of terms over rows, and what has to be put in order first.
//!
//! A pass reads rows p (prediction), t (target) and w (weight) and adds up to three terms of each, times w, exactly:
//! the order of the rows cannot matter. What is relative to a mean takes two passes: one for the mean, rounded once, and
//! one for the differences from it. Medians, quantiles and ranks are in [`order`].
//!
//! All of it is float64, whatever the arguments are.

pub mod order;
mod power;

use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::math::{Coefficients, Math};
use crate::simd::{F64x2, Mask, Vector};
use crate::sum;
use power::power;

/// Terms of one row, at most.
pub const TERMS: usize = 3;

/// Numbers that [`Totals::finish`] gives.
pub const NUMBERS: usize = 2 + 3 * TERMS;

type V = F64x2;

/// What a pass adds up of each row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Terms {
    /// |p − t| and |t|, with their extremes.
    Absolute,
    /// ln²((1 + p) / (1 + t)).
    SquaredLog,
    /// |p − t| / max(|t|, 2⁻⁵²).
    Percentage,
    /// 2|p − t| / max(|p| + |t|, 1.17e-6).
    SymmetricPercentage,
    /// The unit deviance of the Tweedie distribution of this power.
    Deviance(f64),
    /// The pinball loss at this quantile.
    Pinball(f64),
    /// t, with its extremes.
    Target,
    /// p and t, with their extremes.
    Both,
    /// t − p and t, with their extremes.
    ErrorAndTarget,
    /// (t − p − a)² and (t − b)².
    Spread([f64; 2]),
    /// (p − a)², (t − b)² and (p − a)(t − b).
    Products([f64; 2]),
}

impl Terms {
    /// From the border's code and two numbers whose meaning depends on it.
    pub const fn new(code: u32, a: f64, b: f64) -> Option<Self> {
        Some(match code {
            0 => Self::Absolute,
            1 => Self::SquaredLog,
            2 => Self::Percentage,
            3 => Self::SymmetricPercentage,
            4 => Self::Deviance(a),
            5 => Self::Pinball(a),
            6 => Self::Target,
            7 => Self::Both,
            8 => Self::ErrorAndTarget,
            9 => Self::Spread([a, b]),
            10 => Self::Products([a, b]),
            _ => return None,
        })
    }
}

/// What a pass has found so far.
#[derive(Clone)]
#[repr(C)]
pub struct Totals {
    /// Rows of weight above 0.
    rows: u64,
    weight: sum::Words,
    sums: [sum::Words; TERMS],
    least: [f64; TERMS],
    largest: [f64; TERMS],
}

impl Totals {
    /// Of no rows.
    pub const fn new() -> Self {
        Self {
            rows: 0,
            weight: [0; sum::WORDS],
            sums: [[0; sum::WORDS]; TERMS],
            least: [f64::INFINITY; TERMS],
            largest: [f64::NEG_INFINITY; TERMS],
        }
    }

    /// Rows of weight above 0, Σw, then for each term Σw·term, its least and its largest value.
    pub fn finish(&self) -> [f64; NUMBERS] {
        let mut numbers = [0.0; NUMBERS];
        let [rows, weight, terms @ ..] = &mut numbers;
        *rows = self.rows as f64;
        *weight = sum::value(&self.weight);
        let found = self.sums.iter().zip(&self.least).zip(&self.largest);
        for (to, ((sum, least), largest)) in terms.as_chunks_mut::<3>().0.iter_mut().zip(found) {
            // A zero has no sign: which one came first must not be seen.
            *to = [sum::value(sum), least + 0.0, largest + 0.0];
        }
        numbers
    }
}

impl Default for Totals {
    fn default() -> Self {
        Self::new()
    }
}

/// The arrays of a pass.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// Predictions.
    pub predictions: Numbers<'a>,
    /// Targets, as many.
    pub targets: Numbers<'a>,
    /// A weight for each row.
    pub weights: Option<Numbers<'a>>,
    /// Stands for every prediction; these are then not looked at.
    pub constant: Option<f64>,
    /// Predictions and targets are finite numbers above these.
    pub above: [f64; 2],
}

/// Room for a block of rows.
struct Buffers {
    predictions: Buffer<f64>,
    targets: Buffer<f64>,
    weights: Buffer<f64>,
}

/// A block of rows, padded to whole vectors.
struct Block<'a> {
    predictions: &'a [f64],
    targets: &'a [f64],
    weights: Option<&'a [f64]>,
}

impl Buffers {
    const fn new() -> Self {
        Self { predictions: [0.0; BLOCK], targets: [0.0; BLOCK], weights: [1.0; BLOCK] }
    }
}

impl Rows<'_> {
    /// Number of rows.
    pub fn count(&self) -> usize {
        self.targets.len()
    }

    #[inline(never)]
    fn block<'b>(&'b self, start: usize, len: usize, buffers: &'b mut Buffers) -> Result<Block<'b>, Fault> {
        let predictions = match self.constant {
            Some(constant) => {
                buffers.predictions.fill(constant);
                &buffers.predictions
            }
            None => {
                let above = self.above[0];
                numbers_above(&self.predictions, start, len, Argument::Predictions, above, &mut buffers.predictions)?
            }
        };
        let targets = numbers_above(&self.targets, start, len, Argument::Targets, self.above[1], &mut buffers.targets)?;
        let weights = match &self.weights {
            Some(weights) => Some(weights.weights(start, len, Argument::SampleWeight, &mut buffers.weights)?),
            None => None,
        };
        Ok(Block { predictions, targets, weights })
    }
}

/// Finite numbers above a bound.
fn numbers_above<'b>(
    numbers: &'b Numbers<'_>,
    start: usize,
    len: usize,
    argument: Argument,
    above: f64,
    buffer: &'b mut Buffer<f64>,
) -> Result<&'b [f64], Fault> {
    let block = widened(numbers, start, len, buffer);
    let (least, most) = (V::splat(above), V::splat(f64::INFINITY));
    let mut fine = least.lt(most);
    for chunk in V::chunks(block) {
        let x = V::load(chunk);
        fine = fine.and(least.lt(x)).and(x.lt(most));
    }
    if fine.all() {
        return Ok(block);
    }
    Err(numbers.fault(start, len, argument, Problem::Infinite, |x| !(above < x && x < f64::INFINITY)))
}

/// A block as float64, padded to whole vectors.
fn widened<'b>(numbers: &'b Numbers<'_>, start: usize, len: usize, buffer: &'b mut Buffer<f64>) -> &'b [f64] {
    // What nearly all predictions are, two at a time.
    if let Numbers::F32(x) = numbers
        && len.is_multiple_of(4)
        && let Some(x) = x.get(start..start + len)
    {
        let to = buffer.get_mut(..len).unwrap_or(&mut []);
        V::chunks_mut(to).iter_mut().zip(V::narrow_chunks(x)).for_each(|(to, x)| V::load_f32(x).store(to));
        return to;
    }
    numbers.block(start, len, buffer)
}

/// Adds rows. On a fault the totals may hold some of them.
pub fn update(totals: &mut Totals, rows: &Rows<'_>, terms: Terms) -> Status {
    match terms {
        Terms::Absolute => run(totals, rows, Absolute),
        Terms::SquaredLog => run(totals, rows, SquaredLog),
        Terms::Percentage => run(totals, rows, Percentage),
        Terms::SymmetricPercentage => run(totals, rows, SymmetricPercentage),
        Terms::Deviance(0.0) => run(totals, rows, Spread::<1>([V::splat(0.0); 2])),
        Terms::Deviance(1.0) => run(totals, rows, PoissonDeviance),
        Terms::Deviance(2.0) => run(totals, rows, GammaDeviance),
        Terms::Deviance(power) => run(totals, rows, Deviance(power)),
        Terms::Pinball(quantile) => run(totals, rows, Pinball { below: -quantile, above: 1.0 - quantile }),
        Terms::Target => run(totals, rows, Target),
        Terms::Both => run(totals, rows, Both),
        Terms::ErrorAndTarget => run(totals, rows, ErrorAndTarget),
        Terms::Spread(centres) => run(totals, rows, Spread::<2>(centres.map(V::splat))),
        Terms::Products(centres) => run(totals, rows, Products(centres.map(V::splat))),
    }
}

/// How the terms of a row are computed.
trait Formula: Copy {
    /// How many terms there are; the others are not looked at.
    const COUNT: usize;
    /// Least and largest values are wanted too.
    const EXTREMES: bool = false;
    /// The terms of a prediction and a target.
    fn at(self, m: &Math<V>, p: V, t: V) -> [V; TERMS];
}

fn run<F: Formula>(totals: &mut Totals, rows: &Rows<'_>, formula: F) -> Status {
    let math = Math::new();
    let mut buffers = Buffers::new();
    let mut terms = [[0.0; BLOCK]; TERMS];
    for start in (0..rows.count()).step_by(BLOCK) {
        let len = BLOCK.min(rows.count() - start);
        let block = rows.block(start, len, &mut buffers)?;
        compute(&math, formula, &block, &mut terms);
        if F::EXTREMES {
            totals.see(F::COUNT, &terms, &block);
        }
        totals.add(F::COUNT, &mut terms, &block, len);
    }
    totals.sums.iter_mut().for_each(sum::normalise);
    sum::normalise(&mut totals.weight);
    Ok(())
}

#[inline(always)]
fn compute<F: Formula>(math: &Math<V>, formula: F, block: &Block<'_>, terms: &mut [Buffer<f64>; TERMS]) {
    let [a, b, c] = terms.each_mut().map(|terms| V::chunks_mut(terms));
    let to = a.iter_mut().zip(b).zip(c);
    for (((a, b), c), (p, t)) in to.zip(V::chunks(block.predictions).iter().zip(V::chunks(block.targets))) {
        let [x, y, z] = formula.at(math, V::load(p), V::load(t));
        x.store(a);
        if F::COUNT > 1 {
            y.store(b);
        }
        if F::COUNT > 2 {
            z.store(c);
        }
    }
}

impl Totals {
    /// Takes in the extremes of a block, padding included: it repeats the last row.
    #[inline(never)]
    fn see(&mut self, count: usize, terms: &[Buffer<f64>; TERMS], block: &Block<'_>) {
        let zero = V::splat(0.0);
        let (infinity, negative_infinity) = (V::splat(f64::INFINITY), V::splat(f64::NEG_INFINITY));
        for ((terms, to_least), to_largest) in terms.iter().zip(&mut self.least).zip(&mut self.largest).take(count) {
            let (mut least, mut largest) = (infinity, negative_infinity);
            let terms = terms.get(..block.targets.len()).unwrap_or(&[]);
            if let Some(weights) = block.weights {
                for (x, w) in V::chunks(terms).iter().zip(V::chunks(weights)) {
                    let (x, absent) = (V::load(x), V::load(w).eq(zero));
                    least = V::select(absent, infinity, x).pmin(least);
                    largest = V::select(absent, negative_infinity, x).pmax(largest);
                }
            } else {
                for x in V::chunks(terms) {
                    let x = V::load(x);
                    least = x.pmin(least);
                    largest = x.pmax(largest);
                }
            }
            *to_least = least.to_array().into_iter().fold(*to_least, f64::min);
            *to_largest = largest.to_array().into_iter().fold(*to_largest, f64::max);
        }
    }

    /// Adds a block of terms, weighted on the way. A weight of 0 is absence, even of an infinite term.
    #[inline(never)]
    fn add(&mut self, count: usize, terms: &mut [Buffer<f64>; TERMS], block: &Block<'_>, len: usize) {
        match block.weights.map(|weights| weights.get(..len).unwrap_or(&[])) {
            None => {
                self.rows += len as u64;
                sum::add(&mut self.weight, len as f64);
            }
            Some(weights) => {
                self.rows += weights.iter().filter(|&&w| w > 0.0).count() as u64;
                sum::add_all(&mut self.weight, weights);
                for terms in terms.iter_mut().take(count) {
                    for (term, &weight) in terms.iter_mut().zip(weights) {
                        *term = if weight == 0.0 { 0.0 } else { weight * *term };
                    }
                }
            }
        }
        for (sum, terms) in self.sums.iter_mut().zip(terms).take(count) {
            sum::add_all(sum, terms.get(..len).unwrap_or(&[]));
        }
    }
}

// ------------------------------------------------------------------------------------------------------------- formulas

#[derive(Clone, Copy)]
struct Absolute;

impl Formula for Absolute {
    const COUNT: usize = 2;
    const EXTREMES: bool = true;
    #[inline(always)]
    fn at(self, m: &Math<V>, p: V, t: V) -> [V; TERMS] {
        [(p - t).abs(), t.abs(), m.zero]
    }
}

#[derive(Clone, Copy)]
struct SquaredLog;

impl Formula for SquaredLog {
    const COUNT: usize = 1;
    #[inline(always)]
    fn at(self, m: &Math<V>, p: V, t: V) -> [V; TERMS] {
        let (difference, base) = (p - t, m.one + t);
        let near = difference.abs().le(base / m.two());
        // Where the two are near, their quotient keeps the digits that the difference of logarithms loses.
        let quotient = m.ln_1p(V::select(near, difference / base, m.zero));
        let log = V::select(near, quotient, m.ln_1p(p) - m.ln_1p(t));
        [log * log, m.zero, m.zero]
    }
}

#[derive(Clone, Copy)]
struct Percentage;

impl Formula for Percentage {
    const COUNT: usize = 1;
    #[inline(always)]
    fn at(self, m: &Math<V>, p: V, t: V) -> [V; TERMS] {
        [(p - t).abs() / t.abs().pmax(V::splat(f64::EPSILON)), m.zero, m.zero]
    }
}

#[derive(Clone, Copy)]
struct SymmetricPercentage;

impl Formula for SymmetricPercentage {
    const COUNT: usize = 1;
    #[inline(always)]
    fn at(self, m: &Math<V>, p: V, t: V) -> [V; TERMS] {
        let size = (p.abs() + t.abs()).pmax(V::splat(1.17e-6));
        [m.two() * (p - t).abs() / size, m.zero, m.zero]
    }
}

/// max(−qd, (1 − q)d) of d = p − t.
#[derive(Clone, Copy)]
struct Pinball {
    below: f64,
    above: f64,
}

impl Formula for Pinball {
    const COUNT: usize = 1;
    #[inline(always)]
    fn at(self, m: &Math<V>, p: V, t: V) -> [V; TERMS] {
        let d = p - t;
        [V::select(d.lt(m.zero), V::splat(self.below), V::splat(self.above)) * d, m.zero, m.zero]
    }
}

#[derive(Clone, Copy)]
struct Target;

impl Formula for Target {
    const COUNT: usize = 1;
    const EXTREMES: bool = true;
    #[inline(always)]
    fn at(self, m: &Math<V>, _: V, t: V) -> [V; TERMS] {
        [t, m.zero, m.zero]
    }
}

#[derive(Clone, Copy)]
struct Both;

impl Formula for Both {
    const COUNT: usize = 2;
    const EXTREMES: bool = true;
    #[inline(always)]
    fn at(self, m: &Math<V>, p: V, t: V) -> [V; TERMS] {
        [p, t, m.zero]
    }
}

#[derive(Clone, Copy)]
struct ErrorAndTarget;

impl Formula for ErrorAndTarget {
    const COUNT: usize = 2;
    const EXTREMES: bool = true;
    #[inline(always)]
    fn at(self, m: &Math<V>, p: V, t: V) -> [V; TERMS] {
        [t - p, t, m.zero]
    }
}

/// The second term is not wanted by everyone.
#[derive(Clone, Copy)]
struct Spread<const COUNT: usize>([V; 2]);

impl<const COUNT: usize> Formula for Spread<COUNT> {
    const COUNT: usize = COUNT;
    #[inline(always)]
    fn at(self, m: &Math<V>, p: V, t: V) -> [V; TERMS] {
        let [error, target] = [t - p - self.0[0], t - self.0[1]];
        [error * error, target * target, m.zero]
    }
}

#[derive(Clone, Copy)]
struct Products([V; 2]);

impl Formula for Products {
    const COUNT: usize = 3;
    #[inline(always)]
    fn at(self, _: &Math<V>, p: V, t: V) -> [V; TERMS] {
        let [p, t] = [p - self.0[0], t - self.0[1]];
        [p * p, t * t, p * t]
    }
}

/// ln(p/t), without losing digits where the two are near; 0 where t is, which then silences it.
#[inline(always)]
fn log_quotient(m: &Math<V>, p: V, t: V) -> V {
    let difference = p - t;
    let near = difference.abs().le(t / m.two());
    let quotient = m.ln_1p(V::select(near, difference / t, m.zero));
    V::select(t.eq(m.zero), m.zero, V::select(near, quotient, m.ln(p) - m.ln(t)))
}

// A deviance is of the second order where p and t are near each other: the first one cancels, in formulas made for it
// beforehand rather than in the last digits.

/// A quarter: what counts as near, relative to the one of the two that it is divided by.
const NEAR: f64 = 0.25;

/// d − ln(1 + d) for |d| ≤ ¼, to its last digits. With s = d / (2 + d), ln(1 + d) is 2s + s·R(s²), and d − 2s is s·d.
#[inline(always)]
fn log_remainder(m: &Math<V>, d: V) -> V {
    let s = d / (m.two() + d);
    let z = s * s;
    let r = f64::LN.iter().fold(m.zero, |sum, &term| sum * z + V::splat(term));
    s * (d - z * r)
}

/// 2(t·ln(t/p) − t + p).
#[derive(Clone, Copy)]
struct PoissonDeviance;

impl Formula for PoissonDeviance {
    const COUNT: usize = 1;
    #[inline(always)]
    fn at(self, m: &Math<V>, p: V, t: V) -> [V; TERMS] {
        let difference = p - t;
        let near = difference.abs().lt(t * V::splat(NEAR));
        let small = log_remainder(m, V::select(near, difference / t, m.zero));
        let half = V::select(near, t * small, difference - t * log_quotient(m, p, t));
        [m.two() * half, m.zero, m.zero]
    }
}

/// 2(ln(p/t) + t/p − 1).
#[derive(Clone, Copy)]
struct GammaDeviance;

impl Formula for GammaDeviance {
    const COUNT: usize = 1;
    #[inline(always)]
    fn at(self, m: &Math<V>, p: V, t: V) -> [V; TERMS] {
        let difference = t - p;
        let near = difference.abs().lt(p * V::splat(NEAR));
        let d = difference / p;
        let small = log_remainder(m, V::select(near, d, m.zero));
        [m.two() * V::select(near, small, log_quotient(m, p, t) + d), m.zero, m.zero]
    }
}

/// 2(max(t, 0)^a / (a(a−1)) − t·p^(a−1)/(a−1) + p^a/a) with a = 2 − v of a power v. With d = (t − p)/p that is
/// 2p^a·((1 + d)^a − 1 − ad) / (a(a−1)), whose binomial series begins with d²/2.
#[derive(Clone, Copy)]
struct Deviance(f64);

impl Deviance {
    /// Each term of the series is at most a sixteenth of the one before it.
    const SERIES: i32 = 13;
}

impl Formula for Deviance {
    const COUNT: usize = 1;
    #[inline(always)]
    fn at(self, m: &Math<V>, p: V, t: V) -> [V; TERMS] {
        let (one, two) = (1.0 - self.0, 2.0 - self.0);
        let of_prediction = power(m, p, two);
        let slope = power(m, p, one);
        // A factor of 0 silences an infinite one.
        let silent = t.eq(m.zero).or(slope.eq(m.zero));
        let product = V::select(silent, m.zero, t * slope);
        let of_target = power(m, t.pmax(m.zero), two) / V::splat(one * two);
        let far = of_target - product / V::splat(one) + of_prediction / V::splat(two);
        let d = (t - p) / p;
        let near = d.abs().le(V::splat(0.0625 / two.abs().max(1.0)));
        let series = (0..Self::SERIES)
            .rev()
            .map(f64::from)
            .fold(m.one, |sum, k| m.one + V::splat((two - 2.0 - k) / (k + 3.0)) * d * sum);
        let half = V::select(near, of_prediction * (d * d * V::splat(0.5) * series), far);
        [m.two() * half, m.zero, m.zero]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows<'a>(p: &'a [f64], t: &'a [f64], w: Option<&'a [f64]>) -> Rows<'a> {
        Rows {
            predictions: Numbers::F64(p),
            targets: Numbers::F64(t),
            weights: w.map(Numbers::F64),
            constant: None,
            above: [f64::NEG_INFINITY; 2],
        }
    }

    fn totals(rows: &Rows<'_>, terms: Terms) -> [f64; NUMBERS] {
        let mut totals = Totals::new();
        update(&mut totals, rows, terms).unwrap();
        totals.finish()
    }

    fn all_terms() -> Vec<Terms> {
        (0..11).map(|code| Terms::new(code, 1.5, 0.25).unwrap()).collect()
    }

    #[test]
    fn terms_are_what_they_say() {
        let (p, t) = (4.0_f64, 9.0_f64);
        let sums = |terms| totals(&rows(&[p], &[t], None), terms);
        let first = |terms| sums(terms)[2];
        assert_eq!(sums(Terms::Absolute), [1.0, 1.0, 5.0, 5.0, 5.0, 9.0, 9.0, 9.0, 0.0, f64::INFINITY, -f64::INFINITY]);
        assert!((first(Terms::SquaredLog) - 2.0_f64.ln().powi(2)).abs() < 1e-15);
        assert_eq!(first(Terms::Percentage), 5.0 / 9.0);
        assert_eq!(first(Terms::SymmetricPercentage), 10.0 / 13.0);
        assert_eq!(first(Terms::Deviance(0.0)), 25.0);
        assert!((first(Terms::Deviance(1.0)) - 2.0 * (t * (t / p).ln() - t + p)).abs() < 1e-14);
        assert!((first(Terms::Deviance(2.0)) - 2.0 * ((p / t).ln() + t / p - 1.0)).abs() < 1e-14);
        // 2(√9 / −¼ + 9·(½ / ½) + 2·√4) by hand.
        assert!((first(Terms::Deviance(1.5)) - 2.0).abs() < 1e-14);
        assert!((first(Terms::Deviance(3.0)) - (t - p).powi(2) / (t * p * p)).abs() < 1e-15);
        assert_eq!(first(Terms::Pinball(0.25)), 1.25);
        let spread = sums(Terms::Spread([1.0, 3.0]));
        assert_eq!([spread[2], spread[5]], [16.0, 36.0]);
        let products = sums(Terms::Products([1.0, 3.0]));
        assert_eq!([products[2], products[5], products[8]], [9.0, 36.0, 18.0]);
    }

    /// By the series of its definition in terms of d = (t − p)/p.
    fn near_deviance(p: f64, d: f64, power: f64) -> f64 {
        let a = 2.0 - power;
        let (mut sum, mut term) = (0.0, 0.5);
        for k in 0..60 {
            sum += term;
            term *= d * (a - 2.0 - f64::from(k)) / (f64::from(k) + 3.0);
        }
        2.0 * p.powf(a) * d * d * sum
    }

    #[test]
    fn deviances_of_near_numbers_keep_their_digits() {
        for power in [-3.0, -0.5, 1.0, 1.1, 1.5, 2.0, 2.5, 3.0, 10.0] {
            for p in [1e-3, 1.0, 7.7e6] {
                for step in [2.0_f64.powi(-40), -2.0_f64.powi(-20), 0.003, -0.05, 0.07, 0.2, -0.21] {
                    let t = p + step * p;
                    let found = totals(&rows(&[p], &[t], None), Terms::Deviance(power))[2];
                    let truth = near_deviance(p, (t - p) / p, power);
                    let error = (found - truth).abs() / truth;
                    assert!(error < 1e-12, "power {power}, {p} {t}: {found} {truth}");
                }
                assert_eq!(totals(&rows(&[p], &[p], None), Terms::Deviance(power))[2], 0.0);
            }
        }
    }

    #[test]
    fn silent_factors() {
        let zero = |power| {
            let mut at = rows(&[], &[0.0], None);
            at.constant = Some(0.0);
            totals(&at, Terms::Deviance(power))[2]
        };
        assert_eq!([zero(1.0), zero(1.5)], [0.0, 0.0]);
        let far = totals(&rows(&[1e200], &[-3.0], None), Terms::Deviance(-2.0))[2];
        assert_eq!(far, f64::INFINITY);
    }

    #[test]
    fn weights_of_zero_are_absence() {
        let p = [1.0, f64::MAX, 2.0, 7.0];
        let t = [2.0, -f64::MAX, 2.0, 7.5];
        let w = [1.0, 0.0, 3.0, 0.0];
        let weighted = totals(&rows(&p, &t, Some(&w)), Terms::ErrorAndTarget);
        let [rows_seen, rest @ ..] = totals(&rows(&[1.0, 2.0, 2.0, 2.0], &[2.0; 4], None), Terms::ErrorAndTarget);
        assert_eq!(weighted[0], 2.0);
        assert_eq!(rows_seen, 4.0);
        assert_eq!(weighted[1..], rest);
    }

    #[test]
    fn faults_say_where() {
        let mut p = vec![1.0; 3000];
        let t = vec![1_u8; 3000];
        p[2100] = -1.0;
        p[2500] = f64::NAN;
        let mut at = rows(&p, &[], None);
        at.targets = Numbers::U8(&t);
        at.above = [-1.0, f64::NEG_INFINITY];
        let fault = update(&mut Totals::new(), &at, Terms::SquaredLog).unwrap_err();
        let expected = Fault { problem: Problem::Infinite, argument: Argument::Predictions, index: 2100, value: -1.0 };
        assert_eq!(fault, expected);
        at.above[0] = -1.5;
        let fault = update(&mut Totals::new(), &at, Terms::SquaredLog).unwrap_err();
        assert_eq!((fault.problem, fault.index), (Problem::Nan, 2500));
        // Zeros of either sign are above the largest number below 0, and that is not.
        at.above[0] = -f64::from_bits(1);
        at.predictions = Numbers::F64(&[-0.0, 0.0, 1.0]);
        at.targets = Numbers::F64(&[1.0; 3]);
        assert_eq!(update(&mut Totals::new(), &at, Terms::Both), Ok(()));
    }

    proptest! {
        #[test]
        fn order_and_split_do_not_matter(
            values in prop::collection::vec((-1e9..1e9_f64, 1e-9..1e9_f64, 0.0..3.0_f64), 1..3000),
            cut in 0..3000_usize,
            weighted in any::<bool>(),
        ) {
            let columns = |values: &[(f64, f64, f64)]| -> [Vec<f64>; 3] {
                [values.iter().map(|v| v.0.abs()).collect(), values.iter().map(|v| v.1).collect(),
                    values.iter().map(|v| v.2).collect()]
            };
            let [p, t, w] = columns(&values);
            let mut other = values.clone();
            other.reverse();
            let cut = cut.min(other.len());
            let parts = [columns(&other[..cut]), columns(&other[cut..])];
            for terms in all_terms() {
                let whole = totals(&rows(&p, &t, weighted.then_some(&w[..])), terms);
                let mut split = Totals::new();
                for [p, t, w] in &parts {
                    update(&mut split, &rows(p, t, weighted.then_some(&w[..])), terms).unwrap();
                }
                prop_assert_eq!(whole.map(f64::to_bits), split.finish().map(f64::to_bits));
            }
        }
    }
}
