import type { Backend, MultilabelConfusionMatrix } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { confusionMatrix, multilabelConfusionMatrix } from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame, expectSameNumbers } from "../support/bits.js";
import { DOUBLE, expectClose } from "../support/bounds.js";
import { repetitionRecipes } from "../support/draws.js";
import { complaintOf } from "../support/errors.js";
import { type MultilabelCase, multilabelCases, multilabelNumbers } from "../support/multilabel.js";
import { answers, ofAssay, pick, repetition, shuffled } from "../support/rows.js";

const matrixOf = ({ rows, options }: MultilabelCase): MultilabelConfusionMatrix =>
  ofAssay(rows, (backend, p, y, weights) => backend.multilabelConfusionMatrix(p, y, { ...options, ...weights }));

describe("multilabelConfusionMatrix agrees with the oracle", () => {
  test("in every count and all that follows from them", () => {
    fc.assert(
      fc.property(multilabelCases, ({ rows, options }) => {
        const { actual, expected } = answers(rows, (backend, p, y, weights) =>
          multilabelNumbers(backend.multilabelConfusionMatrix(p, y, { ...options, ...weights })),
        );
        expectSame(actual.exact, expected.exact, "matrix");
        // Sums and quotients of terms ≥ 0: rounding is all that there is.
        expectClose(actual.rounded, expected.rounded, DOUBLE, "matrix");
      }),
    );
  });

  test("in its report", () => {
    fc.assert(
      fc.property(multilabelCases, ({ rows, options }) => {
        const { actual, expected } = answers(rows, (backend, p, y, weights) => ({
          ...backend.multilabelConfusionMatrix(p, y, { ...options, ...weights }).report(),
        }));
        expectClose(actual, expected, DOUBLE, "report");
      }),
    );
  });

  test("in the counts of each row", () => {
    fc.assert(
      fc.property(
        multilabelCases,
        fc.constantFrom(undefined, "true", "pred", "all"),
        ({ rows, options }, normalize) => {
          const { actual, expected } = answers(rows, (backend, p, y) =>
            backend.multilabelConfusionMatrix.perSample(p, y, { ...options, ...(normalize && { normalize }) }),
          );
          expectSameNumbers(actual, expected, "rows");
        },
      ),
    );
  });
});

test("each label is a binary confusion matrix of its own", () => {
  fc.assert(
    fc.property(multilabelCases, ({ rows, options }) => {
      const { numLabels, topK, threshold, ...rest } = options;
      fc.pre(topK === undefined);
      const matrix = matrixOf({ rows, options });
      for (const label of [0, numLabels - 1]) {
        const isLeft = (row: number): boolean =>
          rows.targets.values[row * numLabels + label] !== options.ignoreIndex && rows.weight?.values[row] !== 0;
        if (!Array.from({ length: rows.count }, (_, row) => row).some(isLeft)) {
          expect(matrix.countsOf(label)).toEqual({ tp: 0, fp: 0, fn: 0, tn: 0 });
          continue;
        }
        const column = (values: (typeof rows.targets)["values"]) =>
          pick(
            values,
            1,
            Array.from({ length: rows.count }, (_, row) => row * numLabels + label),
          );
        const cut = typeof threshold === "object" ? threshold[label] : threshold;
        const one = confusionMatrix(column(rows.predictions.values) as Float64Array, column(rows.targets.values), {
          ...rest,
          ...(cut !== undefined && { threshold: cut }),
          ...(rows.weight && { sampleWeight: rows.weight.values as Float64Array }),
        });
        expectSame(matrix.countsOf(label), one.countsOf());
        const ofLabel = matrix.ofLabel(label);
        expectSame(ofLabel.counts, one.counts);
        expectSame([ofLabel.mcc(), ofLabel.cohenKappa(), ofLabel.f1()], [one.mcc(), one.cohenKappa(), one.f1()]);
        expect([ofLabel.binary, ofLabel.classNames]).toEqual([true, ["rest", matrix.labelNames[label]]]);
      }
    }),
  );
});

test("labels in another order have the same rows", () => {
  fc.assert(
    fc.property(multilabelCases, fc.nat(), ({ rows, options }, seed) => {
      const { numLabels, threshold } = options;
      // Of equal scores the first is taken, which depends on the order.
      fc.pre(options.topK === undefined);
      const order = shuffled(numLabels, seed);
      const elements = Array.from({ length: rows.count }, (_, row) => order.map((label) => row * numLabels + label));
      const reordered = (column: typeof rows.targets) => ({
        ...column,
        values: pick(column.values, 1, elements.flat()),
      });
      const given = { ...rows, predictions: reordered(rows.predictions), targets: reordered(rows.targets) };
      const cuts = typeof threshold === "object" && { threshold: order.map((label) => threshold[label]!) };
      const [a, b] = [
        matrixOf({ rows, options }),
        matrixOf({ rows: given as typeof rows, options: { ...options, ...cuts } }),
      ];
      for (const [i, label] of order.entries()) expectSame(b.countsOf(i), a.countsOf(label));
      expectSame(
        [b.exactMatch(), b.zeroOneLoss(), b.f1({ average: "samples" }), b.jaccard({ average: "samples" })],
        [a.exactMatch(), a.zeroOneLoss(), a.f1({ average: "samples" }), a.jaccard({ average: "samples" })],
      );
    }),
  );
});

