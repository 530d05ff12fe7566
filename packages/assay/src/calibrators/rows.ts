/**
 * Rows that a calibrator is fitted to, in wasm memory.
 *
 * @module
 */
import type { CalibratorInput, Convergence, Labels, Reals } from "@assay/contract";
import {
  type Column,
  column,
  elementType,
  expectLength,
  expectRows,
  nothingLeft,
  optionalReals,
  reals,
} from "../arguments.js";
import { buffer, core } from "../core.js";
import { check } from "../faults.js";
import { optionalColumnWeights } from "../losses/column-weights.js";
import { numbersFrom } from "../results.js";
import { type Rooms, withRooms } from "../rooms.js";
import { stream } from "../stream.js";

const DESCRIPTION_WORDS = 6;

/** Numbers of an outcome, before the parameters. */
const OUTCOME_NUMBERS = 4;

/** Arguments of a fit. */
export interface FitArguments {
  readonly scores: Reals;
  /** What the caller calls them. */
  readonly name: CalibratorInput;
  readonly labels: Labels;
  /** Columns of the scores; 1 for binary. */
  readonly columns: number;
  readonly sampleWeight?: Reals | undefined;
  /** A weight for each class. */
  readonly weight?: Reals | undefined;
}

/** Rows that were checked. */
export interface FitRows {
  /** Where the border finds them. */
  readonly described: number;
  readonly count: number;
  /** Sum of the rows' weights. */
  readonly totalWeight: number;
  /** In wasm memory, as what follows. */
  readonly scores: Column;
  /** int32. */
  readonly labels: Column;
  readonly sampleWeight: Column | undefined;
  readonly rooms: Rooms;
}

/** Runs with rows in wasm memory; what lies elsewhere is copied there. */
export function withFitRows<Result>(given: FitArguments, body: (rows: FitRows) => Result): Result {
  const { name, columns, sampleWeight, weight } = given;
  const [x, y] = [reals(given.scores, name), column(given.labels, "labels")];
  expectRows(y);
  const count = y.length;
  expectLength(x, count * columns, columns === 1 ? "there is one for each label:" : "labels × numClasses is");
  const each = optionalReals(sampleWeight, "sampleWeight");
  if (each !== undefined) expectLength(each, count, "the number of rows is");
  const classes = Math.max(2, columns);
  const ofClass = optionalColumnWeights(weight, classes, "the number of classes");
  return withRooms("a calibrator's rows", (rooms) => {
    const scores = rooms.holding(x);
    const [labels, weights] = [rooms.of(count * 4), each || ofClass ? rooms.of(count * 8) : 0];
    const described = rooms.of(DESCRIPTION_WORDS * 4);
    const ofClasses = ofClass === undefined ? 0 : rooms.numbers(ofClass);
    const [labelsAt, eachAt] = [rooms.holding(y), rooms.holding(each)];
    new Uint32Array(buffer(), described, DESCRIPTION_WORDS).set([scores, x.type, count, columns, labels, weights]);
    const [totalWeight = 0] = numbersFrom(1, (to) => {
      const [types, probable] = [[y.type, each?.type ?? 0] as const, name === "probabilities"];
      // biome-ignore format: an address and its type belong together
      const status = core().calibrators_take(
        described, labelsAt, types[0], eachAt, types[1], ofClasses, classes, probable, to,
      );
      check(status, 0, { predictions: name, targets: "labels", numClasses: classes, widths: [columns, 1, 1] });
    });
    if (totalWeight === 0) throw nothingLeft("labels");
    const taken = {
      scores: { ...x, address: scores },
      labels: { ...y, type: elementType.int32, bytesPerElement: 4, address: labels },
      sampleWeight: each && { ...each, address: eachAt },
    };
    return body({ described, count, totalWeight, ...taken, rooms });
  });
}

/** Checks scores that are to be finite, or probabilities, block by block. */
function checked(scores: Column, areProbabilities: boolean, fail: (status: number, first: number) => void): void {
  stream(scores.length, [{ column: scores, width: 1 }], [], ([x = 0], count, first) => {
    fail(core().calibrators_check(x, scores.type, count, areProbabilities), first);
  });
}

/** Demands that scores are finite. */
export function expectFinite(scores: Column): void {
  const names = { predictions: scores.name, targets: "labels", numClasses: 2, widths: [1, 1] };
  checked(scores, false, (status, first) => check(status, first, names));
}

/** Whether all scores are within 0..1. */
export function areProbabilities(scores: Column): boolean {
  let fine = true;
  checked(scores, true, (status) => {
    fine &&= status === 0;
  });
  return fine;
}

/** What a kernel writes of a fit with so many parameters. */
export function outcomeOf(
  parameters: number,
  write: (address: number) => void,
): { convergence: Convergence; parameters: Float64Array<ArrayBuffer> } {
  const numbers = numbersFrom(OUTCOME_NUMBERS + parameters, write);
  const [converged, iterations = 0, relativeStep = 0, objective = 0] = numbers;
  return {
    convergence: { converged: converged === 1, iterations, relativeStep, objective },
    parameters: numbers.slice(OUTCOME_NUMBERS),
  };
}
