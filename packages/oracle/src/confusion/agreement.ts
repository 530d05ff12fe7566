/**
 * How far targets and predictions agree beyond chance, exactly: one number for a whole matrix.
 *
 * @module
 */
import { Ratio } from "../ratio.js";

/** A matrix in whole units: its cells that are not 0, with its row and column sums. */
export interface Margins {
  readonly cells: readonly { readonly target: number; readonly predicted: number; readonly units: bigint }[];
  /** How often each class is true. */
  readonly rows: readonly bigint[];
  /** How often each class is predicted. */
  readonly columns: readonly bigint[];
  readonly total: bigint;
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

const diagonal = ({ cells }: Margins): bigint =>
  sum(cells.filter(({ target, predicted }) => target === predicted).map(({ units }) => units));

/** Σ diagonal / total. */
export function accuracy(matrix: Margins): Ratio {
  return Ratio.of(diagonal(matrix), matrix.total);
}

/** The mean recall of the classes that are true at least once; adjusted, (mean − 1/n) / (1 − 1/n) for n of them. */
export function balancedAccuracy(matrix: Margins, adjusted: boolean): Ratio {
  const right = new Map(matrix.cells.filter((cell) => cell.target === cell.predicted).map((c) => [c.target, c.units]));
  const recalls = matrix.rows.flatMap((row, k) => (row > 0n ? [Ratio.of(right.get(k) ?? 0n, row)] : []));
  const chance = Ratio.of(1n, BigInt(recalls.length));
  const mean = recalls.reduce((total, recall) => total.plus(recall), Ratio.of(0n)).times(chance);
  return adjusted ? mean.minus(chance).over(Ratio.of(1n).minus(chance)) : mean;
}

/**
 * Matthews correlation coefficient of several classes: (c·s − Σ pₖtₖ) / √((s² − Σ pₖ²)(s² − Σ tₖ²)) with s rows, c of them
 * right, and class k true tₖ times and predicted pₖ times. J. Gorodkin, "Comparing two K-category assignments by a
 * K-category correlation coefficient" (2004), in the form that scikit-learn's documentation gives.
 */
export function matthews(matrix: Margins): number | undefined {
  const { rows, columns, total } = matrix;
  const covariance = diagonal(matrix) * total - sum(rows.map((t, k) => t * columns[k]!));
  const ofTargets = total ** 2n - sum(rows.map((t) => t ** 2n));
  const ofPredicted = total ** 2n - sum(columns.map((p) => p ** 2n));
  const size = Ratio.of(covariance ** 2n, ofTargets * ofPredicted).root();
  return size === undefined ? undefined : covariance < 0n ? -size : size;
}

/**
 * Cohen's κ, 1 − Σ w·O / Σ w·E: O are the cells, E those expected of the margins, row · column / total, and w the cost of
 * a cell. J. Cohen, "A coefficient of agreement for nominal scales" (1960) and "Weighted kappa" (1968).
 */
export function kappa(matrix: Margins, costOf: (target: number, predicted: number) => bigint): Ratio {
  const { cells, rows, columns, total } = matrix;
  const observed = sum(cells.map(({ target, predicted, units }) => costOf(target, predicted) * units));
  const occurring = (margin: readonly bigint[]): number[] => [...margin.keys()].filter((k) => margin[k]! > 0n);
  const predicted = occurring(columns);
  const expected = sum(occurring(rows).map((i) => rows[i]! * sum(predicted.map((j) => costOf(i, j) * columns[j]!))));
  return Ratio.of(1n).minus(Ratio.of(total * observed, expected));
}

/** What a cell costs by the distance of its classes. */
export const costs: Record<"none" | "linear" | "quadratic", (target: number, predicted: number) => bigint> = {
  none: (target, predicted) => (target === predicted ? 0n : 1n),
  linear: (target, predicted) => BigInt(Math.abs(target - predicted)),
  quadratic: (target, predicted) => BigInt(target - predicted) ** 2n,
};
