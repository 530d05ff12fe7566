import {
  type BinaryCounts,
  type ConfusedPair,
  type ConfusionCell,
  type ConfusionMatrix,
  type ConfusionMatrixJSON,
  defaults,
} from "@assay/contract";
import { anyNumber, boolean, checkOptions, count, number, oneOf, rangeError, typeError } from "../input.js";
import { Ratio } from "../ratio.js";
import { accuracy, balancedAccuracy, costs, kappa, type Margins, matthews } from "./agreement.js";
import type { Counts } from "./definitions.js";
import { type Counted, Measures, present } from "./measures.js";
import { text } from "./table.js";

/** Elements of the largest array of all cells. */
const MOST_CELLS = 2 ** 27;

/** Indices of the rows in a cell; undefined where they were not kept. */
export type RowsBehind = (target: number, predicted: number) => readonly number[] | undefined;

/** What a matrix is made of. */
export interface Making {
  readonly classNames: readonly string[];
  readonly binary: boolean;
  /** The cells that are not 0, row by row, in units of 2^`exponent`. */
  readonly cells: Margins["cells"];
  /** At most 0. */
  readonly exponent: number;
  readonly rowsBehind: RowsBehind;
}

/** Only the cells that are not 0 are kept, and whatever is asked follows from them. */
export class Matrix extends Measures implements ConfusionMatrix {
  readonly numClasses: number;
  readonly classNames: readonly string[];
  readonly binary: boolean;
  readonly total: number;
  /** Measures are quotients, in which the unit of counts cancels. */
  private readonly margins: Margins;
  private readonly perClass: readonly Counts[];

  constructor(private readonly made: Making) {
    super();
    this.numClasses = made.classNames.length;
    this.classNames = made.classNames;
    this.binary = made.binary;
    this.margins = marginsOf(this.numClasses, made.cells);
    this.perClass = countsOf(this.margins);
    this.total = this.toCount(this.margins.total);
  }

  get counts(): Float64Array<ArrayBuffer> {
    if (this.numClasses ** 2 > MOST_CELLS) {
      const message = `${this.numClasses} classes have more than 2^27 cells: use cells()`;
      throw rangeError("memory", "numClasses", message, { value: this.numClasses });
    }
    const counts = new Float64Array(this.numClasses ** 2);
    for (const cell of this.cells()) counts[cell.target * this.numClasses + cell.predicted] = cell.count;
    return counts;
  }

  cells(): readonly ConfusionCell[] {
    return this.made.cells.map(({ target, predicted, units }) => ({ target, predicted, count: this.toCount(units) }));
  }

  at(target: number, predicted: number): number {
    const [t, p] = [this.class("target", target), this.class("predicted", predicted)];
    return this.toCount(this.made.cells.find((cell) => cell.target === t && cell.predicted === p)?.units ?? 0n);
  }

  countsOf(classIndex?: number): BinaryCounts {
    if (classIndex === undefined && !this.binary) {
      throw typeError("option", "classIndex", "classIndex is missing: only a binary matrix has a positive class");
    }
    const { tp, fp, fn, tn } = this.perClass[this.class("classIndex", classIndex ?? 1)]!;
    return { tp: this.toCount(tp), fp: this.toCount(fp), fn: this.toCount(fn), tn: this.toCount(tn) };
  }

  oneVsRest(): Float64Array<ArrayBuffer> {
    const counts = this.perClass.flatMap(({ tn, fp, fn, tp }) => [tn, fp, fn, tp]);
    return Float64Array.from(counts, (units) => this.toCount(units));
  }

  support(): Float64Array<ArrayBuffer> {
    return Float64Array.from(this.margins.rows, (units) => this.toCount(units));
  }

  normalized(by: "true" | "pred" | "all"): Float64Array<ArrayBuffer> {
    oneOf("by", by ?? null, ["true", "pred", "all"], "true");
    const { cells, rows, columns, total } = this.margins;
    const shares = this.counts;
    for (const { target, predicted, units } of cells) {
      const whole = by === "true" ? rows[target]! : by === "pred" ? columns[predicted]! : total;
      shares[target * this.numClasses + predicted] = Ratio.of(units, whole).value()!;
    }
    return shares;
  }

  select(classes: readonly number[]): ConfusionMatrix {
    if (!Array.isArray(classes) && !ArrayBuffer.isView(classes)) {
      throw typeError("type", "classes", "classes should be an array of whole numbers", classes);
    }
    const chosen = Array.from(classes);
    if (chosen.length === 0) throw rangeError("empty", "classes", "classes is empty");
    for (const [index, value] of chosen.entries()) {
      if (!Number.isInteger(value) || value < 0 || value >= this.numClasses) {
        throw rangeError("option", "classes", `classes[${index}] is no class`, { index, value });
      }
      if (chosen.indexOf(value) < index) {
        throw rangeError("range", "classes", `classes[${index}] is chosen already`, { index, value });
      }
    }
    const place = new Map(chosen.map((k, index) => [k, index]));
    const cells = this.made.cells.flatMap(({ target, predicted, units }) => {
      const [t, p] = [place.get(target), place.get(predicted)];
      return t === undefined || p === undefined ? [] : [{ target: t, predicted: p, units }];
    });
    return new Matrix({
      classNames: chosen.map((k) => this.classNames[k]!),
      binary: false,
      cells: cells.sort((a, b) => a.target - b.target || a.predicted - b.predicted),
      exponent: this.made.exponent,
      rowsBehind: (target, predicted) => this.made.rowsBehind(chosen[target]!, chosen[predicted]!),
    });
  }

