/**
 * Scores in parts. Brier: A. Murphy, "A new vector partition of the probability score" (1973). Log loss: J. Bröcker,
 * "Reliability, sufficiency, and the decomposition of proper scores" (2009).
 *
 * @module
 */
import type {
  Accumulator,
  BrierDecomposition,
  CalibrationScores,
  DecompositionOptions,
  Labels,
  LogLossDecomposition,
  Reals,
  Reliability,
  Streamed,
} from "@assay/contract";
import type { Rows } from "../accumulator.js";
import { checkOptions } from "../input.js";
import { binaryCrossEntropyWithLogits } from "../losses/binary-cross-entropy-with-logits.js";
import { crossEntropy } from "../losses/cross-entropy.js";
import { logLoss } from "../losses/log-loss.js";
import { exactSum } from "../sum.js";
import { scoreOf as brierOf, planOf } from "./brier.js";
import { checkRows, comparisonOf, weighSomething } from "./comparison.js";
import { classwiseReliability, reliability, tableAccumulator, tablesAccumulator } from "./reliability.js";

const NAMES = ["numClasses", "numLabels", "from", "numBins", "closed", "binning", "edges"];

type Bin = Reliability["bins"][number];

/** Parts of a table for each class or label, with their rows. */
type PartsOf<Result> = (tables: readonly Reliability[], rows: Rows, options: DecompositionOptions) => Result;

function isBinary({ numClasses, numLabels }: DecompositionOptions): boolean {
  return numClasses === undefined && numLabels === undefined;
}

/** A decomposition of arrays, and of a stream. */
function decomposition<Result>(name: string, partsOf: PartsOf<Result>) {
  return Object.assign(
    (predictions: Reals, labels: Labels, options: DecompositionOptions = {}): Result => {
      checkOptions(name, options, [...NAMES, "sampleWeight"]);
      const tables = isBinary(options)
        ? [reliability(predictions, labels, options)]
        : classwiseReliability(predictions, labels, options).classes;
      const comparison = comparisonOf(options, undefined);
      return partsOf(tables, checkRows(comparison, predictions, labels, options.sampleWeight), options);
    },
    {
      accumulator(options: Streamed<DecompositionOptions> = {}): Accumulator<Result> {
        checkOptions(`${name}.accumulator`, options, [...NAMES, "weighted"]);
        return isBinary(options)
          ? tableAccumulator(name, options, (table, rows) => partsOf([table], rows, options))
          : tablesAccumulator(name, options, (tables, rows) => partsOf(tables, rows, options));
      },
    },
  );
}

/** Of classes parts are summed, of labels the mean is taken. */
function totals(tables: readonly Reliability[], { numLabels = 1 }: DecompositionOptions) {
  return (part: (table: Reliability) => number): number => exactSum(tables.map(part)) / numLabels;
}

/** The mean over rows of something about their bin. */
function mean(table: Reliability, of: (bin: Bin) => number): number {
  const filled = table.bins.filter(({ count }) => count > 0);
  return exactSum(filled.map((bin) => bin.count * of(bin))) / table.count;
}

/** Of weights it may round to more than 1. */
function baseRate(table: Reliability): number {
  return Math.min(
    1,
    mean(table, ({ accuracy }) => accuracy),
  );
}

/** The Brier score in parts. */
export const brierDecomposition: CalibrationScores["brierDecomposition"] = decomposition(
  "brierDecomposition",
  (tables, rows, options): BrierDecomposition => {
    const total = totals(tables, options);
    const ofReliability = total((table) => mean(table, ({ gap }) => gap ** 2));
    const resolution = total((table) => mean(table, ({ accuracy }) => (accuracy - baseRate(table)) ** 2));
    const uncertainty = total((table) => baseRate(table) * (1 - baseRate(table)));
    const brier = brierOf(rows, planOf(options));
    const withinBins = brier - (ofReliability - resolution + uncertainty);
    const keepsScores = tables.some((table) => table.keepsScores);
    return { reliability: ofReliability, resolution, uncertainty, withinBins, brier, keepsScores };
  },
);

/** The log loss in parts. */
export const logLossDecomposition: CalibrationScores["logLossDecomposition"] = decomposition(
  "logLossDecomposition",
  (tables, rows, options): LogLossDecomposition => {
    const total = totals(tables, options);
    const { divergence, entropy } = options.numClasses === undefined ? OF_TWO : OF_SEVERAL;
    const ofReliability = total((table) => mean(table, ({ accuracy, confidence }) => divergence(accuracy, confidence)));
    const uncertainty = total((table) => entropy(baseRate(table)));
    const refinement = total((table) => mean(table, ({ accuracy }) => entropy(accuracy)));
    // The mean divergence of accuracies from the base rate, which is their mean; it may round to 0 or 1, and they not.
    const resolution = Math.max(0, uncertainty - refinement);
    const score = weighSomething(rows) ? scoreOf(rows, options) : NaN;
    return {
      reliability: ofReliability,
      resolution,
      uncertainty,
      refinement,
      withinBins: score - (ofReliability - resolution + uncertainty),
      logLoss: score,
      keepsScores: tables.some((table) => table.keepsScores),
    };
  },
);

/** The log loss, and of logits the cross-entropy. Of labels the mean, each of them being a row of its own. */
function scoreOf({ predictions, targets, weights }: Rows, options: DecompositionOptions): number {
  const { from, numLabels = 1, numClasses } = options;
  if (numClasses !== undefined) {
    const all = { numClasses, sampleWeight: weights };
    return from === "logits" ? crossEntropy(predictions, targets, all) : logLoss(predictions, targets, all);
  }
  const sampleWeight = Array.from(weights).flatMap((weight) => new Array<number>(numLabels).fill(weight));
  return from === "logits"
    ? binaryCrossEntropyWithLogits(predictions, targets, { sampleWeight })
    : logLoss(predictions, targets, { sampleWeight });
}

interface Rule {
  /** Of a rate from what was said, in nats. */
  readonly divergence: (rate: number, from: number) => number;
  readonly entropy: (rate: number) => number;
}

/** Kullback and Leibler's, of a chance and what is missing to 1; what was said is clipped as `logLoss` clips. */
const OF_TWO: Rule = {
  divergence: (p, from) => {
    const q = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, from));
    return Math.max(0, timesLog(p, p / q) + timesLog(1 - p, (1 - p) / (1 - q)));
  },
  entropy: (p) => 0 - timesLog(p, p) - timesLog(1 - p, 1 - p),
};

/** One class's share of it, where the chances of all classes are summed. */
const OF_SEVERAL: Rule = {
  divergence: (p, from) => {
    const q = Math.max(Number.EPSILON, from);
    return Math.max(0, timesLog(p, p / q) - p + q);
  },
  entropy: (p) => 0 - timesLog(p, p),
};

function timesLog(p: number, ratio: number): number {
  return p === 0 ? 0 : p * Math.log(ratio);
}
