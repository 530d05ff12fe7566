/**
 * Calibration: can the probabilities be believed?
 *
 * @module
 */
import {
  type Accumulator,
  type AccumulatorOptions,
  AssayTypeError,
  type BrierOptions,
  type Calibration,
  type CalibrationErrorOptions,
  type CalibrationNorm,
  type CalibrationOf,
  type Closed,
  defaults,
  type Labels,
  type Reals,
  type Reliability,
  type ReliabilityBin,
  type ReliabilityOptions,
} from "@assay/contract";
import { accumulate, evaluate, type Metric, type Rows, type State, stateKind } from "./accumulator.js";
import { type Column, column, expectLength, nothingLeft, reals } from "./arguments.js";
import { core } from "./core.js";
import { check } from "./faults.js";
import { meanOfProbabilities } from "./losses/scores.js";
import { flag, oneOf, optionsOf, whole } from "./options.js";
import { numbersFrom } from "./results.js";
import { stream } from "./stream.js";

const norms = ["l1", "l2", "max", "mean"] as const;

/** Numbers that a kernel writes for each bin: count, hits, confidences. */
const BIN_NUMBERS = 3;

interface Shape {
  readonly numBins: number;
  readonly closed: Closed;
  readonly of: CalibrationOf;
  readonly columns: number;
}

const reliabilityOptions = ["numClasses", "numBins", "closed", "of", "sampleWeight"] as const;

function shapeOf(options: ReliabilityOptions): Shape {
  const { numClasses, numBins = defaults.numBins, closed = defaults.closed } = options;
  const { of = numClasses === undefined ? "positive" : "topLabel" } = options;
  return {
    numBins: whole(numBins, 1, "numBins", 2 ** 16),
    closed: oneOf(closed, ["right", "left"], "closed"),
    // Of several classes none is the positive one.
    of: oneOf(of, numClasses === undefined ? ["positive", "topLabel"] : ["topLabel"], "of"),
    columns: numClasses === undefined ? 1 : whole(numClasses, 2, "numClasses"),
  };
}

function reliabilityMetric(shape: Shape, weighted: boolean, name: string): Metric<Reliability> {
  const { numBins, closed, of, columns } = shape;
  const names = {
    predictions: "probabilities",
    targets: "labels",
    numClasses: Math.max(2, columns),
    widths: [columns, 1],
  } as const;
  return {
    name,
    kind: stateKind.calibration,
    config: [numBins, Number(closed === "left"), Number(of === "topLabel"), columns, Number(weighted)],
    weighted,
    take(probabilities: unknown, labels: unknown): Rows {
      const targets = column(labels, "labels");
      const predictions = reals(probabilities, "probabilities");
      const needed = columns === 1 ? "there is one for each label:" : "labels × numClasses is";
      expectLength(predictions, targets.length * columns, needed);
      return { predictions, targets, count: targets.length };
    },
    feed(state: State, { predictions, targets, count }: Rows, weight: Column | undefined): void {
      const inputs = [
        { column: predictions, width: columns },
        { column: targets, width: 1 },
        weight && { column: weight, width: 1 },
      ];
      stream(count, inputs, [], ([p = 0, t = 0, w = 0], rows, first) => {
        const types = [predictions.type, targets.type, weight?.type ?? 0] as const;
        const { address, room } = state;
        const status = core().calibration_update(address, room, rows, p, types[0], t, types[1], w, types[2]);
        check(status, first, names);
      });
    },
    finish(state: State): Reliability {
      const { address, room } = state;
      const totals = numbersFrom(numBins * BIN_NUMBERS, (to) => core().calibration_finish(address, room, to));
      return new ReliabilityTable(totals, shape);
    },
  };
}

class ReliabilityTable implements Reliability {
  readonly bins: readonly ReliabilityBin[];
  readonly count: number;
  readonly closed: Closed;
  readonly of: CalibrationOf;

  constructor(totals: Float64Array, { numBins, closed, of }: Shape) {
    this.closed = closed;
    this.of = of;
    this.bins = Array.from({ length: numBins }, (_, k) => {
      const [count = 0, hits = 0, confidences = 0] = totals.subarray(k * BIN_NUMBERS);
      const confidence = confidences / count;
      const accuracy = hits / count;
      return { lower: k / numBins, upper: (k + 1) / numBins, count, confidence, accuracy, gap: accuracy - confidence };
    });
    this.count = this.bins.reduce((sum, bin) => sum + bin.count, 0);
  }

  error(norm: CalibrationNorm = defaults.norm): number {
    oneOf(norm, norms, "norm");
    const filled = this.bins.filter((bin) => bin.count > 0);
    if (filled.length === 0) return Number.NaN;
    if (norm === "max") return Math.max(...filled.map((bin) => Math.abs(bin.gap)));
    if (norm === "mean") return filled.reduce((sum, bin) => sum + Math.abs(bin.gap), 0) / filled.length;
    const power = norm === "l1" ? (gap: number) => Math.abs(gap) : (gap: number) => gap * gap;
    const mean = filled.reduce((sum, bin) => sum + power(bin.gap) * bin.count, 0) / this.count;
    return norm === "l1" ? mean : Math.sqrt(mean);
  }

