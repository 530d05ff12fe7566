/**
 * Losses of several classes.
 *
 * @module
 */
import {
  type CrossEntropyOptions,
  defaults,
  type FocalLossOptions,
  type KlDivLossOptions,
  type Loss,
  type MulticlassLossOptions,
  type MultiMarginLossOptions,
  type NllLossOptions,
} from "@assay/contract";
import { atLeastZero, finite, flag, inapplicable, oneOf, whole, within } from "../options.js";
import { optionalColumnWeights } from "./column-weights.js";
import { kernelLoss, lossCode, type Shape } from "./kernel.js";

/** A loss with one label for each row. */
function labelledShape(code: number, { numClasses, ignoreIndex }: MulticlassLossOptions, least = 1): Shape {
  const columns = whole(numClasses, least, "numClasses");
  if (ignoreIndex !== undefined) whole(ignoreIndex, -(2 ** 31), "ignoreIndex");
  return {
    code,
    columns,
    targetColumns: 1,
    valueColumns: 1,
    predictions: "predictions",
    targets: "targets",
    numClasses: columns,
    ignoreIndex,
    dividesByTargets: ignoreIndex !== undefined,
  };
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
  shape(options) {
    const { weight, labelSmoothing = defaults.labelSmoothing, ignoreIndex, softTargets = false } = options;
    const shape = labelledShape(lossCode.crossEntropy, options);
    const soft = flag(softTargets, "softTargets");
    if (soft && ignoreIndex !== undefined) {
      throw inapplicable("ignoreIndex", "ignoreIndex names a label, but softTargets are not labels", ignoreIndex);
    }
    return {
      ...shape,
      targetColumns: soft ? shape.columns : 1,
      parameters: [within(labelSmoothing, 0, 1, "labelSmoothing")],
      soft,
      columnWeights: optionalColumnWeights(weight, shape.columns, "numClasses"),
      dividesByTargets: !soft && (weight !== undefined || ignoreIndex !== undefined),
    };
  },
});

/**
 * Negative log-likelihood of the target class: −x of it, for logarithms of probabilities or any other numbers below +∞.
 * Gradient: −1 there, 0 elsewhere. The mean divides by the summed weights of the kept targets. Shapes and errors as for
 * {@link crossEntropy}, +∞ among them.
 *
 * @see PyTorch, `torch.nn.functional.nll_loss`
 */
export const nllLoss: Loss<NllLossOptions> = /*#__PURE__*/ kernelLoss<NllLossOptions>({
  name: "nllLoss",
  options: ["numClasses", "weight", "ignoreIndex"],
  shape(options) {
    const shape = labelledShape(lossCode.negativeLogLikelihood, options);
    const weights = optionalColumnWeights(options.weight, shape.columns, "numClasses");
    return { ...shape, columnWeights: weights, dividesByTargets: shape.dividesByTargets || weights !== undefined };
  },
});

/**
 * Focal loss of several classes on logits; the mean divides by the plain count of rows kept.
 *
 * `kind: "softmax"` (default): w_y·(1 − p_t)^γ·CE, with CE = −ln p_t and p_t the softmax probability of the target; with
 * `weightInside` the weighted cross-entropy stands for CE everywhere, so that p_t = exp(−w_y·CE). `"one-vs-rest"`: the
 * sum over the classes of the binary focal loss of each logit, {@link sigmoidFocalLoss}. Shapes and errors as for
 * {@link crossEntropy}; error at most 2.5e-7·(1 + γ) of the terms for float32.
 *
 * @see Lin et al. (2017), Focal loss for dense object detection
 */
