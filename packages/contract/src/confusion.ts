import type { Accumulator, AccumulatorOptions } from "./accumulator.js";
import type { Labels, Reals } from "./arrays.js";

/** What predictions are. Never inferred from the values. */
export type From = "labels" | "probabilities" | "logits";

export interface ConfusionOptions {
  /** Classes are 0..numClasses−1, and scores are row-major N × numClasses. Absent: binary, class 1 is positive. */
  numClasses?: number;
  /** What `predicted` holds; default `"labels"`. Rows of scores are reduced by argmax, the first on ties. */
  from?: From;
  /** Binary scores only: positive means score ≥ threshold. Default 0.5 for probabilities; logits have none. */
  threshold?: number;
  /** Positive means score > threshold. */
  strict?: boolean;
  /** Rows with this target are left out. */
  ignoreIndex?: number;
  sampleWeight?: Reals;
  /** Names for reports, one per class. */
  classNames?: readonly string[];
}

/** `"binary"` is class 1 alone, and the default where the matrix was made without `numClasses`. */
export type Average = "binary" | "micro" | "macro" | "weighted" | "none";

export interface AverageOptions {
  average?: Average;
  /** The value of 0/0. With NaN, undefined classes leave the mean. */
  zeroDivision?: 0 | 1 | number;
  /** Macro and weighted means run over classes that occur in targets or predictions; `"count"` keeps the others in. */
  absentClasses?: "skip" | "count";
}

/** A measure with one value per class, or their average. */
export interface ClassMeasure<Options extends AverageOptions = AverageOptions> {
  (options: Options & { average: "none" }): Float64Array<ArrayBuffer>;
  (options?: Options & { average?: Exclude<Average, "none"> }): number;
}

/** Counts of one class against the rest. */
export interface BinaryCounts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

/** One row of a classification report. */
export interface ReportRow {
  readonly name: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
}

/** Per-class precision, recall, F1 and support with their averages. */
export interface ClassificationReport {
  readonly classes: readonly ReportRow[];
  readonly accuracy: number;
  readonly macro: ReportRow;
  readonly weighted: ReportRow;
  toString(): string;
}

/** A confusion matrix: rows are true classes, columns predicted ones. Whatever follows from counts is derived from it. */
export interface ConfusionMatrix {
  readonly numClasses: number;
  /** numClasses × numClasses, row-major. Whole up to 2⁵³; summed weights where rows were weighted. */
  readonly counts: Float64Array<ArrayBuffer>;
  /** Sum of all cells. */
  readonly total: number;
  readonly classNames: readonly string[];
  /** Made without `numClasses`: class 1 is positive. */
  readonly binary: boolean;
  /** The count of rows of class `target` that were predicted as `predicted`. */
  at(target: number, predicted: number): number;
  /** tp, fp, fn, tn of one class against the rest; class 1 by default where binary. */
  countsOf(classIndex?: number): BinaryCounts;
  /** Row sums: how often each class is true. */
  support(): Float64Array<ArrayBuffer>;
  /** Cells divided by their row sum, column sum or total; 0 where that is 0. */
  normalized(by: "true" | "pred" | "all"): Float64Array<ArrayBuffer>;
  /** The matrix of some classes in the order given; rows and columns of the others are left out. */
  select(classes: readonly number[]): ConfusionMatrix;
  /** Classes that occur in targets or predictions, ascending. */
  present(): number[];
  /** Σ diagonal / total. */
  accuracy(): number;
  /** tp / (tp + fp). */
  precision: ClassMeasure;
  /** tp / (tp + fn). */
  recall: ClassMeasure;
  /** 2tp / (2tp + fp + fn). */
  f1: ClassMeasure;
  /** (1+β²)tp / ((1+β²)tp + β²fn + fp). */
  fBeta: ClassMeasure<AverageOptions & { beta?: number }>;
  report(options?: Omit<AverageOptions, "average">): ClassificationReport;
  /** The matrix as a text table. */
  toString(): string;
}

/** Confusion matrices of this library; assay and the oracle implement them alike. */
export interface Confusion {
  /** Counts predictions against targets. */
  confusionMatrix: {
    (predicted: Reals | Labels, targets: Labels, options?: ConfusionOptions): ConfusionMatrix;
    accumulator(options?: Omit<ConfusionOptions, "sampleWeight"> & AccumulatorOptions): Accumulator<ConfusionMatrix>;
  };
}
