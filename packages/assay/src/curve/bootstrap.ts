/**
 * Bootstrap of curves.
 *
 * @module
 */
import {
  AssayRangeError,
  type BinaryCurve,
  type BootstrapInterval,
  type CurveBootstrapOptions,
  type CurveStatistic,
  defaults,
} from "@assay/contract";
import { returningNumber } from "../callbacks.js";
import { flag, optionsOf } from "../options.js";
import { accelerationOf, bootstrapOptions, planOf, summary } from "../statistics/replicates.js";
import type { SortedScores } from "./sorted-scores.js";

const names = ["rocAuc", "averagePrecision", "prAuc", "logAuc"] as const;

function statisticOf(statistic: CurveStatistic): (curve: BinaryCurve) => number {
  if (typeof statistic === "function") return returningNumber(statistic, "statistic");
  if (names.includes(statistic)) return (curve) => curve[statistic]();
  const message = `statistic is ${JSON.stringify(statistic)}, but must be a function or one of ${names.join(", ")}`;
  throw new AssayRangeError(message, { code: "option", argument: "statistic", value: statistic });
}

/** Parts of the rows that are left out in turn. */
const JACKKNIFE_PARTS = 200;

/** The statistic with one part of the rows left out, each in its turn; with one row, where there are no more. */
function withoutEach(
  scores: SortedScores,
  curveOf: (scores: SortedScores) => BinaryCurve,
  read: (curve: BinaryCurve) => number,
  seed: number,
): Float64Array {
  const parts = Math.min(scores.length, JACKKNIFE_PARTS);
  const rest = scores.part();
  try {
    const curve = curveOf(rest);
    return new Float64Array(parts).map((_, part) => {
      rest.takeFold(scores, seed, part, parts, true);
      return rest.asked(() => read(curve));
    });
  } finally {
    rest.free();
  }
}

/** A statistic of a curve and of its replicates, each of which takes the place of the one before. */
export function bootstrapCurve(
  scores: SortedScores,
  curveOf: (scores: SortedScores) => BinaryCurve,
  statistic: CurveStatistic,
  options: CurveBootstrapOptions | undefined,
): BootstrapInterval {
  const given = optionsOf(options, [...bootstrapOptions, "stratified"], "bootstrap");
  const { level, resamples, seed, method } = planOf(given);
  const stratified = flag(given.stratified ?? defaults.stratified, "stratified");
  const read = statisticOf(statistic);
  const estimate = read(curveOf(scores));
  const acceleration = method === "bca" ? () => accelerationOf(withoutEach(scores, curveOf, read, seed)) : undefined;
  const summed = (replicates: Float64Array<ArrayBuffer>): BootstrapInterval => ({
    ...summary(estimate, replicates, level, acceleration),
    replicates,
  });
  if (statistic === "rocAuc" && !scores.isWeighted) {
    return summed(scores.resampledAreas(seed, stratified, resamples));
  }
  const replicate = scores.part();
  const replicates = new Float64Array(resamples);
  try {
    const curve = curveOf(replicate);
    for (let i = 0; i < resamples; i++) {
      replicate.resample(scores, { seed, replicate: i, stratified }, false);
      replicates[i] = replicate.asked(() => read(curve));
    }
  } finally {
    replicate.free();
  }
  return summed(replicates);
}
