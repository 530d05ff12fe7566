//! Losses that look at one prediction and one target at a time: the way their blocks go.

use super::totals::Totals;
use super::weights::Weights;
use super::{Config, Outputs, Rows};
use crate::input::{Argument, BLOCK, Buffer, Fault, Numbers, Problem, Status};
use crate::math::{Coefficients, Math};
use crate::simd::{F32x4, F64x2, Mask, Scalar, Vector};
use crate::sum::Range;

/// What a number may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// Within 0..=1.
    Probability,
    /// 0 or 1.
    Label,
    /// Anything but NaN, which shows in the value.
    Logit,
    /// The logarithm of a probability: below ∞. A NaN may not show in the value.
    LogProbability,
    /// Finite; anything else shows in the value.
    Real,
    /// Finite and not negative; what is not finite shows in the value.
    Count,
}

impl Domain {
    /// Whether a vector is fine, as far as the value would not tell.
    #[inline(always)]
    fn check<V: Vector>(self, math: &Math<V>, fine: V::Mask, x: V) -> V::Mask {
        match self {
            Self::Probability | Self::Label => fine.and(math.zero.le(x)).and(x.le(math.one)),
            Self::LogProbability => fine.and(x.lt(math.infinity)),
            Self::Count => fine.and(math.zero.le(x)),
            Self::Logit | Self::Real => fine,
        }
    }

    fn fault(self, numbers: &Numbers<'_>, start: usize, len: usize, argument: Argument) -> Option<Fault> {
        let (problem, allows): (_, fn(f64) -> bool) = match self {
            Self::Probability => (Problem::Probability, |x| (0.0..=1.0).contains(&x)),
            Self::Label => (Problem::Label, |x| x == 0.0 || x == 1.0),
            Self::Logit => (Problem::Nan, |x| !x.is_nan()),
            Self::LogProbability => (Problem::Infinite, |x| x < f64::INFINITY),
            Self::Real => (Problem::Infinite, f64::is_finite),
            Self::Count => (Problem::Count, |x| (0.0..f64::INFINITY).contains(&x)),
        };
        numbers.find_fault(start, len, argument, problem, |x| !allows(x))
    }
}

/// A loss of one prediction x and one target y.
pub trait Pointwise: Copy {
    /// What x may be.
    const PREDICTIONS: Domain;
    /// What y may be.
    const TARGETS: Domain;
    /// Computed in float64 whatever the predictions are.
    const WIDE: bool;
    /// The same where that depends on parameters.
    fn is_wide(&self) -> bool {
        Self::WIDE
    }
    /// Computed in float64 so that derivatives neither overflow nor lose digits; values are float32 all the same where
    /// predictions are.
    const DOUBLE: bool = false;
    /// There is a third number w with each element: a weight of the positive term, a variance.
    const THIRD: bool = false;
    /// y is a label or a mixture of the two.
    fn takes_labels() -> bool {
        matches!(Self::TARGETS, Domain::Label | Domain::Probability)
    }
    /// The value and the derivative by x.
    fn at<V: Vector>(&self, math: &Math<V>, x: V, y: V, w: Option<V>) -> (V, V);
    /// The same where y is 0 or 1: the same bits with less work.
    #[inline(always)]
    fn at_label<V: Vector>(&self, math: &Math<V>, x: V, y: V, w: Option<V>) -> (V, V) {
        self.at(math, x, y, w)
    }
}

/// A parameter as a vector.
#[inline(always)]
pub fn constant<V: Vector>(value: f64) -> V {
    V::splat(V::Scalar::from_f64(value))
}

/// Adds all rows, in the float type that the loss takes for these predictions.
pub fn update<L: Pointwise>(
    loss: L,
    config: &Config,
    rows: &Rows<'_>,
    totals: &mut Totals<'_>,
    outputs: &mut Outputs<'_>,
) -> Status {
    match rows.predictions {
        // Weights come in float64, and would lose digits.
        Numbers::F32(_) if !L::WIDE && !L::DOUBLE && !loss.is_wide() && rows.column_weights.is_empty() => {
            run::<L, F32x4>(loss, config, rows, totals, outputs)
        }
        Numbers::F32(_) | Numbers::F64(_) => run::<L, F64x2>(loss, config, rows, totals, outputs),
        _ => Err(Fault::misuse(Argument::Predictions)),
    }
}

