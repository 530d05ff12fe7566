/**
 * A confusion matrix that was written as JSON.
 *
 * @module
 */
import { AssayRangeError, type ConfusionMatrix, isAssayError } from "@assay/contract";
import { describe } from "../arguments.js";
import { type Cells, SparseCells } from "./cells.js";
import { binaryOf, namesOf, nested, type Rows } from "./from-counts.js";
import { Matrix } from "./matrix.js";

function noMatrix(why: string): AssayRangeError {
  return new AssayRangeError(`json is no confusion matrix: ${why}`, { code: "state", argument: "json" });
}

/** Cells in the order in which a matrix lists them. */
function sparse(given: unknown, numClasses: number): SparseCells {
  if (!Array.isArray(given)) throw noMatrix(`cells is ${describe(given)}, but must be an array`);
  const [keys, counts] = [new Float64Array(given.length), new Float64Array(given.length)];
  const isClass = (k: unknown): k is number => Number.isInteger(k) && (k as number) >= 0 && (k as number) < numClasses;
  given.forEach((cell: unknown, i) => {
    const [target, predicted, count, ...more] = (Array.isArray(cell) ? cell : []) as readonly unknown[];
    const isCount = typeof count === "number" && count > 0 && count < Number.POSITIVE_INFINITY;
    if (!isClass(target) || !isClass(predicted) || !isCount || more.length > 0) {
      throw noMatrix(`cells[${i}] must be two classes and a count`);
    }
    keys[i] = target * numClasses + predicted;
    counts[i] = count;
    if (i > 0 && (keys[i] as number) <= (keys[i - 1] as number)) {
      throw noMatrix(`cells[${i}] is not behind the cell before it`);
    }
  });
  return new SparseCells(numClasses, keys, counts);
}

function cellsOf({ numClasses, counts, cells }: Readonly<Record<string, unknown>>): Cells {
  if (!Number.isSafeInteger(numClasses) || (numClasses as number) < 1)
    throw noMatrix(`numClasses is ${describe(numClasses)}`);
  if ((counts === undefined) === (cells === undefined)) throw noMatrix("it must have counts or cells");
  if (counts === undefined) return sparse(cells, numClasses as number);
  if (Array.isArray(counts) && counts.length === numClasses) return nested(counts as Rows);
  throw noMatrix(`counts must be ${numClasses} rows`);
}

/**
 * The confusion matrix that `toJSON` described: the same counts and names, so whatever follows from them is the same to
 * the bit. The rows behind cells are not written.
 *
 * @param json what JSON.parse returns
 * @throws AssayRangeError with code `"state"` for anything else: members that are missing, unknown or do not fit, a total
 *   that is not that of the cells
 * @example
 * confusionMatrix.fromJSON(JSON.parse(JSON.stringify(matrix))).f1({ average: "macro" });
 */
export function fromJSON(json: unknown): ConfusionMatrix {
  if (typeof json !== "object" || json === null) throw noMatrix(`it is ${describe(json)}`);
  const { numClasses, classNames, binary, total, counts, cells, ...more } = json as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(more)) throw noMatrix(`it has ${name}`);
  if (classNames === undefined) throw noMatrix("it has no classNames");
  try {
    const matrix = new Matrix({
      cells: cellsOf({ numClasses, counts, cells }),
      classNames: namesOf(classNames as readonly string[], numClasses as number),
      binary: binaryOf(binary as boolean, numClasses as number),
    });
    if (matrix.total === total) return matrix;
    throw noMatrix(`its cells add up to ${matrix.total}, but total is ${describe(total)}`);
  } catch (error) {
    if (isAssayError(error) && error.code !== "state") throw noMatrix(error.message);
    throw error;
  }
}
