/**
 * Calibration error of smoothed residuals.
 *
 * @module
 */
import type { Labels, Reals, SmoothCalibrationErrorOptions } from "@assay/contract";
import { core } from "../core.js";
import { optionsOf, within } from "../options.js";
import { withRooms } from "../rooms.js";
import { comparisonOf, comparisonOptions, inOneTable } from "./comparison.js";
import { eachSorted } from "./sorted.js";

/**
 * Smooth calibration error (smECE), in 0..1: ∫ |Σ (p − y)·K(t, p)| dt / N over t in 0..1, K being a Gaussian of standard
 * deviation `bandwidth` that is reflected at 0 and 1. Without a `bandwidth` it takes the smallest that is not below its
 * own error, to 2⁻¹⁰: it then has no parameter, and a small change of the probabilities changes it little. Residuals are
 * put on a grid of step h ≤ bandwidth/16, which moves it by at most 0.4(h/bandwidth)² · mean |p − y|.
 * Every confidence is kept while it runs: it has no accumulator. relplot 1.0.3, the authors' package, is off where scores
 * lie at the ends: see docs/conventions.md. What is compared, shapes and errors as for {@link reliability}.
 *
 * @see Błasiok and Nakkiran (2023), Smooth ECE: principled reliability diagrams via kernel smoothing
 */
export function smoothCalibrationError(
  predictions: Reals,
  labels: Labels,
  options?: SmoothCalibrationErrorOptions,
): number {
  const known = [...comparisonOptions, "of", "sampleWeight", "bandwidth"] as const;
  const given = optionsOf(options, known, "smoothCalibrationError");
  const bandwidth = given.bandwidth === undefined ? Number.NaN : within(given.bandwidth, 0.001, 1, "bandwidth");
  const comparison = comparisonOf(given, given.of, inOneTable);
  const [error] = eachSorted(comparison, [predictions, labels, given.sampleWeight], (sorted) => {
    return withRooms("smoothing", (rooms) =>
      core().sorted_smooth(sorted.address, bandwidth, rooms.of(8 * core().smooth_room())),
    );
  });
  return error as number;
}
