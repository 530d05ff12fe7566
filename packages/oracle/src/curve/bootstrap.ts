/**
 * Bootstrap of curves: B. Efron, "Bootstrap methods: another look at the jackknife" (1979). The acceleration of BCa from
 * parts of the rows: B. Efron and B. Narasimhan, "The automatic construction of bootstrap confidence intervals" (2020).
 *
 * @module
 */
import {
  type BinaryCurve,
  type BootstrapInterval,
  type CurveBootstrapOptions,
  type CurveStatistic,
  defaults,
} from "@assay/contract";
import { boolean, checkOptions, oneOf, returningNumber } from "../input.js";
import { acceleration, BOOTSTRAP_OPTIONS, planOf, summary } from "../statistics/bootstrap.js";
import { inOrder, type Row, rowsFrom } from "./bytes.js";
import { foldsOf, timesDrawn } from "./parts.js";
import type { CurveRows } from "./sorted-scores.js";

/** Parts of the rows that are left out in turn. */
const JACKKNIFE_PARTS = 200;

/** The statistic of rows, and of as many drawn from them with replacement again and again. */
export function bootstrapCurve(
  rows: CurveRows,
  curveOf: (rows: CurveRows) => BinaryCurve,
  statistic: CurveStatistic,
  options: CurveBootstrapOptions,
): BootstrapInterval {
  checkOptions("bootstrap", options, [...BOOTSTRAP_OPTIONS, "stratified"]);
  const { level, resamples, seed, method } = planOf(options);
  const stratified = boolean("stratified", options.stratified, defaults.stratified);
  const read = statisticOf(statistic);
  const sorted = inOrder(rows);
  const of = (some: readonly Row[]): number => read(curveOf(rowsFrom(some)));
  const replicates = Float64Array.from({ length: resamples }, (_, replicate) => {
    const times = timesDrawn(sorted, { seed, replicate, stratified });
    return of(sorted.flatMap((row, rank) => new Array<Row>(times[rank]!).fill(row)));
  });
  const estimate = of(sorted);
  if (method === "percentile") return summary(estimate, replicates, level);
  const parts = Math.min(sorted.length, JACKKNIFE_PARTS);
  const part = foldsOf(sorted, parts, seed);
  const without = Array.from({ length: parts }, (_, k) => of(sorted.filter((_, rank) => part[rank] !== k)));
  return summary(estimate, replicates, level, acceleration(without));
}

function statisticOf(statistic: CurveStatistic): (curve: BinaryCurve) => number {
  if (typeof statistic === "function") return returningNumber("statistic", statistic);
  const words = ["rocAuc", "averagePrecision", "prAuc", "logAuc"] as const;
  const name = oneOf("statistic", statistic ?? null, words, "rocAuc");
  return (curve) => curve[name]();
}
