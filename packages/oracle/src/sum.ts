/**
 * Exact sums: the mathematical sum of float64 values, rounded once. Order cannot matter.
 *
 * A float64 is m·2^e with a 53-bit integer m. Values of equal exponent are added as integers, in two lanes (the low 32
 * and the high 21 bits of m) so that a lane stays a whole number below 2^53; at the end the lanes are put together in
 * one big integer, counted in units of 2^-1074, the smallest float64. After R. M. Neal, "Fast exact summation using
 * small and large superaccumulators" (2015), arXiv:1505.05571.
 *
 * @module
 */

const EXPONENTS = 2047;
/** Additions before a lane could pass 2^53: 2^53 / 2^32. */
const CAPACITY = 1 << 21;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
const LOW = LITTLE_ENDIAN ? 0 : 1;
const HIGH = LITTLE_ENDIAN ? 1 : 0;

/** Adds up float64 values exactly. */
export class ExactSum {
  private readonly low = new Float64Array(EXPONENTS);
  private readonly high = new Float64Array(EXPONENTS);
  private first = EXPONENTS;
  private last = -1;
  private pending = 0;
  /** Whole numbers, as long as their sum stays below 2^53. Counts need nothing else. */
  private whole = 0;
  /** What was moved out of the lanes, in units of 2^-1074. */
  private settled = 0n;
  /** Sum of the values that are not finite: 0, ±∞ or NaN. */
  private infinite = 0;

  add(value: number): this {
    if (!Number.isFinite(value)) {
      this.infinite += value;
      return this;
    }
    if (Number.isSafeInteger(value) && Number.isSafeInteger(this.whole + value)) {
      this.whole += value;
      return this;
    }
    double[0] = value;
    const top = words[HIGH]!;
    const field = (top >>> 20) & 0x7ff;
    // Subnormals (field 0) have no hidden bit and the exponent of field 1.
    const exponent = field === 0 ? 0 : field - 1;
    const sign = value < 0 ? -1 : 1;
    const fraction = (top & 0xfffff) + (field === 0 ? 0 : 0x100000);
    this.low[exponent] = this.low[exponent]! + sign * words[LOW]!;
    this.high[exponent] = this.high[exponent]! + sign * fraction;
    if (exponent < this.first) this.first = exponent;
    if (exponent > this.last) this.last = exponent;
    if (++this.pending === CAPACITY) this.settle();
    return this;
  }

  /** The sum so far, rounded once to the nearest float64. */
  value(): number {
    if (this.infinite !== 0) return this.infinite;
    this.settle();
    if (this.settled === 0n) return this.whole;
    return nearest(this.settled + (BigInt(this.whole) << 1074n));
  }

  reset(): this {
    this.settle();
    this.settled = 0n;
    this.whole = 0;
    this.infinite = 0;
    return this;
  }

  private settle(): void {
    for (let e = this.first; e <= this.last; e++) {
      const lanes = (BigInt(this.high[e]!) << 32n) + BigInt(this.low[e]!);
      this.settled += lanes << BigInt(e);
      this.low[e] = 0;
      this.high[e] = 0;
    }
    this.first = EXPONENTS;
    this.last = -1;
    this.pending = 0;
  }
}

/** The float64 nearest to units·2^-1074, ties to even. */
function nearest(units: bigint): number {
  const size = units < 0n ? -units : units;
  const bits = size.toString(16).length * 4;
  // Of a long number keep some 60 bits and, in the last of them, whether anything was cut off: it rounds the same way.
  const shift = Math.max(0, bits - 60);
  const kept = size >> BigInt(shift);
  const sticky = kept << BigInt(shift) === size ? 0n : 1n;
  // Number() rounds to 53 bits; the product with a power of two is exact (or overflows to ∞, as it should).
  const magnitude = Number(kept | sticky) * 2 ** (shift - 1074);
  return units < 0n ? -magnitude : magnitude;
}

const shared = new ExactSum();

/** The exact sum of some values, rounded once. */
export function exactSum(values: Iterable<number>): number {
  shared.reset();
  for (const value of values) shared.add(value);
  return shared.value();
}

/** The exact sums of groups of values: `groups[i]` in 0..numGroups−1 is the group of `values[i]`. */
export function exactSums(numGroups: number, groups: Int32Array, values: Float64Array): Float64Array<ArrayBuffer> {
  // Put the values in order of their group, then add up one group after the other.
  const ends = new Int32Array(numGroups + 1);
  for (const group of groups) ends[group + 1] = ends[group + 1]! + 1;
  for (let g = 0; g < numGroups; g++) ends[g + 1] = ends[g + 1]! + ends[g]!;
  const next = ends.slice();
  const ordered = new Float64Array(values.length);
  groups.forEach((group, i) => {
    const place = next[group]!;
    next[group] = place + 1;
    ordered[place] = values[i]!;
  });
  return Float64Array.from({ length: numGroups }, (_, g) => exactSum(ordered.subarray(ends[g], ends[g + 1])));
}

/**
 * The sum of a few values with an error of about one rounding, for sums within a row. Where values are infinite, the
 * plain sum. After A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974).
 */
export function compensatedSum(values: Iterable<number>): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return Number.isFinite(sum) ? sum + lost : sum;
}
