import { describe, expect, test } from "vitest";
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  ceSoftF1Loss,
  crossEntropy,
  diceBceLoss,
  diceLoss,
  focalTverskyLoss,
  jaccardLoss,
  multiclassDiceLoss,
  softF1Loss,
  tverskyLoss,
} from "../index.js";
import { expectAllClose, expectClose } from "../testing.js";

const INF = Infinity;

// TP = 1.25, FP = 0.25, FN = 0.75.
const p = [0.5, 0.75, 0.25, 0];
const t = [1, 1, 0, 0];

describe("losses of soft counts", () => {
  test("worked numbers", () => {
    expectClose(diceLoss(p, t), 1 - 3.5 / 4.5);
    expectClose(diceLoss(p, t, { smoothNumerator: 0, smoothDenominator: 0.5 }), 1 - 2.5 / 4);
    expectClose(jaccardLoss(p, t), 1 - 2.25 / 3.25);
    expectClose(tverskyLoss(p, t, { fnWeight: 0.7, fpWeight: 0.3 }), 1 - 2.25 / (1.25 + 0.525 + 0.075 + 1));
    const tversky = tverskyLoss(p, t);
    expectClose(tversky, 1 - 2.25 / 2.75);
    expectClose(focalTverskyLoss(p, t, { exponent: 0.75 }), tversky ** 0.75);
    // P = 1.25/1.5, R = 1.25/2.
    const [precision, recall] = [1.25 / 1.5, 1.25 / 2];
    expectClose(softF1Loss(p, t, { epsilon: 0 }), 1 - (2 * precision * recall) / (precision + recall));
    const [P, R] = [1.25 / 2, 1.25 / 2.5];
    expectClose(softF1Loss(p, t, { epsilon: 0.5 }), 1 - (2 * P * R) / (P + R + 0.5));
  });

  test("gradient", () => {
    const { loss, gradient } = diceLoss.withGradient([0.5, 0.5], [1, 0], { smoothNumerator: 0, smoothDenominator: 0 });
    // 1 − 2p₁/(p₁ + p₂ + 1).
    expect(loss).toBe(0.5);
    expect(gradient).toEqual(Float64Array.of(-0.75, 0.25));
    const logits = diceLoss.withGradient([0, 0], [1, 0], {
      smoothNumerator: 0,
      smoothDenominator: 0,
      from: "logits",
    });
    expect(logits.gradient).toEqual(Float64Array.of(-0.1875, 0.0625));
  });

  test("weights repeat rows, macro averages columns, micro their counts", () => {
    expectClose(diceLoss(p, t, { sampleWeight: [2, 1, 0, 1] }), diceLoss([0.5, 0.5, 0.75, 0], [1, 1, 1, 0]));
    const matrix = [0.5, 1, 0.25, 0.75];
    const targets = [1, 1, 0, 0];
    const columns = [diceLoss([0.5, 0.25], [1, 0]), diceLoss([1, 0.75], [1, 0])];
    expectClose(diceLoss(matrix, targets, { numLabels: 2 }), (columns[0]! + columns[1]!) / 2);
    expectClose(diceLoss(matrix, targets, { numLabels: 2, average: "micro" }), diceLoss(matrix, targets));
    const focal = { exponent: 2, numLabels: 2 };
    const losses = [tverskyLoss([0.5, 0.25], [1, 0]), tverskyLoss([1, 0.75], [1, 0])];
    expectClose(focalTverskyLoss(matrix, targets, focal), (losses[0]! ** 2 + losses[1]! ** 2) / 2);
  });

  test("the least and the largest", () => {
    for (const loss of [diceLoss, jaccardLoss, tverskyLoss, softF1Loss]) {
      expect(loss([1, 0, 1], [1, 0, 1])).toBeCloseTo(0, 6);
      expect(loss([INF, -INF], [1, 0], { from: "logits" })).toBeCloseTo(0, 6);
    }
    expect(diceLoss([0, 1], [1, 0], { smoothNumerator: 0, smoothDenominator: 0 })).toBe(1);
    expect(softF1Loss([0, 0], [1, 0])).toBe(1);
    expect(softF1Loss([0, 0], [0, 0])).toBe(1);
    // With nothing positive anywhere smoothing alone decides.
    expect(diceLoss([0, 0], [0, 0])).toBe(0);
    expect(diceLoss([0, 0], [0, 0], { smoothNumerator: 0, smoothDenominator: 0 })).toBeNaN();
    expect(softF1Loss([0, 0], [0, 0], { epsilon: 0 })).toBeNaN();
  });

  test("a small loss keeps its digits", () => {
    const q = 1 - 2 ** -40;
    expectClose(diceLoss([q], [1]), 2 ** -40 / (2 * q + 2 ** -40 + 1));
    const logits = { from: "logits", smoothNumerator: 0, smoothDenominator: 0 } as const;
    expectClose(diceLoss([60], [1], logits), Math.exp(-60) / 2);
  });

  test("a power below 1 has an infinite slope at 0, and none where a logit has none", () => {
    const { loss, gradient } = focalTverskyLoss.withGradient([1, 0], [1, 0], { exponent: 0.75 });
    expect(loss).toBe(0);
    expect(gradient).toEqual(Float64Array.of(-INF, INF));
    const logits = { exponent: 0.75, from: "logits" } as const;
    expect(focalTverskyLoss.withGradient([INF, -INF], [1, 0], logits).gradient).toEqual(Float64Array.of(0, 0));
    const weights = { exponent: 0.75, sampleWeight: [1, 0] };
    expect(focalTverskyLoss.withGradient([1, 0.5], [1, 0.5], weights).gradient[1]).toBe(0);
  });

  test("two columns", () => {
    const logits = [0, Math.log(3), 0, 0];
    const two = softF1Loss.withGradient(logits, [1, 0], { numClasses: 2, from: "logits" });
    const one = softF1Loss.withGradient([Math.log(3), 0], [1, 0], { from: "logits" });
    expectClose(two.loss, one.loss);
    expectAllClose(
      two.gradient,
      Array.from(one.gradient).flatMap((g) => [-g, g]),
    );
    const probabilities = softF1Loss.withGradient([0.25, 0.75, 0.5, 0.5], [1, 0], { numClasses: 2 });
    expectClose(probabilities.loss, one.loss);
    expect(probabilities.gradient.filter((_, i) => i % 2 === 0)).toEqual(Float64Array.of(0, 0));
  });
});

