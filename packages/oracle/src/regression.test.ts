import type { Labels, Reals } from "@assay/contract";
import { describe, expect, test } from "vitest";
import * as oracle from "./index.js";
import {
  concordanceCorrelation,
  d2AbsoluteErrorScore,
  d2PinballScore,
  d2TweedieScore,
  explainedVarianceScore,
  maxError,
  meanAbsolutePercentageError,
  meanGammaDeviance,
  meanPoissonDeviance,
  meanSquaredLogError,
  meanTweedieDeviance,
  medianAbsoluteError,
  mseLoss,
  pearsonCorrelation,
  r2Score,
  relativeSquaredError,
  rootMeanSquaredError,
  rootMeanSquaredLogError,
  spearmanCorrelation,
  symmetricMeanAbsolutePercentageError,
  weightedMeanAbsolutePercentageError,
} from "./index.js";
import { expectClose } from "./testing.js";

// The example of the scikit-learn documentation.
const t = [3, -0.5, 2, 7];
const p = [2.5, 0, 2, 8];

describe("worked numbers", () => {
  test("errors", () => {
    expectClose(rootMeanSquaredError(p, t), Math.sqrt(0.375));
    expect(medianAbsoluteError(p, t)).toBe(0.5);
    expect(medianAbsoluteError([1, 2, 4], [0, 0, 0])).toBe(2);
    expect(maxError(p, t)).toBe(1);
    expectClose(meanAbsolutePercentageError(p, t), (0.5 / 3 + 1 + 0 + 1 / 7) / 4);
    expectClose(symmetricMeanAbsolutePercentageError([1, 3], [3, 3]), 0.5);
    expect(symmetricMeanAbsolutePercentageError([0, 1], [0, -1])).toBe(1);
    expectClose(weightedMeanAbsolutePercentageError(p, t), 2 / 12.5);
    expectClose(meanSquaredLogError([Math.E - 1, 0], [0, 0]), 0.5);
    expectClose(rootMeanSquaredLogError([Math.E - 1, 0], [0, 0]), Math.sqrt(0.5));
    expectClose(meanSquaredLogError([1 + 2 ** -40], [1]), Math.log1p(2 ** -41) ** 2);
    // A target of 0 is floored.
    expect(meanAbsolutePercentageError([1], [0])).toBe(2 ** 52);
  });

  test("compared with a constant", () => {
    expectClose(r2Score(p, t), 1 - 1.5 / 29.1875);
    expectClose(relativeSquaredError(p, t), 1.5 / 29.1875);
    expectClose(explainedVarianceScore(p, t), 1 - 1.25 / 29.1875);
    expect(r2Score([6, 7, 8], [1, 2, 3])).toBe(1 - 75 / 2);
    expect(explainedVarianceScore([6, 7, 8], [1, 2, 3])).toBe(1);
    // The median is 2.5, the error around it 0.5 + 3 + 0.5 + 4.5.
    expectClose(d2AbsoluteErrorScore(p, t), 1 - 2 / 8.5);
    expect(d2PinballScore([2, 2, 2], [1, 2, 3])).toBe(0);
    expect(d2PinballScore([1, 2, 3], [1, 2, 3], { quantile: 0.9 })).toBe(1);
    expect(d2PinballScore([3, 3, 3], [1, 2, 3], { quantile: 0.9 })).toBe(0);
    expect(d2PinballScore([1, 1, 1], [1, 2, 3], { quantile: 0.1 })).toBe(0);
    // Over-prediction costs nothing: neither the largest target nor anything above it.
    expect(d2PinballScore([3, 4, 5], [1, 2, 3], { quantile: 1 })).toBe(1);
    expect(d2PinballScore([3, 2, 2], [1, 2, 3], { quantile: 1 })).toBe(0);
    expectClose(d2TweedieScore(p, t), r2Score(p, t));
    const [mu, y] = [
      [2, 0.5, 1, 4],
      [0.5, 1, 2, 2],
    ];
    const constant = new Array<number>(4).fill(5.5 / 4);
    expectClose(d2TweedieScore(mu, y, { power: 1 }), 1 - meanPoissonDeviance(mu, y) / meanPoissonDeviance(constant, y));
  });

  test("deviances", () => {
    expectClose(meanPoissonDeviance([1, 2], [2, 0]), 2 * Math.log(2) - 1 + 2);
    expectClose(meanGammaDeviance([1, 1], [2, 2]), 2 * (1 - Math.log(2)));
    expect(meanTweedieDeviance([1, 2], [2, 0])).toBe(2.5);
    expectClose(meanTweedieDeviance([1], [4], { power: 3 }), 9 / 4);
    // (t − p)²/(t·p²) is the inverse Gaussian's, and power −1's is t³/3 − t·p² + 2p³/3.
    expectClose(meanTweedieDeviance([2], [1], { power: -1 }), 2 * (1 / 6 - 2 + 8 / 3));
    expectClose(meanTweedieDeviance([2], [-1], { power: -1 }), 2 * (2 + 8 / 3));
    expectClose(meanTweedieDeviance([4], [0], { power: 1.5 }), 8);
    for (const power of [-1, 0, 1, 1.5, 2, 3]) expect(meanTweedieDeviance([3], [3], { power })).toBeCloseTo(0, 14);
    expect(meanTweedieDeviance([3, 1], [2, 1], { power: 1 })).toBe(meanPoissonDeviance([3, 1], [2, 1]));
    expect(meanTweedieDeviance([3, 1], [2, 1], { power: 2 })).toBe(meanGammaDeviance([3, 1], [2, 1]));
  });

  test("correlations", () => {
    // Differences from the means −1, 0, 1 and −1, 1, 0.
    expectClose(pearsonCorrelation([1, 2, 3], [1, 3, 2]), 0.5);
    expect(pearsonCorrelation([1, 2, 3], [-10, -20, -30])).toBe(-1);
  });

  test("Spearman takes ranks, ties their mean", () => {
    expect(spearmanCorrelation([1, 10, 100], [-3, 0, 1])).toBe(1);
    expect(spearmanCorrelation([3, 2, 1], [-3, 0, 1])).toBe(-1);
    expectClose(spearmanCorrelation([1, 1, 2], [1, 2, 3]), pearsonCorrelation([1.5, 1.5, 3], [1, 2, 3]));
  });

  test("concordance punishes a shift", () => {
    expect(concordanceCorrelation([1, 2, 3], [1, 2, 3])).toBe(1);
    expectClose(concordanceCorrelation([2, 3, 4], [1, 2, 3]), 2 / 3);
    expect(concordanceCorrelation([1, 1], [2, 2])).toBe(0);
  });
});

