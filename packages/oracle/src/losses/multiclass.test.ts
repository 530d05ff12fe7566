import { describe, expect, test } from "vitest";
import {
  balancedClassWeights,
  crossEntropy,
  focalLoss,
  klDivLoss,
  multiclassHingeLoss,
  multiMarginLoss,
  nllLoss,
  sigmoidFocalLoss,
} from "../index.js";
import { expectAllClose, expectClose } from "../testing.js";

const INF = Infinity;
const numClasses = 3;

describe("nllLoss", () => {
  test("takes the target's number, weighted", () => {
    const logs = [-1, -2, -3, -4, -5, -6];
    expect(nllLoss(logs, [0, 2], { numClasses })).toBe(3.5);
    expect(nllLoss(logs, [0, 2], { numClasses, weight: [1, 1, 3] })).toBe((1 + 3 * 6) / 4);
    expect(nllLoss(logs, [0, 2], { numClasses, ignoreIndex: 2 })).toBe(1);
    const { gradient } = nllLoss.withGradient(logs, [0, 2], { numClasses, weight: [1, 1, 3] });
    expect(gradient).toEqual(Float64Array.of(-0.25, 0, 0, 0, 0, -0.75));
  });

  test("an impossible target costs ∞, unless it weighs nothing", () => {
    expect(nllLoss([-INF, 0], [0], { numClasses: 2 })).toBe(INF);
    expect(nllLoss([-INF, 0, -INF, -1], [0, 1], { numClasses: 2, weight: [0, 1] })).toBe(1);
    expect(() => nllLoss([INF, 0], [1], { numClasses: 2 })).toThrow(
      expect.objectContaining({ code: "range", argument: "predictions", index: 0, value: INF }),
    );
  });

  test("of a log-softmax is the cross-entropy", () => {
    const lse = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3));
    const logs = [1 - lse, 2 - lse, 3 - lse];
    expectClose(nllLoss(logs, [1], { numClasses }), crossEntropy([1, 2, 3], [1], { numClasses }));
  });
});

describe("focalLoss", () => {
  test("worked numbers", () => {
    // p_t = ⅓.
    expectClose(focalLoss([0, 0, 0], [1], { numClasses }), (4 / 9) * Math.log(3));
    expectClose(focalLoss([0, 0, 0], [1], { numClasses, gamma: 1, weight: [1, 5, 1] }), (10 / 3) * Math.log(3));
    // Weight 2 inside: p_t = ⅑.
    const inside = { numClasses, gamma: 1, weight: [1, 2, 1], weightInside: true };
    expectClose(focalLoss([0, 0, 0], [1], inside), (8 / 9) * 2 * Math.log(3));
    // Without γ it is the cross-entropy, whose mean is plain.
    const weight = [1, 2, 3];
    const plain = focalLoss([1, 2, 3, 3, 2, 1], [1, 2], { numClasses, gamma: 0, weight });
    const entropy = crossEntropy([1, 2, 3, 3, 2, 1], [1, 2], { numClasses, weight, reduction: "sum" });
    expectClose(plain, entropy / 2);
    // A small loss keeps its digits: q = 2e^−40, CE = ln(1 + 2e^−40).
    expectClose(focalLoss([40, 0, 0], [0], { numClasses, gamma: 1 }), (2 * Math.exp(-40)) ** 2);
  });

  test("one-vs-rest is a sum of sigmoid focal losses", () => {
    const options = { alpha: 0.25, gamma: 1.5 };
    const x = [1, -2, 0.5, 0, 3, -1];
    const rows = focalLoss(x, [2, 1], { numClasses, kind: "one-vs-rest", ...options, reduction: "none" });
    const elements = sigmoidFocalLoss(x, [0, 0, 1, 0, 1, 0], { ...options, reduction: "none" });
    expectAllClose(rows, [elements[0]! + elements[1]! + elements[2]!, elements[3]! + elements[4]! + elements[5]!]);
    const ignoring = focalLoss(x, [2, 7], { numClasses, kind: "one-vs-rest", ...options, ignoreIndex: 7 });
    expect(ignoring).toBe(rows[0]);
  });

  test("infinite logits give the limit", () => {
    for (const gamma of [0, 0.5, 2]) {
      const of = (x: number[], label: number, more: object = {}): number =>
        focalLoss(x, [label], { numClasses, gamma, ...more });
      expect([of([0, 0, -INF], 2), of([0, INF, 5], 1), of([0, INF, 5], 0)]).toEqual([INF, 0, INF]);
      expectClose(of([0, 0, -INF], 0), 0.5 ** gamma * Math.LN2);
      expect(of([0, 0, -INF], 2, { weight: [1, 1, 0] })).toBe(0);
      const { gradient } = focalLoss.withGradient([0, 0, -INF], [2], { numClasses, gamma });
      expect(gradient).toEqual(Float64Array.of(0.5, 0.5, -1));
      const inside = focalLoss.withGradient([0, INF, 5], [1], {
        numClasses,
        gamma,
        weight: [1, 2, 3],
        weightInside: true,
      });
      expect(inside).toEqual({ loss: 0, gradient: Float64Array.of(0, 0, 0) });
    }
  });
});

