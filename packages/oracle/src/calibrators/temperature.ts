/**
 * Temperature scaling, by halving the interval in which the mean's slope changes sign.
 *
 * @module
 */
import type { CalibrationMethod, TemperatureOptions } from "@assay/contract";
import { optionalClasses } from "../input.js";
import { softmax } from "../losses/softmax.js";
import { exactSum } from "../sum.js";
import { type Definition, method, type Row, rowsOf } from "./method.js";

/** The logits of all classes: of one column those of class 1, against 0. */
function logitsOf(x: Float64Array): Float64Array {
  return x.length === 1 ? Float64Array.of(0, x[0]!) : x;
}

function slope(rows: readonly Row[], beta: number): number {
  return exactSum(
    rows.map(({ x, label, weight }) => {
      const logits = logitsOf(x);
      const { p } = softmax(logits.map((logit) => beta * logit));
      const own = logits[label]!;
      return weight * exactSum(logits.map((logit, k) => p[k]! * (logit - own)));
    }),
  );
}

function mean(rows: readonly Row[], beta: number): number {
  const costs = rows.map(({ x, label, weight }) => {
    return weight * softmax(logitsOf(x).map((logit) => beta * logit)).cost[label]!;
  });
  return exactSum(costs) / exactSum(rows.map(({ weight }) => weight));
}

export const temperatureDefinition: Definition<"temperature", TemperatureOptions> = {
  kind: "temperature",
  name: "temperatureScaling",
  input: "logits",
  options: ["numClasses", "weight"],
  fit(scores, labels, options) {
    const rows = rowsOf("logits", scores, labels, optionalClasses(options.numClasses) ?? 1, options);
    let [low, high] = [-10, 10];
    const found = (beta: number, converged: boolean, iterations: number) => ({
      parameters: { temperature: 1 / beta },
      convergence: { converged, iterations, relativeStep: high - low, objective: mean(rows, beta) },
    });
    if (slope(rows, 1) === 0) return found(1, true, 0);
    if (slope(rows, Math.exp(high)) <= 0) return found(Math.exp(high), false, 0);
    if (slope(rows, Math.exp(low)) >= 0) return found(Math.exp(low), false, 0);
    let iterations = 0;
    while (high - low > 1e-15 * Math.max(1, Math.abs(low)) && iterations < 100) {
      const middle = (low + high) / 2;
      if (slope(rows, Math.exp(middle)) < 0) low = middle;
      else high = middle;
      iterations++;
    }
    return found(Math.exp((low + high) / 2), true, iterations);
  },
  apply({ temperature }, row) {
    const { p } = softmax(logitsOf(row).map((logit) => logit / temperature));
    return row.length === 1 ? [p[1]!] : p;
  },
};

export const temperatureScaling: CalibrationMethod<"temperature", TemperatureOptions> = method(temperatureDefinition);
