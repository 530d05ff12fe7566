import type { Accumulator, AccumulatorOptions } from "./accumulator.js";
import type { Labels, Reals } from "./arrays.js";
import type { BinaryCounts } from "./confusion.js";
import type {
  BootstrapInterval,
  CurveBootstrapOptions,
  CurveStatistic,
  IntervalWithError,
  RocAucIntervalOptions,
} from "./statistics.js";
import type { BestBootstrapOptions, CrossValidationOptions, ValidatedThreshold } from "./validation.js";

export interface CurveOptions {
  /** Rows of weight 0 are absent. Weights have to come to less than 2¹⁰⁰⁰, so that what is made of their sums is finite. */
  sampleWeight?: Reals;
}

export interface RocAucOptions extends AreaOptions {
  /** Standardised partial area up to this false positive rate (McClish), in (0, 1]. */
  maxFpr?: number;
}

/** Of areas that are undefined in some curves. */
export interface AreaOptions {
  /** The value where the area is undefined. Default NaN; 0 of the average precision. */
  undefinedValue?: number;
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
 * Values are exact quotients of counts, rounded once; which of two is larger is decided before they are rounded. Counts of
 * weights are rounded sums, so that thresholds which are equally good by weight may differ by a rounding.
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

/** Which thresholds, instead of every distinct score and +∞. */
export interface GridOptions {
  /** Only these. */
  thresholds?: Reals;
  /** So many at equal distances from the smallest score to the largest (numpy.linspace); at least 2. */
  linspace?: number;
  /** Positive means score > threshold; only with `thresholds` or `linspace`. */
  strict?: boolean;
}

export interface BestOptions extends ThresholdConstraints, GridOptions {
  /**
   * Of equal values: `"largest"` threshold (default), or `"first"` of those given in `thresholds` or made by `linspace`. Under a constraint
   * equal values are told apart by the constrained rate first; under several in the order of their names above.
   */
  ties?: "largest" | "first";
}

/** The best operating point. NaN, with nothing positive, where no threshold keeps to the constraints. */
export interface BestThreshold {
  /**
   * Positive means score ≥ threshold. The largest one that attains the value. Without scores of +∞, +∞ means nothing
   * positive; with such scores no threshold does, and none is tried that would. `counts` are those of `at(threshold)`.
   */
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
  /** Descending, the first +∞: of nothing positive, even where a score is +∞ too. */
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
  /** Ascending, as scikit-learn's `det_curve`. A last one of +∞ beyond the scores is of nothing positive. */
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
  /** The first +∞: of nothing chosen, even where a score is +∞ too. */
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
  /** The threshold that is best from this corner to the next; one fewer than corners. A first +∞ is nothing positive. */
  readonly thresholds: Float64Array<ArrayBuffer>;
}

/** The values of an objective at many thresholds. */
export interface ObjectivePoints {
  /** Every distinct score and +∞, descending; or those that were asked for, in their order, a linspace ascending. */
  readonly thresholds: Float64Array<ArrayBuffer>;
  readonly values: Float64Array<ArrayBuffer>;
}

export interface PointsOptions {
  /** Leaves out points on a straight line between their neighbours (ROC), or that share their recall with both. */
  dropIntermediate?: boolean;
  /** Points at these thresholds alone, in the order that the curve has them; score ≥ threshold is positive. */
  thresholds?: Reals;
}

/**
 * Sorted scores with their counts: everything that a threshold decides follows from it. Ties are one step. With weights
 * each of the four counts is a sum of its own, of twice the digits of float64, rounded once: after n rows it is off by less
 * than n·2⁻¹⁰⁰ of itself before that.
 *
 * While a function of yours is asked, by `best`, `objective`, `bootstrap` or a validation, no rows can be merged into the
 * curve: that is an error.
 */
export interface BinaryCurve {
  /** Rows. */
  readonly length: number;
  /** Positive rows, or their summed weight. */
  readonly positives: number;
  /** Negative rows, or their summed weight. */
  readonly negatives: number;
  /** Area under the ROC curve: the U statistic over P·N, rounded once; of weights each of its terms is rounded. */
  rocAuc(options?: RocAucOptions): number;
  /** Average precision: Σ (Rₙ − Rₙ₋₁) Pₙ over descending thresholds. 0 without positives, or `undefinedValue`. */
  averagePrecision(options?: AreaOptions): number;
  /**
   * Trapezoidal area in the plane of precision and recall: optimistic, and not the average precision. NaN without
   * positives, or `undefinedValue`: that `precisionRecall` draws a recall of 1 there gives no area a meaning.
   */
  prAuc(options?: AreaOptions): number;
  /**
   * Area under the ROC curve over log₁₀ of the false positive rate from `from` to 1, divided by its width: a curve of
   * tpr 1 has 1. The ROC curve is linear between its points. `from` defaults to 0.001. NaN where a class is missing, or
   * `undefinedValue`.
   */
  logAuc(options?: AreaOptions & { from?: number }): number;
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
  /** The best threshold over every distinct score and +∞, exactly, or over some of yours. */
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
  /** The objective over every distinct score and +∞, or over some of yours, to plot. */
  objective(objective: Objective, options?: GridOptions): ObjectivePoints;
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
   *
   * `method: "bca"` moves the quantiles for bias and skewness (Efron 1987). Its acceleration is that of the statistic with
   * one of 200 parts of the rows left out, each in its turn, cut as folds are (Efron and Narasimhan 2020); with one row
   * left out, where there are fewer.
   */
  bootstrap(statistic: CurveStatistic, options?: CurveBootstrapOptions): BootstrapInterval;
  /** Adds another curve's rows; the other is left as it is. The same bits for any split. */
  merge(other: this): this;
  /** The sorted scores as bytes, the same of `assay` and `assay/js`: equal rows have equal bytes. */
  toBytes(): Uint8Array<ArrayBuffer>;
  free(): void;
  [Symbol.dispose](): void;
}

/** What the columns of row-major scores are. */
export interface ColumnOptions {
  /** One class each: a row has one label. */
  numClasses?: number;
  /** One label each: targets are a 0/1 matrix of the same shape. */
  numLabels?: number;
  /**
   * What is ranked: scores as they are (default), or the softmax probabilities p of rows of logits, by the logarithm of
   * their odds, ln(p / (1 − p)), which are then the thresholds of curves. Of one column, and of labels, that is the logit.
   * Odds are computed from differences of logits alone, each rounded once to float64: rows with the same differences in
   * any order tie, whatever was added to all of their logits.
   */
  from?: "scores" | "logits";
}

export interface ClassCurveOptions extends CurveOptions, ColumnOptions {}

export interface PairCurveOptions extends CurveOptions, Pick<ColumnOptions, "from"> {
  /** Columns of row-major scores, one class each. */
  numClasses: number;
}

/** A curve of two of several classes: which of them is positive, and which negative. */
export interface PairCurve {
  readonly positive: number;
  readonly negative: number;
  readonly curve: BinaryCurve;
}

export interface RankingOptions extends RocAucOptions, ColumnOptions {
  /** `"micro"` ranks all elements together; `"weighted"` by support; `"samples"` (multilabel) row by row, rows by their weight. */
  average?: "micro" | "macro" | "weighted" | "samples" | "none";
  /** `"ovo"`: the mean over ordered pairs of classes, that of Hand and Till (2001) for `rocAuc`. */
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
  /**
   * Points between buckets, from (0, 0) to (1, 1): each lies on the exact curve. A threshold is the least float64 number of
   * its bucket, so a curve of the same rows has the same counts there; but for the first, +∞, of nothing positive.
   */
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
  classCurves(scores: Reals, labels: Labels, options: ClassCurveOptions): BinaryCurve[];
  /**
   * A curve for each ordered pair of classes, by the positive one's column, among the rows of both: (0, 1), (0, 2), …,
   * (1, 0), … The mean of their areas is that of `multiclass: "ovo"`.
   */
  pairCurves(scores: Reals, labels: Labels, options: PairCurveOptions): PairCurve[];
  /** All elements of rows of scores ranked together: the micro-averaged curve. */
  microCurve(scores: Reals, labels: Labels, options: ClassCurveOptions): BinaryCurve;
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
