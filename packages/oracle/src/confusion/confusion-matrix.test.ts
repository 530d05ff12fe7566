import { describe, expect, test } from "vitest";
import { AssayTypeError, confusionMatrix } from "../index.js";

const NAN = Number.NaN;
const INF = Number.POSITIVE_INFINITY;

// Class 3 never occurs, class 2 is predicted but never true.
const predicted = [0, 1, 2, 1, 0, 0];
const targets = [0, 1, 1, 1, 0, 1];
const matrix = confusionMatrix(predicted, targets, { numClasses: 4 });

describe("counting", () => {
  test("rows are true classes, columns predicted ones", () => {
    expect(Array.from(matrix.counts)).toEqual([2, 0, 0, 0, 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect([matrix.total, matrix.at(1, 2), matrix.binary, matrix.numClasses]).toEqual([6, 1, false, 4]);
    expect(matrix.countsOf(1)).toEqual({ tp: 2, fp: 0, fn: 2, tn: 2 });
    expect(Array.from(matrix.support())).toEqual([2, 4, 0, 0]);
    expect(matrix.present()).toEqual([0, 1, 2]);
    expect(matrix.accuracy()).toBe(4 / 6);
  });

  test("normalised cells; 0 where there is nothing to divide by", () => {
    const small = matrix.select([1, 2]);
    expect(Array.from(small.counts)).toEqual([2, 1, 0, 0]);
    expect(small.classNames).toEqual(["1", "2"]);
    expect(Array.from(small.normalized("true"))).toEqual([2 / 3, 1 / 3, 0, 0]);
    expect(Array.from(small.normalized("pred"))).toEqual([1, 1, 0, 0]);
    expect(Array.from(small.normalized("all"))).toEqual([2 / 3, 1 / 3, 0, 0]);
    expect(Array.from(matrix.select([1, 0]).counts)).toEqual([2, 1, 0, 2]);
  });

  test("binary scores are cut at a threshold, which is positive unless strict", () => {
    const p = [0.2, 0.5, 0.7];
    const y = [0, 1, 1];
    const at = (options: object): number[] => {
      const { tn, fp, fn, tp } = confusionMatrix(p, y, { from: "probabilities", ...options }).countsOf();
      return [tn, fp, fn, tp];
    };
    expect(at({})).toEqual([1, 0, 0, 2]);
    expect(at({ strict: true })).toEqual([1, 0, 1, 1]);
    expect(at({ threshold: 0.2 })).toEqual([0, 1, 0, 2]);
    expect(at({ threshold: INF })).toEqual([1, 0, 2, 0]);
    expect(confusionMatrix([-1, INF], [0, 1], { from: "logits", threshold: 0 }).accuracy()).toBe(1);
  });

  test("rows of scores are reduced by argmax, the first on ties", () => {
    const scores = [0.5, 0.5, 0, 0.1, 0.1, 0.8];
    expect(confusionMatrix(scores, [0, 2], { numClasses: 3, from: "probabilities" }).accuracy()).toBe(1);
    const logits = [-INF, -INF, 0, INF];
    expect(confusionMatrix(logits, [0, 1], { numClasses: 2, from: "logits" }).accuracy()).toBe(1);
  });

  test("ignored rows and weights", () => {
    const ignoring = confusionMatrix(predicted, [0, 9, 1, 1, 0, 9], { numClasses: 4, ignoreIndex: 9 });
    expect(ignoring.total).toBe(4);
    const weighted = confusionMatrix([1, 0, 1], [1, 1, 0], { sampleWeight: [2, 1, 0] });
    expect(Array.from(weighted.counts)).toEqual([0, 0, 1, 2]);
    const tenths = new Array<number>(10).fill(0.1);
    const ones = tenths.map(() => 1);
    expect(confusionMatrix(ones, ones, { sampleWeight: tenths }).total).toBe(1);
  });

  test("an accumulator gives what one call gives", () => {
    const a = confusionMatrix.accumulator({ numClasses: 4 }).update(predicted.slice(0, 2), targets.slice(0, 2));
    const b = confusionMatrix.accumulator({ numClasses: 4 }).update(predicted.slice(2), targets.slice(2));
    expect(b.merge(a).result().counts).toEqual(matrix.counts);
    const none = confusionMatrix.accumulator().result();
    expect([none.total, none.accuracy(), none.precision()]).toEqual([0, NAN, 0]);
  });
});

describe("measures", () => {
  test("per class, with 0/0 as asked", () => {
    expect(matrix.precision({ average: "none" })).toEqual(Float64Array.of(2 / 3, 1, 0, 0));
    expect(matrix.recall({ average: "none", zeroDivision: NAN })).toEqual(Float64Array.of(1, 0.5, NAN, NAN));
    expect(matrix.f1({ average: "none", zeroDivision: 1 })).toEqual(Float64Array.of(4 / 5, 2 / 3, 0, 1));
  });

  test("averages", () => {
    // Class 3 does not occur and leaves the mean; class 2 is predicted and stays, with recall 0/0.
    expect(matrix.recall()).toBe(1.5 / 3);
    expect(matrix.recall({ zeroDivision: 1 })).toBe(2.5 / 3);
    expect(matrix.recall({ zeroDivision: NAN })).toBe(1.5 / 2);
    expect(matrix.recall({ absentClasses: "count" })).toBe(1.5 / 4);
    expect(matrix.recall({ average: "weighted" })).toBe((2 + 4 * 0.5) / 6);
    expect(matrix.recall({ average: "micro" })).toBe(4 / 6);
    expect(matrix.precision({ average: "micro" })).toBe(4 / 6);
  });

  test("F-beta leans to recall with beta above 1", () => {
    const binary = confusionMatrix([1, 1, 0, 0], [1, 0, 1, 1]);
    // tp 1, fp 1, fn 2
    expect(binary.precision()).toBe(1 / 2);
    expect(binary.recall()).toBe(1 / 3);
    expect(binary.f1()).toBe(2 / 5);
    expect(binary.fBeta({ beta: 2 })).toBe(5 / (5 + 4 * 2 + 1));
    expect(binary.fBeta({ beta: 0 })).toBe(binary.precision());
    expect(binary.fBeta({ beta: INF })).toBe(binary.recall());
    expect(binary.fBeta()).toBe(binary.f1());
    expect(binary.recall({ average: "macro" })).toBe((0 + 1 / 3) / 2);
  });

  test("a mean without any defined class is NaN", () => {
    const only = confusionMatrix([1], [0], { numClasses: 3 }).select([2]);
    expect(only.recall({ zeroDivision: NAN, absentClasses: "count" })).toBeNaN();
    expect(only.recall()).toBeNaN();
  });
});

describe("report", () => {
  test("rows, averages and text", () => {
    const report = confusionMatrix(predicted, targets, { numClasses: 4, classNames: ["a", "b", "c", "d"] }).report();
    expect(report.classes.map((row) => row.name)).toEqual(["a", "b", "c"]);
    expect(report.classes[1]).toEqual({ name: "b", precision: 1, recall: 0.5, f1: 2 / 3, support: 4 });
    expect(report.macro).toEqual({
      name: "macro avg",
      precision: (2 / 3 + 1) / 3,
      recall: 0.5,
      f1: (0.8 + 2 / 3) / 3,
      support: 6,
    });
    expect(report.weighted.recall).toBe(report.accuracy);
    expect(matrix.report({ absentClasses: "count" }).classes).toHaveLength(4);
    expect(report.toString()).toBe(
      [
        "              precision  recall      f1  support",
        "a                0.6667  1.0000  0.8000        2",
        "b                1.0000  0.5000  0.6667        4",
        "c                0.0000  0.0000  0.0000        0",
        "accuracy                         0.6667        6",
        "macro avg        0.5556  0.5000  0.4889        6",
        "weighted avg     0.8889  0.6667  0.7111        6",
      ].join("\n"),
    );
  });

  test("the matrix as text", () => {
    expect(matrix.select([0, 1]).toString()).toBe(
      ["true \\ predicted  0  1", "0                 2  0", "1                 1  2"].join("\n"),
    );
  });
});

describe("errors", () => {
  const cases: [string, () => unknown, object][] = [
    ["predicted label", () => confusionMatrix([4], [0], { numClasses: 4 }), { code: "label", argument: "predicted" }],
    ["binary label", () => confusionMatrix([0], [2]), { code: "label", argument: "targets", index: 0, value: 2 }],
    [
      "probability",
      () => confusionMatrix([2], [0], { from: "probabilities" }),
      { code: "range", argument: "predicted" },
    ],
    [
      "NaN",
      () => confusionMatrix([NAN], [0], { from: "logits", threshold: 0 }),
      { code: "nan", argument: "predicted" },
    ],
    ["no threshold", () => confusionMatrix([1], [0], { from: "logits" }), { code: "option", argument: "threshold" }],
    ["no scores", () => confusionMatrix([1], [0], { threshold: 0.5 }), { code: "option", argument: "threshold" }],
    [
      "no cut",
      () => confusionMatrix([1, 0], [0], { numClasses: 2, from: "logits", strict: true }),
      { argument: "strict" },
    ],
    ["lengths", () => confusionMatrix([1, 0], [0]), { code: "shape", argument: "predicted" }],
    ["all ignored", () => confusionMatrix([1], [0], { ignoreIndex: 0 }), { code: "empty", argument: "targets" }],
    ["empty", () => confusionMatrix([], []), { code: "empty", argument: "targets" }],
    ["names", () => confusionMatrix([1], [0], { classNames: ["a"] }), { code: "shape", argument: "classNames" }],
    ["from", () => confusionMatrix([1], [0], { from: "scores" as "logits" }), { code: "option", argument: "from" }],
    ["binary average", () => matrix.f1({ average: "binary" }), { code: "option", argument: "average" }],
    ["samples", () => matrix.f1({ average: "samples" as "macro" }), { code: "option", argument: "average" }],
    ["beta", () => matrix.fBeta({ beta: -1 }), { code: "option", argument: "beta" }],
    ["class", () => matrix.at(4, 0), { code: "option", argument: "target" }],
    ["positive class", () => matrix.countsOf(), { code: "option", argument: "classIndex" }],
    ["twice", () => matrix.select([1, 1]), { code: "range", argument: "classes" }],
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(expect.objectContaining(details));
  });

  test("options that do not exist", () => {
    // @ts-expect-error
    expect(() => confusionMatrix([1], [0], { normalize: "true" })).toThrow(AssayTypeError);
    // @ts-expect-error
    expect(() => matrix.f1({ beta: 2 })).toThrow(AssayTypeError);
  });
});
