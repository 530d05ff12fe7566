import type { Backend, BinaryCurve, Labels, Objective, Reals } from "@assay/contract";
import { averagePrecision, binaryCurve, rocAuc } from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { DOUBLE, expectClose, expectWithin } from "../support/bounds.js";
import { curveCases, multiclassCases, multilabelCases, plainCurveCases, thresholdsFor } from "../support/curve.js";
import { repetitionRecipes } from "../support/draws.js";
import { answers, ofAssay, type Rows, repetition, shuffled, takeRows } from "../support/rows.js";

/** Asks a curve, and frees it. */
function ask<Result>(backend: Backend, of: [Reals, Labels, object], question: (curve: BinaryCurve) => Result): Result {
  const curve = backend.binaryCurve(...of);
  try {
    return question(curve);
  } finally {
    curve.free();
  }
}

const objectives: readonly Objective[] = [
  "f1",
  "youden",
  "accuracy",
  { cost: { fp: 1, fn: 1 } },
  { cost: { fp: 3, fn: 0.1 } },
  { cost: { fp: 0, fn: 1 } },
];

/** Counts at all of these thresholds, score ≥ and score >. */
function countsAt(curve: BinaryCurve, thresholds: readonly number[]): unknown {
  return thresholds.map((threshold) => [curve.at(threshold), curve.at(threshold, { strict: true })]);
}

/** Everything that is read off a curve. */
function numbersOf(curve: BinaryCurve, thresholds: readonly number[]): unknown {
  return {
    totals: [curve.length, curve.positives, curve.negatives],
    areas: [curve.rocAuc(), curve.rocAuc({ maxFpr: 0.1 }), curve.averagePrecision()],
    best: objectives.map((objective) => curve.best(objective)),
    counts: countsAt(curve, thresholds),
  };
}

describe("without weights a curve agrees with the oracle to the last bit", () => {
  test("in its totals and in the area under the ROC curve", () => {
    fc.assert(
      fc.property(plainCurveCases, (rows) => {
        const { actual, expected } = answers(rows, (backend, p, y) =>
          ask(backend, [p, y, {}], (curve) => [curve.length, curve.positives, curve.negatives, curve.rocAuc()]),
        );
        expectSame(actual, expected, "curve");
      }),
    );
  });

  test("in the counts at every threshold", () => {
    fc.assert(
      fc.property(plainCurveCases, fc.nat(), (rows, seed) => {
        const thresholds = thresholdsFor(rows, seed);
        const { actual, expected } = answers(rows, (backend, p, y) =>
          ask(backend, [p, y, {}], (curve) => countsAt(curve, thresholds)),
        );
        expectSame(actual, expected, "counts");
      }),
    );
  });

  test.each(objectives)("in the best threshold for %j", (objective) => {
    fc.assert(
      fc.property(plainCurveCases, (rows) => {
        const { actual, expected } = answers(rows, (backend, p, y) =>
          ask(backend, [p, y, {}], (curve) => curve.best(objective)),
        );
        expectSame([actual.threshold, actual.counts], [expected.threshold, expected.counts], "best");
        // A quotient of whole numbers, or a difference or sum of two.
        expectWithin(actual.value, expected.value, 4 * 2 ** -53 * Math.max(1, Math.abs(expected.value)), "value");
      }),
    );
  });
});

test("of thresholds with equal merit the largest is best, also where their merits are rounded differently", () => {
  // 3/10 − 1/10 and 4/10 − 2/10.
  const scores = [3, 3, 3, 3, 2, 2, ...new Array<number>(14).fill(1)];
  const labels = [1, 1, 1, 0, 1, 0, ...Array.from({ length: 14 }, (_, i) => Number(i < 6))];
  for (const T of [Float32Array, Float64Array]) {
    const best = ask({ binaryCurve } as Backend, [T.from(scores), labels, {}], (curve) => curve.best("youden"));
    expect(best).toMatchObject({ threshold: 3, counts: { tp: 3, fp: 1 } });
  }
});

test("average precision agrees with the oracle: its terms are ≥ 0, so rounding is all that there is", () => {
  fc.assert(
    fc.property(curveCases, (rows) => {
      const { actual, expected } = answers(rows, (backend, p, y, weights) =>
        ask(backend, [p, y, weights], (curve) => curve.averagePrecision()),
      );
      expectWithin(actual, expected, DOUBLE * expected);
    }),
  );
});