describe("multiMarginLoss and multiclassHingeLoss", () => {
  test("worked numbers", () => {
    // The worked example of PyTorch's documentation.
    expectClose(multiMarginLoss([0.1, 0.2, 0.4, 0.8], [3], { numClasses: 4 }), (0.3 + 0.4 + 0.6) / 4);
    const squares = multiMarginLoss([0, 1, 3], [1], { numClasses, p: 2, margin: 0.5, weight: [1, 2, 1] });
    expectClose(squares, (2 * 2.5 ** 2) / 3);
    expect(multiclassHingeLoss([1, 3, 2.5, 0, 0, 5], [1, 2], { numClasses, reduction: "none" })).toEqual(
      Float64Array.of(0.5, 0),
    );
  });

  test("gradient: the first of tied rivals, 0 at the kink", () => {
    const margin = multiMarginLoss.withGradient([0, 1, 1, 2], [2], { numClasses: 4, reduction: "sum" });
    expect(margin.gradient).toEqual(Float64Array.of(0, 0.25, -0.5, 0.25));
    const hinge = multiclassHingeLoss.withGradient([2, 0, 2], [1], { numClasses, reduction: "sum" });
    expect(hinge).toEqual({ loss: 3, gradient: Float64Array.of(1, -1, 0) });
    const kink = multiclassHingeLoss.withGradient([2, 1, 0], [0], { numClasses });
    expect(kink).toEqual({ loss: 0, gradient: Float64Array.of(0, 0, 0) });
  });

  test("what is missing is exact", () => {
    const tiny = multiMarginLoss.withGradient([1, 1e-30], [0], { numClasses: 2 });
    expect(tiny).toEqual({ loss: 5e-31, gradient: Float64Array.of(-0.5, 0.5) });
    expect(multiMarginLoss([1e30, 1e30], [0], { numClasses: 2 })).toBe(0.5);
    expect(multiclassHingeLoss([1, 1e-30], [0], { numClasses: 2 })).toBe(1e-30);
  });

  test("infinite logits give the limit, equal infinities are equal", () => {
    const of = (x: number[], label: number): number[] => [
      multiMarginLoss(x, [label], { numClasses }),
      multiclassHingeLoss(x, [label], { numClasses }),
    ];
    expect(of([INF, 0, 0], 0)).toEqual([0, 0]);
    expect(of([-INF, 0, 0], 0)).toEqual([INF, INF]);
    expect(of([INF, INF, 0], 0)).toEqual([1 / 3, 1]);
    expect(of([-INF, -INF, -INF], 0)).toEqual([2 / 3, 1]);
  });
});

