/**
 * What follows from two metrics of the same rows.
 *
 * @module
 */
import type { Accumulator, AnyLabels, Reals, RowOptions } from "@assay/contract";
import { notSaved, type Staged, unlike } from "./accumulator.js";

class Pair<First, Second, Result> implements Accumulator<Result, AnyLabels> {
  readonly #name: string;
  readonly #first: Staged<First>;
  readonly #second: Staged<Second>;
  readonly #read: (first: First, second: Second) => Result;

  constructor(
    name: string,
    first: Staged<First>,
    second: Staged<Second>,
    read: (first: First, second: Second) => Result,
  ) {
    this.#name = name;
    this.#first = first;
    this.#second = second;
    this.#read = read;
  }

  get #parts(): readonly [Staged<First>, Staged<Second>] {
    return [this.#first, this.#second];
  }

  get keepsScores(): boolean {
    return this.#parts.some((part) => part.keepsScores);
  }

  /** Prepares both parts before either of them changes. */
  #add(prepare: () => void): this {
    try {
      prepare();
      for (const part of this.#parts) part.commit();
    } finally {
      for (const part of this.#parts) part.drop();
    }
    return this;
  }

  update(predictions: Reals | AnyLabels, targets: AnyLabels, rows?: RowOptions): this {
    return this.#add(() => {
      for (const part of this.#parts) part.stage(predictions, targets, rows);
    });
  }

  merge(other: this): this {
    const isLike = other instanceof Pair && this.#first.isLike(other.#first) && this.#second.isLike(other.#second);
    if (!isLike) throw unlike();
    this.#first.merge(other.#first);
    this.#second.merge(other.#second);
    return this;
  }

  result(): Result {
    return this.#read(this.#first.result(), this.#second.result());
  }

  /** How many bytes the first part has, then both. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const [first, second] = [this.#first.toBytes(), this.#second.toBytes()];
    const bytes = new Uint8Array(8 + first.length + second.length);
    new DataView(bytes.buffer).setFloat64(0, first.length, true);
    bytes.set(first, 8);
    bytes.set(second, 8 + first.length);
    return bytes;
  }

  mergeBytes(bytes: Uint8Array): this {
    return this.#add(() => {
      if (!(bytes instanceof Uint8Array) || bytes.length < 8) throw notSaved(this.#name);
      const length = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
      const isWithin = Number.isInteger(length) && length >= 0 && length <= bytes.length - 8;
      const areParts =
        isWithin &&
        this.#first.stageBytes(bytes.subarray(8, 8 + length)) &&
        this.#second.stageBytes(bytes.subarray(8 + length));
      if (!areParts) throw notSaved(this.#name);
    });
  }

  reset(): this {
    for (const part of this.#parts) part.reset();
    return this;
  }

  free(): void {
    for (const part of this.#parts) part.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** An accumulator of what follows from two; it makes both, and neither where one cannot be made. */
export function pair<First, Second, Result>(
  name: string,
  makeFirst: () => Staged<First>,
  makeSecond: () => Staged<Second>,
  read: (first: First, second: Second) => Result,
): Accumulator<Result> {
  const first = makeFirst();
  try {
    return new Pair(name, first, makeSecond(), read);
  } catch (error) {
    first.free();
    throw error;
  }
}
