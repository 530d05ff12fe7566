/**
 * The confusion matrix: whatever follows from its cells, nothing recounted.
 *
 * @module
 */
import {
  AssayTypeError,
  type BinaryCounts,
  type ConfusedPair,
  type ConfusionCell,
  type ConfusionMatrix,
  type ConfusionMatrixJSON,
  defaults,
} from "@assay/contract";
import { anyNumber, flag, oneOf, optionsOf, whole, within } from "../options.js";
import { accuracy, balancedAccuracy, errorRate, kappa, matthews } from "./agreement.js";
import { type Cells, DenseCells, type Visit } from "./cells.js";
import { Margins } from "./margins.js";
import { CountMeasures } from "./measures.js";
import { selection } from "./selection.js";
import { toText } from "./table.js";

/** Indices of the rows in a cell. */
type KeptRows = (target: number, predicted: number) => Float64Array<ArrayBuffer>;

/** What a matrix is made from. */
export interface MatrixParts {
  readonly cells: Cells;
  readonly classNames: readonly string[];
  readonly binary: boolean;
  /** Where rows were kept. */
  readonly rowsOf?: KeptRows | undefined;
}

/** Classes up to which all cells are listed. */
const MOST_LISTED = 100;

export class Matrix extends CountMeasures implements ConfusionMatrix {
  readonly numClasses: number;
  readonly classNames: readonly string[];
  readonly binary: boolean;
  readonly #cells: Cells;
  readonly #margins: Margins;
  readonly #rowsOf: KeptRows | undefined;
  #counts: Float64Array<ArrayBuffer> | undefined;

  constructor({ cells, classNames, binary, rowsOf }: MatrixParts) {
    const margins = new Margins(cells);
    super({ counts: () => margins.counts(), names: classNames, total: margins.total, binary });
    this.numClasses = cells.numClasses;
    this.classNames = classNames;
    this.binary = binary;
    this.#cells = cells;
    this.#margins = margins;
    this.#rowsOf = rowsOf;
  }

  get counts(): Float64Array<ArrayBuffer> {
    // The caller's own, to write into: nothing that follows changes with it.
    this.#counts ??= this.#cells.dense();
    return this.#counts;
  }

  // -------------------------------------------------------------------------------------------------------- counts

