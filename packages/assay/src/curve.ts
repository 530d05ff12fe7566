/**
 * Binary curves: where should I cut?
 *
 * @module
 */
import {
  AssayRangeError,
  AssayTypeError,
  type BestThreshold,
  type BinaryCounts,
  type BinaryCurve,
  type CurveOptions,
  defaults,
  type Labels,
  type Objective,
  type Reals,
  type RocAucOptions,
} from "@assay/contract";
import {
  type Column,
  column,
  elementType,
  expectLength,
  expectRows,
  nothingLeft,
  optionalReals,
  reals,
} from "./arguments.js";
import { buffer, core } from "./core.js";
import { check } from "./faults.js";
import { Region } from "./memory.js";
import { optionsOf, within } from "./options.js";
import { numbersFrom } from "./results.js";
import { stream } from "./stream.js";

/** The border's codes of entries: scores in float32, in float64, with weights. */
const entryKind = { float32: 0, float64: 1, weighted: 2 } as const;

const DESCRIPTION_WORDS = 6;

const objectives = { f1: 0, youden: 1, accuracy: 2 } as const;
const COST = 3;

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

/** Arguments of a curve, with their shapes checked. */
export interface CurveRows {
  readonly scores: Column;
  readonly labels: Column;
  readonly weight: Column | undefined;
  readonly count: number;
}

const plain: Selection = { columns: 1, column: 0, labelColumns: 1, classes: 2, positive: 1, against: -1 };

/** Sorted entries in wasm memory. */
export class KernelCurve implements BinaryCurve {
  readonly #kind: number;
  /** What the border knows the curve by: kind, entries, capacity, how full below and from zero, counts. */
  #description: Region;
  #entries: Region;
  #counts: Region | undefined;

