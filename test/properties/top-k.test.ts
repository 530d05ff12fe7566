import { confusionMatrix, topKAccuracy } from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type TopKCase, topKCases } from "../support/confusion.js";
import { repetitionRecipes } from "../support/draws.js";
import { complaintOf } from "../support/errors.js";
import { answers, ofAssay, repetition } from "../support/rows.js";

const topKOf = ({ rows, options }: TopKCase): number =>
  ofAssay(rows, (backend, p, y, weights) => backend.topKAccuracy(p, y, { ...options, ...weights }));

test("topKAccuracy agrees with the oracle to the last bit", () => {
  fc.assert(
    fc.property(topKCases, ({ rows, options }) => {
      const { actual, expected } = answers(rows, (backend, p, y, weights) =>
        backend.topKAccuracy(p, y, { ...options, ...weights }),
      );
      expect(actual).toBe(expected);
    }),
  );
});

test("it is the accuracy of the matrix that counts such rows as right", () => {
  fc.assert(
    fc.property(topKCases, ({ rows, options: { normalize: _, ...options } }) => {
      fc.pre(rows.weight === undefined);
      const { actual } = answers(rows, (backend, p, y) =>
        backend.confusionMatrix(p, y, { ...options, from: "logits" }),
      );
      expect(actual.accuracy()).toBe(topKOf({ rows, options }));
    }),
  );
});

test("more places can only add rows, and as many as there are classes are enough for all", () => {
  fc.assert(
    fc.property(topKCases, ({ rows, options }) => {
      const share = (topK: number): number => topKOf({ rows, options: { ...options, normalize: true, topK } });
      const shares = [1, 2, 3, options.numClasses].map(share);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      expect(share(options.numClasses)).toBe(1);
    }),
  );
});

test("whole weights are repetitions", () => {
  fc.assert(
    fc.property(topKCases, repetitionRecipes, ({ rows, options }, recipe) => {
      const { weighted, repeated } = repetition(rows, recipe);
      expect(topKOf({ rows: weighted, options })).toBe(topKOf({ rows: repeated, options }));
    }),
  );
});

test.each([0, 1])("an ignored row is never right, whatever it scores (ignoreIndex %i)", (ignoreIndex) => {
  const scores = Float32Array.of(1, 0, -Infinity, -Infinity, Infinity, Infinity);
  const targets = [1 - ignoreIndex, ignoreIndex, ignoreIndex];
  for (const topK of [2, 3]) {
    const options = { numClasses: 2, topK, ignoreIndex };
    expect(topKAccuracy(scores, targets, options)).toBe(1);
    expect(topKAccuracy(scores, targets, { ...options, normalize: false })).toBe(1);
    expect(confusionMatrix(scores, targets, { ...options, from: "logits" }).total).toBe(1);
  }
});

describe("options that are of no use are errors", () => {
  test.each([
    ["topK of binary scores", { from: "probabilities", topK: 1 }, "topK"],
    ["ties of binary scores", { from: "probabilities", ties: "last" }, "ties"],
    ["topK of labels", { numClasses: 2, topK: 1 }, "topK"],
    ["a topK of 0", { numClasses: 2, from: "probabilities", topK: 0 }, "topK"],
  ] as const)("%s", (_, options, argument) => {
    const call = (): unknown => confusionMatrix([0, 1], [0, 1], options);
    expect(complaintOf(call)).toMatchObject({ code: "option", argument });
  });
});
