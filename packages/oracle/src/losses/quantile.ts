import type { Loss, QuantileLossOptions } from "@assay/contract";
import { differenceLoss } from "./difference.js";
import { share } from "./shapes.js";

/**
 * Pinball loss max(q·(t − x), (q − 1)·(t − x)), whose least mean is at the quantile q of the targets
 * (`sklearn.metrics.mean_pinball_loss`).
 *
 * Gradient: −q below the target, 1 − q above, 0 at it.
 */
export const quantileLoss: Loss<QuantileLossOptions> = differenceLoss("quantileLoss", ["quantile"], (options) => {
  const quantile = share("quantile", options.quantile);
  return {
    config: { quantile },
    of: (d) => ({ value: pinball(quantile, d), slope: d === 0 ? 0 : d < 0 ? -quantile : 1 - quantile }),
  };
});

/** The pinball loss of d = x − t. */
export function pinball(quantile: number, d: number): number {
  return d < 0 ? -quantile * d : (1 - quantile) * d;
}
