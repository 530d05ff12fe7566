import type { BinaryCurve, CostPoints } from "@assay/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame, expectSameNumbers } from "../support/bits.js";
import { DOUBLE, expectAllWithin, expectWithin } from "../support/bounds.js";
import { askAssay, askBoth, curveCases, exactCurveCases, thresholdsFor } from "../support/curve.js";

describe("where counts are exact numbers, points agree with the oracle to the last bit", () => {
  const questions: readonly [string, (curve: BinaryCurve) => unknown][] = [
    ["ROC", (curve) => curve.roc()],
    ["ROC, all points", (curve) => curve.roc({ dropIntermediate: false })],
    ["precision and recall", (curve) => curve.precisionRecall()],
    ["precision and recall, turns", (curve) => curve.precisionRecall({ dropIntermediate: true })],
    ["detection errors", (curve) => curve.det()],
    ["detection errors, turns", (curve) => curve.det({ dropIntermediate: true })],
    ["gains", (curve) => curve.gains()],
    ["counts at every score", (curve) => curve.counts()],
  ];
  test.each(questions)("%s", (name, question) => {
    fc.assert(
      fc.property(exactCurveCases, (rows) => {
        const { actual, expected } = askBoth(rows, question);
        expectSame(actual, expected, name);
      }),
    );
  });

  test("at thresholds that are given, in any order and more than once", () => {
    fc.assert(
      fc.property(exactCurveCases, fc.nat(), fc.boolean(), (rows, seed, strict) => {
        const thresholds = thresholdsFor(rows, seed);
        const { actual, expected } = askBoth(rows, (curve) => ({
          roc: curve.roc({ thresholds }),
          precisionRecall: curve.precisionRecall({ thresholds }),
          det: curve.det({ thresholds }),
          counts: curve.counts({ thresholds, strict }),
          each: thresholds.map((threshold) => curve.at(threshold, { strict })),
        }));
        expectSame(actual, expected, "points");
      }),
    );
  });
});

test("counts at many thresholds are those at each of them, whatever the weights", () => {
  fc.assert(
    fc.property(curveCases, fc.nat(), fc.boolean(), (rows, seed, strict) => {
      const given = thresholdsFor(rows, seed);
      askAssay(rows, (curve) => {
        const expectEach = (counts: ReturnType<BinaryCurve["counts"]>, isStrict: boolean): void => {
          const { thresholds, ...cells } = counts;
          const each = [...thresholds].map((threshold) => curve.at(threshold, { strict: isStrict }));
          for (const cell of ["tp", "fp", "fn", "tn"] as const) {
            expectSameNumbers(
              cells[cell],
              each.map((one) => one[cell]),
              cell,
            );
          }
        };
        expectEach(curve.counts(), false);
        expectEach(curve.counts({ thresholds: given, strict }), strict);
      });
    }),
  );
});

test("points go from one end to the other, and never back, whatever the weights", () => {
  fc.assert(
    fc.property(curveCases, (rows) => {
      askAssay(rows, (curve) => {
        fc.pre(curve.positives > 0 && curve.negatives > 0);
        const roc = curve.roc({ dropIntermediate: false });
        expect([roc.fpr[0], roc.tpr[0], roc.thresholds[0]]).toEqual([0, 0, Infinity]);
        expect([roc.fpr.at(-1), roc.tpr.at(-1)]).toEqual([1, 1]);
        expectAscending(roc.fpr);
        expectAscending(roc.tpr);
        expectAscending(roc.thresholds.toReversed());
        const { recall, precision, thresholds } = curve.precisionRecall();
        expect([recall[0], recall.at(-1), precision.at(-1)]).toEqual([1, 0, 1]);
        expectAscending(recall.toReversed());
        expectAscending(thresholds);
        const { fpr, fnr } = curve.det();
        expect([fpr.at(-1), fnr[0]]).toEqual([0, 0]);
        const { fraction, gain } = curve.gains();
        expect([fraction[0], gain[0], fraction.at(-1), gain.at(-1)]).toEqual([0, 0, 1, 1]);
      });
    }),
  );
});

function expectAscending(values: Float64Array): void {
  const index = values.findIndex((value, i) => i > 0 && value < values[i - 1]!);
  if (index > 0) throw new Error(`${values[index]} comes after ${values[index - 1]}`);
}

describe("envelopes of costs", () => {
  test("agree with the oracle: thresholds exactly, corners but for rounding", () => {
    fc.assert(
      fc.property(exactCurveCases, (rows) => {
        const { actual, expected } = askBoth(rows, (curve) => curve.costs());
        expectSameNumbers(actual.thresholds, expected.thresholds, "thresholds");
        expectAllWithin(actual.probabilityCost, expected.probabilityCost, () => DOUBLE, "probabilityCost");
        expectAllWithin(actual.expectedCost, expected.expectedCost, () => DOUBLE, "expectedCost");
      }),
    );
  });

  test("are the smallest cost of all thresholds, whatever the weights", () => {
    fc.assert(
      fc.property(curveCases, fc.double({ min: 0, max: 1, noNaN: true }), (rows, probabilityCost) => {
        askAssay(rows, (curve) => {
          fc.pre(curve.positives > 0 && curve.negatives > 0);
          const { fpr, tpr } = curve.roc({ dropIntermediate: false });
          const costs = fpr.map((rate, i) => (1 - tpr[i]!) * probabilityCost + rate * (1 - probabilityCost));
          expectWithin(costAt(curve.costs(), probabilityCost), Math.min(...costs), DOUBLE, "cost");
        });
      }),
    );
  });
});

/** On the straight line between two corners. */
function costAt({ probabilityCost: x, expectedCost: y }: CostPoints, at: number): number {
  const i = Math.max(
    1,
    x.findIndex((corner) => corner >= at),
  );
  const share = (at - x[i - 1]!) / (x[i]! - x[i - 1]!);
  return y[i - 1]! + share * (y[i]! - y[i - 1]!);
}
