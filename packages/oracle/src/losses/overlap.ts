import {
  type DiceLossOptions,
  defaults,
  type FocalTverskyLossOptions,
  type JaccardLossOptions,
  type SetLoss,
  type SmoothOptions,
  type TverskyLossOptions,
} from "@assay/contract";
import { rangeError, softTargets } from "../input.js";
import { times } from "./loss.js";
import {
  averageOf,
  checkedPredictions,
  countingOptions,
  evaluateCounts,
  fromOf,
  type OfCounts,
  type Overlap,
  overlapLoss,
  type SetModel,
  type SoftCounts,
  setLoss,
} from "./set-loss.js";
import { aboveZero, atLeastZero, elements } from "./shapes.js";

const smoothOptions = [...countingOptions, "smoothNumerator", "smoothDenominator"] as const;
const tverskyOptions = [...smoothOptions, "fnWeight", "fpWeight"] as const;

/** A loss of the soft counts of a matrix of binary predictions. */
function overlapModel(
  options: SmoothOptions,
  weights: { tpWeight: number; fnWeight: number; fpWeight: number },
  config: object,
  ofCounts: (counts: SoftCounts, overlap: Overlap) => OfCounts = overlapLoss,
): SetModel {
  const from = fromOf(options.from);
  const average = averageOf(options.average);
  const shape = elements(options.numLabels, softTargets);
  const overlap = { ...weights, ...smoothingOf(options) };
  return {
    ...shape,
    config: { from, average, numLabels: shape.columns, ...overlap, ...config },
    predictions: (given) => checkedPredictions(from, given),
    evaluate: (rows) =>
      evaluateCounts({ from, average, columns: shape.columns }, rows, (counts) => ofCounts(counts, overlap)),
  };
}

function smoothingOf(options: SmoothOptions): { smoothNumerator: number; smoothDenominator: number } {
  return {
    smoothNumerator: atLeastZero("smoothNumerator", options.smoothNumerator, defaults.smoothNumerator),
    smoothDenominator: atLeastZero("smoothDenominator", options.smoothDenominator, defaults.smoothDenominator),
  };
}

function tverskyWeights(options: TverskyLossOptions): { tpWeight: number; fnWeight: number; fpWeight: number } {
  return {
    tpWeight: 1,
    fnWeight: atLeastZero("fnWeight", options.fnWeight, defaults.fnWeight),
    fpWeight: atLeastZero("fpWeight", options.fpWeight, defaults.fpWeight),
  };
}

/**
 * Soft Dice loss 1 − (2TP + smoothNumerator) / (2TP + FP + FN + smoothDenominator), with TP = Σ p·t, FP = Σ p·(1 − t)
 * and FN = Σ (1 − p)·t over probabilities, or the sigmoids of logits, and targets in [0, 1]. In 0..1 where the
 * smoothings are equal; NaN where it is 0/0: no smoothing, and nothing positive in targets or predictions. With
 * `numLabels` the mean over the columns, or with `average: "micro"` that of the counts of all elements.
 *
 * Gradient: that of the quotient by p; for logits times σ(x)·σ(−x).
 */
export const diceLoss: SetLoss<DiceLossOptions> = setLoss({
  name: "diceLoss",
  options: smoothOptions,
  settle: (options) => overlapModel(options, { tpWeight: 2, fnWeight: 1, fpWeight: 1 }, {}),
});

/**
 * Soft Jaccard loss 1 − (TP + smoothNumerator) / (TP + FP + FN + smoothDenominator): intersection over union. Counts,
 * range, undefined case and gradient as of `diceLoss`.
 */
export const jaccardLoss: SetLoss<JaccardLossOptions> = setLoss({
  name: "jaccardLoss",
  options: smoothOptions,
  settle: (options) => overlapModel(options, { tpWeight: 1, fnWeight: 1, fpWeight: 1 }, {}),
});

/**
 * Soft Tversky loss 1 − (TP + smoothNumerator) / (TP + fnWeight·FN + fpWeight·FP + smoothDenominator); of the weights
 * some libraries call the first α and others the second (Salehi et al., "Tversky loss function for image segmentation",
 * 2017). Counts, range, undefined case and gradient as of `diceLoss`.
 */
export const tverskyLoss: SetLoss<TverskyLossOptions> = setLoss({
  name: "tverskyLoss",
  options: tverskyOptions,
  settle: (options) => overlapModel(options, tverskyWeights(options), {}),
});

/**
 * Focal Tversky loss: the Tversky loss to the power `exponent`, which Abraham and Khan (2018) write 1/γ. With several
 * columns each loss is taken to the power before the mean. A loss below 0 has no power: `smoothNumerator` may not exceed
 * `smoothDenominator`.
 *
 * Gradient: exponent·T^(exponent−1) times that of T, the Tversky loss; where T is 0 and the exponent below 1 it is the
 * limit, infinite.
 */
export const focalTverskyLoss: SetLoss<FocalTverskyLossOptions> = setLoss({
  name: "focalTverskyLoss",
  options: [...tverskyOptions, "exponent"],
  settle: (options) => {
    const exponent = aboveZero("exponent", options.exponent);
    const { smoothNumerator, smoothDenominator } = smoothingOf(options);
    if (smoothNumerator > smoothDenominator) {
      const message = `smoothNumerator is ${smoothNumerator}, but should be at most smoothDenominator, ${smoothDenominator}`;
      throw rangeError("option", "smoothNumerator", message, { value: smoothNumerator });
    }
    return overlapModel(options, tverskyWeights(options), { exponent }, (counts, overlap) => {
      const tversky = overlapLoss(counts, overlap);
      const slope = exponent * tversky.loss ** (exponent - 1);
      return {
        loss: tversky.loss ** exponent,
        tp: times(slope, tversky.tp),
        fp: times(slope, tversky.fp),
        fn: times(slope, tversky.fn),
      };
    });
  },
});
