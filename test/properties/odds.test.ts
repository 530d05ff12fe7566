import type { Backend, RankingOptions } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DOUBLE, expectAllWithin } from "../support/bounds.js";
import { columnOf } from "../support/columns.js";
import { type Draw, logitDraws } from "../support/draws.js";
import { complaintOf } from "../support/errors.js";
import { answers, type Ingredients, ingredients, labelledRows, labelsOf, type Rows } from "../support/rows.js";

const backends = [assay, oracle] as Backend[];

/** Logits that hardly ever tie. */
const anyLogits = ingredients(fc.integer({ min: 1, max: 40 }), fc.constantFrom<Draw>([-3, 3], [-20, 20], [0, 9]));

function rowsOf(from: Ingredients, numClasses: number): Rows {
  const rows = labelledRows(from, numClasses, numClasses);
  return { ...rows, targets: columnOf(from.labelForm, labelsOf(from.labels, rows.count, numClasses)) };
}

/** The logarithm of the odds of a class: from sums of positive numbers alone. */
function logOdds(row: ArrayLike<number>, own: number): number {
  let others = 0;
  for (let c = 0; c < row.length; c++) if (c !== own) others += Math.exp(row[c]! - row[own]!);
  return -Math.log(others);
}

/** Whether no two scores are so near each other that rounding decides which is above. */
function areApart({ columns, predictions: { values } }: Rows): boolean {
  const odds = Float64Array.from(values, (_, i) => {
    const start = i - (i % columns);
    return logOdds(values.subarray(start, start + columns), i - start);
  }).sort();
  return odds.every((x, i) => i === 0 || x - odds[i - 1]! > 4e-6 * Math.max(1, Math.abs(x)));
}

const options = fc.oneof(
  fc.record({ average: fc.constantFrom("micro", "macro", "weighted", "none"), multiclass: fc.constant("ovr") }),
  fc.record({ average: fc.constantFrom("macro", "weighted"), multiclass: fc.constant("ovo") }),
) as fc.Arbitrary<Pick<RankingOptions, "average" | "multiclass">>;

const numbers = (value: unknown): ArrayLike<number> => (typeof value === "number" ? [value] : (value as Float64Array));

