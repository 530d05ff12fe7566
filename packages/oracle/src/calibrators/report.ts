/**
 * What calibrators do to probabilities, in figures: on the rows that they were fitted to, and on others.
 *
 * Cross-validation: M. Stone, "Cross-validatory choice and assessment of statistical predictions" (1974).
 *
 * @module
 */
import {
  type CalibrationChange,
  type CalibrationFigures,
  type Calibrator,
  type CalibratorFolds,
  type CalibratorInput,
  type CrossValidatedReport,
  defaults,
  type Reals,
} from "@assay/contract";
import { brierScore, calibrationError } from "../calibration/index.js";
import { checkOptions, count, number, rangeError, typeError } from "../input.js";
import { logLoss } from "../losses/log-loss.js";
import { softmax } from "../losses/softmax.js";
import { standardDeviation } from "../statistics/bootstrap.js";
import { uniformsAt } from "../statistics/random.js";
import { FOLD } from "../statistics/resample.js";

type Floats = Float32Array | Float64Array;

/** Rows, with what is known of them. */
export interface LabelledRows {
  readonly scores: Floats;
  readonly labels: readonly number[];
  readonly sampleWeight: Float64Array | undefined;
  /** Columns of the scores; absent for binary. */
  readonly numClasses: number | undefined;
}

/** Which folds. */
export interface FoldPlan {
  readonly folds: number;
  readonly seed: number;
}

export function foldPlanOf(given: CalibratorFolds): FoldPlan {
  if (typeof given !== "object") {
    throw typeError("option", "crossValidate", "crossValidate should be an object, of folds and seed", given);
  }
  checkOptions("crossValidate", given, ["folds", "seed"]);
  const { folds = defaults.folds, seed = defaults.seed } = given;
  const isSeed = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  return { folds: count("folds", folds, 2), seed: number("seed", seed, isSeed, "a whole number in 0..2^53−1") };
}

function figuresOf(p: Reals, { labels, sampleWeight, numClasses }: LabelledRows): CalibrationFigures {
  const options = { ...(numClasses && { numClasses }), ...(sampleWeight && { sampleWeight }) };
  return {
    nll: logLoss(p, labels, options),
    brier: brierScore(p, labels, options),
    ece: calibrationError(p, labels, options),
  };
}

/** Scores as the probabilities that they stand for before they are calibrated; none of scores that are not all in 0..1. */
export function rawOf(input: CalibratorInput, { scores, numClasses = 1 }: LabelledRows): Floats | undefined {
  if (input === "probabilities") return scores;
  if (input === "scores") return scores.every((score) => score >= 0 && score <= 1) ? scores : undefined;
  if (numClasses === 1) return scores.map((z) => softmax(Float64Array.of(0, z)).p[1]!);
  const p = scores.slice();
  for (let start = 0; start < p.length; start += numClasses) {
    p.set(softmax(Float64Array.from(scores.subarray(start, start + numClasses))).p, start);
  }
  return p;
}

export function changeOf(rows: LabelledRows, raw: Floats | undefined, calibrated: Reals): CalibrationChange {
  return { ...(raw && { before: figuresOf(raw, rows) }), after: figuresOf(calibrated, rows) };
}

/** Some rows. `from` has as many columns as there are classes, or one. */
function some<Of extends Floats>(from: Of, rows: readonly number[], columns: number): Of {
  const picked = rows.flatMap((row) => Array.from(from.subarray(row * columns, (row + 1) * columns)));
  return (from instanceof Float32Array ? Float32Array : Float64Array).from(picked) as unknown as Of;
}

/**
 * The fold of each row. Places in folds are dealt to the rows of the last class, 0, 1, … and again from 0 on, then on to
 * those of the class before it, and last to rows without weight. In their order rows draw one of the places of their class
 * that are left.
 */
function foldsOf(classes: readonly number[], numClasses: number, { folds, seed }: FoldPlan): number[] {
  let dealt = 0;
  const places = new Map<number, number[]>();
  for (let k = numClasses - 1; k >= -1; k--) {
    const own = classes.filter((each) => each === k).map(() => dealt++ % folds);
    places.set(
      k,
      own.sort((a, b) => a - b),
    );
  }
  return classes.map((each, row) => {
    const left = places.get(each)!;
    const [share] = uniformsAt(seed, { purpose: FOLD, index: row, replicate: 0 }, 0);
    return left.splice(Math.floor(share * left.length), 1)[0]!;
  });
}

/** What a fit does to rows that it does not see. `weights` are those of the fit, classes among them. */
export function crossValidated(
  all: LabelledRows,
  raw: Floats | undefined,
  weights: readonly number[],
  plan: FoldPlan,
  fit: (rows: LabelledRows) => Calibrator,
): CrossValidatedReport {
  const { labels, numClasses } = all;
  const columns = numClasses ?? 1;
  const weighing = weights.filter((weight) => weight > 0).length;
  if (plan.folds > weighing) {
    throw rangeError("option", "folds", `folds = ${plan.folds} of ${weighing} rows with weight`, { value: plan.folds });
  }
  const classes = labels.map((label, row) => (weights[row]! > 0 ? label : -1));
  const fold = foldsOf(classes, Math.max(2, columns), plan);
  const part = (rows: readonly number[]): LabelledRows => ({
    scores: some(all.scores, rows, columns),
    labels: rows.map((row) => labels[row]!),
    sampleWeight: all.sampleWeight && some(all.sampleWeight, rows, 1),
    numClasses,
  });
  const pooled = all.scores.slice();
  const folds = Array.from({ length: plan.folds }, (_, k) => {
    const [inside, outside] = [true, false].map((own) =>
      labels.map((_, row) => row).filter((row) => (fold[row] === k) === own),
    ) as [number[], number[]];
    const calibrator = fit(part(outside));
    const heldOut = part(inside);
    const p = calibrator.apply(heldOut.scores);
    inside.forEach((row, i) => {
      pooled.set(p.subarray(i * columns, (i + 1) * columns), row * columns);
    });
    const change = changeOf(heldOut, raw && some(raw, inside, columns), p);
    return { ...change, ...(calibrator.convergence && { convergence: calibrator.convergence }) };
  });
  const deviation = (figure: keyof CalibrationFigures) => standardDeviation(folds.map(({ after }) => after[figure]));
  return {
    sameRows: false,
    ...changeOf(all, raw, pooled),
    folds,
    standardDeviation: { nll: deviation("nll"), brier: deviation("brier"), ece: deviation("ece") },
  };
}