#[inline(never)]
fn run<L: Pointwise, V: Vector>(
    loss: L,
    config: &Config,
    rows: &Rows<'_>,
    totals: &mut Totals<'_>,
    outputs: &mut Outputs<'_>,
) -> Status {
    let elements = rows.count * config.columns;
    let mut pass = Pass::<V>::new();
    let mut weights = Weights::new();
    let with_gradient = outputs.gradient.is_wanted();
    // Values are float32 numbers where predictions are, whatever they are computed in.
    let is_narrowed = V::LANES == F64x2::LANES && !loss.is_wide() && matches!(rows.predictions, Numbers::F32(_));
    for start in (0..elements).step_by(BLOCK) {
        let len = BLOCK.min(elements - start);
        weights.read(config, rows, start, len)?;
        pass.read_third(config, rows, start, len)?;
        let mut fine = pass.block(loss, rows, start, len, with_gradient);
        let block = weights.block(start, len);
        let at = |i: usize| (rows.predictions.at(start + i), rows.targets.at(start + i));
        let finite = if pass.has_lost(loss, &rows.targets, start, len) {
            let again = pass.again(loss, len, &at);
            fine &= again.fine;
            outputs.gradient.write_scaled(start, again.derivatives(len), weights.factors(), outputs.scale);
            totals.add(&block, &again.values, &again.range, &mut outputs.values)
        } else {
            if is_narrowed {
                pass.narrow();
            }
            outputs.gradient.write_scaled(start, pass.derivatives(len), weights.factors(), outputs.scale);
            totals.add(&block, &pass.values, &pass.range, &mut outputs.values)
        };
        // A NaN or an infinity among the arguments shows in the values; an infinite logit may be legal all the same.
        if !(fine && finite) {
            find_fault::<L>(rows, start, len)?;
        }
    }
    Ok(())
}

