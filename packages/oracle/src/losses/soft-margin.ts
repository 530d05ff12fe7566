import type { BinaryLossOptions, Loss, MultilabelSoftMarginLossOptions } from "@assay/contract";
import { binaryLabels, count, reals, softTargets, weights } from "../input.js";
import { compensatedSum } from "../sum.js";
import { sigmoid, softplus } from "./logistic.js";
import { loss, times } from "./loss.js";
import { elements } from "./shapes.js";

/**
 * Soft margin loss ln(1 + exp(−s·x)), with s = 1 for label 1 and −1 for label 0
 * (`torch.nn.functional.soft_margin_loss`). At ±∞ it is the limit.
 *
 * Gradient: −s·σ(−s·x).
 */
export const softMarginLoss: Loss<BinaryLossOptions> = loss({
  name: "softMarginLoss",
  options: ["numLabels"],
  settle: (options) => {
    const shape = elements(options.numLabels, binaryLabels);
    return {
      ...shape,
      config: { numLabels: shape.columns },
      valuesPerRow: shape.columns,
      predictions: (given) => reals("predictions", given),
      row: (logits, targets, values, gradient) => {
        logits.forEach((x, c) => {
          const s = targets[c] === 1 ? 1 : -1;
          values[c] = softplus(-s * x);
          gradient[c] = -s * sigmoid(-s * x);
        });
        return shape.columns;
      },
    };
  },
});

/**
 * Multilabel soft margin loss: of each row the mean over its L labels of w_c times the binary cross-entropy on the
 * logit, with targets in [0, 1] (`torch.nn.functional.multilabel_soft_margin_loss`). The mean over rows is the plain
 * one. At ±∞ it is the limit.
 *
 * Gradient: w_c·((1 − t)·σ(x) − t·σ(−x)) / L.
 */
export const multilabelSoftMarginLoss: Loss<MultilabelSoftMarginLossOptions> = loss({
  name: "multilabelSoftMarginLoss",
  options: ["numLabels", "weight"],
  settle: (options) => {
    const numLabels = count("numLabels", options.numLabels, 1);
    const weight = Array.from(weights("weight", options.weight, numLabels, "label"));
    return {
      ...elements(numLabels, softTargets),
      config: { numLabels, weight },
      valuesPerRow: 1,
      predictions: (given) => reals("predictions", given),
      row: (logits, targets, values, gradient) => {
        const terms = logits.map((x, c) => {
          const t = targets[c]!;
          gradient[c] = (weight[c]! * ((1 - t) * sigmoid(x) - t * sigmoid(-x))) / numLabels;
          return times(weight[c]!, times(t, softplus(-x)) + times(1 - t, softplus(x)));
        });
        values[0] = compensatedSum(terms) / numLabels;
        return 1;
      },
    };
  },
});
