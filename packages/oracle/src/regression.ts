/**
 * Scores of real predictions. Each is a quotient of exact sums over the rows, the weight of a row standing for
 * repetitions of it; rows of weight 0 are absent.
 *
 * @module
 */
import {
  type D2PinballScoreOptions,
  type D2TweedieScoreOptions,
  defaults,
  type Labels,
  type Reals,
  type RegressionOptions,
  type RelativeScoreOptions,
  type TweedieOptions,
} from "@assay/contract";
import {
  boolean,
  checkEach,
  checkLength,
  checkNotEmpty,
  checkOptions,
  checkWeighty,
  number,
  resolve,
  weights,
} from "./input.js";
import { times } from "./losses/loss.js";
import { pinball } from "./losses/quantile.js";
import { share } from "./losses/shapes.js";
import { ExactSum, exactSum } from "./sum.js";

// ---------------------------------------------------------------------------------------------------------- arguments

/** Rows with a weight above 0. */
interface Rows {
  readonly predictions: Float64Array;
  readonly targets: Float64Array;
  readonly weights: Float64Array;
}

/** What the elements of an argument may be. */
interface Range {
  readonly expected: string;
  ok(value: number): boolean;
}

const FINITE: Range = { expected: "finite", ok: Number.isFinite };

function above(least: number, why = ""): Range {
  return { expected: `above ${least}${why}`, ok: (value) => value > least && value < Infinity };
}

/** Checks what every score takes. */
function rowsOf(
  name: string,
  predictions: Reals,
  targets: Labels,
  options: RegressionOptions,
  known: readonly string[] = [],
  ranges: { readonly predictions: Range; readonly targets: Range } = { predictions: FINITE, targets: FINITE },
): Rows {
  checkOptions(name, options, [...known, "sampleWeight"]);
  const p = resolve("predictions", predictions, "reals");
  checkEach("predictions", p, ranges.predictions.ok, "range", ranges.predictions.expected);
  const t = resolve("targets", targets, "labels");
  checkEach("targets", t, ranges.targets.ok, "range", ranges.targets.expected);
  checkLength("predictions", p, t.length, "one per target");
  const w = weights("sampleWeight", options.sampleWeight, t.length);
  checkNotEmpty("targets", t);
  checkWeighty("targets", w);
  const kept = (_: number, i: number): boolean => w[i]! > 0;
  return {
    predictions: Float64Array.from(p).filter(kept),
    targets: Float64Array.from(t).filter(kept),
    weights: w.filter(kept),
  };
}

function forceFinite(options: RelativeScoreOptions): boolean {
  return boolean("forceFinite", options.forceFinite, defaults.forceFinite);
}

// --------------------------------------------------------------------------------------------------------------- sums

/** Σ w·f over the rows. */
function total({ weights }: Rows, f: (i: number) => number): number {
  return exactSum(weights.map((weight, i) => weight * f(i)));
}

/** Σ w·f / Σ w. */
function mean(rows: Rows, f: (i: number) => number): number {
  return total(rows, f) / exactSum(rows.weights);
}

/** Differences of values from their mean, all 0 where the values are equal. */
function centred(rows: Rows, values: Float64Array): Float64Array {
  const centre = meanOf(rows, values);
  return values.map((value) => value - centre);
}

/** The mean of values; of equal ones their value, to the bit. */
function meanOf(rows: Rows, values: Float64Array): number {
  return values.every((value) => value === values[0]) ? values[0]! : mean(rows, (i) => values[i]!);
}

/**
 * The smallest value up to which at least, and that up to which more than, the share q of the weight lies. Anything
 * between the two is a q-quantile, and has the least pinball loss.
 */
function quantiles({ weights }: Rows, values: Float64Array, q: number): [number, number] {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const share = q * exactSum(weights);
  const below = new ExactSum();
  let lower: number | undefined;
  for (const i of order) {
    const upTo = below.add(weights[i]!).value();
    if (lower === undefined && upTo >= share) lower = values[i]!;
    if (upTo > share) return [lower!, values[i]!];
  }
  const largest = values[order.at(-1)!]!;
  return [lower ?? largest, largest];
}

/**
 * 1 − a/b. Where b is 0, the constant prediction that it belongs to is perfect: then 1 if a is 0 too and 0 otherwise,
 * or without `forceFinite` NaN and −∞.
 */
