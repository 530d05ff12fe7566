import type { BinaryCurve, CountsAtThresholds } from "@assay/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { DOUBLE, expectClose } from "../support/bounds.js";
import { multiclassCases, multilabelCases, type RankingCase } from "../support/curve.js";
import { answers, ofAssay, type Question } from "../support/rows.js";

/** What one curve of several is compared by. */
function answersOf(curve: BinaryCurve): { length: number; areas: readonly number[]; counts: CountsAtThresholds } {
  try {
    return { length: curve.length, areas: [curve.rocAuc(), curve.averagePrecision()], counts: curve.counts() };
  } finally {
    curve.free();
  }
}

function shapeOf({ options: { numClasses, numLabels } }: RankingCase): { numClasses?: number; numLabels?: number } {
  return numClasses === undefined ? { numLabels: numLabels! } : { numClasses };
}

/** Every class or label, and all elements together. */
function questionsOf(given: RankingCase): readonly Question<ReturnType<typeof answersOf>[]>[] {
  const shape = shapeOf(given);
  return [
    (backend, p, y, weights) => backend.classCurves(p, y, { ...shape, ...weights }).map(answersOf),
    (backend, p, y, weights) => [answersOf(backend.microCurve(p, y, { ...shape, ...weights }))],
  ];
}

describe.each([
  ["one class a row", multiclassCases],
  ["many labels a row", multilabelCases],
])("%s", (_, cases) => {
  test("curves agree with the oracle: exactly without weights, otherwise but for the rounding of areas", () => {
    fc.assert(
      fc.property(cases, (given) => {
        for (const question of questionsOf(given)) {
          const { actual, expected } = answers(given.rows, question);
          if (given.rows.weight === undefined) {
            expectSame(actual, expected, "curves");
            continue;
          }
          const told = (curves: typeof actual): unknown =>
            curves.map(({ length, areas, counts }) => ({ length, areas, thresholds: counts.thresholds }));
          expectClose(told(actual), told(expected), DOUBLE, "curves");
        }
      }),
    );
  });

  test("areas of curves are those that averages are made of", () => {
    fc.assert(
      fc.property(cases, (given) => {
        const [each, all] = questionsOf(given).map((question) => ofAssay(given.rows, question));
        const shape = shapeOf(given);
        const areas = (average: "none" | "micro"): number[][] =>
          (["rocAuc", "averagePrecision"] as const).map((area) =>
            ofAssay(given.rows, (backend, p, y, weights) => {
              const value: unknown = backend[area](p, y, { ...shape, ...weights, average: average as "none" });
              return typeof value === "number" ? [value] : [...(value as Float64Array)];
            }),
          );
        expect([0, 1].map((i) => each!.map((curve) => curve.areas[i]))).toEqual(areas("none"));
        expect([0, 1].map((i) => all!.map((curve) => curve.areas[i]))).toEqual(areas("micro"));
      }),
    );
  });
});
