import { compensatedSum } from "../sum.js";

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

/** What a softmax says of each class, every number with full relative precision. */
export interface Softmax {
  /** The probability of the class. */
  readonly p: Float64Array;
  /** 1 − p. */
  readonly notP: Float64Array;
  /** −ln p, as (max x − x_c) + log1p(Σ exp(x_k − max x) without the largest). */
  readonly cost: Float64Array;
}

export function softmax(x: Float64Array): Softmax {
  const { largest, top, e, rest } = exponentials(x);
  return {
    p: e.map((exponential) => exponential / (1 + rest)),
    notP: e.map((exponential, c) => (c === top ? rest : 1 + rest - exponential) / (1 + rest)),
    cost: x.map((logit) => (logit === largest ? 0 : largest - logit) + Math.log1p(rest)),
  };
}

/** For each value the sum of all the others, without subtracting. */
export function sumsOfOthers(values: readonly number[]): Float64Array {
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