function oneMinus(a: number, b: number, finite: boolean): number {
  if (b !== 0) return 1 - a / b;
  if (a === 0) return finite ? 1 : NaN;
  return finite ? 0 : -Infinity;
}

/** One row, that stands for no more: nothing can be said relative to a constant. */
function isSingle({ weights }: Rows): boolean {
  return weights.length === 1 && weights[0]! < 2;
}

// ------------------------------------------------------------------------------------------------------------- errors

/** Root of the mean of (p − t)² (`sklearn.metrics.root_mean_squared_error`). */
export function rootMeanSquaredError(predictions: Reals, targets: Labels, options: RegressionOptions = {}): number {
  const rows = rowsOf("rootMeanSquaredError", predictions, targets, options);
  return Math.sqrt(mean(rows, (i) => (rows.predictions[i]! - rows.targets[i]!) ** 2));
}

/**
 * Mean of (ln(1 + p) − ln(1 + t))² of numbers above −1 (`sklearn.metrics.mean_squared_log_error`).
 */
export function meanSquaredLogError(predictions: Reals, targets: Labels, options: RegressionOptions = {}): number {
  return squaredLogError("meanSquaredLogError", predictions, targets, options);
}

/** Root of `meanSquaredLogError` (`sklearn.metrics.root_mean_squared_log_error`). */
export function rootMeanSquaredLogError(predictions: Reals, targets: Labels, options: RegressionOptions = {}): number {
  return Math.sqrt(squaredLogError("rootMeanSquaredLogError", predictions, targets, options));
}

function squaredLogError(name: string, predictions: Reals, targets: Labels, options: RegressionOptions): number {
  const rows = rowsOf(name, predictions, targets, options, [], { predictions: above(-1), targets: above(-1) });
  return mean(rows, (i) => logRatio(rows.predictions[i]!, rows.targets[i]!) ** 2);
}

/** ln((1 + p)/(1 + t)), without losing digits where the two are near. */
function logRatio(p: number, t: number): number {
  const difference = p - t;
  return Math.abs(difference) <= (1 + t) / 2 ? Math.log1p(difference / (1 + t)) : Math.log1p(p) - Math.log1p(t);
}

/** Mean of |p − t| / max(|t|, 2⁻⁵²): a share, not per cent (`sklearn.metrics.mean_absolute_percentage_error`). */
export function meanAbsolutePercentageError(
  predictions: Reals,
  targets: Labels,
  options: RegressionOptions = {},
): number {
  const rows = rowsOf("meanAbsolutePercentageError", predictions, targets, options);
  return mean(rows, (i) => {
    const target = rows.targets[i]!;
    return Math.abs(rows.predictions[i]! - target) / Math.max(Math.abs(target), 2 ** -52);
  });
}

/**
 * Mean of 2|p − t| / max(|p| + |t|, 1.17e-6), in 0..2 (torchmetrics' `symmetric_mean_absolute_percentage_error`).
 */
export function symmetricMeanAbsolutePercentageError(
  predictions: Reals,
  targets: Labels,
  options: RegressionOptions = {},
): number {
  const rows = rowsOf("symmetricMeanAbsolutePercentageError", predictions, targets, options);
  return mean(rows, (i) => {
    const [p, t] = [rows.predictions[i]!, rows.targets[i]!];
    return (2 * Math.abs(p - t)) / Math.max(Math.abs(p) + Math.abs(t), 1.17e-6);
  });
}

/**
 * Σ|p − t| / Σ|t| (torchmetrics' `weighted_mean_absolute_percentage_error`). Where all targets are 0: NaN if the
 * predictions are too, else ∞.
 */
export function weightedMeanAbsolutePercentageError(
  predictions: Reals,
  targets: Labels,
  options: RegressionOptions = {},
): number {
  const rows = rowsOf("weightedMeanAbsolutePercentageError", predictions, targets, options);
  const errors = total(rows, (i) => Math.abs(rows.predictions[i]! - rows.targets[i]!));
  return errors / total(rows, (i) => Math.abs(rows.targets[i]!));
}

/**
 * The median of |p − t| (`sklearn.metrics.median_absolute_error`): where half of the weight lies up to one value and
 * half from the next, the mean of the two.
 */