test("the partial area agrees with the oracle", () => {
  const maxFpr = fc.oneof(fc.double({ min: 1e-6, max: 1, noNaN: true }), fc.constantFrom(0.1, 0.5, 1));
  fc.assert(
    fc.property(plainCurveCases, maxFpr, (rows, maxFpr) => {
      const { actual, expected } = answers(rows, (backend, p, y) =>
        ask(backend, [p, y, {}], (curve) => curve.rocAuc({ maxFpr, undefinedValue: -1 })),
      );
      expectWithin(actual, expected, DOUBLE);
    }),
  );
});

test("with weights a curve agrees with the oracle but for the rounding of sums of weights", () => {
  fc.assert(
    fc.property(curveCases, fc.nat(), (rows, seed) => {
      const thresholds = thresholdsFor(rows, seed);
      const { actual, expected } = answers(rows, (backend, p, y, weights) =>
        ask(backend, [p, y, weights], (curve) => ({
          totals: [curve.length, curve.positives, curve.negatives],
          area: curve.rocAuc(),
          counts: thresholds.map((threshold) => curve.at(threshold)),
        })),
      );
      expectClose(actual.totals, expected.totals, DOUBLE, "totals");
      expectClose(actual.area, expected.area, DOUBLE, "area");
      // Negative counts are what is left of the total, so their error is a share of that.
      const [, positives = 0, negatives = 0] = expected.totals;
      expected.counts.forEach((counts, i) => {
        const { tp, fp, fn, tn } = actual.counts[i]!;
        for (const [is, should] of [
          [tp, counts.tp],
          [fn, counts.fn],
        ] as const) {
          expectWithin(is, should, DOUBLE * positives, `counts at ${thresholds[i]}`);
        }
        expectWithin(fp, counts.fp, DOUBLE * negatives, `fp at ${thresholds[i]}`);
        expectWithin(tn, counts.tn, DOUBLE * negatives, `tn at ${thresholds[i]}`);
      });
    }),
  );
});

describe("a curve has the same bits", () => {
  test("whatever parts it was merged from", () => {
    fc.assert(
      fc.property(curveCases, fc.nat(), fc.integer({ min: 2, max: 5 }), (rows, seed, parts) => {
        const thresholds = thresholdsFor(rows, seed);
        const order = shuffled(rows.count, seed);
        // A curve needs some row with a weight.
        const weighs = (row: number): boolean => rows.weight?.values[row] !== 0;
        const cuts = Array.from({ length: parts }, (_, part) => order.filter((_, i) => i % parts === part));
        const curveOf = (part: Rows): BinaryCurve =>
          ofAssay(part, (backend, p, y, weights) => backend.binaryCurve(p, y, weights));
        const curves = cuts.filter((cut) => cut.some(weighs)).map((cut) => curveOf(takeRows(rows, cut)));
        const whole = curveOf(rows);
        // From both ends, so that the tree of merges is not a list.
        while (curves.length > 1) {
          const other = curves.pop()!;
          curves[0]!.merge(other);
          other.free();
          curves.reverse();
        }
        expectSame(numbersOf(curves[0]!, thresholds), numbersOf(whole, thresholds), "merged");
        curves[0]!.free();
        whole.free();
      }),
    );
  });

  test("wherever its rows are", () => {
    fc.assert(
      fc.property(curveCases, fc.nat(), (rows, seed) => {
        const thresholds = thresholdsFor(rows, seed);
        const numbers = (of: Rows): unknown =>
          ofAssay(of, (backend, p, y, weights) =>
            ask(backend, [p, y, weights], (curve) => numbersOf(curve, thresholds)),
          );
        expectSame(numbers(takeRows(rows, shuffled(rows.count, seed))), numbers(rows), "permuted");
      }),
    );
  });

  test("with weights of 1 as without, and with weights of 0 as without those rows", () => {
    fc.assert(
      fc.property(plainCurveCases, fc.nat(), (rows, seed) => {
        const thresholds = thresholdsFor(rows, seed);
        const scores = Float64Array.from(rows.predictions.values);
        const labels = rows.targets.values;
        const numbers = (p: Float64Array, y: Labels, options: object): unknown =>
          ask({ binaryCurve } as Backend, [p, y, options], (curve) => numbersOf(curve, thresholds));
        const plain = numbers(scores, labels, {});
        expectSame(numbers(scores, labels, { sampleWeight: new Float64Array(rows.count).fill(1) }), plain, "ones");
        const twice = (values: ArrayLike<number>, change: (x: number) => number): Float64Array =>
          Float64Array.from({ length: 2 * rows.count }, (_, i) => (i % 2 ? change(values[i >> 1]!) : values[i >> 1]!));
        const sampleWeight = Float64Array.from({ length: 2 * rows.count }, (_, i) => 1 - (i % 2));
        const absent = numbers(
          twice(scores, (x) => x + 1),
          twice(labels, (y) => 1 - y),
          { sampleWeight },
        );
        expectSame(absent, plain, "zeros");
      }),
    );
  });
});

