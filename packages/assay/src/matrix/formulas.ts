/**
 * Measures of one class against the rest, by its counts tp, fp, fn, tn. NaN is a quotient by 0, in the measure or in a
 * part of it: its value is the caller's choice.
 *
 * @module
 */
import type { BinaryCounts, ClassMeasures } from "@assay/contract";
import { quotient, rootOfQuotient, scaleFor } from "./exact.js";
import { f1, type Ratio, rates, ratioOf, wholes } from "./rates.js";

/** A measure of one class. */
export type Formula = (counts: BinaryCounts) => number;

/** What these measures are called. */
export type MeasureName = Exclude<keyof ClassMeasures, "fBeta" | "report">;

const ratio =
  (of: Ratio): Formula =>
  (counts) =>
    ratioOf(of, counts);

/** a/b + c/d − 1, where a/b = x/(x + y) and c/d = z/(z + w): (x·z − y·w) / ((x + y)(z + w)). */
const sumOfShares = (x: bigint, y: bigint, z: bigint, w: bigint): number => quotient(x * z - y * w, (x + y) * (z + w));

/** The measures that have no parameter. Of whole counts that add up to at most 2⁵² each is rounded once. */
export const formulas: Readonly<Record<MeasureName, Formula>> = {
  precision: ratio(rates.precision),
  recall: ratio(rates.recall),
  jaccard: ratio(rates.jaccard),
  specificity: ratio(rates.specificity),
  negativePredictiveValue: ratio(rates.negativePredictiveValue),
  falsePositiveRate: ratio(rates.falsePositiveRate),
  falseNegativeRate: ratio(rates.falseNegativeRate),
  falseDiscoveryRate: ratio(rates.falseDiscoveryRate),
  falseOmissionRate: ratio(rates.falseOmissionRate),
  prevalence: ratio(rates.prevalence),
  f1: ratio(f1),
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
    if (tp === 0) return fp > 0 || fn > 0 ? 0 : Number.NaN;
    const scale = scaleFor(Math.max(tp, fp, fn));
    const right = (ofMissed + ofFalse) * (tp * scale);
    return right / (right + ofMissed * (fn * scale) + ofFalse * (fp * scale));
  };
}