export function medianAbsoluteError(predictions: Reals, targets: Labels, options: RegressionOptions = {}): number {
  const rows = rowsOf("medianAbsoluteError", predictions, targets, options);
  const errors = rows.targets.map((target, i) => Math.abs(rows.predictions[i]! - target));
  const [lower, upper] = quantiles(rows, errors, 0.5);
  return (lower + upper) / 2;
}

/** The largest |p − t| (`sklearn.metrics.max_error`). */
export function maxError(predictions: Reals, targets: Labels, options: RegressionOptions = {}): number {
  const rows = rowsOf("maxError", predictions, targets, options);
  return rows.targets.reduce((largest, target, i) => Math.max(largest, Math.abs(rows.predictions[i]! - target)), 0);
}

// ----------------------------------------------------------------------------------- compared with a constant, by squares

/** Σ(p − t)² and Σ(t − mean)². */
function squares(rows: Rows): { residual: number; around: number } {
  const fromMean = centred(rows, rows.targets);
  return {
    residual: total(rows, (i) => (rows.predictions[i]! - rows.targets[i]!) ** 2),
    around: total(rows, (i) => fromMean[i]! ** 2),
  };
}

/**
 * Coefficient of determination R², 1 − Σ(p − t)² / Σ(t − mean)², at most 1 (`sklearn.metrics.r2_score`). For a constant
 * target see `forceFinite`; for a single row NaN.
 */
export function r2Score(predictions: Reals, targets: Labels, options: RelativeScoreOptions = {}): number {
  const rows = rowsOf("r2Score", predictions, targets, options, ["forceFinite"]);
  const finite = forceFinite(options);
  if (isSingle(rows)) return NaN;
  const { residual, around } = squares(rows);
  return oneMinus(residual, around, finite);
}

/** Σ(p − t)² / Σ(t − mean)² (torchmetrics' `relative_squared_error`): NaN or ∞ for a constant target. */
export function relativeSquaredError(predictions: Reals, targets: Labels, options: RegressionOptions = {}): number {
  const rows = rowsOf("relativeSquaredError", predictions, targets, options);
  const { residual, around } = squares(rows);
  return residual / around;
}

/**
 * 1 − Var(t − p) / Var(t): R² but for a constant error (`sklearn.metrics.explained_variance_score`). For a constant
 * target see `forceFinite`.
 */
export function explainedVarianceScore(
  predictions: Reals,
  targets: Labels,
  options: RelativeScoreOptions = {},
): number {
  const rows = rowsOf("explainedVarianceScore", predictions, targets, options, ["forceFinite"]);
  const finite = forceFinite(options);
  const errors = centred(
    rows,
    rows.targets.map((target, i) => target - rows.predictions[i]!),
  );
  const fromMean = centred(rows, rows.targets);
  return oneMinus(
    total(rows, (i) => errors[i]! ** 2),
    total(rows, (i) => fromMean[i]! ** 2),
    finite,
  );
}

// ---------------------------------------------------------------------------------------------------------- deviances

/** A power of the variance, with what targets and predictions it allows. */
interface Deviance {
  readonly power: number;
  readonly predictions: Range;
  readonly targets: Range;
  of(target: number, prediction: number): number;
}

/**
 * The unit deviance of a Tweedie distribution of variance μ^power: (t − p)² for 0, 2(t·ln(t/p) − t + p) for 1,
 * 2(ln(p/t) + t/p − 1) for 2, and in general
 * 2(max(t, 0)^(2−power) / ((1−power)(2−power)) − t·p^(1−power)/(1−power) + p^(2−power)/(2−power)).
 */
function deviance(given: number | undefined): Deviance {
  const power = number(
    "power",
    given ?? defaults.power,
    (value) => Number.isFinite(value) && !(value > 0 && value < 1),
    "a finite number, but not between 0 and 1",
  );
  const positive = above(0, ` for power ${power}`);
  const notNegative: Range = {
    expected: `a finite number ≥ 0 for power ${power}`,
    ok: (value) => value >= 0 && value < Infinity,
  };
  return {
    power,
    predictions: power === 0 ? FINITE : positive,
    targets: power >= 2 ? positive : power >= 1 ? notNegative : FINITE,
    of(t, p) {
      if (power === 0) return (t - p) ** 2;
      if (power === 1) return 2 * (times(t, -logQuotient(p, t)) - (t - p));
      if (power === 2) return 2 * (logQuotient(p, t) + (t - p) / p);
      const [one, two] = [1 - power, 2 - power];
      return 2 * (Math.max(t, 0) ** two / (one * two) - times(t, p ** one) / one + p ** two / two);
    },
  };
}

