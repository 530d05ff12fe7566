import { describe, expect, test } from "vitest";
import { confusionMatrix } from "../index.js";

const NAN = Number.NaN;

// Class 3 never occurs, class 2 is predicted but never true.
const matrix = confusionMatrix.fromCounts([
  [2, 0, 0, 0],
  [1, 2, 1, 0],
  [0, 0, 0, 0],
  [0, 0, 0, 0],
]);

describe("from counts", () => {
  test("rows are true classes, columns predicted ones", () => {
    expect([matrix.total, matrix.at(1, 2), matrix.at(2, 1), matrix.numClasses, matrix.binary]).toEqual([
      6,
      1,
      0,
      4,
      false,
    ]);
    expect(matrix.classNames).toEqual(["0", "1", "2", "3"]);
    const flat = confusionMatrix.fromCounts(matrix.counts, { classNames: ["a", "b", "c", "d"] });
    expect([flat.counts, flat.classNames]).toEqual([matrix.counts, ["a", "b", "c", "d"]]);
    expect(confusionMatrix.fromCounts([1, 2, 3, 4], { binary: true }).countsOf()).toEqual({
      tn: 1,
      fp: 2,
      fn: 3,
      tp: 4,
    });
    expect(confusionMatrix.fromCounts(Int32Array.of(1, 2, 3, 4)).counts).toEqual(Float64Array.of(1, 2, 3, 4));
    expect(confusionMatrix.fromCounts([7]).accuracy()).toBe(1);
  });

  const of = confusionMatrix.fromCounts;
  const cases: [string, () => unknown, object][] = [
    ["no square", () => of([1, 2, 3]), { code: "shape", argument: "counts", value: 3 }],
    ["no square of rows", () => of([[1, 2], [3]]), { code: "shape", argument: "counts", value: 1 }],
    ["nothing", () => of([]), { code: "empty", argument: "counts" }],
    ["no row", () => of([0, 0, 0, 0]), { code: "empty", argument: "counts" }],
    ["below 0", () => of([1, -1, 1, 1]), { code: "range", argument: "counts", index: 1, value: -1 }],
    [
      "infinite",
      () =>
        of([
          [1, 1],
          [1, Infinity],
        ]),
      { code: "range", argument: "counts", index: 3 },
    ],
    ["NaN", () => of([NAN]), { code: "nan", argument: "counts", index: 0 }],
    ["names", () => of([1], { classNames: ["a", "b"] }), { code: "shape", argument: "classNames" }],
    ["three classes", () => of(new Float64Array(9).fill(1), { binary: true }), { code: "option", argument: "binary" }],
    ["no rows", () => of([1]).rowsOf(0, 0), { code: "option", argument: "keepRows" }],
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(expect.objectContaining(details));
  });
});

test("one class against the rest", () => {
  expect(matrix.countsOf(1)).toEqual({ tp: 2, fp: 0, fn: 2, tn: 2 });
  expect(Array.from(matrix.oneVsRest())).toEqual([3, 1, 0, 2, 2, 0, 2, 2, 5, 1, 0, 0, 6, 0, 0, 0]);
  expect(Array.from(matrix.support())).toEqual([2, 4, 0, 0]);
  expect(matrix.present()).toEqual([0, 1, 2]);
});

test("only cells that are not 0", () => {
  expect(matrix.cells()).toEqual([
    { target: 0, predicted: 0, count: 2 },
    { target: 1, predicted: 0, count: 1 },
    { target: 1, predicted: 1, count: 2 },
    { target: 1, predicted: 2, count: 1 },
  ]);
});

test("normalised cells; 0 where there is nothing to divide by", () => {
  const small = matrix.select([1, 2]);
  expect(Array.from(small.normalized("true"))).toEqual([2 / 3, 1 / 3, 0, 0]);
  expect(Array.from(small.normalized("pred"))).toEqual([1, 1, 0, 0]);
  expect(Array.from(small.normalized("all"))).toEqual([2 / 3, 1 / 3, 0, 0]);
  expect(Array.from(matrix.select([2, 3]).normalized("all"))).toEqual([0, 0, 0, 0]);
});

