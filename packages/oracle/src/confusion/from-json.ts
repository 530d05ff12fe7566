import { type ConfusionMatrix, isAssayError } from "@assay/contract";
import { boolean, rangeError, resolve } from "../input.js";
import { commonUnit } from "../ratio.js";
import { indexNames, namesOf } from "./classes.js";
import { Matrix } from "./matrix.js";

/** The matrix that `toJSON` described. Anything else is an error of code `"state"`. */
export function fromJSON(json: unknown): ConfusionMatrix {
  const fail = (why: string): Error => rangeError("state", "json", `json is no confusion matrix: ${why}`);
  if (typeof json !== "object" || json === null) throw fail("it is no object");
  const { numClasses, classNames, binary, total, counts, cells, ...more } = json as Record<string, unknown>;
  if (Object.keys(more).length > 0) throw fail(`it has ${Object.keys(more)}`);
  if (!Number.isSafeInteger(numClasses) || (numClasses as number) < 1) throw fail("numClasses is no number of classes");
  const size = numClasses as number;
  if ((counts === undefined) === (cells === undefined)) throw fail("it has to have counts or cells, and not both");
  if (classNames === undefined || binary === undefined) throw fail("classNames and binary have to be there");
  const listed = cells === undefined ? fromRows(counts, size) : fromCells(cells, size);
  if (listed === undefined) throw fail("its counts or cells are not those of a matrix");
  try {
    const isBinary = boolean("binary", binary as boolean, false);
    if (isBinary && size !== 2) throw fail("binary is of two classes");
    const { wholes, exponent } = commonUnit(listed.map(([, , count]) => count));
    const matrix = new Matrix({
      classNames: namesOf(classNames as string[], indexNames(size)),
      binary: isBinary,
      exponent,
      cells: listed
        .map(([target, predicted], i) => ({ target, predicted, units: wholes[i]! }))
        .filter(({ units }) => units > 0n),
      rowsBehind: () => undefined,
    });
    if (matrix.total !== total) throw fail(`total is ${String(total)}, but its cells add up to ${matrix.total}`);
    return matrix;
  } catch (error) {
    throw isAssayError(error) && error.code !== "state" ? fail(error.message) : error;
  }
}

type Cell = readonly [target: number, predicted: number, count: number];

function fromRows(given: unknown, size: number): Cell[] | undefined {
  if (!Array.isArray(given) || given.length !== size) return undefined;
  const rows = given as readonly unknown[];
  const isRow = (row: unknown): boolean => Array.isArray(row) && row.length === size && row.every(isCount);
  if (!rows.every(isRow)) return undefined;
  return rows.flatMap((row, target) => Array.from(resolve("counts", row, "labels"), (n, k): Cell => [target, k, n]));
}

function fromCells(given: unknown, size: number): Cell[] | undefined {
  if (!Array.isArray(given)) return undefined;
  const cells = given as readonly Cell[];
  const isClass = (k: unknown): boolean => Number.isInteger(k) && (k as number) >= 0 && (k as number) < size;
  const isCell = (cell: unknown): boolean =>
    Array.isArray(cell) && cell.length === 3 && isClass(cell[0]) && isClass(cell[1]) && isCount(cell[2]) && cell[2] > 0;
  if (!cells.every(isCell)) return undefined;
  const isNext = ([target, predicted]: Cell, i: number): boolean => {
    const [before, place] = [cells[i - 1], target * size + predicted];
    return before === undefined || before[0] * size + before[1] < place;
  };
  return cells.every(isNext) ? [...cells] : undefined;
}

function isCount(count: unknown): boolean {
  return typeof count === "number" && count >= 0 && count < Infinity;
}
