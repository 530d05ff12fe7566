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
import { accumulate, evaluate, type Metric, stateKind } from "../accumulator.js";
import { nothingLeft } from "../arguments.js";
import { core } from "../core.js";
import { check } from "../faults.js";
import { flag, optionsOf } from "../options.js";
import { numbersFrom } from "../results.js";
import { stream } from "../stream.js";
import { binsOf } from "./bins.js";
import { comparisonOf, namesOf, takeComparison } from "./comparison.js";
import { configOf } from "./counted.js";
import { reliability, tableAccumulator } from "./reliability.js";

const own = ["numClasses", "from", "of"] as const;

function undefinedTest(): SpiegelhalterTest {
  return { statistic: Number.NaN, pValue: Number.NaN };
}

/** Sums over rows. */
function spiegelhalterMetric(
  given: SpiegelhalterOptions,
  weighted: boolean,
  empty: () => SpiegelhalterTest,
): Metric<SpiegelhalterTest> {
  const comparison = comparisonOf(given, given.of, ["positive", "topLabel"]);
  return {
    name: "spiegelhalterTest",
    kind: stateKind.spiegelhalter,
    config: configOf(comparison, binsOf({ numBins: 1 }), weighted),
    weighted,
    take: (predictions, labels) => takeComparison(comparison, predictions, labels),
    feed(state, { predictions, targets, count }, weight) {
      const inputs = [
        { column: predictions, width: comparison.columns },
        { column: targets, width: 1 },
        weight && { column: weight, width: 1 },
      ];
      const names = namesOf(comparison);
      const types = [predictions.type, targets.type, weight?.type ?? 0] as const;
      stream(count, inputs, [], ([p = 0, t = 0, w = 0], some, first) => {
        const { address, room } = state;
        const status = core().spiegelhalter_update(address, room, some, p, types[0], t, types[1], w, types[2]);
        check(status, first, names);
      });
    },
    finish({ address, room }) {
      const [rows, sum = 0, variance = 0] = numbersFrom(3, (to) => core().spiegelhalter_finish(address, room, to));
      if (rows === 0) return empty();
      const statistic = variance === 0 ? Number.NaN : sum / Math.sqrt(variance);
      return { statistic, pValue: 2 * core().normal_upper_tail(Math.abs(statistic)) };
    },
  };
}

/**
 * Spiegelhalter's test, whether the Brier score is what it would be if the probabilities were right:
 * z = Σ (y − p)(1 − 2p) / √Σ (1 − 2p)² p(1 − p), about normal if they are, and a two-sided p-value. Of the probability of
 * class 1, or of the largest one (`of`). NaN where every probability is 0, ½ or 1. A positive z says that outcomes are
 * less certain than the probabilities. Whole weights count as repeated rows. Shapes and errors as for
 * {@link reliability}.
 *
 * @see Spiegelhalter (1986), Probabilistic prediction in patient management and clinical trials
 */
export const spiegelhalterTest: CalibrationTests["spiegelhalterTest"] = /*#__PURE__*/ Object.assign(
  (predictions: Reals, labels: Labels, options?: SpiegelhalterOptions): SpiegelhalterTest => {
    const given = optionsOf(options, [...own, "sampleWeight"], "spiegelhalterTest");
    const metric = spiegelhalterMetric(given, given.sampleWeight !== undefined, () => {
      throw nothingLeft("labels");
    });
    return evaluate(metric, predictions, labels, given.sampleWeight);
  },
  {
    accumulator(options?: Streamed<SpiegelhalterOptions>): Accumulator<SpiegelhalterTest> {
      const given = optionsOf(options, [...own, "weighted"], "spiegelhalterTest.accumulator");
      return accumulate(spiegelhalterMetric(given, flag(given.weighted ?? false, "weighted"), undefinedTest));
    },
  },
);

/** The test, of groups of rows. */
function testOf({ bins, keepsScores }: Reliability, isFitted: boolean): HosmerLemeshowTest {
  const groups = bins.filter(({ count }) => count > 0);
  const statistic = groups.reduce((sum, { count, gap, confidence }) => {
    return gap === 0 ? sum : sum + (gap * gap * count) / (confidence * (1 - confidence));
  }, 0);
  const degreesOfFreedom = Math.max(0, groups.length - (isFitted ? 2 : 0));
  const pValue = degreesOfFreedom > 0 ? core().chi_square_upper_tail(statistic, degreesOfFreedom) : Number.NaN;
  return { statistic, degreesOfFreedom, pValue, keepsScores };
}

const ofGroups = ["numClasses", "from", "of", "numBins", "binning", "fitted"] as const;

/**
 * The test of Hosmer and Lemeshow, whether groups of rows have the rates that are predicted for them: χ² = Σ (O − E)² /
 * (E(1 − E/n)) over groups of n rows, with O right ones and E = Σ p expected. Degrees of freedom are groups that are not
 * empty, less 2 where the model was fitted on the same rows, but at least 0, and with none of them the
 * p-value is NaN. A group of which
 * nothing is expected, or all, counts 0 where it is so, else the statistic is infinite. Groups are deciles of the
 * probabilities with equal ones together, as in ResourceSelection, for which its accumulator keeps every one; with
 * `binning: "width"` it counts. Shapes and errors as for {@link reliability}.
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
      const grouped = { numBins: defaults.groups, binning: "quantile" as const, ...rest };
      return tableAccumulator("hosmerLemeshowTest", grouped, (table) => testOf(table, isFitted));
    },
  },
);
