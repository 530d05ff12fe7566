/**
 * Brier score.
 *
 * @module
 */
import {
  type Accumulator,
  AssayTypeError,
  type BrierOptions,
  type CalibrationScores,
  type Labels,
  type Reals,
  type Streamed,
} from "@assay/contract";
import { accumulate } from "../accumulator.js";
import { lossMetric, reduced, type Shape } from "../losses/kernel.js";
import { scoreShape } from "../losses/scores.js";
import { flag, optionsOf } from "../options.js";
import { comparisonOf, comparisonOptions } from "./comparison.js";

const known = [...comparisonOptions, "scaleByHalf"] as const;

/** What is scored, and what the mean is divided by. */
function planOf(given: BrierOptions): { readonly shape: Shape; readonly divisor: 1 | 2 } {
  const { scaleByHalf = false, numClasses } = given;
  if (given.scaleByHalf !== undefined && numClasses === undefined) {
    throw new AssayTypeError("scaleByHalf is for several classes: it needs numClasses", {
      code: "option",
      argument: "scaleByHalf",
    });
  }
  const divisor = flag(scaleByHalf, "scaleByHalf") ? 2 : 1;
  comparisonOf(given);
  return { shape: scoreShape("brier", given), divisor };
}

/**
 * Brier score: mean over rows of (p − y)², binary, or of Σ over classes of (pₖ − [class k is true])², or with `numLabels`
 * mean over rows and labels. In 0..1, or 0..2 for several classes unless `scaleByHalf`. Computed in float64 and summed
 * exactly; of float32 logits of several classes within 6e-7 relative. Errors as for {@link reliability}.
 *
 * @see Brier (1950), Verification of forecasts expressed in terms of probability
 */
export const brierScore: CalibrationScores["brierScore"] = /*#__PURE__*/ Object.assign(
  (predictions: Reals, labels: Labels, options?: BrierOptions): number => {
    const given = optionsOf(options, [...known, "sampleWeight"], "brierScore");
    const { shape, divisor } = planOf(given);
    return reduced(shape, predictions, labels, "mean", given.sampleWeight) / divisor;
  },
  {
    accumulator(options?: Streamed<BrierOptions>): Accumulator<number> {
      const given = optionsOf(options, [...known, "weighted"], "brierScore.accumulator");
      const { shape, divisor } = planOf(given);
      const metric = lossMetric("brierScore", shape, "mean", flag(given.weighted ?? false, "weighted"));
      return accumulate({ ...metric, finish: (state) => metric.finish(state) / divisor });
    },
  },
);