/** ln(p/t), without losing digits where the two are near; 0 where t is, which then silences it. */
function logQuotient(p: number, t: number): number {
  if (t === 0) return 0;
  const difference = p - t;
  return Math.abs(difference) <= t / 2 ? Math.log1p(difference / t) : Math.log(p) - Math.log(t);
}

function meanDeviance(rows: Rows, { of }: Deviance, prediction: (i: number) => number): number {
  return mean(rows, (i) => of(rows.targets[i]!, prediction(i)));
}

/**
 * Mean Tweedie deviance of a `power` (`sklearn.metrics.mean_tweedie_deviance`): 0 is the squared error, 1 Poisson, 2
 * gamma, 3 inverse Gaussian. Predictions are above 0 except for power 0; targets are ≥ 0 for powers from 1 and above 0
 * from 2. Between 0 and 1 there is no such distribution.
 */
export function meanTweedieDeviance(predictions: Reals, targets: Labels, options: TweedieOptions = {}): number {
  return tweedie("meanTweedieDeviance", predictions, targets, options, ["power"], options.power);
}

/** Mean of 2(t·ln(t/p) − t + p) of targets ≥ 0 and predictions above 0 (`sklearn.metrics.mean_poisson_deviance`). */
export function meanPoissonDeviance(predictions: Reals, targets: Labels, options: RegressionOptions = {}): number {
  return tweedie("meanPoissonDeviance", predictions, targets, options, [], 1);
}

/** Mean of 2(ln(p/t) + t/p − 1) of numbers above 0 (`sklearn.metrics.mean_gamma_deviance`). */
export function meanGammaDeviance(predictions: Reals, targets: Labels, options: RegressionOptions = {}): number {
  return tweedie("meanGammaDeviance", predictions, targets, options, [], 2);
}

function tweedie(
  name: string,
  predictions: Reals,
  targets: Labels,
  options: RegressionOptions,
  known: readonly string[],
  power: number | undefined,
): number {
  checkOptions(name, options, [...known, "sampleWeight"]);
  const measure = deviance(power);
  const rows = rowsOf(name, predictions, targets, options, known, measure);
  return meanDeviance(rows, measure, (i) => rows.predictions[i]!);
}

// -------------------------------------------------------------------------- compared with a constant, by other measures

/**
 * D² of the absolute error, 1 − Σ|p − t| / Σ|t − median| (`sklearn.metrics.d2_absolute_error_score`). For a constant
 * target see `forceFinite`; for a single row NaN.
 */
export function d2AbsoluteErrorScore(predictions: Reals, targets: Labels, options: RelativeScoreOptions = {}): number {
  const rows = rowsOf("d2AbsoluteErrorScore", predictions, targets, options, ["forceFinite"]);
  return d2Pinball(rows, 0.5, forceFinite(options));
}

/**
 * D² of the pinball loss: 1 − that of the predictions over that of the best constant, a `quantile` of the targets
 * (`sklearn.metrics.d2_pinball_score`). For a constant target see `forceFinite`; for a single row NaN.
 */
export function d2PinballScore(predictions: Reals, targets: Labels, options: D2PinballScoreOptions = {}): number {
  const rows = rowsOf("d2PinballScore", predictions, targets, options, ["quantile", "forceFinite"]);
  return d2Pinball(rows, share("quantile", options.quantile ?? defaults.quantile), forceFinite(options));
}

function d2Pinball(rows: Rows, q: number, finite: boolean): number {
  if (isSingle(rows)) return NaN;
  const [best] = quantiles(rows, rows.targets, q);
  return oneMinus(
    total(rows, (i) => pinball(q, rows.predictions[i]! - rows.targets[i]!)),
    total(rows, (i) => pinball(q, best - rows.targets[i]!)),
    finite,
  );
}

