/**
 * Calibration on bins of equal width: reliability tables, calibration errors, Brier score.
 *
 * Reliability tables: A. Murphy and R. Winkler, "Reliability of subjective probability forecasts" (1977). ECE and MCE:
 * M. Pakdaman Naeini, G. Cooper and M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning"
 * (2015). Brier score: G. Brier, "Verification of forecasts expressed in terms of probability" (1950).
 *
 * @module
 */
import {
  type Accumulator,
  type AccumulatorOptions,
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
import { keepRows, type Rows } from "./accumulator.js";
import {
  binaryLabels,
  boolean,
  probabilities as checkedProbabilities,
  weights as checkedWeights,
  checkLength,
  checkNotEmpty,
  checkOptions,
  checkWeighty,
  labels as classLabels,
  count,
  oneOf,
  optionalClasses,
  typeError,
} from "./input.js";
import { argmax } from "./rows.js";
import { exactSum, exactSums } from "./sum.js";

const NORMS: readonly CalibrationNorm[] = ["l1", "l2", "max", "mean"];

/** Rows of probabilities with labels and weights; binary where `numClasses` is absent. */
function checkRows(probabilities: Reals, labels: Labels, sampleWeight: Reals | undefined, numClasses?: number): Rows {
  const p = checkedProbabilities("probabilities", probabilities);
  const y = numClasses === undefined ? binaryLabels("labels", labels) : classLabels("labels", labels, numClasses);
  checkLength("probabilities", p, y.length * (numClasses ?? 1), numClasses ? "labels × numClasses" : "one per label");
  return {
    predictions: Float64Array.from(p),
    targets: Float64Array.from(y),
    weights: checkedWeights("sampleWeight", sampleWeight, y.length),
  };
}

/** A one-shot call needs rows, and some weight. */
function checkSome(rows: Rows): Rows {
  checkNotEmpty("labels", rows.targets);
  checkWeighty("labels", rows.weights);
  return rows;
}

// --------------------------------------------------------------------------------------------------- reliability

interface ReliabilityConfig {
  readonly numClasses: number | undefined;
  readonly numBins: number;
  readonly closed: Closed;
  readonly of: CalibrationOf;
}

function reliabilityConfig(options: ReliabilityOptions): ReliabilityConfig {
  const numClasses = optionalClasses(options.numClasses);
  const otherwise = numClasses === undefined ? "positive" : "topLabel";
  // Of several classes none is the positive one.
  const words: CalibrationOf[] = numClasses === undefined ? ["positive", "topLabel"] : ["topLabel"];
  const of = oneOf("of", options.of, words, otherwise);
  return {
    numClasses,
    numBins: options.numBins === undefined ? defaults.numBins : count("numBins", options.numBins, 1),
    closed: oneOf<Closed>("closed", options.closed, ["right", "left"], defaults.closed),
    of,
  };
}

/**
 * The reliability table of probabilities: for each of `numBins` equal parts of [0, 1] the rows in it, their mean
 * confidence and the rate at which they were right.
 */
export const reliability: Calibration["reliability"] = Object.assign(
  (probabilities: Reals, labels: Labels, options: ReliabilityOptions = {}): Reliability => {
    checkOptions("reliability", options, ["numClasses", "numBins", "closed", "of", "sampleWeight"]);
    const config = reliabilityConfig(options);
    return tabulate(checkSome(checkRows(probabilities, labels, options.sampleWeight, config.numClasses)), config);
  },
  {
    accumulator(options: Omit<ReliabilityOptions, "sampleWeight"> & AccumulatorOptions = {}): Accumulator<Reliability> {
      checkOptions("reliability.accumulator", options, ["numClasses", "numBins", "closed", "of", "weighted"]);
      const config = reliabilityConfig(options);
      return keepRows({
        name: "reliability",
        config,
        weighted: boolean("weighted", options.weighted, false),
        predictionColumns: config.numClasses ?? 1,
        targetColumns: 1,
        check: (probabilities, labels, sampleWeight) =>
          checkRows(probabilities as Reals, labels, sampleWeight, config.numClasses),
        finish: (rows) => tabulate(rows, config),
      });
    },
  },
);

/** The calibration error of probabilities: `reliability(…).error(norm)`. */
export function calibrationError(probabilities: Reals, labels: Labels, options: CalibrationErrorOptions = {}): number {
  checkOptions("calibrationError", options, ["numClasses", "numBins", "closed", "of", "norm", "sampleWeight"]);
  const { norm, ...rest } = options;
  oneOf("norm", norm, NORMS, defaults.norm);
  return reliability(probabilities, labels, rest).error(norm);
}

/** What is compared: a confidence, and whether it was right (1) or not (0). */
function comparisons(rows: Rows, config: ReliabilityConfig): { confidence: Float64Array; right: Float64Array } {
  const { predictions: p, targets: y } = rows;
  if (config.of === "positive") return { confidence: p, right: y };
  if (config.numClasses === undefined) {
    // The argmax of [1−p, p], the first on ties.
    return {
      confidence: p.map((q) => Math.max(q, 1 - q)),
      right: y.map((label, i) => Number(label === Number(p[i]! > 1 - p[i]!))),
    };
  }
  const numClasses = config.numClasses;
  const top = y.map((_, i) => argmax(p.subarray(i * numClasses, (i + 1) * numClasses)));
  return {
    confidence: top.map((c, i) => p[i * numClasses + c]!),
    right: y.map((label, i) => Number(label === top[i])),
  };
}

/**
 * The bin of a confidence, decided by comparing it with the edges k/numBins, by bisection. Closed on the right: the
 * first bin whose upper edge is ≥ x (0 is in the first). Closed on the left: the first whose upper edge is > x, and
 * the last for 1.
 */
function binOf(x: number, numBins: number, closed: Closed): number {
  let low = 0;
  let high = numBins - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const upper = (middle + 1) / numBins;
    if (closed === "right" ? x <= upper : x < upper) high = middle;
    else low = middle + 1;
  }
  return low;
}