describe("multiclassDiceLoss", () => {
  const numClasses = 3;
  const rows = [0.5, 0.25, 0.25, 0.125, 0.75, 0.125];

  test("worked numbers; a class that does not occur costs nothing", () => {
    const losses = [1 - (2 * 0.5) / (0.625 + 1), 1 - (2 * 0.75) / (1 + 1)];
    expectClose(multiclassDiceLoss(rows, [0, 1], { numClasses }), (losses[0]! + losses[1]!) / 2);
    const counted = multiclassDiceLoss(rows, [0, 1], { numClasses, absentClasses: "count" });
    expectClose(counted, (losses[0]! + losses[1]!) / 3);
    const smooth = multiclassDiceLoss(rows, [0, 0], { numClasses, smooth: 1 });
    expectClose(smooth, 1 - (2 * 0.625 + 1) / (0.625 + 2 + 1));
    expectClose(multiclassDiceLoss(rows, [0, 0], { numClasses, eps: 10 }), 1 - 1.25 / 10);
  });

  test("rows may be ignored or weigh nothing", () => {
    const first = multiclassDiceLoss(rows.slice(0, 3), [0], { numClasses });
    expect(multiclassDiceLoss(rows, [0, 1], { numClasses, ignoreIndex: 1 })).toBe(first);
    expect(multiclassDiceLoss(rows, [0, 1], { numClasses, sampleWeight: [1, 0] })).toBe(first);
    expect(multiclassDiceLoss(rows, [0, 1], { numClasses, sampleWeight: [3, 0] })).toBe(first);
    const { gradient } = multiclassDiceLoss.withGradient(rows, [0, -1], { numClasses, ignoreIndex: -1 });
    expect(gradient.slice(3)).toEqual(Float64Array.of(0, 0, 0));
  });
});

