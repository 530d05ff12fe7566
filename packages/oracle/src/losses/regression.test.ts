import { describe, expect, test } from "vitest";
import {
  gaussianNllLoss,
  huberLoss,
  l1Loss,
  logCoshLoss,
  poissonNllLoss,
  quantileLoss,
  smoothL1Loss,
} from "../index.js";
import { expectAllClose, expectClose } from "../testing.js";

const none = { reduction: "none" } as const;
const sum = { reduction: "sum" } as const;

describe("losses of differences", () => {
  test("l1", () => {
    expect(l1Loss([1, 2, 4], [1, 0, 5], none)).toEqual(Float64Array.of(0, 2, 1));
    expect(l1Loss.withGradient([1, 2, 4], [1, 0, 5], sum).gradient).toEqual(Float64Array.of(0, 1, -1));
    expect(l1Loss([1, 2], [0, 0], { sampleWeight: [3, 1] })).toBe(5 / 4);
  });

  test("Huber and smooth L1: a square that becomes a line", () => {
    const [x, t] = [
      [0, 1, 2, 5, -5],
      [0, 0, 0, 0, 0],
    ];
    expect(huberLoss(x, t, { ...none, delta: 2 })).toEqual(Float64Array.of(0, 0.5, 2, 8, 8));
    expect(huberLoss.withGradient(x, t, { ...sum, delta: 2 }).gradient).toEqual(Float64Array.of(0, 1, 2, 2, -2));
    expect(smoothL1Loss(x, t, { ...none, beta: 2 })).toEqual(Float64Array.of(0, 0.25, 1, 4, 4));
    expect(smoothL1Loss.withGradient(x, t, { ...sum, beta: 2 }).gradient).toEqual(Float64Array.of(0, 0.5, 1, 1, -1));
    expect(smoothL1Loss(x, t, { ...none, beta: 0 })).toEqual(l1Loss(x, t, none));
    expect(smoothL1Loss.withGradient(x, t, { ...sum, beta: 0 }).gradient).toEqual(Float64Array.of(0, 1, 1, 1, -1));
  });

  test("log-cosh keeps its digits and does not overflow", () => {
    expectClose(logCoshLoss([1], [0]), Math.log(Math.cosh(1)));
    expectClose(logCoshLoss([1e-8], [0]), 0.5e-16);
    expectClose(logCoshLoss([1e-100], [0]), 0.5e-200);
    expectClose(logCoshLoss([-1e300], [0]), 1e300);
    expectClose(logCoshLoss([50], [0]), 50 - Math.LN2);
    // Both forms meet.
    expect(logCoshLoss([4], [0])).toBeCloseTo(logCoshLoss([4 - 2 ** -50], [0]), 14);
    expectAllClose(logCoshLoss.withGradient([0.5, -800], [0, 0], sum).gradient, [Math.tanh(0.5), -1]);
  });

  test("pinball: under-prediction costs q, over-prediction 1 − q", () => {
    const options = { ...none, quantile: 0.75 };
    expect(quantileLoss([1, 3, 2], [2, 2, 2], options)).toEqual(Float64Array.of(0.75, 0.25, 0));
    expect(quantileLoss.withGradient([1, 3, 2], [2, 2, 2], { ...sum, quantile: 0.75 }).gradient).toEqual(
      Float64Array.of(-0.75, 0.25, 0),
    );
    expect(quantileLoss([1, 4], [2, 2], { quantile: 0.5 })).toBe(l1Loss([1, 4], [2, 2]) / 2);
  });

  test("the least is at the target", () => {
    const least = { loss: 0, gradient: Float64Array.of(0) };
    expect(l1Loss.withGradient([3], [3])).toEqual(least);
    expect(huberLoss.withGradient([3], [3])).toEqual(least);
    expect(smoothL1Loss.withGradient([3], [3])).toEqual(least);
    expect(logCoshLoss.withGradient([3], [3])).toEqual(least);
    expect(quantileLoss.withGradient([3], [3], { quantile: 0.1 })).toEqual(least);
  });
});

describe("likelihoods", () => {
  test("Poisson", () => {
    expectClose(poissonNllLoss([0.5], [2]), Math.exp(0.5) - 1);
    expectClose(poissonNllLoss([3], [2], { logInput: false, eps: 0 }), 3 - 2 * Math.log(3));
    expect(poissonNllLoss([0, 0], [0, 0], { logInput: false, eps: 0 })).toBe(0);
    expect(poissonNllLoss([0], [1], { logInput: false, eps: 0 })).toBe(Infinity);
    expectClose(poissonNllLoss([0], [1], { logInput: false }), -Math.log(1e-8));
    const stirling = 3 * Math.log(3) - 3 + 0.5 * Math.log(6 * Math.PI);
    expectClose(poissonNllLoss([0], [3], { full: true }), 1 + stirling);
    // ln t! is 0 for 0 and 1.
    expect(poissonNllLoss([0, 0], [0, 1], { full: true })).toBe(1);
    expectAllClose(poissonNllLoss.withGradient([0.5, 0], [2, 1], sum).gradient, [Math.exp(0.5) - 2, 0]);
    const rates = poissonNllLoss.withGradient([4, 0], [2, 0], { ...sum, logInput: false, eps: 0 });
    expect(rates.gradient).toEqual(Float64Array.of(0.5, 1));
  });

  test("Gaussian", () => {
    expectClose(gaussianNllLoss([3], [1], { variance: 2 }), 0.5 * (Math.log(2) + 2));
    expectClose(
      gaussianNllLoss([3, 0], [1, 0], { variance: [2, 1], full: true }),
      0.25 * (Math.log(2) + 2) + 0.5 * Math.log(2 * Math.PI),
    );
    expectClose(gaussianNllLoss([1], [1], { variance: 0 }), 0.5 * Math.log(1e-6));
    expect(gaussianNllLoss.withGradient([3, 0], [1, 1], { variance: [2, 4], ...sum }).gradient).toEqual(
      Float64Array.of(1, -0.25),
    );
  });
});

describe("errors", () => {
  const cases: [string, () => unknown, object][] = [
    ["infinite", () => l1Loss([Infinity], [0]), { code: "range", argument: "predictions", index: 0 }],
    ["delta", () => huberLoss([1], [0], { delta: 0 }), { code: "option", argument: "delta" }],
    ["beta", () => smoothL1Loss([1], [0], { beta: -1 }), { code: "option", argument: "beta" }],
    ["no quantile", () => quantileLoss([1], [0], {} as never), { code: "option", argument: "quantile" }],
    ["quantile", () => quantileLoss([1], [0], { quantile: 2 }), { code: "option", argument: "quantile", value: 2 }],
    ["negative count", () => poissonNllLoss([1], [-1]), { code: "range", argument: "targets", index: 0, value: -1 }],
    [
      "negative rate",
      () => poissonNllLoss([1, -1], [1, 1], { logInput: false }),
      { code: "range", argument: "predictions", index: 1 },
    ],
    ["no variance", () => gaussianNllLoss([1], [0], {} as never), { code: "option", argument: "variance" }],
    ["variances", () => gaussianNllLoss([1], [0], { variance: [1, 2] }), { code: "shape", argument: "variance" }],
    [
      "negative variance",
      () => gaussianNllLoss([1, 1], [0, 0], { variance: [1, -1] }),
      { code: "range", argument: "variance", index: 1 },
    ],
    [
      "variances of a stream",
      () => gaussianNllLoss.accumulator({ variance: [1] as never }),
      { code: "option", argument: "variance" },
    ],
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(expect.objectContaining(details));
  });
});
