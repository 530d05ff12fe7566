/**
 * What the native and the WebAssembly build are compared on: questions for the native one, and the answers of the other.
 *
 * @module
 */
import type { Accumulator, Backend, Labels, Loss, Losses, LossFamily, LossOptions, Reals } from "@assay/contract";
import * as assay from "assay";
import { bitsOf } from "../support/bits.js";
import { hash, logit, uniform } from "../support/random.js";

/** A question in the words that the native program reads, and the answer that it has to give. */
export interface Case {
  readonly name: string;
  readonly question: string;
  readonly answer: string;
}

/** What the elements of an argument are: the kinds that the native program knows, or a number of classes. */
type Kind = "unit" | "logit" | "real" | "weight" | number;

function element(kind: Kind, seed: number, i: number): number {
  switch (kind) {
    case "unit":
      return uniform(seed, i);
    case "logit":
      return logit(seed, i);
    case "real":
      return (uniform(seed, i) - 0.5) * [1, 1e6, 1e-6][hash(seed, i) % 3]!;
    case "weight":
      return 3 * uniform(seed, i);
    default:
      return hash(seed, i) % kind;
  }
}

function elements(kind: Kind, seed: number, length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => element(kind, seed, i));
}

const bits = (numbers: Iterable<number>): string => Array.from(numbers, bitsOf).join("");

/** Bytes as words, most significant digit first. */
function words(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, i) =>
    view
      .getBigUint64(8 * i, true)
      .toString(16)
      .padStart(16, "0"),
  );
}

const HEADER_WORDS = 16;

interface Metric {
  readonly name: string;
  readonly columns: number;
  readonly targetColumns: number;
  readonly predictions: Kind;
  readonly targets: Kind;
  readonly columnWeights?: readonly number[];
  accumulator(weighted: boolean): Accumulator<unknown>;
  /** Values and derivatives of a loss. */
  readonly loss?: (predictions: Reals, targets: Labels, weights: object) => { loss: unknown; gradient: Float64Array };
}

const backend: Backend = assay;

type AnyLoss = Loss<LossOptions & Record<string, unknown>>;

function lossMetric(
  name: keyof Losses | keyof LossFamily,
  shape: Pick<Metric, "columns" | "targetColumns" | "predictions" | "targets" | "columnWeights">,
  options: object = {},
): Metric {
  const loss = backend[name] as unknown as AnyLoss;
  return {
    name: `${name} ${JSON.stringify(options)}`,
    ...shape,
    accumulator: (weighted) => loss.accumulator({ ...options, weighted }),
    loss: (p, y, weights) =>
      loss.withGradient(p, y, { ...options, ...weights, reduction: "none" }) as unknown as {
        loss: unknown;
        gradient: Float64Array;
      },
  };
}

const one = { columns: 1, targetColumns: 1 };

function classes(numClasses: number): Pick<Metric, "columns" | "targetColumns" | "predictions" | "targets"> {
  return { columns: numClasses, targetColumns: 1, predictions: "logit", targets: numClasses };
}

const posWeight = [0.1, 3, 1];
const weight = [0.3, 2, 1, 0, 7];