#[cold]
fn find_fault<L: Pointwise>(rows: &Rows<'_>, start: usize, len: usize) -> Status {
    let predictions = L::PREDICTIONS.fault(&rows.predictions, start, len, Argument::Predictions);
    predictions.or_else(|| L::TARGETS.fault(&rows.targets, start, len, Argument::Targets)).map_or(Ok(()), Err)
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
pub struct Pass<V: Vector> {
    math: Math<V>,
    pub(super) third: Buffer<V::Scalar>,
    pub(super) has_third: bool,
    pub(super) values: Buffer<V::Scalar>,
    pub(super) derivatives: Buffer<V::Scalar>,
    pub(super) range: Range<V>,
}

impl<V: Vector> Pass<V> {
    /// Room for a block.
    pub fn new() -> Self {
        let zero = [V::Scalar::ZERO; BLOCK];
        Self {
            math: Math::new(),
            third: [V::Scalar::ONE; BLOCK],
            has_third: false,
            values: zero,
            derivatives: zero,
            range: Range::new(),
        }
    }

    /// The third numbers of a block: an array of their own, or one for each column.
    fn read_third(&mut self, config: &Config, rows: &Rows<'_>, start: usize, len: usize) -> Status {
        self.has_third = rows.third.is_some() || !rows.column_weights.is_empty();
        if let Some(third) = &rows.third {
            let mut buffer = [0.0; BLOCK];
            let third = third.weights(start, len, Argument::Third, &mut buffer)?;
            self.third.iter_mut().zip(third).for_each(|(to, &from)| *to = V::Scalar::from_f64(from));
        } else if self.has_third && !(start > 0 && BLOCK.is_multiple_of(config.columns)) {
            let weights = rows.column_weights.iter().cycle().skip(start % config.columns);
            self.third.iter_mut().zip(weights).for_each(|(to, &from)| *to = V::Scalar::from_f64(from));
        }
        Ok(())
    }

    /// Computes values, derivatives and the values' range; false where an argument may be outside its domain.
    ///
    /// Arguments that can be converted on their way into a vector are read where they lie. A loss gives the same bits
    /// either way, so the choice cannot be seen.
    fn block<L: Pointwise>(&mut self, loss: L, rows: &Rows<'_>, start: usize, len: usize, derive: bool) -> bool {
        let whole = len.is_multiple_of(4);
        let range = start..start + len;
        match (&rows.predictions, &rows.targets) {
            (Numbers::F32(x), Numbers::F32(y)) if L::WIDE && !L::takes_labels() && whole => {
                let (x, y) = (x.get(range.clone()).unwrap_or(&[]), y.get(range).unwrap_or(&[]));
                let x = V::narrow_chunks(x).iter().map(V::load_f32);
                let y = V::narrow_chunks(y).iter().map(V::load_f32);
                self.each::<L, false>(loss, x, y, derive)
            }
            (Numbers::F32(x), Numbers::U8(y)) if L::takes_labels() && whole => {
                let (x, y) = (x.get(range.clone()).unwrap_or(&[]), y.get(range).unwrap_or(&[]));
                let fine = y.iter().fold(0, |most, &y| y.max(most)) <= 1;
                let x = V::narrow_chunks(x).iter().map(V::load_f32);
                let y = V::byte_chunks(y).iter().map(V::load_u8);
                self.each::<L, true>(loss, x, y, derive) && fine
            }
            (predictions, targets) => {
                let mut buffers = ([V::Scalar::ZERO; BLOCK], [V::Scalar::ZERO; BLOCK]);
                let x = predictions.block::<V::Scalar>(start, len, &mut buffers.0);
                let y = targets.block::<V::Scalar>(start, len, &mut buffers.1);
                self.slices(loss, x, y, derive)
            }
        }
    }

    /// The same for blocks already in the right type, padded to whole vectors.
    pub fn slices<L: Pointwise>(&mut self, loss: L, x: &[V::Scalar], y: &[V::Scalar], derive: bool) -> bool {
        let targets = if L::takes_labels() { self.targets(y) } else { Targets::Numbers };
        let x = V::chunks(x).iter().map(V::load);
        let y = V::chunks(y).iter().map(V::load);
        match targets {
            Targets::Labels => self.each::<L, true>(loss, x, y, derive),
            Targets::Numbers if L::TARGETS == Domain::Label => false,
            Targets::Numbers => self.each::<L, false>(loss, x, y, derive),
            Targets::Outside => false,
        }
    }

    /// The values of the last block.
    pub fn values(&self, len: usize) -> &[V::Scalar] {
        self.values.get(..len).unwrap_or(&[])
    }

    /// The derivatives of the last block, if they were asked for.
    pub fn derivatives(&self, len: usize) -> &[V::Scalar] {
        self.derivatives.get(..len).unwrap_or(&[])
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
        loss: L,
        x: impl Iterator<Item = V>,
        y: impl Iterator<Item = V>,
        derive: bool,
    ) -> bool {
        if L::THIRD && self.has_third {
            let weights = self.third;
            let w = V::chunks(&weights).iter().map(|w| Some(V::load(w)));
            self.run::<L, LABELS>(loss, x.zip(y).zip(w).map(|((x, y), w)| (x, y, w)), derive)
        } else {
            self.run::<L, LABELS>(loss, x.zip(y).map(|(x, y)| (x, y, None)), derive)
        }
    }

    #[inline(always)]
    fn run<L: Pointwise, const LABELS: bool>(
        &mut self,
        loss: L,
        inputs: impl Iterator<Item = (V, V, Option<V>)>,
        derive: bool,
    ) -> bool {
        let math = self.math;
        let mut fine = math.zero.eq(math.zero);
        let mut range = Range::new();
        let mut at = |(x, y, w): (V, V, Option<V>)| {
            fine = L::PREDICTIONS.check(&math, fine, x);
            // Labels were looked at before, all at once.
            fine = if L::takes_labels() { fine } else { L::TARGETS.check(&math, fine, y) };
            // A third number of 0 may silence a NaN in x.
            fine = if w.is_some() { fine.and(x.eq(x)) } else { fine };
            let result = if LABELS {
                loss.at_label(&math, x, y, w)
            } else if L::takes_labels() {
                // A label gives the same bits whatever stands beside it.
                let (hard, soft) = (loss.at_label(&math, x, y, w), loss.at(&math, x, y, w));
                let label = y.eq(math.zero).or(y.eq(math.one));
                (V::select(label, hard.0, soft.0), V::select(label, hard.1, soft.1))
            } else {
                loss.at(&math, x, y, w)
            };
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
