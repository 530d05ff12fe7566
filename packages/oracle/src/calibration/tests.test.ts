import { describe, expect, test } from "vitest";
import { brierDecomposition, hosmerLemeshowTest, logLossDecomposition, spiegelhalterTest } from "../index.js";
import { expectClose } from "../testing.js";

describe("decompositions", () => {
  const [p, y] = [
    [0.1, 0.1, 0.8, 0.8],
    [0, 1, 1, 1],
  ];

  test("of the Brier score", () => {
    const parts = brierDecomposition(p!, y!, { numBins: 2 });
    expectClose(parts.reliability, (0.16 + 0.04) / 2);
    expectClose(parts.resolution, (0.0625 + 0.0625) / 2);
    expectClose(parts.uncertainty, 0.1875);
    expect(parts.withinBins).toBeCloseTo(0, 15);
    expectClose(parts.brier, (0.01 + 0.81 + 0.04 + 0.04) / 4);
    // Two classes are the same twice.
    const rows = p!.flatMap((q) => [1 - q, q]);
    expectClose(brierDecomposition(rows, y!, { numClasses: 2, numBins: 2 }).resolution, 2 * parts.resolution);
  });

  test("of the log loss", () => {
    const parts = logLossDecomposition(p!, y!, { numBins: 2 });
    const kl = (a: number, b: number): number =>
      (a > 0 ? a * Math.log(a / b) : 0) + (a < 1 ? (1 - a) * Math.log((1 - a) / (1 - b)) : 0);
    expectClose(parts.reliability, (kl(0.5, 0.1) + kl(1, 0.8)) / 2);
    expectClose(parts.resolution, (kl(0.5, 0.75) + kl(1, 0.75)) / 2);
    expectClose(parts.refinement, Math.LN2 / 2);
    expect(parts.withinBins).toBeCloseTo(0, 15);
    expect(logLossDecomposition([0, 1], [1, 0], { numBins: 2 }).reliability).toBeCloseTo(52 * Math.LN2, 12);
  });
});

describe("tests", () => {
  test("Spiegelhalter's", () => {
    const { statistic, pValue } = spiegelhalterTest([0.2, 0.9], [1, 1]);
    expectClose(statistic, (0.8 * 0.6 - 0.1 * 0.8) / Math.sqrt(0.36 * 0.16 + 0.64 * 0.09));
    expect(pValue).toBeGreaterThan(0);
    expect(spiegelhalterTest([0.5, 1], [1, 1]).pValue).toBeNaN();
    expect(spiegelhalterTest([0.5, 1, 0], [1, 0, 1]).statistic).toBeNaN();
  });

  test("of Hosmer and Lemeshow", () => {
    const p = [0.1, 0.2, 0.3, 0.4, 0.6, 0.9];
    const y = [0, 1, 0, 1, 1, 0];
    const { statistic, degreesOfFreedom, pValue } = hosmerLemeshowTest(p, y, { numBins: 3, binning: "mass" });
    const term = (hits: number, expected: number): number => (hits - expected) ** 2 / (expected * (1 - expected / 2));
    expectClose(statistic, term(1, 0.3) + term(1, 0.7) + term(1, 1.5));
    expect(degreesOfFreedom).toBe(1);
    expect(pValue).toBeCloseTo(0.0951, 4);
    expect(hosmerLemeshowTest(p, y, { numBins: 2 }).pValue).toBeNaN();
    expect(hosmerLemeshowTest(p, y, { numBins: 2, fitted: false }).degreesOfFreedom).toBe(2);
    expect(hosmerLemeshowTest([0, 0, 1], [0, 1, 1], { numBins: 2, binning: "width" }).statistic).toBe(Infinity);
  });
});
