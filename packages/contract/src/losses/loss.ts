import type { Accumulator, AccumulatorOptions } from "../accumulator.js";
import type { GradientRoom, Labels, Reals } from "../arrays.js";

/** `"mean"`: Σwℓ/Σw over the rows kept. `"sum"`: Σwℓ. `"none"`: one number per element, `Float64Array`. */
export type Reduction = "mean" | "sum" | "none";

/** The weights that every loss of rows takes. */
export interface WeightOptions {
  /** One weight per row, ≥ 0: whole weights equal repetition, and the mean divides by their sum. */
  sampleWeight?: Reals;
  /** One factor per element, ≥ 0: PyTorch's rescaling `weight`; the mean still divides by the plain count. */
  elementWeight?: Reals;
}

/** What every loss of rows takes. */
export interface LossOptions extends WeightOptions {
  reduction?: Reduction;
}

/** What every loss of a whole set takes. Its value is one number, whatever the rows: it has no reduction. */
export interface SetLossOptions {
  /** One weight per row, ≥ 0: whole weights equal repetition. */
  sampleWeight?: Reals;
}

/** A loss with the place its gradient goes to. */
export type WithGradient<Options> = Options & {
  /** Where to write; by default a new array of the predictions' float type. It may not overlap any argument. */
  gradient?: GradientRoom;
};

/** A loss and its gradient for the predictions: of the mean, of the sum, or (reduction `"none"`) of each element. */
export interface LossAndGradient<Value, Gradient = Float32Array | Float64Array> {
  loss: Value;
  gradient: Gradient;
}

/**
 * A loss function, callable, with its gradient and its accumulator. `Scalar` are the reductions to one number, `Stream`
 * the options of the accumulator.
 */
export interface Loss<
  Options extends WeightOptions,
  Scalar extends string = "mean" | "sum",
  Stream = Omit<Options, "sampleWeight" | "elementWeight">,
> {
  (predictions: Reals, targets: Labels, options: Options & { reduction: "none" }): Float64Array<ArrayBuffer>;
  (predictions: Reals, targets: Labels, ...options: Rest<Options & { reduction?: Scalar }>): number;
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
    ...options: Rest<WithGradient<Options> & { reduction?: Scalar }>
  ): LossAndGradient<number>;
  /** The loss over a stream (a reduction to one number). */
  accumulator(...options: Rest<Stream & AccumulatorOptions>): Accumulator<number>;
}

/** A loss that is one number for whole arrays, with its gradient. */
export interface WholeLoss<Options extends SetLossOptions> {
  (predictions: Reals, targets: Labels, ...options: Rest<Options>): number;
  /** The loss with its gradient for the predictions, written into the caller's room or a new array. */
  withGradient(predictions: Reals, targets: Labels, ...options: Rest<WithGradient<Options>>): LossAndGradient<number>;
}

/**
 * A loss of the soft counts of a whole set: totals are taken first, the gradient in a second pass. Weights, merges and
 * streams act on the counts.
 */
export interface SetLoss<Options extends SetLossOptions> extends WholeLoss<Options> {
  /** The loss over a stream. */
  accumulator(...options: Rest<Omit<Options, "sampleWeight"> & AccumulatorOptions>): Accumulator<number>;
}

/** The last argument: required exactly where the options have a required member. */
export type Rest<Options> = Record<never, never> extends Options ? [options?: Options] : [options: Options];
