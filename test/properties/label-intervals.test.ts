import type { Backend, ConfidenceIntervalOptions, MeasureName, RowMeasureName } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { DOUBLE, expectWithin } from "../support/bounds.js";
import { complaintOf } from "../support/errors.js";
import { type MultilabelCase, multilabelCases } from "../support/multilabel.js";
import { answers } from "../support/rows.js";

const backends: readonly Backend[] = [assay, oracle];

interface Asked {
  readonly measure: MeasureName | RowMeasureName;
  readonly options: ConfidenceIntervalOptions;
}

const rowMeasures: readonly RowMeasureName[] = ["exactMatch", "zeroOneLoss", "hammingLoss"];
const labelMeasures: readonly MeasureName[] = [
  ...(["precision", "recall", "f1", "jaccard", "specificity", "negativePredictiveValue"] as const),
  ...(["falsePositiveRate", "falseNegativeRate", "falseDiscoveryRate", "falseOmissionRate", "prevalence"] as const),
  ...(["informedness", "markedness", "gMean", "positiveLikelihoodRatio", "negativeLikelihoodRatio"] as const),
];
const averages = fc.record(
  { average: fc.constantFrom("micro", "samples"), zeroDivision: fc.constantFrom(0, 1, NaN) },
  { requiredKeys: ["average"] },
);
const asked: fc.Arbitrary<Asked> = fc.oneof(
  fc.constantFrom(...rowMeasures).map((measure) => ({ measure, options: {} })),
  fc.tuple(fc.constantFrom(...labelMeasures), averages).map(([measure, options]) => ({ measure, options })),
  fc.tuple(averages, fc.constantFrom(0, 2, Infinity)).map(([options, beta]) => ({
    measure: "fBeta" as const,
    options: { ...options, beta },
  })),
);

const matrices = multilabelCases.map((one): MultilabelCase => ({ ...one, rows: { ...one.rows, weight: undefined } }));

describe("intervals of rows with several labels", () => {
  const intervals = ({ rows, options }: MultilabelCase, { measure, options: how }: Asked) =>
    answers(rows, (backend, p, y) =>
      backend.confidenceInterval(backend.multilabelConfusionMatrix(p, y, options), measure, how),
    );

  test("the ways in which rows came out are those of the oracle, and add up", () => {
    fc.assert(
      fc.property(multilabelCases, ({ rows, options }) => {
        const { actual, expected } = answers(rows, (backend, p, y, weights) => {
          const matrix = backend.multilabelConfusionMatrix(p, y, { ...options, ...weights });
          return { outcomes: matrix.rowOutcomes(), total: matrix.total };
        });
        expectSame(actual.outcomes, expected.outcomes);
        if (rows.weight !== undefined) return;
        expect(actual.outcomes.reduce((sum, { count }) => sum + count, 0)).toBe(actual.total);
      }),
    );
  });

  test.each(["default", "delta"] as const)("agree with the oracle: %s", (method) => {
    fc.assert(
      fc.property(matrices, asked, fc.constantFrom(0.5, 0.95, 0.999), (one, { measure, options }, level) => {
        const how = { ...options, level, ...(method === "delta" && { method }) };
        const { actual, expected } = intervals(one, { measure, options: how });
        expect(actual.method).toBe(expected.method);
        expectWithin(actual.estimate, expected.estimate, DOUBLE * Math.abs(expected.estimate), "estimate");
        const bound = 1e-9 * (expected.standardError + Math.abs(expected.estimate)) + 1e-12;
        for (const name of ["standardError", "lower", "upper"] as const) {
          expectWithin(actual[name], expected[name], 10 * bound, name);
        }
      }),
    );
  });

  test("by the bootstrap agree with the oracle", () => {
    fc.assert(
      fc.property(matrices, asked, fc.maxSafeNat(), (one, { measure, options }, seed) => {
        const how = { ...options, method: "bootstrap", resamples: 7, seed } as const;
        const { actual, expected } = intervals(one, { measure, options: how });
        const size = Math.max(1, Math.abs(expected.estimate), Math.abs(expected.upper) || 0);
        for (const name of ["estimate", "standardError", "lower", "upper"] as const) {
          expectWithin(actual[name], expected[name], 1e-12 * size, name);
        }
      }),
    );
  });

  test("labels that go wrong together are no surer than rows, and those that do not are as sure as all", () => {
    // Ten rows of four labels: three of them wrong in all, or six in two of four and none else.
    const y = new Uint8Array(40);
    const together = y.map((_, i) => Number(i < 12));
    for (const { multilabelConfusionMatrix, confidenceInterval, wilson } of backends) {
      const whole = multilabelConfusionMatrix(together, y, { numLabels: 4 });
      const { estimate, lower, upper, standardError, method } = confidenceInterval(whole, "hammingLoss");
      const ofRows = wilson(3, 10);
      expect([estimate, method]).toEqual([0.3, "wilson"]);
      expectWithin(lower, ofRows.lower, 1e-14);
      expectWithin(upper, ofRows.upper, 1e-14);
      expectWithin(standardError, Math.sqrt((0.3 * 0.7) / 10), 1e-15);
      expect(confidenceInterval(whole, "exactMatch")).toMatchObject({ estimate: 0.7, method: "wilson" });
      // One of four is wrong in each row: rows do not differ.
      const spread = multilabelConfusionMatrix(
        y.map((_, i) => Number(i % 4 === 0)),
        y,
        { numLabels: 4 },
      );
      const ofCells = wilson(10, 40);
      const interval = confidenceInterval(spread, "hammingLoss");
      expectWithin(interval.lower, ofCells.lower, 1e-14);
      expectWithin(interval.upper, ofCells.upper, 1e-14);
      // All are right: what is known is as many rows.
      const right = multilabelConfusionMatrix(y, y, { numLabels: 4 });
      expectSame(confidenceInterval(right, "hammingLoss").upper, wilson(0, 10).upper);
    }
  });
});

