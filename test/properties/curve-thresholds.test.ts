import type { Backend, BestOptions, BestThreshold, BinaryCounts, BinaryCurve, Objective } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { binaryCurve } from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame, expectSameNumbers } from "../support/bits.js";
import { DOUBLE, expectAllWithin, expectWithin } from "../support/bounds.js";
import { columnOf } from "../support/columns.js";
import {
  ask,
  askBoth,
  curveCases,
  exactCurveCases,
  finiteCurveCases,
  plainCurveCases,
  thresholdsFor,
} from "../support/curve.js";
import type { Rows } from "../support/rows.js";

const objectives: readonly Objective[] = [
  "f1",
  "youden",
  "accuracy",
  "balancedAccuracy",
  "mcc",
  "kappa",
  "precision",
  "recall",
  "specificity",
  { fBeta: 0 },
  { fBeta: 0.1 },
  { fBeta: 2 },
  { fBeta: Infinity },
  { fBeta: 1, epsilon: 1e-8 },
  { fBeta: 2, epsilon: 0.5 },
  { cost: { fp: 1, fn: 1 } },
  { cost: { fp: 0, fn: 1 } },
  { cost: { fp: 3, fn: 0.1 } },
  { cost: { tp: -4, fp: 2.5, fn: 1, tn: -0.5 } },
  { cost: { tp: -1e-3, fp: 0.7, fn: 1e5, tn: -0.3 } },
  { cost: { fp: -1 } },
  { cost: {} },
  ({ tp, fp }) => tp - 2 * fp,
  ({ tp, fp }) => (tp === 0 ? Number.NaN : fp === 0 ? Infinity : -fp / tp),
];

