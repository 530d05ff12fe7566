/**
 * Scores in parts: what calibration costs, and what telling rows apart gains.
 *
 * @module
 */
import type {
  BrierDecomposition,
  ComparisonOptions,
  Decomposition,
  DecompositionOptions,
  Labels,
  LogLossDecomposition,
  Reals,
  Reliability,
} from "@assay/contract";
import { lasting } from "../arguments.js";
import { core } from "../core.js";
import { binaryCrossEntropyWithLogits } from "../losses/binary.js";
import { reduced } from "../losses/kernel.js";
import { crossEntropy } from "../losses/multiclass.js";
import { scoreShape } from "../losses/scores.js";
import { optionsOf } from "../options.js";
import { brierScore } from "./brier.js";
import { comparisonOptions } from "./comparison.js";
import { classwiseReliability, reliability } from "./reliability.js";

const known = [...comparisonOptions, "numBins", "closed", "binning", "edges", "sampleWeight"] as const;

/** A score whose parts they are. */
interface Rule {
  /** What it costs to say a rate where it is another one, beyond what that one costs itself. */
  readonly divergence: (rate: number, from: number) => number;
  /** What a rate costs that is said where it is right. */
  readonly entropy: (rate: number) => number;
  readonly score: (predictions: Reals, labels: Labels, options: ComparisonOptions) => number;
}

/** A score and its parts: of classes their sum, of labels their mean. */
function partsOf(
  rule: Rule,
  predictions: Reals,
  labels: Labels,
  given: DecompositionOptions,
): Decomposition & { readonly refinement: number; readonly score: number } {
  // Read twice: making a table may grow memory, which detaches views.
  const [p, y, w] = [lasting(predictions), lasting(labels), lasting(given.sampleWeight)];
  const { numClasses, numLabels, from } = given;
  const options = { ...given, ...weightsOf(w()) };
  const tables =
    numClasses === undefined && numLabels === undefined
      ? [reliability(p(), y(), options)]
      : classwiseReliability(p(), y(), options).classes;
  const share = numLabels === undefined ? 1 : 1 / tables.length;
  const sum = (part: (table: Reliability) => number): number =>
    share * tables.reduce((total, table) => total + part(table), 0);
  const ofReliability = sum((table) =>
    mean(table, ({ accuracy, confidence }) => rule.divergence(accuracy, confidence)),
  );
  const uncertainty = sum((table) => rule.entropy(baseRate(table)));
  const refinement = sum((table) => mean(table, ({ accuracy }) => rule.entropy(accuracy)));
  // The mean divergence of accuracies from the base rate, which is their mean; it may round to 0 or 1, and they not.
  const resolution = Math.max(0, uncertainty - refinement);
  const comparison = {
    ...(numClasses !== undefined && { numClasses }),
    ...(numLabels !== undefined && { numLabels }),
    ...(from !== undefined && { from }),
    ...weightsOf(w()),
  };
  const score = rule.score(p(), y(), comparison);
  const withinBins = score - (ofReliability - resolution + uncertainty);
  return { reliability: ofReliability, resolution, uncertainty, refinement, withinBins, score };
}

function weightsOf(sampleWeight: Reals | undefined): { sampleWeight?: Reals } {
  return sampleWeight === undefined ? {} : { sampleWeight };
}

type Bin = Reliability["bins"][number];

/** The mean over rows of something about their bin. */
function mean({ bins, count }: Reliability, of: (bin: Bin) => number): number {
  return bins.reduce((sum, bin) => (bin.count > 0 ? sum + bin.count * of(bin) : sum), 0) / count;
}

/** Of weights it may round to more than 1. */
function baseRate(table: Reliability): number {
  return Math.min(
    1,
    mean(table, ({ accuracy }) => accuracy),
  );
}

const brierRule: Rule = {
  divergence: (rate, from) => (rate - from) * (rate - from),
  entropy: (rate) => rate * (1 - rate),
  score: brierScore,
};

