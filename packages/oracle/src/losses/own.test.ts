import { describe, expect, test } from "vitest";
import {
  binaryCrossEntropy,
  checkGradient,
  combine,
  crossEntropy,
  defineLoss,
  diceLoss,
  focalLoss,
  mseLoss,
  type OwnLoss,
} from "../index.js";
import { expectAllClose, expectClose } from "../testing.js";

const cubes: OwnLoss = {
  name: "cubes",
  value: (x, t) => Array.from(x).reduce((sum, value, i) => sum + (value - t[i]!) ** 3, 0),
  gradient: (x, t, gradient) => {
    x.forEach((value, i) => {
      gradient[i] = 3 * (value - t[i]!) ** 2;
    });
  },
};

const weightedMean = defineLoss({
  weighted: true,
  value: (x, _, w) => Array.from(x).reduce((sum, value, i) => sum + (w?.[i] ?? 1) * value, 0),
  gradient: (x, _, gradient, w) => {
    gradient.set(w ?? x.map(() => 1));
  },
});

describe("defineLoss", () => {
  test("is called like any other loss", () => {
    const loss = defineLoss(cubes);
    expect(loss([1, 2], [0, 0])).toBe(9);
    expect(loss.withGradient([1, 2], [0, 0])).toEqual({ loss: 9, gradient: Float64Array.of(3, 12) });
    const gradient = Float32Array.of(7, 7);
    const single = loss.withGradient(Float32Array.of(1, 2), Uint8Array.of(0, 0), { gradient });
    expect(single.gradient).toBe(gradient);
    expect(gradient).toEqual(Float32Array.of(3, 12));
    expect(weightedMean([1, 2], [0, 0], { sampleWeight: [3, 1] })).toBe(5);
  });

  test("the gradient starts from zeros", () => {
    const nothing = defineLoss({ value: () => 0, gradient: () => {} });
    const gradient = Float64Array.of(1, NaN);
    expect(nothing.withGradient([1, 2], [0, 0], { gradient }).gradient).toEqual(Float64Array.of(0, 0));
  });

  test("errors", () => {
    const loss = defineLoss(cubes);
    const cases: [() => unknown, object][] = [
      [() => defineLoss({ value: () => 0 } as never), { code: "type", argument: "gradient" }],
      [() => defineLoss({ ...cubes, reduction: "mean" } as never), { code: "option", argument: "reduction" }],
      [() => defineLoss(undefined as never), { code: "type" }],
      [() => loss([], []), { code: "empty", argument: "predictions" }],
      [() => loss([1], [1], { sampleWeight: [1] }), { code: "option", argument: "sampleWeight" }],
      [() => loss([1], [1], { reduction: "sum" } as never), { code: "option", argument: "reduction" }],
      [() => defineLoss({ ...cubes, value: () => "1" as never })([1], [1]), { code: "type", argument: "value" }],
      [() => loss.withGradient([1], [1], { gradient: new Float64Array(2) }), { code: "shape", argument: "gradient" }],
    ];
    for (const [call, details] of cases) expect(call).toThrow(expect.objectContaining(details));
  });
});

