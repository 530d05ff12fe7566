/**
 * How the metrics of the golden tables are computed with a backend: one row a metric. Every count, quotient, loss and
 * area comes from the backend; names and shapes are translated here. Where the tables ask for something that the
 * library has no single call for, the row says how it is put together.
 *
 * A metric that is not in this table is "not yet".
 *
 * @module
 */
import type {
  Average,
  Backend,
  CalibrationNorm,
  Closed,
  ConfusionMatrix,
  Objective,
  RankingOptions,
  RankingScore,
} from "@assay/contract";
import type { Arguments, Metric } from "./arguments.js";
import { losses } from "./losses.js";
import { regression } from "./regression.js";
import { columnsOf, indexed, nested, rowsOf, sampleWeight, sum } from "./shapes.js";
import type { Input } from "./table.js";

/** The metrics that are built. */
export const metrics: ReadonlyMap<string, Metric> = new Map<string, Metric>([
  ...losses,
  ...regression,

  // The confusion matrix and what follows from it.
  ["confusion_matrix", { compute: confusionMatrix }],
  ["confusion_matrix_ignore_index", { compute: confusionMatrixIgnoreIndex }],
  ["multilabel_confusion_matrix", { compute: multilabelConfusionMatrix }],
  ["confusion_counts_at_threshold", { compute: countsAtThreshold }],
  ["threshold_sweep", { compute: thresholdSweep }],
  ["accuracy_score", { compute: accuracyScore }],
  ["precision_score", { compute: (backend, args) => labelMeasure("precision", backend, args) }],
  ["recall_score", { compute: (backend, args) => labelMeasure("recall", backend, args) }],
  ["f1_score", { compute: (backend, args) => labelMeasure("f1", backend, args) }],
  ["fbeta_score", { compute: (backend, args) => labelMeasure("fBeta", backend, args) }],
  ["precision_recall_fscore_support", { compute: precisionRecallFscoreSupport }],
  ["classification_report", { compute: classificationReport }],
  ["batched_metric", { compute: batchedMetric }],

  // Curves and thresholds.
  ["roc_auc_score", { compute: rocAucScore }],
  ["average_precision_score", { compute: averagePrecisionScore }],
  ["best_threshold", { compute: bestThreshold }],
  ["ks_statistic", { compute: ksStatistic }],

  // Calibration.
  ["reliability_bins", { compute: reliabilityBins }],
  ["expected_calibration_error", { compute: expectedCalibrationError }],
  ["brier_score_loss", { compute: brierScoreLoss }],
]);

// ---------------------------------------------------------------------------------------------- the confusion matrix

/** Labels as classes 0..n−1: the classes of the option `labels` first, in that order, then others that occur. */
interface Classes {
  readonly target: Int32Array;
  readonly predicted: Int32Array;
  /** How many there are. */
  readonly count: number;
  /** The labels they stand for. */
  readonly labels: readonly number[];
  /** The classes of the option `labels`; where it is not given all that occur, ascending. */
  readonly chosen: readonly number[];
  readonly given: boolean;
}

function classesOf(args: Arguments): Classes {
  const target = args.input("y_true").values;
  const predicted = args.input("y_pred").values;
  const given = args.option<number[] | undefined>("labels", undefined);
  const seen = [...new Set([...target, ...predicted])].sort((a, b) => a - b);
  const labels = [...(given ?? []), ...seen.filter((label) => !given?.includes(label))];
  return {
    target: indexed({ values: target, columns: undefined }, labels) as Int32Array,
    predicted: indexed({ values: predicted, columns: undefined }, labels) as Int32Array,
    count: labels.length,
    labels,
    chosen: labels.slice(0, given?.length).map((_, index) => index),
    given: given !== undefined,
  };
}

function matrixOf(backend: Backend, args: Arguments, classes: Classes): ConfusionMatrix {
  return backend.confusionMatrix(classes.predicted, classes.target, {
    numClasses: atLeastTwo(classes.count),
    // A second class beside an only one needs a name too.
    classNames: [...classes.labels.map(String), "none"].slice(0, atLeastTwo(classes.count)),
    ...sampleWeight(args),
  });
}

