/**
 * Correlation and agreement of targets and predictions: quotients of products of counts, computed in whole numbers, so
 * that neither large products nor their differences lose anything.
 *
 * @module
 */
import { quotient, rootOfQuotient } from "./exact.js";
import type { Margins, Products, Totals, WholeMargins } from "./margins.js";

/** How much a disagreement counts by its distance. */
export type KappaWeights = "none" | "linear" | "quadratic";

/**
 * Bits behind the point of a sum of quotients, as many as the smallest float64 has and its rounding needs; and more that
 * its terms are cut off at: they are not seen in it.
 */
const FRACTION = 1280n;
const GUARD = 64n;

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

/** Σ diagonal / total. */
export function accuracy({ right, total }: Totals): number {
  return quotient(right, total);
}

/** What lies beside the diagonal / total. */
export function errorRate({ right, total }: Totals): number {
  return quotient(total - right, total);
}

/**
 * Matthews correlation coefficient of several classes (Gorodkin's R_K): (T·D − Σ r·c) / √((T² − Σ r²)(T² − Σ c²)) of the
 * row sums r, column sums c, their total T and the sum of the diagonal D. NaN where the denominator is 0.
 */
export function matthews({ right, total, rowsByColumns, rowsByRows, columnsByColumns }: Products): number {
  const covariance = total * right - rowsByColumns;
  const spread = (total * total - rowsByRows) * (total * total - columnsByColumns);
  const size = rootOfQuotient(covariance * covariance, spread);
  return covariance < 0n ? -size : size;
}

/**
 * Cohen's κ, 1 − Σ w·n·T / Σ w·r·c of the cells n: what disagrees, over what would by chance. NaN where nothing would.
 * `distances` are the sums of the cells at each distance |i − j|, of which w is a function.
 */
export function kappa(margins: Margins, of: KappaOf): number {
  if (of.weights === "none") {
    const { right, total, rowsByColumns } = margins.products();
    const chance = total * total - rowsByColumns;
    return quotient(chance - total * (total - right), chance);
  }
  const { rows, columns, total } = margins.whole();
  const weigh = of.weights === "linear" ? (d: bigint) => d : (d: bigint) => d * d;
  const chance = of.weights === "linear" ? linearChance(rows, columns, total) : quadraticChance(rows, columns, total);
  const observed = sum(of.distances().map((count, d) => weigh(BigInt(d)) * count));
  return quotient(chance - total * observed, chance);
}

interface KappaOf {
  readonly weights: KappaWeights;
  readonly distances: () => readonly bigint[];
}

/** Σ |i − j|·r_i·c_j: |i − j| is the number of places between two neighbours that lie between i and j. */
function linearChance(rows: readonly bigint[], columns: readonly bigint[], total: bigint): bigint {
  let [chance, r, c] = [0n, 0n, 0n];
  rows.forEach((row, k) => {
    r += row;
    c += columns[k] as bigint;
    chance += r * (total - c) + c * (total - r);
  });
  return chance;
}

/** Σ (i − j)²·r_i·c_j, by the moments of rows and columns. */
function quadraticChance(rows: readonly bigint[], columns: readonly bigint[], total: bigint): bigint {
  const moment = (sums: readonly bigint[], power: (i: bigint) => bigint) =>
    sum(sums.map((count, i) => power(BigInt(i)) * count));
  const [first, second] = [(i: bigint) => i, (i: bigint) => i * i];
  const squares = moment(rows, second) + moment(columns, second);
  return total * squares - 2n * moment(rows, first) * moment(columns, first);
}

/**
 * Mean of tp / support over the classes that are true at least once; adjusted, (mean − 1/n) / (1 − 1/n) of n classes.
 * NaN where no class is true, adjusted where only one is.
 */
export function balancedAccuracy({ rows, diagonal }: WholeMargins, adjusted: boolean): number {
  const recalls = rows.flatMap((row, k) => (row === 0n ? [] : [((diagonal[k] as bigint) << (FRACTION + GUARD)) / row]));
  const total = (sum(recalls) + (1n << (GUARD - 1n))) >> GUARD;
  const [one, classes] = [1n << FRACTION, BigInt(recalls.length)];
  // What is nearer to 0 than any float64 is 0, from either side.
  return (adjusted ? quotient(total - one, (classes - 1n) * one) : quotient(total, classes * one)) + 0;
}
