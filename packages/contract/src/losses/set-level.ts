import type { SetLossOptions } from "./loss.js";
import type { ClassWeights } from "./multiclass.js";

/**
 * Options of losses of soft counts, TP = Σ p·t, FP = Σ p·(1 − t), FN = Σ (1 − p)·t, with targets in [0, 1].
 */
export interface SoftCountOptions extends SetLossOptions {
  /** What the predictions are; logits go through the sigmoid. Default `"probabilities"`. */
  from?: "probabilities" | "logits";
  /** Columns of the row-major matrix; 1 for plain binary. `sampleWeight` has one weight per row of it. */
  numLabels?: number;
  /** `"macro"` (default): the mean of the losses of the columns. `"micro"`: the loss of the counts of all elements. */
  average?: "macro" | "micro";
}

export interface SmoothOptions extends SoftCountOptions {
  /** Added to the numerator, ≥ 0. Default 1. */
  smoothNumerator?: number;
  /** Added to the denominator, ≥ 0. Default 1. */
  smoothDenominator?: number;
}

/** 1 − (2TP + smoothNumerator) / (2TP + FP + FN + smoothDenominator). */
export type DiceLossOptions = SmoothOptions;

/** 1 − (TP + smoothNumerator) / (TP + FP + FN + smoothDenominator). */
export type JaccardLossOptions = SmoothOptions;

/** 1 − (TP + smoothNumerator) / (TP + fnWeight·FN + fpWeight·FP + smoothDenominator). */
export interface TverskyLossOptions extends SmoothOptions {
  /** ≥ 0. Default 0.5. */
  fnWeight?: number;
  /** ≥ 0. Default 0.5. */
  fpWeight?: number;
}

/** The Tversky loss to the power `exponent`. */
export interface FocalTverskyLossOptions extends TverskyLossOptions {
  /** > 0. Some write it 1/γ. */
  exponent: number;
}

/** 1 − 2PR / (P + R + ε) with P = TP / (TP + FP + ε) and R = TP / (TP + FN + ε). */
export interface SoftF1LossOptions extends SoftCountOptions {
  /** ≥ 0. Default 1e-7. */
  epsilon?: number;
  /** Two columns, of which column 1 is positive; logits go through the softmax. Not together with `numLabels`. */
  numClasses?: 2;
}

/** The mean over classes of 1 − (2I + smooth) / max(Σp + Σt + smooth, eps). */
export interface MulticlassDiceLossOptions extends SetLossOptions {
  /** Columns of the row-major predictions. */
  numClasses: number;
  /** What the predictions are; logits go through the softmax. Default `"probabilities"`. */
  from?: "probabilities" | "logits";
  /** ≥ 0. Default 0. */
  smooth?: number;
  /** The least denominator, > 0. Default 1e-7. */
  eps?: number;
  /**
   * A class that is no row's target costs nothing. By default it is left out of the mean; `"count"` keeps it in, as
   * segmentation_models_pytorch does.
   */
  absentClasses?: "skip" | "count";
  /** Rows with this target are left out. It need not be a class. */
  ignoreIndex?: number;
}

/** diceWeight·Dice + bceWeight·mean binary cross-entropy, in one pass and with one gradient. */
export interface DiceBceLossOptions extends DiceLossOptions {
  /** Default 1. */
  diceWeight?: number;
  /** Default 1. */
  bceWeight?: number;
}

/** ceWeight·mean cross-entropy + softF1Weight·soft F1 loss on N × 2 logits, in one pass and with one gradient. */
export interface CeSoftF1LossOptions extends SetLossOptions {
  /** Default 1. */
  ceWeight?: number;
  /** Default 1. */
  softF1Weight?: number;
  /** One weight for each of the two classes, in the cross-entropy, whose mean divides by those of the targets. */
  weight?: ClassWeights;
  /** That of the soft F1, ≥ 0. Default 1e-7. */
  epsilon?: number;
  /** Rows with this target are left out. */
  ignoreIndex?: number;
}
