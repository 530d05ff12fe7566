/**
 * Binary losses; with `numLabels`, over every column of a matrix of labels.
 *
 * @module
 */
import {
  AssayRangeError,
  type BinaryCrossEntropyWithLogitsOptions,
  type BinaryLossOptions,
  defaults,
  type Loss,
} from "@assay/contract";
import { whole, within } from "../options.js";
import { kernelLoss, lossCode, type Shape } from "./kernel.js";

function binaryShape(code: number, predictions: string, { numLabels }: BinaryLossOptions): Shape {
  const columns = whole(numLabels ?? defaults.numLabels, 1, "numLabels");
  return {
    code,
    columns,
    targetColumns: columns,
    valueColumns: columns,
    predictions,
    targets: "targets",
    numClasses: 2,
  };
}

/**
 * Binary cross-entropy of probabilities: −y·ln p − (1−y)·ln(1−p), each logarithm at least −100.
 *
 * Gradient: (p − y) / max(p(1−p), 1e-12). Value per element in 0..100; error at most 2.5e-7 relative for float32.
 *
 * @param predictions probabilities in [0, 1]
 * @param targets 0, 1 or anything between
 * @throws AssayRangeError for a probability outside [0, 1] or NaN, a negative weight, lengths that do not fit, no rows
 * @see PyTorch, `torch.nn.functional.binary_cross_entropy`. {@link logLoss} is scikit-learn's form.
 */
export const binaryCrossEntropy: Loss<BinaryLossOptions> = /*#__PURE__*/ kernelLoss<BinaryLossOptions>({
  name: "binaryCrossEntropy",
  options: ["numLabels"],
  shape: (options) => binaryShape(lossCode.binaryCrossEntropy, "predictions", options),
});

/**
 * Binary cross-entropy of logits, in the form that neither overflows nor loses digits:
 * w·y·ln(1+e⁻ˣ) + (1−y)·ln(1+eˣ), with w = `posWeight`.
 *
 * Gradient: (1−y)·σ(x) − w·y·σ(−x). ±Infinity is legal: 0 where the target agrees, ∞ where it does not. Error at most
 * 2.5e-7 relative for float32.
 *
 * @param predictions logits
 * @param targets 0, 1 or anything between
 * @throws AssayRangeError for NaN, a target outside [0, 1], a negative weight, lengths that do not fit, no rows
 * @see PyTorch, `torch.nn.functional.binary_cross_entropy_with_logits`
 */
export const binaryCrossEntropyWithLogits: Loss<BinaryCrossEntropyWithLogitsOptions> =
  /*#__PURE__*/ kernelLoss<BinaryCrossEntropyWithLogitsOptions>({
    name: "binaryCrossEntropyWithLogits",
    options: ["numLabels", "posWeight"],
    shape(options) {
      const { posWeight } = options;
      const shape = binaryShape(lossCode.binaryCrossEntropyWithLogits, "predictions", options);
      return posWeight === undefined ? shape : { ...shape, columnWeights: positiveWeights(posWeight, shape.columns) };
    },
  });

function positiveWeights(posWeight: number | readonly number[], columns: number): readonly number[] {
  const weights = typeof posWeight === "number" ? new Array<number>(columns).fill(posWeight) : posWeight;
  if (weights.length !== columns) {
    throw new AssayRangeError(`posWeight has ${weights.length} elements, but there are ${columns} labels`, {
      code: "shape",
      argument: "posWeight",
      value: weights.length,
    });
  }
  for (const [i, weight] of weights.entries()) within(weight, 0, Number.MAX_VALUE, `posWeight[${i}]`);
  return weights;
}