/** Data with one class only are data of two classes, one of which does not occur. */
function atLeastTwo(classes: number): number {
  return Math.max(2, classes);
}

/** The matrix of 0/1 labels, made without numClasses. */
function binaryMatrix(backend: Backend, args: Arguments, positive = 1): ConfusionMatrix {
  const isPositive = (input: Input): Int32Array => Int32Array.from(input.values, (label) => Number(label === positive));
  return backend.confusionMatrix(
    isPositive(args.input("y_pred")),
    isPositive(args.input("y_true")),
    sampleWeight(args),
  );
}

function confusionMatrix(backend: Backend, args: Arguments): unknown {
  const classes = classesOf(args);
  const normalize = args.option<"true" | "pred" | "all" | undefined>("normalize", undefined);
  return cells(matrixOf(backend, args, classes).select(classes.chosen), normalize);
}

function confusionMatrixIgnoreIndex(backend: Backend, args: Arguments): unknown {
  const predicted = args.either("y_pred", "y_prob", "logits");
  const from = predicted.name === "y_pred" ? "labels" : predicted.name === "y_prob" ? "probabilities" : "logits";
  const ignoreIndex = args.option<number | undefined>("ignore_index", undefined);
  const matrix = backend.confusionMatrix(predicted.values, args.input("y_true").values, {
    numClasses: args.option("num_classes", 0),
    from,
    ...(ignoreIndex !== undefined && { ignoreIndex }),
  });
  return cells(matrix, args.option<"true" | "pred" | "all" | undefined>("normalize", undefined));
}

function cells(matrix: ConfusionMatrix, normalize: "true" | "pred" | "all" | undefined): unknown {
  return nested(normalize === undefined ? matrix.counts : matrix.normalized(normalize), matrix.numClasses);
}

/** One [[tn, fp], [fn, tp]] per class, or for multilabel input per label or per row. */
function multilabelConfusionMatrix(backend: Backend, args: Arguments): unknown {
  const samplewise = args.option("samplewise", false);
  if (args.input("y_true").columns !== undefined) {
    const groups = labelGroups(backend, args, samplewise ? "rows" : "columns");
    return groups.classes.map((k) => {
      // Class k is "positive in this group", class k − 1 "negative in this group".
      const at = (target: number, predicted: number): number => groups.matrix.at(target, predicted);
      return [
        [at(k - 1, k - 1), at(k - 1, k)],
        [at(k, k - 1), at(k, k)],
      ];
    });
  }
  const classes = classesOf(args);
  const matrix = matrixOf(backend, args, classes);
  return classes.chosen.map((k) => {
    const { tp, fp, fn, tn } = matrix.countsOf(k);
    return [
      [tn, fp],
      [fn, tp],
    ];
  });
}

/** From the matrix and from the curve, which have to agree. */
function countsAt(backend: Backend, args: Arguments, threshold: number): { counts: object; matrix: ConfusionMatrix } {
  const scores = args.input("y_prob").values;
  const labels = args.input("y_true").values;
  const strict = args.option("strict", false);
  const matrix = backend.confusionMatrix(scores, labels, {
    from: "probabilities",
    threshold,
    strict,
    ...sampleWeight(args),
  });
  const { tn, fp, fn, tp } = matrix.countsOf();
  const curve = backend.binaryCurve(scores as Float64Array, labels, sampleWeight(args));
  const onCurve = curve.at(threshold, { strict });
  curve.free();
  for (const [name, count] of Object.entries({ tn, fp, fn, tp })) {
    const other = onCurve[name as keyof typeof onCurve];
    if (Math.abs(count - other) > 1e-9 * count) {
      throw new Error(`at ${threshold} the matrix counts ${name} ${count}, the curve ${other}`);
    }
  }
  return { counts: { tn, fp, fn, tp }, matrix };
}

