/**
 * Accumulators over the kernels' states. A one-shot call is one update and a result.
 *
 * @module
 */
import {
  type Accumulator,
  AssayRangeError,
  AssayTypeError,
  type Labels,
  type Reals,
  type RowOptions,
} from "@assay/contract";
import { type Column, expectLength, expectRows, optionalReals } from "./arguments.js";
import { buffer, core } from "./core.js";
import { Region } from "./memory.js";
import { optionsOf } from "./options.js";

/** The border's codes of states. */
export const stateKind = { calibration: 1, confusion: 2, loss: 3, classCounts: 4, setLevel: 5, topK: 6 } as const;

/** Numbers that configure a kernel, and after them those that only tell states apart. */
const CONFIG_WORDS = 10;
const TAG_WORDS = 2;

/** A kernel's state in wasm memory. */
export class State {
  readonly kind: number;
  readonly config: readonly number[];
  /** What no kernel looks at, but what keeps states apart: only equal ones merge. */
  readonly tags: readonly number[];
  /** Bytes that make up the state: what is merged and saved. */
  readonly bytes: number;
  readonly #region: Region;

  constructor(kind: number, config: readonly number[], tags: readonly number[] = []) {
    this.kind = kind;
    this.config = config;
    this.tags = tags;
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
  }

  merge(other: State): boolean {
    return this.bytes === other.bytes && core().state_merge(this.address, other.address, this.bytes);
  }

  save(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(buffer(), this.address, this.bytes).slice();
  }

  /** Takes saved bytes; false, with nothing changed, where they are not a state of this configuration. */
  restore(saved: Uint8Array): boolean {
    if (saved.length !== this.bytes) return false;
    const other = new State(this.kind, this.config, this.tags);
    try {
      new Uint8Array(buffer(), other.address, this.bytes).set(saved);
      if (!core().state_is_valid(other.address, this.address, this.bytes)) return false;
      this.clear();
      return this.merge(other);
    } finally {
      other.free();
    }
  }

  free(): void {
    this.#region.free();
  }
}

/** Runs with a state that is given back whatever happens. */
export function withState<Result>(kind: number, config: readonly number[], body: (state: State) => Result): Result {
  const state = new State(kind, config);
  try {
    return body(state);
  } finally {
    state.free();
  }
}

/** A metric as its family describes it: how it is configured, how rows enter its state, what is read from it. */
export interface Metric<Result> {
  /** The function's name, for messages. */
  readonly name: string;
  readonly kind: number;
  readonly config: readonly number[];
  /** What configures the metric besides: see {@link State.tags}. */
  readonly tags?: readonly number[];
  /** Rows come with weights. */
  readonly weighted: boolean;
  /** Checks types and shapes. Before any state is made: growing memory for it would detach the caller's views. */
  take(predictions: unknown, targets: unknown): Rows;
  feed(state: State, rows: Rows, weight: Column | undefined): void;
  finish(state: State): Result;
}

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
  predictions: Reals | Labels,
  targets: Labels,
  sampleWeight: Reals | undefined,
): Result {
  const rows = metric.take(predictions, targets);
  expectRows(rows.targets);
  const weight = takeWeight(sampleWeight, rows.count);
  return withState(metric.kind, metric.config, (state) => {
    metric.feed(state, rows, weight);
    return metric.finish(state);
  });
}

class KernelAccumulator<Result> implements Accumulator<Result> {
  readonly #metric: Metric<Result>;
  readonly #state: State;
  /** Rows enter here first, so that a failed update leaves the state as it was. */
  readonly #pending: State;

  constructor(metric: Metric<Result>) {
    this.#metric = metric;
    this.#state = new State(metric.kind, metric.config, metric.tags);
    try {
      this.#pending = new State(metric.kind, metric.config, metric.tags);
    } catch (error) {
      this.#state.free();
      throw error;
    }
  }

  update(predictions: Reals | Labels, targets: Labels, rows?: RowOptions): this {
    const { sampleWeight } = optionsOf(rows, ["sampleWeight"], `${this.#metric.name}'s update`);
    if ((sampleWeight !== undefined) !== this.#metric.weighted) {
      const message = this.#metric.weighted
        ? "this accumulator was made with weighted: true, so every update needs sampleWeight"
        : "sampleWeight needs an accumulator made with weighted: true";
      throw new AssayTypeError(message, { code: "option", argument: "sampleWeight" });
    }
    const taken = this.#metric.take(predictions, targets);
    const weight = takeWeight(sampleWeight, taken.count);
    try {
      this.#metric.feed(this.#pending, taken, weight);
      this.#state.merge(this.#pending);
    } finally {
      this.#pending.clear();
    }
    return this;
  }

  merge(other: this): this {
    if (!(other instanceof KernelAccumulator) || !this.#state.merge(other.#state)) {
      throw new AssayTypeError("only an accumulator of the same function and configuration can be merged", {
        code: "state",
        argument: "other",
      });
    }
    return this;
  }

  result(): Result {
    return this.#metric.finish(this.#state);
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#state.save();
  }

  mergeBytes(bytes: Uint8Array): this {
    const other = new State(this.#metric.kind, this.#metric.config, this.#metric.tags);
    try {
      if (!(bytes instanceof Uint8Array) || !other.restore(bytes) || !this.#state.merge(other)) {
        throw new AssayRangeError(`these bytes are not a saved state of ${this.#metric.name} with this configuration`, {
          code: "state",
          argument: "bytes",
        });
      }
    } finally {
      other.free();
    }
    return this;
  }

  reset(): this {
    this.#state.clear();
    return this;
  }

  free(): void {
    this.#state.free();
    this.#pending.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** A metric over a stream. */
export function accumulate<Result>(metric: Metric<Result>): Accumulator<Result> {
  return new KernelAccumulator(metric);
}
