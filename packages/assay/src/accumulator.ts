/**
 * Accumulators over the kernels' states. A one-shot call is one update and a result.
 *
 * @module
 */
import {
  type Accumulator,
  type AnyLabels,
  AssayRangeError,
  AssayTypeError,
  type Reals,
  type RowOptions,
} from "@assay/contract";
import { type Column, expectLength, expectRows, optionalReals } from "./arguments.js";
import { buffer, core } from "./core.js";
import { Region } from "./memory.js";
import { optionsOf } from "./options.js";
import { SparseTable, type sparseContent } from "./sparse.js";

/** The border's codes of states. */
export const stateKind = {
  calibration: 1,
  confusion: 2,
  loss: 3,
  classCounts: 4,
  setLevel: 5,
  topK: 6,
  multilabel: 7,
  labelRanking: 8,
  curveHistogram: 9,
  spiegelhalter: 10,
} as const;

/** Numbers that configure a kernel, and after them those that only tell states apart. */
const CONFIG_WORDS = 10;
const TAG_WORDS = 2;

/** What a state is made for. */
export interface Configuration {
  readonly kind: number;
  readonly config: readonly number[];
  /** What configures it besides: see {@link State.tags}. */
  readonly tags?: readonly number[];
  readonly tables?: readonly TableOf[];
}

/** A sparse table that is part of a state. */
export interface TableOf {
  readonly content: (typeof sparseContent)[keyof typeof sparseContent];
  /** Its keys are below this. */
  readonly limit: number;
}

/** What an accumulator holds of its rows. */
export interface Content<Self> {
  readonly keepsScores: boolean;
  /** Whether it is of the same configuration, so that {@link merge} adds it. */
  isLike(other: unknown): other is Self;
  /** Adds another one; false, with nothing changed, where it is of another configuration. */
  merge(other: Self): boolean;
  save(): Uint8Array<ArrayBuffer>;
  /** Becomes what was saved; false, with nothing changed, where that is of another configuration. */
  restore(saved: Uint8Array): boolean;
  clear(): void;
  free(): void;
}

/** A kernel's state in wasm memory: words of fixed number, and sparse tables where cells would be too many. */
export class State implements Content<State> {
  readonly keepsScores = false;
  readonly kind: number;
  readonly config: readonly number[];
  /** What no kernel looks at, but what keeps states apart: only equal ones merge. */
  readonly tags: readonly number[];
  /** Bytes that make up the state: what is merged and saved. */
  readonly bytes: number;
  readonly tables: readonly SparseTable[];
  readonly #tablesOf: readonly TableOf[];
  readonly #region: Region;

  constructor({ kind, config, tags = [], tables = [] }: Configuration) {
    this.kind = kind;
    this.config = config;
    this.tags = tags;
    this.#tablesOf = tables;
    this.tables = tables.map(({ content }) => new SparseTable(content));
    this.#writeConfig();
    this.bytes = core().state_bytes(kind);
    this.#region = new Region(core().state_room(kind), "an accumulator's state");
    this.clear();
  }

  get address(): number {
    const { address } = this.#region;
    if (address === 0) {
      throw new AssayTypeError("this accumulator was freed", { code: "stale", argument: "accumulator" });
    }
    return address;
  }

  /** Bytes of its room, with the kernel's scratch words. */
  get room(): number {
    return this.#region.bytes;
  }

