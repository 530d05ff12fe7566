/**
 * Curves over all thresholds of binary scores, the areas under them, and the best threshold.
 *
 * AUROC as the U statistic: H. Mann and D. Whitney (1947); D. Bamber, "The area above the ordinal dominance graph and
 * the area below the receiver operating characteristic graph" (1975). Partial area: D. McClish, "Analyzing a portion of
 * the ROC curve" (1989). Pairs of classes: D. Hand and R. Till, "A simple generalisation of the area under the ROC
 * curve for multiple class classification problems" (2001).
 *
 * @module
 */
import {
  type AssayTypeError,
  type BestThreshold,
  type BinaryCounts,
  type BinaryCurve,
  type CurveOptions,
  defaults,
  type Labels,
  type Objective,
  type RankingOptions,
  type RankingScore,
  type Reals,
  type RocAucOptions,
} from "@assay/contract";
import { concatenate } from "./accumulator.js";
import {
  anyNumber,
  binaryLabels,
  boolean,
  checkLength,
  checkNotEmpty,
  checkOptions,
  checkWeighty,
  labels as classLabels,
  count,
  number,
  oneOf,
  optionalClasses,
  reals,
  typeError,
  weights,
} from "./input.js";
import { ExactSum, exactSum } from "./sum.js";

// ------------------------------------------------------------------------------------------------------ the curve

/** Sorts scores once: each distinct score is one step of the curve. Rows of weight 0 count as absent. */
export function binaryCurve(scores: Reals, labels: Labels, options: CurveOptions = {}): BinaryCurve {
  checkOptions("binaryCurve", options, ["sampleWeight"]);
  const x = reals("scores", scores);
  const y = binaryLabels("labels", labels);
  checkLength("scores", x, y.length, "one per label");
  checkNotEmpty("labels", y);
  const sampleWeight = weights("sampleWeight", options.sampleWeight, y.length);
  checkWeighty("labels", sampleWeight);
  return new Curve(Float64Array.from(x), Float64Array.from(y), sampleWeight);
}

/** One distinct score: the weight of its positive and negative rows, and of those with this score or a larger one. */
interface Step {
  readonly score: number;
  readonly positive: number;
  readonly negative: number;
  readonly tp: number;
  readonly fp: number;
}

class Curve implements BinaryCurve {
  private scores: Float64Array;
  private labels: Float64Array;
  private weights: Float64Array;
  /** From the largest score down; undefined once freed. */
  private steps: readonly Step[] | undefined;

  constructor(scores: Float64Array, labels: Float64Array, weights: Float64Array) {
    const present = (_: number, i: number): boolean => weights[i]! > 0;
    this.scores = scores.filter(present);
    this.labels = labels.filter(present);
    this.weights = weights.filter(present);
    this.steps = descend(this.scores, this.labels, this.weights);
  }

  get length(): number {
    this.alive();
    return this.scores.length;
  }

  get positives(): number {
    return this.alive().at(-1)?.tp ?? 0;
  }

  get negatives(): number {
    return this.alive().at(-1)?.fp ?? 0;
  }

  rocAuc(options: RocAucOptions = {}): number {
    checkOptions("rocAuc", options, ["undefinedValue", "maxFpr"]);
    const { undefinedValue, maxFpr } = checkRocAuc(options);
    const steps = this.alive();
    const { positives, negatives } = this;
    if (positives === 0 || negatives === 0) return undefinedValue;
    if (maxFpr < 1) return mcClish(steps, positives, negatives, maxFpr);
    // Twice the U statistic: a negative loses to the positives of the steps above and ties with those of its own.
    const whole = steps.every((step) => Number.isSafeInteger(step.positive) && Number.isSafeInteger(step.negative));
    if (whole && Number.isSafeInteger(positives) && Number.isSafeInteger(negatives)) {
      let twice = 0n;
      for (const { tp, positive, negative } of steps) twice += BigInt(negative) * (2n * BigInt(tp) - BigInt(positive));
      return quotient(twice, 2n * BigInt(positives) * BigInt(negatives));
    }
    const areas = steps.map(({ tp, positive, negative }) => negative * (tp - positive / 2));
    return exactSum(areas) / (positives * negatives);
  }

  averagePrecision(): number {
    const steps = this.alive();
    const { positives } = this;
    if (positives === 0) return 0;
    return exactSum(steps.map(({ positive, tp, fp }) => positive * (tp / (tp + fp)))) / positives;
  }

