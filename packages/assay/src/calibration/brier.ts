/**
 * Brier score.
 *
 * @module
 */
import { AssayTypeError, type BrierOptions, type Labels, type Reals } from "@assay/contract";
import { lasting } from "../arguments.js";
import { meanOfProbabilities } from "../losses/scores.js";
import { flag, optionsOf } from "../options.js";
import { comparisonOf, comparisonOptions, takeComparison } from "./comparison.js";
import { withProbabilities } from "./confidences.js";

/**
 * Brier score: mean over rows of (p − y)², binary, or of Σ over classes of (pₖ − [class k is true])², or with `numLabels`
 * mean over rows and labels. In 0..1, or 0..2 for several classes unless `scaleByHalf`. Computed in float64 and summed
 * exactly; with `from: "logits"` of their probabilities, which take room for a while. Errors as for {@link reliability}.
 *
 * @see Brier (1950), Verification of forecasts expressed in terms of probability
 */
export function brierScore(predictions: Reals, labels: Labels, options?: BrierOptions): number {
  const given = optionsOf(options, [...comparisonOptions, "scaleByHalf", "sampleWeight"], "brierScore");
  const { scaleByHalf, sampleWeight, numClasses, numLabels } = given;
  if (scaleByHalf !== undefined && numClasses === undefined) {
    throw new AssayTypeError("scaleByHalf is for several classes: it needs numClasses", {
      code: "option",
      argument: "scaleByHalf",
    });
  }
  const comparison = comparisonOf(given);
  const [y, weights] = [lasting(labels), lasting(sampleWeight)];
  const scoreOf = (p: Reals): number =>
    meanOfProbabilities("brier", p, y(), { numClasses, numLabels, sampleWeight: weights() });
  const score = comparison.logits
    ? withProbabilities(comparison, takeComparison(comparison, predictions, labels), scoreOf)
    : scoreOf(predictions);
  return flag(scaleByHalf ?? false, "scaleByHalf") ? score / 2 : score;
}
