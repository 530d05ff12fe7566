/**
 * Thresholds that a caller gives.
 *
 * @module
 */
import { AssayRangeError, type Reals } from "@assay/contract";
import { expectRows, numbersOf, reals } from "../arguments.js";

/** A copy of the thresholds, none of them NaN. */
export function thresholdsOf(given: Reals): Float64Array<ArrayBuffer> {
  const column = reals(given, "thresholds");
  expectRows(column);
  const thresholds = numbersOf(column);
  const index = thresholds.findIndex((threshold) => Number.isNaN(threshold));
  if (index < 0) return thresholds;
  throw new AssayRangeError(`thresholds[${index}] = NaN, but must be a number`, {
    code: "nan",
    argument: "thresholds",
    index,
    value: Number.NaN,
  });
}
