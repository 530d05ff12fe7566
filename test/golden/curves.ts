/**
 * Curves, areas and thresholds, in the golden tables: one row a metric.
 *
 * @module
 */
import type { Backend, BestOptions, BinaryCurve, Objective, RankingOptions, RankingScore } from "@assay/contract";
import type { Arguments, Metric } from "./arguments.js";
import { indexed, sampleWeight } from "./shapes.js";

/** The metrics that are built. */
export const curves: readonly (readonly [string, Metric])[] = [
  ["roc_curve", read((curve, args) => curve.roc({ dropIntermediate: args.option("drop_intermediate", true) }))],
  [
    "precision_recall_curve",
    read((curve, args) => curve.precisionRecall({ dropIntermediate: args.option("drop_intermediate", false) })),
  ],
  ["det_curve", read((curve, args) => curve.det({ dropIntermediate: args.option("drop_intermediate", false) }))],
  ["binned_roc_curve", read((curve, args) => curve.roc({ thresholds: thresholdsOf(args) }))],
  ["binned_precision_recall_curve", read((curve, args) => curve.precisionRecall({ thresholds: thresholdsOf(args) }))],
  ["confusion_matrix_at_thresholds", read((curve) => curve.counts())],

  ["roc_auc_score", { compute: rocAucScore }],
  ["average_precision_score", { compute: averagePrecisionScore }],
  ["pr_auc_trapezoid", read((curve) => curve.prAuc())],
  ["auc", { compute: (backend, args) => backend.auc(realsOf(args, "x"), realsOf(args, "y")) }],

  ["ks_statistic", read((curve) => named("statistic", curve.ksStatistic()))],
  [
    "recall_at_fixed_precision",
    read((curve, args) => named("recall", curve.recallAtPrecision(args.option("min_precision", 0)))),
  ],
  [
    "precision_at_fixed_recall",
    read((curve, args) => named("precision", curve.precisionAtRecall(args.option("min_recall", 0)))),
  ],
  [
    "sensitivity_at_specificity",
    read((curve, args) => curve.sensitivityAtSpecificity(args.option("min_specificity", 0)).value),
  ],

  ["best_threshold", read((curve, args) => best(curve, bestObjective(args)))],
  ["best_f1_on_grid", read(bestF1OnGrid)],
  ["catalyst_binary_threshold", read(catalystBinaryThreshold)],
];

// ------------------------------------------------------------------------------------------------------------- curves

function realsOf(args: Arguments, name: string): Float64Array {
  return args.input(name).values as Float64Array;
}

/** What is read off the curve of the scores. */
function read(question: (curve: BinaryCurve, args: Arguments) => unknown): Metric {
  return {
    compute(backend, args) {
      const positive = args.option("pos_label", 1);
      const labels = Int32Array.from(args.input("y_true").values, (label) => Number(label === positive));
      const scores = args.either("y_score", "y_prob").values as Float64Array;
      const curve = backend.binaryCurve(scores, labels, sampleWeight(args));
      try {
        return question(curve, args);
      } finally {
        curve.free();
      }
    },
  };
}

function thresholdsOf(args: Arguments): number[] {
  return args.option<number[]>("thresholds", []);
}

/** A rate by its name in the tables, and its threshold. */
function named(name: string, { value, threshold }: { value: number; threshold: number }): unknown {
  return { [name]: value, threshold };
}

// -------------------------------------------------------------------------------------------------------------- areas

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

// --------------------------------------------------------------------------------------------------------- thresholds

function best(curve: BinaryCurve, objective: Objective, options?: BestOptions): { value: number; threshold: number } {
  const { value, threshold } = curve.best(objective, options);
  return { value, threshold };
}

function bestObjective(args: Arguments): Objective {
  const objective = args.option<"f1" | "youden" | "accuracy" | "cost">("objective", "f1");
  if (objective !== "cost") return objective;
  return { cost: { fp: args.option("fp_cost", 1), fn: args.option("fn_cost", 1) } };
}

/** The notebook's F1, of which the first best is taken. */
function bestF1OnGrid(curve: BinaryCurve, args: Arguments): unknown {
  const objective = { fBeta: 1, epsilon: 1e-8 };
  const thresholds = thresholdsOf(args);
  const { value, threshold } = best(curve, objective, { thresholds, ties: "first" });
  return {
    best_f1: value,
    best_threshold: threshold,
    f1_per_threshold: thresholds.map((one) => best(curve, objective, { thresholds: [one] }).value),
  };
}

/** Catalyst scores a threshold that nothing reaches 0; the largest of linspace is the largest score, so there is none. */
function catalystBinaryThreshold(curve: BinaryCurve, args: Arguments): unknown {
  const objectives: Readonly<Record<string, Objective>> = {
    accuracy_score: "accuracy",
    f1_score: "f1",
    balanced_accuracy_score: "balancedAccuracy",
  };
  const name = args.option<string>("objective", "");
  const objective = objectives[name];
  if (objective === undefined) throw new Error(`the best threshold for ${name} is not built`);
  return best(curve, objective, { linspace: args.option("num_thresholds", 100), ties: "first" });
}