const metrics: readonly Metric[] = [
  ...[1, 15, 129].flatMap((numBins) =>
    (["right", "left"] as const).map(
      (closed): Metric => ({
        name: `reliability, ${numBins} bins closed on the ${closed}`,
        ...one,
        predictions: "unit",
        targets: 2,
        accumulator: (weighted) => assay.reliability.accumulator({ numBins, closed, weighted }),
      }),
    ),
  ),
  {
    name: "reliability of the top label",
    ...one,
    predictions: "unit",
    targets: 2,
    accumulator: (weighted) => assay.reliability.accumulator({ of: "topLabel", weighted }),
  },
  {
    name: "reliability of classes",
    ...classes(7),
    predictions: "unit",
    accumulator: (weighted) => assay.reliability.accumulator({ numClasses: 7, weighted }),
  },
  {
    name: "confusionMatrix of labels",
    ...one,
    predictions: 41,
    targets: 41,
    accumulator: (weighted) => assay.confusionMatrix.accumulator({ numClasses: 41, ignoreIndex: 7, weighted }),
  },
  {
    name: "confusionMatrix of binary logits",
    ...one,
    predictions: "logit",
    targets: 2,
    accumulator: (weighted) =>
      assay.confusionMatrix.accumulator({ from: "logits", threshold: 0.1, strict: true, weighted }),
  },
  {
    name: "confusionMatrix of logits",
    ...classes(5),
    accumulator: (weighted) => assay.confusionMatrix.accumulator({ numClasses: 5, from: "logits", weighted }),
  },
  lossMetric("binaryCrossEntropy", { ...one, predictions: "unit", targets: 2 }),
  lossMetric("binaryCrossEntropy", { ...one, predictions: "unit", targets: "unit" }),
  lossMetric("binaryCrossEntropyWithLogits", { ...one, predictions: "logit", targets: 2 }),
  lossMetric(
    "binaryCrossEntropyWithLogits",
    { columns: 3, targetColumns: 3, predictions: "logit", targets: "unit", columnWeights: posWeight },
    { numLabels: 3, posWeight },
  ),
  ...[2, 5, 33].map((numClasses) => lossMetric("crossEntropy", classes(numClasses), { numClasses })),
  lossMetric("crossEntropy", { ...classes(5), columnWeights: weight }, { numClasses: 5, weight, ignoreIndex: 3 }),
  lossMetric("crossEntropy", { ...classes(5), columnWeights: weight }, { numClasses: 5, weight, labelSmoothing: 0.1 }),
  lossMetric(
    "crossEntropy",
    { columns: 3, targetColumns: 3, predictions: "logit", targets: "unit" },
    { numClasses: 3, softTargets: true },
  ),
  ...(["mseLoss", "l1Loss", "huberLoss", "smoothL1Loss", "logCoshLoss"] as const).map((name) =>
    lossMetric(name, { ...one, predictions: "real", targets: "real" }),
  ),
  lossMetric("quantileLoss", { ...one, predictions: "real", targets: "real" }, { quantile: 0.3 }),
  lossMetric("poissonNllLoss", { ...one, predictions: "unit", targets: 5 }, { full: true }),
  lossMetric("sigmoidFocalLoss", { ...one, predictions: "logit", targets: 2 }, { alpha: 0.25 }),
  lossMetric("sigmoidFocalLoss", { ...one, predictions: "logit", targets: "unit" }, { gamma: 1.5 }),
  lossMetric("hingeLoss", { ...one, predictions: "real", targets: 2 }, { squared: true }),
  lossMetric("softMarginLoss", { ...one, predictions: "logit", targets: 2 }),
  lossMetric(
    "multilabelSoftMarginLoss",
    { columns: 3, targetColumns: 3, predictions: "logit", targets: "unit" },
    { numLabels: 3 },
  ),
  lossMetric("nllLoss", { ...classes(5), predictions: "real" }, { numClasses: 5 }),
  lossMetric("focalLoss", classes(5), { numClasses: 5, gamma: 1.5 }),
  lossMetric("focalLoss", classes(5), { numClasses: 5, kind: "one-vs-rest", alpha: 0.25 }),
  lossMetric("multiMarginLoss", { ...classes(5), predictions: "real" }, { numClasses: 5, p: 2 }),
  lossMetric("multiclassHingeLoss", { ...classes(5), predictions: "real" }, { numClasses: 5 }),
  lossMetric("klDivLoss", { columns: 3, targetColumns: 3, predictions: "unit", targets: "unit" }, { numClasses: 3 }),
];

/** Whole blocks, parts of them, and some that are neither. */
const counts = [1, 5, 1027];

/** More than are added up before totals are carried. */
const MANY = 8200;

/** A matrix of no more elements keeps the native build, which is not optimised, quick. */
const MOST_ELEMENTS = 20_000;

