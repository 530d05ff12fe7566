import type { ConfidenceIntervalOptions, MeasureInterval } from "@assay/contract";
import { oneOf, rangeError, typeError } from "../input.js";
import { bootstrapOf, resamplingOf } from "./bootstrap.js";
import type { Dual } from "./dual.js";
import type { Table } from "./resample.js";
import { criticalValue, wilsonInterval } from "./wilson.js";

type Options = ConfidenceIntervalOptions;

/** A measure as some options mean it. */
export interface Meant {
  /** The counts that are resampled, which have to be whole. */
  table(): Table;
  /** The same, whole or not. */
  readonly counts: readonly number[];
  /** Of these counts or of others. */
  value(counts: readonly number[]): number;
  /** With its derivatives. */
  dual(): Dual;
  /** How many of how many, if that is what it is. */
  readonly share: readonly [number, number] | undefined;
  readonly range: readonly [least: number, most: number];
  /** A quotient of rates: its logarithm has the interval. */
  readonly isRatio: boolean;
}

/** The interval of a measure. */
export function intervalOf(meant: Meant, options: Options, level: number): MeasureInterval {
  const method = methodOf(meant, options);
  const table = meant.table();
  const estimate = meant.value(meant.counts);
  if (method === "wilson") {
    const [successes, trials] = meant.share!;
    const interval = wilsonInterval(successes, trials, level);
    const rate = successes / trials;
    return { ...interval, estimate, standardError: Math.sqrt((rate * (1 - rate)) / trials), method };
  }
  if (method === "bootstrap") {
    const plan = { level, method: "percentile", ...resamplingOf(options) } as const;
    const { replicates, ...interval } = bootstrapOf(table, meant.value, plan);
    return { ...interval, method };
  }
  const standardError = deltaError(meant.dual(), table);
  const reach = criticalValue(level) * standardError;
  const [least, most] = meant.range;
  const ends = meant.isRatio
    ? { lower: estimate * Math.exp(-reach / estimate), upper: estimate * Math.exp(reach / estimate) }
    : { lower: Math.max(least, estimate - reach), upper: Math.min(most, estimate + reach) };
  return { estimate, standardError, ...ends, level, method };
}

function methodOf({ share }: Meant, options: Options): MeasureInterval["method"] {
  const words = ["wilson", "delta", "bootstrap"] as const;
  const method = oneOf("method", options.method, words, share === undefined ? "delta" : "wilson");
  if (method === "wilson" && share === undefined) {
    throw rangeError("option", "method", "Wilson's interval is for shares, and this is none", { value: method });
  }
  for (const option of ["resamples", "seed"] as const) {
    if (method === "bootstrap" || options[option] === undefined) continue;
    throw typeError("option", option, `${option} is for method "bootstrap"`);
  }
  return method;
}

/** Derivatives for proportions are n times those for counts. */
function deltaError({ slopes }: Dual, { cells, total: n }: Table): number {
  const terms = cells.map(({ count }, i) => ({ share: count / n, slope: n * slopes[i]! }));
  const mean = terms.reduce((sum, { share, slope }) => sum + share * slope, 0);
  const squares = terms.reduce((sum, { share, slope }) => sum + share * (slope - mean) ** 2, 0);
  return Math.sqrt(squares / n);
}
