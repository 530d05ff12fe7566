/**
 * Brier score.
 *
 * @module
 */
import { AssayTypeError, type BrierOptions, type Labels, type Reals } from "@assay/contract";
import { lasting } from "../arguments.js";
import { brierOfLogits, meanOfProbabilities } from "../losses/scores.js";
import { flag, optionsOf } from "../options.js";
import { type Comparison, comparisonOf, comparisonOptions, takeComparison } from "./comparison.js";
import { withProbabilities } from "./confidences.js";

/**
 * Brier score: mean over rows of (p − y)², binary, or of Σ over classes of (pₖ − [class k is true])², or with `numLabels`
 * mean over rows and labels. In 0..1, or 0..2 for several classes unless `scaleByHalf`. Computed in float64 and summed
 * exactly; with `from: "logits"` of their probabilities, which for two classes and labels take room for a while. Errors as for {@link reliability}.
 *
 * @see Brier (1950), Verification of forecasts expressed in terms of probability
 */
export function brierScore(predictions: Reals, labels: Labels, options?: BrierOptions): number {
  const given = optionsOf(options, [...comparisonOptions, "scaleByHalf", "sampleWeight"], "brierScore");
  const { scaleByHalf, sampleWeight, numClasses } = given;
  if (scaleByHalf !== undefined && numClasses === undefined) {
    throw new AssayTypeError("scaleByHalf is for several classes: it needs numClasses", {
      code: "option",
      argument: "scaleByHalf",
    });
  }
  const score = scoreOf(comparisonOf(given), predictions, labels, sampleWeight);
  return flag(scaleByHalf ?? false, "scaleByHalf") ? score / 2 : score;
}

function scoreOf(comparison: Comparison, predictions: Reals, labels: Labels, sampleWeight: Reals | undefined): number {
  const { columns, multilabel, logits } = comparison;
  if (logits && columns > 1 && !multilabel) return brierOfLogits(predictions, labels, columns, sampleWeight);
  const [y, weights] = [lasting(labels), lasting(sampleWeight)];
  const ofColumns = multilabel ? { numLabels: columns } : columns > 1 ? { numClasses: columns } : {};
  const ofProbabilities = (p: Reals): number =>
    meanOfProbabilities("brier", p, y(), { ...ofColumns, sampleWeight: weights() });
  return logits
    ? withProbabilities(comparison, takeComparison(comparison, predictions, labels), ofProbabilities)
    : ofProbabilities(predictions);
}
