/**
 * J. Błasiok and P. Nakkiran, "Smooth ECE: principled reliability diagrams via kernel smoothing" (2023).
 *
 * @module
 */
import type { Labels, Reals, SmoothCalibrationErrorOptions } from "@assay/contract";
import { checkOptions, number } from "../input.js";
import { type Compared, checkRows, checkSome, compared, comparisonOf } from "./comparison.js";

/** The smoothed residuals' integral; without a bandwidth at the smallest that is not below its own error. */
export function smoothCalibrationError(
  predictions: Reals,
  labels: Labels,
  options: SmoothCalibrationErrorOptions = {},
): number {
  checkOptions("smoothCalibrationError", options, [
    "numClasses",
    "numLabels",
    "from",
    "of",
    "sampleWeight",
    "bandwidth",
  ]);
  const { bandwidth } = options;
  if (bandwidth !== undefined) number("bandwidth", bandwidth, (x) => x >= 0.001 && x <= 1, "in 0.001..1");
  const comparison = comparisonOf(options, options.of, ["positive", "topLabel", "allClasses"]);
  const [rows] = compared(checkSome(checkRows(comparison, predictions, labels, options.sampleWeight)), comparison);
  if (bandwidth !== undefined) return integral(rows!, bandwidth);
  let [low, high] = [0, 1];
  for (let i = 0; i < 10; i++) {
    const middle = (low + high) / 2;
    if (middle < 0.001 || middle < integral(rows!, middle)) low = middle;
    else high = middle;
  }
  return integral(rows!, high);
}

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
