/**
 * Confusion matrices and what follows from counts, in the golden tables: one row a metric.
 *
 * @module
 */
import type {
  Average,
  Backend,
  BinaryCounts,
  ClassMeasures,
  ConfusionMatrix,
  MultilabelConfusionMatrix,
  MultilabelOptions,
} from "@assay/contract";
import type { Arguments, Metric } from "./arguments.js";
import { columnsOf, indexed, nested, sampleWeight, sum } from "./shapes.js";
import type { Input } from "./table.js";

/** The metrics that are built. */
export const counts: readonly (readonly [string, Metric])[] = [
  ["confusion_matrix", { compute: confusionMatrix }],
  ["confusion_matrix_ignore_index", { compute: confusionMatrixIgnoreIndex }],
  ["multilabel_confusion_matrix", { compute: multilabelConfusionMatrix }],
  ["metrics_from_confusion_matrix", { compute: metricsFromConfusionMatrix }],
  ["confusion_counts_at_threshold", { compute: (backend, args) => atOption(backend, args) }],
  ["threshold_sweep", { compute: thresholdSweep }],

  ["precision_score", measure("precision")],
  ["recall_score", measure("recall")],
  ["f1_score", measure("f1")],
  ["fbeta_score", measure("fBeta")],
  ["jaccard_score", measure("jaccard")],
  ["specificity", { compute: (backend, args) => taskMeasure("specificity", backend, args) }],
  ["negative_predictive_value", { compute: (backend, args) => taskMeasure("negativePredictiveValue", backend, args) }],
  ["class_likelihood_ratios", { compute: classLikelihoodRatios }],
  ["precision_recall_fscore_support", { compute: precisionRecallFscoreSupport }],
  ["classification_report", { compute: classificationReport }],

  ["accuracy_score", { compute: accuracyScore }],
  ["balanced_accuracy_score", { compute: balancedAccuracyScore }],
  ["matthews_corrcoef", { compute: (backend, args) => matrixOf(backend, args, classesOf(args)).mcc() }],
  ["cohen_kappa_score", { compute: cohenKappaScore }],
  ["hamming_loss", { compute: (backend, args) => countedOf(backend, args).hammingLoss() }],
  ["zero_one_loss", { compute: (backend, args) => countedOf(backend, args).zeroOneLoss() }],
  ["top_k_accuracy_score", { compute: topKAccuracyScore }],
  ["torchmetrics_multiclass", { compute: torchmetricsMulticlass }],
  ["batched_metric", { compute: batchedMetric }],
];

// ----------------------------------------------------------------------------------------------------------- classes

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

function isMultilabel(args: Arguments): boolean {
  return args.input("y_true").columns !== undefined;
}

type Multilabel = [predicted: Input["values"], targets: Input["values"], options: MultilabelOptions];

function multilabel(args: Arguments): Multilabel {
  const target = args.input("y_true");
  const options = { numLabels: columnsOf(target), ...sampleWeight(args) };
  return [args.input("y_pred").values, target.values, options];
}

/** Of labels one each, or of several. */
function countedOf(backend: Backend, args: Arguments): ConfusionMatrix | MultilabelConfusionMatrix {
  if (isMultilabel(args)) return backend.multilabelConfusionMatrix(...multilabel(args));
  return matrixOf(backend, args, classesOf(args));
}

// ------------------------------------------------------------------------------------------------------------- counts

function confusionMatrix(backend: Backend, args: Arguments): unknown {
  const classes = classesOf(args);
  return cells(matrixOf(backend, args, classes).select(classes.chosen), args);
}

function confusionMatrixIgnoreIndex(backend: Backend, args: Arguments): unknown {
  const ignoreIndex = args.option<number | undefined>("ignore_index", undefined);
  const matrix = backend.confusionMatrix(...predictionsOf(args), {
    numClasses: args.option("num_classes", 0),
    from: fromOf(args),
    ...(ignoreIndex !== undefined && { ignoreIndex }),
  });
  return cells(matrix, args);
}

const sources = { y_pred: "labels", y_prob: "probabilities", logits: "logits" } as const;

