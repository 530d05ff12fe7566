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

/** A threshold, and the weight of the positive and of the negative rows that reach it. */
export interface Point {
  readonly threshold: number;
  readonly tp: number;
  readonly fp: number;
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
  const steps: Step[] = [];
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
  return { steps, positives: all.positive.value(), negatives: all.negative.value() };
}

/** Every way to cut: above all scores, where nothing is positive, then at each of them. */
export function everyPoint({ steps }: SortedScores): readonly Point[] {
  return [{ threshold: Infinity, tp: 0, fp: 0 }, ...steps];
}

/** What reaches a threshold, or lies above it where `strict`. */
export function pointAt({ steps }: SortedScores, threshold: number, strict: boolean): Point {
  // Bisection: how many steps, from the largest score down, are positive.
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const score = steps[middle]!.threshold;
    if (strict ? score > threshold : score >= threshold) low = middle + 1;
    else high = middle;
  }
  const last = steps[low - 1];
  return { threshold, tp: last?.tp ?? 0, fp: last?.fp ?? 0 };
}

export function countsOf({ positives, negatives }: SortedScores, { tp, fp }: Point): BinaryCounts {
  return { tp, fp, fn: positives - tp, tn: negatives - fp };
}
