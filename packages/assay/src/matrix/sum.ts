/**
 * Sums and means that are rounded once.
 *
 * @module
 */

import { scaleFor } from "./exact.js";

/** Σ values, rounded once: kept as parts that do not overlap (J. R. Shewchuk, 1997), the smallest first. */
export function sum(values: ArrayLike<number>): number {
  const parts: number[] = [];
  let infinite = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) add(parts, value);
    else infinite += value;
  }
  // −0 + 0 is 0.
  return infinite === 0 ? rounded(parts) + 0 : infinite;
}

function add(parts: number[], value: number): void {
  let carry = value;
  let kept = 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as number;
    const next = carry + part;
    const lost = Math.abs(carry) < Math.abs(part) ? carry - (next - part) : part - (next - carry);
    carry = next;
    if (lost !== 0) parts[kept++] = lost;
  }
  if (kept < parts.length) parts.length = kept;
  parts.push(carry);
}

/** The float64 next to the sum of such parts. */
function rounded(parts: readonly number[]): number {
  let left = parts.length;
  if (left === 0) return 0;
  let [total, lost] = [parts[--left] as number, 0];
  while (left > 0 && lost === 0) {
    const part = parts[--left] as number;
    const next = total + part;
    lost = part - (next - total);
    total = next;
  }
  // What was lost is exactly half of the last place, and the part below it says which way to round.
  const below = left > 0 ? Math.sign(parts[left - 1] as number) : 0;
  const further = total + 2 * lost;
  return below !== 0 && below === Math.sign(lost) && further - total === 2 * lost ? further : total;
}

/** Σ weight·value / Σ weight over the values that are not NaN; NaN where these have no weight. */
export function mean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < weights.length; i++) most = Math.max(most, weights[i] as number);
  const scale = scaleFor(most);
  const [products, kept]: [number[], number[]] = [[], []];
  for (let i = 0; i < values.length; i++) {
    const [value, weight] = [values[i] as number, weights[i] as number];
    if (Number.isNaN(value) || weight === 0) continue;
    products.push(value * (weight * scale));
    kept.push(weight * scale);
  }
  return sum(products) / sum(kept);
}
