/**
 * Weights of classes.
 *
 * @module
 */
import { AssayRangeError, type BalancedClassWeights } from "@assay/contract";
import { stateKind, withState } from "../accumulator.js";
import { column, expectLength, expectRows, nothingLeft, optionalReals } from "../arguments.js";
import { core } from "../core.js";
import { check } from "../faults.js";
import { optionsOf, whole } from "../options.js";
import { numbersFrom } from "../results.js";
import { stream } from "../stream.js";

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
  const y = column(labels, "labels");
  const weight = optionalReals(sampleWeight, "sampleWeight");
  if (weight !== undefined) expectLength(weight, y.length, "the number of rows is");
  expectRows(y);

  const config = [classes, Number(ignoreIndex !== undefined), ignoreIndex ?? 0, Number(weight !== undefined)];
  const totals = withState({ kind: stateKind.classCounts, config }, ({ address, room }) => {
    const inputs = [{ column: y, width: 1 }, weight && { column: weight, width: 1 }];
    const names = { predictions: "labels", targets: "labels", numClasses: classes, widths: [1, 1, 1] };
    stream(y.length, inputs, [], ([l = 0, w = 0], rows, first) => {
      check(core().class_counts_update(address, room, rows, l, y.type, w, weight?.type ?? 0), first, names);
    });
    return numbersFrom(classes + 1, (to) => core().class_counts_finish(address, room, to));
  });
  const [counts, total] = [totals.slice(0, classes), totals[classes] as number];
  if (total === 0) throw nothingLeft("labels");
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