  ece(): number {
    return this.error("l1");
  }

  mce(): number {
    return this.error("max");
  }

  toString(): string {
    const cells = this.bins.map(({ lower, upper, count, confidence, accuracy, gap }, k) => {
      // 0 belongs to the first bin and 1 to the last, whichever end is closed.
      const open = this.closed === "left" || k === 0 ? "[" : "(";
      const close = this.closed === "right" || k === this.bins.length - 1 ? "]" : ")";
      const numbers = [confidence, accuracy, gap].map((x) => (count > 0 ? x.toFixed(4) : "–"));
      return [`${open}${lower.toFixed(3)}, ${upper.toFixed(3)}${close}`, `${count}`, ...numbers];
    });
    const rows = [["bin", "count", "confidence", "accuracy", "gap"], ...cells];
    const widths = [0, 1, 2, 3, 4].map((j) => Math.max(...rows.map((row) => (row[j] as string).length)));
    return rows.map((row) => row.map((cell, j) => cell.padStart(widths[j] as number)).join("  ")).join("\n");
  }
}

/**
 * The reliability table of probabilities.
 *
 * Rows are sorted into `numBins` bins of equal width by what is compared (`of`); of each bin it holds the count, the
 * mean confidence and the accuracy. Confidences are summed exactly, as multiples of 2⁻⁵².
 *
 * @param probabilities N probabilities of class 1, or N × numClasses row-major, each in [0, 1]
 * @param labels N labels in 0..numClasses−1 (binary: 0 or 1)
 * @throws AssayRangeError for a probability outside [0, 1] or NaN, a label out of range, a negative weight, lengths that
 *   do not fit, no rows
 * @example
 * reliability(probabilities, labels, { numBins: 10 }).bins[9].gap; // < 0: over-confident at the top
 * @see Murphy and Winkler (1977), Reliability of subjective probability forecasts
 */
export const reliability: Calibration["reliability"] = /*#__PURE__*/ Object.assign(
  (probabilities: Reals, labels: Labels, options?: ReliabilityOptions): Reliability => {
    const given = optionsOf(options, reliabilityOptions, "reliability");
    const { sampleWeight } = given;
    const metric = reliabilityMetric(shapeOf(given), sampleWeight !== undefined, "reliability");
    const table = evaluate(metric, probabilities, labels, sampleWeight);
    if (table.count === 0) throw nothingLeft("labels");
    return table;
  },
  {
    accumulator(options?: Omit<ReliabilityOptions, "sampleWeight"> & AccumulatorOptions): Accumulator<Reliability> {
      const given = optionsOf(
        options,
        ["numClasses", "numBins", "closed", "of", "weighted"],
        "reliability.accumulator",
      );
      return accumulate(reliabilityMetric(shapeOf(given), flag(given.weighted ?? false, "weighted"), "reliability"));
    },
  },
);

/**
 * Brier score: mean over rows of (p − y)², binary, or of Σ over classes of (pₖ − [class k is true])². In 0..1, or 0..2
 * for several classes unless `scaleByHalf`. Computed in float64 and summed exactly. Errors as for {@link reliability}.
 *
 * @see Brier (1950), Verification of forecasts expressed in terms of probability
 */
export function brierScore(probabilities: Reals, labels: Labels, options?: BrierOptions): number {
  const given = optionsOf(options, ["numClasses", "scaleByHalf", "sampleWeight"], "brierScore");
  const { scaleByHalf, sampleWeight } = given;
  if (scaleByHalf !== undefined && given.numClasses === undefined) {
    throw new AssayTypeError("scaleByHalf is for several classes: it needs numClasses", {
      code: "option",
      argument: "scaleByHalf",
    });
  }
  const score = meanOfProbabilities("brier", probabilities, labels, given.numClasses, sampleWeight);
  return flag(scaleByHalf ?? false, "scaleByHalf") ? score / 2 : score;
}

/**
 * Calibration error of probabilities, in [0, 1]: how far accuracy is from confidence, over bins of equal width.
 *
 * ECE (`norm: "l1"`) = Σ nₖ/N · |accuracyₖ − confidenceₖ|; `"l2"` its root mean square; `"max"` the largest gap (MCE);
 * `"mean"` the plain mean over bins that are not empty. Empty bins never count. Shapes and errors as for
 * {@link reliability}.
 *
 * @see Naeini, Cooper and Hauskrecht (2015); Guo, Pleiss, Sun and Weinberger (2017)
 */
export function calibrationError(probabilities: Reals, labels: Labels, options?: CalibrationErrorOptions): number {
  const { norm = defaults.norm, ...rest } = optionsOf(options, ["norm", ...reliabilityOptions], "calibrationError");
  return reliability(probabilities, labels, rest).error(oneOf(norm, norms, "norm"));
}
