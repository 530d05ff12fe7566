/**
 * How much better than something else: probabilities than the class frequencies, a value than an earlier one.
 *
 * @module
 */
import { defaults, type Labels, type Reals, type SkillOptions, type SkillScoreOptions } from "@assay/contract";
import { lasting, numbersOf, reals } from "./arguments.js";
import { brierScore } from "./calibration/index.js";
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
  // Read twice: a state may grow memory, which detaches views.
  const [y, weights] = [lasting(labels), lasting(rest.sampleWeight)];
  const own = loss(probabilities, y(), rest);
  const classes = classCounts(y(), rest.numClasses ?? 2, { sampleWeight: weights() });
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

/** 1 − the loss over that of the reference; undefined where that costs nothing. */
function skillScore(
  name: string,
  loss: Loss,
  d2: typeof d2BrierScore,
  [probabilities, labels, options]: readonly [Reals, Labels, SkillScoreOptions | undefined],
): number {
  const given = optionsOf(options, ["numClasses", "sampleWeight", "undefinedValue", "reference"], name);
  const { reference, ...rest } = given;
  if (reference === undefined) return d2(probabilities, labels, rest);
  const { undefinedValue = defaults.undefinedValue, ...ofLoss } = rest;
  anyNumber(undefinedValue, "undefinedValue");
  const { length } = probabilities;
  const [y, weights, against] = [lasting(labels), lasting(ofLoss.sampleWeight), lasting(reference)];
  const own = loss(probabilities, y(), ofLoss);
  const current = weights();
  const again = current === undefined ? ofLoss : { ...ofLoss, sampleWeight: current };
  const other = lossOfReference(loss, against(), length, y(), again);
  return other === 0 ? undefinedValue : 1 - own / other;
}

/** Of one probability for all rows, each class is a row of its own, as often as it occurs. */
function lossOfReference(
  loss: Loss,
  reference: Reals | number,
  length: number,
  labels: Labels,
  options: SkillOptions,
): number {
  const { numClasses, sampleWeight } = options;
  const constant = typeof reference === "number" ? [reference] : constantOf(reference, length, numClasses);
  if (constant === undefined) return loss(reference as Reals, labels, options);
  const { counts } = classCounts(labels, numClasses ?? 2, { sampleWeight });
  const rows = Array.from(counts.keys()).flatMap(() => constant);
  const ofClasses = numClasses === undefined ? {} : { numClasses };
  return loss(rows, Array.from(counts.keys()), { ...ofClasses, sampleWeight: counts });
}

/** A probability for each class, unless there is one for each row. */
function constantOf(reference: Reals, length: number, numClasses: number | undefined): readonly number[] | undefined {
  if (numClasses === undefined || reference.length !== numClasses || reference.length === length) return undefined;
  return Array.from(numbersOf(reals(reference, "reference")));
}

/**
 * Brier skill score against a reference, in −∞..1: 1 − {@link brierScore} of the rows over that of the reference; 0 is no
 * better than it. The reference is another model's probabilities, one probability for each class (of class 1 a number),
 * or, if none is given, the class frequencies of these labels: {@link d2BrierScore}. Undefined where the reference costs
 * nothing: NaN, or `undefinedValue`. Arguments and errors as for {@link d2LogLossScore}.
 *
 * @see Murphy (1988), Skill scores based on the mean square error
 */
export function brierSkillScore(probabilities: Reals, labels: Labels, options?: SkillScoreOptions): number {
  return skillScore("brierSkillScore", brierScore, d2BrierScore, [probabilities, labels, options]);
}

/** The same by {@link logLoss}: how much less than the reference's. */
export function logLossSkillScore(probabilities: Reals, labels: Labels, options?: SkillScoreOptions): number {
  return skillScore("logLossSkillScore", logLoss, d2LogLossScore, [probabilities, labels, options]);
}

/**
 * (after − before) / before of two values of any measure: by which share it grew. Where `before` is 0, NaN or ±∞; where
 * it is negative, growth is negative too.
 */
export function relativeImprovement(before: number, after: number): number {
  return (anyNumber(after, "after") - anyNumber(before, "before")) / before;
}
