import type { Labels, Reals } from "./arrays.js";
import type { BinaryCounts } from "./confusion.js";

export interface CurveOptions {
  sampleWeight?: Reals;
}

export interface RocAucOptions {
  /** The value where a class is missing. Default NaN. */
  undefinedValue?: number;
  /** Standardised partial area up to this false positive rate (McClish), in (0, 1]. */
  maxFpr?: number;
}

/** An objective of which the largest value is best, except `cost`, of which the smallest is. */
export type Objective = "f1" | "youden" | "accuracy" | { cost: { fp: number; fn: number } };

/** The best operating point. */
export interface BestThreshold {
  /** Positive means score ≥ threshold; +∞ means nothing positive. The largest one that attains the value. */
  readonly threshold: number;
  readonly value: number;
  readonly counts: BinaryCounts;
}

/** Sorted scores with their counts: everything that a threshold decides follows from it. Ties are one step. */
export interface BinaryCurve {
  /** Rows. */
  readonly length: number;
  /** Positive rows, or their summed weight. */
  readonly positives: number;
  /** Negative rows, or their summed weight. */
  readonly negatives: number;
  /** Area under the ROC curve: the U statistic over P·N, rounded once. */
  rocAuc(options?: RocAucOptions): number;
  /** Average precision: Σ (Rₙ − Rₙ₋₁) Pₙ over descending thresholds. 0 without positives. */
  averagePrecision(): number;
  /** Counts at a threshold, in O(log n). */
  at(threshold: number, options?: { strict?: boolean }): BinaryCounts;
  /** The best threshold over every distinct score and +∞, exactly. */
  best(objective: Objective): BestThreshold;
  /** Adds another curve's rows; the other is left as it is. */
  merge(other: this): this;
  free(): void;
  [Symbol.dispose](): void;
}

export interface RankingOptions extends RocAucOptions {
  /** Columns of row-major scores, one class each: one label per row, one-vs-rest. */
  numClasses?: number;
  /** Columns of row-major scores, one label each: targets are a 0/1 matrix of the same shape. */
  numLabels?: number;
  /** `"micro"` ranks all elements together; `"weighted"` by support; `"samples"` (multilabel) row by row. */
  average?: "micro" | "macro" | "weighted" | "samples" | "none";
  /** `"ovo"`: the mean over pairs of classes of Hand and Till (2001). */
  multiclass?: "ovr" | "ovo";
  sampleWeight?: Reals;
}

/** An area under a curve, one number, or one per class with `average: "none"`. */
export interface RankingScore {
  (scores: Reals, labels: Labels, options: RankingOptions & { average: "none" }): Float64Array<ArrayBuffer>;
  (
    scores: Reals,
    labels: Labels,
    options?: RankingOptions & { average?: Exclude<RankingOptions["average"], "none"> },
  ): number;
}

/** Curves of this library; assay and the oracle implement them alike. */
export interface Curves {
  /** Sorts scores once. */
  binaryCurve(scores: Reals, labels: Labels, options?: CurveOptions): BinaryCurve;
  /** Area under the ROC curve. */
  rocAuc: RankingScore;
  /** Average precision. */
  averagePrecision: RankingScore;
}
