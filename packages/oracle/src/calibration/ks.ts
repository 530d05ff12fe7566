/**
 * K. Gupta et al., "Calibration of neural networks using splines" (2021).
 *
 * @module
 */
import type { KsCalibrationErrorOptions, Labels, Reals } from "@assay/contract";
import { checkOptions } from "../input.js";
import { ExactSum } from "../sum.js";
import { checkRows, checkSome, compared, comparisonOf } from "./comparison.js";

/** The largest distance of the two cumulative sums, after all rows of a score. */
export function ksCalibrationError(
  predictions: Reals,
  labels: Labels,
  options: KsCalibrationErrorOptions = {},
): number {
  checkOptions("ksCalibrationError", options, ["numClasses", "numLabels", "from", "of", "sampleWeight"]);
  const comparison = comparisonOf(options, options.of, ["positive", "topLabel", "allClasses"]);
  const [rows] = compared(checkSome(checkRows(comparison, predictions, labels, options.sampleWeight)), comparison);
  const sorted = [...rows!].sort((a, b) => a.confidence - b.confidence);
  const [difference, total] = [new ExactSum(), new ExactSum()];
  let largest = 0;
  sorted.forEach(({ confidence, right, weight }, i) => {
    difference.add(weight * (confidence - Number(right)));
    total.add(weight);
    if (sorted[i + 1]?.confidence !== confidence) largest = Math.max(largest, Math.abs(difference.value()));
  });
  return largest / total.value();
}
