import type { Accumulator, Backend } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { describe, expect, test } from "vitest";
import { complaintOf } from "../support/errors.js";

type Make = (backend: Backend) => Accumulator<unknown>;

const counting: readonly [string, Make][] = [
  ["reliability", (b) => b.reliability.accumulator()],
  ["classwiseReliability", (b) => b.classwiseReliability.accumulator({ numLabels: 1 })],
  ["calibrationError", (b) => b.calibrationError.accumulator({ binning: "width" })],
  ["kernelCalibrationError", (b) => b.kernelCalibrationError.accumulator({ bandwidth: 0.1 })],
  ["hosmerLemeshowTest of equal width", (b) => b.hosmerLemeshowTest.accumulator({ binning: "width" })],
  ["spiegelhalterTest", (b) => b.spiegelhalterTest.accumulator()],
  ["brierScore", (b) => b.brierScore.accumulator()],
  ["logLoss", (b) => b.logLoss.accumulator()],
  ["brierDecomposition", (b) => b.brierDecomposition.accumulator()],
  ["logLossDecomposition", (b) => b.logLossDecomposition.accumulator()],
  ["d2LogLossScore", (b) => b.d2LogLossScore.accumulator()],
  ["d2BrierScore", (b) => b.d2BrierScore.accumulator()],
  ["brierSkillScore", (b) => b.brierSkillScore.accumulator({ reference: 0.5 })],
  ["logLossSkillScore", (b) => b.logLossSkillScore.accumulator({ reference: [0.5] })],
];

const keeping: readonly [string, Make][] = [
  ...(["mass", "quantile", "midpoint"] as const).flatMap((binning): [string, Make][] => [
    [`reliability, ${binning}`, (b) => b.reliability.accumulator({ binning })],
    [`classwiseReliability, ${binning}`, (b) => b.classwiseReliability.accumulator({ numLabels: 1, binning })],
    [`calibrationError, ${binning}`, (b) => b.calibrationError.accumulator({ binning })],
    [`brierDecomposition, ${binning}`, (b) => b.brierDecomposition.accumulator({ binning })],
    [`logLossDecomposition, ${binning}`, (b) => b.logLossDecomposition.accumulator({ binning })],
  ]),
  ["hosmerLemeshowTest", (b) => b.hosmerLemeshowTest.accumulator()],
  ["debiasedCalibrationError", (b) => b.debiasedCalibrationError.accumulator()],
  ["ksCalibrationError", (b) => b.ksCalibrationError.accumulator()],
  ["smoothCalibrationError", (b) => b.smoothCalibrationError.accumulator()],
  ["riskCoverage", (b) => b.riskCoverage.accumulator()],
];

const cases = [
  ...counting.map(([name, make]) => [name, make, false] as const),
  ...keeping.map(([name, make]) => [name, make, true] as const),
];

describe.each([
  ["assay", assay as Backend],
  ["oracle", oracle as Backend],
])("%s", (_, backend) => {
  test.each(cases)("%s says whether it keeps scores, and so do its results", (_, make, keepsScores) => {
    using accumulator = make(backend);
    expect(accumulator.keepsScores).toBe(keepsScores);
    accumulator.update([0.2, 0.7, 0.4], [0, 1, 1]);
    const result = accumulator.result();
    if (typeof result !== "object" || result === null || !("keepsScores" in result)) return;
    expect(result.keepsScores).toBe(keepsScores);
  });

  test.each(["quantile", "midpoint"] as const)("bins by %s go by single rows, and have no weights", (binning) => {
    const complaint = complaintOf(() => backend.reliability.accumulator({ binning, weighted: true }));
    expect(complaint).toMatchObject({ name: "AssayTypeError", code: "option", argument: "weighted" });
  });

  test.each([
    ["one for each row", { reference: [0.2, 0.3] }, "shape"],
    ["too few", { numClasses: 3, reference: [0.2, 0.8] }, "shape"],
    ["a number for several classes", { numClasses: 3, reference: 0.5 }, "shape"],
    ["no probability", { reference: 1.5 }, "range"],
    ["NaN", { numClasses: 2, reference: [0.5, Number.NaN] }, "nan"],
  ])("a stream is compared with no reference that is %s", (_, options, code) => {
    for (const measure of [backend.brierSkillScore, backend.logLossSkillScore]) {
      expect(complaintOf(() => measure.accumulator(options))).toMatchObject({ code, argument: "reference" });
    }
  });
});

test.each(cases)("%s has a state that grows only if it keeps scores", (_, make, keepsScores) => {
  using accumulator = make(assay);
  const sizes = [1, 100, 1000].map((rows) => {
    accumulator.reset();
    const p = Float64Array.from({ length: rows }, (_, i) => (i + 1) / (rows + 1));
    accumulator.update(
      p,
      p.map((_, i) => i % 2),
    );
    return accumulator.toBytes().length;
  });
  const [first = 0] = sizes;
  expect(sizes).toEqual(keepsScores ? [first, first + 99 * 8, first + 999 * 8] : [first, first, first]);
});
