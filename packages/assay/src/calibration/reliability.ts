/**
 * Reliability: can the probabilities be believed?
 *
 * @module
 */
import {
  type Accumulator,
  type AccumulatorOptions,
  type CalibrationErrorOptions,
  type ClasswiseOptions,
  type ClasswiseReliability,
  defaults,
  type Labels,
  type Reals,
  type Reliability,
  type ReliabilityOptions,
  type ReliabilityTables,
  type Streamed,
} from "@assay/contract";
import { accumulate, evaluate, type Staged } from "../accumulator.js";
import { nothingLeft } from "../arguments.js";
import { flag, inapplicable, optionsOf } from "../options.js";
import { levelOf } from "../statistics/level.js";
import { type Bins, binningOptions, binsOf } from "./bins.js";
import { type Comparison, comparisonOf, comparisonOptions, inOneTable } from "./comparison.js";
import { countedMetric } from "./counted.js";
import { accumulateSorted, evaluateSorted, refuseWeights, type SortedMetric, sortedBins } from "./sorted.js";
import { ClasswiseTables, type CountedBin, normOf, ReliabilityTable } from "./table.js";

const tableOptions = [...comparisonOptions, ...binningOptions, "level"] as const;
const errorOptions = [...comparisonOptions, ...binningOptions, "of", "norm"] as const;

/** A table that is to be made. */
interface Plan {
  readonly name: string;
  readonly comparison: Comparison;
  readonly bins: Bins;
  readonly level: number;
}

function planOf(name: string, given: ReliabilityOptions): Plan {
  return { name, comparison: comparisonOf(given, given.of, inOneTable), bins: binsOf(given), level: levelOf(given) };
}

function classwisePlanOf(name: string, given: ClasswiseOptions): Plan {
  if (given.numClasses === undefined && given.numLabels === undefined) {
    throw inapplicable("numClasses", `${name} needs numClasses (one label a row) or numLabels (one label a column)`);
  }
  return { name, comparison: comparisonOf(given, "eachClass"), bins: binsOf(given), level: levelOf(given) };
}

/** A table of what was counted in its bins. */
function tableOf({ comparison, bins, level }: Plan, counted: readonly CountedBin[] | undefined): Reliability {
  const { binning, closed } = bins;
  const of = comparison.of === "eachClass" ? "allClasses" : comparison.of;
  const caption = { binning, closed: binning === "mass" ? ("both" as const) : closed, of, level };
  return new ReliabilityTable(counted ?? [], caption);
}

/** Tables of rows: one, or one for each class. */
function tables(plan: Plan, predictions: Reals, labels: Labels, sampleWeight: Reals | undefined): Reliability[] {
  const { binning } = plan.bins;
  const isWeighted = sampleWeight !== undefined;
  refuseWeights(binning, "sampleWeight", isWeighted);
  return binning === "width"
    ? evaluate(
        metricOf(plan, isWeighted, (made) => made),
        predictions,
        labels,
        sampleWeight,
      )
    : evaluateSorted(
        sortedMetricOf(plan, (made) => made),
        predictions,
        labels,
        sampleWeight,
      );
}

function metricOf<Result>(plan: Plan, weighted: boolean, result: (tables: Reliability[]) => Result) {
  const { name, comparison, bins } = plan;
  return countedMetric(name, comparison, bins, weighted, (counted) =>
    result(counted.map((table) => tableOf(plan, table))),
  );
}

function sortedMetricOf<Result>(
  plan: Plan,
  result: (tables: Reliability[]) => Result,
): SortedMetric<Reliability, Result> {
  const { name, comparison, bins } = plan;
  return {
    name,
    comparison,
    tags: [bins],
    part: (sorted) => tableOf(plan, sortedBins(sorted, bins)),
    result: (made) => result([...made]),
  };
}

/** An accumulator: of bins that are counted, or of scores that are kept. */
function accumulatorOf<Result>(
  plan: Plan,
  { weighted = false }: AccumulatorOptions,
  result: (tables: Reliability[]) => Result,
): Staged<Result> {
  const { binning } = plan.bins;
  const isWeighted = flag(weighted, "weighted");
  refuseWeights(binning, "weighted", isWeighted);
  return binning === "width"
    ? accumulate(metricOf(plan, isWeighted, result))
    : accumulateSorted(sortedMetricOf(plan, result), isWeighted);
}

/** An accumulator of what follows from one table. */
export function tableAccumulator<Result>(
  name: string,
  given: Streamed<ReliabilityOptions>,
  result: (table: Reliability) => Result,
): Staged<Result> {
  return accumulatorOf(planOf(name, given), given, ([table]) => result(table as Reliability));
}

/** An accumulator of what follows from a table for each class, or label. */
export function tablesAccumulator<Result>(
  name: string,
  given: Streamed<ClasswiseOptions>,
  result: (tables: Reliability[]) => Result,
): Staged<Result> {
  return accumulatorOf(classwisePlanOf(name, given), given, result);
}

/** Tables of which at least one has a row. */
function weighty(made: Reliability[]): Reliability[] {
  if (made.some(({ count }) => count > 0)) return made;
  throw nothingLeft("labels");
}