  present(): number[] {
    return present(this.perClass);
  }

  accuracy(): number {
    return accuracy(this.margins).value() ?? NaN;
  }

  zeroOneLoss(): number {
    return Ratio.of(1n).minus(accuracy(this.margins)).value() ?? NaN;
  }

  hammingLoss(): number {
    return this.zeroOneLoss();
  }

  balancedAccuracy(options: { adjusted?: boolean } = {}): number {
    checkOptions("balancedAccuracy", options, ["adjusted"]);
    const value = balancedAccuracy(this.margins, boolean("adjusted", options.adjusted, false)).value() ?? NaN;
    // Nearer to 0 than any float64 is 0, from either side.
    return value + 0;
  }

  mcc(options: { undefinedValue?: number } = {}): number {
    checkOptions("mcc", options, ["undefinedValue"]);
    const undefinedValue = anyNumber("undefinedValue", options.undefinedValue ?? defaults.mccUndefinedValue);
    return matthews(this.margins) ?? undefinedValue;
  }

  cohenKappa(options: { weights?: "none" | "linear" | "quadratic"; undefinedValue?: number } = {}): number {
    checkOptions("cohenKappa", options, ["weights", "undefinedValue"]);
    const weights = oneOf("weights", options.weights, ["none", "linear", "quadratic"], "none");
    const undefinedValue = anyNumber("undefinedValue", options.undefinedValue ?? defaults.undefinedValue);
    return kappa(this.margins, costs[weights]).value() ?? undefinedValue;
  }

  mostConfused(options: { by?: "count" | "rate"; limit?: number; minCount?: number } = {}): readonly ConfusedPair[] {
    checkOptions("mostConfused", options, ["by", "limit", "minCount"]);
    const by = oneOf("by", options.by, ["count", "rate"], "count");
    const limit = options.limit === undefined ? Infinity : count("limit", options.limit, 1);
    const minCount = number("minCount", options.minCount ?? 0, (value) => value >= 0, "a number ≥ 0");
    return this.margins.cells
      .map(({ target, predicted, units }) => ({
        target,
        predicted,
        count: this.toCount(units),
        targetName: this.classNames[target]!,
        predictedName: this.classNames[predicted]!,
        rate: Ratio.of(units, this.margins.rows[target]!).value()!,
      }))
      .filter((pair) => pair.target !== pair.predicted && pair.count >= minCount)
      .sort((a, b) => b[by] - a[by])
      .slice(0, limit);
  }

  rowsOf(target: number, predicted: number): Float64Array<ArrayBuffer> {
    const rows = this.made.rowsBehind(this.class("target", target), this.class("predicted", predicted));
    if (rows !== undefined) return Float64Array.from(rows);
    const message = `the rows behind (${target}, ${predicted}) were not kept: make the matrix with keepRows for them`;
    throw typeError("option", "keepRows", message);
  }

  override toJSON(): ConfusionMatrixJSON {
    const { numClasses, classNames, binary, total } = this;
    const json = { numClasses, classNames, binary, total };
    if (numClasses > 100) {
      return { ...json, cells: this.cells().map(({ target, predicted, count }) => [target, predicted, count]) };
    }
    const { counts } = this;
    const row = (target: number): Float64Array => counts.subarray(target * numClasses, (target + 1) * numClasses);
    return { ...json, counts: classNames.map((_, target) => [...row(target)]) };
  }

  override toString(): string {
    const { counts, numClasses } = this;
    const row = (target: number): string[] =>
      Array.from(counts.subarray(target * numClasses, (target + 1) * numClasses), String);
    return text([
      ["true \\ predicted", ...this.classNames],
      ...this.classNames.map((name, target) => [name, ...row(target)]),
    ]);
  }

  protected override counted(): Counted {
    return {
      names: this.classNames,
      counts: this.perClass,
      support: this.support(),
      binary: this.binary,
      accuracy: this.accuracy(),
      samples: undefined,
    };
  }

  private toCount(units: bigint): number {
    return toCount(units, this.made.exponent);
  }

  private class(name: string, given: number): number {
    const ok = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < this.numClasses;
    return number(name, given, ok, `a class in 0..${this.numClasses - 1}`);
  }
}

/** A number of units of 2^exponent, which is at most 0, as a number. */
export function toCount(units: bigint, exponent: number): number {
  return Ratio.of(units, 1n << BigInt(-exponent)).value()!;
}

function marginsOf(numClasses: number, cells: Margins["cells"]): Margins {
  const rows = new Array<bigint>(numClasses).fill(0n);
  const columns = rows.slice();
  let total = 0n;
  for (const { target, predicted, units } of cells) {
    rows[target] = rows[target]! + units;
    columns[predicted] = columns[predicted]! + units;
    total += units;
  }
  return { cells, rows, columns, total };
}

/** Of each class against the rest. */
function countsOf({ cells, rows, columns, total }: Margins): Counts[] {
  const right = new Map(
    cells.filter((cell) => cell.target === cell.predicted).map((cell) => [cell.target, cell.units]),
  );
  return rows.map((row, k) => {
    const tp = right.get(k) ?? 0n;
    const [fn, fp] = [row - tp, columns[k]! - tp];
    return { tp, fp, fn, tn: total - tp - fp - fn };
  });
}