  at(threshold: number, options: { strict?: boolean } = {}): BinaryCounts {
    checkOptions("at", options, ["strict"]);
    const strict = boolean("strict", options.strict, defaults.strict);
    const cut = number("threshold", threshold, () => true, "a number");
    const steps = this.alive();
    // Bisection: how many steps, from the largest score down, are positive.
    let low = 0;
    let high = steps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const { score } = steps[middle]!;
      if (strict ? score > cut : score >= cut) low = middle + 1;
      else high = middle;
    }
    return this.counts(steps[low - 1]);
  }

  best(objective: Objective): BestThreshold {
    const merit = meritOf(objective);
    const steps = this.alive();
    // From +∞ down, replaced only by what is strictly better: the largest threshold wins ties.
    let threshold = Infinity;
    let counts = this.counts(undefined);
    let best = merit(counts);
    for (const step of steps) {
      const candidate = this.counts(step);
      const value = merit(candidate);
      if (!exceeds(value, best)) continue;
      threshold = step.score;
      counts = candidate;
      best = value;
    }
    const value = best.over === 0 ? NaN : best.value / best.over;
    if (Number.isNaN(value)) threshold = NaN;
    return { threshold, value: typeof objective === "object" ? 0 - value : value, counts };
  }

  merge(other: this): this {
    this.alive();
    if (!(other instanceof Curve)) throw typeError("type", "other", "other is no curve of this library", other);
    other.alive();
    this.scores = concatenate([this.scores, other.scores]);
    this.labels = concatenate([this.labels, other.labels]);
    this.weights = concatenate([this.weights, other.weights]);
    this.steps = descend(this.scores, this.labels, this.weights);
    return this;
  }

  free(): void {
    this.steps = undefined;
    this.scores = this.labels = this.weights = new Float64Array(0);
  }

  [Symbol.dispose](): void {
    this.free();
  }

  private alive(): readonly Step[] {
    if (this.steps === undefined) throw typeError("stale", "curve", "this curve was freed");
    return this.steps;
  }

  /** Counts where this step is the last positive one; nothing is positive before the first. */
  private counts(step: Step | undefined): BinaryCounts {
    const tp = step?.tp ?? 0;
    const fp = step?.fp ?? 0;
    return { tp, fp, fn: this.positives - tp, tn: this.negatives - fp };
  }
}

/** Steps from the largest score down. */
function descend(scores: Float64Array, labels: Float64Array, weights: Float64Array): Step[] {
  const order = Uint32Array.from(scores.keys()).sort((i, j) => {
    const [a, b] = [scores[i]!, scores[j]!];
    return a === b ? 0 : a > b ? -1 : 1;
  });
  const steps: Step[] = [];
  const all = { positive: new ExactSum(), negative: new ExactSum() };
  const one = { positive: new ExactSum(), negative: new ExactSum() };
  order.forEach((row, place) => {
    const side = labels[row] === 1 ? "positive" : "negative";
    all[side].add(weights[row]!);
    one[side].add(weights[row]!);
    const next = order[place + 1];
    if (next !== undefined && scores[next] === scores[row]) return;
    steps.push({
      // Adding 0 turns −0 into 0, which is equal to it.
      score: scores[row]! + 0,
      positive: one.positive.value(),
      negative: one.negative.value(),
      tp: all.positive.value(),
      fp: all.negative.value(),
    });
    one.positive.reset();
    one.negative.reset();
  });
  return steps;
}

/**
 * The area under the ROC curve up to a false positive rate, by trapezoids with the last one cut, scaled so that chance
 * is ½ and perfection 1.
 */
function mcClish(steps: readonly Step[], positives: number, negatives: number, maxFpr: number): number {
  const limit = maxFpr * negatives;
  const areas: number[] = [];
  for (const { tp, fp, positive, negative } of steps) {
    const [left, low] = [fp - negative, tp - positive];
    if (left >= limit) break;
    const right = Math.min(fp, limit);
    // A step without negatives is a vertical line, which has no area.
    const high = negative === 0 ? tp : low + positive * ((right - left) / negative);
    areas.push(((right - left) * (low + high)) / 2);
  }
  const area = exactSum(areas) / (positives * negatives);
  const chance = maxFpr ** 2 / 2;
  return (1 + (area - chance) / (maxFpr - chance)) / 2;
}

/** The float64 nearest to a quotient of whole numbers, 0 ≤ a ≤ b. */
function quotient(a: bigint, b: bigint): number {
  if (b <= Number.MAX_SAFE_INTEGER) return Number(a) / Number(b);
  // 2^256·a/b has far more than 53 bits; the last of them says whether anything was cut off.
  const scaled = (a << 256n) / b;
  const sticky = scaled * b === a << 256n ? 0n : 1n;
  return Number(scaled | sticky) * 2 ** -256;
}

