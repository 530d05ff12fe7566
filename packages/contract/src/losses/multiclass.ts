import type { Labels, Reals } from "../arrays.js";
import type { LossOptions, Reduction, WeightOptions } from "./loss.js";

/** Options of losses with one label per row of predictions. */
export interface MulticlassLossOptions extends LossOptions {
  /** Columns of the row-major predictions. */
  numClasses: number;
  /** Rows with this target are left out. It need not be a class. */
  ignoreIndex?: number;
}

/** One weight per class, ≥ 0. */
export type ClassWeights = readonly number[] | Float32Array | Float64Array;

export interface CrossEntropyOptions extends MulticlassLossOptions {
  /** One weight per class, ≥ 0. The mean divides by the summed weights of the kept targets. */
  weight?: ClassWeights;
  /** In 0..1: the target becomes (1−ε)·target + ε/C. */
  labelSmoothing?: number;
  /** Targets are rows of class probabilities, N × C, instead of labels; then the mean divides by N. */
  softTargets?: boolean;
}

export interface NllLossOptions extends MulticlassLossOptions {
  /** One weight per class, ≥ 0. The mean divides by the summed weights of the kept targets. */
  weight?: ClassWeights;
}

/**
 * `"softmax"`: (1 − p_t)^γ·CE with p_t the softmax probability of the target. `"one-vs-rest"`: the sigmoid focal loss
 * of each logit against "is this the class", summed over the classes (Catalyst).
 */
export type FocalKind = "softmax" | "one-vs-rest";

export interface FocalLossOptions extends MulticlassLossOptions {
  kind?: FocalKind;
  /** Exponent of the modulating factor, ≥ 0. Default 2. */
  gamma?: number;
  /** One-vs-rest only: factor of the target class, in [0, 1]; the others have 1 − alpha. Absent: all have 1. */
  alpha?: number;
  /** Softmax only: one factor per class, ≥ 0; the mean still divides by the plain count. */
  weight?: ClassWeights;
  /** The weighted cross-entropy w·CE stands for CE everywhere, so that p_t = exp(−w·CE). Needs `weight`. */
  weightInside?: boolean;
}

export interface MultiMarginLossOptions extends MulticlassLossOptions {
  /** Exponent. Default 1. */
  p?: 1 | 2;
  /** Default 1. */
  margin?: number;
  /** One factor per class, ≥ 0, by the target; the mean still divides by the plain count. */
  weight?: ClassWeights;
}

export interface KlDivLossOptions extends WeightOptions {
  /** Columns of the row-major predictions and targets. */
  numClasses: number;
  /** What the predictions are; PyTorch's are log-probabilities. Default `"probabilities"`. */
  from?: "probabilities" | "logProbabilities";
  /** One value per element. `"mean"` divides by elements, as PyTorch's does; `"batchmean"` by rows. */
  reduction?: Reduction | "batchmean";
}

export interface LogLossOptions {
  /** Columns of the row-major probabilities; absent for binary (probability of class 1). */
  numClasses?: number;
  reduction?: "mean" | "sum";
  sampleWeight?: Reals;
}

export interface BalancedClassWeightsOptions {
  numClasses: number;
  /** Rows with this label are left out. */
  ignoreIndex?: number;
  sampleWeight?: Reals;
}

/** n / (C·count) for each class: every class weighs the same in all. A class that does not occur is an error. */
export type BalancedClassWeights = (labels: Labels, options: BalancedClassWeightsOptions) => Float64Array<ArrayBuffer>;
