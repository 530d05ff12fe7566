import { describe, expect, test } from "vitest";
import {
  AssayRangeError,
  AssayTypeError,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  logLoss,
  mseLoss,
} from "../index.js";
import { expectClose } from "../testing.js";

const INF = Number.POSITIVE_INFINITY;
const NAN = Number.NaN;

/** The derivative of a function of an array by central differences. */
function slopes(f: (x: number[]) => number, x: number[]): number[] {
  const h = 1e-5;
  return x.map((_, i) => {
    const moved = (by: number): number => f(x.map((value, j) => (j === i ? value + by : value)));
    return (moved(h) - moved(-h)) / (2 * h);
  });
}

describe("mseLoss", () => {
  test("reductions and gradient", () => {
    expect(mseLoss([1, 2, 4], [1, 0, 1])).toBe(13 / 3);
    expect(mseLoss([1, 2, 4], [1, 0, 1], { reduction: "sum" })).toBe(13);
    expect(mseLoss([1, 2, 4], [1, 0, 1], { reduction: "none" })).toEqual(Float64Array.of(0, 4, 9));
    expect(mseLoss.withGradient([1, 2], [1, 0])).toEqual({ loss: 2, gradient: Float64Array.of(0, 2) });
    expect(mseLoss.withGradient([1, 2], [1, 0], { reduction: "none" }).gradient).toEqual(Float64Array.of(0, 4));
  });

  test("the mean divides by the sample weights, but not by the element weights", () => {
    expect(mseLoss([1, 2], [0, 0], { sampleWeight: [3, 1] })).toBe(7 / 4);
    expect(mseLoss([1, 2], [0, 0], { elementWeight: [3, 1] })).toBe(7 / 2);
    expect(mseLoss([1, 2], [0, 0], { sampleWeight: [0, 1], elementWeight: [1, 2] })).toBe(8);
    expect(mseLoss([1, 2], [0, 0], { elementWeight: [0, 0] })).toBe(0);
    const { gradient } = mseLoss.withGradient([1, 2], [0, 0], { sampleWeight: [3, 1], elementWeight: [2, 1] });
    expect(gradient).toEqual(Float64Array.of((3 * 2 * 2) / 4, 4 / 4));
  });

  test("the sum is exact", () => {
    expect(mseLoss([1e8, 1e-8, 1e8], [0, 0, 0], { reduction: "sum" })).toBe(2e16);
    expect(mseLoss(new Array<number>(10).fill(0.5), new Array<number>(10).fill(0.4), { reduction: "sum" })).toBe(
      10 * (0.5 - 0.4) ** 2,
    );
  });
});

describe("binaryCrossEntropy", () => {
  test("worked numbers", () => {
    expectClose(binaryCrossEntropy([0.25, 0.9], [0, 1]), -(Math.log(0.75) + Math.log(0.9)) / 2);
    expectClose(binaryCrossEntropy([0.3], [0.25]), -(0.25 * Math.log(0.3) + 0.75 * Math.log1p(-0.3)));
    expectClose(binaryCrossEntropy([1e-20], [0]), 1e-20);
  });

  test("logarithms are clamped at −100, the gradient's denominator at 1e-12", () => {
    expect(binaryCrossEntropy([0, 1], [1, 0], { reduction: "none" })).toEqual(Float64Array.of(100, 100));
    expect(binaryCrossEntropy([0, 1], [0, 1], { reduction: "none" })).toEqual(Float64Array.of(0, 0));
    const { gradient } = binaryCrossEntropy.withGradient([0, 1, 0], [1, 0, 0], { reduction: "sum" });
    expect(gradient).toEqual(Float64Array.of(-1e12, 1e12, 0));
  });

  test("the gradient is the slope", () => {
    const [p, t] = [
      [0.2, 0.7, 0.5],
      [0, 1, 0.3],
    ];
    const { gradient } = binaryCrossEntropy.withGradient(p, t);
    for (const [i, slope] of slopes((x) => binaryCrossEntropy(x, t), p).entries()) {
      expect(gradient[i]).toBeCloseTo(slope, 8);
    }
  });

  test("a matrix has one weight per row", () => {
    const p = [0.5, 0.25, 0.75, 0.5];
    const t = [1, 0, 1, 0];
    const rows = binaryCrossEntropy(p, t, { numLabels: 2, sampleWeight: [3, 0] });
    expectClose(rows, -(Math.log(0.5) + Math.log(0.75)) / 2);
    expect(() => binaryCrossEntropy(p, t, { numLabels: 3 })).toThrow(
      expect.objectContaining({ code: "shape", argument: "targets" }),
    );
  });
});

