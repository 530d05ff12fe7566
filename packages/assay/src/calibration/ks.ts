/**
 * Calibration error without bins.
 *
 * @module
 */
import type { KsCalibrationErrorOptions, Labels, Reals } from "@assay/contract";
import { core } from "../core.js";
import { optionsOf } from "../options.js";
import { comparisonOf, comparisonOptions, inOneTable } from "./comparison.js";
import { eachSorted } from "./sorted.js";

/**
 * Kolmogorov–Smirnov calibration error, in 0..1: the largest |Σ (p − y)| / N over the rows whose confidence p is at most
 * some number, that is the distance of the cumulative confidences from the cumulative outcomes. It needs no bins, but
 * every confidence: it has no accumulator. What is compared, shapes and errors as for {@link reliability}.
 *
 * @see Gupta et al. (2021), Calibration of neural networks using splines
 */
export function ksCalibrationError(predictions: Reals, labels: Labels, options?: KsCalibrationErrorOptions): number {
  const given = optionsOf(options, [...comparisonOptions, "of", "sampleWeight"], "ksCalibrationError");
  const comparison = comparisonOf(given, given.of, inOneTable);
  const distance = eachSorted(comparison, [predictions, labels, given.sampleWeight], ({ address }) =>
    core().sorted_kolmogorov_smirnov(address),
  );
  return distance[0] as number;
}
