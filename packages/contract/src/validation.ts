import type { BestOptions, BestThreshold } from "./curve.js";
import type { CurveResampleOptions } from "./statistics.js";

export interface CrossValidationOptions extends BestOptions {
  /** How many folds, at least 2 and at most as many as rows. Default 5. */
  folds?: number;
  /** Which folds: a whole number in 0..2⁵³−1. The same seed cuts the same rows everywhere. Default 0. */
  seed?: number;
}

export interface BestBootstrapOptions extends BestOptions, CurveResampleOptions {}

/** Some numbers, and how they spread. */
export interface Spread {
  /** NaN where it is undefined, which leaves it out of the rest. */
  readonly values: Float64Array<ArrayBuffer>;
  readonly mean: number;
  /** NaN of fewer than two. */
  readonly standardDeviation: number;
}

/**
 * A threshold, and what it is worth on rows that it was not tuned on. All values are the objective's; of `cost` they are
 * the cost of a row (of a weight of 1), so that parts of any size can be compared. So should those of a function of yours.
 */
export interface ValidatedThreshold {
  /** The best threshold of all rows. */
  readonly best: BestThreshold;
  /** Its value on the same rows: optimistic. */
  readonly apparent: number;
  /** The best thresholds of parts of the rows. */
  readonly thresholds: Spread;
  /** Their values on the rows that they were tuned on. */
  readonly tuned: Spread;
  /** Their values on rows that they were not tuned on. */
  readonly heldOut: Spread;
  /** By how much they look better where they were tuned, on average: tuned − heldOut, of `cost` the other way round. */
  readonly optimism: number;
}
