/**
 * What placements of rows say about areas under ROC curves: their variance, and an interval.
 *
 * @module
 */
import type { IntervalWithError, RocAucIntervalOptions } from "@assay/contract";
import { core } from "../core.js";
import { oneOf, optionsOf } from "../options.js";
import { numbersFrom } from "../results.js";
import { criticalValue, levelOf } from "../statistics/level.js";

/** Rows of both classes, twice both U statistics, then the spreads of both classes. */
const MOMENT_WORDS = 6;

/** Areas of two curves on the same rows, and the variance of their difference; or of one curve beside an area of 0. */
export interface Areas {
  readonly areas: readonly [number, number];
  readonly difference: number;
  readonly variance: number;
}

/** Areas from the moments that a kernel writes: NaN without rows of both classes, the variance without two of each. */
export function areasFrom(write: (to: number) => void): Areas {
  const moments = numbersFrom(MOMENT_WORDS, write);
  const [m, n, u, v, ofPositives, ofNegatives] = moments as unknown as [number, number, number, number, number, number];
  const pairs = 2 * m * n;
  return {
    areas: [u / pairs, v / pairs],
    difference: (u - v) / pairs,
    variance: (ofPositives / (m - 1) + ofNegatives / (n - 1)) / pairs / pairs,
  };
}

/** The interval of the only area. */
export function areaInterval(
  { difference: area, variance }: Areas,
  options: RocAucIntervalOptions | undefined,
): IntervalWithError {
  const given = optionsOf(options, ["level", "scale"], "rocAucInterval");
  const level = levelOf(given);
  const scale = oneOf(given.scale ?? "linear", ["linear", "logit"], "scale");
  const standardError = Math.sqrt(variance);
  const reach = criticalValue(level) * standardError;
  if (scale === "linear") {
    return {
      estimate: area,
      standardError,
      lower: Math.max(0, area - reach),
      upper: Math.min(1, area + reach),
      level,
    };
  }
  // The error of the log-odds is that of the area, over area·(1 − area). At 0 and 1 there is none.
  const factor = reach === 0 ? 1 : core().exp(reach / (area * (1 - area)));
  return {
    estimate: area,
    standardError,
    lower: area / (area + (1 - area) * factor),
    upper: area / (area + (1 - area) / factor),
    level,
  };
}
