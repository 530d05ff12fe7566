/**
 * Replicates of a statistic, and what they say about it.
 *
 * @module
 */
import { type BootstrapInterval, type BootstrapOptions, defaults, type ResampleOptions } from "@assay/contract";
import { buffer, core } from "../core.js";
import { Region } from "../memory.js";
import { oneOf, whole } from "../options.js";
import { levelOf } from "./level.js";
import type { Table } from "./tables.js";

/** Numbers that are drawn at a time. */
const DRAWN = 2 ** 16;

/** A statistic of counts in the order of the table's cells. */
export type Statistic = (counts: Float64Array<ArrayBuffer>) => number;

/** The options of a bootstrap, checked. */
export interface Plan {
  readonly level: number;
  readonly resamples: number;
  readonly seed: number;
  readonly method: "percentile" | "bca";
}

export const bootstrapOptions = ["level", "resamples", "seed", "method"] as const;

/** How many replicates, of which random numbers. */
export function resamplingOf(given: ResampleOptions): Pick<Plan, "resamples" | "seed"> {
  const { resamples = defaults.resamples, seed = defaults.seed } = given;
  return { resamples: whole(resamples, 2, "resamples"), seed: whole(seed, 0, "seed", Number.MAX_SAFE_INTEGER) };
}

/** What is asked for, checked. */
export function planOf(given: BootstrapOptions): Plan {
  const method = oneOf(given.method ?? "percentile", ["percentile", "bca"], "method");
  return { level: levelOf(given), ...resamplingOf(given), method };
}

/** A bootstrap of a statistic of a table. */
export function bootstrapOf(table: Table, statistic: Statistic, plan: Plan): BootstrapInterval {
  const estimate = statistic(table.counts.slice());
  const replicates = replicatesOf(table, statistic, plan);
  const acceleration =
    plan.method === "bca" ? () => accelerationOf(withoutEach(table, statistic), table.counts) : undefined;
  return { ...summary(estimate, replicates, plan.level, acceleration), replicates };
}

/** The statistic of each replicate. */
function replicatesOf(table: Table, statistic: Statistic, { resamples, seed }: Plan): Float64Array<ArrayBuffer> {
  const cells = table.keys.length;
  const most = Math.max(1, Math.floor(DRAWN / cells));
  const replicates = new Float64Array(resamples);
  for (let first = 0; first < resamples; first += most) {
    const drawn = draw(table, seed, first, Math.min(most, resamples - first));
    for (let i = 0; i * cells < drawn.length; i++) {
      replicates[first + i] = statistic(drawn.slice(i * cells, (i + 1) * cells));
    }
  }
  return replicates;
}

/** Counts of some replicates, one after another. The room is given back before any statistic is asked. */
function draw({ keys, counts, total }: Table, seed: number, first: number, count: number): Float64Array<ArrayBuffer> {
  const cells = keys.length;
  const room = new Region((2 + count) * cells * 8, "resampled counts");
  try {
    const [ofKeys, ofCounts, to] = [0, 1, 2].map((part) => room.address + part * cells * 8) as [number, number, number];
    new Float64Array(buffer(), ofKeys, cells).set(keys);
    new Float64Array(buffer(), ofCounts, cells).set(counts);
    core().resample_counts(cells, ofKeys, ofCounts, total, seed, first, count, to);
    return new Float64Array(buffer(), to, count * cells).slice();
  } finally {
    room.free();
  }
}

/**
 * Standard error and interval of replicates: their quantiles, linearly interpolated (type 7 of Hyndman and Fan 1996), at
 * (1 ± level) / 2; or, given the acceleration, where Efron's BCa puts these.
 */
export function summary(
  estimate: number,
  replicates: Float64Array,
  level: number,
  acceleration?: () => number,
): Omit<BootstrapInterval, "replicates"> {
  const sorted = replicates.filter((value) => !Number.isNaN(value)).sort();
  const tail = (1 - level) / 2;
  const [low, high] = acceleration === undefined ? [tail, 1 - tail] : corrected(sorted, estimate, tail, acceleration());
  const defined = Number.isNaN(estimate) ? [] : sorted;
  return {
    estimate,
    standardError: standardDeviationOf(defined),
    lower: quantile(defined, low),
    upper: quantile(defined, high),
    level,
  };
}

function sumOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, x) => total + x, 0);
}

/** NaN of none. */
export function meanOf(values: ArrayLike<number>): number {
  return sumOf(values) / values.length;
}

/** NaN of fewer than two. */
export function standardDeviationOf(values: ArrayLike<number>): number {
  const n = values.length;
  if (n < 2) return Number.NaN;
  const mean = meanOf(values);
  return Math.sqrt(sumOf(Array.from(values, (value) => (value - mean) * (value - mean))) / (n - 1));
}

function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const before = Math.floor(place);
  const a = sorted[before] ?? Number.NaN;
  const b = sorted[Math.ceil(place)] ?? Number.NaN;
  // Infinities have no distance from each other, and nothing is a share of the way from −∞.
  return a === b || a === Number.NEGATIVE_INFINITY ? a : a + (place - before) * (b - a);
}

/** Φ(z₀ + (z₀ + z) / (1 − a(z₀ + z))) for z at both ends: z₀ is the bias, from how many replicates lie below. */
function corrected(sorted: Float64Array, estimate: number, tail: number, acceleration: number): [number, number] {
  const below = sorted.reduce((count, x) => count + Number(x < estimate) + Number(x <= estimate), 0);
  const bias = core().normal_quantile(below / (2 * sorted.length));
  const z = core().normal_quantile(tail);
  const share = (end: number) => core().normal_upper_tail(-(bias + (bias + end) / (1 - acceleration * (bias + end))));
  return [share(z), share(-z)];
}

/** The statistic with one row left out, of each cell. */
function withoutEach({ counts, total }: Table, statistic: Statistic): Float64Array {
  return counts.map((_, cell) => {
    const rest = counts.slice();
    rest[cell] = (rest[cell] as number) - 1;
    return total > 1 ? statistic(rest) : Number.NaN;
  });
}

/**
 * The acceleration of BCa, Σd³ / (6(Σd²)^(3/2)), d being how much a statistic falls short of its mean where a row is left
 * out: of rows that are alike, how often each value counts. NaN of fewer than two.
 */
export function accelerationOf(without: Float64Array, times?: Float64Array): number {
  const sum = (of: (value: number) => number) =>
    without.reduce((all, value, i) => all + (times?.[i] ?? 1) * of(value), 0);
  const total = sum(() => 1);
  if (total < 2) return Number.NaN;
  const mean = sum((value) => value) / total;
  const squares = sum((value) => (mean - value) * (mean - value));
  if (squares === 0) return 0;
  return sum((value) => (mean - value) * (mean - value) * (mean - value)) / (6 * squares * Math.sqrt(squares));
}
