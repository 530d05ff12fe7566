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

describe("labels of any value", () => {
  const y = ["spam", "ham", "ham"];
  const p = ["spam", "spam", "ham"];

  test("string labels: the classes that occur, or those that are given", () => {
    const occurring = confusionMatrix(p, y);
    expect([occurring.classNames, Array.from(occurring.counts), occurring.binary]).toEqual([
      ["ham", "spam"],
      [1, 1, 0, 1],
      false,
    ]);
    const given = confusionMatrix(p, y, { classes: ["spam", "eggs", "ham"] });
    expect([given.classNames, Array.from(given.counts)]).toEqual([
      ["spam", "eggs", "ham"],
      [1, 0, 0, 0, 0, 0, 1, 0, 1],
    ]);
    expect(confusionMatrix(p, y, { classes: ["ham", "spam"], classNames: ["Ham", "Spam"] }).classNames).toEqual([
      "Ham",
      "Spam",
    ]);
    expect(confusionMatrix(["a"], ["a"]).numClasses).toBe(1);
  });

  test("numbers of their own", () => {
    const numbers = confusionMatrix(Int32Array.of(10, 20), [20, 20], { classes: [20, 10] });
    expect([numbers.classNames, Array.from(numbers.counts)]).toEqual([
      ["20", "10"],
      [1, 1, 0, 0],
    ]);
    const ignoring = confusionMatrix([10, 20], [-1, 20], { classes: [20, 10], ignoreIndex: -1 });
    expect(ignoring.total).toBe(1);
  });

  test("the positive class is class 1, and its name goes with it", () => {
    const ham = confusionMatrix(p, y, { positiveClass: "ham" });
    expect([ham.binary, ham.classNames, ham.recall()]).toEqual([true, ["spam", "ham"], 0.5]);
    const named = confusionMatrix(p, y, { classes: ["ham", "spam"], positiveClass: "ham", classNames: ["H", "S"] });
    expect([named.classNames, named.recall()]).toEqual([["S", "H"], 0.5]);
    const absent = confusionMatrix(["ham"], ["ham"], { positiveClass: "spam" });
    expect([absent.binary, absent.classNames, Array.from(absent.counts)]).toEqual([
      true,
      ["ham", "spam"],
      [1, 0, 0, 0],
    ]);
    const zero = confusionMatrix([0, 1], [0, 0], { positiveClass: 0 });
    expect([zero.classNames, zero.recall()]).toEqual([["1", "0"], 0.5]);
  });

  test("scores are of the positive class, or a column for each", () => {
    const classes = ["ham", "spam"];
    const one = confusionMatrix([0.9, 0.6, 0.1], y, { from: "probabilities", classes, positiveClass: "spam" });
    expect(one.countsOf()).toEqual({ tp: 1, fp: 1, fn: 0, tn: 1 });
    const scores = [0.1, 0.9, 0.4, 0.6, 0.9, 0.1];
    const rows = confusionMatrix(scores, y, { from: "probabilities", classes });
    expect([rows.binary, rows.counts]).toEqual([false, one.counts]);
  });

  test("a stream of them", () => {
    const options = { classes: ["ham", "spam"], positiveClass: "spam" };
    const stream = confusionMatrix.accumulator(options).update(p.slice(0, 1), y.slice(0, 1));
    const other = confusionMatrix.accumulator(options).update(p.slice(1), y.slice(1));
    expect(stream.mergeBytes(other.toBytes()).result().counts).toEqual(confusionMatrix(p, y, options).counts);
    const ignoring = confusionMatrix.accumulator({ classes: [5, 7], ignoreIndex: 5 }).update([5, 7], [5, 7]);
    const copy = confusionMatrix.accumulator({ classes: [5, 7], ignoreIndex: 5 }).mergeBytes(ignoring.toBytes());
    expect(copy.result().cells()).toEqual([{ target: 1, predicted: 1, count: 1 }]);
  });

  const cases: [string, () => unknown, object][] = [
    ["unknown", () => confusionMatrix(p, y, { classes: ["spam"] }), { code: "label", index: 2, value: "ham" }],
    ["numbers", () => confusionMatrix([0, 1, 0], y), { code: "type", argument: "predicted", index: 0, value: 0 }],
    ["strings", () => confusionMatrix(p, [0, 1, 0]), { code: "type", argument: "predicted", index: 0 }],
    ["numClasses", () => confusionMatrix(p, y, { numClasses: 2 }), { code: "option", argument: "numClasses" }],
    [
      "another number of classes",
      () => confusionMatrix(p, y, { numClasses: 3, classes: ["ham", "spam"] }),
      { code: "shape", argument: "classes", value: 2 },
    ],
    ["scores", () => confusionMatrix([0, 0, 0], y, { from: "probabilities" }), { code: "option", argument: "classes" }],
    ["ignored", () => confusionMatrix(p, y, { ignoreIndex: 0 }), { code: "option", argument: "ignoreIndex" }],
    ["not positive", () => confusionMatrix(p, y, { positiveClass: "eggs" }), { argument: "positiveClass" }],
    ["no string", () => confusionMatrix([1], [1], { positiveClass: "1" }), { argument: "positiveClass" }],
    [
      "one of three",
      () => confusionMatrix(p, y, { classes: ["a", "ham", "spam"], positiveClass: "ham" }),
      { code: "option", argument: "positiveClass" },
    ],
    [
      "several classes",
      () => confusionMatrix([1], [1], { numClasses: 2, positiveClass: 1 }),
      { code: "option", argument: "positiveClass" },
    ],
    ["a stream", () => confusionMatrix.accumulator().update(p, y), { code: "type", argument: "predicted", index: 0 }],
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(expect.objectContaining(details));
  });
});