describe("combine", () => {
  const p = [0.25, 0.75, 0.5];
  const t = [0, 1, 1];

  test("sums values and gradients", () => {
    const both = combine([
      [0.75, binaryCrossEntropy],
      [2, diceLoss, { smoothNumerator: 0 }],
      [1, mseLoss, { reduction: "sum" }],
      [0.5, defineLoss(cubes)],
    ]);
    const parts = [
      binaryCrossEntropy.withGradient(p, t),
      diceLoss.withGradient(p, t, { smoothNumerator: 0 }),
      mseLoss.withGradient(p, t, { reduction: "sum" }),
      defineLoss(cubes).withGradient(p, t),
    ];
    const weights = [0.75, 2, 1, 0.5];
    const { loss, gradient } = both.withGradient(p, t);
    expectClose(
      loss,
      parts.reduce((sum, part, i) => sum + weights[i]! * part.loss, 0),
    );
    expect(both(p, t)).toBe(loss);
    expectAllClose(
      gradient,
      p.map((_, j) => parts.reduce((sum, part, i) => sum + weights[i]! * part.gradient[j]!, 0)),
    );
  });

  test("takes weights of rows for all terms, and combinations as terms", () => {
    const options = { numClasses: 2 };
    const inner = combine([
      [1, crossEntropy, options],
      [0.5, focalLoss, options],
    ]);
    const outer = combine([[2, inner]]);
    const [x, y, sampleWeight] = [
      [1, 2, 3, 0],
      [0, 1],
      [1, 3],
    ];
    expectClose(
      outer(x, y, { sampleWeight }),
      2 * crossEntropy(x, y, { ...options, sampleWeight }) + focalLoss(x, y, { ...options, sampleWeight }),
    );
    expect(() => combine([[1, defineLoss(cubes)]])(p, t, { sampleWeight: [1, 1, 1] })).toThrow(/cubes takes no/);
  });

  test("a term of weight 0 is silent, and gradients are rounded once", () => {
    const certain = combine([
      [0, binaryCrossEntropy],
      [1, mseLoss],
    ]);
    expect(certain([0], [1])).toBe(1);
    const thirds = combine([
      [1 / 3, mseLoss],
      [1 / 3, mseLoss],
      [1 / 3, mseLoss],
    ]);
    const x = Float32Array.of(0.1);
    const { gradient } = thirds.withGradient(x, [0]);
    expect(gradient).toEqual(Float32Array.of(2 * x[0]!));
  });

  test("errors", () => {
    const cases: [() => unknown, object][] = [
      [() => combine([]), { code: "empty", argument: "terms" }],
      [() => combine(mseLoss as never), { code: "type", argument: "terms" }],
      [() => combine([mseLoss] as never), { code: "type", argument: "terms" }],
      [() => combine([[1, Math.abs]] as never), { code: "type", argument: "terms" }],
      [() => combine([[NaN, mseLoss]]), { code: "option", argument: "weight" }],
      [() => combine([[1, mseLoss, { reduction: "none" }]]), { code: "option", argument: "reduction" }],
      [() => combine([[1, mseLoss, { sampleWeight: [1] }]] as never), { code: "option", argument: "sampleWeight" }],
      [() => combine([[1, mseLoss]])([NaN], [1]), { code: "nan", argument: "predictions" }],
      [() => combine([[1, mseLoss]])([1], [1], { reduction: "sum" } as never), { code: "option" }],
    ];
    for (const [call, details] of cases) expect(call).toThrow(expect.objectContaining(details));
  });
});

describe("checkGradient", () => {
  test("agrees", () => {
    const check = checkGradient(defineLoss(cubes), [1, 2, -0.5], [0, 0, 0]);
    expect(check.ok).toBe(true);
    expect(check.excess).toBeLessThan(1);
    const options = { numClasses: 2, sampleWeight: [1, 2], reduction: "sum" } as const;
    expect(checkGradient(crossEntropy, [1, 2, 3, 4], [0, 1], options).ok).toBe(true);
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
  });

  test("a NaN never agrees", () => {
    const nan = defineLoss({ ...cubes, gradient: (_, __, gradient) => void gradient.fill(NaN) });
    expect(checkGradient(nan, [1, 2], [0, 0])).toMatchObject({ ok: false, index: 0, excess: Infinity });
  });

  test("errors", () => {
    const cases: [() => unknown, object][] = [
      [() => checkGradient(Math.abs as never, [1], [1]), { code: "type", argument: "loss" }],
      [() => checkGradient(mseLoss, [1], [1], { step: 0 }), { code: "option", argument: "step" }],
      [() => checkGradient(mseLoss, [1], [1], { reduction: "none" }), { code: "option", argument: "reduction" }],
      [() => checkGradient(mseLoss, [1], [1], { steps: 1 } as never), { code: "option", argument: "steps" }],
      // A step beyond the range of probabilities.
      [() => checkGradient(binaryCrossEntropy, [1], [1]), { code: "range", argument: "predictions" }],
    ];
    for (const [call, details] of cases) expect(call).toThrow(expect.objectContaining(details));
  });
});