describe("pairs", () => {
  test("are the weighted sums of their parts", () => {
    const dice = diceLoss.withGradient(p.with(3, 0.1), t);
    const bce = binaryCrossEntropy.withGradient(p.with(3, 0.1), t);
    const both = diceBceLoss.withGradient(p.with(3, 0.1), t, { diceWeight: 2, bceWeight: 0.75 });
    expectClose(both.loss, 2 * dice.loss + 0.75 * bce.loss);
    expectAllClose(
      both.gradient,
      Array.from(dice.gradient, (g, i) => 2 * g + 0.75 * bce.gradient[i]!),
    );
    const logits = diceBceLoss([1, -1], [1, 0], { from: "logits" });
    expectClose(logits, diceLoss([1, -1], [1, 0], { from: "logits" }) + binaryCrossEntropyWithLogits([1, -1], [1, 0]));

    const x = [1, 2, 0.5, -1, 0, 3];
    const weight = [1, 3];
    const given = { ceWeight: 0.3, softF1Weight: 0.7, weight, ignoreIndex: -1 };
    const ce = crossEntropy.withGradient(x, [1, 0, -1], { numClasses: 2, weight, ignoreIndex: -1 });
    const f1 = softF1Loss.withGradient(x.slice(0, 4), [1, 0], { numClasses: 2, from: "logits" });
    const sum = ceSoftF1Loss.withGradient(x, [1, 0, -1], given);
    expectClose(sum.loss, 0.3 * ce.loss + 0.7 * f1.loss);
    expectAllClose(
      sum.gradient,
      Array.from(ce.gradient, (g, i) => 0.3 * g + 0.7 * (f1.gradient[i] ?? 0)),
    );
  });

  test("a weight of 0 silences even an infinite part", () => {
    expect(ceSoftF1Loss([INF, 0], [1])).toBe(INF);
    expect(ceSoftF1Loss([INF, 0], [1], { ceWeight: 0 })).toBe(1);
  });
});

describe("errors", () => {
  const cases: [string, () => unknown, object][] = [
    ["a logit as probability", () => diceLoss([2], [1]), { code: "range", argument: "predictions", value: 2 }],
    ["from", () => diceLoss([1], [1], { from: "labels" as "logits" }), { code: "option", argument: "from" }],
    ["average", () => diceLoss([1], [1], { average: "weighted" as "macro" }), { code: "option", argument: "average" }],
    ["smoothing", () => jaccardLoss([1], [1], { smoothNumerator: -1 }), { code: "option" }],
    ["no exponent", () => focalTverskyLoss([1], [1], {} as never), { code: "option", argument: "exponent" }],
    [
      "a loss below 0 has no power",
      () => focalTverskyLoss([1], [1], { exponent: 0.5, smoothNumerator: 2 }),
      { code: "option", argument: "smoothNumerator", value: 2 },
    ],
    ["columns", () => diceLoss([1, 0, 1], [1, 0, 1], { numLabels: 2 }), { code: "shape", argument: "targets" }],
    [
      "classes",
      () => softF1Loss([1, 0, 0], [1], { numClasses: 3 as 2 }),
      { code: "option", argument: "numClasses", value: 3 },
    ],
    [
      "columns of two kinds",
      () => softF1Loss([1, 0], [1], { numClasses: 2, numLabels: 2 }),
      { code: "option", argument: "numLabels" },
    ],
    ["reduction", () => diceLoss([1], [1], { reduction: "sum" } as never), { code: "option", argument: "reduction" }],
    ["empty", () => diceLoss([], []), { code: "empty", argument: "targets" }],
    ["no weight", () => diceLoss([1], [1], { sampleWeight: [0] }), { code: "empty", argument: "targets" }],
    [
      "all ignored",
      () => multiclassDiceLoss([1, 0], [1], { numClasses: 2, ignoreIndex: 1 }),
      { code: "empty", argument: "targets" },
    ],
    ["two logits a row", () => ceSoftF1Loss([1, 2, 3], [1]), { code: "shape", argument: "predictions" }],
    ["class weights", () => ceSoftF1Loss([1, 2], [1], { weight: [1] }), { code: "shape", argument: "weight" }],
    [
      "room",
      () => diceLoss.withGradient([1], [1], { gradient: new Float32Array(1) }),
      { code: "type", argument: "gradient" },
    ],
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(expect.objectContaining(details));
  });
});