function countsAtThreshold(backend: Backend, args: Arguments): unknown {
  return countsAt(backend, args, args.option("threshold", 0.5)).counts;
}

function thresholdSweep(backend: Backend, args: Arguments): unknown {
  const matrices = args.option<number[]>("thresholds", []).map((cut) => countsAt(backend, args, cut).matrix);
  return {
    accuracy: matrices.map((matrix) => matrix.accuracy()),
    precision: matrices.map((matrix) => matrix.precision()),
    recall: matrices.map((matrix) => matrix.recall()),
    f1: matrices.map((matrix) => matrix.f1()),
  };
}

/** For multilabel rows each set of labels is one class: a row is right where all of its labels are. */
function accuracyScore(backend: Backend, args: Arguments): unknown {
  const normalize = args.option("normalize", true);
  const matrix = ((): ConfusionMatrix => {
    const { columns } = args.input("y_true");
    if (columns === undefined) return matrixOf(backend, args, classesOf(args));
    const sets: string[] = [];
    const setOf = (input: Input): Int32Array =>
      Int32Array.from(rowsOf(input), (row) => {
        const set = row.join("");
        if (!sets.includes(set)) sets.push(set);
        return sets.indexOf(set);
      });
    const predicted = setOf(args.input("y_pred"));
    const target = setOf(args.input("y_true"));
    return backend.confusionMatrix(predicted, target, { numClasses: atLeastTwo(sets.length), ...sampleWeight(args) });
  })();
  if (normalize) return matrix.accuracy();
  return sum(matrix.support().map((_, k) => matrix.at(k, k)));
}

type MeasureName = "precision" | "recall" | "f1" | "fBeta";

function measure(matrix: ConfusionMatrix, name: MeasureName, average: Average, options: object): number | Float64Array {
  return (matrix[name] as (options: object) => number | Float64Array)({ ...options, average });
}

function measureOptions(name: MeasureName, args: Arguments): { zeroDivision: number; beta?: number } {
  const zeroDivision = args.option("zero_division", 0);
  return name === "fBeta" ? { zeroDivision, beta: args.option("beta", 1) } : { zeroDivision };
}

function labelMeasure(name: MeasureName, backend: Backend, args: Arguments): unknown {
  const average = args.average("binary");
  const options = measureOptions(name, args);
  if (args.input("y_true").columns !== undefined) {
    args.option("labels", undefined);
    return multilabelMeasure(name, backend, args, average, options);
  }
  if (average === "binary") {
    return measure(binaryMatrix(backend, args, args.option("pos_label", 1)), name, "binary", options);
  }
  const classes = classesOf(args);
  if (average === "micro" && classes.chosen.length < classes.count) {
    return measure(chosenElements(backend, args, classes), name, "binary", options);
  }
  return chosenMeasure(name, matrixOf(backend, args, classes), classes, average, options);
}

/** Micro over some classes: for each row and each of those classes whether it is that class, as one binary problem. */
function chosenElements(backend: Backend, args: Arguments, { chosen, target, predicted }: Classes): ConfusionMatrix {
  const elements = (labels: Int32Array): Int32Array =>
    Int32Array.from([...labels].flatMap((label) => chosen.map((k) => Number(label === k))));
  return backend.confusionMatrix(
    elements(predicted),
    elements(target),
    elementWeights(args, chosen.length, target.length * chosen.length),
  );
}

/**
 * A measure over the chosen classes. Where they are all classes the backend averages; where they are some, one value
 * each comes from the backend and their mean is taken here.
 */
function chosenMeasure(
  name: MeasureName,
  matrix: ConfusionMatrix,
  classes: Classes,
  average: string,
  options: object,
): unknown {
  const all = !classes.given || classes.chosen.length === matrix.numClasses;
  if (average !== "none" && (all || average === "micro")) {
    return measure(matrix, name, average as Average, { ...options, absentClasses: classes.given ? "count" : "skip" });
  }
  const values = measure(matrix, name, "none", options) as Float64Array;
  return averaged(
    average,
    classes.chosen.map((k) => values[k]!),
    classes.chosen.map((k) => matrix.support()[k]!),
  );
}

