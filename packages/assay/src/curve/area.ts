/**
 * The area under points.
 *
 * @module
 */
import { AssayRangeError, type Curves } from "@assay/contract";
import { type Column, copyIn, elementType, expectLength, reals } from "../arguments.js";
import { buffer, core } from "../core.js";
import { Region } from "../memory.js";

/** Runs with a column's address; what lies elsewhere is copied for as long. */
function withAddress<Result>(column: Column, body: (address: number) => Result): Result {
  if (column.address !== 0) return body(column.address);
  const room = new Region(column.length * column.bytesPerElement, "points");
  try {
    copyIn(column, 0, column.length, room.address);
    return body(room.address);
  } finally {
    room.free();
  }
}

/** The elements of a column, where they are now: memory may have grown since it was taken. */
function elementsOf({ source, type, address, length }: Column): readonly number[] {
  if (address === 0) return Array.from(source);
  return Array.from(new (type === elementType.float32 ? Float32Array : Float64Array)(buffer(), address, length));
}

/** Complains of the first element that is not as it must be. */
function demand(name: string, elements: readonly number[], isFine: (i: number) => boolean, expected: string): void {
  const index = elements.findIndex((_, i) => !isFine(i));
  if (index < 0) return;
  const value = elements[index] as number;
  throw new AssayRangeError(`${name}[${index}] = ${value}, but must be ${expected}`, {
    code: Number.isNaN(value) ? "nan" : "range",
    argument: name,
    index,
    value,
  });
}

/** Says what is wrong with points whose area is not finite; nothing where it is only too large. */
function explain(x: readonly number[], y: readonly number[]): void {
  demand("x", x, (i) => Number.isFinite(x[i]), "finite");
  demand("y", y, (i) => Number.isFinite(y[i]), "finite");
  const width = (i: number): number => (x[i] as number) - (x[Math.max(0, i - 1)] as number);
  const direction = Math.sign(width(x.findIndex((_, i) => width(i) !== 0)));
  demand("x", x, (i) => width(i) * direction >= 0, "in ascending or in descending order");
}

/**
 * Trapezoidal area under points: |Σ (xᵢ₊₁ − xᵢ)(yᵢ + yᵢ₊₁)/2|.
 *
 * Under points of precision and recall it is optimistic; `averagePrecision` is the step sum.
 *
 * @param x N coordinates, ascending or descending, equal ones allowed
 * @param y N values
 * @throws AssayRangeError for coordinates in no order, numbers that are not finite, fewer than 2 points, lengths that do
 * not fit
 * @see scikit-learn, `sklearn.metrics.auc`
 */
export const auc: Curves["auc"] = (x, y) => {
  const [xs, ys] = [reals(x, "x"), reals(y, "y")];
  expectLength(ys, xs.length, "x has");
  if (xs.length < 2) {
    throw new AssayRangeError(`x has ${xs.length} elements, but an area needs 2`, {
      code: "shape",
      argument: "x",
      value: xs.length,
    });
  }
  const area = withAddress(xs, (at) =>
    withAddress(ys, (above) => core().curve_trapezoids(at, xs.type, above, ys.type, xs.length)),
  );
  if (!Number.isFinite(area)) explain(elementsOf(xs), elementsOf(ys));
  return area;
};
