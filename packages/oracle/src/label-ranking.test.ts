import { describe, expect, test } from "vitest";
import {
  AssayRangeError,
  AssayTypeError,
  coverageError,
  dcg,
  labelRankingAveragePrecision,
  labelRankingLoss,
  ndcg,
} from "./index.js";
import { expectAllClose, expectClose } from "./testing.js";

// The example of scikit-learn's user guide.
const targets = [1, 0, 0, 0, 0, 1];
const scores = [0.75, 0.5, 1, 1, 0.2, 0.1];
const three = { numLabels: 3 };

describe("true and false labels", () => {
  test("the example of scikit-learn's user guide", () => {
    expect(coverageError(scores, targets, three)).toBe(2.5);
    expectClose(labelRankingAveragePrecision(scores, targets, three), 0.41666666666666663);
    expect(labelRankingLoss(scores, targets, three)).toBe(0.75);
    expect(labelRankingLoss([1, 0.1, 0.2, 0.1, 0.2, 0.9], targets, three)).toBe(0);
  });

  test("labels of equal score are above each other", () => {
    const [tied, some] = [
      [0.5, 0.5, 0.5, 0.1],
      [1, 0, 1, 0],
    ];
    const four = { numLabels: 4 };
    expect(coverageError(tied, some, four)).toBe(3);
    expectClose(labelRankingAveragePrecision(tied, some, four), 2 / 3);
    expect(labelRankingLoss(tied, some, four)).toBe(0.5);
    expect(labelRankingLoss([-0, 0], [1, 0], { numLabels: 2 })).toBe(1);
  });

  test("rows without true labels, and with nothing else", () => {
    const rows = [
      [0, 0, 0],
      [1, 1, 1],
    ].flat();
    const each = { ...three, reduction: "none" } as const;
    const infinite = [Infinity, 1, 2, -Infinity, 5, 6];
    expect([...coverageError(infinite, rows, each)]).toEqual([0, 3]);
    expect([...labelRankingAveragePrecision(infinite, rows, each)]).toEqual([1, 1]);
    expect([...labelRankingLoss(infinite, rows, each)]).toEqual([0, 0]);
  });

  test("reductions and weights", () => {
    const all = [
      [...scores, 1, 2, 3],
      [...targets, 0, 1, 0],
    ] as const;
    const sampleWeight = [2, 0, 3];
    expect(coverageError(...all, { ...three, sampleWeight })).toBe(2);
    expect(coverageError(...all, { ...three, sampleWeight, reduction: "sum" })).toBe(10);
    expect([...coverageError(...all, { ...three, sampleWeight, reduction: "none" })]).toEqual([4, 0, 6]);
    const parts = coverageError.accumulator({ ...three, weighted: true });
    parts.update(scores, targets, { sampleWeight: [2, 0] }).update([1, 2, 3], [0, 1, 0], { sampleWeight: [3] });
    expect(parts.result()).toBe(2);
    expect(parts.reset().result()).toBeNaN();
  });
});

