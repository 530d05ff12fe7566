/**
 * Scores in parts. Brier: A. Murphy, "A new vector partition of the probability score" (1973). Log loss: J. Bröcker,
 * "Reliability, sufficiency, and the decomposition of proper scores" (2009).
 *
 * @module
 */
import type {
  BrierDecomposition,
  ComparisonOptions,
  DecompositionOptions,
  Labels,
  LogLossDecomposition,
  Reals,
  Reliability,
} from "@assay/contract";
import { checkOptions, reals } from "../input.js";
import { binaryCrossEntropyWithLogits } from "../losses/binary-cross-entropy-with-logits.js";
import { crossEntropy } from "../losses/cross-entropy.js";
import { logLoss } from "../losses/log-loss.js";
import { exactSum } from "../sum.js";
import { brierScore } from "./brier.js";
import { classwiseReliability, reliability } from "./reliability.js";

const NAMES = ["numClasses", "numLabels", "from", "numBins", "closed", "binning", "edges", "sampleWeight"];

type Bin = Reliability["bins"][number];

/** What is decomposed: a table for each class or label, and of the score what a comparison has of these options. */
function tablesOf(predictions: Reals, labels: Labels, options: DecompositionOptions) {
  const { numClasses, numLabels, from, sampleWeight } = options;
  const isBinary = numClasses === undefined && numLabels === undefined;
  const tables = isBinary
    ? [reliability(predictions, labels, options)]
    : classwiseReliability(predictions, labels, options).classes;
  const comparison: ComparisonOptions = {
    ...(numClasses !== undefined && { numClasses }),
    ...(numLabels !== undefined && { numLabels }),
    ...(from !== undefined && { from }),
    ...(sampleWeight !== undefined && { sampleWeight }),
  };
  // Of classes parts are summed, of labels the mean is taken.
  const total = (part: (table: Reliability) => number): number => exactSum(tables.map(part)) / (numLabels ?? 1);
  return { comparison, total };
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
export function brierDecomposition(
  predictions: Reals,
  labels: Labels,
  options: DecompositionOptions = {},
): BrierDecomposition {
  checkOptions("brierDecomposition", options, NAMES);
  const { comparison, total } = tablesOf(predictions, labels, options);
  const ofReliability = total((table) => mean(table, ({ gap }) => gap ** 2));
  const resolution = total((table) => mean(table, ({ accuracy }) => (accuracy - baseRate(table)) ** 2));
  const uncertainty = total((table) => baseRate(table) * (1 - baseRate(table)));
  const brier = brierScore(predictions, labels, comparison);
  const withinBins = brier - (ofReliability - resolution + uncertainty);
  return { reliability: ofReliability, resolution, uncertainty, withinBins, brier };
}

/** The log loss in parts. */
export function logLossDecomposition(
  predictions: Reals,
  labels: Labels,
  options: DecompositionOptions = {},
): LogLossDecomposition {
  checkOptions("logLossDecomposition", options, NAMES);
  const { comparison, total } = tablesOf(predictions, labels, options);
  const { divergence, entropy } = options.numClasses === undefined ? OF_TWO : OF_SEVERAL;
  const ofReliability = total((table) => mean(table, ({ accuracy, confidence }) => divergence(accuracy, confidence)));
  const uncertainty = total((table) => entropy(baseRate(table)));
  const refinement = total((table) => mean(table, ({ accuracy }) => entropy(accuracy)));
  // The mean divergence of accuracies from the base rate, which is their mean; it may round to 0 or 1, and they not.
  const resolution = Math.max(0, uncertainty - refinement);
  const score = scoreOf(predictions, labels, comparison);
  return {
    reliability: ofReliability,
    resolution,
    uncertainty,
    refinement,
    withinBins: score - (ofReliability - resolution + uncertainty),
    logLoss: score,
  };
}

/** The log loss, and of logits the cross-entropy. Of labels the mean, each of them being a row of its own. */
function scoreOf(predictions: Reals, labels: Labels, options: ComparisonOptions): number {
  const { from, numLabels = 1, numClasses, sampleWeight } = options;
  const weights = sampleWeight && Array.from(reals("sampleWeight", sampleWeight));
  const ofRows = weights && { sampleWeight: weights };
  if (numClasses !== undefined) {
    const all = { numClasses, ...ofRows };
    return from === "logits" ? crossEntropy(predictions, labels, all) : logLoss(predictions, labels, all);
  }
  const ofElements = weights && {
    sampleWeight: weights.flatMap((weight) => new Array<number>(numLabels).fill(weight)),
  };
  return from === "logits"
    ? binaryCrossEntropyWithLogits(predictions, labels, { ...ofElements })
    : logLoss(predictions, labels, { ...ofElements });
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