describe("binaryCrossEntropyWithLogits", () => {
  test("worked numbers, with full relative precision on both sides", () => {
    expectClose(binaryCrossEntropyWithLogits([0], [1]), Math.LN2);
    expectClose(binaryCrossEntropyWithLogits([50], [1]), Math.exp(-50));
    expectClose(binaryCrossEntropyWithLogits([-800], [1]), 800);
    expectClose(binaryCrossEntropyWithLogits([2], [1], { posWeight: 3 }), 3 * Math.log1p(Math.exp(-2)));
    const perLabel = binaryCrossEntropyWithLogits([1, 1], [1, 1], {
      numLabels: 2,
      posWeight: [0, 2],
      reduction: "none",
    });
    expect(perLabel[0]).toBe(0);
    expectClose(perLabel[1]!, 2 * Math.log1p(Math.exp(-1)));
  });

  test("infinite logits give the limit", () => {
    const value = (x: number, t: number): number => binaryCrossEntropyWithLogits([x], [t]);
    expect([value(INF, 1), value(-INF, 0), value(INF, 0), value(-INF, 1), value(INF, 0.5)]).toEqual([
      0,
      0,
      INF,
      INF,
      INF,
    ]);
    const { gradient } = binaryCrossEntropyWithLogits.withGradient([INF, -INF, INF, -INF], [1, 0, 0, 1], {
      reduction: "sum",
    });
    expect(gradient).toEqual(Float64Array.of(0, 0, 1, -1));
    expect(binaryCrossEntropyWithLogits([INF, 1], [0, 1], { sampleWeight: [0, 1] })).toBeLessThan(1);
    expect(binaryCrossEntropyWithLogits([-INF], [1], { posWeight: 0 })).toBe(0);
  });

  test("the gradient is the slope", () => {
    const x = [-2, 0.3, 5, 1];
    const t = [0, 1, 0.3, 1];
    const options = { posWeight: 2.5, sampleWeight: [1, 2, 3, 0] };
    const { gradient } = binaryCrossEntropyWithLogits.withGradient(x, t, options);
    for (const [i, slope] of slopes((y) => binaryCrossEntropyWithLogits(y, t, options), x).entries()) {
      expect(gradient[i]).toBeCloseTo(slope, 8);
    }
  });
});

