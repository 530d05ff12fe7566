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
}

/** The grid of counts of which these are the smallest and largest that are not 0, and the sum. */
export function gridOf(extent: { smallest: number; largest: number; sum: number; isWhole: boolean }): Grid {
  if (extent.isWhole && extent.sum <= 2 ** 53) return { isPlain: true, unit: 1, digits: [1] };
  const unit = unitInLastPlace(extent.smallest);
  const digits: number[] = [];
  for (let digit = unit; digit <= extent.largest; digit *= DIGIT) digits.push(digit);
  return { isPlain: false, unit, digits };
}

/** Totals of counts. */
export class ExactSums {
  readonly length: number;
  readonly #grid: Grid;
  /** For each digit its sums. */
  readonly #sums: readonly Float64Array<ArrayBuffer>[];

  constructor(length: number, grid: Grid) {
    this.length = length;
    this.#grid = grid;
    this.#sums = grid.digits.map(() => new Float64Array(length));
  }

  /** Adds to one of the totals. */
  add(index: number, count: number): void {
    const { digits } = this.#grid;
    let left = count;
    for (let d = digits.length - 1; d > 0; d--) {
      const digit = digits[d] as number;
      const times = Math.floor(left / digit);
      if (times === 0) continue;
      left -= times * digit;
      (this.#sums[d] as Float64Array)[index] = ((this.#sums[d] as Float64Array)[index] as number) + times;
    }
    const lowest = this.#sums[0] as Float64Array;
    lowest[index] = (lowest[index] as number) + left / this.#grid.unit;
  }

  /** The totals in units. */
  wholes(): bigint[] {
    return Array.from({ length: this.length }, (_, index) =>
      this.#sums.reduceRight((total, digit) => total * BigInt(DIGIT) + BigInt(digit[index] as number), 0n),
    );
  }

  /** The float64 next to each total. */
  numbers(): Float64Array<ArrayBuffer> {
    if (this.#grid.isPlain) return (this.#sums[0] as Float64Array<ArrayBuffer>).slice();
    return Float64Array.from(this.wholes(), (whole) => nearest(whole, this.#grid.unit));
  }
}
