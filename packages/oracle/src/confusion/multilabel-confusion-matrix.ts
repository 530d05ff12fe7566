import type {
  Accumulator,
  AccumulatorOptions,
  Confusion,
  From,
  Labels,
  MultilabelConfusionMatrix,
  MultilabelOptions,
  Reals,
} from "@assay/contract";
import { keepRows, type Rows } from "../accumulator.js";
import {
  binaryLabels,
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
  weights,
} from "../input.js";
import { rank } from "../rows.js";
import { indexNames, namesOf } from "./classes.js";
import { type Cut, cutOf, isPositive, refuse } from "./cut.js";
import { countsOfRow, type LabelledRow, MultilabelMatrix, shares } from "./multilabel-matrix.js";

/** Options that were checked, as plain data. */
interface Config {
  readonly numLabels: number;
  readonly labelNames: readonly string[];
  readonly from: From;
  /** Scores, unless the largest of each row are predicted. */
  readonly cut: Cut | undefined;
  readonly topK: number | undefined;
  readonly ignoreIndex: number | undefined;
}

const OPTIONS = ["numLabels", "from", "threshold", "strict", "topK", "ignoreIndex", "labelNames"];

/** Counts each label of rows that have several (`sklearn.metrics.multilabel_confusion_matrix`). */
export const multilabelConfusionMatrix: Confusion["multilabelConfusionMatrix"] = Object.assign(
  (predicted: Reals | Labels, targets: Labels, options: MultilabelOptions): MultilabelConfusionMatrix => {
    checkOptions("multilabelConfusionMatrix", options, [...OPTIONS, "sampleWeight"]);
    const config = settle(options);
    const rows = read(predicted, targets, options.sampleWeight, config);
    checkNotEmpty("targets", rows.targets);
    const left = labelledRows(rows, config).map(({ targets }) => targets.some((target) => target !== undefined));
    if (!left.includes(true)) throw nothingLeft("targets", "each label is ignoreIndex");
    checkWeighty(
      "targets",
      rows.weights.filter((_, i) => left[i]),
    );
    return tally(rows, config);
  },
  {
    perSample(
      predicted: Reals | Labels,
      targets: Labels,
      options: Omit<MultilabelOptions, "sampleWeight"> & { normalize?: "true" | "pred" | "all" },
    ): Float64Array<ArrayBuffer> {
      checkOptions("multilabelConfusionMatrix.perSample", options, [...OPTIONS, "normalize"]);
      const by = options.normalize && oneOf("normalize", options.normalize, ["true", "pred", "all"], "all");
      const config = settle(options);
      const rows = read(predicted, targets, undefined, config);
      checkNotEmpty("targets", rows.targets);
      const counts = labelledRows(rows, config).map(countsOfRow);
      if (by !== undefined) return Float64Array.from(counts.flatMap((row) => shares(row, by)));
      return Float64Array.from(counts.flatMap(({ tn, fp, fn, tp }) => [tn, fp, fn, tp].map(Number)));
    },
    accumulator(
      options: Omit<MultilabelOptions, "sampleWeight"> & AccumulatorOptions,
    ): Accumulator<MultilabelConfusionMatrix> {
      checkOptions("multilabelConfusionMatrix.accumulator", options, [...OPTIONS, "weighted"]);
      const config = settle(options);
      return keepRows<MultilabelConfusionMatrix>({
        name: "multilabelConfusionMatrix",
        config,
        weighted: boolean("weighted", options.weighted, false),
        predictionColumns: config.numLabels,
        targetColumns: config.numLabels,
        check: (predicted, targets, sampleWeight) => read(predicted, targets, sampleWeight, config),
        finish: (rows) => tally(rows, config),
      });
    },
  },
);

function settle(options: MultilabelOptions): Config {
  const numLabels = count("numLabels", options?.numLabels, 1);
  const from = oneOf<From>("from", options.from, ["labels", "probabilities", "logits"], "labels");
  const ignoreIndex = optionalWhole("ignoreIndex", options.ignoreIndex);
  if (from === "labels") refuse(options, ["threshold", "strict", "topK"], "for scores, but these are labels");
  const topK = options.topK === undefined ? undefined : count("topK", options.topK, 1);
  if (topK !== undefined) refuse(options, ["threshold", "strict"], "of no use beside topK");
  return {
    numLabels,
    labelNames: namesOf(options.labelNames, indexNames(numLabels), "labelNames", "label"),
    from,
    cut: from === "labels" || topK !== undefined ? undefined : cutOf(options, from, numLabels),
    topK,
    ignoreIndex,
  };
}

function read(predicted: Reals | Labels, targets: Labels, sampleWeight: Reals | undefined, config: Config): Rows {
  const { from, numLabels } = config;
  const x = ((): Elements => {
    if (from === "probabilities") return probabilities("predicted", predicted);
    if (from === "logits") return reals("predicted", predicted);
    return binaryLabels("predicted", predicted);
  })();
  const y = binaryLabels("targets", targets, config.ignoreIndex);
  const rows = Math.floor(y.length / numLabels);
  checkLength("targets", y, rows * numLabels, `rows of numLabels ${numLabels}`);
  checkLength("predicted", x, y.length, "one per target");
  return {
    predictions: Float64Array.from(x),
    targets: Float64Array.from(y),
    weights: weights("sampleWeight", sampleWeight, rows),
  };
}

function labelledRows(rows: Rows, { numLabels, cut, topK, ignoreIndex }: Config): LabelledRow[] {
  const { predictions, targets, weights } = rows;
  return Array.from(weights, (_, i) => {
    const row = (elements: Float64Array): Float64Array => elements.subarray(i * numLabels, (i + 1) * numLabels);
    const scores = row(predictions);
    const isPredicted = (score: number, label: number): boolean => {
      if (topK !== undefined) return rank(scores, label, "first") < topK;
      return cut === undefined ? score === 1 : isPositive(cut, score, label);
    };
    return {
      predicted: Array.from(scores, isPredicted),
      targets: Array.from(row(targets), (target) => (target === ignoreIndex ? undefined : target === 1)),
    };
  });
}

function tally(rows: Rows, config: Config): MultilabelConfusionMatrix {
  const all = labelledRows(rows, config).map((row, i) => ({ ...row, weight: rows.weights[i]! }));
  const matrix = new MultilabelMatrix(
    config.labelNames,
    all.filter(({ targets }) => targets.some((target) => target !== undefined)),
  );
  checkTotal("sampleWeight", matrix.countedLabels());
  return matrix;
}
