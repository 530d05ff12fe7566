import type { Backend, BinaryCurve, CurveStatistic, IntervalWithError, Labels, Reals } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { DOUBLE, expectAllWithin, expectWithin } from "../support/bounds.js";
import { inArena } from "../support/columns.js";
import {
  askAssay,
  askBoth,
  type ComparedScores,
  comparedScores,
  curveCases,
  exactCurveCases,
  plainCurveCases,
} from "../support/curve.js";
import { uniform } from "../support/random.js";
import { ofAssay, shuffled, takeRows } from "../support/rows.js";

const levels = fc.constantFrom(0.5, 0.95, 0.999);
const intervals = fc.record({ level: levels, scale: fc.constantFrom("linear", "logit") }, { requiredKeys: [] });

describe("the interval of an area", () => {
  test("agrees with the oracle", () => {
    fc.assert(
      fc.property(plainCurveCases, intervals, (rows, options) => {
        const { actual, expected } = askBoth(rows, (curve) => curve.rocAucInterval(options));
        expectSame(actual.estimate, expected.estimate, "estimate");
        expectSame(actual.level, expected.level, "level");
        expectWithin(actual.standardError, expected.standardError, DOUBLE * expected.standardError, "standardError");
        for (const end of ["lower", "upper"] as const) expectWithin(actual[end], expected[end], DOUBLE, end);
      }),
    );
  });

  test("is that of the function, of the order reversed, and of rows in any order", () => {
    fc.assert(
      fc.property(plainCurveCases, fc.nat(), (rows, seed) => {
        const interval = askAssay(rows, (curve) => curve.rocAucInterval());
        const ofRows = (some: typeof rows): IntervalWithError =>
          ofAssay(some, (backend, scores, labels) => backend.rocAucInterval(scores, labels));
        expectSame(ofRows(rows), interval, "function");
        expectSame(ofRows(takeRows(rows, shuffled(rows.count, seed))), interval, "permuted");
        const negated = Float64Array.from(rows.predictions.values, (x) => -x);
        const mirrored = assay.rocAucInterval(negated, rows.targets.values);
        expectSame(mirrored.standardError, interval.standardError, "error of the reversed order");
        expectWithin(mirrored.upper, 1 - interval.lower, DOUBLE, "end of the reversed order");
      }),
    );
  });

  test("lies in 0..1 around the area, without width where no other order was possible", () => {
    fc.assert(
      fc.property(plainCurveCases, intervals, (rows, options) => {
        const { estimate, standardError, lower, upper } = askAssay(rows, (curve) => curve.rocAucInterval(options));
        if (Number.isNaN(standardError)) expect([lower, upper]).toEqual([Number.NaN, Number.NaN]);
        else if (standardError === 0) expectWithin(upper - lower, 0, DOUBLE);
        else expect(0 <= lower && lower <= estimate && estimate <= upper && upper <= 1).toBe(true);
      }),
    );
  });

  test("is undefined without two rows of each class", () => {
    for (const backend of [assay, oracle]) {
      expect(backend.rocAucInterval([1, 2, 3], [0, 0, 1])).toMatchObject({
        estimate: 1,
        standardError: NaN,
        lower: NaN,
      });
      expect(backend.rocAucInterval([1, 2, 3], [0, 0, 0])).toMatchObject({ estimate: NaN, standardError: NaN });
    }
  });
});

/** What both backends answer, assay's arguments given as the case says. */
function ofCompared<Result>(
  { first, second, labels }: ComparedScores,
  question: (backend: Backend, a: Reals, b: Reals, y: Labels) => Result,
): { actual: Result; expected: Result } {
  const actual = inArena((arena) => {
    const [a, b, y] = [arena.put(first), arena.put(second), arena.put(labels)];
    return question(assay, a(), b(), y());
  });
  const reals = [first, second].map((column) => column.values as Float64Array);
  return { actual, expected: question(oracle, reals[0]!, reals[1]!, labels.values) };
}

