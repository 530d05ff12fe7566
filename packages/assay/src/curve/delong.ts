/**
 * How sure an area under the ROC curve is, and whether two differ.
 *
 * @module
 */
import type {
  IntervalWithError,
  Labels,
  LevelOptions,
  Reals,
  RocAucComparison,
  RocAucIntervalOptions,
} from "@assay/contract";
import { type Column, column, expectLength, expectRows, reals } from "../arguments.js";
import { core } from "../core.js";
import { check } from "../faults.js";
import { optionsOf } from "../options.js";
import { withRooms } from "../rooms.js";
import { criticalValue, levelOf } from "../statistics/level.js";
import { stream } from "../stream.js";
import { plain } from "./columns.js";
import { KernelCurve } from "./curve.js";
import { type Areas, areasFrom } from "./placements.js";
import { takeRows } from "./sorted-scores.js";

/**
 * The area under the ROC curve with a confidence interval, after DeLong: the variance is that of the placements of
 * positive rows (the share of negative rows that each beats) over their number, and the same of negative rows. Exact in
 * its sums, ties counting half, in O(n log n). NaN without two rows of each class.
 *
 * The interval is area ± z·error, cut off at 0 and 1; it has no width where the area is 0 or 1. With `scale: "logit"` it
 * is symmetric for ln(area / (1 − area)), which keeps its level better near the ends.
 *
 * @param scores N scores, logits or probabilities: only their order matters
 * @param labels N labels, 0 or 1
 * @throws AssayRangeError for a NaN, a label that is not 0 or 1, lengths that do not fit, no rows. There are no weights:
 *   see {@link BinaryCurve.bootstrap} for weighted rows
 * @example
 * rocAucInterval(scores, labels); // { estimate, standardError, lower, upper, level: 0.95 }
 * @see E. DeLong, D. DeLong and D. Clarke-Pearson (1988); X. Sun and W. Xu (2014)
 */
export function rocAucInterval(scores: Reals, labels: Labels, options?: RocAucIntervalOptions): IntervalWithError {
  const curve = KernelCurve.of(takeRows(scores, labels, undefined, 1, 1), [plain]);
  try {
    return curve.rocAucInterval(options);
  } finally {
    curve.free();
  }
}

/**
 * DeLong's test of whether two scores of the same rows have the same area under the ROC curve: the areas, their
 * difference with its standard error and interval, and the p-value of difference / error, which is normal for many rows.
 * What both scores get right or wrong on the same rows is taken into account. Where the error is 0, the statistic is ±∞,
 * or 0 if the difference is 0 too. NaN without two rows of each class.
 *
 * @param scoresA N scores of the first model
 * @param scoresB N scores of the second
 * @param labels N labels, 0 or 1
 * @throws AssayRangeError for a NaN, a label that is not 0 or 1, lengths that do not fit, no rows
 * @example
 * const { difference, pValue } = compareRocAuc(scoresA, scoresB, labels);
 * @see E. DeLong, D. DeLong and D. Clarke-Pearson (1988); X. Sun and W. Xu (2014)
 */
export function compareRocAuc(
  scoresA: Reals,
  scoresB: Reals,
  labels: Labels,
  options?: LevelOptions,
): RocAucComparison {
  const level = levelOf(optionsOf(options, ["level"], "compareRocAuc"));
  const y = column(labels, "labels");
  const scores = [reals(scoresA, "scoresA"), reals(scoresB, "scoresB")] as const;
  for (const taken of scores) expectLength(taken, y.length, "labels has");
  expectRows(y);
  const {
    areas: [a, b],
    difference: estimate,
    variance,
  } = jointAreas(scores, y);
  const standardError = Math.sqrt(variance);
  const reach = criticalValue(level) * standardError;
  const statistic = estimate === 0 && standardError === 0 ? 0 : estimate / standardError;
  return {
    a,
    b,
    difference: {
      estimate,
      standardError,
      lower: Math.max(-1, estimate - reach),
      upper: Math.min(1, estimate + reach),
      level,
    },
    statistic,
    pValue: 2 * core().normal_upper_tail(Math.abs(statistic)),
  };
}

/** Both areas with the variance of their difference, from the placements of each row by each of the scores. */
function jointAreas(scores: readonly [Column, Column], labels: Column): Areas {
  const count = labels.length;
  const bytes = count * core().delong_placement_bytes();
  return withRooms("placements of rows", (rooms) => {
    const [first, second] = [rooms.of(bytes), rooms.of(bytes)];
    place(scores[0], labels, first);
    place(scores[1], labels, second);
    return areasFrom((to) => core().delong_moments(first, second, count, to));
  });
}

/** Writes the placements of rows by one of the scores. */
function place(scores: Column, labels: Column, to: number): void {
  const count = labels.length;
  const bytes = count * core().delong_row_bytes();
  withRooms("sorting", (rooms) => {
    const [address, spare] = [rooms.of(bytes), rooms.of(bytes)];
    const names = { predictions: scores.name, targets: "labels", numClasses: 2, widths: [1, 1] };
    const inputs = [scores, labels].map((taken) => ({ column: taken, width: 1 }));
    stream(count, inputs, [], ([s = 0, l = 0], some, first) => {
      check(core().delong_append(address, count, first, some, s, scores.type, l, labels.type), first, names);
    });
    core().delong_place(address, spare, count, to);
  });
}
