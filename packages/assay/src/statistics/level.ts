/**
 * How sure an interval is to be, as a number of standard deviations.
 *
 * @module
 */
import { AssayRangeError, defaults, type LevelOptions } from "@assay/contract";
import { core } from "../core.js";
import { anyNumber } from "../options.js";

/** The level asked for. */
export function levelOf({ level = defaults.level }: LevelOptions): number {
  if (anyNumber(level, "level") > 0 && level < 1) return level;
  throw new AssayRangeError(`level = ${String(level)}, but must be a number above 0 and below 1`, {
    code: "option",
    argument: "level",
    value: level,
  });
}

/** The z of which a standard normal number is within ±z with this chance. */
export function criticalValue(level: number): number {
  return -core().normal_quantile((1 - level) / 2);
}
