/**
 * Bootstrap of curves.
 *
 * @module
 */
import {
  AssayRangeError,
  type BinaryCurve,
  type BootstrapInterval,
  type BootstrapOptions,
  type CurveStatistic,
} from "@assay/contract";
import { returningNumber } from "../callbacks.js";
import { optionsOf } from "../options.js";
import { levelOf } from "../statistics/level.js";
import { resamplingOf, summary } from "../statistics/replicates.js";
import type { SortedScores } from "./sorted-scores.js";

const names = ["rocAuc", "averagePrecision", "prAuc", "logAuc"] as const;

function statisticOf(statistic: CurveStatistic): (curve: BinaryCurve) => number {
  if (typeof statistic === "function") return returningNumber(statistic, "statistic");
  if (names.includes(statistic)) return (curve) => curve[statistic]();
  const message = `statistic is ${JSON.stringify(statistic)}, but must be a function or one of ${names.join(", ")}`;
  throw new AssayRangeError(message, { code: "option", argument: "statistic", value: statistic });
}

/** A statistic of a curve and of its replicates, each of which takes the place of the one before. */
export function bootstrapCurve(
  scores: SortedScores,
  curveOf: (scores: SortedScores) => BinaryCurve,
  statistic: CurveStatistic,
  options: Omit<BootstrapOptions, "method"> | undefined,
): BootstrapInterval {
  const given = optionsOf(options, ["level", "resamples", "seed"], "bootstrap");
  const level = levelOf(given);
  const { resamples, seed } = resamplingOf(given);
  const read = statisticOf(statistic);
  const estimate = read(curveOf(scores));
  if (statistic === "rocAuc" && !scores.isWeighted) {
    const replicates = scores.resampledAreas(seed, resamples);
    return { ...summary(estimate, replicates, level), replicates };
  }
  const replicate = scores.part();
  try {
    const curve = curveOf(replicate);
    const replicates = new Float64Array(resamples);
    for (let i = 0; i < resamples; i++) {
      replicate.resample(scores, seed, i, false);
      replicates[i] = read(curve);
    }
    return { ...summary(estimate, replicates, level), replicates };
  } finally {
    replicate.free();
  }
}
