/**
 * Scores that a measure needs in order, kept over a stream.
 *
 * @module
 */
import { AssayTypeError } from "@assay/contract";
import type { Content } from "../accumulator.js";
import { type CurveRows, type Selection, SortedScores } from "../curve/sorted-scores.js";
import { fingerprintOfText } from "../fingerprint.js";

/** Fingerprint of the configuration, and the bytes of each table. */
const numberBytes = 8;

/** Scores with their labels, in one table or in one for each class. They are sorted when they are read. */
export class KeptScores implements Content<KeptScores> {
  readonly keepsScores = true;
  /** Equal where configurations are. */
  readonly identity: string;
  readonly #weighted: boolean;
  #tables: SortedScores[];
  #isSorted = false;

  constructor(identity: string, tables: number, weighted: boolean) {
    this.identity = identity;
    this.#weighted = weighted;
    this.#tables = emptyTables(tables, weighted);
  }

  #alive(): readonly SortedScores[] {
    if (this.#tables.length > 0) return this.#tables;
    throw new AssayTypeError("this accumulator was freed", { code: "stale", argument: "accumulator" });
  }

  /** Each table, sorted. */
  sorted(): readonly SortedScores[] {
    const tables = this.#alive();
    if (!this.#isSorted) for (const table of tables) table.sort();
    this.#isSorted = true;
    return tables;
  }

  /** Adds rows: for each table the columns that enter it. */
  add(rows: CurveRows, selections: readonly (readonly Selection[])[]): void {
    this.#isSorted = false;
    this.#alive().forEach((table, k) => {
      table.append(rows, selections[k] as readonly Selection[]);
    });
  }

  isLike(other: unknown): other is KeptScores {
    return other instanceof KeptScores && other.identity === this.identity;
  }

  merge(other: KeptScores): boolean {
    if (!this.isLike(other)) return false;
    const [tables, others] = [this.#alive(), other.#alive()];
    // Room is found before anything is changed.
    tables.forEach((table, k) => {
      table.reserve((others[k] as SortedScores).length);
    });
    this.#isSorted = false;
    tables.forEach((table, k) => {
      table.join(others[k] as SortedScores);
    });
    return true;
  }

  save(): Uint8Array<ArrayBuffer> {
    const parts = this.sorted().map((table) => table.toBytes());
    const head = Float64Array.of(fingerprintOfText(this.identity), ...parts.map(({ length }) => length));
    const saved = new Uint8Array(parts.reduce((length, part) => length + part.length, head.byteLength));
    const view = new DataView(saved.buffer);
    head.forEach((number, i) => {
      view.setFloat64(numberBytes * i, number, true);
    });
    let at = head.byteLength;
    for (const part of parts) {
      saved.set(part, at);
      at += part.length;
    }
    return saved;
  }

  restore(saved: Uint8Array): boolean {
    const tables = this.#alive();
    const parts = this.#partsOf(saved);
    if (parts === undefined) return false;
    const read: SortedScores[] = [];
    try {
      for (const part of parts) {
        const table = SortedScores.fromBytes(part);
        if (table === undefined) return false;
        read.push(table);
        if (table.kind !== tables[0]?.kind || !areProbabilities(table)) return false;
      }
      for (const table of tables) table.free();
      this.#tables = read.splice(0);
      this.#isSorted = true;
      return true;
    } finally {
      for (const table of read) table.free();
    }
  }

  /** Saved tables; `undefined` where lengths do not add up, or they are of another configuration. */
  #partsOf(saved: Uint8Array): Uint8Array[] | undefined {
    const count = this.#tables.length;
    const start = numberBytes * (1 + count);
    if (saved.length < start) return undefined;
    const view = new DataView(saved.buffer, saved.byteOffset, start);
    if (view.getFloat64(0, true) !== fingerprintOfText(this.identity)) return undefined;
    const parts: Uint8Array[] = [];
    let at = start;
    for (let k = 1; k <= count; k++) {
      const length = view.getFloat64(numberBytes * k, true);
      const end = at + length;
      if (!(Number.isInteger(length) && length >= 0 && end <= saved.length)) return undefined;
      parts.push(saved.subarray(at, end));
      at = end;
    }
    return at === saved.length ? parts : undefined;
  }

  clear(): void {
    this.#isSorted = false;
    for (const table of this.#alive()) table.become(SortedScores.growing(this.#weighted));
  }

  free(): void {
    for (const table of this.#tables) table.free();
    this.#tables = [];
  }
}

function emptyTables(count: number, weighted: boolean): SortedScores[] {
  const made: SortedScores[] = [];
  try {
    while (made.length < count) made.push(SortedScores.growing(weighted));
    return made;
  } catch (error) {
    for (const table of made) table.free();
    throw error;
  }
}

/** Whether sorted scores from outside are all in 0..1. */
function areProbabilities(sorted: SortedScores): boolean {
  const rowsFrom = (score: number, above: boolean): number => {
    const { tp, fp } = sorted.at(score, above);
    return tp + fp;
  };
  const [positives, negatives] = sorted.totals();
  return rowsFrom(1, true) === 0 && rowsFrom(0, false) === positives + negatives;
}
