import type { ConfusionMatrix } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame, expectSameNumbers } from "../support/bits.js";
import { DOUBLE, expectClose } from "../support/bounds.js";
import { type ConfusionCase, confusionCases, confusionNumbers } from "../support/confusion.js";
import { repetitionRecipes } from "../support/draws.js";
import { complaintOf } from "../support/errors.js";
import { hash } from "../support/random.js";
import { answers, ofAssay, repetition, shuffled } from "../support/rows.js";

const { confusionMatrix } = assay;

const matrixOf = ({ rows, options }: ConfusionCase): ConfusionMatrix =>
  ofAssay(rows, (backend, p, y, weights) => backend.confusionMatrix(p, y, { ...options, ...weights }));

describe("confusionMatrix agrees with the oracle", () => {
  test("in every cell and all that follows from them", () => {
    fc.assert(
      fc.property(confusionCases, ({ rows, options }) => {
        const { actual, expected } = answers(rows, (backend, p, y, weights) =>
          confusionNumbers(backend.confusionMatrix(p, y, { ...options, ...weights })),
        );
        expectSame(actual.exact, expected.exact, "matrix");
        // Without weights counts are whole, so that only sums of quotients are rounded.
        if (rows.weight === undefined) {
          for (const exact of ["total", "accuracy", "support", "normalized", "counts"]) {
            expectSame(actual.rounded[exact], expected.rounded[exact], exact);
          }
        }
        // Sums and quotients of terms ≥ 0: rounding is all that there is.
        expectClose(actual.rounded, expected.rounded, DOUBLE, "matrix");
      }),
    );
  });

  test("in its report", () => {
    fc.assert(
      fc.property(confusionCases, fc.constantFrom("skip", "count"), ({ rows, options }, absentClasses) => {
        const { actual, expected } = answers(rows, (backend, p, y, weights) => {
          const report = backend.confusionMatrix(p, y, { ...options, ...weights }).report({ absentClasses });
          return { ...report };
        });
        expectClose(actual, expected, DOUBLE, "report");
      }),
    );
  });

  test("in the matrix of some classes", () => {
    fc.assert(
      fc.property(confusionCases, fc.nat(), ({ rows, options }, seed) => {
        const { actual, expected } = answers(rows, (backend, p, y, weights) => {
          const matrix = backend.confusionMatrix(p, y, { ...options, ...weights });
          const some = shuffled(matrix.numClasses, seed).slice(0, 1 + (hash(seed, 0) % matrix.numClasses));
          const { counts, classNames, numClasses } = matrix.select(some);
          return { counts, classNames, numClasses };
        });
        expectSame(actual, expected, "selected");
      }),
    );
  });
});

test("names of classes given another order permute rows and columns", () => {
  const labels = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(labels, fc.nat(), (pairs, seed) => {
      const order = shuffled(5, seed);
      const [predicted, targets] = [pairs.map(([p]) => p), pairs.map(([, y]) => y)];
      const matrix = confusionMatrix(predicted, targets, { numClasses: 5 });
      const rename = (labels: number[]): number[] => labels.map((label) => order[label]!);
      const renamed = confusionMatrix(rename(predicted), rename(targets), { numClasses: 5 });
      expectSameNumbers(renamed.select(order).counts, matrix.counts, "cells");
      for (let k = 0; k < 5; k++) expectSame(renamed.countsOf(order[k]), matrix.countsOf(k), `class ${k}`);
    }),
  );
});

test("targets and predictions given the other way round transpose the matrix", () => {
  const labels = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(labels, (pairs) => {
      const [predicted, targets] = [pairs.map(([p]) => p), pairs.map(([, y]) => y)];
      const matrix = confusionMatrix(predicted, targets, { numClasses: 4 });
      const transposed = confusionMatrix(targets, predicted, { numClasses: 4 });
      for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) expect(transposed.at(i, j)).toBe(matrix.at(j, i));
      expectSame(transposed.precision({ average: "none" }), matrix.recall({ average: "none" }));
    }),
  );
});

