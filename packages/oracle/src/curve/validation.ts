/**
 * What the best threshold is worth on rows that it was not tuned on.
 *
 * Cross-validation: M. Stone, "Cross-validatory choice and assessment of statistical predictions" (1974). Rows that a
 * bootstrap leaves out: B. Efron, "Estimating the error rate of a prediction rule: improvement on cross-validation"
 * (1983).
 *
 * @module
 */
import {
  type BestBootstrapOptions,
  type BestOptions,
  type BinaryCurve,
  type CrossValidationOptions,
  defaults,
  type Objective,
  type Spread,
  type ValidatedThreshold,
} from "@assay/contract";
import { boolean, checkOptions, count, number, rangeError } from "../input.js";
import { meanOf, resamplingOf, standardDeviation } from "../statistics/bootstrap.js";
import { inOrder, type Row, rowsFrom } from "./bytes.js";
import { GRID_OPTIONS } from "./grid.js";
import { foldsOf, timesDrawn } from "./parts.js";
import type { CurveRows } from "./sorted-scores.js";

const BEST_OPTIONS: readonly string[] = [
  ...["recallAtLeast", "precisionAtLeast", "specificityAtLeast", "fprAtMost"],
  ...GRID_OPTIONS,
  "ties",
];

/** Rows to tune a threshold on, and rows to judge it by. */
interface Division {
  readonly tuned: readonly Row[];
  readonly heldOut: readonly Row[];
}

export function crossValidate(
  rows: CurveRows,
  curveOf: (rows: CurveRows) => BinaryCurve,
  objective: Objective,
  options: CrossValidationOptions = {},
): ValidatedThreshold {
  checkOptions("bestCrossValidated", options, [...BEST_OPTIONS, "folds", "seed"]);
  const { folds = defaults.folds, seed: key = defaults.seed, ...how } = options;
  const seed = number("seed", key, (value) => Number.isSafeInteger(value) && value >= 0, "a whole number in 0..2^53−1");
  if (count("folds", folds, 2) > rows.scores.length) {
    throw rangeError("option", "folds", `folds = ${folds} of ${rows.scores.length} rows`, { value: folds });
  }
  const sorted = inOrder(rows);
  const fold = foldsOf(sorted, folds, seed);
  const divisions = Array.from({ length: folds }, (_, k) => ({
    tuned: sorted.filter((_, rank) => fold[rank] !== k),
    heldOut: sorted.filter((_, rank) => fold[rank] === k),
  }));
  return validated(rows, curveOf, objective, how, divisions);
}

export function bootstrapBest(
  rows: CurveRows,
  curveOf: (rows: CurveRows) => BinaryCurve,
  objective: Objective,
  options: BestBootstrapOptions = {},
): ValidatedThreshold {
  checkOptions("bestBootstrap", options, [...BEST_OPTIONS, "resamples", "seed", "stratified"]);
  const { resamples: _, seed: __, stratified: ofClasses, ...how } = options;
  const { resamples, seed } = resamplingOf(options);
  const stratified = boolean("stratified", ofClasses, defaults.stratified);
  const sorted = inOrder(rows);
  const divisions = Array.from({ length: resamples }, (_, replicate) => {
    const times = timesDrawn(sorted, { seed, replicate, stratified });
    return {
      tuned: sorted.flatMap((row, rank) => new Array<Row>(times[rank]!).fill(row)),
      heldOut: sorted.filter((_, rank) => times[rank] === 0),
    };
  });
  return validated(rows, curveOf, objective, how, divisions);
}

function validated(
  rows: CurveRows,
  curveOf: (rows: CurveRows) => BinaryCurve,
  objective: Objective,
  how: BestOptions,
  divisions: readonly Division[],
): ValidatedThreshold {
  const isCost = typeof objective === "object" && "cost" in objective;
  const comparable = (value: number, curve: BinaryCurve): number =>
    isCost ? value / (curve.positives + curve.negatives) : value;
  const all = curveOf(rows);
  const best = all.best(objective, how);
  const judged = divisions.map((division) => {
    const [tuned, heldOut] = [curveOf(rowsFrom(division.tuned)), curveOf(rowsFrom(division.heldOut))];
    const { threshold, value } = tuned.best(objective, how);
    const isJudged = !Number.isNaN(threshold) && heldOut.length > 0;
    const own = { thresholds: [threshold], strict: how.strict ?? defaults.strict };
    return {
      threshold,
      tuned: comparable(value, tuned),
      heldOut: isJudged ? comparable(heldOut.best(objective, own).value, heldOut) : NaN,
    };
  });
  return {
    best,
    apparent: comparable(best.value, all),
    thresholds: spreadOf(judged.map(({ threshold }) => threshold)),
    tuned: spreadOf(judged.map(({ tuned }) => tuned)),
    heldOut: spreadOf(judged.map(({ heldOut }) => heldOut)),
    optimism: spreadOf(judged.map(({ tuned, heldOut }) => (isCost ? heldOut - tuned : tuned - heldOut))).mean,
  };
}

function spreadOf(values: readonly number[]): Spread {
  const defined = values.filter((value) => !Number.isNaN(value));
  return {
    values: Float64Array.from(values),
    mean: meanOf(defined),
    standardDeviation: standardDeviation(defined),
  };
}
