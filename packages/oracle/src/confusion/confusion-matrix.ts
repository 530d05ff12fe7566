import {
  type Accumulator,
  type AccumulatorOptions,
  type AnyLabels,
  type ClassValue,
  type Confusion,
  type ConfusionMatrix,
  type ConfusionOptions,
  defaults,
  type From,
  type Reals,
} from "@assay/contract";
import { keepRows, type Rows } from "../accumulator.js";
import {
  boolean,
  checkLength,
  checkNotEmpty,
  checkOptions,
  checkTotal,
  checkWeighty,
  count,
  type Elements,
  nothingLeft,
  oneOf,
  optionalWhole,
  probabilities,
  reals,
  typeError,
  weights,
} from "../input.js";
import { areStrings, occurring } from "../labels.js";
import { commonUnit } from "../ratio.js";
import { argmax, rank, type Ties } from "../rows.js";
import { exactSum } from "../sum.js";
import { type Classes, classesOf, IGNORED, labelIndices } from "./classes.js";
import { type Cut, cutOf, isPositive, refuse } from "./cut.js";
import { fromCounts } from "./from-counts.js";
import { fromJSON } from "./from-json.js";
import { keptCells } from "./kept-cells.js";
import { Matrix } from "./matrix.js";

/** Options that were checked, as plain data. */
interface Config {
  readonly classes: Classes;
  readonly from: From;
  /** Binary scores. */
  readonly cut: Cut | undefined;
  /** Rows of scores. */
  readonly topK: number;
  readonly ties: Ties;
  readonly ignoreIndex: number | undefined;
}

const OPTIONS = [
  ...["numClasses", "from", "threshold", "strict", "topK", "ties", "ignoreIndex"],
  ...["classes", "positiveClass", "classNames"],
];

/**
 * Counts predictions against targets (`sklearn.metrics.confusion_matrix`). Binary scores are positive where they reach
 * the threshold. Rows of scores are counted as their target where it is among the `topK` largest, and otherwise as their
 * largest (torchmetrics' refinement of top-k predictions).
 */
export const confusionMatrix: Confusion["confusionMatrix"] = Object.assign(
  (predicted: Reals | AnyLabels, targets: AnyLabels, options: ConfusionOptions = {}): ConfusionMatrix => {
    checkOptions("confusionMatrix", options, [...OPTIONS, "sampleWeight", "keepRows"]);
    const config = settle(options, stringClasses(predicted, targets, options));
    const isKept = keptCells(options.keepRows, config.classes.names.length);
    const rows = read(predicted, targets, options.sampleWeight, config);
    checkNotEmpty("targets", rows.targets);
    const left = rows.weights.filter((_, i) => rows.targets[i] !== IGNORED);
    if (left.length === 0) throw nothingLeft("targets", "each is ignoreIndex");
    checkWeighty("targets", left);
    return tally(rows, config, isKept);
  },
  {
    fromCounts,
    fromJSON,
    accumulator(
      options: Omit<ConfusionOptions, "sampleWeight" | "keepRows"> & AccumulatorOptions = {},
    ): Accumulator<ConfusionMatrix, AnyLabels> {
      checkOptions("confusionMatrix.accumulator", options, [...OPTIONS, "weighted"]);
      const config = settle(options);
      return keepRows<ConfusionMatrix, AnyLabels>({
        name: "confusionMatrix",
        config,
        weighted: boolean("weighted", options.weighted, false),
        predictionColumns: columnsOf(config),
        targetColumns: 1,
        check: (predicted, targets, sampleWeight) => read(predicted, targets, sampleWeight, config),
        restore: (predicted, targets, sampleWeight) => read(predicted, targets, sampleWeight, encoded(config)),
        finish: (rows) => tally(rows, config, () => false),
      });
    },
  },
);

/** The classes of string labels that no option lists: those that occur. */
function stringClasses(
  predicted: Reals | AnyLabels,
  targets: AnyLabels,
  options: ConfusionOptions,
): readonly ClassValue[] | undefined {
  if (options.classes !== undefined || !areStrings(targets)) return undefined;
  if (options.numClasses !== undefined) {
    const message =
      "numClasses needs classes beside it where labels are strings: which strings they are, in which order";
    throw typeError("option", "numClasses", message, options.numClasses);
  }
  if (options.from === "probabilities" || options.from === "logits") {
    throw typeError("option", "classes", "classes is missing: it says which strings the scores are of");
  }
  return occurring([
    { argument: "targets", labels: targets },
    { argument: "predicted", labels: predicted as AnyLabels },
  ]);
}

