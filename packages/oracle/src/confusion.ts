/**
 * The confusion matrix and what follows from its counts: precision, recall and F-beta with their averages, accuracy,
 * the report. Names and semantics are those of scikit-learn's `sklearn.metrics`.
 *
 * @module
 */
import {
  type Accumulator,
  type AccumulatorOptions,
  type Average,
  type AverageOptions,
  type BinaryCounts,
  type ClassificationReport,
  type ClassMeasure,
  type Confusion,
  type ConfusionMatrix,
  type ConfusionOptions,
  defaults,
  type From,
  type Labels,
  type Reals,
  type ReportRow,
} from "@assay/contract";
import { keepRows, type Rows } from "./accumulator.js";
import {
  anyNumber,
  binaryLabels,
  boolean,
  checkLength,
  checkNotEmpty,
  checkOptions,
  checkWeighty,
  labels as classLabels,
  type Elements,
  nothingLeft,
  number,
  oneOf,
  optionalClasses,
  optionalWhole,
  probabilities,
  rangeError,
  reals,
  typeError,
  weights,
} from "./input.js";
import { argmax } from "./rows.js";
import { exactSum, exactSums } from "./sum.js";

// ------------------------------------------------------------------------------------------------------- counting

interface Config {
  readonly numClasses: number | undefined;
  readonly from: From;
  readonly threshold: number | undefined;
  readonly strict: boolean;
  readonly ignoreIndex: number | undefined;
  readonly classNames: readonly string[];
}

const OPTIONS = ["numClasses", "from", "threshold", "strict", "ignoreIndex", "classNames"];

function settle(options: ConfusionOptions): Config {
  const numClasses = optionalClasses(options.numClasses);
  const from = oneOf<From>("from", options.from, ["labels", "probabilities", "logits"], "labels");
  const cuts = numClasses === undefined && from !== "labels";
  for (const name of ["threshold", "strict"] as const) {
    if (cuts || options[name] === undefined || options[name] === false) continue;
    const message = `${name} is for binary scores, but ${from === "labels" ? "these are labels" : "numClasses is given"}`;
    throw typeError("option", name, message, options[name]);
  }
  if (cuts && from === "logits" && options.threshold === undefined) {
    throw typeError("option", "threshold", "threshold is missing: binary logits have no default threshold");
  }
  const threshold = options.threshold ?? defaults.threshold;
  return {
    numClasses,
    from,
    threshold: cuts ? number("threshold", threshold, () => true, "a number") : undefined,
    strict: boolean("strict", options.strict, defaults.strict),
    ignoreIndex: optionalWhole("ignoreIndex", options.ignoreIndex),
    classNames: names(options.classNames, numClasses ?? 2),
  };
}

function names(given: readonly string[] | undefined, numClasses: number): readonly string[] {
  if (given === undefined) return Array.from({ length: numClasses }, (_, k) => String(k));
  if (!Array.isArray(given) || given.some((name) => typeof name !== "string")) {
    throw typeError("type", "classNames", "classNames should be an array of strings", given);
  }
  if (given.length !== numClasses) {
    const message = `classNames has ${given.length} names, but there should be ${numClasses}: one per class`;
    throw rangeError("shape", "classNames", message, { value: given.length });
  }
  return [...given];
}

function checkRows(
  predicted: Reals | Labels,
  targets: Labels,
  sampleWeight: Reals | undefined,
  { numClasses, from, ignoreIndex }: Config,
): Rows {
  const checked = ((): Elements => {
    if (from === "probabilities") return probabilities("predicted", predicted);
    if (from === "logits") return reals("predicted", predicted);
    if (numClasses === undefined) return binaryLabels("predicted", predicted);
    return classLabels("predicted", predicted, numClasses);
  })();
  const y =
    numClasses === undefined
      ? binaryLabels("targets", targets, ignoreIndex)
      : classLabels("targets", targets, numClasses, ignoreIndex);
  const columns = from === "labels" ? 1 : (numClasses ?? 1);
  checkLength("predicted", checked, y.length * columns, columns === 1 ? "one per target" : "targets × numClasses");
  return {
    predictions: Float64Array.from(checked),
    targets: Float64Array.from(y),
    weights: weights("sampleWeight", sampleWeight, y.length),
  };
}

