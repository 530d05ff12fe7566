/**
 * Calibration error of smoothed residuals.
 *
 * @module
 */
import type {
  Accumulator,
  CalibrationScores,
  Labels,
  Reals,
  SmoothCalibrationErrorOptions,
  Streamed,
} from "@assay/contract";
import { core } from "../core.js";
import { flag, optionsOf, within } from "../options.js";
import { withRooms } from "../rooms.js";
import { comparisonOf, comparisonOptions, inOneTable } from "./comparison.js";
import { accumulateSorted, evaluateSorted, type SortedMetric } from "./sorted.js";

const known = [...comparisonOptions, "of", "bandwidth"] as const;

function metricOf(given: SmoothCalibrationErrorOptions): SortedMetric<number, number> {
  const bandwidth = given.bandwidth === undefined ? Number.NaN : within(given.bandwidth, 0.001, 1, "bandwidth");
  return {
    name: "smoothCalibrationError",
    comparison: comparisonOf(given, given.of, inOneTable),
    part: (sorted) =>
      sorted.length === 0
        ? Number.NaN
        : withRooms("smoothing", (rooms) =>
            core().sorted_smooth(sorted.address, bandwidth, rooms.of(8 * core().smooth_room())),
          ),
    result: ([error]) => error as number,
  };
}

/**
 * Smooth calibration error (smECE), in 0..1: ∫ |Σ (p − y)·K(t, p)| dt / N over t in 0..1, K being a Gaussian of standard
 * deviation `bandwidth` that is reflected at 0 and 1. Without a `bandwidth` it takes the smallest that is not below its
 * own error, to 2⁻¹⁰: it then has no parameter, and a small change of the probabilities changes it little. Residuals are
 * put on a grid of step h ≤ bandwidth/16, which moves it by at most 0.4(h/bandwidth)² · mean |p − y|.
 * Its accumulator keeps every confidence. relplot 1.0.3, the authors' package, is off where scores lie at the ends: see
 * docs/conventions.md. What is compared, shapes and errors as for {@link reliability}.
 *
 * @see Błasiok and Nakkiran (2023), Smooth ECE: principled reliability diagrams via kernel smoothing
 */
export const smoothCalibrationError: CalibrationScores["smoothCalibrationError"] = /*#__PURE__*/ Object.assign(
  (predictions: Reals, labels: Labels, options?: SmoothCalibrationErrorOptions): number => {
    const given = optionsOf(options, [...known, "sampleWeight"], "smoothCalibrationError");
    return evaluateSorted(metricOf(given), predictions, labels, given.sampleWeight);
  },
  {
    accumulator(options?: Streamed<SmoothCalibrationErrorOptions>): Accumulator<number> {
      const given = optionsOf(options, [...known, "weighted"], "smoothCalibrationError.accumulator");
      return accumulateSorted(metricOf(given), flag(given.weighted ?? false, "weighted"));
    },
  },
);
