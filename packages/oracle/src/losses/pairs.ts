import { type CeSoftF1LossOptions, type DiceBceLossOptions, defaults, type SetLoss } from "@assay/contract";
import type { Rows } from "../accumulator.js";
import { weights as checkedWeights, reals, softTargets } from "../input.js";
import { binaryCrossEntropy } from "./binary-cross-entropy.js";
import { binaryCrossEntropyWithLogits } from "./binary-cross-entropy-with-logits.js";
import { crossEntropy } from "./cross-entropy.js";
import { times } from "./loss.js";
import { diceLoss } from "./overlap.js";
import { averageOf, checkedPredictions, type Evaluated, fromOf, setLoss } from "./set-loss.js";
import { atLeastZero, elements, labelled } from "./shapes.js";
import { softF1OfTwoColumns } from "./soft-f1.js";

/** The weighted sum of two losses of the same predictions. */
function both(a: number, first: Evaluated, b: number, second: Evaluated): Evaluated {
  return {
    loss: times(a, first.loss) + times(b, second.loss),
    gradient: first.gradient.map((g, i) => times(a, g) + times(b, second.gradient[i]!)),
  };
}

/**
 * diceWeight·`diceLoss` + bceWeight·the mean of `binaryCrossEntropy`, or of `binaryCrossEntropyWithLogits` where
 * predictions are logits.
 */
export const diceBceLoss: SetLoss<DiceBceLossOptions> = setLoss({
  name: "diceBceLoss",
  options: ["from", "numLabels", "average", "smoothNumerator", "smoothDenominator", "diceWeight", "bceWeight"],
  settle: (options) => {
    const from = fromOf(options.from);
    const average = averageOf(options.average);
    const shape = elements(options.numLabels, softTargets);
    const numLabels = shape.columns;
    const smoothing = {
      smoothNumerator: atLeastZero("smoothNumerator", options.smoothNumerator, defaults.smoothNumerator),
      smoothDenominator: atLeastZero("smoothDenominator", options.smoothDenominator, defaults.smoothDenominator),
    };
    const diceWeight = atLeastZero("diceWeight", options.diceWeight, defaults.diceWeight);
    const bceWeight = atLeastZero("bceWeight", options.bceWeight, defaults.bceWeight);
    const bceLoss = from === "logits" ? binaryCrossEntropyWithLogits : binaryCrossEntropy;
    return {
      ...shape,
      config: { from, average, numLabels, ...smoothing, diceWeight, bceWeight },
      predictions: (given) => checkedPredictions(from, given),
      evaluate: ({ predictions, targets, weights: sampleWeight }) => {
        const dice = diceLoss.withGradient(predictions, targets, {
          from,
          average,
          numLabels,
          ...smoothing,
          sampleWeight,
        });
        const bce = bceLoss.withGradient(predictions, targets, { numLabels, sampleWeight });
        return both(diceWeight, dice as Evaluated, bceWeight, bce as Evaluated);
      },
    };
  },
});

/**
 * ceWeight·the mean of `crossEntropy` + softF1Weight·`softF1Loss` on N × 2 logits with one label a row. Class weights
 * enter the cross-entropy alone, whose mean divides by those of the targets.
 */
export const ceSoftF1Loss: SetLoss<CeSoftF1LossOptions> = setLoss({
  name: "ceSoftF1Loss",
  options: ["ceWeight", "softF1Weight", "weight", "epsilon", "ignoreIndex"],
  settle: (options) => {
    const { numClasses, ...shape } = labelled({ numClasses: 2, ignoreIndex: options.ignoreIndex });
    const weight = Array.from(checkedWeights("weight", options.weight, numClasses, "class"));
    const ceWeight = atLeastZero("ceWeight", options.ceWeight, defaults.ceWeight);
    const softF1Weight = atLeastZero("softF1Weight", options.softF1Weight, defaults.softF1Weight);
    const epsilon = atLeastZero("epsilon", options.epsilon, defaults.epsilon);
    return {
      ...shape,
      columnsOption: "2",
      config: { weight, ceWeight, softF1Weight, epsilon, ignoreIndex: shape.ignoreIndex },
      predictions: (given) => reals("predictions", given),
      evaluate: (rows: Rows) => {
        const { predictions, targets, weights: sampleWeight } = rows;
        const ce = crossEntropy.withGradient(predictions, targets, { numClasses, weight, sampleWeight });
        return both(ceWeight, ce as Evaluated, softF1Weight, softF1OfTwoColumns("logits", rows, epsilon));
      },
    };
  },
});
