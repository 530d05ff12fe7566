import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";

interface Case {
  readonly numClasses: number;
  readonly scores: number[];
  readonly labels: number[];
  readonly sampleWeight: number[];
  readonly none: number;
}

/** Few different scores, so that ties are common; whole weights, whose sums are exact. */
const cases: fc.Arbitrary<Case> = fc.integer({ min: 2, max: 4 }).chain((numClasses) =>
  fc.integer({ min: 1, max: 25 }).chain((rows) => {
    const score = fc.oneof(
      fc.constantFrom(0, -0, 0.25, 0.5, 1, Infinity, -Infinity),
      fc.double({ min: -2, max: 2, noNaN: true }),
    );
    const each = <T>(of: fc.Arbitrary<T>, length: number) => fc.array(of, { minLength: length, maxLength: length });
    return fc.record({
      numClasses: fc.constant(numClasses),
      scores: each(score.map(Math.fround), rows * numClasses),
      labels: each(fc.nat(numClasses - 1), rows),
      sampleWeight: each(fc.constantFrom(1, 2, 0), rows).map((weights) => [1, ...weights.slice(1)]),
      none: fc.nat(numClasses - 1),
    });
  }),
);

const objectives = fc.constantFrom("accuracy", "macroF1", "weightedF1", "balancedAccuracy");

describe("classThresholds", () => {
  test("agrees with the oracle, which tries all thresholds", () => {
    fc.assert(
      fc.property(cases, objectives, fc.boolean(), fc.boolean(), (one, objective, weighted, narrow) => {
        const { numClasses, none, scores, labels, sampleWeight } = one;
        const options = { numClasses, none, objective, ...(weighted && { sampleWeight }) };
        const x = narrow ? Float32Array.from(scores) : scores;
        const [actual, expected] = [assay, oracle].map((backend) => backend.classThresholds(x, labels, options));
        expectSame(actual, expected, "thresholds");
        expect(actual!.value).toBeGreaterThanOrEqual(actual!.argmaxValue);
      }),
      { numRuns: 60 },
    );
  });

  test("what it chooses is what it says when it is applied", () => {
    fc.assert(
      fc.property(cases, ({ numClasses, none, scores, labels }) => {
        const found = assay.classThresholds(scores, labels, { numClasses, none });
        const predicted = assay.applyClassThresholds(scores, found.thresholds, { numClasses, none });
        expectSame(predicted, oracle.applyClassThresholds(scores, found.thresholds, { numClasses, none }), "classes");
        const right = labels.filter((label, i) => label === predicted[i]).length;
        expect(found.value).toBe(right / labels.length);
      }),
    );
  });
});

describe("curveHistogram", () => {
  const rows = fc.array(
    fc.record({
      score: fc.oneof(fc.constantFrom(0, -0, 0.5, 1, Infinity, -Infinity, 1e-45), fc.double({ noNaN: true })),
      label: fc.nat(1),
      weight: fc.constantFrom(0, 0.5, 1, 3),
    }),
    { minLength: 1, maxLength: 100 },
  );
  const shapes = fc.record({
    numBuckets: fc.integer({ min: 1, max: 12 }).map((bits) => 2 ** bits),
    range: fc.constantFrom(undefined, [0, 1] as const, [-3, 5] as const),
  });

  test("agrees with the oracle, and its bounds hold the exact areas", () => {
    fc.assert(
      fc.property(rows, shapes, fc.boolean(), (given, { numBuckets, range }, weighted) => {
        fc.pre(given.some(({ weight }) => weight > 0));
        const [x, y] = [given.map(({ score }) => score), given.map(({ label }) => label)];
        const sampleWeight = weighted ? { sampleWeight: given.map(({ weight }) => weight) } : {};
        const options = { numBuckets, ...(range && { range }), ...sampleWeight };
        const [actual, expected] = [assay, oracle].map((backend) => backend.curveHistogram(x, y, options));
        expectSame([actual!.positives, actual!.negatives], [expected!.positives, expected!.negatives]);
        expectSame(actual!.roc(), expected!.roc(), "points");
        const exact = oracle.binaryCurve(x, y, sampleWeight);
        for (const area of ["rocAuc", "averagePrecision"] as const) {
          const { lower, upper } = actual![area]();
          const bounds = expected![area]();
          if (Number.isNaN(bounds.lower)) {
            expect(lower).toBeNaN();
            continue;
          }
          // Rounding, and what is taken off so that it does not matter.
          expect(Math.abs(lower - bounds.lower)).toBeLessThan(1e-11);
          expect(Math.abs(upper - bounds.upper)).toBeLessThan(1e-11);
          expect(lower).toBeLessThanOrEqual(exact[area]());
          expect(upper).toBeGreaterThanOrEqual(exact[area]());
        }
      }),
    );
  });
});
