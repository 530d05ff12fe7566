import type { Accumulator, AccumulatorOptions } from "./accumulator.js";
import type { Labels, Reals } from "./arrays.js";
import type { Reduction } from "./losses/loss.js";

/** What every measure of rankings takes. Each row of scores is a ranking of its labels, the largest score first. */
export interface LabelRankingOptions {
  /** Columns of the row-major scores, and of the targets. */
  numLabels: number;
  /** Over rows; `"none"` gives one number for each, times its weight. */
  reduction?: Reduction;
  /** One weight per row, ≥ 0: whole weights equal repetition, and the mean divides by their sum. */
  sampleWeight?: Reals;
}

export interface GainOptions extends LabelRankingOptions {
  /** Ranks from 1 to k count, the others not. Default: all. */
  k?: number;
  /**
   * What labels of equal score gain: the mean over their orders (`"average"`, the default), or that of the order in
   * which the `"first"` or the `"last"` column comes first.
   */
  ties?: "average" | "first" | "last";
  /** What a label of relevance g is worth: g (`"linear"`, the default) or 2^g − 1 (`"exponential"`). */
  gains?: "linear" | "exponential";
}

/** A measure of rankings: one number, or one for each row with `reduction: "none"`. */
export interface LabelRankingMeasure<Options extends LabelRankingOptions = LabelRankingOptions> {
  (scores: Reals, targets: Labels, options: Options & { reduction: "none" }): Float64Array<ArrayBuffer>;
  (scores: Reals, targets: Labels, options: Options & { reduction?: "mean" | "sum" }): number;
  (scores: Reals, targets: Labels, options: Options): number | Float64Array<ArrayBuffer>;
  /** The measure over a stream (a reduction to one number). */
  accumulator(options: Omit<Options, "sampleWeight"> & AccumulatorOptions): Accumulator<number>;
}

/** Measures of how rows of scores rank their labels; assay and the oracle implement them alike. */
export interface LabelRanking {
  /** How many labels score at least as high as the lowest true one. */
  coverageError: LabelRankingMeasure;
  /** Over true labels, the mean share of true ones among those that score at least as high. */
  labelRankingAveragePrecision: LabelRankingMeasure;
  /** The share of pairs of a true and a false label in which the true one does not score higher. */
  labelRankingLoss: LabelRankingMeasure;
  /** Discounted cumulative gain, Σ gain / log₂(1 + rank). */
  dcg: LabelRankingMeasure<GainOptions>;
  /** DCG over that of the best order. */
  ndcg: LabelRankingMeasure<GainOptions>;
}