function tabulate(rows: Rows, config: ReliabilityConfig): Reliability {
  const { numBins, closed } = config;
  const { weights } = rows;
  const { confidence, right } = comparisons(rows, config);
  const bins = Int32Array.from(confidence, (x) => binOf(x, numBins, closed));
  const counts = exactSums(numBins, bins, weights);
  const confidences = exactSums(
    numBins,
    bins,
    confidence.map((x, i) => x * weights[i]!),
  );
  const rights = exactSums(
    numBins,
    bins,
    right.map((x, i) => x * weights[i]!),
  );
  const table = Array.from(counts, (weight, k): ReliabilityBin => {
    const mean = weight === 0 ? NaN : confidences[k]! / weight;
    const accuracy = weight === 0 ? NaN : rights[k]! / weight;
    return {
      lower: k / numBins,
      upper: (k + 1) / numBins,
      count: weight,
      confidence: mean,
      accuracy,
      gap: accuracy - mean,
    };
  });
  return new ReliabilityTable(table, exactSum(weights), closed, config.of);
}

class ReliabilityTable implements Reliability {
  constructor(
    readonly bins: readonly ReliabilityBin[],
    readonly count: number,
    readonly closed: Closed,
    readonly of: CalibrationOf,
  ) {}

  error(norm?: CalibrationNorm): number {
    const filled = this.bins.filter((bin) => bin.count > 0);
    if (filled.length === 0) return NaN;
    switch (oneOf("norm", norm, NORMS, defaults.norm)) {
      case "l1":
        return exactSum(filled.map((bin) => bin.count * Math.abs(bin.gap))) / this.count;
      case "l2":
        return Math.sqrt(exactSum(filled.map((bin) => bin.count * bin.gap ** 2)) / this.count);
      case "max":
        return filled.reduce((largest, bin) => Math.max(largest, Math.abs(bin.gap)), 0);
      case "mean":
        return exactSum(filled.map((bin) => Math.abs(bin.gap))) / filled.length;
    }
  }

  ece(): number {
    return this.error("l1");
  }

  mce(): number {
    return this.error("max");
  }

  /** One line a bin; `#` is the accuracy and `|` the confidence, in fiftieths. */
  toString(): string {
    const lines = this.bins.map((bin, k) => {
      const open = this.closed === "right" ? (k === 0 ? "[" : "(") : "[";
      const close = this.closed === "right" || k === this.bins.length - 1 ? "]" : ")";
      const range = `${open}${bin.lower.toFixed(3)}, ${bin.upper.toFixed(3)}${close}`;
      if (bin.count === 0) return `${range} ${"0".padStart(10)}`;
      const bar = Array.from({ length: 51 }, (_, x): string => (x <= bin.accuracy * 50 ? "#" : " "));
      bar[Math.round(bin.confidence * 50)] = "|";
      const numbers = [bin.confidence, bin.accuracy].map((x) => x.toFixed(4)).join(" ");
      const gap = (bin.gap < 0 ? "" : "+") + bin.gap.toFixed(4);
      return `${range} ${String(bin.count).padStart(10)} ${numbers} ${gap} ${bar.join("")}`.trimEnd();
    });
    const head = `${"bin".padEnd(14)} ${"count".padStart(10)} conf.  acc.   gap`;
    return [head, ...lines, `ECE ${this.ece().toFixed(4)}, MCE ${this.mce().toFixed(4)}, rows ${this.count}`].join(
      "\n",
    );
  }
}

// --------------------------------------------------------------------------------------------------- Brier score

/**
 * The Brier score: the weighted mean over rows of (p − y)², or with `numClasses` of Σ over classes (p_c − [y = c])².
 */
export function brierScore(probabilities: Reals, labels: Labels, options: BrierOptions = {}): number {
  checkOptions("brierScore", options, ["numClasses", "scaleByHalf", "sampleWeight"]);
  const numClasses = optionalClasses(options.numClasses);
  const scaleByHalf = boolean("scaleByHalf", options.scaleByHalf, false);
  if (scaleByHalf && numClasses === undefined) {
    throw typeError(
      "option",
      "scaleByHalf",
      "scaleByHalf needs numClasses: the binary score has nothing to halve",
      true,
    );
  }
  const rows = checkSome(checkRows(probabilities, labels, options.sampleWeight, numClasses));
  const { predictions: p, targets: y, weights } = rows;
  const scores = y.map((label, i) => {
    if (numClasses === undefined) return (p[i]! - label) ** 2;
    const row = p.subarray(i * numClasses, (i + 1) * numClasses);
    return exactSum(row.map((q, c) => (q - Number(c === label)) ** 2));
  });
  const mean = exactSum(scores.map((score, i) => score * weights[i]!)) / exactSum(weights);
  return scaleByHalf ? mean / 2 : mean;
}
