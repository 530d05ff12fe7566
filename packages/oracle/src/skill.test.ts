import { describe, expect, test } from "vitest";
import {
  brierScore,
  brierSkillScore,
  d2BrierScore,
  d2LogLossScore,
  logLoss,
  logLossSkillScore,
  relativeImprovement,
} from "./index.js";
import { expectClose } from "./testing.js";

describe("skill against the class frequencies", () => {
  const p = [0.25, 0.5, 0.75, 1];
  const y = [0, 0, 1, 1];

  test("two classes", () => {
    // Half of the labels are 1, so the frequencies cost ¼ and ln 2.
    expectClose(d2BrierScore(p, y), 1 - (1 / 16 + 1 / 4 + 1 / 16) / 4 / 0.25);
    expectClose(d2LogLossScore([0.25, 0.5, 0.75, 0.75], y), 1 - (3 * Math.log(4 / 3) + Math.LN2) / 4 / Math.LN2);
    expect(d2BrierScore([0.5, 0.5], [0, 1])).toBe(0);
    expect(d2BrierScore(y, y)).toBe(1);
    expect(d2BrierScore([1, 0], [0, 1])).toBe(-3);
  });

  test("several classes, of which one is absent", () => {
    const rows = [0.5, 0.5, 0, 0.25, 0.5, 0.25];
    // Frequencies ½ ½ 0, whose Brier score is ½ and whose log loss is ln 2.
    expectClose(d2BrierScore(rows, [0, 1], { numClasses: 3 }), 1 - (0.5 + 0.375) / 2 / 0.5);
    expect(d2LogLossScore(rows, [0, 1], { numClasses: 3 })).toBe(0);
  });

  test("weights count in the frequencies", () => {
    const twice = { sampleWeight: [1, 1, 2, 0] };
    const same = [
      [0.25, 0.5, 0.75, 0.75],
      [0, 0, 1, 1],
    ] as const;
    expect(d2BrierScore(p, y, twice)).toBe(d2BrierScore(...same));
    expectClose(d2LogLossScore(p, y, twice), d2LogLossScore(...same));
  });

  test("one class alone is predicted perfectly by its frequency", () => {
    expect(d2LogLossScore([0.5], [1])).toBeNaN();
    expect(d2BrierScore([0.5, 0.5], [0, 0], { undefinedValue: 0 })).toBe(0);
    expect(d2BrierScore([0.5, 0.5], [0, 1], { sampleWeight: [1, 0], undefinedValue: 7 })).toBe(7);
  });

  test("errors are those of the loss", () => {
    for (const [score, loss] of [
      [d2LogLossScore, logLoss],
      [d2BrierScore, brierScore],
    ] as const) {
      for (const bad of [[1.5], [], [0.5, 0.5], null] as unknown as number[][]) {
        expect(messageOf(() => score(bad, [1]))).toBe(messageOf(() => loss(bad, [1])));
      }
      const wrong = { undefinedValue: "0" as unknown as number };
      expect(() => score(p, y, wrong)).toThrow(expect.objectContaining({ argument: "undefinedValue" }));
      // @ts-expect-error
      expect(() => score(p, y, { reduction: "sum" })).toThrow(expect.objectContaining({ argument: "reduction" }));
    }
  });
});

test("relative improvement", () => {
  expect(relativeImprovement(0.5, 0.75)).toBe(0.5);
  expect(relativeImprovement(-2, -1)).toBe(-0.5);
  expect(relativeImprovement(0, 1)).toBe(Infinity);
  expect(relativeImprovement(0, 0)).toBeNaN();
  expect(() => relativeImprovement("1" as unknown as number, 2)).toThrow(
    expect.objectContaining({ argument: "before" }),
  );
});

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("no error");
}

describe("skill against a reference", () => {
  const [p, y] = [
    [0.25, 0.5, 0.75, 1],
    [0, 0, 1, 1],
  ];

  test("of each row, of each class, or none", () => {
    expectClose(brierSkillScore(p!, y!, { reference: [0.5, 0.5, 0.5, 0.5] }), 1 - 0.375 / 4 / 0.25);
    expectClose(brierSkillScore(p!, y!, { reference: 0.25 }), 1 - 0.375 / ((2 * 1) / 16 + (2 * 9) / 16));
    expect(brierSkillScore(p!, y!)).toBe(d2BrierScore(p!, y!));
    const rows = [0.5, 0.5, 0, 0.25, 0.5, 0.25];
    const reference = [0.2, 0.7, 0.1];
    const both = -(Math.log(0.2) + Math.log(0.7));
    expectClose(logLossSkillScore(rows, [0, 1], { numClasses: 3, reference }), 1 - (2 * Math.LN2) / both);
  });

  test("a reference that costs nothing", () => {
    expect(brierSkillScore(p!, y!, { reference: y! })).toBeNaN();
    expect(brierSkillScore(p!, y!, { reference: y!, undefinedValue: 0 })).toBe(0);
  });
});
