import { rangeError, reals } from "../input.js";

/** Logarithms of probabilities: any numbers below +∞, for scores that are not normalised are taken too. */
export function logProbabilities(argument: string, given: unknown): Float32Array | Float64Array {
  const elements = reals(argument, given);
  const index = elements.indexOf(Infinity);
  if (index < 0) return elements;
  const message = `${argument}[${index}] = Infinity, but should be a log-probability, below Infinity`;
  throw rangeError("range", argument, message, { index, value: Infinity });
}
