/**
 * Newton's method on a convex function, with halved steps: the textbook's, on dense matrices.
 *
 * @module
 */
import type { Convergence } from "@assay/contract";

/** A function at a place, with its derivatives. */
export interface Point {
  readonly value: number;
  readonly gradient: readonly number[];
  readonly hessian: readonly (readonly number[])[];
}

const MOST_STEPS = 100;
const TOLERANCE = 1e-10;

function largest(x: readonly number[]): number {
  return Math.max(...x.map(Math.abs));
}

/** Goes to the minimum from `start`. Directions in which the function is flat have to be given some curvature. */
export function minimise(
  at: (x: readonly number[]) => Point,
  start: readonly number[],
): { readonly x: readonly number[]; readonly convergence: Convergence } {
  let x = start;
  let point = at(x);
  let relativeStep = Infinity;
  for (let iterations = 1; iterations <= MOST_STEPS; iterations++) {
    const step = solve(point.hessian, point.gradient);
    const falls = step.reduce((sum, d, j) => sum + d * point.gradient[j]!, 0);
    relativeStep = largest(step) / Math.max(1, largest(x));
    if (!Number.isFinite(relativeStep)) break;
    const before = x;
    for (let share = 1; share >= 1e-12; share /= 2) {
      const tried = x.map((value, j) => value - share * step[j]!);
      const next = at(tried);
      if (next.value <= point.value - 1e-4 * share * falls || relativeStep < 1e-6) {
        x = tried;
        point = next;
        break;
      }
    }
    // No share of the step is any better.
    if (x === before) break;
    if (relativeStep <= TOLERANCE) {
      return { x, convergence: { converged: true, iterations, relativeStep, objective: point.value } };
    }
  }
  return { x, convergence: { converged: false, iterations: MOST_STEPS, relativeStep, objective: point.value } };
}

/** Gauss's elimination with the largest pivot first. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    const pivot = rows.slice(column).reduce((best, row) => {
      return Math.abs(row[column]!) > Math.abs(best[column]!) ? row : best;
    });
    const at = rows.indexOf(pivot);
    [rows[column], rows[at]] = [pivot, rows[column]!];
    for (let i = column + 1; i < size; i++) {
      const factor = rows[i]![column]! / pivot[column]!;
      for (let j = column; j <= size; j++) rows[i]![j] = rows[i]![j]! - factor * pivot[j]!;
    }
  }
  const x = new Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    const known = x.reduce((sum, value, j) => (j > i ? sum + rows[i]![j]! * value : sum), 0);
    x[i] = (rows[i]![size]! - known) / rows[i]![i]!;
  }
  return x;
}