function given(args: Arguments): Input & { readonly name: string } {
  return args.either(...Object.keys(sources));
}

function predictionsOf(args: Arguments): [Input["values"], Input["values"]] {
  return [given(args).values, args.input("y_true").values];
}

function fromOf(args: Arguments): (typeof sources)[keyof typeof sources] {
  return sources[given(args).name as keyof typeof sources];
}

function cells(matrix: ConfusionMatrix, args: Arguments): unknown {
  const normalize = args.option<"true" | "pred" | "all" | undefined>("normalize", undefined);
  return nested(normalize === undefined ? matrix.counts : matrix.normalized(normalize), matrix.numClasses);
}

/** One [[tn, fp], [fn, tp]] per class, or for multilabel input per label or per row. */
function multilabelConfusionMatrix(backend: Backend, args: Arguments): unknown {
  const samplewise = args.option("samplewise", false);
  const squares = (counts: Float64Array): unknown[] =>
    (nested(counts, 4) as Float64Array[]).map((four) => nested(four, 2));
  if (isMultilabel(args)) {
    const [predicted, targets, options] = multilabel(args);
    if (!samplewise) return squares(backend.multilabelConfusionMatrix(predicted, targets, options).counts);
    return squares(backend.multilabelConfusionMatrix.perSample(predicted, targets, options));
  }
  const classes = classesOf(args);
  const all = squares(matrixOf(backend, args, classes).oneVsRest());
  return classes.chosen.map((k) => all[k]);
}

function metricsFromConfusionMatrix(backend: Backend, args: Arguments): unknown {
  const matrix = backend.confusionMatrix.fromCounts(args.input("confusion_matrix").values as Float64Array);
  const none = { average: "none" } as const;
  const macro = { average: "macro", absentClasses: "count" } as const;
  const weighted = { average: "weighted" } as const;
  return {
    accuracy: matrix.accuracy(),
    balanced_accuracy: matrix.balancedAccuracy(),
    precision_per_class: matrix.precision(none),
    recall_per_class: matrix.recall(none),
    f1_per_class: matrix.f1(none),
    specificity_per_class: matrix.specificity(none),
    jaccard_per_class: matrix.jaccard(none),
    support: matrix.support(),
    precision_macro: matrix.precision(macro),
    recall_macro: matrix.recall(macro),
    f1_macro: matrix.f1(macro),
    jaccard_macro: matrix.jaccard(macro),
    precision_weighted: matrix.precision(weighted),
    recall_weighted: matrix.recall(weighted),
    f1_weighted: matrix.f1(weighted),
    f1_micro: matrix.f1({ average: "micro" }),
    cohen_kappa: matrix.cohenKappa(),
    matthews_corrcoef: matrix.mcc(),
  };
}

/** From the matrix and from the curve, which have to agree. */
function atThreshold(backend: Backend, args: Arguments, threshold: number): ConfusionMatrix {
  const scores = args.input("y_prob").values;
  const labels = args.input("y_true").values;
  const strict = args.option("strict", false);
  const matrix = backend.confusionMatrix(scores, labels, {
    from: "probabilities",
    threshold,
    strict,
    ...sampleWeight(args),
  });
  const curve = backend.binaryCurve(scores as Float64Array, labels, sampleWeight(args));
  const onCurve = curve.at(threshold, { strict });
  curve.free();
  for (const [name, count] of Object.entries(matrix.countsOf())) {
    const other = onCurve[name as keyof BinaryCounts];
    if (Math.abs(count - other) > 1e-9 * count) {
      throw new Error(`at ${threshold} the matrix counts ${name} ${count}, the curve ${other}`);
    }
  }
  return matrix;
}

function atOption(backend: Backend, args: Arguments): unknown {
  return atThreshold(backend, args, args.option("threshold", 0.5)).countsOf();
}

function thresholdSweep(backend: Backend, args: Arguments): unknown {
  const matrices = args.option<number[]>("thresholds", []).map((cut) => atThreshold(backend, args, cut));
  return {
    accuracy: matrices.map((matrix) => matrix.accuracy()),
    precision: matrices.map((matrix) => matrix.precision()),
    recall: matrices.map((matrix) => matrix.recall()),
    f1: matrices.map((matrix) => matrix.f1()),
  };
}

