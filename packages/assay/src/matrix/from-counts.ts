/**
 * A confusion matrix from counts that somebody else took.
 *
 * @module
 */
import { AssayRangeError, AssayTypeError, type Confusion, type ConfusionMatrix, type Labels } from "@assay/contract";
import { column, copyNumbers, describe } from "../arguments.js";
import { flag, optionsOf } from "../options.js";
import { DenseCells } from "./cells.js";
import { Matrix } from "./matrix.js";

type Rows = readonly (readonly number[])[];
type Options = NonNullable<Parameters<Confusion["confusionMatrix"]["fromCounts"]>[1]>;

/**
 * The confusion matrix of these cells: as rows, true classes, or row-major.
 *
 * @param counts C rows of C numbers, or C × C numbers; finite and ≥ 0, not all of them 0
 * @throws AssayRangeError for what is not square, a number that is no count, no count at all, names that do not fit
 * @example
 * fromCounts([[100, 5], [10, 50]], { binary: true }).precision(); // 0.909…
 */
export function fromCounts(counts: Labels | Rows, options?: Options): ConfusionMatrix {
  const given = optionsOf(options, ["classNames", "binary"], "confusionMatrix.fromCounts");
  const cells = isNested(counts) ? nested(counts) : flat(counts);
  const { numClasses } = cells;
  const binary = flag(given.binary ?? false, "binary");
  if (binary && numClasses !== 2) {
    const message = `binary is true, but there are ${numClasses} classes`;
    throw new AssayTypeError(message, { code: "option", argument: "binary", value: true });
  }
  return new Matrix({ cells, classNames: namesOf(given.classNames, numClasses), binary });
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
  return Array.isArray(counts) && Array.isArray(counts[0]);
}

function nested(rows: Rows): DenseCells {
  const n = rows.length;
  const counts = new Float64Array(n * n);
  rows.forEach((row, target) => {
    if (!Array.isArray(row)) {
      const message = `counts[${target}] is ${describe(row)}, but must be an array of ${n} numbers`;
      throw new AssayTypeError(message, { code: "type", argument: "counts", index: target, value: row });
    }
    if (row.length !== n) {
      throw notSquare(`row ${target} of counts has ${row.length} elements, but there are ${n} rows`, row.length);
    }
    copyNumbers(`counts[${target}]`, row, 0, counts.subarray(target * n, (target + 1) * n));
  });
  return cellsOf(n, counts);
}

function flat(given: Labels): DenseCells {
  const { source, length } = column(given, "counts");
  const n = Math.round(Math.sqrt(length));
  if (n * n !== length) throw notSquare(`counts has ${length} elements, which is no square number`, length);
  const counts = new Float64Array(length);
  if (Array.isArray(source)) copyNumbers("counts", source, 0, counts);
  else counts.set(source);
  return cellsOf(n, counts);
}

function notSquare(message: string, value: number): AssayRangeError {
  return new AssayRangeError(message, { code: "shape", argument: "counts", value });
}

/** Demands counts: finite, not negative, and any. */
function cellsOf(numClasses: number, counts: Float64Array<ArrayBuffer>): DenseCells {
  let any = false;
  counts.forEach((count, index) => {
    if (count > 0 && count < Number.POSITIVE_INFINITY) any = true;
    else if (count !== 0) {
      const code = Number.isNaN(count) ? "nan" : "range";
      const message = `counts[${index}] = ${count}, but must be a finite number ≥ 0`;
      throw new AssayRangeError(message, { code, argument: "counts", index, value: count });
    }
  });
  if (!any) throw new AssayRangeError("counts has no row in it", { code: "empty", argument: "counts" });
  return new DenseCells(numClasses, counts);
}
