import { AssayTypeError, type ConfusionMatrix, type Labels } from "@assay/contract";
import {
  boolean,
  checkEach,
  checkOptions,
  checkTotal,
  type Elements,
  rangeError,
  resolve,
  typeError,
} from "../input.js";
import { commonUnit } from "../ratio.js";
import { indexNames, namesOf } from "./classes.js";
import { Matrix } from "./matrix.js";

/** A matrix from its cells: a row for each true class, a column for each predicted one. */
export function fromCounts(
  counts: Labels | readonly (readonly number[] | Labels)[],
  options: { classNames?: readonly string[]; binary?: boolean } = {},
): ConfusionMatrix {
  checkOptions("confusionMatrix.fromCounts", options, ["classNames", "binary"]);
  const cells = elementsOf(counts);
  checkEach("counts", cells, (value) => value >= 0 && value < Infinity, "range", "a finite count ≥ 0");
  if (cells.length === 0) throw rangeError("empty", "counts", "counts is empty");
  if (cells.every((count: number) => count === 0)) throw rangeError("empty", "counts", "counts are all 0: no row");
  const size = Math.sqrt(cells.length);
  if (!Number.isInteger(size)) throw notSquare(`counts has ${cells.length} elements`, cells.length);
  const binary = boolean("binary", options.binary, false);
  if (binary && size !== 2) {
    throw typeError("option", "binary", `binary is true, but counts are of ${size} classes`, true);
  }
  const { wholes, exponent } = commonUnit([...cells]);
  const matrix = new Matrix({
    classNames: namesOf(options.classNames, indexNames(size)),
    binary,
    exponent,
    cells: wholes
      .map((units, i) => ({ target: Math.floor(i / size), predicted: i % size, units }))
      .filter(({ units }) => units > 0n),
    rowsBehind: () => undefined,
  });
  checkTotal("counts", matrix.total * size);
  return matrix;
}

function elementsOf(counts: Labels | readonly (readonly number[] | Labels)[]): Elements {
  if (!Array.isArray(counts) || typeof counts[0] !== "object") return resolve("counts", counts, "labels");
  return Float64Array.from(
    counts.flatMap((row, i) => {
      if (!Array.isArray(row) && !ArrayBuffer.isView(row)) {
        throw new AssayTypeError(`counts[${i}] is no array`, {
          code: "type",
          argument: "counts",
          index: i,
          value: row,
        });
      }
      const elements = resolve(`counts[${i}]`, row, "labels");
      if (elements.length !== counts.length) {
        throw notSquare(`counts[${i}] has ${elements.length} elements of ${counts.length}`, elements.length);
      }
      return [...elements];
    }),
  );
}

function notSquare(what: string, value: number): Error {
  return rangeError("shape", "counts", `${what}, but should be square: classes × classes`, { value });
}