// ------------------------------------------------------------------------------------------------ measures of classes

type MeasureName = Exclude<keyof ClassMeasures, "report">;

/** scikit-learn's: all columns of multilabel input count, whether they occur or not. */
function measure(name: MeasureName): Metric {
  return {
    compute(backend, args) {
      const average = args.average("binary");
      const options = measureOptions(name, args);
      if (isMultilabel(args)) {
        args.option("labels", undefined);
        const matrix = backend.multilabelConfusionMatrix(...multilabel(args));
        return averaged(matrix, name, average, { ...options, absentClasses: "count" });
      }
      if (average === "binary") {
        return averaged(binaryMatrix(backend, args, args.option("pos_label", 1)), name, average, options);
      }
      const classes = classesOf(args);
      if (average === "micro" && classes.chosen.length < classes.count) {
        return averaged(chosenElements(backend, args, classes), name, "binary", options);
      }
      return chosenMeasure(name, matrixOf(backend, args, classes), classes, average, options);
    },
  };
}

function measureOptions(name: MeasureName, args: Arguments): { zeroDivision: number; beta?: number } {
  const zeroDivision = args.option("zero_division", 0);
  return name === "fBeta" ? { zeroDivision, beta: args.option("beta", 1) } : { zeroDivision };
}

function averaged(
  matrix: ClassMeasures,
  name: MeasureName,
  average: string,
  options: object = {},
): number | Float64Array {
  return matrix[name]({ ...options, average: average as Exclude<Average, "none"> });
}

/** Micro over some classes: for each row and each of those classes whether it is that class, as one binary problem. */
function chosenElements(backend: Backend, args: Arguments, { chosen, target, predicted }: Classes): ConfusionMatrix {
  const elements = (labels: Int32Array): Int32Array =>
    Int32Array.from([...labels].flatMap((label) => chosen.map((k) => Number(label === k))));
  const weight = args.optionalInput("sample_weight")?.values;
  const sampleWeight = weight && Float64Array.from([...weight].flatMap((w) => chosen.map(() => w)));
  return backend.confusionMatrix(elements(predicted), elements(target), { ...(sampleWeight && { sampleWeight }) });
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
    return averaged(matrix, name, average, { ...options, absentClasses: classes.given ? "count" : "skip" });
  }
  const values = averaged(matrix, name, "none", options) as Float64Array;
  const support = matrix.support();
  return meanOf(
    average,
    classes.chosen.map((k) => values[k]!),
    classes.chosen.map((k) => support[k]!),
  );
}

/** Of values one per class: themselves, or their mean without those that are NaN. */
function meanOf(average: string, values: readonly number[], support: readonly number[]): unknown {
  if (average === "none") return values;
  if (average !== "macro" && average !== "weighted") throw new Error(`average ${average} of some classes is not built`);
  const weights = average === "macro" ? values.map(() => 1) : support;
  const defined = values.map((_, i) => i).filter((i) => !Number.isNaN(values[i]!));
  return sum(defined.map((i) => values[i]! * weights[i]!)) / sum(defined.map((i) => weights[i]!));
}

/** torchmetrics': classes that do not occur are left out of means, labels of multilabel input are not. */
function taskMeasure(name: MeasureName, backend: Backend, args: Arguments): unknown {
  const task = args.option<string>("task", args.task);
  const numClasses = args.option<number | undefined>("num_classes", undefined);
  if (task === "binary") return averaged(binaryMatrix(backend, args), name, args.average("binary"));
  const average = args.average("macro");
  if (task === "multilabel") {
    const matrix = backend.multilabelConfusionMatrix(...multilabel(args));
    if (numClasses !== matrix.numLabels) throw new Error(`${matrix.numLabels} columns for ${numClasses} classes`);
    return averaged(matrix, name, average, { absentClasses: "count" });
  }
  const matrix = backend.confusionMatrix(...predictionsOf(args), { numClasses: numClasses ?? 0 });
  return averaged(matrix, name, average);
}