describe("rows behind cells", () => {
  const rowsOf = (options: object, target: number, predicted: number): number[] => {
    const kept = confusionMatrix([0, 1, 1, 0, 1], [0, 1, 0, 0, 0], { keepRows: "all", ...options });
    return Array.from(kept.rowsOf(target, predicted));
  };

  test("of all, of the wrong ones, of some", () => {
    expect([rowsOf({}, 0, 0), rowsOf({}, 0, 1), rowsOf({}, 1, 0)]).toEqual([[0, 3], [2, 4], []]);
    expect(rowsOf({ keepRows: "errors" }, 0, 1)).toEqual([2, 4]);
    expect(rowsOf({ keepRows: [[0, 0]] }, 0, 0)).toEqual([0, 3]);
  });

  test("are counted over all that were given", () => {
    const kept = confusionMatrix([0, 1, 1, 1], [9, 0, 9, 0], { ignoreIndex: 9, keepRows: "errors" });
    expect(Array.from(kept.rowsOf(0, 1))).toEqual([1, 3]);
    expect(rowsOf({ sampleWeight: [0, 1, 1, 1, 0] }, 0, 1)).toEqual([2]);
    expect(rowsOf({ sampleWeight: [0, 1, 1, 1, 0] }, 0, 0)).toEqual([3]);
  });

  const cases: [string, () => unknown, object][] = [
    ["of others", () => rowsOf({ keepRows: "errors" }, 0, 0), { code: "option", argument: "keepRows" }],
    ["of none", () => rowsOf({ keepRows: undefined }, 0, 1), { code: "option", argument: "keepRows" }],
    ["a word", () => rowsOf({ keepRows: "wrong" }, 0, 1), { code: "option", argument: "keepRows" }],
    [
      "no cell",
      () =>
        rowsOf(
          {
            keepRows: [
              [0, 1],
              [0, 2],
            ],
          },
          0,
          1,
        ),
      { code: "option", argument: "keepRows", index: 1 },
    ],
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(expect.objectContaining(details));
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
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(expect.objectContaining(details));
  });

  test("options that do not exist", () => {
    // @ts-expect-error
    expect(() => confusionMatrix([1], [0], { normalize: "true" })).toThrow(AssayTypeError);
  });
});