describe("undefined cases", () => {
  test("a constant target", () => {
    // 0.1 + 0.1 + 0.1 is not 0.3, yet a constant is one.
    const constant = [0.1, 0.1, 0.1];
    const worse = [0.1, 0.1, 0.2];
    for (const score of [r2Score, explainedVarianceScore, d2AbsoluteErrorScore, d2PinballScore, d2TweedieScore]) {
      expect(score(constant, constant)).toBe(1);
      expect(score(worse, constant)).toBe(0);
      expect(score(constant, constant, { forceFinite: false })).toBeNaN();
      expect(score(worse, constant, { forceFinite: false })).toBe(-Infinity);
    }
    expect(relativeSquaredError(worse, constant)).toBe(Infinity);
    expect(relativeSquaredError(constant, constant)).toBeNaN();
    expect(pearsonCorrelation(worse, constant)).toBeNaN();
    expect(spearmanCorrelation(constant, worse)).toBeNaN();
    expect(concordanceCorrelation(constant, constant)).toBeNaN();
  });

  test("a single row", () => {
    for (const score of [r2Score, d2AbsoluteErrorScore, d2PinballScore, d2TweedieScore]) {
      expect(score([1], [2])).toBeNaN();
      expect(score([1, 5], [2, 7], { sampleWeight: [1, 0] })).toBeNaN();
      expect(score([1], [2], { sampleWeight: [2] })).toBe(score([1, 1], [2, 2]));
    }
    expect(concordanceCorrelation([1], [1])).toBeNaN();
    expect(explainedVarianceScore([1], [2])).toBe(1);
  });

  test("zeros", () => {
    expect(weightedMeanAbsolutePercentageError([0, 0], [0, 0])).toBeNaN();
    expect(weightedMeanAbsolutePercentageError([1, 0], [0, 0])).toBe(Infinity);
    expect(d2TweedieScore([1, 1], [0, 0], { power: 1 })).toBe(0);
    expect(d2TweedieScore([1, 1], [0, 0], { power: 1.5 })).toBe(0);
    expect(d2TweedieScore([1, 1], [-1, 0], { power: -1 })).toBeNaN();
  });
});

