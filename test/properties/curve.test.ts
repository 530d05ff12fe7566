import type { Backend, BinaryCurve, Labels, Objective } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { auc, binaryCurve, rocAuc } from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { DOUBLE, expectClose, expectWithin } from "../support/bounds.js";
import {
  ask,
  askAssay,
  askBoth,
  curveCases,
  exactCurveCases,
  plainCurveCases,
  thresholdsFor,
} from "../support/curve.js";
import { repetitionRecipes } from "../support/draws.js";
import { ofAssay, type Rows, repetition, shuffled, takeRows } from "../support/rows.js";

const objectives: readonly Objective[] = [
  "f1",
  "youden",
  "mcc",
  "kappa",
  { fBeta: 2 },
  { cost: { fp: 3, fn: 0.1, tp: -1 } },
];

/** Counts at all of these thresholds, score ≥ and score >. */
function countsAt(curve: BinaryCurve, thresholds: readonly number[]): unknown {
  return thresholds.map((threshold) => [curve.at(threshold), curve.at(threshold, { strict: true })]);
}

/** Everything that is read off a curve. */
function numbersOf(curve: BinaryCurve, thresholds: readonly number[]): object {
  return {
    totals: [curve.length, curve.positives, curve.negatives],
    areas: [curve.rocAuc(), curve.rocAuc({ maxFpr: 0.1 }), curve.averagePrecision(), curve.prAuc(), curve.logAuc()],
    rates: [curve.ksStatistic(), curve.equalErrorRate(), curve.precisionAtRecall(0.5), curve.recallAtPrecision(0.5)],
    best: objectives.map((objective) => curve.best(objective)),
    listed: objectives.map((objective) => curve.best(objective, { thresholds, ties: "first", strict: true })),
    objectives: objectives.map((objective) => curve.objective(objective)),
    points: [curve.roc(), curve.precisionRecall(), curve.det(), curve.gains(), curve.costs()],
    binned: [curve.roc({ thresholds }), curve.precisionRecall({ thresholds }), curve.det({ thresholds })],
    counts: [curve.counts(), countsAt(curve, thresholds)],
  };
}

test("where counts are exact numbers, totals and the area under the ROC curve agree with the oracle to the last bit", () => {
  fc.assert(
    fc.property(exactCurveCases, (rows) => {
      const { actual, expected } = askBoth(rows, (curve) => ({
        totals: [curve.length, curve.positives, curve.negatives],
        area: curve.rocAuc(),
      }));
      expectSame(actual.totals, expected.totals, "totals");
      if (rows.weight === undefined) expectSame(actual.area, expected.area, "area");
      else expectWithin(actual.area, expected.area, DOUBLE, "area");
    }),
  );
});

test("areas agree with the oracle but for rounding", () => {
  const rate = fc.oneof(fc.double({ min: 1e-6, max: 0.999, noNaN: true }), fc.constantFrom(0.1, 0.5, 1e-12));
  fc.assert(
    fc.property(curveCases, rate, rate, (rows, maxFpr, from) => {
      const { actual, expected } = askBoth(rows, (curve) => ({
        averagePrecision: curve.averagePrecision(),
        partial: curve.rocAuc({ maxFpr, undefinedValue: -1 }),
        whole: curve.rocAuc({ maxFpr: 1 }),
        trapezoids: curve.prAuc(),
        logarithmic: curve.logAuc({ from }),
      }));
      for (const [name, area] of Object.entries(expected)) {
        expectWithin(actual[name as keyof typeof expected], area, DOUBLE * Math.max(1, Math.abs(area)), name);
      }
    }),
  );
});

