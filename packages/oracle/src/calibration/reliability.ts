/**
 * Reliability tables and calibration errors.
 *
 * Reliability tables: A. Murphy and R. Winkler, "Reliability of subjective probability forecasts" (1977). ECE and MCE:
 * M. Pakdaman Naeini, G. Cooper and M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning"
 * (2015). Classwise errors, bins of equal mass and thresholds: J. Nixon et al., "Measuring calibration in deep learning"
 * (2019).
 *
 * @module
 */
import type {
  Accumulator,
  CalibrationErrorOptions,
  ClasswiseOptions,
  ClasswiseReliability,
  Labels,
  Reals,
  Reliability,
  ReliabilityOptions,
  ReliabilityTables,
  Streamed,
} from "@assay/contract";
import type { Rows } from "../accumulator.js";
import { boolean, checkOptions, nothingLeft, typeError } from "../input.js";
import { levelOf } from "../statistics/wilson.js";
import { type Bins, binningNames, binsOf, fill } from "./bins.js";
import { type Comparison, checkRows, checkSome, compared, comparisonOf, keepCompared } from "./comparison.js";
import { ClasswiseTables, normOf, ReliabilityTable } from "./table.js";

const comparisonNames = ["numClasses", "numLabels", "from"] as const;
const tableNames = [...comparisonNames, ...binningNames, "level"] as const;

interface Plan {
  readonly name: string;
  readonly comparison: Comparison;
  readonly bins: Bins;
  readonly level: number;
}

function plan(name: string, options: ReliabilityOptions): Plan {
  return {
    name,
    comparison: comparisonOf(options, options.of, ["positive", "topLabel", "allClasses"]),
    bins: binsOf(options),
    level: levelOf(options),
  };
}

function classwisePlan(name: string, options: ClasswiseOptions): Plan {
  if (options.numClasses === undefined && options.numLabels === undefined) {
    throw typeError("option", "numClasses", `${name} needs numClasses or numLabels`);
  }
  return { name, comparison: comparisonOf(options, "eachClass"), bins: binsOf(options), level: levelOf(options) };
}

/** The table of all that is compared, or that of each class. */
function tabulate(rows: Rows, { comparison, bins, level }: Plan, weighted: boolean): Reliability[] {
  const closed = bins.binning === "mass" ? "both" : bins.closed;
  const of = comparison.of === "eachClass" ? "allClasses" : comparison.of;
  return compared(rows, comparison).map(
    (part) => new ReliabilityTable(fill(part, bins, weighted), bins.binning, closed, of, level),
  );
}

/** Bins that go by single rows have no form with weights. */
function checkWeighted({ bins: { binning } }: Plan, name: "sampleWeight" | "weighted", isWeighted: boolean): void {
  if (!isWeighted || binning === "width" || binning === "mass") return;
  throw typeError("option", name, `${name} is not for binning "${binning}"`);
}

function tables(plan: Plan, predictions: Reals, labels: Labels, sampleWeight: Reals | undefined): Reliability[] {
  checkWeighted(plan, "sampleWeight", sampleWeight !== undefined);
  const rows = checkSome(checkRows(plan.comparison, predictions, labels, sampleWeight));
  const made = tabulate(rows, plan, sampleWeight !== undefined);
  if (made.every(({ count }) => count === 0)) throw nothingLeft("labels", "no probability is above threshold");
  return made;
}

function accumulator<Result>(
  plan: Plan,
  weighted: boolean | undefined,
  result: (tables: Reliability[], rows: Rows) => Result,
): Accumulator<Result> {
  const { name, comparison, bins } = plan;
  const isWeighted = boolean("weighted", weighted, false);
  checkWeighted(plan, "weighted", isWeighted);
  const keepsScores = bins.binning !== "width";
  const finish = (rows: Rows): Result => result(tabulate(rows, plan, isWeighted), rows);
  return keepCompared({ name, comparison, config: { bins }, weighted, keepsScores, finish });
}

/** A stream of what follows from one table. */
export function tableAccumulator<Result>(
  name: string,
  options: Streamed<ReliabilityOptions>,
  result: (table: Reliability, rows: Rows) => Result,
): Accumulator<Result> {
  return accumulator(plan(name, options), options.weighted, ([table], rows) => result(table!, rows));
}

/** A stream of what follows from a table for each class, or label. */
export function tablesAccumulator<Result>(
  name: string,
  options: Streamed<ClasswiseOptions>,
  result: (tables: Reliability[], rows: Rows) => Result,
): Accumulator<Result> {
  return accumulator(classwisePlan(name, options), options.weighted, result);
}

/**
 * The reliability table of probabilities: for each bin the rows in it, their mean confidence and the rate at which they
 * were right.
 */
export const reliability: ReliabilityTables["reliability"] = Object.assign(
  (predictions: Reals, labels: Labels, options: ReliabilityOptions = {}): Reliability => {
    checkOptions("reliability", options, [...tableNames, "of", "sampleWeight"]);
    return tables(plan("reliability", options), predictions, labels, options.sampleWeight)[0]!;
  },
  {
    accumulator(options: Streamed<ReliabilityOptions> = {}): Accumulator<Reliability> {
      checkOptions("reliability.accumulator", options, [...tableNames, "of", "weighted"]);
      return tableAccumulator("reliability", options, (table) => table);
    },
  },
);

/** A reliability table for each class, or label, against the rest. */
export const classwiseReliability: ReliabilityTables["classwiseReliability"] = Object.assign(
  (predictions: Reals, labels: Labels, options: ClasswiseOptions): ClasswiseReliability => {
    checkOptions("classwiseReliability", options, [...tableNames, "sampleWeight"]);
    const made = classwisePlan("classwiseReliability", options ?? {});
    return new ClasswiseTables(tables(made, predictions, labels, options.sampleWeight));
  },
  {
    accumulator(options: Streamed<ClasswiseOptions>): Accumulator<ClasswiseReliability> {
      checkOptions("classwiseReliability.accumulator", options, [...tableNames, "weighted"]);
      return tablesAccumulator("classwiseReliability", options ?? {}, (classes) => new ClasswiseTables(classes));
    },
  },
);

const errorNames = ["norm", ...comparisonNames, ...binningNames, "of"] as const;

/** The calibration error of probabilities: `reliability(…).error(norm)`. */
export const calibrationError: ReliabilityTables["calibrationError"] = Object.assign(
  (predictions: Reals, labels: Labels, options: CalibrationErrorOptions = {}): number => {
    checkOptions("calibrationError", options, [...errorNames, "sampleWeight"]);
    const { norm, ...rest } = options;
    normOf(norm);
    return reliability(predictions, labels, rest).error(norm);
  },
  {
    accumulator(options: Streamed<CalibrationErrorOptions> = {}): Accumulator<number> {
      checkOptions("calibrationError.accumulator", options, [...errorNames, "weighted"]);
      const { norm, ...rest } = options;
      normOf(norm);
      return tableAccumulator("calibrationError", rest, (table) => table.error(norm));
    },
  },
);
