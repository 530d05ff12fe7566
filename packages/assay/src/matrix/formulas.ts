/**
 * Measures of one class against the rest, by its counts tp, fp, fn, tn. NaN is a quotient by 0, in the measure or in a
 * part of it: its value is the caller's choice.
 *
 * @module
 */
import type { BinaryCounts, ClassMeasures } from "@assay/contract";
import { commonUnit, multiple, quotient, rootOfQuotient } from "./exact.js";

/** A measure of one class. */
export type Formula = (counts: BinaryCounts) => number;

/** What these measures are called. */
export type MeasureName = Exclude<keyof ClassMeasures, "fBeta" | "report">;

/** Counts as whole numbers of one unit, for products of them: these may be large, and nearly equal. */
function wholes({ tp, fp, fn, tn }: BinaryCounts): Readonly<Record<keyof BinaryCounts, bigint>> {
  const unit = commonUnit([tp, fp, fn, tn]);
  const whole = (count: number): bigint => multiple(count, unit);
  return { tp: whole(tp), fp: whole(fp), fn: whole(fn), tn: whole(tn) };
}

/** a/b + c/d − 1, where a/b = x/(x + y) and c/d = z/(z + w): (x·z − y·w) / ((x + y)(z + w)). */
const sumOfShares = (x: bigint, y: bigint, z: bigint, w: bigint): number => quotient(x * z - y * w, (x + y) * (z + w));

/** The measures that have no parameter. Of whole counts up to 2⁵² each is rounded once. */
export const formulas: Readonly<Record<MeasureName, Formula>> = {
  precision: ({ tp, fp }) => tp / (tp + fp),
  recall: ({ tp, fn }) => tp / (tp + fn),
  f1: ({ tp, fp, fn }) => tp / (tp + (fp + fn) / 2),
  jaccard: ({ tp, fp, fn }) => tp / (tp + (fp + fn)),
  specificity: ({ tn, fp }) => tn / (tn + fp),
  negativePredictiveValue: ({ tn, fn }) => tn / (tn + fn),
  falsePositiveRate: ({ fp, tn }) => fp / (fp + tn),
  falseNegativeRate: ({ fn, tp }) => fn / (fn + tp),
  falseDiscoveryRate: ({ fp, tp }) => fp / (fp + tp),
  falseOmissionRate: ({ fn, tn }) => fn / (fn + tn),
  prevalence: ({ tp, fp, fn, tn }) => (tp + fn) / (tp + fn + (fp + tn)),
  informedness(counts) {
    const { tp, fp, fn, tn } = wholes(counts);
    return sumOfShares(tp, fn, tn, fp);
  },
  markedness(counts) {
    const { tp, fp, fn, tn } = wholes(counts);
    return sumOfShares(tp, fp, tn, fn);
  },
  gMean(counts) {
    const { tp, fp, fn, tn } = wholes(counts);
    return rootOfQuotient(tp * tn, (tp + fn) * (tn + fp));
  },
  positiveLikelihoodRatio(counts) {
    const { tp, fp, fn, tn } = wholes(counts);
    return quotient(tp * (fp + tn), (tp + fn) * fp);
  },
  negativeLikelihoodRatio(counts) {
    const { tp, fp, fn, tn } = wholes(counts);
    return quotient(fn * (tn + fp), (fn + tp) * tn);
  },
};

/** F-beta. Divided by the larger of 1 and β², so that nothing overflows on the way from precision to recall. */
export function fBetaFormula(beta: number): Formula {
  if (beta === 0) return formulas.precision;
  if (beta === Number.POSITIVE_INFINITY) return formulas.recall;
  const square = beta * beta;
  const [ofMissed, ofFalse] = square > 1 ? [1, 1 / square] : [square, 1];
  return ({ tp, fp, fn }) => {
    // Either factor may have vanished.
    if (tp === 0) return fp + fn > 0 ? 0 : Number.NaN;
    const right = (ofMissed + ofFalse) * tp;
    return right / (right + ofMissed * fn + ofFalse * fp);
  };
}
