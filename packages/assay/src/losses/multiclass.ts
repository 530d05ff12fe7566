/**
 * Losses of several classes.
 *
 * @module
 */
import { AssayRangeError, type CrossEntropyOptions, defaults, type Loss } from "@assay/contract";
import { flag, whole, within } from "../options.js";
import { kernelLoss, lossCode } from "./kernel.js";

function classWeights(weight: ArrayLike<number> | undefined, numClasses: number): ArrayLike<number> | undefined {
  if (weight === undefined) return undefined;
  if (weight.length !== numClasses) {
    throw new AssayRangeError(`weight has ${weight.length} elements, but numClasses is ${numClasses}`, {
      code: "shape",
      argument: "weight",
      value: weight.length,
    });
  }
  for (let i = 0; i < numClasses; i++) within(weight[i] as number, 0, Number.MAX_VALUE, `weight[${i}]`);
  return weight;
}

/**
 * Softmax cross-entropy of logits: −Σ qₖ·ln softmax(x)ₖ, with q the target class, or the target distribution, smoothed
 * by `labelSmoothing` ε to (1−ε)·q + ε/C and weighted by class.
 *
 * Gradient: (Σ q)·softmax(x) − q. Losses of any size keep their digits: the largest logit is left out of the sum, and
 * ln(1 + rest) taken. ±Infinity is legal: a class at −∞ is absent, classes at +∞ share the probability. The mean
 * divides by the summed weights of the kept targets, with `softTargets` by N. Error at most 2.5e-7 of the sum of the
 * absolute values of the terms for float32.
 *
 * @param predictions N × numClasses logits, row-major
 * @param targets N labels, or with `softTargets` N × numClasses probabilities
 * @throws AssayRangeError for NaN, a label out of range, a negative weight, lengths that do not fit, no rows
 * @see PyTorch, `torch.nn.functional.cross_entropy`
 */
export const crossEntropy: Loss<CrossEntropyOptions> = /*#__PURE__*/ kernelLoss<CrossEntropyOptions>({
  name: "crossEntropy",
  options: ["numClasses", "weight", "labelSmoothing", "ignoreIndex", "softTargets"],
  shape({ numClasses, weight, labelSmoothing = defaults.labelSmoothing, ignoreIndex, softTargets = false }) {
    const columns = whole(numClasses, 1, "numClasses");
    const soft = flag(softTargets, "softTargets");
    if (ignoreIndex !== undefined) {
      whole(ignoreIndex, -(2 ** 31), "ignoreIndex");
      if (soft) {
        throw new AssayRangeError("ignoreIndex names a label, but softTargets are not labels", {
          code: "option",
          argument: "ignoreIndex",
          value: ignoreIndex,
        });
      }
    }
    return {
      code: lossCode.crossEntropy,
      columns,
      targetColumns: soft ? columns : 1,
      valueColumns: 1,
      predictions: "predictions",
      targets: "targets",
      numClasses: columns,
      labelSmoothing: within(labelSmoothing, 0, 1, "labelSmoothing"),
      ignoreIndex,
      soft,
      columnWeights: classWeights(weight, columns),
      dividesByTargets: !soft && (weight !== undefined || ignoreIndex !== undefined),
    };
  },
});
