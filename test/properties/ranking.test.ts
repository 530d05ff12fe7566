import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DOUBLE, expectClose } from "../support/bounds.js";
import { multiclassCases, multilabelCases } from "../support/curve.js";
import { complaintOf } from "../support/errors.js";
import { answers } from "../support/rows.js";

describe("areas of several columns agree with the oracle", () => {
  describe.each([
    ["one class a row", multiclassCases],
    ["many labels a row", multilabelCases],
  ])("%s", (_, cases) => {
    test.each(["rocAuc", "averagePrecision"] as const)("%s", (area) => {
      fc.assert(
        fc.property(cases, fc.constantFrom(undefined, 0, 0.5, Number.NaN), ({ rows, options }, undefinedValue) => {
          const { actual, expected } = answers(rows, (backend, p, y, weights): unknown =>
            backend[area](p, y, {
              ...(options as { average: "none" }),
              ...weights,
              ...(undefinedValue !== undefined && { undefinedValue }),
            }),
          );
          expectClose(actual, expected, DOUBLE, `${options.average}`);
        }),
      );
    });
  });

  test.each(["rocAuc", "averagePrecision"] as const)("one class against another: %s", (area) => {
    fc.assert(
      fc.property(multiclassCases, fc.constantFrom("macro", "weighted"), ({ rows, options }, average) => {
        const { actual, expected } = answers(rows, (backend, p, y, weights) =>
          backend[area](p, y, { ...options, ...weights, average, multiclass: "ovo" }),
        );
        expectClose(actual, expected, DOUBLE);
      }),
    );
  });
});

describe("a wrong question is an error", () => {
  const scores = Float64Array.of(0.5, 0.5, 0, 1);
  const wrong: readonly [string, ArrayLike<number>, object, object][] = [
    ["one class", [0, 0, 0, 0], { numClasses: 1 }, { name: "AssayRangeError", argument: "numClasses" }],
    ["no label", [0], { numLabels: 0 }, { name: "AssayRangeError", argument: "numLabels" }],
    ["classes and labels", [0, 1], { numClasses: 2, numLabels: 2 }, { name: "AssayTypeError", argument: "numLabels" }],
    ["an average of one column", [0, 1, 1, 1], { average: "macro" }, { name: "AssayTypeError", argument: "average" }],
    [
      "another average",
      [0, 1],
      { numClasses: 2, average: "samples" },
      { name: "AssayRangeError", argument: "average" },
    ],
    ["an undefined value", [0, 1], { numClasses: 2, undefinedValue: "0" }, { argument: "undefinedValue" }],
  ];
  const ofPairs: typeof wrong = [
    ["pairs of labels", [1, 0, 0, 1], { numLabels: 2, multiclass: "ovo" }, { argument: "multiclass" }],
    ["pairs of one column", [1, 0, 0, 1], { multiclass: "ovo" }, { argument: "multiclass" }],
    ["all elements of pairs", [1, 0], { numClasses: 2, multiclass: "ovo", average: "micro" }, { argument: "average" }],
    ["other pairs", [1, 0], { numClasses: 2, multiclass: "pairs" }, { argument: "multiclass" }],
  ];
  const every = [
    ...[...wrong, ...ofPairs].flatMap((one) => [["rocAuc", ...one] as const, ["averagePrecision", ...one] as const]),
    ["rocAuc", "a rate of 0", [1, 0, 0, 1], { maxFpr: 0 }, { argument: "maxFpr" }] as const,
    [
      ...["averagePrecision", "what only rocAuc has"],
      ...[[0, 1], { numClasses: 2, maxFpr: 0.1 }, { name: "AssayTypeError", argument: "maxFpr" }],
    ] as unknown as ["averagePrecision", string, number[], object, object],
  ];
  test.each(every)("%s: %s", (area, _, labels, options, complaint) => {
    for (const backend of [oracle, assay]) {
      const call = (): unknown => backend[area](scores, labels as number[], options);
      expect(complaintOf(call)).toMatchObject({ code: "option", ...complaint });
    }
  });
});
