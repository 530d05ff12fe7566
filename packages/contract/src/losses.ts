import type { Accumulator, AccumulatorOptions } from "./accumulator.js";
import type { GradientRoom, Labels, Reals } from "./arrays.js";

/** `"mean"`: Σwℓ/Σw over the rows kept. `"sum"`: Σwℓ. `"none"`: one number per element, `Float64Array`. */
export type Reduction = "mean" | "sum" | "none";

/** What every loss takes. */
export interface LossOptions {
  reduction?: Reduction;
  /** One weight per row, ≥ 0: whole weights equal repetition, and the mean divides by their sum. */
  sampleWeight?: Reals;
  /** One factor per element, ≥ 0: PyTorch's rescaling `weight`; the mean still divides by the plain count. */
  elementWeight?: Reals;
}

/** Options of losses on a matrix of binary predictions, one column per label. */
export interface BinaryLossOptions extends LossOptions {
  /** Columns of the row-major matrix; 1 for plain binary. `sampleWeight` has one weight per row of it. */
  numLabels?: number;
}

export interface BinaryCrossEntropyWithLogitsOptions extends BinaryLossOptions {
  /** Factor of the positive term: one number, or one per label. */
  posWeight?: number | readonly number[];
}

export interface CrossEntropyOptions extends LossOptions {
  /** Columns of the row-major logits. */
  numClasses: number;
  /** One weight per class, ≥ 0. The mean divides by the summed weights of the kept targets. */
  weight?: readonly number[] | Float32Array | Float64Array;
  /** In 0..1: the target becomes (1−ε)·target + ε/C. */
  labelSmoothing?: number;
  /** Rows with this target are left out. It need not be a class. */
  ignoreIndex?: number;
  /** Targets are rows of class probabilities, N × C, instead of labels; then the mean divides by N. */
  softTargets?: boolean;
}

export interface LogLossOptions {
  /** Columns of the row-major probabilities; absent for binary (probability of class 1). */
  numClasses?: number;
  reduction?: "mean" | "sum";
  sampleWeight?: Reals;
}

/** A loss with the place its gradient goes to. */
export type WithGradient<Options> = Options & {
  /** Where to write; by default a new array of the predictions' float type. It must not overlap the predictions. */
  gradient?: GradientRoom;
};

/** A loss and its gradient for the predictions: of the mean, of the sum, or (reduction `"none"`) of each element. */
export interface LossAndGradient<Value, Gradient = Float32Array | Float64Array> {
  loss: Value;
  gradient: Gradient;
}

/** A loss function, callable, with its gradient and its accumulator. */
export interface Loss<Options extends LossOptions> {
  (predictions: Reals, targets: Labels, options: Options & { reduction: "none" }): Float64Array<ArrayBuffer>;
  (predictions: Reals, targets: Labels, ...options: Rest<Options & { reduction?: "mean" | "sum" }>): number;
  (predictions: Reals, targets: Labels, ...options: Rest<Options>): number | Float64Array<ArrayBuffer>;
  /** The loss with its gradient for the predictions, written into the caller's room or a new array. */
  withGradient(
    predictions: Reals,
    targets: Labels,
    options: WithGradient<Options> & { reduction: "none" },
  ): LossAndGradient<Float64Array<ArrayBuffer>>;
  withGradient(
    predictions: Reals,
    targets: Labels,
    ...options: Rest<WithGradient<Options> & { reduction?: "mean" | "sum" }>
  ): LossAndGradient<number>;
  /** The loss over a stream (reduction mean or sum). */
  accumulator(
    ...options: Rest<Omit<Options, "sampleWeight" | "elementWeight"> & AccumulatorOptions>
  ): Accumulator<number>;
}

/** The last argument: required exactly where the options have a required member. */
export type Rest<Options> = Record<never, never> extends Options ? [options?: Options] : [options: Options];

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
  logLoss(probabilities: Reals, labels: Labels, options?: LogLossOptions): number;
}