describe("both backends complain alike", () => {
  const cases: Record<string, [Parameters<Backend["confidenceInterval"]>[1], ConfidenceIntervalOptions]> = {
    "a mean over labels": ["f1", {}],
    "a weighted mean over labels": ["f1", { average: "weighted" }],
    "an average of one class": ["f1", { average: "binary" }],
    "a class": ["f1", { classIndex: 0, average: "micro" }],
    "a measure of classes": ["mcc", {}],
    "no measure": ["accuracies" as "mcc", {}],
    "an option of another measure": ["exactMatch", { average: "micro" }],
    "Wilson's interval of a mean": ["precision", { average: "samples", method: "wilson" }],
    "a seed of no bootstrap": ["exactMatch", { seed: 1 }],
    "an average beside a label": ["f1", { average: "micro", label: 0 }],
  };
  test.each(Object.entries(cases))("%s", (_, [measure, options]) => {
    const [actual, expected] = backends.map((backend) => {
      const matrix = backend.multilabelConfusionMatrix([0, 1], [1, 1], { numLabels: 2 });
      return complaintOf(() => backend.confidenceInterval(matrix, measure, options));
    });
    expect(expected).toBeDefined();
    expect(actual).toEqual(expected);
  });

  test("weights that are not whole, and exact matches of one label", () => {
    const [actual, expected] = backends.map((backend) => {
      const options = { numLabels: 2, sampleWeight: [0.5] };
      const matrix = backend.multilabelConfusionMatrix([0, 1], [1, 1], options);
      const ofClasses = backend.confusionMatrix([0, 1], [1, 1]);
      return [
        complaintOf(() => backend.confidenceInterval(matrix, "exactMatch")),
        complaintOf(() => backend.confidenceInterval(ofClasses, "exactMatch")),
        complaintOf(() => backend.confidenceInterval(ofClasses, "f1", { average: "samples" })),
      ];
    });
    expect(expected).not.toContain(undefined);
    expect(actual).toEqual(expected);
  });
});
