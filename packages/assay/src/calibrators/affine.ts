/**
 * Vector and Dirichlet scaling.
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
import { core } from "../core.js";
import { whole, within } from "../options.js";
import { each, finite } from "./check.js";
import { type Definition, method } from "./method.js";
import { type FitArguments, outcomeOf, withFitRows } from "./rows.js";

const MOST_PENALTY = 1e300;

/** Fits a vector of weights, or where there are penalties a matrix, and biases. */
function regression(
  given: FitArguments,
  penalties?: readonly [offDiagonal: number, intercept: number],
): { convergence: Convergence; weights: number[]; biases: number[] } {
  const { columns } = given;
  const full = penalties !== undefined;
  const [offDiagonal, intercept] = penalties ?? [0, 0];
  return withFitRows(given, ({ described, totalWeight, count, rooms }) => {
    const room = rooms.of(core().calibrators_affine_room(count, columns, full) * 8);
    const weights = full ? columns * columns : columns;
    const { convergence, parameters } = outcomeOf(weights + columns, (to) =>
      core().calibrators_affine(described, totalWeight, full, offDiagonal, intercept, room, to),
    );
    return { convergence, weights: [...parameters.slice(0, weights)], biases: [...parameters.slice(weights)] };
  });
}

export const vectorDefinition: Definition<"vector", VectorScalingOptions> = {
  kind: "vector",
  name: "vectorScaling",
  input: "logits",
  options: ["numClasses", "weight"],
  fit(scores, labels, { numClasses, weight, sampleWeight }) {
    const columns = whole(numClasses, 2, "numClasses");
    const { convergence, ...parameters } = regression({
      scores,
      name: "logits",
      labels,
      columns,
      weight,
      sampleWeight,
    });
    return { convergence, parameters };
  },
  parameters: ["weights", "biases"],
  map: ({ weights, biases }) => ({ code: "vector", numbers: [...weights, ...biases] }),
  check({ weights, biases }, numClasses) {
    each(weights, "weights", finite, numClasses);
    each(biases, "biases", finite, numClasses);
  },
};

/**
 * Vector scaling: softmax(wₖ·xₖ + bₖ) of logits x, with the weights and biases at which the mean −ln p of the true class
 * is smallest. Biases add up to 0: a constant in all of them changes nothing.
 *
 * The mean is convex; the fit is Newton's method, each step by conjugate gradients, in float64, to a relative step of
 * 1e-10. Where weights and biases separate the classes there is no minimum: the fit ends where no curvature is left,
 * where a step is not finite, or after 100 steps, and `converged` is false. Where rows are so far on the wrong side that
 * nothing curves, it begins once more at that power of ½, as all weights, at which the mean is smallest. What is left is
 * never worse than what was given. Sums are in order of the rows: another order moves the last digits.
 *
 * `fit(logits, labels, options)`: N × numClasses finite logits row-major; N labels. Errors as for `temperatureScaling`.
 *
 * @see Guo, Pleiss, Sun and Weinberger (2017), On calibration of modern neural networks
 */
export const vectorScaling: CalibrationMethod<"vector", VectorScalingOptions> = /*#__PURE__*/ method(vectorDefinition);

export const dirichletDefinition: Definition<"dirichlet", DirichletOptions> = {
  kind: "dirichlet",
  name: "dirichletScaling",
  input: "probabilities",
  options: ["numClasses", "weight", "offDiagonalPenalty", "interceptPenalty"],
  fit(scores, labels, options: DirichletOptions) {
    const { offDiagonalPenalty = defaults.offDiagonalPenalty, interceptPenalty = defaults.interceptPenalty } = options;
    const { numClasses, weight, sampleWeight } = options;
    const columns = whole(numClasses, 2, "numClasses");
    const penalties = [
      within(offDiagonalPenalty, 0, MOST_PENALTY, "offDiagonalPenalty"),
      within(interceptPenalty, 0, MOST_PENALTY, "interceptPenalty"),
    ] as const;
    const rows = { scores, name: "probabilities", labels, columns, weight, sampleWeight } as const;
    const { convergence, weights, biases } = regression(rows, penalties);
    const matrix = biases.map((_, k) => weights.slice(k * columns, (k + 1) * columns));
    return { convergence, parameters: { weights: matrix, biases } };
  },
  parameters: ["weights", "biases"],
  map: ({ weights, biases }) => ({ code: "dirichlet", numbers: [...weights.flat(), ...biases] }),
  check({ weights, biases }, numClasses) {
    each(weights, "weights", (row, name) => each(row, name, finite, numClasses), numClasses);
    each(biases, "biases", finite, numClasses);
  },
};

/**
 * Dirichlet scaling: softmax(W·ln p + b) of probabilities p, at which the mean −ln p of the true class plus
 * λ · mean(W² off the diagonal) + μ · mean(b²) is smallest, with λ = `offDiagonalPenalty` and μ = `interceptPenalty`.
 * Probabilities below 2⁻¹⁰²² count as that.
 *
 * Fitted like `vectorScaling`; with penalties above 0 there is a minimum unless the diagonal alone separates the classes.
 * Biases that cost nothing add up to 0.
 *
 * `fit(probabilities, labels, options)`: N × numClasses probabilities row-major, used as they are; N labels.
 *
 * @see Kull, Perello-Nieto, Kängsepp, Silva Filho, Song and Flach (2019), Beyond temperature scaling
 */
export const dirichletScaling: CalibrationMethod<"dirichlet", DirichletOptions> =
  /*#__PURE__*/ method(dirichletDefinition);
