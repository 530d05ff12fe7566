/**
 * What all scores of real predictions share: rows with their checks, passes over them that add up exactly, and what is
 * read off values in order.
 *
 * @module
 */
import { AssayRangeError, type Labels, type Reals, type RegressionOptions } from "@assay/contract";
import {
  type Column,
  column,
  elementType,
  expectLength,
  expectRows,
  nothingLeft,
  optionalReals,
  reals,
} from "../arguments.js";
import { buffer, core } from "../core.js";
import { check } from "../faults.js";
import { Region } from "../memory.js";
import { numbersFrom } from "../results.js";
import { stream } from "../stream.js";

const names = { predictions: "predictions", targets: "targets", numClasses: 2, widths: [1, 1, 1] } as const;

/** The border's code of a value outside its range. */
const OUT_OF_RANGE = 5;

/** What the elements of an argument may be: finite and above a bound. */
export interface Range {
  readonly above: number;
  /** For messages. */
  readonly expected: string;
}

/** Any finite number. */
export const finite: Range = { above: Number.NEGATIVE_INFINITY, expected: "must be finite" };

/** Arguments with their shapes checked. */
export interface Rows {
  readonly predictions: Column;
  readonly targets: Column;
  readonly weight: Column | undefined;
  readonly count: number;
  /** What predictions and targets may be. */
  readonly ranges: readonly [predictions: Range, targets: Range];
}

/** Takes the arguments of a score. */
export function takeRows(
  predictions: Reals,
  targets: Labels,
  { sampleWeight }: RegressionOptions,
  ranges: Rows["ranges"] = [finite, finite],
): Rows {
  const p = reals(predictions, "predictions");
  const t = column(targets, "targets");
  expectLength(p, t.length, "targets has");
  const weight = optionalReals(sampleWeight, "sampleWeight");
  if (weight !== undefined) expectLength(weight, t.length, "the number of rows is");
  expectRows(t);
  return { predictions: p, targets: t, weight, count: t.length, ranges };
}

function checkRows(status: number, first: number, { ranges }: Rows): void {
  if (status === OUT_OF_RANGE) {
    const [which, at, value] = new Float64Array(buffer(), core().slab(), 3) as unknown as [number, number, number];
    const argument = which === 0 ? "predictions" : "targets";
    const range = ranges[which];
    const index = first + at;
    if (range !== undefined) {
      throw new AssayRangeError(`${argument}[${index}] = ${value}, but ${range.expected}`, {
        code: "range",
        argument,
        index,
        value,
      });
    }
  }
  check(status, first, names);
}

/** Where the elements of a block of rows are, each with the border's code of its type. */
type Block = readonly [p: number, pt: number, t: number, tt: number, w: number, wt: number];

function eachBlock(rows: Rows, body: (block: Block, count: number, first: number) => number): void {
  const { predictions, targets, weight, count } = rows;
  const inputs = [predictions, targets, weight].map((given) => given && { column: given, width: 1 });
  stream(count, inputs, [], ([p = 0, t = 0, w = 0], some, first) => {
    const block = [p, predictions.type, t, targets.type, w, weight?.type ?? elementType.none] as const;
    checkRows(body(block, some, first), first, rows);
  });
}

// --------------------------------------------------------------------------------------------------------------- sums

/** What a pass adds up: the border's codes of terms. */
export const terms = {
  /** |p − t| and |t|. */
  absolute: 0,
  /** ln²((1 + p) / (1 + t)). */
  squaredLog: 1,
  /** |p − t| / max(|t|, 2⁻⁵²). */
  percentage: 2,
  /** 2|p − t| / max(|p| + |t|, 1.17e-6). */
  symmetricPercentage: 3,
  /** The unit deviance of power a. */
  deviance: 4,
  /** The pinball loss at the quantile a. */
  pinball: 5,
  /** t. */
  target: 6,
  /** p and t. */
  both: 7,
  /** t − p and t. */
  errorAndTarget: 8,
  /** (t − p − a)² and (t − b)². */
  spread: 9,
  /** (p − a)², (t − b)² and (p − a)(t − b). */
  products: 10,
} as const;

/** What a pass found of one term. */
export interface Term {
  /** Σ w·term, exact but for one rounding. */
  readonly sum: number;
  /** The extremes, where the pass looks at them: those of the terms that are means, and of errors. */
  readonly least: number;
  readonly largest: number;
}

/** What a pass found. */
export interface Totals {
  /** Rows of weight above 0. */
  readonly rows: number;
  /** Σ w. */
  readonly weight: number;
  readonly terms: readonly [Term, Term, Term];
}

