/**
 * Rows of scores in columns: one class each, of which a row has one, or one label each, of which a row has any.
 *
 * @module
 */
import type { Labels, Reals } from "@assay/contract";
import {
  binaryLabels,
  checkLength,
  checkNotEmpty,
  checkWeighty,
  labels as classLabels,
  count,
  optionalClasses,
  reals,
  typeError,
  weights,
} from "../input.js";
import type { Kind } from "./bytes.js";
import { kindOf } from "./curve.js";
import type { CurveRows } from "./sorted-scores.js";

/** What the columns are; binary scores are one column. */
export interface Shape {
  readonly numClasses: number | undefined;
  readonly numLabels: number | undefined;
}

export function shapeOf(options: { numClasses?: number; numLabels?: number }): Shape {
  if (options.numClasses !== undefined && options.numLabels !== undefined) {
    const message = "numLabels needs scores without numClasses: a row has one label or many";
    throw typeError("option", "numLabels", message, options.numLabels);
  }
  return {
    numClasses: optionalClasses(options.numClasses),
    numLabels: options.numLabels === undefined ? undefined : count("numLabels", options.numLabels, 1),
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
  const { numClasses, numLabels = 1 } = shape;
  const x = reals("scores", scores);
  const y = numClasses === undefined ? binaryLabels("labels", labels) : classLabels("labels", labels, numClasses);
  const columns = numClasses ?? numLabels;
  const rows = Math.floor(y.length / numLabels);
  checkLength("labels", y, rows * numLabels, `rows of numLabels ${numLabels}`);
  checkLength("scores", x, rows * columns, numClasses === undefined ? "one per label" : "labels × numClasses");
  checkNotEmpty("labels", y);
  const rowWeights = weights("sampleWeight", sampleWeight, rows);
  checkWeighty("labels", rowWeights);
  const oneHot = (_: number, i: number): number => Number(y[Math.floor(i / columns)] === i % columns);
  return {
    kind: kindOf(x, sampleWeight),
    columns,
    scores: Float64Array.from(x),
    targets: numClasses === undefined ? Float64Array.from(y) : Float64Array.from(x, oneHot),
    classes: numClasses === undefined ? undefined : Float64Array.from(y),
    weights: rowWeights,
  };
}

/** One column against the rest. */
export function columnAt({ columns, scores, targets, weights }: Columns, which: number): CurveRows {
  const own = (_: number, i: number): boolean => i % columns === which;
  return { scores: scores.filter(own), labels: targets.filter(own), weights };
}

/** All elements together. */
export function elementsOf({ columns, scores, targets, weights }: Columns): CurveRows {
  const ofRow = (_: number, i: number): number => weights[Math.floor(i / columns)]!;
  return { scores, labels: targets, weights: Float64Array.from(scores, ofRow) };
}
