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
import { exactSum } from "../sum.js";

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
    throw rangeError("option", "range", "range should be two finite numbers, the lower first");
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

/** The score of which these are the ordered bits. */
function scoreOf(ordered: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, ordered >= 2 ** 31 ? ordered - 2 ** 31 : 2 ** 32 - 1 - ordered);
  return view.getFloat32(0);
}

function bucketOf(score: number, { numBuckets, range }: Config): number {
  if (range === undefined) return Math.floor(orderedBits(score) / (2 ** 32 / numBuckets));
  const [lowest, highest] = range;
  const place = Math.floor(((score - lowest) / (highest - lowest)) * numBuckets);
  return Math.min(Math.max(place, 0), numBuckets - 1);
}

function lowerEdge(bucket: number, { numBuckets, range }: Config): number {
  if (range === undefined) {
    const edge = scoreOf(bucket * (2 ** 32 / numBuckets));
    if (!Number.isNaN(edge)) return edge;
    return bucket < numBuckets / 2 ? -Infinity : Infinity;
  }
  return bucket === 0 ? -Infinity : range[0] + (range[1] - range[0]) * (bucket / numBuckets);
}

interface Bucket {
  readonly bucket: number;
  readonly positives: number;
  readonly negatives: number;
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
    if (this.positives === 0 || this.negatives === 0) return { lower: Number.NaN, upper: Number.NaN };
    let above = 0;
    const [lower, upper]: [number[], number[]] = [[], []];
    for (const { positives, negatives } of this.buckets) {
      lower.push(negatives * above);
      upper.push(negatives * (above + positives));
      above += positives;
    }
    const pairs = this.positives * this.negatives;
    return { lower: exactSum(lower) / pairs, upper: exactSum(upper) / pairs };
  }

  /**
   * At best a bucket's positives are one step with no negative of it above them; at worst all its negatives are above and
   * its positives are found one by one, of which 4096 at most are looked at.
   */
  averagePrecision(): Bounds {
    if (this.positives === 0) return { lower: 0, upper: 0 };
    let [tp, fp] = [0, 0];
    const [lower, upper]: [number[], number[]] = [[], []];
    for (const { positives, negatives } of this.buckets) {
      if (positives > 0) {
        upper.push(positives * ((tp + positives) / (tp + positives + fp)));
        for (const [first, size] of this.chunks(positives)) {
          const wrong = fp + negatives;
          lower.push(wrong === 0 ? size : size * ((tp + first) / (tp + first + wrong)));
        }
      }
      tp += positives;
      fp += negatives;
    }
    return { lower: exactSum(lower) / tp, upper: exactSum(upper) / tp };
  }

  /** Positives in chunks: the number (weight) found at the start of each, the first of it included, and its size. */
  private chunks(positives: number): [first: number, size: number][] {
    const { weighted } = this.config;
    const size = weighted ? positives / 4096 : Math.ceil(positives / 4096);
    const chunks: [number, number][] = [];
    for (let found = 0; found < positives; found += size) {
      chunks.push([found + (weighted ? 0 : 1), Math.min(size, positives - found)]);
    }
    return chunks;
  }

  roc() {
    let [tp, fp] = [0, 0];
    const points = this.buckets.map(({ bucket, positives, negatives }) => {
      tp += positives;
      fp += negatives;
      return { threshold: lowerEdge(bucket, this.config), tpr: tp / this.positives, fpr: fp / this.negatives };
    });
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
  return new Buckets(
    buckets.filter((one) => one.positives + one.negatives > 0),
    config,
  );
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
