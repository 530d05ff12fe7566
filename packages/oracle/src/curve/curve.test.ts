import { describe, expect, test } from "vitest";
import { averagePrecision, binaryCurve, rocAuc } from "../index.js";

const NAN = Number.NaN;
const INF = Number.POSITIVE_INFINITY;

describe("rocAuc", () => {
  test("wins, ties count half", () => {
    expect(rocAuc([0.1, 0.9, 0.2, 0.8], [0, 1, 0, 1])).toBe(1);
    expect(rocAuc([0.5, 0.5], [0, 1])).toBe(0.5);
    expect(rocAuc([1, 2, 2, 3], [0, 1, 0, 1])).toBe(3.5 / 4);
    expect(rocAuc([-0, 0], [0, 1])).toBe(0.5);
    expect(rocAuc([-INF, INF, INF], [0, 1, 0])).toBe(0.75);
  });

  test("one class only is undefined", () => {
    expect(rocAuc([1, 2], [1, 1])).toBeNaN();
    expect(rocAuc([1, 2], [0, 0], { undefinedValue: 0.5 })).toBe(0.5);
  });

  test("weights equal repetition, and need not be whole", () => {
    const scores = [1, 2, 2, 3, 4];
    const labels = [0, 1, 0, 1, 0];
    const repeated = rocAuc([1, 1, 2, 2, 2, 2, 3], [0, 0, 1, 0, 0, 0, 1]);
    expect(rocAuc(scores, labels, { sampleWeight: [2, 1, 3, 1, 0] })).toBe(repeated);
    expect(rocAuc(scores, labels, { sampleWeight: [1, 0.5, 1.5, 0.5, 0] })).toBe(repeated);
  });

  test("the partial area of McClish", () => {
    // Up to 1/4 of the false positive rate the curve is at ½, then it jumps to 1.
    const scores = [5, 4, 3, 2, 1, 0];
    const labels = [1, 0, 1, 0, 0, 0];
    expect(rocAuc(scores, labels)).toBe(7 / 8);
    const part = (maxFpr: number): number => rocAuc(scores, labels, { maxFpr });
    expect(part(0.25)).toBeCloseTo((1 + (0.125 - 0.03125) / (0.25 - 0.03125)) / 2, 15);
    expect(part(0.5)).toBeCloseTo((1 + (0.375 - 0.125) / (0.5 - 0.125)) / 2, 15);
    expect(part(1)).toBe(7 / 8);
    // A tie is a slanted line, cut where it is.
    expect(rocAuc([1, 1], [0, 1], { maxFpr: 0.5 })).toBe(0.5);
  });

  test("many rows: whole numbers beyond 2^53 are rounded once", () => {
    const curve = binaryCurve([3, 2, 1], [1, 0, 1], { sampleWeight: [2 ** 40 + 1, 2 ** 40 - 1, 2 ** 41] });
    const expected = Number(((2n ** 40n + 1n) * 10n ** 30n) / (3n * 2n ** 40n + 1n)) / 1e30;
    expect(Math.abs(curve.rocAuc() - expected)).toBeLessThanOrEqual(2 ** -53);
  });
});

