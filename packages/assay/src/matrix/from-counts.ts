/**
 * A confusion matrix from counts that somebody else took.
 *
 * @module
 */
import { AssayRangeError, AssayTypeError, type Confusion, type ConfusionMatrix, type Labels } from "@assay/contract";
import { column, describe, expectFinite, numbersOf } from "../arguments.js";
import { flag, optionsOf } from "../options.js";
import { DenseCells } from "./cells.js";
import { Matrix } from "./matrix.js";

/** A row for each true class. */
export type Rows = readonly (readonly number[] | Labels)[];
type Options = NonNullable<Parameters<Confusion["confusionMatrix"]["fromCounts"]>[1]>;

/**
 * The confusion matrix of these cells: as rows, one for each true class, or row-major.
 *
 * @param counts C rows of C numbers, or C × C numbers; finite and ≥ 0, not all of them 0
 * @throws AssayRangeError for what is not square, a number that is no count, no count at all, counts of all classes that
 *   add up to more than a float64 holds, names that do not fit
 * @example
 * fromCounts([[100, 5], [10, 50]], { binary: true }).precision(); // 0.909…
 */
export function fromCounts(counts: Labels | Rows, options?: Options): ConfusionMatrix {
  const given = optionsOf(options, ["classNames", "binary"], "confusionMatrix.fromCounts");
  const cells = isNested(counts) ? nested(counts) : flat(counts);
  const { numClasses } = cells;
  const binary = binaryOf(given.binary ?? false, numClasses);
  const matrix = new Matrix({ cells, classNames: namesOf(given.classNames, numClasses), binary });
  if (matrix.total === 0) throw new AssayRangeError("counts has no row in it", { code: "empty", argument: "counts" });
  expectFinite(matrix.total * numClasses, "counts");
  return matrix;
}

/** Whether class 1 is positive, which of two classes alone one is. */
export function binaryOf(given: boolean, numClasses: number): boolean {
  const binary = flag(given, "binary");
  if (!binary || numClasses === 2) return binary;
  const message = `binary is true, but there are ${numClasses} classes`;
  throw new AssayTypeError(message, { code: "option", argument: "binary", value: true });
}

/** The names of classes: these, of which there must be one for each, or the indices. */
export function namesOf(
  given: readonly string[] | undefined,
  count: number,
  argument = "classNames",
  what = "classes",
): readonly string[] {
  if (given === undefined) return Array.from({ length: count }, (_, k) => `${k}`);
  if (!Array.isArray(given) || given.some((name) => typeof name !== "string")) {
    const message = `${argument} is ${describe(given)}, but must be an array of strings`;
    throw new AssayTypeError(message, { code: "type", argument, value: given });
  }
  if (given.length === count) return [...given];
  const message = `${argument} has ${given.length} elements, but there are ${count} ${what}`;
  throw new AssayRangeError(message, { code: "shape", argument, value: given.length });
}

function isNested(counts: Labels | Rows): counts is Rows {
  return Array.isArray(counts) && typeof counts[0] === "object";
}

/** Cells from rows. */
export function nested(rows: Rows): DenseCells {
  const n = rows.length;
  const counts = new Float64Array(n * n);
  rows.forEach((row, target) => {
    if (!Array.isArray(row) && !ArrayBuffer.isView(row)) {
      const message = `counts[${target}] is ${describe(row)}, but must be an array of ${n} numbers`;
      throw new AssayTypeError(message, { code: "type", argument: "counts", index: target, value: row });
    }
    const given = numbersOf(column(row, `counts[${target}]`));
    const { length } = given;
    if (length !== n)
      throw notSquare(`row ${target} of counts has ${length} elements, but there are ${n} rows`, length);
    counts.set(given, target * n);
  });
  return cellsOf(n, counts);
}

function flat(given: Labels): DenseCells {
  const counts = numbersOf(column(given, "counts"));
  const n = Math.round(Math.sqrt(counts.length));
  if (n * n === counts.length) return cellsOf(n, counts);
  throw notSquare(`counts has ${counts.length} elements, which is no square number`, counts.length);
}

function notSquare(message: string, value: number): AssayRangeError {
  return new AssayRangeError(message, { code: "shape", argument: "counts", value });
}

/** Demands counts: finite and not negative. */
function cellsOf(numClasses: number, counts: Float64Array<ArrayBuffer>): DenseCells {
  counts.forEach((count, index) => {
    if (count >= 0 && count < Number.POSITIVE_INFINITY) return;
    const code = Number.isNaN(count) ? "nan" : "range";
    const message = `counts[${index}] = ${count}, but must be a finite number ≥ 0`;
    throw new AssayRangeError(message, { code, argument: "counts", index, value: count });
  });
  return new DenseCells(numClasses, counts);
}
