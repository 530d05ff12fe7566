import type { HingeLossOptions, Loss } from "@assay/contract";
import { binaryLabels, boolean, reals } from "../input.js";
import { loss } from "./loss.js";
import { elements } from "./shapes.js";

/**
 * Hinge loss max(0, 1 − s·x), or with `squared` its square, with s = 1 for label 1 and −1 for label 0
 * (`sklearn.metrics.hinge_loss`). At ±∞ it is the limit.
 *
 * Gradient: −s where 1 − s·x > 0, else 0, also at the kink; squared, −2s·max(0, 1 − s·x).
 */
export const hingeLoss: Loss<HingeLossOptions> = loss({
  name: "hingeLoss",
  options: ["numLabels", "squared"],
  settle: (options) => {
    const squared = boolean("squared", options.squared, false);
    const shape = elements(options.numLabels, binaryLabels);
    return {
      ...shape,
      config: { numLabels: shape.columns, squared },
      valuesPerRow: shape.columns,
      predictions: (given) => reals("predictions", given),
      row: (scores, targets, values, gradient) => {
        scores.forEach((x, c) => {
          const s = targets[c] === 1 ? 1 : -1;
          const short = Math.max(0, 1 - s * x);
          values[c] = squared ? short * short : short;
          gradient[c] = short === 0 ? 0 : squared ? -2 * s * short : -s;
        });
        return shape.columns;
      },
    };
  },
});
