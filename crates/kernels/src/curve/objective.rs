//! What a threshold is good for.
//!
//! An objective is a quotient of sums and products of counts, written once and computed in four ways: in `f64`, which
//! tells most thresholds apart; in twice its digits, which its value is rounded from; in whole numbers of 128 bits, where
//! counts are whole; and without any rounding, wherever they lie.

use super::areas::unit;
use super::wide::{Wide, power};
use crate::twofold::Twofold;
use core::cmp::Ordering;
use core::ops::{Add, Mul, Sub};

/// What a threshold counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Cells {
    /// True positives.
    pub tp: f64,
    /// False positives.
    pub fp: f64,
    /// False negatives.
    pub f_n: f64,
    /// True negatives.
    pub tn: f64,
}

impl Cells {
    fn map<Number>(self, f: impl Fn(f64) -> Number) -> [Number; 4] {
        let Self { tp, fp, f_n, tn } = self;
        [tp, fp, f_n, tn].map(f)
    }

    /// What lies above the threshold, or below it: of the positive rows, and of the negative ones.
    pub(super) fn side(self, below: bool) -> (f64, f64) {
        if below { (self.f_n, self.tn) } else { (self.tp, self.fp) }
    }

    fn total(self) -> f64 {
        (self.tp + self.f_n) + (self.fp + self.tn)
    }

    /// Whether all are whole and come to less than a bound, up to 2⁵³.
    fn are_whole_below(self, bound: f64) -> bool {
        self.total() < bound && self.map(|x| x.trunc() == x).into_iter().all(|is_whole| is_whole)
    }
}

/// What the best threshold maximises. A quotient of counts is 0 where its denominator is.
#[derive(Clone, Copy, Debug)]
pub enum Objective {
    /// (1 + β²)PR / (β²P + R + ε) of P = tp / (tp + fp + ε) and R = tp / (tp + fn + ε).
    FBeta {
        /// β, up to ∞.
        beta: f64,
        /// ε, finite.
        epsilon: f64,
    },
    /// tpr − fpr.
    Youden,
    /// (tp + tn) / n.
    Accuracy,
    /// (tpr + tnr) / 2.
    BalancedAccuracy,
    /// Matthews correlation coefficient; 0 where undefined.
    Mcc,
    /// Cohen's κ.
    Kappa,
    /// tp / (tp + fp).
    Precision,
    /// tp / (tp + fn).
    Recall,
    /// tn / (tn + fp).
    Specificity,
    /// −Σ count · cost of tp, fp, fn and tn: the cost, negated.
    Cost([f64; 4]),
}

/// What objectives are computed with.
trait Number: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {
    fn of(x: f64) -> Self;
    fn sign(self) -> Ordering;
}

impl Number for f64 {
    #[inline(always)]
    fn of(x: f64) -> Self {
        x
    }
    #[inline(always)]
    fn sign(self) -> Ordering {
        self.partial_cmp(&0.0).unwrap_or(Ordering::Equal)
    }
}

impl Number for i128 {
    fn of(x: f64) -> Self {
        x as Self
    }
    fn sign(self) -> Ordering {
        self.cmp(&0)
    }
}

impl Number for Twofold {
    fn of(x: f64) -> Self {
        Self::of(x)
    }
    fn sign(self) -> Ordering {
        self.rounded().sign()
    }
}

impl Number for Wide {
    fn of(x: f64) -> Self {
        Self::of(x)
    }
    fn sign(self) -> Ordering {
        Self::sign(&self)
    }
}

/// Neither so large nor so small that products of some four of them leave the normal numbers.
fn is_tame(x: f64) -> bool {
    (power(-150)..=power(150)).contains(&x.abs())
}

/// Values that differ by more than this, as shares of the largest there may be, are told apart by `f64`: none has an
/// error of more than some ten of its roundings.
const ROUNDING: f64 = 1e-14;

