//! Temperature scaling: softmax(logits / T), with the T at which the mean −ln p of the true class is smallest.
//!
//! In β = 1/T the mean is convex. With x counted from the largest logit of its row, a row adds E(x) − x_label to the
//! slope, the variance of x to the curvature, and the third central moment of x to the derivative of that, all under the
//! softmax at β. With three derivatives steps are Halley's: errors are cubed.
//!
//! Many rows are first searched in a sample of them, which brings β within a few percent. Which rows are in it depends on
//! what they hold and not on their place, so the order of rows is not seen.
//!
//! Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks" (2017). The safeguard is that of
//! `rtsafe`, Press et al., "Numerical recipes".

use super::{Exact, MOST_STEPS, Outcome, Rows, TOLERANCE, both};
use crate::input::{BLOCK, Numbers};
use crate::math::Math;
use crate::simd::{F64x2, Scalar, Vector};

/// e⁻¹⁰ and e¹⁰: the bounds of 1/T, which are those of scikit-learn.
pub const BOUNDS: [f64; 2] = [4.539_992_976_248_485e-5, 22_026.465_794_806_718];

/// Stands for −∞ where it may be multiplied by 0.
const NOTHING: f64 = -1e30;

/// From so many rows on a sample of them is searched first, of about one in [`SAMPLED`].
const MANY: usize = 16384;

/// See [`MANY`].
const SAMPLED: u64 = 16;

/// A step within this share ends the search of a sample.
const SAMPLE_TOLERANCE: f64 = 1e-3;

/// Which rows are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    Sample,
}

impl Which {
    /// Whether a row with this label is one.
    #[inline(always)]
    fn has<S: Scalar>(self, row: &[S], label: usize) -> bool {
        let bits = |x: Option<&S>| x.map_or(0, |x| x.to_f64().to_bits());
        let mixed = || {
            // Multipliers of linear generators: Steele and Vigna, "Computationally easy, spectrally good multipliers".
            let first = bits(row.first()).wrapping_mul(0xf135_7aea_2e62_a9c5);
            let last = (bits(row.last()) ^ label as u64).wrapping_mul(0xd134_2543_de82_ef95);
            (first ^ last.rotate_left(32)).wrapping_mul(0xaf25_1af3_b0f0_25b5) >> 32
        };
        self == Self::All || mixed().is_multiple_of(SAMPLED)
    }
}

/// The mean at some β, and its derivatives.
#[derive(Clone, Copy)]
struct Point {
    loss: f64,
    slope: f64,
    curvature: f64,
    /// That of the curvature.
    third: f64,
}

impl Point {
    /// Halley's step to where the slope is 0; Newton's where the third derivative would change it much.
    fn step(&self) -> f64 {
        let newton = self.slope / self.curvature;
        let bend = 1.0 - 0.5 * newton * self.third / self.curvature;
        if (0.5..=2.0).contains(&bend) { newton / bend } else { newton }
    }
}

/// The β = 1/T that fits best, for logits of `columns` classes; of one column, the logits of class 1 against 0.
///
/// It is 1 where the mean does not change at 1 to the last bit. Where the mean falls up to a bound, which it does where
/// every row is right or where rows are worse than chance, it is the bound, and the fit has not converged.
pub fn fit(logits: &Numbers<'_>, columns: usize, rows: &Rows<'_>, total_weight: f64) -> (f64, Outcome) {
    let at = |which| {
        move |beta| match logits {
            Numbers::F32(x) => evaluate(x, columns, rows, which, beta),
            Numbers::F64(x) => evaluate(x, columns, rows, which, beta),
            _ => Point { loss: f64::NAN, slope: f64::NAN, curvature: f64::NAN, third: f64::NAN },
        }
    };
    let start = if rows.labels.len() >= MANY {
        let (beta, outcome) = search(at(Which::Sample), 1.0, SAMPLE_TOLERANCE, total_weight);
        if outcome.converged { beta } else { 1.0 }
    } else {
        1.0
    };
    search(at(Which::All), start, TOLERANCE, total_weight)
}

/// Where the slope is 0, within the bounds.
fn search(at: impl Fn(f64) -> Point, start: f64, tolerance: f64, total_weight: f64) -> (f64, Outcome) {
    let [mut low, mut high] = BOUNDS;
    let mut beta = start;
    let mut last_steps = [f64::INFINITY; 2];
    for steps in 1..=MOST_STEPS {
        let point = at(beta);
        let outcome = |converged, relative_step| Outcome {
            converged,
            steps,
            relative_step,
            objective: point.loss / total_weight,
        };
        let beyond = beta == BOUNDS[0] && point.slope >= 0.0 || beta == BOUNDS[1] && point.slope <= 0.0;
        if beyond {
            return (beta, outcome(false, last_steps[1] / beta));
        }
        if point.slope == 0.0 {
            return (beta, outcome(true, 0.0));
        }
        let falls = point.slope < 0.0;
        *(if falls { &mut low } else { &mut high }) = beta;
        let free = beta - point.step();
        let free_step = (free - beta).abs();
        // A step must halve the one before the last, or it may creep; a last one may round to none, at a bound.
        let halves = free > low && free < high && free_step <= 0.5 * last_steps[0];
        let next = if halves || free_step <= tolerance * beta {
            free
        } else if falls && high == BOUNDS[1] {
            high
        } else if !falls && low == BOUNDS[0] {
            low
        } else {
            (low * high).sqrt()
        };
        let step = (next - beta).abs();
        if step <= tolerance * next {
            return (next, outcome(true, step / next));
        }
        if steps == MOST_STEPS {
            return (next, outcome(false, step / next));
        }
        last_steps = [last_steps[1], step];
        beta = next;
    }
    (beta, Outcome { converged: false, steps: 0, relative_step: f64::NAN, objective: f64::NAN })
}

