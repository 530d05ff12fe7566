/**
 * The measures of one class against the rest, as exact quotients of counts, rounded once.
 *
 * Names and formulas are those of scikit-learn (`sklearn.metrics`). Informedness and markedness: D. Powers, "Evaluation:
 * from precision, recall and F-measure to ROC, informedness, markedness and correlation" (2011). G-mean: M. Kubat and
 * S. Matwin, "Addressing the curse of imbalanced training sets" (1997).
 *
 * @module
 */
import type { ClassMeasures } from "@assay/contract";
import { Ratio } from "../ratio.js";

/** Counts of one class against the rest, in whole units. */
export interface Counts {
  readonly tp: bigint;
  readonly fp: bigint;
  readonly fn: bigint;
  readonly tn: bigint;
}

/** The value for some counts; undefined where a denominator is 0. */
export type Measure = (counts: Counts) => number | undefined;

const one: Ratio = Ratio.of(1n);

const precision = ({ tp, fp }: Counts): Ratio => Ratio.of(tp, tp + fp);
const recall = ({ tp, fn }: Counts): Ratio => Ratio.of(tp, tp + fn);
const specificity = ({ tn, fp }: Counts): Ratio => Ratio.of(tn, tn + fp);
const negativePredictiveValue = ({ tn, fn }: Counts): Ratio => Ratio.of(tn, tn + fn);

const exactly: Record<Exclude<keyof ClassMeasures, "fBeta" | "gMean" | "report">, (counts: Counts) => Ratio> = {
  precision,
  recall,
  f1: ({ tp, fp, fn }) => Ratio.of(2n * tp, 2n * tp + fp + fn),
  jaccard: ({ tp, fp, fn }) => Ratio.of(tp, tp + fp + fn),
  specificity,
  negativePredictiveValue,
  falsePositiveRate: ({ fp, tn }) => Ratio.of(fp, fp + tn),
  falseNegativeRate: ({ fn, tp }) => Ratio.of(fn, fn + tp),
  falseDiscoveryRate: ({ fp, tp }) => Ratio.of(fp, fp + tp),
  falseOmissionRate: ({ fn, tn }) => Ratio.of(fn, fn + tn),
  prevalence: ({ tp, fp, fn, tn }) => Ratio.of(tp + fn, tp + fp + fn + tn),
  informedness: (counts) => recall(counts).plus(specificity(counts)).minus(one),
  markedness: (counts) => precision(counts).plus(negativePredictiveValue(counts)).minus(one),
  positiveLikelihoodRatio: (counts) => recall(counts).over(one.minus(specificity(counts))),
  negativeLikelihoodRatio: (counts) => one.minus(recall(counts)).over(specificity(counts)),
};

/** The measure of a name. */
export function definition(name: keyof typeof exactly): Measure {
  return (counts) => exactly[name](counts).value();
}

export const gMean: Measure = (counts) => recall(counts).times(specificity(counts)).root();

/** (1+β²)tp / ((1+β²)tp + β²fn + fp); recall for β = ∞. */
export function fBeta(beta: number): Measure {
  if (beta === Infinity) return definition("recall");
  const square = Ratio.from(beta).times(Ratio.from(beta));
  return ({ tp, fp, fn }) => {
    const numerator = one.plus(square).times(Ratio.of(tp));
    return numerator.over(numerator.plus(square.times(Ratio.of(fn))).plus(Ratio.of(fp))).value();
  };
}
