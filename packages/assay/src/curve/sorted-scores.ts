/**
 * Sorted scores in wasm memory: how rows become a curve, how curves are merged and saved.
 *
 * @module
 */
import { AssayRangeError, AssayTypeError, type BinaryCounts } from "@assay/contract";
import {
  type Column,
  elementType,
  expectLength,
  expectRows,
  optionalReals,
  reals,
  column as take,
} from "../arguments.js";
import { buffer, core } from "../core.js";
import { check } from "../faults.js";
import { Region } from "../memory.js";
import { numbersFrom } from "../results.js";
import { stream } from "../stream.js";
import { expectTotal } from "./totals.js";

/** The border's codes of entries: scores in float32, in float64, with weights. */
const entryKind = { float32: 0, float64: 1, weighted: 2 } as const;

const DESCRIPTION_WORDS = 6;

/** "assay", a version, and what follows: kind, entries below zero, the others. */
const MAGIC = 0x0001_0079_6373;
const HEADER_WORDS = 4;

/** Which rows of which column become entries of a curve. */
export interface Selection {
  /** Elements of one row of scores, and which of them is the score. */
  readonly columns: number;
  readonly column: number;
  /** Elements of one row of labels: 1, or `columns`. */
  readonly labelColumns: number;
  /** Labels are 0..classes−1; `positive` is the one that counts, `against` the only other one taken (−1: all). */
  readonly classes: number;
  readonly positive: number;
  readonly against: number;
}

/** Which replicate; stratified, each class is drawn for itself. */
export interface Draw {
  readonly seed: number;
  readonly replicate: number;
  readonly stratified: boolean;
}

/** Arguments of a curve, with their shapes checked. */
export interface CurveRows {
  readonly scores: Column;
  readonly labels: Column;
  readonly weight: Column | undefined;
  readonly count: number;
}

/** Sorted entries in wasm memory. */
export class SortedScores {
  readonly kind: number;
  /** What the border knows the curve by: kind, entries, capacity, how full below and from zero, counts. */
  #description: Region;
  #entries: Region;
  #counts: Region | undefined;
  /** How many of the caller's functions are being asked about these rows. */
  #asking = 0;