const scores = {
  rootMeanSquaredError,
  meanSquaredLogError,
  rootMeanSquaredLogError,
  meanAbsolutePercentageError,
  symmetricMeanAbsolutePercentageError,
  weightedMeanAbsolutePercentageError,
  medianAbsoluteError,
  maxError,
  r2Score,
  relativeSquaredError,
  explainedVarianceScore,
  meanTweedieDeviance: (x: Reals, y: Labels, options: object) => meanTweedieDeviance(x, y, { power: 1.5, ...options }),
  meanPoissonDeviance,
  meanGammaDeviance,
  d2AbsoluteErrorScore,
  d2PinballScore: (x: Reals, y: Labels, options: object) => d2PinballScore(x, y, { quantile: 0.3, ...options }),
  d2TweedieScore: (x: Reals, y: Labels, options: object) => d2TweedieScore(x, y, { power: 2, ...options }),
  concordanceCorrelation,
  pearsonCorrelation,
  spearmanCorrelation,
};

describe.each(Object.entries(scores))("%s", (_, score) => {
  const x = [1, 2.5, 3, 0.5, 4, 2, 2];
  const y = [1.5, 2, 3.25, 1, 2.5, 1.5, 0.25];
  const sampleWeight = [2, 1, 0, 3, 1, 2, 1];

  test("whole weights are repetitions, weights of 0 absence", () => {
    const repeat = (values: number[]): number[] =>
      values.flatMap((value, i) => new Array<number>(sampleWeight[i]!).fill(value));
    expect(score(x, y, { sampleWeight })).toBeCloseTo(score(repeat(x), repeat(y), {}), 14);
  });

  test("the order of rows cannot be seen", () => {
    const turned = { sampleWeight: sampleWeight.toReversed() };
    expect(score(x.toReversed(), y.toReversed(), turned)).toBe(score(x, y, { sampleWeight }));
  });

  test("errors", () => {
    const cases: [() => unknown, object][] = [
      [() => score([1], [NaN], {}), { code: "nan", argument: "targets" }],
      [() => score([1, Infinity], [1, 1], {}), { code: "range", argument: "predictions", index: 1 }],
      [() => score([1, 2], [1], {}), { code: "shape", argument: "predictions" }],
      [() => score([], [], {}), { code: "empty", argument: "targets" }],
      [() => score([1], [1], { sampleWeight: [0] }), { code: "empty", argument: "targets" }],
      [() => score([1], [1], { sampleWeight: [1, 2] }), { code: "shape", argument: "sampleWeight" }],
      [() => score([1], [1], { weights: [1] } as object), { code: "option", argument: "weights" }],
    ];
    for (const [call, details] of cases) expect(call).toThrow(expect.objectContaining(details));
  });
});

test("arguments of their own", () => {
  const cases: [() => unknown, object][] = [
    [() => meanSquaredLogError([0, -1], [0, 0]), { code: "range", argument: "predictions", index: 1, value: -1 }],
    [() => meanTweedieDeviance([1], [1], { power: 0.5 }), { code: "option", argument: "power", value: 0.5 }],
    [() => meanPoissonDeviance([0], [1]), { code: "range", argument: "predictions" }],
    [() => meanPoissonDeviance([1], [-1]), { code: "range", argument: "targets" }],
    [() => meanGammaDeviance([1], [0]), { code: "range", argument: "targets" }],
    [() => d2PinballScore([1], [1], { quantile: 2 }), { code: "option", argument: "quantile" }],
    [() => r2Score([1], [1], { forceFinite: 1 as never }), { code: "option", argument: "forceFinite" }],
    [() => meanPoissonDeviance([1], [1], { power: 1 } as never), { code: "option", argument: "power" }],
  ];
  for (const [call, details] of cases) expect(call).toThrow(expect.objectContaining(details));
});

test("the mean squared and absolute errors are losses", () => {
  expect(Math.sqrt(mseLoss(p, t))).toBe(rootMeanSquaredError(p, t));
  expect(oracle.l1Loss(p, t)).toBe(0.5);
});
