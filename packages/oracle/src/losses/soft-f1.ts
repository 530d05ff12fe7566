import { defaults, type SetLoss, type SoftF1LossOptions } from "@assay/contract";
import type { Rows } from "../accumulator.js";
import { number, softTargets, typeError } from "../input.js";
import { type Arrays, times } from "./loss.js";
import {
  averageOf,
  type Counting,
  checkedPredictions,
  countingOptions,
  type Evaluated,
  evaluateCounts,
  fromOf,
  type OfCounts,
  overlapLoss,
  type Soft,
  type SoftCounts,
  setLoss,
  slopeOf,
  softCounts,
} from "./set-loss.js";
import { atLeastZero, elements, vector } from "./shapes.js";
import { softmax } from "./softmax.js";

/**
 * 1 − F with F = 2PR/(P + R + ε), P = TP/(TP + FP + ε) and R = TP/(TP + FN + ε). Multiplied out, with a = TP + FP + ε,
 * b = TP + FN + ε and D = TP·(a + b) + ε·a·b, F is 2TP²/D and 1 − F is (TP·(FP + FN + 2ε) + ε·a·b)/D: no digits are
 * lost. Without ε it is the Dice loss, which has a value where P and R are 0.
 */
export function softF1Of(counts: SoftCounts, epsilon: number): OfCounts {
  if (epsilon === 0) {
    return overlapLoss(counts, { tpWeight: 2, fnWeight: 1, fpWeight: 1, smoothNumerator: 0, smoothDenominator: 0 });
  }
  const { tp, fp, fn } = counts;
  const a = tp + fp + epsilon;
  const b = tp + fn + epsilon;
  const denominator = tp * (a + b) + epsilon * a * b;
  const f1 = (2 * tp * tp) / denominator;
  const wrong = tp * (fp + fn + 2 * epsilon);
  return {
    loss: (wrong + epsilon * a * b) / denominator,
    tp: (((-2 * tp) / denominator) * (wrong + epsilon * (a * (fn + epsilon) + b * (fp + epsilon)))) / denominator,
    fp: (f1 * (tp + epsilon * b)) / denominator,
    fn: (f1 * (tp + epsilon * a)) / denominator,
  };
}

/** The loss of rows of two columns, of which column 1 is the positive one. */
export function softF1OfTwoColumns(
  from: "probabilities" | "logits",
  { predictions, targets, weights }: Rows,
  epsilon: number,
): Evaluated {
  const all = Array.from(weights, (weight, i): Soft => {
    const row = predictions.subarray(2 * i, 2 * i + 2);
    const { p, notP } = from === "logits" ? softmax(row) : { p: row, notP: row.map((value) => 1 - value) };
    return { p: p[1]!, notP: notP[1]!, target: targets[i]!, weight };
  });
  const ofCounts = softF1Of(softCounts(all), epsilon);
  const gradient = all.flatMap((soft) => {
    const slope = slopeOf(ofCounts, soft);
    if (from === "probabilities") return [0, slope];
    const both = times(soft.p * soft.notP, slope);
    return [-both, both];
  });
  return { loss: ofCounts.loss, gradient: Float64Array.from(gradient) };
}

/**
 * Soft F1 loss 1 − 2PR/(P + R + ε) with P = TP/(TP + FP + ε) and R = TP/(TP + FN + ε), of the soft counts of `diceLoss`.
 * In 0..1; without ε it is the Dice loss without smoothing, and NaN where nothing is positive in targets or predictions.
 * With `numClasses: 2` predictions have two columns, of which column 1 is the positive one; logits then go through the
 * softmax.
 *
 * Gradient: that of the quotient by p; for logits times p·(1 − p), and with two columns minus that at column 0.
 */
export const softF1Loss: SetLoss<SoftF1LossOptions> = setLoss({
  name: "softF1Loss",
  options: [...countingOptions, "numClasses", "epsilon"],
  settle: (options) => {
    const from = fromOf(options.from);
    const average = averageOf(options.average);
    const epsilon = atLeastZero("epsilon", options.epsilon, defaults.epsilon);
    const twoColumns = hasTwoColumns(options);
    const shape: Omit<Arrays, "config" | "predictions"> = twoColumns
      ? { ...vector(softTargets), columns: 2, columnsOption: "numClasses" }
      : elements(options.numLabels, softTargets);
    const counting: Counting = { from, average, columns: shape.columns };
    return {
      ...shape,
      config: { ...counting, twoColumns, epsilon },
      predictions: (given) => checkedPredictions(from, given),
      evaluate: (rows) =>
        twoColumns
          ? softF1OfTwoColumns(from, rows, epsilon)
          : evaluateCounts(counting, rows, (counts) => softF1Of(counts, epsilon)),
    };
  },
});

function hasTwoColumns({ numClasses, numLabels }: { numClasses?: unknown; numLabels?: unknown }): boolean {
  if (numClasses === undefined) return false;
  number("numClasses", numClasses, (classes) => classes === 2, "2 or absent");
  if (numLabels === undefined) return true;
  throw typeError("option", "numLabels", "numLabels and numClasses cannot both be given", numLabels);
}