describe("averagePrecision", () => {
  test("is the step sum", () => {
    expect(averagePrecision([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.5 * 1 + 0.5 * (2 / 3));
    expect(averagePrecision([1, 1, 1], [0, 1, 0])).toBe(1 / 3);
    expect(averagePrecision([1, 2], [0, 0])).toBe(0);
    expect(averagePrecision([1, 2], [0, 0], { undefinedValue: NAN })).toBeNaN();
    expect(averagePrecision([1, 2], [1, 0], { sampleWeight: [1, 0] })).toBe(1);
  });
});

describe("several columns", () => {
  const scores = [0.7, 0.2, 0.1, 0.3, 0.4, 0.3, 0.2, 0.2, 0.6, 0.5, 0.3, 0.2];
  const labels = [0, 1, 2, 1];
  const numClasses = 3;
  const column = (k: number): number[] => scores.filter((_, i) => i % 3 === k);
  const oneVersusRest = [0, 1, 2].map((k) =>
    rocAuc(
      column(k),
      labels.map((label) => Number(label === k)),
    ),
  );

  test("one-vs-rest", () => {
    expect(rocAuc(scores, labels, { numClasses, average: "none" })).toEqual(Float64Array.from(oneVersusRest));
    const [a, b, c] = oneVersusRest as [number, number, number];
    expect(rocAuc(scores, labels, { numClasses })).toBeCloseTo((a + b + c) / 3, 15);
    expect(rocAuc(scores, labels, { numClasses, average: "weighted" })).toBeCloseTo((a + 2 * b + c) / 4, 15);
    const oneHot = labels.flatMap((label) => [0, 1, 2].map((k) => Number(k === label)));
    expect(rocAuc(scores, labels, { numClasses, average: "micro" })).toBe(rocAuc(scores, oneHot));
    expect(rocAuc(scores, oneHot, { numLabels: 3, average: "none" })).toEqual(Float64Array.from(oneVersusRest));
  });

  test("one-vs-one", () => {
    const pair = (j: number, k: number): number => {
      const rows = [0, 1, 2, 3].filter((i) => labels[i] === j || labels[i] === k);
      const tell = (own: number): number =>
        rocAuc(
          rows.map((i) => column(own)[i] as number),
          rows.map((i) => Number(labels[i] === own)),
        );
      return (tell(j) + tell(k)) / 2;
    };
    const [a, b, c] = [pair(0, 1), pair(0, 2), pair(1, 2)];
    expect(rocAuc(scores, labels, { numClasses, multiclass: "ovo" })).toBeCloseTo((a + b + c) / 3, 15);
    const weighted = rocAuc(scores, labels, { numClasses, multiclass: "ovo", average: "weighted" });
    expect(weighted).toBeCloseTo((3 * a + 2 * b + 3 * c) / 8, 15);
  });

  test("samples, row by row", () => {
    const x = [0.9, 0.1, 0.5, 0.2, 0.8, 0.3];
    const y = [1, 0, 1, 1, 0, 0];
    const rows = [averagePrecision([0.9, 0.1, 0.5], [1, 0, 1]), averagePrecision([0.2, 0.8, 0.3], [1, 0, 0])];
    expect(averagePrecision(x, y, { numLabels: 3, average: "samples" })).toBeCloseTo((rows[0]! + rows[1]!) / 2, 15);
    const second = averagePrecision(x, y, { numLabels: 3, average: "samples", sampleWeight: [0, 2] });
    expect(second).toBe(rows[1]);
  });

  test("a class that does not occur is undefined, and so is the macro mean", () => {
    const two = [0.9, 0.1, 0.2, 0.8];
    expect(rocAuc(two, [0, 0], { numClasses: 2 })).toBeNaN();
    expect(rocAuc(two, [0, 0], { numClasses: 2, undefinedValue: 0 })).toBe(0);
  });
});

describe("binaryCurve", () => {
  const curve = binaryCurve([1, 2, 2, 3], [0, 1, 0, 1]);

  test("counts at any threshold", () => {
    expect([curve.length, curve.positives, curve.negatives]).toEqual([4, 2, 2]);
    expect(curve.at(2)).toEqual({ tp: 2, fp: 1, fn: 0, tn: 1 });
    expect(curve.at(2, { strict: true })).toEqual({ tp: 1, fp: 0, fn: 1, tn: 2 });
    expect(curve.at(2.5)).toEqual({ tp: 1, fp: 0, fn: 1, tn: 2 });
    expect(curve.at(-INF)).toEqual({ tp: 2, fp: 2, fn: 0, tn: 0 });
    expect(curve.at(INF)).toEqual({ tp: 0, fp: 0, fn: 2, tn: 2 });
  });

  test("the best threshold, the largest on ties", () => {
    expect(curve.best("f1")).toEqual({ threshold: 2, value: 4 / 5, counts: { tp: 2, fp: 1, fn: 0, tn: 1 } });
    expect(curve.best("youden")).toMatchObject({ threshold: 3, value: 0.5 });
    expect(curve.best("accuracy")).toMatchObject({ threshold: 3, value: 0.75 });
    expect(curve.best({ cost: { fp: 1, fn: 5 } })).toMatchObject({ threshold: 2, value: 1 });
    expect(curve.best({ cost: { fp: 1, fn: 0 } })).toMatchObject({ threshold: INF, value: 0 });
  });

  test("merits that are equal tie although their quotients could round apart", () => {
    // Youden: 2/3 − 1/3 at 3, 3/3 − 2/3 at 2.
    const thirds = binaryCurve([4, 3, 3, 2, 2, 1], [1, 1, 0, 1, 0, 0]);
    expect(thirds.best("youden")).toMatchObject({ threshold: 4, value: 1 / 3 });
  });

  test("one class only", () => {
    const negative = binaryCurve([1, 2], [0, 0]);
    expect(negative.best("f1")).toMatchObject({ threshold: INF, value: 0 });
    expect(negative.best("youden")).toMatchObject({ threshold: NAN, value: NAN });
    expect(negative.best("accuracy")).toMatchObject({ threshold: INF, value: 1 });
    expect(negative.averagePrecision()).toBe(0);
  });

  test("rows of weight 0 are absent", () => {
    const weighted = binaryCurve([1, 2, 3], [1, 0, 1], { sampleWeight: [2, 0, 1] });
    expect([weighted.length, weighted.positives, weighted.negatives]).toEqual([2, 3, 0]);
    expect(weighted.best("accuracy").threshold).toBe(1);
  });

  test("merging gives the curve of all rows", () => {
    const merged = binaryCurve([1, 2], [0, 1]).merge(binaryCurve([2, 3], [0, 1]));
    expect([merged.rocAuc(), merged.at(2)]).toEqual([curve.rocAuc(), curve.at(2)]);
    merged.free();
    expect(() => merged.at(0)).toThrow(expect.objectContaining({ code: "stale" }));
  });
});

describe("errors", () => {
  const scores = [0.5, 0.5, 0, 1];
  const cases: [string, () => unknown, object][] = [
    ["NaN", () => binaryCurve([NAN], [1]), { code: "nan", argument: "scores", index: 0 }],
    ["label", () => binaryCurve([1], [2]), { code: "label", argument: "labels", index: 0 }],
    ["lengths", () => rocAuc([1, 2], [1]), { code: "shape", argument: "scores" }],
    ["rows of labels", () => rocAuc(scores, [1, 0, 1], { numLabels: 2 }), { code: "shape", argument: "labels" }],
    ["empty", () => rocAuc([], []), { code: "empty", argument: "labels" }],
    ["no weight", () => rocAuc([1], [1], { sampleWeight: [0] }), { code: "empty", argument: "labels" }],
    ["maxFpr", () => rocAuc([1], [1], { maxFpr: 0 }), { code: "option", argument: "maxFpr" }],
    ["average of nothing", () => rocAuc([1], [1], { average: "macro" }), { code: "option", argument: "average" }],
    ["samples", () => rocAuc(scores, [0, 1], { numClasses: 2, average: "samples" }), { argument: "average" }],
    [
      "micro ovo",
      () => rocAuc(scores, [0, 1], { numClasses: 2, average: "micro", multiclass: "ovo" }),
      { code: "option" },
    ],
    [
      "ovo of labels",
      () => rocAuc(scores, [0, 1, 1, 0], { numLabels: 2, multiclass: "ovo" }),
      { argument: "multiclass" },
    ],
    ["both", () => rocAuc(scores, [0, 1], { numClasses: 2, numLabels: 2 }), { argument: "numLabels" }],
    ["objective", () => binaryCurve([1], [1]).best("f2" as "f1"), { code: "option", argument: "objective" }],
    ["cost", () => binaryCurve([1], [1]).best({ cost: { fp: INF, fn: 1 } }), { code: "option", argument: "cost.fp" }],
    ["threshold", () => binaryCurve([1], [1]).at(NAN), { code: "option", argument: "threshold" }],
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(expect.objectContaining(details));
  });
});
