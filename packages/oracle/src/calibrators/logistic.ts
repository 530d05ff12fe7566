/**
 * Platt scaling and beta calibration: logistic regression on features of a score.
 *
 * @module
 */
import {
  type CalibrationMethod,
  type CalibratorOptions,
  type Convergence,
  defaults,
  type PlattOptions,
} from "@assay/contract";
import { boolean } from "../input.js";
import { softmax } from "../losses/softmax.js";
import { exactSum } from "../sum.js";
import { type Definition, method, type Row, rowsOf } from "./method.js";
import { minimise, type Point } from "./minimise.js";

function sigmoid(z: number): number {
  return softmax(Float64Array.of(0, z)).p[1]!;
}

/** The mean −ln of the likelihood of targets, with its derivatives. */
function likelihood(
  features: readonly (readonly number[])[],
  targets: readonly number[],
  weights: readonly number[],
  theta: readonly number[],
): Point {
  const total = exactSum(weights);
  const z = features.map((u) => u.reduce((sum, x, j) => sum + theta[j]! * x, 0));
  const costs = z.map((z) => softmax(Float64Array.of(0, z)).cost);
  const mean = (of: (i: number) => number): number => exactSum(z.map((_, i) => weights[i]! * of(i))) / total;
  const slope = (i: number): number => (targets[i] === 1 ? -sigmoid(-z[i]!) : sigmoid(z[i]!) - targets[i]!);
  return {
    value: mean((i) => (1 - targets[i]!) * costs[i]![0]! + targets[i]! * costs[i]![1]!),
    gradient: theta.map((_, j) => mean((i) => slope(i) * features[i]![j]!)),
    hessian: theta.map((_, j) =>
      theta.map((_, k) => mean((i) => sigmoid(z[i]!) * sigmoid(-z[i]!) * features[i]![j]! * features[i]![k]!)),
    ),
  };
}

/** Coefficients of features brought to −1..1, and a constant: one for each feature, the constant last. */
function regression(
  rows: readonly Row[],
  features: (score: number) => readonly number[],
  priorCorrection: boolean,
): { coefficients: number[]; convergence: Convergence } {
  const raw = rows.map(({ x }) => features(x[0]!));
  const columns = raw[0]!.map((_, j) => raw.map((u) => u[j]!));
  const scales = columns.map((column) => {
    const [low, high] = [column.reduce((a, b) => Math.min(a, b)), column.reduce((a, b) => Math.max(a, b))];
    return { middle: low / 2 + high / 2, half: high / 2 - low / 2 };
  });
  const u = raw.map((u) => [
    ...u.map((x, j) => (scales[j]!.half > 0 ? (x - scales[j]!.middle) / scales[j]!.half : 0)),
    1,
  ]);
  const weights = rows.map(({ weight }) => weight);
  const weightOf = (label: number): number => exactSum(rows.map((row) => (row.label === label ? row.weight : 0)));
  const [negatives, positives] = [weightOf(0), weightOf(1)];
  const corrected = [1 / (negatives + 2), (positives + 1) / (positives + 2)];
  const fit = (targets: readonly number[]) => {
    const of = rows.map(({ label }) => targets[label]!);
    const start = [...scales.map(() => 0), Math.log((positives + 1) / (negatives + 1))];
    return minimise((theta) => {
      const point = likelihood(u, of, weights, theta);
      // A feature that is the same everywhere has no curvature; any will do.
      const hessian = point.hessian.map((row, j) => row.map((h, k) => (j === k && scales[j]?.half === 0 ? 1 : h)));
      return { ...point, hessian };
    }, start);
  };
  let found = fit(priorCorrection ? corrected : [0, 1]);
  if (!priorCorrection && (!found.convergence.converged || isSeparated(rows))) {
    const instead = fit(corrected);
    found = { ...instead, convergence: { ...instead.convergence, converged: false } };
  }
  const coefficients = scales.map(({ half }, j) => (half > 0 ? found.x[j]! / half : 0));
  const shift = coefficients.reduce((sum, slope, j) => sum + slope * scales[j]!.middle, 0);
  return { coefficients: [...coefficients, found.x.at(-1)! - shift], convergence: found.convergence };
}

/** Whether a threshold has one class on one side and the other on the other, or there is but one. */
function isSeparated(rows: readonly Row[]): boolean {
  const scoresOf = (label: number) => rows.filter((row) => row.weight > 0 && row.label === label).map(({ x }) => x[0]!);
  const [zeros, ones] = [scoresOf(0), scoresOf(1)];
  const least = (list: number[]): number => list.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (list: number[]): number => list.reduce((a, b) => Math.max(a, b), -Infinity);
  const overlap = most(zeros) > least(ones) && most(ones) > least(zeros);
  const isConstant = least([...zeros, ...ones]) === most([...zeros, ...ones]);
  return zeros.length === 0 || ones.length === 0 || (!overlap && !isConstant);
}

export const plattDefinition: Definition<"platt", PlattOptions> = {
  kind: "platt",
  name: "plattScaling",
  input: "logits",
  options: ["priorCorrection"],
  fit(scores, labels, options) {
    const priorCorrection = boolean("priorCorrection", options.priorCorrection, defaults.priorCorrection);
    const rows = rowsOf("logits", scores, labels, 1, options);
    const { coefficients, convergence } = regression(rows, (score) => [score], priorCorrection);
    return { parameters: { a: 0 - coefficients[0]!, b: 0 - coefficients[1]! }, convergence };
  },
  apply: ({ a, b }, [score]) => [sigmoid(-(a * score! + b))],
};

export const plattScaling: CalibrationMethod<"platt", PlattOptions> = method(plattDefinition);

function logarithms(p: number): readonly [number, number] {
  const clipped = Math.min(Math.max(p, 2 ** -52), 1 - 2 ** -52);
  return [Math.log(clipped), -Math.log(1 - clipped)];
}

export const betaDefinition: Definition<"beta", CalibratorOptions> = {
  kind: "beta",
  name: "betaCalibration",
  input: "probabilities",
  options: [],
  fit(probabilities, labels, options) {
    const rows = rowsOf("probabilities", probabilities, labels, 1, options);
    const both = regression(rows, logarithms, false);
    const [a, b, c] = both.coefficients as [number, number, number];
    if (a >= 0 && b >= 0) return { parameters: { a, b, c }, convergence: both.convergence };
    const kept = a < 0 ? 1 : 0;
    const { coefficients, convergence } = regression(rows, (p) => [logarithms(p)[kept]!], false);
    const [slope, constant] = coefficients as [number, number];
    if (slope < 0) {
      const rate = regression(rows, () => [0], false);
      return { parameters: { a: 0, b: 0, c: rate.coefficients[1]! }, convergence: rate.convergence };
    }
    const parameters = kept === 1 ? { a: 0, b: slope, c: constant } : { a: slope, b: 0, c: constant };
    return { parameters, convergence };
  },
  apply({ a, b, c }, [p]) {
    const [own, other] = logarithms(p!);
    return [sigmoid(a * own + b * other + c)];
  },
};

export const betaCalibration: CalibrationMethod<"beta", CalibratorOptions> = method(betaDefinition);
