/**
 * Sums and means whose rounding does not grow with the number of their terms.
 *
 * @module
 */

/** Σ values, with what each addition rounds off carried along (Neumaier). Exact where all partial sums are. */
export function sum(values: Iterable<number>): number {
  let [total, lost] = [0, 0];
  for (const value of values) {
    const next = total + value;
    // Nothing is rounded off an infinite sum.
    if (Number.isFinite(next)) lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/** Σ weight·value / Σ weight over the values that are not NaN; NaN where these have no weight. */
export function mean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  const [products, kept]: [number[], number[]] = [[], []];
  for (let i = 0; i < values.length; i++) {
    const [value, weight] = [values[i] as number, weights[i] as number];
    if (Number.isNaN(value) || weight === 0) continue;
    products.push(value * weight);
    kept.push(weight);
  }
  return sum(products) / sum(kept);
}
