/**
 * Confusion matrices: where are the predictions right?
 *
 * @module
 */
import {
  type Accumulator,
  type AccumulatorOptions,
  type AnyLabels,
  type Confusion,
  type ConfusionMatrix,
  type ConfusionOptions,
  defaults,
  type From,
  type Reals,
} from "@assay/contract";
import { accumulate, evaluate, type Metric, type Rows, type State, stateKind, type TableOf } from "./accumulator.js";
import { type Column, expectFinite, expectLength, nothingLeft, reals } from "./arguments.js";
import { type Classes, classesOf, labelColumn, tagOf } from "./classes.js";
import { core } from "./core.js";
import { type Kept, keptOf, leaveEntries, rowsIn } from "./entries.js";
import { check } from "./faults.js";
import { areStrings } from "./labels.js";
import { DenseCells, fromCounts, fromJSON, Matrix, SparseCells } from "./matrix/index.js";
import { flag, inapplicable, oneOf, optionsOf, whole, within } from "./options.js";
import { numbersFrom } from "./results.js";
import { ENTRY_ROWS, sparseContent } from "./sparse.js";
import { stream } from "./stream.js";
import { tieOrders } from "./top-k.js";

const sources = ["labels", "probabilities", "logits"] as const;

const own = [
  "numClasses",
  "from",
  "threshold",
  "strict",
  "topK",
  "ties",
  "ignoreIndex",
  "classes",
  "positiveClass",
  "classNames",
] as const;

/** Words of the largest state that has a place for every cell, and those of an exact sum: as the kernel has them. */
const MAX_DENSE = 2 ** 20;

/** Fewer cells than these have room of their own, however few rows there are. */
const FEW_BESIDE = 2 ** 16;
const SUM_WORDS = 71;

interface Shape extends Classes {
  readonly numClasses: number;
  readonly binary: boolean;
  readonly from: From;
  readonly threshold: number;
  readonly strict: boolean;
  readonly topK: number;
  readonly ties: "first" | "last";
  readonly ignoreIndex: number | undefined;
  readonly classNames: readonly string[];
  /** Elements of one row of predictions. */
  readonly columns: number;
}

function thresholdOf(options: ConfusionOptions, binary: boolean, from: From): number {
  const { threshold } = options;
  if (!binary || from === "labels") {
    for (const name of ["threshold", "strict"] as const) {
      if (options[name] === undefined) continue;
      const message = `${name} is for binary scores: without numClasses and with from "probabilities" or "logits"`;
      throw inapplicable(name, message, options[name]);
    }
    return 0;
  }
  if (threshold === undefined) {
    if (from === "probabilities") return defaults.threshold;
    throw inapplicable("threshold", "logits have no default threshold: give one (0 is a probability of one half)");
  }
  return within(threshold, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, "threshold");
}

/** Which column a row of scores is counted as. */
function choiceOf(options: ConfusionOptions, rows: boolean): Pick<Shape, "topK" | "ties"> {
  const { topK = defaults.topK, ties = defaults.ties } = options;
  for (const name of ["topK", "ties"] as const) {
    if (rows || options[name] === undefined) continue;
    const message = `${name} is for rows of scores: with numClasses and from "probabilities" or "logits"`;
    throw inapplicable(name, message, options[name]);
  }
  return { topK: whole(topK, 1, "topK"), ties: oneOf(ties, tieOrders, "ties") };
}

function shapeOf(options: ConfusionOptions, labels: readonly (readonly [unknown, string])[]): Shape {
  const from = oneOf(options.from ?? "labels", sources, "from");
  if (from !== "labels" && options.classes === undefined && labels.some(([given]) => areStrings(given))) {
    throw inapplicable("classes", "scores of string labels need classes: which column is which class");
  }
  const classes = classesOf(options, labels);
  const { binary, numClasses } = classes;
  return {
    ...classes,
    from,
    threshold: thresholdOf(options, binary, from),
    strict: flag(options.strict ?? defaults.strict, "strict"),
    ...choiceOf(options, !binary && from !== "labels"),
    columns: binary || from === "labels" ? 1 : numClasses,
  };
}

function configOf(shape: Shape, weighted: boolean): number[] {
  const { numClasses, from, binary, threshold, strict, topK, ties, ignoreIndex } = shape;
  const cut = [Number(binary), threshold, Number(strict)];
  const ignoring = [Number(ignoreIndex !== undefined), ignoreIndex ?? 0];
  const choosing = [topK, tieOrders.indexOf(ties)];
  return [numClasses, sources.indexOf(from), ...cut, ...ignoring, Number(weighted), ...choosing];
}

/** Cells that are so many that room for each costs more than a table of those that so many rows make. */
function areFew(rows: number, { numClasses }: Shape, weighted: boolean): boolean {
  const cells = numClasses * numClasses;
  return !weighted && cells >= FEW_BESIDE && rows < cells / 8;
}

/** Sparse tables of the state: cells where there are too many for places of their own, and the rows behind cells. */
function tablesOf({ numClasses }: Shape, weighted: boolean, kept: Kept | undefined, few: boolean) {
  const limit = numClasses * numClasses;
  const sparse = few || limit * (weighted ? SUM_WORDS : 1) > MAX_DENSE;
  const cells: TableOf = { content: weighted ? sparseContent.sums : sparseContent.counts, limit };
  const rows: TableOf = { content: sparseContent.rows, limit };
  return { sparse, tables: [...(sparse ? [cells] : []), ...(kept ? [rows] : [])] };
}

/** What a matrix is made from besides its shape. */
interface Making {
  readonly weighted: boolean;
  readonly kept?: Kept | undefined;
  /** See {@link areFew}. */
  readonly few?: boolean;
  /** Of an accumulator: classes and their names, which must be those of what is merged. */
  readonly tag?: number;
}

