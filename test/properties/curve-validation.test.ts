import type { Backend, BinaryCounts, BinaryCurve, Objective, ValidatedThreshold } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { DOUBLE, expectAllWithin, expectClose, expectWithin } from "../support/bounds.js";
import { ask, askAssay, askBoth, curveCases, exactCurveCases } from "../support/curve.js";
import { complaintOf } from "../support/errors.js";
import { uniform } from "../support/random.js";
import { shuffled, takeRows } from "../support/rows.js";

/** Objectives of which equal values are told to be equal on both sides, whatever their rounding. */
const objectives: fc.Arbitrary<Objective> = fc.constantFrom<Objective>(
  "f1",
  "accuracy",
  "youden",
  "precision",
  { cost: { fp: 3, fn: 1, tp: -2 } },
  ({ tp, fp }: BinaryCounts) => tp - 2 * fp,
);

const ways = fc.record(
  { recallAtLeast: fc.constantFrom(0.2, 0.9), seed: fc.maxSafeNat(), thresholds: fc.constant([-1, 0, 0.25, 1, 7]) },
  { requiredKeys: ["seed"] },
);

/** Both ways to validate, of few parts. */
const validations = fc.constantFrom<(curve: BinaryCurve, objective: Objective, how: object) => ValidatedThreshold>(
  (curve, objective, how) => curve.bestCrossValidated(objective, { folds: Math.min(3, curve.length), ...how }),
  (curve, objective, how) => curve.bestBootstrap(objective, { resamples: 4, ...how }),
  (curve, objective, how) => curve.bestBootstrap(objective, { resamples: 4, stratified: true, ...how }),
);

/** Cases in which parts of the rows can be had. */
const cases = exactCurveCases.filter(({ weight, count }) => (weight === undefined ? count : 0) > 1);

