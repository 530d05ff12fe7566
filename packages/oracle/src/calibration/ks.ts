/**
 * K. Gupta et al., "Calibration of neural networks using splines" (2021).
 *
 * @module
 */
import type {
  Accumulator,
  CalibrationScores,
  KsCalibrationErrorOptions,
  Labels,
  Reals,
  Streamed,
} from "@assay/contract";
import type { Rows } from "../accumulator.js";
import { checkOptions } from "../input.js";
import { ExactSum } from "../sum.js";
import { type Comparison, checkRows, checkSome, compared, comparisonOf, keepCompared } from "./comparison.js";

const NAMES = ["numClasses", "numLabels", "from", "of"];

/** The largest distance of the two cumulative sums, after all rows of a score. */
function distanceOf(rows: Rows, comparison: Comparison): number {
  const sorted = compared(rows, comparison)[0]!.sort((a, b) => a.confidence - b.confidence);
  const [difference, total] = [new ExactSum(), new ExactSum()];
  let largest = 0;
  sorted.forEach(({ confidence, right, weight }, i) => {
    difference.add(weight * (confidence - Number(right)));
    total.add(weight);
    if (sorted[i + 1]?.confidence !== confidence) largest = Math.max(largest, Math.abs(difference.value()));
  });
  return largest / total.value();
}

/** The distance of confidences from outcomes. */
export const ksCalibrationError: CalibrationScores["ksCalibrationError"] = Object.assign(
  (predictions: Reals, labels: Labels, options: KsCalibrationErrorOptions = {}): number => {
    checkOptions("ksCalibrationError", options, [...NAMES, "sampleWeight"]);
    const comparison = comparisonOf(options, options.of, ["positive", "topLabel", "allClasses"]);
    return distanceOf(checkSome(checkRows(comparison, predictions, labels, options.sampleWeight)), comparison);
  },
  {
    accumulator(options: Streamed<KsCalibrationErrorOptions> = {}): Accumulator<number> {
      checkOptions("ksCalibrationError.accumulator", options, [...NAMES, "weighted"]);
      const comparison = comparisonOf(options, options.of, ["positive", "topLabel", "allClasses"]);
      const finish = (rows: Rows): number => distanceOf(rows, comparison);
      const { weighted } = options;
      return keepCompared({ name: "ksCalibrationError", comparison, weighted, keepsScores: true, finish });
    },
  },
);
