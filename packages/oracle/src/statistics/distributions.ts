/**
 * Tails and quantiles of distributions, by series and continued fractions. Tails keep their relative error: about 10⁻¹⁵
 * times the exponent of what they are an exponential of, for a billion coins 10⁻¹¹; up to a thousand coins are counted.
 *
 * @module
 */
import { Ratio } from "../ratio.js";

/** P(Z > x) of a standard normal Z. */
export function normalUpperTail(x: number): number {
  if (x < 0) return 1 - normalUpperTail(-x);
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x < 2) {
    // ½ − φ(x)·(x + x³/3 + x⁵/(3·5) + …), M. Abramowitz and I. Stegun 26.2.11.
    let sum = 0;
    for (let term = x, k = 3; sum + term !== sum; term *= (x * x) / k, k += 2) sum += term;
    return 0.5 - density * sum;
  }
  // φ(x) / (x + 1/(x + 2/(x + 3/…))), 26.2.14, from a place on where it no longer matters.
  let fraction = x;
  for (let k = 400; k > 0; k--) fraction = x + k / fraction;
  return density / fraction;
}

/** The x with P(Z < x) = p. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return -Infinity;
  // Bisection until there is no number between.
  let [low, high] = [0, 40];
  for (let middle = 20; low < middle && middle < high; middle = (low + high) / 2) {
    if (normalUpperTail(middle) > p) low = middle;
    else high = middle;
  }
  return -low;
}

/** P(X > x) of a χ² with a whole number of degrees of freedom, from that with two fewer (A. and S. 26.4.4, 26.4.5). */
export function chiSquareUpperTail(x: number, degrees: number): number {
  if (!(x > 0)) return Number.isNaN(x) ? NaN : 1;
  if (x === Infinity) return 0;
  const isOdd = degrees % 2 === 1;
  let tail = isOdd ? 2 * normalUpperTail(Math.sqrt(x)) : Math.exp(-x / 2);
  // (x/2)^(k/2) e^(−x/2) / Γ(k/2 + 1) for k = 1, 3, … or 2, 4, …
  let term = isOdd ? Math.sqrt((2 * x) / Math.PI) * Math.exp(-x / 2) : (x / 2) * Math.exp(-x / 2);
  for (let k = isOdd ? 1 : 2; k < degrees; k += 2) {
    tail += term;
    term *= x / (k + 2);
  }
  return tail;
}

/** ln n! less Stirling's n ln n − n + ½ ln 2πn. */
function stirlingError(n: number): number {
  if (n < 20) {
    let factorial = 1;
    for (let k = 2; k <= n; k++) factorial *= k;
    return Math.log(factorial) - (n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2);
  }
  return 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5) - 1 / (1680 * n ** 7) + 1 / (1188 * n ** 9);
}

/** ln P(K = k) of k among n with chance p each, q = 1 − p. */
export function lnBinomial(k: number, n: number, p: number, q: number): number {
  if (k === 0) return n * Math.log1p(-p);
  if (k === n) return n * Math.log1p(-q);
  const rest = n - k;
  // ln of (np/k)^k·(nq/rest)^rest, where k is not far from np: both logarithms are small.
  const [off, offRest] = [(k - n * p) / (n * p), (rest - n * q) / (n * q)];
  const power = -k * Math.log1p(off) - rest * Math.log1p(offRest);
  const root = Math.log(n / (2 * Math.PI * k * rest)) / 2;
  return root + power + stirlingError(n) - stirlingError(k) - stirlingError(rest);
}

/** P(K ≥ k) of k among n with chance ½ each. */
export function fairUpperTail(k: number, n: number): number {
  if (k <= 0) return 1;
  if (n <= 1000) return fairUpperTailExact(k, n);
  // Half of all ways, by symmetry.
  if (2 * k === n + 1) return 0.5;
  // P(K ≥ k) + P(K ≥ n − k + 1) = 1: the other tail is the one of which terms fall.
  if (2 * k <= n) return 1 - fairUpperTail(n - k + 1, n);
  let sum = 0;
  for (let ratio = 1, i = k; sum + ratio !== sum; ratio *= (n - i) / (i + 1), i++) sum += ratio;
  return sum * Math.exp(lnBinomial(k, n, 0.5, 0.5));
}

/** Σ of the binomial coefficients from k on, by the rows of Pascal's triangle, over all 2ⁿ ways. */
function fairUpperTailExact(k: number, n: number): number {
  let row = [1n];
  for (let i = 0; i < n; i++) row = [...row, 0n].map((ways, j) => ways + (row[j - 1] ?? 0n));
  const ways = row.slice(k).reduce((sum, each) => sum + each, 0n);
  return Ratio.of(ways, 1n << BigInt(n)).value()!;
}
