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
import { softmax } from "../losses/softmax.js";
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
 * where probabilities next to 1 would be rounded to the same number. Of two classes they are the difference of logits.
 */
function logOdds(x: Float32Array | Float64Array, columns: number): Float64Array {
  const odds = Float64Array.from(x);
  for (let start = 0; start < odds.length; start += columns) {
    const row = odds.slice(start, start + columns);
    const { cost, notP } = softmax(row);
    const [a, b] = row as unknown as [number, number];
    const difference = a === b ? 0 : a - b;
    odds.set(columns === 2 ? [difference, -difference] : cost.map((nll, k) => -nll - Math.log(notP[k]!)), start);
  }
  return odds;
}

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
