/**
 * Measures of one class that are one sum of its counts over another.
 *
 * @module
 */
import type { BinaryCounts, ClassMeasureName } from "@assay/contract";
import { commonUnit, multiple, quotient } from "./exact.js";

/** How often each of tp, fp, fn, tn is counted. */
export type Form = readonly [tp: number, fp: number, fn: number, tn: number];

/** Such a measure. */
export interface Ratio {
  readonly of: Form;
  readonly among: Form;
}

const predicted: Form = [1, 1, 0, 0];
const actual: Form = [1, 0, 1, 0];
const unpredicted: Form = [0, 0, 1, 1];
const inactual: Form = [0, 1, 0, 1];

/** Names of shares of rows. */
export type RateName = Exclude<
  ClassMeasureName,
  "f1" | "fBeta" | "informedness" | "markedness" | "gMean" | "positiveLikelihoodRatio" | "negativeLikelihoodRatio"
>;

/** Shares: so many of such rows. */
export const rates: Readonly<Record<RateName, Ratio>> = {
  precision: { of: [1, 0, 0, 0], among: predicted },
  recall: { of: [1, 0, 0, 0], among: actual },
  jaccard: { of: [1, 0, 0, 0], among: [1, 1, 1, 0] },
  specificity: { of: [0, 0, 0, 1], among: inactual },
  negativePredictiveValue: { of: [0, 0, 0, 1], among: unpredicted },
  falsePositiveRate: { of: [0, 1, 0, 0], among: inactual },
  falseNegativeRate: { of: [0, 0, 1, 0], among: actual },
  falseDiscoveryRate: { of: [0, 1, 0, 0], among: predicted },
  falseOmissionRate: { of: [0, 0, 1, 0], among: unpredicted },
  prevalence: { of: actual, among: [1, 1, 1, 1] },
};

/** The harmonic mean of precision and recall: a ratio too, but no share of rows. */
export const f1: Ratio = { of: [2, 0, 0, 0], among: [2, 1, 1, 0] };

/** A sum of counts, the same where classes or sides are exchanged. */
export function total([a, b, c, d]: Form, { tp, fp, fn, tn }: BinaryCounts): number {
  return a * tp + d * tn + (b * fp + c * fn);
}

/** Counts as whole numbers of one unit. */
export function wholes({ tp, fp, fn, tn }: BinaryCounts): Readonly<Record<keyof BinaryCounts, bigint>> {
  const unit = commonUnit([tp, fp, fn, tn]);
  const whole = (count: number): bigint => multiple(count, unit);
  return { tp: whole(tp), fp: whole(fp), fn: whole(fn), tn: whole(tn) };
}

/** The measure of counts; NaN where it is 0/0. */
export function ratioOf({ of, among }: Ratio, counts: BinaryCounts): number {
  const below = total(among, counts);
  if (below < Number.POSITIVE_INFINITY) return total(of, counts) / below;
  const { tp, fp, fn, tn } = wholes(counts);
  const sum = ([a, b, c, d]: Form) => BigInt(a) * tp + BigInt(b) * fp + BigInt(c) * fn + BigInt(d) * tn;
  return quotient(sum(of), sum(among));
}
