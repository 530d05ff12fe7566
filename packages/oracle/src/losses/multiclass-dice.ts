import { defaults, type MulticlassDiceLossOptions, type SetLoss } from "@assay/contract";
import type { Rows } from "../accumulator.js";
import { oneOf } from "../input.js";
import { compensatedSum } from "../sum.js";
import { times } from "./loss.js";
import {
  checkedPredictions,
  type Evaluated,
  fromOf,
  type OfCounts,
  overlapLoss,
  type Soft,
  type SoftCounts,
  setLoss,
  slopeOf,
  softCounts,
} from "./set-loss.js";
import { aboveZero, atLeastZero, labelled } from "./shapes.js";
import { softmax } from "./softmax.js";

/** 1 − (2TP + smooth) / max(2TP + FP + FN + smooth, eps). */
function diceOf(counts: SoftCounts, smooth: number, eps: number): OfCounts {
  const { tp, fp, fn } = counts;
  if (2 * tp + fp + fn + smooth < eps) return { loss: 1 - (2 * tp + smooth) / eps, tp: -2 / eps, fp: 0, fn: 0 };
  return overlapLoss(counts, {
    tpWeight: 2,
    fnWeight: 1,
    fpWeight: 1,
    smoothNumerator: smooth,
    smoothDenominator: smooth,
  });
}

/**
 * Soft Dice loss of several classes: the mean over classes c of 1 − (2·Σ p_c·[y = c] + smooth) / max(Σ p_c + Σ [y = c] +
 * smooth, eps), with probabilities or the softmax of logits. Classes that are no row's target cost nothing and are left
 * out of the mean; `absentClasses: "count"` keeps them in it (the multiclass DiceLoss of segmentation_models_pytorch).
 *
 * Gradient: with g_c that of the quotients by p_c, p_c·Σ_k p_k·(g_c − g_k) for logits.
 */
export const multiclassDiceLoss: SetLoss<MulticlassDiceLossOptions> = setLoss({
  name: "multiclassDiceLoss",
  options: ["numClasses", "from", "smooth", "eps", "absentClasses", "ignoreIndex"],
  settle: (options) => {
    const { numClasses, ...shape } = labelled(options);
    const from = fromOf(options.from);
    const smooth = atLeastZero("smooth", options.smooth, defaults.smooth);
    const eps = aboveZero("eps", options.eps, defaults.eps.multiclassDiceLoss);
    const absentClasses = oneOf("absentClasses", options.absentClasses, ["skip", "count"], defaults.absentClasses);

    function evaluate({ predictions, targets, weights }: Rows): Evaluated {
      const rows = Array.from(weights, (weight, i): Soft[] => {
        const x = predictions.subarray(i * numClasses, (i + 1) * numClasses);
        const { p, notP } = from === "logits" ? softmax(x) : { p: x, notP: x.map((value) => 1 - value) };
        return Array.from(p, (value, c) => ({
          p: value,
          notP: notP[c]!,
          target: Number(targets[i] === c),
          weight,
        }));
      });
      const classes = Array.from({ length: numClasses }, (_, c) => {
        const column = rows.map((row) => row[c]!);
        const present = column.some(({ target, weight }) => target * weight > 0);
        return present ? diceOf(softCounts(column), smooth, eps) : { loss: 0, tp: 0, fp: 0, fn: 0 };
      });
      const present = new Set(targets.filter((_, i) => weights[i]! > 0)).size;
      const divisor = absentClasses === "count" ? numClasses : present;
      const gradient = rows.flatMap((row) => {
        const slopes = row.map((soft, c) => slopeOf(classes[c]!, soft) / divisor);
        if (from === "probabilities") return slopes;
        return row.map(
          ({ p }, c) => p * compensatedSum(slopes.map((slope, k) => times(row[k]!.p, slopes[c]! - slope))),
        );
      });
      return { loss: compensatedSum(classes.map(({ loss }) => loss)) / divisor, gradient: Float64Array.from(gradient) };
    }

    return {
      ...shape,
      config: { numClasses, from, smooth, eps, absentClasses, ignoreIndex: shape.ignoreIndex },
      predictions: (given) => checkedPredictions(from, given),
      evaluate,
    };
  },
});
