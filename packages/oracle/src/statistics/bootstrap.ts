import {
  type BootstrapInterval,
  type BootstrapOptions,
  type ConfusionMatrix,
  defaults,
  type MatrixStatistic,
  type MeasureName,
  type ResampleOptions,
} from "@assay/contract";
import { fromCounts } from "../confusion/from-counts.js";
import { checkOptions, count, isRows, number, oneOf, rangeError, returningNumber, typeError } from "../input.js";
import { normalQuantile, normalUpperTail } from "./distributions.js";
import { resample, type Table } from "./resample.js";
import { levelOf } from "./wilson.js";

export const BOOTSTRAP_OPTIONS: readonly string[] = ["level", "resamples", "seed", "method"];

/** Options that were checked. */
export interface Plan {
  readonly level: number;
  readonly resamples: number;
  readonly seed: number;
  readonly method: "percentile" | "bca";
}

export function planOf(options: BootstrapOptions): Plan {
  return {
    method: oneOf("method", options.method, ["percentile", "bca"], "percentile"),
    level: levelOf(options),
    ...resamplingOf(options),
  };
}

export function resamplingOf({ resamples = defaults.resamples, seed = defaults.seed }: ResampleOptions): {
  resamples: number;
  seed: number;
} {
  const isSeed = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  return {
    resamples: count("resamples", resamples, 2),
    seed: number("seed", seed, isSeed, "a whole number in 0..2^53−1"),
  };
}

/** B. Efron, "Bootstrap methods: another look at the jackknife" (1979). */
export function bootstrap(
  matrix: ConfusionMatrix,
  statistic: MatrixStatistic,
  options: BootstrapOptions = {},
): BootstrapInterval {
  checkOptions("bootstrap", options, BOOTSTRAP_OPTIONS);
  const plan = planOf(options);
  const read = statisticOf(statistic);
  const table = tableOf(matrix);
  return bootstrapOf(table, (counts) => read(matrixOf(matrix, table, counts)), plan);
}

const MEASURES: readonly string[] = [
  ...["precision", "recall", "f1", "fBeta", "jaccard", "specificity", "negativePredictiveValue", "falsePositiveRate"],
  ...["falseNegativeRate", "falseDiscoveryRate", "falseOmissionRate", "prevalence", "informedness", "markedness"],
  ...["gMean", "positiveLikelihoodRatio", "negativeLikelihoodRatio"],
  ...["accuracy", "zeroOneLoss", "hammingLoss", "balancedAccuracy", "mcc", "cohenKappa"],
];

/** The name of a measure. */
export function measureName(argument: string, name: MeasureName): MeasureName {
  if (MEASURES.includes(name)) return name;
  throw rangeError("option", argument, `${argument} is ${JSON.stringify(name)}, which is no measure`, { value: name });
}

export function statisticOf(statistic: MatrixStatistic): (matrix: ConfusionMatrix) => number {
  if (typeof statistic === "function") return returningNumber("statistic", statistic);
  const name = measureName("statistic", statistic);
  return (matrix) => matrix[name]();
}

/** The cells of a matrix, which have to be whole numbers of rows. */
export function tableOf(matrix: ConfusionMatrix): Table {
  if (typeof matrix?.cells !== "function") {
    throw typeError("type", "matrix", "matrix should be a confusion matrix of classes");
  }
  if (matrix.total === 0) throw rangeError("empty", "matrix", "matrix has no rows");
  const cells = matrix.cells().map(({ target, predicted, count }) => {
    const key = target * matrix.numClasses + predicted;
    if (isRows(count) && isRows(matrix.total)) return { key, count };
    const message = `the cell (${target}, ${predicted}) is ${count}, but should be a whole number of rows`;
    throw rangeError("range", "matrix", message, { index: key, value: count });
  });
  return { cells, total: matrix.total };
}

/** A matrix of the same classes with other counts in its cells. */
export function matrixOf(like: ConfusionMatrix, { cells }: Table, counts: readonly number[]): ConfusionMatrix {
  const all = new Float64Array(like.numClasses ** 2);
  cells.forEach(({ key }, i) => {
    all[key] = counts[i]!;
  });
  return fromCounts(all, { classNames: like.classNames, binary: like.binary });
}

/** Statistic of each replicate, and what follows from their distribution. */
export function bootstrapOf(
  table: Table,
  statistic: (counts: readonly number[]) => number,
  { resamples, seed, level, method }: Plan,
): BootstrapInterval {
  const estimate = statistic(table.cells.map(({ count }) => count));
  const replicates = Float64Array.from({ length: resamples }, (_, b) => statistic(resample(table, seed, b)));
  if (method === "percentile") return summary(estimate, replicates, level);
  return summary(estimate, replicates, level, acceleration(...jackknife(table, statistic)));
}

/** Quantiles of the replicates, corrected where an acceleration is given. */
export function summary(
  estimate: number,
  replicates: Float64Array<ArrayBuffer>,
  level: number,
  skewness?: number,
): BootstrapInterval {
  const defined = Number.isNaN(estimate) ? [] : [...replicates].filter((value) => !Number.isNaN(value));
  const sorted = defined.sort((a, b) => a - b);
  const tail = (1 - level) / 2;
  const [low, high] = skewness === undefined ? [tail, 1 - tail] : bca(sorted, estimate, tail, skewness);
  return {
    estimate,
    standardError: standardDeviation(sorted),
    lower: quantile(sorted, low),
    upper: quantile(sorted, high),
    level,
    replicates,
  };
}

/** NaN of none. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return NaN;
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Linear interpolation of the sorted values: type 7 of R. Hyndman and Y. Fan, "Sample quantiles" (1996). */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) return NaN;
  // Nothing is a share of the way from −∞.
  if (below === above || below === -Infinity) return below;
  return below + (place - Math.floor(place)) * (above - below);
}

/** Chances corrected for bias z₀ and acceleration a: B. Efron, "Better bootstrap confidence intervals" (1987). */
function bca(sorted: readonly number[], estimate: number, tail: number, a: number): [number, number] {
  const below = sorted.filter((value) => value < estimate).length;
  const ties = sorted.filter((value) => value === estimate).length;
  const z0 = normalQuantile((below + ties / 2) / sorted.length);
  const chance = (z: number): number => normalUpperTail(-(z0 + (z0 + z) / (1 - a * (z0 + z))));
  const z = normalQuantile(tail);
  return [chance(z), chance(-z)];
}

/** The statistic with one row left out, each row in its turn; and how often each value occurs. */
function jackknife({ cells, total }: Table, statistic: (counts: readonly number[]) => number): [number[], number[]] {
  const without = cells.map((_, left) =>
    total > 1 ? statistic(cells.map((cell, i) => cell.count - Number(i === left))) : NaN,
  );
  return [without, cells.map(({ count }) => count)];
}

/** The acceleration: a sixth of the skewness of the statistic with a part left out, each in its turn. */
export function acceleration(without: readonly number[], times: readonly number[] = without.map(() => 1)): number {
  const sum = (of: (value: number) => number): number =>
    without.reduce((all, value, i) => all + times[i]! * of(value), 0);
  const total = sum(() => 1);
  if (total < 2) return NaN;
  const mean = sum((value) => value) / total;
  const squares = sum((value) => (mean - value) ** 2);
  return squares === 0 ? 0 : sum((value) => (mean - value) ** 3) / (6 * squares ** 1.5);
}
