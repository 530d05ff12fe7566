/**
 * How much better than something else: probabilities than the class frequencies, a value than an earlier one.
 *
 * @module
 */
import { defaults, type Labels, type Reals, type SkillOptions } from "@assay/contract";
import { brierScore } from "./calibration.js";
import { type ClassCounts, classCounts } from "./class-counts.js";
import { logLoss } from "./losses/scores.js";
import { anyNumber, optionsOf } from "./options.js";

type Loss = typeof logLoss | typeof brierScore;

/** 1 − the loss of the rows over that of the class frequencies; undefined where one class alone occurs. */
function skill(
  name: string,
  loss: Loss,
  ofFrequencies: (classes: ClassCounts) => number,
  [probabilities, labels, options]: readonly [Reals, Labels, SkillOptions | undefined],
): number {
  const given = optionsOf(options, ["numClasses", "sampleWeight", "undefinedValue"], name);
  const { undefinedValue = defaults.undefinedValue, ...rest } = given;
  anyNumber(undefinedValue, "undefinedValue");
  const own = loss(probabilities, labels, rest);
  const classes = classCounts(labels, rest.numClasses ?? 2, { sampleWeight: rest.sampleWeight });
  const occurring = classes.counts.filter((count) => count > 0);
  return occurring.length < 2 ? undefinedValue : 1 - own / ofFrequencies({ ...classes, counts: occurring });
}

/**
 * Each row of a class costs the same. A class of more than half of the rows is the event that another does not occur:
 * its frequency may be near 1, and its logarithm then is that of what lacks.
 */
function logLossOfFrequencies({ counts, total }: ClassCounts): number {
  const isRare = counts.map((count) => Number(count <= total - count));
  const frequencies = counts.map((count, k) => (isRare[k] ? count : total - count) / total);
  return logLoss(frequencies, isRare, { sampleWeight: counts });
}

/** Σ of q·(1 − q) over the frequencies; with one column of probabilities it is half of it. */
function brierOfFrequencies({ counts, total }: ClassCounts): number {
  return counts.reduce((sum, count) => sum + (count / total) * ((total - count) / total), 0);
}

/**
 * How much better probabilities are than the class frequencies by {@link logLoss}, in −∞..1: 1 − the log loss of the
 * rows over that of a constant prediction, the frequencies of these labels. 0 is no better than they, 1 perfect.
 * Undefined where one class alone occurs: NaN, or `undefinedValue`. Reads the labels twice.
 *
 * @param probabilities N probabilities of class 1, or N × numClasses row-major, each in [0, 1]
 * @param labels N labels in 0..numClasses−1 (binary: 0 or 1)
 * @throws AssayRangeError as {@link logLoss}
 * @see scikit-learn 1.9, `sklearn.metrics.d2_log_loss_score`
 */
export function d2LogLossScore(probabilities: Reals, labels: Labels, options?: SkillOptions): number {
  return skill("d2LogLossScore", logLoss, logLossOfFrequencies, [probabilities, labels, options]);
}

/**
 * Brier skill score, in −∞..1: 1 − {@link brierScore} of the rows over that of a constant prediction, the class
 * frequencies of these labels. Arguments, undefined cases and errors as for {@link d2LogLossScore}.
 *
 * @see scikit-learn 1.9, `sklearn.metrics.d2_brier_score`
 */
export function d2BrierScore(probabilities: Reals, labels: Labels, options?: SkillOptions): number {
  const share = options?.numClasses === undefined ? 0.5 : 1;
  const ofFrequencies = (classes: ClassCounts): number => share * brierOfFrequencies(classes);
  return skill("d2BrierScore", brierScore, ofFrequencies, [probabilities, labels, options]);
}

/**
 * (after − before) / before of two values of any measure: by which share it grew. Where `before` is 0, NaN or ±∞; where
 * it is negative, growth is negative too.
 */
export function relativeImprovement(before: number, after: number): number {
  return (anyNumber(after, "after") - anyNumber(before, "before")) / before;
}
