import type { Loss, NllLossOptions } from "@assay/contract";
import { weights } from "../input.js";
import { logProbabilities } from "./log-probabilities.js";
import { loss, times } from "./loss.js";
import { labelled } from "./shapes.js";

/**
 * Negative log-likelihood −w_y·x_y of log-probabilities, or of any numbers below +∞. The mean divides by Σ w_y over the
 * rows kept (`torch.nn.functional.nll_loss`). Where the target has −∞ it is ∞.
 *
 * Gradient: −w_y at the target, 0 elsewhere.
 */
export const nllLoss: Loss<NllLossOptions> = loss({
  name: "nllLoss",
  options: ["numClasses", "weight", "ignoreIndex"],
  settle: (options) => {
    const { numClasses, ignoreIndex, ...shape } = labelled(options);
    const weight = Array.from(weights("weight", options.weight, numClasses, "class"));
    return {
      ...shape,
      config: { numClasses, ignoreIndex, weight },
      valuesPerRow: 1,
      predictions: (given) => logProbabilities("predictions", given),
      row: (x, [label = 0], values, gradient) => {
        if (label === ignoreIndex) return undefined;
        values[0] = times(weight[label]!, 0 - x[label]!);
        gradient[label] = 0 - weight[label]!;
        return weight[label]!;
      },
    };
  },
});
