/**
 * Counted rows: what is resampled.
 *
 * @module
 */
import { AssayRangeError, AssayTypeError, type ConfusionMatrix } from "@assay/contract";
import { type Cells, DenseCells, Matrix, SparseCells } from "../matrix/index.js";

/** Up to so many cells a matrix has a place for each. */
const MOST_DENSE = 2 ** 16;

/** The cells of a table that are not 0. */
export interface Table {
  /** Their numbers, ascending. */
  readonly keys: Float64Array<ArrayBuffer>;
  readonly counts: Float64Array<ArrayBuffer>;
  readonly total: number;
}

/** Whether a number is one of rows: whole, and up to 2⁵³, where float64 still has each. */
export function areRows(count: unknown): count is number {
  return Number.isInteger(count) && (count as number) >= 0 && (count as number) <= 2 ** 53;
}

/** The cells of a matrix, which must be counts of rows. */
export function tableOf(matrix: ConfusionMatrix): Table {
  if (typeof matrix?.cells !== "function") {
    const isMultilabel = typeof matrix === "object" && matrix !== null && "numLabels" in matrix;
    const what = isMultilabel ? "of labels: take that of one, matrix.ofLabel(label)" : "no confusion matrix";
    throw new AssayTypeError(`matrix is ${what}`, { code: "type", argument: "matrix" });
  }
  if (matrix.total === 0) throw new AssayRangeError("matrix has no row in it", { code: "empty", argument: "matrix" });
  const cells = matrix.cells();
  const key = (target: number, predicted: number) => target * matrix.numClasses + predicted;
  for (const { target, predicted, count } of cells) {
    if (areRows(count) && areRows(matrix.total)) continue;
    throw new AssayRangeError(
      `the cell [${target}, ${predicted}] of matrix holds ${count}, but must hold a whole number of rows: what ` +
        "weighted rows would have been is not known from their summed weights",
      { code: "range", argument: "matrix", index: key(target, predicted), value: count },
    );
  }
  return {
    keys: Float64Array.from(cells, ({ target, predicted }) => key(target, predicted)),
    counts: Float64Array.from(cells, ({ count }) => count),
    total: matrix.total,
  };
}

/** A matrix of these cells, some of which may be 0. */
export function matrixOf(
  keys: Float64Array<ArrayBuffer>,
  counts: Float64Array<ArrayBuffer>,
  { numClasses, classNames, binary }: Pick<ConfusionMatrix, "numClasses" | "classNames" | "binary">,
): ConfusionMatrix {
  return new Matrix({ cells: cellsOf(numClasses, keys, counts), classNames, binary });
}

function cellsOf(numClasses: number, keys: Float64Array<ArrayBuffer>, counts: Float64Array<ArrayBuffer>): Cells {
  if (numClasses * numClasses <= MOST_DENSE) {
    const dense = new Float64Array(numClasses * numClasses);
    keys.forEach((key, i) => {
      dense[key] = counts[i] as number;
    });
    return new DenseCells(numClasses, dense);
  }
  const [kept, left] = [new Float64Array(keys.length), new Float64Array(keys.length)];
  let length = 0;
  for (let i = 0; i < keys.length; i++) {
    if (counts[i] === 0) continue;
    kept[length] = keys[i] as number;
    left[length++] = counts[i] as number;
  }
  return new SparseCells(numClasses, kept.subarray(0, length), left.subarray(0, length));
}
