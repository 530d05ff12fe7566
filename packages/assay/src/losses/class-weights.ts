/**
 * Weights of classes.
 *
 * @module
 */
import { AssayRangeError, type BalancedClassWeights } from "@assay/contract";
import { classCounts } from "../class-counts.js";
import { optionsOf, whole } from "../options.js";

/**
 * Balanced class weights, n / (C·count) for each of C classes: as `weight` of a loss they make every class weigh the
 * same in all. With `sampleWeight`, n and the counts are exact sums of weights. Rows labelled `ignoreIndex` are left out.
 *
 * @param labels N labels in 0..numClasses−1
 * @returns C weights
 * @throws AssayRangeError for a class that does not occur (no weight could balance it), a label out of range, a negative
 *   weight, lengths that do not fit, no rows
 * @example
 * const weight = balancedClassWeights(labels, { numClasses: 3 });
 * crossEntropy(logits, labels, { numClasses: 3, weight });
 * @see scikit-learn, `sklearn.utils.class_weight.compute_class_weight`
 */
export const balancedClassWeights: BalancedClassWeights = (labels, options) => {
  const known = ["numClasses", "ignoreIndex", "sampleWeight"] as const;
  const { numClasses, ignoreIndex, sampleWeight } = optionsOf(options, known, "balancedClassWeights");
  const classes = whole(numClasses, 1, "numClasses");
  if (ignoreIndex !== undefined) whole(ignoreIndex, -(2 ** 31), "ignoreIndex");
  const { counts, total } = classCounts(labels, classes, { ignoreIndex, sampleWeight });
  const missing = counts.indexOf(0);
  if (missing >= 0) {
    throw new AssayRangeError(`class ${missing} does not occur in labels, so that no weight could balance it`, {
      code: "empty",
      argument: "labels",
      value: missing,
    });
  }
  return counts.map((count) => total / (classes * count));
};
