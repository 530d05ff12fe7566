import type { Accumulator, AccumulatorOptions } from "./accumulator.js";
import type { Labels, Reals } from "./arrays.js";
import type { AnyLabels, ClassValue } from "./labels.js";

/** What predictions are. Never inferred from the values. */
export type From = "labels" | "probabilities" | "logits";

export interface ConfusionOptions {
  /**
   * Classes are 0..numClasses−1, and scores are row-major N × numClasses. Absent: as many as `classes`, or string labels,
   * say; without these binary, class 1 is positive.
   */
  numClasses?: number;
  /** What `predicted` holds; default `"labels"`. Rows of scores are reduced by argmax, the first on ties. */
  from?: From;
  /** Binary scores only: positive means score ≥ threshold. Default 0.5 for probabilities; logits have none. */
  threshold?: number;
  /** Positive means score > threshold. */
  strict?: boolean;
  /**
   * Rows of scores only: a row is right where its target is among the `topK` largest, and is then counted as its
   * target; otherwise as its largest. Default 1.
   */
  topK?: number;
  /** Which of equal scores comes first: the `"first"` column (default), or the `"last"` (scikit-learn's top-k). */
  ties?: "first" | "last";
  /** Rows with this target are left out. */
  ignoreIndex?: number;
  sampleWeight?: Reals;
  /**
   * The values that labels have, one per class, in the order of the matrix: all strings or all whole numbers. Given,
   * labels are these values instead of 0..numClasses−1. String labels without it: those that occur, by code unit;
   * scores and accumulators need it then. `ignoreIndex` is one of the labels as they are given, never of strings.
   */
  classes?: readonly string[] | readonly number[];
  /**
   * Of two classes the one that is positive: it becomes class 1, and the matrix is binary, with scores of that class
   * alone. Not beside `numClasses`. Of `classes`, string labels, or 0 and 1.
   */
  positiveClass?: ClassValue;
  /** Names for reports, one per class in the order of `classes`. Default: `classes`, or the index. */
  classNames?: readonly string[];
  /**
   * Keeps the rows behind cells, for {@link ConfusionMatrix.rowsOf}: of every wrong row, of all, or of these cells. Rows
   * of weight 0 are absent.
   */
  keepRows?: "errors" | "all" | readonly (readonly [target: number, predicted: number])[];
}

/**
 * `"binary"` is class 1 alone, and the default where the matrix is `binary`; of others it is `"macro"`. `"samples"` is the
 * mean over rows of a measure of each row; only multilabel counts have it.
 */
export type Average = "binary" | "micro" | "macro" | "weighted" | "samples" | "none";

