/**
 * An interval of a measure, by whichever method.
 *
 * @module
 */
import {
  AssayRangeError,
  AssayTypeError,
  type ConfidenceIntervalOptions,
  type IntervalWithError,
  type MeasureInterval,
} from "@assay/contract";
import { core } from "../core.js";
import { oneOf } from "../options.js";
import { criticalValue } from "./level.js";
import { bootstrapOf, resamplingOf, type Statistic } from "./replicates.js";
import type { Table } from "./tables.js";
import { wilsonInterval } from "./wilson.js";

const ofBootstrap = ["resamples", "seed"] as const;

/** Options of every interval. */
export const ofEvery: readonly ["level", "method", "resamples", "seed"] = ["level", "method", ...ofBootstrap];

/** A measure, however it is to be bounded. */
export interface Measured {
  estimate(): number;
  /** What is resampled: counts of rows, which must be whole. */
  table(): Table;
  /** The measure of other counts in the same cells. */
  statistic(): Statistic;
  standardError(): number;
  /** How many of how many, where it is a share. */
  readonly share: readonly [successes: number, trials: number] | undefined;
  readonly range: readonly [least: number, most: number];
  /** The error is that of the logarithm, times the value. */
  readonly isRatio: boolean;
}

/** The interval that options ask for. */
export function intervalOf(
  measured: Measured,
  measure: string,
  given: ConfidenceIntervalOptions,
  level: number,
): MeasureInterval {
  const method = methodOf(given, measure, measured);
  const table = measured.table();
  if (method === "bootstrap") {
    const plan = { level, ...resamplingOf(given), method: "percentile" } as const;
    const { replicates: _, ...interval } = bootstrapOf(table, measured.statistic(), plan);
    return { ...interval, method };
  }
  const estimate = measured.estimate();
  const interval = method === "wilson" ? shareInterval(measured, level) : deltaInterval(measured, estimate, level);
  return { ...interval, estimate, level, method };
}

function shareInterval({ share }: Measured, level: number): IntervalWithError {
  const [successes, trials] = share as readonly [number, number];
  const interval = wilsonInterval(successes, trials, level);
  const { estimate: p } = interval;
  return { ...interval, standardError: Math.sqrt((p * (1 - p)) / trials) };
}

function deltaInterval({ standardError: error, range, isRatio }: Measured, estimate: number, level: number) {
  const standardError = Number.isNaN(estimate) ? estimate : error();
  const reach = criticalValue(level) * standardError;
  if (isRatio) {
    const factor = core().exp(reach / estimate);
    return { standardError, lower: estimate / factor, upper: estimate * factor };
  }
  const [least, most] = range;
  return { standardError, lower: Math.max(least, estimate - reach), upper: Math.min(most, estimate + reach) };
}

function methodOf(given: ConfidenceIntervalOptions, measure: string, { share }: Measured): MeasureInterval["method"] {
  const method = oneOf(
    given.method ?? (share === undefined ? "delta" : "wilson"),
    ["wilson", "delta", "bootstrap"],
    "method",
  );
  if (method === "wilson" && share === undefined) {
    const message = `method "wilson" is for shares, but ${measure} as asked for is none: take "delta" or "bootstrap"`;
    throw new AssayRangeError(message, { code: "option", argument: "method", value: method });
  }
  for (const option of ofBootstrap) {
    if (method === "bootstrap" || given[option] === undefined) continue;
    throw new AssayTypeError(`${option} is for method "bootstrap"`, { code: "option", argument: option });
  }
  return method;
}
