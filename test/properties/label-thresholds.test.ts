import type { LabelObjective } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { complaintOf } from "../support/errors.js";

interface Case {
  readonly numLabels: number;
  readonly scores: number[];
  readonly labels: number[];
  readonly sampleWeight: number[];
}

/** Few different scores, so that ties are common; whole weights, whose sums are exact. */
function cases(mostLabels: number, mostRows: number): fc.Arbitrary<Case> {
  return fc
    .record({ numLabels: fc.integer({ min: 1, max: mostLabels }), rows: fc.integer({ min: 1, max: mostRows }) })
    .chain(({ numLabels, rows }) => {
      const score = fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(0, -0, 0.25, 0.5, 0.75, 1) },
        { weight: 1, arbitrary: fc.constantFrom(Infinity, -Infinity) },
        { weight: 3, arbitrary: fc.double({ min: -2, max: 2, noNaN: true }).map(Math.fround) },
      );
      const each = <T>(of: fc.Arbitrary<T>, length: number) => fc.array(of, { minLength: length, maxLength: length });
      return fc.record({
        numLabels: fc.constant(numLabels),
        scores: each(score, rows * numLabels),
        labels: each(fc.nat(1), rows * numLabels),
        sampleWeight: each(fc.constantFrom(1, 2, 0), rows).map((weights) => [1, ...weights.slice(1)]),
      });
    });
}

const objectives = fc.constantFrom<LabelObjective>("macroF1", "weightedF1", "microF1", "accuracy");
const commons = fc.constantFrom(0.5, 0, -1, 0.25);

/** The objective of predictions, as a matrix of their labels has it; 0 where a mean is over no labels. */
function objectiveOf(one: Case, objective: LabelObjective, threshold: number[]): number {
  const value = measured(one, objective, threshold);
  return Number.isNaN(value) ? 0 : value;
}

function measured({ numLabels, scores, labels, sampleWeight }: Case, objective: LabelObjective, threshold: number[]) {
  const options = { numLabels, from: "logits", threshold, sampleWeight } as const;
  const matrix = oracle.multilabelConfusionMatrix(scores, labels, options);
  switch (objective) {
    case "accuracy":
      return 1 - matrix.hammingLoss();
    case "macroF1":
      return matrix.f1({ average: "macro" });
    case "weightedF1":
      return matrix.f1({ average: "weighted" });
    case "microF1":
      return matrix.f1({ average: "micro" });
  }
}

/** All choices of one of each list. */
function combinations(lists: readonly number[][]): number[][] {
  return lists.reduce<number[][]>((sofar, list) => sofar.flatMap((some) => list.map((one) => [...some, one])), [[]]);
}

describe("labelThresholds", () => {
  test("agrees with the oracle, and is not worse than one threshold for all", () => {
    fc.assert(
      fc.property(cases(5, 40), objectives, commons, fc.boolean(), (one, objective, threshold, narrow) => {
        const { numLabels, scores, labels, sampleWeight } = one;
        const options = { numLabels, objective, threshold, sampleWeight };
        const x = narrow ? Float32Array.from(scores) : scores;
        const [actual, expected] = [assay, oracle].map((backend) => backend.labelThresholds(x, labels, options));
        expectSame(actual, expected, "thresholds");
        expect(actual!.value).toBeGreaterThanOrEqual(actual!.commonValue);
      }),
    );
  });

  test("says what its thresholds attain, as a matrix of labels does", () => {
    fc.assert(
      fc.property(cases(4, 30), objectives, commons, (one, objective, threshold) => {
        const { numLabels, scores, labels, sampleWeight } = one;
        const found = assay.labelThresholds(scores, labels, { numLabels, objective, threshold, sampleWeight });
        expect(found.value).toBeCloseTo(objectiveOf(one, objective, [...found.thresholds]), 14);
        expect(found.commonValue).toBeCloseTo(objectiveOf(one, objective, Array(numLabels).fill(threshold)), 14);
      }),
    );
  });

  test("no thresholds at all are better", () => {
    fc.assert(
      fc.property(cases(3, 6), objectives, commons, (one, objective, threshold) => {
        const { numLabels, scores, labels, sampleWeight } = one;
        const found = assay.labelThresholds(scores, labels, { numLabels, objective, threshold, sampleWeight });
        const tried = Array.from({ length: numLabels }, (_, k) => [
          ...new Set([Infinity, ...scores.filter((_, i) => i % numLabels === k)]),
        ]);
        const best = combinations(tried).reduce((most, each) => Math.max(most, objectiveOf(one, objective, each)), 0);
        expect(found.value).toBeGreaterThan(best - 1e-12);
      }),
      { numRuns: 60 },
    );
  });

  test("moves a label only where that is better", () => {
    const scores = [0.9, 0.6, 0.2, 0.6, 0.8, 0.1];
    const labels = [1, 0, 0, 0, 1, 0];
    for (const backend of [assay, oracle]) {
      const found = backend.labelThresholds(scores, labels, { numLabels: 2 });
      expect(found).toEqual({ thresholds: Float64Array.of(0.5, Infinity), value: 1, commonValue: 0.5 });
    }
  });

  test("errors say where", () => {
    for (const backend of [assay, oracle]) {
      const call = (x: number[], y: number[], more: object) => () =>
        backend.labelThresholds(x, y, { numLabels: 2, ...more });
      const scores = [0.1, 0.9, 0.8, 0.3];
      const labels = [0, 1, 1, 0];
      const nan = [0.1, 0.9, Number.NaN, 0.3];
      expect(complaintOf(call(nan, labels, {}))).toMatchObject({ code: "nan", argument: "scores", index: 2 });
      expect(complaintOf(call(scores, [0, 1, 2, 0], {}))).toMatchObject({
        code: "label",
        argument: "labels",
        index: 2,
      });
      expect(complaintOf(call(scores, labels, { threshold: Number.NaN }))).toMatchObject({ argument: "threshold" });
      expect(complaintOf(call(scores, labels, { objective: "f1" }))).toMatchObject({ argument: "objective" });
      expect(complaintOf(call(scores, labels, { numLabels: 0 }))).toMatchObject({ argument: "numLabels" });
      expect(complaintOf(call([], [], {}))).toMatchObject({ code: "empty", argument: "labels" });
      const weightless = { sampleWeight: [0, 0] };
      expect(complaintOf(call(scores, labels, weightless))).toMatchObject({ code: "empty", argument: "labels" });
    }
  });
});