function settle(options: ConfusionOptions, occurring?: readonly ClassValue[]): Config {
  const from = oneOf<From>("from", options.from, ["labels", "probabilities", "logits"], "labels");
  const classes = classesOf(options, occurring);
  const isScore = from !== "labels" && classes.binary;
  const isRow = from !== "labels" && !classes.binary;
  const given = from === "labels" ? "these are labels" : "these are rows of scores";
  if (!isScore) refuse(options, ["threshold", "strict"], `for binary scores, but ${given}`);
  if (!isRow) refuse(options, ["topK", "ties"], "for rows of scores, but these are not");
  const ignoreIndex = optionalWhole("ignoreIndex", options.ignoreIndex);
  if (ignoreIndex !== undefined && typeof classes.values?.[0] === "string") {
    throw typeError("option", "ignoreIndex", "ignoreIndex is a number, but labels are strings", ignoreIndex);
  }
  return {
    classes,
    from,
    cut: isScore ? cutOf(options, from) : undefined,
    topK: count("topK", options.topK ?? defaults.topK, 1),
    ties: oneOf<Ties>("ties", options.ties, ["first", "last"], defaults.ties),
    ignoreIndex,
  };
}

/** The columns of predictions. */
function columnsOf({ from, classes }: Config): number {
  return from === "labels" || classes.binary ? 1 : classes.names.length;
}

/** The same for rows of which labels are indices already. */
function encoded(config: Config): Config {
  return { ...config, classes: { ...config.classes, values: undefined }, ignoreIndex: IGNORED };
}

/** Rows with indices for labels. */
function read(predicted: Reals | AnyLabels, targets: AnyLabels, sampleWeight: Reals | undefined, config: Config): Rows {
  const { from, ignoreIndex } = config;
  const predictions = ((): Elements => {
    if (from === "probabilities") return probabilities("predicted", predicted);
    if (from === "logits") return reals("predicted", predicted);
    return labelIndices("predicted", predicted as AnyLabels, config.classes);
  })();
  const y = labelIndices("targets", targets, config.classes, ignoreIndex);
  const columns = columnsOf(config);
  checkLength("predicted", predictions, y.length * columns, columns === 1 ? "one per target" : "targets × numClasses");
  return {
    predictions: Float64Array.from(predictions),
    targets: y,
    weights: weights("sampleWeight", sampleWeight, y.length),
  };
}

/** What a row is counted as. */
function predictedClass({ predictions, targets }: Rows, i: number, config: Config): number {
  const { cut, from, topK, ties, classes } = config;
  if (cut !== undefined) return Number(isPositive(cut, predictions[i]!));
  if (from === "labels") return predictions[i]!;
  const size = classes.names.length;
  const scores = predictions.subarray(i * size, (i + 1) * size);
  return rank(scores, targets[i]!, ties) < topK ? targets[i]! : argmax(scores, ties);
}

function tally(rows: Rows, config: Config, isKept: (target: number, predicted: number) => boolean): ConfusionMatrix {
  const { names, binary } = config.classes;
  const rowsOf = new Map<number, number[]>();
  rows.targets.forEach((target, i) => {
    if (target === IGNORED || rows.weights[i] === 0) return;
    const cell = target * names.length + predictedClass(rows, i, config);
    const before = rowsOf.get(cell);
    if (before === undefined) rowsOf.set(cell, [i]);
    else before.push(i);
  });
  const cells = [...rowsOf].sort(([a], [b]) => a - b);
  // What follows is computed from cells as they can be read: each the float64 next to its sum.
  const counts = cells.map(([, some]) => exactSum(some.map((i) => rows.weights[i]!)));
  for (const count of counts) checkTotal("sampleWeight", count);
  const { wholes, exponent } = commonUnit(counts);
  const matrix = new Matrix({
    classNames: names,
    binary,
    exponent,
    cells: cells.map(([cell], i) => ({
      target: Math.floor(cell / names.length),
      predicted: cell % names.length,
      units: wholes[i]!,
    })),
    rowsBehind: (target, predicted) =>
      isKept(target, predicted) ? (rowsOf.get(target * names.length + predicted) ?? []) : undefined,
  });
  checkTotal("sampleWeight", matrix.total * names.length);
  return matrix;
}
