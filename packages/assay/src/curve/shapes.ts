/**
 * The points of curves: columns that a kernel writes and shapes.
 *
 * @module
 */
import type { CountsAtThresholds } from "@assay/contract";
import { buffer, core } from "../core.js";
import { Region } from "../memory.js";
import type { SortedScores } from "./sorted-scores.js";

/** The border's codes of shapes. */
export const shapes = { roc: 0, precisionRecall: 1, det: 2, gains: 3, costs: 4 } as const;

/** Three columns; what they hold depends on the shape. */
export type Columns = readonly [
  thresholds: Float64Array<ArrayBuffer>,
  second: Float64Array<ArrayBuffer>,
  third: Float64Array<ArrayBuffer>,
];

/** Which points of a curve. */
export interface Selected {
  /** These thresholds, in this order, instead of +∞ and every distinct score. */
  readonly thresholds?: Float64Array<ArrayBuffer> | undefined;
  readonly strict?: boolean;
  /** Without the point for nothing positive. */
  readonly scoresOnly?: boolean;
}

/** A range of points: where it begins and where it ends. */
type Range = readonly [first: number, end: number];

/** Columns of room in wasm memory, with their points written. */
function withPoints<Result>(
  curve: SortedScores,
  { thresholds, strict = false, scoresOnly = false }: Selected,
  body: (address: number, length: number, skip: number) => Result,
): Result {
  const length = thresholds?.length ?? core().curve_distinct(curve.address) + 1;
  const room = new Region((3 * length + 2) * 8 + 8, "points of a curve");
  try {
    if (thresholds !== undefined) new Float64Array(buffer(), room.address, length).set(thresholds);
    core().curve_points(curve.address, room.address, length, thresholds !== undefined, strict, false);
    return body(room.address, length, Number(scoresOnly && thresholds === undefined));
  } finally {
    room.free();
  }
}

/** Copies of the columns' points in a range; the columns besides thresholds may have one more. */
function copies(address: number, length: number, [first, end]: Range, more: number): Columns {
  const column = (start: number, from: number, to: number) =>
    new Float64Array(buffer(), address + 8 * (start + from), to - from).slice();
  return [column(0, first, end - more), column(length, first, end), column(2 * length + 1, first, end)];
}

/** Thresholds, true and false positives. */
export function pointsOf(curve: SortedScores, selected: Selected): Columns {
  return withPoints(curve, selected, (address, length, skip) => copies(address, length, [skip, length], 0));
}

/** All four counts. What is below a threshold is a sum of its own. */
export function countsOf(curve: SortedScores, selected: Selected): CountsAtThresholds {
  const { thresholds: given, strict = false } = selected;
  return withPoints(curve, selected, (address, length, skip) => {
    const [thresholds, tp, fp] = copies(address, length, [skip, length], 0);
    core().curve_points(curve.address, address, length, given !== undefined, strict, true);
    const [, fn, tn] = copies(address, length, [skip, length], 0);
    return { thresholds, tp, fp, fn, tn };
  });
}

/** Counts at all there is to choose from: +∞ and every distinct score. With scores of +∞ nothing else makes none positive. */
export function candidatesOf(curve: SortedScores): CountsAtThresholds {
  return countsOf(curve, { scoresOnly: curve.range()[1] === Number.POSITIVE_INFINITY });
}

/** Points of a curve of some shape. */
export function shaped(curve: SortedScores, shape: number, selected: Selected, drop: boolean): Columns {
  const [positives, negatives] = curve.totals();
  return withPoints(curve, selected, (address, length, skip) => {
    const range = address + (3 * length + 2) * 8;
    core().curve_shape(
      shape,
      address,
      length,
      skip,
      positives,
      negatives,
      drop,
      selected.thresholds !== undefined,
      range,
    );
    const [count, first] = new Uint32Array(buffer(), range, 2) as unknown as [number, number];
    // Corners of costs are one more than thresholds.
    return copies(address, length, [first, first + count], Number(shape === shapes.costs));
  });
}
