/**
 * Binary curves: where should I cut?
 *
 * @module
 */
import {
  type AreaOptions,
  AssayRangeError,
  AssayTypeError,
  type BestBootstrapOptions,
  type BestOptions,
  type BestThreshold,
  type BinaryCounts,
  type BinaryCurve,
  type BootstrapInterval,
  type CostPoints,
  type CountsAtThresholds,
  type CrossValidationOptions,
  type CurveBootstrapOptions,
  type CurveOptions,
  type CurveStatistic,
  type Curves,
  type DetPoints,
  defaults,
  type GainPoints,
  type GridOptions,
  type IntervalWithError,
  type Labels,
  type Objective,
  type ObjectivePoints,
  type OperatingPoint,
  type PointsOptions,
  type PrecisionRecallPoints,
  type Reals,
  type RocAucIntervalOptions,
  type RocAucOptions,
  type RocPoints,
  type ValidatedThreshold,
} from "@assay/contract";
import { buffer, core } from "../core.js";
import { Region } from "../memory.js";
import { anyNumber, flag, inapplicable, oneOf, optionsOf, within } from "../options.js";
import { numbersFrom } from "../results.js";
import { bootstrapCurve } from "./bootstrap.js";
import { plain } from "./columns.js";
import { gridNames, gridOf } from "./grid.js";
import {
  boundsOf,
  constraintNames,
  type KnownObjective,
  keeps,
  type OwnObjective,
  objectiveOf,
  ratesOf,
  WANTED_WORDS,
} from "./objective.js";
import { areaInterval, areasFrom } from "./placements.js";
import { type Columns, candidatesOf, countsOf, type Selected, shaped, shapes } from "./shapes.js";
import { type CurveRows, noCurve, type Selection, SortedScores, takeRows } from "./sorted-scores.js";
import { thresholdsOf } from "./thresholds.js";
import { expectTotal } from "./totals.js";
import { bootstrapBest, crossValidate } from "./validation.js";

/** Sorted entries in wasm memory, and all that is read off them. */
export class KernelCurve implements BinaryCurve {
  readonly #scores: SortedScores;

  constructor(scores: SortedScores) {
    this.#scores = scores;
  }

  /** A sorted curve of some rows. */
  static of(rows: CurveRows, selections: readonly Selection[]): KernelCurve {
    return KernelCurve.checked(SortedScores.of(rows, selections), "sampleWeight");
  }

  /** On scores whose weights have a sum. */
  static checked(scores: SortedScores, argument: string): KernelCurve {
    try {
      expectTotal(argument, scores.totals());
      return new KernelCurve(scores);
    } catch (error) {
      scores.free();
      throw error;
    }
  }

  static readonly on = (scores: SortedScores): KernelCurve => new KernelCurve(scores);

  get length(): number {
    return this.#scores.length;
  }

  get positives(): number {
    return this.#scores.totals()[0];
  }

  get negatives(): number {
    return this.#scores.totals()[1];
  }

  // --------------------------------------------------------------------------------------------------------- areas

  rocAuc(options?: RocAucOptions): number {
    const known = ["undefinedValue", "maxFpr"] as const;
    const { undefinedValue = defaults.undefinedValue, maxFpr } = optionsOf(options, known, "rocAuc");
    const [positives, negatives] = this.#scores.totals();
    anyNumber(undefinedValue, "undefinedValue");
    if (maxFpr !== undefined) checkMaxFpr(maxFpr);
    if (positives === 0 || negatives === 0) return undefinedValue;
    const { address } = this.#scores;
    if (maxFpr === undefined || maxFpr === 1) return core().curve_area(address);
    // McClish (1989): the area scaled so that chance is ½ and perfection 1.
    const area = core().curve_area_up_to(address, maxFpr);
    const least = (maxFpr * maxFpr) / 2;
    return 0.5 * (1 + (area - least) / (maxFpr - least));
  }

