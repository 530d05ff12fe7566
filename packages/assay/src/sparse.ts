/**
 * Tables of few cells among very many: sorted runs in wasm memory, joined two by two.
 *
 * Each run is at least twice as long as the one after it, so a cell is copied a logarithm of times.
 *
 * @module
 */
import { buffer, core } from "./core.js";
import { Region } from "./memory.js";

/** The border's codes of what cells hold. */
export const sparseContent = { counts: 0, sums: 1, rows: 2 } as const;

type Content = (typeof sparseContent)[keyof typeof sparseContent];

/** Rows that become entries at a time: entries and their spare room stay in the second cache. */
export const ENTRY_ROWS: number = 32768;

/** Sorted cells. */
export interface Run {
  readonly cells: number;
  readonly region: Region;
}

function bytesOf({ region }: Run): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer(), region.address, region.bytes);
}

/** Keys in ascending order, and what is held under each. */
export interface Table {
  readonly keys: Float64Array<ArrayBuffer>;
  readonly values: Float64Array<ArrayBuffer>;
}

/** What was counted under each key. */
export class SparseTable {
  readonly #content: Content;
  readonly #runs: Run[] = [];

  constructor(content: Content) {
    this.#content = content;
  }

  #region(cells: number): Region {
    return new Region(cells * core().sparse_cell_bytes(this.#content), "a sparse table");
  }

  /** Adds entries; they are sorted where they lie. */
  add(entries: number, spare: number, length: number): void {
    if (length === 0) return;
    const cells = core().sparse_sort(this.#content, entries, spare, length);
    const region = this.#region(cells);
    core().sparse_gather(this.#content, entries, length, region.address, cells);
    this.#runs.push({ cells, region });
    this.#settle();
  }

  /** Joins runs until each is at least twice as long as the one after it. */
  #settle(): void {
    for (;;) {
      const [before, last] = this.#runs.slice(-2);
      if (before === undefined || last === undefined || before.cells >= 2 * last.cells) return;
      this.#joinLast(before, last);
    }
  }

  #joinLast(before: Run, last: Run): void {
    const [a, b] = [before.region.address, last.region.address];
    const cells = core().sparse_joined(this.#content, a, before.cells, b, last.cells);
    const region = this.#region(cells);
    core().sparse_join(this.#content, a, before.cells, b, last.cells, region.address, cells);
    before.region.free();
    last.region.free();
    this.#runs.splice(-2, 2, { cells, region });
  }

  /** All cells in one run; `undefined` where there are none. */
  #whole(): Run | undefined {
    for (;;) {
      const [before, last] = this.#runs.slice(-2);
      if (before === undefined || last === undefined) return before;
      this.#joinLast(before, last);
    }
  }

  /** A copy of another table's cells, to {@link take}. */
  copyOf(other: SparseTable): Run | undefined {
    this.#settle();
    const from = other.#whole();
    if (from === undefined) return undefined;
    const region = this.#region(from.cells);
    new Uint8Array(buffer(), region.address, region.bytes).set(bytesOf(from));
    return { cells: from.cells, region };
  }

  /** Adds a run that is this table's from now on. It needs no room, so it cannot fail. */
  take(run: Run | undefined): void {
    if (run !== undefined) this.#runs.push(run);
  }

  /** The cells as they are merged and saved. */
  save(): Uint8Array<ArrayBuffer> {
    const run = this.#whole();
    return run === undefined ? new Uint8Array() : bytesOf(run).slice();
  }

  /** Becomes saved cells with keys below a limit; false where they are none. */
  restore(saved: Uint8Array, limit: number): boolean {
    const cells = saved.length / core().sparse_cell_bytes(this.#content);
    if (!Number.isInteger(cells)) return false;
    this.clear();
    if (cells === 0) return true;
    const run = { cells, region: this.#region(cells) };
    this.#runs.push(run);
    bytesOf(run).set(saved);
    return core().sparse_is_valid(this.#content, run.region.address, cells, limit);
  }

  /** What was counted, in the order of keys. */
  read(): Table {
    const run = this.#whole();
    const cells = run?.cells ?? 0;
    const room = new Region(cells * 16, "a result");
    try {
      const [keys, values] = [room.address, room.address + cells * 8] as const;
      if (run !== undefined) core().sparse_read(this.#content, run.region.address, cells, keys, values);
      return {
        keys: new Float64Array(buffer(), keys, cells).slice(),
        values: new Float64Array(buffer(), values, cells).slice(),
      };
    } finally {
      room.free();
    }
  }

  clear(): void {
    for (const { region } of this.#runs.splice(0)) region.free();
  }
}