/** Of values one per group: themselves, or their mean without those that are NaN. */
function averaged(average: string, values: readonly number[], support: readonly number[]): unknown {
  if (average === "none") return values;
  if (average !== "macro" && average !== "weighted") throw new Error(`average ${average} of some classes is not built`);
  const weights = average === "macro" ? values.map(() => 1) : support;
  const defined = values.map((_, i) => i).filter((i) => !Number.isNaN(values[i]!));
  return sum(defined.map((i) => values[i]! * weights[i]!)) / sum(defined.map((i) => weights[i]!));
}

/**
 * Multilabel input as one matrix: class 2g + 1 is "positive in group g" and class 2g "negative in group g", where the
 * groups are the columns (labels) or the rows (samples). So the backend gives each group's precision at once.
 */
function labelGroups(
  backend: Backend,
  args: Arguments,
  by: "columns" | "rows",
): { matrix: ConfusionMatrix; classes: readonly number[]; support: readonly number[] } {
  const target = args.input("y_true");
  const columns = columnsOf(target);
  const rows = target.values.length / columns;
  const group = (i: number): number => (by === "columns" ? i % columns : Math.floor(i / columns));
  const groups = by === "columns" ? columns : rows;
  const classOf = (input: Input): Int32Array => Int32Array.from(input.values, (label, i) => 2 * group(i) + label);
  const matrix = backend.confusionMatrix(classOf(args.input("y_pred")), classOf(target), {
    numClasses: 2 * groups,
    ...elementWeights(args, columns, target.values.length),
  });
  const classes = Array.from({ length: groups }, (_, g) => 2 * g + 1);
  const support = matrix.support();
  return { matrix, classes, support: classes.map((k) => support[k]!) };
}

/** The mean over labels, or over rows, is taken here; "micro" takes all elements as one binary problem. */
function multilabelMeasure(
  name: MeasureName,
  backend: Backend,
  args: Arguments,
  average: string,
  options: object,
): unknown {
  if (average === "micro") return measure(flatMatrix(backend, args), name, "binary", options);
  const { matrix, classes, support } = labelGroups(backend, args, average === "samples" ? "rows" : "columns");
  const values = measure(matrix, name, "none", options) as Float64Array;
  const own = classes.map((k) => values[k]!);
  if (average !== "samples") return averaged(average, own, support);
  const weight = args.optionalInput("sample_weight")?.values;
  return averaged("weighted", own, weight ? [...weight] : own.map(() => 1));
}

/** All elements of a multilabel matrix as one binary problem. */
function flatMatrix(backend: Backend, args: Arguments): ConfusionMatrix {
  const target = args.input("y_true");
  return backend.confusionMatrix(
    args.input("y_pred").values,
    target.values,
    elementWeights(args, columnsOf(target), target.values.length),
  );
}

function precisionRecallFscoreSupport(backend: Backend, args: Arguments): unknown {
  const average = args.average("none");
  const fOptions = measureOptions("fBeta", args);
  const options = { zeroDivision: fOptions.zeroDivision };
  if (average === "binary") {
    const matrix = binaryMatrix(backend, args, args.option("pos_label", 1));
    return {
      precision: matrix.precision(options),
      recall: matrix.recall(options),
      fscore: matrix.fBeta(fOptions),
      support: null,
    };
  }
  const classes = classesOf(args);
  const matrix = matrixOf(backend, args, classes);
  const support = matrix.support();
  return {
    precision: chosenMeasure("precision", matrix, classes, average, options),
    recall: chosenMeasure("recall", matrix, classes, average, options),
    fscore: chosenMeasure("fBeta", matrix, classes, average, fOptions),
    support: average === "none" ? classes.chosen.map((k) => support[k]!) : null,
  };
}

