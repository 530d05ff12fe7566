/**
 * Tests of calibration. D. Spiegelhalter, "Probabilistic prediction in patient management and clinical trials" (1986).
 * D. Hosmer and S. Lemeshow, "Goodness of fit tests for the multiple logistic regression model" (1980).
 *
 * @module
 */
import {
  type Accumulator,
  type CalibrationTests,
  defaults,
  type HosmerLemeshowOptions,
  type HosmerLemeshowTest,
  type Labels,
  type Reals,
  type Reliability,
  type SpiegelhalterOptions,
  type SpiegelhalterTest,
  type Streamed,
} from "@assay/contract";
import type { Rows } from "../accumulator.js";
import { boolean, checkOptions } from "../input.js";
import { chiSquareUpperTail, normalUpperTail } from "../statistics/distributions.js";
import { exactSum } from "../sum.js";
import { type Comparison, checkRows, checkSome, compared, comparisonOf, keepCompared } from "./comparison.js";
import { reliability, tableAccumulator } from "./reliability.js";

const names = ["numClasses", "from", "of"] as const;

/** (Brier score − what it is expected to be) / its standard deviation, if the probabilities are right. */
function spiegelhalter(rows: Rows, comparison: Comparison): SpiegelhalterTest {
  const [all] = compared(rows, comparison);
  const sum = exactSum(all!.map(({ confidence: p, right, weight }) => weight * (Number(right) - p) * (1 - 2 * p)));
  const variance = exactSum(all!.map(({ confidence: p, weight }) => weight * (1 - 2 * p) ** 2 * p * (1 - p)));
  const statistic = variance === 0 ? NaN : sum / Math.sqrt(variance);
  return { statistic, pValue: 2 * normalUpperTail(Math.abs(statistic)) };
}

/** Whether the Brier score is what it would be if the probabilities were right. */
export const spiegelhalterTest: CalibrationTests["spiegelhalterTest"] = Object.assign(
  (predictions: Reals, labels: Labels, options: SpiegelhalterOptions = {}): SpiegelhalterTest => {
    checkOptions("spiegelhalterTest", options, [...names, "sampleWeight"]);
    const comparison = comparisonOf(options, options.of, ["positive", "topLabel"]);
    return spiegelhalter(checkSome(checkRows(comparison, predictions, labels, options.sampleWeight)), comparison);
  },
  {
    accumulator(options: Streamed<SpiegelhalterOptions> = {}): Accumulator<SpiegelhalterTest> {
      checkOptions("spiegelhalterTest.accumulator", options, [...names, "weighted"]);
      const comparison = comparisonOf(options, options.of, ["positive", "topLabel"]);
      const finish = (rows: Rows): SpiegelhalterTest => spiegelhalter(rows, comparison);
      const { weighted } = options;
      return keepCompared({ name: "spiegelhalterTest", comparison, weighted, keepsScores: false, finish });
    },
  },
);

/** Σ over groups of (observed − expected)² / variance. */
function testOf(table: Reliability, isFitted: boolean): HosmerLemeshowTest {
  const groups = table.bins.filter(({ count }) => count > 0);
  const statistic = exactSum(
    groups.map(({ count, accuracy, confidence }) => {
      const [observed, expected] = [count * accuracy, count * confidence];
      if (observed === expected) return 0;
      return (observed - expected) ** 2 / (expected * (1 - expected / count));
    }),
  );
  const degreesOfFreedom = isFitted ? Math.max(0, groups.length - 2) : groups.length;
  const pValue = degreesOfFreedom > 0 ? chiSquareUpperTail(statistic, degreesOfFreedom) : NaN;
  return { statistic, degreesOfFreedom, pValue, keepsScores: table.keepsScores };
}

const groupNames = ["numClasses", "from", "of", "numBins", "binning", "fitted"] as const;

/** Whether groups of rows have the rates that are predicted for them. */
export const hosmerLemeshowTest: CalibrationTests["hosmerLemeshowTest"] = Object.assign(
  (predictions: Reals, labels: Labels, options: HosmerLemeshowOptions = {}): HosmerLemeshowTest => {
    checkOptions("hosmerLemeshowTest", options, [...groupNames, "sampleWeight"]);
    const { fitted, ...rest } = options;
    const isFitted = boolean("fitted", fitted, defaults.fitted);
    return testOf(
      reliability(predictions, labels, { numBins: defaults.groups, binning: "quantile", ...rest }),
      isFitted,
    );
  },
  {
    accumulator(options: Streamed<HosmerLemeshowOptions> = {}): Accumulator<HosmerLemeshowTest> {
      checkOptions("hosmerLemeshowTest.accumulator", options, [...groupNames, "weighted"]);
      const { fitted, ...rest } = options;
      const isFitted = boolean("fitted", fitted, defaults.fitted);
      const grouped = { numBins: defaults.groups, binning: "quantile" as const, ...rest };
      return tableAccumulator("hosmerLemeshowTest", grouped, (table) => testOf(table, isFitted));
    },
  },
);
