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
import { checkOptions, count, number, rangeError } from "../input.js";
import { meanOf, resamplingOf, standardDeviation } from "../statistics/bootstrap.js";
import { uniformsAt } from "../statistics/random.js";
import { FOLD, resampleRanks } from "../statistics/resample.js";
import { inOrder, type Row, rowsFrom } from "./bytes.js";
import type { CurveRows } from "./sorted-scores.js";

const BEST_OPTIONS: readonly string[] = [
  ...["recallAtLeast", "precisionAtLeast", "specificityAtLeast", "fprAtMost"],
  ...["thresholds", "linspace", "ties", "strict"],
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
  checkOptions("bestBootstrap", options, [...BEST_OPTIONS, "resamples", "seed"]);
  const { resamples: _, seed: __, ...how } = options;
  const { resamples, seed } = resamplingOf(options);
  const sorted = inOrder(rows);
  const divisions = Array.from({ length: resamples }, (_, replicate) => {
    const times = resampleRanks(sorted.length, seed, replicate);
    return {
      tuned: sorted.flatMap((row, rank) => new Array<Row>(times[rank]!).fill(row)),
      heldOut: sorted.filter((_, rank) => times[rank] === 0),
    };
  });
  return validated(rows, curveOf, objective, how, divisions);
}

/**
 * The fold of each rank. Places in folds are dealt to the positive rows, 0, 1, … and again from 0 on, then on to the
 * negative ones. In order of rank each row draws one of the places of its class that are left.
 */
function foldsOf(sorted: readonly Row[], folds: number, seed: number): readonly number[] {
  const positives = sorted.filter(([, label]) => label === 1).length;
  const dealt = sorted.map((_, i) => i % folds);
  const byFold = (places: number[]): number[] => places.sort((a, b) => a - b);
  const left = { positive: byFold(dealt.slice(0, positives)), negative: byFold(dealt.slice(positives)) };
  return sorted.map(([, label], rank) => {
    const places = label === 1 ? left.positive : left.negative;
    const [share] = uniformsAt(seed, { purpose: FOLD, index: rank, replicate: 0 }, 0);
    return places.splice(Math.floor(share * places.length), 1)[0]!;
  });
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
