/**
 * Scores of real predictions: how far off, and how much better than a constant. Everything is computed in float64, and
 * sums are exact: the order of the rows cannot be seen. A row of weight w stands for w rows; one of weight 0 is absent.
 *
 * @module
 */
import {
  AssayRangeError,
  AssayTypeError,
  type D2PinballScoreOptions,
  type D2TweedieScoreOptions,
  defaults,
  type Labels,
  type Reals,
  type RegressionOptions,
  type RelativeScoreOptions,
  type TweedieOptions,
} from "@assay/contract";
import { describe } from "./arguments.js";
import { flag, optionsOf, within } from "./options.js";
import {
  finite,
  isSingle,
  kept,
  meanOf,
  pass,
  quantilesOf,
  type Range,
  type Rows,
  type Totals,
  takeRows,
  terms,
  withRanks,
} from "./regression/passes.js";

const rowOptions = ["sampleWeight"] as const;
const relativeOptions = ["forceFinite", ...rowOptions] as const;

/** The rows of a score that has no options but theirs. */
function plainRows(
  name: string,
  predictions: Reals,
  targets: Labels,
  options: RegressionOptions | undefined,
  ranges?: Rows["ranges"],
): Rows {
  return takeRows(predictions, targets, optionsOf(options, rowOptions, name), ranges);
}

/** The rows of a score relative to a constant. */
function relativeRows(
  name: string,
  predictions: Reals,
  targets: Labels,
  options: RelativeScoreOptions | undefined,
): { rows: Rows; forceFinite: boolean } {
  const given = optionsOf(options, relativeOptions, name);
  const forceFinite = isForced(given);
  return { rows: takeRows(predictions, targets, given), forceFinite };
}

function isForced({ forceFinite = defaults.forceFinite }: RelativeScoreOptions): boolean {
  return flag(forceFinite, "forceFinite");
}

/** Σ w·term / Σ w. */
function mean({ terms, weight }: Totals): number {
  return terms[0].sum / weight;
}

/**
 * 1 − a/b. Where b is 0, the constant prediction that it belongs to is perfect: then 1 if a is 0 too and 0 otherwise,
 * or without `forceFinite` NaN and −∞.
 */
function oneMinus(a: number, b: number, forceFinite: boolean): number {
  if (b !== 0) return 1 - a / b;
  if (a === 0) return forceFinite ? 1 : Number.NaN;
  return forceFinite ? 0 : Number.NEGATIVE_INFINITY;
}

// ------------------------------------------------------------------------------------------------------------- errors

/**
 * Root of the mean squared error, √(Σ w(p − t)² / Σ w), in 0..∞. The mean itself is `mseLoss`.
 *
 * @param predictions N finite numbers
 * @param targets N finite numbers
 * @throws AssayRangeError for a value that is NaN or infinite, a negative weight, lengths that do not fit, no rows
 * @see scikit-learn 1.9, `sklearn.metrics.root_mean_squared_error`
 */
export function rootMeanSquaredError(predictions: Reals, targets: Labels, options?: RegressionOptions): number {
  const rows = plainRows("rootMeanSquaredError", predictions, targets, options);
  return Math.sqrt(mean(pass(rows, terms.deviance, { a: 0 })));
}

const aboveMinusOne: Range = { above: -1, expected: "must be finite and above -1" };

function squaredLogError(name: string, predictions: Reals, targets: Labels, options?: RegressionOptions): number {
  const rows = plainRows(name, predictions, targets, options, [aboveMinusOne, aboveMinusOne]);
  return mean(pass(rows, terms.squaredLog));
}

/**
 * Mean of ln²((1 + p) / (1 + t)) of numbers above −1, in 0..∞. Where p and t are near each other the logarithm of the
 * quotient is taken directly, so that a small error keeps its digits. Shapes and errors as for
 * {@link rootMeanSquaredError}, and a number of −1 or less.
 *
 * @see scikit-learn 1.9, `sklearn.metrics.mean_squared_log_error`
 */
