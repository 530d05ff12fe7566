import { describe, expect, test } from "vitest";
import { brierScore, debiasedCalibrationErrorInterval, logLossDecomposition } from "../index.js";

describe("the interval of the debiased error", () => {
  test("has no width where chance has no part", () => {
    const [p, y] = [new Array<number>(8).fill(0.25), new Array<number>(8).fill(1)];
    const { estimate, lower, upper } = debiasedCalibrationErrorInterval(p, y, { numBins: 1, resamples: 5 });
    expect([estimate, lower, upper]).toEqual([0.75, 0.75, 0.75]);
  });

  test("does not fear what chance alone gave: coins that fell evenly", () => {
    const [p, y] = [new Array<number>(400).fill(0.5), Array.from({ length: 400 }, (_, i) => i % 2)];
    const { estimate, lower, upper } = debiasedCalibrationErrorInterval(p, y, { numBins: 1 });
    expect([estimate, lower]).toEqual([0, 0]);
    // The standard error of a rate is 0.025: 1.96 of it, and the square of replicates is that of χ with one degree.
    expect(upper).toBeLessThan(0.03);
  });
});

describe("scores of several columns", () => {
  test("the log loss of class frequencies is all uncertainty", () => {
    const rows = [0, 0, 1, 2].flatMap(() => [0.5, 0.25, 0.25]);
    const parts = logLossDecomposition(rows, [0, 0, 1, 2], { numClasses: 3 });
    expect(parts).toMatchObject({ reliability: 0, resolution: 0 });
    expect(parts.uncertainty).toBeCloseTo(1.5 * Math.LN2, 15);
    expect(parts.logLoss).toBeCloseTo(1.5 * Math.LN2, 15);
    expect(parts.withinBins).toBeCloseTo(0, 15);
  });

  test("of labels the mean is taken, in rows of their weight", () => {
    const [p, y] = [
      [1, 0.5, 0, 0.5],
      [1, 1, 1, 0],
    ];
    expect(brierScore(p, y, { numLabels: 2 })).toBe((0 + 0.25 + 1 + 0.25) / 4);
    expect(brierScore(p, y, { numLabels: 2, sampleWeight: [3, 1] })).toBe((3 * 0.25 + 1.25) / 8);
  });
});