/**
 * The Brier score in parts: with shares s of bins, accuracies a, mean probabilities c and base rate b, reliability
 * Σ s(a − c)², resolution Σ s(a − b)², uncertainty b(1 − b). Together, reliability − resolution + uncertainty, they are
 * the score of the bins' mean probabilities; `withinBins` is what is missing to that of the rows, the variance of
 * probabilities within bins less twice their covariance with the labels. Each is in 0..1 but `withinBins`, which may be
 * negative. With `numClasses` they are summed over classes, each in bins of its own, with `numLabels` it is the mean over
 * labels, as {@link brierScore} has it.
 *
 * Bins as for {@link reliability}, shapes and errors as for {@link classwiseReliability}.
 *
 * @see Murphy (1973), A new vector partition of the probability score; Stephenson, Coelho and Jolliffe (2008), Two extra
 *   components in the Brier score decomposition
 */
export function brierDecomposition(
  predictions: Reals,
  labels: Labels,
  options?: DecompositionOptions,
): BrierDecomposition {
  const given = optionsOf(options, known, "brierDecomposition");
  const { score, refinement: _, ...parts } = partsOf(brierRule, predictions, labels, given);
  return { ...parts, brier: score };
}

/** Of two chances: that of the other class is what is missing to 1. */
const logRule: Rule = {
  divergence: (rate, from) => {
    const clipped = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, from));
    return Math.max(0, relative(rate, clipped) + relative(1 - rate, 1 - clipped));
  },
  entropy: (rate) => 0 - relative(rate, 1) - relative(1 - rate, 1),
  score: logScore,
};

/** Of one chance among several, all of which are summed. */
const logRuleOfClasses: Rule = {
  divergence: (rate, from) => {
    const clipped = Math.max(Number.EPSILON, from);
    return Math.max(0, relative(rate, clipped) - rate + clipped);
  },
  entropy: (rate) => 0 - relative(rate, 1),
  score: logScore,
};

/** p·ln(p/q), 0 where p is. */
function relative(p: number, q: number): number {
  return p === 0 ? 0 : p * core().ln(p / q);
}

/** The log loss, and of logits the cross-entropy. */
function logScore(predictions: Reals, labels: Labels, { from, ...options }: ComparisonOptions): number {
  const { numClasses, numLabels = 1, sampleWeight } = options;
  if (from !== "logits") return reduced(scoreShape("logLoss", options), predictions, labels, "mean", sampleWeight);
  const weights = weightsOf(sampleWeight);
  return numClasses === undefined
    ? binaryCrossEntropyWithLogits(predictions, labels, { numLabels, ...weights })
    : crossEntropy(predictions, labels, { numClasses, ...weights });
}

/**
 * The log loss in parts. Of two classes, with shares s of bins, accuracies a, mean probabilities c and base rate b:
 * reliability Σ s·KL(a‖c), resolution Σ s·KL(a‖b), uncertainty the entropy of b, all ≥ 0; KL is the Kullback–Leibler
 * divergence of two chances, and c is clipped as {@link logLoss} clips. `refinement`, the mean entropy of the accuracies,
 * is uncertainty − resolution: what calibration cannot mend. `withinBins` is what is missing to the loss of the rows.
 *
 * With `numClasses` each class has bins of its own, and parts are summed over classes: reliability
 * Σ s(a·ln(a/c) − a + c), resolution Σ s·a·ln(a/b), uncertainty −b·ln b, whose sum is the entropy of the classes. Where
 * rows of probabilities sum to 1, reliability − resolution + uncertainty is the loss of the bins' mean probabilities;
 * of two classes in bins that mirror each other these are the parts above. With `numLabels` parts are the mean over
 * labels of those of two classes.
 *
 * With `from: "logits"` the loss is that of {@link crossEntropy} or {@link binaryCrossEntropyWithLogits}, which nothing
 * clips. Bins as for {@link reliability}, shapes and errors as for {@link classwiseReliability}, accuracy as for
 * {@link logLoss}.
 *
 * @see Bröcker (2009), Reliability, sufficiency, and the decomposition of proper scores
 */
export function logLossDecomposition(
  predictions: Reals,
  labels: Labels,
  options?: DecompositionOptions,
): LogLossDecomposition {
  const given = optionsOf(options, known, "logLossDecomposition");
  const rule = given.numClasses === undefined ? logRule : logRuleOfClasses;
  const { score, ...parts } = partsOf(rule, predictions, labels, given);
  return { ...parts, logLoss: score };
}
