/**
 * A. Kumar, P. Liang and T. Ma, "Verified uncertainty calibration" (2019).
 *
 * @module
 */
import type {
  Accumulator,
  CalibrationScores,
  DebiasedCalibrationErrorIntervalOptions,
  DebiasedCalibrationErrorOptions,
  Interval,
  Labels,
  Reals,
} from "@assay/contract";
import type { Rows } from "../accumulator.js";
import { checkOptions } from "../input.js";
import { resamplingOf, summary } from "../statistics/bootstrap.js";
import { resample } from "../statistics/resample.js";
import { levelOf } from "../statistics/wilson.js";
import { exactSum } from "../sum.js";
import { type Bins, binsOf, type FilledBin, fill } from "./bins.js";
import { type Comparison, checkRows, checkSome, compared, comparisonOf, keepCompared } from "./comparison.js";
import { type BinSums, sumsOf } from "./table.js";

const NAMES = ["numClasses", "numLabels", "from", "of", "numBins"];

interface Plan {
  readonly comparison: Comparison;
  readonly bins: Bins;
}

function planOf(options: DebiasedCalibrationErrorOptions): Plan {
  const { numClasses, numLabels, numBins } = options;
  const of = options.of ?? (numClasses === undefined && numLabels === undefined ? "positive" : "eachClass");
  const comparison = comparisonOf(options, of, ["positive", "topLabel", "eachClass"]);
  const bins = binsOf(numBins === undefined ? { binning: "midpoint" } : { binning: "midpoint", numBins });
  return { comparison, bins };
}

function rowsOf({ comparison }: Plan, predictions: Reals, labels: Labels): Rows {
  return checkSome(checkRows(comparison, predictions, labels, undefined));
}

/** √ of the mean over classes of their squared errors, each at least 0. */
export const debiasedCalibrationError: CalibrationScores["debiasedCalibrationError"] = Object.assign(
  (predictions: Reals, labels: Labels, options: DebiasedCalibrationErrorOptions = {}): number => {
    checkOptions("debiasedCalibrationError", options, NAMES);
    const plan = planOf(options);
    return errorOf(rowsOf(plan, predictions, labels), plan);
  },
  {
    accumulator(options: DebiasedCalibrationErrorOptions = {}): Accumulator<number> {
      checkOptions("debiasedCalibrationError.accumulator", options, NAMES);
      const plan = planOf(options);
      const { comparison, bins } = plan;
      const finish = (rows: Rows): number => errorOf(rows, plan);
      return keepCompared({
        name: "debiasedCalibrationError",
        comparison,
        config: { bins },
        keepsScores: true,
        finish,
      });
    },
  },
);

function errorOf(rows: Rows, { comparison, bins }: Plan): number {
  const squares = compared(rows, comparison).map((part) =>
    Math.max(0, debiasedSquare(fill(part, bins, false).map(sumsOf))),
  );
  return Math.sqrt(exactSum(squares) / squares.length);
}

/** Σ share · (gap² − accuracy·(1 − accuracy)/(n − 1)). */
function debiasedSquare(bins: readonly BinSums[]): number {
  const total = exactSum(bins.map(({ count }) => count));
  if (total === 0) return NaN;
  return exactSum(
    bins.map(({ count, right, confidence }) => {
      if (count < 2) return 0;
      const accuracy = right / count;
      return (count / total) * ((accuracy - confidence / count) ** 2 - (accuracy * (1 - accuracy)) / (count - 1));
    }),
  );
}

/** Σ share · gap². */
function pluginSquare(bins: readonly BinSums[]): number {
  const total = exactSum(bins.map(({ count }) => count));
  return exactSum(
    bins.map(({ count, right, confidence }) => (count === 0 ? 0 : (right - confidence) ** 2 / count / total)),
  );
}

/**
 * By a bootstrap of rows whose bins stay as they are: how far a replicate's estimate is from what is true of the rows
 * that it is drawn from, so far the estimate may be from what is true (A. Kumar, uncertainty-calibration,
 * `bootstrap_uncertainty`).
 */
export function debiasedCalibrationErrorInterval(
  predictions: Reals,
  labels: Labels,
  options: DebiasedCalibrationErrorIntervalOptions = {},
): Interval {
  checkOptions("debiasedCalibrationErrorInterval", options, [...NAMES, "level", "resamples", "seed"]);
  const level = levelOf(options);
  const { resamples, seed } = resamplingOf(options);
  const plan = planOf(options);
  const rows = rowsOf(plan, predictions, labels);
  const classes = compared(rows, plan.comparison);
  const filled = classes.map((part) => fill(part, plan.bins, false));
  const mean = (squares: readonly number[]): number => exactSum(squares) / squares.length;
  const square = mean(filled.map((bins) => debiasedSquare(bins.map(sumsOf))));
  const truth = mean(filled.map((bins) => pluginSquare(bins.map(sumsOf))));

  // Each row as the bins that it is in and whether it was right there; equal ones together, in order.
  const codes = Array.from(rows.weights, (_, i) =>
    filled.map((bins, k) => 2 * binIn(bins, classes[k]![i]!.confidence) + Number(classes[k]![i]!.right)),
  );
  const cells = new Map<string, { key: number; count: number; codes: readonly number[] }>();
  for (const row of codes.sort(compareCodes)) {
    const cell = cells.get(row.join()) ?? { key: cells.size, count: 0, codes: row };
    cells.set(row.join(), { ...cell, count: cell.count + 1 });
  }
  const table = { cells: [...cells.values()], total: codes.length };
  const replicates = Float64Array.from({ length: resamples }, (_, replicate) => {
    const drawn = resample(table, seed, replicate);
    return mean(
      filled.map((bins, k) =>
        debiasedSquare(
          bins.map((bin, b) => {
            const drawnWith = (code: number): number =>
              exactSum(table.cells.map(({ codes }, i) => (codes[k] === code ? drawn[i]! : 0)));
            const [wrong, right] = [drawnWith(2 * b), drawnWith(2 * b + 1)];
            const { count, confidence } = sumsOf(bin);
            return { count: wrong + right, right, confidence: (wrong + right) * (confidence / count) };
          }),
        ),
      ),
    );
  });
  const { lower, upper } = summary(square, replicates, level);
  const root = (of: number): number => Math.sqrt(Math.max(0, of));
  const estimate = errorOf(rows, plan);
  // One row alone says nothing of how its likes vary.
  if (filled.some((bins) => bins.every((bin) => bin.rows.length < 2))) {
    return { estimate, lower: NaN, upper: NaN, level };
  }
  return {
    estimate,
    lower: Math.min(estimate, root(square + truth - upper)),
    upper: Math.max(estimate, root(square + truth - lower)),
    level,
  };
}

/** The first bin whose upper edge is not below a confidence; else the last. */
function binIn(bins: readonly FilledBin[], confidence: number): number {
  const found = bins.slice(0, -1).findIndex(({ upper }) => confidence <= upper);
  return found === -1 ? bins.length - 1 : found;
}

function compareCodes(a: readonly number[], b: readonly number[]): number {
  const different = a.findIndex((code, k) => code !== b[k]);
  return different === -1 ? 0 : a[different]! - b[different]!;
}