describe("klDivLoss", () => {
  test("worked numbers and reductions", () => {
    const p = [0.5, 0.5, 0.25, 0.75];
    const t = [0.25, 0.75, 1, 0];
    const terms = [0.25 * Math.log(0.5), 0.75 * Math.log(1.5), Math.log(4), 0];
    const total = terms.reduce((a, b) => a + b);
    expectAllClose(klDivLoss(p, t, { numClasses: 2, reduction: "none" }), terms);
    expectClose(klDivLoss(p, t, { numClasses: 2, reduction: "sum" }), total);
    expectClose(klDivLoss(p, t, { numClasses: 2 }), total / 4);
    expectClose(klDivLoss(p, t, { numClasses: 2, reduction: "batchmean" }), total / 2);
    const weighted = klDivLoss(p, t, { numClasses: 2, reduction: "batchmean", sampleWeight: [0, 3] });
    expectClose(weighted, Math.log(4));
    const logs = klDivLoss(p.map(Math.log), t, { numClasses: 2, from: "logProbabilities" });
    expectClose(logs, total / 4);
  });

  test("near its target it keeps its digits", () => {
    const t = 0.3;
    const p = t + 2 ** -40;
    const x = (t - p) / p;
    expectClose(klDivLoss([p], [t], { numClasses: 1 }), t * (x - x ** 2 / 2));
    expect(klDivLoss([0.3, 0.7], [0.3, 0.7], { numClasses: 2 })).toBe(0);
  });

  test("gradient", () => {
    const { gradient } = klDivLoss.withGradient([0.5, 0, 0], [0.25, 0, 0.5], { numClasses, reduction: "sum" });
    expect(gradient).toEqual(Float64Array.of(-0.5, 0, -INF));
    const logs = klDivLoss.withGradient([-1, -2], [0.25, 0.75], {
      numClasses: 2,
      from: "logProbabilities",
      reduction: "batchmean",
    });
    expect(logs.gradient).toEqual(Float64Array.of(-0.25, -0.75));
  });
});

describe("balancedClassWeights", () => {
  test("n / (C·count)", () => {
    expect(balancedClassWeights([0, 0, 0, 1], { numClasses: 2 })).toEqual(Float64Array.of(4 / 6, 2));
    expect(balancedClassWeights([0, 1], { numClasses: 2, sampleWeight: [3, 1] })).toEqual(Float64Array.of(4 / 6, 2));
    expect(balancedClassWeights([0, 9, 1], { numClasses: 2, ignoreIndex: 9 })).toEqual(Float64Array.of(1, 1));
  });

  test("with them every class weighs the same", () => {
    const labels = [0, 0, 0, 1, 2, 2];
    const weight = balancedClassWeights(labels, { numClasses });
    const totals = [0, 1, 2].map((c) => labels.filter((label) => label === c).length * weight[c]!);
    expectAllClose(totals, [2, 2, 2]);
  });

  test("a class that does not occur cannot be balanced", () => {
    expect(() => balancedClassWeights([0, 2], { numClasses })).toThrow(/class 1 does not occur/);
    expect(() => balancedClassWeights([0, 1], { numClasses: 2, sampleWeight: [1, 0] })).toThrow(/class 1/);
    expect(() => balancedClassWeights([], { numClasses: 2 })).toThrow(expect.objectContaining({ code: "empty" }));
    expect(() => balancedClassWeights([2], { numClasses: 2 })).toThrow(
      expect.objectContaining({ code: "label", argument: "labels" }),
    );
  });
});

describe("errors", () => {
  const row = [1, 2, 3];
  const cases: [string, () => unknown, object][] = [
    [
      "alpha of softmax",
      () => focalLoss(row, [0], { numClasses, alpha: 0.5 }),
      { code: "option", argument: "alpha", value: 0.5 },
    ],
    [
      "weight of one-vs-rest",
      () => focalLoss(row, [0], { numClasses, kind: "one-vs-rest", weight: [1, 2, 3] }),
      { code: "option", argument: "weight" },
    ],
    [
      "weightInside without weight",
      () => focalLoss(row, [0], { numClasses, weightInside: true }),
      { code: "option", argument: "weightInside" },
    ],
    [
      "kind",
      () => focalLoss(row, [0], { numClasses, kind: "sigmoid" as "softmax" }),
      { code: "option", argument: "kind" },
    ],
    ["label", () => multiMarginLoss(row, [3], { numClasses }), { code: "label", argument: "targets" }],
    ["p", () => multiMarginLoss(row, [0], { numClasses, p: 3 as 1 }), { code: "option", argument: "p" }],
    ["one class", () => multiclassHingeLoss([1], [0], { numClasses: 1 }), { code: "option", argument: "numClasses" }],
    ["probability", () => klDivLoss([1.5], [1], { numClasses: 1 }), { code: "range", argument: "predictions" }],
    [
      "batchmean",
      () => nllLoss(row, [0], { numClasses, reduction: "batchmean" as "mean" }),
      { code: "option", argument: "reduction" },
    ],
    ["all ignored", () => focalLoss(row, [0], { numClasses, ignoreIndex: 0 }), { code: "empty", argument: "targets" }],
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(expect.objectContaining(details));
  });
});
