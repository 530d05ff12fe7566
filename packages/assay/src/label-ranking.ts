/**
 * Rankings of labels: do the right ones come first?
 *
 * @module
 */
import {
  type Accumulator,
  type AccumulatorOptions,
  AssayRangeError,
  defaults,
  type GainOptions,
  type LabelRankingMeasure,
  type LabelRankingOptions,
  type Labels,
  type Reals,
  type Reduction,
} from "@assay/contract";
import { accumulate, evaluate, type Metric, type Rows, type State, stateKind } from "./accumulator.js";
import { type Column, column, elementType, expectLength, nothingLeft, reals } from "./arguments.js";
import { core } from "./core.js";
import { check } from "./faults.js";
import { flag, oneOf, optionsOf, whole } from "./options.js";
import { numbersFrom } from "./results.js";
import { stream } from "./stream.js";

/** In the order of the border's codes. */
const tieOrders = ["average", "first", "last"] as const;

const reductions = ["mean", "sum", "none"] as const;

/** What configures the kernel besides the number of labels: ranks that count, ties, whether gains are exponential. */
interface Parameters {
  readonly parameters: readonly number[];
  /** What a target must be where targets are relevances. */
  readonly relevance?: string;
}

/** What sets a measure apart. */
interface Definition<Options extends LabelRankingOptions> {
  readonly name: string;
  /** The border's code. */
  readonly code: number;
  readonly options: readonly (Exclude<keyof Options, keyof LabelRankingOptions> & string)[];
  parameters(options: Options): Parameters;
}

/** A measure with its options read. */
interface Shape extends Parameters {
  readonly name: string;
  readonly code: number;
  readonly numLabels: number;
  readonly reduction: Reduction;
}

function feed(
  { numLabels, relevance }: Shape,
  { address, room }: State,
  { predictions, targets, count }: Rows,
  weight: Column | undefined,
  values?: Float64Array<ArrayBuffer>,
): void {
  const inputs = [
    { column: predictions, width: numLabels },
    { column: targets, width: numLabels },
    weight && { column: weight, width: 1 },
  ];
  const outputs = [values && { array: values, address: 0, width: 1 }];
  const [st, tt, wt] = [predictions.type, targets.type, weight?.type ?? elementType.none];
  const names = {
    predictions: "scores",
    targets: "targets",
    numClasses: 2,
    widths: [numLabels, numLabels, 1],
    ...(relevance !== undefined && { relevance }),
  };
  stream(count, inputs, outputs, ([s = 0, t = 0, w = 0, v = 0], rows, first) => {
    check(core().label_ranking_update(address, room, rows, s, st, t, tt, w, wt, v), first, names);
  });
}

/** The mean or sum of a measure; `empty` says what it is where no row has a weight. */
function metricOf(shape: Shape, isWeighted: boolean, empty: () => number): Metric<number> {
  const { name, code, numLabels, reduction, parameters } = shape;
  return {
    name,
    kind: stateKind.labelRanking,
    config: [code, numLabels, ...parameters, Number(isWeighted)],
    tags: [1 + reductions.indexOf(reduction)],
    weighted: isWeighted,
    take(scores: unknown, given: unknown): Rows {
      const [predictions, targets] = [reals(scores, "scores"), column(given, "targets")];
      const count = Math.floor(targets.length / numLabels);
      expectLength(targets, count * numLabels, `rows of ${numLabels} make`);
      expectLength(predictions, targets.length, "targets has");
      return { predictions, targets, count };
    },
    feed: (state, rows, weight) => feed(shape, state, rows, weight),
    finish({ address, room }) {
      const [total = 0, weight = 0] = numbersFrom(2, (to) => core().label_ranking_finish(address, room, to));
      if (weight === 0) return empty();
      return reduction === "sum" ? total : total / weight;
    },
  };
}

/** The same of each row. */
function ofEachRow(shape: Shape, metric: Metric<number>): Metric<Float64Array<ArrayBuffer>> {
  let values = new Float64Array(0);
  return {
    ...metric,
    feed(state, rows, weight) {
      values = new Float64Array(rows.count);
      feed(shape, state, rows, weight, values);
    },
    finish(state) {
      metric.finish(state);
      return values;
    },
  };
}

function noRows(): never {
  throw nothingLeft("targets");
}

function measure<Options extends LabelRankingOptions>(definition: Definition<Options>): LabelRankingMeasure<Options> {
  const { name, code, options: own, parameters } = definition;
  const known = ["numLabels", "reduction", ...own] as (keyof Options & string)[];

  const shapeOf = (given: Options): Shape => {
    const numLabels = whole(given.numLabels, 1, "numLabels");
    const reduction = oneOf(given.reduction ?? defaults.reduction, reductions, "reduction");
    return { name, code, numLabels, reduction, ...parameters(given) };
  };

  const value = (scores: Reals, targets: Labels, options: Options): number | Float64Array<ArrayBuffer> => {
    const given = optionsOf(options, [...known, "sampleWeight"], name);
    const shape = shapeOf(given);
    const metric = metricOf(shape, given.sampleWeight !== undefined, noRows);
    return shape.reduction === "none"
      ? evaluate(ofEachRow(shape, metric), scores, targets, given.sampleWeight)
      : evaluate(metric, scores, targets, given.sampleWeight);
  };

  const accumulator = (options: Options & AccumulatorOptions): Accumulator<number> => {
    const given = optionsOf(options, [...known, "weighted"] as typeof known, `${name}.accumulator`);
    const shape = shapeOf(given);
    if (shape.reduction === "none") {
      throw new AssayRangeError('an accumulator has one result: reduction is "mean" or "sum"', {
        code: "option",
        argument: "reduction",
        value: shape.reduction,
      });
    }
    const isWeighted = flag(options.weighted ?? false, "weighted");
    return accumulate(metricOf(shape, isWeighted, () => Number.NaN));
  };

  return Object.assign(value, { accumulator }) as unknown as LabelRankingMeasure<Options>;
}