/** Multilabel reports, which the library does not print, have their averages taken as in `multilabelMeasure`. */
function classificationReport(backend: Backend, args: Arguments): unknown {
  const zeroDivision = args.option("zero_division", 0);
  const entry = (precision: unknown, recall: unknown, f1: unknown, support: number): object => ({
    precision,
    recall,
    "f1-score": f1,
    support,
  });
  const report: Record<string, unknown> = {};
  if (args.input("y_true").columns !== undefined) {
    args.option("labels", undefined);
    const value = (name: MeasureName, average: string): unknown =>
      multilabelMeasure(name, backend, args, average, { zeroDivision });
    const values = (average: string): unknown[] => [
      value("precision", average),
      value("recall", average),
      value("f1", average),
    ];
    const { support } = labelGroups(backend, args, "columns");
    const [precision, recall, f1] = values("none") as number[][];
    support.forEach((count, label) => {
      report[label] = entry(precision![label], recall![label], f1![label], count);
    });
    for (const average of ["micro", "macro", "weighted", "samples"]) {
      const [precision, recall, f1] = values(average);
      report[`${average} avg`] = entry(precision, recall, f1, sum(support));
    }
    return report;
  }
  const classes = classesOf(args);
  if (classes.chosen.length < classes.count) throw new Error("a report on some of the classes is not built");
  const { accuracy, macro, weighted, ...printed } = matrixOf(backend, args, classes).report({
    zeroDivision,
    absentClasses: classes.given ? "count" : "skip",
  });
  for (const row of [...printed.classes, macro, weighted]) {
    report[row.name] = entry(row.precision, row.recall, row.f1, row.support);
  }
  report.accuracy = accuracy;
  return report;
}

/** The whole data through an accumulator, batch by batch, and the plain mean over the batches. */
function batchedMetric(backend: Backend, args: Arguments): unknown {
  const metric = args.option<string>("metric", "");
  const average = metric === "accuracy_score" ? "none" : (args.average("binary") as Average);
  const size = args.option("batch_size", 0);
  const { target, predicted, count } = classesOf(args);
  const numClasses = atLeastTwo(count);
  const names: Readonly<Record<string, MeasureName>> = {
    precision_score: "precision",
    recall_score: "recall",
    f1_score: "f1",
  };
  const value = (matrix: ConfusionMatrix): number => {
    if (metric === "accuracy_score") return matrix.accuracy();
    const name = names[metric];
    if (name === undefined) throw new Error(`batches of ${metric} are not built`);
    return measure(matrix, name, average, {}) as number;
  };
  const all = backend.confusionMatrix.accumulator({ numClasses });
  const each: number[] = [];
  for (let start = 0; start < target.length; start += size) {
    const [ours, theirs] = [predicted.slice(start, start + size), target.slice(start, start + size)];
    all.update(ours, theirs);
    each.push(value(backend.confusionMatrix(ours, theirs, { numClasses })));
  }
  const dataset = value(all.result());
  all.free();
  return { dataset, mean_of_batches: sum(each) / each.length };
}

// --------------------------------------------------------------------------------------------- curves and thresholds

/** Scores in one column are binary; in several multiclass, or multilabel where the labels are a matrix too. */
function callRanking(score: RankingScore, args: Arguments, options: RankingOptions): unknown {
  const scores = args.input("y_score");
  const labels = args.input("y_true");
  const average = args.average("macro");
  const classLabels = args.option<number[] | undefined>("labels", undefined);
  const weighted = { ...options, ...sampleWeight(args) } as RankingOptions & { average?: "macro" };
  if (scores.columns === undefined) return score(scores.values as Float64Array, labels.values, weighted);
  const shape = labels.columns === undefined ? { numClasses: scores.columns } : { numLabels: scores.columns };
  return score(scores.values as Float64Array, indexed(labels, classLabels), {
    ...weighted,
    ...shape,
    average: average as "macro",
  });
}