describe("crossEntropy", () => {
  const numClasses = 3;

  test("worked numbers", () => {
    expectClose(crossEntropy([0, 0, 0], [1], { numClasses }), Math.log(3));
    expectClose(crossEntropy([1, 2, 3], [2], { numClasses }), Math.log1p(Math.exp(-1) + Math.exp(-2)));
    // A small loss keeps its digits.
    expectClose(crossEntropy([40, 0, 0], [0], { numClasses }), Math.log1p(2 * Math.exp(-40)));
    expectClose(crossEntropy([1e308, 0, 0], [1], { numClasses }), 1e308);
  });

  test("class weights and ignored rows", () => {
    const logits = [1, 2, 3, 0, 0, 0, 3, 1, 2];
    const cost = crossEntropy(logits, [0, 1, 0], { numClasses, reduction: "none" });
    const weight = [2, 3, 5];
    const weighted = crossEntropy(logits, [0, 1, 0], { numClasses, weight });
    expectClose(weighted, (2 * cost[0]! + 3 * cost[1]! + 2 * cost[2]!) / 7);
    const without = crossEntropy(logits, [0, -100, 0], { numClasses, weight, ignoreIndex: -100 });
    expectClose(without, (cost[0]! + cost[2]!) / 2);
    const sampled = crossEntropy(logits, [0, 1, 0], { numClasses, weight, sampleWeight: [0, 1, 2] });
    expectClose(sampled, (3 * cost[1]! + 2 * 2 * cost[2]!) / (3 + 2 * 2));
    const none = crossEntropy(logits, [0, 1, 0], { numClasses, ignoreIndex: 1, reduction: "none" });
    expect([none[0], none[1]]).toEqual([cost[0], 0]);
  });

  test("soft targets divide by the number of rows, and smoothing moves the target", () => {
    const logits = [1, 2, 3, 3, 1, 2];
    const hard = crossEntropy(logits, [1, 0], { numClasses, labelSmoothing: 0.3, weight: [1, 1, 1] });
    const soft = crossEntropy(logits, [0.1, 0.8, 0.1, 0.8, 0.1, 0.1], { numClasses, softTargets: true });
    expect(hard).toBeCloseTo(soft, 15);
    const doubled = crossEntropy(logits, [0.1, 0.8, 0.1, 0.8, 0.1, 0.1], {
      numClasses,
      softTargets: true,
      weight: [2, 2, 2],
    });
    expectClose(doubled, 2 * soft);
  });

  test("infinite logits give the limit", () => {
    const value = (x: number[], label: number): number => crossEntropy(x, [label], { numClasses });
    expectClose(value([0, 0, -INF], 0), Math.LN2);
    expect(value([0, 0, -INF], 2)).toBe(INF);
    expect(value([0, INF, 5], 1)).toBe(0);
    expect(value([0, INF, 5], 0)).toBe(INF);
    expectClose(value([INF, INF, 5], 1), Math.LN2);
    expectClose(value([-INF, -INF, -INF], 1), Math.log(3));
    expect(crossEntropy([0, 0, -INF], [0], { numClasses, labelSmoothing: 0.1 })).toBe(INF);
    expectClose(crossEntropy([0, 0, -INF], [0.5, 0.5, 0], { numClasses, softTargets: true }), Math.LN2);
    const gradient = (x: number[], label: number): number[] =>
      Array.from(crossEntropy.withGradient(x, [label], { numClasses }).gradient);
    expect(gradient([0, 0, -INF], 0)).toEqual([-0.5, 0.5, 0]);
    expect(gradient([0, INF, INF], 0)).toEqual([-1, 0.5, 0.5]);
    expect(gradient([0, INF, 5], 1)).toEqual([0, 0, 0]);
  });

  test("the gradient is the slope, and keeps its digits where it is small", () => {
    const x = [1, -2, 0.5, 3, 3, -1];
    const options = { numClasses, labelSmoothing: 0.2, weight: [1, 2, 0.5], sampleWeight: [1, 2] };
    const { gradient } = crossEntropy.withGradient(x, [1, 0], options);
    for (const [i, slope] of slopes((y) => crossEntropy(y, [1, 0], options), x).entries()) {
      expect(gradient[i]).toBeCloseTo(slope, 8);
    }
    const small = crossEntropy.withGradient([40, 0, 0], [0], { numClasses }).gradient;
    expectClose(small[0]!, -2 * Math.exp(-40));
  });
});

describe("logLoss", () => {
  test("worked numbers and the clip", () => {
    expectClose(logLoss([0.25, 0.9], [0, 1]), -(Math.log(0.75) + Math.log(0.9)) / 2);
    expectClose(logLoss([0.2, 0.8, 0.5, 0.5], [1, 0], { numClasses: 2, reduction: "sum" }), -Math.log(0.4));
    expectClose(logLoss([0], [1]), 52 * Math.LN2);
    expectClose(logLoss([0], [0]), 2 ** -52);
    expectClose(logLoss([0.5, 0.9], [1, 1], { sampleWeight: [2, 0] }), Math.LN2);
  });
});

describe("gradients", () => {
  test("have the predictions' float type, or go where the caller says", () => {
    expect(mseLoss.withGradient(Float32Array.of(1), [0]).gradient).toEqual(Float32Array.of(2));
    expect(mseLoss.withGradient(Float64Array.of(1), [0]).gradient).toEqual(Float64Array.of(2));
    const room = new Float32Array(1);
    const handle = { view: Float32Array.of(1), length: 1, free() {}, [Symbol.dispose]() {} };
    expect(mseLoss.withGradient(handle, [0], { gradient: room }).gradient).toBe(room);
    expect(room[0]).toBe(2);
  });

  test("need room of their own, of the right type and length", () => {
    const x = Float32Array.of(1, 2);
    const errors: [object, object][] = [
      [{ gradient: new Float64Array(2) }, { code: "type", argument: "gradient" }],
      [{ gradient: new Float32Array(1) }, { code: "shape", argument: "gradient" }],
      [{ gradient: x }, { code: "shape", argument: "gradient" }],
      [{ gradient: [1, 2] }, { code: "type", argument: "gradient" }],
    ];
    for (const [options, details] of errors) {
      expect(() => mseLoss.withGradient(x, [0, 0], options)).toThrow(expect.objectContaining(details));
    }
    expect(x).toEqual(Float32Array.of(1, 2));
  });
});

