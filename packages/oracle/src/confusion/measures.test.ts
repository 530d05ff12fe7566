import type { ClassMeasures } from "@assay/contract";
import { describe, expect, test } from "vitest";
import { AssayTypeError, confusionMatrix, multilabelConfusionMatrix } from "../index.js";
import { expectAllClose, expectClose } from "../testing.js";

const NAN = Number.NaN;
const INF = Number.POSITIVE_INFINITY;

type Name = Exclude<keyof ClassMeasures, "report">;

describe("of two classes", () => {
  // A lecture's matrix: tp 50, fn 10, fp 5, tn 100.
  const matrix = confusionMatrix.fromCounts([100, 5, 10, 50], { binary: true });
  const expected: Record<Name, number> = {
    precision: 50 / 55,
    recall: 50 / 60,
    f1: 100 / 115,
    fBeta: 100 / 115,
    jaccard: 50 / 65,
    specificity: 100 / 105,
    negativePredictiveValue: 100 / 110,
    falsePositiveRate: 5 / 105,
    falseNegativeRate: 10 / 60,
    falseDiscoveryRate: 5 / 55,
    falseOmissionRate: 10 / 110,
    prevalence: 60 / 165,
    // 5/6 + 20/21 − 1, 10/11 + 10/11 − 1, √(5/6 · 20/21), 5/6 / (1/21), 1/6 / (20/21)
    informedness: 33 / 42,
    markedness: 9 / 11,
    gMean: Math.sqrt(50 / 63),
    positiveLikelihoodRatio: 17.5,
    negativeLikelihoodRatio: 0.175,
  };

  test.each(Object.entries(expected))("%s", (name, value) => {
    expectClose(matrix[name as Name](), value);
    expect(matrix[name as Name]({ average: "binary" })).toBe(matrix[name as Name]({ average: "none" })[1]);
  });

  test("F-beta leans to recall with beta above 1", () => {
    const other = confusionMatrix.fromCounts([0, 1, 2, 1], { binary: true });
    expect([other.precision(), other.recall(), other.f1()]).toEqual([1 / 2, 1 / 3, 2 / 5]);
    expect(other.fBeta({ beta: 2 })).toBe(5 / (5 + 4 * 2 + 1));
    expect(other.fBeta({ beta: 0 })).toBe(other.precision());
    expect(other.fBeta({ beta: INF })).toBe(other.recall());
    // So large or small a β that its square is no float64.
    expect(other.fBeta({ beta: 1e200 })).toBe(other.recall());
    expect(other.fBeta({ beta: 1e-200 })).toBe(other.precision());
  });

  test("likelihood ratios of scikit-learn's documentation", () => {
    const example = confusionMatrix([1, 1, 0, 0, 0], [0, 1, 0, 1, 0]);
    expect([example.positiveLikelihoodRatio(), example.negativeLikelihoodRatio()]).toEqual([1.5, 0.75]);
  });
});

describe("where a denominator is 0", () => {
  const parts = ["recall", "falseNegativeRate", "informedness", "gMean"] as const;
  // No row is positive, and none is predicted so.
  const nothing = confusionMatrix.fromCounts([3, 0, 0, 0], { binary: true });

  test("a measure is 0 or zeroDivision, and so is what is made of it", () => {
    for (const name of [...parts, "precision", "f1", "jaccard", "markedness"] as const) {
      expect(nothing[name]()).toBe(0);
      expect(nothing[name]({ zeroDivision: 1 })).toBe(1);
      expect(nothing[name]({ zeroDivision: NAN })).toBeNaN();
    }
    expect(nothing.prevalence()).toBe(0);
    expect([nothing.specificity({ zeroDivision: 1 }), nothing.negativePredictiveValue()]).toEqual([1, 1]);
  });

  test("a likelihood ratio is NaN or zeroDivision", () => {
    // No false alarm: recall / 0.
    const sure = confusionMatrix.fromCounts([2, 0, 1, 1], { binary: true });
    expect(sure.positiveLikelihoodRatio()).toBeNaN();
    expect(sure.positiveLikelihoodRatio({ zeroDivision: 1 })).toBe(1);
    expect(sure.negativeLikelihoodRatio()).toBe(0.5);
    // Every negative row is a false alarm: 1 − recall over 0.
    const alarmed = confusionMatrix.fromCounts([0, 2, 1, 1], { binary: true });
    expect(alarmed.positiveLikelihoodRatio()).toBe(0.5);
    expect(alarmed.negativeLikelihoodRatio()).toBeNaN();
    expect(nothing.positiveLikelihoodRatio()).toBeNaN();
  });
});

