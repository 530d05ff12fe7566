import { defaults, type FocalLossOptions, type Loss } from "@assay/contract";
import { boolean, oneOf, reals, typeError, weights } from "../input.js";
import { compensatedSum } from "../sum.js";
import { alphaOf, focalTerm, type Slope } from "./focal-term.js";
import { loss, times } from "./loss.js";
import { atLeastZero, labelled, share } from "./shapes.js";
import { softmax } from "./softmax.js";

/**
 * Focal loss of several classes on logits. The mean is always the plain one, over the rows kept.
 *
 * `kind: "softmax"`: w_y·(1 − p_t)^γ·CE with CE = −ln p_t and p_t the softmax probability of the target. With
 * `weightInside` the weighted cross-entropy z = w_y·CE stands for CE everywhere: (1 − e^−z)^γ·z.
 *
 * `kind: "one-vs-rest"`: Σ_c of the sigmoid focal loss of logit c against "is it class c", with factor α for the target
 * and 1 − α for the others (Catalyst's FocalLossMultiClass).
 *
 * Infinite logits give the limit, as in crossEntropy. Gradient of softmax: w_y·f'·(p_c − [c = y]), where f' is the
 * derivative of (1 − e^−z)^γ·z, (1 − e^−z)^γ + γ·(1 − e^−z)^(γ−1)·e^−z·z.
 */
export const focalLoss: Loss<FocalLossOptions> = loss({
  name: "focalLoss",
  options: ["numClasses", "kind", "gamma", "alpha", "weight", "weightInside", "ignoreIndex"],
  settle: (options) => {
    const { numClasses, ignoreIndex, ...shape } = labelled(options);
    const kind = oneOf("kind", options.kind, ["softmax", "one-vs-rest"], defaults.kind);
    const weightInside = boolean("weightInside", options.weightInside, false);
    if (kind === "softmax" && options.alpha !== undefined) {
      throw misplaced("alpha", options.alpha, 'belongs to kind "one-vs-rest"; factors of classes are given as weight');
    }
    if (kind === "one-vs-rest" && options.weight !== undefined) {
      throw misplaced("weight", options.weight, 'belongs to kind "softmax"; one-vs-rest takes alpha');
    }
    if (weightInside && options.weight === undefined) {
      throw misplaced("weightInside", true, "says where the weight enters, but weight is missing");
    }
    const gamma = atLeastZero("gamma", options.gamma, defaults.gamma);
    const alpha = options.alpha === undefined ? undefined : share("alpha", options.alpha);
    const weight = Array.from(weights("weight", options.weight, numClasses, "class"));

    function softmaxRow(x: Float64Array, label: number, values: Float64Array, gradient: Float64Array): void {
      const { p, notP, cost } = softmax(x);
      const w = weight[label]!;
      const z = times(w, cost[label]!);
      const focal = weightInside
        ? modulated(z, -Math.expm1(-z), Math.exp(-z), gamma)
        : modulated(cost[label]!, notP[label]!, p[label]!, gamma);
      values[0] = weightInside ? focal.value : times(w, focal.value);
      p.forEach((pc, c) => {
        gradient[c] = w * focal.slope * (c === label ? -notP[c]! : pc);
      });
    }

    function oneVsRestRow(x: Float64Array, label: number, values: Float64Array, gradient: Float64Array): void {
      const terms = x.map((logit, c) => {
        const t = Number(c === label);
        const { value, slope } = focalTerm(logit, t, gamma);
        gradient[c] = alphaOf(alpha, t) * slope;
        return times(alphaOf(alpha, t), value);
      });
      values[0] = compensatedSum(terms);
    }

    const classRow = kind === "softmax" ? softmaxRow : oneVsRestRow;
    return {
      ...shape,
      config: { numClasses, ignoreIndex, kind, gamma, alpha, weight, weightInside },
      valuesPerRow: 1,
      predictions: (given) => reals("predictions", given),
      row: (x, [label = 0], values, gradient) => {
        if (label === ignoreIndex) return undefined;
        classRow(x, label, values, gradient);
        return 1;
      },
    };
  },
});

/** q^γ·z and its derivative by z, where q = 1 − e^−z and p = e^−z; z/q tends to 1 with z to 0, and p·z to 0 with z to ∞. */
function modulated(z: number, q: number, p: number, gamma: number): Slope {
  const factor = q ** gamma;
  const quotient = q === 0 ? 1 : times(p, z) / q;
  return { value: times(factor, z), slope: factor * (1 + gamma * quotient) };
}

function misplaced(name: string, value: unknown, message: string): Error {
  return typeError("option", name, `${name} ${message}`, value);
}
