import type { Backend } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSameNumbers } from "../support/bits.js";
import { DOUBLE, expectAllWithin, expectWithin } from "../support/bounds.js";
import type { Elements } from "../support/columns.js";
import { repetitionRecipes } from "../support/draws.js";
import { complaintOf } from "../support/errors.js";
import {
  type LabelRankingCase,
  labelRankingCases,
  labelRankingNames,
  labelRankingOf,
  withValues,
} from "../support/label-ranking.js";
import { answers, ofAssay, ofOracle, pick, type Rows, repetition, shuffled, takeRows } from "../support/rows.js";

const unweighted = (rows: Rows): Rows => ({ ...rows, weight: undefined });

/** What each row is worth. */
function eachRow({ name, options }: LabelRankingCase, rows: Rows): Float64Array {
  return ofAssay(rows, (backend, x, y, weights) =>
    labelRankingOf(backend, name)(x, y, { ...options, ...weights, reduction: "none" }),
  );
}

/** Σ of the absolute terms of each row, or more: the value itself where there are no terms below 0. */
function termsOf({ name, options }: LabelRankingCase, rows: Rows): Float64Array {
  const positive = withValues(rows, { targets: Float64Array.from(rows.targets.values, Math.abs) });
  return ofOracle(positive, (backend, x, y, weights) =>
    labelRankingOf(backend, name)(x, y, { ...options, ...weights, reduction: "none" }),
  );
}

/** Relevant labels of a row. */
function positivesOf({ columns, targets }: Rows, row: number): number {
  const { values } = targets;
  return Array.from(values.subarray(row * columns, (row + 1) * columns)).filter((target) => target > 0).length;
}

/** The columns of every row in the order of the indices. */
function moveColumns(values: Elements, numLabels: number, order: readonly number[]): Elements {
  const rows = Array.from({ length: values.length / numLabels }, (_, row) => row);
  return pick(
    values,
    1,
    rows.flatMap((row) => order.map((column) => row * numLabels + column)),
  );
}

describe.each(labelRankingNames)("%s", (name) => {
  const cases = labelRankingCases[name];

  test("agrees with the oracle, in every row and over all rows", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom("mean", "sum"), (one, reduction) => {
        const { rows, options } = one;
        const each = answers(rows, (backend, x, y, weights) =>
          labelRankingOf(backend, name)(x, y, { ...options, ...weights, reduction: "none" }),
        );
        const terms = termsOf(one, rows);
        expectAllWithin(each.actual, each.expected, (i) => DOUBLE * terms[i]!);
        const { actual, expected } = answers(rows, (backend, x, y, weights) =>
          labelRankingOf(backend, name)(x, y, { ...options, ...weights, reduction }),
        );
        const share =
          reduction === "sum"
            ? 1
            : 1 / (rows.weight === undefined ? rows.count : Array.from(rows.weight.values).reduce((a, b) => a + b, 0));
        expectWithin(actual, expected, DOUBLE * terms.reduce((a, b) => a + b, 0) * share, reduction);
      }),
    );
  });

  test("is best where the scores are the targets", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const rows = unweighted(one.rows);
        const best = withValues(rows, { predictions: Float64Array.from(rows.targets.values) });
        const [actual, terms] = [eachRow(one, rows), termsOf(one, best)];
        eachRow(one, best).forEach((value, row) => {
          const positive = positivesOf(rows, row);
          if (name === "coverageError") expect(value).toBe(positive);
          if (name === "labelRankingAveragePrecision") expect(value).toBe(1);
          if (name === "labelRankingLoss") expect(value).toBe(0);
          if (name === "dcg") expect(value).toBeGreaterThanOrEqual(actual[row]! - DOUBLE * terms[row]!);
          if (name === "ndcg") expectWithin(value, Math.min(1, positive), DOUBLE);
        });
      }),
    );
  });

  test("looks at nothing of the scores but their order", () => {
    fc.assert(
      fc.property(cases, (one) => {
        // Exact, except where a number would pass the largest.
        const steeper = one.rows.predictions.values.map((x: number) => (x < 0 ? 8 * x : 2 * x));
        const moved = withValues(one.rows, { predictions: steeper });
        expectSameNumbers(eachRow(one, moved), eachRow(one, one.rows));
      }),
    );
  });

  test("gives each row what it has alone, whatever the order of its columns", () => {
    fc.assert(
      fc.property(cases, fc.nat(), (one, seed) => {
        const { numLabels, ties } = one.options;
        const all = eachRow(one, one.rows);
        const row = seed % one.rows.count;
        const alone = eachRow(one, unweighted(takeRows(one.rows, [row])))[0]!;
        // A weight of 0 leaves no sign.
        expect(alone * (one.rows.weight?.values[row] ?? 1) + 0).toBe(all[row]);
        if (ties === "first" || ties === "last") return;
        const order = shuffled(numLabels, seed);
        const moved = withValues(one.rows, {
          predictions: moveColumns(one.rows.predictions.values, numLabels, order),
          targets: moveColumns(one.rows.targets.values, numLabels, order),
        });
        expectSameNumbers(eachRow(one, moved), all);
      }),
    );
  });

  test("takes whole weights for repetitions", () => {
    fc.assert(
      fc.property(cases, repetitionRecipes, (one, recipe) => {
        const { weighted, repeated } = repetition(one.rows, recipe);
        const [actual, expected] = [weighted, repeated].map((rows) =>
          ofAssay(rows, (backend, x, y, weights) =>
            labelRankingOf(backend, name)(x, y, { ...one.options, ...weights }),
          ),
        );
        // A product with a weight rounds.
        const terms = termsOf(one, unweighted(repeated));
        const largest = terms.reduce((a, b) => Math.max(a, b), 0);
        expectWithin(actual!, expected!, 2 ** -51 * largest);
      }),
    );
  });
});