test("with weights a curve agrees with the oracle but for the rounding of sums of weights", () => {
  fc.assert(
    fc.property(curveCases, fc.nat(), (rows, seed) => {
      const thresholds = thresholdsFor(rows, seed);
      const { actual, expected } = askBoth(rows, (curve) => ({
        totals: [curve.length, curve.positives, curve.negatives],
        area: curve.rocAuc(),
        counts: thresholds.map((threshold) => curve.at(threshold)),
      }));
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
        // A part may be of rows without weight alone.
        const weighs = (row: number): boolean => rows.weight?.values[row] !== 0;
        const weightless = order.filter((row) => !weighs(row));
        const cuts = [
          ...Array.from({ length: parts }, (_, part) => order.filter((_, i) => i % parts === part)),
          ...(seed % 2 === 0 ? [weightless] : []),
        ];
        const curveOf = (part: Rows): BinaryCurve =>
          ofAssay(part, (backend, p, y, weights) => backend.binaryCurve(p, y, weights));
        const curves = cuts.filter(({ length }) => length > 0).map((cut) => curveOf(takeRows(rows, cut)));
        const whole = curveOf(rows);
        // From both ends, so that the tree of merges is not a list.
        while (curves.length > 1) {
          const other = curves.pop()!;
          curves[0]!.merge(other);
          other.free();
          curves.reverse();
        }
        expectSame(curves[0]!.toBytes(), whole.toBytes(), "bytes");
        expectSame(numbersOf(curves[0]!, thresholds), numbersOf(whole, thresholds), "merged");
        // Bytes are taken of curves in any state, and change nothing.
        expectSame(curves[0]!.toBytes(), whole.toBytes(), "bytes again");
        curves[0]!.free();
        whole.free();
      }),
    );
  });

  test("wherever its rows are", () => {
    fc.assert(
      fc.property(curveCases, fc.nat(), (rows, seed) => {
        const thresholds = thresholdsFor(rows, seed);
        const numbers = (of: Rows): unknown => askAssay(of, (curve) => [numbersOf(curve, thresholds), curve.toBytes()]);
        expectSame(numbers(takeRows(rows, shuffled(rows.count, seed))), numbers(rows), "permuted");
      }),
    );
  });

  test("after a journey as bytes", () => {
    fc.assert(
      fc.property(curveCases, fc.nat(), (rows, seed) => {
        const thresholds = thresholdsFor(rows, seed);
        askAssay(rows, (curve) => {
          const bytes = curve.toBytes();
          using other = binaryCurve.fromBytes(bytes);
          expectSame(other.toBytes(), bytes, "bytes");
          expectSame(numbersOf(other, thresholds), numbersOf(curve, thresholds), "from bytes");
          other.merge(curve);
          expect(other.length).toBe(2 * curve.length);
          expectWithin(other.rocAuc(), curve.rocAuc(), DOUBLE, "area of all rows twice");
        });
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
      const of = (which: Rows): object =>
        askAssay(which, (curve) => ({
          ...numbersOf(curve, thresholds),
          totals: [curve.positives, curve.negatives],
        }));
      expectSame(of(weighted), of(repeated), "curve");
    }),
  );
});