export interface AverageOptions {
  average?: Average;
  /**
   * The value where a denominator is 0, in the measure or in a part of it (recall in informedness). With NaN, undefined
   * classes leave the mean.
   */
  zeroDivision?: 0 | 1 | number;
  /**
   * Macro and weighted means run over classes that occur in targets or predictions; `"count"` keeps the others in. Micro
   * adds up the counts of all classes.
   */
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

/**
 * Per-class precision, recall, F1 and support with their averages.
 *
 * Printed line by line in this order: the classes, `accuracy` (which has a value under f1 and the support alone; of
 * multilabel rows the micro average instead), macro, weighted, of multilabel rows the samples average. The averages are
 * called `micro avg` and so on, and their support is that of all classes together.
 */
export interface ClassificationReport {
  readonly classes: readonly ReportRow[];
  /** Share of right rows; of a multilabel report NaN, which has `micro` instead. */
  readonly accuracy: number;
  readonly micro: ReportRow;
  readonly macro: ReportRow;
  readonly weighted: ReportRow;
  /** Multilabel only: the mean over rows. */
  readonly samples: ReportRow | undefined;
  /** Columns two spaces apart, numbers with 4 `digits` (0..100) but whole supports with none. */
  toString(options?: { digits?: number }): string;
  /** The same as a GitHub table, `| class | precision | recall | f1 | support |`, with one space around each cell. */
  toMarkdown(options?: { digits?: number }): string;
  /** The header `class,precision,recall,f1,support` and a line each (RFC 4180: each ends in CRLF), numbers in full. */
  toCSV(): string;
}

/**
 * What follows from the counts tp, fp, fn, tn of each class against the rest (of each label, where rows have several).
 * Every measure takes `average`, `zeroDivision` and `absentClasses`.
 */
export interface ClassMeasures {
  /** tp / (tp + fp). */
  readonly precision: ClassMeasure;
  /** tp / (tp + fn): sensitivity, true positive rate. */
  readonly recall: ClassMeasure;
  /** 2tp / (2tp + fp + fn). */
  readonly f1: ClassMeasure;
  /** (1+β²)tp / ((1+β²)tp + β²fn + fp). */
  readonly fBeta: ClassMeasure<AverageOptions & { beta?: number }>;
  /** tp / (tp + fp + fn). */
  readonly jaccard: ClassMeasure;
  /** tn / (tn + fp): true negative rate. */
  readonly specificity: ClassMeasure;
  /** tn / (tn + fn). */
  readonly negativePredictiveValue: ClassMeasure;
  /** fp / (fp + tn). */
  readonly falsePositiveRate: ClassMeasure;
  /** fn / (fn + tp). */
  readonly falseNegativeRate: ClassMeasure;
  /** fp / (fp + tp). */
  readonly falseDiscoveryRate: ClassMeasure;
  /** fn / (fn + tn). */
  readonly falseOmissionRate: ClassMeasure;
  /** (tp + fn) / (tp + fp + fn + tn). */
  readonly prevalence: ClassMeasure;
  /** recall + specificity − 1: Youden's J. */
  readonly informedness: ClassMeasure;
  /** precision + negative predictive value − 1. */
  readonly markedness: ClassMeasure;
  /** √(recall · specificity). */
  readonly gMean: ClassMeasure;
  /** recall / (1 − specificity); where a denominator is 0 NaN, as in scikit-learn, or `zeroDivision`. */
  readonly positiveLikelihoodRatio: ClassMeasure;
  /** (1 − recall) / specificity; where a denominator is 0 NaN, as in scikit-learn, or `zeroDivision`. */
  readonly negativeLikelihoodRatio: ClassMeasure;
  report(options?: Omit<AverageOptions, "average">): ClassificationReport;
}

/** One cell of a matrix that is not 0. */
export interface ConfusionCell {
  readonly target: number;
  readonly predicted: number;
  /** Rows, or their summed weight. */
  readonly count: number;
}

/** A pair of classes that are taken for each other. */
export interface ConfusedPair extends ConfusionCell {
  readonly targetName: string;
  readonly predictedName: string;
  /** count / support of the target: how much of this class goes there. */
  readonly rate: number;
}

/** A confusion matrix as JSON has it, and as Node prints it. */
export interface ConfusionMatrixJSON {
  readonly numClasses: number;
  readonly classNames: readonly string[];
  readonly binary: boolean;
  readonly total: number;
  /** Of up to 100 classes: the counts, a row for each true class, as `fromCounts` takes them. */
  readonly counts?: readonly (readonly number[])[];
  /** Of more classes: target, predicted class and count of each cell that is not 0, row by row. */
  readonly cells?: readonly (readonly [target: number, predicted: number, count: number])[];
}

/** Counts of labels as JSON has them, and as Node prints them. */
export interface MultilabelConfusionMatrixJSON {
  readonly numLabels: number;
  readonly labelNames: readonly string[];
  readonly total: number;
  /** tn, fp, fn and tp of each label. */
  readonly counts: readonly (readonly [tn: number, fp: number, fn: number, tp: number])[];
}

/** A confusion matrix: rows are true classes, columns predicted ones. Whatever follows from counts is derived from it. */
export interface ConfusionMatrix extends ClassMeasures {
  readonly numClasses: number;
  /**
   * numClasses × numClasses, row-major. Whole up to 2⁵³; summed weights where rows were weighted. Of a matrix with very
   * many classes use {@link cells}: an error of code `"memory"` where the array would have more than 2²⁷ elements. It is
   * yours: what you write into it changes no measure.
   */
  readonly counts: Float64Array<ArrayBuffer>;
  /** Sum of all cells. */
  readonly total: number;
  readonly classNames: readonly string[];
  /** Made of labels 0 and 1 without `numClasses` and `classes`, or with `positiveClass`: class 1 is positive. */
  readonly binary: boolean;
  /** The cells that are not 0, row by row. */
  cells(): readonly ConfusionCell[];
  /** The count of rows of class `target` that were predicted as `predicted`. */
  at(target: number, predicted: number): number;
  /** tp, fp, fn, tn of one class against the rest; class 1 by default where binary. */
  countsOf(classIndex?: number): BinaryCounts;
  /** [tn, fp, fn, tp] of each class against the rest, numClasses × 4 (scikit-learn's multilabel_confusion_matrix). */
  oneVsRest(): Float64Array<ArrayBuffer>;
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
  /** 1 − accuracy, without its rounding: the share of wrong rows. For single labels the Hamming loss is the same. */
  zeroOneLoss(): number;
  /** The share of wrong labels. */
  hammingLoss(): number;
  /** Mean recall over the classes that are true at least once; `adjusted` so that chance is 0. */
  balancedAccuracy(options?: { adjusted?: boolean }): number;
  /** Matthews correlation coefficient, −1..1 (Gorodkin's R_K for several classes); 0 where undefined. */
  mcc(options?: { undefinedValue?: number }): number;
  /** Cohen's κ: agreement beyond chance; NaN where undefined. Weights are of the distance |i − j| between classes. */
  cohenKappa(options?: { weights?: "none" | "linear" | "quadratic"; undefinedValue?: number }): number;
  /**
   * Pairs of different classes by `"count"` (default) or by rate, the largest first; equal ones in the order of cells.
   * All that occur, or `limit` of them with at least `minCount`.
   */
  mostConfused(options?: { by?: "count" | "rate"; limit?: number; minCount?: number }): readonly ConfusedPair[];
  /** Indices of the rows in a cell, ascending; an error where the matrix was made without `keepRows` for it. */
  rowsOf(target: number, predicted: number): Float64Array<ArrayBuffer>;
  /** The matrix as a text table. */
  toString(): string;
  /** What `JSON.stringify` writes: names and counts, of more than 100 classes the cells that are not 0. */
  toJSON(): ConfusionMatrixJSON;
}

export interface MultilabelOptions {
  /** Columns of row-major predictions and targets, one label each. */
  numLabels: number;
  /** What `predicted` holds; default `"labels"`, a matrix of 0 and 1. */
  from?: From;
  /** Scores only: a label is predicted where score ≥ threshold; one for all, or one per label. Default as for binary. */
  threshold?: number | readonly number[] | Float32Array | Float64Array;
  /** Predicted means score > threshold. */
  strict?: boolean;
  /** Scores only, in place of a threshold: the `topK` largest of each row are predicted, the first of equal ones. */
  topK?: number;
  /**
   * Cells with this target are counted nowhere: neither in their label nor in their row, which is right where the rest
   * of it is. A row of which nothing is left is none. What is predicted does not depend on it: scores of ignored cells
   * are among the `topK` largest too. Of at most 2¹⁴ labels.
   */
  ignoreIndex?: number;
  /** One weight per row. */
  sampleWeight?: Reals;
  /** Names for reports, one per label. */
  labelNames?: readonly string[];
}

/** A way in which rows came out: their counts over labels. */
export interface RowOutcome extends BinaryCounts {
  /** Rows that came out so, or their summed weight. */
  readonly count: number;
}

/** Counts of each label, and of rows as wholes. */
export interface MultilabelConfusionMatrix extends ClassMeasures {
  readonly numLabels: number;
  readonly labelNames: readonly string[];
  /** [tn, fp, fn, tp] of each label, numLabels × 4. */
  readonly counts: Float64Array<ArrayBuffer>;
  /** Rows, or their summed weight. */
  readonly total: number;
  countsOf(label: number): BinaryCounts;
  /**
   * {@link counts} divided, label by label: by how often it is or is not true (tn + fp, fn + tp), by how often it is or
   * is not predicted (tn + fn, fp + tp), or by all four; 0 where that is 0.
   */
  normalized(by: "true" | "pred" | "all"): Float64Array<ArrayBuffer>;
  /** How often each label is true. */
  support(): Float64Array<ArrayBuffer>;
  /**
   * The ways in which rows came out, and how many did: ascending by tp + fp + fn + tn, then by tp + fp + fn, tp + fp and
   * tp. What means over rows, and intervals, are made of.
   */
  rowOutcomes(): readonly RowOutcome[];
  /** Share of rows of which every label is right (scikit-learn's accuracy_score). */
  exactMatch(): number;
  /** 1 − exactMatch, without its rounding. */
  zeroOneLoss(): number;
  /** Share of wrong labels. */
  hammingLoss(): number;
  /**
   * Of one label the binary matrix, `"rest"` and the label: it has what is of two classes alone, such as `accuracy`,
   * `balancedAccuracy`, `mcc`, `cohenKappa`, and their intervals.
   */
  ofLabel(label: number): ConfusionMatrix;
  /** A line for each label: its name and its counts. */
  toString(): string;
  /** What `JSON.stringify` writes: names and counts. */
  toJSON(): MultilabelConfusionMatrixJSON;
}

export interface TopKOptions {
  /** Scores are row-major N × numClasses. */
  numClasses: number;
  /** A row is right where its target is among so many largest; from numClasses on always. Default 1. */
  topK?: number;
  /** Which of equal scores comes first: the `"first"` column (default), or the `"last"` (scikit-learn). */
  ties?: "first" | "last";
  /** Rows with this target are left out. */
  ignoreIndex?: number;
  sampleWeight?: Reals;
  /** `false`: the number of right rows, or their weight, instead of the share. Default `true`. */
  normalize?: boolean;
}

/** Confusion matrices of this library; assay and the oracle implement them alike. */
export interface Confusion {
  /** Counts predictions against targets. */
  confusionMatrix: {
    (predicted: Reals | AnyLabels, targets: AnyLabels, options?: ConfusionOptions): ConfusionMatrix;
    /** A matrix from its cells: numClasses × numClasses row-major, rows true. Binary where `binary` is true. */
    fromCounts(
      counts: Reals | Labels | readonly (readonly number[] | Labels)[],
      options?: { classNames?: readonly string[]; binary?: boolean },
    ): ConfusionMatrix;
    /** The matrix that `toJSON` described, without the rows behind its cells. */
    fromJSON(json: unknown): ConfusionMatrix;
    accumulator(
      options?: Omit<ConfusionOptions, "sampleWeight" | "keepRows"> & AccumulatorOptions,
    ): Accumulator<ConfusionMatrix, AnyLabels>;
  };
  /** Counts each label of rows that have several. */
  multilabelConfusionMatrix: {
    (predicted: Reals | Labels, targets: Labels, options: MultilabelOptions): MultilabelConfusionMatrix;
    /** [tn, fp, fn, tp] of each row over its labels, N × 4; with `normalize` divided as `normalized` does it. */
    perSample(
      predicted: Reals | Labels,
      targets: Labels,
      options: Omit<MultilabelOptions, "sampleWeight"> & { normalize?: "true" | "pred" | "all" },
    ): Float64Array<ArrayBuffer>;
    accumulator(
      options: Omit<MultilabelOptions, "sampleWeight"> & AccumulatorOptions,
    ): Accumulator<MultilabelConfusionMatrix>;
  };
  /** Share of rows (or their number) whose target is among the largest `topK` scores. */
  topKAccuracy: {
    (scores: Reals, targets: Labels, options: TopKOptions): number;
    accumulator(options: Omit<TopKOptions, "sampleWeight"> & AccumulatorOptions): Accumulator<number>;
  };
}
