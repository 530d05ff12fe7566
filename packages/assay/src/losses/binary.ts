/**
 * Binary losses; with `numLabels`, over every column of a matrix of labels.
 *
 * @module
 */
import {
  type BinaryCrossEntropyWithLogitsOptions,
  type BinaryLossOptions,
  defaults,
  type HingeLossOptions,
  type Loss,
  type MultilabelSoftMarginLossOptions,
  type SigmoidFocalLossOptions,
} from "@assay/contract";
import { atLeastZero, flag, whole, within } from "../options.js";
import { columnWeights, optionalColumnWeights } from "./column-weights.js";
import { kernelLoss, lossCode, type Shape } from "./kernel.js";

function binaryShape(code: number, predictions: string, { numLabels = defaults.numLabels }: BinaryLossOptions): Shape {
  const columns = whole(numLabels, 1, "numLabels");
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

function positiveWeights(posWeight: number | readonly number[], columns: number): ArrayLike<number> {
  if (typeof posWeight === "number") return new Array<number>(columns).fill(atLeastZero(posWeight, "posWeight"));
  return columnWeights(posWeight, "posWeight", columns, "the number of labels");
}

/**
 * Binary focal loss on logits: α_t·(1 − p_t)^γ·BCE, with p_t the probability of the target and α_t = `alpha` for
 * positives, 1 − `alpha` for negatives, 1 where there is none. Gradients, targets and errors as for
 * {@link binaryCrossEntropyWithLogits}; error at most 2.5e-7·(1 + γ) relative for float32.
 *
 * @see Lin et al. (2017), Focal loss for dense object detection; torchvision, `torchvision.ops.sigmoid_focal_loss`
 */
export const sigmoidFocalLoss: Loss<SigmoidFocalLossOptions> = /*#__PURE__*/ kernelLoss<SigmoidFocalLossOptions>({
  name: "sigmoidFocalLoss",
  options: ["numLabels", "alpha", "gamma"],
  shape(options) {
    const { alpha, gamma = defaults.gamma } = options;
    return {
      ...binaryShape(lossCode.sigmoidFocal, "predictions", options),
      parameters: [atLeastZero(gamma, "gamma"), alpha === undefined ? -1 : within(alpha, 0, 1, "alpha")],
    };
  },
});

/**
 * Hinge loss: max(0, 1 − s·x), or its square, with s = ±1 for the labels 1 and 0. Gradient: −s, or −2s·(1 − s·x), where
 * that is positive, else 0. Computed in float64.
 *
 * @param predictions scores; ±Infinity is legal
 * @param targets 0 or 1
 * @throws AssayRangeError for NaN, a label that is not 0 or 1, a negative weight, lengths that do not fit, no rows
 * @see scikit-learn, `sklearn.metrics.hinge_loss`
 */
export const hingeLoss: Loss<HingeLossOptions> = /*#__PURE__*/ kernelLoss<HingeLossOptions>({
  name: "hingeLoss",
  options: ["numLabels", "squared"],
  shape: (options) => ({
    ...binaryShape(lossCode.hinge, "predictions", options),
    parameters: [Number(flag(options.squared ?? false, "squared"))],
  }),
});

/**
 * Soft margin loss: ln(1 + exp(−s·x)), with s = ±1 for the labels 1 and 0. Arguments and errors as for {@link hingeLoss};
 * error at most 2.5e-7 relative for float32.
 *
 * @see PyTorch, `torch.nn.functional.soft_margin_loss`
 */
export const softMarginLoss: Loss<BinaryLossOptions> = /*#__PURE__*/ kernelLoss<BinaryLossOptions>({
  name: "softMarginLoss",
  options: ["numLabels"],
  shape: (options) => binaryShape(lossCode.softMargin, "predictions", options),
});

/**
 * Multilabel soft margin loss: the mean over the labels of w_l·binary cross-entropy on logits, one value for each row.
 *
 * @param predictions N × numLabels logits
 * @param targets N × numLabels zeros and ones, or numbers between
 * @throws AssayRangeError as {@link binaryCrossEntropyWithLogits}
 * @see PyTorch, `torch.nn.functional.multilabel_soft_margin_loss`
 */
export const multilabelSoftMarginLoss: Loss<MultilabelSoftMarginLossOptions> =
  /*#__PURE__*/ kernelLoss<MultilabelSoftMarginLossOptions>({
    name: "multilabelSoftMarginLoss",
    options: ["numLabels", "weight"],
    shape(options) {
      const shape = binaryShape(lossCode.multilabelSoftMargin, "predictions", options);
      const weights = optionalColumnWeights(options.weight, shape.columns, "numLabels");
      return { ...shape, valueColumns: 1, soft: true, columnWeights: weights };
    },
  });
