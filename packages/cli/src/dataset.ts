import type { ColumnNames } from "./columns.js";
import type { LineNumbers } from "./lines.js";

/** A class: its index is its position among the classes. */
export interface ClassLabel {
  /** What the report calls it. */
  readonly name: string;
  /** What the target column holds for it; absent where no row has it and none was named. */
  readonly label?: string;
}

/**
 * What decided which class is which: whole numbers are class indices; `--class-names`; the names of the probability
 * columns; words sorted by code unit; or `--positive`.
 */
export type ClassOrder = "index" | "classNames" | "columns" | "sorted" | "positive";

/** What was read: rows as typed arrays. */
export interface Dataset {
  readonly rows: number;
  /** Class indices. */
  readonly targets: Int32Array<ArrayBuffer>;
  /** Row-major, one column per name in `columns.predictions`. */
  readonly predictions: Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  readonly weights?: Float64Array<ArrayBuffer>;
  /** In index order; binary: negative, positive. */
  readonly classes: readonly ClassLabel[];
  readonly classOrder: ClassOrder;
  readonly columns: ColumnNames;
  readonly lines: LineNumbers;
  /** Bytes read. */
  readonly bytes: number;
  /** Rows of several probabilities that do not sum to 1, and the one that is farthest off. */
  readonly rowSums?: RowSums;
}

export interface RowSums {
  readonly tolerance: number;
  readonly rows: number;
  /** Data row, from 1. */
  readonly farthest: number;
  readonly sum: number;
}