function confusionMetric(shape: Shape, { weighted, kept, few = false, tag = 0 }: Making): Metric<ConfusionMatrix> {
  const { numClasses, columns, classNames, binary } = shape;
  const names = { predictions: "predicted", targets: "targets", numClasses, widths: [columns, 1] };
  const { sparse, tables } = tablesOf(shape, weighted, kept, few);
  const tableOf = (state: State, which: "cells" | "rows") => {
    if (which === "cells") return sparse ? state.tables[0] : undefined;
    return kept && state.tables[Number(sparse)];
  };
  return {
    name: "confusionMatrix",
    kind: stateKind.confusion,
    config: configOf(shape, weighted),
    // The first is for the kernel, whose last number it is.
    tags: [Number(few), tag],
    tables,
    weighted,
    take(predicted: unknown, given: unknown): Rows {
      const targets = labelColumn(shape, given, "targets");
      const ofLabels = shape.from === "labels";
      const predictions = ofLabels ? labelColumn(shape, predicted, "predicted") : reals(predicted, "predicted");
      const needed = columns === 1 ? "targets has" : "targets × numClasses is";
      expectLength(predictions, targets.length * columns, needed);
      return { predictions, targets, count: targets.length };
    },
    feed(state: State, { predictions, targets, count }: Rows, weight: Column | undefined): void {
      const inputs = [
        { column: predictions, width: columns },
        { column: targets, width: 1 },
        weight && { column: weight, width: 1 },
      ];
      const types = [predictions.type, targets.type, weight?.type ?? 0] as const;
      const { address, room } = state;
      leaveEntries(tableOf(state, "cells"), tableOf(state, "rows"), kept, (entries, taken) => {
        const most = entries === 0 ? undefined : ENTRY_ROWS;
        const update = ([p = 0, t = 0, w = 0]: readonly number[], rows: number, first: number) => {
          const ofWeight = [w, types[2]] as const;
          const status = core().confusion_update(address, room, rows, p, types[0], t, types[1], ...ofWeight, entries);
          check(status, first, names);
          taken(first + rows);
        };
        stream(count, inputs, [], update, most);
      });
    },
    finish(state: State): ConfusionMatrix {
      const table = tableOf(state, "cells")?.read();
      const { address, room } = state;
      const cells =
        table === undefined
          ? new DenseCells(
              numClasses,
              numbersFrom(numClasses * numClasses, (to) => core().confusion_finish(address, room, to)),
            )
          : new SparseCells(numClasses, table.keys, table.values);
      const rows = tableOf(state, "rows")?.read();
      const rowsOf =
        kept && rows && ((target: number, predicted: number) => rowsIn(rows, kept, numClasses, target, predicted));
      const matrix = new Matrix({ cells, classNames, binary, rowsOf });
      // So much do the counts of each class against the rest add up to.
      expectFinite(matrix.total * numClasses, "sampleWeight");
      return matrix;
    },
  };
}

/**
 * Counts predictions against targets: rows are true classes, columns predicted ones. Whatever follows from the counts
 * (accuracy, precision, recall, F1, a report) is read off the matrix; nothing is counted again.
 *
 * With `numClasses` predictions are classes, or rows of scores of which the largest counts (the first on ties, or the
 * last with `ties: "last"`); with `topK` a row whose target is among so many largest counts as right. Without it they
 * are binary: classes 0 and 1, or scores, positive from `threshold` on (0.5 for probabilities).
 *
 * @param predicted N classes, N scores, or N × numClasses scores row-major, as `from` says
 * @param targets N labels in 0..numClasses−1
 * @throws AssayRangeError for a label out of range, a NaN, a probability outside [0, 1], a negative weight, weights that
 *   add up to more than a float64 holds, lengths that do not fit, no rows
 * @example
 * const matrix = confusionMatrix(predicted, labels, { numClasses: 10 });
 * matrix.f1({ average: "macro" });
 * @see scikit-learn, `sklearn.metrics.confusion_matrix`
 */
export const confusionMatrix: Confusion["confusionMatrix"] = /*#__PURE__*/ Object.assign(
  (predicted: Reals | AnyLabels, targets: AnyLabels, options?: ConfusionOptions): ConfusionMatrix => {
    const given = optionsOf(options, [...own, "keepRows", "sampleWeight"], "confusionMatrix");
    const { sampleWeight, keepRows, from = "labels" } = given;
    const labels = [[targets, "targets"], ...(from === "labels" ? [[predicted, "predicted"] as const] : [])] as const;
    const shape = shapeOf(given, labels);
    const kept = keptOf(keepRows, shape.numClasses);
    const weighted = sampleWeight !== undefined;
    const rows = (targets as { length?: number } | undefined)?.length ?? 0;
    const metric = confusionMetric(shape, { weighted, kept, few: areFew(rows, shape, weighted) });
    const matrix = evaluate(metric, predicted, targets, sampleWeight);
    if (matrix.total > 0) return matrix;
    throw nothingLeft("targets");
  },
  {
    fromCounts,
    fromJSON,
    accumulator(
      options?: Omit<ConfusionOptions, "sampleWeight" | "keepRows"> & AccumulatorOptions,
    ): Accumulator<ConfusionMatrix, AnyLabels> {
      const given = optionsOf(options, [...own, "weighted"], "confusionMatrix.accumulator");
      const shape = shapeOf(given, []);
      const weighted = flag(given.weighted ?? false, "weighted");
      return accumulate(confusionMetric(shape, { weighted, tag: tagOf(shape) }));
    },
  },
);