describe("averages over classes", () => {
  // Class 3 does not occur; class 2 is predicted but never true.
  const matrix = confusionMatrix.fromCounts([
    [2, 0, 0, 0],
    [1, 2, 1, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ]);

  test("one value each", () => {
    expect(matrix.precision({ average: "none" })).toEqual(Float64Array.of(2 / 3, 1, 0, 0));
    expect(matrix.recall({ average: "none", zeroDivision: NAN })).toEqual(Float64Array.of(1, 0.5, NAN, NAN));
    expect(matrix.f1({ average: "none", zeroDivision: 1 })).toEqual(Float64Array.of(4 / 5, 2 / 3, 0, 1));
    expect(matrix.specificity({ average: "none" })).toEqual(Float64Array.of(3 / 4, 1, 5 / 6, 1));
    expect(matrix.prevalence({ average: "none" })).toEqual(Float64Array.of(2 / 6, 4 / 6, 0, 0));
    expect(matrix.positiveLikelihoodRatio({ average: "none" })).toEqual(Float64Array.of(4, NAN, NAN, NAN));
  });

  test("macro is over the classes that occur", () => {
    expect(matrix.recall()).toBe(1.5 / 3);
    expect(matrix.recall({ zeroDivision: 1 })).toBe(2.5 / 3);
    expect(matrix.recall({ zeroDivision: NAN })).toBe(1.5 / 2);
    expect(matrix.recall({ absentClasses: "count" })).toBe(1.5 / 4);
    expect(matrix.recall({ absentClasses: "count", zeroDivision: NAN })).toBe(1.5 / 2);
    expect(matrix.positiveLikelihoodRatio()).toBe(4);
  });

  test("weighted is by support", () => {
    expect(matrix.recall({ average: "weighted" })).toBe((2 + 4 * 0.5) / 6);
    expect(matrix.specificity({ average: "weighted" })).toBe((2 * 0.75 + 4) / 6);
    // Class 1 has no likelihood ratio and leaves the mean with its support.
    expect(matrix.positiveLikelihoodRatio({ average: "weighted" })).toBe(4);
  });

  test("micro is of the counts of all classes together", () => {
    expect(matrix.recall({ average: "micro" })).toBe(4 / 6);
    expect(matrix.precision({ average: "micro" })).toBe(4 / 6);
    // Each of the two wrong rows is a false alarm once; of 4 · 6 pairs of row and class 18 are negative.
    expect(matrix.specificity({ average: "micro" })).toBe(16 / 18);
    expect(matrix.prevalence({ average: "micro" })).toBe(1 / 4);
  });

  test("a mean without any defined class is NaN", () => {
    const only = matrix.select([3]);
    expect(only.recall({ zeroDivision: NAN, absentClasses: "count" })).toBeNaN();
    expect(only.recall()).toBeNaN();
    expect(only.recall({ absentClasses: "count" })).toBe(0);
    expect(only.recall({ average: "weighted", absentClasses: "count" })).toBeNaN();
  });

  test("wrong options", () => {
    const cases: [() => unknown, object][] = [
      [() => matrix.f1({ average: "binary" }), { code: "option", argument: "average" }],
      [() => matrix.f1({ average: "samples" }), { code: "option", argument: "average" }],
      [() => matrix.f1({ average: "all" as "macro" }), { code: "option", argument: "average" }],
      [() => matrix.fBeta({ beta: -1 }), { code: "option", argument: "beta" }],
      [() => matrix.gMean({ zeroDivision: "0" as unknown as 0 }), { code: "option", argument: "zeroDivision" }],
      [() => matrix.gMean({ absentClasses: "drop" as "skip" }), { code: "option", argument: "absentClasses" }],
    ];
    for (const [call, details] of cases) expect(call).toThrow(expect.objectContaining(details));
    // @ts-expect-error
    expect(() => matrix.f1({ beta: 2 })).toThrow(AssayTypeError);
  });
});

describe("averages over labels, in the examples of scikit-learn's documentation", () => {
  const matrix = multilabelConfusionMatrix([1, 1, 1, 1, 0, 0], [0, 1, 1, 1, 1, 0], { numLabels: 3 });

  test("jaccard_score", () => {
    expectClose(matrix.jaccard({ average: "samples" }), (2 / 3 + 1 / 2) / 2);
    expectClose(matrix.jaccard(), 2 / 3);
    expectAllClose(matrix.jaccard({ average: "none" }), [0.5, 0.5, 1]);
    expect(matrix.jaccard({ average: "micro" })).toBe(0.6);
  });

  test("samples: undefined rows are as zeroDivision says, and rows count by weight", () => {
    const rows = [
      // Recall 1/2; nothing true, nothing predicted; recall 1.
      { predicted: [1, 0], targets: [1, 1], weight: 2 },
      { predicted: [0, 0], targets: [0, 0], weight: 1 },
      { predicted: [1, 1], targets: [0, 1], weight: 0.5 },
    ];
    const weighted = multilabelConfusionMatrix(
      rows.flatMap((row) => row.predicted),
      rows.flatMap((row) => row.targets),
      { numLabels: 2, sampleWeight: rows.map((row) => row.weight) },
    );
    const samples = (zeroDivision: number): number => weighted.recall({ average: "samples", zeroDivision });
    expectClose(samples(0), 1.5 / 3.5);
    expectClose(samples(1), 2.5 / 3.5);
    expectClose(samples(NAN), 1.5 / 2.5);
  });
});
