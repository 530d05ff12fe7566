/**
 * Confusion matrices: where are the predictions right?
 *
 * @module
 */
import {
  type Accumulator,
  type AccumulatorOptions,
  AssayRangeError,
  type Confusion,
  type ConfusionMatrix,
  type ConfusionOptions,
  defaults,
  type From,
  type Labels,
  type Reals,
} from "@assay/contract";
import { accumulate, evaluate, type Metric, type Rows, type State, stateKind } from "./accumulator.js";
import { type Column, column, expectLength, nothingLeft, reals } from "./arguments.js";
import { core } from "./core.js";
import { check } from "./faults.js";
import { DenseCells, fromCounts, Matrix, namesOf } from "./matrix/index.js";
import { flag, oneOf, optionsOf, whole } from "./options.js";
import { numbersFrom } from "./results.js";
import { stream } from "./stream.js";
import { tieOrders } from "./top-k.js";

const sources = ["labels", "probabilities", "logits"] as const;

const own = ["numClasses", "from", "threshold", "strict", "topK", "ties", "ignoreIndex", "classNames"] as const;

interface Shape {
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

function invalid(argument: string, message: string, value?: unknown): AssayRangeError {
  return new AssayRangeError(message, { code: "option", argument, value });
}

function thresholdOf(options: ConfusionOptions, binary: boolean, from: From): number {
  const { threshold } = options;
  if (!binary || from === "labels") {
    for (const name of ["threshold", "strict"] as const) {
      if (options[name] === undefined) continue;
      throw invalid(name, `${name} is for binary scores: without numClasses and with from "probabilities" or "logits"`);
    }
    return 0;
  }
  if (threshold === undefined) {
    if (from === "probabilities") return defaults.threshold;
    throw invalid("threshold", "logits have no default threshold: give one (0 is a probability of one half)");
  }
  if (typeof threshold !== "number" || Number.isNaN(threshold)) {
    throw invalid("threshold", `threshold = ${String(threshold)}, but must be a number`, threshold);
  }
  return threshold;
}

/** Which column a row of scores is counted as. */
function choiceOf(options: ConfusionOptions, rows: boolean): Pick<Shape, "topK" | "ties"> {
  const { topK = defaults.topK, ties = defaults.ties } = options;
  for (const name of ["topK", "ties"] as const) {
    if (rows || options[name] === undefined) continue;
    throw invalid(name, `${name} is for rows of scores: with numClasses and from "probabilities" or "logits"`);
  }
  return { topK: whole(topK, 1, "topK"), ties: oneOf(ties, tieOrders, "ties") };
}

function shapeOf(options: ConfusionOptions): Shape {
  const binary = options.numClasses === undefined;
  const numClasses = options.numClasses === undefined ? 2 : whole(options.numClasses, 2, "numClasses", 65536);
  const from = oneOf(options.from ?? "labels", sources, "from");
  const { ignoreIndex } = options;
  if (ignoreIndex !== undefined) whole(ignoreIndex, -(2 ** 31), "ignoreIndex");
  return {
    numClasses,
    binary,
    from,
    threshold: thresholdOf(options, binary, from),
    strict: flag(options.strict ?? defaults.strict, "strict"),
    ...choiceOf(options, !binary && from !== "labels"),
    ignoreIndex,
    classNames: namesOf(options.classNames, numClasses),
    columns: binary || from === "labels" ? 1 : numClasses,
  };
}

function configOf(shape: Shape, weighted: boolean): number[] {
  const { numClasses, from, binary, threshold, strict, topK, ties, ignoreIndex } = shape;
  const cut = [Number(binary), threshold, Number(strict)];
  const ignoring = [Number(ignoreIndex !== undefined), ignoreIndex ?? 0];
  return [numClasses, sources.indexOf(from), ...cut, ...ignoring, Number(weighted), topK, tieOrders.indexOf(ties)];
}

function confusionMetric(shape: Shape, weighted: boolean): Metric<ConfusionMatrix> {
  const { numClasses, columns, classNames, binary } = shape;
  const names = { predictions: "predicted", targets: "targets", numClasses, widths: [columns, 1] };
  return {
    name: "confusionMatrix",
    kind: stateKind.confusion,
    config: configOf(shape, weighted),
    weighted,
    take(predicted: unknown, given: unknown): Rows {
      const targets = column(given, "targets");
      const predictions = shape.from === "labels" ? column(predicted, "predicted") : reals(predicted, "predicted");
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
      stream(count, inputs, [], ([p = 0, t = 0, w = 0], rows, first) => {
        const types = [predictions.type, targets.type, weight?.type ?? 0] as const;
        const { address, room } = state;
        check(core().confusion_update(address, room, rows, p, types[0], t, types[1], w, types[2]), first, names);
      });
    },
    finish(state: State): ConfusionMatrix {
      const { address, room } = state;
      const counts = numbersFrom(numClasses * numClasses, (to) => core().confusion_finish(address, room, to));
      return new Matrix({ cells: new DenseCells(numClasses, counts), classNames, binary });
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
 * @throws AssayRangeError for a label out of range, a NaN, a probability outside [0, 1], a negative weight, lengths that
 *   do not fit, no rows
 * @example
 * const matrix = confusionMatrix(predicted, labels, { numClasses: 10 });
 * matrix.f1({ average: "macro" });
 * @see scikit-learn, `sklearn.metrics.confusion_matrix`
 */
export const confusionMatrix: Confusion["confusionMatrix"] = /*#__PURE__*/ Object.assign(
  (predicted: Reals | Labels, targets: Labels, options?: ConfusionOptions): ConfusionMatrix => {
    const given = optionsOf(options, [...own, "sampleWeight"], "confusionMatrix");
    const { sampleWeight } = given;
    const matrix = evaluate(
      confusionMetric(shapeOf(given), sampleWeight !== undefined),
      predicted,
      targets,
      sampleWeight,
    );
    if (matrix.total > 0) return matrix;
    throw nothingLeft("targets");
  },
  {
    fromCounts,
    accumulator(options?: Omit<ConfusionOptions, "sampleWeight"> & AccumulatorOptions): Accumulator<ConfusionMatrix> {
      const given = optionsOf(options, [...own, "weighted"], "confusionMatrix.accumulator");
      return accumulate(confusionMetric(shapeOf(given), flag(given.weighted ?? false, "weighted")));
    },
  },
);
