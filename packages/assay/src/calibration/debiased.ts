/**
 * The calibration error without the bias of small bins.
 *
 * @module
 */
import type { Accumulator, CalibrationScores, DebiasedCalibrationErrorOptions, Labels, Reals } from "@assay/contract";
import { optionsOf } from "../options.js";
import { type Bins, binsOf } from "./bins.js";
import { type Comparison, comparisonOf, comparisonOptions } from "./comparison.js";
import { accumulateSorted, evaluateSorted, type SortedMetric, sortedBins } from "./sorted.js";
import type { CountedBin } from "./table.js";

/**
 * The root mean squared calibration error, in 0..1, without the bias that chance gives it in small bins: over bins of
 * equal mass √Σ nₖ/N · (gapₖ² − accuracyₖ(1 − accuracyₖ)/(nₖ − 1)), 0 where the sum is negative; bins of one row count
 * as 0. Bins end in the middle between two scores (`binning: "midpoint"` of {@link reliability}). Of several classes it
 * is the root of the mean of their squares, or with `of: "topLabel"` that of the largest probability. Shapes and errors
 * as for {@link reliability}; no weights. Its accumulator keeps every score.
 *
 * @see Kumar, Liang and Ma (2019), Verified uncertainty calibration; uncertainty-calibration 0.1.4,
 *   `lower_bound_scaling_ce`
 */
export const debiasedCalibrationError: CalibrationScores["debiasedCalibrationError"] = /*#__PURE__*/ Object.assign(
  (predictions: Reals, labels: Labels, options?: DebiasedCalibrationErrorOptions): number =>
    evaluateSorted(metricOf("debiasedCalibrationError", options), predictions, labels, undefined),
  {
    accumulator(options?: DebiasedCalibrationErrorOptions): Accumulator<number> {
      return accumulateSorted(metricOf("debiasedCalibrationError.accumulator", options), false);
    },
  },
);

function metricOf(name: string, options: DebiasedCalibrationErrorOptions | undefined): SortedMetric<number, number> {
  const { comparison, bins } = planOf(optionsOf(options, debiasedOptions, name));
  return {
    name: "debiasedCalibrationError",
    comparison,
    tags: [bins],
    part: (sorted) => debiasedSquare(sortedBins(sorted, bins)),
    result: rootOfMean,
  };
}

export const debiasedOptions: readonly ["numClasses", "numLabels", "from", "of", "numBins"] = [
  ...comparisonOptions,
  "of",
  "numBins",
];

/** What is compared, and in which bins. */
export function planOf(given: DebiasedCalibrationErrorOptions): {
  readonly comparison: Comparison;
  readonly bins: Bins;
} {
  const isBinary = given.numClasses === undefined && given.numLabels === undefined;
  const of = given.of ?? (isBinary ? "positive" : "eachClass");
  return {
    comparison: comparisonOf(given, of, ["positive", "topLabel", "eachClass"]),
    bins: binsOf({ binning: "midpoint", ...(given.numBins !== undefined && { numBins: given.numBins }) }),
  };
}

/** The error, of the squares of each class. */
export function rootOfMean(squares: readonly number[]): number {
  return Math.sqrt(squares.reduce((sum, square) => sum + Math.max(0, square), 0) / squares.length);
}

/** The estimate of the squared error, which may be negative. */
export function debiasedSquare(bins: readonly CountedBin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return Number.NaN;
  return bins.reduce((sum, { count, hits, confidences }) => {
    if (count < 2) return sum;
    const [accuracy, gap] = [hits / count, (hits - confidences) / count];
    return sum + (count / total) * (gap * gap - (accuracy * (1 - accuracy)) / (count - 1));
  }, 0);
}
