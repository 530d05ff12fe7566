/**
 * A threshold for each label of rows that have several.
 *
 * @module
 */
import {
  type BinaryCounts,
  type BinaryCurve,
  defaults,
  type LabelObjective,
  type LabelThresholding,
  type LabelThresholdsOptions,
} from "@assay/contract";
import { nothingLeft } from "./arguments.js";
import { classCurves } from "./curve/index.js";
import { oneOf, optionsOf, whole, within } from "./options.js";

const objectives = ["macroF1", "weightedF1", "microF1", "accuracy"] as const;

/** A threshold of one label, and what it makes of the rows. */
interface Cut {
  readonly threshold: number;
  readonly counts: BinaryCounts;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Twice the right positives, and what they are divided by. */
function f1Terms({ tp, fp, fn }: BinaryCounts): readonly [numerator: number, denominator: number] {
  return [2 * tp, 2 * tp + fp + fn];
}

function f1(counts: BinaryCounts): number {
  const [numerator, denominator] = f1Terms(counts);
  return denominator === 0 ? 0 : numerator / denominator;
}

/** What each label adds to an objective's numerator, and to its denominator. */
const termsOf: Record<LabelObjective, (counts: BinaryCounts) => readonly [number, number]> = {
  macroF1: (counts) => [f1(counts), Number(f1Terms(counts)[1] > 0)],
  weightedF1: (counts) => [f1(counts) * (counts.tp + counts.fn), counts.tp + counts.fn],
  microF1: f1Terms,
  accuracy: ({ tp, fp, fn, tn }) => [tp + tn, tp + fp + fn + tn],
};

/** The sums whose quotient the objective is; 0 of nothing. */
function sumsOf(objective: LabelObjective, cuts: readonly Cut[]): readonly [number, number] {
  const terms = cuts.map(({ counts }) => termsOf[objective](counts));
  return [total(terms.map(([numerator]) => numerator)), total(terms.map(([, denominator]) => denominator))];
}

function objectiveOf(objective: LabelObjective, cuts: readonly Cut[]): number {
  const [numerator, denominator] = sumsOf(objective, cuts);
  return denominator === 0 ? 0 : numerator / denominator;
}

/** The best cut of a label by itself, where it is better than the one there is. */
function ofItself(curve: BinaryCurve, cut: Cut, objective: "f1" | "accuracy"): Cut {
  const merit = ({ counts }: Cut): number => (objective === "f1" ? f1(counts) : counts.tp + counts.tn);
  const best = curve.best(objective);
  return merit(best) > merit(cut) ? best : cut;
}

/** A label that is never true is in no mean if it is never predicted either. */
function unlessAbsent(curve: BinaryCurve, cut: Cut): Cut {
  if (curve.positives > 0 || cut.counts.fp === 0) return ofItself(curve, cut, "f1");
  const never = { threshold: Number.POSITIVE_INFINITY, counts: curve.at(Number.POSITIVE_INFINITY) };
  return never.counts.fp === 0 ? never : cut;
}

/**
 * The largest quotient n/d of sums over labels: at a quotient q, each label has the cut with the largest n − qd, until
 * the quotient of these does not grow any more (Dinkelbach 1967). In units of 1/d these are whole numbers, so that the
 * choice is exact.
 */
function bestTogether(curves: readonly BinaryCurve[], start: readonly Cut[]): readonly Cut[] {
  let cuts = start;
  for (let value = objectiveOf("microF1", cuts), grows = true; grows; ) {
    const [n, d] = sumsOf("microF1", cuts);
    const merit = ({ tp, fp }: BinaryCounts): number => (2 * d - n) * tp - n * fp;
    const moved = curves.map((curve, k) => {
      const cut = cuts[k] as Cut;
      const best = curve.best({ cost: { tp: n - 2 * d, fp: n } });
      return merit(best.counts) > merit(cut.counts) ? best : cut;
    });
    const reached = objectiveOf("microF1", moved);
    grows = reached > value;
    if (grows) [cuts, value] = [moved, reached];
  }
  return cuts;
}

/**
 * Chooses a threshold for each label: a label is predicted where its score is at or above its threshold. No thresholds
 * at all are better on these rows: labels of macro-averaged F1, weighted F1 and accuracy are chosen each by itself, over
 * every distinct score; those of micro-averaged F1 all together, by Dinkelbach's method. A label stays at the common
 * `threshold` unless another one is better. Scores may be logits: then `threshold: 0` is a probability of one half. The
 * value is optimistic: judge thresholds on other rows.
 *
 * @param scores N × numLabels scores, logits or probabilities, row-major
 * @param labels N × numLabels zeros and ones
 * @returns numLabels thresholds, with the objective there and at the common threshold, both 0..1
 * @throws AssayRangeError for a NaN, a label other than 0 and 1, a negative weight, lengths that do not fit, no rows
 * @example
 * const { thresholds } = labelThresholds(scores, labels, { numLabels: 6, objective: "microF1" });
 * const options = { numLabels: 6, from: "probabilities", threshold: [...thresholds] } as const;
 * const judged = multilabelConfusionMatrix(newScores, newLabels, options);
 * @see W. Dinkelbach, "On nonlinear fractional programming" (1967)
 */
export const labelThresholds: LabelThresholding["labelThresholds"] = (scores, labels, options) => {
  const known = ["numLabels", "objective", "threshold", "sampleWeight"] as const;
  const given: LabelThresholdsOptions = optionsOf(options, known, "labelThresholds");
  const { objective = defaults.labelObjective, threshold = defaults.threshold, sampleWeight } = given;
  const numLabels = whole(given.numLabels, 1, "numLabels");
  oneOf(objective, objectives, "objective");
  within(threshold, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, "threshold");
  const curves = classCurves(scores, labels, { numLabels, ...(sampleWeight && { sampleWeight }) });
  try {
    if (curves[0]?.length === 0) throw nothingLeft("labels");
    const common = curves.map((curve): Cut => ({ threshold, counts: curve.at(threshold) }));
    const chosen = {
      macroF1: () => curves.map((curve, k) => unlessAbsent(curve, common[k] as Cut)),
      weightedF1: () => curves.map((curve, k) => ofItself(curve, common[k] as Cut, "f1")),
      microF1: () => bestTogether(curves, common),
      accuracy: () => curves.map((curve, k) => ofItself(curve, common[k] as Cut, "accuracy")),
    }[objective]();
    const thresholds = Float64Array.from(chosen, (cut) => cut.threshold);
    return { thresholds, value: objectiveOf(objective, chosen), commonValue: objectiveOf(objective, common) };
  } finally {
    for (const curve of curves) curve.free();
  }
};
