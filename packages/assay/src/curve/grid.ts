/**
 * Thresholds to look at instead of all.
 *
 * @module
 */
import { AssayRangeError, defaults, type GridOptions } from "@assay/contract";
import { flag, inapplicable, whole } from "../options.js";
import type { SortedScores } from "./sorted-scores.js";
import { thresholdsOf } from "./thresholds.js";

export const gridNames = ["thresholds", "linspace", "strict"] as const;

/** The thresholds that are given, or a linspace, and whether positive means above them; no thresholds for all. */
export interface Grid {
  readonly thresholds: Float64Array<ArrayBuffer> | undefined;
  readonly strict: boolean;
}

/** Reads what is asked for. */
export function gridOf(scores: SortedScores, { thresholds, linspace, strict }: GridOptions): Grid {
  flag(strict ?? defaults.strict, "strict");
  if (thresholds === undefined && linspace === undefined) {
    if (strict === undefined) return { thresholds, strict: defaults.strict };
    throw inapplicable("strict", "strict is for thresholds or linspace: all are tried otherwise", strict);
  }
  if (thresholds !== undefined && linspace !== undefined) {
    throw inapplicable("linspace", "linspace and thresholds exclude each other", linspace);
  }
  const list = thresholds === undefined ? evenlySpaced(scores, linspace as number) : thresholdsOf(thresholds);
  return { thresholds: list, strict: strict ?? defaults.strict };
}

/** numpy.linspace from the smallest score to the largest. */
function evenlySpaced(scores: SortedScores, linspace: number): Float64Array<ArrayBuffer> {
  const size = whole(linspace, 2, "linspace");
  const [low, high] = scores.range();
  const range = high - low;
  if (!Number.isFinite(range)) {
    throw new AssayRangeError(`scores go from ${low} to ${high}: linspace needs a finite range`, {
      code: "range",
      argument: "linspace",
      value: linspace,
    });
  }
  const step = range / (size - 1);
  const at = (i: number): number => (step === 0 ? (i / (size - 1)) * range : i * step);
  return Float64Array.from({ length: size }, (_, i) => (i === size - 1 ? high : low + at(i)));
}
