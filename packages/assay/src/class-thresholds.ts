/**
 * A threshold for each class.
 *
 * @module
 */
import {
  type ApplyClassThresholdsOptions,
  AssayRangeError,
  AssayTypeError,
  type ClassThresholding,
  type ClassThresholds,
  type ClassThresholdsOptions,
  defaults,
  type Labels,
  type Reals,
} from "@assay/contract";
import { column, describe, expectLength, expectRows, lasting, nothingLeft, optionalReals, reals } from "./arguments.js";
import { buffer, core } from "./core.js";
import { classCurves } from "./curve/index.js";
import { check } from "./faults.js";
import { oneOf, optionsOf, whole } from "./options.js";
import { withRooms } from "./rooms.js";

/** In the order of the border's codes. */
const objectives = ["accuracy", "macroF1", "weightedF1", "balancedAccuracy"] as const;

const DESCRIPTION_WORDS = 11;
const COUNTS_BYTES = 48;
const MOST_CLASSES = 2 ** 16;
const SEARCH = "a search for thresholds";

function expectThresholds(given: Reals, name: string, numClasses: number): Float64Array<ArrayBuffer> {
  const taken = reals(given, name);
  expectLength(taken, numClasses, "numClasses is");
  const thresholds = Float64Array.from(taken.source);
  const index = thresholds.findIndex((threshold) => Number.isNaN(threshold));
  if (index < 0) return thresholds;
  throw new AssayRangeError(`${name}[${index}] = NaN, but must be a number`, {
    code: "nan",
    argument: name,
    index,
    value: Number.NaN,
  });
}

function listOf(starts: ClassThresholdsOptions["starts"] = []): readonly Reals[] {
  if (Array.isArray(starts)) return starts;
  throw new AssayTypeError(`starts is ${describe(starts)}, but must be an array of rows of thresholds`, {
    code: "type",
    argument: "starts",
    value: starts,
  });
}

function shapeOf({ numClasses, none }: ApplyClassThresholdsOptions): { numClasses: number; none: number } {
  whole(numClasses, 2, "numClasses", MOST_CLASSES);
  return { numClasses, none: whole(none ?? defaults.none, 0, "none", numClasses - 1) };
}

/** Rows in wasm memory, and what is searched on them. */
class Search {
  readonly #described: number;
  readonly #thresholds: number;
  readonly #numClasses: number;
  readonly #objective: number;

  constructor(described: number, thresholds: number, numClasses: number, objective: number) {
    this.#described = described;
    this.#thresholds = thresholds;
    this.#numClasses = numClasses;
    this.#objective = objective;
  }

  #view(): Float64Array<ArrayBuffer> {
    return new Float64Array(buffer(), this.#thresholds, this.#numClasses);
  }

