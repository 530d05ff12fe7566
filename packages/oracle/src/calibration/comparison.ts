/**
 * What is compared: confidences, and whether they were right.
 *
 * @module
 */
import {
  type Accumulator,
  type CalibrationOf,
  type ComparisonOptions,
  defaults,
  type Labels,
  type Reals,
} from "@assay/contract";
import { keepRows, type Rows } from "../accumulator.js";
import {
  binaryLabels,
  boolean,
  checkLength,
  checkNotEmpty,
  checkWeighty,
  labels as classLabels,
  count,
  oneOf,
  optionalClasses,
  probabilities,
  reals,
  typeError,
  weights,
} from "../input.js";
import { sigmoid } from "../losses/logistic.js";
import { softmax } from "../losses/softmax.js";
import { argmax } from "../rows.js";

/** `"eachClass"` is `"allClasses"`, one class at a time. */
export type Of = CalibrationOf | "eachClass";

/** What predictions are, and what is compared. */
export interface Comparison {
  readonly numClasses: number | undefined;
  readonly numLabels: number | undefined;
  readonly from: "probabilities" | "logits";
  readonly of: Of;
}

/** The options of a comparison, of which only some `of` may be allowed. */
export function comparisonOf(
  options: ComparisonOptions,
  of: Of | undefined,
  allowed: readonly Of[] = ["positive", "topLabel", "allClasses", "eachClass"],
): Comparison {
  if (options.numClasses !== undefined && options.numLabels !== undefined) {
    throw typeError("option", "numLabels", "numClasses and numLabels exclude each other", options.numLabels);
  }
  const numClasses = optionalClasses(options.numClasses);
  const numLabels = options.numLabels === undefined ? undefined : count("numLabels", options.numLabels, 1);
  const words = wordsFor(numClasses, numLabels).filter((word) => allowed.includes(word));
  return {
    numClasses,
    numLabels,
    from: oneOf("from", options.from, ["probabilities", "logits"], defaults.from),
    of: oneOf<Of>("of", of, words, words[0]!),
  };
}

/** Of several classes none is the positive one; of labels none is the top one. */
function wordsFor(numClasses: number | undefined, numLabels: number | undefined): readonly Of[] {
  if (numLabels !== undefined) return ["allClasses", "eachClass"];
  return numClasses === undefined ? ["positive", "topLabel"] : ["topLabel", "allClasses", "eachClass"];
}

export function columnsOf({ numClasses, numLabels }: Comparison): number {
  return numClasses ?? numLabels ?? 1;
}

/** Rows as they were given, once they passed their checks. */
export function checkRows(
  comparison: Comparison,
  predictions: Reals,
  labels: Labels,
  sampleWeight: Reals | undefined,
): Rows {
  const { numClasses, numLabels = 1, from } = comparison;
  const p = from === "logits" ? reals("logits", predictions) : probabilities("probabilities", predictions);
  const y = numClasses === undefined ? binaryLabels("labels", labels) : classLabels("labels", labels, numClasses);
  const rows = Math.floor(y.length / numLabels);
  checkLength("labels", y, rows * numLabels, `rows of numLabels ${numLabels}`);
  checkLength(from, p, rows * columnsOf(comparison), numClasses ? "labels × numClasses" : "one per label");
  return {
    predictions: Float64Array.from(p),
    targets: Float64Array.from(y),
    weights: weights("sampleWeight", sampleWeight, rows),
  };
}

/** A one-shot call needs rows, and some weight. */
export function checkSome(rows: Rows): Rows {
  checkNotEmpty("labels", rows.targets);
  checkWeighty("labels", rows.weights);
  return rows;
}

/** What follows from rows that are compared. */
export interface Following<Result> {
  readonly name: string;
  readonly comparison: Comparison;
  /** What else tells it apart: accumulators of equal ones merge. */
  readonly config?: object;
  readonly weighted?: boolean | undefined;
  readonly keepsScores: boolean;
  readonly finish: (rows: Rows) => Result;
}

/** A stream of it. */
export function keepCompared<Result>(following: Following<Result>): Accumulator<Result> {
  const { name, comparison, config, weighted, keepsScores, finish } = following;
  return keepRows({
    name,
    config: { comparison, ...config },
    weighted: boolean("weighted", weighted, false),
    keepsScores,
    predictionColumns: columnsOf(comparison),
    targetColumns: comparison.numLabels ?? 1,
    check: (predictions, labels, sampleWeight) => checkRows(comparison, predictions as Reals, labels, sampleWeight),
    finish,
  });
}

/** Whether rows have any weight; a stream may have seen none. */
export function weighSomething({ weights }: Rows): boolean {
  return weights.some((weight) => weight > 0);
}

/** A confidence, whether it was right, and its weight. */
export interface Compared {
  readonly confidence: number;
  readonly right: boolean;
  readonly weight: number;
}

/** What is compared in all rows; with `"eachClass"` a list for each class. */
export function compared(rows: Rows, comparison: Comparison): Compared[][] {
  const { of } = comparison;
  const columns = columnsOf(comparison);
  const each = Array.from(rows.weights, (weight, i) => ({ ...rowOf(rows, comparison, i), weight }));
  if (of === "positive")
    return [each.map(({ p, isTrue, weight }) => ({ confidence: p[0]!, right: isTrue[0]!, weight }))];
  if (of === "topLabel") {
    return [each.map(({ p, isTrue, top, weight }) => ({ confidence: p[top]!, right: isTrue[top]!, weight }))];
  }
  const ofClass = (k: number): Compared[] =>
    each.map(({ p, isTrue, weight }) => ({ confidence: p[k]!, right: isTrue[k]!, weight }));
  const classes = Array.from({ length: columns }, (_, k) => ofClass(k));
  return of === "eachClass" ? classes : [classes.flat()];
}

/** The probabilities of one row, which of its classes are true, and the first of the largest. */
interface Row {
  readonly p: readonly number[] | Float64Array;
  readonly isTrue: readonly boolean[];
  readonly top: number;
}

function rowOf({ predictions, targets }: Rows, comparison: Comparison, i: number): Row {
  const { numClasses, numLabels, from, of } = comparison;
  const columns = columnsOf(comparison);
  const x = predictions.subarray(i * columns, (i + 1) * columns);
  if (numClasses !== undefined) {
    const isTrue = Array.from(x, (_, k) => targets[i] === k);
    return { p: from === "logits" ? softmax(x).p : x, isTrue, top: argmax(x) };
  }
  const p = from === "logits" ? x.map(sigmoid) : x;
  if (numLabels !== undefined) return { p, isTrue: Array.from(p, (_, k) => targets[i * columns + k] === 1), top: 0 };
  if (of === "positive") return { p, isTrue: [targets[i] === 1], top: 0 };
  // Two classes: [1 − p, p], where 1 − p of a logit is the p of its negative.
  const both = [from === "logits" ? sigmoid(-x[0]!) : 1 - p[0]!, p[0]!];
  const isPositive = from === "logits" ? x[0]! > 0 : both[1]! > both[0]!;
  return { p: both, isTrue: [targets[i] === 0, targets[i] === 1], top: Number(isPositive) };
}