describe("cumulative gains", () => {
  // The example of scikit-learn's documentation of ndcg_score, and its values.
  const relevances = [10, 0, 0, 1, 5];
  const ranking = [0.1, 0.2, 0.3, 4, 70];
  const five = { numLabels: 5 };

  test("the example of scikit-learn's documentation", () => {
    expectClose(dcg(ranking, relevances, five), 9.499457825916874);
    expectClose(ndcg(ranking, relevances, five), 0.6956940443813076);
    expectClose(ndcg([0.05, 1.1, 1, 0.5, 0], relevances, five), 0.493680191377376);
    expectClose(ndcg([0.05, 1.1, 1, 0.5, 0], relevances, { ...five, k: 4 }), 0.3520241100634488);
    const tied = [1, 0, 0, 0, 1];
    expectClose(ndcg(tied, relevances, { ...five, k: 1 }), 0.75);
    expect(ndcg(tied, relevances, { ...five, k: 1, ties: "last" })).toBe(0.5);
    expect(ndcg(tied, relevances, { ...five, k: 1, ties: "first" })).toBe(1);
  });

  test("ranks beyond k and labels that are not relevant gain nothing", () => {
    expect(dcg([3, 2, 1], [0, 0, 8], { ...three, k: 2 })).toBe(0);
    expect(dcg([3, 2, 1], [0, 0, 8], { ...three, k: 9 })).toBe(4);
    expect([...ndcg([1, 2, 3, 1, 2, 3], [0, 0, 0, 0, 0, 1], { ...three, reduction: "none" })]).toEqual([0, 1]);
  });

  test("exponential gains", () => {
    const options = { ...three, gains: "exponential" } as const;
    expectClose(dcg([3, 2, 1], [1, 3, 2], options), 1 + 7 / Math.log2(3) + 3 / 2);
    expectClose(ndcg([3, 2, 1], [1, 0, 3], options), (1 + 3.5) / (7 + 1 / Math.log2(3)));
    expectClose(dcg([0], [1e-20], { numLabels: 1, gains: "exponential" }), 1e-20 * Math.LN2);
    expect(dcg([0], [-1], { numLabels: 1, gains: "exponential" })).toBe(-0.5);
  });

  test("gains of any size", () => {
    const big = [1.7e308, 1.7e308, 1.7e308];
    expectClose(ndcg([1, 2, 3], [1.7e308, 0, 1.7e308], three), 1.5 / (1 + 1 / Math.log2(3)));
    expect(ndcg([1, 2, 3], big, three)).toBe(1);
    expect(dcg([1, 2, 3], big, three)).toBe(Infinity);
    expect(dcg([3, 2, 1], [-1, 0, 1], three)).toBe(-0.5);
    expect(ndcg([1, 1], [5e-324, 5e-324], { numLabels: 2 })).toBe(1);
    expectAllClose(ndcg([1, 1, 2, 2], [3, 3, 3, 3], { numLabels: 2, reduction: "none" }), [1, 1]);
  });
});

describe("errors say what, where and what was expected", () => {
  const cases: [string, () => unknown, object][] = [
    ["NaN", () => coverageError([1, NaN], [0, 1], { numLabels: 2 }), { code: "nan", argument: "scores", index: 1 }],
    ["a label", () => labelRankingLoss([1, 2], [0, 2], { numLabels: 2 }), { code: "label", index: 1, value: 2 }],
    ["below 0", () => ndcg([1, 2], [-1, 2], { numLabels: 2 }), { code: "range", argument: "targets", index: 0 }],
    ["infinite", () => dcg([1, 2], [1, Infinity], { numLabels: 2 }), { code: "range", argument: "targets", index: 1 }],
    [
      "an infinite gain",
      () => dcg([1], [1024], { numLabels: 1, gains: "exponential" }),
      { code: "range", argument: "targets", index: 0, value: 1024 },
    ],
    ["rows", () => dcg([1, 2, 3], [1, 2, 3], { numLabels: 2 }), { code: "shape", argument: "targets", value: 3 }],
    ["lengths", () => ndcg([1, 2, 3], [1, 2], { numLabels: 2 }), { code: "shape", argument: "scores", value: 3 }],
    ["no rows", () => ndcg([], [], { numLabels: 2 }), { code: "empty", argument: "targets" }],
    ["no weight", () => dcg([1], [1], { numLabels: 1, sampleWeight: [0] }), { code: "empty", argument: "targets" }],
    ["no ranks", () => dcg([1], [1], { numLabels: 1, k: 0 }), { code: "option", argument: "k", value: 0 }],
    ["no labels", () => dcg([1], [1], { numLabels: 0 }), { code: "option", argument: "numLabels", value: 0 }],
    [
      "a stream of rows",
      () => dcg.accumulator({ numLabels: 2, reduction: "none" }),
      { code: "option", argument: "reduction" },
    ],
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(AssayRangeError);
    expect(call).toThrow(expect.objectContaining(details));
  });

  test("an option that does not exist", () => {
    // @ts-expect-error
    expect(() => coverageError([1], [1], { numLabels: 1, k: 2 })).toThrow(AssayTypeError);
    // @ts-expect-error
    expect(() => coverageError([1], [1])).toThrow(expect.objectContaining({ argument: "numLabels" }));
  });
});
