import { describe, expect, test } from "vitest";
import { confusionMatrix, topKAccuracy } from "../index.js";

const NAN = Number.NaN;

describe("topKAccuracy", () => {
  test("the example of scikit-learn's documentation", () => {
    const scores = [0.5, 0.2, 0.2, 0.3, 0.4, 0.2, 0.2, 0.4, 0.3, 0.7, 0.2, 0.1];
    const targets = [0, 1, 2, 2];
    expect(topKAccuracy(scores, targets, { numClasses: 3, topK: 2 })).toBe(0.75);
    expect(topKAccuracy(scores, targets, { numClasses: 3, topK: 2, normalize: false })).toBe(3);
    expect(topKAccuracy(scores, targets, { numClasses: 3 })).toBe(0.5);
    expect(topKAccuracy(scores, targets, { numClasses: 3, topK: 3 })).toBe(1);
    expect(topKAccuracy(scores, targets, { numClasses: 3, topK: 9 })).toBe(1);
  });

  test("of equal scores the first or the last comes first", () => {
    const scores = [1, 2, 2, 2];
    const right = (options: { topK: number; ties?: "first" | "last" }): number[] =>
      [0, 1, 2, 3].filter((target) => topKAccuracy(scores, [target], { numClasses: 4, ...options }) === 1);
    expect(right({ topK: 1 })).toEqual([1]);
    expect(right({ topK: 2 })).toEqual([1, 2]);
    expect(right({ topK: 1, ties: "last" })).toEqual([3]);
    expect(right({ topK: 2, ties: "last" })).toEqual([2, 3]);
    expect(topKAccuracy([0, -0], [0], { numClasses: 2 })).toBe(1);
  });

  test("ignored rows, weights, streams", () => {
    const scores = [1, 0, 1, 0, 1, 0];
    expect(topKAccuracy(scores, [0, 1, -1], { numClasses: 2, ignoreIndex: -1 })).toBe(0.5);
    const sampleWeight = [1, 3, 0];
    expect(topKAccuracy(scores, [0, 1, 1], { numClasses: 2, sampleWeight })).toBe(0.25);
    expect(topKAccuracy(scores, [0, 1, 1], { numClasses: 2, sampleWeight, normalize: false })).toBe(1);
    const stream = topKAccuracy.accumulator({ numClasses: 2 });
    expect(stream.result()).toBeNaN();
    expect(stream.update([1, 0], [0]).update([1, 0, 1, 0], [1, 1]).result()).toBe(1 / 3);
  });

  const cases: [string, () => unknown, object][] = [
    [
      "no classes",
      () => topKAccuracy([1, 0], [0], {} as { numClasses: 2 }),
      { code: "option", argument: "numClasses" },
    ],
    ["no place", () => topKAccuracy([1, 0], [0], { numClasses: 2, topK: 0 }), { code: "option", argument: "topK" }],
    ["NaN", () => topKAccuracy([1, NAN], [0], { numClasses: 2 }), { code: "nan", argument: "scores", index: 1 }],
    ["label", () => topKAccuracy([1, 0], [2], { numClasses: 2 }), { code: "label", argument: "targets", value: 2 }],
    ["length", () => topKAccuracy([1], [0], { numClasses: 2 }), { code: "shape", argument: "scores" }],
    ["nothing", () => topKAccuracy([], [], { numClasses: 2 }), { code: "empty", argument: "targets" }],
    ["ignored", () => topKAccuracy([1, 0], [0], { numClasses: 2, ignoreIndex: 0 }), { code: "empty" }],
    ["weightless", () => topKAccuracy([1, 0], [0], { numClasses: 2, sampleWeight: [0] }), { code: "empty" }],
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(expect.objectContaining(details));
  });
});

describe("a matrix of the largest few", () => {
  const scores = [0.5, 0.3, 0.2, 0.5, 0.3, 0.2, 0.5, 0.3, 0.2];
  const matrix = (options: object): number[] =>
    Array.from(confusionMatrix(scores, [0, 1, 2], { numClasses: 3, from: "probabilities", ...options }).counts);

  test("a row counts as its target where that is among them, and otherwise as its largest", () => {
    expect(matrix({})).toEqual([1, 0, 0, 1, 0, 0, 1, 0, 0]);
    expect(matrix({ topK: 2 })).toEqual([1, 0, 0, 0, 1, 0, 1, 0, 0]);
    expect(matrix({ topK: 3 })).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect(matrix({ topK: 4 })).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });

  test("of equal ones the first or the last", () => {
    const even = [1, 1, 1];
    const at = (target: number, options: object): number[] =>
      confusionMatrix(even, [target], { numClasses: 3, from: "logits", ...options })
        .cells()
        .map(({ predicted }) => predicted);
    expect([at(1, {}), at(1, { ties: "last" })]).toEqual([[0], [2]]);
    expect([at(1, { topK: 2 }), at(2, { topK: 2 })]).toEqual([[1], [0]]);
    expect([at(1, { topK: 2, ties: "last" }), at(0, { topK: 2, ties: "last" })]).toEqual([[1], [2]]);
  });
});