  cells(): readonly ConfusionCell[] {
    const cells: ConfusionCell[] = [];
    this.#cells.each((target, predicted, count) => {
      cells.push({ target, predicted, count });
    });
    return cells;
  }

  at(target: number, predicted: number): number {
    return this.#cells.at(this.#class(target, "target"), this.#class(predicted, "predicted"));
  }

  #class(index: number, argument: string): number {
    return whole(index, 0, argument, this.numClasses - 1);
  }

  oneVsRest(): Float64Array<ArrayBuffer> {
    const counts = new Float64Array(4 * this.numClasses);
    for (let k = 0; k < this.numClasses; k++) {
      const { tn, fp, fn, tp } = this.countsOf(k);
      counts.set([tn, fp, fn, tp], 4 * k);
    }
    return counts;
  }

  override support(): Float64Array<ArrayBuffer> {
    return this.#margins.rows.slice();
  }

  normalized(by: "true" | "pred" | "all"): Float64Array<ArrayBuffer> {
    oneOf(by, ["true", "pred", "all"], "by");
    const { rows, columns, total } = this.#margins;
    const shares = this.#cells.dense();
    for (let target = 0, i = 0; target < this.numClasses; target++) {
      for (let predicted = 0; predicted < this.numClasses; predicted++, i++) {
        const divisor = by === "true" ? rows[target] : by === "pred" ? columns[predicted] : total;
        if (divisor !== 0) shares[i] = (shares[i] as number) / (divisor as number);
      }
    }
    return shares;
  }

  select(classes: readonly number[]): ConfusionMatrix {
    const chosen = selection(classes, this.numClasses);
    const rowsOf = this.#rowsOf;
    return new Matrix({
      cells: this.#cells.select(chosen),
      classNames: chosen.map((k) => this.classNames[k] as string),
      binary: false,
      rowsOf: rowsOf && ((target, predicted) => rowsOf(chosen[target] as number, chosen[predicted] as number)),
    });
  }

  present(): number[] {
    const { rows, columns } = this.#margins;
    return Array.from(rows, (_, k) => k).filter((k) => (rows[k] as number) > 0 || (columns[k] as number) > 0);
  }

  // ------------------------------------------------------------------------------------------- measures of all cells

  accuracy(): number {
    return accuracy(this.#margins.totals());
  }

  protected override rightRows(): number {
    return this.accuracy();
  }

  zeroOneLoss(): number {
    return errorRate(this.#margins.totals());
  }

  hammingLoss(): number {
    return this.zeroOneLoss();
  }

  balancedAccuracy(options?: { adjusted?: boolean }): number {
    const { adjusted = false } = optionsOf(options, ["adjusted"], "balancedAccuracy");
    return balancedAccuracy(this.#margins.whole(), flag(adjusted, "adjusted"));
  }

  mcc(options?: { undefinedValue?: number }): number {
    const { undefinedValue = defaults.mccUndefinedValue } = optionsOf(options, ["undefinedValue"], "mcc");
    anyNumber(undefinedValue, "undefinedValue");
    return otherwise(matthews(this.#margins.products()), undefinedValue);
  }

  cohenKappa(options?: { weights?: "none" | "linear" | "quadratic"; undefinedValue?: number }): number {
    const given = optionsOf(options, ["weights", "undefinedValue"], "cohenKappa");
    const { weights = "none", undefinedValue = defaults.undefinedValue } = given;
    oneOf(weights, ["none", "linear", "quadratic"], "weights");
    anyNumber(undefinedValue, "undefinedValue");
    const distances = (): readonly bigint[] => this.#margins.distances();
    return otherwise(kappa(this.#margins, { weights, distances }), undefinedValue);
  }

  // --------------------------------------------------------------------------------------------------- wrong labels

  mostConfused(options?: { by?: "count" | "rate"; limit?: number; minCount?: number }): readonly ConfusedPair[] {
    const given = optionsOf(options, ["by", "limit", "minCount"], "mostConfused");
    const by = oneOf(given.by ?? "count", ["count", "rate"], "by");
    const limit = given.limit === undefined ? Number.POSITIVE_INFINITY : whole(given.limit, 1, "limit");
    const minCount = within(given.minCount ?? 0, 0, Number.POSITIVE_INFINITY, "minCount");
    const { rows } = this.#margins;
    const rankOf = (target: number, count: number) => (by === "count" ? count : count / (rows[target] as number));
    const eachMistake = (visit: Visit) =>
      this.#cells.each((target, predicted, count) => {
        if (target !== predicted && count >= minCount) visit(target, predicted, count);
      });
    // Of very many cells few are asked for, and those alone become pairs.
    const ranks: number[] = [];
    eachMistake((target, _, count) => ranks.push(rankOf(target, count)));
    const least = ranks.length <= limit ? 0 : (Float64Array.from(ranks).sort()[ranks.length - limit] as number);
    const pairs: ConfusedPair[] = [];
    eachMistake((target, predicted, count) => {
      if (rankOf(target, count) < least) return;
      const [targetName, predictedName] = [this.classNames[target] as string, this.classNames[predicted] as string];
      pairs.push({ target, predicted, count, targetName, predictedName, rate: count / (rows[target] as number) });
    });
    return pairs.sort((a, b) => b[by] - a[by]).slice(0, limit);
  }

  rowsOf(target: number, predicted: number): Float64Array<ArrayBuffer> {
    const [row, column] = [this.#class(target, "target"), this.#class(predicted, "predicted")];
    if (this.#rowsOf !== undefined) return this.#rowsOf(row, column);
    throw new AssayTypeError('rowsOf needs a matrix that kept its rows: made with keepRows, for example "errors"', {
      code: "option",
      argument: "keepRows",
    });
  }

  override toJSON(): ConfusionMatrixJSON {
    const { numClasses, classNames, binary, total } = this;
    const json = { numClasses, classNames, binary, total };
    if (numClasses > MOST_LISTED) {
      return { ...json, cells: this.cells().map(({ target, predicted, count }) => [target, predicted, count]) };
    }
    const cells = this.#cells.dense();
    const counts = classNames.map((_, k) => Array.from(cells.subarray(k * numClasses, (k + 1) * numClasses)));
    return { ...json, counts };
  }

  override toString(): string {
    const { numClasses: n, classNames } = this;
    const counts = this.#cells.dense();
    const lines = classNames.map((name, row) => [name, ...Array.from(counts.subarray(row * n, (row + 1) * n), String)]);
    return toText([["true \\ predicted", ...classNames], ...lines]);
  }
}

/** One class or label against the rest, as a binary matrix. */
export function againstRest({ tp, fp, fn, tn }: BinaryCounts, name: string): ConfusionMatrix {
  const cells = new DenseCells(2, Float64Array.of(tn, fp, fn, tp));
  return new Matrix({ cells, classNames: ["rest", name], binary: true });
}

/** A value, or the one for what is undefined. */
function otherwise(value: number, undefinedValue: number): number {
  return Number.isNaN(value) ? undefinedValue : value;
}
