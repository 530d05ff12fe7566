import type { Accumulator, Streamed } from "../accumulator.js";
import type { Labels, Reals } from "../arrays.js";
import type { LevelOptions } from "../statistics.js";

/**
 * Which end of a bin belongs to it. `"right"`: (lo, hi], the lowest edge in the first. `"left"`: [lo, hi), the highest in
 * the last.
 */
export type Closed = "right" | "left";

/**
 * What is compared with what. `"positive"`: the probability of class 1 with the rate of class 1. `"topLabel"`: the
 * largest probability (binary: of [1−p, p], the first on ties) with the rate of right answers. `"allClasses"`: the
 * probability of every class, or label, with the rate of it, all of them together.
 */
export type CalibrationOf = "positive" | "topLabel" | "allClasses";

/**
 * How [0, 1] is cut. `"width"`: equal parts, or `edges`. All others need every score in order, and keep it:
 * `"mass"`: equal numbers of scores in order, the first bins having one more; scores that tie across an edge share their
 * mean outcome. `"quantile"`: at the quantiles of the scores, linearly interpolated, equal scores together
 * (scikit-learn's). `"midpoint"`: in the middle between the scores where `"mass"` cuts, equal scores together
 * (uncertainty-calibration's).
 */
export type Binning = "width" | "mass" | "quantile" | "midpoint";

/** What is compared. */
export interface ComparisonOptions {
  /** Columns of the row-major predictions, of which each row's label is one; absent for binary. */
  numClasses?: number;
  /** Columns of the row-major predictions, each with a label 0 or 1 of its own; absent for binary. */
  numLabels?: number;
  /** What predictions are: logits become probabilities by softmax, binary and with `numLabels` by the sigmoid. */
  from?: "probabilities" | "logits";
  /** One weight per row, ≥ 0: zero equals absence. */
  sampleWeight?: Reals;
}

/** How scores are put in bins. */
export interface BinningOptions {
  /** Number of bins; of equal width with edges k/numBins in float64. */
  numBins?: number;
  /** Of bins of equal width, or between `edges`. */
  closed?: Closed;
  binning?: Binning;
  /** Edges of your own instead of `numBins`, from 0 to 1 without descending. */
  edges?: Reals;
  /** Only probabilities above it count (TACE). */
  threshold?: number;
}

export interface ReliabilityOptions extends ComparisonOptions, BinningOptions, LevelOptions {
  /** Default: `"positive"` for binary, `"topLabel"` with `numClasses`, `"allClasses"` with `numLabels`. */
  of?: CalibrationOf;
}

/** Options of a table for each class or label. One of `numClasses` and `numLabels` is given. */
export interface ClasswiseOptions extends ComparisonOptions, BinningOptions, LevelOptions {}

/**
 * How gaps |accuracy − confidence| of the bins that are not empty become one number: `"l1"` their mean weighted by
 * count (ECE), `"l2"` its root mean square, `"max"` the largest (MCE), `"mean"` their plain mean (netcal's ACE).
 */
export type CalibrationNorm = "l1" | "l2" | "max" | "mean";

export interface CalibrationErrorOptions extends Omit<ReliabilityOptions, "level"> {
  norm?: CalibrationNorm;
}

/** One bin of a reliability table. Where it is empty, means and gap are NaN, and nothing is known of its accuracy. */
export interface ReliabilityBin {
  /** The edge below; of binning `"mass"` the lowest score. */
  readonly lower: number;
  /** The edge above; of binning `"mass"` the highest score. */
  readonly upper: number;
  /** Rows, or their summed weight. */
  readonly count: number;
  /** Mean probability of what is compared. */
  readonly confidence: number;
  /** Rate of right answers, or of class 1. */
  readonly accuracy: number;
  /** Wilson's interval of the accuracy, counts (summed weights) being trials. */
  readonly accuracyLower: number;
  readonly accuracyUpper: number;
  /** accuracy − confidence: positive is under-confident. */
  readonly gap: number;
}

/** A reliability table and the errors that follow from it. */
export interface Reliability {
  readonly bins: readonly ReliabilityBin[];
  /** Rows, or their summed weight. */
  readonly count: number;
  readonly binning: Binning;
  /** Of binning `"mass"` both ends belong to a bin. */
  readonly closed: Closed | "both";
  readonly of: CalibrationOf;
  /** How sure the intervals of accuracies are to be. */
  readonly level: number;
  /** Whether every score had to be kept for it: with any `binning` but `"width"`. */
  readonly keepsScores: boolean;
  /** The calibration error, in 0..1. */
  error(norm?: CalibrationNorm): number;
  /** Expected calibration error: `error("l1")`. */
  ece(): number;
  /** Maximum calibration error: `error("max")`. */
  mce(): number;
  /** The part of `ece()` where confidence is above accuracy. */
  overconfidence(): number;
  /** The part of `ece()` where accuracy is above confidence. */
  underconfidence(): number;
  /** The table drawn in text. */
  toString(): string;
}

/** A reliability table for each class, or label. */
export interface ClasswiseReliability {
  readonly classes: readonly Reliability[];
  /** Whether every score had to be kept for it: with any `binning` but `"width"`. */
  readonly keepsScores: boolean;
  /** Mean over classes of their errors (classwise or static calibration error); those without any row are left out. */
  error(norm?: CalibrationNorm): number;
}

/** Reliability tables; assay and the oracle implement them alike. */
export interface ReliabilityTables {
  /** The reliability table of probabilities. */
  reliability: {
    (predictions: Reals, labels: Labels, options?: ReliabilityOptions): Reliability;
    accumulator(options?: Streamed<ReliabilityOptions>): Accumulator<Reliability>;
  };
  /** A reliability table for each class, or label, against the rest. */
  classwiseReliability: {
    (predictions: Reals, labels: Labels, options: ClasswiseOptions): ClasswiseReliability;
    accumulator(options: Streamed<ClasswiseOptions>): Accumulator<ClasswiseReliability>;
  };
  /** The calibration error of probabilities. */
  calibrationError: {
    (predictions: Reals, labels: Labels, options?: CalibrationErrorOptions): number;
    accumulator(options?: Streamed<CalibrationErrorOptions>): Accumulator<number>;
  };
}
