/**
 * Losses of probabilities that are reported rather than trained on: no gradient.
 *
 * @module
 */
import { defaults, type Labels, type LogLossOptions, type Reals } from "@assay/contract";
import { oneOf, optionsOf, whole } from "../options.js";
import { lossCode, reduced, type Shape } from "./kernel.js";

/** Whose probabilities they are. */
interface Columns {
  readonly numClasses?: number | undefined;
  readonly numLabels?: number | undefined;
}

function shapeOf(code: number, { numClasses, numLabels }: Columns): Shape {
  const columns =
    numClasses === undefined
      ? whole(numLabels ?? defaults.numLabels, 1, "numLabels")
      : whole(numClasses, 2, "numClasses");
  const labelColumns = numClasses === undefined ? columns : 1;
  return {
    code,
    columns,
    targetColumns: labelColumns,
    valueColumns: labelColumns,
    predictions: "probabilities",
    targets: "labels",
    numClasses: numClasses === undefined ? 2 : columns,
    soft: labelColumns > 1,
  };
}

/** The mean over rows of logits of several classes of their Brier score. */
export function brierOfLogits(
  logits: Reals,
  labels: Labels,
  numClasses: number,
  sampleWeight: Reals | undefined,
): number {
  const shape = { ...shapeOf(lossCode.brier, { numClasses }), predictions: "logits", parameters: [1] };
  return reduced(shape, logits, labels, "mean", sampleWeight);
}

/** A mean over rows of probabilities, or over all labels of them. */
export function meanOfProbabilities(
  loss: "brier" | "logLoss",
  probabilities: Reals,
  labels: Labels,
  { sampleWeight, ...columns }: Columns & { readonly sampleWeight?: Reals | undefined },
): number {
  return reduced(shapeOf(lossCode[loss], columns), probabilities, labels, "mean", sampleWeight);
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
export function logLoss(probabilities: Reals, labels: Labels, options?: LogLossOptions): number {
  const given = optionsOf(options, ["numClasses", "reduction", "sampleWeight"], "logLoss");
  const { reduction: asked = defaults.reduction } = given;
  const reduction = oneOf(asked, ["mean", "sum"], "reduction");
  return reduced(shapeOf(lossCode.logLoss, given), probabilities, labels, reduction, given.sampleWeight);
}
