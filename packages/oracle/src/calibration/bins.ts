/**
 * How confidences are put in bins.
 *
 * @module
 */
import { type Binning, type BinningOptions, type Closed, defaults, type Reals } from "@assay/contract";
import { count, number, oneOf, rangeError, reals, typeError } from "../input.js";
import { exactSum } from "../sum.js";
import type { Compared } from "./comparison.js";

export interface Bins {
  readonly numBins: number;
  readonly closed: Closed;
  readonly binning: Binning;
  readonly edges: readonly number[] | undefined;
  readonly threshold: number | undefined;
}

export const binningNames = ["numBins", "closed", "binning", "edges", "threshold"] as const;

const MOST_BINS = 65536;

export function binsOf(options: BinningOptions): Bins {
  const { numBins, threshold } = options;
  const words: Binning[] = ["width", "mass", "quantile", "midpoint"];
  const binning = oneOf("binning", options.binning, words, defaults.binning);
  for (const name of ["closed", "edges"] as const) {
    if (binning === "width" || options[name] === undefined) continue;
    throw typeError("option", name, `${name} is for binning "width"`, options[name]);
  }
  if (options.edges !== undefined && numBins !== undefined) {
    throw typeError("option", "numBins", "numBins and edges exclude each other", numBins);
  }
  const edges = options.edges === undefined ? undefined : checkEdges(options.edges);
  if (numBins !== undefined && count("numBins", numBins, 1) > MOST_BINS) {
    throw rangeError("option", "numBins", `numBins is ${numBins}, but at most ${MOST_BINS}`, { value: numBins });
  }
  return {
    numBins: edges === undefined ? (numBins ?? defaults.numBins) : edges.length - 1,
    closed: oneOf<Closed>("closed", options.closed, ["right", "left"], defaults.closed),
    binning,
    edges,
    threshold: threshold === undefined ? undefined : number("threshold", threshold, (t) => t >= 0 && t <= 1, "in 0..1"),
  };
}

function checkEdges(given: Reals): readonly number[] {
  const edges = Array.from(reals("edges", given));
  if (edges.length < 2 || edges.length > MOST_BINS + 1) {
    throw rangeError("shape", "edges", `edges has ${edges.length} elements`, { value: edges.length });
  }
  edges.forEach((value, index) => {
    const ends = (index > 0 || value === 0) && (index < edges.length - 1 || value === 1);
    if (ends && (index === 0 || value >= edges[index - 1]!)) return;
    throw rangeError("range", "edges", `edges[${index}] = ${value}: edges ascend from 0 to 1`, { index, value });
  });
  return edges;
}

/** Part of a row in a bin: all of it, but where bins of equal mass divide it. */
export interface Entered {
  readonly confidence: number;
  /** How much of it was right. */
  readonly right: number;
  readonly weight: number;
}

export interface FilledBin {
  readonly lower: number;
  readonly upper: number;
  readonly rows: readonly Entered[];
}

/** The bins with what is in them. */
export function fill(all: readonly Compared[], bins: Bins, weighted: boolean): FilledBin[] {
  const { threshold, binning } = bins;
  const rows = all.filter(
    ({ confidence, weight }) => weight > 0 && (threshold === undefined || confidence > threshold),
  );
  if (binning === "width") return between(rows, edgesOf(bins), bins.closed);
  const sorted = [...rows].sort((a, b) => a.confidence - b.confidence);
  if (binning === "mass") return weighted ? sameWeight(sorted, bins.numBins) : sameCount(sorted, bins.numBins);
  return between(sorted, binning === "quantile" ? quantiles(sorted, bins) : midpoints(sorted, bins), "right");
}

/** k/numBins, or the caller's own. */
function edgesOf({ numBins, edges }: Bins): readonly number[] {
  return edges ?? Array.from({ length: numBins + 1 }, (_, k) => k / numBins);
}