/**
 * Counts predictions against targets. Rows of scores are reduced by argmax, the first on ties; binary scores by the
 * threshold.
 */
export const confusionMatrix: Confusion["confusionMatrix"] = Object.assign(
  (predicted: Reals | Labels, targets: Labels, options: ConfusionOptions = {}): ConfusionMatrix => {
    checkOptions("confusionMatrix", options, [...OPTIONS, "sampleWeight"]);
    const config = settle(options);
    const rows = checkRows(predicted, targets, options.sampleWeight, config);
    checkNotEmpty("targets", rows.targets);
    const kept = rows.weights.filter((_, i) => rows.targets[i] !== config.ignoreIndex);
    if (kept.length === 0) throw nothingLeft("targets", "each is ignoreIndex");
    checkWeighty("targets", kept);
    return tally(rows, config);
  },
  {
    accumulator(
      options: Omit<ConfusionOptions, "sampleWeight"> & AccumulatorOptions = {},
    ): Accumulator<ConfusionMatrix> {
      checkOptions("confusionMatrix.accumulator", options, [...OPTIONS, "weighted"]);
      const config = settle(options);
      return keepRows({
        name: "confusionMatrix",
        config,
        weighted: boolean("weighted", options.weighted, false),
        predictionColumns: config.from === "labels" ? 1 : (config.numClasses ?? 1),
        targetColumns: 1,
        check: (predicted, targets, sampleWeight) => checkRows(predicted, targets, sampleWeight, config),
        finish: (rows) => tally(rows, config),
      });
    },
  },
);

function tally(rows: Rows, { numClasses, from, threshold, strict, ignoreIndex, classNames }: Config): ConfusionMatrix {
  const { predictions: x, targets: y } = rows;
  const size = numClasses ?? 2;
  const predictedClass = (i: number): number => {
    if (from === "labels") return x[i]!;
    if (numClasses !== undefined) return argmax(x.subarray(i * numClasses, (i + 1) * numClasses));
    return Number(strict ? x[i]! > threshold! : x[i]! >= threshold!);
  };
  const kept = [...y.keys()].filter((i) => y[i] !== ignoreIndex);
  const cells = Int32Array.from(kept, (i) => y[i]! * size + predictedClass(i));
  const counts = exactSums(
    size * size,
    cells,
    Float64Array.from(kept, (i) => rows.weights[i]!),
  );
  return new Matrix(size, counts, classNames, numClasses === undefined);
}

// ------------------------------------------------------------------------------------------------------- the matrix

class Matrix implements ConfusionMatrix {
  readonly total: number;
  readonly precision: ClassMeasure;
  readonly recall: ClassMeasure;
  readonly f1: ClassMeasure;
  readonly fBeta: ClassMeasure<AverageOptions & { beta?: number }>;
  /** Row sums: how often a class is true. */
  private readonly asTarget: Float64Array<ArrayBuffer>;
  /** Column sums: how often a class is predicted. */
  private readonly asPredicted: Float64Array<ArrayBuffer>;
  private readonly perClass: readonly ClassCounts[];

  constructor(
    readonly numClasses: number,
    readonly counts: Float64Array<ArrayBuffer>,
    readonly classNames: readonly string[],
    readonly binary: boolean,
  ) {
    this.total = exactSum(counts);
    this.asTarget = this.sums("true", counts);
    this.asPredicted = this.sums("pred", counts);
    const offDiagonal = counts.map((count, i) => (i % (numClasses + 1) === 0 ? 0 : count));
    const fn = this.sums("true", offDiagonal);
    const fp = this.sums("pred", offDiagonal);
    this.perClass = Array.from(fn, (_, k) => ({ tp: this.at(k, k), fp: fp[k]!, fn: fn[k]! }));
    this.precision = this.measure("precision", [], () => ({ tp, fp }) => [tp, exactSum([tp, fp])]);
    this.recall = this.measure("recall", [], () => ({ tp, fn }) => [tp, exactSum([tp, fn])]);
    this.f1 = this.measure("f1", [], () => fRatio(1));
    this.fBeta = this.measure<AverageOptions & { beta?: number }>("fBeta", ["beta"], ({ beta }) =>
      fRatio(number("beta", beta ?? defaults.beta, (value) => value >= 0, "a number ≥ 0")),
    );
  }