// ---------------------------------------------------------------------------------------------------- objectives

/** A merit as a fraction, so that equal merits compare equal. Exact for whole counts while products are below 2^53. */
interface Merit {
  readonly value: number;
  readonly over: number;
}

function exceeds(a: Merit, b: Merit): boolean {
  return a.value * b.over > b.value * a.over;
}

/** An objective as a merit of which the largest is best. Undefined merits are fractions over 0. */
function meritOf(objective: Objective): (counts: BinaryCounts) => Merit {
  if (typeof objective === "object" && objective !== null) {
    checkOptions("objective", objective, ["cost"]);
    checkOptions("cost", objective.cost, ["fp", "fn"]);
    const finite = (name: string, cost: number): number =>
      number(name, cost, (value) => value >= 0 && value < Infinity, "a finite cost ≥ 0");
    const fpCost = finite("cost.fp", objective.cost?.fp);
    const fnCost = finite("cost.fn", objective.cost?.fn);
    return ({ fp, fn }) => ({ value: -(fpCost * fp + fnCost * fn), over: 1 });
  }
  switch (oneOf<"f1" | "youden" | "accuracy">("objective", objective ?? null, ["f1", "youden", "accuracy"], "f1")) {
    case "f1":
      // 0/0, where there is no positive row and none is predicted, is 0.
      return ({ tp, fp, fn }) => ({ value: 2 * tp, over: 2 * tp + fp + fn || 1 });
    case "youden":
      // tp/P − fp/N.
      return ({ tp, fp, fn, tn }) => ({ value: tp * (fp + tn) - fp * (tp + fn), over: (tp + fn) * (fp + tn) });
    case "accuracy":
      return ({ tp, fp, fn, tn }) => ({ value: tp + tn, over: tp + fp + fn + tn });
  }
}

// --------------------------------------------------------------------------------------------- areas by any average

function checkRocAuc(options: RocAucOptions): { undefinedValue: number; maxFpr: number } {
  return {
    undefinedValue: anyNumber("undefinedValue", options.undefinedValue ?? defaults.undefinedValue),
    maxFpr: number("maxFpr", options.maxFpr ?? 1, (value) => value > 0 && value <= 1, "in (0, 1]"),
  };
}

/** Rows of scores in columns, each with a 0/1 target. */
interface Columns {
  readonly columns: number;
  readonly scores: Float64Array;
  readonly targets: Float64Array;
  /** One a row. */
  readonly weights: Float64Array;
}

/** The area of one binary problem. */
type Area = (scores: Float64Array, targets: Float64Array, weights: Float64Array) => number;

const RANKING = ["numClasses", "numLabels", "average", "sampleWeight", "undefinedValue"];

/** Area under the ROC curve of binary, multiclass or multilabel scores. */
export const rocAuc: RankingScore = rankingScore("rocAuc", [...RANKING, "multiclass", "maxFpr"], (options) => {
  const { undefinedValue, maxFpr } = checkRocAuc(options);
  return (...rows) => new Curve(...rows).rocAuc({ undefinedValue, maxFpr });
});

/** Average precision of binary, multiclass or multilabel scores. Without positives `undefinedValue`, by default 0. */
export const averagePrecision: RankingScore = rankingScore("averagePrecision", RANKING, (options) => {
  const undefinedValue = anyNumber("undefinedValue", options.undefinedValue ?? 0);
  return (...rows) => {
    const curve = new Curve(...rows);
    return curve.positives === 0 ? undefinedValue : curve.averagePrecision();
  };
});

function rankingScore(name: string, known: readonly string[], areaOf: (options: RankingOptions) => Area): RankingScore {
  const score = (scores: Reals, labels: Labels, options: RankingOptions = {}): number | Float64Array => {
    checkOptions(name, options, known);
    const numClasses = optionalClasses(options.numClasses);
    const numLabels = options.numLabels === undefined ? undefined : count("numLabels", options.numLabels, 1);
    const choice = checkAverage(options, numClasses, numLabels);
    const area = areaOf(options);
    const x = reals("scores", scores);
    const y = numClasses === undefined ? binaryLabels("labels", labels) : classLabels("labels", labels, numClasses);
    const columns = numClasses ?? numLabels ?? 1;
    const rows = Math.floor(y.length / (numLabels ?? 1));
    checkLength("labels", y, rows * (numLabels ?? 1), `rows of numLabels ${numLabels}`);
    checkLength("scores", x, rows * columns, numClasses === undefined ? "one per label" : "labels × numClasses");
    checkNotEmpty("labels", y);
    const sampleWeight = weights("sampleWeight", options.sampleWeight, rows);
    checkWeighty("labels", sampleWeight);

    const given = { columns, scores: Float64Array.from(x), targets: Float64Array.from(y), weights: sampleWeight };
    if (choice === undefined) return area(given.scores, given.targets, given.weights);
    if (choice.multiclass === "ovo") return oneVersusOne(given, area, choice.average);
    if (numClasses === undefined) return averaged(given, area, choice.average);
    const oneHot = given.scores.map((_, i) => Number(y[Math.floor(i / columns)] === i % columns));
    return averaged({ ...given, targets: oneHot }, area, choice.average);
  };
  return score as RankingScore;
}

