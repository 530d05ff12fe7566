/**
 * Newton's method on a convex function, with halved steps, damped where it is flat: the textbook's, on dense matrices.
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

/** Shares of the largest curvature that all directions are given, where the function is too flat without. */
const DAMPINGS = [0, 1e-12, 1e-9, 1e-6, 1e-3, 1];

function damped(hessian: Point["hessian"], share: number): Point["hessian"] {
  const most = largest(hessian.map((row, j) => row[j]!));
  return share === 0
    ? hessian
    : hessian.map((row, j) => row.map((value, k) => (j === k ? value + share * most : value)));
}

function largest(x: readonly number[]): number {
  return Math.max(...x.map(Math.abs));
}

/** Goes to the minimum from `start`, in steps relative to `x` or to `scale`. Directions in which the function is flat have to be given some curvature. */
export function minimise(
  at: (x: readonly number[]) => Point,
  start: readonly number[],
  scale = 1,
): { readonly x: readonly number[]; readonly convergence: Convergence } {
  let x = start;
  let point = at(x);
  let relativeStep = Infinity;
  for (let iterations = 1; iterations <= MOST_STEPS; iterations++) {
    const before = x;
    let isDamped = false;
    for (const damping of DAMPINGS) {
      isDamped = damping > 0;
      const step = solve(damped(point.hessian, damping), point.gradient);
      const falls = step.reduce((sum, d, j) => sum + d * point.gradient[j]!, 0);
      relativeStep = largest(step) / Math.max(scale, largest(x));
      if (!Number.isFinite(relativeStep)) continue;
      for (let share = 1; share >= 1e-12 && x === before; share /= 2) {
        const tried = x.map((value, j) => value - share * step[j]!);
        const next = at(tried);
        if (next.value <= point.value - 1e-4 * share * falls || (relativeStep < 1e-6 && Number.isFinite(next.value))) {
          x = tried;
          point = next;
        }
      }
      if (x !== before) break;
    }
    // No share of any step is better.
    if (x === before) break;
    if (relativeStep <= TOLERANCE && !isDamped) {
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
