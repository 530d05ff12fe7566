/**
 * Scores counted in buckets, and what the exact areas must lie between.
 *
 * @module
 */
import {
  type Accumulator,
  type AccumulatorOptions,
  type Bounds,
  type CurveHistogram,
  type CurveHistogramOptions,
  type Curves,
  defaults,
  type Labels,
  type Reals,
} from "@assay/contract";
import { keepRows, type Rows } from "../accumulator.js";
import {
  binaryLabels,
  boolean,
  checkLength,
  checkNotEmpty,
  checkOptions,
  checkWeighty,
  count,
  rangeError,
  reals,
  weights,
} from "../input.js";
import { Ratio } from "../ratio.js";
import { ExactSum, exactSum } from "../sum.js";
import { checkTotal } from "./curve.js";

interface Config {
  readonly numBuckets: number;
  readonly range: readonly [number, number] | undefined;
  readonly weighted: boolean;
}

function settle(options: CurveHistogramOptions, weighted: boolean): Config {
  const otherwise = weighted ? defaults.numWeightedBuckets : defaults.numBuckets;
  const numBuckets = count("numBuckets", options.numBuckets ?? otherwise, 2);
  if (numBuckets > 2 ** 20 || !Number.isInteger(Math.log2(numBuckets))) {
    throw rangeError("option", "numBuckets", `numBuckets = ${numBuckets}, but should be a power of 2 up to 2²⁰`);
  }
  const { range } = options;
  if (range !== undefined && !(range.length === 2 && range[0] < range[1] && Number.isFinite(range[1] - range[0]))) {
    const message = `range is ${range}, but should be two finite numbers, the lower first, whose difference is finite`;
    throw rangeError("option", "range", message, { value: range });
  }
  return { numBuckets, range, weighted };
}

/** The bits of a score as a float32 number, so ordered that larger scores have larger numbers. */
function orderedBits(score: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, Math.fround(score) + 0);
  const bits = view.getUint32(0);
  return bits >= 2 ** 31 ? 2 ** 32 - 1 - bits : bits + 2 ** 31;
}

function bucketOf(score: number, { numBuckets, range }: Config): number {
  if (range === undefined) return Math.floor(orderedBits(score) / (2 ** 32 / numBuckets));
  const [lowest, highest] = range;
  const place = Math.floor(((score - lowest) / (highest - lowest)) * numBuckets);
  return Math.min(Math.max(place, 0), numBuckets - 1);
}

/** The float64 number that is the n-th from 0, up or down. */
function numberAt(n: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, n < 0n ? -n : n);
  return n < 0n ? -view.getFloat64(0) : view.getFloat64(0);
}

/** The least number in a bucket or above it, by bisection: all scores there are at or above it, and all others below. */
function lowerEdge(bucket: number, config: Config): number {
  const infinity = 0x7ffn << 52n;
  let [low, high] = [-infinity, infinity];
  while (low < high) {
    // Shifting rounds down.
    const middle = (low + high) >> 1n;
    if (bucketOf(numberAt(middle), config) >= bucket) high = middle;
    else low = middle + 1n;
  }
  return numberAt(low);
}

interface Bucket {
  readonly bucket: number;
  readonly positives: number;
  readonly negatives: number;
}

/** More than rounding takes from a bound and from the area between both. */
const ROUNDING = 2 ** -46;

function certified(lower: number, upper: number): Bounds {
  return { lower: Math.max(0, lower - ROUNDING), upper: Math.min(1, upper + ROUNDING) };
}

/** For each number the sum of all before it. */
function sumsAbove(numbers: readonly number[]): number[] {
  const sum = new ExactSum();
  return numbers.map((number) => {
    const before = sum.value();
    sum.add(number);
    return before;
  });
}

/** The mean of (t + x) / (t + x + w) over x in 0..p: 1 − w/p · ln(1 + p/(t + w)), as w/(t + w) · ln(1 + z)/z of z = p/(t + w). */
function meanPrecision(t: number, p: number, w: number): number {
  const z = p / (t + w);
  const shrinking = z < 2 ** -52 ? 1 : z === Infinity ? 0 : Math.log1p(z) / z;
  return 1 - (w / (t + w)) * shrinking;
}

class Buckets implements CurveHistogram {
  readonly numBuckets: number;
  readonly positives: number;
  readonly negatives: number;

  /** Buckets that hold something, from the highest on. */
  constructor(
    private readonly buckets: readonly Bucket[],
    private readonly config: Config,
  ) {
    this.numBuckets = config.numBuckets;
    this.positives = exactSum(buckets.map((one) => one.positives));
    this.negatives = exactSum(buckets.map((one) => one.negatives));
  }