test("whole weights count rows as often", () => {
  fc.assert(
    fc.property(multilabelCases, repetitionRecipes, ({ rows, options }, recipe) => {
      const { weighted, repeated } = repetition(rows, recipe);
      const [a, b] = [matrixOf({ rows: weighted, options }), matrixOf({ rows: repeated, options })];
      expectSameNumbers(a.counts, b.counts);
      expectSame([a.total, a.exactMatch(), a.hammingLoss()], [b.total, b.exactMatch(), b.hammingLoss()]);
      expectSame(a.f1({ average: "samples" }), b.f1({ average: "samples" }));
    }),
  );
});

test("counts of rows add up to those of labels", () => {
  fc.assert(
    fc.property(multilabelCases, (one) => {
      fc.pre(one.rows.weight === undefined);
      const perSample = ofAssay(one.rows, (backend, p, y) =>
        backend.multilabelConfusionMatrix.perSample(p, y, one.options),
      );
      const added = (counts: Float64Array): number[] =>
        [0, 1, 2, 3].map((kind) => counts.filter((_, i) => i % 4 === kind).reduce((sum, count) => sum + count, 0));
      expect(added(perSample)).toEqual(added(matrixOf(one).counts));
    }),
  );
});

test("a row of which nothing is left is none", () => {
  const [p, y, options] = [[1, 1, 1, 0], [-1, -1, 1, -1], { numLabels: 2, ignoreIndex: -1 }] as const;
  for (const { multilabelConfusionMatrix } of [assay, oracle]) {
    const matrix = multilabelConfusionMatrix(p, y, options);
    expect([matrix.total, matrix.exactMatch(), matrix.hammingLoss()]).toEqual([1, 1, 0]);
    expect(matrix.recall({ average: "samples" })).toBe(1);
    expect(Array.from(multilabelConfusionMatrix.perSample(p, y, options))).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
  }
});

describe("both backends complain alike of what is ignored", () => {
  const cases: Record<string, (backend: Backend) => unknown> = {
    "a label that is none": (b) => b.multilabelConfusionMatrix([0, 1], [-1, 2], { numLabels: 2, ignoreIndex: -1 }),
    "a prediction that is ignored": (b) =>
      b.multilabelConfusionMatrix([0, -1], [0, -1], { numLabels: 2, ignoreIndex: -1 }),
    "nothing left": (b) => b.multilabelConfusionMatrix([0, 1], [-1, -1], { numLabels: 2, ignoreIndex: -1 }),
    "no weight left": (b) =>
      b.multilabelConfusionMatrix([0, 1], [-1, 1], { numLabels: 1, ignoreIndex: -1, sampleWeight: [1, 0] }),
    "an index that is not whole": (b) => b.multilabelConfusionMatrix([0], [1], { numLabels: 1, ignoreIndex: 0.5 }),
    "an index that is no number": (b) =>
      b.multilabelConfusionMatrix([0], [1], { numLabels: 1, ignoreIndex: "1" as unknown as number }),
    "unknown shares": (b) =>
      b.multilabelConfusionMatrix([0], [1], { numLabels: 1 }).normalized("rows" as unknown as "true"),
    "unknown shares of rows": (b) =>
      b.multilabelConfusionMatrix.perSample([0], [1], { numLabels: 1, normalize: "rows" as unknown as "true" }),
  };

  test.each(Object.entries(cases))("%s", (_, call) => {
    const [actual, expected] = [assay, oracle].map((backend) => complaintOf(() => call(backend)));
    expect(expected).toBeDefined();
    expect(actual).toEqual(expected);
  });
});

describe("accumulators", () => {
  test("with other thresholds do not merge", () => {
    const make = (threshold: number | number[]) =>
      multilabelConfusionMatrix.accumulator({ numLabels: 2, from: "probabilities", threshold });
    const one = make([0.5, 0.25]);
    for (const other of [make([0.5, 0.5]), make(0.5), make([0.25, 0.5])]) {
      expect(complaintOf(() => one.merge(other))).toMatchObject({ code: "state", argument: "other" });
      expect(complaintOf(() => one.mergeBytes(other.toBytes()))).toMatchObject({ code: "state", argument: "bytes" });
      other.free();
    }
    one.free();
  });

  test("grow with the ways that rows come out, and are given back", () => {
    using stream = multilabelConfusionMatrix.accumulator({ numLabels: 40 });
    const before = stream.toBytes().length;
    const row = (ones: number): Uint8Array => Uint8Array.from({ length: 40 }, (_, label) => Number(label < ones));
    for (let ones = 0; ones <= 40; ones++) stream.update(row(ones), row(20));
    expect(stream.toBytes().length).toBe(before + 41 * 16);
    for (let ones = 0; ones <= 40; ones++) stream.update(row(ones), row(20));
    expect(stream.toBytes().length).toBe(before + 41 * 16);
    expect(stream.result().exactMatch()).toBe(1 / 41);
  });
});
