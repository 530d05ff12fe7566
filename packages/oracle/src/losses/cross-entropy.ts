import { type CrossEntropyOptions, defaults, type Loss } from "@assay/contract";
import { boolean, count, labels, number, optionalWhole, rangeError, reals, softTargets, weights } from "../input.js";
import { compensatedSum } from "../sum.js";
import { loss, times } from "./loss.js";

/** A row of logits, exponentiated: eₖ = exp(xₖ − max x), and the sum of all eₖ but the first largest one. */
interface Exponentials {
  readonly largest: number;
  readonly top: number;
  readonly e: Float64Array;
  readonly rest: number;
}

/**
 * Infinite logits stand for their limit, where infinities of one sign count as equal: several +∞ share the whole
 * probability equally, −∞ has none, and where all are −∞ they share it equally.
 */
function exponentials(x: Float64Array): Exponentials {
  const largest = x.reduce((a, b) => Math.max(a, b), -Infinity);
  const e = x.map((logit) => (logit === largest ? 1 : expOfDifference(logit, largest)));
  const top = x.indexOf(largest);
  return { largest, top, e, rest: compensatedSum(e.filter((_, c) => c !== top)) };
}

/** exp(a − b), where what the difference loses by rounding (Knuth's two-sum) is made good. */
function expOfDifference(a: number, b: number): number {
  const difference = a - b;
  if (!Number.isFinite(difference)) return Math.exp(difference);
  const back = difference - a;
  const lost = a - (difference - back) - (b + back);
  return Math.exp(difference) * (1 + lost);
}

/** For each value the sum of all the others, without subtracting. */
function sumsOfOthers(values: readonly number[]): Float64Array {
  const sums = new Float64Array(values.length);
  let before = 0;
  let after = 0;
  for (let i = 0; i < values.length; i++) {
    const j = values.length - 1 - i;
    sums[i] = sums[i]! + before;
    sums[j] = sums[j]! + after;
    before += values[i]!;
    after += values[j]!;
  }
  return sums;
}

/**
 * Softmax cross-entropy on logits: Σ_c w_c·q_c·(ln Σ_k exp(x_k) − x_c), where q = (1 − ε)·target + ε/C with label
 * smoothing ε, and w the class weights. With labels the mean divides by Σ w_y over the rows kept; with soft targets by
 * their number (`torch.nn.functional.cross_entropy`).
 *
 * ln Σ exp(x_k) − x_c is computed as (max x − x_c) + log1p(Σ exp(x_k − max x) without the largest), so that a small
 * loss keeps its digits. Infinite logits give the limit: a −∞ counts as an absent class where it has no target share;
 * several +∞ share the probability equally, and so do logits that are all −∞.
 *
 * Gradient, with p the softmax: p_c·Σ_{k≠c} w_k·q_k − w_c·q_c·(1 − p_c).
 */
export const crossEntropy: Loss<CrossEntropyOptions> = loss({
  name: "crossEntropy",
  options: ["numClasses", "weight", "labelSmoothing", "ignoreIndex", "softTargets"],
  settle: (options) => {
    const numClasses = count("numClasses", options.numClasses, 1);
    const smoothing = number(
      "labelSmoothing",
      options.labelSmoothing ?? defaults.labelSmoothing,
      (value) => value >= 0 && value <= 1,
      "in [0, 1]",
    );
    const soft = boolean("softTargets", options.softTargets, false);
    const ignoreIndex = optionalWhole("ignoreIndex", options.ignoreIndex);
    if (soft && ignoreIndex !== undefined) {
      throw rangeError("option", "ignoreIndex", "ignoreIndex is a label, but softTargets are none", {
        value: ignoreIndex,
      });
    }
    const weight = Array.from(weights("weight", options.weight, numClasses, "class"));
    return {
      config: { numClasses, smoothing, soft, ignoreIndex, weight },
      columns: numClasses,
      columnsOption: "numClasses",
      targetColumns: soft ? numClasses : 1,
      valuesPerRow: 1,
      predictions: (given) => reals("predictions", given),
      targets: (given) => (soft ? softTargets("targets", given) : labels("targets", given, numClasses, ignoreIndex)),
      row: (x, target, values, gradient) => {
        const label = target[0]!;
        if (!soft && label === ignoreIndex) {
          values.fill(0);
          gradient.fill(0);
          return undefined;
        }
        const share = weight.map((w, c) => {
          const t = soft ? target[c]! : Number(c === label);
          return w * ((1 - smoothing) * t + smoothing / numClasses);
        });
        const { largest, top, e, rest } = exponentials(x);
        const terms = Float64Array.from(x, (logit, c) => {
          const below = logit === largest ? 0 : largest - logit;
          return times(share[c]!, below + Math.log1p(rest));
        });
        values[0] = compensatedSum(terms);
        const others = sumsOfOthers(share);
        e.forEach((exponential, c) => {
          const p = exponential / (1 + rest);
          const notP = (c === top ? rest : 1 + rest - exponential) / (1 + rest);
          gradient[c] = p * others[c]! - share[c]! * notP;
        });
        return soft ? 1 : weight[label]!;
      },
    };
  },
});
