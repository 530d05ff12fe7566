/**
 * Counts of rows that are drawn with replacement.
 *
 * @module
 */
import { lnBinomial } from "./distributions.js";
import { type Place, uniformsAt, wordsAt } from "./random.js";

/** What random numbers are for: the count of a cell, how many rows fall into a block of ranks, and which ranks. */
const [CELL, BLOCK, RANK] = [0, 1, 2] as const;

/** Which fold a rank belongs to. */
export const FOLD = 3;

/** Who is drawn from. */
export type Stratum = "all" | "positive" | "negative";

/** What the random numbers of blocks and of ranks are for. */
const STRATA: Readonly<Record<Stratum, readonly [number, number]>> = {
  all: [BLOCK, RANK],
  positive: [4, 5],
  negative: [6, 7],
};

/** Ranks of a block. */
const BLOCK_RANKS = 4096;

/** A table's cells that are not 0. */
export interface Table {
  readonly cells: readonly { readonly key: number; readonly count: number }[];
  readonly total: number;
}

/**
 * One replicate: the multinomial counts of as many rows as there are, cell by cell: how many of the rows that are left
 * fall here rather than in a later cell (L. Devroye, "Non-Uniform Random Variate Generation", 1986, XI.1.4).
 */
export function resample({ cells, total }: Table, seed: number, replicate: number): number[] {
  let [rows, later] = [total, total];
  return cells.map(({ key, count }) => {
    later -= count;
    const drawn = binomial(rows, count, later, seed, { purpose: CELL, index: key, replicate });
    rows -= drawn;
    return drawn;
  });
}

/**
 * One replicate of rows in order: how often each rank is drawn. How many fall into each block of ranks is multinomial;
 * then they are drawn one by one.
 */
export function resampleRanks(n: number, seed: number, replicate: number, stratum: Stratum = "all"): Uint32Array {
  const [howMany, which] = STRATA[stratum];
  const times = new Uint32Array(n);
  let left = n;
  for (let first = 0, index = 0; first < n; first += BLOCK_RANKS, index++) {
    const size = Math.min(BLOCK_RANKS, n - first);
    const drawn = binomial(left, size, n - first - size, seed, { purpose: howMany, index, replicate });
    left -= drawn;
    for (const rank of ranksOf(drawn, size, seed, { purpose: which, index, replicate })) {
      times[first + rank] = times[first + rank]! + 1;
    }
  }
  return times;
}

/** So many uniform whole numbers below `size`: the first 12 bits of each word, then the next 12, if they are below. */
function* ranksOf(count: number, size: number, seed: number, place: Place): Generator<number> {
  let left = count;
  for (let draw = 0; left > 0; draw++) {
    for (const rank of wordsAt(seed, place, draw).flatMap((word) => [word >>> 20, (word >>> 8) & 4095])) {
      if (left === 0 || rank >= size) continue;
      left--;
      yield rank;
    }
  }
}

/** How many of n fall on one side, where `here` and `elsewhere` are the odds. */
export function binomial(n: number, here: number, elsewhere: number, seed: number, place: Place): number {
  if (n === 0 || here === 0) return 0;
  if (here > elsewhere) return n - binomial(n, elsewhere, here, seed, place);
  const [p, q] = [here / (here + elsewhere), elsewhere / (here + elsewhere)];
  return n * p < 10 ? byInversion(n, p, q, seed, place) : byRejection(n, p, q, seed, place);
}

/** How many of P(0), P(1), … a uniform number exceeds, added up. */
function byInversion(n: number, p: number, q: number, seed: number, place: Place): number {
  let [left] = uniformsAt(seed, place, 0);
  let chance = Math.exp(n * Math.log1p(-p));
  let k = 0;
  while (left > chance && k < Math.min(n, 110)) {
    left -= chance;
    k++;
    chance *= ((n - k + 1) * p) / (k * q);
  }
  return k;
}

/** Transformed rejection: BTRS of W. Hörmann, "The generation of binomial random variates" (1993). */
function byRejection(n: number, p: number, q: number, seed: number, place: Place): number {
  const deviation = Math.sqrt(n * p * q);
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const mode = Math.floor((n + 1) * p);
  for (let attempt = 0; ; attempt++) {
    const [u1, v] = uniformsAt(seed, place, attempt);
    const u = u1 - 0.5;
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + n * p + 0.5);
    if (us >= 0.07 && v <= 0.92 - 4.2 / b) return k;
    if (k < 0 || k > n) continue;
    const bound = lnBinomial(k, n, p, q) - lnBinomial(mode, n, p, q);
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= bound) return k;
  }
}
