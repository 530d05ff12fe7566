import type { Labels, Reals } from "./arrays.js";
import type {
  AverageOptions,
  ClassMeasures,
  ConfusionMatrix,
  ConfusionOptions,
  MultilabelConfusionMatrix,
} from "./confusion.js";
import type { BinaryCurve } from "./curve.js";
import type { AnyLabels } from "./labels.js";

/** How sure an interval is to be. */
export interface LevelOptions {
  /** The chance with which intervals made like this one hold the true value, in (0, 1). Default 0.95. */
  level?: number;
}

/** A value and an interval for what it estimates. */
export interface Interval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
}

/** An interval with the error that it is made from. */
export interface IntervalWithError extends Interval {
  /** Standard deviation of the estimate. */
  readonly standardError: number;
}

/** The measures of a class that have an interval by name. */
export type ClassMeasureName = Exclude<keyof ClassMeasures, "report">;

/** The measures of a whole matrix that have one. */
export type MatrixMeasureName = "accuracy" | "zeroOneLoss" | "hammingLoss" | "balancedAccuracy" | "mcc" | "cohenKappa";

/** The measures of rows with several labels as wholes that have one. */
export type RowMeasureName = "exactMatch" | "zeroOneLoss" | "hammingLoss";

/** A measure that a confusion matrix has, by the name that it has there. */
export type MeasureName = ClassMeasureName | MatrixMeasureName;

/** Whatever can be read off a matrix: a measure as it is without options, or a function. */
export type MatrixStatistic = MeasureName | ((matrix: ConfusionMatrix) => number);

/** How rows are resampled. */
export interface ResampleOptions {
  /** How many replicates, at least 2. Default 1000. */
  resamples?: number;
  /** Which random numbers: a whole number in 0..2⁵³−1. The same seed gives the same replicates everywhere. Default 0. */
  seed?: number;
}

export interface BootstrapOptions extends LevelOptions, ResampleOptions {
  /**
   * `"percentile"` (default): quantiles of the replicates. `"bca"`: at chances that are corrected for bias and skewness
   * (Efron 1987).
   */
  method?: "percentile" | "bca";
}

/** How rows of a curve are resampled. */
export interface CurveResampleOptions extends ResampleOptions {
  /** Positive and negative rows are drawn each for themselves, so that their numbers stay what they are. Default false. */
  stratified?: boolean;
}

export interface CurveBootstrapOptions extends BootstrapOptions, CurveResampleOptions {}

/** What a bootstrap finds. */
export interface BootstrapInterval extends IntervalWithError {
  /** The statistic of each replicate, in their order: NaN where it is undefined, which leaves it out of all else. */
  readonly replicates: Float64Array<ArrayBuffer>;
}

export interface ConfidenceIntervalOptions
  extends LevelOptions,
    ResampleOptions,
    Pick<AverageOptions, "zeroDivision" | "absentClasses"> {
  /**
   * `"wilson"` for rates, the default for them; `"delta"`, the default for all else; `"bootstrap"`, which alone takes
   * `resamples` and `seed`.
   */
  method?: "wilson" | "delta" | "bootstrap";
  /** The measure of one class against the rest. */
  classIndex?: number;
  /** The measure of one label of a multilabel matrix. */
  label?: number;
  /**
   * The measure's average, where neither class nor label is given; default as the measure has it. Of a multilabel matrix
   * `"micro"` or `"samples"`: for a mean over labels one would have to know which of them are wrong in the same rows.
   */
  average?: "binary" | "micro" | "macro" | "weighted" | "samples";
  /** Of `"fBeta"`. */
  beta?: number;
  /** Of `"cohenKappa"`. */
  weights?: "none" | "linear" | "quadratic";
  /** Of `"balancedAccuracy"`. */
  adjusted?: boolean;
}

/** An interval of a measure. */
export interface MeasureInterval extends IntervalWithError {
  readonly method: "wilson" | "delta" | "bootstrap";
}

export interface McNemarOptions {
  /** `"exact"` (default): the binomial distribution of b among b + c. `"chiSquare"`: its limit for many rows. */
  method?: "exact" | "chiSquare";
  /** Of `"chiSquare"`: |b − c| is made smaller by 1, as far as 0 (Edwards 1948). Default true. */
  correction?: boolean;
}