function classLikelihoodRatios(backend: Backend, args: Arguments): unknown {
  const matrix = binaryMatrix(backend, args);
  return {
    positive_likelihood_ratio: matrix.positiveLikelihoodRatio(),
    negative_likelihood_ratio: matrix.negativeLikelihoodRatio(),
  };
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

function classificationReport(backend: Backend, args: Arguments): unknown {
  const zeroDivision = args.option("zero_division", 0);
  const { matrix, absentClasses } = ((): { matrix: ClassMeasures; absentClasses: "skip" | "count" } => {
    if (isMultilabel(args)) {
      args.option("labels", undefined);
      return { matrix: backend.multilabelConfusionMatrix(...multilabel(args)), absentClasses: "count" };
    }
    const classes = classesOf(args);
    if (classes.chosen.length < classes.count) throw new Error("a report on some of the classes is not built");
    return { matrix: matrixOf(backend, args, classes), absentClasses: classes.given ? "count" : "skip" };
  })();
  const { classes, accuracy, micro, macro, weighted, samples } = matrix.report({ zeroDivision, absentClasses });
  const rows = [...classes, macro, weighted, ...(samples ? [micro, samples] : [])];
  const entries = rows.map(({ name, precision, recall, f1, support }) => {
    return [name, { precision, recall, "f1-score": f1, support }] as const;
  });
  return { ...Object.fromEntries(entries), ...(!samples && { accuracy }) };
}

// ------------------------------------------------------------------------------------------------- measures of all cells

function accuracyScore(backend: Backend, args: Arguments): unknown {
  const normalize = args.option("normalize", true);
  const counted = countedOf(backend, args);
  if ("exactMatch" in counted) return normalize ? counted.exactMatch() : counted.exactMatch() * counted.total;
  return normalize ? counted.accuracy() : sum(counted.support().map((_, k) => counted.at(k, k)));
}

function balancedAccuracyScore(backend: Backend, args: Arguments): unknown {
  const adjusted = args.option("adjusted", false);
  return matrixOf(backend, args, classesOf(args)).balancedAccuracy({ adjusted });
}

function cohenKappaScore(backend: Backend, args: Arguments): unknown {
  const weights = args.option<"none" | "linear" | "quadratic">("weights", "none");
  const classes = classesOf(args);
  return matrixOf(backend, args, classes).select(classes.chosen).cohenKappa({ weights });
}

/** scikit-learn takes the last of equal scores first. */
function topKAccuracyScore(backend: Backend, args: Arguments): unknown {
  const scores = args.input("y_score");
  const labels = args.option<number[] | undefined>("labels", undefined);
  return backend.topKAccuracy(scores.values as Float64Array, indexed(args.input("y_true"), labels), {
    numClasses: columnsOf(scores),
    topK: args.option("k", 2),
    ties: "last",
    normalize: args.option("normalize", true),
    ...sampleWeight(args),
  });
}

/** Its macro accuracy is the mean recall. Its columns may be logits: any scores have an order. */
function torchmetricsMulticlass(backend: Backend, args: Arguments): unknown {
  const names: Readonly<Record<string, MeasureName>> = {
    accuracy: "recall",
    recall: "recall",
    precision: "precision",
    f1_score: "f1",
    jaccard_index: "jaccard",
  };
  const metric = args.option<string>("metric", "");
  const name = names[metric];
  if (name === undefined) throw new Error(`${metric} is not built`);
  const isScores = fromOf(args) !== "labels";
  const matrix = backend.confusionMatrix(...predictionsOf(args), {
    numClasses: args.option("num_classes", 0),
    from: isScores ? "logits" : "labels",
    ...(isScores && { topK: args.option("top_k", 1) }),
  });
  return averaged(matrix, name, args.average("macro"));
}

/** The whole data through an accumulator, batch by batch, and the plain mean over the batches. */
function batchedMetric(backend: Backend, args: Arguments): unknown {
  const metric = args.option<string>("metric", "");
  const average = metric === "accuracy_score" ? "none" : args.average("binary");
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
    return averaged(matrix, name, average) as number;
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
