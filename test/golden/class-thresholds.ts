/**
 * Thresholds of classes, in the golden tables: one row a metric.
 *
 * Catalyst's search is put together here, with every prediction from the backend: from each of its four
 * starts, one class after the other is moved to the first best of 100 evenly spaced thresholds, and passes end when three
 * of them gained less than 0.01.
 *
 * @module
 */
import type { Backend } from "@assay/contract";
import type { Arguments, Metric } from "./arguments.js";
import { columnsOf } from "./shapes.js";

/** The metrics that are built. */
export const classThresholds: readonly (readonly [string, Metric])[] = [
  ["apply_class_thresholds", { compute: applyClassThresholds }],
  ["catalyst_multiclass_thresholds", { compute: catalystMulticlassThresholds }],
];

/** Rows of scores with their classes. */
interface Rows {
  readonly scores: Float32Array | Float64Array;
  readonly labels: Int32Array;
  readonly numClasses: number;
}

function rowsOf(args: Arguments): Rows {
  const scores = args.input("y_score");
  return {
    scores: scores.values as Float64Array,
    labels: args.input("y_true").values as Int32Array,
    numClasses: columnsOf(scores),
  };
}

/** Scores below their threshold become 0: where all of them do, class 0 is the first of equal ones. */
function predict(backend: Backend, { scores, numClasses }: Rows, thresholds: readonly number[]): Int32Array {
  return backend.applyClassThresholds(scores, [...thresholds], { numClasses, none: 0 });
}

function applyClassThresholds(backend: Backend, args: Arguments): unknown {
  const rows = rowsOf(args);
  const { labels, numClasses } = rows;
  const predictions = predict(backend, rows, args.option<number[]>("thresholds", []));
  const matrix = backend.confusionMatrix(predictions, labels, { numClasses });
  const columnSums = Array<number>(numClasses).fill(0);
  for (const { predicted, count } of matrix.cells()) columnSums[predicted]! += count;
  return { accuracy: matrix.accuracy(), predicted_counts: columnSums };
}

const STEPS = 100;
const PATIENCE = 3;
const LEAST_GAIN = 0.01;

function columnOf({ scores, numClasses }: Rows, k: number): Float64Array {
  return Float64Array.from({ length: scores.length / numClasses }, (_, i) => scores[i * numClasses + k]!);
}

function evenly(values: ArrayLike<number>): number[] {
  const sorted = Float64Array.from(values).sort();
  const [lowest, highest] = [sorted[0]!, sorted.at(-1)!];
  const step = (highest - lowest) / (STEPS - 1);
  return Array.from({ length: STEPS }, (_, i) => (i === STEPS - 1 ? highest : lowest + i * step));
}

/** The first of the thresholds with the largest value. */
function firstBest(thresholds: readonly number[], valueAt: (threshold: number) => number) {
  let best = { threshold: Number.NaN, value: Number.NEGATIVE_INFINITY };
  for (const threshold of thresholds) {
    const value = valueAt(threshold);
    if (value > best.value) best = { threshold, value };
  }
  return best;
}

/** Later passes ask for much that earlier ones did. */
function remembering(valueAt: (thresholds: readonly number[]) => number): typeof valueAt {
  const values = new Map<string, number>();
  return (thresholds) => {
    const key = thresholds.join();
    const value = values.get(key) ?? valueAt(thresholds);
    values.set(key, value);
    return value;
  };
}

/** Where Catalyst begins: 0.5; the best of each class by all its scores; the best for all; the best on a grid. */
function starts(backend: Backend, rows: Rows): number[][] {
  const { scores, labels, numClasses } = rows;
  const classes = [...Array(numClasses).keys()];
  const oneHot = Uint8Array.from(scores, (_, i) => Number(labels[Math.floor(i / numClasses)] === i % numClasses));
  const ofEach = (linspace: boolean): number[] =>
    classes.map((k) => {
      const column = columnOf(rows, k);
      const is = Uint8Array.from(labels, (label) => Number(label === k));
      using curve = backend.binaryCurve(column, is);
      const options = linspace ? { linspace: STEPS } : { thresholds: [...new Set(column)].sort((a, b) => a - b) };
      return curve.best("accuracy", { ...options, ties: "first" }).threshold;
    });
  const common = firstBest(evenly(scores), (threshold) =>
    backend
      .multilabelConfusionMatrix(scores, oneHot, { numLabels: numClasses, from: "probabilities", threshold })
      .exactMatch(),
  ).threshold;
  return [classes.map(() => 0.5), ofEach(false), classes.map(() => common), ofEach(true)];
}

function catalystMulticlassThresholds(backend: Backend, args: Arguments): unknown {
  const objective = args.option<string>("objective", "");
  if (objective !== "accuracy_score") throw new Error(`the search for ${objective} is not built`);
  const rows = rowsOf(args);
  const { scores, labels, numClasses } = rows;
  const grids = Array.from({ length: numClasses }, (_, k) => evenly(columnOf(rows, k)));
  const valueAt = remembering((thresholds) => {
    const predictions = predict(backend, rows, thresholds);
    return labels.reduce((right, label, i) => right + Number(predictions[i] === label), 0) / labels.length;
  });
  let best = { value: 0, thresholds: [] as number[] };
  for (const start of starts(backend, rows)) {
    let [thresholds, value] = [start, valueAt(start)];
    const reached: number[] = [];
    while (reached.length < PATIENCE || value >= reached.at(-PATIENCE)! + LEAST_GAIN) {
      for (const [k, grid] of grids.entries()) {
        const tried = firstBest(grid, (threshold) => valueAt(thresholds.with(k, threshold)));
        if (tried.value > value) [thresholds, value] = [thresholds.with(k, tried.threshold), tried.value];
      }
      reached.push(value);
    }
    if (value > best.value) best = { value, thresholds };
  }
  const own = backend.classThresholds(scores, labels, { numClasses });
  if (own.value < best.value) throw new Error(`classThresholds attains ${own.value}, less than ${best.value}`);
  return best;
}
