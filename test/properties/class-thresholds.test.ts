import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { complaintOf } from "../support/errors.js";

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

  test("of rows without weight are an error", () => {
    for (const backend of [assay, oracle]) {
      const options = { numClasses: 2, sampleWeight: [0] };
      const complaint = complaintOf(() => backend.classThresholds([0.1, 0.9], [0], options));
      expect(complaint).toMatchObject({ name: "AssayRangeError", code: "empty", argument: "labels" });
    }
  });
});
