import type { Accumulator, Streamed } from "../accumulator.js";
import type { Labels, Reals } from "../arrays.js";
import type {
  BinaryCrossEntropyWithLogitsOptions,
  BinaryLossOptions,
  HingeLossOptions,
  MultilabelSoftMarginLossOptions,
  SigmoidFocalLossOptions,
} from "./binary.js";
import type { Loss, LossOptions, SetLoss } from "./loss.js";
import type {
  BalancedClassWeights,
  CrossEntropyOptions,
  FocalLossOptions,
  KlDivLossOptions,
  LogLossOptions,
  MulticlassLossOptions,
  MultiMarginLossOptions,
  NllLossOptions,
} from "./multiclass.js";
import type { LossTools } from "./own.js";
import type {
  GaussianNllLossOptions,
  GaussianNllStreamOptions,
  HuberLossOptions,
  PoissonNllLossOptions,
  QuantileLossOptions,
  SmoothL1LossOptions,
} from "./regression.js";
import type {
  CeSoftF1LossOptions,
  DiceBceLossOptions,
  DiceLossOptions,
  FocalTverskyLossOptions,
  JaccardLossOptions,
  MulticlassDiceLossOptions,
  SoftF1LossOptions,
  TverskyLossOptions,
} from "./set-level.js";

export * from "./binary.js";
export * from "./loss.js";
export * from "./multiclass.js";
export * from "./own.js";
export * from "./regression.js";
export * from "./set-level.js";

/** The losses of this library; assay and the oracle implement them alike. */
export interface Losses {
  /** Binary cross-entropy on probabilities. */
  binaryCrossEntropy: Loss<BinaryLossOptions>;
  /** Binary cross-entropy on logits. */
  binaryCrossEntropyWithLogits: Loss<BinaryCrossEntropyWithLogitsOptions>;
  /** Softmax cross-entropy on logits. */
  crossEntropy: Loss<CrossEntropyOptions>;
  /** Squared error. */
  mseLoss: Loss<LossOptions>;
  /** scikit-learn's log loss: probabilities clipped to [2⁻⁵², 1−2⁻⁵²]. */
  logLoss: {
    (probabilities: Reals, labels: Labels, options?: LogLossOptions): number;
    accumulator(options?: Streamed<LogLossOptions>): Accumulator<number>;
  };
}

/** The rest of the family. */
export interface LossFamily extends LossTools {
  /** Binary focal loss on logits, α_t·(1 − p_t)^γ·BCE. */
  sigmoidFocalLoss: Loss<SigmoidFocalLossOptions>;
  /** max(0, 1 − s·x) or its square, with s = ±1 for the labels 1 and 0. */
  hingeLoss: Loss<HingeLossOptions>;
  /** ln(1 + exp(−s·x)), with s = ±1 for the labels 1 and 0. */
  softMarginLoss: Loss<BinaryLossOptions>;
  /** The mean over labels of binary cross-entropy on logits: one value per row. */
  multilabelSoftMarginLoss: Loss<MultilabelSoftMarginLossOptions>;

  /** −x of the target class, of log-probabilities or any numbers below +∞. */
  nllLoss: Loss<NllLossOptions>;
  /** Focal loss of several classes on logits. */
  focalLoss: Loss<FocalLossOptions>;
  /** Σ over the other classes of max(0, margin − x_y + x_c)^p / C. */
  multiMarginLoss: Loss<MultiMarginLossOptions>;
  /** max(0, 1 + the largest other logit − that of the target): Crammer and Singer's. */
  multiclassHingeLoss: Loss<MulticlassLossOptions>;
  /** t·(ln t − ln p), element by element. */
  klDivLoss: Loss<KlDivLossOptions, "mean" | "sum" | "batchmean">;

  /** Soft Dice. */
  diceLoss: SetLoss<DiceLossOptions>;
  /** Soft Jaccard (IoU). */
  jaccardLoss: SetLoss<JaccardLossOptions>;
  /** Soft Tversky, with the weights of false negatives and false positives by name. */
  tverskyLoss: SetLoss<TverskyLossOptions>;
  /** A power of the Tversky loss. */
  focalTverskyLoss: SetLoss<FocalTverskyLossOptions>;
  /** 1 − F1 of soft counts. */
  softF1Loss: SetLoss<SoftF1LossOptions>;
  /** Soft Dice of each class, averaged. */
  multiclassDiceLoss: SetLoss<MulticlassDiceLossOptions>;
  /** Dice and binary cross-entropy together. */
  diceBceLoss: SetLoss<DiceBceLossOptions>;
  /** Cross-entropy and soft F1 together. */
  ceSoftF1Loss: SetLoss<CeSoftF1LossOptions>;

  /** Absolute error. */
  l1Loss: Loss<LossOptions>;
  /** ½d² up to δ, then δ(|d| − ½δ). */
  huberLoss: Loss<HuberLossOptions>;
  /** ½d²/β up to β, then |d| − ½β: the Huber loss over β. */
  smoothL1Loss: Loss<SmoothL1LossOptions>;
  /** ln cosh d. */
  logCoshLoss: Loss<LossOptions>;
  /** The pinball loss max(q·(t − x), (q − 1)·(t − x)). */
  quantileLoss: Loss<QuantileLossOptions>;
  /** Poisson negative log-likelihood. */
  poissonNllLoss: Loss<PoissonNllLossOptions>;
  /** Gaussian negative log-likelihood. */
  gaussianNllLoss: Loss<GaussianNllLossOptions, "mean" | "sum", GaussianNllStreamOptions>;

  balancedClassWeights: BalancedClassWeights;
}
