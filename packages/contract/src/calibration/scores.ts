import type { Accumulator, Streamed } from "../accumulator.js";
import type { Labels, Reals } from "../arrays.js";
import type { Interval, LevelOptions, ResampleOptions } from "../statistics.js";
import type { BinningOptions, CalibrationOf, ComparisonOptions } from "./reliability.js";

export interface BrierOptions extends ComparisonOptions {
  /** Halves the multiclass sum, so that two classes give the binary score. */
  scaleByHalf?: boolean;
}

export interface DebiasedCalibrationErrorOptions extends Omit<ComparisonOptions, "sampleWeight"> {
  numBins?: number;
  /**
   * `"positive"` (binary), `"topLabel"`, or `"eachClass"`: the root of the mean over classes of their squared errors, the
   * marginal error of Kumar, Liang and Ma. Default: `"positive"` for binary, else `"eachClass"`.
   */
  of?: "positive" | "topLabel" | "eachClass";
}

export interface DebiasedCalibrationErrorIntervalOptions
  extends DebiasedCalibrationErrorOptions,
    LevelOptions,
    ResampleOptions {}

export interface KsCalibrationErrorOptions extends ComparisonOptions {
  /** Default: `"positive"` for binary, `"topLabel"` with `numClasses`, `"allClasses"` with `numLabels`. */
  of?: CalibrationOf;
}

export interface SmoothCalibrationErrorOptions extends KsCalibrationErrorOptions {
  /** Standard deviation of the Gaussian, in 0.001..1. Default: the smallest that is not below its own error. */
  bandwidth?: number;
}

export interface KernelCalibrationErrorOptions extends Omit<ComparisonOptions, "sampleWeight"> {
  /** How wide the kernel is, in 0.0001..1: around p its standard deviation is about √(bandwidth · p(1 − p)). */
  bandwidth: number;
  /** `"positive"` (binary), `"topLabel"`, or `"eachClass"`: each against the rest. Default: the first that there is. */
  of?: "positive" | "topLabel" | "eachClass";
  /** Bins of equal width whose rows are taken to be at their mean, 1 to 4096. Default: 512. */
  numBins?: number;
  /** `"l1"`: the mean distance; `"l2"`: the root of its mean square. Default: `"l1"`. */
  norm?: "l1" | "l2";
}

/** What is decomposed, and of which bins. */
export interface DecompositionOptions extends ComparisonOptions, Omit<BinningOptions, "threshold"> {}

/** The parts of a score: it is reliability − resolution + uncertainty + withinBins. */
export interface Decomposition {
  /** What probabilities cost that are not the rates of their bin: 0 is best. */
  readonly reliability: number;
  /** What bins gain by having rates of their own: as large as `uncertainty` at best. */
  readonly resolution: number;
  /** What the base rate costs, predicted for every row. */
  readonly uncertainty: number;
  /** What is left where a bin's probabilities differ. */
  readonly withinBins: number;
  /** Whether every score had to be kept for it: with any `binning` but `"width"`. */
  readonly keepsScores: boolean;
}

export interface BrierDecomposition extends Decomposition {
  /** The Brier score. */
  readonly brier: number;
}

export interface LogLossDecomposition extends Decomposition {
  /** uncertainty − resolution: what is left once every bin predicts its own rate. */
  readonly refinement: number;
  /** The log loss; of logits the cross-entropy. */
  readonly logLoss: number;
}

/** Scores of calibration; assay and the oracle implement them alike. */
export interface CalibrationScores {
  /** Brier score: mean (p − y)², or over rows of Σ over classes (p − y)². */
  brierScore: {
    (predictions: Reals, labels: Labels, options?: BrierOptions): number;
    accumulator(options?: Streamed<BrierOptions>): Accumulator<number>;
  };
  /** The Brier score in parts, after Murphy. */
  brierDecomposition: {
    (predictions: Reals, labels: Labels, options?: DecompositionOptions): BrierDecomposition;
    accumulator(options?: Streamed<DecompositionOptions>): Accumulator<BrierDecomposition>;
  };
  /** The log loss in parts. */
  logLossDecomposition: {
    (predictions: Reals, labels: Labels, options?: DecompositionOptions): LogLossDecomposition;
    accumulator(options?: Streamed<DecompositionOptions>): Accumulator<LogLossDecomposition>;
  };
  /** The root mean squared calibration error over bins of equal mass, without the bias that small bins give it. */
  debiasedCalibrationError: {
    (predictions: Reals, labels: Labels, options?: DebiasedCalibrationErrorOptions): number;
    accumulator(options?: DebiasedCalibrationErrorOptions): Accumulator<number>;
  };
  /** An interval of it. */
  debiasedCalibrationErrorInterval(
    predictions: Reals,
    labels: Labels,
    options?: DebiasedCalibrationErrorIntervalOptions,
  ): Interval;
  /** The Kolmogorov–Smirnov distance of confidences from outcomes: without any bins. */
  ksCalibrationError: {
    (predictions: Reals, labels: Labels, options?: KsCalibrationErrorOptions): number;
    accumulator(options?: Streamed<KsCalibrationErrorOptions>): Accumulator<number>;
  };
  /** The integral of residuals that are smoothed instead of put in bins. */
  smoothCalibrationError: {
    (predictions: Reals, labels: Labels, options?: SmoothCalibrationErrorOptions): number;
    accumulator(options?: Streamed<SmoothCalibrationErrorOptions>): Accumulator<number>;
  };
  /** How far confidences are from the rate that a kernel finds around them. */
  kernelCalibrationError: {
    (predictions: Reals, labels: Labels, options: KernelCalibrationErrorOptions): number;
    accumulator(options: KernelCalibrationErrorOptions): Accumulator<number>;
  };
}
