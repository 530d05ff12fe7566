import type { Backend, BinaryCurve, Objective } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { ask } from "../support/curve.js";
import { complaintOf } from "../support/errors.js";

const backends = [assay, oracle] as Backend[];

const named: readonly Objective[] = [
  "f1",
  "youden",
  "accuracy",
  "balancedAccuracy",
  "mcc",
  "kappa",
  "precision",
  "recall",
  "specificity",
  { fBeta: 2 },
  { fBeta: 0.5, epsilon: 0.25 },
  { cost: { fp: 1, fn: 5 } },
];

const score = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 5e-324, -5e-324, 1e-45, Infinity, -Infinity, 1e300),
  fc.integer({ min: 0, max: 9 }),
);

const rowsOf = (weight: fc.Arbitrary<number>) =>
  fc.array(fc.record({ score, label: fc.nat(1), weight }), { minLength: 1, maxLength: 60 });

/** Powers of two as far apart as weights may be: few of them have a sum whose digits do not fit. */
const farApart = fc.constantFrom(0, 5e-324, 2 ** -1000, 2 ** -510, 2 ** -30, 1, 3, 2 ** 30, 2 ** 510, 2 ** 990);

describe("the best threshold", () => {
  test("has the objective's largest value, and the largest threshold that attains it", () => {
    fc.assert(
      fc.property(rowsOf(fc.constantFrom(0, 1, 2, 5)), fc.constantFrom(...named), (rows, objective) => {
        const x = rows.map((row) => row.score);
        const y = rows.map((row) => row.label);
        for (const sampleWeight of [undefined, rows.map(({ weight }) => weight)]) {
          for (const backend of backends) {
            ask(backend, [x, y, { ...(sampleWeight && { sampleWeight }) }], (curve) => {
              const { thresholds, values } = curve.objective(objective);
              const best = curve.best(objective);
              const defined = values.filter((value) => !Number.isNaN(value));
              if (defined.length === 0) return expect(best.value).toBeNaN();
              const isCost = typeof objective === "object" && "cost" in objective;
              const value = isCost ? Math.min(...defined) : Math.max(...defined);
              return expect([best.value, best.threshold]).toEqual([value, thresholds[values.indexOf(value)]]);
            });
          }
        }
      }),
    );
  });

  test("is told from others exactly: squares of the Matthews correlation, and weights of any size", () => {
    for (const backend of backends) {
      const of = (x: number[], y: number[], w?: number[]): Parameters<typeof ask>[1] => [
        x,
        y,
        { ...(w && { sampleWeight: w }) },
      ];
      const tied = of([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], [0, 1, 0, 1, 1, 0, 0, 1, 0, 0]);
      expect(ask(backend, tied, (curve) => curve.best("mcc").threshold)).toBe(6);
      for (const size of [1, 0.1, 1e155, 1e-155, 2e300, 5e-324]) {
        const weighted = of([4, 3, 2, 1], [1, 0, 1, 0], [size, size, size, size]);
        const values = ask(backend, weighted, (curve) => named.slice(0, 9).map((name) => curve.best(name).value));
        const plain = ask(backend, of([4, 3, 2, 1], [1, 0, 1, 0]), (curve) =>
          named.slice(0, 9).map((name) => curve.best(name).value),
        );
        expect(values).toEqual(plain);
      }
    }
  });

  test("agrees between backends with weights that are far apart", () => {
    fc.assert(
      fc.property(rowsOf(farApart), fc.constantFrom(...named), (rows, objective) => {
        const x = rows.map((row) => row.score);
        const y = rows.map((row) => row.label);
        const of: Parameters<typeof ask>[1] = [x, y, { sampleWeight: rows.map(({ weight }) => weight) }];
        const [actual, expected] = backends.map((backend) =>
          ask(backend, of, (curve) => ({
            counts: curve.counts(),
            value: curve.best(objective).value,
            at: x.map((threshold) => curve.at(threshold)),
          })),
        );
        expectSame(actual, expected, "curve");
      }),
    );
  });

  test("never leaves the range of its objective", () => {
    for (let positives = 1; positives < 40; positives++) {
      for (let negatives = 1; negatives < 40; negatives++) {
        const labels = Array.from({ length: positives + negatives }, (_, i) => Number(i < positives));
        for (const backend of backends) {
          expect(ask(backend, [labels, labels, {}], (curve) => curve.best("mcc").value)).toBe(1);
        }
      }
    }
  });
});

