/**
 * Bootstrap of whatever follows from a confusion matrix.
 *
 * @module
 */
import type { BootstrapInterval, BootstrapOptions, ConfusionMatrix, MatrixStatistic } from "@assay/contract";
import { returningNumber } from "../callbacks.js";
import { optionsOf } from "../options.js";
import { isClassMeasure, isMatrixMeasure, noMeasure } from "./measures.js";
import { bootstrapOf, bootstrapOptions, planOf } from "./replicates.js";
import { matrixOf, tableOf } from "./tables.js";

/** A statistic as a function. */
export function statisticOf(statistic: MatrixStatistic): (matrix: ConfusionMatrix) => number {
  if (typeof statistic === "function") return returningNumber(statistic, "statistic");
  if (isClassMeasure(statistic) || isMatrixMeasure(statistic)) return (matrix) => matrix[statistic]();
  throw noMeasure(statistic, "statistic");
}

/**
 * Bootstrap of a statistic of a confusion matrix: its standard error and an interval, from what it would have been for
 * as many rows drawn from these with replacement.
 *
 * Rows that are drawn so leave multinomial counts. These are drawn at once, cell by cell, so that a replicate takes as
 * long for a billion rows as for a thousand. Each cell of each replicate has its own random numbers, a function of
 * `seed`, replicate and cell (Philox4x32-10): the result is the same on every machine, whatever order rows had.
 *
 * The interval is NaN where the statistic is; replicates in which it is NaN are left out. `"bca"` asks the statistic
 * once more for each cell.
 *
 * @param matrix counts of rows; whole weights count as repeated rows
 * @param statistic a measure by name, as it is without options, or a function of a matrix
 * @throws AssayRangeError for cells that are not whole, an unknown measure, an option out of range
 * @example
 * bootstrap(matrix, (m) => m.f1({ average: "macro" }), { seed: 7 }).lower;
 * @see B. Efron, "Bootstrap methods: another look at the jackknife" (1979); "Better bootstrap confidence intervals"
 *   (1987) for `"bca"`
 */
export function bootstrap(
  matrix: ConfusionMatrix,
  statistic: MatrixStatistic,
  options?: BootstrapOptions,
): BootstrapInterval {
  const plan = planOf(optionsOf(options, bootstrapOptions, "bootstrap"));
  const read = statisticOf(statistic);
  const table = tableOf(matrix);
  return bootstrapOf(table, (counts) => read(matrixOf(table.keys, counts, matrix)), plan);
}
