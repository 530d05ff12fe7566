/**
 * The area under points.
 *
 * @module
 */
import { AssayRangeError, type Curves } from "@assay/contract";
import { type Column, copyIn, expectLength, reals } from "../arguments.js";
import { core } from "../core.js";
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

/**
 * Trapezoidal area under points: |Σ (xᵢ₊₁ − xᵢ)(yᵢ + yᵢ₊₁)/2|.
 *
 * Under points of precision and recall it is optimistic; `averagePrecision` is the step sum.
 *
 * @param x N coordinates, ascending or descending, equal ones allowed
 * @param y N values
 * @throws AssayRangeError for coordinates in no order, a NaN, fewer than 2 points, lengths that do not fit
 * @see scikit-learn, `sklearn.metrics.auc`
 */
export const auc: Curves["auc"] = (x, y) => {
  const [xs, ys] = [reals(x, "x"), reals(y, "y")];
  expectLength(ys, xs.length, "x has");
  if (xs.length < 2) {
    throw new AssayRangeError(`x has ${xs.length} elements, but an area needs 2`, { code: "shape", argument: "x" });
  }
  const area = withAddress(xs, (at) =>
    withAddress(ys, (above) => core().curve_trapezoids(at, xs.type, above, ys.type, xs.length)),
  );
  if (!Number.isNaN(area)) return area;
  throw new AssayRangeError("x is neither ascending nor descending, or x or y has a NaN", {
    code: "range",
    argument: "x",
  });
};