  #writeConfig(): void {
    const words = new Float64Array(buffer(), core().slab() + 3 * 8, CONFIG_WORDS + TAG_WORDS);
    words.fill(0);
    words.set(this.config);
    words.set(this.tags, CONFIG_WORDS);
  }

  clear(): void {
    this.#writeConfig();
    core().state_init(this.address, this.room, this.kind);
    for (const table of this.tables) table.clear();
  }

  isLike(other: unknown): other is State {
    if (!(other instanceof State)) return false;
    const [own, its] = [this, other].map(({ kind, config, tags }) => [kind, ...config, Number.NaN, ...tags]);
    return own?.length === its?.length && (own ?? []).every((number, i) => Object.is(number, its?.[i]));
  }

  merge(other: State): boolean {
    if (this.bytes !== other.bytes || this.tables.length !== other.tables.length) return false;
    // Room is found before anything is changed.
    const copies = this.tables.map((table, i) => table.copyOf(other.tables[i] as SparseTable));
    const alike = core().state_merge(this.address, other.address, this.bytes);
    this.tables.forEach((table, i) => {
      if (alike) table.take(copies[i]);
      else copies[i]?.region.free();
    });
    return alike;
  }

  /** The words; then for each table the length of its cells in bytes, and the cells. */
  save(): Uint8Array<ArrayBuffer> {
    const words = new Uint8Array(buffer(), this.address, this.bytes).slice();
    const parts = this.tables.map((table) => table.save());
    const saved = new Uint8Array(parts.reduce((length, part) => length + 8 + part.length, words.length));
    saved.set(words);
    let at = words.length;
    for (const part of parts) {
      new DataView(saved.buffer).setFloat64(at, part.length, true);
      saved.set(part, at + 8);
      at += 8 + part.length;
    }
    return saved;
  }

  restore(saved: Uint8Array): boolean {
    if (saved.length < this.bytes) return false;
    const parts = this.#partsOf(saved.subarray(this.bytes));
    if (parts === undefined) return false;
    const { kind, config, tags } = this;
    const other = new State({ kind, config, tags, tables: this.#tablesOf });
    try {
      new Uint8Array(buffer(), other.address, this.bytes).set(saved.subarray(0, this.bytes));
      if (!core().state_is_valid(other.address, this.address, this.bytes)) return false;
      const fine = other.tables.every((table, i) =>
        table.restore(parts[i] as Uint8Array, (this.#tablesOf[i] as TableOf).limit),
      );
      if (!fine) return false;
      this.clear();
      return this.merge(other);
    } finally {
      other.free();
    }
  }

  /** Saved tables; `undefined` where lengths do not add up. */
  #partsOf(saved: Uint8Array): Uint8Array[] | undefined {
    const view = new DataView(saved.buffer, saved.byteOffset, saved.length);
    const parts: Uint8Array[] = [];
    let at = 0;
    for (const _ of this.tables) {
      if (at + 8 > saved.length) return undefined;
      const length = view.getFloat64(at, true);
      const end = at + 8 + length;
      if (!(Number.isInteger(length) && length >= 0 && end <= saved.length)) return undefined;
      parts.push(saved.subarray(at + 8, end));
      at = end;
    }
    return at === saved.length ? parts : undefined;
  }

  free(): void {
    this.#region.free();
    for (const table of this.tables) table.clear();
  }
}

/** Runs with a state that is given back whatever happens. */
export function withState<Result>(configuration: Configuration, body: (state: State) => Result): Result {
  const state = new State(configuration);
  try {
    return body(state);
  } finally {
    state.free();
  }
}

/** What accumulates: how rows enter what is held, and what is read from it. */
export interface Recipe<Result, Held> {
  /** The function's name, for messages. */
  readonly name: string;
  /** Rows come with weights. */
  readonly weighted: boolean;
  /** Holds nothing yet. */
  open(): Held;
  /** Checks types and shapes. Before any state is made: growing memory for it would detach the caller's views. */
  take(predictions: unknown, targets: unknown): Rows;
  feed(held: Held, rows: Rows, weight: Column | undefined): void;
  finish(held: Held): Result;
}

/** A metric of a kernel's state, as its family describes it. */
export interface Metric<Result> extends Configuration, Omit<Recipe<Result, State>, "open"> {}

/** Rows as they were given, with their shapes checked. */
export interface Rows {
  readonly predictions: Column;
  readonly targets: Column;
  readonly count: number;
}

function takeWeight(sampleWeight: Reals | undefined, rows: number): Column | undefined {
  const weight = optionalReals(sampleWeight, "sampleWeight");
  if (weight !== undefined) expectLength(weight, rows, "the number of rows is");
  return weight;
}

/** A metric over all rows at once. */
export function evaluate<Result>(
  metric: Metric<Result>,
  predictions: Reals | AnyLabels,
  targets: AnyLabels,
  sampleWeight: Reals | undefined,
): Result {
  const rows = metric.take(predictions, targets);
  expectRows(rows.targets);
  const weight = takeWeight(sampleWeight, rows.count);
  return withState(metric, (state) => {
    metric.feed(state, rows, weight);
    return metric.finish(state);
  });
}

/** An accumulator whose updates can be prepared, and then made all at once with those of others. */
export interface Staged<Result> extends Accumulator<Result, AnyLabels> {
  /** Prepares an update. */
  stage(predictions: Reals | AnyLabels, targets: AnyLabels, rows: RowOptions | undefined): void;
  /** Prepares to add what was saved; false where that is of another configuration. */
  stageBytes(bytes: Uint8Array): boolean;
  /** Adds what was prepared. */
  commit(): void;
  /** Forgets what was prepared. */
  drop(): void;
  isLike(other: unknown): boolean;
}

class Holder<Result, Held extends Content<Held>> implements Staged<Result> {
  readonly #recipe: Recipe<Result, Held>;
  readonly #held: Held;
  /** Rows enter here first, so that a failed update leaves what is held as it was. */
  readonly #pending: Held;

  constructor(recipe: Recipe<Result, Held>) {
    this.#recipe = recipe;
    this.#held = recipe.open();
    try {
      this.#pending = recipe.open();
    } catch (error) {
      this.#held.free();
      throw error;
    }
  }

  get keepsScores(): boolean {
    return this.#held.keepsScores;
  }

  stage(predictions: Reals | AnyLabels, targets: AnyLabels, rows: RowOptions | undefined): void {
    const { name, weighted } = this.#recipe;
    const { sampleWeight } = optionsOf(rows, ["sampleWeight"], `${name}'s update`);
    if ((sampleWeight !== undefined) !== weighted) {
      const message = weighted
        ? "this accumulator was made with weighted: true, so every update needs sampleWeight"
        : "sampleWeight needs an accumulator made with weighted: true";
      throw new AssayTypeError(message, { code: "option", argument: "sampleWeight" });
    }
    const taken = this.#recipe.take(predictions, targets);
    const weight = takeWeight(sampleWeight, taken.count);
    this.#recipe.feed(this.#pending, taken, weight);
  }

  stageBytes(bytes: Uint8Array): boolean {
    return bytes instanceof Uint8Array && this.#pending.restore(bytes);
  }

  commit(): void {
    this.#held.merge(this.#pending);
  }

  drop(): void {
    this.#pending.clear();
  }

  update(predictions: Reals | AnyLabels, targets: AnyLabels, rows?: RowOptions): this {
    try {
      this.stage(predictions, targets, rows);
      this.commit();
    } finally {
      this.drop();
    }
    return this;
  }

  isLike(other: unknown): other is Holder<Result, Held> {
    return other instanceof Holder && this.#held.isLike(other.#held);
  }

  merge(other: this): this {
    if (!this.isLike(other)) throw unlike();
    // By way of the pending one, for what is held cannot be added to itself where it lies.
    if (other === this) return this.#twice();
    this.#held.merge(other.#held);
    return this;
  }

  #twice(): this {
    try {
      this.#pending.merge(this.#held);
      this.commit();
    } finally {
      this.drop();
    }
    return this;
  }

  result(): Result {
    return this.#recipe.finish(this.#held);
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#held.save();
  }

  mergeBytes(bytes: Uint8Array): this {
    try {
      if (!this.stageBytes(bytes)) throw notSaved(this.#recipe.name);
      this.commit();
    } finally {
      this.drop();
    }
    return this;
  }

  reset(): this {
    this.#held.clear();
    return this;
  }

  free(): void {
    this.#held.free();
    this.#pending.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** The error where another accumulator cannot be merged. */
export function unlike(): AssayTypeError {
  return new AssayTypeError("only an accumulator of the same function and configuration can be merged", {
    code: "state",
    argument: "other",
  });
}

/** The error where bytes are no accumulator of a function. */
export function notSaved(name: string): AssayRangeError {
  return new AssayRangeError(`these bytes are not a saved state of ${name} with this configuration`, {
    code: "state",
    argument: "bytes",
  });
}

/** A stream of what a recipe makes. */
export function hold<Result, Held extends Content<Held>>(recipe: Recipe<Result, Held>): Staged<Result> {
  return new Holder(recipe);
}

/** A metric over a stream. */
export function accumulate<Result>(metric: Metric<Result>): Staged<Result> {
  return hold({ ...metric, open: () => new State(metric) });
}
