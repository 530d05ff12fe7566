import { type BinaryCrossEntropyWithLogitsOptions, defaults, type Loss } from "@assay/contract";
import { reals, softTargets, weights } from "../input.js";
import { sigmoid, softplus } from "./logistic.js";
import { loss, times } from "./loss.js";
import { atLeastZero, numLabelsOf } from "./shapes.js";

/**
 * Binary cross-entropy on logits, w·t·softplus(−x) + (1 − t)·softplus(x), with targets in [0, 1] and w the `posWeight`
 * of the label (`torch.nn.functional.binary_cross_entropy_with_logits`). At ±∞ it is the limit: 0 where the target
 * agrees, ∞ where it does not.
 *
 * Gradient: (1 − t)·σ(x) − w·t·σ(−x).
 */
export const binaryCrossEntropyWithLogits: Loss<BinaryCrossEntropyWithLogitsOptions> = loss({
  name: "binaryCrossEntropyWithLogits",
  options: ["numLabels", "posWeight"],
  settle: (options) => {
    const numLabels = numLabelsOf(options.numLabels);
    const { posWeight: given = defaults.posWeight } = options;
    const posWeight =
      typeof given === "number"
        ? new Array<number>(numLabels).fill(atLeastZero("posWeight", given))
        : Array.from(weights("posWeight", given, numLabels, "label"));
    return {
      config: { numLabels, posWeight },
      columns: numLabels,
      columnsOption: "numLabels",
      targetColumns: numLabels,
      valuesPerRow: numLabels,
      predictions: (given) => reals("predictions", given),
      targets: (given) => softTargets("targets", given),
      row: (logits, targets, values, gradient) => {
        logits.forEach((x, c) => {
          const positive = posWeight[c]! * targets[c]!;
          const negative = 1 - targets[c]!;
          values[c] = times(positive, softplus(-x)) + times(negative, softplus(x));
          gradient[c] = negative * sigmoid(x) - positive * sigmoid(-x);
        });
        return numLabels;
      },
    };
  },
});
