/**
 * The thresholds to choose from.
 *
 * @module
 */
import { defaults, type GridOptions, type Reals } from "@assay/contract";
import { boolean, checkNotEmpty, count, rangeError, reals, typeError } from "../input.js";
import { everyPoint, type Point, pointAt, type SortedScores } from "./sorted-scores.js";

export const GRID_OPTIONS: readonly string[] = ["thresholds", "linspace", "strict"];

/**
 * Points of `thresholds` or of a linspace, in their order or another one; otherwise of +∞ and of every distinct score, from the largest
 * on. Nothing is positive at +∞, unless that is a score itself.
 */
export function pointsOfGrid(
  scores: SortedScores,
  { thresholds, linspace, strict }: GridOptions,
  ordered: (list: Float64Array) => Float64Array = (list) => list,
): readonly Point[] {
  const above = boolean("strict", strict, defaults.strict);
  if (thresholds === undefined && linspace === undefined) {
    if (strict !== undefined) {
      const message = "strict is for thresholds or linspace: every distinct score is tried otherwise";
      throw typeError("option", "strict", message, strict);
    }
    return scores.steps[0]?.threshold === Infinity ? scores.steps : everyPoint(scores);
  }
  if (thresholds !== undefined && linspace !== undefined) {
    const message = "linspace makes the thresholds that thresholds gives: they exclude each other";
    throw typeError("option", "linspace", message, linspace);
  }
  const list = thresholds === undefined ? evenlySpaced(scores, linspace!) : thresholdList(thresholds);
  return [...ordered(list)].map((threshold) => pointAt(scores, threshold, above));
}

/** Thresholds that are given. */
export function thresholdList(thresholds: Reals): Float64Array {
  const list = reals("thresholds", thresholds);
  checkNotEmpty("thresholds", list);
  return Float64Array.from(list);
}

/** So many from the smallest score to the largest: `numpy.linspace`. */
function evenlySpaced({ steps }: SortedScores, linspace: number): Float64Array {
  const size = count("linspace", linspace, 2);
  const [low, high] = [steps.at(-1)?.threshold ?? NaN, steps[0]?.threshold ?? NaN];
  const range = high - low;
  if (!Number.isFinite(range)) {
    const message = `scores go from ${low} to ${high}: linspace needs a finite range`;
    throw rangeError("range", "linspace", message, { value: linspace });
  }
  const step = range / (size - 1);
  return Float64Array.from({ length: size }, (_, i) => {
    if (i === size - 1) return high;
    return low + (step === 0 ? (i / (size - 1)) * range : i * step);
  });
}
