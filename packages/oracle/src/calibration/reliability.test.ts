import { describe, expect, test } from "vitest";
import {
  AssayRangeError,
  AssayTypeError,
  brierScore,
  calibrationError,
  classwiseReliability,
  reliability,
} from "../index.js";

const NAN = Number.NaN;

describe("reliability", () => {
  test("a worked table", () => {
    const table = reliability([0, 0.5, 0.6, 1, 0.25], [0, 1, 0, 1, 1], { numBins: 2 });
    // (0.5, 1] holds 0.6 and 1; [0, 0.5] the others.
    expect(table.bins.map((bin) => bin.count)).toEqual([3, 2]);
    expect(table.bins.map((bin) => bin.confidence)).toEqual([0.25, 0.8]);
    expect(table.bins.map((bin) => bin.accuracy)).toEqual([2 / 3, 0.5]);
    expect(table.ece()).toBeCloseTo((3 * (2 / 3 - 0.25) + 2 * 0.3) / 5, 15);
    expect(table.mce()).toBeCloseTo(2 / 3 - 0.25, 15);
    expect(table.error("mean")).toBeCloseTo((2 / 3 - 0.25 + 0.3) / 2, 15);
    expect(table.error("l2")).toBeCloseTo(Math.sqrt((3 * (2 / 3 - 0.25) ** 2 + 2 * 0.09) / 5), 15);
    expect(table.toString()).toContain("(0.500, 1.000]      2      0.8000    0.5000  0.0945..0.9055  -0.3000");
  });

  test("over- and under-confidence are the two parts of the error", () => {
    const table = reliability([0.2, 0.4, 0.9, 0.8], [1, 1, 0, 1], { numBins: 2 });
    expect(table.underconfidence()).toBeCloseTo(0.5 * 0.7, 15);
    expect(table.overconfidence()).toBeCloseTo(0.5 * 0.35, 15);
    expect(table.ece()).toBeCloseTo(0.5 * 0.7 + 0.5 * 0.35, 15);
  });

  test("equal mass: as many rows in each bin, more in the first; equal scores share their outcomes", () => {
    const table = reliability([0.1, 0.5, 0.5, 0.5, 0.9], [0, 1, 0, 0, 1], { numBins: 2, binning: "mass" });
    expect(table.bins.map(({ lower, upper, count }) => [lower, upper, count])).toEqual([
      [0.1, 0.5, 3],
      [0.5, 0.9, 2],
    ]);
    expect(table.bins[0]!.accuracy).toBeCloseTo(2 / 3 / 3, 15);
    expect(table.bins[1]!.accuracy).toBeCloseTo((1 / 3 + 1) / 2, 15);
    const weighted = reliability([0.1, 0.9], [0, 1], { numBins: 2, binning: "mass", sampleWeight: [1, 3] });
    expect(weighted.bins.map(({ count, accuracy }) => [count, accuracy])).toEqual([
      [2, 0.5],
      [2, 1],
    ]);
  });

  test("quantiles and midpoints keep equal scores together", () => {
    const [p, y] = [
      [0.1, 0.2, 0.2, 0.2, 0.7],
      [0, 1, 0, 1, 1],
    ];
    const counts = (binning: "quantile" | "midpoint"): number[] =>
      reliability(p!, y!, { numBins: 2, binning }).bins.map(({ count }) => count);
    expect(counts("quantile")).toEqual([4, 1]);
    expect(counts("midpoint")).toEqual([4, 1]);
    expect(reliability(p!, y!, { numBins: 4, binning: "quantile" }).bins.map(({ upper }) => upper)).toEqual([
      0.2, 0.2, 0.2, 0.7,
    ]);
  });

  test("an edge given twice makes a bin of one value", () => {
    const table = reliability([0.1, 0.95, 1, 1], [0, 1, 1, 0], { edges: [0, 0.9, 1, 1], closed: "left" });
    expect(table.bins.map(({ count }) => count)).toEqual([1, 1, 2]);
  });

  test("every class against the rest, together or one by one, and only above a threshold", () => {
    const [p, y] = [
      [0.7, 0.2, 0.1, 0.3, 0.3, 0.4],
      [0, 1],
    ];
    const all = reliability(p!, y!, { numClasses: 3, of: "allClasses", numBins: 1 });
    expect(all.count).toBe(6);
    expect(all.bins[0]!.accuracy).toBeCloseTo(1 / 3, 15);
    const each = classwiseReliability(p!, y!, { numClasses: 3, numBins: 1 });
    expect(each.classes.map((table) => table.bins[0]!.accuracy)).toEqual([0.5, 0.5, 0]);
    expect(each.error()).toBeCloseTo((0 + 0.25 + 0.25) / 3, 15);
    const above = classwiseReliability(p!, y!, { numClasses: 3, numBins: 1, threshold: 0.3 });
    expect(above.classes.map(({ count }) => count)).toEqual([1, 0, 1]);
    expect(above.error()).toBeCloseTo((0.3 + 0.4) / 2, 15);
  });

  test("an edge belongs to the side that is closed", () => {
    const p = [0, 0.25, 0.5, 0.75, 1];
    const y = [0, 0, 1, 1, 1];
    const counts = (closed: "left" | "right"): number[] =>
      reliability(p, y, { numBins: 4, closed }).bins.map((bin) => bin.count);
    expect(counts("right")).toEqual([2, 1, 1, 1]);
    expect(counts("left")).toEqual([1, 1, 1, 2]);
  });

  test("membership is decided by the edge k/n in float64, not by multiplying", () => {
    for (const numBins of [3, 7, 10, 15, 100, 1000]) {
      for (let k = 1; k < numBins; k++) {
        const bins = reliability([k / numBins], [1], { numBins }).bins;
        expect(bins.findIndex((bin) => bin.count === 1)).toBe(k - 1);
      }
    }
  });

  test("empty bins have NaN and never count", () => {
    const table = reliability([0.9, 0.95], [1, 1], { numBins: 10 });
    const nothing = { confidence: NAN, accuracy: NAN, accuracyLower: 0, accuracyUpper: 1, gap: NAN };
    expect(table.bins[0]).toEqual({ lower: 0, upper: 0.1, count: 0, ...nothing });
    expect(table.error("mean")).toBeCloseTo((0.1 + 0.05) / 2, 15);
  });

  test("the binary top label is the first of [1−p, p] on ties", () => {
    const table = reliability([0.5, 0.3], [0, 0], { numBins: 1, of: "topLabel" });
    expect(table.bins[0]?.accuracy).toBe(1);
    expect(table.bins[0]?.confidence).toBe(0.6);
  });

  test("the multiclass top label is the first on ties", () => {
    const table = reliability([0.4, 0.4, 0.2], [0], { numClasses: 3 });
    expect(table.of).toBe("topLabel");
    expect(table.bins[5]).toMatchObject({ count: 1, confidence: 0.4, accuracy: 1 });
    expect(table.ece()).toBeCloseTo(0.6, 15);
  });

  test("whole weights equal repetition, zero equals absence", () => {
    const weighted = reliability([0.1, 0.6, 0.9], [0, 1, 0], { sampleWeight: [2, 0, 3] });
    const repeated = reliability([0.1, 0.1, 0.9, 0.9, 0.9], [0, 0, 0, 0, 0]);
    expect(weighted.bins).toEqual(repeated.bins);
    expect(weighted.count).toBe(5);
  });

  test("an accumulator gives what one call gives, in any order", () => {
    const p = [0.1, 0.6, 0.9, 0.2, 0.55];
    const y = [0, 1, 0, 1, 1];
    const a = reliability.accumulator({ numBins: 5 }).update(p.slice(0, 2), y.slice(0, 2));
    const b = reliability.accumulator({ numBins: 5 }).update(p.slice(2), y.slice(2)).update([], []);
    const ab = reliability.accumulator({ numBins: 5 }).merge(a).merge(b);
    const ba = reliability.accumulator({ numBins: 5 }).merge(b).merge(a);
    expect(ab.result().bins).toEqual(reliability(p, y, { numBins: 5 }).bins);
    expect(ab.toBytes()).toEqual(ba.toBytes());
    expect(() => a.merge(reliability.accumulator({ numBins: 6 }))).toThrow("should be one of");
    expect(() => a.update([2], [0])).toThrow(AssayRangeError);
    expect(a.result().count).toBe(2);
    expect(reliability.accumulator({ numBins: 5 }).mergeBytes(ab.toBytes()).result()).toEqual(ab.result());
    expect(() => a.mergeBytes(ab.toBytes().slice(1))).toThrow(expect.objectContaining({ code: "state" }));
    const none = a.reset().result();
    expect([none.count, none.bins[0]?.count, none.bins[0]?.gap, none.ece(), none.mce()]).toEqual([0, 0, NAN, NAN, NAN]);
    a.free();
    expect(() => a.result()).toThrow(expect.objectContaining({ code: "stale" }));
  });
});

