import { sigmoid, softplus } from "./logistic.js";
import { times } from "./loss.js";

/** A value and its derivative. */
export interface Slope {
  readonly value: number;
  readonly slope: number;
}

/**
 * The binary focal term q^γ·ℓ of a logit, where ℓ is the binary cross-entropy and q = 1 − p_t = (1 − t)·σ(x) + t·σ(−x)
 * the probability of the wrong answer. Every part is a sum of terms of one sign, so that no digits are lost.
 *
 * With q' = (1 − 2t)·σ(x)·σ(−x) the derivative is q^γ·ℓ' + γ·q^γ·(q'/q)·ℓ. The quotient σ(x)·σ(−x)/q is taken as
 * 1 / ((1 − t)/σ(−x) + t/σ(x)), which holds where q is 0.
 */
export function focalTerm(x: number, t: number, gamma: number): Slope {
  const [p, notP] = [sigmoid(x), sigmoid(-x)];
  const cost = times(t, softplus(-x)) + times(1 - t, softplus(x));
  const q = (1 - t) * p + t * notP;
  const factor = q ** gamma;
  const quotient = 1 / (over(1 - t, notP) + over(t, p));
  const costSlope = (1 - t) * p - t * notP;
  return {
    value: times(factor, cost),
    slope: factor * costSlope + times(gamma * factor * (1 - 2 * t) * quotient, cost),
  };
}

/** a/b, where 0/0 is 0. */
function over(a: number, b: number): number {
  return a === 0 ? 0 : a / b;
}

/** α for positives, 1 − α for negatives; 1 for both where there is none. */
export function alphaOf(alpha: number | undefined, t: number): number {
  return alpha === undefined ? 1 : alpha * t + (1 - alpha) * (1 - t);
}
