import type { Backend, ConfusionMatrix, Reliability, ReliabilityBin } from "@assay/contract";
import type { Dataset } from "./dataset.js";

/** The functions that the report is made of. */
export type Metrics = Pick<
  Backend,
  "binaryCurve" | "brierScore" | "confusionMatrix" | "logLoss" | "reliability" | "rocAuc"
>;

/** Precision, recall and F1 with the number of rows, or their summed weight, behind them. */
export interface Rates {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
}

/** Rates of one class against the rest; NaN where it occurs neither in targets nor in predictions. */
export interface ClassRates extends Rates {
  readonly name: string;
  /** How often it was predicted. */
  readonly predicted: number;
  /** One-vs-rest; only where every class has a probability. */
  readonly auroc?: number;
}

/** What follows from labels alone. Counts are summed weights where rows are weighted. */
export interface Decisions {
  readonly accuracy: number;
  readonly classes: readonly ClassRates[];
  readonly macro: Rates;
  readonly weighted: Rates;
  /** Rows are true classes, columns predicted. */
  readonly confusion: readonly (readonly number[])[];
}

/** Decisions at a threshold, seen from the positive class. */
export interface OperatingPoint extends Rates {
  readonly threshold: number;
  readonly accuracy: number;
  readonly confusion: readonly (readonly number[])[];
}

export interface CalibrationFigures {
  readonly ece: number;
  readonly mce: number;
  readonly of: Reliability["of"];
  readonly closed: Reliability["closed"];
  readonly bins: readonly Omit<ReliabilityBin, "accuracyLower" | "accuracyUpper">[];
}

/** The same measures for whoever always answers with the class frequencies of this file. */
export interface NoSkill {
  readonly accuracy: number;
  readonly logLoss: number;
  readonly brier: number;
}

interface Common extends Decisions {
  /** Rows, or their summed weight. */
  readonly total: number;
  readonly logLoss: number;
  readonly brier: number;
  readonly calibration: CalibrationFigures;
  readonly noSkill: NoSkill;
}

export interface MulticlassEvaluation extends Common {
  readonly task: "multiclass";
  /** Mean of the classes' one-vs-rest areas; NaN if one is undefined. */
  readonly auroc: number;
}

export interface BinaryEvaluation extends Common {
  readonly task: "binary";
  readonly auroc: number;
  readonly averagePrecision: number;
  readonly prevalence: number;
  readonly atDefault: OperatingPoint;
  /** The threshold with the largest F1 over every distinct score. */
  readonly atBest: OperatingPoint;
}

export type Evaluation = BinaryEvaluation | MulticlassEvaluation;

const defaultThreshold = 0.5;

/** Evaluates what was read. One score column is binary, several are multiclass. */
export function evaluate(metrics: Metrics, data: Dataset, options: { numBins?: number } = {}): Evaluation {
  return data.columns.predictions.length === 1
    ? evaluateBinary(metrics, data, options)
    : evaluateMulticlass(metrics, data, options);
}

function evaluateMulticlass(metrics: Metrics, data: Dataset, { numBins }: { numBins?: number }): MulticlassEvaluation {
  const { predictions, targets } = data;
  const options = { numClasses: data.classes.length, ...weightsOf(data) };
  const matrix = metrics.confusionMatrix(predictions, targets, {
    ...options,
    from: "probabilities",
    classNames: names(data),
  });
  const areas = metrics.rocAuc(predictions, targets, { ...options, average: "none" });
  return {
    task: "multiclass",
    total: matrix.total,
    ...decisions(matrix, areas),
    logLoss: metrics.logLoss(predictions, targets, options),
    brier: metrics.brierScore(predictions, targets, options),
    auroc: areas.reduce((sum, area) => sum + area, 0) / areas.length,
    calibration: calibration(metrics.reliability(predictions, targets, { ...options, ...binsOf(numBins) })),
    noSkill: noSkill(matrix.support(), 1),
  };
}