  /** An empty curve with room for so many entries. */
  constructor(kind: number, capacity: number) {
    this.kind = kind;
    this.#description = new Region(DESCRIPTION_WORDS * 4, "a curve");
    try {
      this.#entries = new Region(Math.max(1, capacity) * core().curve_entry_bytes(kind), "a curve's sorted scores");
    } catch (error) {
      this.#description.free();
      throw error;
    }
    const words = new Uint32Array(buffer(), this.#description.address, DESCRIPTION_WORDS);
    words.set([kind, this.#entries.address, capacity, 0, 0, 0]);
  }

  /** A sorted curve of some rows. */
  static of(rows: CurveRows, selections: readonly Selection[]): SortedScores {
    const { scores, weight, count } = rows;
    const unweighted = scores.type === elementType.float32 ? entryKind.float32 : entryKind.float64;
    const kind = weight === undefined ? unweighted : entryKind.weighted;
    return SortedScores.#filled(kind, count * selections.length, (curve) => {
      for (const selection of selections) curve.#append(rows, selection);
      curve.sort();
    });
  }

  /** Scores that are added to, in float64, and sorted when they are asked. */
  static growing(isWeighted: boolean): SortedScores {
    return new SortedScores(isWeighted ? entryKind.weighted : entryKind.float64, 0);
  }

  /** Makes room for so many more. */
  reserve(more: number): void {
    const capacity = this.#words()[2] as number;
    const needed = this.length + more;
    if (needed <= capacity) return;
    const larger = new SortedScores(this.kind, Math.max(needed, 2 * capacity));
    core().curve_join(larger.address, this.address);
    this.become(larger);
  }

  /** Adds rows, unsorted. */
  append(rows: CurveRows, selections: readonly Selection[]): void {
    this.reserve(rows.count * selections.length);
    for (const selection of selections) this.#append(rows, selection);
  }

  /** Adds another one's entries, unsorted. */
  join(other: SortedScores): void {
    this.reserve(other.length);
    core().curve_join(this.address, other.address);
  }

  /** The curve of two curves of the same kind. */
  static #joined(first: SortedScores, second: SortedScores): SortedScores {
    return SortedScores.#filled(first.kind, first.length + second.length, (curve) => {
      core().curve_join(curve.address, first.address);
      core().curve_join(curve.address, second.address);
      curve.sort();
      expectTotal("other", curve.totals());
    });
  }

  /** Room for parts of this curve, which have no more entries. */
  part(): SortedScores {
    return SortedScores.#filled(this.kind, this.length, (curve) => {
      curve.#counts = new Region(core().curve_counts_bytes(this.length), "a curve's counts");
      curve.#words()[5] = curve.#counts.address;
      core().curve_canonicalise(this.address);
    });
  }

  /** Becomes a replicate of the curve that it was made for, its rows drawn with replacement; or the rows that were not. */
  resample(from: SortedScores, { seed, replicate, stratified }: Draw, left: boolean): void {
    core().curve_resample(this.address, from.address, seed, replicate, left, stratified);
  }

  /** The areas under the ROC curve of replicates, without room for any; there are to be no weights. */
  resampledAreas(seed: number, stratified: boolean, count: number): Float64Array<ArrayBuffer> {
    core().curve_canonicalise(this.address);
    return numbersFrom(count, (to) => core().curve_resampled_areas(this.address, seed, stratified, count, to));
  }

  /** Becomes one of some folds of the curve that it was made for; or the rows that are not in it. */
  takeFold(from: SortedScores, seed: number, fold: number, folds: number, left: boolean): void {
    core().curve_fold(this.address, from.address, seed, fold, folds, left);
  }

  /** A curve from its bytes; `undefined` where they are none. */
  static fromBytes(bytes: Uint8Array): SortedScores | undefined {
    if (bytes.length < HEADER_WORDS * 8) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const [magic, kind, negative, others] = [0, 1, 2, 3].map((i) => view.getFloat64(8 * i, true)) as [
      number,
      number,
      number,
      number,
    ];
    if (magic !== MAGIC || ![0, 1, 2].includes(kind)) return undefined;
    const body = bytes.subarray(HEADER_WORDS * 8);
    const areCounts = [negative, others].every((count) => Number.isInteger(count) && count >= 0);
    if (!areCounts || body.length !== (negative + others) * core().curve_entry_bytes(kind)) {
      return undefined;
    }
    let valid = false;
    const curve = SortedScores.#filled(kind, negative + others, (made) => {
      new Uint8Array(buffer(), made.#entries.address, body.length).set(body);
      made.#words().set([negative, others], 3);
      valid = core().curve_is_valid(made.address);
      if (valid) made.sort();
    });
    if (valid) return curve;
    curve.free();
    return undefined;
  }

  static #filled(kind: number, capacity: number, fill: (curve: SortedScores) => void): SortedScores {
    const curve = new SortedScores(kind, capacity);
    try {
      fill(curve);
      return curve;
    } catch (error) {
      curve.free();
      throw error;
    }
  }

  #words(): Uint32Array {
    return new Uint32Array(buffer(), this.address, DESCRIPTION_WORDS);
  }

  #append({ scores, labels, weight, count }: CurveRows, selection: Selection): void {
    const { columns, column: which, labelColumns, classes, positive, against } = selection;
    const inputs = [
      { column: scores, width: columns },
      { column: labels, width: labelColumns },
      weight && { column: weight, width: 1 },
    ];
    const names = { predictions: "scores", targets: "labels", numClasses: classes, widths: [columns, labelColumns, 1] };
    stream(count, inputs, [], ([s = 0, l = 0, w = 0], rows, first) => {
      const types = [scores.type, labels.type, weight?.type ?? 0] as const;
      const at = this.address;
      const status = core().curve_append(
        at,
        rows,
        s,
        types[0],
        columns,
        which,
        l,
        types[1],
        labelColumns,
        w,
        types[2],
        classes,
        positive,
        against,
      );
      check(status, first, names);
    });
  }

  /** Sorts all entries and counts along them. */
  sort(): void {
    const spare = new Region(this.#entries.bytes, "sorting");
    try {
      const counts = new Region(core().curve_counts_bytes(this.length), "a curve's counts");
      this.#counts?.free();
      this.#counts = counts;
      core().curve_sort(this.address, spare.address, counts.address);
    } finally {
      spare.free();
    }
  }

  get isWeighted(): boolean {
    return this.kind === entryKind.weighted;
  }

  /** Where the border finds it. */
  get address(): number {
    const { address } = this.#description;
    if (address === 0) throw new AssayTypeError("this curve was freed", { code: "stale", argument: "curve" });
    return address;
  }

  get length(): number {
    const words = this.#words();
    return (words[3] as number) + (words[4] as number);
  }

  totals(): [positives: number, negatives: number] {
    const { tp, fp } = this.at(Number.NEGATIVE_INFINITY, false);
    return [tp, fp];
  }

  /** Counts at a threshold. */
  at(threshold: number, strict: boolean): BinaryCounts {
    const counts = numbersFrom(4, (to) => core().curve_at(this.address, threshold, strict, to));
    const [tp, fp, fn, tn] = counts as unknown as [number, number, number, number];
    return { tp, fp, fn, tn };
  }

  /** The smallest score and the largest; NaN where there is none. */
  range(): [smallest: number, largest: number] {
    return numbersFrom(2, (to) => core().curve_range(this.address, to)) as unknown as [number, number];
  }

  /** Runs what asks the caller's functions about these rows: they stay as they are meanwhile. */
  asked<Result>(body: () => Result): Result {
    this.#asking++;
    try {
      return body();
    } finally {
      this.#asking--;
    }
  }

  /** Header and entries: those below zero, then the others. */
  toBytes(): Uint8Array<ArrayBuffer> {
    core().curve_canonicalise(this.address);
    const words = this.#words();
    const [capacity, negative, others] = [words[2], words[3], words[4]] as [number, number, number];
    const size = core().curve_entry_bytes(this.kind);
    const header = HEADER_WORDS * 8;
    const bytes = new Uint8Array(header + (negative + others) * size);
    const view = new DataView(bytes.buffer);
    [MAGIC, this.kind, negative, others].forEach((word, i) => {
      view.setFloat64(8 * i, word, true);
    });
    const { address } = this.#entries;
    bytes.set(new Uint8Array(buffer(), address, negative * size), header);
    const start = address + (capacity - others) * size;
    bytes.set(new Uint8Array(buffer(), start, others * size), header + negative * size);
    return bytes;
  }

  /** Demands that no function of the caller's is being asked about these rows. */
  expectIdle(): void {
    if (this.#asking === 0) return;
    const message = "a curve neither takes rows nor is freed while an objective or a statistic is asked about it";
    throw new AssayTypeError(message, { code: "state", argument: "curve" });
  }

  /** Takes in the rows of another curve of the same kind. */
  merge(other: SortedScores): void {
    this.expectIdle();
    this.become(SortedScores.#joined(this, other));
  }

  /** Takes the place of another curve, which is empty from now on. */
  become(other: SortedScores): void {
    this.free();
    this.#description = other.#description;
    this.#entries = other.#entries;
    this.#counts = other.#counts;
  }

  free(): void {
    this.#description.free();
    this.#entries.free();
    this.#counts?.free();
  }
}

/** Takes the arguments of a curve. */
export function takeRows(
  scores: unknown,
  labels: unknown,
  sampleWeight: unknown,
  columns: number,
  labelColumns: number,
): CurveRows {
  const taken = { scores: reals(scores, "scores"), labels: take(labels, "labels") };
  expectRows(taken.labels);
  const count = Math.floor(taken.labels.length / labelColumns);
  expectLength(taken.labels, count * labelColumns, `rows of ${labelColumns} make`);
  expectLength(taken.scores, count * columns, columns === 1 ? "labels has" : `${count} rows of ${columns} make`);
  const weight = optionalReals(sampleWeight, "sampleWeight");
  if (weight !== undefined) expectLength(weight, count, "the number of rows is");
  return { ...taken, weight, count };
}

/** The error where bytes are no curve. */
export function noCurve(): AssayRangeError {
  return new AssayRangeError("these bytes are not a saved curve", { code: "state", argument: "bytes" });
}
