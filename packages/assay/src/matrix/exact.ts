/**
 * Arithmetic that rounds once: float64 numbers as multiples of a power of two, quotients and roots of whole numbers of
 * any size.
 *
 * @module
 */

/** How many bits of a quotient are kept at least: some more than float64 has. */
const KEPT = 60;

/** The distance from a number ≥ 0 to the next: a power of two of which it, and every larger one, is a multiple. */
export function unitInLastPlace(x: number): number {
  let unit = x < 1 ? Number.MIN_VALUE : Number.EPSILON;
  while (unit * 2 ** 53 <= x) unit *= 2;
  return unit;
}

/** A power of two of which all these counts are multiples. */
export function commonUnit(counts: readonly number[]): number {
  if (counts.every(Number.isInteger)) return 1;
  const positive = counts.filter((count) => count > 0);
  return unitInLastPlace(positive.reduce((least, count) => Math.min(least, count)));
}

/**
 * A power of two for counts of which only quotients matter: times it neither their sums nor their products with shares
 * leave the range of float64. `largest` is the largest count.
 */
export function scaleFor(largest: number): number {
  const far = Number(1n << 500n);
  if (largest > 1e270) return 1 / far;
  return largest < 1e-120 ? far : 1;
}

/** How many times a power of two goes into a multiple of it. */
export function multiple(x: number, unit: number): bigint {
  const times = x / unit;
  if (times < Number.POSITIVE_INFINITY) return BigInt(times);
  // So large a multiple is one of 2^512 units as well.
  return multiple(x / Number(1n << 512n), unit) << 512n;
}

/** The float64 next to a whole number ≥ 0 of units. */
export function nearest(whole: bigint, unit: number): number {
  const times = Number(whole);
  if (times < Number.POSITIVE_INFINITY || unit >= 1) return times * unit;
  const kept = whole >> 512n;
  return nearest(sticky(kept, kept << 512n === whole), unit * Number(1n << 512n));
}

/** A whole number with something cut off has a last bit of 1: so it is no tie, and is not rounded as one. */
function sticky(whole: bigint, isExact: boolean): bigint {
  return isExact ? whole : whole | 1n;
}

/** The number of bits, or up to three more. */
function bitLength(whole: bigint): number {
  return 4 * whole.toString(16).length;
}

/** The float64 next to whole·2^−shift, of a whole number with more than 53 bits. */
function rounded(whole: bigint, shift: number): number {
  const cut = shift - 1074;
  if (cut > 0 && whole >> BigInt(cut) < 1n << 53n) {
    // Less than the smallest normal number, or close to it: a multiple of the smallest of all, so rounded here.
    const [kept, half] = [whole >> BigInt(cut), 1n << BigInt(cut - 1)];
    const rest = whole - (kept << BigInt(cut));
    const isUp = rest > half || (rest === half && (kept & 1n) === 1n);
    return Number(isUp ? kept + 1n : kept) * Number.MIN_VALUE;
  }
  let number = Number(whole);
  for (let left = Math.abs(shift); left > 0; left -= 1000) {
    const factor = Number(1n << BigInt(Math.min(left, 1000)));
    number = shift > 0 ? number / factor : number * factor;
  }
  return number;
}

/** The float64 next to n/d of whole numbers with d ≥ 0; NaN where d is 0. */
export function quotient(n: bigint, d: bigint): number {
  if (d === 0n) return Number.NaN;
  const size = n < 0n ? -n : n;
  const shift = KEPT + bitLength(d) - bitLength(size);
  const [dividend, divisor] = shift > 0 ? [size << BigInt(shift), d] : [size, d << BigInt(-shift)];
  const whole = dividend / divisor;
  const value = rounded(sticky(whole, whole * divisor === dividend), shift);
  return n < 0n ? -value : value;
}

/** The float64 next to √(n/d) of whole numbers with 0 ≤ n ≤ d; NaN where d is 0. */
export function rootOfQuotient(n: bigint, d: bigint): number {
  if (d === 0n) return Number.NaN;
  if (n === 0n) return 0;
  // Twice as many bits as the root is to have, and an even number of them cut off again.
  const half = KEPT + ((bitLength(d) - bitLength(n)) >> 1);
  const dividend = n << BigInt(2 * half);
  const square = dividend / d;
  const root = squareRoot(square);
  return rounded(sticky(root, root * root * d === dividend), half);
}

/** ⌊√x⌋ of a whole number below 2¹⁰⁰⁰: the root in float64, and a step of Newton's method, which never falls below it. */
function squareRoot(x: bigint): bigint {
  const near = BigInt(Math.floor(Math.sqrt(Number(x))));
  let root = (near + x / near) >> 1n;
  while (root * root > x) root -= 1n;
  return root;
}
