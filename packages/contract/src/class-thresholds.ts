import type { Labels, Reals } from "./arrays.js";

/** What thresholds of classes are chosen for: the larger, the better. */
export type ClassObjective = "accuracy" | "macroF1" | "weightedF1" | "balancedAccuracy";

export interface ApplyClassThresholdsOptions {
  /** Columns of the row-major scores, one class each. */
  numClasses: number;
  /** The class of a row in which every score is below its threshold. Default 0. */
  none?: number;
}

export interface ClassThresholdsOptions extends ApplyClassThresholdsOptions {
  /** Default `"accuracy"`. */
  objective?: ClassObjective;
  /** Thresholds to start from besides those that are always tried: a row of numClasses each. */
  starts?: readonly Reals[];
  /** Most rounds over all classes from each start; a round that improves nothing is the last. Default 100. */
  maxRounds?: number;
  sampleWeight?: Reals;
}

/** A threshold for each class, and what they attain on the data that they were chosen on: an optimistic number. */
export interface ClassThresholds {
  /** −∞ admits a class always, +∞ never. */
  readonly thresholds: Float64Array<ArrayBuffer>;
  readonly value: number;
  /** What plain argmax attains on the same rows: never more than `value`. */
  readonly argmaxValue: number;
  /** Rounds that were run from the best start. */
  readonly rounds: number;
}

/** Thresholds of classes; assay and the oracle implement them alike. */
export interface ClassThresholding {
  /** Chooses a threshold for each class by coordinate ascent, each line search exact. */
  classThresholds(scores: Reals, labels: Labels, options: ClassThresholdsOptions): ClassThresholds;
  /** The largest score at or above the threshold of its class decides; the first of equal ones. */
  applyClassThresholds(scores: Reals, thresholds: Reals, options: ApplyClassThresholdsOptions): Int32Array<ArrayBuffer>;
}