  /** An empty curve with room for so many entries. */
  constructor(kind: number, capacity: number) {
    this.#kind = kind;
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
  static of(rows: CurveRows, selections: readonly Selection[]): KernelCurve {
    const { scores, weight, count } = rows;
    const unweighted = scores.type === elementType.float32 ? entryKind.float32 : entryKind.float64;
    const curve = new KernelCurve(weight === undefined ? unweighted : entryKind.weighted, count * selections.length);
    try {
      for (const selection of selections) curve.#append(rows, selection);
      curve.#sort();
      return curve;
    } catch (error) {
      curve.free();
      throw error;
    }
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
      const at = this.#address;
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

  #sort(): void {
    const spare = new Region(this.#entries.bytes, "sorting");
    try {
      const counts = new Region(core().curve_counts_bytes(this.length), "a curve's counts");
      this.#counts?.free();
      this.#counts = counts;
      core().curve_sort(this.#address, spare.address, counts.address);
    } finally {
      spare.free();
    }
  }

  get #address(): number {
    const { address } = this.#description;
    if (address === 0) throw new AssayTypeError("this curve was freed", { code: "stale", argument: "curve" });
    return address;
  }

  get length(): number {
    const words = new Uint32Array(buffer(), this.#address, DESCRIPTION_WORDS);
    return (words[3] as number) + (words[4] as number);
  }

  get positives(): number {
    return this.#totals()[0];
  }

  get negatives(): number {
    return this.#totals()[1];
  }

  #totals(): [positives: number, negatives: number] {
    const totals = numbersFrom(2, (to) => core().curve_at(this.#address, Number.NEGATIVE_INFINITY, false, to));
    return totals as unknown as [number, number];
  }

  rocAuc(options?: RocAucOptions): number {
    const { undefinedValue = defaults.undefinedValue, maxFpr } = optionsOf(
      options,
      ["undefinedValue", "maxFpr"],
      "rocAuc",
    );
    const [positives, negatives] = this.#totals();
    if (maxFpr !== undefined) checkMaxFpr(maxFpr);
    if (positives === 0 || negatives === 0) return undefinedValue;
    if (maxFpr === undefined || maxFpr === 1) {
      return core().curve_doubled_u(this.#address) / (2 * positives * negatives);
    }
    // McClish (1989): the area scaled so that chance is ½ and perfection 1.
    const area = core().curve_area_up_to(this.#address, maxFpr) / (positives * negatives);
    const least = (maxFpr * maxFpr) / 2;
    return 0.5 * (1 + (area - least) / (maxFpr - least));
  }

  averagePrecision(): number {
    return core().curve_average_precision(this.#address);
  }

  at(threshold: number, options?: { strict?: boolean }): BinaryCounts {
    const { strict = defaults.strict } = optionsOf(options, ["strict"], "at");
    if (typeof threshold !== "number" || Number.isNaN(threshold)) {
      throw new AssayRangeError(`threshold = ${String(threshold)}, but must be a number`, {
        code: "option",
        argument: "threshold",
        value: threshold,
      });
    }
    if (strict && threshold === Number.POSITIVE_INFINITY) return this.#countsFrom(0, 0);
    const [tp = 0, fp = 0] = numbersFrom(2, (to) => core().curve_at(this.#address, threshold, strict, to));
    return this.#countsFrom(tp, fp);
  }

  #countsFrom(tp: number, fp: number): BinaryCounts {
    const [positives, negatives] = this.#totals();
    return { tp, fp, fn: positives - tp, tn: negatives - fp };
  }

  best(objective: Objective): BestThreshold {
    const [code, fpCost, fnCost] = codeOf(objective);
    const [threshold = 0, value = 0, tp = 0, fp = 0] = numbersFrom(4, (to) =>
      core().curve_best(this.#address, code, fpCost, fnCost, to),
    );
    if (Number.isNaN(value)) return { threshold: Number.NaN, value, counts: this.#countsFrom(0, 0) };
    return { threshold, value: code === COST ? 0 - value : value, counts: this.#countsFrom(tp, fp) };
  }

  merge(other: this): this {
    if (!(other instanceof KernelCurve) || other.#kind !== this.#kind) {
      throw new AssayTypeError(
        "only a curve of the same kind of scores can be merged, both with weights or both without",
        {
          code: "state",
          argument: "other",
        },
      );
    }
    const merged = new KernelCurve(this.#kind, this.length + other.length);
    try {
      core().curve_join(merged.#address, this.#address);
      core().curve_join(merged.#address, other.#address);
      merged.#sort();
    } catch (error) {
      merged.free();
      throw error;
    }
    this.free();
    this.#description = merged.#description;
    this.#entries = merged.#entries;
    this.#counts = merged.#counts;
    return this;
  }

  free(): void {
    this.#description.free();
    this.#entries.free();
    this.#counts?.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** A false positive rate in (0, 1]. */
export function checkMaxFpr(maxFpr: number): void {
  within(maxFpr, Number.MIN_VALUE, 1, "maxFpr");
}

function codeOf(objective: Objective): [code: number, fpCost: number, fnCost: number] {
  if (typeof objective === "object" && objective !== null && "cost" in objective) {
    const { fp, fn } = optionsOf(objective.cost, ["fp", "fn"], "cost");
    const most = Number.MAX_VALUE;
    return [COST, within(fp, -most, most, "cost.fp"), within(fn, -most, most, "cost.fn")];
  }
  const code = Object.hasOwn(objectives, objective) ? objectives[objective as keyof typeof objectives] : undefined;
  if (code !== undefined) return [code, 0, 0];
  throw new AssayRangeError(
    `objective is ${JSON.stringify(objective)}, but must be "f1", "youden", "accuracy" or { cost: { fp, fn } }`,
    { code: "option", argument: "objective", value: objective },
  );
}

/** Takes the arguments of a curve. */
export function takeRows(
  scores: unknown,
  labels: unknown,
  sampleWeight: unknown,
  columns: number,
  labelColumns: number,
): CurveRows {
  const taken = { scores: reals(scores, "scores"), labels: column(labels, "labels") };
  expectRows(taken.labels);
  const count = Math.floor(taken.labels.length / labelColumns);
  expectLength(taken.labels, count * labelColumns, `rows of ${labelColumns} make`);
  expectLength(taken.scores, count * columns, columns === 1 ? "labels has" : `${count} rows of ${columns} make`);
  const weight = optionalReals(sampleWeight, "sampleWeight");
  if (weight !== undefined) expectLength(weight, count, "the number of rows is");
  return { ...taken, weight, count };
}

/**
 * Sorts scores once; every area, count and best threshold is then read off the sorted scores. Free it, or declare it
 * with `using`: it keeps 4 bytes a score (float32), 8 (float64) or 16 (with weights).
 *
 * Ties are one step, −0 equals +0, ±Infinity is legal. Rows of weight 0 are absent.
 *
 * @param scores N scores, logits or probabilities: only their order matters
 * @param labels N labels, 0 or 1
 * @throws AssayRangeError for a NaN, a label that is not 0 or 1, a negative weight, lengths that do not fit, no rows
 * @example
 * using curve = binaryCurve(scores, labels);
 * curve.rocAuc(); curve.at(0.37); curve.best("f1").threshold;
 */
export function binaryCurve(scores: Reals, labels: Labels, options?: CurveOptions): BinaryCurve {
  const { sampleWeight } = optionsOf(options, ["sampleWeight"], "binaryCurve");
  const curve = KernelCurve.of(takeRows(scores, labels, sampleWeight, 1, 1), [plain]);
  if (curve.length > 0) return curve;
  curve.free();
  throw nothingLeft("labels");
}
