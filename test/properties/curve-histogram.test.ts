import type { CurveHistogramOptions } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";

interface Row {
  readonly score: number;
  readonly label: number;
  readonly weight: number;
}

function rowsOf(weights: fc.Arbitrary<number>): fc.Arbitrary<Row[]> {
  const score = fc.oneof(fc.constantFrom(0, -0, 0.5, 1, Infinity, -Infinity, 1e-45), fc.double({ noNaN: true }));
  const row = fc.record({ score, label: fc.nat(1), weight: weights });
  return fc.array(row, { minLength: 1, maxLength: 100 }).filter((rows) => rows.some(({ weight }) => weight > 0));
}

const shapes = fc.record({
  numBuckets: fc.integer({ min: 1, max: 12 }).map((bits) => 2 ** bits),
  range: fc.constantFrom(undefined, [0, 1] as const, [-3, 5] as const),
});

/** Scores, labels and, where asked for, weights, in buckets of this shape. */
function given(
  rows: readonly Row[],
  { numBuckets, range }: Pick<CurveHistogramOptions, "numBuckets"> & { range: readonly [number, number] | undefined },
  weighted: boolean,
) {
  const [scores, labels] = [rows.map(({ score }) => score), rows.map(({ label }) => label)];
  const weights = weighted ? { sampleWeight: rows.map(({ weight }) => weight) } : {};
  return {
    scores,
    labels,
    weights,
    options: { ...(numBuckets && { numBuckets }), ...(range && { range }), ...weights },
  };
}

const areas = ["rocAuc", "averagePrecision"] as const;

test("agrees with the oracle", () => {
  fc.assert(
    fc.property(rowsOf(fc.constantFrom(0, 0.5, 1, 3)), shapes, fc.boolean(), (rows, shape, weighted) => {
      const { scores, labels, options } = given(rows, shape, weighted);
      const [actual, expected] = [assay, oracle].map((backend) => backend.curveHistogram(scores, labels, options));
      expectSame([actual!.positives, actual!.negatives], [expected!.positives, expected!.negatives]);
      expectSame(actual!.roc(), expected!.roc(), "points");
      for (const area of areas) {
        const [{ lower, upper }, bounds] = [actual![area](), expected![area]()];
        if (Number.isNaN(bounds.lower)) {
          expect([lower, upper]).toEqual([Number.NaN, Number.NaN]);
          continue;
        }
        // What is taken off for rounding, on both sides.
        expect(Math.abs(lower - bounds.lower)).toBeLessThan(1e-13);
        expect(Math.abs(upper - bounds.upper)).toBeLessThan(1e-13);
      }
    }),
  );
});

/** Weights that lose digits beside each other, and some that are too small or too large to be multiplied. */
const weights = fc.oneof(
  fc.constantFrom(0, 1, 1e-10, 5e-324, 1e-300, 1e300, 1e150),
  fc.double({ min: 0, max: 1e10, noNaN: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

test("certified bounds hold the exact areas, whichever side computed either", () => {
  fc.assert(
    fc.property(rowsOf(weights), shapes, fc.boolean(), (rows, shape, weighted) => {
      const { scores, labels, weights, options } = given(rows, shape, weighted);
      const curves = [assay, oracle].map((backend) => backend.binaryCurve(scores, labels, weights));
      for (const backend of [assay, oracle]) {
        const histogram = backend.curveHistogram(scores, labels, options);
        for (const area of areas) {
          const { lower, upper } = histogram[area]();
          for (const curve of curves) {
            const exact = curve[area]();
            if (Number.isNaN(exact)) expect([lower, upper]).toEqual([Number.NaN, Number.NaN]);
            else expect(0 <= lower && lower <= exact && exact <= upper && upper <= 1).toBe(true);
          }
        }
      }
      for (const curve of curves) curve.free();
    }),
  );
});

describe("weights of very different sizes", () => {
  const cases: readonly [string, number[], number[], number[]][] = [
    [
      "of which rounding once left more than 1",
      [1, 3, 3, 1, 3, 0, 0],
      [0, 1, 0, 1, 1, 1, 1],
      [1, 5965545354.411006, 1e-10, 0.6086360311601311, 0.7453477040398866, 0.420108255231753, 1],
    ],
    ["whose bounds crossed", [1, 2, 1], [0, 1, 0], [8705763104.371727, 3230914999.730885, 1e-10]],
    ["that cannot be cut into parts", [1, 2], [0, 1], [1e300, 5e-324]],
    ["that have no product", [1, 2, 3], [0, 1, 0], [1e300, 1e300, 1e-300]],
  ];
  test.each(cases)("%s", (_, scores, labels, sampleWeight) => {
    for (const backend of [assay, oracle]) {
      const curve = backend.binaryCurve(scores, labels, { sampleWeight });
      const histogram = backend.curveHistogram(scores, labels, { numBuckets: 8, sampleWeight });
      for (const area of areas) {
        const { lower, upper } = histogram[area]();
        const exact = curve[area]();
        expect(0 <= lower && lower <= exact && exact <= upper && upper <= 1).toBe(true);
      }
      expect(curve.prAuc()).toBeLessThanOrEqual(1);
      curve.free();
    }
  });
});

test("many positives in one bucket are bounded as tightly as if they were looked at one by one", () => {
  const rows = 30_000;
  const scores = new Float64Array(rows).fill(0.5);
  const labels = Float64Array.from({ length: rows }, (_, i) => Number(i % 3 > 0));
  const [actual, expected] = [assay, oracle].map((backend) => backend.curveHistogram(scores, labels));
  const [{ lower, upper }, bounds] = [actual!.averagePrecision(), expected!.averagePrecision()];
  expect(lower).toBeLessThanOrEqual(bounds.lower);
  expect(bounds.lower - lower).toBeLessThan(1e-9);
  expect(Math.abs(upper - bounds.upper)).toBeLessThan(1e-13);
});
