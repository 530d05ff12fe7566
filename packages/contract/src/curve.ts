import type { Accumulator, AccumulatorOptions } from "./accumulator.js";
import type { Labels, Reals } from "./arrays.js";
import type { BinaryCounts } from "./confusion.js";
import type {
  BootstrapInterval,
  BootstrapOptions,
  CurveStatistic,
  IntervalWithError,
  RocAucIntervalOptions,
} from "./statistics.js";
import type { BestBootstrapOptions, CrossValidationOptions, ValidatedThreshold } from "./validation.js";

export interface CurveOptions {
  sampleWeight?: Reals;
}

export interface RocAucOptions {
  /** The value where a class is missing. Default NaN. */
  undefinedValue?: number;
  /** Standardised partial area up to this false positive rate (McClish), in (0, 1]. */
  maxFpr?: number;
}

/** Costs (or, negative, benefits) of each row by its cell. Cells that are not given cost nothing. */
export interface CostMatrix {
  tp?: number;
  fp?: number;
  fn?: number;
  tn?: number;
}

/**
 * What makes a threshold good. The largest value is best, except of `cost`, of which the smallest total is.
 *
 * Where a denominator is 0, `"youden"`, `"balancedAccuracy"` and `"kappa"` are NaN and the others 0. A threshold whose value
 * is NaN is never best. `epsilon` is added to the denominators of precision, of recall and of their mean.
 */
export type Objective =
  | "f1"
  | "youden"
  | "accuracy"
  | "balancedAccuracy"
  | "mcc"
  | "kappa"
  | "precision"
  | "recall"
  | "specificity"
  | { fBeta: number; epsilon?: number }
  | { cost: CostMatrix }
  | ((counts: BinaryCounts) => number);

/** What a threshold must keep to. A rate that is undefined, as precision where nothing is positive, keeps to nothing. */
export interface ThresholdConstraints {
  recallAtLeast?: number;
  precisionAtLeast?: number;
  specificityAtLeast?: number;
  fprAtMost?: number;
}

export interface BestOptions extends ThresholdConstraints {
  /** Only these are tried instead of every distinct score and +∞. */
  thresholds?: Reals;
  /** So many at equal distances from the smallest score to the largest are tried instead (numpy.linspace); at least 2. */
  linspace?: number;
  /**
   * Of equal values: `"largest"` threshold (default), or `"first"` of those given in `thresholds` or made by `linspace`. Under a constraint
   * equal values are told apart by the constrained rate first; under several in the order of their names above.
   */
  ties?: "largest" | "first";
  /** Positive means score > threshold; only with `thresholds` or `linspace`. */
  strict?: boolean;
}

/** The best operating point. NaN, with nothing positive, where no threshold keeps to the constraints. */
export interface BestThreshold {
  /** Positive means score ≥ threshold; +∞ means nothing positive. The largest one that attains the value. */
  readonly threshold: number;
  readonly value: number;
  readonly counts: BinaryCounts;
}

/** A rate, and the threshold that attains it. */
export interface OperatingPoint {
  readonly value: number;
  /** NaN where no threshold does. */
  readonly threshold: number;
}

/** Counts at many thresholds, in their order. */
export interface CountsAtThresholds {
  readonly thresholds: Float64Array<ArrayBuffer>;
  readonly tp: Float64Array<ArrayBuffer>;
  readonly fp: Float64Array<ArrayBuffer>;
  readonly fn: Float64Array<ArrayBuffer>;
  readonly tn: Float64Array<ArrayBuffer>;
}

/** Points of the receiver operating characteristic, from (0, 0) to (1, 1). Rates of a missing class are NaN. */
export interface RocPoints {
  readonly fpr: Float64Array<ArrayBuffer>;
  readonly tpr: Float64Array<ArrayBuffer>;
  /** Descending, the first +∞. */
  readonly thresholds: Float64Array<ArrayBuffer>;
}

/** Points in the plane of precision and recall; the last is precision 1, recall 0 and has no threshold. */
export interface PrecisionRecallPoints {
  readonly precision: Float64Array<ArrayBuffer>;
  readonly recall: Float64Array<ArrayBuffer>;
  /** Ascending; one fewer than points. */
  readonly thresholds: Float64Array<ArrayBuffer>;
}

/** Points of the detection error tradeoff. */
export interface DetPoints {
  readonly fpr: Float64Array<ArrayBuffer>;
  readonly fnr: Float64Array<ArrayBuffer>;
  /** Ascending, as scikit-learn's `det_curve`. */
  readonly thresholds: Float64Array<ArrayBuffer>;
}