export function meanSquaredLogError(predictions: Reals, targets: Labels, options?: RegressionOptions): number {
  return squaredLogError("meanSquaredLogError", predictions, targets, options);
}

/**
 * Root of {@link meanSquaredLogError}, in 0..∞, with the same arguments and errors.
 *
 * @see scikit-learn 1.9, `sklearn.metrics.root_mean_squared_log_error`
 */
export function rootMeanSquaredLogError(predictions: Reals, targets: Labels, options?: RegressionOptions): number {
  return Math.sqrt(squaredLogError("rootMeanSquaredLogError", predictions, targets, options));
}

/**
 * Mean of |p − t| / max(|t|, 2⁻⁵²), in 0..∞: a share, not per cent, and very large where a target is 0. Shapes and
 * errors as for {@link rootMeanSquaredError}.
 *
 * @see scikit-learn 1.9, `sklearn.metrics.mean_absolute_percentage_error`
 */
export function meanAbsolutePercentageError(predictions: Reals, targets: Labels, options?: RegressionOptions): number {
  return mean(pass(plainRows("meanAbsolutePercentageError", predictions, targets, options), terms.percentage));
}

/**
 * Mean of 2|p − t| / max(|p| + |t|, 1.17e-6), in 0..2. Shapes and errors as for {@link rootMeanSquaredError}.
 *
 * @see torchmetrics 1.9, `torchmetrics.functional.symmetric_mean_absolute_percentage_error`
 */
export function symmetricMeanAbsolutePercentageError(
  predictions: Reals,
  targets: Labels,
  options?: RegressionOptions,
): number {
  const rows = plainRows("symmetricMeanAbsolutePercentageError", predictions, targets, options);
  return mean(pass(rows, terms.symmetricPercentage));
}

/**
 * Σ w|p − t| / Σ w|t|, in 0..∞. Where all targets are 0: NaN if the predictions are too, else ∞. Shapes and errors as
 * for {@link rootMeanSquaredError}.
 *
 * @see torchmetrics 1.9, `torchmetrics.functional.weighted_mean_absolute_percentage_error`
 */
export function weightedMeanAbsolutePercentageError(
  predictions: Reals,
  targets: Labels,
  options?: RegressionOptions,
): number {
  const rows = plainRows("weightedMeanAbsolutePercentageError", predictions, targets, options);
  const [errors, sizes] = pass(rows, terms.absolute).terms;
  return errors.sum / sizes.sum;
}

/**
 * The median of |p − t|, in 0..∞. Where half of the weight lies up to one value and half from the next on, the mean of
 * the two. Keeps 8 bytes a row while it runs, with weights 48. Shapes and errors as for {@link rootMeanSquaredError}.
 *
 * @see scikit-learn 1.9, `sklearn.metrics.median_absolute_error`
 */
export function medianAbsoluteError(predictions: Reals, targets: Labels, options?: RegressionOptions): number {
  const rows = plainRows("medianAbsoluteError", predictions, targets, options);
  const [lower, upper] = quantilesOf(rows, kept.error, 0.5);
  return (lower + upper) / 2;
}

/**
 * The largest |p − t| of a row that has a weight, in 0..∞. Shapes and errors as for {@link rootMeanSquaredError}.
 *
 * @see scikit-learn 1.9, `sklearn.metrics.max_error`
 */
export function maxError(predictions: Reals, targets: Labels, options?: RegressionOptions): number {
  return pass(plainRows("maxError", predictions, targets, options), terms.absolute).terms[0].largest;
}

// ----------------------------------------------------------------------------------- compared with a constant, by squares

/** Σ w(p − t)² and Σ w(t − mean)², with what was found of the targets. */
function squares(rows: Rows): { targets: Totals; residual: number; around: number } {
  const targets = pass(rows, terms.target);
  const [residual, around] = pass(rows, terms.spread, { b: meanOf(targets.terms[0], targets) }).terms;
  return { targets, residual: residual.sum, around: around.sum };
}

