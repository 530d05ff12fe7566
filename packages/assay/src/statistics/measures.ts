/**
 * The measures that have intervals, by name: which are shares, and how each changes with the counts.
 *
 * @module
 */
import { AssayRangeError, type BinaryCounts, type ClassMeasureName, type MatrixMeasureName } from "@assay/contract";
import { type Form, f1, type RateName, type Ratio, rates, total } from "../matrix/index.js";

/** Derivatives for tp, fp, fn and tn. */
export type Slopes = Form;

const others = [
  "f1",
  "fBeta",
  "informedness",
  "markedness",
  "gMean",
  "positiveLikelihoodRatio",
  "negativeLikelihoodRatio",
] as const satisfies readonly Exclude<ClassMeasureName, RateName>[];

const ofMatrix = ["accuracy", "zeroOneLoss", "hammingLoss", "balancedAccuracy", "mcc", "cohenKappa"] as const;

export function isClassMeasure(name: unknown): name is ClassMeasureName {
  return Object.hasOwn(rates, name as string) || (others as readonly unknown[]).includes(name);
}

/** Whether a measure is a ratio of rates, which may be any number from 0 on. */
export function isRateRatio(measure: ClassMeasureName): boolean {
  return measure === "positiveLikelihoodRatio" || measure === "negativeLikelihoodRatio";
}

/** What a measure is at least and at most. */
export function rangeOf(measure: ClassMeasureName): readonly [least: number, most: number] {
  if (isRateRatio(measure)) return [0, Number.POSITIVE_INFINITY];
  return [measure === "informedness" || measure === "markedness" ? -1 : 0, 1];
}

export function isMatrixMeasure(name: unknown): name is MatrixMeasureName {
  return (ofMatrix as readonly unknown[]).includes(name);
}

/** The error for a name that no measure has. */
export function noMeasure(name: unknown, argument: string): AssayRangeError {
  const known = [...Object.keys(rates), ...others, ...ofMatrix].join(", ");
  return new AssayRangeError(`${argument} is ${JSON.stringify(name)}, but must be one of ${known}`, {
    code: "option",
    argument,
    value: name,
  });
}

/** The measure as a share of rows, if it is one. */
export function rateOf(name: ClassMeasureName): Ratio | undefined {
  return Object.hasOwn(rates, name) ? rates[name as RateName] : undefined;
}

/** F-beta as a ratio, by β². Divided by the larger of 1 and β², so that β may be infinite. */
function fRatio(square: number): Ratio {
  const [ofMissed, ofFalse] = square > 1 ? [1, 1 / square] : [square, 1];
  return { of: [ofMissed + ofFalse, 0, 0, 0], among: [ofMissed + ofFalse, ofFalse, ofMissed, 0] };
}

/** a·x + b·y, slope by slope. */
function mixed(a: number, x: Slopes, b: number, y: Slopes): Slopes {
  return [a * x[0] + b * y[0], a * x[1] + b * y[1], a * x[2] + b * y[2], a * x[3] + b * y[3]];
}

function ratioSlopes({ of, among }: Ratio, counts: BinaryCounts): Slopes {
  const below = total(among, counts);
  return mixed(1 / below, of, -total(of, counts) / below / below, among);
}

/** A quotient p/q of two rates. */
function quotientSlopes(p: Ratio, q: Ratio, counts: BinaryCounts): Slopes {
  const [above, below] = [p, q].map(({ of, among }) => total(of, counts) / total(among, counts)) as [number, number];
  return mixed(1 / below, ratioSlopes(p, counts), -above / below / below, ratioSlopes(q, counts));
}

/** How a measure of one class changes with its counts; NaN where it is undefined or has no slope. */
export function slopesOf(name: ClassMeasureName, counts: BinaryCounts, beta: number): Slopes {
  const { recall, specificity, precision, negativePredictiveValue, falsePositiveRate, falseNegativeRate } = rates;
  const slopes = (ratio: Ratio) => ratioSlopes(ratio, counts);
  switch (name) {
    case "f1":
      return slopes(f1);
    case "fBeta":
      return slopes(fRatio(beta * beta));
    case "informedness":
      return mixed(1, slopes(recall), 1, slopes(specificity));
    case "markedness":
      return mixed(1, slopes(precision), 1, slopes(negativePredictiveValue));
    case "gMean": {
      const [r, s] = [recall, specificity].map(({ of, among }) => total(of, counts) / total(among, counts)) as [
        number,
        number,
      ];
      const twice = 2 * Math.sqrt(r * s);
      return mixed(s / twice, slopes(recall), r / twice, slopes(specificity));
    }
    case "positiveLikelihoodRatio":
      return quotientSlopes(recall, falsePositiveRate, counts);
    case "negativeLikelihoodRatio":
      return quotientSlopes(falseNegativeRate, specificity, counts);
    default:
      return slopes(rates[name]);
  }
}