const bound = fc.oneof(
  fc.constantFrom(0, 0.1, 0.25, 1 / 3, 0.5, 2 / 3, 0.9, 0.95, 1),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

/** None, one, or several at once. */
const constraints: fc.Arbitrary<BestOptions> = fc.record(
  { recallAtLeast: bound, precisionAtLeast: bound, specificityAtLeast: bound, fprAtMost: bound },
  { requiredKeys: [] },
);

function expectSameBest(actual: BestThreshold, expected: BestThreshold): void {
  expectSame(actual, expected, "best");
}

describe("the best threshold is that of the oracle", () => {
  test.each(objectives)("%o", (objective) => {
    fc.assert(
      fc.property(plainCurveCases, constraints, (rows, options) => {
        const { actual, expected } = askBoth(rows, (curve) => curve.best(objective, options));
        expectSameBest(actual, expected);
      }),
    );
  });

  test.each(objectives)("%o, of thresholds that are given", (objective) => {
    const ties = fc.constantFrom("largest", "first");
    fc.assert(
      fc.property(plainCurveCases, constraints, ties, fc.boolean(), fc.nat(), (rows, bounds, ties, strict, seed) => {
        const options = { ...bounds, ties, strict, thresholds: thresholdsFor(rows, seed) };
        const { actual, expected } = askBoth(rows, (curve) => curve.best(objective, options));
        expectSameBest(actual, expected);
      }),
    );
  });

  test.each(objectives)("%o, of thresholds at equal distances", (objective) => {
    const linspaces = fc.oneof(fc.integer({ min: 2, max: 40 }), fc.constantFrom(100, 1000));
    const ties = fc.constantFrom("largest", "first");
    fc.assert(
      fc.property(finiteCurveCases, linspaces, ties, fc.boolean(), (rows, linspace, ties, strict) => {
        const whole = { ...rows, weight: undefined };
        const { actual, expected } = askBoth(whole, (curve) => curve.best(objective, { linspace, ties, strict }));
        expectSameBest(actual, expected);
      }),
    );
  });
});

test.each(objectives)("with weights the best threshold for %o is that of the oracle", (objective) => {
  fc.assert(
    fc.property(exactCurveCases, constraints, (rows, options) => {
      const { actual, expected } = askBoth(rows, (curve) => curve.best(objective, options));
      expectSameBest(actual, expected);
    }),
  );
});

test.each(objectives)("the values of %o at every threshold agree with the oracle", (objective) => {
  fc.assert(
    fc.property(exactCurveCases, (rows) => {
      const { actual, expected } = askBoth(rows, (curve) => curve.objective(objective));
      expectSameNumbers(actual.thresholds, expected.thresholds, "thresholds");
      expectSameNumbers(actual.values, expected.values, "values");
    }),
  );
});

test.each(objectives)("the values of %o at thresholds of one's own agree with the oracle", (objective) => {
  fc.assert(
    fc.property(exactCurveCases, fc.nat(), fc.boolean(), (rows, seed, strict) => {
      const thresholds = thresholdsFor(rows, seed);
      const { actual, expected } = askBoth(rows, (curve) => ({
        ...curve.objective(objective, { thresholds, strict }),
        bests: thresholds.map((threshold) => curve.best(objective, { thresholds: [threshold], strict }).value),
      }));
      expectSameNumbers(actual.thresholds, Float64Array.from(thresholds), "thresholds");
      const { values, bests } = expected;
      expectSameNumbers(actual.values, values, "values");
      expectSameNumbers(Float64Array.from(actual.bests), actual.values, "the best of one");
      expectSameNumbers(Float64Array.from(bests), values, "the best of one, in the oracle");
    }),
  );
});

test("the values of an objective along a line are as many as were asked for, from the smallest score to the largest", () => {
  fc.assert(
    fc.property(finiteCurveCases, fc.integer({ min: 2, max: 40 }), (rows, linspace) => {
      const { actual, expected } = askBoth(rows, (curve) => ({
        scores: curve.counts().thresholds,
        along: curve.objective("f1", { linspace }),
        best: curve.best("f1", { linspace, ties: "first" }),
      }));
      expectSame(actual.along.thresholds, expected.along.thresholds, "thresholds");
      const { scores, along, best } = actual;
      expect([along.thresholds.length, along.thresholds[0], along.thresholds.at(-1)]).toEqual([
        linspace,
        scores.at(-1),
        scores[0],
      ]);
      expect(best.value).toBe(Math.max(...along.values));
    }),
  );
});

/** Rows of which some have a score of +∞. */
const endlessCases: fc.Arbitrary<Rows> = fc
  .array(fc.tuple(fc.constantFrom(Infinity, 1, 0, -Infinity), fc.nat(1), fc.constantFrom(0, 1, 2)), {
    minLength: 1,
    maxLength: 20,
  })
  .map((rows) => {
    const column = (of: (row: (typeof rows)[number]) => number) =>
      columnOf({ type: "float64", place: "heap" }, Float64Array.from(rows, of));
    return {
      count: rows.length,
      columns: 1,
      targetColumns: 1,
      predictions: column(([score]) => score),
      targets: column(([, label]) => label),
      weight: column(([, , weight]) => weight),
    };
  });

describe("the best threshold means what every threshold means", () => {
  test.each(objectives)("its counts are those at it: %o", (objective) => {
    fc.assert(
      fc.property(fc.oneof(endlessCases, exactCurveCases), constraints, (rows, options) => {
        for (const { best, at, all } of Object.values(
          askBoth(rows, (curve) => {
            const best = curve.best(objective, options);
            const at = Number.isNaN(best.threshold) ? undefined : curve.at(best.threshold);
            return { best, at, all: curve.objective(objective).thresholds };
          }),
        )) {
          if (at === undefined) expect([best.value, best.counts.tp, best.counts.fp]).toEqual([Number.NaN, 0, 0]);
          else expectSame(best.counts, at, "counts");
          expect([all[0], new Set(all).size]).toEqual([Infinity, all.length]);
        }
      }),
    );
  });

  test("what an objective does to the counts that it is given changes nothing", () => {
    for (const backend of [assay, oracle]) {
      const curve = backend.binaryCurve([1, 2, 3], [0, 1, 1]);
      const best = curve.best((counts) => {
        const { tp, fp } = counts;
        (counts as { tp: number }).tp = 99;
        return tp - fp;
      });
      expect(best.counts).toEqual({ tp: 2, fp: 0, fn: 0, tn: 1 });
      curve.free();
    }
  });

  test("where a score is +∞, no threshold makes nothing positive", () => {
    const cost = { cost: { fp: 1 } };
    for (const backend of [assay, oracle] as Backend[]) {
      const endless = ask(backend, [[Infinity, 1], [0, 0], {}], (curve) => curve.best(cost));
      expect(endless).toEqual({ threshold: Infinity, value: 1, counts: { tp: 0, fp: 1, fn: 0, tn: 1 } });
      const finite = ask(backend, [[2, 1], [0, 0], {}], (curve) => curve.best(cost));
      expect(finite).toEqual({ threshold: Infinity, value: 0, counts: { tp: 0, fp: 0, fn: 0, tn: 2 } });
      const own = ask(backend, [[Infinity, 1], [0, 0], {}], (curve) => curve.best(({ fp }) => -fp));
      expect(own.counts.fp).toBe(1);
    }
  });
});

test("an objective of one's own sees the counts of every threshold, each once, the largest first", () => {
  fc.assert(
    fc.property(exactCurveCases, (rows) => {
      const seen = (curve: BinaryCurve): BinaryCounts[] => {
        const all: BinaryCounts[] = [];
        curve.best((counts) => all.push(counts));
        return all;
      };
      const { actual, expected } = askBoth(rows, seen);
      expectSame(actual, expected, "counts");
    }),
  );
});

test("of thresholds with equal merit the largest is best, also where their merits are rounded differently", () => {
  // 3/10 − 1/10 and 4/10 − 2/10.
  const scores = [3, 3, 3, 3, 2, 2, ...new Array<number>(14).fill(1)];
  const labels = [1, 1, 1, 0, 1, 0, ...Array.from({ length: 14 }, (_, i) => Number(i < 6))];
  for (const T of [Float32Array, Float64Array]) {
    for (const objective of ["youden", "balancedAccuracy"] as const) {
      const best = ask({ binaryCurve } as Backend, [T.from(scores), labels, {}], (curve) => curve.best(objective));
      expect(best).toMatchObject({ threshold: 3, counts: { tp: 3, fp: 1 } });
    }
  }
});

describe("operating points agree with the oracle", () => {
  test("rates where another one is demanded", () => {
    fc.assert(
      fc.property(plainCurveCases, bound, (rows, rate) => {
        const { actual, expected } = askBoth(rows, (curve) => [
          curve.precisionAtRecall(rate),
          curve.recallAtPrecision(rate),
          curve.sensitivityAtSpecificity(rate),
          curve.specificityAtSensitivity(rate),
        ]);
        expectSame(actual, expected, "rates");
      }),
    );
  });

  test("the distance of both distributions, and the rate at which errors are equal", () => {
    fc.assert(
      fc.property(plainCurveCases, (rows) => {
        const { actual, expected } = askBoth(rows, (curve) => [curve.ksStatistic(), curve.equalErrorRate()]);
        actual.forEach(({ value, threshold }, i) => {
          expectWithin(value, expected[i]!.value, DOUBLE, "value");
          expectSame(threshold, expected[i]!.threshold, "threshold");
        });
      }),
    );
  });

  test("with any weights, but for the rounding of their sums", () => {
    fc.assert(
      fc.property(curveCases, (rows) => {
        const { actual, expected } = askBoth(rows, (curve) => [
          curve.ksStatistic().value,
          curve.equalErrorRate().value,
          curve.precisionAtRecall(0).value,
          curve.recallAtPrecision(0).value,
        ]);
        expectAllWithin(actual, expected, () => DOUBLE, "rates");
      }),
    );
  });
});
