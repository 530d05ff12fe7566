/**
 * A threshold for each label, by trying all of them.
 *
 * @module
 */
import {
  type BinaryCounts,
  defaults,
  type LabelObjective,
  type LabelThresholding,
  type LabelThresholds,
} from "@assay/contract";
import { classCurves } from "./curve/class-curves.js";
import { checkOptions, count, nothingLeft, number, oneOf } from "./input.js";

const OBJECTIVES: readonly LabelObjective[] = ["macroF1", "weightedF1", "microF1", "accuracy"];

/** A threshold of one label with what it makes of the rows. */
interface Cut {
  readonly threshold: number;
  readonly counts: BinaryCounts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function f1({ tp, fp, fn }: BinaryCounts): number {
  return tp + fp + fn === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn);
}

function quotient(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator;
}

/** An objective of the counts of all labels. */
const VALUES: Record<LabelObjective, (labels: readonly BinaryCounts[]) => number> = {
  macroF1(labels) {
    const occurring = labels.filter(({ tp, fp, fn }) => tp + fp + fn > 0);
    return quotient(sum(occurring.map(f1)), occurring.length);
  },
  weightedF1(labels) {
    const support = labels.map(({ tp, fn }) => tp + fn);
    return quotient(sum(labels.map((label, k) => f1(label) * support[k]!)), sum(support));
  },
  microF1: (labels) =>
    quotient(sum(labels.map(({ tp }) => 2 * tp)), sum(labels.map(({ tp, fp, fn }) => 2 * tp + fp + fn))),
  accuracy: (labels) =>
    quotient(sum(labels.map(({ tp, tn }) => tp + tn)), sum(labels.map(({ tp, fp, fn, tn }) => tp + fp + fn + tn))),
};

/** The best of the cuts, of equal ones that with the largest threshold; the one there is, where none is better. */
function better(cuts: readonly Cut[], current: Cut, merit: (counts: BinaryCounts) => number): Cut {
  let best = current;
  for (const cut of cuts) if (merit(cut.counts) > merit(best.counts)) best = cut;
  return best;
}

/**
 * Of micro-averaged F1, n/d, the largest value q is where no label has a larger 2tp − q(2tp + fp + fn) than at its cut
 * (Dinkelbach 1967).
 */
function together(labels: readonly (readonly Cut[])[], start: readonly Cut[]): readonly Cut[] {
  const value = (cuts: readonly Cut[]): number => VALUES.microF1(cuts.map(({ counts }) => counts));
  const n = sum(start.map(({ counts }) => 2 * counts.tp));
  const d = sum(start.map(({ counts: { tp, fp, fn } }) => 2 * tp + fp + fn));
  const gain = ({ tp, fp, fn }: BinaryCounts): number => 2 * tp * d - (2 * tp + fp + fn) * n;
  const moved = labels.map((cuts, k) => better(cuts, start[k]!, gain));
  return value(moved) > value(start) ? together(labels, moved) : start;
}

/** Chooses the best threshold of each label. */
export const labelThresholds: LabelThresholding["labelThresholds"] = (scores, labels, options): LabelThresholds => {
  checkOptions("labelThresholds", options, ["numLabels", "objective", "threshold", "sampleWeight"]);
  const numLabels = count("numLabels", options.numLabels, 1);
  const objective = oneOf("objective", options.objective, OBJECTIVES, defaults.labelObjective);
  const threshold = number("threshold", options.threshold ?? defaults.threshold, () => true, "a number");
  const { sampleWeight } = options;
  const curves = classCurves(scores, labels, { numLabels, ...(sampleWeight && { sampleWeight }) });
  if (curves.every(({ length }) => length === 0)) throw nothingLeft("labels", "sampleWeight is 0 everywhere");
  const common = curves.map((curve) => ({ threshold, counts: curve.at(threshold) }));
  // From the largest threshold down.
  const cuts = curves.map((curve) =>
    [Infinity, ...curve.counts().thresholds].map((each) => ({ threshold: each, counts: curve.at(each) })),
  );
  const ofLabel = (k: number): Cut => {
    const [own, current] = [cuts[k]!, common[k]!];
    if (objective === "accuracy") return better(own, current, ({ tp, tn }) => tp + tn);
    // A label that is never true is in no macro average if it is never predicted either.
    const isAbsent = objective === "macroF1" && curves[k]!.positives === 0;
    return better(own, current, isAbsent ? ({ fp }) => Number(fp === 0) : f1);
  };
  const chosen = objective === "microF1" ? together(cuts, common) : common.map((_, k) => ofLabel(k));
  const valueAt = (chosen: readonly Cut[]): number => VALUES[objective](chosen.map(({ counts }) => counts));
  return {
    thresholds: Float64Array.from(chosen, (cut) => cut.threshold),
    value: valueAt(chosen),
    commonValue: valueAt(common),
  };
};
