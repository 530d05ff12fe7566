/**
 * Rows of scores as rankings of their labels, the largest score first.
 *
 * Coverage, ranking loss and label ranking average precision: G. Tsoumakas, I. Katakis and I. Vlahavas, "Mining
 * multi-label data" (2010), with scikit-learn's values for rows whose labels are all true or all false. Cumulative gain:
 * K. Järvelin and J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002); its mean over the orders of
 * equal scores: F. McSherry and M. Najork, "Computing information retrieval performance measures efficiently in the
 * presence of tied scores" (2008).
 *
 * @module
 */
import {
  type Accumulator,
  type AccumulatorOptions,
  defaults,
  type GainOptions,
  type LabelRankingMeasure,
  type LabelRankingOptions,
  type Labels,
  type Reals,
} from "@assay/contract";
import { keepRows, type Rows } from "./accumulator.js";
import {
  binaryLabels,
  boolean,
  checkEach,
  checkLength,
  checkNotEmpty,
  checkOptions,
  checkWeighty,
  count,
  type Elements,
  finiteTargets,
  oneOf,
  reals,
  resolve,
  weights,
} from "./input.js";
import { times } from "./losses/loss.js";
import { compensatedSum, exactSum } from "./sum.js";

// ------------------------------------------------------------------------------------------- true and false labels

/** How many labels score at least as high as the lowest true one: 0 without true labels. */
export const coverageError: LabelRankingMeasure = measure("coverageError", [], () => ({
  config: {},
  targets: binaryTargets,
  ofRow(scores, targets) {
    const positive = trueScores(scores, targets);
    return positive.length === 0 ? 0 : numberFrom(Math.min(...positive), scores);
  },
}));

/**
 * The mean, over true labels, of the share of true ones among the labels that score at least as high. 1 where there are
 * no true labels, as it is where all are true.
 */
export const labelRankingAveragePrecision: LabelRankingMeasure = measure("labelRankingAveragePrecision", [], () => ({
  config: {},
  targets: binaryTargets,
  ofRow(scores, targets) {
    const positive = trueScores(scores, targets);
    if (positive.length === 0) return 1;
    const shares = positive.map((score) => numberFrom(score, positive) / numberFrom(score, scores));
    return compensatedSum(shares) / positive.length;
  },
}));

/** The share of pairs of a true and a false label in which the true one does not score higher. 0 without such pairs. */
export const labelRankingLoss: LabelRankingMeasure = measure("labelRankingLoss", [], () => ({
  config: {},
  targets: binaryTargets,
  ofRow(scores, targets) {
    const positive = trueScores(scores, targets);
    const negative = scores.filter((_, label) => targets[label] === 0);
    const pairs = positive.length * negative.length;
    if (pairs === 0) return 0;
    return positive.reduce((wrong, score) => wrong + numberFrom(score, negative), 0) / pairs;
  },
}));

function binaryTargets(given: Labels): Elements {
  return binaryLabels("targets", given);
}

function trueScores(scores: Float64Array, targets: Float64Array): Float64Array {
  return scores.filter((_, label) => targets[label] === 1);
}

/** How many scores are at least this. */
function numberFrom(least: number, scores: Float64Array): number {
  return scores.reduce((number, score) => number + Number(score >= least), 0);
}

// ------------------------------------------------------------------------------------------------ cumulative gains

const GAIN_OPTIONS = ["k", "ties", "gains"];

/** Discounted cumulative gain, Σ gain / log₂(1 + rank) over the ranks from 1 to k. */
export const dcg: LabelRankingMeasure<GainOptions> = measure("dcg", GAIN_OPTIONS, (options: GainOptions) => {
  const gains = settleGains(options);
  return {
    config: gains.config,
    targets: (given) => gains.check(finiteTargets("targets", given)),
    ofRow(scores, targets) {
      const { values, unit } = scaled(gains.of(targets));
      return unit * gains.discounted(scores, values);
    },
  };
});

/** DCG over that of the best order of the labels. 0 where nothing is relevant. */
export const ndcg: LabelRankingMeasure<GainOptions> = measure("ndcg", GAIN_OPTIONS, (options: GainOptions) => {
  const gains = settleGains(options);
  return {
    config: gains.config,
    targets(given) {
      const relevances = resolve("targets", given, "labels");
      checkEach("targets", relevances, (value) => value >= 0 && value < Infinity, "range", "a finite relevance ≥ 0");
      return gains.check(relevances);
    },
    ofRow(scores, targets) {
      const { values } = scaled(gains.of(targets));
      const best = gains.discounted(values, values);
      return best === 0 ? 0 : Math.min(1, gains.discounted(scores, values) / best);
    },
  };
});

/** 2^1024 is no finite number. */
const LARGEST_EXPONENT = 1023;

interface Gains {
  readonly config: object;
  check(relevances: Elements): Elements;
  of(relevances: Float64Array): Float64Array;
  discounted(scores: Float64Array, gains: Float64Array): number;
}

