/**
 * Scores in parts: what calibration costs, and what telling rows apart gains.
 *
 * @module
 */
import type {
  Accumulator,
  BrierDecomposition,
  CalibrationScores,
  Decomposition,
  DecompositionOptions,
  Labels,
  LogLossDecomposition,
  Reals,
  Reliability,
  Streamed,
} from "@assay/contract";
import { accumulate } from "../accumulator.js";
import { pair } from "../accumulator-pair.js";
import { lasting } from "../arguments.js";
import { core } from "../core.js";
import { binaryCrossEntropyWithLogits } from "../losses/binary.js";
import { lossMetric, reduced, type Shape, shapeOf } from "../losses/kernel.js";
import { crossEntropy } from "../losses/multiclass.js";
import { scoreShape } from "../losses/scores.js";
import { flag, optionsOf } from "../options.js";
import { comparisonOptions } from "./comparison.js";
import { classwiseReliability, reliability, tableAccumulator, tablesAccumulator } from "./reliability.js";

const known = [...comparisonOptions, "numBins", "closed", "binning", "edges"] as const;

/** A score whose parts they are. */
interface Rule {
  /** What it costs to say a rate where it is another one, beyond what that one costs itself. */
  readonly divergence: (rate: number, from: number) => number;
  /** What a rate costs that is said where it is right. */
  readonly entropy: (rate: number) => number;
  readonly shape: (options: DecompositionOptions) => Shape;
}

/** Parts and the score. */
interface Parts extends Decomposition {
  readonly refinement: number;
  readonly score: number;
}

/** The score of these tables and its parts: of classes their sum, of labels their mean. */
function partsOf(rule: Rule, tables: readonly Reliability[], score: number, isMean: boolean): Parts {
  const share = isMean ? 1 / tables.length : 1;
  const sum = (part: (table: Reliability) => number): number =>
    share * tables.reduce((total, table) => total + part(table), 0);
  const ofReliability = sum((table) =>
    mean(table, ({ accuracy, confidence }) => rule.divergence(accuracy, confidence)),
  );
  const uncertainty = sum((table) => rule.entropy(baseRate(table)));
  const refinement = sum((table) => mean(table, ({ accuracy }) => rule.entropy(accuracy)));
  // The mean divergence of accuracies from the base rate, which is their mean; it may round to 0 or 1, and they not.
  const resolution = Math.max(0, uncertainty - refinement);
  const withinBins = score - (ofReliability - resolution + uncertainty);
  const keepsScores = tables.some((table) => table.keepsScores);
  return { reliability: ofReliability, resolution, uncertainty, refinement, withinBins, score, keepsScores };
}

function isBinary({ numClasses, numLabels }: DecompositionOptions): boolean {
  return numClasses === undefined && numLabels === undefined;
}

/** Of rows at once. */
function decompose(rule: Rule, predictions: Reals, labels: Labels, given: DecompositionOptions): Parts {
  // Read twice: making a table may grow memory, which detaches views.
  const [p, y, w] = [lasting(predictions), lasting(labels), lasting(given.sampleWeight)];
  const options = { ...given, ...weightsOf(w()) };
  const tables = isBinary(given) ? [reliability(p(), y(), options)] : classwiseReliability(p(), y(), options).classes;
  const score = reduced(rule.shape(given), p(), y(), "mean", w());
  return partsOf(rule, tables, score, given.numLabels !== undefined);
}

/** Of a stream. */
function decomposing<Result>(
  name: string,
  rule: Rule,
  given: Streamed<DecompositionOptions>,
  result: (parts: Parts) => Result,
): Accumulator<Result> {
  const weighted = flag(given.weighted ?? false, "weighted");
  return pair(
    name,
    () =>
      isBinary(given)
        ? tableAccumulator<readonly Reliability[]>(name, given, (table) => [table])
        : tablesAccumulator<readonly Reliability[]>(name, given, (tables) => tables),
    () => accumulate(lossMetric(name, rule.shape(given), "mean", weighted)),
    (tables, score) => result(partsOf(rule, tables, score, given.numLabels !== undefined)),
  );
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
  shape: (options) => scoreShape("brier", options),
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
export const brierDecomposition: CalibrationScores["brierDecomposition"] = /*#__PURE__*/ Object.assign(
  (predictions: Reals, labels: Labels, options?: DecompositionOptions): BrierDecomposition => {
    const given = optionsOf(options, [...known, "sampleWeight"], "brierDecomposition");
    return brierParts(decompose(brierRule, predictions, labels, given));
  },
  {
    accumulator(options?: Streamed<DecompositionOptions>): Accumulator<BrierDecomposition> {
      const given = optionsOf(options, [...known, "weighted"], "brierDecomposition.accumulator");
      return decomposing("brierDecomposition", brierRule, given, brierParts);
    },
  },
);

function brierParts({ score, refinement: _, keepsScores, ...parts }: Parts): BrierDecomposition {
  return { ...parts, brier: score, keepsScores };
}

/** Of two chances: that of the other class is what is missing to 1. */
const logRule: Rule = {
  divergence: (rate, from) => {
    const clipped = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, from));
    return Math.max(0, relative(rate, clipped) + relative(1 - rate, 1 - clipped));
  },
  entropy: (rate) => 0 - relative(rate, 1) - relative(1 - rate, 1),
  shape: logShape,
};

/** Of one chance among several, all of which are summed. */
const logRuleOfClasses: Rule = {
  divergence: (rate, from) => {
    const clipped = Math.max(Number.EPSILON, from);
    return Math.max(0, relative(rate, clipped) - rate + clipped);
  },
  entropy: (rate) => 0 - relative(rate, 1),
  shape: logShape,
};

/** p·ln(p/q), 0 where p is. */
function relative(p: number, q: number): number {
  return p === 0 ? 0 : p * core().ln(p / q);
}

/** The log loss, and of logits the cross-entropy. */
function logShape(options: DecompositionOptions): Shape {
  const { from, numLabels = 1, numClasses } = options;
  if (from !== "logits") return scoreShape("logLoss", options);
  return numClasses === undefined
    ? shapeOf(binaryCrossEntropyWithLogits, { numLabels })
    : shapeOf(crossEntropy, { numClasses });
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
export const logLossDecomposition: CalibrationScores["logLossDecomposition"] = /*#__PURE__*/ Object.assign(
  (predictions: Reals, labels: Labels, options?: DecompositionOptions): LogLossDecomposition => {
    const given = optionsOf(options, [...known, "sampleWeight"], "logLossDecomposition");
    return logLossParts(decompose(logRuleOf(given), predictions, labels, given));
  },
  {
    accumulator(options?: Streamed<DecompositionOptions>): Accumulator<LogLossDecomposition> {
      const given = optionsOf(options, [...known, "weighted"], "logLossDecomposition.accumulator");
      return decomposing("logLossDecomposition", logRuleOf(given), given, logLossParts);
    },
  },
);

function logRuleOf({ numClasses }: DecompositionOptions): Rule {
  return numClasses === undefined ? logRule : logRuleOfClasses;
}

function logLossParts({ score, keepsScores, ...parts }: Parts): LogLossDecomposition {
  return { ...parts, logLoss: score, keepsScores };
}