describe("a validated threshold", () => {
  test("agrees with the oracle", () => {
    fc.assert(
      fc.property(cases, objectives, ways, validations, (rows, objective, how, validate) => {
        const { actual, expected } = askBoth(rows, (curve) => validate(curve, objective, how));
        expectSame(actual.thresholds.values, expected.thresholds.values, "thresholds");
        expectSame(actual.best.counts, expected.best.counts, "counts");
        const size = (x: number): number => DOUBLE * Math.max(1, Math.abs(x));
        const all = [...expected.tuned.values, ...expected.heldOut.values];
        const largest = size(Math.max(0, ...all.filter((x) => !Number.isNaN(x)).map(Math.abs)));
        for (const part of ["tuned", "heldOut"] as const) {
          const { values, mean, standardDeviation } = expected[part];
          expectAllWithin(actual[part].values, values, (i) => size(values[i]!), part);
          expectWithin(actual[part].mean, mean, largest, `mean of ${part}`);
          expectWithin(actual[part].standardDeviation, standardDeviation, 10 * largest, `deviation of ${part}`);
        }
        expectWithin(actual.apparent, expected.apparent, size(expected.apparent), "apparent");
        expectWithin(actual.optimism, expected.optimism, 2 * largest, "optimism");
      }),
    );
  });

  test("is the same for rows in any order, after a journey as bytes, and for merged curves", () => {
    fc.assert(
      fc.property(curveCases, objectives, ways, validations, fc.nat(), (rows, objective, how, validate, seed) => {
        const weighs = (row: number): boolean => rows.weight?.values[row] !== 0;
        const order = shuffled(rows.count, seed).filter(weighs);
        fc.pre(order.length > 1);
        const validated = (curve: BinaryCurve): unknown => validate(curve, objective, how);
        const whole = askAssay(rows, validated);
        expectSame(askAssay(takeRows(rows, order), validated), whole, "permuted");
        askAssay(rows, (curve) => {
          using other = assay.binaryCurve.fromBytes(curve.toBytes());
          expectSame(validated(other), whole, "from bytes");
        });
        const parts = [order.slice(0, 1), order.slice(1)].map((part) => takeRows(rows, part));
        const merged = askAssay(parts[0]!, (one) => askAssay(parts[1]!, (other) => validated(one.merge(other))));
        expectSame(merged, whole, "merged");
      }),
    );
  });

  test("is tuned as any curve of those rows, and leaves the curve as it was", () => {
    fc.assert(
      fc.property(cases, objectives, ways, (rows, objective, how) => {
        askAssay(rows, (curve) => {
          const { seed, ...rest } = how;
          const before = curve.counts();
          const { best, thresholds, apparent } = curve.bestBootstrap(objective, { resamples: 3, ...how });
          const tuned = curve.bootstrap((replicate) => replicate.best(objective, rest).threshold, {
            resamples: 3,
            seed,
          });
          expectSame(thresholds.values, tuned.replicates, "thresholds");
          expectSame(best, curve.best(objective, rest), "best");
          if (typeof objective === "string") expectSame(apparent, best.value, "apparent");
          expectSame(curve.counts(), before, "the curve");
        });
      }),
    );
  });

  test("of folds judges each row once", () => {
    fc.assert(
      fc.property(cases, fc.maxSafeNat(), fc.integer({ min: 2, max: 9 }), (rows, seed, most) => {
        askAssay(rows, (curve) => {
          const folds = Math.min(most, curve.length);
          const sizes: BinaryCounts[] = [];
          const spy = (counts: BinaryCounts): number => {
            sizes.push(counts);
            return 0;
          };
          // One threshold at which everything is positive: it is looked at for all rows, then where tuned and where judged.
          curve.bestCrossValidated(spy, { folds, seed, thresholds: [-Infinity] });
          const judged = sizes.slice(1).filter((_, i) => i % 2 === 1);
          expect(judged.length).toBe(folds);
          for (const [cell, total] of [
            ["tp", curve.positives],
            ["fp", curve.negatives],
          ] as const) {
            expect(judged.reduce((sum, counts) => sum + counts[cell], 0)).toBe(total);
            for (const counts of judged) expect(Math.abs(counts[cell] - total / folds)).toBeLessThan(1);
          }
          const of = judged.map(({ tp, fp }) => tp + fp);
          expect(Math.max(...of) - Math.min(...of)).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  test("is visibly optimistic where scores say nothing", () => {
    // Held-out values of 100 samples are 0 on average: their mean deviates by 0.01.
    const samples = Array.from({ length: 100 }, (_, sample) => {
      const scores = Float64Array.from({ length: 100 }, (_, i) => uniform(sample, i));
      const labels = scores.map((_, i) => i % 2);
      const of = (backend: Backend): ValidatedThreshold[] =>
        ask(backend, [scores, labels, {}], (curve) => [
          curve.bestCrossValidated("youden", { folds: 5 }),
          curve.bestBootstrap("youden", { resamples: 10 }),
        ]);
      if (sample === 0) expectClose(of(assay), of(oracle), DOUBLE);
      return of(assay);
    });
    for (const way of [0, 1]) {
      const mean = (of: (one: ValidatedThreshold) => number): number =>
        samples.reduce((sum, ways) => sum + of(ways[way]!), 0) / samples.length;
      expect(mean(({ apparent }) => apparent)).toBeGreaterThan(0.1);
      expect(mean(({ tuned }) => tuned.mean)).toBeGreaterThan(0.1);
      expect(Math.abs(mean(({ heldOut }) => heldOut.mean))).toBeLessThan(0.05);
      expect(mean(({ optimism }) => optimism)).toBeGreaterThan(0.1);
    }
  });

  test("of a cost is the cost of a row, and optimism is what it falls short", () => {
    const cost = { cost: { fp: 1, fn: 1 } };
    fc.assert(
      fc.property(cases, fc.maxSafeNat(), (rows, seed) => {
        askAssay(rows, (curve) => {
          const asked = { resamples: 4, seed };
          const [costs, accuracies] = [curve.bestBootstrap(cost, asked), curve.bestBootstrap("accuracy", asked)];
          expectSame(costs.thresholds.values, accuracies.thresholds.values, "thresholds");
          expectWithin(costs.apparent, 1 - accuracies.apparent, DOUBLE, "apparent");
          expectWithin(costs.heldOut.mean, 1 - accuracies.heldOut.mean, DOUBLE, "heldOut");
          expectWithin(costs.optimism, accuracies.optimism, DOUBLE, "optimism");
        });
      }),
    );
  });
});

describe("a wrong validation is an error", () => {
  const scores = [0.1, 0.4, 0.35, 0.8];
  const labels = [0, 0, 1, 1];
  const option = (argument: string) => ({ code: "option", argument });
  const wrong: readonly [string, (curve: BinaryCurve) => unknown, object][] = [
    ["one fold", (curve) => curve.bestCrossValidated("f1", { folds: 1 }), option("folds")],
    ["more folds than rows", (curve) => curve.bestCrossValidated("f1", { folds: 5 }), option("folds")],
    ["folds by default, of four rows", (curve) => curve.bestCrossValidated("f1"), option("folds")],
    ["half a fold", (curve) => curve.bestCrossValidated("f1", { folds: 2.5 }), option("folds")],
    ["a negative seed", (curve) => curve.bestCrossValidated("f1", { folds: 2, seed: -1 }), option("seed")],
    ["resamples of folds", (curve) => curve.bestCrossValidated("f1", { resamples: 2 } as object), option("resamples")],
    ["folds of replicates", (curve) => curve.bestBootstrap("f1", { folds: 2 } as object), option("folds")],
    ["one replicate", (curve) => curve.bestBootstrap("f1", { resamples: 1 }), option("resamples")],
    ["an unknown objective", (curve) => curve.bestBootstrap("f2" as "f1", { resamples: 2 }), option("objective")],
    [
      "a recall of 80",
      (curve) => curve.bestBootstrap("f1", { recallAtLeast: 80, resamples: 2 }),
      option("recallAtLeast"),
    ],
    ["ties of all", (curve) => curve.bestCrossValidated("f1", { folds: 2, ties: "first" }), option("ties")],
  ];
  test.each(wrong)("%s", (_, question, complaint) => {
    for (const backend of [assay, oracle] as Backend[]) {
      expect(complaintOf(() => ask(backend, [scores, labels, {}], question))).toMatchObject(complaint);
    }
  });
});
