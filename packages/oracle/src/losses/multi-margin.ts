import { defaults, type Loss, type MulticlassLossOptions, type MultiMarginLossOptions } from "@assay/contract";
import { reals, weights } from "../input.js";
import { compensatedSum } from "../sum.js";
import { loss, times } from "./loss.js";
import { finite, labelled, oneOrTwo } from "./shapes.js";

/**
 * How far the target's logit x falls short of another's by a margin, max(0, margin − x + other), where infinities of one
 * sign count as equal. Whether something is missing is decided exactly, however far apart the three are.
 */
function missing(margin: number, x: number, other: number): number {
  if (x === other) return Math.max(0, margin);
  return Math.max(0, Number.isFinite(x) && Number.isFinite(other) ? compensatedSum([other, -x, margin]) : other - x);
}

/**
 * Multi-margin loss w_y/C·Σ_{c≠y} max(0, margin − x_y + x_c)^p with p 1 or 2, of C classes
 * (`torch.nn.functional.multi_margin_loss`). The mean is the plain one. Infinite logits give the limit, where
 * infinities of one sign count as equal.
 *
 * Gradient: with m the margin that is missing, w_y/C·p·m^(p−1) at each other class with m > 0, and at the target minus
 * the sum of these; 0 at the kink.
 */
export const multiMarginLoss: Loss<MultiMarginLossOptions> = loss({
  name: "multiMarginLoss",
  options: ["numClasses", "p", "margin", "weight", "ignoreIndex"],
  settle: (options) => {
    const { numClasses, ignoreIndex, ...shape } = labelled(options);
    const p = oneOrTwo("p", options.p, defaults.p);
    const margin = finite("margin", options.margin, defaults.margin);
    const weight = Array.from(weights("weight", options.weight, numClasses, "class"));
    return {
      ...shape,
      config: { numClasses, ignoreIndex, p, margin, weight },
      valuesPerRow: 1,
      predictions: (given) => reals("predictions", given),
      row: (x, [label = 0], values, gradient) => {
        if (label === ignoreIndex) return undefined;
        const w = weight[label]!;
        const short = x.map((logit, c) => {
          return c === label ? 0 : missing(margin, x[label]!, logit);
        });
        values[0] = times(w, compensatedSum(short.map((m) => (p === 2 ? m * m : m)))) / numClasses;
        short.forEach((m, c) => {
          gradient[c] = times(w, p === 2 ? 2 * m : Number(m > 0)) / numClasses;
        });
        gradient[label] = 0 - compensatedSum(gradient);
        return 1;
      },
    };
  },
});

/**
 * Hinge loss of several classes after Crammer and Singer (2001), max(0, 1 + max_{c≠y} x_c − x_y)
 * (`sklearn.metrics.hinge_loss`). Infinite logits give the limit, where infinities of one sign count as equal.
 *
 * Gradient where the loss is above 0: 1 at the largest other class, the first on ties, and −1 at the target.
 */
export const multiclassHingeLoss: Loss<MulticlassLossOptions> = loss({
  name: "multiclassHingeLoss",
  options: ["numClasses", "ignoreIndex"],
  settle: (options) => {
    const { numClasses, ignoreIndex, ...shape } = labelled(options, 2);
    return {
      ...shape,
      config: { numClasses, ignoreIndex },
      valuesPerRow: 1,
      predictions: (given) => reals("predictions", given),
      row: (x, [label = 0], values, gradient) => {
        if (label === ignoreIndex) return undefined;
        const others = x.map((logit, c) => (c === label ? -Infinity : logit));
        const largest = others.reduce((a, b) => Math.max(a, b), -Infinity);
        const rival = x.findIndex((logit, c) => c !== label && logit === largest);
        const short = missing(1, x[label]!, largest);
        values[0] = short;
        if (short > 0) {
          gradient[rival] = 1;
          gradient[label] = -1;
        }
        return 1;
      },
    };
  },
});
