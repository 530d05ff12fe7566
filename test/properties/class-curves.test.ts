import type { Backend, BinaryCurve, CountsAtThresholds, PairCurve } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
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

/** What one pair is compared by. */
function answersOfPair({ positive, negative, curve }: PairCurve): object {
  return { positive, negative, ...answersOf(curve) };
}

describe("one class against another", () => {
  test("curves agree with the oracle", () => {
    fc.assert(
      fc.property(multiclassCases, ({ rows, options: { numClasses } }) => {
        const { actual, expected } = answers(rows, (backend, p, y, weights) =>
          backend.pairCurves(p, y, { numClasses: numClasses!, ...weights }).map(answersOfPair),
        );
        if (rows.weight === undefined) expectSame(actual, expected, "curves");
        else expectClose(actual, expected, DOUBLE * 10, "curves");
      }),
    );
  });

  test("the mean of areas is that of Hand and Till, and of its like for average precision", () => {
    fc.assert(
      fc.property(multiclassCases, ({ rows, options: { numClasses } }) => {
        const shape = { numClasses: numClasses!, undefinedValue: 0 };
        const { areas, means } = ofAssay(rows, (backend, p, y, weights) => {
          const pairs = backend.pairCurves(p, y, { numClasses: numClasses!, ...weights });
          const areas = pairs.map(({ curve }) => [curve.rocAuc({ undefinedValue: 0 }), curve.averagePrecision()]);
          for (const { curve } of pairs) curve.free();
          const options = { ...shape, ...weights, multiclass: "ovo" } as const;
          return { areas, means: [backend.rocAuc(p, y, options), backend.averagePrecision(p, y, options)] };
        });
        const meanOf = (which: number): number => areas.reduce((sum, area) => sum + area[which]!, 0) / areas.length;
        expectClose(means, [meanOf(0), meanOf(1)], DOUBLE, "means");
      }),
    );
  });

  test("a pair without rows is an empty curve", () => {
    for (const backend of [assay, oracle] as Backend[]) {
      const pairs = backend.pairCurves(Float64Array.of(0.1, 0.2, 0.3, 0.4), [0], { numClasses: 4 });
      expect(pairs.map(({ positive, negative }) => [positive, negative]).slice(0, 4)).toEqual([
        [0, 1],
        [0, 2],
        [0, 3],
        [1, 0],
      ]);
      expect(pairs.map(({ curve }) => curve.length)).toEqual([1, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0]);
      expect(pairs.at(-1)!.curve.rocAuc()).toBeNaN();
      for (const { curve } of pairs) curve.free();
    }
  });
});

describe("curves of logits", () => {
  test("have the areas of ranked logits, and log-odds for thresholds", () => {
    const numClasses = 3;
    const logits = Float64Array.from({ length: 60 * numClasses }, (_, i) => Math.sin(i * i) * 3);
    const labels = Array.from({ length: 60 }, (_, i) => (i * 7) % numClasses);
    const odds = Array.from(logits, (own, i) => {
      const start = i - (i % numClasses);
      const others = logits.subarray(start, start + numClasses).filter((_, k) => k !== i - start);
      return -Math.log(others.reduce((sum, x) => sum + Math.exp(x - own), 0));
    });
    for (const backend of [assay, oracle] as Backend[]) {
      const options = { numClasses, from: "logits" } as const;
      const curves = backend.classCurves(logits, labels, options);
      const areas = backend.rocAuc(logits, labels, { ...options, average: "none" });
      expect(curves.map((curve) => curve.rocAuc())).toEqual([...areas]);
      curves.forEach((curve, k) => {
        const own = odds.filter((_, i) => i % numClasses === k).sort((a, b) => b - a);
        expectClose([...curve.counts().thresholds], own, DOUBLE, "thresholds");
        curve.free();
      });
      const all = backend.microCurve(logits, labels, options);
      expect(all.rocAuc()).toBe(backend.rocAuc(logits, labels, { ...options, average: "micro" }));
      all.free();
      const pairs = backend.pairCurves(logits, labels, options);
      const mean = pairs.reduce((sum, { curve }) => sum + curve.rocAuc(), 0) / pairs.length;
      expectClose(mean, backend.rocAuc(logits, labels, { ...options, multiclass: "ovo" }), DOUBLE, "pairs");
      for (const { curve } of pairs) curve.free();
    }
  });

  test("of labels are those of scores", () => {
    for (const backend of [assay, oracle] as Backend[]) {
      const [logits, labels] = [Float64Array.of(2, -1, 0.5, 3, -2, 0), [1, 0, 1, 1, 0, 1]];
      const of = (from: "scores" | "logits") =>
        backend.classCurves(logits, labels, { numLabels: 2, from }).map((curve) => answersOf(curve));
      expect(of("logits")).toEqual(of("scores"));
    }
  });
});
