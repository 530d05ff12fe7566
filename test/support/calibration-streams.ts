/**
 * Measures of calibration that accumulate, with rows for them.
 *
 * @module
 */
import type {
  Accumulator,
  Backend,
  ClasswiseReliability,
  Labels,
  Reals,
  Reliability,
  RiskCoverage,
} from "@assay/contract";
import fc from "fast-check";
import type { AccumulatorCase } from "./accumulators.js";
import { brierCases, comparisonCases, reliabilityNumbers, sortedCases } from "./calibration.js";
import { type Rows, takeRows } from "./rows.js";

/** Rows, and options that one call and a stream both take. */
interface Given {
  readonly rows: Rows;
  readonly options: object;
}

/** A function of arrays with its accumulator. */
interface Measure {
  (predictions: Reals, labels: Labels, options: object): unknown;
  accumulator(options: object): Accumulator<unknown>;
}

function streamsOf(
  name: keyof Backend,
  cases: fc.Arbitrary<Given>,
  numbers: (result: unknown) => unknown = (result) => result,
): fc.Arbitrary<AccumulatorCase> {
  const measureOf = (backend: Backend): Measure => backend[name] as unknown as Measure;
  return cases.map(({ rows, options }) => ({
    name,
    rows,
    options,
    make: (backend) => measureOf(backend).accumulator({ ...options, ...(rows.weight && { weighted: true }) }),
    once: (backend, p, y, weights) => measureOf(backend)(p, y, { ...options, ...weights }),
    numbers,
  }));
}

/** Only some of the options. */
function only(cases: fc.Arbitrary<Given>, names: readonly string[]): fc.Arbitrary<Given> {
  return cases.map(({ rows, options }) => ({
    rows,
    options: Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name))),
  }));
}

function without(cases: fc.Arbitrary<Given>, names: readonly string[]): fc.Arbitrary<Given> {
  return cases.filter(({ options }) => names.every((name) => !(name in options)));
}

function unweighted(cases: fc.Arbitrary<Given>): fc.Arbitrary<Given> {
  return cases.map(({ rows, options }) => ({ rows: { ...rows, weight: undefined }, options }));
}

/** The oracle takes its time. */
function few(cases: fc.Arbitrary<Given>): fc.Arbitrary<Given> {
  return cases.map(({ rows, options }) => ({
    rows: takeRows(rows, [...Array(Math.min(rows.count, 40)).keys()]),
    options,
  }));
}

const comparison = ["numClasses", "numLabels", "from"];
const compared = only(comparisonCases, [...comparison, "of"]);
const classwise = fc
  .oneof(comparisonCases, sortedCases)
  .filter(({ options: { numClasses, numLabels } }) => numClasses !== undefined || numLabels !== undefined);
const binned = only(fc.oneof(comparisonCases, sortedCases), [...comparison, "numBins", "closed", "binning", "edges"]);
const ofOneLabel = without(only(comparisonCases, ["numClasses", "numLabels", "from"]), ["numLabels"]);
const probabilities = only(brierCases, ["numClasses"]);

const tableNumbers = (result: unknown): unknown => reliabilityNumbers(result as Reliability);
const tablesNumbers = (result: unknown): unknown =>
  (result as ClasswiseReliability).classes.map((table) => reliabilityNumbers(table));

function curveNumbers(result: unknown): unknown {
  const curve = result as RiskCoverage;
  const { thresholds, coverage, risk, count } = curve;
  return { thresholds, coverage, risk, count, areas: [curve.aurc(), curve.excessAurc()] };
}

/** Cases of each, by a name. */
export const calibrationStreams: Record<string, fc.Arbitrary<AccumulatorCase>> = {
  "reliability of kept scores": streamsOf("reliability", sortedCases, tableNumbers),
  "classwiseReliability of kept scores": streamsOf(
    "classwiseReliability",
    only(classwise, [...comparison, "numBins", "binning"]),
    tablesNumbers,
  ),
  "hosmerLemeshowTest of kept scores": streamsOf("hosmerLemeshowTest", unweighted(ofOneLabel)),
  debiasedCalibrationError: streamsOf("debiasedCalibrationError", unweighted(only(comparisonCases, comparison))),
  ksCalibrationError: streamsOf("ksCalibrationError", compared),
  smoothCalibrationError: streamsOf("smoothCalibrationError", few(compared)),
  riskCoverage: streamsOf("riskCoverage", ofOneLabel, curveNumbers),
  spiegelhalterTest: streamsOf(
    "spiegelhalterTest",
    without(only(comparisonCases, [...comparison, "of"]), ["numLabels"]).filter(
      ({ options }) => (options as { of?: string }).of !== "allClasses",
    ),
  ),
  brierDecomposition: streamsOf("brierDecomposition", binned),
  logLossDecomposition: streamsOf("logLossDecomposition", binned),
  logLoss: streamsOf("logLoss", probabilities),
  d2LogLossScore: streamsOf("d2LogLossScore", probabilities),
  d2BrierScore: streamsOf("d2BrierScore", probabilities),
  brierSkillScore: streamsOf(
    "brierSkillScore",
    probabilities.map(({ rows, options }) => ({
      rows,
      options: { ...options, reference: referenceFor(rows.columns) },
    })),
  ),
  logLossSkillScore: streamsOf(
    "logLossSkillScore",
    probabilities.map(({ rows, options }) => ({
      rows,
      options: { ...options, reference: referenceFor(rows.columns) },
    })),
  ),
};

/** The same for all rows. */
function referenceFor(columns: number): number | readonly number[] {
  return columns === 1 ? 0.3 : Array.from({ length: columns }, (_, k) => (k + 1) / columns);
}