impl Objective {
    /// From its code and its numbers.
    pub const fn from_code(code: u32, numbers: [f64; 4]) -> Self {
        match code {
            0 => Self::FBeta { beta: numbers[0], epsilon: numbers[1] },
            1 => Self::Youden,
            2 => Self::Accuracy,
            3 => Self::BalancedAccuracy,
            4 => Self::Mcc,
            5 => Self::Kappa,
            6 => Self::Precision,
            7 => Self::Recall,
            8 => Self::Specificity,
            _ => Self::Cost(numbers),
        }
    }

    /// More false positives alone may make it better.
    pub(super) fn pays(self) -> bool {
        matches!(self, Self::Cost([_, fp, _, tn]) if fp < tn)
    }

    /// Whether it has a value at these counts.
    #[inline(always)]
    pub(super) fn is_defined(self, Cells { tp, fp, f_n, tn }: Cells) -> bool {
        let (positives, negatives) = (tp + f_n, fp + tn);
        match self {
            Self::Youden | Self::BalancedAccuracy => positives > 0.0 && negatives > 0.0,
            Self::Accuracy => positives > 0.0 || negatives > 0.0,
            // By chance alone, everything may agree.
            Self::Kappa => !(positives == 0.0 && fp == 0.0 || negatives == 0.0 && f_n == 0.0),
            _ => true,
        }
    }

    /// Numerator and denominator; of the Matthews correlation the denominator's square. 0 over 1 where the denominator is 0.
    #[inline(always)]
    fn fraction<N: Number>(self, cells: Cells) -> [N; 2] {
        let [tp, fp, f_n, tn] = cells.map(N::of);
        let (positives, negatives) = (tp + f_n, fp + tn);
        let of_fraction = match self {
            Self::FBeta { beta, epsilon } if beta == f64::INFINITY => [tp, positives + N::of(epsilon)],
            Self::FBeta { beta: 1.0, epsilon: 0.0 } => [tp + tp, (tp + tp) + (fp + f_n)],
            Self::FBeta { beta, epsilon: 0.0 } => {
                let square = N::of(beta) * N::of(beta);
                let found = tp + square * tp;
                [found, found + square * f_n + fp]
            }
            Self::FBeta { beta, epsilon } => {
                let (square, more) = (N::of(beta) * N::of(beta), N::of(epsilon));
                let (predicted, true_ones) = (tp + fp + more, positives + more);
                [tp * tp + square * tp * tp, (square * tp + more * predicted) * true_ones + tp * predicted]
            }
            Self::Youden => [tp * tn - fp * f_n, positives * negatives],
            Self::Accuracy => [tp + tn, positives + negatives],
            Self::BalancedAccuracy => {
                let pairs = positives * negatives;
                [tp * negatives + tn * positives, pairs + pairs]
            }
            Self::Mcc => [tp * tn - fp * f_n, ((tp + fp) * (f_n + tn)) * (positives * negatives)],
            Self::Kappa => {
                let covariance = tp * tn - fp * f_n;
                [covariance + covariance, (tp + fp) * negatives + positives * (f_n + tn)]
            }
            Self::Precision => [tp, tp + fp],
            Self::Recall => [tp, positives],
            Self::Specificity => [tn, negatives],
            Self::Cost(costs) => {
                let [of_tp, of_fp, of_fn, of_tn] = costs.map(N::of);
                let cost = (tp * of_tp + fp * of_fp) + (f_n * of_fn + tn * of_tn);
                [N::of(0.0) - cost, N::of(1.0)]
            }
        };
        if of_fraction[1].sign().is_eq() { [N::of(0.0), N::of(1.0)] } else { of_fraction }
    }

    /// Whether whole counts have a whole numerator and denominator.
    fn is_whole(self) -> bool {
        match self {
            Self::FBeta { beta, epsilon } => epsilon == 0.0 && (beta == 1.0 || beta == f64::INFINITY),
            Self::Cost(_) => false,
            _ => true,
        }
    }

