import { defaults, type Interval, type LevelOptions } from "@assay/contract";
import { checkOptions, number, rangeError } from "../input.js";
import { normalQuantile } from "./distributions.js";

/** A level that was checked. */
export function levelOf({ level = defaults.level }: LevelOptions): number {
  return number("level", level, (value) => value > 0 && value < 1, "a number above 0 and below 1");
}

/** The z with P(−z < Z < z) = level. */
export function criticalValue(level: number): number {
  return -normalQuantile((1 - level) / 2);
}

/** E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927). */
export function wilson(successes: number, trials: number, options: LevelOptions = {}): Interval {
  checkOptions("wilson", options, ["level"]);
  const level = levelOf(options);
  count("trials", trials, Number.MAX_VALUE);
  count("successes", successes, trials);
  return wilsonInterval(successes, trials, level);
}

/** The two p of which (x − np)² = z²·np(1 − p). */
export function wilsonInterval(x: number, n: number, level: number): Interval {
  const z = criticalValue(level);
  // Roots of (n + z²)p² − (2x + z²)p + x²/n, exactly 0 and 1 at the ends.
  const rate = x / n;
  if (n === 0) return { estimate: rate, lower: 0, upper: 1, level };
  const spread = z * Math.sqrt(rate * (1 - rate) * n + (z * z) / 4);
  const [lower, upper] = [x + (z * z) / 2 - spread, x + (z * z) / 2 + spread].map((end) => end / (n + z * z));
  return { estimate: rate, lower: x === 0 ? 0 : Math.max(0, lower!), upper: x === n ? 1 : Math.min(1, upper!), level };
}

function count(name: string, value: number, most: number): void {
  if (typeof value === "number" && value >= 0 && value <= most) return;
  const message = `${name} = ${value}, but should be a number in 0..${most}`;
  throw rangeError(Number.isNaN(value) ? "nan" : "range", name, message, { value });
}
