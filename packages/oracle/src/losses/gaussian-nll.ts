import { defaults, type GaussianNllLossOptions, type GaussianNllStreamOptions, type Loss } from "@assay/contract";
import { boolean, checkLength, finiteReals, finiteTargets, number } from "../input.js";
import { loss } from "./loss.js";
import { notNegativeReals } from "./poisson-nll.js";
import { aboveZero, vector } from "./shapes.js";

const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Gaussian negative log-likelihood ½·(ln v + (x − t)²/v) of predicted means x with the predicted `variance`, v being
 * the larger of it and `eps`; with `full` ½·ln 2π is added (`torch.nn.functional.gaussian_nll_loss`).
 *
 * Gradient for the means: (x − t)/v.
 */
export const gaussianNllLoss: Loss<GaussianNllLossOptions, "mean" | "sum", GaussianNllStreamOptions> = loss({
  name: "gaussianNllLoss",
  options: ["variance", "full", "eps"],
  settle: (options) => {
    const full = boolean("full", options.full, defaults.full);
    const eps = aboveZero("eps", options.eps, defaults.eps.gaussianNllLoss);
    const variance = variances(options.variance);
    return {
      ...vector(finiteTargets),
      config: { full, eps, variance },
      valuesPerRow: 1,
      perRow:
        typeof variance === "number"
          ? undefined
          : { name: "variance", check: (rows) => checkLength("variance", variance, rows, "one per prediction") },
      predictions: (given) => finiteReals("predictions", given),
      row: ([x = 0], [t = 0], values, gradient, index) => {
        const v = Math.max(typeof variance === "number" ? variance : variance[index]!, eps);
        const slope = (x - t) / v;
        values[0] = 0.5 * (Math.log(v) + slope * (x - t)) + (full ? HALF_LOG_2PI : 0);
        gradient[0] = slope;
        return 1;
      },
    };
  },
});

function variances(given: unknown): number | Float32Array | Float64Array {
  if (typeof given === "object" && given !== null) return notNegativeReals("variance", given);
  return number("variance", given, (value) => value >= 0 && value < Infinity, "a finite number ≥ 0, or one for each");
}
