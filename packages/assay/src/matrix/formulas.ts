/**
 * Measures of one class against the rest, by its counts tp, fp, fn, tn. NaN is a quotient by 0, in the measure or in a
 * part of it: its value is the caller's choice.
 *
 * @module
 */
import type { BinaryCounts, ClassMeasures } from "@assay/contract";
import { multiple, quotient, unitInLastPlace } from "./exact.js";

/** A measure of one class. */
export type Formula = (counts: BinaryCounts) => number;

/** The measures that have no parameter. */
export type MeasureName = Exclude<keyof ClassMeasures, "fBeta" | "report">;

const recall: Formula = ({ tp, fn }) => tp / (tp + fn);
const specificity: Formula = ({ tn, fp }) => tn / (tn + fp);
const falsePositiveRate: Formula = ({ fp, tn }) => fp / (fp + tn);
const falseNegativeRate: Formula = ({ fn, tp }) => fn / (fn + tp);

/** a/b, undefined for every a where b is 0. */
const defined = (a: number, b: number): number => (b === 0 ? Number.NaN : a / b);

/** (tp·tn − fp·fn) / (a·b): both products may be large, and nearly equal. */
function determinantOver({ tp, fp, fn, tn }: BinaryCounts, [a0, a1]: Pair, [b0, b1]: Pair): number {
  const unit = unitInLastPlace(smallest([tp, fp, fn, tn]));
  const [TP, FP, FN, TN] = [multiple(tp, unit), multiple(fp, unit), multiple(fn, unit), multiple(tn, unit)];
  const [A, B] = [multiple(a0, unit) + multiple(a1, unit), multiple(b0, unit) + multiple(b1, unit)];
  return quotient(TP * TN - FP * FN, A * B);
}

type Pair = readonly [number, number];

/** The smallest number that is not 0; 0 where all are. */
function smallest(numbers: readonly number[]): number {
  const positive = numbers.filter((x) => x > 0);
  return positive.length === 0 ? 0 : Math.min(...positive);
}

export const formulas: Readonly<Record<MeasureName, Formula>> = {
  precision: ({ tp, fp }) => tp / (tp + fp),
  recall,
  f1: ({ tp, fp, fn }) => (2 * tp) / (2 * tp + fp + fn),
  jaccard: ({ tp, fp, fn }) => tp / (tp + fp + fn),
  specificity,
  negativePredictiveValue: ({ tn, fn }) => tn / (tn + fn),
  falsePositiveRate,
  falseNegativeRate,
  falseDiscoveryRate: ({ fp, tp }) => fp / (fp + tp),
  falseOmissionRate: ({ fn, tn }) => fn / (fn + tn),
  prevalence: ({ tp, fp, fn, tn }) => (tp + fn) / (tp + fn + (fp + tn)),
  informedness: (counts) => determinantOver(counts, [counts.tp, counts.fn], [counts.tn, counts.fp]),
  markedness: (counts) => determinantOver(counts, [counts.tp, counts.fp], [counts.tn, counts.fn]),
  gMean: (counts) => Math.sqrt(recall(counts) * specificity(counts)),
  positiveLikelihoodRatio: (counts) => defined(recall(counts), falsePositiveRate(counts)),
  negativeLikelihoodRatio: (counts) => defined(falseNegativeRate(counts), specificity(counts)),
};

/** F-beta by β². Divided by the larger of 1 and β², so that it neither overflows nor ends before recall (β = ∞). */
export function fBetaFormula(square: number): Formula {
  const [ofMissed, ofFalse] = square > 1 ? [1, 1 / square] : [square, 1];
  return ({ tp, fp, fn }) => {
    const right = (ofMissed + ofFalse) * tp;
    return right / (right + ofMissed * fn + ofFalse * fp);
  };
}
