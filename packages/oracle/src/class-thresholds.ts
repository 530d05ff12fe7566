/**
 * A threshold for each class, by coordinate ascent that tries every threshold of one class at a time.
 *
 * @module
 */
import {
  type ApplyClassThresholdsOptions,
  type ClassObjective,
  type ClassThresholding,
  type ClassThresholds,
  defaults,
} from "@assay/contract";
import { binaryCurve } from "./curve/curve.js";
import {
  checkLength,
  checkNotEmpty,
  checkOptions,
  checkWeighty,
  labels as classLabels,
  count,
  number,
  oneOf,
  rangeError,
  reals,
  typeError,
  weights,
} from "./input.js";
import { exactSum } from "./sum.js";

/** Of the scores at or above their thresholds the first largest; `none` where there is none. */
function winner(row: Float64Array, thresholds: Float64Array, none: number): number {
  let best = -1;
  for (let k = 0; k < row.length; k++) {
    if (row[k]! >= thresholds[k]! && (best < 0 || row[k]! > row[best]!)) best = k;
  }
  return best < 0 ? none : best;
}

function settle({ numClasses, none }: ApplyClassThresholdsOptions): { classes: number; none: number } {
  const classes = count("numClasses", numClasses, 2);
  const ok = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < classes;
  return { classes, none: number("none", none ?? defaults.none, ok, `a class in 0..${classes - 1}`) };
}

function thresholdsOf(name: string, given: unknown, classes: number): Float64Array {
  const thresholds = reals(name, given);
  checkLength(name, thresholds, classes, "one per class");
  return Float64Array.from(thresholds);
}

function rowsOf(scores: unknown, classes: number): Float64Array[] {
  const x = new Float64Array(reals("scores", scores));
  if (x.length % classes !== 0) {
    throw rangeError("shape", "scores", `scores has ${x.length} elements, which are no rows of ${classes}`);
  }
  return Array.from({ length: x.length / classes }, (_, i) => x.subarray(i * classes, (i + 1) * classes));
}

/** The class of each row. */
export const applyClassThresholds: ClassThresholding["applyClassThresholds"] = (scores, thresholds, options) => {
  checkOptions("applyClassThresholds", options, ["numClasses", "none"]);
  const { classes, none } = settle(options);
  const cuts = thresholdsOf("thresholds", thresholds, classes);
  const rows = rowsOf(scores, classes);
  if (rows.length === 0) throw rangeError("empty", "scores", "scores is empty");
  return new Int32Array(rows.map((row) => winner(row, cuts, none)));
};

interface Problem {
  readonly rows: readonly Float64Array[];
  readonly labels: ArrayLike<number>;
  readonly weights: Float64Array;
  readonly classes: number;
  readonly none: number;
  readonly objective: ClassObjective;
}

/** The objective at these thresholds, from its definition. */
function valueAt({ rows, labels, weights, classes, none, objective }: Problem, thresholds: Float64Array): number {
  const weightsOf = (): number[][] => Array.from({ length: classes }, () => []);
  const [tp, predicted, support] = [weightsOf(), weightsOf(), weightsOf()];
  rows.forEach((row, i) => {
    const [own, label, weight] = [winner(row, thresholds, none), labels[i]!, weights[i]!];
    predicted[own]!.push(weight);
    support[label]!.push(weight);
    if (own === label) tp[own]!.push(weight);
  });
  const perClass = tp.map((_, k) => ({
    tp: exactSum(tp[k]!),
    predicted: exactSum(predicted[k]!),
    support: exactSum(support[k]!),
  }));
  const f1 = (one: (typeof perClass)[number]): number =>
    one.predicted + one.support === 0 ? 0 : (2 * one.tp) / (one.predicted + one.support);
  const termOf: Record<ClassObjective, (one: (typeof perClass)[number]) => [value: number, weight: number]> = {
    accuracy: (one) => [one.tp, one.support],
    macroF1: (one) => [f1(one), Number(one.predicted + one.support > 0)],
    weightedF1: (one) => [f1(one) * one.support, one.support],
    balancedAccuracy: (one) => (one.support === 0 ? [0, 0] : [one.tp / one.support, 1]),
  };
  const terms = perClass.map(termOf[objective]);
  return terms.reduce((sum, [value]) => sum + value, 0) / terms.reduce((sum, [, weight]) => sum + weight, 0);
}

