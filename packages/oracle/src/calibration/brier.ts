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
 * The Brier score: the weighted mean over rows of (p − y)², or with `numClasses` of Σ over classes (p_c − [y = c])².
 */
export function brierScore(probabilities: Reals, labels: Labels, options: BrierOptions = {}): number {
  checkOptions("brierScore", options, ["numClasses", "from", "scaleByHalf", "sampleWeight"]);
  const scaleByHalf = boolean("scaleByHalf", options.scaleByHalf, false);
  const { numClasses } = options;
  if (scaleByHalf && numClasses === undefined) {
    const message = "scaleByHalf needs numClasses: the binary score has nothing to halve";
    throw typeError("option", "scaleByHalf", message, true);
  }
  const comparison = comparisonOf(options, numClasses === undefined ? "positive" : "eachClass");
  const rows = checkSome(checkRows(comparison, probabilities, labels, options.sampleWeight));
  const classes = compared(rows, comparison);
  const scores = rows.weights.map(
    (weight, i) => weight * exactSum(classes.map((rows) => (rows[i]!.confidence - Number(rows[i]!.right)) ** 2)),
  );
  const mean = exactSum(scores) / exactSum(rows.weights);
  return scaleByHalf ? mean / 2 : mean;
}
