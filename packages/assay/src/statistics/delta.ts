/**
 * Standard errors by the delta method.
 *
 * The counts n of a table are a draw from a multinomial distribution. A measure g of them that only depends on their
 * proportions changes with them as Σ ∂g/∂n·(deviation of n), so that its variance is about Σ n·(∂g/∂n)²: the other part
 * of the multinomial's, (Σ n·∂g/∂n)² / Σ n, is 0 by Euler's theorem (Agresti, "Categorical Data Analysis", 16.1).
 *
 * @module
 */
import type { BinaryCounts, ClassMeasureName, ConfusionMatrix, MatrixMeasureName } from "@assay/contract";
import { type Slopes, slopesOf } from "./measures.js";

/** How a measure changes with the count of a cell. */
type Gradient = (target: number, predicted: number) => number;

/** The standard error of a measure with this gradient. */
export function standardError(matrix: ConfusionMatrix, gradient: Gradient): number {
  let variance = 0;
  for (const { target, predicted, count } of matrix.cells()) {
    const slope = gradient(target, predicted);
    variance += count * slope * slope;
  }
  return Math.sqrt(variance);
}

// ------------------------------------------------------------------------------------------------ measures of classes

/** How a measure of classes is meant. */
export interface ClassMeasureOptions {
  readonly average: "binary" | "micro" | "macro" | "weighted";
  readonly zeroDivision?: number | undefined;
  readonly absentClasses?: "skip" | "count" | undefined;
  readonly beta: number;
}

const flat: Slopes = [0, 0, 0, 0];

/** The gradient of a measure of classes, or of its average. */
export function classGradient(matrix: ConfusionMatrix, name: ClassMeasureName, options: ClassMeasureOptions): Gradient {
  const { average, beta } = options;
  if (average === "binary") return gradientOf([0, 1], [flat, slopesOf(name, matrix.countsOf(1), beta)]);
  const classes = Array.from({ length: matrix.numClasses }, (_, k) => matrix.countsOf(k));
  if (average === "micro") {
    const [tp, fp, fn, tn] = slopesOf(name, pooled(classes), beta);
    const others = matrix.numClasses - 2;
    return (target, predicted) => (target === predicted ? tp + (others + 1) * tn : fp + fn + others * tn);
  }
  const values = valuesOf(matrix, name, options);
  // What is undefined has a value that does not change.
  const slopes = classes.map((counts, k) =>
    Number.isNaN(values.own[k] as number) ? flat : slopesOf(name, counts, beta),
  );
  const weighted = average === "weighted";
  const weights = classes.map((counts, k) => {
    if (Number.isNaN(values.settled[k] as number)) return 0;
    if (weighted) return counts.tp + counts.fn;
    return options.absentClasses === "count" || counts.tp + counts.fp + counts.fn > 0 ? 1 : 0;
  });
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const gradient = gradientOf(
    weights.map((weight) => weight / all),
    slopes,
  );
  if (!weighted) return gradient;
  // One row more of a class also weighs its value more.
  const mean = weights.reduce(
    (sum, weight, k) => (weight === 0 ? sum : sum + weight * (values.settled[k] as number)),
    0,
  );
  return (target, predicted) => {
    const value = values.settled[target] as number;
    return gradient(target, predicted) + (Number.isNaN(value) ? 0 : (value - mean / all) / all);
  };
}

/** The measure of each class: as it is, NaN where undefined, and with the value that is given to what is undefined. */
function valuesOf(matrix: ConfusionMatrix, name: ClassMeasureName, { zeroDivision, beta }: ClassMeasureOptions) {
  const measure = (rest: object): Float64Array =>
    (matrix[name] as (options: object) => Float64Array)({
      ...(name === "fBeta" && { beta }),
      ...rest,
      average: "none",
    });
  return {
    own: measure({ zeroDivision: Number.NaN }),
    settled: measure(zeroDivision === undefined ? {} : { zeroDivision }),
  };
}

/** Σ over classes of weight × slope: a row in a cell is a true negative of all classes but its own two. */
function gradientOf(weights: readonly number[], slopes: readonly Slopes[]): Gradient {
  const each = slopes.map((slope, k) => slope.map((s) => s * (weights[k] as number)) as unknown as Slopes);
  const ofNegative = each.reduce((sum, [, , , tn]) => sum + tn, 0);
  return (target, predicted) => {
    const [tp, , fn, tn] = each[target] as Slopes;
    if (target === predicted) return ofNegative + (tp - tn);
    const [, fp, , tnOfPredicted] = each[predicted] as Slopes;
    return ofNegative + (fn - tn) + (fp - tnOfPredicted);
  };
}

function pooled(classes: readonly BinaryCounts[]): BinaryCounts {
  const sum = (of: (counts: BinaryCounts) => number) => classes.reduce((all, counts) => all + of(counts), 0);
  return { tp: sum((c) => c.tp), fp: sum((c) => c.fp), fn: sum((c) => c.fn), tn: sum((c) => c.tn) };
}

// ------------------------------------------------------------------------------------------ measures of a whole matrix

/** How a measure of a whole matrix is meant. */
export interface MatrixMeasureOptions {
  readonly weights?: "none" | "linear" | "quadratic" | undefined;
  readonly adjusted?: boolean | undefined;
}