  averagePrecision(options?: AreaOptions): number {
    const { undefinedValue = 0 } = optionsOf(options, ["undefinedValue"], "averagePrecision");
    anyNumber(undefinedValue, "undefinedValue");
    return this.positives === 0 ? undefinedValue : core().curve_average_precision(this.#scores.address);
  }

  prAuc(options?: AreaOptions): number {
    const { undefinedValue = defaults.undefinedValue } = optionsOf(options, ["undefinedValue"], "prAuc");
    anyNumber(undefinedValue, "undefinedValue");
    return this.positives === 0 ? undefinedValue : core().curve_precision_recall_area(this.#scores.address);
  }

  logAuc(options?: AreaOptions & { from?: number }): number {
    const { from = defaults.logAucFrom, undefinedValue = defaults.undefinedValue } = optionsOf(
      options,
      ["from", "undefinedValue"],
      "logAuc",
    );
    within(from, Number.MIN_VALUE, 1 - Number.EPSILON / 2, "from");
    anyNumber(undefinedValue, "undefinedValue");
    const isDefined = this.#scores.totals().every((total) => total > 0);
    return isDefined ? core().curve_log_area(this.#scores.address, from) : undefinedValue;
  }

  // --------------------------------------------------------------------------------------------- operating points

  ksStatistic(): OperatingPoint {
    const { value, threshold } = this.best("youden");
    return { value, threshold };
  }

  equalErrorRate(): OperatingPoint {
    const { address } = this.#scores;
    const [value, threshold] = numbersFrom(2, (to) => core().curve_equal_error(address, to)) as unknown as [
      number,
      number,
    ];
    return { value, threshold };
  }

  precisionAtRecall(recall: number): OperatingPoint {
    return this.#rateWhere("precision", { recallAtLeast: within(recall, 0, 1, "recall") });
  }

  recallAtPrecision(precision: number): OperatingPoint {
    const found = this.#rateWhere("recall", { precisionAtLeast: within(precision, 0, 1, "precision") });
    return Number.isNaN(found.threshold) ? { value: 0, threshold: Number.NaN } : found;
  }

  sensitivityAtSpecificity(specificity: number): OperatingPoint {
    return this.#rateWhere("recall", { specificityAtLeast: within(specificity, 0, 1, "specificity") });
  }

  specificityAtSensitivity(sensitivity: number): OperatingPoint {
    return this.#rateWhere("specificity", { recallAtLeast: within(sensitivity, 0, 1, "sensitivity") });
  }

  #rateWhere(objective: Objective, constraints: BestOptions): OperatingPoint {
    const { value, threshold } = this.best(objective, constraints);
    return { value, threshold };
  }

  // --------------------------------------------------------------------------------------------------------- points

  at(threshold: number, options?: { strict?: boolean }): BinaryCounts {
    const { strict = defaults.strict } = optionsOf(options, ["strict"], "at");
    if (typeof threshold !== "number" || Number.isNaN(threshold)) {
      throw new AssayRangeError(`threshold = ${String(threshold)}, but must be a number`, {
        code: "option",
        argument: "threshold",
        value: threshold,
      });
    }
    return this.#scores.at(threshold, strict);
  }

  counts(options?: { thresholds?: Reals; strict?: boolean }): CountsAtThresholds {
    const { thresholds, strict = defaults.strict } = optionsOf(options, ["thresholds", "strict"], "counts");
    flag(strict, "strict");
    if (strict && thresholds === undefined) {
      throw inapplicable("strict", "strict is for thresholds that are given: every distinct score is one", strict);
    }
    const given = thresholds === undefined ? undefined : thresholdsOf(thresholds);
    return countsOf(this.#scores, { thresholds: given, strict, scoresOnly: true });
  }

  /** Points of a shape, at every distinct score or at the thresholds that are given. */
  #shaped(name: keyof typeof shapes, options: PointsOptions | undefined, drop: boolean, selected: Selected): Columns {
    const given = optionsOf(options, ["dropIntermediate", "thresholds"], name);
    const { dropIntermediate = given.thresholds === undefined && drop } = given;
    flag(dropIntermediate, "dropIntermediate");
    if (given.thresholds !== undefined && dropIntermediate) {
      const message = "dropIntermediate is for distinct scores: thresholds that are given keep their point";
      throw inapplicable("dropIntermediate", message, dropIntermediate);
    }
    const thresholds = given.thresholds === undefined ? undefined : thresholdsOf(given.thresholds).sort().reverse();
    return shaped(this.#scores, shapes[name], { ...selected, thresholds }, dropIntermediate);
  }

  roc(options?: PointsOptions): RocPoints {
    const [thresholds, tpr, fpr] = this.#shaped("roc", options, true, {});
    return { fpr, tpr, thresholds };
  }

  precisionRecall(options?: PointsOptions): PrecisionRecallPoints {
    const [thresholds, precision, recall] = this.#shaped("precisionRecall", options, false, { scoresOnly: true });
    return { precision: withLast(precision, 1), recall: withLast(recall, 0), thresholds };
  }

  det(options?: PointsOptions): DetPoints {
    const [thresholds, fnr, fpr] = this.#shaped("det", options, false, {});
    return { fpr, fnr, thresholds };
  }

  gains(): GainPoints {
    const [thresholds, gain, fraction] = this.#shaped("gains", undefined, false, {});
    return { fraction, gain, lift: gain.map((share, i) => share / (fraction[i] as number)), thresholds };
  }

  costs(): CostPoints {
    const [thresholds, probabilityCost, expectedCost] = this.#shaped("costs", undefined, false, {});
    return { probabilityCost, expectedCost, thresholds };
  }

  // ------------------------------------------------------------------------------------------------ best thresholds

  best(objective: Objective, options?: BestOptions): BestThreshold {
    const given = optionsOf(options, [...constraintNames, ...gridNames, "ties"], "best");
    const bounds = boundsOf(given);
    const { thresholds, strict } = gridOf(this.#scores, given);
    const { ties = "largest" } = given;
    oneOf(ties, ["largest", "first"], "ties");
    if (given.ties !== undefined && thresholds === undefined) {
      throw inapplicable("ties", "ties is for thresholds or linspace: all are tried otherwise", ties);
    }
    // In the order in which the first of equally good ones is best.
    const list = ties === "largest" ? thresholds?.sort().reverse() : thresholds;
    const known = objectiveOf(objective);
    if (typeof known === "function") {
      return this.#scores.asked(() => this.#bestOfOwn(known, bounds, list, strict));
    }
    const [threshold, value, tp, fp, fn, tn] = this.#search(known, bounds, list, strict);
    if (Number.isNaN(threshold)) return this.#noThreshold();
    return { threshold, value: known.negated ? 0 - value : value, counts: { tp, fp, fn, tn } };
  }

  #noThreshold(): BestThreshold {
    const [fn, tn] = this.#scores.totals();
    return { threshold: Number.NaN, value: Number.NaN, counts: { tp: 0, fp: 0, fn, tn } };
  }

  #search(
    { code, numbers }: KnownObjective,
    bounds: readonly number[],
    list: Float64Array<ArrayBuffer> | undefined,
    strict: boolean,
  ): readonly [threshold: number, value: number, tp: number, fp: number, fn: number, tn: number] {
    const { address } = this.#scores;
    const found = this.#withWanted(numbers, bounds, list, (wanted, thresholds) =>
      numbersFrom(6, (to) => core().curve_best(address, code, wanted, thresholds, list?.length ?? 0, strict, to)),
    );
    return [...found] as [number, number, number, number, number, number];
  }

  /** Room for a search's description, and for its thresholds after it; their address is 0 where there are none. */
  #withWanted<Result>(
    numbers: readonly number[],
    bounds: readonly number[],
    list: Float64Array<ArrayBuffer> | undefined,
    body: (wanted: number, thresholds: number) => Result,
  ): Result {
    const room = new Region((WANTED_WORDS + (list?.length ?? 0)) * 8, "a search for thresholds");
    try {
      const words = new Float64Array(buffer(), room.address, room.bytes / 8);
      words.fill(0);
      words.set(numbers);
      words.set(bounds, WANTED_WORDS - bounds.length);
      if (list !== undefined) words.set(list, WANTED_WORDS);
      return body(room.address, list === undefined ? 0 : room.address + WANTED_WORDS * 8);
    } finally {
      room.free();
    }
  }