type RankingAverage = NonNullable<RankingOptions["average"]>;

/** Which averages there are depends on what the columns are; there is none to take of binary scores. */
function checkAverage(
  { average, multiclass }: RankingOptions,
  numClasses: number | undefined,
  numLabels: number | undefined,
): { multiclass: "ovr" | "ovo"; average: RankingAverage } | undefined {
  const missing = (option: string, needs: string): AssayTypeError =>
    typeError("option", option, `${option} needs ${needs}`);
  if (numClasses !== undefined) {
    if (numLabels !== undefined) throw missing("numLabels", "scores without numClasses: a row has one label or many");
    const scheme = oneOf("multiclass", multiclass, ["ovr", "ovo"], "ovr");
    const words = ["macro", "weighted", ...(scheme === "ovr" ? (["micro", "none"] as const) : [])] as const;
    return { multiclass: scheme, average: oneOf("average", average, words, defaults.average) };
  }
  if (multiclass !== undefined) throw missing("multiclass", "numClasses");
  if (numLabels !== undefined) {
    const words = ["micro", "macro", "weighted", "samples", "none"] as const;
    return { multiclass: "ovr", average: oneOf("average", average, words, defaults.average) };
  }
  if (average !== undefined) throw missing("average", "numClasses or numLabels");
  return undefined;
}

function averaged(
  { columns, scores, targets, weights }: Columns,
  area: Area,
  average: RankingAverage,
): number | Float64Array {
  if (average === "micro") {
    return area(
      scores,
      targets,
      Float64Array.from(scores, (_, i) => weights[Math.floor(i / columns)]!),
    );
  }
  if (average === "samples") {
    const row = (values: Float64Array, i: number): Float64Array => values.subarray(i * columns, (i + 1) * columns);
    const equal = new Float64Array(columns).fill(1);
    return weightedMean(
      weights.map((weight, i) => (weight === 0 ? 0 : area(row(scores, i), row(targets, i), equal))),
      weights,
    );
  }
  const column = (values: Float64Array, c: number): Float64Array => values.filter((_, i) => i % columns === c);
  const areas = Float64Array.from({ length: columns }, (_, c) => area(column(scores, c), column(targets, c), weights));
  if (average === "none") return areas;
  if (average === "macro") return weightedMean(areas, new Float64Array(columns).fill(1));
  const support = areas.map((_, c) => exactSum(column(targets, c).map((target, i) => target * weights[i]!)));
  return weightedMean(areas, support);
}

/**
 * The mean over pairs of classes j < k, among whose rows class j is told from k by column j and k from j by column k;
 * weighted by how many rows the pair has.
 */
function oneVersusOne({ columns, scores, targets, weights }: Columns, area: Area, average: RankingAverage): number {
  const byClass = Array.from({ length: columns }, (_, k) => [...targets.keys()].filter((i) => targets[i] === k));
  const areas: number[] = [];
  const pairWeights: number[] = [];
  for (let j = 0; j < columns; j++) {
    for (let k = j + 1; k < columns; k++) {
      const rows = [...byClass[j]!, ...byClass[k]!];
      const rowWeights = Float64Array.from(rows, (i) => weights[i]!);
      const tell = (own: number): number =>
        area(
          Float64Array.from(rows, (i) => scores[i * columns + own]!),
          Float64Array.from(rows, (i) => Number(targets[i] === own)),
          rowWeights,
        );
      areas.push((tell(j) + tell(k)) / 2);
      pairWeights.push(average === "weighted" ? exactSum(rowWeights) : 1);
    }
  }
  return weightedMean(Float64Array.from(areas), Float64Array.from(pairWeights));
}

/** Σwv/Σw. What has no weight does not count, even where it is undefined; anything else undefined makes it NaN. */
function weightedMean(values: Float64Array, weights: Float64Array): number {
  const terms = values.map((value, i) => (weights[i] === 0 ? 0 : value * weights[i]!));
  return exactSum(terms) / exactSum(weights);
}
