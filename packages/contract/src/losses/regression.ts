import type { Reals } from "../arrays.js";
import type { LossOptions } from "./loss.js";

export interface HuberLossOptions extends LossOptions {
  /** Where the square becomes a line, > 0. Default 1. */
  delta?: number;
}

export interface SmoothL1LossOptions extends LossOptions {
  /** Where the square becomes a line, ≥ 0; at 0 this is the absolute error. Default 1. */
  beta?: number;
}

export interface QuantileLossOptions extends LossOptions {
  /** In [0, 1]: the quantile that minimises the loss. */
  quantile: number;
}

export interface PoissonNllLossOptions extends LossOptions {
  /** Predictions are logarithms of rates (default), else rates ≥ 0. */
  logInput?: boolean;
  /** Adds Stirling's approximation of ln t! for targets above 1. */
  full?: boolean;
  /** With `logInput: false`: added to rates inside the logarithm, ≥ 0. Default 1e-8. */
  eps?: number;
}

export interface GaussianNllLossOptions extends LossOptions {
  /** The predicted variance, ≥ 0: one for each prediction, or one number for all. */
  variance: number | Reals;
  /** Adds ½·ln 2π. */
  full?: boolean;
  /** The least variance, > 0. Default 1e-6. */
  eps?: number;
}

/** A stream has one variance for all of its predictions. */
export interface GaussianNllStreamOptions
  extends Omit<GaussianNllLossOptions, "sampleWeight" | "elementWeight" | "variance"> {
  variance: number;
}
