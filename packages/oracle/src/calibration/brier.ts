/**
 * Brier score: G. Brier, "Verification of forecasts expressed in terms of probability" (1950).
 *
 * @module
 */
import type { BrierOptions, Labels, Reals } from "@assay/contract";
import { boolean, checkOptions, typeError } from "../input.js";
import { exactSum } from "../sum.js";
import { checkRows, checkSome, compared, comparisonOf } from "./comparison.js";

/**
 * The Brier score: the weighted mean over rows of (p − y)², or with `numClasses` of Σ over classes (p_c − [y = c])², or
 * with `numLabels` of the mean over labels.
 */
export function brierScore(predictions: Reals, labels: Labels, options: BrierOptions = {}): number {
  checkOptions("brierScore", options, ["numClasses", "numLabels", "from", "scaleByHalf", "sampleWeight"]);
  const scaleByHalf = boolean("scaleByHalf", options.scaleByHalf, false);
  const { numClasses, numLabels = 1 } = options;
  if (scaleByHalf && numClasses === undefined) {
    const message = "scaleByHalf needs numClasses: there is nothing else to halve";
    throw typeError("option", "scaleByHalf", message, true);
  }
  const isBinary = numClasses === undefined && options.numLabels === undefined;
  const comparison = comparisonOf(options, isBinary ? "positive" : "eachClass");
  const rows = checkSome(checkRows(comparison, predictions, labels, options.sampleWeight));
  const classes = compared(rows, comparison);
  const scores = rows.weights.map(
    (weight, i) => weight * exactSum(classes.map((rows) => (rows[i]!.confidence - Number(rows[i]!.right)) ** 2)),
  );
  const mean = exactSum(scores) / exactSum(rows.weights) / numLabels;
  return scaleByHalf ? mean / 2 : mean;
}