test("whole weights count rows as often", () => {
  fc.assert(
    fc.property(confusionCases, repetitionRecipes, ({ rows, options }, recipe) => {
      const { weighted, repeated } = repetition(rows, recipe);
      expectSameNumbers(matrixOf({ rows: weighted, options }).counts, matrixOf({ rows: repeated, options }).counts);
    }),
  );
});

test("no row is lost: the cells add up to the rows that are kept", () => {
  fc.assert(
    fc.property(confusionCases, (one) => {
      fc.pre(one.rows.weight === undefined);
      const { ignoreIndex } = one.options;
      const kept = Array.from(one.rows.targets.values).filter((y) => y !== ignoreIndex).length;
      expect(matrixOf(one).total).toBe(kept);
    }),
  );
});

test("a strict threshold of +∞ has nothing above it", () => {
  for (const T of [Float32Array, Float64Array]) {
    const options = { from: "logits", threshold: Infinity } as const;
    const scores = T.of(Infinity, 1);
    expect(confusionMatrix(scores, [1, 1], { ...options, strict: true }).countsOf()).toMatchObject({ tp: 0, fn: 2 });
    expect(confusionMatrix(scores, [1, 1], options).countsOf()).toMatchObject({ tp: 1, fn: 1 });
  }
});

test.each([-100, -2, 5, 255])("with ignoreIndex %i a label of −1 is wrong all the same", (ignoreIndex) => {
  for (const targets of [[0, -1], Int32Array.of(0, -1), Float32Array.of(0, -1)]) {
    const call = (): unknown => confusionMatrix([0, 1], targets, { numClasses: 2, ignoreIndex });
    expect(complaintOf(call)).toMatchObject({ code: "label", argument: "targets", index: 1, value: -1 });
  }
});

test("what is ignored may be one of the listed classes", () => {
  const kept = [2, 0, 0, 0, 0, 0, 0, 0, 1];
  for (const { confusionMatrix, mcnemar } of [assay, oracle]) {
    const options = { classes: [10, 20, 30], ignoreIndex: 20 };
    const [predicted, targets] = [
      [10, 20, 30, 10],
      [10, 20, 30, 10],
    ];
    expectSame(confusionMatrix(predicted, targets, options).counts, Float64Array.from(kept));
    const stream = confusionMatrix.accumulator(options).update(predicted, targets);
    expectSame(stream.result().counts, Float64Array.from(kept));
    const positive = { positiveClass: 1, ignoreIndex: 0 } as const;
    expect(confusionMatrix([1, 0, 0], [1, 1, 0], positive).countsOf()).toEqual({ tp: 1, fp: 0, fn: 1, tn: 0 });
    const scores = { from: "probabilities", classes: [10, 20], ignoreIndex: 20 } as const;
    expect(confusionMatrix([0.9, 0.1, 0.2, 0.8], [10, 20], scores).total).toBe(1);
    const [a, b, t] = [
      [10, 20, 20, 10],
      [20, 20, 10, 10],
      [10, 20, 20, 20],
    ];
    expect(mcnemar(a!, b!, t!, { classes: [10, 20], ignoreIndex: 20 })).toMatchObject({ b: 1, c: 0, pValue: 1 });
  }
});

test("thresholds of labels may be in a typed array, as they are found", () => {
  for (const { multilabelConfusionMatrix } of [assay, oracle]) {
    const [scores, targets] = [
      [0.3, 0.6, 0.9, 0.2],
      [1, 0, 1, 0],
    ];
    const at = (threshold: readonly number[] | Float64Array): Float64Array =>
      multilabelConfusionMatrix(scores, targets, { numLabels: 2, from: "probabilities", threshold }).counts;
    expectSame(at(Float64Array.of(0.25, 0.7)), at([0.25, 0.7]));
  }
});
