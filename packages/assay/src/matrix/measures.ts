/**
 * The measures of classes and their averages, for everything that counts classes against the rest: the classes of a
 * confusion matrix, the labels of rows that have several.
 *
 * @module
 */
import {
  AssayTypeError,
  type Average,
  type AverageOptions,
  type BinaryCounts,
  type ClassificationReport,
  type ClassMeasure,
  type ClassMeasures,
  defaults,
  type ReportRow,
} from "@assay/contract";
import { anyNumber, oneOf, optionsOf, whole, within } from "../options.js";
import { type Formula, fBetaFormula, formulas, type MeasureName } from "./formulas.js";
import { Report } from "./report.js";
import { mean, sum } from "./sum.js";

const averages = ["binary", "micro", "macro", "weighted", "samples", "none"] as const;
const meanOptions = ["zeroDivision", "absentClasses"] as const;
const averageOptions = ["average", ...meanOptions] as const;

/** Counts against the rest, an array for each kind. */
export interface CountColumns {
  readonly tp: Float64Array<ArrayBuffer>;
  readonly fp: Float64Array<ArrayBuffer>;
  readonly fn: Float64Array<ArrayBuffer>;
  readonly tn: Float64Array<ArrayBuffer>;
}

/** Counts of rows over their labels. Equal ones may be one entry, with their summed weight. */
export interface RowCounts extends CountColumns {
  readonly weight: Float64Array<ArrayBuffer>;
}

/** What measures are computed from. */
export interface Counted {
  /** An entry for each class, made when a measure needs them. */
  readonly counts: () => CountColumns;
  readonly names: readonly string[];
  /** Rows, or their summed weight. */
  readonly total: number;
  /** Class 1 is positive. */
  readonly binary?: boolean;
}

/** Every measure of classes, from their counts. */
export abstract class CountMeasures implements ClassMeasures {
  readonly total: number;
  readonly precision: ClassMeasure = this.#measure("precision");
  readonly recall: ClassMeasure = this.#measure("recall");
  readonly f1: ClassMeasure = this.#measure("f1");
  readonly fBeta: ClassMeasure<AverageOptions & { beta?: number }> = ((
    options?: AverageOptions & { beta?: number },
  ) => {
    const { beta = defaults.beta, ...given } = optionsOf(options, [...averageOptions, "beta"], "fBeta");
    return this.#averaged(fBetaFormula(within(beta, 0, Number.POSITIVE_INFINITY, "beta")), given);
  }) as ClassMeasure<AverageOptions & { beta?: number }>;
  readonly jaccard: ClassMeasure = this.#measure("jaccard");
  readonly specificity: ClassMeasure = this.#measure("specificity");
  readonly negativePredictiveValue: ClassMeasure = this.#measure("negativePredictiveValue");
  readonly falsePositiveRate: ClassMeasure = this.#measure("falsePositiveRate");
  readonly falseNegativeRate: ClassMeasure = this.#measure("falseNegativeRate");
  readonly falseDiscoveryRate: ClassMeasure = this.#measure("falseDiscoveryRate");
  readonly falseOmissionRate: ClassMeasure = this.#measure("falseOmissionRate");
  readonly prevalence: ClassMeasure = this.#measure("prevalence");
  readonly informedness: ClassMeasure = this.#measure("informedness");
  readonly markedness: ClassMeasure = this.#measure("markedness");
  readonly gMean: ClassMeasure = this.#measure("gMean");
  readonly positiveLikelihoodRatio: ClassMeasure = this.#measure("positiveLikelihoodRatio", Number.NaN);
  readonly negativeLikelihoodRatio: ClassMeasure = this.#measure("negativeLikelihoodRatio", Number.NaN);

  readonly #countColumns: () => CountColumns;
  #columns: CountColumns | undefined;
  readonly #names: readonly string[];
  readonly #binary: boolean;

  constructor({ counts, names, total, binary = false }: Counted) {
    this.total = total;
    this.#countColumns = counts;
    this.#names = names;
    this.#binary = binary;
    // Node prints own properties, which here are functions; so it prints what JSON has.
    const value = (): object => this.toJSON();
    Object.defineProperty(this, Symbol.for("nodejs.util.inspect.custom"), { value });
  }

