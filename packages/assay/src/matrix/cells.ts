/**
 * The cells of a confusion matrix, kept densely or as those alone that are not 0.
 *
 * @module
 */
import { AssayRangeError } from "@assay/contract";

/** More cells than this have no array. */
const MOST_CELLS = 2 ** 27;

/** What is done with a cell that is not 0. */
export type Visit = (target: number, predicted: number, count: number) => void;

/** A square of counts: rows are true classes, columns predicted ones. */
export interface Cells {
  readonly numClasses: number;
  /** The counts of some cells, among them all that are not 0. */
  readonly values: Float64Array<ArrayBuffer>;
  at(target: number, predicted: number): number;
  /** Visits the cells that are not 0, row by row. */
  each(visit: Visit): void;
  /** A copy of all cells, row-major. */
  dense(): Float64Array<ArrayBuffer>;
  /** Rows and columns of these classes, in this order. */
  select(classes: readonly number[]): Cells;
}

/** All cells, row-major. */
export class DenseCells implements Cells {
  readonly numClasses: number;
  readonly values: Float64Array<ArrayBuffer>;

  constructor(numClasses: number, counts: Float64Array<ArrayBuffer>) {
    this.numClasses = numClasses;
    this.values = counts;
  }

  at(target: number, predicted: number): number {
    return this.values[target * this.numClasses + predicted] as number;
  }

  each(visit: Visit): void {
    const { numClasses: n, values: counts } = this;
    for (let target = 0, i = 0; target < n; target++) {
      for (let predicted = 0; predicted < n; predicted++, i++) {
        const count = counts[i] as number;
        if (count !== 0) visit(target, predicted, count);
      }
    }
  }

  dense(): Float64Array<ArrayBuffer> {
    return this.values.slice();
  }

  select(classes: readonly number[]): Cells {
    const n = classes.length;
    const counts = new Float64Array(n * n);
    classes.forEach((target, i) => {
      classes.forEach((predicted, j) => {
        counts[i * n + j] = this.at(target, predicted);
      });
    });
    return new DenseCells(n, counts);
  }
}

/** The cells that are not 0, by ascending keys target·numClasses + predicted. */
export class SparseCells implements Cells {
  readonly numClasses: number;
  readonly values: Float64Array<ArrayBuffer>;
  readonly #keys: Float64Array<ArrayBuffer>;

  constructor(numClasses: number, keys: Float64Array<ArrayBuffer>, counts: Float64Array<ArrayBuffer>) {
    this.numClasses = numClasses;
    this.#keys = keys;
    this.values = counts;
  }

  at(target: number, predicted: number): number {
    const key = target * this.numClasses + predicted;
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] as number) < key) low = middle + 1;
      else high = middle;
    }
    return this.#keys[low] === key ? (this.values[low] as number) : 0;
  }

  each(visit: Visit): void {
    const { numClasses: n, values: counts } = this;
    const keys = this.#keys;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as number;
      const target = Math.floor(key / n);
      visit(target, key - target * n, counts[i] as number);
    }
  }

  dense(): Float64Array<ArrayBuffer> {
    const { numClasses: n } = this;
    if (n * n > MOST_CELLS) {
      throw new AssayRangeError(
        `a matrix of ${n} classes has ${n * n} cells, too many for an array: cells() lists those that are not 0`,
        { code: "memory", argument: "numClasses", value: n },
      );
    }
    const dense = new Float64Array(n * n);
    this.#keys.forEach((key, i) => {
      dense[key] = this.values[i] as number;
    });
    return dense;
  }

  select(classes: readonly number[]): Cells {
    const n = classes.length;
    const place = new Map(classes.map((k, i) => [k, i]));
    const chosen: (readonly [key: number, count: number])[] = [];
    this.each((target, predicted, count) => {
      const [i, j] = [place.get(target), place.get(predicted)];
      if (i !== undefined && j !== undefined) chosen.push([i * n + j, count]);
    });
    chosen.sort(([a], [b]) => a - b);
    return new SparseCells(
      n,
      Float64Array.from(chosen, ([key]) => key),
      Float64Array.from(chosen, ([, count]) => count),
    );
  }
}