/**
 * Coefficient of determination, R² = 1 − Σ w(p − t)² / Σ w(t − mean)², in −∞..1: 1 is perfect, 0 no better than the mean
 * of the targets. Where all targets are equal: 1 if the predictions are right and 0 if not, or without `forceFinite` NaN
 * and −∞. NaN for a single row. Reads the rows twice, first for the mean. Shapes and errors as for
 * {@link rootMeanSquaredError}.
 *
 * @see scikit-learn 1.9, `sklearn.metrics.r2_score`
 */
export function r2Score(predictions: Reals, targets: Labels, options?: RelativeScoreOptions): number {
  const { rows, forceFinite } = relativeRows("r2Score", predictions, targets, options);
  const { targets: found, residual, around } = squares(rows);
  return isSingle(found) ? Number.NaN : oneMinus(residual, around, forceFinite);
}

/**
 * Σ w(p − t)² / Σ w(t − mean)², in 0..∞: 1 − R². Where all targets are equal: NaN if the predictions are right, else ∞.
 * Shapes and errors as for {@link rootMeanSquaredError}.
 *
 * @see torchmetrics 1.9, `torchmetrics.functional.relative_squared_error`
 */
export function relativeSquaredError(predictions: Reals, targets: Labels, options?: RegressionOptions): number {
  const { residual, around } = squares(plainRows("relativeSquaredError", predictions, targets, options));
  return residual / around;
}

/**
 * Explained variance, 1 − Var(t − p) / Var(t), in −∞..1: R² but for a constant error. Where all targets are equal: 1 if
 * the errors are too and 0 if not, or without `forceFinite` NaN and −∞. Shapes and errors as for
 * {@link rootMeanSquaredError}.
 *
 * @see scikit-learn 1.9, `sklearn.metrics.explained_variance_score`
 */
export function explainedVarianceScore(predictions: Reals, targets: Labels, options?: RelativeScoreOptions): number {
  const { rows, forceFinite } = relativeRows("explainedVarianceScore", predictions, targets, options);
  const means = pass(rows, terms.errorAndTarget);
  const [a, b] = [meanOf(means.terms[0], means), meanOf(means.terms[1], means)];
  const [errors, around] = pass(rows, terms.spread, { a, b }).terms;
  return oneMinus(errors.sum, around.sum, forceFinite);
}

// ---------------------------------------------------------------------------------------------------------- deviances

/** A power of the variance that there is a distribution for. */
function powerOf({ power = defaults.power }: TweedieOptions): number {
  const details = { code: "option", argument: "power", value: power } as const;
  if (typeof power !== "number") throw new AssayTypeError(`power is ${describe(power)}, but must be a number`, details);
  // Infinite ones, NaN, and those between 0 and 1.
  if (!(power > Number.NEGATIVE_INFINITY && power < Number.POSITIVE_INFINITY) || (power > 0 && power < 1)) {
    throw new AssayRangeError(`power = ${power}, but must be a finite number and not between 0 and 1`, details);
  }
  return power;
}

/** What predictions and targets a power allows. */
function rangesOf(power: number): Rows["ranges"] {
  const positive: Range = { above: 0, expected: `must be finite and above 0 for power ${power}` };
  // Nothing lies between the largest number below 0 and 0.
  const notNegative: Range = { above: -Number.MIN_VALUE, expected: `must be finite and ≥ 0 for power ${power}` };
  return [power === 0 ? finite : positive, power >= 2 ? positive : power >= 1 ? notNegative : finite];
}

function deviance(predictions: Reals, targets: Labels, given: RegressionOptions, power: number): number {
  return mean(pass(takeRows(predictions, targets, given, rangesOf(power)), terms.deviance, { a: power }));
}

