/**
 * Accumulators of the oracle simply keep the rows: whatever was seen is computed at once in the end, so that what an
 * accumulator returns is, by construction, what the one-shot function returns on all rows.
 *
 * @module
 */
import type { Accumulator, AnyLabels, AssayRangeError, Labels, Reals, RowOptions } from "@assay/contract";
import { checkOptions, rangeError, typeError } from "./input.js";

/** Rows that passed their checks. */
export interface Rows {
  /** Row-major, `predictionColumns` a row. */
  readonly predictions: Float64Array;
  /** Row-major, `targetColumns` a row. */
  readonly targets: Float64Array;
  /** One a row; 1 where rows are not weighted. */
  readonly weights: Float64Array;
}

/** A function whose rows are kept. */
export interface Kept<Result, Given extends AnyLabels = Labels> {
  /** The function's name and its options, as plain data: accumulators merge where these are equal. */
  readonly name: string;
  readonly config: object;
  readonly weighted: boolean;
  /** What the definition needs; the rows are kept in any case. */
  readonly keepsScores?: boolean;
  readonly predictionColumns: number;
  readonly targetColumns: number;
  /** Checks the arguments of one update and returns their elements. No rows at all are fine here. */
  check(predictions: Reals | Given, targets: Given, sampleWeight: Reals | undefined): Rows;
  /** The same for rows as they were kept, where these are no longer what was given. */
  restore?(predictions: Reals, targets: Reals, sampleWeight: Reals): Rows;
  /** The function over all rows; of no rows at all counts are 0 and everything else NaN. */
  finish(rows: Rows): Result;
}

export function keepRows<Result, Given extends AnyLabels = Labels>(
  kept: Kept<Result, Given>,
): Accumulator<Result, Given> {
  return new RowKeeper(kept);
}

class RowKeeper<Result, Given extends AnyLabels> implements Accumulator<Result, Given> {
  private batches: Rows[] | undefined = [];
  readonly keepsScores: boolean;
  private readonly identity: string;

  constructor(private readonly kept: Kept<Result, Given>) {
    this.keepsScores = kept.keepsScores ?? false;
    this.identity = JSON.stringify([kept.name, kept.weighted, kept.config], infinityToo);
  }

  update(predictions: Reals | Given, targets: Given, rows?: RowOptions): this {
    const batches = this.alive();
    checkOptions(`update of ${this.kept.name}`, rows, ["sampleWeight"]);
    const sampleWeight = rows?.sampleWeight;
    if (this.kept.weighted !== (sampleWeight !== undefined)) {
      const message = this.kept.weighted
        ? "sampleWeight is missing: this accumulator was made with weighted: true"
        : "sampleWeight needs an accumulator made with weighted: true";
      throw typeError("option", "sampleWeight", message, sampleWeight);
    }
    const batch = this.kept.check(predictions, targets, sampleWeight);
    // Adding 0 turns −0 into 0, which is equal to it; copying lets the caller reuse its arrays.
    batches.push({
      predictions: Float64Array.from(batch.predictions, (x) => x + 0),
      targets: Float64Array.from(batch.targets, (x) => x + 0),
      weights: Float64Array.from(batch.weights, (x) => x + 0),
    });
    return this;
  }

  merge(other: this): this {
    const batches = this.alive();
    if (!(other instanceof RowKeeper)) {
      throw typeError("type", "other", "other is no accumulator of this library", other);
    }
    if (other.identity !== this.identity) {
      const message = `other is an accumulator of ${other.identity}, but should be one of ${this.identity}`;
      throw typeError("state", "other", message, other);
    }
    batches.push(...other.alive().slice());
    return this;
  }

  result(): Result {
    return this.kept.finish(this.rows());
  }

  /** The name and options as text, then the rows in sorted order: equal rows give equal bytes. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const { predictions, targets, weights } = this.rows();
    const { predictionColumns, targetColumns } = this.kept;
    const rows = Array.from({ length: weights.length }, (_, i) => [
      ...predictions.subarray(i * predictionColumns, (i + 1) * predictionColumns),
      ...targets.subarray(i * targetColumns, (i + 1) * targetColumns),
      weights[i]!,
    ]).sort(compareRows);
    const numbers = rows.flat();
    const header = this.header();
    const bytes = new Uint8Array(header.length + numbers.length * 8);
    bytes.set(header);
    const view = new DataView(bytes.buffer, header.length);
    numbers.forEach((number, i) => {
      view.setFloat64(i * 8, number, true);
    });
    return bytes;
  }

  mergeBytes(bytes: Uint8Array): this {
    const batches = this.alive();
    const header = this.header();
    const { predictionColumns, targetColumns } = this.kept;
    const width = predictionColumns + targetColumns + 1;
    const fits =
      bytes instanceof Uint8Array &&
      header.every((byte, i) => byte === bytes[i]) &&
      (bytes.length - header.length) % (width * 8) === 0;
    if (!fits) throw this.wrongBytes();
    const view = new DataView(bytes.buffer, bytes.byteOffset + header.length);
    const rows = Array.from({ length: (bytes.length - header.length) / (width * 8) }, (_, row) =>
      Float64Array.from({ length: width }, (_, i) => view.getFloat64((row * width + i) * 8, true)),
    );
    const part = (from: number, to: number): Float64Array => concatenate(rows.map((row) => row.subarray(from, to)));
    try {
      const saved = [part(0, predictionColumns), part(predictionColumns, width - 1), part(width - 1, width)] as const;
      batches.push(this.kept.restore?.(...saved) ?? this.kept.check(saved[0], saved[1] as Given, saved[2]));
    } catch {
      throw this.wrongBytes();
    }
    return this;
  }

  reset(): this {
    this.alive().length = 0;
    return this;
  }

  free(): void {
    this.batches = undefined;
  }

  [Symbol.dispose](): void {
    this.free();
  }

  private alive(): Rows[] {
    if (this.batches === undefined) throw typeError("stale", "accumulator", "this accumulator was freed");
    return this.batches;
  }

  /** Function, options and version in UTF-16, and a zero. */
  private header(): Uint8Array {
    const text = `assay oracle 1 ${this.identity}\0`;
    return Uint8Array.from({ length: text.length * 2 }, (_, i) => (text.charCodeAt(i >> 1) >> (8 * (i & 1))) & 0xff);
  }

  private wrongBytes(): AssayRangeError {
    return rangeError("state", "bytes", `these bytes are no saved state of ${this.identity}`);
  }

  private rows(): Rows {
    const batches = this.alive();
    return {
      predictions: concatenate(batches.map((batch) => batch.predictions)),
      targets: concatenate(batches.map((batch) => batch.targets)),
      weights: concatenate(batches.map((batch) => batch.weights)),
    };
  }
}

/** JSON has no infinite numbers, which thresholds may be. */
function infinityToo(_: string, value: unknown): unknown {
  return value === Infinity || value === -Infinity ? { number: String(value) } : value;
}

export function concatenate(parts: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}

function compareRows(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
