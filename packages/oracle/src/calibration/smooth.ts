/**
 * J. Błasiok and P. Nakkiran, "Smooth ECE: principled reliability diagrams via kernel smoothing" (2023).
 *
 * @module
 */
import type {
  Accumulator,
  CalibrationScores,
  Labels,
  Reals,
  SmoothCalibrationErrorOptions,
  Streamed,
} from "@assay/contract";
import type { Rows } from "../accumulator.js";
import { checkOptions, number } from "../input.js";
import {
  type Compared,
  type Comparison,
  checkRows,
  checkSome,
  compared,
  comparisonOf,
  keepCompared,
  weighSomething,
} from "./comparison.js";

const NAMES = ["numClasses", "numLabels", "from", "of", "bandwidth"];

interface Plan {
  readonly comparison: Comparison;
  readonly bandwidth: number | undefined;
}

function planOf(options: SmoothCalibrationErrorOptions): Plan {
  const { bandwidth } = options;
  if (bandwidth !== undefined) number("bandwidth", bandwidth, (x) => x >= 0.001 && x <= 1, "in 0.001..1");
  return { comparison: comparisonOf(options, options.of, ["positive", "topLabel", "allClasses"]), bandwidth };
}

/** The smoothed residuals' integral; without a bandwidth at the smallest that is not below its own error. */
function errorOf(rows: Rows, { comparison, bandwidth }: Plan): number {
  if (!weighSomething(rows)) return NaN;
  const [all] = compared(rows, comparison);
  if (bandwidth !== undefined) return integral(all!, bandwidth);
  let [low, high] = [0, 1];
  for (let i = 0; i < 10; i++) {
    const middle = (low + high) / 2;
    if (middle < 0.001 || middle < integral(all!, middle)) low = middle;
    else high = middle;
  }
  return integral(all!, high);
}

/** Smooth calibration error. */
export const smoothCalibrationError: CalibrationScores["smoothCalibrationError"] = Object.assign(
  (predictions: Reals, labels: Labels, options: SmoothCalibrationErrorOptions = {}): number => {
    checkOptions("smoothCalibrationError", options, [...NAMES, "sampleWeight"]);
    const plan = planOf(options);
    return errorOf(checkSome(checkRows(plan.comparison, predictions, labels, options.sampleWeight)), plan);
  },
  {
    accumulator(options: Streamed<SmoothCalibrationErrorOptions> = {}): Accumulator<number> {
      checkOptions("smoothCalibrationError.accumulator", options, [...NAMES, "weighted"]);
      const plan = planOf(options);
      const [{ comparison }, { weighted }] = [plan, options];
      const finish = (rows: Rows): number => errorOf(rows, plan);
      return keepCompared({ name: "smoothCalibrationError", comparison, weighted, keepsScores: true, finish });
    },
  },
);

/** ∫ |Σ w(p − y) K(t, p)| dt / Σw by trapezoids of a sixteenth of the bandwidth. */
function integral(rows: readonly Compared[], sigma: number): number {
  const points = Math.ceil(Math.max(1024, 16 / sigma));
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  let area = 0;
  for (let i = 0; i <= points; i++) {
    const t = i / points;
    let smoothed = 0;
    for (const { confidence, right, weight } of rows) {
      smoothed += (weight / total) * (confidence - Number(right)) * reflected(t, confidence, sigma);
    }
    area += Math.abs(smoothed) * (i === 0 || i === points ? 0.5 : 1);
  }
  return area / points;
}

/** The Gaussian of t around p, and around all reflections of p at 0 and 1. */
function reflected(t: number, p: number, sigma: number): number {
  let density = 0;
  for (let k = -Math.ceil(5 * sigma); k <= Math.ceil(5 * sigma); k++) {
    density += Math.exp(-(((t - p + 2 * k) / sigma) ** 2) / 2) + Math.exp(-(((t + p + 2 * k) / sigma) ** 2) / 2);
  }
  return density / (sigma * Math.sqrt(2 * Math.PI));
}
