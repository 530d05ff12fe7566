import { defaults, type Loss, type SigmoidFocalLossOptions } from "@assay/contract";
import { reals, softTargets } from "../input.js";
import { alphaOf, focalTerm } from "./focal-term.js";
import { loss, times } from "./loss.js";
import { atLeastZero, elements, share } from "./shapes.js";

/**
 * Binary focal loss on logits, α_t·(1 − p_t)^γ·BCE with p_t = t·σ(x) + (1 − t)·σ(−x), targets in [0, 1], and
 * α_t = α·t + (1 − α)·(1 − t), or 1 where no `alpha` is given (`torchvision.ops.sigmoid_focal_loss`; Lin et al., "Focal
 * Loss for Dense Object Detection", 2017). The mean is the plain one. At ±∞ it is the limit.
 *
 * Gradient: α_t·(1 − p_t)^γ·(BCE' + γ·(1 − 2t)·σ(x)·σ(−x)/(1 − p_t)·BCE).
 */
export const sigmoidFocalLoss: Loss<SigmoidFocalLossOptions> = loss({
  name: "sigmoidFocalLoss",
  options: ["numLabels", "alpha", "gamma"],
  settle: (options) => {
    const gamma = atLeastZero("gamma", options.gamma, defaults.gamma);
    const alpha = options.alpha === undefined ? undefined : share("alpha", options.alpha);
    const shape = elements(options.numLabels, softTargets);
    return {
      ...shape,
      config: { numLabels: shape.columns, gamma, alpha },
      valuesPerRow: shape.columns,
      predictions: (given) => reals("predictions", given),
      row: (logits, targets, values, gradient) => {
        logits.forEach((x, c) => {
          const t = targets[c]!;
          const { value, slope } = focalTerm(x, t, gamma);
          values[c] = times(alphaOf(alpha, t), value);
          gradient[c] = alphaOf(alpha, t) * slope;
        });
        return shape.columns;
      },
    };
  },
});