test("some classes, in an order of their own", () => {
  const named = confusionMatrix([0, 1, 2], [0, 2, 1], { numClasses: 3, classNames: ["a", "b", "c"], keepRows: "all" });
  const some = named.select([2, 1]);
  expect([Array.from(some.counts), some.classNames, some.binary]).toEqual([[0, 1, 1, 0], ["c", "b"], false]);
  expect(Array.from(some.rowsOf(0, 1))).toEqual([1]);
  expect(some.total).toBe(2);
});

describe("classes that are taken for each other", () => {
  const confused = confusionMatrix.fromCounts(
    [
      [90, 8, 2],
      [3, 4, 1],
      [3, 0, 9],
    ],
    { classNames: ["cat", "dog", "fox"] },
  );
  const pairs = (options?: object): string[] =>
    confused.mostConfused(options).map((pair) => `${pair.targetName} as ${pair.predictedName}`);

  test("by count, and by the share of the class", () => {
    expect(pairs()).toEqual(["cat as dog", "dog as cat", "fox as cat", "cat as fox", "dog as fox"]);
    expect(pairs({ by: "rate" })).toEqual(["dog as cat", "fox as cat", "dog as fox", "cat as dog", "cat as fox"]);
    expect(confused.mostConfused({ limit: 1 })).toEqual([
      { target: 0, predicted: 1, targetName: "cat", predictedName: "dog", count: 8, rate: 0.08 },
    ]);
  });

  test("some of them", () => {
    expect(pairs({ minCount: 3 })).toEqual(["cat as dog", "dog as cat", "fox as cat"]);
    expect(pairs({ minCount: 3, by: "rate", limit: 2 })).toEqual(["dog as cat", "fox as cat"]);
    expect(confusionMatrix.fromCounts([3, 0, 0, 4]).mostConfused()).toEqual([]);
  });

  test("wrong options", () => {
    const cases: [object, string][] = [
      [{ by: "share" }, "by"],
      [{ limit: 0 }, "limit"],
      [{ minCount: -1 }, "minCount"],
      [{ min: 1 }, "min"],
    ];
    for (const [options, argument] of cases) {
      expect(() => confused.mostConfused(options)).toThrow(expect.objectContaining({ code: "option", argument }));
    }
  });
});

test("as text", () => {
  expect(matrix.select([0, 1]).toString()).toBe(
    ["true \\ predicted  0  1", "0                 2  0", "1                 1  2"].join("\n"),
  );
});

test("a hundred thousand classes have no array of all cells", () => {
  const numClasses = 100_000;
  const last = numClasses - 1;
  const large = confusionMatrix([0, last, 7], [0, last, last], { numClasses });
  expect(large.cells()).toHaveLength(3);
  expect([large.at(last, 7), large.accuracy(), large.f1()]).toEqual([1, 2 / 3, (1 + 2 / 3) / 3]);
  expect(large.present()).toEqual([0, 7, last]);
  expect(large.countsOf(last)).toEqual({ tp: 1, fp: 0, fn: 1, tn: 1 });
  // 1 − 3·(last − 7) / (7 + last + 2·(last + last − 7))
  expect(large.cohenKappa({ weights: "linear" })).toBe(200_012 / 499_988);
  expect(() => large.counts).toThrow(expect.objectContaining({ code: "memory", argument: "numClasses" }));
});

test("wrong classes", () => {
  const cases: [() => unknown, object][] = [
    [() => matrix.at(4, 0), { code: "option", argument: "target" }],
    [() => matrix.at(0, 0.5), { code: "option", argument: "predicted" }],
    [() => matrix.countsOf(), { code: "option", argument: "classIndex" }],
    [() => matrix.select([1, 1]), { code: "range", argument: "classes" }],
    [() => matrix.select([]), { code: "empty", argument: "classes" }],
    [() => matrix.normalized("rows" as "true"), { code: "option", argument: "by" }],
  ];
  for (const [call, details] of cases) expect(call).toThrow(expect.objectContaining(details));
});