export const focalLoss: Loss<FocalLossOptions> = /*#__PURE__*/ kernelLoss<FocalLossOptions>({
  name: "focalLoss",
  options: ["numClasses", "kind", "gamma", "alpha", "weight", "weightInside", "ignoreIndex"],
  shape(options) {
    const { kind = defaults.kind, gamma = defaults.gamma, alpha, weight } = options;
    const isSoftmax = oneOf(kind, ["softmax", "one-vs-rest"], "kind") === "softmax";
    const weightInside = flag(options.weightInside ?? false, "weightInside");
    if (isSoftmax && alpha !== undefined) {
      const why = 'alpha belongs to kind "one-vs-rest"; factors of classes are given as weight';
      throw inapplicable("alpha", why, alpha);
    }
    if (!isSoftmax && weight !== undefined) {
      throw inapplicable("weight", 'weight belongs to kind "softmax"; one-vs-rest takes alpha', weight);
    }
    if (weightInside && weight === undefined) {
      throw inapplicable("weightInside", "weightInside says where the weight enters, but weight is missing", true);
    }
    const exponent = atLeastZero(gamma, "gamma");
    const shape = labelledShape(isSoftmax ? lossCode.focal : lossCode.focalOneVersusRest, options);
    const second = isSoftmax ? Number(weightInside) : alpha === undefined ? -1 : within(alpha, 0, 1, "alpha");
    return {
      ...shape,
      parameters: [exponent, second],
      columnWeights: optionalColumnWeights(weight, shape.columns, "numClasses"),
    };
  },
});

/**
 * Multi-margin loss: Σ over the other classes of max(0, margin − x_y + x_c)^p / C, times the weight of the target's
 * class; the mean divides by the plain count. Computed in float64. Shapes and errors as for {@link crossEntropy}.
 *
 * @see PyTorch, `torch.nn.functional.multi_margin_loss`
 */
export const multiMarginLoss: Loss<MultiMarginLossOptions> = /*#__PURE__*/ kernelLoss<MultiMarginLossOptions>({
  name: "multiMarginLoss",
  options: ["numClasses", "p", "margin", "weight", "ignoreIndex"],
  shape(options) {
    const shape = labelledShape(lossCode.multiMargin, options);
    const { p = defaults.p, margin = defaults.margin } = options;
    return {
      ...shape,
      parameters: [whole(p, 1, "p", 2), finite(margin, "margin")],
      columnWeights: optionalColumnWeights(options.weight, shape.columns, "numClasses"),
    };
  },
});

/**
 * Crammer and Singer's hinge loss: max(0, 1 + the largest other logit − that of the target). Gradient: −1 at the target
 * and 1 at that other (the first on ties) where the loss is positive. Computed in float64. Shapes and errors as for
 * {@link crossEntropy}; there are two classes at least.
 *
 * @see Crammer and Singer (2001); scikit-learn, `sklearn.metrics.hinge_loss`
 */
export const multiclassHingeLoss: Loss<MulticlassLossOptions> = /*#__PURE__*/ kernelLoss<MulticlassLossOptions>({
  name: "multiclassHingeLoss",
  options: ["numClasses", "ignoreIndex"],
  shape: (options) => labelledShape(lossCode.multiclassHinge, options, 2),
});

/**
 * Kullback–Leibler divergence, element by element: t·(ln t − ln p), 0 where t is 0. Gradient: −t/p, or −t for
 * logarithms. `"mean"` divides by elements, `"batchmean"` by rows. Error at most 2.5e-7 of |t ln t| + |t ln p| for
 * float32.
 *
 * @param predictions N × numClasses probabilities, or their logarithms with `from: "logProbabilities"`
 * @param targets N × numClasses probabilities
 * @throws AssayRangeError for NaN, a probability outside [0, 1], a negative weight, lengths that do not fit, no rows
 * @see PyTorch, `torch.nn.functional.kl_div`
 */
export const klDivLoss: Loss<KlDivLossOptions, "mean" | "sum" | "batchmean"> = /*#__PURE__*/ kernelLoss<
  KlDivLossOptions,
  "mean" | "sum" | "batchmean"
>({
  name: "klDivLoss",
  options: ["numClasses", "from"],
  reductions: ["batchmean"],
  shape({ numClasses, from = "probabilities" }) {
    const columns = whole(numClasses, 1, "numClasses");
    const isLogarithm = oneOf(from, ["probabilities", "logProbabilities"], "from") === "logProbabilities";
    return {
      code: isLogarithm ? lossCode.logDivergence : lossCode.divergence,
      columns,
      targetColumns: columns,
      valueColumns: columns,
      predictions: "predictions",
      targets: "targets",
      numClasses: 2,
    };
  },
});