describe("accumulators", () => {
  test("give what one call gives, in any order", () => {
    const options = { numClasses: 2, weight: [1, 3], ignoreIndex: 9 };
    const all = crossEntropy([1, 2, 3, 4, 0.1, 0.2], [0, 9, 1], { ...options, sampleWeight: [0.1, 0.2, 0.3] });
    const a = crossEntropy.accumulator({ ...options, weighted: true });
    const b = crossEntropy.accumulator({ ...options, weighted: true });
    a.update([1, 2], [0], { sampleWeight: [0.1] });
    b.update([0.1, 0.2], [1], { sampleWeight: [0.3] }).update([3, 4], [9], { sampleWeight: [0.2] });
    expect(b.merge(a).result()).toBe(all);
    expect(() => a.update([1, 2], [0])).toThrow(expect.objectContaining({ code: "option", argument: "sampleWeight" }));
    expect(() => a.merge(crossEntropy.accumulator(options))).toThrow(expect.objectContaining({ code: "state" }));
    expect(crossEntropy.accumulator(options).result()).toBeNaN();
    expect(
      crossEntropy
        .accumulator({ ...options, reduction: "sum" })
        .update([1, 2], [9])
        .result(),
    ).toBeNaN();
    // @ts-expect-error
    expect(() => mseLoss.accumulator({ elementWeight: [1] })).toThrow(AssayTypeError);
    expect(() => mseLoss.accumulator({ reduction: "none" })).toThrow(AssayRangeError);
  });
});

describe("errors", () => {
  const cases: [string, () => unknown, object][] = [
    ["NaN", () => mseLoss([1, NAN], [1, 1]), { code: "nan", argument: "predictions", index: 1, value: NAN }],
    ["NaN target", () => mseLoss([1], [NAN]), { code: "nan", argument: "targets", index: 0 }],
    ["infinite", () => mseLoss([INF], [1]), { code: "range", argument: "predictions", index: 0, value: INF }],
    ["probability", () => binaryCrossEntropy([1.5], [1]), { code: "range", argument: "predictions", value: 1.5 }],
    ["target", () => binaryCrossEntropyWithLogits([1.5], [2]), { code: "range", argument: "targets", value: 2 }],
    ["label", () => crossEntropy([1, 2], [2], { numClasses: 2 }), { code: "label", argument: "targets", value: 2 }],
    ["half label", () => crossEntropy([1, 2], [0.5], { numClasses: 2 }), { code: "label", argument: "targets" }],
    ["NaN in an ignored row", () => crossEntropy([NAN, 2], [7], { numClasses: 2, ignoreIndex: 7 }), { code: "nan" }],
    ["rows", () => crossEntropy([1, 2, 3], [1], { numClasses: 2 }), { code: "shape", argument: "predictions" }],
    [
      "no classes",
      () => crossEntropy([1], [0], {} as { numClasses: number }),
      { code: "option", argument: "numClasses" },
    ],
    ["smoothing", () => crossEntropy([1, 2], [0], { numClasses: 2, labelSmoothing: 2 }), { code: "option" }],
    ["weights", () => crossEntropy([1, 2], [0], { numClasses: 2, weight: [1] }), { code: "shape", argument: "weight" }],
    [
      "negative",
      () => mseLoss([1], [1], { sampleWeight: [-1] }),
      { code: "range", argument: "sampleWeight", index: 0 },
    ],
    [
      "infinite weight",
      () => mseLoss([1], [1], { elementWeight: [INF] }),
      { code: "range", argument: "elementWeight" },
    ],
    ["empty", () => mseLoss([], []), { code: "empty", argument: "targets" }],
    ["no weight", () => mseLoss([1], [1], { sampleWeight: [0] }), { code: "empty", argument: "targets" }],
    [
      "all ignored",
      () => crossEntropy([1, 2], [0], { numClasses: 2, ignoreIndex: 0 }),
      { code: "empty", argument: "targets" },
    ],
    [
      "no class weight",
      () => crossEntropy([1, 2], [0], { numClasses: 2, weight: [0, 1] }),
      { code: "empty", argument: "targets" },
    ],
    ["reduction", () => logLoss([0.5], [1], { reduction: "none" as "sum" }), { code: "option", argument: "reduction" }],
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(expect.objectContaining(details));
  });

  test("an option that does not exist", () => {
    // @ts-expect-error
    expect(() => mseLoss([1], [1], { numLabels: 1 })).toThrow(AssayTypeError);
    // @ts-expect-error
    expect(() => crossEntropy([1, 2], [1], { numClasses: 2, smoothing: 1 })).toThrow(/no option smoothing/);
    const soft = { numClasses: 2, softTargets: true, ignoreIndex: 1 };
    expect(() => crossEntropy([1, 2], [1, 0], soft)).toThrow(expect.objectContaining({ argument: "ignoreIndex" }));
  });
});