/** Whether two models are right equally often. */
export interface McNemarTest {
  /** Rows that only the first model has right. */
  readonly b: number;
  /** Rows that only the second one has right. */
  readonly c: number;
  /** The smaller of b and c; of `"chiSquare"` (|b − c| − correction)² / (b + c). */
  readonly statistic: number;
  /** The chance of a difference at least as large, were both equally good. Two-sided. */
  readonly pValue: number;
}

/** What two models' labels are, as for one in {@link ConfusionOptions}. */
export type PairedOptions = Pick<
  ConfusionOptions,
  "numClasses" | "classes" | "positiveClass" | "classNames" | "ignoreIndex"
>;

export interface PairedBootstrapOptions extends PairedOptions, BootstrapOptions {
  /** What is compared. */
  statistic: MatrixStatistic;
}

/** A statistic of two models on the same rows. */
export interface PairedBootstrap {
  /** Of the first model. */
  readonly a: number;
  /** Of the second. */
  readonly b: number;
  /** a − b. */
  readonly difference: BootstrapInterval;
  /**
   * Twice the smaller share of replicates on one side of 0, with 0 itself on both and one replicate more than there are,
   * (1 + count) / (1 + replicates), at most 1: the smallest p that these replicates can tell is 2 / (1 + replicates).
   */
  readonly pValue: number;
}

export interface RocAucIntervalOptions extends LevelOptions {
  /**
   * Where the interval is symmetric: for the area itself (`"linear"`, the default), and then cut off at 0 and 1, or for
   * its log-odds (`"logit"`), within 0..1 by itself.
   */
  scale?: "linear" | "logit";
}

/** Two areas under ROC curves of the same rows. */
export interface RocAucComparison {
  /** Of the first scores. */
  readonly a: number;
  /** Of the second. */
  readonly b: number;
  /** a − b. */
  readonly difference: IntervalWithError;
  /** The difference over its standard error, which is normal were both areas equal; 0 where both are 0. */
  readonly statistic: number;
  /** The chance of a difference at least as large, were both areas equal. Two-sided. */
  readonly pValue: number;
}

/** Whatever can be read off a curve: an area as it is without options, or a function. */
export type CurveStatistic = "rocAuc" | "averagePrecision" | "prAuc" | "logAuc" | ((curve: BinaryCurve) => number);

/** How sure one can be of what counts and curves say; assay and the oracle implement it alike. */
export interface Statistics {
  /** Wilson's interval of a share. */
  wilson(successes: number, trials: number, options?: LevelOptions): Interval;
  /** An interval of a measure of a confusion matrix. */
  confidenceInterval(
    matrix: ConfusionMatrix | MultilabelConfusionMatrix,
    measure: MeasureName | RowMeasureName,
    options?: ConfidenceIntervalOptions,
  ): MeasureInterval;
  /** What a statistic might have been, had other rows been drawn. */
  bootstrap(matrix: ConfusionMatrix, statistic: MatrixStatistic, options?: BootstrapOptions): BootstrapInterval;
  /** McNemar's test: are two models right equally often on the same rows? */
  mcnemar: {
    (
      predictedA: AnyLabels,
      predictedB: AnyLabels,
      targets: AnyLabels,
      options?: McNemarOptions & PairedOptions,
    ): McNemarTest;
    /** From how many rows only the first model (b) and only the second (c) has right. */
    fromCounts(b: number, c: number, options?: McNemarOptions): McNemarTest;
  };
  /** By how much two models differ on the same rows. */
  pairedBootstrap(
    predictedA: AnyLabels,
    predictedB: AnyLabels,
    targets: AnyLabels,
    options: PairedBootstrapOptions,
  ): PairedBootstrap;
  /** An interval of the area under the ROC curve. */
  rocAucInterval(scores: Reals, labels: Labels, options?: RocAucIntervalOptions): IntervalWithError;
  /** By how much two areas under ROC curves differ on the same rows. */
  compareRocAuc(scoresA: Reals, scoresB: Reals, labels: Labels, options?: LevelOptions): RocAucComparison;
}