describe("two areas on the same rows", () => {
  test("agree with the oracle", () => {
    fc.assert(
      fc.property(comparedScores, levels, (one, level) => {
        const { actual, expected } = ofCompared(one, (backend, a, b, y) => backend.compareRocAuc(a, b, y, { level }));
        expectSame([actual.a, actual.b], [expected.a, expected.b], "areas");
        expectSame(actual.difference.estimate, expected.difference.estimate, "difference");
        const { standardError } = expected.difference;
        expectWithin(actual.difference.standardError, standardError, DOUBLE * standardError, "standardError");
        for (const end of ["lower", "upper"] as const) {
          expectWithin(actual.difference[end], expected.difference[end], DOUBLE, end);
        }
        expectWithin(actual.statistic, expected.statistic, DOUBLE * Math.abs(expected.statistic), "statistic");
        // What is too small for a float64 of full length has lost its last digits.
        expectWithin(actual.pValue, expected.pValue, 1e-10 * expected.pValue + 1e-300, "p");
      }),
    );
  });

  test("exchanged have the other sign", () => {
    fc.assert(
      fc.property(comparedScores, ({ first, second, labels }) => {
        const [x, y] = [first.values, second.values].map((values) => Float64Array.from(values));
        const there = assay.compareRocAuc(x!, y!, labels.values);
        const back = assay.compareRocAuc(y!, x!, labels.values);
        expectSame([back.a, back.b, back.pValue], [there.b, there.a, there.pValue]);
        expectSame(back.difference.standardError, there.difference.standardError, "error");
        expectSame(back.difference.estimate, 0 - there.difference.estimate, "difference");
      }),
    );
  });

  test("do not differ where the orders are the same", () => {
    fc.assert(
      fc.property(plainCurveCases, (rows) => {
        const scores = Float64Array.from(rows.predictions.values);
        const doubled = scores.map((x) => (Math.abs(x) < 1e300 ? 2 * x : x));
        const { a, difference, statistic, pValue } = assay.compareRocAuc(scores, doubled, rows.targets.values);
        const { standardError } = difference;
        if (Number.isNaN(a)) expect([difference.estimate, pValue]).toEqual([Number.NaN, Number.NaN]);
        else if (Number.isNaN(standardError)) expect([difference.estimate, pValue]).toEqual([0, Number.NaN]);
        else expect([difference.estimate, standardError, statistic, pValue]).toEqual([0, 0, 0, 1]);
      }),
    );
  });

  test("of which one is of scores all the same have the error of the other", () => {
    fc.assert(
      fc.property(plainCurveCases, (rows) => {
        const scores = Float64Array.from(rows.predictions.values);
        const labels = rows.targets.values;
        const { difference } = assay.compareRocAuc(scores, new Float64Array(rows.count), labels);
        const alone = assay.rocAucInterval(scores, labels);
        expectSame(difference.standardError, alone.standardError, "standardError");
        expectWithin(difference.estimate, alone.estimate - 0.5, DOUBLE, "difference");
      }),
    );
  });
});