  get #counts(): CountColumns {
    this.#columns ??= this.#countColumns();
    return this.#columns;
  }

  /** Counts of rows over their labels, where rows have several: what the average `"samples"` is taken over. */
  protected rowCounts(): RowCounts | undefined {
    return undefined;
  }

  /** The share of right rows, where rows have one label; otherwise NaN. */
  protected rightRows(): number {
    return Number.NaN;
  }

  /** Names and counts, without all that follows from them. */
  abstract toJSON(): object;

  countsOf(classIndex?: number): BinaryCounts {
    if (classIndex === undefined && !this.#binary) {
      throw new AssayTypeError("countsOf needs a class: only a binary matrix has one that is positive", {
        code: "option",
        argument: "classIndex",
      });
    }
    return at(this.#counts, whole(classIndex ?? 1, 0, "classIndex", this.#names.length - 1));
  }

  /** How often each class is true. */
  support(): Float64Array<ArrayBuffer> {
    const { tp, fn } = this.#counts;
    return tp.map((count, k) => count + (fn[k] as number));
  }

  #measure(name: MeasureName, zeroDivision?: number): ClassMeasure {
    const measure = (options?: AverageOptions) =>
      this.#averaged(formulas[name], optionsOf(options, averageOptions, name), zeroDivision);
    return measure as ClassMeasure;
  }

  #averaged(
    formula: Formula,
    options: AverageOptions,
    undefinedValue: number = defaults.zeroDivision,
  ): number | Float64Array<ArrayBuffer> {
    const average = oneOf<Average>(options.average ?? this.#defaultAverage(), averages, "average");
    const { zeroDivision = undefinedValue, absentClasses = defaults.absentClasses } = options;
    oneOf(absentClasses, ["skip", "count"], "absentClasses");
    anyNumber(zeroDivision, "zeroDivision");
    const settled = (counts: BinaryCounts): number => {
      const value = formula(counts);
      return Number.isNaN(value) ? zeroDivision : value;
    };
    if (average === "binary") return settled(this.#positive());
    if (average === "micro") return settled(pooled(this.#counts));
    const rows = average === "samples" ? this.#rows() : undefined;
    const over = rows ?? this.#counts;
    const values = over.tp.map((_, k) => settled(at(over, k)));
    if (average === "none") return values;
    return mean(values, rows?.weight ?? this.#weights(average === "weighted", absentClasses));
  }

  #defaultAverage(): Average {
    return this.#binary ? "binary" : defaults.average;
  }

  #positive(): BinaryCounts {
    if (this.#binary) return at(this.#counts, 1);
    throw new AssayTypeError('average "binary" is for two classes of which one is positive', {
      code: "option",
      argument: "average",
      value: "binary",
    });
  }

  #rows(): RowCounts {
    const rows = this.rowCounts();
    if (rows !== undefined) return rows;
    throw new AssayTypeError(
      'average "samples" is for rows with several labels: the measures of a row with one are 0 or 1, and their mean is the accuracy',
      { code: "option", argument: "average", value: "samples" },
    );
  }

  /** What each class weighs in a mean: its support, or as much as the others. */
  #weights(bySupport: boolean, absentClasses: "skip" | "count"): ArrayLike<number> {
    if (bySupport) return this.support();
    const { tp, fp, fn } = this.#counts;
    const occurs = (k: number) => (tp[k] as number) > 0 || (fp[k] as number) > 0 || (fn[k] as number) > 0;
    return tp.map((_, k) => (absentClasses === "count" || occurs(k) ? 1 : 0));
  }

  report(options?: Omit<AverageOptions, "average">): ClassificationReport {
    const given = optionsOf(options, meanOptions, "report");
    const support = this.support();
    const all = sum(support);
    const measures = [this.precision, this.recall, this.f1] as const;
    const row = (average: string, [precision, recall, f1]: readonly number[]) =>
      ({ name: `${average} avg`, precision, recall, f1, support: all }) as ReportRow;
    const averaged = (average: "micro" | "samples") =>
      row(
        average,
        measures.map((measure) => measure({ ...given, average })),
      );
    const perClass = measures.map((measure) => measure({ ...given, average: "none" }));
    const [precision, recall, f1] = perClass as [Float64Array, Float64Array, Float64Array];
    const listed = this.#weights(false, given.absentClasses ?? defaults.absentClasses);
    const means = (weights: ArrayLike<number>) => perClass.map((values) => mean(values, weights));
    const classes = this.#names.map((name, k) => ({
      name,
      precision: precision[k] as number,
      recall: recall[k] as number,
      f1: f1[k] as number,
      support: support[k] as number,
    }));
    return new Report({
      classes: classes.filter((_, k) => listed[k] === 1),
      accuracy: this.rightRows(),
      micro: averaged("micro"),
      macro: row("macro", means(listed)),
      weighted: row("weighted", means(support)),
      samples: this.rowCounts() && averaged("samples"),
    });
  }
}

function at({ tp, fp, fn, tn }: CountColumns, k: number): BinaryCounts {
  return { tp: tp[k] as number, fp: fp[k] as number, fn: fn[k] as number, tn: tn[k] as number };
}

/** The counts of all classes together. */
function pooled({ tp, fp, fn, tn }: CountColumns): BinaryCounts {
  return { tp: sum(tp), fp: sum(fp), fn: sum(fn), tn: sum(tn) };
}
