/**
 * Weights of classes or of labels: one for each column of the predictions.
 *
 * @module
 */
import { AssayRangeError } from "@assay/contract";
import { expectLength, numbersOf, reals } from "../arguments.js";

/** One finite weight ≥ 0 for each column. */
export function columnWeights(given: unknown, name: string, columns: number, because: string): Float64Array {
  const column = reals(given, name);
  expectLength(column, columns, `${because} is`);
  const weights = numbersOf(column);
  for (const [index, value] of weights.entries()) {
    if (value >= 0 && value < Number.POSITIVE_INFINITY) continue;
    throw new AssayRangeError(`${name}[${index}] = ${value}, but must be a finite weight ≥ 0`, {
      code: Number.isNaN(value) ? "nan" : "range",
      argument: name,
      index,
      value,
    });
  }
  return weights;
}

/** The same for an option that may be missing. */
export function optionalColumnWeights(weight: unknown, columns: number, because: string): Float64Array | undefined {
  return weight === undefined ? undefined : columnWeights(weight, "weight", columns, because);
}
