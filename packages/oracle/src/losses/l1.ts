import {
  defaults,
  type HuberLossOptions,
  type Loss,
  type LossOptions,
  type SmoothL1LossOptions,
} from "@assay/contract";
import { differenceLoss } from "./difference.js";
import { aboveZero, atLeastZero } from "./shapes.js";

/**
 * Absolute error |x − t| of finite numbers (`torch.nn.functional.l1_loss`).
 *
 * Gradient: the sign of x − t, 0 where they are equal.
 */
export const l1Loss: Loss<LossOptions> = differenceLoss("l1Loss", [], () => ({
  config: {},
  of: (d) => ({ value: Math.abs(d), slope: Math.sign(d) }),
}));

/**
 * Huber loss of d = x − t: ½d² where |d| ≤ δ, else δ·(|d| − ½δ) (`torch.nn.functional.huber_loss`).
 *
 * Gradient: d, kept within ±δ.
 */
export const huberLoss: Loss<HuberLossOptions> = differenceLoss("huberLoss", ["delta"], (options) => {
  const delta = aboveZero("delta", options.delta, defaults.delta);
  return {
    config: { delta },
    of: (d) => ({
      value: Math.abs(d) <= delta ? 0.5 * d * d : delta * (Math.abs(d) - 0.5 * delta),
      slope: Math.min(Math.max(d, -delta), delta),
    }),
  };
});

/**
 * Smooth L1 loss of d = x − t: ½d²/β where |d| < β, else |d| − ½β. It is the Huber loss of δ = β divided by β, and at
 * β = 0 the absolute error (`torch.nn.functional.smooth_l1_loss`).
 *
 * Gradient: d/β, kept within ±1; at β = 0 the sign of d.
 */
export const smoothL1Loss: Loss<SmoothL1LossOptions> = differenceLoss("smoothL1Loss", ["beta"], (options) => {
  const beta = atLeastZero("beta", options.beta, defaults.beta);
  return {
    config: { beta },
    of: (d) =>
      Math.abs(d) < beta
        ? { value: (0.5 * d * d) / beta, slope: d / beta }
        : { value: Math.abs(d) - 0.5 * beta, slope: Math.sign(d) },
  };
});
