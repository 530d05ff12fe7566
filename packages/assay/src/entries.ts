/**
 * Rows that leave entries: for the cells of a sparse matrix, and for the rows behind cells.
 *
 * @module
 */
import { AssayRangeError, AssayTypeError, type ConfusionOptions } from "@assay/contract";
import { buffer, core } from "./core.js";
import { Region } from "./memory.js";
import { ENTRY_ROWS, type SparseTable, type Table } from "./sparse.js";

/** The border's codes of which rows are kept. */
const wanting = { none: 0, errors: 1, all: 2, cells: 3 } as const;

const DESCRIPTION_WORDS = 9;

/** Which rows behind cells are kept. */
export interface Kept {
  readonly wanting: number;
  /** Keys target·numClasses + predicted, ascending; of `wanting.cells` only. */
  readonly keys: Float64Array<ArrayBuffer>;
}

function isCell(cell: unknown, numClasses: number): cell is [target: number, predicted: number] {
  const isClass = (k: unknown): boolean => Number.isInteger(k) && (k as number) >= 0 && (k as number) < numClasses;
  return Array.isArray(cell) && cell.length === 2 && cell.every(isClass);
}

/** The rows that an option asks for; `undefined` where it is not given. */
export function keptOf(keepRows: ConfusionOptions["keepRows"], numClasses: number): Kept | undefined {
  if (keepRows === undefined) return undefined;
  if (keepRows === "errors" || keepRows === "all") return { wanting: wanting[keepRows], keys: new Float64Array() };
  if (!Array.isArray(keepRows)) {
    const message = 'keepRows must be "errors", "all" or an array of cells [target, predicted]';
    throw new AssayRangeError(message, { code: "option", argument: "keepRows", value: keepRows });
  }
  const keys = keepRows.map((cell: unknown, index) => {
    if (isCell(cell, numClasses)) return cell[0] * numClasses + cell[1];
    const message = `keepRows[${index}] must be a cell [target, predicted] of classes 0..${numClasses - 1}`;
    throw new AssayRangeError(message, { code: "option", argument: "keepRows", index, value: cell });
  });
  return { wanting: wanting.cells, keys: Float64Array.from(new Set(keys)).sort() };
}

function isKept({ wanting: code, keys }: Kept, target: number, predicted: number, key: number): boolean {
  if (code === wanting.all) return true;
  return code === wanting.errors ? target !== predicted : keys.includes(key);
}

/** The place of the first key that is not below this one. */
function firstFrom(keys: Float64Array, key: number): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as number) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rows in a cell, in ascending order. */
export function rowsIn(
  { keys, values }: Table,
  kept: Kept,
  numClasses: number,
  target: number,
  predicted: number,
): Float64Array<ArrayBuffer> {
  const key = target * numClasses + predicted;
  if (!isKept(kept, target, predicted, key)) {
    const message = `rows of the cell [${target}, ${predicted}] were not kept: keepRows did not ask for them`;
    throw new AssayTypeError(message, { code: "option", argument: "keepRows" });
  }
  return values.slice(firstFrom(keys, key), firstFrom(keys, key + 1));
}

/**
 * Runs updates that leave entries: `body` is given the address of their description and a function that takes what one
 * update has left, and that must be called after each.
 */
export function leaveEntries(
  cells: SparseTable | undefined,
  rows: SparseTable | undefined,
  kept: Kept | undefined,
  body: (description: number, taken: (first: number) => void) => void,
): void {
  if (cells === undefined && rows === undefined) {
    body(0, () => {});
    return;
  }
  const entryBytes = ENTRY_ROWS * core().sparse_entry_bytes();
  const keys = kept?.keys ?? new Float64Array();
  const room = new Region(3 * entryBytes + keys.length * 8 + DESCRIPTION_WORDS * 4, "a sparse table's entries");
  try {
    const [cellRoom, rowRoom, spare, wanted] = [0, 1, 2, 3].map((i) => room.address + i * entryBytes) as [
      number,
      number,
      number,
      number,
    ];
    const description = wanted + keys.length * 8;
    new Float64Array(buffer(), wanted, keys.length).set(keys);
    const words = () => new Uint32Array(buffer(), description, DESCRIPTION_WORDS);
    const code = kept?.wanting ?? wanting.none;
    words().set([cells ? cellRoom : 0, rows ? rowRoom : 0, ENTRY_ROWS, code, wanted, keys.length, 0, 0, 0]);
    body(description, (next) => {
      const [cellsLeft, rowsLeft] = words().slice(7) as unknown as [number, number];
      cells?.add(cellRoom, spare, cellsLeft);
      rows?.add(rowRoom, spare, rowsLeft);
      words()[6] = next;
    });
  } finally {
    room.free();
  }
}
