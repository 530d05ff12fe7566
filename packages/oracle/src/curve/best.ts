/**
 * The best threshold: all that are allowed are tried.
 *
 * @module
 */
import type { BestOptions, BestThreshold, BinaryCounts, Objective, ThresholdConstraints } from "@assay/contract";
import { checkOptions, number, oneOf, typeError } from "../input.js";
import { GRID_OPTIONS, pointsOfGrid } from "./grid.js";
import { isBetter, type Merit, meritOf } from "./objective.js";
import { countsOf, nothing, type Point, type SortedScores } from "./sorted-scores.js";

/** A rate that a constraint is about: NaN, which keeps to nothing, where it is undefined. */
interface Constraint {
  keeps(counts: BinaryCounts): boolean;
  /** More is better. */
  rate(counts: BinaryCounts): number;
}

const recall = ({ tp, fn }: BinaryCounts): number => tp / (tp + fn);
const precision = ({ tp, fp }: BinaryCounts): number => tp / (tp + fp);
const specificity = ({ tn, fp }: BinaryCounts): number => tn / (tn + fp);
const fpr = ({ tn, fp }: BinaryCounts): number => fp / (tn + fp);

/** Those that are given, in the order in which they tell equal values apart. */
function constraintsOf(given: ThresholdConstraints): readonly Constraint[] {
  const bound = (name: keyof ThresholdConstraints): number =>
    number(name, given[name], (value) => value >= 0 && value <= 1, "in 0..1");
  const atLeast = (name: keyof ThresholdConstraints, rate: (counts: BinaryCounts) => number): readonly Constraint[] => {
    if (given[name] === undefined) return [];
    const least = bound(name);
    return [{ keeps: (counts) => rate(counts) >= least, rate }];
  };
  const atMost = (): readonly Constraint[] => {
    if (given.fprAtMost === undefined) return [];
    const most = bound("fprAtMost");
    return [{ keeps: (counts) => fpr(counts) <= most, rate: (counts) => -fpr(counts) }];
  };
  return [
    ...atLeast("recallAtLeast", recall),
    ...atLeast("precisionAtLeast", precision),
    ...atLeast("specificityAtLeast", specificity),
    ...atMost(),
  ];
}

/** Points in the order in which the first of equally good ones is best. */
function candidates(scores: SortedScores, options: BestOptions): readonly Point[] {
  const { ties, thresholds, linspace } = options;
  const order = oneOf("ties", ties, ["largest", "first"], "largest");
  const points = pointsOfGrid(scores, options, (list) => (order === "first" ? list : list.sort().reverse()));
  if (ties !== undefined && thresholds === undefined && linspace === undefined) {
    throw typeError(
      "option",
      "ties",
      "ties is for thresholds or linspace: every distinct score is tried otherwise",
      ties,
    );
  }
  return points;
}

export function bestThreshold(scores: SortedScores, objective: Objective, options: BestOptions = {}): BestThreshold {
  const names = ["recallAtLeast", "precisionAtLeast", "specificityAtLeast", "fprAtMost"];
  checkOptions("best", options, [...names, ...GRID_OPTIONS, "ties"]);
  const constraints = constraintsOf(options);
  const points = candidates(scores, options);
  const merit = meritOf(objective);
  let best: { threshold: number; merit: Merit; counts: BinaryCounts } | undefined;
  for (const point of points) {
    const counts = countsOf(point);
    if (!constraints.every((constraint) => constraint.keeps(counts))) continue;
    const own = merit(counts);
    if (Number.isNaN(own.value)) continue;
    const isFirst = best === undefined;
    const isEqual = best !== undefined && !isBetter(own, best.merit) && !isBetter(best.merit, own);
    if (isFirst || isBetter(own, best!.merit) || (isEqual && hasMore(constraints, counts, best!.counts))) {
      best = { threshold: point.threshold, merit: own, counts };
    }
  }
  if (best !== undefined) return { threshold: best.threshold, value: best.merit.value, counts: best.counts };
  return { threshold: NaN, value: NaN, counts: nothing(scores) };
}

/** Whether the first constrained rate that differs is larger. */
function hasMore(constraints: readonly Constraint[], a: BinaryCounts, b: BinaryCounts): boolean {
  const differing = constraints.find(({ rate }) => rate(a) !== rate(b));
  return differing !== undefined && differing.rate(a) > differing.rate(b);
}