test("with whole weights a curve is that of repeated rows", () => {
  fc.assert(
    fc.property(plainCurveCases, repetitionRecipes, fc.nat(), (rows, recipe, seed) => {
      const thresholds = thresholdsFor(rows, seed);
      const { weighted, repeated } = repetition(rows, recipe);
      const of = (which: Rows): unknown =>
        ofAssay(which, (backend, p, y, weights) =>
          ask(backend, [p, y, weights], (curve) => [
            [curve.positives, curve.negatives, curve.rocAuc()],
            countsAt(curve, thresholds),
          ]),
        );
      expectSame(of(weighted), of(repeated), "curve");
    }),
  );
});

describe("laws of the area under the ROC curve", () => {
  test("scores with the other sign have the rest of the area", () => {
    fc.assert(
      fc.property(plainCurveCases, (rows) => {
        const scores = Float64Array.from(rows.predictions.values);
        const area = rocAuc(scores, rows.targets.values);
        const other = rocAuc(
          scores.map((x) => -x),
          rows.targets.values,
        );
        // Both are quotients of whole numbers with one divisor, rounded once each.
        if (!Number.isNaN(area)) expectWithin(area + other, 1, 2 ** -52);
      }),
    );
  });

  test("a strictly increasing map of the scores changes no bit", () => {
    const scores = fc.array(fc.tuple(fc.integer({ min: -500, max: 500 }), fc.nat(1)), { minLength: 1, maxLength: 300 });
    const maps: [string, (x: number) => number][] = [
      ["x / 512", (x) => x / 512],
      ["x³", (x) => x * x * x],
      ["2x + 7", (x) => 2 * x + 7],
      ["x where positive, 1000 x below", (x) => (x > 0 ? x : 1000 * x)],
    ];
    fc.assert(
      fc.property(scores, fc.constantFrom(...maps), (pairs, [, map]) => {
        const labels = pairs.map(([, y]) => y);
        const plain = pairs.map(([x]) => x);
        for (const area of [rocAuc, averagePrecision]) {
          expect(area(plain.map(map), labels)).toBe(area(plain, labels));
        }
      }),
    );
  });

  test("a perfect order has area 1, a constant score ½", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1), { minLength: 2, maxLength: 100 }), (labels) => {
        fc.pre(labels.includes(0) && labels.includes(1));
        expect(rocAuc(labels, labels)).toBe(1);
        expect(
          rocAuc(
            labels.fill(3).map(Number),
            Uint8Array.from(labels, (_, i) => i % 2),
          ),
        ).toBe(0.5);
      }),
    );
  });
});

describe("areas of several columns agree with the oracle", () => {
  test.each([
    ["one class a row", multiclassCases],
    ["many labels a row", multilabelCases],
  ])("%s", (_, cases) => {
    fc.assert(
      fc.property(cases, ({ rows, options }) => {
        const { actual, expected } = answers(rows, (backend, p, y, weights) => {
          const given = { ...options, ...weights } as { average: "none" };
          return { rocAuc: backend.rocAuc(p, y, given), averagePrecision: backend.averagePrecision(p, y, given) };
        });
        expectClose(actual, expected, DOUBLE, `${options.average}`);
      }),
    );
  });

  test("one class against another", () => {
    fc.assert(
      fc.property(multiclassCases, fc.constantFrom("macro", "weighted"), ({ rows, options }, average) => {
        const { actual, expected } = answers(rows, (backend, p, y, weights) =>
          backend.rocAuc(p, y, { ...options, ...weights, average, multiclass: "ovo" }),
        );
        expectClose(actual, expected, DOUBLE);
      }),
    );
  });
});
