/**
 * Bootstrap of curves: B. Efron, "Bootstrap methods: another look at the jackknife" (1979).
 *
 * @module
 */
import type { BinaryCurve, BootstrapInterval, BootstrapOptions, CurveStatistic } from "@assay/contract";
import { checkOptions, oneOf, returningNumber } from "../input.js";
import { resamplingOf, summary } from "../statistics/bootstrap.js";
import { resampleRanks } from "../statistics/resample.js";
import { levelOf } from "../statistics/wilson.js";
import { inOrder, rowsFrom } from "./bytes.js";
import type { CurveRows } from "./sorted-scores.js";

/** The statistic of rows, and of as many drawn from them with replacement again and again. */
export function bootstrapCurve(
  rows: CurveRows,
  curveOf: (rows: CurveRows) => BinaryCurve,
  statistic: CurveStatistic,
  options: Omit<BootstrapOptions, "method">,
): BootstrapInterval {
  checkOptions("bootstrap", options, ["level", "resamples", "seed"]);
  const level = levelOf(options);
  const { resamples, seed } = resamplingOf(options);
  const read = statisticOf(statistic);
  const sorted = inOrder(rows);
  const replicates = Float64Array.from({ length: resamples }, (_, replicate) => {
    const times = resampleRanks(sorted.length, seed, replicate);
    const drawn = sorted.flatMap((row, rank) => new Array<typeof row>(times[rank]!).fill(row));
    return read(curveOf(rowsFrom(drawn)));
  });
  return summary(read(curveOf(rows)), replicates, level);
}

function statisticOf(statistic: CurveStatistic): (curve: BinaryCurve) => number {
  if (typeof statistic === "function") return returningNumber("statistic", statistic);
  const words = ["rocAuc", "averagePrecision", "prAuc", "logAuc"] as const;
  const name = oneOf("statistic", statistic ?? null, words, "rocAuc");
  return (curve) => curve[name]();
}
