/**
 * What follows from a confusion matrix: derived from its cells with + − × ÷ alone, nothing recounted.
 *
 * @module
 */
import {
  AssayRangeError,
  type Average,
  type AverageOptions,
  type BinaryCounts,
  type ClassificationReport,
  type ClassMeasure,
  type ConfusionMatrix,
  defaults,
  type ReportRow,
} from "@assay/contract";
import { oneOf, optionsOf, whole, within } from "./options.js";

const averages = ["binary", "micro", "macro", "weighted", "none"] as const;
const averageOptions = ["average", "zeroDivision", "absentClasses"] as const;

/** Counts of one class against the rest, as far as measures need them. */
type ClassCounts = Omit<BinaryCounts, "tn">;

/** A quotient of counts: numerator and denominator. */
type Ratio = (counts: ClassCounts) => readonly [numerator: number, denominator: number];

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

/** What a matrix is made from. */
export interface Cells {
  readonly counts: Float64Array<ArrayBuffer>;
  readonly classNames: readonly string[];
  readonly binary: boolean;
}

/** The confusion matrix over its cells. */
export class Matrix implements ConfusionMatrix {
  readonly counts: Float64Array<ArrayBuffer>;
  readonly numClasses: number;
  readonly total: number;
  readonly classNames: readonly string[];
  readonly binary: boolean;
  /** Row and column sums: every measure is made of them and the diagonal. */
  readonly #rows: Float64Array<ArrayBuffer>;
  readonly #columns: Float64Array<ArrayBuffer>;

