/**
 * Fair coins: how surprising so few of one side are.
 *
 * @module
 */
import { core } from "../core.js";
import { quotient } from "../matrix/exact.js";

/** Up to so many coins chances are counted as whole numbers, and are far from the smallest that float64 has. */
const MOST_COUNTED = 1000;

/**
 * The chance that n fair coins fall at least as unevenly as with `fewer` of one side, 2·P(K ≤ fewer), at most 1. The
 * float64 next to it for up to a thousand coins; beyond, within 10⁻¹¹ of itself.
 */
export function unevenness(fewer: number, n: number): number {
  // No more even way exists.
  if (2 * fewer + 1 >= n) return 1;
  if (n <= MOST_COUNTED) return quotient(2n * waysUpTo(fewer, n), 1n << BigInt(n));
  // As many or fewer of the one side are as many or more of the other, whose chance is as large.
  return Math.min(1, 2 * core().binomial_upper_tail(n - fewer, n, 0.5, 0.5));
}

/** Σ of the binomial coefficients of n over 0..most. */
function waysUpTo(most: number, n: number): bigint {
  let [ways, sum] = [1n, 1n];
  for (let k = 1; k <= most; k++) {
    ways = (ways * BigInt(n - k + 1)) / BigInt(k);
    sum += ways;
  }
  return sum;
}
