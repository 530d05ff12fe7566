import type { Backend, ConfidenceIntervalOptions, MeasureName } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { describe, expect, test } from "vitest";
import { expectWithin } from "../support/bounds.js";
import tables from "./statistics.json" with { type: "json" };

const backends: [string, Backend][] = [
  ["assay", assay],
  ["oracle", oracle],
];

/** The same number, up to a share of it. */
function expectNear(actual: number, expected: number, share: number, what: string): void {
  expectWithin(actual, expected, share * Math.abs(expected), what);
}

describe.each(backends)("what others compute: %s", (_, backend) => {
  test("Wilson's interval", () => {
    for (const [x, n, level, lower, upper] of tables.wilson.rows as [number, number, number, number, number][]) {
      const interval = backend.wilson(x, n, { level });
      expectNear(interval.lower, lower, 1e-14, `lower end of ${x} in ${n}`);
      expectNear(interval.upper, upper, 1e-14, `upper end of ${x} in ${n}`);
      expect(interval).toMatchObject({ estimate: x / n, level });
    }
  });

  test("McNemar's test", () => {
    for (const [b, c, exact, ...chiSquare] of tables.mcnemar.rows as [number, number, number, ...number[]][]) {
      expectNear(backend.mcnemar.fromCounts(b, c).pValue, exact, 1e-11, `exact p of ${b} and ${c}`);
      [true, false].forEach((correction, i) => {
        const { statistic, pValue } = backend.mcnemar.fromCounts(b, c, { method: "chiSquare", correction });
        expectNear(statistic, chiSquare[2 * i]!, 1e-14, `statistic of ${b} and ${c}`);
        expectNear(pValue, chiSquare[2 * i + 1]!, 1e-13, `p of ${b} and ${c}`);
      });
    }
  });

  test("standard errors by the delta method", () => {
    type Row = [number[][], MeasureName, ConfidenceIntervalOptions, number, number];
    for (const [counts, measure, options, value, error] of tables.delta.rows as unknown as Row[]) {
      const matrix = backend.confusionMatrix.fromCounts(counts);
      const interval = backend.confidenceInterval(matrix, measure, { ...options, method: "delta" });
      const what = `${measure} of ${JSON.stringify(counts)} with ${JSON.stringify(options)}`;
      expectNear(interval.estimate, value, 1e-12, what);
      // Some averages are the same for all counts.
      expectWithin(interval.standardError, error, 1e-11 * error + 1e-17, what);
    }
  });

  test("DeLong's intervals and comparison of areas", () => {
    type Row = [number[], number[], number[], number, number, number, number, number, number, number];
    for (const [a, b, labels, areaA, errorA, areaB, errorB, error, z, p] of tables.delong.rows as unknown as Row[]) {
      const [ofA, ofB] = [a, b].map((scores) => backend.rocAucInterval(scores, labels));
      const compared = backend.compareRocAuc(a, b, labels);
      expectNear(ofA!.estimate, areaA, 1e-14, "first area");
      expectNear(ofB!.estimate, areaB, 1e-14, "second area");
      expectNear(ofA!.standardError, errorA, 1e-13, "error of the first area");
      expectNear(ofB!.standardError, errorB, 1e-13, "error of the second area");
      expectNear(compared.difference.standardError, error, 1e-13, "error of the difference");
      expectNear(compared.statistic, z, 1e-12, "statistic");
      expectNear(compared.pValue, p, 1e-12, "p");
    }
    for (const [counts, variance] of tables.delongOfGrades.rows as unknown as [number[][], number][]) {
      const rows = counts.flatMap((outcomes, grade) =>
        outcomes.flatMap((count, outcome) => new Array<[number, number]>(count).fill([grade, outcome])),
      );
      const [grades, outcomes] = [0, 1].map((i) => rows.map((row) => row[i]!));
      expectNear(backend.rocAucInterval(grades!, outcomes!).standardError ** 2, variance, 1e-14, "variance");
    }
  });
});

test("a bootstrap of counts is one of rows", () => {
  type Row = ["f1" | "mcc" | "cohenKappa", number[][], "percentile" | "bca", number, number, number, number];
  for (const [statistic, counts, method, value, lower, upper, error] of tables.bootstrap.rows as Row[]) {
    const matrix = assay.confusionMatrix.fromCounts(counts, { binary: counts.length === 2 });
    const found = assay.bootstrap(matrix, statistic, { method, resamples: 10_000, seed: 1 });
    const what = `${statistic} (${method})`;
    expectNear(found.estimate, value, 1e-14, what);
    // Of 10,000 replicates the deviation is off by 0.7 % and an end by 4 % of it, one time in three.
    expectNear(found.standardError, error, 0.02, what);
    expectWithin(found.lower, lower, 0.12 * error, `lower end of ${what}`);
    expectWithin(found.upper, upper, 0.12 * error, `upper end of ${what}`);
  }
});
