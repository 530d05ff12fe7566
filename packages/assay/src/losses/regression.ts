/**
 * Losses of real numbers, all computed in float64.
 *
 * @module
 */
import {
  defaults,
  type GaussianNllLossOptions,
  type GaussianNllStreamOptions,
  type HuberLossOptions,
  type Loss,
  type LossOptions,
  type PoissonNllLossOptions,
  type QuantileLossOptions,
  type SmoothL1LossOptions,
} from "@assay/contract";
import { reals } from "../arguments.js";
import { aboveZero, atLeastZero, flag, inapplicable, within } from "../options.js";
import { kernelLoss, lossCode, type Shape } from "./kernel.js";

function realShape(code: number, ...parameters: number[]): Shape {
  return {
    code,
    columns: 1,
    targetColumns: 1,
    valueColumns: 1,
    predictions: "predictions",
    targets: "targets",
    numClasses: 2,
    parameters,
  };
}

/**
 * Squared error: (x − y)². Gradient: 2(x − y).
 *
 * @param predictions finite numbers
 * @param targets finite numbers, as many
 * @throws AssayRangeError for a value that is NaN or infinite, a negative weight, lengths that do not fit, no rows
 * @see PyTorch, `torch.nn.functional.mse_loss`
 */
export const mseLoss: Loss<LossOptions> = /*#__PURE__*/ kernelLoss<LossOptions>({
  name: "mseLoss",
  options: [],
  shape: () => realShape(lossCode.squaredError),
});

/**
 * Absolute error: |x − y|. Gradient: the sign of x − y, 0 at 0. Arguments and errors as for {@link mseLoss}.
 *
 * @see PyTorch, `torch.nn.functional.l1_loss`
 */
export const l1Loss: Loss<LossOptions> = /*#__PURE__*/ kernelLoss<LossOptions>({
  name: "l1Loss",
  options: [],
  shape: () => realShape(lossCode.absolute),
});

/**
 * Huber loss of d = x − y: ½d² up to |d| = δ, then δ(|d| − ½δ). Arguments and errors as for {@link mseLoss}.
 *
 * @see Huber (1964); PyTorch, `torch.nn.functional.huber_loss`
 */
export const huberLoss: Loss<HuberLossOptions> = /*#__PURE__*/ kernelLoss<HuberLossOptions>({
  name: "huberLoss",
  options: ["delta"],
  shape: ({ delta = defaults.delta }) => realShape(lossCode.huber, aboveZero(delta, "delta"), 1),
});

/**
 * Smooth L1 loss of d = x − y: ½d²/β up to |d| = β, then |d| − ½β; at β = 0 the absolute error. Arguments and errors as
 * for {@link mseLoss}.
 *
 * @see PyTorch, `torch.nn.functional.smooth_l1_loss`
 */
export const smoothL1Loss: Loss<SmoothL1LossOptions> = /*#__PURE__*/ kernelLoss<SmoothL1LossOptions>({
  name: "smoothL1Loss",
  options: ["beta"],
  shape({ beta = defaults.beta }) {
    atLeastZero(beta, "beta");
    return beta === 0 ? realShape(lossCode.absolute) : realShape(lossCode.huber, beta, beta);
  },
});

/**
 * Log-cosh loss: ln cosh(x − y), near ½d² for a small difference and |d| − ln 2 for a large one. Gradient: tanh d.
 * Arguments and errors as for {@link mseLoss}.
 */
export const logCoshLoss: Loss<LossOptions> = /*#__PURE__*/ kernelLoss<LossOptions>({
  name: "logCoshLoss",
  options: [],
  shape: () => realShape(lossCode.logCosh),
});

/**
 * Pinball loss of d = x − y: −q·d below the target, (1 − q)·d above, least in the mean at the quantile q of the targets.
 * Gradient: −q, 1 − q, 0 at the target. Arguments and errors as for {@link mseLoss}.
 *
 * @see Koenker and Bassett (1978); scikit-learn, `sklearn.metrics.mean_pinball_loss`
 */
export const quantileLoss: Loss<QuantileLossOptions> = /*#__PURE__*/ kernelLoss<QuantileLossOptions>({
  name: "quantileLoss",
  options: ["quantile"],
  shape: ({ quantile }) => realShape(lossCode.pinball, within(quantile, 0, 1, "quantile")),
});

/**
 * Poisson negative log-likelihood of counts t: eˣ − t·x of a logarithm of a rate (default), or x − t·ln(x + eps) of a
 * rate; `full` adds Stirling's approximation of ln t! where t > 1. Gradient: eˣ − t, or 1 − t/(x + eps).
 *
 * @param predictions finite numbers, with `logInput: false` ≥ 0
 * @param targets finite numbers ≥ 0
 * @throws AssayRangeError as {@link mseLoss}, and for a negative target or rate
 * @throws AssayTypeError for `eps` without `logInput: false`
 * @see PyTorch, `torch.nn.functional.poisson_nll_loss`
 */
export const poissonNllLoss: Loss<PoissonNllLossOptions> = /*#__PURE__*/ kernelLoss<PoissonNllLossOptions>({
  name: "poissonNllLoss",
  options: ["logInput", "full", "eps"],
  shape({ logInput = defaults.logInput, full = defaults.full, eps }) {
    const isLogarithm = flag(logInput, "logInput");
    if (isLogarithm && eps !== undefined) {
      throw inapplicable(
        "eps",
        "eps is added to rates, but predictions are logarithms: it goes with logInput: false",
        eps,
      );
    }
    const parameters = [Number(flag(full, "full")), atLeastZero(eps ?? defaults.eps.poissonNllLoss, "eps")];
    return realShape(isLogarithm ? lossCode.poissonOfLog : lossCode.poisson, ...parameters);
  },
});

/**
 * Gaussian negative log-likelihood of means x with their `variance`: ½(ln v + (x − y)²/v), with v the larger of the
 * variance and `eps`; `full` adds ½ ln 2π. Gradient for the means: (x − y)/v.
 *
 * @throws AssayRangeError as {@link mseLoss}, and for a variance that is negative or infinite
 * @see PyTorch, `torch.nn.functional.gaussian_nll_loss`
 */
export const gaussianNllLoss: Loss<GaussianNllLossOptions, "mean" | "sum", GaussianNllStreamOptions> =
  /*#__PURE__*/ kernelLoss<GaussianNllLossOptions, "mean" | "sum", GaussianNllStreamOptions>({
    name: "gaussianNllLoss",
    options: ["variance", "full", "eps"],
    shape({ variance, full = defaults.full, eps = defaults.eps.gaussianNllLoss }) {
      const least = aboveZero(eps, "eps");
      const shape = realShape(lossCode.gaussian, Number(flag(full, "full")), least);
      return typeof variance === "object"
        ? { ...shape, third: reals(variance, "variance") }
        : { ...shape, columnWeights: [atLeastZero(variance, "variance")] };
    },
  });
