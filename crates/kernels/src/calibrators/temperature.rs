//! Temperature scaling: softmax(logits / T), with the T at which the mean −ln p of the true class is smallest.
//!
//! In β = 1/T the mean is convex. With x counted from the largest logit of its row, a row adds E(x) − x_label to the
//! slope and the variance of x to the curvature, both under the softmax at β.
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

/// The mean at some β, its slope and its curvature.
#[derive(Clone, Copy)]
struct Point {
    loss: f64,
    slope: f64,
    curvature: f64,
}

/// The β = 1/T that fits best, for logits of `columns` classes; of one column, the logits of class 1 against 0.
///
/// It is 1 where the mean does not change at 1 to the last bit. Where the mean falls up to a bound, which it does where
/// every row is right or where rows are worse than chance, it is the bound, and the fit has not converged.
pub fn fit(logits: &Numbers<'_>, columns: usize, rows: &Rows<'_>, total_weight: f64) -> (f64, Outcome) {
    let at = |beta: f64| match logits {
        Numbers::F32(x) => evaluate(x, columns, rows, beta),
        Numbers::F64(x) => evaluate(x, columns, rows, beta),
        _ => Point { loss: f64::NAN, slope: f64::NAN, curvature: f64::NAN },
    };
    let [mut low, mut high] = BOUNDS;
    let mut beta = 1.0;
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
        let newton = beta - point.slope / point.curvature;
        let newton_step = (newton - beta).abs();
        // Newton's step must halve the one before the last, or it may creep; a last one may round to none, at a bound.
        let halves = newton > low && newton < high && newton_step <= 0.5 * last_steps[0];
        let next = if halves || newton_step <= TOLERANCE * beta {
            newton
        } else if falls && high == BOUNDS[1] {
            high
        } else if !falls && low == BOUNDS[0] {
            low
        } else {
            (low * high).sqrt()
        };
        let step = (next - beta).abs();
        if step <= TOLERANCE * next {
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

fn evaluate<S: Scalar>(logits: &[S], columns: usize, rows: &Rows<'_>, beta: f64) -> Point {
    let math = Math::<F64x2>::new();
    let (mut loss, mut slope, mut curvature) = (Exact::new(), Exact::new(), Exact::new());
    for (index, block) in logits.chunks(BLOCK * columns).enumerate() {
        let (start, len) = (index * BLOCK, block.len() / columns);
        let mut values = [[0.0; BLOCK]; 3];
        let [totals, slopes, curvatures] = &mut values;
        let to = totals.iter_mut().zip(slopes.iter_mut()).zip(curvatures.iter_mut());
        let mut behind = [0.0; BLOCK];
        for (i, ((row, ((total, slope), curvature)), behind)) in
            block.chunks_exact(columns).zip(to).zip(&mut behind).enumerate()
        {
            let label = rows.label(start + i);
            let binary = [S::ZERO, row.first().copied().unwrap_or(S::ZERO)];
            let row = if columns == 1 { &binary } else { row };
            let moments = Moments::of(&math, row, beta);
            *behind = row.get(label).map_or(0.0, |x| x.to_f64()) - moments.largest;
            let weight = rows.weight(start + i);
            let mean = moments.first / moments.total;
            *total = moments.total;
            *slope = weight * (mean - *behind);
            *curvature = weight * (moments.second / moments.total - mean * mean);
        }
        for chunk in F64x2::chunks_mut(totals) {
            // What no row has written is 0, and not read.
            math.ln_clamped(F64x2::load(chunk)).store(chunk);
        }
        for (i, (total, behind)) in totals.iter_mut().zip(&behind).enumerate().take(len) {
            *total = rows.weight(start + i) * (*total - beta * behind);
        }
        for (sum, values) in [&mut loss, &mut slope, &mut curvature].into_iter().zip(&values) {
            sum.add(values.get(..len).unwrap_or(&[]));
        }
    }
    Point { loss: loss.value(), slope: slope.value(), curvature: curvature.value() }
}

/// Σ e, Σ e·d and Σ e·d² over a row, with d the logit less the largest one and e = exp(β·d).
struct Moments {
    largest: f64,
    total: f64,
    first: f64,
    second: f64,
}

impl Moments {
    #[inline(always)]
    fn of<S: Scalar>(math: &Math<F64x2>, row: &[S], beta: f64) -> Self {
        let largest = row.iter().fold(f64::NEG_INFINITY, |most, &x| if x.to_f64() > most { x.to_f64() } else { most });
        let (m, b, lowest) = (F64x2::splat(largest), F64x2::splat(beta), F64x2::splat(NOTHING));
        let mut sums = [math.zero; 3];
        let mut add = |x: F64x2| {
            let d = (x - m).pmax(lowest);
            let e = math.exp_non_positive(b * d, math.zero);
            let ed = e * d;
            sums[0] = sums[0] + e;
            sums[1] = sums[1] + ed;
            sums[2] = sums[2] + ed * d;
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
        let [total, first, second] = sums.map(both);
        Self { largest, total, first, second }
    }
}
