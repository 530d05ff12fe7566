/**
 * Rows of scores in columns: one class each, of which a row has one, or one label each, of which a row has any.
 *
 * @module
 */
import { type ColumnOptions, defaults, type Labels, type Reals } from "@assay/contract";
import {
  binaryLabels,
  checkLength,
  checkNotEmpty,
  labels as classLabels,
  count,
  oneOf,
  optionalClasses,
  reals,
  typeError,
  weights,
} from "../input.js";
import { ExactSum } from "../sum.js";
import type { Kind } from "./bytes.js";
import { kindOf } from "./curve.js";
import type { CurveRows } from "./sorted-scores.js";

/** What the columns are; binary scores are one column. */
export interface Shape {
  readonly numClasses: number | undefined;
  readonly numLabels: number | undefined;
  readonly from: "scores" | "logits";
}

export function shapeOf(options: ColumnOptions): Shape {
  if (options.numClasses !== undefined && options.numLabels !== undefined) {
    const message = "numLabels needs scores without numClasses: a row has one label or many";
    throw typeError("option", "numLabels", message, options.numLabels);
  }
  return {
    numClasses: optionalClasses(options.numClasses),
    numLabels: options.numLabels === undefined ? undefined : count("numLabels", options.numLabels, 1),
    from: oneOf("from", options.from, ["scores", "logits"], defaults.rankedFrom),
  };
}

/** Rows that passed their checks. */
export interface Columns {
  readonly kind: Kind;
  readonly columns: number;
  /** Row-major. */
  readonly scores: Float64Array;
  /** 0 or 1 for each score. */
  readonly targets: Float64Array;
  /** The class of each row, where rows have one. */
  readonly classes: Float64Array | undefined;
  /** One a row. */
  readonly weights: Float64Array;
}

export function columnsOf(scores: Reals, labels: Labels, sampleWeight: Reals | undefined, shape: Shape): Columns {
  const { numClasses, numLabels = 1, from } = shape;
  const x = reals("scores", scores);
  const y = numClasses === undefined ? binaryLabels("labels", labels) : classLabels("labels", labels, numClasses);
  const columns = numClasses ?? numLabels;
  const rows = Math.floor(y.length / numLabels);
  checkLength("labels", y, rows * numLabels, `rows of numLabels ${numLabels}`);
  checkLength("scores", x, rows * columns, numClasses === undefined ? "one per label" : "labels × numClasses");
  checkNotEmpty("labels", y);
  const rowWeights = weights("sampleWeight", sampleWeight, rows);
  const oneHot = (_: number, i: number): number => Number(y[Math.floor(i / columns)] === i % columns);
  return {
    kind: kindOf(x, sampleWeight),
    columns,
    scores: from === "logits" && numClasses !== undefined ? logOdds(x, columns) : Float64Array.from(x),
    targets: numClasses === undefined ? Float64Array.from(y) : Float64Array.from(x, oneHot),
    classes: numClasses === undefined ? undefined : Float64Array.from(y),
    weights: rowWeights,
  };
}

/**
 * Rows of logits with ln(p / (1 − p)) of their softmax probabilities in their place: these have the order of p, and differ
 * where probabilities next to 1 would be rounded to the same number.
 */
function logOdds(x: Float32Array | Float64Array, columns: number): Float64Array {
  const odds = Float64Array.from(x);
  for (let start = 0; start < odds.length; start += columns) {
    odds.set(oddsOfRow(odds.slice(start, start + columns)), start);
  }
  return odds;
}

/**
 * Of class k, −ln Σ e^(xⱼ − xₖ) over the others j: (xₖ − n) − ln Σ e^(xⱼ − n) with n the largest of them. Sums are exact,
 * and only differences of logits go into them: neither the order of classes nor what is added to all of them matters.
 */
function oddsOfRow(row: Float64Array): Float64Array {
  const [largest, ...rest] = [...row].sort((a, b) => b - a || 0) as [number, ...number[]];
  const next = rest[0] ?? -Infinity;
  const difference = (a: number, b: number): number => (a === b ? 0 : a - b);
  // Σ e^(xⱼ − n) without the 1 of n itself.
  const beside = (n: number, all: readonly number[]): ExactSum =>
    all.reduce((sum, x) => sum.add(Math.exp(difference(x, n))), others.reset().add(-1));
  const ofLargest = difference(largest, next) - Math.log1p(beside(next, rest).value());
  beside(largest, [...row]);
  return row.map((x) => {
    if (x === largest) return ofLargest;
    const own = Math.exp(x - largest);
    const sum = others.add(-own).value();
    others.add(own);
    return x - largest - Math.log1p(sum);
  });
}

const others = new ExactSum();

/** One column against the rest. */
export function columnAt({ columns, scores, targets, weights }: Columns, which: number): CurveRows {
  const own = (_: number, i: number): boolean => i % columns === which;
  return { scores: scores.filter(own), labels: targets.filter(own), weights };
}

/** One class against another one, by its own column. */
export function pairOf({ columns, scores, classes, weights }: Columns, own: number, other: number): CurveRows {
  const rows = [...classes!.keys()].filter((i) => classes![i] === own || classes![i] === other);
  return {
    scores: Float64Array.from(rows, (i) => scores[i * columns + own]!),
    labels: Float64Array.from(rows, (i) => Number(classes![i] === own)),
    weights: Float64Array.from(rows, (i) => weights[i]!),
  };
}

/** All elements together. */
export function elementsOf({ columns, scores, targets, weights }: Columns): CurveRows {
  const ofRow = (_: number, i: number): number => weights[Math.floor(i / columns)]!;
  return { scores, labels: targets, weights: Float64Array.from(scores, ofRow) };
}
