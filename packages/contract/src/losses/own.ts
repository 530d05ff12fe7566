import type { Labels, Reals, Room } from "../arrays.js";
import type { Loss, Rest, SetLoss, SetLossOptions, WeightOptions, WholeLoss } from "./loss.js";

/**
 * A loss of one's own: whole arrays to one number, and to its gradient. The arrays are to be read, neither kept nor
 * changed; what their elements mean, and whether they are in range, is the loss's own affair.
 */
export interface OwnLoss {
  /** What errors call it. */
  name?: string;
  /** It takes `sampleWeight`; where it does not, giving weights is an error. */
  weighted?: boolean;
  /** The loss. */
  value(
    predictions: Float32Array | Float64Array,
    targets: Room,
    sampleWeight?: Float32Array | Float64Array | undefined,
  ): number;
  /** Writes the derivative of the loss by each prediction into `gradient`, which comes filled with zeros. */
  gradient(
    predictions: Float32Array | Float64Array,
    targets: Room,
    gradient: Float32Array | Float64Array,
    sampleWeight?: Float32Array | Float64Array | undefined,
  ): void;
}

/** What can be a term of a combination: any loss, taken to one number. */
export type TermLoss<Options extends WeightOptions> = Loss<Options> | SetLoss<Options> | WholeLoss<Options>;

/** A factor, a loss, and the loss's own options. */
export type Term<Options extends WeightOptions> = readonly [
  weight: number,
  loss: TermLoss<Options>,
  ...options: Rest<Omit<Options, "sampleWeight">>,
];

export interface GradientCheckOptions {
  /** Each prediction x is moved by step·max(1, |x|) up and down. Default 2⁻¹⁷. */
  step?: number;
  /** The relative difference that passes, beyond the rounding of the loss itself. Default 1e-5. */
  tolerance?: number;
}

/** How a gradient compares with central differences of its loss. */
export interface GradientCheck {
  /** Every element agrees. */
  readonly ok: boolean;
  /** The element that agrees least, and what it has. */
  readonly index: number;
  readonly analytic: number;
  readonly numeric: number;
  /** |analytic − numeric| as a multiple of what passes there: at most 1 where ok. */
  readonly excess: number;
  /** What was found, in a sentence. */
  toString(): string;
}

/** What is built from losses. */
export interface LossTools {
  /** A loss of one's own, to be called and combined like any other. */
  defineLoss(own: OwnLoss): WholeLoss<SetLossOptions>;
  /** Σ weight·loss on the same predictions and targets, with the sum of the gradients. */
  combine<Options extends readonly WeightOptions[]>(
    terms: readonly [...{ readonly [K in keyof Options]: Term<Options[K]> }],
  ): WholeLoss<SetLossOptions>;
  /** Compares a gradient with central differences, in float64: two evaluations of the loss for each prediction. */
  checkGradient<Options extends WeightOptions>(
    loss: TermLoss<Options>,
    predictions: Reals,
    targets: Labels,
    ...options: Rest<Options & GradientCheckOptions>
  ): GradientCheck;
}