/**
 * Mean deviance of a Tweedie distribution, whose variance is mean^`power`, in 0..∞: (t − p)² for power 0 (normal),
 * {@link meanPoissonDeviance} for 1, {@link meanGammaDeviance} for 2, and in general
 * 2(max(t, 0)^(2−v) / ((1−v)(2−v)) − t·p^(1−v)/(1−v) + p^(2−v)/(2−v)) of a power v, 3 being the inverse Gaussian. There is
 * none between 0 and 1.
 *
 * @param predictions N numbers above 0; for power 0 any finite ones
 * @param targets N finite numbers; for powers from 1 not negative, from 2 above 0
 * @throws AssayRangeError as {@link rootMeanSquaredError}, and for a number outside these ranges or no such power
 * @see scikit-learn 1.9, `sklearn.metrics.mean_tweedie_deviance`
 */
export function meanTweedieDeviance(predictions: Reals, targets: Labels, options?: TweedieOptions): number {
  const given = optionsOf(options, ["power", ...rowOptions], "meanTweedieDeviance");
  return deviance(predictions, targets, given, powerOf(given));
}

/**
 * Mean of 2(t·ln(t/p) − t + p), in 0..∞, of targets ≥ 0 and predictions above 0: {@link meanTweedieDeviance} of power 1.
 *
 * @see scikit-learn 1.9, `sklearn.metrics.mean_poisson_deviance`
 */
export function meanPoissonDeviance(predictions: Reals, targets: Labels, options?: RegressionOptions): number {
  return deviance(predictions, targets, optionsOf(options, rowOptions, "meanPoissonDeviance"), 1);
}

/**
 * Mean of 2(ln(p/t) + t/p − 1), in 0..∞, of targets and predictions above 0: {@link meanTweedieDeviance} of power 2.
 *
 * @see scikit-learn 1.9, `sklearn.metrics.mean_gamma_deviance`
 */
export function meanGammaDeviance(predictions: Reals, targets: Labels, options?: RegressionOptions): number {
  return deviance(predictions, targets, optionsOf(options, rowOptions, "meanGammaDeviance"), 2);
}

// -------------------------------------------------------------------------- compared with a constant, by other measures

function d2Pinball(rows: Rows, quantile: number, forceFinite: boolean): number {
  const own = pass(rows, terms.pinball, { a: quantile });
  if (isSingle(own)) return Number.NaN;
  const [constant] = quantilesOf(rows, kept.target, quantile);
  const best = pass(rows, terms.pinball, { a: quantile, constant });
  return oneMinus(own.terms[0].sum, best.terms[0].sum, forceFinite);
}

/**
 * D² of the absolute error, 1 − Σ w|p − t| / Σ w|t − median|, in −∞..1. Undefined cases as for {@link r2Score}; memory as
 * for {@link medianAbsoluteError}; shapes and errors as for {@link rootMeanSquaredError}.
 *
 * @see scikit-learn 1.9, `sklearn.metrics.d2_absolute_error_score`
 */
export function d2AbsoluteErrorScore(predictions: Reals, targets: Labels, options?: RelativeScoreOptions): number {
  const { rows, forceFinite } = relativeRows("d2AbsoluteErrorScore", predictions, targets, options);
  return d2Pinball(rows, 0.5, forceFinite);
}

/**
 * D² of the pinball loss, in −∞..1: 1 − that of the predictions over that of the best constant, the `quantile` of the
 * targets. Of several numbers that are such a quantile, the smallest target. Otherwise as {@link d2AbsoluteErrorScore}.
 *
 * @see scikit-learn 1.9, `sklearn.metrics.d2_pinball_score`
 */
export function d2PinballScore(predictions: Reals, targets: Labels, options?: D2PinballScoreOptions): number {
  const given = optionsOf(options, ["quantile", ...relativeOptions], "d2PinballScore");
  const quantile = within(given.quantile ?? defaults.quantile, 0, 1, "quantile");
  const forceFinite = isForced(given);
  return d2Pinball(takeRows(predictions, targets, given), quantile, forceFinite);
}

