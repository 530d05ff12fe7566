import { defaults, type Loss, type PoissonNllLossOptions } from "@assay/contract";
import { boolean, checkEach, type Elements, finiteReals, resolve, typeError } from "../input.js";
import { loss, times } from "./loss.js";
import { atLeastZero, vector } from "./shapes.js";

/**
 * Poisson negative log-likelihood of counts t ≥ 0 (`torch.nn.functional.poisson_nll_loss`): e^x − t·x where predictions
 * are logarithms of rates (`logInput`, the default), x − t·ln(x + eps) where they are rates ≥ 0. The constant ln t! is
 * left out; with `full` Stirling's approximation t·ln t − t + ½·ln(2πt) of it is added for t > 1.
 *
 * Gradient: e^x − t, or 1 − t/(x + eps).
 */
export const poissonNllLoss: Loss<PoissonNllLossOptions> = loss({
  name: "poissonNllLoss",
  options: ["logInput", "full", "eps"],
  settle: (options) => {
    const logInput = boolean("logInput", options.logInput, defaults.logInput);
    const full = boolean("full", options.full, defaults.full);
    if (logInput && options.eps !== undefined) {
      throw typeError("option", "eps", "eps is for rates, but predictions are logarithms of them", options.eps);
    }
    const eps = atLeastZero("eps", options.eps, defaults.eps.poissonNllLoss);
    return {
      ...vector((argument, given) => notNegative(argument, resolve(argument, given, "labels"))),
      config: { logInput, full, eps },
      valuesPerRow: 1,
      predictions: (given) => (logInput ? finiteReals : notNegativeReals)("predictions", given),
      row: ([x = 0], [t = 0], values, gradient) => {
        const value = logInput ? Math.exp(x) - t * x : x - times(t, logOfSum(x, eps));
        values[0] = value + (full && t > 1 ? t * Math.log(t) - t + 0.5 * Math.log(2 * Math.PI * t) : 0);
        gradient[0] = logInput ? Math.exp(x) - t : 1 - (t === 0 ? 0 : t / (x + eps));
        return 1;
      },
    };
  },
});

/** ln(a + b) of numbers ≥ 0, with what their sum lost to rounding: ln(s + r) ≈ ln s + r/s. */
function logOfSum(a: number, b: number): number {
  const sum = a + b;
  const lost = Math.min(a, b) - (sum - Math.max(a, b));
  return lost === 0 || sum === Infinity ? Math.log(sum) : Math.log(sum) + lost / sum;
}

/** Finite numbers that are not negative: counts, rates, variances. */
export function notNegative<Given extends Elements>(argument: string, elements: Given): Given {
  checkEach(argument, elements, (value) => value >= 0 && value < Infinity, "range", "a finite number ≥ 0");
  return elements;
}

export function notNegativeReals(argument: string, given: unknown): Float32Array | Float64Array {
  return notNegative(argument, resolve(argument, given, "reals") as Float32Array | Float64Array);
}