/** Sums of a matrix that gradients are made of. */
interface Margins {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  readonly total: number;
}

/** The gradient of a measure of the whole matrix. */
export function matrixGradient(
  matrix: ConfusionMatrix,
  name: MatrixMeasureName,
  { weights = "none", adjusted = false }: MatrixMeasureOptions,
): Gradient {
  const columns = new Float64Array(matrix.numClasses);
  for (const { predicted, count } of matrix.cells()) columns[predicted] = (columns[predicted] as number) + count;
  const margins = { rows: matrix.support(), columns, total: matrix.total };
  switch (name) {
    case "accuracy":
      return accuracyGradient(matrix, 1);
    case "zeroOneLoss":
    case "hammingLoss":
      return accuracyGradient(matrix, -1);
    case "balancedAccuracy":
      return balancedGradient(matrix, margins, adjusted);
    case "mcc":
      return matthewsGradient(matrix, margins);
    case "cohenKappa":
      return kappaGradient(matrix, margins, weights);
  }
}

function accuracyGradient(matrix: ConfusionMatrix, sign: number): Gradient {
  const [ofRight, ofWrong] = [matrix.zeroOneLoss(), -matrix.accuracy()];
  return (target, predicted) => (sign * (target === predicted ? ofRight : ofWrong)) / matrix.total;
}

/** Σ tp/support over the K classes that are true at least once, over K; adjusted, over K − 1. */
function balancedGradient(matrix: ConfusionMatrix, { rows }: Margins, adjusted: boolean): Gradient {
  const classes = rows.reduce((count, row) => count + Number(row > 0), 0);
  const divisor = adjusted ? classes - 1 : classes;
  return (target, predicted) => {
    const [right, row] = [matrix.at(target, target), rows[target] as number];
    return (target === predicted ? row - right : -right) / row / row / divisor;
  };
}

/** R_K = N / √(AB) with N = T·D − Σ rc, A = Σ r(T − r), B = Σ c(T − c). */
function matthewsGradient(matrix: ConfusionMatrix, { rows, columns, total }: Margins): Gradient {
  const spread = (sums: Float64Array) => sums.reduce((all, sum) => all + sum * (total - sum), 0);
  const [a, b] = [spread(rows), spread(columns)];
  const right = matrix
    .cells()
    .reduce((sum, { target, predicted, count }) => sum + (target === predicted ? count : 0), 0);
  const [root, value] = [Math.sqrt(a) * Math.sqrt(b), matrix.mcc()];
  // At either end of its range it does not change with any cell that has rows; rounding would leave a little.
  if (Math.abs(value) === 1) return () => 0;
  return (target, predicted) => {
    const [r, c] = [rows[target] as number, columns[predicted] as number];
    const ofN = right + (target === predicted ? total : 0) - (columns[target] as number) - (rows[predicted] as number);
    return ofN / root - value * ((total - r) / a + (total - c) / b);
  };
}

/**
 * κ = 1 − O·T / E with O = Σ w·n and E = Σ w·r·c: the variance is that of Fleiss, Cohen and Everitt (1969).
 */
function kappaGradient(
  matrix: ConfusionMatrix,
  { rows, columns, total }: Margins,
  weights: "none" | "linear" | "quadratic",
): Gradient {
  const cost = {
    none: (i: number, j: number) => Number(i !== j),
    linear: (i: number, j: number) => Math.abs(i - j),
    quadratic: (i: number, j: number) => (i - j) * (i - j),
  }[weights];
  const average = { none: otherClasses, linear: absoluteDistances, quadratic: squaredDistances }[weights];
  const [ofTargets, ofPredictions] = [average(columns, total), average(rows, total)];
  const observed = matrix
    .cells()
    .reduce((sum, { target, predicted, count }) => sum + cost(target, predicted) * count, 0);
  const chance = rows.reduce((sum, row, i) => sum + row * (ofTargets[i] as number), 0);
  const disagreement = (observed * total) / chance;
  return (target, predicted) => {
    const expected = (ofTargets[target] as number) + (ofPredictions[predicted] as number);
    return (disagreement * expected - (cost(target, predicted) * total + observed)) / chance;
  };
}

/** Σⱼ w(i, j)·sums[j] for each i: all but its own. */
function otherClasses(sums: Float64Array, total: number): Float64Array {
  return sums.map((sum) => total - sum);
}

/** The same with w = |i − j|: from one class to the next it grows by what lies below and shrinks by what lies above. */
function absoluteDistances(sums: Float64Array, total: number): Float64Array {
  let below = 0;
  let distance = sums.reduce((all, sum, j) => all + j * sum, 0);
  return sums.map((sum) => {
    const here = distance;
    below += sum;
    distance += 2 * below - total;
    return here;
  });
}

/** The same with w = (i − j)². */
function squaredDistances(sums: Float64Array, total: number): Float64Array {
  const [first, second] = [1, 2].map((power) =>
    sums.reduce((all, sum, j) => all + (power === 1 ? j : j * j) * sum, 0),
  ) as [number, number];
  return sums.map((_, i) => i * i * total - 2 * i * first + second);
}