describe("laws of areas", () => {
  test("scores with the other sign have the rest of the area under the ROC curve", () => {
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
    const areas = (curve: BinaryCurve): unknown => ({
      areas: [curve.rocAuc(), curve.rocAuc({ maxFpr: 0.2 }), curve.averagePrecision(), curve.prAuc(), curve.logAuc()],
      rates: [curve.ksStatistic().value, curve.equalErrorRate().value, curve.precisionAtRecall(0.8).value],
      roc: [curve.roc().fpr, curve.roc().tpr],
    });
    fc.assert(
      fc.property(scores, fc.constantFrom(...maps), (pairs, [, map]) => {
        const labels = pairs.map(([, y]) => y);
        const plain = pairs.map(([x]) => x);
        const of = (mapped: number[]): unknown => ask({ binaryCurve } as Backend, [mapped, labels, {}], areas);
        expectSame(of(plain.map(map)), of(plain), "areas");
      }),
    );
  });

  test("a perfect order has all of every area, a constant score half of the ROC curve's", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1), { minLength: 2, maxLength: 100 }), (labels) => {
        fc.pre(labels.includes(0) && labels.includes(1));
        ask({ binaryCurve } as Backend, [labels, labels, {}], (curve) => {
          expect([curve.rocAuc(), curve.averagePrecision(), curve.prAuc()]).toEqual([1, 1, 1]);
          expectWithin(curve.logAuc(), 1, DOUBLE);
          expect([curve.ksStatistic(), curve.equalErrorRate()]).toEqual([
            { value: 1, threshold: 1 },
            { value: 0, threshold: 1 },
          ]);
        });
        expect(rocAuc(new Array<number>(labels.length).fill(3), labels)).toBe(0.5);
      }),
    );
  });

  test("areas are those under the points", () => {
    fc.assert(
      fc.property(curveCases, fc.boolean(), (rows, dropIntermediate) => {
        askAssay(rows, (curve) => {
          fc.pre(curve.positives > 0 && curve.negatives > 0);
          const { fpr, tpr } = curve.roc({ dropIntermediate });
          expectWithin(auc(fpr, tpr), curve.rocAuc(), DOUBLE, "ROC");
          const { precision, recall } = curve.precisionRecall();
          expectWithin(auc(recall, precision), curve.prAuc(), DOUBLE, "precision and recall");
        });
      }),
    );
  });
});

describe("a curve of rows without weight", () => {
  const questions: Readonly<Record<string, (curve: BinaryCurve) => unknown>> = {
    numbers: (curve) => numbersOf(curve, [-1, 0, 1, Infinity, -Infinity]),
    areas: (curve) => [
      curve.rocAuc({ undefinedValue: 1 }),
      curve.averagePrecision({ undefinedValue: 2 }),
      curve.prAuc({ undefinedValue: 3 }),
      curve.logAuc({ undefinedValue: 4 }),
    ],
    bootstrap: (curve) => [curve.bootstrap("prAuc", { resamples: 2 }), curve.bestBootstrap("f1", { resamples: 2 })],
  };
  test.each(Object.keys(questions))("is empty, and answers what the oracle answers: %s", (name) => {
    const of = (backend: Backend) =>
      ask(backend, [[1, -2, 3], [0, 1, 1], { sampleWeight: [0, 0, 0] }], questions[name]!);
    expectSame(of(assay as Backend), of(oracle), name);
  });

  test("merges, and is merged into others", () => {
    for (const backend of [assay, oracle] as Backend[]) {
      const of = (sampleWeight: number[]): BinaryCurve => backend.binaryCurve([1, -2, 3], [0, 1, 1], { sampleWeight });
      const [empty, full, other] = [of([0, 0, 0]), of([1, 2, 3]), of([0, 0, 0])];
      const bytes = full.toBytes();
      expect(empty.length).toBe(0);
      expectSame(full.merge(other).toBytes(), bytes, "with nothing");
      expectSame(empty.merge(full).toBytes(), bytes, "into nothing");
      expectSame(backend.binaryCurve.fromBytes(other.toBytes()).toBytes(), other.toBytes(), "nothing as bytes");
      for (const curve of [empty, full, other]) curve.free();
    }
  });
});

test("areas without positives are what is asked for, by default NaN, and 0 of the average precision", () => {
  for (const backend of [assay, oracle] as Backend[]) {
    const areas = (undefinedValue?: number): number[] =>
      ask(backend, [[1, 2], [0, 0], {}], (curve) => {
        const options = undefinedValue === undefined ? {} : { undefinedValue };
        return [curve.averagePrecision(options), curve.prAuc(options), curve.rocAuc(options), curve.logAuc(options)];
      });
    expect(areas()).toEqual([0, Number.NaN, Number.NaN, Number.NaN]);
    expect(areas(0.5)).toEqual([0.5, 0.5, 0.5, 0.5]);
    // Without negatives alone precision is defined.
    const certain = ask(backend, [[1, 2], [1, 1], {}], (curve) => [curve.averagePrecision(), curve.prAuc()]);
    expect(certain).toEqual([1, 1]);
  }
});
