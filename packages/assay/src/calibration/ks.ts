/**
 * Calibration error without bins.
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
import { core } from "../core.js";
import { flag, optionsOf } from "../options.js";
import { comparisonOf, comparisonOptions, inOneTable } from "./comparison.js";
import { accumulateSorted, evaluateSorted, type SortedMetric } from "./sorted.js";

const known = [...comparisonOptions, "of"] as const;

function metricOf(given: KsCalibrationErrorOptions): SortedMetric<number, number> {
  return {
    name: "ksCalibrationError",
    comparison: comparisonOf(given, given.of, inOneTable),
    part: ({ address }) => core().sorted_kolmogorov_smirnov(address),
    result: ([distance]) => distance as number,
  };
}

/**
 * Kolmogorov–Smirnov calibration error, in 0..1: the largest |Σ (p − y)| / N over the rows whose confidence p is at most
 * some number, that is the distance of the cumulative confidences from the cumulative outcomes. It needs no bins, but
 * every confidence, which its accumulator keeps. What is compared, shapes and errors as for {@link reliability}.
 *
 * @see Gupta et al. (2021), Calibration of neural networks using splines
 */
export const ksCalibrationError: CalibrationScores["ksCalibrationError"] = /*#__PURE__*/ Object.assign(
  (predictions: Reals, labels: Labels, options?: KsCalibrationErrorOptions): number => {
    const given = optionsOf(options, [...known, "sampleWeight"], "ksCalibrationError");
    return evaluateSorted(metricOf(given), predictions, labels, given.sampleWeight);
  },
  {
    accumulator(options?: Streamed<KsCalibrationErrorOptions>): Accumulator<number> {
      const given = optionsOf(options, [...known, "weighted"], "ksCalibrationError.accumulator");
      return accumulateSorted(metricOf(given), flag(given.weighted ?? false, "weighted"));
    },
  },
);
