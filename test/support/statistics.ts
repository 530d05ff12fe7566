/**
 * Cases of intervals and of comparisons of two models.
 *
 * @module
 */
import type { ClassMeasureName, ConfidenceIntervalOptions, MatrixMeasureName, MeasureName } from "@assay/contract";
import fc from "fast-check";
import { type Column, columnOf, labelForms } from "./columns.js";
import { lengths } from "./draws.js";
import { labelRecipes, labelsOf } from "./rows.js";

/** Counts of few and of very many rows, with cells and whole classes that are empty. */
const counts: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 30 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 100_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 10 ** 9) },
);

/** Square tables of counts, at least one of them not 0. */
export const tables: fc.Arbitrary<number[][]> = fc
  .integer({ min: 2, max: 4 })
  .chain((size) =>
    fc.array(fc.array(counts, { minLength: size, maxLength: size }), { minLength: size, maxLength: size }),
  )
  .filter((table) => table.flat().some((count) => count > 0));

const ofClasses: readonly ClassMeasureName[] = [
  ...(["precision", "recall", "f1", "fBeta", "jaccard", "specificity", "negativePredictiveValue"] as const),
  ...(["falsePositiveRate", "falseNegativeRate", "falseDiscoveryRate", "falseOmissionRate", "prevalence"] as const),
  ...(["informedness", "markedness", "gMean", "positiveLikelihoodRatio", "negativeLikelihoodRatio"] as const),
];

const ofMatrix: readonly MatrixMeasureName[] = [
  ...(["accuracy", "zeroOneLoss", "hammingLoss", "balancedAccuracy", "mcc", "cohenKappa"] as const),
];

export const measures: fc.Arbitrary<MeasureName> = fc.constantFrom(...ofClasses, ...ofMatrix);

/** A measure as it may be asked for. */
export interface Measuring {
  readonly measure: MeasureName;
  readonly options: ConfidenceIntervalOptions;
}

const averaged = fc.record(
  {
    average: fc.constantFrom("micro", "macro", "weighted"),
    zeroDivision: fc.constantFrom(0, 1, NaN),
    absentClasses: fc.constantFrom("skip", "count"),
  },
  { requiredKeys: [] },
);
const ofOneClass = fc.record({ classIndex: fc.constantFrom(0, 1) });

function own(measure: MeasureName): fc.Arbitrary<ConfidenceIntervalOptions> {
  switch (measure) {
    case "fBeta":
      return fc.record({ beta: fc.constantFrom(0, 0.5, 2, Infinity) }, { requiredKeys: [] });
    case "cohenKappa":
      return fc.record({ weights: fc.constantFrom("none", "linear", "quadratic") }, { requiredKeys: [] });
    case "balancedAccuracy":
      return fc.record({ adjusted: fc.boolean() }, { requiredKeys: [] });
    default:
      return fc.constant({});
  }
}

export const measurings: fc.Arbitrary<Measuring> = measures.chain((measure) => {
  const isOfMatrix = (ofMatrix as readonly string[]).includes(measure);
  const average: fc.Arbitrary<ConfidenceIntervalOptions> = isOfMatrix
    ? fc.constant({})
    : fc.oneof(averaged, ofOneClass);
  return fc
    .tuple(average, own(measure), fc.constantFrom(0.5, 0.9, 0.95, 0.999))
    .map(([a, b, level]) => ({ measure, options: { ...a, ...b, level } }));
});

/** What two models say of rows, and what is true. */
export interface PairedCase {
  readonly numClasses: number;
  readonly predictedA: Column;
  readonly predictedB: Column;
  readonly targets: Column;
}

export const pairedCases: fc.Arbitrary<PairedCase> = fc
  .record({
    length: lengths,
    numClasses: fc.constantFrom(2, 3, 10, 40),
    labels: fc.tuple(labelRecipes, labelRecipes, labelRecipes),
    forms: fc.tuple(labelForms, labelForms, labelForms),
  })
  .map(({ length, numClasses, labels, forms }) => {
    const column = (i: 0 | 1 | 2): Column => columnOf(forms[i], labelsOf(labels[i], length, numClasses));
    return { numClasses, predictedA: column(0), predictedB: column(1), targets: column(2) };
  });
