/**
 * Sums of weights.
 *
 * @module
 */
import { AssayRangeError } from "@assay/contract";

/** 2¹⁰⁰⁰: far enough below the largest number that rows can be drawn again and again, and their weights have a sum. */
const MOST = 1.0715086071862673e301;

/** Weights have to have a sum that can be computed with. */
export function expectTotal(argument: string, [positives, negatives]: readonly [number, number]): void {
  const total = positives + negatives;
  if (total < MOST) return;
  const message = `the weights in ${argument} come to ${total}, but must come to less than 2^1000: scale them`;
  throw new AssayRangeError(message, { code: "range", argument, value: total });
}
