import {
  type Accumulator,
  type AccumulatorOptions,
  type Confusion,
  defaults,
  type Labels,
  type Reals,
  type TopKOptions,
} from "@assay/contract";
import { keepRows, type Rows } from "../accumulator.js";
import {
  boolean,
  checkLength,
  checkNotEmpty,
  checkOptions,
  checkTotal,
  checkWeighty,
  labels as classLabels,
  count,
  nothingLeft,
  oneOf,
  optionalWhole,
  reals,
  weights,
} from "../input.js";
import { rank, type Ties } from "../rows.js";
import { exactSum } from "../sum.js";

interface Config {
  readonly numClasses: number;
  readonly topK: number;
  readonly ties: Ties;
  readonly ignoreIndex: number | undefined;
  readonly normalize: boolean;
}

const OPTIONS = ["numClasses", "topK", "ties", "ignoreIndex", "normalize"];

/**
 * The share of rows whose target is among the `topK` largest scores, or their number
 * (`sklearn.metrics.top_k_accuracy_score`, which has `ties: "last"`).
 */
export const topKAccuracy: Confusion["topKAccuracy"] = Object.assign(
  (scores: Reals, targets: Labels, options: TopKOptions): number => {
    checkOptions("topKAccuracy", options, [...OPTIONS, "sampleWeight"]);
    const config = settle(options);
    const rows = read(scores, targets, options.sampleWeight, config);
    checkNotEmpty("targets", rows.targets);
    const left = rows.weights.filter((_, i) => rows.targets[i] !== config.ignoreIndex);
    if (left.length === 0) throw nothingLeft("targets", "each is ignoreIndex");
    checkWeighty("targets", left);
    return share(rows, config);
  },
  {
    accumulator(options: Omit<TopKOptions, "sampleWeight"> & AccumulatorOptions): Accumulator<number> {
      checkOptions("topKAccuracy.accumulator", options, [...OPTIONS, "weighted"]);
      const config = settle(options);
      return keepRows({
        name: "topKAccuracy",
        config,
        weighted: boolean("weighted", options.weighted, false),
        predictionColumns: config.numClasses,
        targetColumns: 1,
        check: (scores, targets, sampleWeight) => read(scores as Reals, targets, sampleWeight, config),
        finish: (rows) => share(rows, config),
      });
    },
  },
);

function settle(options: TopKOptions): Config {
  return {
    numClasses: count("numClasses", options?.numClasses, 2),
    topK: count("topK", options.topK ?? defaults.topK, 1),
    ties: oneOf<Ties>("ties", options.ties, ["first", "last"], defaults.ties),
    ignoreIndex: optionalWhole("ignoreIndex", options.ignoreIndex),
    normalize: boolean("normalize", options.normalize, defaults.normalize),
  };
}

function read(scores: Reals, targets: Labels, sampleWeight: Reals | undefined, config: Config): Rows {
  const x = reals("scores", scores);
  const y = classLabels("targets", targets, config.numClasses, config.ignoreIndex);
  checkLength("scores", x, y.length * config.numClasses, "targets × numClasses");
  return {
    predictions: Float64Array.from(x),
    targets: Float64Array.from(y),
    weights: weights("sampleWeight", sampleWeight, y.length),
  };
}

function share({ predictions, targets, weights }: Rows, config: Config): number {
  const { numClasses, topK, ties, ignoreIndex, normalize } = config;
  const kept = [...targets.keys()].filter((i) => targets[i] !== ignoreIndex);
  const right = kept.filter((i) => {
    const scores = predictions.subarray(i * numClasses, (i + 1) * numClasses);
    return rank(scores, targets[i]!, ties) < topK;
  });
  const weigh = (rows: readonly number[]): number => exactSum(rows.map((i) => weights[i]!));
  checkTotal("sampleWeight", weigh(kept));
  return normalize ? weigh(right) / weigh(kept) : weigh(right);
}