test.each(labelRankingNames.filter((name) => name !== "dcg"))("%s stays within its bounds", (name) => {
  fc.assert(
    fc.property(labelRankingCases[name], (one) => {
      const rows = unweighted(one.rows);
      const { numLabels } = one.options;
      eachRow(one, rows).forEach((value, row) => {
        const positive = positivesOf(rows, row);
        const isCoverage = name === "coverageError";
        expect(value).toBeGreaterThanOrEqual(isCoverage ? positive : 0);
        expect(value).toBeLessThanOrEqual(isCoverage && positive > 0 ? numLabels : Number(!isCoverage));
      });
    }),
  );
});

test.each(["dcg", "ndcg"] as const)("%s tells which relevance it does not take", (name) => {
  const scores = new Float32Array(3 * 500);
  const wrong: [number, object][] = [
    [Number.NaN, {}],
    [Infinity, {}],
    [-Infinity, {}],
    [1023.5, { gains: "exponential" }],
    [5e300, { gains: "exponential" }],
  ];
  if (name === "ndcg") wrong.push([-1, {}], [-5e-324, { gains: "exponential" }]);
  for (const [value, options] of wrong) {
    for (const index of [0, 700, 1499]) {
      const targets = new Float64Array(scores.length).fill(1);
      targets[index] = value;
      const expected = {
        name: "AssayRangeError",
        code: Number.isNaN(value) ? "nan" : "range",
        argument: "targets",
        index,
        value,
      };
      for (const backend of [assay, oracle] as Backend[]) {
        expect(complaintOf(() => backend[name](scores, targets, { numLabels: 3, ...options }))).toEqual(expected);
      }
    }
  }
});

test("an accumulator has one result", () => {
  for (const backend of [assay, oracle] as Backend[]) {
    for (const name of labelRankingNames) {
      const make = () => labelRankingOf(backend, name).accumulator({ numLabels: 2, reduction: "none" });
      expect(complaintOf(make)).toMatchObject({ code: "option", argument: "reduction", value: "none" });
    }
  }
});
