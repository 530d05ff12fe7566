import { checkEach, resolve } from "../input.js";

/** Logarithms of probabilities: any numbers below +∞, for scores that are not normalised are taken too. */
export function logProbabilities(argument: string, given: unknown): Float32Array | Float64Array {
  const elements = resolve(argument, given, "reals") as Float32Array | Float64Array;
  checkEach(argument, elements, (value) => value < Infinity, "range", "a log-probability, below Infinity");
  return elements;
}