  valueAt(thresholds: Float64Array): number {
    this.#view().set(thresholds);
    return core().class_thresholds_value(this.#described, this.#objective);
  }

  /** Rounds over all classes until nothing improves any more. */
  ascend(start: Float64Array, maxRounds: number): Omit<ClassThresholds, "argmaxValue"> {
    let value = this.valueAt(start);
    let rounds = 0;
    for (let improved = true; improved && rounds < maxRounds; rounds++) {
      improved = false;
      for (let k = 0; k < this.#numClasses; k++) {
        const reached = core().class_thresholds_improve(this.#described, this.#objective, k);
        improved ||= reached > value;
        value = Math.max(value, reached);
      }
    }
    const thresholds = this.#view().slice();
    // Counted anew: with weights that are not whole, what was added row by row is rounded.
    return { thresholds, value: this.valueAt(thresholds), rounds };
  }
}

/** The best threshold of each class against the rest by F1; classes without rows are always admitted. */
function oneVersusRest(scores: Reals, labels: Labels, numClasses: number, sampleWeight: Reals | undefined) {
  const curves = classCurves(scores, labels, { numClasses, ...(sampleWeight && { sampleWeight }) });
  try {
    if (curves[0]?.length === 0) throw nothingLeft("labels");
    return Float64Array.from(curves, (curve) =>
      curve.positives > 0 ? curve.best("f1").threshold : Number.NEGATIVE_INFINITY,
    );
  } finally {
    for (const curve of curves) curve.free();
  }
}

/**
 * Chooses a threshold for each class: a class may win a row only where its score is at or above its threshold, and the
 * largest such score wins. Coordinate ascent: one class at a time is moved to its best threshold over all distinct
 * scores, exactly, by one sweep over the rows that it wins, until a round over all classes improves nothing; from plain
 * argmax, from the best thresholds of each class against the rest, and from `starts`. The best of them is the result, so
 * it is never worse on these rows than argmax. That number is optimistic: judge thresholds on other rows.
 *
 * @param scores N × numClasses scores, logits or probabilities, row-major
 * @param labels N labels in 0..numClasses−1
 * @throws AssayRangeError for a NaN, a label out of range, a negative weight, lengths that do not fit, no rows
 * @example
 * const { thresholds } = classThresholds(scores, labels, { numClasses: 10, objective: "macroF1" });
 * const predicted = applyClassThresholds(newScores, thresholds, { numClasses: 10 });
 */
export const classThresholds: ClassThresholding["classThresholds"] = (scores, labels, options) => {
  const known = ["numClasses", "none", "objective", "starts", "maxRounds", "sampleWeight"] as const;
  const given: ClassThresholdsOptions = optionsOf(options, known, "classThresholds");
  const { numClasses, none } = shapeOf(given);
  const objective = objectives.indexOf(oneOf(given.objective ?? defaults.classObjective, objectives, "objective"));
  const maxRounds = whole(given.maxRounds ?? defaults.maxRounds, 1, "maxRounds");
  const own = listOf(given.starts).map((start, i) => expectThresholds(start, `starts[${i}]`, numClasses));
  const [x, y] = [reals(scores, "scores"), column(labels, "labels")];
  const weight = optionalReals(given.sampleWeight, "sampleWeight");
  expectRows(y);
  const rows = y.length;
  expectLength(x, rows * numClasses, "labels × numClasses is");
  if (weight !== undefined) expectLength(weight, rows, "the number of rows is");
  // Read twice: rooms may grow memory, which detaches views.
  const [scoresNow, labelsNow, weightNow] = [lasting(scores), lasting(labels), lasting(given.sampleWeight)];
  return withRooms(SEARCH, (rooms) => {
    const entryBytes = rows * core().sparse_entry_bytes();
    const thresholds = rooms.of(numClasses * 8);
    const words = [rooms.holding(x), x.type, rows, numClasses, none, rooms.of(rows * 4)].concat([
      weight ? rooms.of(rows * 8) : 0,
      thresholds,
      rooms.of(numClasses * COUNTS_BYTES),
      rooms.of(entryBytes),
      rooms.of(entryBytes),
    ]);
    const described = rooms.of(DESCRIPTION_WORDS * 4);
    const [labelsAt, weightsAt] = [rooms.holding(y), rooms.holding(weight)];
    new Uint32Array(buffer(), described, DESCRIPTION_WORDS).set(words);
    const status = core().class_thresholds_take(described, labelsAt, y.type, weightsAt, weight?.type ?? 0);
    check(status, 0, { predictions: "scores", targets: "labels", numClasses, widths: [numClasses, 1, 1] });
    const search = new Search(described, thresholds, numClasses, objective);
    const everything = new Float64Array(numClasses).fill(Number.NEGATIVE_INFINITY);
    const argmaxValue = search.valueAt(everything);
    const rest = oneVersusRest(scoresNow(), labelsNow(), numClasses, weightNow());
    let best: Omit<ClassThresholds, "argmaxValue"> = { thresholds: everything, value: argmaxValue, rounds: 0 };
    for (const start of [everything, rest, ...own]) {
      const found = search.ascend(start, maxRounds);
      if (found.value > best.value) best = found;
    }
    return { ...best, argmaxValue };
  });
};

/**
 * The class of each row: of the scores at or above the threshold of their class the largest, the first of equal ones;
 * `none` where there is none.
 *
 * @param scores N × numClasses scores row-major
 * @param thresholds numClasses thresholds, ±∞ allowed
 * @returns N classes
 * @throws AssayRangeError for a NaN, lengths that do not fit, no rows
 */
export const applyClassThresholds: ClassThresholding["applyClassThresholds"] = (scores, thresholds, options) => {
  const { numClasses, none } = shapeOf(optionsOf(options, ["numClasses", "none"], "applyClassThresholds"));
  const cuts = expectThresholds(thresholds, "thresholds", numClasses);
  const x = reals(scores, "scores");
  expectRows(x);
  const rows = Math.floor(x.length / numClasses);
  expectLength(x, rows * numClasses, `rows of ${numClasses} make`);
  return withRooms(SEARCH, (rooms) => {
    const [at, to, from] = [rooms.numbers(cuts), rooms.of(rows * 4), rooms.holding(x)];
    const status = core().class_thresholds_predict(from, x.type, rows, numClasses, at, none, to);
    check(status, 0, { predictions: "scores", targets: "labels", numClasses, widths: [numClasses, 1] });
    return new Int32Array(buffer(), to, rows).slice();
  });
};
