//! Losses that look at one prediction and one target at a time.

use super::{Config, Gradient, Outputs, Rows, Totals, Weights, write_gradient};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Status};
use crate::math::{Coefficients, exp, ln_1p_unit, ln_clamped, ln_complement};
use crate::simd::{Mask, Scalar, Vector};

/// What the predictions of a loss may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// Within 0..=1.
    Probability,
    /// Anything but NaN.
    Logit,
    /// Finite.
    Real,
}

/// A loss of one prediction x and one target y.
pub trait Pointwise {
    /// What x may be; y is a probability unless x is a real number.
    const DOMAIN: Domain;
    /// Computed in float64 whatever the predictions are.
    const WIDE: bool;
    /// The value and the derivative by x. `w` weighs the positive term.
    fn at<V: Vector>(x: V, y: V, w: V) -> (V, V);
    /// The same where y is 0 or 1: the same bits with less work.
    #[inline(always)]
    fn at_label<V: Vector>(x: V, y: V, w: V) -> (V, V) {
        Self::at(x, y, w)
    }
}

#[inline(always)]
fn constant<V: Vector>(value: f64) -> V {
    V::splat(V::Scalar::from_f64(value))
}

/// −y · ln p − (1 − y) · ln(1 − p), each logarithm at least −100.
pub struct BinaryCrossEntropy;

/// (p − y) / max(p(1 − p), 1e-12).
#[inline(always)]
fn probability_derivative<V: Vector>(p: V, y: V) -> V {
    let variance = p * (V::splat(V::Scalar::ONE) - p);
    (p - y) / variance.pmax(constant(1e-12))
}

impl Pointwise for BinaryCrossEntropy {
    const DOMAIN: Domain = Domain::Probability;
    const WIDE: bool = false;
    #[inline(always)]
    fn at<V: Vector>(p: V, y: V, _: V) -> (V, V) {
        let lowest = constant::<V>(-100.0);
        let one = V::splat(V::Scalar::ONE);
        let (positive, negative) = (ln_clamped(p).pmax(lowest), ln_complement(p).pmax(lowest));
        (-(y * positive) - (one - y) * negative, probability_derivative(p, y))
    }
    #[inline(always)]
    fn at_label<V: Vector>(p: V, y: V, _: V) -> (V, V) {
        (-label_log(p, y).pmax(constant(-100.0)), probability_derivative(p, y))
    }
}

/// ln p where y is 1, ln(1 − p) where it is 0, with one logarithm for both.
#[inline(always)]
fn label_log<V: Vector>(p: V, y: V) -> V {
    let (zero, one) = (V::splat(V::Scalar::ZERO), V::splat(V::Scalar::ONE));
    let u = one - p;
    let c = (one - u) - p;
    let positive = y.eq(one);
    ln_clamped(V::select(positive, p, u)) + V::select(positive, zero, c * (one + p))
}

/// As above with probabilities clipped to [2⁻⁵², 1 − 2⁻⁵²]; labels only.
pub struct LogLoss;

impl Pointwise for LogLoss {
    const DOMAIN: Domain = Domain::Probability;
    const WIDE: bool = false;
    #[inline(always)]
    fn at<V: Vector>(p: V, y: V, _: V) -> (V, V) {
        (clip_log(-label_log(p, y)), V::splat(V::Scalar::ZERO))
    }
}

/// −ln of a probability clipped to [2⁻⁵², 1 − 2⁻⁵²], from −ln of the probability itself.
#[inline(always)]
pub fn clip_log<V: Vector>(loss: V) -> V {
    loss.pmax(constant(f64::EPSILON)).pmin(constant(52.0 * core::f64::consts::LN_2))
}

/// w · y · ln(1 + e⁻ˣ) + (1 − y) · ln(1 + eˣ).
pub struct BinaryCrossEntropyWithLogits;

impl BinaryCrossEntropyWithLogits {
    /// ln(1 + e⁻|ˣ|), 1 / (1 + e⁻|ˣ|) and e⁻|ˣ|.
    #[inline(always)]
    fn parts<V: Vector>(x: V) -> (V, V, V) {
        let e = exp(-x.abs());
        let one = V::splat(V::Scalar::ONE);
        (ln_1p_unit(e), one / (one + e), e)
    }
}

impl Pointwise for BinaryCrossEntropyWithLogits {
    const DOMAIN: Domain = Domain::Logit;
    const WIDE: bool = false;
    #[inline(always)]
    fn at<V: Vector>(x: V, y: V, w: V) -> (V, V) {
        let (zero, one) = (V::splat(V::Scalar::ZERO), V::splat(V::Scalar::ONE));
        let (rest, large, e) = Self::parts(x);
        let small = e * large;
        let above = zero.lt(x);
        let (wy, ny) = (w * y, one - y);
        // An infinite term with factor 0 is absent, not NaN.
        let term = |factor: V, value: V| V::select(factor.eq(zero), zero, factor * value);
        let value = term(wy, (-x).pmax(zero) + rest) + term(ny, x.pmax(zero) + rest);
        let derivative = ny * V::select(above, large, small) - wy * V::select(above, small, large);
        (value, derivative)
    }
    #[inline(always)]
    fn at_label<V: Vector>(x: V, y: V, w: V) -> (V, V) {
        let (zero, one) = (V::splat(V::Scalar::ZERO), V::splat(V::Scalar::ONE));
        let (rest, large, e) = Self::parts(x);
        let positive = y.eq(one);
        // How far x is on the wrong side.
        let wrong = V::select(positive, -x, x);
        let value = wrong.pmax(zero) + rest;
        let slope = V::select(zero.lt(wrong), large, e * large);
        (V::select(positive, w * value, value), V::select(positive, -(w * slope), slope))
    }
}