/** Cumulative gains and lift, by descending thresholds, from nothing chosen on. */
export interface GainPoints {
  /** Share of rows with a score ≥ threshold. */
  readonly fraction: Float64Array<ArrayBuffer>;
  /** Share of the positive rows among them: recall. */
  readonly gain: Float64Array<ArrayBuffer>;
  /** gain / fraction; NaN where nothing is chosen. */
  readonly lift: Float64Array<ArrayBuffer>;
  readonly thresholds: Float64Array<ArrayBuffer>;
}

/**
 * The lower envelope of Drummond and Holte's cost curves: for each probability cost of a positive, the smallest
 * normalised expected cost over all thresholds, with corners only.
 */
export interface CostPoints {
  /** Probability cost of a positive, 0..1 ascending. */
  readonly probabilityCost: Float64Array<ArrayBuffer>;
  /** fnr·pc + fpr·(1 − pc) there. */
  readonly expectedCost: Float64Array<ArrayBuffer>;
  /** The threshold that is best from this corner to the next; one fewer than corners. */
  readonly thresholds: Float64Array<ArrayBuffer>;
}

/** The values of an objective at every distinct score and +∞. */
export interface ObjectivePoints {
  /** Descending, the first +∞. */
  readonly thresholds: Float64Array<ArrayBuffer>;
  readonly values: Float64Array<ArrayBuffer>;
}

export interface PointsOptions {
  /** Leaves out points on a straight line between their neighbours (ROC), or that share their recall with both. */
  dropIntermediate?: boolean;
  /** Points at these thresholds alone, in the order that the curve has them; score ≥ threshold is positive. */
  thresholds?: Reals;
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
  /** Trapezoidal area in the plane of precision and recall: optimistic, and not the average precision. */
  prAuc(): number;
  /**
   * Area under the ROC curve over log₁₀ of the false positive rate from `from` to 1, divided by its width: a curve of
   * tpr 1 has 1. The ROC curve is linear between its points. `from` defaults to 0.001.
   */
  logAuc(options?: { from?: number }): number;
  /** Largest tpr − fpr (Kolmogorov and Smirnov), and the largest threshold that attains it. */
  ksStatistic(): OperatingPoint;
  /** The rate at which fpr equals fnr, on the straight line between neighbouring points, and the threshold above it. */
  equalErrorRate(): OperatingPoint;
  /** Largest precision with recall ≥ `recall`; ties: larger recall, then the larger threshold. */
  precisionAtRecall(recall: number): OperatingPoint;
  /** Largest recall with precision ≥ `precision`; 0 and NaN where none has. Ties: larger precision, then threshold. */
  recallAtPrecision(precision: number): OperatingPoint;
  /** Largest sensitivity with specificity ≥ `specificity`. Ties: larger specificity, then the larger threshold. */
  sensitivityAtSpecificity(specificity: number): OperatingPoint;
  /** Largest specificity with sensitivity ≥ `sensitivity`. Ties: larger sensitivity, then the larger threshold. */
  specificityAtSensitivity(sensitivity: number): OperatingPoint;
  /** Counts at a threshold, in O(log n). */
  at(threshold: number, options?: { strict?: boolean }): BinaryCounts;
  /** Counts at each of many thresholds, or at every distinct score from the largest on. */
  counts(options?: { thresholds?: Reals; strict?: boolean }): CountsAtThresholds;
  roc(options?: PointsOptions): RocPoints;
  precisionRecall(options?: PointsOptions): PrecisionRecallPoints;
  det(options?: PointsOptions): DetPoints;
  gains(): GainPoints;
  costs(): CostPoints;
  /** The best threshold over every distinct score and +∞, exactly, or over some. */
  best(objective: Objective, options?: BestOptions): BestThreshold;
  /**
   * The best threshold, and what it is worth on rows that it was not tuned on: rows are cut at random into `folds`, each
   * class as evenly as it can be, and each fold is judged by the threshold that is best for the others (Stone 1974).
   * Where `best` finds none, and where a fold leaves the objective undefined, values are NaN.
   */
  bestCrossValidated(objective: Objective, options?: CrossValidationOptions): ValidatedThreshold;
  /**
   * The same of replicates, as many rows drawn with replacement: the rows that were not drawn, about 37 %, are judged by
   * the threshold that is best for those that were (Efron 1983). Replicates are those of `bootstrap`.
   */
  bestBootstrap(objective: Objective, options?: BestBootstrapOptions): ValidatedThreshold;
  /** The objective over every distinct score and +∞, to plot. */
  objective(objective: Objective): ObjectivePoints;
  /**
   * The area under the ROC curve with an interval, after DeLong: see the function of this name. Rows with weights are an
   * error: `bootstrap` has an interval for them.
   */
  rocAucInterval(options?: RocAucIntervalOptions): IntervalWithError;
  /**
   * What a statistic might have been, had other rows been drawn: of as many drawn from these with replacement, each with
   * its weight. Standard error and interval are the deviation and the quantiles of the replicates (Efron 1979).
   *
   * Random numbers are a function of seed, replicate and place in the sorted scores, so neither the order of rows nor
   * merges can be seen. A function is given a curve that is good for that call only; where it returns NaN, the replicate
   * is left out. Rows that hang together, as the elements of one row of a micro-averaged curve, are drawn as if they did
   * not.
   */
  bootstrap(statistic: CurveStatistic, options?: Omit<BootstrapOptions, "method">): BootstrapInterval;
  /** Adds another curve's rows; the other is left as it is. The same bits for any split. */
  merge(other: this): this;
  /** The sorted scores with their counts as bytes: equal rows have equal bytes. */
  toBytes(): Uint8Array<ArrayBuffer>;
  free(): void;
  [Symbol.dispose](): void;
}

