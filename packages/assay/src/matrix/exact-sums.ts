/**
 * Exact sums of many counts at once, each added to one of several totals.
 *
 * Whole counts are added as float64 where all of them together stay exact. Others are cut into digits: multiples of a
 * power of two below 2²⁶ of them, so that 2²⁷ can be added to each digit without rounding.
 *
 * @module
 */
import { nearest, unitInLastPlace } from "./exact.js";

const DIGIT = 2 ** 26;

/** How counts are added. */
export interface Grid {
  /** As float64, which is exact. */
  readonly isPlain: boolean;
  /** What the lowest digit counts; every count is a multiple of it. */
  readonly unit: number;
  /** What each digit counts. Of a plain grid it is one without bound. */
  readonly digits: readonly number[];
  /** Of all counts; exact where the grid is plain. */
  readonly sum: number;
}

/** A grid for the sums of these counts. */
export function gridOf(counts: Float64Array): Grid {
  // Whole counts are the rule, and there may be many: nothing else is asked of them.
  let [sum, fractions] = [0, 0];
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] as number;
    sum += count;
    fractions += count - Math.floor(count);
  }
  // Of what is beyond float64 no digits are left to be kept.
  if ((fractions === 0 && sum < 2 ** 53) || sum === Number.POSITIVE_INFINITY) {
    return { isPlain: true, unit: 1, digits: [1], sum };
  }
  const positive = counts.filter((count) => count > 0);
  const smallest = positive.reduce((least, count) => Math.min(least, count));
  const largest = positive.reduce((most, count) => Math.max(most, count));
  const unit = unitInLastPlace(smallest);
  const digits: number[] = [];
  for (let digit = unit; digit <= largest; digit *= DIGIT) digits.push(digit);
  return { isPlain: false, unit, digits, sum };
}

/** Totals of counts. */
export class ExactSums {
  readonly length: number;
  readonly #grid: Grid;
  /** For each digit its sums, the lowest first. */
  readonly #sums: readonly Float64Array<ArrayBuffer>[];
  readonly #plain: Float64Array<ArrayBuffer> | undefined;
  #wholes: readonly bigint[] | undefined;

  constructor(length: number, grid: Grid) {
    this.length = length;
    this.#grid = grid;
    this.#sums = grid.digits.map(() => new Float64Array(length));
    this.#plain = grid.isPlain ? this.#sums[0] : undefined;
  }

  /** Adds to one of the totals. */
  add(index: number, count: number): void {
    if (this.#plain !== undefined) {
      this.#plain[index] = (this.#plain[index] as number) + count;
      return;
    }
    const { digits } = this.#grid;
    let left = count;
    for (let d = digits.length - 1; left > 0; d--) {
      const digit = digits[d] as number;
      const times = Math.floor(left / digit);
      if (times === 0) continue;
      left -= times * digit;
      const sums = this.#sums[d] as Float64Array;
      sums[index] = (sums[index] as number) + times;
    }
  }

  /** The totals in units, once all is added. */
  wholes(): readonly bigint[] {
    const base = BigInt(DIGIT);
    this.#wholes ??= Array.from({ length: this.length }, (_, index) =>
      this.#sums.reduceRight((total, digit) => total * base + BigInt(digit[index] as number), 0n),
    );
    return this.#wholes;
  }

  /** The float64 next to each total. */
  numbers(): Float64Array<ArrayBuffer> {
    if (this.#plain !== undefined) return this.#plain.slice();
    return Float64Array.from(this.wholes(), (whole) => nearest(whole, this.#grid.unit));
  }
}
