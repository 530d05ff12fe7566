/**
 * The measures of classes and their averages, as scikit-learn takes them: macro is the mean over the classes that occur
 * (or over all of them), weighted the same weighted by support, micro the measure of the counts of all classes added up,
 * samples the mean over rows. Where no term of a mean is left, or none with a weight, it is NaN.
 *
 * @module
 */
import {
  type Average,
  type AverageOptions,
  type ClassificationReport,
  type ClassMeasure,
  type ClassMeasures,
  defaults,
  type ReportRow,
} from "@assay/contract";
import { anyNumber, checkOptions, number, oneOf, typeError } from "../input.js";
import { exactSum } from "../sum.js";
import { type Counts, definition, fBeta, gMean, type Measure } from "./definitions.js";
import { Report } from "./report.js";

type FBetaOptions = AverageOptions & { beta?: number };

/** What measures are taken of. */
export interface Counted {
  readonly names: readonly string[];
  /** Of each class against the rest. */
  readonly counts: readonly Counts[];
  /** How often each class is true. */
  readonly support: Float64Array<ArrayBuffer>;
  /** Class 1 is positive. */
  readonly binary: boolean;
  /** Of single labels, the share of right rows. */
  readonly accuracy: number;
  /** Rows with several labels have counts of their own, and weights. */
  readonly samples: { readonly counts: readonly Counts[]; readonly weights: Float64Array } | undefined;
}

/** How a measure is taken, besides its definition. */
interface Manner {
  /** Names of its own options. */
  readonly own?: readonly string[];
  /** `zeroDivision` where it is not given. */
  readonly zeroDivision?: number;
}

export abstract class Measures implements ClassMeasures {
  readonly precision: ClassMeasure = this.defined("precision");
  readonly recall: ClassMeasure = this.defined("recall");
  readonly f1: ClassMeasure = this.defined("f1");
  readonly fBeta: ClassMeasure<FBetaOptions> = this.measure<FBetaOptions>(
    "fBeta",
    ({ beta }) => fBeta(number("beta", beta ?? defaults.beta, (value) => value >= 0, "a number ≥ 0")),
    { own: ["beta"] },
  );
  readonly jaccard: ClassMeasure = this.defined("jaccard");
  readonly specificity: ClassMeasure = this.defined("specificity");
  readonly negativePredictiveValue: ClassMeasure = this.defined("negativePredictiveValue");
  readonly falsePositiveRate: ClassMeasure = this.defined("falsePositiveRate");
  readonly falseNegativeRate: ClassMeasure = this.defined("falseNegativeRate");
  readonly falseDiscoveryRate: ClassMeasure = this.defined("falseDiscoveryRate");
  readonly falseOmissionRate: ClassMeasure = this.defined("falseOmissionRate");
  readonly prevalence: ClassMeasure = this.defined("prevalence");
  readonly informedness: ClassMeasure = this.defined("informedness");
  readonly markedness: ClassMeasure = this.defined("markedness");
  readonly gMean: ClassMeasure = this.measure("gMean", () => gMean);
  readonly positiveLikelihoodRatio: ClassMeasure = this.defined("positiveLikelihoodRatio", { zeroDivision: NaN });
  readonly negativeLikelihoodRatio: ClassMeasure = this.defined("negativeLikelihoodRatio", { zeroDivision: NaN });

  /** Names and counts. */
  abstract toJSON(): object;

  constructor() {
    // Node prints own properties, which here are functions; so it prints what JSON has.
    const value = (): object => this.toJSON();
    Object.defineProperty(this, Symbol.for("nodejs.util.inspect.custom"), { value });
  }

  /** What is counted, made when it is asked for. */
  protected abstract counted(): Counted;

  report(options: Omit<AverageOptions, "average"> = {}): ClassificationReport {
    checkOptions("report", options, ["zeroDivision", "absentClasses"]);
    const { absentClasses } = settle(options);
    const counted = this.counted();
    const { names, support, accuracy, samples } = counted;
    const columns = [this.precision, this.recall, this.f1];
    const row = (name: string, [precision, recall, f1]: readonly number[], support: number): ReportRow => {
      return { name, precision: precision!, recall: recall!, f1: f1!, support };
    };
    const perClass = columns.map((measure) => measure({ ...options, average: "none" }));
    const averaged = (average: "micro" | "macro" | "weighted" | "samples"): ReportRow => {
      const values = columns.map((measure) => measure({ ...options, average }));
      return row(`${average} avg`, values, exactSum(support));
    };
    return new Report(
      shown(counted, absentClasses).map((k) =>
        row(
          names[k]!,
          perClass.map((values) => values[k]!),
          support[k]!,
        ),
      ),
      accuracy,
      averaged("micro"),
      averaged("macro"),
      averaged("weighted"),
      samples && averaged("samples"),
    );
  }