  at(target: number, predicted: number): number {
    return this.counts[this.index("target", target) * this.numClasses + this.index("predicted", predicted)]!;
  }

  countsOf(classIndex?: number): BinaryCounts {
    if (classIndex === undefined && !this.binary) {
      throw typeError("option", "classIndex", "classIndex is missing: only a binary matrix has a positive class");
    }
    const k = this.index("classIndex", classIndex ?? 1);
    const others = this.counts.filter((_, i) => Math.floor(i / this.numClasses) !== k && i % this.numClasses !== k);
    return { ...this.perClass[k]!, tn: exactSum(others) };
  }

  support(): Float64Array<ArrayBuffer> {
    return this.asTarget.slice();
  }

  normalized(by: "true" | "pred" | "all"): Float64Array<ArrayBuffer> {
    oneOf("by", by ?? null, ["true", "pred", "all"], "true");
    const sums = by === "all" ? undefined : by === "true" ? this.asTarget : this.asPredicted;
    return this.counts.map((count, i) => {
      const line = by === "true" ? Math.floor(i / this.numClasses) : i % this.numClasses;
      const divisor = sums?.[line] ?? this.total;
      return divisor === 0 ? 0 : count / divisor;
    });
  }

  select(classes: readonly number[]): ConfusionMatrix {
    const chosen = Array.from(classes, (k) => this.index("classes", k));
    if (chosen.length === 0) throw rangeError("empty", "classes", "classes is empty");
    if (new Set(chosen).size < chosen.length) throw rangeError("range", "classes", "classes names a class twice");
    return new Matrix(
      chosen.length,
      Float64Array.from(chosen.flatMap((target) => chosen.map((predicted) => this.at(target, predicted)))),
      chosen.map((k) => this.classNames[k]!),
      false,
    );
  }

  present(): number[] {
    return [...this.perClass.keys()].filter((k) => this.asTarget[k]! > 0 || this.asPredicted[k]! > 0);
  }

  accuracy(): number {
    return this.diagonal() / this.total;
  }

  report(options: Omit<AverageOptions, "average"> = {}): ClassificationReport {
    checkOptions("report", options, ["zeroDivision", "absentClasses"]);
    const { absentClasses } = checkAverage(options);
    const measures = [this.precision, this.recall, this.f1];
    const perClass = measures.map((measure) => measure({ ...options, average: "none" }));
    const support = this.support();
    const shown = absentClasses === "count" ? [...support.keys()] : this.present();
    const row = (name: string, [precision, recall, f1]: number[], support: number): ReportRow => ({
      name,
      precision: precision!,
      recall: recall!,
      f1: f1!,
      support,
    });
    const averaged = (average: "macro" | "weighted"): ReportRow =>
      row(
        `${average} avg`,
        measures.map((measure) => measure({ ...options, average })),
        this.total,
      );
    return new Report(
      shown.map((k) =>
        row(
          this.classNames[k]!,
          perClass.map((values) => values[k]!),
          support[k]!,
        ),
      ),
      this.accuracy(),
      averaged("macro"),
      averaged("weighted"),
    );
  }

  toString(): string {
    const header = ["true \\ predicted", ...this.classNames];
    const rows = this.classNames.map((name, target) => [
      name,
      ...this.classNames.map((_, predicted) => String(this.at(target, predicted))),
    ]);
    return table([header, ...rows]);
  }

