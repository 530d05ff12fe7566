/**
 * How the metrics of the golden tables are computed with a backend: one row a metric. Every count, quotient, loss and
 * area comes from the backend; names and shapes are translated here. Where the tables ask for something that the
 * library has no single call for, the row says how it is put together.
 *
 * A metric that is not in this table is "not yet".
 *
 * @module
 */
import type { Metric } from "./arguments.js";
import { calibration } from "./calibration.js";
import { calibrators } from "./calibrators.js";
import { classThresholds } from "./class-thresholds.js";
import { counts } from "./counts.js";
import { curves } from "./curves.js";
import { labelRanking } from "./label-ranking.js";
import { losses } from "./losses.js";
import { regression } from "./regression.js";
import { skill } from "./skill.js";

/** The metrics that are built. */
export const metrics: ReadonlyMap<string, Metric> = new Map<string, Metric>([
  ...losses,
  ...counts,
  ...curves,
  ...classThresholds,
  ...labelRanking,
  ...skill,
  ...regression,
  ...calibration,
  ...calibrators,
]);
