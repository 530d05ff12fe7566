/**
 * Losses of probabilities that are reported rather than trained on: no gradient.
 *
 * @module
 */
import {
  type Accumulator,
  defaults,
  type Labels,
  type LogLossOptions,
  type Losses,
  type Reals,
  type Streamed,
} from "@assay/contract";
import { accumulate } from "../accumulator.js";
import { flag, oneOf, optionsOf, whole } from "../options.js";
import { lossCode, lossMetric, reduced, type Shape } from "./kernel.js";

const known = ["numClasses", "reduction"] as const;

/** What is scored: of two classes, several, or labels. */
interface Scored {
  readonly numClasses?: number | undefined;
  readonly numLabels?: number | undefined;
  readonly from?: "probabilities" | "logits" | undefined;
}

/** A score of probabilities, or of logits where there is one. */
export function scoreShape(loss: "brier" | "logLoss", { numClasses, numLabels, from }: Scored): Shape {
  const columns =
    numClasses === undefined
      ? whole(numLabels ?? defaults.numLabels, 1, "numLabels")
      : whole(numClasses, 2, "numClasses");
  const labelColumns = numClasses === undefined ? columns : 1;
  return {
    code: lossCode[loss],
    columns,
    targetColumns: labelColumns,
    valueColumns: labelColumns,
    predictions: from === "logits" ? "logits" : "probabilities",
    targets: "labels",
    numClasses: numClasses === undefined ? 2 : columns,
    parameters: [Number(from === "logits")],
    soft: labelColumns > 1,
  };
}

/**
 * Log loss of probabilities as scikit-learn defines it: mean of −ln of the probability of the true class, clipped to
 * [2⁻⁵², 1 − 2⁻⁵²]. Rows are used as they are, not scaled to sum to 1.
 *
 * @param probabilities N probabilities of class 1, or N × numClasses row-major, each in [0, 1]
 * @param labels N labels in 0..numClasses−1 (binary: 0 or 1)
 * @returns 0..36.04; error at most 2.5e-7 relative for float32 probabilities
 * @throws AssayRangeError for a probability outside [0, 1] or NaN, a label out of range, a negative weight, no rows
 * @see scikit-learn 1.9, `sklearn.metrics.log_loss`. {@link binaryCrossEntropy} clamps otherwise: do not mix them.
 */
export const logLoss: Losses["logLoss"] = /*#__PURE__*/ Object.assign(
  (probabilities: Reals, labels: Labels, options?: LogLossOptions): number => {
    const given = optionsOf(options, [...known, "sampleWeight"], "logLoss");
    return reduced(scoreShape("logLoss", given), probabilities, labels, reductionOf(given), given.sampleWeight);
  },
  {
    accumulator(options?: Streamed<LogLossOptions>): Accumulator<number> {
      const given = optionsOf(options, [...known, "weighted"], "logLoss.accumulator");
      const weighted = flag(given.weighted ?? false, "weighted");
      return accumulate(lossMetric("logLoss", scoreShape("logLoss", given), reductionOf(given), weighted));
    },
  },
);

function reductionOf({ reduction = defaults.reduction }: Pick<LogLossOptions, "reduction">): "mean" | "sum" {
  return oneOf(reduction, ["mean", "sum"], "reduction");
}