  /**
   * A measure as a quotient of counts. Macro is the mean over the classes that occur (or all of them), weighted the
   * mean weighted by support, micro the quotient of the sums over all classes. With `zeroDivision: NaN` undefined
   * classes leave the mean; where none remains, or none with support, it is NaN.
   */
  private measure<Options extends AverageOptions>(
    name: string,
    own: readonly string[],
    ratioOf: (options: Partial<Options>) => Ratio,
  ): ClassMeasure<Options> {
    const value = (options: Partial<Options> = {}): number | Float64Array => {
      checkOptions(name, options, ["average", "zeroDivision", "absentClasses", ...own]);
      const { zeroDivision, absentClasses } = checkAverage(options);
      const words: readonly Average[] = ["binary", "micro", "macro", "weighted", "none"];
      const average = oneOf("average", options.average, words, this.binary ? "binary" : defaults.average);
      const ratio = ratioOf(options);
      const quotient = (counts: ClassCounts): number => {
        const [numerator, denominator] = ratio(counts);
        return denominator === 0 ? zeroDivision : numerator / denominator;
      };
      const values = (): number[] => this.perClass.map(quotient);
      switch (average) {
        case "none":
          return Float64Array.from(values());
        case "binary":
          if (!this.binary) {
            throw typeError("option", "average", 'average: "binary" needs a matrix made without numClasses', average);
          }
          return values()[1]!;
        case "micro": {
          // Each row off the diagonal is a false positive of one class and a false negative of another.
          const tp = this.diagonal();
          const wrong = exactSum(this.counts.filter((_, i) => i % (this.numClasses + 1) !== 0));
          return quotient({ tp, fp: wrong, fn: wrong });
        }
        case "macro":
        case "weighted": {
          const support = this.support();
          const meant = new Set(absentClasses === "count" ? support.keys() : this.present());
          const terms = values()
            .map((value, k) => ({ value, weight: average === "macro" ? 1 : support[k]! }))
            .filter((term, k) => meant.has(k) && !Number.isNaN(term.value));
          return exactSum(terms.map((term) => term.value * term.weight)) / exactSum(terms.map((term) => term.weight));
        }
      }
    };
    return value as ClassMeasure<Options>;
  }

  private diagonal(): number {
    return exactSum(this.counts.filter((_, i) => i % (this.numClasses + 1) === 0));
  }

  /** Row sums (how often a class is true) or column sums (how often it is predicted). */
  private sums(by: "true" | "pred", counts: Float64Array): Float64Array<ArrayBuffer> {
    const line = Int32Array.from(counts, (_, i) =>
      by === "true" ? Math.floor(i / this.numClasses) : i % this.numClasses,
    );
    return exactSums(this.numClasses, line, counts);
  }

  private index(name: string, given: number): number {
    const ok = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < this.numClasses;
    return number(name, given, ok, `a class in 0..${this.numClasses - 1}`);
  }
}

type ClassCounts = Omit<BinaryCounts, "tn">;

/** Numerator and denominator of a measure. */
type Ratio = (counts: ClassCounts) => readonly [number, number];

/** (1+β²)tp over (1+β²)tp + β²fn + fp; recall for β = ∞. */
function fRatio(beta: number): Ratio {
  const square = beta * beta;
  if (square === Infinity) return ({ tp, fn }) => [tp, exactSum([tp, fn])];
  return ({ tp, fp, fn }) => [(1 + square) * tp, exactSum([(1 + square) * tp, square * fn, fp])];
}

function checkAverage(options: { zeroDivision?: number | undefined; absentClasses?: "skip" | "count" | undefined }): {
  zeroDivision: number;
  absentClasses: "skip" | "count";
} {
  return {
    zeroDivision: anyNumber("zeroDivision", options.zeroDivision ?? defaults.zeroDivision),
    absentClasses: oneOf("absentClasses", options.absentClasses, ["skip", "count"], defaults.absentClasses),
  };
}

class Report implements ClassificationReport {
  constructor(
    readonly classes: readonly ReportRow[],
    readonly accuracy: number,
    readonly macro: ReportRow,
    readonly weighted: ReportRow,
  ) {}

  toString(): string {
    const line = (row: ReportRow): string[] => [
      row.name,
      ...[row.precision, row.recall, row.f1].map((value) => value.toFixed(4)),
      String(row.support),
    ];
    const accuracy = ["accuracy", "", "", this.accuracy.toFixed(4), String(this.macro.support)];
    return table([
      ["", "precision", "recall", "f1", "support"],
      ...this.classes.map(line),
      accuracy,
      line(this.macro),
      line(this.weighted),
    ]);
  }
}

/** Cells in columns: the first to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}
