/**
 * Thresholds that a caller gives.
 *
 * @module
 */
import { AssayRangeError, type Reals } from "@assay/contract";
import { copyNumbers, expectRows, reals } from "../arguments.js";

/** A copy of the thresholds, none of them NaN. */
export function thresholdsOf(given: Reals): Float64Array<ArrayBuffer> {
  const column = reals(given, "thresholds");
  expectRows(column);
  const thresholds = new Float64Array(column.length);
  if (Array.isArray(column.source)) copyNumbers("thresholds", column.source, 0, thresholds);
  else thresholds.set(column.source);
  const index = thresholds.findIndex((threshold) => Number.isNaN(threshold));
  if (index < 0) return thresholds;
  throw new AssayRangeError(`thresholds[${index}] = NaN, but must be a number`, {
    code: "nan",
    argument: "thresholds",
    index,
    value: Number.NaN,
  });
}
