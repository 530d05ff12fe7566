import { describe, expect, test } from "vitest";
import { ksCalibrationError, riskCoverage } from "../index.js";
import { expectClose } from "../testing.js";

describe("riskCoverage", () => {
  test("a worked curve; equal confidences are one step", () => {
    // Confidences 0.9 right, 0.8 wrong and right, 0.6 wrong.
    const curve = riskCoverage([0.9, 0.2, 0.8, 0.4], [1, 1, 1, 1]);
    expect([...curve.thresholds]).toEqual([0.9, 0.8, 0.6]);
    expect([...curve.coverage]).toEqual([0.25, 0.75, 1]);
    expect([...curve.risk]).toEqual([0, 1 / 3, 0.5]);
    expectClose(curve.aurc(), (0 + 2 / 3 + 0.5) / 4);
    expectClose(curve.excessAurc(), curve.aurc() - (0.5 + 0.5 * Math.log(0.5)));
    expect([0.1, 0.25, 0.26, 1].map((share) => curve.riskAt(share))).toEqual([0, 0, 1 / 3, 0.5]);
    expect([0, 0.3, 0.4, 1].map((risk) => curve.coverageAt(risk))).toEqual([0.25, 0.25, 0.75, 1]);
  });

  test("nothing but errors", () => {
    const curve = riskCoverage([0.9, 0.8], [0, 0]);
    expect([curve.aurc(), curve.excessAurc(), curve.coverageAt(0.5)]).toEqual([1, 0, 0]);
  });
});

test("ksCalibrationError: the largest distance of cumulative sums", () => {
  expectClose(ksCalibrationError([0.1, 0.3, 0.6, 0.8], [1, 0, 1, 0]), 1 / 4);
  // At equal scores only their sum counts.
  expectClose(ksCalibrationError([0.5, 0.5], [1, 0]), 0);
  expectClose(ksCalibrationError([0.5, 0.5], [1, 0], { sampleWeight: [3, 1] }), 1 / 4);
});