/** Closed on the right: the first bin whose upper edge is ≥ x. On the left: the first whose upper edge is > x. Else the last. */
function between(rows: readonly Compared[], edges: readonly number[], closed: Closed): FilledBin[] {
  const uppers = edges.slice(1, -1);
  const members: Entered[][] = Array.from({ length: edges.length - 1 }, () => []);
  for (const { confidence, right, weight } of rows) {
    const found = firstFrom(uppers, (edge) => (closed === "right" ? confidence <= edge : confidence < edge));
    members[found]!.push({ confidence, right: Number(right), weight });
  }
  return members.map((rows, k) => ({ lower: edges[k]!, upper: edges[k + 1]!, rows }));
}

/** The first place from which on a condition holds; the length where it never does. By bisection. */
function firstFrom(values: readonly number[], holds: (value: number) => boolean): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(values[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** numpy.percentile of the scores at k/n: type 7 of Hyndman and Fan (1996). */
function quantiles(sorted: readonly Compared[], { numBins }: Bins): readonly number[] {
  return Array.from({ length: numBins + 1 }, (_, k) => {
    if (sorted.length === 0) return NaN;
    const place = (sorted.length - 1) * k;
    const [before, rest] = [Math.floor(place / numBins), (place % numBins) / numBins];
    const low = sorted[before]!.confidence;
    return rest === 0 ? low : low + (sorted[before + 1]!.confidence - low) * rest;
  });
}

/** numpy.array_split: as many rows in each part, and one more in the first ones. */
function splits(rows: number, parts: number): readonly number[] {
  const [each, more] = [Math.floor(rows / parts), rows % parts];
  return Array.from({ length: parts + 1 }, (_, k) => k * each + Math.min(k, more));
}

/** The middle between the scores on both sides of a split. */
function midpoints(sorted: readonly Compared[], { numBins }: Bins): readonly number[] {
  const at = (i: number): number => sorted[Math.min(Math.max(i, 0), sorted.length - 1)]?.confidence ?? NaN;
  return splits(sorted.length, numBins).map((place, k) =>
    k === 0 ? at(0) : k === numBins ? at(sorted.length - 1) : (at(place - 1) + at(place)) / 2,
  );
}

/** Bins of the same number of rows. Equal scores have their mean outcome, in whatever order they stand. */
function sameCount(sorted: readonly Compared[], numBins: number): FilledBin[] {
  const rates = meanOutcomes(sorted);
  const rows = sorted.map(({ confidence, weight }) => ({ confidence, weight, right: rates.get(confidence)! }));
  const places = splits(rows.length, numBins);
  return Array.from({ length: numBins }, (_, k) => bounded(rows.slice(places[k], places[k + 1])));
}

/** Bins of the same weight, where rows are divided. Equal scores have their mean outcome. */
function sameWeight(sorted: readonly Compared[], numBins: number): FilledBin[] {
  const rates = meanOutcomes(sorted);
  const total = exactSum(sorted.map(({ weight }) => weight));
  const bins: Entered[][] = Array.from({ length: numBins }, () => []);
  let before = 0;
  for (const { confidence, weight } of sorted) {
    for (let k = 0; k < numBins; k++) {
      const start = Math.max(before, (total * k) / numBins);
      const end = k === numBins - 1 ? before + weight : Math.min(before + weight, (total * (k + 1)) / numBins);
      if (end > start) bins[k]!.push({ confidence, weight: end - start, right: rates.get(confidence)! });
    }
    before += weight;
  }
  return bins.map(bounded);
}

function bounded(rows: readonly Entered[]): FilledBin {
  return { lower: rows[0]?.confidence ?? NaN, upper: rows.at(-1)?.confidence ?? NaN, rows };
}

/** For each score the rate of right answers among the rows that have it. */
function meanOutcomes(rows: readonly Compared[]): ReadonlyMap<number, number> {
  const tied = new Map<number, Compared[]>();
  for (const row of rows) tied.set(row.confidence, [...(tied.get(row.confidence) ?? []), row]);
  return new Map(
    Array.from(tied, ([confidence, same]) => [
      confidence,
      exactSum(same.map(({ right, weight }) => (right ? weight : 0))) / exactSum(same.map(({ weight }) => weight)),
    ]),
  );
}