function settleGains(options: GainOptions): Gains {
  const k = options.k === undefined ? Infinity : count("k", options.k, 1);
  const ties = oneOf("ties", options.ties, ["average", "first", "last"], defaults.tiesOfGains);
  const isLinear = oneOf("gains", options.gains, ["linear", "exponential"], defaults.gains) === "linear";
  return {
    config: { k: Math.min(k, options.numLabels), ties, isLinear },
    check(relevances) {
      if (!isLinear) {
        const ok = (value: number): boolean => value <= LARGEST_EXPONENT;
        checkEach("targets", relevances, ok, "range", `at most ${LARGEST_EXPONENT}, for 2 to this power is the gain`);
      }
      return relevances;
    },
    of: (relevances) => (isLinear ? relevances : relevances.map(powerOf2Minus1)),
    discounted: (scores, gains) => discounted(scores, gains, k, ties),
  };
}

function powerOf2Minus1(x: number): number {
  return Number.isInteger(x) ? 2 ** x - 1 : Math.expm1(x * Math.LN2);
}

/** Gains in units of the largest, so that no sum of them overflows. */
function scaled(gains: Float64Array): { values: Float64Array; unit: number } {
  const unit = gains.reduce((largest, gain) => Math.max(largest, Math.abs(gain)), 0);
  return { values: unit === 0 ? gains : gains.map((gain) => gain / unit), unit };
}

function discounted(scores: Float64Array, gains: Float64Array, k: number, ties: string): number {
  const order = [...scores.keys()].sort((i, j) => {
    if (scores[i] !== scores[j]) return scores[i]! > scores[j]! ? -1 : 1;
    return ties === "last" ? j - i : i - j;
  });
  const discounts = order.map((_, place) => (place < k ? 1 / Math.log2(2 + place) : 0));
  if (ties !== "average") return compensatedSum(order.map((label, place) => gains[label]! * discounts[place]!));
  // Over all their orders each of some labels of equal score has the mean of their discounts.
  const terms: number[] = [];
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end++;
    const discount = compensatedSum(discounts.slice(start, end)) / (end - start);
    terms.push(...order.slice(start, end).map((label) => gains[label]! * discount));
  }
  return compensatedSum(terms);
}

// ---------------------------------------------------------------------------------------------------- what all share

/** A measure with its options settled. */
interface Model {
  /** The settled options as plain data. */
  readonly config: object;
  /** Checks the targets and gives their elements. */
  targets(given: Labels): Elements;
  ofRow(scores: Float64Array, targets: Float64Array): number;
}

function measure<Options extends LabelRankingOptions>(
  name: string,
  own: readonly string[],
  settle: (options: Options) => Model,
): LabelRankingMeasure<Options> {
  const known = ["numLabels", "reduction", ...own];

  function checkRows(
    { targets }: Model,
    numLabels: number,
    scores: Reals,
    given: Labels,
    sampleWeight: Reals | undefined,
  ): Rows {
    const x = reals("scores", scores);
    const t = targets(given);
    const rows = Math.floor(t.length / numLabels);
    checkLength("targets", t, rows * numLabels, `rows of numLabels ${numLabels}`);
    checkLength("scores", x, rows * numLabels, "one per target");
    return {
      predictions: Float64Array.from(x),
      targets: Float64Array.from(t),
      weights: weights("sampleWeight", sampleWeight, rows),
    };
  }

  function reduce({ ofRow }: Model, numLabels: number, rows: Rows, reduction: string): number | Float64Array {
    const row = (values: Float64Array, i: number): Float64Array => values.slice(i * numLabels, (i + 1) * numLabels);
    const values = rows.weights.map((weight, i) =>
      times(weight, ofRow(row(rows.predictions, i), row(rows.targets, i))),
    );
    if (reduction === "none") return values;
    const weight = exactSum(rows.weights);
    if (weight === 0) return NaN;
    return reduction === "sum" ? exactSum(values) : exactSum(values) / weight;
  }

  function value(scores: Reals, targets: Labels, options: Options): number | Float64Array {
    checkOptions(name, options, [...known, "sampleWeight"]);
    const numLabels = count("numLabels", options?.numLabels, 1);
    const reduction = oneOf("reduction", options.reduction, ["mean", "sum", "none"], defaults.reduction);
    const model = settle(options);
    const rows = checkRows(model, numLabels, scores, targets, options.sampleWeight);
    checkNotEmpty("targets", rows.targets);
    checkWeighty("targets", rows.weights);
    return reduce(model, numLabels, rows, reduction);
  }

  function accumulator(options: Options & AccumulatorOptions): Accumulator<number> {
    checkOptions(`${name}.accumulator`, options, [...known, "weighted"]);
    const numLabels = count("numLabels", options?.numLabels, 1);
    const reduction = oneOf<string>("reduction", options.reduction, ["mean", "sum"], defaults.reduction);
    const model = settle(options);
    return keepRows({
      name,
      config: { numLabels, reduction, ...model.config },
      weighted: boolean("weighted", options.weighted, false),
      predictionColumns: numLabels,
      targetColumns: numLabels,
      check: (scores, targets, sampleWeight) => checkRows(model, numLabels, scores as Reals, targets, sampleWeight),
      finish: (rows) => reduce(model, numLabels, rows, reduction) as number,
    });
  }

  return Object.assign(value, { accumulator }) as unknown as LabelRankingMeasure<Options>;
}
