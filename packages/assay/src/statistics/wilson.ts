/**
 * Intervals of shares.
 *
 * @module
 */
import { AssayRangeError, type Interval, type LevelOptions } from "@assay/contract";
import { optionsOf } from "../options.js";
import { criticalValue, levelOf } from "./level.js";

/** The lower end: the smaller root of (n + z²)p² − (2x + z²)p + x²/n, so written that nothing cancels. */
function lowerEnd(x: number, n: number, z: number): number {
  return x === 0 ? 0 : (x * (x / n)) / (x + (z * z) / 2 + z * Math.sqrt(x * ((n - x) / n) + (z * z) / 4));
}

/** The larger root, where it is not near 1. */
function upperEnd(x: number, n: number, z: number): number {
  const spread = n === 0 ? 0 : x * ((n - x) / n);
  return (x + (z * z) / 2 + z * Math.sqrt(spread + (z * z) / 4)) / (n + z * z);
}

/** The interval without its checks. */
export function wilsonInterval(successes: number, trials: number, level: number): Interval {
  const z = criticalValue(level);
  const failures = trials - successes;
  return {
    estimate: successes / trials,
    lower: lowerEnd(successes, trials, z),
    upper: successes <= failures ? upperEnd(successes, trials, z) : 1 - lowerEnd(failures, trials, z),
    level,
  };
}

/**
 * Wilson's score interval of a share: the p that the z-test at this level does not reject,
 * (x + z²/2 ± z·√(x(n − x)/n + z²/4)) / (n + z²). It lies in 0..1, ends at 0 or 1 only where x is 0 or n, and holds close
 * to its level even for few trials and for shares near 0 and 1.
 *
 * Of weighted rows give effective numbers: of n = (Σw)²/Σw² trials (Kish) the same share. Without any trial the estimate
 * is NaN and the interval 0..1.
 *
 * @param successes x, from 0 to `trials`; need not be whole
 * @param trials n, finite
 * @throws AssayRangeError for numbers or a level out of range
 * @example
 * wilson(95, 100); // { estimate: 0.95, lower: 0.888…, upper: 0.978…, level: 0.95 }
 * @see E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927)
 */
export function wilson(successes: number, trials: number, options?: LevelOptions): Interval {
  const level = levelOf(optionsOf(options, ["level"], "wilson"));
  expectCount(trials, "trials", Number.MAX_VALUE);
  expectCount(successes, "successes", trials);
  return wilsonInterval(successes, trials, level);
}

function expectCount(value: number, name: string, most: number): void {
  if (typeof value === "number" && value >= 0 && value <= most) return;
  const message = `${name} = ${String(value)}, but must be a number from 0 to ${most}`;
  const code = Number.isNaN(value) ? "nan" : "range";
  throw new AssayRangeError(message, { code, argument: name, value });
}
