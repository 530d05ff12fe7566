/**
 * Matrices by their cells, and everything that follows from them.
 *
 * @module
 */
import type { AverageOptions, ClassMeasures, ConfusionMatrix } from "@assay/contract";
import fc from "fast-check";

/** A square of counts, row-major. */
export interface Square {
  readonly numClasses: number;
  readonly counts: readonly number[];
  readonly binary: boolean;
}

/** Squares with at least one row, of counts such as these. */
function squares(count: fc.Arbitrary<number>): fc.Arbitrary<Square> {
  const cell = fc.oneof({ weight: 3, arbitrary: count }, { weight: 1, arbitrary: fc.nat(0) });
  return fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.array(cell, { minLength: 25, maxLength: 25 }), fc.boolean(), count)
    .map(([numClasses, cells, binary, some]) => {
      const counts = cells.slice(0, numClasses * numClasses);
      if (!counts.some((each) => each > 0)) counts[0] = some || 1;
      return { numClasses, counts, binary: binary && numClasses === 2 };
    });
}

/** Whole counts, all together less than 2⁵². */
export const wholeSquares: fc.Arbitrary<Square> = squares(
  fc.oneof(fc.nat(5), fc.nat(1e9), fc.integer({ min: 2 ** 46, max: 2 ** 47 })),
);

/** Also whole counts whose sums float64 cannot hold, and weights. */
export const allSquares: fc.Arbitrary<Square> = fc.oneof(
  wholeSquares,
  squares(fc.integer({ min: 2 ** 52, max: 2 ** 53 })),
  squares(fc.double({ min: 1e-9, max: 1e9, noNaN: true })),
  squares(fc.constantFrom(0.1, 0.2, 0.3, 1e-12, 1e12)),
);

/** Also weights next to either end of float64. All of them, for each class, add up to a number. */
export const anySquares: fc.Arbitrary<Square> = fc.oneof(
  allSquares,
  squares(fc.constantFrom(1e306, 1.2345e306, 2 ** 1000, 2 ** 900)),
  squares(fc.constantFrom(5e-324, 1e-323, 2e-320, 2 ** -1000, 2 ** -900)),
);

/** The measures of classes that have no option of their own. */
export const measureNames = [
  "precision",
  "recall",
  "f1",
  "jaccard",
  "specificity",
  "negativePredictiveValue",
  "falsePositiveRate",
  "falseNegativeRate",
  "falseDiscoveryRate",
  "falseOmissionRate",
  "prevalence",
  "informedness",
  "markedness",
  "gMean",
  "positiveLikelihoodRatio",
  "negativeLikelihoodRatio",
] as const satisfies readonly Exclude<keyof ClassMeasures, "fBeta" | "report">[];

/** How a measure is taken, besides its average. */
export type Manner = Pick<AverageOptions, "zeroDivision" | "absentClasses">;

export const manners: fc.Arbitrary<Manner> = fc.record(
  { zeroDivision: fc.constantFrom(0, 1, 0.25, Number.NaN, Infinity), absentClasses: fc.constantFrom("skip", "count") },
  { requiredKeys: [] },
);

/** Every measure of classes with every average, by what it is. */
export function classNumbers(
  matrix: ClassMeasures,
  averages: readonly NonNullable<AverageOptions["average"]>[],
  manner: Manner = {},
  betas: readonly number[] = [0, 0.5, 1, 2, Infinity],
): Record<string, number | Float64Array> {
  const numbers: Record<string, number | Float64Array> = {};
  for (const average of averages) {
    // The overloads tell "none" apart; here all are alike.
    const options = { ...manner, average } as { average: "macro" };
    for (const name of measureNames) numbers[`${name} ${average}`] = matrix[name](options);
    for (const beta of betas) numbers[`fBeta ${beta} ${average}`] = matrix.fBeta({ ...options, beta });
  }
  return numbers;
}

/** The measures of all cells, which are exact whatever the counts. */
export function wholeNumbers(matrix: ConfusionMatrix): Record<string, number> {
  return {
    accuracy: matrix.accuracy(),
    zeroOneLoss: matrix.zeroOneLoss(),
    hammingLoss: matrix.hammingLoss(),
    balancedAccuracy: matrix.balancedAccuracy(),
    adjusted: matrix.balancedAccuracy({ adjusted: true }),
    mcc: matrix.mcc(),
    kappa: matrix.cohenKappa(),
    linear: matrix.cohenKappa({ weights: "linear" }),
    quadratic: matrix.cohenKappa({ weights: "quadratic" }),
  };
}
