/**
 * Rows of scores in several columns: classes, of which a row has one, or labels, of which it has any.
 *
 * @module
 */
import { type ColumnOptions, defaults } from "@assay/contract";
import { withOdds } from "../odds.js";
import { inapplicable, oneOf, whole } from "../options.js";
import { type CurveRows, type Selection, takeRows } from "./sorted-scores.js";

/** One column of scores with a label each. */
export const plain: Selection = { columns: 1, column: 0, labelColumns: 1, classes: 2, positive: 1, against: -1 };

/** A column against the rest: of classes, which share one label a row, or of labels, which have one each. */
export function selection(columns: number, which: number, isMulticlass: boolean, against = -1): Selection {
  return isMulticlass
    ? { columns, column: which, labelColumns: 1, classes: columns, positive: which, against }
    : { columns, column: which, labelColumns: columns, classes: 2, positive: 1, against };
}

/** What the columns are. */
export interface Shape {
  readonly columns: number;
  readonly isMulticlass: boolean;
  readonly from: "scores" | "logits";
}

/** Reads what the columns are; none are named where there is but one. */
export function shapeOf({ numClasses, numLabels, from = defaults.rankedFrom }: ColumnOptions): Shape | undefined {
  oneOf(from, ["scores", "logits"], "from");
  if (numClasses !== undefined && numLabels !== undefined) {
    const message = "numClasses (one label a row) and numLabels (one label a column) exclude each other";
    throw inapplicable("numLabels", message, numLabels);
  }
  if (numClasses !== undefined) return { columns: whole(numClasses, 2, "numClasses"), isMulticlass: true, from };
  if (numLabels === undefined) return undefined;
  return { columns: whole(numLabels, 1, "numLabels"), isMulticlass: false, from };
}

/** Takes rows of such columns. */
export function takeColumns(
  { columns, isMulticlass }: Shape,
  scores: unknown,
  labels: unknown,
  weight: unknown,
): CurveRows {
  return takeRows(scores, labels, weight, columns, isMulticlass ? 1 : columns);
}

/** Each column against the rest. */
export function selectionsOf({ columns, isMulticlass }: Shape): readonly Selection[] {
  return Array.from({ length: columns }, (_, k) => selection(columns, k, isMulticlass));
}

/** Runs with rows in the order in which they are ranked: a sigmoid keeps that of single logits, a softmax does not. */
export function ranked<Result>(
  { columns, isMulticlass, from }: Shape,
  rows: CurveRows,
  body: (rows: CurveRows) => Result,
): Result {
  if (from === "scores" || !isMulticlass) return body(rows);
  return withOdds(rows.scores, columns, (scores) => body({ ...rows, scores }));
}
