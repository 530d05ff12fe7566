import * as oracle from "@assay/oracle";
import { describe, expect, test } from "vitest";
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  checkGradient,
  combine,
  crossEntropy,
  defineLoss,
  float32,
  float64,
  focalLoss,
  gaussianNllLoss,
  logCoshLoss,
  mseLoss,
  type OwnLoss,
  uint8,
} from "../index.js";

const cubes: OwnLoss = {
  value: (x, t) => Array.from(x, (value, i) => value - t[i]!).reduce((sum, d) => sum + d * d * d, 0),
  gradient: (x, t, gradient) => {
    x.forEach((value, i) => {
      const d = value - t[i]!;
      gradient[i] = 3 * d * d;
    });
  },
};

describe("checkGradient", () => {
  test("agrees with gradients that are right", () => {
    const logits = [1, 2, -3, 0.25, 0, -0.5];
    const checks = [
      checkGradient(defineLoss(cubes), [1, 2, -0.5], [0, 0, 0]),
      checkGradient(crossEntropy, logits, [0, 1], { numClasses: 3, sampleWeight: [1, 2], reduction: "sum" }),
      checkGradient(focalLoss, logits, [2, 1], { numClasses: 3, gamma: 1.5, weight: [1, 2, 3] }),
      checkGradient(binaryCrossEntropyWithLogits, Float32Array.from(logits), [0, 1, 1, 0, 0.5, 1], { posWeight: 3 }),
      checkGradient(gaussianNllLoss, logits, [0, 1, 1, 0, 2, 1], { variance: [1, 2, 3, 1, 2, 3] }),
      checkGradient(
        combine([
          [0.5, mseLoss],
          [2, logCoshLoss],
        ]),
        logits,
        [0, 1, 1, 0, 0.5, 1],
      ),
    ];
    for (const check of checks) expect(check.ok, `${check}`).toBe(true);
  });

  test("agrees with the oracle's", () => {
    const [x, t] = [
      [1, 2, -0.5],
      [0, 0, 0],
    ];
    const wrong: OwnLoss = { ...cubes, gradient: (_, __, gradient) => void gradient.fill(1) };
    for (const own of [cubes, wrong]) {
      const [got, expected] = [
        checkGradient(defineLoss(own), x, t, { step: 1e-4, tolerance: 1e-3 }),
        oracle.checkGradient(oracle.defineLoss(own), x, t, { step: 1e-4, tolerance: 1e-3 }),
      ];
      expect({ ...got, toString: 0 }).toEqual({ ...expected, toString: 0 });
      expect(`${got}`).toBe(`${expected}`);
    }
  });

  test("says where it is wrong", () => {
    const wrong = defineLoss({
      ...cubes,
      gradient: (x, t, gradient) => {
        cubes.gradient(x, t, gradient);
        gradient[1] = 0.5 * gradient[1]!;
      },
    });
    const check = checkGradient(wrong, [1, 2, -0.5], [0, 0, 0]);
    expect(check).toMatchObject({ ok: false, index: 1, analytic: 6 });
    expect(check.numeric).toBeCloseTo(12, 6);
    expect(`${check}`).toMatch(/disagrees .* gradient\[1\] = 6, but they give 12/);
    const nan = defineLoss({ ...cubes, gradient: (_, __, gradient) => void gradient.fill(NaN) });
    expect(checkGradient(nan, [1, 2], [0, 0])).toMatchObject({ ok: false, index: 0, excess: Infinity });
  });

  test("takes views of memory that grows", () => {
    const [x, t, sampleWeight] = [float32(2), uint8(2), float64(2)];
    x.view.set([0.5, 0.25]);
    t.view.set([1, 0]);
    sampleWeight.view.set([1, 2]);
    const kept: { free(): void }[] = [];
    const growing = defineLoss({
      weighted: true,
      value(x, t, w) {
        const { buffer } = uint8(1).view;
        if (kept.length === 0) while (uint8(1).view.buffer === buffer) kept.push(uint8(1 << 24));
        return mseLoss(x, t, { sampleWeight: w! });
      },
      gradient: (x, t, gradient, w) => void mseLoss.withGradient(x, t, { gradient, sampleWeight: w! }),
    });
    const check = checkGradient(growing, x.view, t.view, { sampleWeight: sampleWeight.view });
    for (const handle of kept) handle.free();
    expect(kept.length).toBeGreaterThan(0);
    expect(check.ok, `${check}`).toBe(true);
    // The caller's predictions are as they were.
    expect(x.view).toEqual(Float32Array.of(0.5, 0.25));
  });

  test("errors", () => {
    const cases: [() => unknown, object][] = [
      [() => checkGradient(Math.abs as never, [1], [1]), { code: "type", argument: "loss" }],
      [() => checkGradient(mseLoss, [1], [1], { step: 0 }), { code: "option", argument: "step" }],
      [() => checkGradient(mseLoss, [1], [1], { tolerance: Infinity }), { code: "option", argument: "tolerance" }],
      [() => checkGradient(mseLoss, [1], [1], { reduction: "none" }), { code: "option", argument: "reduction" }],
      [() => checkGradient(mseLoss, [1], [1], { steps: 1 } as never), { code: "option", argument: "steps" }],
      [() => checkGradient(mseLoss, [], []), { code: "empty", argument: "targets" }],
      [() => checkGradient(mseLoss, ["1"] as never, [1]), { code: "type", argument: "predictions", index: 0 }],
      // A step beyond the range of probabilities.
      [() => checkGradient(binaryCrossEntropy, [1], [1]), { code: "range", argument: "predictions" }],
    ];
    for (const [call, details] of cases) expect(call).toThrow(expect.objectContaining(details));
  });
});