describe("logits of several classes", () => {
  test("are ranked by their softmax probabilities, as the oracle ranks them", () => {
    fc.assert(
      fc.property(anyLogits, fc.integer({ min: 2, max: 6 }), options, (from, numClasses, own) => {
        const rows = rowsOf(from, numClasses);
        fc.pre(areApart(rows));
        const { average } = own;
        const roc = answers(rows, (backend, x, y, weights) =>
          backend.rocAuc(x, y, { ...own, ...weights, numClasses, from: "logits" } as { average: "macro" }),
        );
        expectAllWithin(numbers(roc.actual), numbers(roc.expected), () => DOUBLE);
        if (own.multiclass === "ovo") return;
        const precision = answers(rows, (backend, x, y, weights) =>
          backend.averagePrecision(x, y, { average: average as "macro", ...weights, numClasses, from: "logits" }),
        );
        expectAllWithin(numbers(precision.actual), numbers(precision.expected), () => DOUBLE);
      }),
    );
  });

  test("have the areas of their odds", () => {
    fc.assert(
      fc.property(anyLogits, fc.integer({ min: 2, max: 6 }), (from, numClasses) => {
        const rows = rowsOf(from, numClasses);
        fc.pre(areApart(rows));
        const { values } = rows.predictions;
        const odds = Float64Array.from(values, (_, i) => {
          const start = i - (i % numClasses);
          return logOdds(values.subarray(start, start + numClasses), i - start);
        });
        for (const backend of backends) {
          const one = { numClasses, average: "none" } as const;
          const labels = rows.targets.values;
          const actual = backend.rocAuc(values as Float64Array, labels, { ...one, from: "logits" });
          expectAllWithin(actual, backend.rocAuc(odds, labels, one), () => DOUBLE);
        }
      }),
    );
  });

  test("of two are ranked alike by both", () => {
    const pair = fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true }));
    const few = fc.constantFrom(0.1, 0.2, 0.3, 0.4, 1e300, -1e300, Infinity, -Infinity);
    const row = fc.oneof(pair, fc.tuple(few, few));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(row, fc.nat(1)), { minLength: 1, maxLength: 30 }),
        fc.boolean(),
        (rows, isSingle) => {
          const [logits, labels] = [rows.flatMap(([row]) => row), rows.map(([, label]) => label)];
          for (const backend of backends) {
            const options = { numClasses: 2, from: "logits", average: "none" } as const;
            const x = isSingle ? Float32Array.from(logits) : logits;
            const [first, second] = backend.rocAuc(x, labels, options);
            expect(first).toBe(second);
          }
        },
      ),
    );
    // Differences that are told apart, though their exponentials have the same softmax.
    for (const backend of backends) {
      const areas = backend.rocAuc([0.1, 0.2, 0.3, 0.4], [1, 0], { numClasses: 2, from: "logits", average: "none" });
      expect([...areas]).toEqual([0, 0]);
    }
  });

  test("may be infinite: the limit", () => {
    // Odds of class 0: ∞, 1, 1 and 0.
    const logits = [Infinity, 0, 1, 1, Infinity, Infinity, -Infinity, 3];
    const one = { numClasses: 2, average: "none", from: "logits" } as const;
    for (const backend of backends) {
      expect(backend.rocAuc(logits, [0, 1, 1, 1], one)[0]).toBe(1);
      expect(backend.rocAuc(logits, [1, 0, 1, 1], one)[0]).toBe(0.5);
      expect(backend.rocAuc(logits, [1, 1, 1, 0], one)[0]).toBe(0);
    }
  });

  test("are told apart where their probabilities are all rounded to 1", () => {
    const margins = [18, 25, 33, 60];
    const logits = Float32Array.from(margins.flatMap((margin) => [margin, 0, 0]));
    for (const backend of backends) {
      const area = backend.rocAuc(logits, [1, 1, 0, 0], { numClasses: 3, average: "none", from: "logits" });
      expect(area[0]).toBe(1);
    }
  });

  test("are told for NaN, the first in the order of rows", () => {
    for (const index of [0, 4, 3 * 9000 + 1]) {
      const logits = new Float32Array(3 * 10_000);
      logits[index] = Number.NaN;
      logits[index + 3] = Number.NaN;
      const labels = new Uint8Array(10_000);
      for (const backend of backends) {
        const ask = () => backend.rocAuc(logits, labels, { numClasses: 3, from: "logits" });
        expect(complaintOf(ask)).toMatchObject({ code: "nan", argument: "scores", index });
      }
    }
  });
});

test("logits of one column, or of one for each label, are ranked as they are", () => {
  fc.assert(
    fc.property(
      ingredients(fc.integer({ min: 1, max: 30 }), logitDraws),
      fc.integer({ min: 1, max: 4 }),
      (from, numLabels) => {
        const rows = labelledRows(from, numLabels, 2);
        const targets = columnOf(from.labelForm, labelsOf(from.labels, rows.count * numLabels, 2));
        const [x, y] = [rows.predictions.values as Float64Array, targets.values];
        for (const backend of backends) {
          for (const area of [backend.rocAuc, backend.averagePrecision]) {
            expect(area(x, y, { from: "logits" })).toBe(area(x, y));
            expect(area(x, y, { numLabels, from: "logits" })).toBe(area(x, y, { numLabels, from: "scores" }));
          }
        }
      },
    ),
  );
});

test("where scores come from is one of two words", () => {
  for (const backend of backends) {
    for (const more of [{}, { numClasses: 2 }, { numLabels: 1 }]) {
      const ask = () => backend.averagePrecision([1, 2], [0, 1], { ...more, from: "probabilities" as "scores" });
      expect(complaintOf(ask)).toMatchObject({ code: "option", argument: "from", value: "probabilities" });
    }
  }
});