/** A measure of true and false labels. */
function labelMeasure(name: string, code: number): LabelRankingMeasure {
  return measure<LabelRankingOptions>({
    name,
    code,
    options: [],
    parameters: ({ numLabels }) => ({ parameters: [numLabels, 0, 0] }),
  });
}

/** A measure of gains; `relevance` is what relevances must be besides finite. */
function gainMeasure(name: string, code: number, relevance: string): LabelRankingMeasure<GainOptions> {
  return measure<GainOptions>({
    name,
    code,
    options: ["k", "ties", "gains"],
    parameters({ numLabels, k = numLabels, ties = defaults.tiesOfGains, gains = defaults.gains }) {
      const ranks = Math.min(whole(k, 1, "k", Number.MAX_SAFE_INTEGER), numLabels);
      const isExponential = oneOf(gains, ["linear", "exponential"], "gains") === "exponential";
      const order = tieOrders.indexOf(oneOf(ties, tieOrders, "ties"));
      return {
        parameters: [ranks, order, Number(isExponential)],
        relevance: isExponential ? `${relevance} and at most 1023, for its gain is 2 to that power, less 1` : relevance,
      };
    },
  });
}

/**
 * Coverage error: the mean number of labels that one has to go down the ranking to have all true ones, that is, of those
 * that score at least as high as the lowest true one. From the number of true labels (best) to `numLabels`; 0 for a row
 * without true labels. Labels of equal score are above each other.
 *
 * @param scores N × numLabels scores, row-major: only their order within a row matters; ±Infinity is legal, −0 equals 0
 * @param targets N × numLabels labels, 0 or 1
 * @returns the mean or sum over rows, with `reduction: "none"` a number for each row times its weight
 * @throws AssayRangeError for a NaN, a label that is not 0 or 1, a negative weight, lengths that do not fit, no rows
 * @see Tsoumakas, Katakis and Vlahavas (2010), Mining multi-label data; scikit-learn, `sklearn.metrics.coverage_error`
 */
export const coverageError: LabelRankingMeasure = /*#__PURE__*/ labelMeasure("coverageError", 0);

/**
 * Label ranking average precision: the mean, over the true labels of a row, of the share of true ones among the labels
 * that score at least as high; then the mean over rows. In 0..1, above 0. 1 for a row without true labels, or with no
 * others. Shapes and errors as for {@link coverageError}.
 *
 * @see scikit-learn, `sklearn.metrics.label_ranking_average_precision_score`
 */
export const labelRankingAveragePrecision: LabelRankingMeasure = /*#__PURE__*/ labelMeasure(
  "labelRankingAveragePrecision",
  1,
);

/**
 * Ranking loss: the share of pairs of a true and a false label in which the true one does not score higher, in 0..1; then
 * the mean over rows. 0 for a row without such pairs. Shapes and errors as for {@link coverageError}.
 *
 * @see Tsoumakas, Katakis and Vlahavas (2010); scikit-learn, `sklearn.metrics.label_ranking_loss`
 */
export const labelRankingLoss: LabelRankingMeasure = /*#__PURE__*/ labelMeasure("labelRankingLoss", 2);

/**
 * Discounted cumulative gain: Σ gain / log₂(1 + rank) over the ranks from 1 to `k`; then the mean over rows. A label's
 * gain is its relevance, or with `gains: "exponential"` 2^relevance − 1.
 *
 * Labels of equal score gain the mean over their orders, or with `ties: "first"` or `"last"` what they do in the order of
 * their columns or the opposite one. In float64. Other shapes and errors as for {@link coverageError}.
 *
 * @param targets N × numLabels relevances: any finite numbers, for exponential gains at most 1023
 * @see Järvelin and Kekäläinen (2002); McSherry and Najork (2008) for ties; scikit-learn, `sklearn.metrics.dcg_score`
 */
export const dcg: LabelRankingMeasure<GainOptions> = /*#__PURE__*/ gainMeasure("dcg", 3, "a relevance is finite");

/**
 * Normalised discounted cumulative gain: {@link dcg} of each row over that of its best order, in 0..1; then the mean over
 * rows. 0 for a row in which nothing is relevant.
 *
 * @param targets N × numLabels relevances: finite and not negative, for exponential gains at most 1023
 * @see scikit-learn, `sklearn.metrics.ndcg_score`
 */
export const ndcg: LabelRankingMeasure<GainOptions> = /*#__PURE__*/ gainMeasure(
  "ndcg",
  4,
  "a relevance is finite, ≥ 0",
);