function accumulated(metric: Metric, most: number, isSingle: boolean, weighted: boolean): Case {
  const rows = Math.min(most, Math.floor(MOST_ELEMENTS / metric.columns));
  const { columns, targetColumns, columnWeights = [] } = metric;
  const wide = elements(metric.predictions, 1, rows * columns);
  const predictions = isSingle ? Float32Array.from(wide) : wide;
  const targets = elements(metric.targets, 2, rows * targetColumns);
  const weights = weighted ? { sampleWeight: elements("weight", 3, rows) } : undefined;
  const accumulator = metric.accumulator(weighted);
  accumulator.update(predictions, targets, weights);
  const state = words(accumulator.toBytes());
  accumulator.free();
  const answer = [state.join("")];
  if (metric.loss !== undefined) {
    const { loss, gradient } = metric.loss(predictions, targets, weights ?? {});
    answer.push(bits(loss as Float64Array), bits(gradient));
  }
  const question = [
    ...["state", ...state.slice(0, HEADER_WORDS), rows, Number(isSingle)],
    ...[metric.predictions, columns, metric.targets, targetColumns, Number(weighted)],
    ...columnWeights.map(bitsOf),
  ];
  const name = `${metric.name}: ${rows} rows in ${isSingle ? "float32" : "float64"}${weighted ? ", with weights" : ""}`;
  return { name, question: question.join(" "), answer: answer.join(" ") };
}

function curve(rows: number, isSingle: boolean, weighted: boolean): Case {
  const wide = elements("logit", 1, rows);
  const scores = isSingle ? Float32Array.from(wide) : wide;
  const options = weighted ? { sampleWeight: elements("weight", 3, rows) } : {};
  const sorted = assay.binaryCurve(scores, elements(2, 2, rows), options);
  const { length, positives, negatives } = sorted;
  const objectives = ["f1", "youden", "accuracy", { cost: { fp: 1, fn: 0.3 } }] as const;
  const best = objectives.flatMap((objective) => {
    const { threshold, value, counts } = sorted.best(objective);
    // The kernel maximises the cost with its sign turned.
    return [threshold, typeof objective === "object" ? 0 - value : value, counts.tp, counts.fp];
  });
  const at = Array.from({ length: Math.min(rows, 100) }, (_, i) =>
    [false, true].flatMap((strict) => {
      const { tp, fp } = sorted.at(logit(1, i), { strict });
      return [tp, fp];
    }),
  );
  const numbers = [length, positives, negatives, sorted.rocAuc(), sorted.averagePrecision(), ...best, ...at.flat()];
  sorted.free();
  return {
    name: `binaryCurve: ${rows} rows in ${isSingle ? "float32" : "float64"}${weighted ? ", with weights" : ""}`,
    question: ["curve", rows, Number(isSingle), Number(weighted)].join(" "),
    answer: bits(numbers),
  };
}

function statistics(seed: number, table: readonly (readonly number[])[]): Case {
  const matrix = assay.confusionMatrix.fromCounts(table);
  const drawn: number[] = [];
  assay.bootstrap(
    matrix,
    (m) => {
      drawn.push(...m.counts);
      return 0;
    },
    { seed, resamples: 200 },
  );
  const numbers = drawn.slice(matrix.counts.length);
  for (let i = 0; i < 200; i++) {
    // More than are counted as whole numbers, which is TypeScript's work.
    const [a, b] = [1000 + (hash(1, i) % 2000), 1000 + (hash(2, i) % 2000)];
    numbers.push(assay.mcnemar.fromCounts(a, b).pValue);
    numbers.push(assay.mcnemar.fromCounts(a, b, { method: "chiSquare", correction: false }).pValue);
    numbers.push(assay.wilson(0, 1, { level: uniform(3, i) }).upper);
  }
  return {
    name: `resampled counts and p-values: ${table.flat().join()}`,
    question: ["statistics", seed, ...table.flat()].join(" "),
    answer: bits(numbers),
  };
}

/** Every case. */
export function allCases(): Case[] {
  const tables = [
    statistics(1, [
      [50, 3],
      [5, 40],
    ]),
    statistics(2 ** 53 - 1, [
      [1e9, 17, 0],
      [250, 4e8, 1],
      [3, 1e5, 123_456_789],
    ]),
  ];
  const rows = [true, false].flatMap((isSingle) => [
    ...counts.flatMap((rows) =>
      [false, true].flatMap((weighted) => [
        ...metrics.map((metric) => accumulated(metric, rows, isSingle, weighted)),
        // One row has one class only, and no area.
        ...(rows > 1 ? [curve(rows, isSingle, weighted)] : []),
      ]),
    ),
    ...metrics.filter(({ columns }) => columns === 1).map((metric) => accumulated(metric, MANY, isSingle, false)),
    curve(MANY, isSingle, true),
  ]);
  return [...rows, ...tables];
}
