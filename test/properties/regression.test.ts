import type { Backend, Regression } from "@assay/contract";
import fc from "fast-check";
import { describe, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { expectWithin } from "../support/bounds.js";
import { columnOf } from "../support/columns.js";
import { type Draw, expand, lengths, recipes } from "../support/draws.js";
import {
  answers,
  ingredients,
  labelledRows,
  moveRows,
  ofAssay,
  type Rows,
  shuffled,
  takeRows,
} from "../support/rows.js";

const scores: readonly (readonly [keyof Regression, object])[] = [
  ["rootMeanSquaredError", {}],
  ["meanSquaredLogError", {}],
  ["rootMeanSquaredLogError", {}],
  ["meanAbsolutePercentageError", {}],
  ["symmetricMeanAbsolutePercentageError", {}],
  ["weightedMeanAbsolutePercentageError", {}],
  ["medianAbsoluteError", {}],
  ["maxError", {}],
  ["r2Score", {}],
  ["explainedVarianceScore", { forceFinite: false }],
  ["relativeSquaredError", {}],
  ["meanTweedieDeviance", { power: 1.5 }],
  ["meanTweedieDeviance", { power: 3 }],
  ["meanPoissonDeviance", {}],
  ["meanGammaDeviance", {}],
  ["d2AbsoluteErrorScore", {}],
  ["d2PinballScore", { quantile: 0.2 }],
  ["d2TweedieScore", { power: 1 }],
  ["concordanceCorrelation", {}],
  ["pearsonCorrelation", {}],
  ["spearmanCorrelation", {}],
];

/** Positive numbers, which every score takes, with many ties. */
const positive = fc.constantFrom<Draw>([0.1, 10], [1, 2], 1, 2, 0.5, 3);

const cases: fc.Arbitrary<Rows> = fc
  .record({ from: ingredients(lengths, positive), targets: recipes(positive) })
  .map(({ from, targets }) => {
    // Weights of moderate size: variances of others are all rounding.
    const rows = labelledRows({ ...from, weight: null }, 1, 2);
    const weight = from.weight
      ? columnOf(from.weight.form, expand({ seed: from.weight.recipe.seed, draws: [[0.1, 3], 1, 2] }, rows.count))
      : undefined;
    const { place } = rows.targets;
    return { ...rows, targets: columnOf({ type: "float64", place }, expand(targets, rows.count)), weight };
  });

describe.each(scores)("%s %j", (name, options) => {
  const score = (backend: Backend) => backend[name] as Regression["r2Score"];

  test("agrees with the oracle", () => {
    fc.assert(
      fc.property(cases, (rows) => {
        const { actual, expected } = answers(rows, (backend, p, y, weights) =>
          score(backend)(p, y, { ...options, ...weights }),
        );
        // Quotients of variances: what rounding costs them depends on how far the numbers are from their mean.
        expectWithin(actual, expected, 1e-10 * Math.max(1, Math.abs(expected)));
      }),
    );
  });

  test("has the same bits wherever its rows and its arrays are", () => {
    fc.assert(
      fc.property(cases, fc.nat(), fc.constantFrom("heap", "cut", "handle", "cut view"), (rows, seed, place) => {
        const value = (of: Rows): number =>
          ofAssay(of, (backend, p, y, weights) => score(backend)(p, y, { ...options, ...weights }));
        const moved = moveRows(takeRows(rows, shuffled(rows.count, seed)), place);
        expectSame(value(moved), value(rows), place);
      }),
    );
  });
});
