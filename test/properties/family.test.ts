import fc from "fast-check";
import { describe, test } from "vitest";
import { expectSame, expectSameNumbers } from "../support/bits.js";
import { DOUBLE, expectAllWithin, expectDerivatives, SINGLE } from "../support/bounds.js";
import { type FamilyCase, familyCases, familyNames } from "../support/family.js";
import {
  factorOf,
  type LossCase,
  moveLoss,
  ofAssay,
  ofOracle,
  smallestSlope,
  smallestValue,
  takeLoss,
} from "../support/losses.js";
import { shuffled } from "../support/rows.js";
import { exactSum } from "../support/sum.js";

function valuesOf(one: LossCase, of: typeof ofAssay = ofAssay): Float64Array {
  return of(one, (loss, p, y, given) => loss(p, y, { ...given, reduction: "none" }));
}

function gradientOf(one: LossCase, of: typeof ofAssay = ofAssay): Float32Array | Float64Array {
  return of(one, (loss, p, y, given) => loss.withGradient(p, y, { ...given, reduction: "none" }).gradient);
}

function isSingle({ rows, wide }: FamilyCase): boolean {
  return rows.predictions.values instanceof Float32Array && !wide;
}

describe.each(familyNames)("%s", (name) => {
  const cases = familyCases[name]!;

  test("agrees with the oracle in every value", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const expected = valuesOf(one, ofOracle);
        const share = (isSingle(one) ? SINGLE : DOUBLE) * one.powers;
        const boundOf = (i: number): number => {
          const factor = factorOf(one, i);
          return share * (one.terms ? factor * one.terms(i) : Math.abs(expected[i]!)) + smallestValue(one, factor);
        };
        expectAllWithin(valuesOf(one), expected, boundOf, "values");
      }),
    );
  });

  test("agrees with the oracle in every derivative", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const [actual, expected] = [gradientOf(one), gradientOf(one, ofOracle)];
        const stored = actual instanceof Float32Array;
        const share = (stored ? SINGLE : DOUBLE) * one.powers;
        const { columns } = one.rows;
        const boundOf = (i: number): number => {
          const factor = factorOf(one, one.valueColumns === 1 ? Math.floor(i / columns) : i);
          const terms = one.slopes ? factor * one.slopes(i) : Math.abs(expected[i]!);
          return share * terms + smallestSlope(one, factor);
        };
        expectDerivatives(actual, expected, boundOf);
      }),
    );
  });

  test("has the same bits wherever its rows and its arrays are, and sums them exactly", () => {
    fc.assert(
      fc.property(cases, fc.nat(), fc.constantFrom("heap", "cut", "handle", "view", "cut view"), (one, seed, place) => {
        const [values, gradient] = [valuesOf(one), gradientOf(one)];
        const sum = ofAssay(one, (loss, p, y, given) => loss(p, y, { ...given, reduction: "sum" }));
        expectSame(sum, exactSum(values), "sum");
        const order = [0, ...shuffled(one.rows.count, seed).filter((row) => row > 0)].slice(
          0,
          1 + (seed % one.rows.count),
        );
        const some = moveLoss(takeLoss(one, order), place);
        const of = (all: ArrayLike<number>, width: number): number[] =>
          order.flatMap((row) => Array.from({ length: width }, (_, c) => all[row * width + c]!));
        expectSameNumbers(valuesOf(some), of(values, one.valueColumns), "values");
        expectSameNumbers(gradientOf(some), of(gradient, one.rows.columns), "gradient");
      }),
    );
  });
});
