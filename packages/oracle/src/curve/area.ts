import type { Reals } from "@assay/contract";
import { checkLength, finiteReals, rangeError } from "../input.js";
import { exactSum } from "../sum.js";

/** Trapezoidal area under points: |Σ (xᵢ − xᵢ₋₁)(yᵢ + yᵢ₋₁)/2|. */
export function auc(x: Reals, y: Reals): number {
  const xs = finiteReals("x", x);
  const ys = finiteReals("y", y);
  checkLength("y", ys, xs.length, "one per x");
  if (xs.length < 2) {
    throw rangeError("shape", "x", `x has ${xs.length} elements, but an area needs 2`, { value: xs.length });
  }
  const widths = Float64Array.from(xs.subarray(1), (value, i) => value - xs[i]!);
  const direction = Math.sign(widths.find((width) => width !== 0) ?? 0);
  const back = widths.findIndex((width) => width * direction < 0);
  if (back >= 0) {
    const index = back + 1;
    const message = `x[${index}] = ${xs[index]} turns back: x should be ascending or descending`;
    throw rangeError("range", "x", message, { index, value: xs[index] });
  }
  return Math.abs(exactSum(widths.map((width, i) => width * ((ys[i]! + ys[i + 1]!) / 2))));
}
