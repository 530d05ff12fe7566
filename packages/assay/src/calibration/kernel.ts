/**
 * Calibration error by a kernel.
 *
 * @module
 */
import {
  type Accumulator,
  type CalibrationScores,
  defaults,
  type KernelCalibrationErrorOptions,
  type Labels,
  type Reals,
} from "@assay/contract";
import { accumulate, evaluate, type Metric } from "../accumulator.js";
import { core } from "../core.js";
import { oneOf, optionsOf, whole, within } from "../options.js";
import { binsOf } from "./bins.js";
import { comparisonOf, comparisonOptions } from "./comparison.js";
import { countedMetric } from "./counted.js";
import type { CountedBin } from "./table.js";

/**
 * Kernel calibration error, in 0..1: the mean over rows of |r(p) − p|, or with `norm: "l2"` the root of its mean square,
 * where r(p) = Σ k(p, pᵢ)·yᵢ / Σ k(p, pᵢ) over all other rows and k(p, pᵢ) is the density at p of the beta distribution
 * with parameters pᵢ/h + 1 and (1 − pᵢ)/h + 1, h being `bandwidth`. Of each class against the rest the mean over classes
 * is taken, with `"l2"` of the squares.
 *
 * Rows are counted in `numBins` bins of equal width and taken to be at the mean confidence of their bin, so N rows cost
 * N + numBins² steps; the result is that of all pairs of rows where no bin holds two different confidences. Densities are
 * taken at 2⁻⁵² to 1 − 2⁻⁵², for at 0 and 1 most are 0. The authors' canonical error, of all classes at once by a
 * Dirichlet kernel, is not offered: no bins of the simplex are few, and all pairs of rows are N² · classes steps. A single
 * row is without others: NaN. There is no rule for `bandwidth`: the likelihood that the authors maximise has no maximum
 * where rows share a place. What is compared, shapes and errors as for {@link reliability}; no weights.
 *
 * @throws AssayRangeError as {@link reliability}, and for a `bandwidth` outside 0.0001..1, or none
 * @example
 * kernelCalibrationError(probabilities, labels, { bandwidth: 0.01 });
 * kernelCalibrationError(logits, labels, { numClasses: 10, from: "logits", of: "eachClass", bandwidth: 0.01, norm: "l2" });
 * @see Popordanoska, Sayer and Blaschko (2022), A consistent and differentiable Lp canonical calibration error estimator
 */
export const kernelCalibrationError: CalibrationScores["kernelCalibrationError"] = /*#__PURE__*/ Object.assign(
  (predictions: Reals, labels: Labels, options: KernelCalibrationErrorOptions): number =>
    evaluate(metricOf("kernelCalibrationError", options), predictions, labels, undefined),
  {
    accumulator(options: KernelCalibrationErrorOptions): Accumulator<number> {
      return accumulate(metricOf("kernelCalibrationError.accumulator", options));
    },
  },
);

function metricOf(name: string, options: KernelCalibrationErrorOptions): Metric<number> {
  const given = optionsOf(options, [...comparisonOptions, "of", "bandwidth", "numBins", "norm"], name);
  const comparison = comparisonOf(given, given.of, ["positive", "topLabel", "eachClass"]);
  const bandwidth = within(given.bandwidth, 0.0001, 1, "bandwidth");
  const bins = binsOf({ numBins: whole(given.numBins ?? defaults.kernelBins, 1, "numBins", 4096) });
  const isSquared = oneOf(given.norm ?? defaults.norm, ["l1", "l2"], "norm") === "l2";
  const cost = isSquared ? (gap: number) => gap * gap : Math.abs;
  return countedMetric("kernelCalibrationError", comparison, bins, false, (tables) => {
    const mean = tables.reduce((sum, table) => sum + meanCost(table, bandwidth, cost), 0) / tables.length;
    return isSquared ? Math.sqrt(mean) : mean;
  });
}

/** A bin that is not empty, as the kernel takes it. */
interface Place {
  readonly count: number;
  readonly hits: number;
  readonly confidence: number;
  /** Its confidence in units of the bandwidth, and what is missing to 1. */
  readonly share: number;
  readonly rest: number;
  /** ln of what makes a density of the kernel around it, but for a summand that all places have. */
  readonly height: number;
  /** ln p and ln(1 − p) where densities are taken. */
  readonly lnP: number;
  readonly lnQ: number;
}

function placeOf({ count, hits, confidences }: CountedBin, bandwidth: number): Place {
  const { ln, ln_binomial } = core();
  const confidence = confidences / count;
  const p = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, confidence));
  const [units, share] = [1 / bandwidth, confidence / bandwidth];
  // A beta density is a binomial probability with parts of trials; at ½ its powers are the same for all places.
  const height = ln_binomial(share, units, 0.5, 0.5);
  return { count, hits, confidence, share, rest: units - share, height, lnP: ln(p), lnQ: ln(1 - p) };
}

/** The mean over rows of what their distance from the rate of all others costs. */
function meanCost(bins: readonly CountedBin[], bandwidth: number, cost: (gap: number) => number): number {
  const places = bins.filter(({ count }) => count > 0).map((bin) => placeOf(bin, bandwidth));
  const rows = places.reduce((sum, { count }) => sum + count, 0);
  if (rows < 2) return Number.NaN;
  const sum = places.reduce((total, place) => {
    const { count, hits, confidence } = place;
    const [ofRight, ofWrong] = ratesAround(place, places);
    const right = hits === 0 ? 0 : hits * cost(ofRight - confidence);
    const wrong = hits === count ? 0 : (count - hits) * cost(ofWrong - confidence);
    return total + right + wrong;
  }, 0);
  return sum / rows;
}

/** The rates of all other rows, as a right row of a place finds them, and a wrong one. */
function ratesAround(own: Place, places: readonly Place[]): readonly [ofRight: number, ofWrong: number] {
  const { exp } = core();
  const others = places.filter((place) => place !== own || own.count > 1);
  const logs = others.map(({ share, rest, height }) => height + share * own.lnP + rest * own.lnQ);
  const largest = logs.reduce((most, log) => Math.max(most, log), Number.NEGATIVE_INFINITY);
  let [all, right, itself] = [0, 0, 0];
  others.forEach((place, i) => {
    const density = exp((logs[i] as number) - largest);
    const isOwn = place === own;
    all += density * (place.count - (isOwn ? 1 : 0));
    right += density * place.hits;
    if (isOwn) itself = density;
  });
  return [(right - itself) / all, right / all];
}