  /** At worst all negatives of a bucket are above its positives, at best below. */
  rocAuc(): Bounds {
    const { buckets, positives: p, negatives: n } = this;
    if (p === 0 || n === 0) return { lower: Number.NaN, upper: Number.NaN };
    const above = sumsAbove(buckets.map(({ positives }) => positives));
    if (this.config.weighted) {
      const areas = buckets.map(({ positives, negatives }, i) => {
        const share = negatives / n;
        return [share * (above[i]! / p), share * ((above[i]! + positives) / p)] as const;
      });
      return certified(exactSum(areas.map(([worst]) => worst)), exactSum(areas.map(([, best]) => best)));
    }
    // Whole numbers, divided once as the exact area is: rounding keeps their order.
    const wins = (won: (bucket: Bucket, i: number) => number): bigint =>
      buckets.reduce((sum, bucket, i) => sum + BigInt(bucket.negatives) * BigInt(won(bucket, i)), 0n);
    const share = (sum: bigint): number => Ratio.of(sum, BigInt(p) * BigInt(n)).value()!;
    return {
      lower: share(wins((_, i) => above[i]!)),
      upper: share(wins(({ positives }, i) => above[i]! + positives)),
    };
  }

  /**
   * At best a bucket's positives are one step with no negative of it above them; at worst all its negatives are above and
   * its positives are found one by one, or with weights little by little.
   */
  averagePrecision(): Bounds {
    const { buckets, positives: p } = this;
    if (p === 0) return { lower: 0, upper: 0 };
    const tp = sumsAbove(buckets.map(({ positives }) => positives));
    const fp = sumsAbove(buckets.map(({ negatives }) => negatives));
    const best = buckets.map(({ positives }, i) => {
      const found = tp[i]! + positives;
      return positives === 0 ? 0 : (positives / p) * (found / (found + fp[i]!));
    });
    const worst = buckets.flatMap(({ positives, negatives }, i) => {
      const wrong = fp[i]! + negatives;
      if (positives === 0) return [];
      if (wrong === 0) return [positives / p];
      if (this.config.weighted) return [(positives / p) * meanPrecision(tp[i]!, positives, wrong)];
      return Array.from({ length: positives }, (_, k) => (tp[i]! + k + 1) / (tp[i]! + k + 1 + wrong) / p);
    });
    return certified(exactSum(worst), exactSum(best));
  }

  roc() {
    const { buckets, config } = this;
    const reaching = (numbers: readonly number[]): number[] => sumsAbove([...numbers, 0]).slice(1);
    const tp = reaching(buckets.map(({ positives }) => positives));
    const fp = reaching(buckets.map(({ negatives }) => negatives));
    const points = buckets.map(({ bucket }, i) => ({
      threshold: lowerEdge(bucket, config),
      tpr: tp[i]! / this.positives,
      fpr: fp[i]! / this.negatives,
    }));
    points.unshift({ threshold: Infinity, tpr: 0 / this.positives, fpr: 0 / this.negatives });
    return {
      fpr: Float64Array.from(points, (point) => point.fpr),
      tpr: Float64Array.from(points, (point) => point.tpr),
      thresholds: Float64Array.from(points, (point) => point.threshold),
    };
  }
}

function fill({ predictions, targets, weights }: Rows, config: Config): CurveHistogram {
  const cells = new Map<number, { positive: number[]; negative: number[] }>();
  predictions.forEach((score, i) => {
    const bucket = bucketOf(score, config);
    const cell = cells.get(bucket) ?? { positive: [], negative: [] };
    cells.set(bucket, cell);
    (targets[i] === 1 ? cell.positive : cell.negative).push(weights[i]!);
  });
  const buckets = [...cells]
    .sort(([a], [b]) => b - a)
    .map(([bucket, cell]) => ({ bucket, positives: exactSum(cell.positive), negatives: exactSum(cell.negative) }));
  const histogram = new Buckets(
    buckets.filter((one) => one.positives + one.negatives > 0),
    config,
  );
  checkTotal("sampleWeight", histogram);
  return histogram;
}

function checkRows(scores: Reals, labels: Labels, sampleWeight: Reals | undefined): Rows {
  const x = reals("scores", scores);
  const y = binaryLabels("labels", labels);
  checkLength("scores", x, y.length, "one per label");
  return {
    predictions: Float64Array.from(x),
    targets: Float64Array.from(y),
    weights: weights("sampleWeight", sampleWeight, y.length),
  };
}

/** Counts scores in buckets: the areas lie between what the best and the worst order within each would give. */
export const curveHistogram: Curves["curveHistogram"] = Object.assign(
  (scores: Reals, labels: Labels, options: CurveHistogramOptions = {}): CurveHistogram => {
    checkOptions("curveHistogram", options, ["numBuckets", "range", "sampleWeight"]);
    const config = settle(options, options.sampleWeight !== undefined);
    const rows = checkRows(scores, labels, options.sampleWeight);
    checkNotEmpty("labels", rows.targets);
    checkWeighty("labels", rows.weights);
    return fill(rows, config);
  },
  {
    accumulator(
      options: Omit<CurveHistogramOptions, "sampleWeight"> & AccumulatorOptions = {},
    ): Accumulator<CurveHistogram> {
      checkOptions("curveHistogram.accumulator", options, ["numBuckets", "range", "weighted"]);
      const weighted = boolean("weighted", options.weighted, false);
      const config = settle(options, weighted);
      return keepRows({
        name: "curveHistogram",
        config,
        weighted,
        predictionColumns: 1,
        targetColumns: 1,
        check: checkRows,
        finish: (rows) => fill(rows, config),
      });
    },
  },
);