function evaluateBinary(metrics: Metrics, data: Dataset, { numBins }: { numBins?: number }): BinaryEvaluation {
  const { predictions, targets } = data;
  const options = weightsOf(data);
  const confusionAt = (threshold: number): ConfusionMatrix =>
    metrics.confusionMatrix(predictions, targets, {
      ...options,
      from: "probabilities",
      threshold,
      classNames: names(data),
    });
  const curve = metrics.binaryCurve(predictions, targets, options);
  try {
    const matrix = confusionAt(defaultThreshold);
    const { threshold } = curve.best("f1");
    return {
      task: "binary",
      total: matrix.total,
      ...decisions(matrix),
      logLoss: metrics.logLoss(predictions, targets, options),
      brier: metrics.brierScore(predictions, targets, options),
      auroc: curve.rocAuc(),
      averagePrecision: curve.averagePrecision(),
      prevalence: curve.positives / (curve.positives + curve.negatives),
      atDefault: operatingPoint(defaultThreshold, matrix),
      atBest: operatingPoint(threshold, confusionAt(threshold)),
      calibration: calibration(metrics.reliability(predictions, targets, { ...options, ...binsOf(numBins) })),
      noSkill: noSkill(matrix.support(), 0.5),
    };
  } finally {
    curve.free();
  }
}

function names(data: Dataset): string[] {
  return data.classes.map((each) => each.name);
}

function weightsOf(data: Dataset): { sampleWeight?: Float64Array } {
  return data.weights === undefined ? {} : { sampleWeight: data.weights };
}

function binsOf(numBins: number | undefined): { numBins?: number } {
  return numBins === undefined ? {} : { numBins };
}

function decisions(matrix: ConfusionMatrix, areas?: Float64Array): Decisions {
  const confusion = table(matrix);
  const support = matrix.support();
  const occurs = new Set(matrix.present());
  const none = { average: "none" } as const;
  const perClass = { precision: matrix.precision(none), recall: matrix.recall(none), f1: matrix.f1(none) };
  const rateOf = (values: Float64Array, i: number): number => (occurs.has(i) ? (values[i] ?? Number.NaN) : Number.NaN);
  const averaged = (average: "macro" | "weighted"): Rates => ({
    precision: matrix.precision({ average }),
    recall: matrix.recall({ average }),
    f1: matrix.f1({ average }),
    support: matrix.total,
  });
  return {
    accuracy: matrix.accuracy(),
    classes: matrix.classNames.map((name, i) => {
      const area = areas?.[i];
      return {
        name,
        precision: rateOf(perClass.precision, i),
        recall: rateOf(perClass.recall, i),
        f1: rateOf(perClass.f1, i),
        support: support[i] ?? 0,
        predicted: confusion.reduce((sum, row) => sum + (row[i] ?? 0), 0),
        ...(area === undefined ? {} : { auroc: area }),
      };
    }),
    macro: averaged("macro"),
    weighted: averaged("weighted"),
    confusion,
  };
}

function operatingPoint(threshold: number, matrix: ConfusionMatrix): OperatingPoint {
  return {
    threshold,
    accuracy: matrix.accuracy(),
    precision: matrix.precision({ average: "binary" }),
    recall: matrix.recall({ average: "binary" }),
    f1: matrix.f1({ average: "binary" }),
    support: matrix.support()[1] ?? 0,
    confusion: table(matrix),
  };
}

function table(matrix: ConfusionMatrix): number[][] {
  const n = matrix.numClasses;
  return Array.from({ length: n }, (_, target) => Array.from(matrix.counts.subarray(target * n, (target + 1) * n)));
}

function calibration(table: Reliability): CalibrationFigures {
  const bins = table.bins.map(({ accuracyLower: _, accuracyUpper: __, ...bin }) => bin);
  return { ece: table.ece(), mce: table.mce(), of: table.of, closed: table.closed, bins };
}

/** `scale` is ½ where the Brier score counts one of two classes. */
function noSkill(support: Float64Array, scale: number): NoSkill {
  const total = support.reduce((sum, count) => sum + count, 0);
  const shares = Array.from(support, (count) => count / total);
  return {
    accuracy: Math.max(...shares),
    logLoss: shares.reduce((sum, share) => sum - (share > 0 ? share * Math.log(share) : 0), 0),
    brier: scale * shares.reduce((sum, share) => sum + share * (1 - share), 0),
  };
}
