/**
 * Top-k accuracy: how often is the truth among the first few?
 *
 * @module
 */
import {
  type Accumulator,
  type AccumulatorOptions,
  type Confusion,
  defaults,
  type Labels,
  type Reals,
  type TopKOptions,
} from "@assay/contract";
import { accumulate, evaluate, type Metric, type Rows, type State, stateKind } from "./accumulator.js";
import { type Column, column, expectFinite, expectLength, nothingLeft, reals } from "./arguments.js";
import { core } from "./core.js";
import { check } from "./faults.js";
import { flag, oneOf, optionsOf, whole } from "./options.js";
import { numbersFrom } from "./results.js";
import { stream } from "./stream.js";

/** Which of equal scores comes first, in the order of the border's codes. */
export const tieOrders = ["first", "last"] as const;

const own = ["numClasses", "topK", "ties", "ignoreIndex", "normalize"] as const;

/** Up to here a column's number is exact in float32. */
const MOST_CLASSES = 2 ** 24;

/** Reads off the right rows, or their weight, and all. */
type Reading = (hits: number, rows: number) => number;

function topKMetric(options: TopKOptions, weighted: boolean, read: Reading): Metric<number> {
  const { topK = defaults.topK, ties = defaults.ties, ignoreIndex } = options;
  const numClasses = whole(options.numClasses, 2, "numClasses", MOST_CLASSES);
  whole(topK, 1, "topK");
  oneOf(ties, tieOrders, "ties");
  if (ignoreIndex !== undefined) whole(ignoreIndex, -(2 ** 31), "ignoreIndex");
  const ignoring = [Number(ignoreIndex !== undefined), ignoreIndex ?? 0];
  const names = { predictions: "scores", targets: "targets", numClasses, widths: [numClasses, 1] };
  return {
    name: "topKAccuracy",
    kind: stateKind.topK,
    config: [numClasses, topK, tieOrders.indexOf(ties), ...ignoring, Number(weighted)],
    tags: [Number(options.normalize ?? defaults.normalize)],
    weighted,
    take(scores: unknown, given: unknown): Rows {
      const targets = column(given, "targets");
      const predictions = reals(scores, "scores");
      expectLength(predictions, targets.length * numClasses, "targets × numClasses is");
      return { predictions, targets, count: targets.length };
    },
    feed(state: State, { predictions, targets, count }: Rows, weight: Column | undefined): void {
      const inputs = [
        { column: predictions, width: numClasses },
        { column: targets, width: 1 },
        weight && { column: weight, width: 1 },
      ];
      stream(count, inputs, [], ([p = 0, t = 0, w = 0], rows, first) => {
        const types = [predictions.type, targets.type, weight?.type ?? 0] as const;
        const { address, room } = state;
        check(core().top_k_update(address, room, rows, p, types[0], t, types[1], w, types[2]), first, names);
      });
    },
    finish(state: State): number {
      const { address, room } = state;
      const [hits, rows] = numbersFrom(2, (to) => core().top_k_finish(address, room, to)) as unknown as [
        number,
        number,
      ];
      expectFinite(rows, "sampleWeight");
      return read(hits, rows);
    },
  };
}

function readingOf({ normalize = defaults.normalize }: TopKOptions): Reading {
  return flag(normalize, "normalize") ? (hits, rows) => hits / rows : (hits) => hits;
}

/**
 * Top-k accuracy: the share of rows whose target is among the `topK` largest of their scores; with `normalize: false`
 * their number. With `sampleWeight` the share is of exact sums of weights. Its range is 0..1.
 *
 * A target counts where fewer than `topK` scores come before its own: larger ones, and equal ones in an earlier column,
 * or in a later one with `ties: "last"`. From `topK` = `numClasses` on every row is right, as in scikit-learn, which
 * warns.
 *
 * @param scores N × numClasses scores row-major: logits, probabilities, anything that can be ordered
 * @param targets N labels in 0..numClasses−1; rows labelled `ignoreIndex` are left out
 * @throws AssayRangeError for a label out of range, a NaN, a negative weight, weights that add up to more than a float64
 *   holds, lengths that do not fit, no rows
 * @example
 * topKAccuracy(logits, labels, { numClasses: 1000, topK: 5 });
 * @see scikit-learn, `sklearn.metrics.top_k_accuracy_score`, which breaks ties in favour of the last column and has
 *   `k` = 2 by default
 */
export const topKAccuracy: Confusion["topKAccuracy"] = /*#__PURE__*/ Object.assign(
  (scores: Reals, targets: Labels, options: TopKOptions): number => {
    const given = optionsOf(options, [...own, "sampleWeight"], "topKAccuracy");
    const { sampleWeight } = given;
    const read = readingOf(given);
    const metric = topKMetric(given, sampleWeight !== undefined, (hits, rows) => {
      if (rows === 0) throw nothingLeft("targets");
      return read(hits, rows);
    });
    return evaluate(metric, scores, targets, sampleWeight);
  },
  {
    accumulator(options: Omit<TopKOptions, "sampleWeight"> & AccumulatorOptions): Accumulator<number> {
      const given = optionsOf(options, [...own, "weighted"], "topKAccuracy.accumulator");
      return accumulate(topKMetric(given, flag(given.weighted ?? false, "weighted"), readingOf(given)));
    },
  },
);