describe("weights whose sum is no number to compute with", () => {
  const complaint = { name: "AssayRangeError", code: "range", argument: "sampleWeight" };
  const x = [4, 3, 2, 1];
  const y = [1, 1, 0, 0];
  const weights = { sampleWeight: [1e308, 1e308, 1, 1] };
  const calls: readonly [string, (backend: Backend) => unknown][] = [
    ["binaryCurve", (b) => b.binaryCurve(x, y, weights)],
    ["rocAuc", (b) => b.rocAuc(x, y, weights)],
    ["averagePrecision", (b) => b.averagePrecision([...x, ...x], y, { numClasses: 2, ...weights })],
    [
      "rocAuc of samples",
      (b) => b.rocAuc([...x, ...x], [...y, ...y], { numLabels: 2, average: "samples", ...weights }),
    ],
    ["microCurve", (b) => b.microCurve([...x, ...x], y, { numClasses: 2, ...weights })],
    ["classCurves", (b) => b.classCurves([...x, ...x], [...y, ...y], { numLabels: 2, ...weights })],
    ["pairCurves", (b) => b.pairCurves([...x, ...x], y, { numClasses: 2, ...weights })],
    ["curveHistogram", (b) => b.curveHistogram(x, y, weights)],
    ["classThresholds", (b) => b.classThresholds([...x, ...x], y, { numClasses: 2, ...weights })],
    ["labelThresholds", (b) => b.labelThresholds([...x, ...x], [...y, ...y], { numLabels: 2, ...weights })],
  ];
  test.each(calls)("%s", (_, call) => {
    for (const backend of backends) expect(complaintOf(() => call(backend))).toMatchObject(complaint);
  });

  test("a merge", () => {
    for (const backend of backends) {
      const one = (): BinaryCurve => backend.binaryCurve([1, 2], [0, 1], { sampleWeight: [6e300, 1] });
      const [first, second] = [one(), one()];
      const merging = complaintOf(() => first.merge(second));
      expect(merging).toMatchObject({ name: "AssayRangeError", code: "range", argument: "other" });
      expect(first.positives).toBe(1);
      first.free();
      second.free();
    }
  });
});

describe("while a function of the caller's is asked about a curve", () => {
  const asking: readonly [string, (curve: BinaryCurve, own: () => number) => unknown][] = [
    ["best", (curve, own) => curve.best(own)],
    ["objective", (curve, own) => curve.objective(own)],
    ["bootstrap", (curve, own) => curve.bootstrap(own, { resamples: 2 })],
    ["bestCrossValidated", (curve, own) => curve.bestCrossValidated(own, { folds: 2 })],
    ["bestBootstrap", (curve, own) => curve.bestBootstrap(own, { resamples: 2 })],
  ];
  test.each(asking)("%s: no rows can be merged into it, but it can be read", (_, ask) => {
    for (const backend of backends) {
      const curve = backend.binaryCurve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]);
      const other = backend.binaryCurve([0.5], [1]);
      const merging = complaintOf(() => ask(curve, () => curve.merge(other).length));
      expect(merging).toMatchObject({ name: "AssayTypeError", code: "state", argument: "curve" });
      const freeing = complaintOf(() => ask(curve, () => Number(curve.free())));
      expect(freeing).toMatchObject({ name: "AssayTypeError", code: "state", argument: "curve" });
      expect([curve.length, curve.positives]).toEqual([4, 2]);
      ask(curve, () => curve.rocAuc() + curve.at(0.4).tp);
      expect(curve.merge(other).length).toBe(5);
      curve.free();
      other.free();
    }
  });
});

test("a statistic cannot free the curve that it is asked about", () => {
  for (const backend of backends) {
    const curve = backend.binaryCurve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]);
    const freeing = complaintOf(() => curve.bootstrap((part) => Number(part.free()), { resamples: 2 }));
    expect(freeing).toMatchObject({ name: "AssayTypeError", code: "state", argument: "curve" });
    expect(curve.rocAuc()).toBe(0.75);
    curve.free();
  }
});

test("bytes with parts of rows are none of a curve", () => {
  for (const backend of backends) {
    const bytes = backend.binaryCurve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]).toBytes();
    new DataView(bytes.buffer).setFloat64(16, 1.5, true);
    new DataView(bytes.buffer).setFloat64(24, 2.5, true);
    const reading = complaintOf(() => backend.binaryCurve.fromBytes(bytes));
    expect(reading).toMatchObject({ name: "AssayRangeError", code: "state", argument: "bytes" });
  }
});

test("with weights the least cost is that of the curve of costs", () => {
  const score = fc.tuple(fc.nat(5), fc.nat(1), fc.double({ min: 0.1, max: 3, noNaN: true }));
  fc.assert(
    fc.property(fc.array(score, { minLength: 2, maxLength: 6 }), fc.constantFrom(1, 1.0001, 2.5), (rows, tn) => {
      const [x, y, sampleWeight] = [0, 1, 2].map((i) => rows.map((row) => row[i]!)) as [number[], number[], number[]];
      const cost = { tp: -1, fp: 1, fn: 2.5, tn };
      for (const backend of backends) {
        const curve = backend.binaryCurve(x, y, { sampleWeight });
        expect(curve.best({ cost }).value).toBe(Math.min(...curve.objective({ cost }).values));
        curve.free();
      }
    }),
  );
});

