/**
 * The area under points.
 *
 * @module
 */
import { AssayRangeError, type Curves } from "@assay/contract";
import { expectLength, numbersOf, reals } from "../arguments.js";
import { core } from "../core.js";
import { withRooms } from "../rooms.js";

/** Complains of the first element that is not as it must be. */
function demand(name: string, elements: Float64Array, isFine: (i: number) => boolean, expected: string): void {
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
function explain(x: Float64Array, y: Float64Array): void {
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
  const area = withRooms("points", (rooms) =>
    core().curve_trapezoids(rooms.holding(xs), xs.type, rooms.holding(ys), ys.type, xs.length),
  );
  if (!Number.isFinite(area)) explain(numbersOf(xs), numbersOf(ys));
  return area;
};