function rocAucScore(backend: Backend, args: Arguments): unknown {
  const maxFpr = args.option<number | undefined>("max_fpr", undefined);
  const multiclass = args.option<"ovr" | "ovo" | undefined>("multi_class", undefined);
  return callRanking(backend.rocAuc, args, {
    ...(maxFpr !== undefined && { maxFpr }),
    ...(multiclass !== undefined && { multiclass }),
  });
}

function averagePrecisionScore(backend: Backend, args: Arguments): unknown {
  if (args.option("pos_label", 1) !== 1) throw new Error("only pos_label 1 is built");
  return callRanking(backend.averagePrecision, args, {});
}

function best(backend: Backend, args: Arguments, objective: Objective): { threshold: number; value: number } {
  const scores = args.input("y_score").values as Float64Array;
  const curve = backend.binaryCurve(scores, args.input("y_true").values, sampleWeight(args));
  const { threshold, value } = curve.best(objective);
  curve.free();
  return { threshold, value };
}

function bestThreshold(backend: Backend, args: Arguments): unknown {
  const objective = args.option<"f1" | "youden" | "accuracy" | "cost">("objective", "f1");
  if (objective !== "cost") return best(backend, args, objective);
  return best(backend, args, { cost: { fp: args.option("fp_cost", 1), fn: args.option("fn_cost", 1) } });
}

/** The largest distance of the two score distributions is the largest Youden index. */
function ksStatistic(backend: Backend, args: Arguments): unknown {
  const { threshold, value } = best(backend, args, "youden");
  return { statistic: value, threshold };
}

// --------------------------------------------------------------------------------------------------- calibration

/** Probabilities, labels and options of a reliability table. */
function binned(args: Arguments): [Float64Array, Input["values"], object] {
  const { values, columns } = args.input("y_prob");
  const mode = args.option<string>("mode", "positive_class");
  if (mode !== "positive_class" && mode !== "top_label") throw new Error(`the mode ${mode} is not built`);
  const options = {
    ...(columns !== undefined && { numClasses: columns }),
    numBins: args.option("n_bins", 0),
    closed: args.option<Closed>("closed", "right"),
    of: mode === "top_label" ? "topLabel" : "positive",
    ...sampleWeight(args),
  };
  return [values as Float64Array, args.input("y_true").values, options];
}

function reliabilityBins(backend: Backend, args: Arguments): unknown {
  const { bins } = backend.reliability(...binned(args));
  return {
    count: bins.map((bin) => bin.count),
    confidence: bins.map((bin) => bin.confidence),
    accuracy: bins.map((bin) => bin.accuracy),
  };
}

function expectedCalibrationError(backend: Backend, args: Arguments): unknown {
  const given = args.option<CalibrationNorm | "mean_over_nonempty_bins">("norm", "l1");
  const norm = given === "mean_over_nonempty_bins" ? "mean" : given;
  const [probabilities, labels, options] = binned(args);
  return backend.calibrationError(probabilities, labels, { ...options, norm });
}

function brierScoreLoss(backend: Backend, args: Arguments): unknown {
  const { values, columns } = args.input("y_prob");
  const labels = args.option<number[] | undefined>("labels", undefined);
  const scaleByHalf = args.option<boolean | undefined>("scale_by_half", undefined);
  return backend.brierScore(values as Float64Array, indexed(args.input("y_true"), labels), {
    ...(columns !== undefined && { numClasses: columns }),
    ...(scaleByHalf !== undefined && { scaleByHalf }),
    ...sampleWeight(args),
  });
}

// ---------------------------------------------------------------------------------------------------------- shapes

/** Each row's weight once for each of its elements. */
function elementWeights(args: Arguments, columns: number, length: number): { sampleWeight?: Float64Array } {
  const weight = args.optionalInput("sample_weight")?.values;
  if (weight === undefined) return {};
  return { sampleWeight: Float64Array.from({ length }, (_, i) => weight[Math.floor(i / columns)]!) };
}
