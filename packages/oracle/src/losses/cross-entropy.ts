import { type CrossEntropyOptions, defaults, type Loss } from "@assay/contract";
import { boolean, count, labels, optionalWhole, reals, softTargets, typeError, weights } from "../input.js";
import { compensatedSum } from "../sum.js";
import { loss, times } from "./loss.js";
import { share } from "./shapes.js";
import { softmax, sumsOfOthers } from "./softmax.js";

/**
 * Softmax cross-entropy on logits: Σ_c w_c·q_c·(ln Σ_k exp(x_k) − x_c), where q = (1 − ε)·target + ε/C with label
 * smoothing ε, and w the class weights. With labels the mean divides by Σ w_y over the rows kept; with soft targets by
 * their number (`torch.nn.functional.cross_entropy`).
 *
 * ln Σ exp(x_k) − x_c is computed as (max x − x_c) + log1p(Σ exp(x_k − max x) without the largest), so that a small
 * loss keeps its digits. Infinite logits give the limit: a −∞ counts as an absent class where it has no target share;
 * several +∞ share the probability equally, and so do logits that are all −∞.
 *
 * Gradient, with p the softmax: p_c·Σ_{k≠c} w_k·q_k − w_c·q_c·(1 − p_c).
 */
export const crossEntropy: Loss<CrossEntropyOptions> = loss({
  name: "crossEntropy",
  options: ["numClasses", "weight", "labelSmoothing", "ignoreIndex", "softTargets"],
  settle: (options) => {
    const numClasses = count("numClasses", options.numClasses, 1);
    const smoothing = share("labelSmoothing", options.labelSmoothing, defaults.labelSmoothing);
    const soft = boolean("softTargets", options.softTargets, false);
    const ignoreIndex = optionalWhole("ignoreIndex", options.ignoreIndex);
    if (soft && ignoreIndex !== undefined) {
      throw typeError("option", "ignoreIndex", "ignoreIndex is a label, but softTargets are none", ignoreIndex);
    }
    const weight = Array.from(weights("weight", options.weight, numClasses, "class"));
    return {
      config: { numClasses, smoothing, soft, ignoreIndex, weight },
      columns: numClasses,
      columnsOption: "numClasses",
      targetColumns: soft ? numClasses : 1,
      valuesPerRow: 1,
      predictions: (given) => reals("predictions", given),
      targets: (given) => (soft ? softTargets("targets", given) : labels("targets", given, numClasses, ignoreIndex)),
      row: (x, target, values, gradient) => {
        const label = target[0]!;
        if (!soft && label === ignoreIndex) {
          values.fill(0);
          gradient.fill(0);
          return undefined;
        }
        const shares = weight.map((w, c) => {
          const t = soft ? target[c]! : Number(c === label);
          return w * ((1 - smoothing) * t + smoothing / numClasses);
        });
        const { p, notP, cost } = softmax(x);
        values[0] = compensatedSum(shares.map((s, c) => times(s, cost[c]!)));
        const others = sumsOfOthers(shares);
        shares.forEach((s, c) => {
          gradient[c] = p[c]! * others[c]! - s * notP[c]!;
        });
        return soft ? 1 : weight[label]!;
      },
    };
  },
});