/**
 * D² of the Tweedie deviance: 1 − that of the predictions over that of the mean of the targets
 * (`sklearn.metrics.d2_tweedie_score`). For a constant target see `forceFinite`; for a single row, and where the mean
 * is none that the power allows, NaN.
 */
export function d2TweedieScore(predictions: Reals, targets: Labels, options: D2TweedieScoreOptions = {}): number {
  checkOptions("d2TweedieScore", options, ["power", "forceFinite", "sampleWeight"]);
  const measure = deviance(options.power);
  const rows = rowsOf("d2TweedieScore", predictions, targets, options, ["power", "forceFinite"], measure);
  const finite = forceFinite(options);
  if (isSingle(rows)) return NaN;
  const constant = meanOf(rows, rows.targets);
  if (measure.power < 0 && constant <= 0) return NaN;
  return oneMinus(
    meanDeviance(rows, measure, (i) => rows.predictions[i]!),
    meanDeviance(rows, measure, () => constant),
    finite,
  );
}

// -------------------------------------------------------------------------------------------------------- correlations

/** Σ of products of the differences from the means. */
function products(rows: Rows, a: Float64Array, b: Float64Array): { ab: number; aa: number; bb: number } {
  const [da, db] = [centred(rows, a), centred(rows, b)];
  return {
    ab: total(rows, (i) => da[i]! * db[i]!),
    aa: total(rows, (i) => da[i]! ** 2),
    bb: total(rows, (i) => db[i]! ** 2),
  };
}

/**
 * Lin's concordance correlation 2·cov / (var p + var t + (mean p − mean t)²), in −1..1, with covariance and variances
 * over n − 1, n being the summed weights (torchmetrics' `concordance_corrcoef`). NaN where n is at most 1, and where
 * predictions and targets are one and the same constant.
 */
export function concordanceCorrelation(predictions: Reals, targets: Labels, options: RegressionOptions = {}): number {
  const rows = rowsOf("concordanceCorrelation", predictions, targets, options);
  const { ab, aa, bb } = products(rows, rows.predictions, rows.targets);
  const freedom = exactSum(rows.weights) - 1;
  if (freedom <= 0) return NaN;
  const apart = meanOf(rows, rows.predictions) - meanOf(rows, rows.targets);
  return (2 * (ab / freedom)) / (aa / freedom + bb / freedom + apart ** 2);
}

/** Pearson's correlation cov / (σ_p·σ_t), in −1..1 (`scipy.stats.pearsonr`). NaN where one of the two is constant. */
export function pearsonCorrelation(predictions: Reals, targets: Labels, options: RegressionOptions = {}): number {
  const rows = rowsOf("pearsonCorrelation", predictions, targets, options);
  return pearson(rows, rows.predictions, rows.targets);
}

function pearson(rows: Rows, a: Float64Array, b: Float64Array): number {
  const { ab, aa, bb } = products(rows, a, b);
  const product = aa * bb;
  // The root of the product is exact where the two are proportional; one that overflows is taken of each.
  const size = product > 1e-290 && product < Infinity ? Math.sqrt(product) : Math.sqrt(aa) * Math.sqrt(bb);
  return Math.min(1, Math.max(-1, ab / size));
}

/**
 * Spearman's correlation: Pearson's of the ranks, where ties have their mean rank (`scipy.stats.spearmanr`). NaN where
 * one of the two is constant.
 */
export function spearmanCorrelation(predictions: Reals, targets: Labels, options: RegressionOptions = {}): number {
  const rows = rowsOf("spearmanCorrelation", predictions, targets, options);
  return pearson(rows, ranks(rows, rows.predictions), ranks(rows, rows.targets));
}

/** Mean ranks from 0 on of values that occur as often as their weights say, less a half. */
function ranks({ weights }: Rows, values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const ranked = new Float64Array(values.length);
  const below = new ExactSum();
  for (let first = 0; first < order.length; ) {
    const value = values[order[first]!]!;
    let end = first;
    const before = below.value();
    while (end < order.length && values[order[end]!] === value) below.add(weights[order[end++]!]!);
    const rank = (before + below.value()) / 2;
    for (const i of order.slice(first, end)) ranked[i] = rank;
    first = end;
  }
  return ranked;
}
