import { describe, expect, test } from "vitest";
import { binaryCurve, curveHistogram } from "../index.js";

/** Scores that no simple rule makes, from a fixed multiplier. */
function noise(length: number, seed: number): Float64Array<ArrayBuffer> {
  let state = seed;
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 2 ** 24;
  });
}

const labels = noise(5000, 1).map((u) => Number(u < 0.3));
const scores = noise(5000, 2).map((u, i) => 0.6 * u + 0.4 * (labels[i] as number) * u);

describe("curveHistogram", () => {
  test.each([
    // Sixteen buckets over all float32 numbers are one or two for probabilities, and say next to nothing.
    { apart: 1, options: { numBuckets: 16 } },
    { apart: 0.02, options: {} },
    { apart: 0.02, options: { numBuckets: 1024, range: [0, 1] as const } },
  ])("its bounds hold the exact areas: %j", ({ apart, options }) => {
    using curve = binaryCurve(scores, labels);
    const histogram = curveHistogram(scores, labels, options);
    expect([histogram.positives, histogram.negatives]).toEqual([curve.positives, curve.negatives]);
    for (const area of ["rocAuc", "averagePrecision"] as const) {
      const { lower, upper } = histogram[area]();
      expect(lower).toBeLessThanOrEqual(curve[area]());
      expect(upper).toBeGreaterThanOrEqual(curve[area]());
      expect(upper - lower).toBeLessThanOrEqual(apart);
    }
  });

  test("its points lie on the exact curve", () => {
    using curve = binaryCurve(scores, labels);
    const { fpr, tpr, thresholds } = curveHistogram(scores, labels, { numBuckets: 256, range: [0, 1] }).roc();
    expect([fpr[0], tpr[0], fpr.at(-1), tpr.at(-1)]).toEqual([0, 0, 1, 1]);
    for (let i = 1; i < thresholds.length - 1; i++) {
      const { tp, fp } = curve.at(thresholds[i] as number);
      expect([tpr[i], fpr[i]]).toEqual([tp / curve.positives, fp / curve.negatives]);
    }
  });

  test.each([false, true])("has the same bytes however rows were cut (weighted: %s)", (weighted) => {
    const options = { numBuckets: 64, weighted };
    const weight = noise(5000, 3);
    const part = (from: number, to: number) => {
      const rows = weighted ? { sampleWeight: weight.subarray(from, to) } : {};
      return curveHistogram.accumulator(options).update(scores.subarray(from, to), labels.subarray(from, to), rows);
    };
    const [whole, first, second] = [part(0, 5000), part(3000, 5000), part(0, 3000)];
    expect(first.merge(second).toBytes()).toEqual(whole.toBytes());
    expect(first.result().rocAuc()).toEqual(whole.result().rocAuc());
    for (const one of [whole, first, second]) one.free();
  });

  test("nothing is uncertain where no bucket holds both classes", () => {
    const { lower, upper } = curveHistogram([0.9, 0.8, 0.1], [1, 0, 0]).rocAuc();
    expect([lower, upper]).toEqual([1, 1]);
  });

  test("one class has no area; errors say what", () => {
    expect(curveHistogram([0.5], [0]).rocAuc()).toEqual({ lower: Number.NaN, upper: Number.NaN });
    expect(curveHistogram([0.5], [0]).averagePrecision()).toEqual({ lower: 0, upper: 0 });
    expect(() => curveHistogram([Number.NaN], [0])).toThrow("scores[0] = NaN");
    expect(() => curveHistogram([0.5], [0], { numBuckets: 100 })).toThrow("power of 2");
    expect(() => curveHistogram([0.5], [0], { range: [1, 0] })).toThrow("range");
    expect(() => curveHistogram([], [])).toThrow("labels is empty");
  });
});
