/**
 * What the best threshold is worth on rows that it was not tuned on.
 *
 * @module
 */
import {
  AssayRangeError,
  type BestBootstrapOptions,
  type BestOptions,
  type BinaryCurve,
  type CrossValidationOptions,
  defaults,
  type Objective,
  type Spread,
  type ValidatedThreshold,
} from "@assay/contract";
import { flag, optionsOf, whole } from "../options.js";
import { meanOf, resamplingOf, standardDeviationOf } from "../statistics/replicates.js";
import { gridNames } from "./grid.js";
import { constraintNames } from "./objective.js";
import type { SortedScores } from "./sorted-scores.js";

const bestNames = [...constraintNames, ...gridNames, "ties"] as const;

/** Makes one part of the rows to tune a threshold on, and another one to judge it by. */
type Divide = (tuned: SortedScores, heldOut: SortedScores, part: number) => void;

/** Folds: each is judged by the threshold that is best for the others. */
export function crossValidate(
  scores: SortedScores,
  curveOf: (scores: SortedScores) => BinaryCurve,
  objective: Objective,
  options: CrossValidationOptions | undefined,
): ValidatedThreshold {
  const given = optionsOf(options, [...bestNames, "folds", "seed"], "bestCrossValidated");
  const { folds: wanted = defaults.folds, seed: key = defaults.seed, ...how } = given;
  const folds = whole(wanted, 2, "folds");
  const seed = whole(key, 0, "seed", Number.MAX_SAFE_INTEGER);
  if (folds > scores.length) {
    throw new AssayRangeError(`folds = ${folds}, but there are only ${scores.length} rows`, {
      code: "option",
      argument: "folds",
      value: folds,
    });
  }
  return validate(scores, curveOf, objective, how, folds, (tuned, heldOut, fold) => {
    tuned.takeFold(scores, seed, fold, folds, true);
    heldOut.takeFold(scores, seed, fold, folds, false);
  });
}

/** Replicates: the rows that were not drawn are judged by the threshold that is best for those that were. */
export function bootstrapBest(
  scores: SortedScores,
  curveOf: (scores: SortedScores) => BinaryCurve,
  objective: Objective,
  options: BestBootstrapOptions | undefined,
): ValidatedThreshold {
  const given = optionsOf(options, [...bestNames, "resamples", "seed", "stratified"], "bestBootstrap");
  const { resamples: _, seed: __, stratified: ofClasses = defaults.stratified, ...how } = given;
  const { resamples, seed } = resamplingOf(given);
  const stratified = flag(ofClasses, "stratified");
  return validate(scores, curveOf, objective, how, resamples, (tuned, heldOut, replicate) => {
    tuned.resample(scores, { seed, replicate, stratified }, false);
    heldOut.resample(scores, { seed, replicate, stratified }, true);
  });
}

function validate(
  scores: SortedScores,
  curveOf: (scores: SortedScores) => BinaryCurve,
  objective: Objective,
  how: BestOptions,
  parts: number,
  divide: Divide,
): ValidatedThreshold {
  const all = curveOf(scores);
  const best = all.best(objective, how);
  // Totals of a cost grow with the rows.
  const isCost = typeof objective === "object" && "cost" in objective;
  const comparable = (value: number, curve: BinaryCurve): number =>
    isCost ? value / (curve.positives + curve.negatives) : value;
  const [thresholds, ofTuned, ofHeldOut] = [0, 1, 2].map(() => new Float64Array(parts)) as [
    Float64Array<ArrayBuffer>,
    Float64Array<ArrayBuffer>,
    Float64Array<ArrayBuffer>,
  ];
  const [tuned, heldOut] = [scores.part(), scores.part()];
  try {
    const [tuning, judging] = [curveOf(tuned), curveOf(heldOut)];
    for (let part = 0; part < parts; part++) {
      divide(tuned, heldOut, part);
      const { threshold, value } = tuning.best(objective, how);
      thresholds[part] = threshold;
      ofTuned[part] = comparable(value, tuning);
      ofHeldOut[part] = comparable(valueAt(judging, objective, threshold, how.strict), judging);
    }
  } finally {
    tuned.free();
    heldOut.free();
  }
  const gaps = ofTuned.map((value, part) => (isCost ? -1 : 1) * (value - (ofHeldOut[part] as number)));
  return {
    best,
    apparent: comparable(best.value, all),
    thresholds: spreadOf(thresholds),
    tuned: spreadOf(ofTuned),
    heldOut: spreadOf(ofHeldOut),
    optimism: spreadOf(gaps).mean,
  };
}

/** The objective at a threshold; NaN where there is none, or no row. */
function valueAt(curve: BinaryCurve, objective: Objective, threshold: number, strict: boolean | undefined): number {
  if (Number.isNaN(threshold) || curve.length === 0) return Number.NaN;
  return curve.best(objective, { thresholds: [threshold], strict: strict ?? defaults.strict }).value;
}

function spreadOf(values: Float64Array<ArrayBuffer>): Spread {
  const defined = values.filter((value) => !Number.isNaN(value));
  return { values, mean: meanOf(defined), standardDeviation: standardDeviationOf(defined) };
}
