import { describe, expect, test } from "vitest";
import { multilabelConfusionMatrix } from "../index.js";

const NAN = Number.NaN;

describe("counting", () => {
  // The example of scikit-learn's documentation.
  const predicted = [1, 0, 0, 0, 1, 1];
  const targets = [1, 0, 1, 0, 1, 0];
  const matrix = multilabelConfusionMatrix(predicted, targets, { numLabels: 3 });

  test("[tn, fp, fn, tp] of each label", () => {
    expect(Array.from(matrix.counts)).toEqual([1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0]);
    expect(matrix.countsOf(2)).toEqual({ tn: 0, fp: 1, fn: 1, tp: 0 });
    expect(Array.from(matrix.support())).toEqual([1, 1, 1]);
    expect([matrix.numLabels, matrix.total, matrix.labelNames]).toEqual([3, 2, ["0", "1", "2"]]);
  });

  test("[tn, fp, fn, tp] of each row", () => {
    const rows = multilabelConfusionMatrix.perSample(predicted, targets, { numLabels: 3 });
    expect(Array.from(rows)).toEqual([1, 0, 1, 1, 1, 1, 0, 1]);
  });

  test("labels and rows as wholes, in the examples of scikit-learn's documentation", () => {
    const zeros = multilabelConfusionMatrix([0, 0, 0, 0], [0, 1, 1, 1], { numLabels: 2 });
    expect([zeros.hammingLoss(), zeros.zeroOneLoss(), zeros.exactMatch()]).toEqual([0.75, 1, 0]);
    const ones = multilabelConfusionMatrix([1, 1, 1, 1], [0, 1, 1, 1], { numLabels: 2 });
    expect([ones.hammingLoss(), ones.zeroOneLoss(), ones.exactMatch()]).toEqual([0.25, 0.5, 0.5]);
  });

  test("rows count by weight", () => {
    const weighted = multilabelConfusionMatrix(predicted, targets, { numLabels: 3, sampleWeight: [3, 0.5] });
    expect(Array.from(weighted.counts)).toEqual([0.5, 0, 0, 3, 3, 0, 0, 0.5, 0, 0.5, 3, 0]);
    expect([weighted.total, weighted.hammingLoss(), weighted.exactMatch()]).toEqual([3.5, 1 / 3, 0]);
  });

  test("as text", () => {
    const named = multilabelConfusionMatrix(predicted, targets, { numLabels: 3, labelNames: ["sun", "rain", "snow"] });
    expect(named.toString()).toBe(
      ["label  tn  fp  fn  tp", "sun     1   0   0   1", "rain    1   0   0   1", "snow    0   1   1   0"].join("\n"),
    );
  });

  test("a stream", () => {
    const stream = multilabelConfusionMatrix.accumulator({ numLabels: 3 });
    const none = stream.result();
    expect([none.total, none.exactMatch(), none.hammingLoss(), none.f1({ average: "samples" })]).toEqual([
      0,
      NAN,
      NAN,
      NAN,
    ]);
    stream.update([1, 0, 0], [1, 0, 1]);
    const other = multilabelConfusionMatrix.accumulator({ numLabels: 3 }).update([0, 1, 1], [0, 1, 0]);
    expect(stream.mergeBytes(other.toBytes()).result().counts).toEqual(matrix.counts);
  });
});

describe("scores", () => {
  const scores = [0.5, 0.4, 0.9, 0.1, 0.4, 0.4];
  const targets = [1, 1, 1, 1, 1, 1];
  const predicted = (options: object): number[] => {
    // Every label is true in every row, so a label is right where it is predicted.
    const matrix = (row: number[]): number[] => {
      const one = multilabelConfusionMatrix(row, [1, 1, 1], { numLabels: 3, from: "probabilities", ...options });
      return [0, 1, 2].filter((label) => one.countsOf(label).tp === 1);
    };
    return [...matrix(scores.slice(0, 3)), ...matrix(scores.slice(3)).map((label) => label + 3)];
  };

  test("reach one threshold, or one of each label", () => {
    expect(predicted({})).toEqual([0, 2]);
    expect(predicted({ strict: true })).toEqual([2]);
    expect(predicted({ threshold: 0.4 })).toEqual([0, 1, 2, 4, 5]);
    expect(predicted({ threshold: [0.1, 0.5, 0.4] })).toEqual([0, 2, 3, 5]);
    expect(
      multilabelConfusionMatrix(scores, targets, { numLabels: 3, from: "logits", threshold: 0 }).exactMatch(),
    ).toBe(1);
  });

  test("or are among the largest of their row, the first of equal ones", () => {
    expect(predicted({ topK: 1 })).toEqual([2, 4]);
    expect(predicted({ topK: 2 })).toEqual([0, 2, 4, 5]);
    expect(predicted({ topK: 5 })).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe("errors", () => {
  const of = (predicted: number[], targets: number[], options: object) => () =>
    multilabelConfusionMatrix(predicted, targets, { numLabels: 2, ...options });
  const cases: [string, () => unknown, object][] = [
    ["no labels", of([1], [1], { numLabels: 0 }), { code: "option", argument: "numLabels" }],
    ["a class", of([1, 2], [1, 1], {}), { code: "label", argument: "predicted", index: 1 }],
    ["a target", of([1, 1], [1, 2], {}), { code: "label", argument: "targets", index: 1 }],
    ["a part of a row", of([1, 1, 1], [1, 1, 1], {}), { code: "shape", argument: "targets" }],
    ["lengths", of([1, 1, 1, 1], [1, 1], {}), { code: "shape", argument: "predicted" }],
    ["weights", of([1, 1], [1, 1], { sampleWeight: [1, 1] }), { code: "shape", argument: "sampleWeight" }],
    ["no weight", of([1, 1], [1, 1], { sampleWeight: [0] }), { code: "empty", argument: "targets" }],
    ["no rows", of([], [], {}), { code: "empty", argument: "targets" }],
    ["names", of([1, 1], [1, 1], { labelNames: ["a"] }), { code: "shape", argument: "labelNames" }],
    ["labels have no threshold", of([1, 1], [1, 1], { threshold: 0.5 }), { code: "option", argument: "threshold" }],
    ["labels have no order", of([1, 1], [1, 1], { topK: 1 }), { code: "option", argument: "topK" }],
    [
      "thresholds",
      of([1, 1], [1, 1], { from: "probabilities", threshold: [0.5] }),
      { code: "shape", argument: "threshold" },
    ],
    [
      "a threshold",
      of([1, 1], [1, 1], { from: "probabilities", threshold: [0.5, NAN] }),
      { code: "option", argument: "threshold" },
    ],
    [
      "both",
      of([1, 1], [1, 1], { from: "probabilities", threshold: 0.5, topK: 1 }),
      { code: "option", argument: "threshold" },
    ],
    ["logits", of([1, 1], [1, 1], { from: "logits" }), { code: "option", argument: "threshold" }],
    [
      "a label",
      () => multilabelConfusionMatrix([1, 1], [1, 1], { numLabels: 2 }).countsOf(2),
      { code: "option", argument: "label" },
    ],
    [
      "no class is positive",
      () => multilabelConfusionMatrix([1, 1], [1, 1], { numLabels: 2 }).f1({ average: "binary" }),
      { code: "option", argument: "average" },
    ],
    [
      "rows have no weights of their own here",
      () =>
        multilabelConfusionMatrix.perSample([1, 1], [1, 1], { numLabels: 2, sampleWeight: [1] } as { numLabels: 2 }),
      { code: "option", argument: "sampleWeight" },
    ],
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(expect.objectContaining(details));
  });
});
