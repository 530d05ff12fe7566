/**
 * Calibrators judged on rows that they were not fitted to.
 *
 * @module
 */
import {
  AssayRangeError,
  AssayTypeError,
  type CalibrationFold,
  type Calibrator,
  type CalibratorFolds,
  type CrossValidatedReport,
  defaults,
  type Reals,
} from "@assay/contract";
import { type Column, describe, viewOf } from "../arguments.js";
import { core } from "../core.js";
import { optionsOf, whole } from "../options.js";
import { type Rooms, withRooms } from "../rooms.js";
import { standardDeviationOf } from "../statistics/replicates.js";
import { changeOf, type LabelledRows, type Reading } from "./report.js";
import { type FitArguments, type FitRows, withFitRows } from "./rows.js";

/** Which folds. */
export interface FoldPlan {
  readonly folds: number;
  readonly seed: number;
}

/** What is asked for, checked. */
export function foldPlanOf(given: CalibratorFolds): FoldPlan {
  if (typeof given !== "object") {
    throw new AssayTypeError(`crossValidate is ${describe(given)}, but must be an object, of folds and seed`, {
      code: "option",
      argument: "crossValidate",
      value: given,
    });
  }
  const { folds = defaults.folds, seed = defaults.seed } = optionsOf(given, ["folds", "seed"], "crossValidate");
  return { folds: whole(folds, 2, "folds"), seed: whole(seed, 0, "seed", Number.MAX_SAFE_INTEGER) };
}

/** The fold of each row. */
interface Folds {
  /** Where they are. */
  readonly address: number;
  readonly count: number;
}

function tooMany(folds: number, rows: number): AssayRangeError {
  return new AssayRangeError(`folds = ${folds}, but there are only ${rows} rows that weigh something`, {
    code: "option",
    argument: "folds",
    value: folds,
  });
}

function cut({ described, count, rooms }: FitRows, classes: number, { folds, seed }: FoldPlan): Folds {
  if (folds > count) throw tooMany(folds, count);
  const address = rooms.of(count * 4);
  const room = rooms.of(core().calibrators_folds_room(classes, folds) * 8);
  const weighing = core().calibrators_folds(described, classes, seed, folds, room, address);
  if (folds > weighing) throw tooMany(folds, weighing);
  return { address, count: folds };
}

/** A part of rows, in rooms of its own. */
interface Part extends LabelledRows {
  readonly count: number;
  /** Where its scores are. */
  readonly address: number;
}

/** The rows of a fold, or all others. */
function partOf(taken: FitRows, folds: Folds, fold: number, inside: boolean, columns: number, rooms: Rooms): Part {
  // Rows are dealt to folds one by one.
  const own = Math.floor((taken.count + folds.count - 1 - fold) / folds.count);
  const count = inside ? own : taken.count - own;
  const gathered = <View>({ address, type, bytesPerElement }: Column, width: number) => {
    const to = rooms.of(count * width * bytesPerElement);
    const words = (width * bytesPerElement) / 4;
    core().calibrators_part(folds.address, taken.count, fold, inside, false, address, words, count, to);
    return { to, view: () => viewOf({ type, address: to, length: count * width }) as View };
  };
  const scores = gathered<Float64Array>(taken.scores, columns);
  const labels = gathered<Int32Array>(taken.labels, 1);
  const weights = taken.sampleWeight && gathered<Float64Array>(taken.sampleWeight, 1);
  return {
    count,
    address: scores.to,
    scores: scores.view,
    labels: labels.view,
    sampleWeight: () => weights?.view(),
  };
}

/** What a fit does to rows of folds that it does not see. */
export function crossValidated(
  given: FitArguments,
  numClasses: number | undefined,
  reading: Reading,
  plan: FoldPlan,
  fit: (rows: LabelledRows) => Calibrator,
): CrossValidatedReport {
  return withFitRows(given, (taken) => {
    const { scores, count, rooms } = taken;
    const folds = cut(taken, Math.max(2, given.columns), plan);
    const words = (given.columns * scores.bytesPerElement) / 4;
    const pooled = rooms.of(count * given.columns * scores.bytesPerElement);
    const judged = Array.from({ length: folds.count }, (_, fold): CalibrationFold => {
      return withRooms("a fold", (own) => {
        const calibrator = fit(partOf(taken, folds, fold, false, given.columns, own));
        const heldOut = partOf(taken, folds, fold, true, given.columns, own);
        const change = changeOf(heldOut, reading, numClasses, () =>
          calibrator.apply(heldOut.scores(), { out: heldOut.scores() as Float64Array }),
        );
        const { address, count: some } = heldOut;
        core().calibrators_part(folds.address, count, fold, true, true, address, words, some, pooled);
        const { convergence } = calibrator;
        return { ...change, ...(convergence && { convergence }) };
      });
    });
    const all: LabelledRows = {
      scores: () => viewOf(scores) as Reals,
      labels: () => viewOf(taken.labels),
      sampleWeight: () => taken.sampleWeight && (viewOf(taken.sampleWeight) as Reals),
    };
    const change = changeOf(all, reading, numClasses, () => viewOf({ ...scores, address: pooled }) as Reals);
    const deviation = (figure: "nll" | "brier" | "ece"): number =>
      standardDeviationOf(judged.map(({ after }) => after[figure]));
    const standardDeviation = { nll: deviation("nll"), brier: deviation("brier"), ece: deviation("ece") };
    return { sameRows: false, ...change, folds: judged, standardDeviation };
  });
}