fn evaluate<S: Scalar>(logits: &[S], columns: usize, rows: &Rows<'_>, which: Which, beta: f64) -> Point {
    let math = Math::<F64x2>::new();
    let mut sums: [Exact; 4] = core::array::from_fn(|_| Exact::new());
    for (index, block) in logits.chunks(BLOCK * columns).enumerate() {
        let mut values = [[0.0; BLOCK]; 4];
        let [totals, slopes, curvatures, thirds] = &mut values;
        let to = totals.iter_mut().zip(slopes.iter_mut()).zip(curvatures.iter_mut()).zip(thirds.iter_mut());
        let (mut weights, mut behind, mut len) = ([0.0; BLOCK], [0.0; BLOCK], 0);
        let looked_at = block
            .chunks_exact(columns)
            .zip(index * BLOCK..)
            .map(|(row, i)| (row, rows.label(i), rows.weight(i)))
            .filter(|&(row, label, _)| which.has(row, label));
        for ((row, label, weight), ((((total, slope), curvature), third), (of_row, behind))) in
            looked_at.zip(to.zip(weights.iter_mut().zip(&mut behind)))
        {
            let binary = [S::ZERO, row.first().copied().unwrap_or(S::ZERO)];
            let row = if columns == 1 { &binary } else { row };
            let moments = Moments::of(&math, row, beta);
            *behind = (row.get(label).map_or(0.0, |x| x.to_f64()) - moments.largest).max(f64::MIN);
            *of_row = weight;
            let mean = moments.first / moments.total;
            let variance = moments.second / moments.total - mean * mean;
            *total = moments.total;
            *slope = weight * (mean - *behind);
            *curvature = weight * variance;
            *third = weight * (moments.third / moments.total - mean * (3.0 * variance + mean * mean));
            len += 1;
        }
        for chunk in F64x2::chunks_mut(totals) {
            // What no row has written is 0, and not read.
            math.ln_clamped(F64x2::load(chunk)).store(chunk);
        }
        for ((total, behind), weight) in totals.iter_mut().zip(&behind).zip(&weights).take(len) {
            *total = weight * (*total - beta * behind);
        }
        for (sum, values) in sums.iter_mut().zip(&values) {
            sum.add(values.get(..len).unwrap_or(&[]));
        }
    }
    let [loss, slope, curvature, third] = sums.map(|sum| sum.value());
    Point { loss, slope, curvature, third }
}

/// Σ e, Σ e·d, Σ e·d² and Σ e·d³ over a row, with d the logit less the largest one and e = exp(β·d).
struct Moments {
    largest: f64,
    total: f64,
    first: f64,
    second: f64,
    third: f64,
}

impl Moments {
    #[inline(always)]
    fn of<S: Scalar>(math: &Math<F64x2>, row: &[S], beta: f64) -> Self {
        let chunks = S::Vector::chunks(row);
        let none = S::Vector::splat(S::from_f64(f64::NEG_INFINITY));
        let most = chunks.iter().fold(none, |most, chunk| most.pmax(S::Vector::load(chunk))).to_array();
        let rest = row.get(chunks.len() * S::Vector::LANES..).unwrap_or(&[]);
        let largest = most
            .as_ref()
            .iter()
            .chain(rest)
            .fold(f64::NEG_INFINITY, |a, b| if b.to_f64() > a { b.to_f64() } else { a });
        let (m, b, lowest) = (F64x2::splat(largest), F64x2::splat(beta), F64x2::splat(NOTHING));
        let mut sums = [math.zero; 4];
        let mut add = |x: F64x2| {
            let d = (x - m).pmax(lowest);
            let e = math.exp_non_positive(b * d, math.zero);
            let ed = e * d;
            sums[0] = sums[0] + e;
            sums[1] = sums[1] + ed;
            sums[2] = sums[2] + ed * d;
            sums[3] = sums[3] + ed * d * d;
        };
        let (quads, rest) = row.as_chunks::<4>();
        for quad in quads {
            let [x, y] = S::Vector::load_quad(quad);
            add(x);
            add(y);
        }
        if !rest.is_empty() {
            let mut quad = [S::from_f64(f64::NEG_INFINITY); 4];
            quad.iter_mut().zip(rest).for_each(|(to, &x)| *to = x);
            let [x, y] = S::Vector::load_quad(&quad);
            add(x);
            if rest.len() > 2 {
                add(y);
            }
        }
        let [total, first, second, third] = sums.map(both);
        Self { largest, total, first, second, third }
    }
}
