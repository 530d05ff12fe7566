//! Losses that look at one prediction and one target at a time.

use super::{Config, Gradient, Outputs, Rows, Totals, Weights, write_gradient};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::math::{Coefficients, Math};
use crate::simd::{F32x4, F64x2, Mask, Scalar, Vector};
use crate::sum::Range;

/// What a number may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// Within 0..=1.
    Probability,
    /// Anything but NaN.
    Logit,
    /// Finite.
    Real,
}

impl Domain {
    fn fault(self, numbers: &Numbers<'_>, start: usize, len: usize, argument: Argument) -> Option<Fault> {
        let (problem, allows): (_, fn(f64) -> bool) = match self {
            Self::Probability => (Problem::Probability, |x| (0.0..=1.0).contains(&x)),
            Self::Logit => (Problem::Nan, |x| !x.is_nan()),
            Self::Real => (Problem::Infinite, f64::is_finite),
        };
        numbers.find_fault(start, len, argument, problem, |x| !allows(x))
    }
}

/// A loss of one prediction x and one target y.
pub trait Pointwise {
    /// What x may be; y is a probability unless x is a real number.
    const DOMAIN: Domain;
    /// Computed in float64 whatever the predictions are.
    const WIDE: bool;
    /// There are weights of the positive term.
    const WEIGHS_POSITIVES: bool = false;
    /// The value, which is not negative, and the derivative by x. `w` weighs the positive term.
    fn at<V: Vector>(math: &Math<V>, x: V, y: V, w: Option<V>) -> (V, V);
    /// The same where y is 0 or 1: the same bits with less work.
    #[inline(always)]
    fn at_label<V: Vector>(math: &Math<V>, x: V, y: V, w: Option<V>) -> (V, V) {
        Self::at(math, x, y, w)
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
fn probability_derivative<V: Vector>(m: &Math<V>, p: V, y: V) -> V {
    let variance = p * (m.one - p);
    (p - y) / variance.pmax(constant(1e-12))
}

impl Pointwise for BinaryCrossEntropy {
    const DOMAIN: Domain = Domain::Probability;
    const WIDE: bool = false;
    #[inline(always)]
    fn at<V: Vector>(m: &Math<V>, p: V, y: V, _: Option<V>) -> (V, V) {
        let lowest = constant::<V>(-100.0);
        let (positive, negative) = (m.ln_clamped(p).pmax(lowest), m.ln_complement(p).pmax(lowest));
        (-(y * positive) - (m.one - y) * negative, probability_derivative(m, p, y))
    }
    #[inline(always)]
    fn at_label<V: Vector>(m: &Math<V>, p: V, y: V, _: Option<V>) -> (V, V) {
        (-label_log(m, p, y).pmax(constant(-100.0)), probability_derivative(m, p, y))
    }
}

/// ln p where y is 1, ln(1 − p) where it is 0, with one logarithm for both.
#[inline(always)]
fn label_log<V: Vector>(m: &Math<V>, p: V, y: V) -> V {
    let u = m.one - p;
    let c = (m.one - u) - p;
    let positive = y.eq(m.one);
    m.ln_clamped(V::select(positive, p, u)) + V::select(positive, m.zero, c * (m.one + p))
}

/// As above with probabilities clipped to [2⁻⁵², 1 − 2⁻⁵²]; labels only.
pub struct LogLoss;

impl Pointwise for LogLoss {
    const DOMAIN: Domain = Domain::Probability;
    const WIDE: bool = false;
    #[inline(always)]
    fn at<V: Vector>(m: &Math<V>, p: V, y: V, _: Option<V>) -> (V, V) {
        (clip_log(-label_log(m, p, y)), m.zero)
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
    fn parts<V: Vector>(m: &Math<V>, x: V) -> (V, V, V) {
        let e = m.exp_non_positive(-x.abs(), m.zero);
        (m.ln_1p_unit(e), m.one / (m.one + e), e)
    }
}

impl Pointwise for BinaryCrossEntropyWithLogits {
    const WEIGHS_POSITIVES: bool = true;
    const DOMAIN: Domain = Domain::Logit;
    const WIDE: bool = false;
    #[inline(always)]
    fn at<V: Vector>(m: &Math<V>, x: V, y: V, w: Option<V>) -> (V, V) {
        let (zero, one) = (m.zero, m.one);
        let (rest, large, e) = Self::parts(m, x);
        let small = e * large;
        let above = zero.lt(x);
        let (wy, ny) = (w.map_or(y, |w| w * y), one - y);
        // An infinite term with factor 0 is absent, not NaN.
        let term = |factor: V, value: V| V::select(factor.eq(zero), zero, factor * value);
        let value = term(wy, (-x).pmax(zero) + rest) + term(ny, x.pmax(zero) + rest);
        let derivative = ny * V::select(above, large, small) - wy * V::select(above, small, large);
        (value, derivative)
    }
    #[inline(always)]
    fn at_label<V: Vector>(m: &Math<V>, x: V, y: V, w: Option<V>) -> (V, V) {
        let (zero, one) = (m.zero, m.one);
        let (rest, large, e) = Self::parts(m, x);
        // How far x is on the wrong side; the sign is exact.
        let sign = one - (y + y);
        let wrong = x * sign;
        let value = wrong.pmax(zero) + rest;
        let slope = sign * V::select(zero.lt(wrong), large, e * large);
        match w {
            None => (value, slope),
            Some(w) => (V::select(y.eq(one), w * value, value), V::select(y.eq(one), w * slope, slope)),
        }
    }
}

/// (x − y)².
pub struct SquaredError;

impl Pointwise for SquaredError {
    const DOMAIN: Domain = Domain::Real;
    const WIDE: bool = true;
    #[inline(always)]
    fn at<V: Vector>(_: &Math<V>, x: V, y: V, _: Option<V>) -> (V, V) {
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
    fn at<V: Vector>(m: &Math<V>, x: V, y: V, w: Option<V>) -> (V, V) {
        SquaredError::at(m, x, y, w)
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
        Numbers::F32(_) if !L::WIDE => run::<L, F32x4>(loss, config, rows, totals, outputs),
        Numbers::F32(_) | Numbers::F64(_) => run::<L, F64x2>(loss, config, rows, totals, outputs),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

fn run<L: Pointwise, V: Vector>(
    _: &L,
    config: &Config,
    rows: &Rows<'_>,
    totals: &mut Totals<'_>,
    outputs: &mut Outputs<'_>,
) -> Status {
    let elements = rows.count * config.columns;
    let mut pass = Pass::<V>::new();
    let mut weights = Weights::new();
    let with_gradient = !matches!(outputs.gradient, Gradient::None);
    for start in (0..elements).step_by(BLOCK) {
        let len = BLOCK.min(elements - start);
        weights.read(config, rows, start, len)?;
        if !rows.column_weights.is_empty() {
            pass.weighs_positives = true;
            for (i, weight) in pass.positive_weights.iter_mut().enumerate() {
                let weight_of_column = rows.column_weights.get((start + i) % config.columns);
                *weight = V::Scalar::from_f64(weight_of_column.copied().unwrap_or(1.0));
            }
        }
        let fine = pass.block::<L>(rows, start, len, with_gradient);
        let finite = totals.add(&weights.block(start, len), &pass.values, &pass.range, &mut outputs.values);
        // A NaN or an infinity among the arguments shows in the values; an infinite logit may be legal all the same.
        if !(fine && finite) {
            find_fault::<L>(rows, start, len)?;
        }
        if with_gradient && let Some(derivatives) = pass.derivatives.get(..len) {
            write_gradient(&mut outputs.gradient, start, derivatives, &weights, outputs.scale);
        }
    }
    Ok(())
}

#[cold]
fn find_fault<L: Pointwise>(rows: &Rows<'_>, start: usize, len: usize) -> Status {
    let targets = if L::DOMAIN == Domain::Real { Domain::Real } else { Domain::Probability };
    let predictions = L::DOMAIN.fault(&rows.predictions, start, len, Argument::Predictions);
    predictions.or_else(|| targets.fault(&rows.targets, start, len, Argument::Targets)).map_or(Ok(()), Err)
}

/// What the targets of a block turned out to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Targets {
    /// Zeros and ones.
    Labels,
    /// Probabilities, or any real numbers.
    Numbers,
    /// Something else.
    Outside,
}

/// One block on its way through a loss.
struct Pass<V: Vector> {
    math: Math<V>,
    positive_weights: Buffer<V::Scalar>,
    weighs_positives: bool,
    values: Buffer<V::Scalar>,
    derivatives: Buffer<V::Scalar>,
    range: Range<V>,
}

impl<V: Vector> Pass<V> {
    fn new() -> Self {
        let zero = [V::Scalar::ZERO; BLOCK];
        Self {
            math: Math::new(),
            positive_weights: [V::Scalar::ONE; BLOCK],
            weighs_positives: false,
            values: zero,
            derivatives: zero,
            range: Range::new(),
        }
    }

    /// Computes values, derivatives and the values' range; false where an argument may be outside its domain.
    ///
    /// Arguments that can be converted on their way into a vector are read where they lie. A loss gives the same bits
    /// either way, so the choice cannot be seen.
    fn block<L: Pointwise>(&mut self, rows: &Rows<'_>, start: usize, len: usize, derive: bool) -> bool {
        let whole = len.is_multiple_of(4);
        let range = start..start + len;
        match (&rows.predictions, &rows.targets) {
            (Numbers::F32(x), Numbers::F32(y)) if L::WIDE && L::DOMAIN == Domain::Real && whole => {
                let (x, y) = (x.get(range.clone()).unwrap_or(&[]), y.get(range).unwrap_or(&[]));
                let x = V::narrow_chunks(x).iter().map(V::load_f32);
                let y = V::narrow_chunks(y).iter().map(V::load_f32);
                self.each::<L, false>(x, y, derive)
            }
            (Numbers::F32(x), Numbers::U8(y)) if L::DOMAIN != Domain::Real && whole => {
                let (x, y) = (x.get(range.clone()).unwrap_or(&[]), y.get(range).unwrap_or(&[]));
                let fine = y.iter().fold(0, |most, &y| y.max(most)) <= 1;
                let x = V::narrow_chunks(x).iter().map(V::load_f32);
                let y = V::byte_chunks(y).iter().map(V::load_u8);
                self.each::<L, true>(x, y, derive) && fine
            }
            (predictions, targets) => {
                let mut buffers = ([V::Scalar::ZERO; BLOCK], [V::Scalar::ZERO; BLOCK]);
                let x = predictions.block::<V::Scalar>(start, len, &mut buffers.0);
                let y = targets.block::<V::Scalar>(start, len, &mut buffers.1);
                let targets = if L::DOMAIN == Domain::Real { Targets::Numbers } else { self.targets(y) };
                let x = V::chunks(x).iter().map(V::load);
                let y = V::chunks(y).iter().map(V::load);
                match targets {
                    Targets::Labels => self.each::<L, true>(x, y, derive),
                    Targets::Numbers => self.each::<L, false>(x, y, derive),
                    Targets::Outside => false,
                }
            }
        }
    }

    fn targets(&self, y: &[V::Scalar]) -> Targets {
        let (zero, one) = (self.math.zero, self.math.one);
        let (mut labels, mut fine) = (zero.eq(zero), zero.eq(zero));
        for y in V::chunks(y) {
            let y = V::load(y);
            labels = labels.and(y.eq(zero).or(y.eq(one)));
            fine = fine.and(zero.le(y)).and(y.le(one));
        }
        match (labels.all(), fine.all()) {
            (true, _) => Targets::Labels,
            (_, true) => Targets::Numbers,
            _ => Targets::Outside,
        }
    }

    #[inline(always)]
    fn each<L: Pointwise, const LABELS: bool>(
        &mut self,
        x: impl Iterator<Item = V>,
        y: impl Iterator<Item = V>,
        derive: bool,
    ) -> bool {
        if L::WEIGHS_POSITIVES && self.weighs_positives {
            let weights = self.positive_weights;
            let w = V::chunks(&weights).iter().map(|w| Some(V::load(w)));
            self.run::<L, LABELS>(x.zip(y).zip(w).map(|((x, y), w)| (x, y, w)), derive)
        } else {
            self.run::<L, LABELS>(x.zip(y).map(|(x, y)| (x, y, None)), derive)
        }
    }

    #[inline(always)]
    fn run<L: Pointwise, const LABELS: bool>(
        &mut self,
        inputs: impl Iterator<Item = (V, V, Option<V>)>,
        derive: bool,
    ) -> bool {
        let math = Math::<V>::new();
        let mut fine = math.zero.eq(math.zero);
        let mut range = Range::new();
        let mut at = |(x, y, w): (V, V, Option<V>)| {
            if L::DOMAIN == Domain::Probability {
                fine = fine.and(math.zero.le(x)).and(x.le(math.one));
            }
            let result = if LABELS { L::at_label(&math, x, y, w) } else { L::at(&math, x, y, w) };
            range.see(result.0);
            result
        };
        let inputs = inputs.zip(V::chunks_mut(&mut self.values));
        if derive {
            for ((input, value), derivative) in inputs.zip(V::chunks_mut(&mut self.derivatives)) {
                let (v, d) = at(input);
                v.store(value);
                d.store(derivative);
            }
        } else {
            for (input, value) in inputs {
                at(input).0.store(value);
            }
        }
        self.range = range;
        fine.all()
    }
}