describe("brierScore", () => {
  test("binary and multiclass", () => {
    expect(brierScore([0.25, 1], [1, 1])).toBe(0.28125);
    expect(brierScore([0.75, 0.25, 0, 1], [1, 1], { numClasses: 2 })).toBe(0.5625);
    expect(brierScore([0.75, 0.25, 0, 1], [1, 1], { numClasses: 2, scaleByHalf: true })).toBe(0.28125);
    expect(brierScore([0.25, 1], [1, 1], { sampleWeight: [1, 3] })).toBe(0.140625);
  });
});

describe("errors say what, where and what was expected", () => {
  const cases: [string, () => unknown, object][] = [
    ["NaN", () => reliability([0.1, NAN], [0, 1]), { code: "nan", argument: "probabilities", index: 1, value: NAN }],
    ["above 1", () => reliability([1.5], [0]), { code: "range", argument: "probabilities", index: 0, value: 1.5 }],
    ["label", () => reliability([0.5], [2]), { code: "label", argument: "labels", index: 0, value: 2 }],
    ["class", () => brierScore([0.5, 0.5], [2], { numClasses: 2 }), { code: "label", argument: "labels", value: 2 }],
    ["half a label", () => brierScore([1, 0], [0.5], { numClasses: 2 }), { code: "label", index: 0, value: 0.5 }],
    ["lengths", () => reliability([0.5, 0.5], [1]), { code: "shape", argument: "probabilities", value: 2 }],
    ["columns", () => reliability([0.5, 0.5, 0], [1], { numClasses: 2 }), { code: "shape", argument: "probabilities" }],
    ["empty", () => reliability([], []), { code: "empty", argument: "labels" }],
    ["no weight", () => brierScore([0.5], [1], { sampleWeight: [0] }), { code: "empty", argument: "labels" }],
    ["negative", () => brierScore([0.5], [1], { sampleWeight: [-1] }), { code: "range", argument: "sampleWeight" }],
    ["bins", () => reliability([0.5], [1], { numBins: 0 }), { code: "option", argument: "numBins", value: 0 }],
    ["one class", () => reliability([1], [0], { numClasses: 1 }), { code: "option", argument: "numClasses", value: 1 }],
    ["positive", () => reliability([1, 0], [0], { numClasses: 2, of: "positive" }), { code: "option", argument: "of" }],
    // @ts-expect-error
    ["unknown word", () => calibrationError([0.5], [1], { norm: "l3" }), { code: "option", argument: "norm" }],
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(AssayRangeError);
    expect(call).toThrow(expect.objectContaining(details));
  });

  const typeCases: [string, () => unknown, object][] = [
    // @ts-expect-error
    ["unknown option", () => reliability([0.5], [1], { bins: 3 }), { code: "option", argument: "bins", value: 3 }],
    // @ts-expect-error
    ["not a number of bins", () => reliability([0.5], [1], { numBins: "3" }), { code: "option", argument: "numBins" }],
    // @ts-expect-error
    ["not an array", () => reliability("0.5", [1]), { code: "type", argument: "probabilities", value: "0.5" }],
    // @ts-expect-error
    ["not a number", () => reliability(["0.5"], [1]), { code: "type", argument: "probabilities", index: 0 }],
    ["half", () => brierScore([0.5], [1], { scaleByHalf: true }), { code: "option", argument: "scaleByHalf" }],
  ];
  test.each(typeCases)("%s", (_, call, details) => {
    expect(call).toThrow(AssayTypeError);
    expect(call).toThrow(expect.objectContaining(details));
  });

  test("the message of a label", () => {
    expect(() => brierScore([1, 0], [12], { numClasses: 2 })).toThrow("labels[0] = 12, but numClasses is 2");
  });
});