/** The best threshold of one class over all its scores, the others as they are; of equal ones the largest. */
function improve(problem: Problem, thresholds: Float64Array, k: number): number {
  // −0 + 0 is 0.
  const scores = [...new Set(problem.rows.map((row) => row[k]! + 0))].sort((a, b) => a - b);
  const before = thresholds[k]!;
  let best = valueAt(problem, thresholds);
  let chosen = before;
  for (const threshold of [-Infinity, ...scores, Infinity]) {
    const tried = Float64Array.from(thresholds, (other, j) => (j === k ? threshold : other));
    const value = valueAt(problem, tried);
    if (value > best || (value === best && chosen !== before)) {
      best = value;
      chosen = threshold;
    }
  }
  thresholds[k] = chosen;
  return best;
}

function ascend(problem: Problem, start: Float64Array, maxRounds: number): Omit<ClassThresholds, "argmaxValue"> {
  const thresholds = Float64Array.from(start);
  let value = valueAt(problem, thresholds);
  let rounds = 0;
  for (let improved = true; improved && rounds < maxRounds; rounds++) {
    const before = value;
    for (let k = 0; k < problem.classes; k++) value = improve(problem, thresholds, k);
    improved = value > before;
  }
  return { thresholds, value, rounds };
}

/** The best F1 of each class against the rest; a class without rows is always admitted. */
function oneVersusRest({ rows, labels, weights, classes }: Problem): Float64Array {
  return Float64Array.from({ length: classes }, (_, k) => {
    const curve = binaryCurve(
      rows.map((row) => row[k]!),
      rows.map((_, i) => Number(labels[i] === k)),
      { sampleWeight: weights },
    );
    return curve.positives > 0 ? curve.best("f1").threshold : -Infinity;
  });
}

/** Chooses a threshold for each class: from several starts, round after round, until nothing improves. */
export const classThresholds: ClassThresholding["classThresholds"] = (scores, labels, options) => {
  const known = ["numClasses", "none", "objective", "starts", "maxRounds", "sampleWeight"];
  checkOptions("classThresholds", options, known);
  const { classes, none } = settle(options);
  const objectives: ClassObjective[] = ["accuracy", "macroF1", "weightedF1", "balancedAccuracy"];
  const objective = oneOf("objective", options.objective, objectives, defaults.classObjective);
  const maxRounds = count("maxRounds", options.maxRounds ?? defaults.maxRounds, 1);
  const { starts: given = [] } = options;
  if (!Array.isArray(given))
    throw typeError("type", "starts", "starts should be an array of rows of thresholds", given);
  const own = given.map((start, i) => thresholdsOf(`starts[${i}]`, start, classes));
  const x = reals("scores", scores);
  const y = classLabels("labels", labels, classes);
  checkNotEmpty("labels", y);
  checkLength("scores", x, y.length * classes, "labels × numClasses");
  const sampleWeight = weights("sampleWeight", options.sampleWeight, y.length);
  checkWeighty("labels", sampleWeight);
  const problem = { rows: rowsOf(x, classes), labels: y, weights: sampleWeight, classes, none, objective };
  const everything = new Float64Array(classes).fill(-Infinity);
  const argmaxValue = valueAt(problem, everything);
  const starts = [everything, oneVersusRest(problem), ...own];
  return starts
    .map((start) => ascend(problem, start, maxRounds))
    .reduce<ClassThresholds>((best, found) => (found.value > best.value ? { ...found, argmaxValue } : best), {
      thresholds: everything,
      value: argmaxValue,
      rounds: 0,
      argmaxValue,
    });
};