describe("bootstrap of a curve", () => {
  const statistics: readonly [string, CurveStatistic][] = [
    ["the area", "rocAuc"],
    ["average precision", "averagePrecision"],
    ["trapezoids", "prAuc"],
    ["the logarithmic area", "logAuc"],
    ["recall at a threshold", (curve) => curve.at(0.5).tp / curve.positives],
    ["the best F1", (curve) => curve.best("f1").value],
    ["the best threshold", (curve) => curve.best("accuracy").threshold],
    ["a rate under a constraint", (curve) => curve.precisionAtRecall(0.5).value],
    ["the number of rows", (curve) => curve.length],
  ];
  const options = fc.record({
    level: levels,
    seed: fc.maxSafeNat(),
    resamples: fc.constantFrom(2, 5),
    stratified: fc.boolean(),
  });

  test.each(statistics)("draws what the oracle draws: %s", (_, statistic) => {
    fc.assert(
      fc.property(exactCurveCases, options, (rows, asked) => {
        const { actual, expected } = askBoth(rows, (curve) => curve.bootstrap(statistic, asked));
        const bound = (x: number): number => (Number.isFinite(x) ? DOUBLE * Math.max(1, Math.abs(x)) : 0);
        expectAllWithin(actual.replicates, expected.replicates, (i) => bound(expected.replicates[i]!));
        const size = Math.max(...expected.replicates.map((x) => bound(x)));
        for (const name of ["estimate", "standardError", "lower", "upper"] as const) {
          expectWithin(actual[name], expected[name], 10 * size, name);
        }
      }),
    );
  });

  test("is the same for merged curves, for rows in any order, and after a journey as bytes", () => {
    fc.assert(
      fc.property(curveCases, options, fc.nat(), (rows, asked, seed) => {
        const draw = (curve: BinaryCurve): unknown =>
          ["rocAuc", "prAuc"].map((name) => curve.bootstrap(name as "prAuc", asked));
        const whole = askAssay(rows, draw);
        const order = shuffled(rows.count, seed);
        expectSame(askAssay(takeRows(rows, order), draw), whole, "permuted");
        askAssay(rows, (curve) => {
          using other = assay.binaryCurve.fromBytes(curve.toBytes());
          expectSame(draw(other), whole, "from bytes");
        });
        const weighs = (row: number): boolean => rows.weight?.values[row] !== 0;
        const parts = [0, 1].map((part) =>
          takeRows(
            rows,
            order.filter((row) => row % 2 === part && weighs(row)),
          ),
        );
        if (parts.some(({ count }) => count === 0)) return;
        const merged = askAssay(parts[0]!, (first) => askAssay(parts[1]!, (second) => draw(first.merge(second))));
        expectSame(merged, whole, "merged");
      }),
    );
  });

  test("has the same replicates however many are asked for, and leaves the curve as it was", () => {
    fc.assert(
      fc.property(curveCases, fc.maxSafeNat(), (rows, seed) => {
        askAssay(rows, (curve) => {
          const areas = (): unknown => [curve.rocAuc(), curve.averagePrecision(), curve.counts(), curve.best("f1")];
          const before = areas();
          const of = (resamples: number) => curve.bootstrap("rocAuc", { resamples, seed }).replicates;
          expectSame(of(9).subarray(0, 4), of(4));
          expectSame(areas(), before, "the curve");
        });
      }),
    );
  });

  test("of each class for itself leaves their numbers as they are", () => {
    fc.assert(
      fc.property(plainCurveCases, fc.maxSafeNat(), (rows, seed) => {
        askAssay(rows, (curve) => {
          const how = { resamples: 3, seed, stratified: true };
          const drawn = curve.bootstrap(({ positives }) => positives, how).replicates;
          expect([...drawn]).toEqual([0, 1, 2].map(() => curve.positives));
        });
      }),
    );
  });

  test("corrected for bias and skewness agrees with the oracle", () => {
    const some = fc.record({
      level: levels,
      seed: fc.maxSafeNat(),
      resamples: fc.constant(30),
      stratified: fc.boolean(),
    });
    fc.assert(
      fc.property(exactCurveCases, some, fc.constantFrom("rocAuc", "averagePrecision"), (rows, how, name) => {
        fc.pre(rows.count <= 300);
        const { actual, expected } = askBoth(rows, (curve) => curve.bootstrap(name, { ...how, method: "bca" }));
        // The bias is a share of equal replicates: rounding must not tell them apart.
        const isTied = expected.replicates.some(
          (x) => Math.abs(x - expected.estimate) < 1e-9 && x !== expected.estimate,
        );
        fc.pre(!isTied);
        for (const end of ["lower", "upper"] as const) expectWithin(actual[end], expected[end], 1e-9, end);
      }),
      { numRuns: 40 },
    );
  });

  test("corrected is the percentile interval where nothing is to be corrected, and lies lower for an area near 1", () => {
    const [scores, labels] = [0, 1].map((salt) => Float64Array.from({ length: 400 }, (_, i) => uniform(salt, i)));
    const near1 = scores!.map((x, i) => x + Number(labels![i]! > 0.5));
    const outcomes = labels!.map((u) => Number(u > 0.5));
    using curve = assay.binaryCurve(
      near1.map((x, i) => x + 0.4 * uniform(2, i)),
      outcomes,
    );
    const [plain, corrected] = (["percentile", "bca"] as const).map((method) => curve.bootstrap("rocAuc", { method }));
    // Replicates of an area near its end are skewed away from it.
    expect(corrected!.lower).toBeLessThan(plain!.lower);
    expect(corrected!.upper).toBeLessThan(plain!.upper);
    expect(corrected!.standardError).toBe(plain!.standardError);
  });

  test("draws as many rows as there are, of scores that occur", () => {
    fc.assert(
      fc.property(plainCurveCases, fc.maxSafeNat(), (rows, seed) => {
        askAssay(rows, (curve) => {
          const scores = new Set(curve.counts().thresholds);
          const question = (replicate: BinaryCurve): number => {
            expect(replicate.length).toBe(curve.length);
            const { thresholds, tp, fp } = replicate.counts();
            expect(thresholds.every((threshold) => scores.has(threshold))).toBe(true);
            expect(tp.at(-1)! + fp.at(-1)!).toBe(curve.length);
            return 0;
          };
          curve.bootstrap(question, { resamples: 3, seed });
        });
      }),
    );
  });

  test("has the standard error of DeLong, and of a mean", () => {
    // Of 2,000 replicates the deviation is off by 1.6 %, one time in three.
    const [scores, labels] = [0, 1].map((salt) => Float64Array.from({ length: 3000 }, (_, i) => uniform(salt, i)));
    const outcomes = labels!.map((u, i) => Number(u < scores![i]!));
    using curve = assay.binaryCurve(scores!, outcomes);
    const asked = { resamples: 2000, seed: 3 };
    const { standardError } = curve.rocAucInterval();
    expectWithin(curve.bootstrap("rocAuc", asked).standardError, standardError, 0.06 * standardError);
    const share = curve.positives / 3000;
    const error = Math.sqrt((share * (1 - share)) / 3000);
    const prevalence = curve.bootstrap((replicate) => replicate.positives / 3000, asked);
    expectWithin(prevalence.standardError, error, 0.06 * error);
  });
});
