/**
 * Scores in order, and what counts as positive from each of them up: everything that a threshold decides.
 *
 * @module
 */
import type { BinaryCounts } from "@assay/contract";
import { ExactSum } from "../sum.js";

/** Rows that have a weight. */
export interface CurveRows {
  readonly scores: Float64Array;
  /** 0 or 1. */
  readonly labels: Float64Array;
  readonly weights: Float64Array;
}

/** A threshold, and the weight of the positive and of the negative rows that reach it or do not, each a sum of its own. */
export interface Point extends BinaryCounts {
  readonly threshold: number;
}

/** A distinct score as a threshold, and the weight of its own rows. */
export interface Step extends Point {
  readonly positive: number;
  readonly negative: number;
}

/** Distinct scores, the largest first. */
export interface SortedScores {
  readonly steps: readonly Step[];
  /** Weight of all positive rows. */
  readonly positives: number;
  /** Weight of all negative rows. */
  readonly negatives: number;
}

export function sortScores({ scores, labels, weights }: CurveRows): SortedScores {
  const order = Uint32Array.from(scores.keys()).sort((i, j) => {
    const [a, b] = [scores[i]!, scores[j]!];
    return a === b ? 0 : a > b ? -1 : 1;
  });
  const steps: Omit<Step, "fn" | "tn">[] = [];
  const all = { positive: new ExactSum(), negative: new ExactSum() };
  const one = { positive: new ExactSum(), negative: new ExactSum() };
  order.forEach((row, place) => {
    const side = labels[row] === 1 ? "positive" : "negative";
    all[side].add(weights[row]!);
    one[side].add(weights[row]!);
    const next = order[place + 1];
    if (next !== undefined && scores[next] === scores[row]) return;
    steps.push({
      // Adding 0 turns −0 into 0, which is equal to it.
      threshold: scores[row]! + 0,
      positive: one.positive.value(),
      negative: one.negative.value(),
      tp: all.positive.value(),
      fp: all.negative.value(),
    });
    one.positive.reset();
    one.negative.reset();
  });
  const below = restOf(order.toReversed(), { scores, labels, weights });
  return {
    steps: steps.map((step) => ({ ...step, ...below.get(step.threshold)! })),
    positives: all.positive.value(),
    negatives: all.negative.value(),
  };
}

/** For each score the weight of the rows with smaller ones, from the smallest up. */
function restOf(
  ascending: Uint32Array,
  { scores, labels, weights }: CurveRows,
): Map<number, { fn: number; tn: number }> {
  const [positive, negative] = [new ExactSum(), new ExactSum()];
  const below = new Map<number, { fn: number; tn: number }>();
  for (const row of ascending) {
    const score = scores[row]! + 0;
    if (!below.has(score)) below.set(score, { fn: positive.value(), tn: negative.value() });
    (labels[row] === 1 ? positive : negative).add(weights[row]!);
  }
  return below;
}

/** Every way to cut: above all scores, where nothing is positive, then at each of them. */
export function everyPoint(scores: SortedScores): readonly Point[] {
  return [{ threshold: Infinity, ...nothing(scores) }, ...scores.steps];
}

/** The counts where nothing is positive. */
export function nothing({ positives, negatives }: SortedScores): BinaryCounts {
  return { tp: 0, fp: 0, fn: positives, tn: negatives };
}

/** What reaches a threshold, or lies above it where `strict`. */
export function pointAt(scores: SortedScores, threshold: number, strict: boolean): Point {
  const { steps } = scores;
  // Bisection: how many steps, from the largest score down, are positive.
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const score = steps[middle]!.threshold;
    if (strict ? score > threshold : score >= threshold) low = middle + 1;
    else high = middle;
  }
  return { threshold, ...countsOf(steps[low - 1] ?? nothing(scores)) };
}

export function countsOf({ tp, fp, fn, tn }: BinaryCounts): BinaryCounts {
  return { tp, fp, fn, tn };
}
