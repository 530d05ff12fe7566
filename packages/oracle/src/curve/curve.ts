/**
 * Curves over all thresholds of binary scores.
 *
 * @module
 */
import {
  type AreaOptions,
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
import { concatenate } from "../accumulator.js";
import {
  anyNumber,
  binaryLabels,
  boolean,
  checkLength,
  checkNotEmpty,
  checkOptions,
  number,
  rangeError,
  reals,
  typeError,
  weights,
} from "../input.js";
import { logRocArea, partialRocArea, precisionRecallTrapezoids, rocArea, stepPrecision } from "./areas.js";
import { bestThreshold } from "./best.js";
import { bootstrapCurve } from "./bootstrap.js";
import { fromBytes, type Kind, toBytes } from "./bytes.js";
import { costEnvelope } from "./costs.js";
import { areaInterval } from "./delong.js";
import { GRID_OPTIONS, pointsOfGrid, thresholdList } from "./grid.js";
import { meritOf } from "./objective.js";
import { equalErrorRate } from "./operating-points.js";
import { corners, countsAt, detOf, gainsOf, precisionRecallOf, rocOf, tradeoff, turns } from "./points.js";
import {
  type CurveRows,
  countsOf,
  everyPoint,
  type Point,
  pointAt,
  type SortedScores,
  sortScores,
} from "./sorted-scores.js";
import { bootstrapBest, crossValidate } from "./validation.js";

/** Keeps the rows that have a weight, and what they come to in order. */
export class Curve implements BinaryCurve {
  private rows: CurveRows;
  /** Undefined once freed. */
  private sorted: SortedScores | undefined;
  /** How many of the caller's functions are being asked about these rows. */
  private asking = 0;

  constructor(
    private readonly kind: Kind,
    { scores, labels, weights }: CurveRows,
  ) {
    const present = (_: number, i: number): boolean => weights[i]! > 0;
    // Adding 0 turns −0 into 0, which is equal to it.
    const scoresPresent = scores.filter(present).map((score) => score + 0);
    this.rows = { scores: scoresPresent, labels: labels.filter(present), weights: weights.filter(present) };
    this.sorted = sortScores(this.rows);
  }

  /** A curve of a caller's rows. */
  static of(kind: Kind, rows: CurveRows): Curve {
    const curve = new Curve(kind, rows);
    checkTotal("sampleWeight", curve);
    return curve;
  }

  get length(): number {
    this.alive();
    return this.rows.scores.length;
  }

  get positives(): number {
    return this.alive().positives;
  }

  get negatives(): number {
    return this.alive().negatives;
  }

  rocAuc(options: RocAucOptions = {}): number {
    checkOptions("rocAuc", options, ["undefinedValue", "maxFpr"]);
    const { undefinedValue, maxFpr } = checkRocAuc(options);
    const scores = this.alive();
    if (scores.positives === 0 || scores.negatives === 0) return undefinedValue;
    return maxFpr < 1 ? partialRocArea(scores, maxFpr) : rocArea(scores);
  }

  averagePrecision(options: AreaOptions = {}): number {
    checkOptions("averagePrecision", options, ["undefinedValue"]);
    const undefinedValue = anyNumber("undefinedValue", options.undefinedValue ?? 0);
    return this.alive().positives === 0 ? undefinedValue : stepPrecision(this.alive());
  }

  prAuc(options: AreaOptions = {}): number {
    checkOptions("prAuc", options, ["undefinedValue"]);
    const undefinedValue = anyNumber("undefinedValue", options.undefinedValue ?? defaults.undefinedValue);
    return this.alive().positives === 0 ? undefinedValue : precisionRecallTrapezoids(this.alive());
  }

  logAuc(options: AreaOptions & { from?: number } = {}): number {
    checkOptions("logAuc", options, ["from", "undefinedValue"]);
    const inside = (value: number): boolean => value > 0 && value < 1;
    const from = number("from", options.from ?? defaults.logAucFrom, inside, "between 0 and 1");
    const undefinedValue = anyNumber("undefinedValue", options.undefinedValue ?? defaults.undefinedValue);
    const { positives, negatives } = this.alive();
    return positives === 0 || negatives === 0 ? undefinedValue : logRocArea(this.alive(), from);
  }

  ksStatistic(): OperatingPoint {
    return pointOf(this.best("youden"));
  }

  equalErrorRate(): OperatingPoint {
    return equalErrorRate(this.alive());
  }

  precisionAtRecall(recall: number): OperatingPoint {
    return pointOf(this.best("precision", { recallAtLeast: rate("recall", recall) }));
  }

  recallAtPrecision(precision: number): OperatingPoint {
    const { value, threshold } = this.best("recall", { precisionAtLeast: rate("precision", precision) });
    return Number.isNaN(threshold) ? { value: 0, threshold } : { value, threshold };
  }

  sensitivityAtSpecificity(specificity: number): OperatingPoint {
    return pointOf(this.best("recall", { specificityAtLeast: rate("specificity", specificity) }));
  }

  specificityAtSensitivity(sensitivity: number): OperatingPoint {
    return pointOf(this.best("specificity", { recallAtLeast: rate("sensitivity", sensitivity) }));
  }

  at(threshold: number, options: { strict?: boolean } = {}): BinaryCounts {
    checkOptions("at", options, ["strict"]);
    const strict = boolean("strict", options.strict, defaults.strict);
    const cut = number("threshold", threshold, () => true, "a number");
    const scores = this.alive();
    return countsOf(pointAt(scores, cut, strict));
  }

  counts(options: { thresholds?: Reals; strict?: boolean } = {}): CountsAtThresholds {
    checkOptions("counts", options, ["thresholds", "strict"]);
    const strict = boolean("strict", options.strict, defaults.strict);
    const scores = this.alive();
    if (options.thresholds !== undefined) {
      const points = [...thresholdList(options.thresholds)].map((threshold) => pointAt(scores, threshold, strict));
      return countsAt(points);
    }
    if (strict) {
      const message = "strict is for thresholds that are given: every distinct score is one";
      throw typeError("option", "strict", message, strict);
    }
    return countsAt(scores.steps);
  }

  roc(options: PointsOptions = {}): RocPoints {
    const scores = this.alive();
    const { given, drop } = this.pointsWanted("roc", options, true);
    const [first, ...steps] = everyPoint(scores);
    return rocOf(scores, given ?? [first!, ...(drop ? corners(scores) : steps)]);
  }

  precisionRecall(options: PointsOptions = {}): PrecisionRecallPoints {
    const scores = this.alive();
    const { given, drop } = this.pointsWanted("precisionRecall", options, false);
    return precisionRecallOf(scores, given ?? (drop ? turns(scores.steps) : scores.steps));
  }

  det(options: PointsOptions = {}): DetPoints {
    const scores = this.alive();
    const { given, drop } = this.pointsWanted("det", options, false);
    const points = everyPoint(scores);
    return detOf(scores, given ?? tradeoff(scores, drop ? turns(points) : points));
  }

  gains(): GainPoints {
    return gainsOf(this.alive());
  }

  costs(): CostPoints {
    return costEnvelope(this.alive());
  }

  best(objective: Objective, options?: BestOptions): BestThreshold {
    return this.asked(() => bestThreshold(this.alive(), objective, options));
  }

  objective(objective: Objective, options: GridOptions = {}): ObjectivePoints {
    checkOptions("objective", options, GRID_OPTIONS);
    const scores = this.alive();
    const points = pointsOfGrid(scores, options);
    const merit = meritOf(objective);
    return this.asked(() => ({
      thresholds: Float64Array.from(points, ({ threshold }) => threshold),
      values: Float64Array.from(points, (point) => merit(countsOf(point)).value),
    }));
  }

  rocAucInterval(options: RocAucIntervalOptions = {}): IntervalWithError {
    this.alive();
    if (this.kind === "weighted") {
      throw typeError("option", "sampleWeight", "rows with weights have no variance after DeLong: take bootstrap");
    }
    return areaInterval(this.rows.scores, this.rows.labels, options);
  }

  bootstrap(statistic: CurveStatistic, options: CurveBootstrapOptions = {}): BootstrapInterval {
    this.alive();
    return this.asked(() => bootstrapCurve(this.rows, (rows) => this.part(rows), statistic, options));
  }

  bestCrossValidated(objective: Objective, options?: CrossValidationOptions): ValidatedThreshold {
    this.alive();
    return this.asked(() => crossValidate(this.rows, (rows) => this.part(rows), objective, options));
  }

  bestBootstrap(objective: Objective, options?: BestBootstrapOptions): ValidatedThreshold {
    this.alive();
    return this.asked(() => bootstrapBest(this.rows, (rows) => this.part(rows), objective, options));
  }

  merge(other: this): this {
    this.alive();
    if (!(other instanceof Curve)) throw typeError("type", "other", "other is no curve of this library", other);
    other.alive();
    if (other.kind !== this.kind) {
      throw typeError("state", "other", `other is a curve of ${other.kind} scores, but this is one of ${this.kind}`);
    }
    this.idle();
    const both = (column: keyof CurveRows): Float64Array => concatenate([this.rows[column], other.rows[column]]);
    const joined = new Curve(this.kind, { scores: both("scores"), labels: both("labels"), weights: both("weights") });
    checkTotal("other", joined);
    this.rows = joined.rows;
    this.sorted = joined.sorted;
    return this;
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    this.alive();
    return toBytes(this.kind, this.rows);
  }

  free(): void {
    this.idle();
    this.sorted = undefined;
    const none = new Float64Array(0);
    this.rows = { scores: none, labels: none, weights: none };
  }

  [Symbol.dispose](): void {
    this.free();
  }

  private idle(): void {
    if (this.asking === 0) return;
    const message = "a curve neither takes rows nor is freed while an objective or a statistic is asked about it";
    throw typeError("state", "curve", message);
  }

  /** Runs what asks the caller's functions about these rows: they stay as they are meanwhile. */
  private asked<Result>(body: () => Result): Result {
    this.asking++;
    try {
      return body();
    } finally {
      this.asking--;
    }
  }

  /** Some of these rows, as a statistic is asked about them. */
  private part(rows: CurveRows): Curve {
    const part = new Curve(this.kind, rows);
    part.asking++;
    return part;
  }

  private alive(): SortedScores {
    if (this.sorted === undefined) throw typeError("stale", "curve", "this curve was freed");
    return this.sorted;
  }

  /** Points at the thresholds that are given, from the largest down; or whether points may be left out. */
  private pointsWanted(
    name: string,
    options: PointsOptions,
    otherwise: boolean,
  ): { given: readonly Point[] | undefined; drop: boolean } {
    checkOptions(name, options, ["dropIntermediate", "thresholds"]);
    const { thresholds, dropIntermediate } = options;
    const drop = boolean("dropIntermediate", dropIntermediate, thresholds === undefined && otherwise);
    if (thresholds === undefined) return { given: undefined, drop };
    if (drop) {
      const message = "dropIntermediate leaves out distinct scores: thresholds that are given all have their point";
      throw typeError("option", "dropIntermediate", message, drop);
    }
    const list = thresholdList(thresholds).sort().reverse();
    return { given: [...list].map((threshold) => pointAt(this.alive(), threshold, false)), drop };
  }
}

/** Sums of weights of rows that are drawn again and again have to be finite too. */
export function checkTotal(argument: string, { positives, negatives }: { positives: number; negatives: number }): void {
  const total = positives + negatives;
  if (total < 2 ** 1000) return;
  const message = `the weights in ${argument} come to ${total}, but should come to less than 2^1000: scale them`;
  throw rangeError("range", argument, message, { value: total });
}

function pointOf({ value, threshold }: BestThreshold): OperatingPoint {
  return { value, threshold };
}

function rate(name: string, given: number): number {
  return number(name, given, (value) => value >= 0 && value <= 1, "in 0..1");
}

export function checkRocAuc(options: RocAucOptions): { undefinedValue: number; maxFpr: number } {
  return {
    undefinedValue: anyNumber("undefinedValue", options.undefinedValue ?? defaults.undefinedValue),
    maxFpr: number("maxFpr", options.maxFpr ?? 1, (value) => value > 0 && value <= 1, "in (0, 1]"),
  };
}

/** What scores and weights make of a curve. */
export function kindOf(scores: Float32Array | Float64Array, sampleWeight: Reals | undefined): Kind {
  if (sampleWeight !== undefined) return "weighted";
  return scores instanceof Float32Array ? "float32" : "float64";
}

function ofRows(scores: Reals, labels: Labels, options: CurveOptions = {}): BinaryCurve {
  checkOptions("binaryCurve", options, ["sampleWeight"]);
  const x = reals("scores", scores);
  const y = binaryLabels("labels", labels);
  checkLength("scores", x, y.length, "one per label");
  checkNotEmpty("labels", y);
  const sampleWeight = weights("sampleWeight", options.sampleWeight, y.length);
  const rows = { scores: Float64Array.from(x), labels: Float64Array.from(y), weights: sampleWeight };
  return Curve.of(kindOf(x, options.sampleWeight), rows);
}

function ofBytes(bytes: Uint8Array): BinaryCurve {
  const { kind, rows } = fromBytes(bytes);
  const curve = new Curve(kind, rows);
  checkTotal("bytes", curve);
  return curve;
}

/** Sorts scores once: each distinct score is one step of the curve. Rows of weight 0 count as absent. */
export const binaryCurve: typeof ofRows & { fromBytes: typeof ofBytes } = Object.assign(ofRows, { fromBytes: ofBytes });