/**
 * D² of the Tweedie deviance, in −∞..1: 1 − that of the predictions over that of the mean of the targets. Undefined cases
 * as for {@link r2Score}, and NaN where the mean is none that the power allows; arguments and errors as for
 * {@link meanTweedieDeviance}.
 *
 * @see scikit-learn 1.9, `sklearn.metrics.d2_tweedie_score`
 */
export function d2TweedieScore(predictions: Reals, targets: Labels, options?: D2TweedieScoreOptions): number {
  const given = optionsOf(options, ["power", ...relativeOptions], "d2TweedieScore");
  const power = powerOf(given);
  const forceFinite = isForced(given);
  const rows = takeRows(predictions, targets, given, rangesOf(power));
  const means = pass(rows, terms.target);
  if (isSingle(means)) return Number.NaN;
  const constant = meanOf(means.terms[0], means);
  if (power < 0 && constant <= 0) return Number.NaN;
  const own = pass(rows, terms.deviance, { a: power });
  const best = pass(rows, terms.deviance, { a: power, constant });
  return oneMinus(mean(own), mean(best), forceFinite);
}

// -------------------------------------------------------------------------------------------------------- correlations

/** Means, and sums of products of the differences from them. */
function productsOf(rows: Rows): { means: Totals; aa: number; bb: number; ab: number; apart: number } {
  const means = pass(rows, terms.both);
  const [a, b] = [meanOf(means.terms[0], means), meanOf(means.terms[1], means)];
  const [aa, bb, ab] = pass(rows, terms.products, { a, b }).terms;
  return { means, aa: aa.sum, bb: bb.sum, ab: ab.sum, apart: a - b };
}

/**
 * Lin's concordance correlation, 2·cov / (var p + var t + (mean p − mean t)²), in −1..1, with covariance and variances over
 * Σ w − 1. NaN where Σ w is at most 1, and where predictions and targets are one and the same constant. Shapes and errors
 * as for {@link rootMeanSquaredError}.
 *
 * @see Lin (1989), A concordance correlation coefficient to evaluate reproducibility; torchmetrics 1.9,
 *   `torchmetrics.functional.concordance_corrcoef`
 */
export function concordanceCorrelation(predictions: Reals, targets: Labels, options?: RegressionOptions): number {
  const rows = plainRows("concordanceCorrelation", predictions, targets, options);
  const { means, aa, bb, ab, apart } = productsOf(rows);
  const freedom = means.weight - 1;
  if (freedom <= 0) return Number.NaN;
  return (2 * (ab / freedom)) / (aa / freedom + bb / freedom + apart * apart);
}

function pearson(rows: Rows): number {
  const { aa, bb, ab } = productsOf(rows);
  const product = aa * bb;
  // The root of the product is exact where the two are proportional; one that overflows is taken of each.
  const size =
    product > 1e-290 && product < Number.POSITIVE_INFINITY ? Math.sqrt(product) : Math.sqrt(aa) * Math.sqrt(bb);
  return Math.min(1, Math.max(-1, ab / size));
}

/**
 * Pearson's correlation, cov / (σ_p·σ_t), in −1..1. NaN where one of the two is constant. Shapes and errors as for
 * {@link rootMeanSquaredError}.
 *
 * @see SciPy 1.17, `scipy.stats.pearsonr`
 */
export function pearsonCorrelation(predictions: Reals, targets: Labels, options?: RegressionOptions): number {
  return pearson(plainRows("pearsonCorrelation", predictions, targets, options));
}

/**
 * Spearman's correlation, in −1..1: Pearson's of the ranks, where equal values have their mean rank. NaN where one of the
 * two is constant. Keeps 48 bytes a row while it runs, with weights 56. Shapes and errors as for
 * {@link rootMeanSquaredError}.
 *
 * @see SciPy 1.17, `scipy.stats.spearmanr`
 */
export function spearmanCorrelation(predictions: Reals, targets: Labels, options?: RegressionOptions): number {
  return withRanks(plainRows("spearmanCorrelation", predictions, targets, options), pearson);
}
