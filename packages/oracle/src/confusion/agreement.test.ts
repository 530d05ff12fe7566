import { describe, expect, test } from "vitest";
import { confusionMatrix } from "../index.js";
import { expectClose } from "../testing.js";

const NAN = Number.NaN;
const of = confusionMatrix.fromCounts;

/** A vegetation map's 9 classes, 507 places. */
const landCover = of([
  [38, 0, 2, 1, 0, 0, 3, 1, 0],
  [0, 68, 3, 21, 0, 0, 2, 3, 0],
  [0, 0, 20, 1, 0, 0, 0, 0, 0],
  [0, 4, 5, 83, 0, 0, 0, 1, 0],
  [0, 1, 1, 0, 70, 0, 0, 4, 7],
  [0, 0, 0, 0, 1, 13, 0, 0, 0],
  [4, 0, 1, 0, 0, 0, 39, 0, 1],
  [0, 3, 3, 1, 0, 0, 0, 13, 0],
  [0, 0, 0, 0, 23, 0, 3, 0, 63],
]);

describe("accuracy", () => {
  test("the share of right rows, and of wrong ones", () => {
    expect(landCover.accuracy()).toBe(407 / 507);
    expect(landCover.zeroOneLoss()).toBe(100 / 507);
    expect(landCover.hammingLoss()).toBe(100 / 507);
    const nearlyRight = of([2 ** 53 - 1, 1, 0, 0]);
    expect(nearlyRight.zeroOneLoss()).toBe(2 ** -53);
  });

  test("of nothing", () => {
    const nothing = confusionMatrix.accumulator().result();
    expect([nothing.accuracy(), nothing.zeroOneLoss(), nothing.balancedAccuracy()]).toEqual([NAN, NAN, NAN]);
    expect([nothing.mcc(), nothing.cohenKappa(), nothing.total]).toEqual([0, NAN, 0]);
  });
});

describe("balanced accuracy", () => {
  test("the example of scikit-learn's documentation", () => {
    const matrix = confusionMatrix([0, 1, 0, 0, 0, 1], [0, 1, 0, 0, 1, 0]);
    expect(matrix.balancedAccuracy()).toBe(0.625);
    expect(matrix.balancedAccuracy({ adjusted: true })).toBe(0.25);
  });

  test("classes that are never true do not count", () => {
    const matrix = of([
      [1, 0, 1],
      [0, 3, 1],
      [0, 0, 0],
    ]);
    expect(matrix.balancedAccuracy()).toBe(0.625);
    expect(matrix.balancedAccuracy({ adjusted: true })).toBe(0.25);
    expect(of([3, 1, 0, 0]).balancedAccuracy()).toBe(0.75);
    expect(of([3, 1, 0, 0]).balancedAccuracy({ adjusted: true })).toBeNaN();
  });

  test("next to chance", () => {
    // Recalls 1/2 and (n + 1) / (2n + 1): their mean is 1/2 + 1 / (8n + 4).
    const n = 2 ** 51;
    expect(of([n, n, n, n + 1]).balancedAccuracy({ adjusted: true })).toBe(1 / (4 * n + 2));
  });
});

describe("Matthews correlation", () => {
  test("the example of scikit-learn's documentation", () => {
    expectClose(confusionMatrix([1, 0, 1, 1], [1, 1, 1, 0]).mcc(), -1 / 3);
  });

  test("several classes", () => {
    // (15 · 20 − 7·6 − 7·6 − 6·8) / √((400 − 36 − 49 − 49) · (400 − 49 − 36 − 49)) with margins 6 7 7 and 7 6 7.
    const matrix = of([
      [5, 1, 0],
      [2, 4, 1],
      [0, 1, 6],
    ]);
    expectClose(matrix.mcc(), (15 * 20 - 6 * 7 - 7 * 6 - 7 * 7) / (400 - 36 - 49 - 49));
    expect(of([0, 1, 1, 0]).mcc()).toBe(-1);
    expect(of([7, 0, 0, 2]).mcc()).toBe(1);
  });

  test("counts of which products are no float64s", () => {
    // 40 digits of these were computed with Python's decimal module.
    expect(of([99990000, 5000, 4990, 10]).mcc()).toBe(0.0019480505199122894);
    expect(of([2 ** 53 - 1, 1e12, 1e12 + 1, 1e9]).mcc()).toBe(0.0008879910211212693);
    expect(of([1e15, 1e15 + 1, 1e15, 1e15 + 2]).mcc()).toBe(2.4999999999999962e-16);
    expect(of([1e300, 0, 0, 1e300]).mcc()).toBe(1);
    expect(of([5e-324, 0, 5e-324, 5e-324]).mcc()).toBe(0.5);
  });

  test("undefined where a class is all there is", () => {
    expect(of([5, 0, 0, 0]).mcc()).toBe(0);
    expect(of([5, 3, 0, 0]).mcc()).toBe(0);
    expect(of([5, 3, 0, 0]).mcc({ undefinedValue: NAN })).toBeNaN();
  });
});

describe("Cohen's κ", () => {
  test("the example of scikit-learn's documentation", () => {
    const targets = ["negative", "positive", "negative", "neutral", "positive"];
    const predicted = ["negative", "positive", "negative", "neutral", "negative"];
    expectClose(confusionMatrix(predicted, targets).cohenKappa(), 0.6875);
  });

  test("weights are distances", () => {
    const matrix = of([
      [5, 1, 0],
      [2, 4, 1],
      [0, 1, 6],
    ]);
    // In Python's fractions: 1 − 20·Σwo / Σ w·row·column.
    expect(matrix.cohenKappa()).toBe(167 / 267);
    expect(matrix.cohenKappa({ weights: "linear" })).toBe(129 / 179);
    expect(matrix.cohenKappa({ weights: "quadratic" })).toBe(22 / 27);
  });

  test("counts of which products are no float64s", () => {
    expect(of([99990000, 5000, 4990, 10]).cohenKappa()).toBe(527 / 270527);
    expect(of([1e15, 1e15 + 1, 1e15, 1e15 + 2]).cohenKappa()).toBe(2.4999999999999962e-16);
  });

  test("undefined where a class is all there is", () => {
    expect(of([5, 0, 0, 0]).cohenKappa()).toBeNaN();
    expect(of([5, 0, 0, 0]).cohenKappa({ undefinedValue: 1 })).toBe(1);
    expect(of([5, 3, 0, 0]).cohenKappa()).toBe(0);
  });
});

test("wrong options", () => {
  const cases: [() => unknown, object][] = [
    [() => landCover.mcc({ undefinedValue: "0" as unknown as 0 }), { argument: "undefinedValue" }],
    [() => landCover.cohenKappa({ weights: "cubic" as "none" }), { code: "option", argument: "weights" }],
    [() => landCover.balancedAccuracy({ adjusted: 1 as unknown as true }), { code: "option", argument: "adjusted" }],
  ];
  for (const [call, details] of cases) expect(call).toThrow(expect.objectContaining(details));
});