/// (x − y)².
pub struct SquaredError;

impl Pointwise for SquaredError {
    const DOMAIN: Domain = Domain::Real;
    const WIDE: bool = true;
    #[inline(always)]
    fn at<V: Vector>(x: V, y: V, _: V) -> (V, V) {
        let d = x - y;
        (d * d, d + d)
    }
}

/// (p − y)² of a probability.
pub struct Brier;

impl Pointwise for Brier {
    const DOMAIN: Domain = Domain::Probability;
    const WIDE: bool = true;
    #[inline(always)]
    fn at<V: Vector>(x: V, y: V, w: V) -> (V, V) {
        SquaredError::at(x, y, w)
    }
}

/// Adds all rows, in the float type that the loss takes for these predictions.
pub fn update<L: Pointwise>(
    loss: &L,
    config: &Config,
    rows: &Rows<'_>,
    totals: &mut Totals<'_>,
    outputs: &mut Outputs<'_>,
) -> Status {
    match rows.predictions {
        Numbers::F32(_) if !L::WIDE => run::<L, f32>(loss, config, rows, totals, outputs),
        Numbers::F32(_) | Numbers::F64(_) => run::<L, f64>(loss, config, rows, totals, outputs),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

fn run<L: Pointwise, S: Scalar>(
    _: &L,
    config: &Config,
    rows: &Rows<'_>,
    totals: &mut Totals<'_>,
    outputs: &mut Outputs<'_>,
) -> Status {
    let elements = rows.count * config.columns;
    let mut buffers = ([S::ZERO; BLOCK], [S::ZERO; BLOCK]);
    let mut positive_weights = [S::ONE; BLOCK];
    let mut values = [0.0; BLOCK];
    let mut derivatives = [S::ZERO; BLOCK];
    let mut weights = Weights::new();
    for start in (0..elements).step_by(BLOCK) {
        let len = BLOCK.min(elements - start);
        let x = read::<S>(&rows.predictions, start, len, Argument::Predictions, L::DOMAIN, &mut buffers.0)?;
        let domain = if L::DOMAIN == Domain::Real { Domain::Real } else { Domain::Probability };
        let y = read::<S>(&rows.targets, start, len, Argument::Targets, domain, &mut buffers.1)?;
        weights.read(config, rows, start, len)?;
        if !rows.column_weights.is_empty() {
            for (i, weight) in positive_weights.iter_mut().enumerate() {
                *weight = S::from_f64(rows.column_weights.get((start + i) % config.columns).copied().unwrap_or(1.0));
            }
        }
        let with_gradient = !matches!(outputs.gradient, Gradient::None);
        evaluate::<L, S::Vector>(x, y, &positive_weights, &mut values, with_gradient.then_some(&mut derivatives));
        totals.add(&weights.block(start, len), &mut values, &mut outputs.values);
        if with_gradient && let Some(derivatives) = derivatives.get(..len) {
            write_gradient(&mut outputs.gradient, start, derivatives, &weights, outputs.scale);
        }
    }
    Ok(())
}

/// A block of one argument, checked.
fn read<'b, S: Scalar>(
    numbers: &'b Numbers<'_>,
    start: usize,
    len: usize,
    argument: Argument,
    domain: Domain,
    buffer: &'b mut Buffer<S>,
) -> Result<&'b [S], Fault> {
    match domain {
        Domain::Probability => numbers.probabilities(start, len, argument, buffer),
        Domain::Logit => numbers.logits(start, len, argument, buffer),
        Domain::Real => numbers.finite(start, len, argument, buffer),
    }
}

fn evaluate<L: Pointwise, V: Vector>(
    x: &[V::Scalar],
    y: &[V::Scalar],
    w: &Buffer<V::Scalar>,
    values: &mut Buffer<f64>,
    derivatives: Option<&mut Buffer<V::Scalar>>,
) {
    let (zero, one) = (V::splat(V::Scalar::ZERO), V::splat(V::Scalar::ONE));
    let labels = V::chunks(y).iter().fold(zero.eq(zero), |labels, y| {
        let y = V::load(y);
        labels.and(y.eq(zero).or(y.eq(one)))
    });
    match derivatives {
        Some(derivatives) if labels.all() => each::<V>(x, y, w, values, Some(derivatives), L::at_label),
        Some(derivatives) => each::<V>(x, y, w, values, Some(derivatives), L::at),
        None if labels.all() => each::<V>(x, y, w, values, None, L::at_label),
        None => each::<V>(x, y, w, values, None, L::at),
    }
}

#[inline(always)]
fn each<V: Vector>(
    x: &[V::Scalar],
    y: &[V::Scalar],
    w: &Buffer<V::Scalar>,
    values: &mut Buffer<f64>,
    derivatives: Option<&mut Buffer<V::Scalar>>,
    at: impl Fn(V, V, V) -> (V, V),
) {
    let inputs = V::chunks(x).iter().zip(V::chunks(y)).zip(V::chunks(w)).zip(V::wide_chunks_mut(values));
    match derivatives {
        None => {
            for (((x, y), w), value) in inputs {
                at(V::load(x), V::load(y), V::load(w)).0.store_wide(value);
            }
        }
        Some(derivatives) => {
            for ((((x, y), w), value), derivative) in inputs.zip(V::chunks_mut(derivatives)) {
                let (v, d) = at(V::load(x), V::load(y), V::load(w));
                v.store_wide(value);
                d.store(derivative);
            }
        }
    }
}
