import type { BinaryLossOptions, Loss } from "@assay/contract";
import { probabilities, softTargets } from "../input.js";
import { loss, times } from "./loss.js";
import { numLabelsOf } from "./shapes.js";

/** −ln, at most 100: PyTorch's clamp, so a certain wrong answer costs 100. */
const cost = (log: number): number => Math.min(-log, 100);

/**
 * Binary cross-entropy on probabilities, −(t·ln p + (1 − t)·ln(1 − p)), with targets in [0, 1]. As in PyTorch each
 * logarithm is clamped at −100 and the gradient's denominator at 10⁻¹² (`torch.nn.functional.binary_cross_entropy`).
 *
 * Gradient: (p − t) / max(p(1 − p), 10⁻¹²).
 */
export const binaryCrossEntropy: Loss<BinaryLossOptions> = loss({
  name: "binaryCrossEntropy",
  options: ["numLabels"],
  settle: (options) => {
    const numLabels = numLabelsOf(options.numLabels);
    return {
      config: { numLabels },
      columns: numLabels,
      columnsOption: "numLabels",
      targetColumns: numLabels,
      valuesPerRow: numLabels,
      predictions: (given) => probabilities("predictions", given),
      targets: (given) => softTargets("targets", given),
      row: (probs, targets, values, gradient) => {
        probs.forEach((p, c) => {
          const t = targets[c]!;
          values[c] = times(t, cost(Math.log(p))) + times(1 - t, cost(Math.log1p(-p)));
          gradient[c] = (p - t) / Math.max(p * (1 - p), 1e-12);
        });
        return numLabels;
      },
    };
  },
});
