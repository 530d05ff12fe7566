import type { Backend, Reliability } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { logLossDecomposition, reliability } from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { DOUBLE, expectWithin, SINGLE } from "../support/bounds.js";
import { awayFromEnds, comparisonCases, nearer, sortedCases } from "../support/calibration.js";
import { Column } from "../support/columns.js";
import { answers, ofAssay, type Rows, shuffled, takeRows } from "../support/rows.js";

describe("the debiased error", () => {
  test("agrees with the oracle", () => {
    fc.assert(
      fc.property(sortedCases, ({ rows, options: { numBins = 15, binning: _, ...options } }) => {
        const { of, ...rest } = options;
        const given = { ...rest, numBins, ...(of === "topLabel" && { of }) };
        const { actual, expected } = answers(rows, (backend, p, y) => backend.debiasedCalibrationError(p, y, given));
        // A difference of squares, and the root of what is left.
        expectWithin(actual ** 2, expected ** 2, DOUBLE);
      }),
    );
  });

  test("has the oracle's interval, in whatever order rows come", () => {
    fc.assert(
      fc.property(sortedCases, fc.nat(), ({ rows: all, options: { numBins = 15, binning: _, ...options } }, seed) => {
        const { of, ...rest } = options;
        const given = { ...rest, numBins, ...(of === "topLabel" && { of }), resamples: 20, level: 0.8, seed };
        const rows = takeRows(all, [...Array(Math.min(all.count, 60)).keys()]);
        const question = (of: Rows) =>
          answers(of, (backend, p, y) => backend.debiasedCalibrationErrorInterval(p, y, given));
        const { actual, expected } = question(rows);
        for (const end of ["estimate", "lower", "upper"] as const) {
          expectWithin(actual[end] ** 2, expected[end] ** 2, DOUBLE, end);
        }
        const isUnknown = Number.isNaN(actual.lower) && Number.isNaN(actual.upper);
        expect(isUnknown || (actual.lower <= actual.estimate && actual.estimate <= actual.upper)).toBe(true);
        expect(actual.level).toBe(0.8);
        const other = takeRows(rows, shuffled(rows.count, seed));
        expectSame(
          ofAssay(other, (b, p, y) => b.debiasedCalibrationErrorInterval(p, y, given)),
          actual,
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe.each<[string, Backend]>([
  ["assay", assay],
  ["oracle", oracle],
])("%s", (_, backend) => {
  test("the debiased interval of bins that have no two rows is unknown", () => {
    const { debiasedCalibrationErrorInterval: interval } = backend;
    expect(interval([0.3], [1])).toEqual({ estimate: 0, lower: NaN, upper: NaN, level: 0.95 });
    expect(interval([0.3, 0.6], [1, 0], { numBins: 2 })).toMatchObject({ lower: NaN, upper: NaN });
    expect(interval([0.3, 0.3], [1, 0], { numBins: 2 }).upper).toBeGreaterThan(0);
  });

  test("a reliability table is drawn", () => {
    const p = [0.125, 0.25, 0.375, 0.625, 0.875, 1];
    expect(backend.reliability(p, [0, 0, 1, 0, 1, 0], { numBins: 5 }).toString()).toBe(
      [
        "           bin  count  confidence  accuracy        interval      gap",
        "[0.000, 0.200]      1      0.1250    0.0000  0.0000..0.7935  -0.1250     |",
        "(0.200, 0.400]      2      0.3125    0.5000  0.0945..0.9055   0.1875  ######|###",
        "(0.400, 0.600]      0           –         –               –        –",
        "(0.600, 0.800]      1      0.6250    0.0000  0.0000..0.7935  -0.6250               |",
        "(0.800, 1.000]      2      0.9375    0.5000  0.0945..0.9055  -0.4375  ##########         |",
        "ECE 0.3333, MCE 0.6250, 6 rows",
      ].join("\n"),
    );
  });

  test("without degrees of freedom a test has no p-value", () => {
    for (const numBins of [1, 2]) {
      const test = backend.hosmerLemeshowTest([0.2, 0.4, 0.7], [0, 1, 1], { numBins });
      expect(test).toMatchObject({ degreesOfFreedom: 0, pValue: NaN });
    }
  });
});

test("a table is drawn alike by assay and its oracle", () => {
  fc.assert(
    fc.property(comparisonCases, ({ rows, options: { threshold: _, ...options } }) => {
      const eighths = { ...rows, weight: undefined, predictions: inEighths(rows.predictions) };
      const given = options.from === "logits" ? { ...options, from: "probabilities" as const } : options;
      const { actual, expected } = answers(eighths, (backend, p, y) => {
        const lines = backend.reliability(p, y, given).toString().split("\n");
        // The errors of the last line are sums of what was rounded.
        return [...lines.slice(0, -1), lines.at(-1)!.replace(/\d\.\d{4}/g, "error")];
      });
      expect(actual).toEqual(expected);
    }),
  );
});

/** Numbers whose sums and means are the same on all floors. */
function inEighths({ place, values }: Column): Column {
  return new Column(
    place,
    values.map((x) => Math.min(8, Math.max(0, Math.floor(8 * Math.abs(x)))) / 8),
  );
}

test("decompositions agree with the oracle, and their parts are the score", () => {
  fc.assert(
    fc.property(
      comparisonCases,
      fc.constantFrom("width" as const, "mass" as const),
      ({ rows: given, options: { numClasses, numLabels, from } }, binning) => {
        const options = {
          binning,
          numBins: 7,
          ...(numClasses !== undefined && { numClasses }),
          ...(numLabels !== undefined && { numLabels }),
          ...(from !== undefined && { from }),
        };
        const rows = from === "logits" ? nearer(given) : given;
        const brier = answers(rows, (b, p, y, weights) => b.brierDecomposition(p, y, { ...options, ...weights }));
        for (const part of ["reliability", "resolution", "uncertainty", "withinBins", "brier"] as const) {
          expectWithin(brier.actual[part], brier.expected[part], DOUBLE, part);
        }
        const log = answers(from === "logits" ? rows : awayFromEnds(rows), (b, p, y, weights) =>
          b.logLossDecomposition(p, y, { ...options, ...weights }),
        );
        const bound = DOUBLE + SINGLE * log.expected.logLoss;
        const { reliability: calibration, resolution, uncertainty, withinBins, logLoss } = log.actual;
        expectWithin(calibration - resolution + uncertainty + withinBins, logLoss, 1e-12 * (1 + logLoss), "sum");
        const parts = ["reliability", "resolution", "uncertainty", "refinement", "withinBins", "logLoss"] as const;
        for (const part of parts) expectWithin(log.actual[part], log.expected[part], bound, part);
      },
    ),
  );
});

test("the log loss of two classes has the same parts as a column, or as one of two", () => {
  const p = Float64Array.from({ length: 500 }, (_, i) => ((i * 37) % 499) / 499 + 1e-3 / 499);
  const labels = Array.from(p, (_, i) => Number((i * i) % 7 < 4));
  const both = Array.from(p).flatMap((q) => [1 - q, q]);
  const [column, classes] = [logLossDecomposition(p, labels), logLossDecomposition(both, labels, { numClasses: 2 })];
  for (const part of ["reliability", "resolution", "uncertainty", "withinBins", "logLoss"] as const) {
    expectWithin(classes[part], column[part], DOUBLE, part);
  }
});

describe("so many rows that float32 cannot count them", () => {
  // Seven rows of eight are sure to 31/32, the others to ½; of 10 000 rows 7599 and 555 are right.
  const pattern = 10_000;
  const confidences = Float32Array.from({ length: pattern }, (_, i) => (i % 8 === 7 ? 0.5 : 31 / 32));
  const labels = Uint8Array.from(confidences, (p, i) => {
    const place = Math.floor(i / 8) * (p === 0.5 ? 1 : 7) + (p === 0.5 ? 0 : i % 8);
    return Number(place < (p === 0.5 ? 555 : 7599));
  });
  // (8750 · 31/32 − 7599 + 1250 / 2 − 555) / 10 000
  const error = 0.09475625;

  function expectTable(table: Reliability, patterns: number): void {
    const filled = table.bins.filter(({ count }) => count > 0);
    expect(filled.map(({ count }) => count)).toEqual([1250 * patterns, 8750 * patterns]);
    expectWithin(table.ece(), error, 1e-15, "ece");
    expectWithin(table.overconfidence(), error, 1e-15, "overconfidence");
  }

  // torchmetrics 1.9, whose counts of a bin stand still at 2²⁴, has 0.0129 for these 4·10⁷ rows.
  test("4·10⁷ of them, fed a million at a time", () => {
    const [many, theirs] = [new Float32Array(100 * pattern), new Uint8Array(100 * pattern)];
    for (let first = 0; first < many.length; first += pattern) {
      many.set(confidences, first);
      theirs.set(labels, first);
    }
    const table = reliability.accumulator();
    try {
      for (let batch = 0; batch < 40; batch++) table.update(many, theirs);
      expectTable(table.result(), 4000);
    } finally {
      table.free();
    }
  });

  test("merged with themselves again and again: the state has every row", () => {
    const [doubled, fed] = [reliability.accumulator(), reliability.accumulator()];
    try {
      doubled.update(confidences, labels);
      for (let doubling = 1; doubling <= 36; doubling++) {
        doubled.mergeBytes(doubled.toBytes());
        expectTable(doubled.result(), 2 ** doubling);
        if (doubling !== 5) continue;
        for (let patterns = 0; patterns < 32; patterns++) fed.update(confidences, labels);
        expect(doubled.toBytes()).toEqual(fed.toBytes());
      }
    } finally {
      doubled.free();
      fed.free();
    }
  });
});
