/**
 * How much better predictions are than something else.
 *
 * @module
 */
import { defaults, type Labels, type Reals, type SkillOptions, type SkillScoreOptions } from "@assay/contract";
import { brierScore } from "./calibration/index.js";
import { anyNumber, checkOptions, resolve } from "./input.js";
import { logLoss } from "./losses/log-loss.js";
import { exactSum, exactSums } from "./sum.js";

type Score = (probabilities: Reals, labels: Labels, options: Omit<SkillOptions, "undefinedValue">) => number;

/** D² of the log loss (`sklearn.metrics.d2_log_loss_score`). */
export function d2LogLossScore(probabilities: Reals, labels: Labels, options: SkillOptions = {}): number {
  return d2("d2LogLossScore", logLoss, probabilities, labels, options);
}

/** D² of the Brier score, the Brier skill score (`sklearn.metrics.d2_brier_score`). */
export function d2BrierScore(probabilities: Reals, labels: Labels, options: SkillOptions = {}): number {
  return d2("d2BrierScore", brierScore, probabilities, labels, options);
}

/** 1 − score / score of the class frequencies of these labels, predicted for every row. */
function d2(name: string, score: Score, probabilities: Reals, labels: Labels, options: SkillOptions): number {
  checkOptions(name, options, ["numClasses", "sampleWeight", "undefinedValue"]);
  const { undefinedValue = defaults.undefinedValue, ...rest } = options;
  anyNumber("undefinedValue", undefinedValue);
  const own = score(probabilities, labels, rest);
  const y = Int32Array.from(resolve("labels", labels, "labels"));
  const frequencies = classFrequencies(y, options);
  if (frequencies.filter((share) => share > 0).length === 1) return undefinedValue;
  const frequent = options.numClasses === undefined ? [frequencies[1]!] : [...frequencies];
  const same = Array.from(y).flatMap(() => frequent);
  return 1 - own / score(same, labels, rest);
}

/** The share of each class. */
function classFrequencies(y: Int32Array, { numClasses = 2, sampleWeight }: SkillOptions): Float64Array {
  const weights = sampleWeight === undefined ? y.map(() => 1) : resolve("sampleWeight", sampleWeight, "reals");
  const total = exactSum(weights);
  return exactSums(numClasses, y, Float64Array.from(weights)).map((sum) => sum / total);
}

/** 1 − Brier score / Brier score of the reference. */
export function brierSkillScore(probabilities: Reals, labels: Labels, options: SkillScoreOptions = {}): number {
  return skillScore("brierSkillScore", brierScore, probabilities, labels, options);
}

/** 1 − log loss / log loss of the reference. */
export function logLossSkillScore(probabilities: Reals, labels: Labels, options: SkillScoreOptions = {}): number {
  return skillScore("logLossSkillScore", logLoss, probabilities, labels, options);
}

function skillScore(
  name: string,
  score: Score,
  probabilities: Reals,
  labels: Labels,
  options: SkillScoreOptions,
): number {
  checkOptions(name, options, ["numClasses", "sampleWeight", "undefinedValue", "reference"]);
  const { reference, ...rest } = options;
  if (reference === undefined) return d2(name, score, probabilities, labels, rest);
  const { undefinedValue = defaults.undefinedValue, ...ofScore } = rest;
  anyNumber("undefinedValue", undefinedValue);
  const own = score(probabilities, labels, ofScore);
  const other = score(forEachRow(reference, probabilities, labels, options), labels, ofScore);
  return other === 0 ? undefinedValue : 1 - own / other;
}

/** A reference that is the same for all rows is repeated. */
function forEachRow(
  reference: Reals | number,
  probabilities: Reals,
  labels: Labels,
  { numClasses }: SkillOptions,
): Reals {
  const y = Array.from(resolve("labels", labels, "labels"));
  if (typeof reference === "number") return y.map(() => reference);
  if (reference.length === probabilities.length || reference.length !== numClasses) return reference;
  return y.flatMap(() => Array.from(resolve("reference", reference, "reals")));
}

/** (after − before) / before, of two values of any measure. */
export function relativeImprovement(before: number, after: number): number {
  return (anyNumber("after", after) - anyNumber("before", before)) / before;
}