/** Numbers that the kernel writes: rows, weight, and three for each of three terms. */
const TOTALS = 11;

/** What terms depend on besides the row. */
interface Parameters {
  readonly a?: number;
  readonly b?: number;
  /** Stands for every prediction. */
  readonly constant?: number;
}

/** Adds up the terms of all rows. */
export function pass(rows: Rows, what: number, { a = 0, b = 0, constant }: Parameters = {}): Totals {
  const region = new Region(core().regression_totals_bytes(), "totals");
  try {
    core().regression_start(region.address);
    const [predictionRange, targetRange] = rows.ranges;
    eachBlock(rows, ([p, pt, t, tt, w, wt], count) => {
      const type = constant === undefined ? pt : elementType.none;
      const above = [predictionRange.above, targetRange.above] as const;
      // biome-ignore format: an address and its type belong together
      return core().regression_update(
        region.address, count, p, type, t, tt, w, wt, ...above, what, a, b, constant ?? 0,
      );
    });
    return totalsFrom(numbersFrom(TOTALS, (to) => core().regression_finish(region.address, to)));
  } finally {
    region.free();
  }
}

function totalsFrom(numbers: Float64Array): Totals {
  const [rows = 0, weight = 0] = numbers;
  if (rows === 0) throw nothingLeft("targets");
  const term = (i: number): Term => {
    const [sum = 0, least = 0, largest = 0] = numbers.subarray(2 + 3 * i);
    return { sum, least, largest };
  };
  return { rows, weight, terms: [term(0), term(1), term(2)] };
}

/** The mean of a term with extremes; of equal values their value, to the bit. */
export function meanOf({ sum, least, largest }: Term, { weight }: Totals): number {
  return least === largest ? least : sum / weight;
}

/** One row, that stands for no more: nothing can be said relative to a constant. */
export function isSingle({ rows, weight }: Totals): boolean {
  return rows === 1 && weight < 2;
}

// -------------------------------------------------------------------------------------------------------------- order

/** What is kept of each row: the border's codes. */
export const kept = { error: 0, prediction: 1, target: 2 } as const;

/** Runs with rooms that are given back whatever happens. */
function withRooms<Result>(body: (room: (bytes: number) => number) => Result): Result {
  const regions: Region[] = [];
  try {
    return body((bytes) => {
      const region = new Region(bytes, "values to put in order");
      regions.push(region);
      return region.address;
    });
  } finally {
    for (const region of regions) region.free();
  }
}

/** Writes a value of each row, and its weight unless that room is 0. */
function keep(rows: Rows, value: number, values: number, weights: number): void {
  eachBlock(rows, (block, count, first) => {
    const after = first * 8;
    return core().regression_keep(count, ...block, value, values + after, weights === 0 ? 0 : weights + after);
  });
}

/**
 * The smallest value up to which at least, and that up to which more than, the share q of the weight lies. Anything
 * between the two is a q-quantile, and has the least pinball loss.
 */
export function quantilesOf(rows: Rows, value: number, q: number): [lower: number, upper: number] {
  const { count, weight } = rows;
  return withRooms((room) => {
    const values = room(count * 8);
    const [weights, order] =
      weight === undefined ? [0, 0] : [room(count * 8), room(core().regression_order_bytes(count))];
    keep(rows, value, values, weights);
    const found = numbersFrom(2, (to) => core().regression_quantiles(values, weights, count, order, q, to));
    const [lower = Number.NaN, upper = Number.NaN] = found;
    if (Number.isNaN(lower)) throw nothingLeft("targets");
    return [lower, upper];
  });
}

/** Runs with ranks in the place of predictions and targets. */
export function withRanks<Result>(rows: Rows, body: (ranks: Rows) => Result): Result {
  const { count, weight } = rows;
  return withRooms((room) => {
    const values = [room(count * 8), room(count * 8)] as const;
    const weights = weight === undefined ? 0 : room(count * 8);
    keep(rows, kept.prediction, values[0], weights);
    keep(rows, kept.target, values[1], weights);
    const order = room(core().regression_order_bytes(count));
    for (const address of values) core().regression_rank(address, weights, count, order);
    const inMemory = (name: string, address: number): Column => {
      return { name, type: elementType.float64, length: count, bytesPerElement: 8, address, source: [] };
    };
    return body({
      ...rows,
      predictions: inMemory("predictions", values[0]),
      targets: inMemory("targets", values[1]),
      weight: weights === 0 ? undefined : inMemory("sampleWeight", weights),
    });
  });
}