  private defined(name: Parameters<typeof definition>[0], manner: Manner = {}): ClassMeasure {
    return this.measure(name, () => definition(name), manner);
  }

  private measure<Options extends AverageOptions>(
    name: string,
    measureOf: (options: Partial<Options>) => Measure,
    manner: Manner = {},
  ): ClassMeasure<Options> {
    const value = (options: Partial<Options> = {}): number | Float64Array => {
      checkOptions(name, options, ["average", "zeroDivision", "absentClasses", ...(manner.own ?? [])]);
      const { zeroDivision, absentClasses } = settle(options, manner.zeroDivision);
      const counted = this.counted();
      const average = averageOf(options.average, counted);
      const measure = measureOf(options);
      const of = (counts: Counts): number => measure(counts) ?? zeroDivision;
      const classes = shown(counted, absentClasses);
      switch (average) {
        case "none":
          return Float64Array.from(counted.counts, of);
        case "binary":
          return of(counted.counts[1]!);
        case "micro":
          return of(counted.counts.reduce(added, { tp: 0n, fp: 0n, fn: 0n, tn: 0n }));
        case "macro":
          return mean(classes.map((k) => ({ value: of(counted.counts[k]!), weight: 1 })));
        case "weighted":
          return mean(classes.map((k) => ({ value: of(counted.counts[k]!), weight: counted.support[k]! })));
        case "samples": {
          const { counts, weights } = counted.samples!;
          return mean(counts.map((row, i) => ({ value: of(row), weight: weights[i]! })));
        }
      }
    };
    return value as ClassMeasure<Options>;
  }
}

/** Classes that occur in targets or predictions, ascending. */
export function present(counts: readonly Counts[]): number[] {
  return [...counts.keys()].filter((k) => {
    const { tp, fp, fn } = counts[k]!;
    return tp + fp + fn > 0n;
  });
}

function shown({ counts }: Counted, absentClasses: "skip" | "count"): number[] {
  return absentClasses === "count" ? [...counts.keys()] : present(counts);
}

function added(a: Counts, b: Counts): Counts {
  return { tp: a.tp + b.tp, fp: a.fp + b.fp, fn: a.fn + b.fn, tn: a.tn + b.tn };
}

/** Without the terms that are NaN or weigh nothing. Weights are taken in such units that nothing overflows. */
function mean(terms: readonly { value: number; weight: number }[]): number {
  const kept = terms.filter(({ value, weight }) => weight > 0 && !Number.isNaN(value));
  const largest = kept.reduce((most, { weight }) => Math.max(most, weight), 0);
  const units = 2 ** -Math.max(-1000, Math.min(1000, Math.ceil(Math.log2(largest))));
  const scaled = kept.map(({ value, weight }) => ({ value, weight: weight * units }));
  return exactSum(scaled.map(({ value, weight }) => value * weight)) / exactSum(scaled.map(({ weight }) => weight));
}

function settle(
  options: { zeroDivision?: number | undefined; absentClasses?: "skip" | "count" | undefined },
  zeroDivision: number = defaults.zeroDivision,
): { zeroDivision: number; absentClasses: "skip" | "count" } {
  return {
    zeroDivision: anyNumber("zeroDivision", options.zeroDivision ?? zeroDivision),
    absentClasses: oneOf("absentClasses", options.absentClasses, ["skip", "count"], defaults.absentClasses),
  };
}

function averageOf(given: Average | undefined, { binary, samples }: Counted): Average {
  const words: readonly Average[] = ["binary", "micro", "macro", "weighted", "samples", "none"];
  const average = oneOf("average", given, words, binary ? "binary" : defaults.average);
  if (average === "binary" && !binary) {
    throw typeError("option", "average", 'average: "binary" needs a matrix of which class 1 is positive', average);
  }
  if (average === "samples" && !samples) {
    throw typeError("option", "average", 'average: "samples" needs rows with several labels', average);
  }
  return average;
}
