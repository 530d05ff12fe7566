/**
 * What is read off a matrix once: the sums of its rows and columns and its diagonal. Every measure is made of these.
 *
 * @module
 */
import type { Cells } from "./cells.js";
import { multiple, nearest } from "./exact.js";
import { ExactSums, type Grid, gridOf } from "./exact-sums.js";
import type { CountColumns } from "./measures.js";

/** Sums of a matrix as whole numbers of one unit. */
export interface WholeMargins {
  readonly rows: readonly bigint[];
  readonly columns: readonly bigint[];
  readonly diagonal: readonly bigint[];
  readonly total: bigint;
}

/** Sums over all classes as whole numbers of the unit, and of products of two as those of its square. */
export interface Totals {
  readonly total: bigint;
  /** Σ diagonal. */
  readonly right: bigint;
}

export interface Products extends Totals {
  readonly rowsByColumns: bigint;
  readonly rowsByRows: bigint;
  readonly columnsByColumns: bigint;
}

/** Up to so many rows Σ a·b of row or column sums is exact in float64, for it is at most the square of the total. */
const FEW_ROWS = 2 ** 26;

function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

function productsOf(a: readonly bigint[], b: readonly bigint[]): bigint {
  return a.reduce((sum, value, k) => sum + value * (b[k] as bigint), 0n);
}

/** Of few rows. */
function exactProducts(a: Float64Array, b: Float64Array): bigint {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return BigInt(sum);
}

/** The sums of rows and columns, and the diagonal. */
interface Sums {
  readonly rows: ExactSums;
  readonly columns: ExactSums;
  readonly diagonal: Float64Array<ArrayBuffer>;
}

export class Margins {
  readonly total: number;
  readonly #cells: Cells;
  readonly #grid: Grid;
  #sums: Sums | undefined;
  #rows: Float64Array<ArrayBuffer> | undefined;
  #columns: Float64Array<ArrayBuffer> | undefined;
  #whole: WholeMargins | undefined;

  constructor(cells: Cells) {
    this.#cells = cells;
    this.#grid = gridOf(cells.values);
    this.total = this.#grid.isPlain ? this.#grid.sum : nearest(this.whole().total, this.#grid.unit);
  }

  /** Row sums: how often each class is true. */
  get rows(): Float64Array<ArrayBuffer> {
    this.#rows ??= this.#summed().rows.numbers();
    return this.#rows;
  }

  /** Column sums: how often each class is predicted. */
  get columns(): Float64Array<ArrayBuffer> {
    this.#columns ??= this.#summed().columns.numbers();
    return this.#columns;
  }

  get diagonal(): Float64Array<ArrayBuffer> {
    return this.#summed().diagonal;
  }

  #summed(): Sums {
    if (this.#sums !== undefined) return this.#sums;
    const { numClasses } = this.#cells;
    const rows = new ExactSums(numClasses, this.#grid);
    const columns = new ExactSums(numClasses, this.#grid);
    const diagonal = new Float64Array(numClasses);
    this.#cells.each((target, predicted, count) => {
      rows.add(target, count);
      columns.add(predicted, count);
      if (target === predicted) diagonal[target] = count;
    });
    this.#sums = { rows, columns, diagonal };
    return this.#sums;
  }

  /** The same sums, exact. */
  whole(): WholeMargins {
    if (this.#whole !== undefined) return this.#whole;
    const sums = this.#summed();
    const rows = sums.rows.wholes();
    const diagonal = Array.from(sums.diagonal, (count) => multiple(count, this.#grid.unit));
    this.#whole = { rows, columns: sums.columns.wholes(), diagonal, total: sumOf(rows) };
    return this.#whole;
  }

  totals(): Totals {
    if (this.#grid.isPlain) {
      const right = this.diagonal.reduce((sum, count) => sum + count, 0);
      return { total: BigInt(this.total), right: BigInt(right) };
    }
    const { diagonal, total } = this.whole();
    return { total, right: sumOf(diagonal) };
  }

  products(): Products {
    if (this.#grid.isPlain && this.total <= FEW_ROWS) {
      return {
        ...this.totals(),
        rowsByColumns: exactProducts(this.rows, this.columns),
        rowsByRows: exactProducts(this.rows, this.rows),
        columnsByColumns: exactProducts(this.columns, this.columns),
      };
    }
    const { rows, columns } = this.whole();
    return {
      ...this.totals(),
      rowsByColumns: productsOf(rows, columns),
      rowsByRows: productsOf(rows, rows),
      columnsByColumns: productsOf(columns, columns),
    };
  }

  /** Counts of each class against the rest, each rounded once. */
  counts(): CountColumns {
    const { rows, columns, diagonal: tp, total } = this;
    if (this.#grid.isPlain) {
      const fp = columns.map((count, k) => count - (tp[k] as number));
      const fn = rows.map((count, k) => count - (tp[k] as number));
      const tn = rows.map((count, k) => total - count - (fp[k] as number));
      return { tp, fp, fn, tn };
    }
    const { unit } = this.#grid;
    const whole = this.whole();
    const [fp, fn, tn] = [new Float64Array(tp.length), new Float64Array(tp.length), new Float64Array(tp.length)];
    tp.forEach((_, k) => {
      const [row, column, right] = [whole.rows[k] as bigint, whole.columns[k] as bigint, whole.diagonal[k] as bigint];
      fp[k] = nearest(column - right, unit);
      fn[k] = nearest(row - right, unit);
      tn[k] = nearest(whole.total - row - column + right, unit);
    });
    return { tp, fp, fn, tn };
  }

  /** Σ of the cells at each distance |target − predicted|, in units. */
  distances(): readonly bigint[] {
    const sums = new ExactSums(this.#cells.numClasses, this.#grid);
    this.#cells.each((target, predicted, count) => {
      sums.add(Math.abs(target - predicted), count);
    });
    return sums.wholes();
  }
}
