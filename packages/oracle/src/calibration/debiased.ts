/**
 * A. Kumar, P. Liang and T. Ma, "Verified uncertainty calibration" (2019).
 *
 * @module
 */
import type { DebiasedCalibrationErrorOptions, Labels, Reals } from "@assay/contract";
import { checkOptions } from "../input.js";
import { exactSum } from "../sum.js";
import { binsOf, type FilledBin, fill } from "./bins.js";
import { checkRows, checkSome, compared, comparisonOf } from "./comparison.js";
import { sumsOf } from "./table.js";

/** √ of the mean over classes of their squared errors, each at least 0. */
export function debiasedCalibrationError(
  predictions: Reals,
  labels: Labels,
  options: DebiasedCalibrationErrorOptions = {},
): number {
  checkOptions("debiasedCalibrationError", options, ["numClasses", "numLabels", "from", "of", "numBins"]);
  const { numClasses, numLabels, numBins } = options;
  const of = options.of ?? (numClasses === undefined && numLabels === undefined ? "positive" : "eachClass");
  const comparison = comparisonOf(options, of, ["positive", "topLabel", "eachClass"]);
  const bins = binsOf(numBins === undefined ? { binning: "midpoint" } : { binning: "midpoint", numBins });
  const rows = checkSome(checkRows(comparison, predictions, labels, undefined));
  const squares = compared(rows, comparison).map((part) => Math.max(0, debiasedSquare(fill(part, bins, false))));
  return Math.sqrt(exactSum(squares) / squares.length);
}

/** Σ share · (gap² − accuracy·(1 − accuracy)/(n − 1)). */
function debiasedSquare(bins: readonly FilledBin[]): number {
  const total = exactSum(bins.map(({ rows }) => rows.length));
  return exactSum(
    bins.map((bin) => {
      const { count, right, confidence } = sumsOf(bin);
      if (count < 2) return 0;
      const accuracy = right / count;
      return (count / total) * ((accuracy - confidence / count) ** 2 - (accuracy * (1 - accuracy)) / (count - 1));
    }),
  );
}