    /// Whether what it is made of besides counts keeps products of some counts within the normal numbers.
    pub(super) fn is_tame(self) -> bool {
        let is_tame = |x: f64| x == 0.0 || is_tame(x);
        match self {
            Self::FBeta { beta, epsilon } => (beta == f64::INFINITY || is_tame(beta)) && is_tame(epsilon),
            Self::Cost(costs) => costs.into_iter().all(is_tame),
            _ => true,
        }
    }

    /// The same counts, brought near 1 by a power of two where only their proportions count; nothing where products of
    /// them may leave the normal numbers.
    fn tamed(self, cells: Cells) -> Option<Cells> {
        let scale = match self {
            Self::FBeta { epsilon, .. } if epsilon > 0.0 => 1.0,
            Self::Cost(_) => 1.0,
            _ => unit(cells.total()),
        };
        let scaled = cells.map(|x| x * scale);
        let mut pairs = cells.map(|x| x).into_iter().zip(scaled);
        let [tp, fp, f_n, tn] = scaled;
        (self.is_tame() && pairs.all(|(given, x)| given == 0.0 || is_tame(x))).then_some(Cells { tp, fp, f_n, tn })
    }

    /// Its value, rounded some ten times. Counts of rows need no scale, where the objective itself is tame.
    #[inline(always)]
    pub(super) fn estimate(self, cells: Cells, are_rows: bool) -> f64 {
        let Some(cells) = (if are_rows { Some(cells) } else { self.tamed(cells) }) else { return self.value(cells) };
        let [numerator, denominator] = self.fraction::<f64>(cells);
        numerator / if matches!(self, Self::Mcc) { denominator.sqrt() } else { denominator }
    }

    /// By how much estimates may differ of values that are the same.
    pub(super) fn tolerance(self, total: f64) -> f64 {
        match self {
            Self::Cost(costs) => ROUNDING * total * costs.into_iter().fold(0.0, |most, cost| cost.abs().max(most)),
            _ => ROUNDING,
        }
    }

    /// Its value, rounded once: to the nearest number, but where it lies next to the middle of two. NaN where it has none.
    pub fn value(self, cells: Cells) -> f64 {
        if !self.is_defined(cells) {
            return f64::NAN;
        }
        // Products of two counts are exact.
        if self.is_whole() && !matches!(self, Self::Mcc) && cells.are_whole_below(power(26)) {
            let [numerator, denominator] = self.fraction::<f64>(cells);
            return numerator / denominator;
        }
        let [numerator, mut denominator] = match self.tamed(cells) {
            Some(tame) => self.fraction::<Twofold>(tame).map(|digits| (digits, 0)),
            None => self.fraction::<Wide>(cells).map(|wide| wide.leading()),
        };
        if matches!(self, Self::Mcc) {
            let odd = denominator.1 & 1;
            denominator = ((denominator.0 * Twofold::of(power(odd))).root(), (denominator.1 - odd) / 2);
        }
        let exponent = (numerator.1 - denominator.1).clamp(-2000, 2000);
        let (half, rest) = (exponent / 2, exponent - exponent / 2);
        numerator.0.over(denominator.0).rounded() * power(half) * power(rest)
    }

    /// How the values of two thresholds compare, exactly.
    pub fn compare(self, a: Cells, b: Cells) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        // Products are of eight counts for the Matthews correlation, of four for the others.
        let bound = if matches!(self, Self::Mcc) { power(16) } else { power(30) };
        if self.is_whole() && a.are_whole_below(bound) && b.are_whole_below(bound) {
            self.compare_in::<i128>(a, b)
        } else {
            self.compare_in::<Wide>(a, b)
        }
    }

    fn compare_in<N: Number>(self, a: Cells, b: Cells) -> Ordering {
        let [[mut a, of_a], [mut b, of_b]] = [a, b].map(|cells| self.fraction::<N>(cells));
        if matches!(self, Self::Mcc) {
            // By squares that keep their sign, as the denominators are squares.
            [a, b] = [a, b].map(|x| if x.sign().is_lt() { N::of(0.0) - x * x } else { x * x });
        }
        (a * of_b - b * of_a).sign()
    }
}