export interface RankingOptions extends RocAucOptions {
  /** Columns of row-major scores, one class each: one label per row, one-vs-rest. */
  numClasses?: number;
  /** Columns of row-major scores, one label each: targets are a 0/1 matrix of the same shape. */
  numLabels?: number;
  /**
   * What is ranked: scores as they are (default), or the softmax probabilities of rows of logits. With one column, or
   * one for each label, the order is the same.
   */
  from?: "scores" | "logits";
  /** `"micro"` ranks all elements together; `"weighted"` by support; `"samples"` (multilabel) row by row, rows by their weight. */
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

export interface CurveHistogramOptions {
  /**
   * Number of buckets, a power of 2 from 2 to 2²⁰. Default 2¹⁶; 2¹² with weights, each of which is an exact sum of its
   * own.
   */
  numBuckets?: number;
  /**
   * Buckets of equal width from the first to the second, with what lies outside in the outermost. Without it buckets are
   * as wide as scores are large: the leading bits of float32 numbers in their order, over all of them.
   */
  range?: readonly [lowest: number, highest: number];
  sampleWeight?: Reals;
}

/** What the exact value surely lies between. */
export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** Scores counted in buckets: constant memory, certified bounds. Equal scores share a bucket, and order is kept. */
export interface CurveHistogram {
  readonly numBuckets: number;
  /** Positive rows, or their summed weight. */
  readonly positives: number;
  readonly negatives: number;
  /** Bounds of the area under the ROC curve: equal where no bucket holds both classes. NaN where a class is missing. */
  rocAuc(): Bounds;
  /** Bounds of the average precision; 0 without positives. */
  averagePrecision(): Bounds;
  /** Points between buckets, from (0, 0) to (1, 1): each lies on the exact curve. Thresholds are lower edges. */
  roc(): RocPoints;
}

/** Curves of this library; assay and the oracle implement them alike. */
export interface Curves {
  /** Sorts scores once. */
  binaryCurve: {
    (scores: Reals, labels: Labels, options?: CurveOptions): BinaryCurve;
    /** A curve from its bytes. */
    fromBytes(bytes: Uint8Array): BinaryCurve;
  };
  /**
   * A curve for each class against the rest (`numClasses`), or for each label (`numLabels`): points, thresholds and
   * areas of each.
   */
  classCurves(
    scores: Reals,
    labels: Labels,
    options: CurveOptions & { numClasses?: number; numLabels?: number },
  ): BinaryCurve[];
  /** All elements of rows of scores ranked together: the micro-averaged curve. */
  microCurve(
    scores: Reals,
    labels: Labels,
    options: CurveOptions & { numClasses?: number; numLabels?: number },
  ): BinaryCurve;
  /** Counts scores in buckets, in constant memory; mergeable, the same bits however rows were cut. */
  curveHistogram: {
    (scores: Reals, labels: Labels, options?: CurveHistogramOptions): CurveHistogram;
    accumulator(
      options?: Omit<CurveHistogramOptions, "sampleWeight"> & AccumulatorOptions,
    ): Accumulator<CurveHistogram>;
  };
  /** Trapezoidal area under points; `x` ascending or descending. */
  auc(x: Reals, y: Reals): number;
  /** Area under the ROC curve. */
  rocAuc: RankingScore;
  /** Average precision. */
  averagePrecision: RankingScore;
}
