import type { Accumulator, AccumulatorOptions } from "./accumulator.js";
import type { Labels, Reals } from "./arrays.js";

/** Which end of a bin belongs to it. `"right"`: (lo, hi], 0 in the first. `"left"`: [lo, hi), 1 in the last. */
export type Closed = "right" | "left";

/**
 * What is compared with what. `"positive"`: the probability of class 1 with the rate of class 1. `"topLabel"`: the
 * largest probability (binary: of [1−p, p], the first on ties) with the rate of right answers.
 */
export type CalibrationOf = "positive" | "topLabel";

export interface ReliabilityOptions {
  /** Columns of the row-major probabilities; absent for binary (probability of class 1). */
  numClasses?: number;
  /** Equal parts of [0, 1], with edges k/numBins in float64. */
  numBins?: number;
  closed?: Closed;
  /** Default: `"positive"` for binary, `"topLabel"` for multiclass. */
  of?: CalibrationOf;
  sampleWeight?: Reals;
}

/**
 * How gaps |accuracy − confidence| of the bins that are not empty become one number: `"l1"` their mean weighted by
 * count (ECE), `"l2"` its root mean square, `"max"` the largest (MCE), `"mean"` their plain mean (netcal's ACE).
 */
export type CalibrationNorm = "l1" | "l2" | "max" | "mean";

export interface CalibrationErrorOptions extends ReliabilityOptions {
  norm?: CalibrationNorm;
}

/** One bin of a reliability table. Where it is empty, means and gap are NaN. */
export interface ReliabilityBin {
  readonly lower: number;
  readonly upper: number;
  /** Rows, or their summed weight. */
  readonly count: number;
  /** Mean probability of what is compared. */
  readonly confidence: number;
  /** Rate of right answers, or of class 1. */
  readonly accuracy: number;
  /** accuracy − confidence: positive is under-confident. */
  readonly gap: number;
}

/** A reliability table and the errors that follow from it. */
export interface Reliability {
  readonly bins: readonly ReliabilityBin[];
  /** Rows, or their summed weight. */
  readonly count: number;
  readonly closed: Closed;
  readonly of: CalibrationOf;
  /** The calibration error, in 0..1. */
  error(norm?: CalibrationNorm): number;
  /** Expected calibration error: `error("l1")`. */
  ece(): number;
  /** Maximum calibration error: `error("max")`. */
  mce(): number;
  /** The table drawn in text. */
  toString(): string;
}

export interface BrierOptions {
  /** Columns of the row-major probabilities; absent for binary (probability of class 1). */
  numClasses?: number;
  /** Halves the multiclass sum, so that two classes give the binary score. */
  scaleByHalf?: boolean;
  sampleWeight?: Reals;
}

/** Calibration of this library; assay and the oracle implement it alike. */
export interface Calibration {
  /** The reliability table of probabilities. */
  reliability: {
    (probabilities: Reals, labels: Labels, options?: ReliabilityOptions): Reliability;
    accumulator(options?: Omit<ReliabilityOptions, "sampleWeight"> & AccumulatorOptions): Accumulator<Reliability>;
  };
  /** The calibration error of probabilities. */
  calibrationError(probabilities: Reals, labels: Labels, options?: CalibrationErrorOptions): number;
  /** Brier score: mean (p − y)², or over rows of Σ over classes (p − y)². */
  brierScore(probabilities: Reals, labels: Labels, options?: BrierOptions): number;
}
