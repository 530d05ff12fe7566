/**
 * Tests of calibration.
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
import { core } from "../core.js";
import { flag, optionsOf } from "../options.js";
import { numbersFrom } from "../results.js";
import { comparisonOf } from "./comparison.js";
import { reliability, tableAccumulator } from "./reliability.js";
import { eachSorted } from "./sorted.js";

const own = ["numClasses", "from", "of", "sampleWeight"] as const;

/**
 * Spiegelhalter's test, whether the Brier score is what it would be if the probabilities were right:
 * z = Σ (y − p)(1 − 2p) / √Σ (1 − 2p)² p(1 − p), about normal if they are, and a two-sided p-value. Of the probability of
 * class 1, or of the largest one (`of`). NaN where every probability is 0, ½ or 1. A positive z says that outcomes are
 * less certain than the probabilities. Whole weights count as repeated rows. It keeps every probability. Shapes and errors
 * as for {@link reliability}.
 *
 * @see Spiegelhalter (1986), Probabilistic prediction in patient management and clinical trials
 */
export function spiegelhalterTest(
  predictions: Reals,
  labels: Labels,
  options?: SpiegelhalterOptions,
): SpiegelhalterTest {
  const given = optionsOf(options, own, "spiegelhalterTest");
  const comparison = comparisonOf(given, given.of, ["positive", "topLabel"]);
  const [statistic] = eachSorted(comparison, [predictions, labels, given.sampleWeight], ({ address }) => {
    const [sum = 0, variance = 0] = numbersFrom(2, (to) => core().sorted_spiegelhalter(address, to));
    return sum / Math.sqrt(variance);
  }) as [number];
  if (!Number.isFinite(statistic)) return { statistic: Number.NaN, pValue: Number.NaN };
  return { statistic, pValue: 2 * core().normal_upper_tail(Math.abs(statistic)) };
}

/** The test, of groups of rows. */
function testOf({ bins }: Reliability, isFitted: boolean): HosmerLemeshowTest {
  const groups = bins.filter(({ count }) => count > 0);
  const statistic = groups.reduce((sum, { count, gap, confidence }) => {
    return gap === 0 ? sum : sum + (gap * gap * count) / (confidence * (1 - confidence));
  }, 0);
  const degreesOfFreedom = groups.length - (isFitted ? 2 : 0);
  const pValue = degreesOfFreedom > 0 ? core().chi_square_upper_tail(statistic, degreesOfFreedom) : Number.NaN;
  return { statistic, degreesOfFreedom, pValue };
}

const ofGroups = ["numClasses", "from", "of", "numBins", "binning", "fitted"] as const;

/**
 * The test of Hosmer and Lemeshow, whether groups of rows have the rates that are predicted for them: χ² = Σ (O − E)² /
 * (E(1 − E/n)) over groups of n rows, with O right ones and E = Σ p expected. Degrees of freedom are groups that are not
 * empty, less 2 where the model was fitted on the same rows. A group of which nothing is expected, or all, counts 0 where
 * it is so, else the statistic is infinite. Groups are deciles of the probabilities with equal ones together, as in R's
 * ResourceSelection, which needs every probability, or as `binning` says. Its accumulator has groups of equal width.
 * Shapes and errors as for {@link reliability}.
 *
 * @see Hosmer and Lemeshow (1980), Goodness of fit tests for the multiple logistic regression model
 */
export const hosmerLemeshowTest: CalibrationTests["hosmerLemeshowTest"] = /*#__PURE__*/ Object.assign(
  (predictions: Reals, labels: Labels, options?: HosmerLemeshowOptions): HosmerLemeshowTest => {
    const known = [...ofGroups, "sampleWeight"] as const;
    const { fitted = defaults.fitted, ...given } = optionsOf(options, known, "hosmerLemeshowTest");
    const table = reliability(predictions, labels, { numBins: defaults.groups, binning: "quantile", ...given });
    return testOf(table, flag(fitted, "fitted"));
  },
  {
    accumulator(options?: Streamed<HosmerLemeshowOptions>): Accumulator<HosmerLemeshowTest> {
      const given = optionsOf(options, [...ofGroups, "weighted"], "hosmerLemeshowTest.accumulator");
      const { fitted = defaults.fitted, ...rest } = given;
      const isFitted = flag(fitted, "fitted");
      const grouped = { numBins: defaults.groups, ...rest };
      return tableAccumulator("hosmerLemeshowTest", grouped, (table) => testOf(table, isFitted));
    },
  },
);
