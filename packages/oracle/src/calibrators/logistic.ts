/**
 * Platt scaling and beta calibration: logistic regression on features of a score.
 *
 * @module
 */
import {
  type BetaOptions,
  type BetaParameters,
  type CalibrationMethod,
  type Convergence,
  defaults,
  type PlattOptions,
} from "@assay/contract";
import { boolean, oneOf } from "../input.js";
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

interface Regression {
  /** One for each feature, the constant last. */
  readonly coefficients: readonly number[];
  readonly convergence: Convergence;
}

/** Coefficients of features brought to −1..1, and a constant, which may be left out. */
function regression(
  rows: readonly Row[],
  features: (score: number) => readonly number[],
  { priorCorrection = false, constant = 1 }: { priorCorrection?: boolean; constant?: 0 | 1 } = {},
): Regression {
  const raw = rows.map(({ x }) => features(x[0]!));
  const columns = raw[0]!.map((_, j) => raw.map((u) => u[j]!));
  const scales = columns.map((column) => {
    const [low, high] = [column.reduce((a, b) => Math.min(a, b)), column.reduce((a, b) => Math.max(a, b))];
    // Without a constant features cannot be moved.
    const [middle, half] = constant === 0 ? [0, Math.max(high, -low)] : [low / 2 + high / 2, high / 2 - low / 2];
    // Where scores are so close they count as equal: the slope might not be finite.
    return { middle, half: half > 1e-290 ? half : 0 };
  });
  const u = raw.map((u) => [
    ...u.map((x, j) => (scales[j]!.half > 0 ? (x - scales[j]!.middle) / scales[j]!.half : 0)),
    constant,
  ]);
  const weights = rows.map(({ weight }) => weight);
  const weightOf = (label: number): number => exactSum(rows.map((row) => (row.label === label ? row.weight : 0)));
  const [negatives, positives] = [weightOf(0), weightOf(1)];
  const corrected = [1 / (negatives + 2), (positives + 1) / (positives + 2)];
  const fit = (targets: readonly number[]) => {
    const of = rows.map(({ label }) => targets[label]!);
    const start = [...scales.map(() => 0), constant * Math.log((positives + 1) / (negatives + 1))];
    return minimise((theta) => {
      const point = likelihood(u, of, weights, theta);
      // A feature that is the same everywhere has no curvature; any will do.
      const isFlat = (j: number): boolean => (scales[j]?.half ?? constant) === 0;
      const hessian = point.hessian.map((row, j) => row.map((h, k) => (j === k && isFlat(j) ? 1 : h)));
      return { ...point, hessian };
    }, start);
  };
  let found = fit(priorCorrection ? corrected : [0, 1]);
  if (!priorCorrection && (!found.convergence.converged || (constant === 1 && isSeparated(rows, raw)))) {
    const instead = fit(corrected);
    found = { ...instead, convergence: { ...instead.convergence, converged: false } };
  }
  const coefficients = scales.map(({ half }, j) => (half > 0 ? found.x[j]! / half : 0));
  const shift = coefficients.reduce((sum, slope, j) => sum + slope * scales[j]!.middle, 0);
  return { coefficients: [...coefficients, found.x.at(-1)! - shift], convergence: found.convergence };
}

/** Whether there is but one class, or a threshold of the only feature has one on one side and the other on the other. */
function isSeparated(rows: readonly Row[], features: readonly (readonly number[])[]): boolean {
  const of = (label: number) => features.filter((_, i) => rows[i]!.weight > 0 && rows[i]!.label === label);
  const [zeros, ones] = [of(0), of(1)];
  if (zeros.length === 0 || ones.length === 0) return true;
  if (features[0]!.length > 1) return false;
  const least = (list: readonly (readonly number[])[]): number => list.reduce((a, [b]) => Math.min(a, b!), Infinity);
  const most = (list: readonly (readonly number[])[]): number => list.reduce((a, [b]) => Math.max(a, b!), -Infinity);
  const overlap = most(zeros) > least(ones) && most(ones) > least(zeros);
  return !overlap && least([...zeros, ...ones]) < most([...zeros, ...ones]);
}

export const plattDefinition: Definition<"platt", PlattOptions> = {
  kind: "platt",
  name: "plattScaling",
  input: "logits",
  options: ["priorCorrection"],
  fit(scores, labels, options) {
    const priorCorrection = boolean("priorCorrection", options.priorCorrection, defaults.priorCorrection);
    const rows = rowsOf("logits", scores, labels, 1, options);
    const { coefficients, convergence } = regression(rows, (score) => [score], { priorCorrection });
    return { parameters: { a: 0 - coefficients[0]!, b: 0 - coefficients[1]! }, convergence };
  },
  apply: ({ a, b }, [score]) => [sigmoid(-(a * score! + b))],
};

export const plattScaling: CalibrationMethod<"platt", PlattOptions> = method(plattDefinition);

function logarithms(p: number): readonly [number, number] {
  const clipped = Math.min(Math.max(p, 2 ** -52), 1 - 2 ** -52);
  return [Math.log(clipped), -Math.log(1 - clipped)];
}

const betaForms: readonly BetaParameters[] = ["abm", "am", "ab"];

/** The coefficients a, b and the constant. */
function beta(rows: readonly Row[], form: BetaParameters): Regression {
  // The features of a probability and of ½: what is fitted through ½ is fitted to their differences.
  const [own, other] = form === "ab" ? logarithms(1 / 2) : [0, 0];
  const fitted = (pick: (a: number, b: number) => readonly number[], where: readonly number[]): Regression => {
    const features = (p: number): readonly number[] => pick(logarithms(p)[0] - own, logarithms(p)[1] - other);
    const { coefficients, convergence } = regression(rows, features, { constant: form === "ab" ? 0 : 1 });
    const [a, b] = where.map((i) => coefficients[i] ?? 0) as [number, number];
    return { coefficients: [a, b, coefficients.at(-1)! - a * own - b * other], convergence };
  };
  const none = -1;
  const rate = (): Regression => fitted(() => [0], [none, none]);
  if (form === "am") {
    const one = fitted((a, b) => [a + b], [0, 0]);
    return one.coefficients[0]! >= 0 ? one : rate();
  }
  const both = fitted((a, b) => [a, b], [0, 1]);
  const [a, b] = both.coefficients as [number, number];
  if (a >= 0 && b >= 0) return both;
  const one = a < 0 ? fitted((_, b) => [b], [none, 0]) : fitted((a) => [a], [0, none]);
  return one.coefficients.slice(0, 2).some((slope) => slope < 0) ? rate() : one;
}

export const betaDefinition: Definition<"beta", BetaOptions> = {
  kind: "beta",
  name: "betaCalibration",
  input: "probabilities",
  options: ["parameters"],
  fit(probabilities, labels, options) {
    const form = oneOf("parameters", options.parameters, betaForms, defaults.parameters);
    const { coefficients, convergence } = beta(rowsOf("probabilities", probabilities, labels, 1, options), form);
    const [a, b, c] = coefficients as [number, number, number];
    return { parameters: { a, b, c }, convergence };
  },
  apply({ a, b, c }, [p]) {
    const [own, other] = logarithms(p!);
    return [sigmoid(a * own + b * other + c)];
  },
};

export const betaCalibration: CalibrationMethod<"beta", BetaOptions> = method(betaDefinition);
