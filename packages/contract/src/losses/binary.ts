import type { LossOptions } from "./loss.js";

/** Options of losses on a matrix of binary predictions, one column per label. */
export interface BinaryLossOptions extends LossOptions {
  /** Columns of the row-major matrix; 1 for plain binary. `sampleWeight` has one weight per row of it. */
  numLabels?: number;
}

export interface BinaryCrossEntropyWithLogitsOptions extends BinaryLossOptions {
  /** Factor of the positive term: one number, or one per label. */
  posWeight?: number | readonly number[];
}

export interface SigmoidFocalLossOptions extends BinaryLossOptions {
  /** Factor of positives, in [0, 1]; negatives have 1 − alpha. Absent: both have 1. */
  alpha?: number;
  /** Exponent of the modulating factor (1 − p_t)^γ, ≥ 0. Default 2. */
  gamma?: number;
}

export interface HingeLossOptions extends BinaryLossOptions {
  /** Takes the square. */
  squared?: boolean;
}

export interface MultilabelSoftMarginLossOptions extends LossOptions {
  /** Columns of the row-major logits. */
  numLabels: number;
  /** One factor per label, ≥ 0; the mean still divides by the plain count. */
  weight?: readonly number[] | Float32Array | Float64Array;
}
