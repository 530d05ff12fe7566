import type { Labels, Reals } from "./arrays.js";
import type { AnyLabels } from "./labels.js";

/** What goes with the rows of one update. */
export interface RowOptions {
  /** One weight per row, ≥ 0. Whole weights equal repetition, zero equals absence. Needs `weighted: true`. */
  sampleWeight?: Reals;
}

/** How an accumulator is made, besides the options of its function. */
export interface AccumulatorOptions {
  /** Rows will come with weights. */
  weighted?: boolean;
}

/** Options of a function as its accumulator takes them: weights come with the rows. */
export type Streamed<Options> = Omit<Options, "sampleWeight"> & AccumulatorOptions;

/**
 * A metric over a stream: many updates, merges with others, one result. The result has the same bits however the rows
 * were cut into batches and in whatever order the parts were merged.
 *
 * A failed `update` or `merge` leaves the accumulator as it was.
 */
export interface Accumulator<Result, Given extends AnyLabels = Labels> {
  /**
   * Whether the definition needs every score in order, so that memory grows with the rows: 8 bytes for each score, 16 with
   * weights, of each class where each has a table of its own. False: it counts and sums, in memory that stays as it is.
   */
  readonly keepsScores: boolean;
  /** Adds rows; none is allowed. */
  update(predictions: Reals | Given, targets: Given, rows?: RowOptions): this;
  /** Adds everything another accumulator of the same configuration has seen; the other is left as it is. */
  merge(other: this): this;
  /**
   * The metric over all rows so far. Before any row counts are 0 and means are NaN; a measure derived from counts is what
   * it is for 0/0.
   */
  result(): Result;
  /** The state as bytes, with a version and its configuration: equal states have equal bytes. */
  toBytes(): Uint8Array<ArrayBuffer>;
  /** Adds a saved state of the same configuration, from another process or another day. */
  mergeBytes(bytes: Uint8Array): this;
  /** Forgets all rows. */
  reset(): this;
  /** Gives its memory back. */
  free(): void;
  [Symbol.dispose](): void;
}