  /** The caller's function at every point: the only loop over points outside a kernel. */
  #bestOfOwn(
    own: OwnObjective,
    bounds: readonly number[],
    list: Float64Array<ArrayBuffer> | undefined,
    strict: boolean,
  ): BestThreshold {
    const candidates = this.#candidates(list, strict);
    const none = this.#noThreshold();
    let best = none;
    let bestRates: readonly number[] = [];
    for (let i = 0; i < candidates.thresholds.length; i++) {
      const counts = countsAt(candidates, i);
      if (!keeps(counts, bounds)) continue;
      const value = own({ ...counts });
      if (Number.isNaN(value)) continue;
      const rates = ratesOf(counts, bounds);
      if (best === none || value > best.value || (value === best.value && isMore(rates, bestRates))) {
        best = { threshold: candidates.thresholds[i] as number, value, counts };
        bestRates = rates;
      }
    }
    return best;
  }

  /** What there is to choose from: the thresholds that are given, or all. */
  #candidates(list: Float64Array<ArrayBuffer> | undefined, strict: boolean): CountsAtThresholds {
    if (list === undefined) return candidatesOf(this.#scores);
    return countsOf(this.#scores, { thresholds: list, strict });
  }

  objective(objective: Objective, options?: GridOptions): ObjectivePoints {
    const { thresholds: list, strict } = gridOf(this.#scores, optionsOf(options, gridNames, "objective"));
    const known = objectiveOf(objective);
    const candidates = this.#candidates(list, strict);
    const { thresholds } = candidates;
    if (typeof known === "function") {
      const values = this.#scores.asked(() => thresholds.map((_, i) => known(countsAt(candidates, i))));
      return { thresholds, values };
    }
    const { address } = this.#scores;
    const { length } = thresholds;
    const values = this.#withWanted(known.numbers, [], list, (wanted, given) =>
      numbersFrom(length, (to) => core().curve_values(address, known.code, wanted, given, length, strict, to)),
    );
    return { thresholds, values: known.negated ? values.map((value) => 0 - value) : values };
  }

  // ------------------------------------------------------------------------------------------------------- how sure

  rocAucInterval(options?: RocAucIntervalOptions): IntervalWithError {
    if (this.#scores.isWeighted) {
      throw new AssayTypeError("rows with weights have no variance after DeLong: take bootstrap", {
        code: "option",
        argument: "sampleWeight",
      });
    }
    const { address } = this.#scores;
    return areaInterval(
      areasFrom((to) => core().curve_moments(address, to)),
      options,
    );
  }

  bootstrap(statistic: CurveStatistic, options?: CurveBootstrapOptions): BootstrapInterval {
    return this.#scores.asked(() => bootstrapCurve(this.#scores, KernelCurve.on, statistic, options));
  }

  bestCrossValidated(objective: Objective, options?: CrossValidationOptions): ValidatedThreshold {
    return this.#scores.asked(() => crossValidate(this.#scores, KernelCurve.on, objective, options));
  }

  bestBootstrap(objective: Objective, options?: BestBootstrapOptions): ValidatedThreshold {
    return this.#scores.asked(() => bootstrapBest(this.#scores, KernelCurve.on, objective, options));
  }

  // ---------------------------------------------------------------------------------------------- merging and saving

  merge(other: this): this {
    if (!(other instanceof KernelCurve)) {
      throw new AssayTypeError("other is no curve of this library", { code: "type", argument: "other", value: other });
    }
    if (other.#scores.kind !== this.#scores.kind) {
      throw new AssayTypeError(
        "only a curve of the same kind of scores can be merged, both with weights or both without",
        { code: "state", argument: "other" },
      );
    }
    this.#scores.merge(other.#scores);
    return this;
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#scores.toBytes();
  }

  free(): void {
    this.#scores.expectIdle();
    this.#scores.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

function countsAt({ tp, fp, fn, tn }: CountsAtThresholds, i: number): BinaryCounts {
  return { tp: tp[i] as number, fp: fp[i] as number, fn: fn[i] as number, tn: tn[i] as number };
}

function withLast(values: Float64Array, last: number): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(values.length + 1);
  longer.set(values);
  longer[values.length] = last;
  return longer;
}

/** Whether the first of these that differs is larger. */
function isMore(rates: readonly number[], others: readonly number[]): boolean {
  const i = rates.findIndex((rate, k) => rate !== others[k]);
  return i >= 0 && (rates[i] as number) > (others[i] as number);
}

/** A false positive rate in (0, 1]. */
export function checkMaxFpr(maxFpr: number): void {
  within(maxFpr, Number.MIN_VALUE, 1, "maxFpr");
}

/**
 * Sorts scores once; every area, count, operating point and best threshold is then read off the sorted scores. Free it,
 * or declare it with `using`: it keeps 4 bytes a score (float32), 8 (float64) or 16 (with weights).
 *
 * Ties are one step, −0 equals +0, ±Infinity is legal. Rows of weight 0 are absent: where all are, the curve is empty, its
 * areas are undefined, and others can be merged into it.
 *
 * @param scores N scores, logits or probabilities: only their order matters
 * @param labels N labels, 0 or 1
 * @throws AssayRangeError for a NaN, a label that is not 0 or 1, a negative weight, weights that come to 2¹⁰⁰⁰ or more,
 *   lengths that do not fit, no rows
 * @example
 * using curve = binaryCurve(scores, labels);
 * curve.rocAuc(); curve.at(0.37); curve.best("f1").threshold;
 * curve.best("precision", { recallAtLeast: 0.95 });
 */
export const binaryCurve: Curves["binaryCurve"] = /*#__PURE__*/ Object.assign(
  (scores: Reals, labels: Labels, options?: CurveOptions): BinaryCurve => {
    const { sampleWeight } = optionsOf(options, ["sampleWeight"], "binaryCurve");
    return KernelCurve.of(takeRows(scores, labels, sampleWeight, 1, 1), [plain]);
  },
  {
    fromBytes(bytes: Uint8Array): BinaryCurve {
      const scores = bytes instanceof Uint8Array ? SortedScores.fromBytes(bytes) : undefined;
      if (scores === undefined) throw noCurve();
      return KernelCurve.checked(scores, "bytes");
    },
  },
);
