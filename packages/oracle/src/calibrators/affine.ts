/**
 * Vector and Dirichlet scaling: softmax of weights times features plus biases, by Newton's method on the whole Hessian.
 *
 * @module
 */
import {
  type CalibrationMethod,
  type Convergence,
  type DirichletOptions,
  defaults,
  type VectorScalingOptions,
} from "@assay/contract";
import { count, number } from "../input.js";
import { softmax } from "../losses/softmax.js";
import { type Definition, method, type Row, rowsOf } from "./method.js";
import { minimise } from "./minimise.js";

/** A parameter: what it is multiplied by, for which class. `feature` −1 is the constant 1. */
interface Parameter {
  readonly class: number;
  readonly feature: number;
  /** What its square costs. */
  readonly cost: number;
  readonly start: number;
}

/** The mean −ln p of the true class plus what parameters cost. */
function fit(rows: readonly Row[], parameters: readonly Parameter[], classes: number) {
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const input = (x: Float64Array, { feature }: Parameter): number => (feature < 0 ? 1 : x[feature]!);
  // Where all classes have a feature at no cost, the same for all of them changes nothing; steps then have none of it.
  const isFree = (feature: number): boolean =>
    parameters.filter((one) => one.feature === feature && one.cost === 0).length === classes;
  const zOf = (x: Float64Array, theta: readonly number[]): Float64Array => {
    const z = new Float64Array(classes);
    parameters.forEach((parameter, j) => {
      z[parameter.class] = z[parameter.class]! + theta[j]! * input(x, parameter);
    });
    return z;
  };
  const at = (theta: readonly number[]) => {
    let value = 0;
    const gradient = theta.map(() => 0);
    const hessian = theta.map(() => theta.map(() => 0));
    for (const { x, label, weight } of rows) {
      const { p, cost } = softmax(zOf(x, theta));
      const share = weight / total;
      value += share * cost[label]!;
      parameters.forEach((one, j) => {
        const own = share * input(x, one);
        gradient[j] = gradient[j]! + own * (p[one.class]! - Number(one.class === label));
        parameters.forEach((other, k) => {
          const curves = p[one.class]! * (Number(one.class === other.class) - p[other.class]!);
          hessian[j]![k] = hessian[j]![k]! + own * input(x, other) * curves;
        });
      });
    }
    parameters.forEach((one, j) => {
      value += one.cost * theta[j]! ** 2;
      gradient[j] = gradient[j]! + 2 * one.cost * theta[j]!;
      parameters.forEach((other, k) => {
        hessian[j]![k] = hessian[j]![k]! + (j === k ? 2 * one.cost : 0);
        if (isFree(one.feature) && one.feature === other.feature) hessian[j]![k] = hessian[j]![k]! + 1;
      });
    });
    return { value, gradient, hessian };
  };
  const start = (scale: number): number[] => parameters.map((parameter) => scale * parameter.start);
  const mean = (scale: number): number =>
    rows.reduce((sum, { x, label, weight }) => sum + (weight / total) * softmax(zOf(x, start(scale))).cost[label]!, 0);
  const found = minimise(at, start(1));
  // Rows that are far on the wrong side curve nowhere; from smaller weights they do.
  const scale = found.convergence.converged ? 1 : bestScale(mean);
  const again = scale === 1 ? found : minimise(at, start(scale), scale);
  const { x, convergence } = again.convergence.objective < found.convergence.objective ? again : found;
  return { x: centred(x, parameters), convergence };
}

/** The power of ½ by which all weights are best multiplied: along one direction the mean is convex. */
function bestScale(mean: (scale: number) => number): number {
  let scale = 1;
  while (scale > 2 ** -1074 && (!Number.isFinite(mean(scale)) || mean(scale / 2) < mean(scale))) scale /= 2;
  return scale;
}

/** A constant in all biases changes nothing where they cost nothing: they add up to 0. */
function centred(x: readonly number[], parameters: readonly Parameter[]): readonly number[] {
  const biases = x.filter((_, j) => parameters[j]!.feature < 0);
  const mean = biases.reduce((sum, bias) => sum + bias, 0) / biases.length;
  return x.map((value, j) => {
    const { feature, cost } = parameters[j]!;
    return feature < 0 && cost === 0 ? value - mean : value;
  });
}

function times(weights: readonly (readonly number[])[], biases: readonly number[], x: Float64Array): Float64Array {
  return Float64Array.from(weights, (row, k) => row.reduce((sum, w, j) => sum + w * x[j]!, biases[k]!));
}

function biasesOf(classes: number, cost: number): Parameter[] {
  return Array.from({ length: classes }, (_, k) => ({ class: k, feature: -1, cost, start: 0 }));
}

export const vectorDefinition: Definition<"vector", VectorScalingOptions> = {
  kind: "vector",
  name: "vectorScaling",
  input: "logits",
  options: ["numClasses", "weight"],
  fit(scores, labels, options) {
    const classes = count("numClasses", options?.numClasses, 2);
    const rows = rowsOf("logits", scores, labels, classes, options);
    const own = Array.from({ length: classes }, (_, k) => ({ class: k, feature: k, cost: 0, start: 1 }));
    const { x, convergence } = fit(rows, [...own, ...biasesOf(classes, 0)], classes);
    return { parameters: { weights: x.slice(0, classes), biases: x.slice(classes) }, convergence };
  },
  apply: ({ weights, biases }, x) => softmax(x.map((logit, k) => weights[k]! * logit + biases[k]!)).p,
};

export const vectorScaling: CalibrationMethod<"vector", VectorScalingOptions> = method(vectorDefinition);

function logarithms(p: Float64Array): Float64Array {
  return p.map((p) => Math.log(Math.max(p, 2 ** -1022)));
}

export const dirichletDefinition: Definition<"dirichlet", DirichletOptions> = {
  kind: "dirichlet",
  name: "dirichletScaling",
  input: "probabilities",
  options: ["numClasses", "weight", "offDiagonalPenalty", "interceptPenalty"],
  fit(scores, labels, options) {
    const classes = count("numClasses", options?.numClasses, 2);
    const penalty = (name: "offDiagonalPenalty" | "interceptPenalty"): number =>
      number(name, options[name] ?? defaults[name], (x) => x >= 0 && x <= 1e300, "a number from 0 to 1e300");
    const [offDiagonal, intercept] = [penalty("offDiagonalPenalty"), penalty("interceptPenalty")];
    const rows = rowsOf("probabilities", scores, labels, classes, options);
    const matrix = Array.from({ length: classes * classes }, (_, i) => {
      const [k, j] = [Math.floor(i / classes), i % classes];
      return {
        class: k,
        feature: j,
        cost: k === j ? 0 : offDiagonal / (classes * (classes - 1)),
        start: Number(k === j),
      };
    });
    const logs = rows.map((row) => ({ ...row, x: logarithms(row.x) }));
    const all = [...matrix, ...biasesOf(classes, intercept / classes)];
    const { x, convergence }: { x: readonly number[]; convergence: Convergence } = fit(logs, all, classes);
    const weights = Array.from({ length: classes }, (_, k) => x.slice(k * classes, (k + 1) * classes));
    return { parameters: { weights, biases: x.slice(classes * classes) }, convergence };
  },
  apply: ({ weights, biases }, p) => softmax(times(weights, biases, logarithms(p))).p,
};

export const dirichletScaling: CalibrationMethod<"dirichlet", DirichletOptions> = method(dirichletDefinition);
