/**
 * Brier score: G. Brier, "Verification of forecasts expressed in terms of probability" (1950).
 *
 * @module
 */
import type { Accumulator, BrierOptions, CalibrationScores, Labels, Reals, Streamed } from "@assay/contract";
import { keepRows, type Rows } from "../accumulator.js";
import { boolean, checkOptions, typeError } from "../input.js";
import { exactSum } from "../sum.js";
import { type Comparison, checkRows, checkSome, columnsOf, compared, comparisonOf } from "./comparison.js";

const NAMES = ["numClasses", "numLabels", "from", "scaleByHalf"] as const;

export interface Plan {
  readonly comparison: Comparison;
  readonly scaleByHalf: boolean;
}

export function planOf(options: BrierOptions): Plan {
  const scaleByHalf = boolean("scaleByHalf", options.scaleByHalf, false);
  const { numClasses, numLabels } = options;
  if (options.scaleByHalf !== undefined && numClasses === undefined) {
    const message = "scaleByHalf needs numClasses: there is nothing else to halve";
    throw typeError("option", "scaleByHalf", message, options.scaleByHalf);
  }
  const isBinary = numClasses === undefined && numLabels === undefined;
  return { comparison: comparisonOf(options, isBinary ? "positive" : "eachClass"), scaleByHalf };
}

/**
 * The weighted mean over rows of (p − y)², or with `numClasses` of Σ over classes (p_c − [y = c])², or with `numLabels` of
 * the mean over labels.
 */
export function scoreOf(rows: Rows, { comparison, scaleByHalf }: Plan): number {
  const classes = compared(rows, comparison);
  const scores = rows.weights.map(
    (weight, i) => weight * exactSum(classes.map((each) => (each[i]!.confidence - Number(each[i]!.right)) ** 2)),
  );
  const mean = exactSum(scores) / exactSum(rows.weights) / (comparison.numLabels ?? 1);
  return scaleByHalf ? mean / 2 : mean;
}

/** The Brier score. */
export const brierScore: CalibrationScores["brierScore"] = Object.assign(
  (predictions: Reals, labels: Labels, options: BrierOptions = {}): number => {
    checkOptions("brierScore", options, [...NAMES, "sampleWeight"]);
    const plan = planOf(options);
    return scoreOf(checkSome(checkRows(plan.comparison, predictions, labels, options.sampleWeight)), plan);
  },
  {
    accumulator(options: Streamed<BrierOptions> = {}): Accumulator<number> {
      checkOptions("brierScore.accumulator", options, [...NAMES, "weighted"]);
      const plan = planOf(options);
      const { comparison } = plan;
      const { numClasses } = comparison;
      return keepRows({
        name: "brierScore",
        config: { columns: columnsOf(comparison), from: comparison.from, isLabelled: numClasses !== undefined },
        weighted: boolean("weighted", options.weighted, false),
        predictionColumns: columnsOf(comparison),
        targetColumns: comparison.numLabels ?? 1,
        check: (predictions, labels, weights) => checkRows(comparison, predictions as Reals, labels, weights),
        finish: (rows) => scoreOf(rows, plan),
      });
    },
  },
);