/**
 * The reliability table of probabilities: of each bin the count, the mean confidence, the accuracy with Wilson's interval,
 * and the gap between both.
 *
 * What is compared is the probability of class 1, the largest one, or that of every class (`of`). Bins are `numBins` of
 * equal width, or between `edges`, or of equal mass (`binning`); `threshold` leaves out probabilities that are not above
 * it. Confidences are summed exactly, as multiples of 2⁻⁵². Bins of equal width count in constant memory; all others sort
 * every score, so that their accumulator keeps it (`keepsScores`). With weights, bins of binning `"mass"` hold total/numBins each, so that a row
 * may be divided between two; `"quantile"` and `"midpoint"` take no weights. In intervals summed weights are trials.
 *
 * @param predictions N probabilities of class 1, or N × numClasses or N × numLabels row-major, each in [0, 1]; with
 *   `from: "logits"` logits, whose probabilities have a relative error of at most 2.5e-7 for float32
 * @param labels N labels in 0..numClasses−1 (binary: 0 or 1), with `numLabels` N × numLabels zeros and ones
 * @throws AssayRangeError for a probability outside [0, 1] or NaN, a label out of range, a negative weight, lengths that
 *   do not fit, no rows, no probability above `threshold`
 * @example
 * reliability(probabilities, labels, { numBins: 10 }).bins[9].gap; // < 0: over-confident at the top
 * reliability(logits, labels, { numClasses: 10, from: "logits", binning: "mass" }).overconfidence();
 * @see Murphy and Winkler (1977), Reliability of subjective probability forecasts; Nixon et al. (2019), Measuring
 *   calibration in deep learning, for bins of equal mass and thresholds
 */
export const reliability: ReliabilityTables["reliability"] = /*#__PURE__*/ Object.assign(
  (predictions: Reals, labels: Labels, options?: ReliabilityOptions): Reliability => {
    const given = optionsOf(options, [...tableOptions, "of", "sampleWeight"], "reliability");
    const [table] = weighty(tables(planOf("reliability", given), predictions, labels, given.sampleWeight));
    return table as Reliability;
  },
  {
    accumulator(options?: Streamed<ReliabilityOptions>): Accumulator<Reliability> {
      const given = optionsOf(options, [...tableOptions, "of", "weighted"], "reliability.accumulator");
      return tableAccumulator("reliability", given, (table) => table);
    },
  },
);

/**
 * A reliability table for each class against the rest, or for each label: see {@link reliability} for options, shapes and
 * errors. Its `error(norm)` is the mean over classes: the classwise (static) calibration error.
 *
 * A class without any probability above `threshold` has an empty table and leaves the mean.
 *
 * @throws AssayRangeError as {@link reliability}, and where neither `numClasses` nor `numLabels` is given
 * @example
 * classwiseReliability(probabilities, labels, { numClasses: 10 }).error();
 * classwiseReliability(probabilities, labels, { numClasses: 10, binning: "mass", threshold: 0.01 }).error("mean"); // TACE
 * @see Kull et al. (2019), Beyond temperature scaling; Nixon et al. (2019), Measuring calibration in deep learning
 */
export const classwiseReliability: ReliabilityTables["classwiseReliability"] = /*#__PURE__*/ Object.assign(
  (predictions: Reals, labels: Labels, options: ClasswiseOptions): ClasswiseReliability => {
    const given = optionsOf(options, [...tableOptions, "sampleWeight"], "classwiseReliability");
    const plan = classwisePlanOf("classwiseReliability", given);
    return new ClasswiseTables(weighty(tables(plan, predictions, labels, given.sampleWeight)));
  },
  {
    accumulator(options: Streamed<ClasswiseOptions>): Accumulator<ClasswiseReliability> {
      const given = optionsOf(options, [...tableOptions, "weighted"], "classwiseReliability.accumulator");
      return tablesAccumulator("classwiseReliability", given, (made) => new ClasswiseTables(made));
    },
  },
);

/**
 * Calibration error of probabilities, in [0, 1]: how far accuracy is from confidence, over bins.
 *
 * ECE (`norm: "l1"`) = Σ nₖ/N · |accuracyₖ − confidenceₖ|; `"l2"` its root mean square; `"max"` the largest gap (MCE);
 * `"mean"` the plain mean over bins that are not empty. Empty bins never count. Options, shapes and errors as for
 * {@link reliability}; with `binning: "mass"` it is the adaptive calibration error.
 *
 * @see Naeini, Cooper and Hauskrecht (2015); Guo, Pleiss, Sun and Weinberger (2017)
 */
export const calibrationError: ReliabilityTables["calibrationError"] = /*#__PURE__*/ Object.assign(
  (predictions: Reals, labels: Labels, options?: CalibrationErrorOptions): number => {
    const { norm = defaults.norm, ...rest } = optionsOf(options, [...errorOptions, "sampleWeight"], "calibrationError");
    normOf(norm);
    return reliability(predictions, labels, rest).error(norm);
  },
  {
    accumulator(options?: Streamed<CalibrationErrorOptions>): Accumulator<number> {
      const given = optionsOf(options, [...errorOptions, "weighted"], "calibrationError.accumulator");
      const { norm = defaults.norm, ...rest } = given;
      normOf(norm);
      return tableAccumulator("calibrationError", rest, (table) => table.error(norm));
    },
  },
);