test("a curve's bytes are the same of both backends, and each reads those of the other", () => {
  fc.assert(
    fc.property(rowsOf(fc.constantFrom(1, 0.5, 3)), fc.constantFrom(0, 1, 2), (rows, kind) => {
      const x = rows.map((row) => row.score);
      const scores = kind === 0 ? Float32Array.from(x) : x;
      const sampleWeight = rows.map(({ weight }) => weight);
      const of: Parameters<typeof ask>[1] = [scores, rows.map((row) => row.label), kind === 2 ? { sampleWeight } : {}];
      const [first, second] = backends.map((backend) => ask(backend, of, (curve) => curve.toBytes()));
      expect(first).toEqual(second);
      for (const backend of backends) {
        const curve = backend.binaryCurve.fromBytes(first!);
        expect([curve.length, curve.toBytes()]).toEqual([rows.length, first]);
        curve.free();
      }
    }),
  );
});

test("thresholds of a histogram's points are those of the same points of the curve", () => {
  const shapes = fc.record({
    numBuckets: fc.integer({ min: 1, max: 16 }).map((bits) => 2 ** bits),
    range: fc.constantFrom(undefined, [0, 1] as const, [-3, 5] as const, [1e16, 1e16 + 8] as const),
  });
  const any = fc.oneof(score, fc.double({ noNaN: true }), fc.double({ min: -4, max: 6, noNaN: true }));
  fc.assert(
    fc.property(fc.array(fc.tuple(any, fc.nat(1)), { minLength: 1, maxLength: 40 }), shapes, (rows, shape) => {
      const [x, y] = [rows.map(([score]) => score), rows.map(([, label]) => label)];
      const { numBuckets, range } = shape;
      for (const backend of backends) {
        const { thresholds, tpr, fpr } = backend.curveHistogram(x, y, { numBuckets, ...(range && { range }) }).roc();
        ask(backend, [x, y, {}], (curve) => {
          for (let i = 1; i < thresholds.length; i++) {
            const { tp, fp } = curve.at(thresholds[i]!);
            expect([tpr[i], fpr[i]]).toEqual([tp / curve.positives, fp / curve.negatives]);
          }
        });
      }
    }),
  );
});

describe("rows of logits with equal differences tie", () => {
  const tiesOf = (backend: Backend, x: Float32Array | Float64Array, numClasses: number): number[] => {
    const labels = Array.from({ length: x.length / numClasses }, (_, i) => i % numClasses);
    return backend.classCurves(x, labels, { numClasses, from: "logits" }).map((curve) => {
      const { length } = curve.counts().thresholds;
      curve.free();
      return length;
    });
  };

  test("whatever was added to all of them, and in whatever order the others are", () => {
    const differences = fc.array(fc.integer({ min: -80, max: 80 }), { minLength: 1, maxLength: 6 });
    const shift = fc.integer({ min: -50, max: 50 }).map((x) => x / 8);
    fc.assert(
      fc.property(differences, shift, fc.boolean(), fc.boolean(), (others, by, isSingle, isReversed) => {
        const row = [0.375, ...others.map((x) => x / 8)];
        const moved = [0.375, ...(isReversed ? others.toReversed() : others).map((x) => x / 8)].map((x) => x + by);
        const x = isSingle ? Float32Array.of(...row, ...moved) : Float64Array.of(...row, ...moved);
        for (const backend of backends) expect(tiesOf(backend, x, row.length)[0]).toBe(1);
      }),
    );
  });

  test("of any digits, in any order", () => {
    const numbers = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(numbers, fc.double({ min: -30, max: 30, noNaN: true }), fc.boolean(), (others, own, isSingle) => {
        const all = [own, ...others, own, ...others.toReversed()];
        const x = isSingle ? Float32Array.from(all) : Float64Array.from(all);
        for (const backend of backends) expect(tiesOf(backend, x, others.length + 1)[0]).toBe(1);
      }),
    );
  });
});

test("thresholds of classes tell scores apart that differ in their last digit, on both backends", () => {
  const near = fc.constantFrom(0, 5e-324, -5e-324, 1, 1 + 2 ** -52, 2, Infinity, -Infinity);
  const weight = fc.constantFrom(0.1, 0.7, 1, 3, 1e-20);
  const rows = fc.array(fc.tuple(fc.tuple(near, near, near), fc.nat(2), weight), { minLength: 1, maxLength: 20 });
  const objectives = ["accuracy", "macroF1", "weightedF1", "balancedAccuracy"] as const;
  fc.assert(
    fc.property(rows, fc.constantFrom(...objectives), fc.boolean(), (rows, objective, isWeighted) => {
      const scores = rows.flatMap(([scores]) => scores);
      const sampleWeight = rows.map(([, , weight]) => weight);
      const options = { numClasses: 3, objective, ...(isWeighted && { sampleWeight }) };
      const labels = rows.map(([, label]) => label);
      const [actual, expected] = backends.map((backend) => backend.classThresholds(scores, labels, options));
      expectSame(actual, expected, objective);
    }),
  );
});