  constructor({ counts, classNames, binary }: Cells) {
    this.counts = counts;
    this.numClasses = classNames.length;
    this.classNames = classNames;
    this.binary = binary;
    const n = classNames.length;
    this.#rows = new Float64Array(n);
    this.#columns = new Float64Array(n);
    for (let row = 0, i = 0; row < n; row++) {
      for (let column = 0; column < n; column++, i++) {
        const count = counts[i] as number;
        this.#rows[row] = (this.#rows[row] as number) + count;
        this.#columns[column] = (this.#columns[column] as number) + count;
      }
    }
    this.total = sum(this.#rows);
  }

  at(target: number, predicted: number): number {
    const last = this.numClasses - 1;
    const row = whole(target, 0, "target", last);
    return this.counts[row * this.numClasses + whole(predicted, 0, "predicted", last)] as number;
  }

  countsOf(classIndex?: number): BinaryCounts {
    if (classIndex === undefined && !this.binary) {
      throw new AssayRangeError("countsOf needs a class: only a binary matrix has one that is positive", {
        code: "option",
        argument: "classIndex",
      });
    }
    const k = whole(classIndex ?? 1, 0, "classIndex", this.numClasses - 1);
    const others = this.counts.filter((_, i) => i % this.numClasses !== k && Math.floor(i / this.numClasses) !== k);
    return { ...this.#countsOf(k), tn: sum(others) };
  }

  /** Added up rather than subtracted from totals: weights of different size would lose their digits. */
  #countsOf(k: number): ClassCounts {
    const { counts, numClasses: n } = this;
    let [fp, fn] = [0, 0];
    for (let other = 0; other < n; other++) {
      if (other === k) continue;
      fp += counts[other * n + k] as number;
      fn += counts[k * n + other] as number;
    }
    return { tp: counts[k * n + k] as number, fp, fn };
  }

  support(): Float64Array<ArrayBuffer> {
    return this.#rows.slice();
  }

  normalized(by: "true" | "pred" | "all"): Float64Array<ArrayBuffer> {
    oneOf(by, ["true", "pred", "all"], "by");
    const { numClasses: n } = this;
    const [rows, columns] = [this.#rows, this.#columns];
    return this.counts.map((count, i) => {
      const row = Math.floor(i / n);
      const divisor = (by === "true" ? rows[row] : by === "pred" ? columns[i - row * n] : this.total) as number;
      return divisor === 0 ? 0 : count / divisor;
    });
  }

  select(classes: readonly number[]): ConfusionMatrix {
    const chosen = classes.map((k, i) => whole(k, 0, `classes[${i}]`, this.numClasses - 1));
    const counts = Float64Array.from(chosen.flatMap((row) => chosen.map((column) => this.at(row, column))));
    const classNames = chosen.map((k) => this.classNames[k] as string);
    return new Matrix({ counts, classNames, binary: false });
  }

  present(): number[] {
    const classes = Array.from({ length: this.numClasses }, (_, k) => k);
    return classes.filter((k) => (this.#rows[k] as number) > 0 || (this.#columns[k] as number) > 0);
  }

  accuracy(): number {
    const right = sum(Array.from({ length: this.numClasses }, (_, k) => this.at(k, k)));
    return this.total === 0 ? Number.NaN : right / this.total;
  }

  readonly precision: ClassMeasure = this.#measure("precision", ({ tp, fp }) => [tp, tp + fp]);
  readonly recall: ClassMeasure = this.#measure("recall", ({ tp, fn }) => [tp, tp + fn]);
  readonly f1: ClassMeasure = this.#measure("f1", ({ tp, fp, fn }) => [2 * tp, 2 * tp + fp + fn]);

  readonly fBeta: ClassMeasure<AverageOptions & { beta?: number }> = ((
    options?: AverageOptions & { beta?: number },
  ) => {
    const { beta = defaults.beta, ...rest } = optionsOf(options, [...averageOptions, "beta"], "fBeta");
    const square = within(beta, 0, Number.POSITIVE_INFINITY, "beta") * beta;
    // Infinitely more weight on recall is recall.
    const ratio: Ratio =
      square === Number.POSITIVE_INFINITY
        ? ({ tp, fn }) => [tp, tp + fn]
        : ({ tp, fp, fn }) => [(1 + square) * tp, (1 + square) * tp + square * fn + fp];
    return this.#average(ratio, rest);
  }) as ClassMeasure<AverageOptions & { beta?: number }>;

  #measure(name: string, ratio: Ratio): ClassMeasure {
    const measure = (options?: AverageOptions) => this.#average(ratio, optionsOf(options, averageOptions, name));
    return measure as ClassMeasure;
  }

  #average(ratio: Ratio, options: AverageOptions): number | Float64Array<ArrayBuffer> {
    const average = oneOf<Average>(options.average ?? (this.binary ? "binary" : defaults.average), averages, "average");
    const { zeroDivision = defaults.zeroDivision, absentClasses = defaults.absentClasses } = options;
    oneOf(absentClasses, ["skip", "count"], "absentClasses");
    if (typeof zeroDivision !== "number") within(zeroDivision, 0, 1, "zeroDivision");
    const divide = ([numerator, denominator]: readonly [number, number]) =>
      denominator === 0 ? zeroDivision : numerator / denominator;
    if (average === "binary") return divide(ratio(this.countsOf()));
    const classes = Array.from({ length: this.numClasses }, (_, k) => this.#countsOf(k));
    if (average === "none") return Float64Array.from(classes, (counts) => divide(ratio(counts)));
    const kept = absentClasses === "count" ? classes : classes.filter(({ tp, fp, fn }) => tp + fp + fn > 0);
    if (average === "micro") return divide(ratio(pool(kept)));
    const weightOf = (counts: ClassCounts) => (average === "macro" ? 1 : counts.tp + counts.fn);
    const values = kept.map((counts) => ({ value: divide(ratio(counts)), weight: weightOf(counts) }));
    const defined = values.filter(({ value }) => !Number.isNaN(value));
    const weight = sum(defined.map((v) => v.weight));
    if (weight === 0) return Number.NaN;
    return sum(defined.map((v) => v.value * v.weight)) / weight;
  }

  report(options?: Omit<AverageOptions, "average">): ClassificationReport {
    const given = optionsOf(options, ["zeroDivision", "absentClasses"], "report");
    const row = (name: string, average: "macro" | "weighted"): ReportRow => ({
      name,
      precision: this.precision({ ...given, average }),
      recall: this.recall({ ...given, average }),
      f1: this.f1({ ...given, average }),
      support: this.total,
    });
    const [precision, recall, f1] = [this.precision, this.recall, this.f1].map((measure) =>
      measure({ ...given, average: "none" }),
    ) as [Float64Array, Float64Array, Float64Array];
    const support = this.support();
    const listed = given.absentClasses === "count" ? this.classNames.map((_, k) => k) : this.present();
    const classes = listed.map((k) => ({
      name: this.classNames[k] as string,
      precision: precision[k] as number,
      recall: recall[k] as number,
      f1: f1[k] as number,
      support: support[k] as number,
    }));
    return new Report(classes, this.accuracy(), row("macro avg", "macro"), row("weighted avg", "weighted"));
  }

  toString(): string {
    const { numClasses: n, classNames } = this;
    const rows = classNames.map((name, row) => [name, ...classNames.map((_, column) => `${this.at(row, column)}`)]);
    const table = [["true \\ predicted", ...classNames], ...rows];
    const widths = Array.from({ length: n + 1 }, (_, j) => Math.max(...table.map((r) => (r[j] as string).length)));
    return alignRight(table, widths);
  }
}

function pool(classes: readonly ClassCounts[]): ClassCounts {
  const total = (of: (counts: ClassCounts) => number) => sum(classes.map(of));
  return { tp: total((c) => c.tp), fp: total((c) => c.fp), fn: total((c) => c.fn) };
}

/** Lines of a table whose first column is text. */
export function alignRight(rows: readonly (readonly string[])[], widths: readonly number[]): string {
  return rows
    .map((row) =>
      row.map((cell, j) => (j === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[j] as number))),
    )
    .map((row) => row.join("  ").trimEnd())
    .join("\n");
}

class Report implements ClassificationReport {
  readonly classes: readonly ReportRow[];
  readonly accuracy: number;
  readonly macro: ReportRow;
  readonly weighted: ReportRow;

  constructor(classes: readonly ReportRow[], accuracy: number, macro: ReportRow, weighted: ReportRow) {
    this.classes = classes;
    this.accuracy = accuracy;
    this.macro = macro;
    this.weighted = weighted;
  }

  toString(): string {
    const line = ({ name, precision, recall, f1, support }: ReportRow) => [
      name,
      ...[precision, recall, f1].map((x) => x.toFixed(4)),
      `${support}`,
    ];
    const accuracy = ["accuracy", "", "", this.accuracy.toFixed(4), `${this.macro.support}`];
    const rows = [...this.classes.map(line), accuracy, line(this.macro), line(this.weighted)];
    const table = [["", "precision", "recall", "f1", "support"], ...rows];
    const widths = [0, 1, 2, 3, 4].map((j) => Math.max(...table.map((row) => (row[j] as string).length)));
    return alignRight(table, widths);
  }
}
