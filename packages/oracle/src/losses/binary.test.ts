import { describe, expect, test } from "vitest";
import { hingeLoss, multilabelSoftMarginLoss, sigmoidFocalLoss, softMarginLoss } from "../index.js";
import { expectAllClose, expectClose } from "../testing.js";

const INF = Infinity;

describe("sigmoidFocalLoss", () => {
  test("worked numbers", () => {
    // p = ½: (½)²·ln 2.
    expectClose(sigmoidFocalLoss([0], [1]), 0.25 * Math.LN2);
    expectClose(sigmoidFocalLoss([0], [1], { alpha: 0.25 }), 0.0625 * Math.LN2);
    expectClose(sigmoidFocalLoss([0], [0], { alpha: 0.25, gamma: 1 }), 0.375 * Math.LN2);
    expectClose(sigmoidFocalLoss([Math.log(3)], [1], { gamma: 1 }), 0.25 * Math.log(4 / 3));
    // Without γ it is the cross-entropy.
    expectClose(sigmoidFocalLoss([2], [0], { gamma: 0 }), 2 + Math.log1p(Math.exp(-2)));
    // A small loss keeps its digits.
    expectClose(sigmoidFocalLoss([40], [1]), Math.exp(-80) * Math.exp(-40));
  });

  test("gradient", () => {
    // −γ·q^γ·(1 − q)·ℓ − q^(γ+1) at q = ½.
    const { gradient } = sigmoidFocalLoss.withGradient([0, 0], [1, 0], { reduction: "sum" });
    const slope = 0.25 * Math.LN2 + 0.125;
    expectAllClose(gradient, [-slope, slope]);
  });

  test("infinite logits give the limit", () => {
    const { loss, gradient } = sigmoidFocalLoss.withGradient([INF, -INF, INF, -INF, INF], [1, 0, 0, 1, 0.5], {
      reduction: "none",
    });
    expect(loss).toEqual(Float64Array.of(0, 0, INF, INF, INF));
    expect(gradient).toEqual(Float64Array.of(0, 0, 1, -1, 0.125));
    expect(sigmoidFocalLoss([INF], [0], { alpha: 1 })).toBe(0);
  });
});

describe("hingeLoss", () => {
  test("worked numbers", () => {
    expect(hingeLoss([2, 0.5, -1, 0.25], [1, 1, 1, 0], { reduction: "none" })).toEqual(
      Float64Array.of(0, 0.5, 2, 1.25),
    );
    expect(hingeLoss([2, 0.5, -1, 0.25], [1, 1, 1, 0], { reduction: "none", squared: true })).toEqual(
      Float64Array.of(0, 0.25, 4, 1.5625),
    );
    // The worked example of the scikit-learn documentation.
    expect(hingeLoss([-2.18177262, 2.36361149, 0.0936188], [0, 1, 1])).toBeCloseTo(0.3021, 4);
  });

  test("gradient, 0 at the kink", () => {
    const { gradient } = hingeLoss.withGradient([2, 0.5, 1, 0.25], [1, 1, 1, 0], { reduction: "sum" });
    expect(gradient).toEqual(Float64Array.of(0, -1, 0, 1));
    const squared = hingeLoss.withGradient([2, 0.5, 1, 0.25], [1, 1, 1, 0], { reduction: "sum", squared: true });
    expect(squared.gradient).toEqual(Float64Array.of(0, -1, 0, 2.5));
  });

  test("infinite scores give the limit", () => {
    expect(hingeLoss([INF, -INF], [1, 0])).toBe(0);
    expect(hingeLoss([INF, 1], [0, 0], { reduction: "none", squared: true })).toEqual(Float64Array.of(INF, 4));
  });

  test("labels are 0 or 1", () => {
    expect(() => hingeLoss([1], [-1])).toThrow(expect.objectContaining({ code: "label", argument: "targets" }));
  });
});

describe("softMarginLoss and multilabelSoftMarginLoss", () => {
  test("worked numbers", () => {
    expectClose(softMarginLoss([0, 50], [0, 1], { reduction: "sum" }), Math.LN2 + Math.exp(-50));
    const options = { numLabels: 2, weight: [2, 4] };
    const value = multilabelSoftMarginLoss([0, 1, 0, -1], [1, 1, 0.5, 0], { ...options, reduction: "none" });
    const term = Math.log1p(Math.exp(-1));
    expectAllClose(value, [Math.LN2 + 2 * term, Math.LN2 + 2 * term]);
    const { gradient } = multilabelSoftMarginLoss.withGradient([0, 0], [1, 0], options);
    expectAllClose(gradient, [-0.5, 1]);
  });

  test("one factor for a row", () => {
    const options = { numLabels: 2, reduction: "none", elementWeight: [3] } as const;
    expectAllClose(multilabelSoftMarginLoss([0, 0], [1, 0], options), [3 * Math.LN2]);
  });
});

describe("errors", () => {
  const cases: [string, () => unknown, object][] = [
    ["gamma", () => sigmoidFocalLoss([0], [1], { gamma: -1 }), { code: "option", argument: "gamma" }],
    ["alpha", () => sigmoidFocalLoss([0], [1], { alpha: 1.5 }), { code: "option", argument: "alpha", value: 1.5 }],
    ["target", () => sigmoidFocalLoss([0], [2]), { code: "range", argument: "targets", index: 0 }],
    ["squared", () => hingeLoss([0], [1], { squared: 1 as never }), { code: "option", argument: "squared" }],
    ["NaN", () => softMarginLoss([NaN], [1]), { code: "nan", argument: "predictions" }],
    ["no labels", () => multilabelSoftMarginLoss([0], [1], {} as never), { code: "option", argument: "numLabels" }],
    [
      "weights",
      () => multilabelSoftMarginLoss([0], [1], { numLabels: 1, weight: [1, 2] }),
      { code: "shape", argument: "weight" },
    ],
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(expect.objectContaining(details));
  });
});
