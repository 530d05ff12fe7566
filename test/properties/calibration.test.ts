import type { Backend, Reliability } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { classwiseReliability, isAssayError, reliability } from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { DOUBLE, expectAllWithin, expectWithin, SINGLE } from "../support/bounds.js";
import {
  awayFromEnds,
  brierCases,
  comparisonCases,
  norms,
  reliabilityCases,
  sortedCases,
  wholeReliabilityCases,
} from "../support/calibration.js";
import { Column } from "../support/columns.js";
import { repetitionRecipes } from "../support/draws.js";
import { answers, ofAssay, type Rows, repetition, shuffled, takeRows } from "../support/rows.js";

// Confidences are taken as multiples of 2⁻⁵², which moves a mean by at most 1.2e-16; then there are the roundings of
// the total and of the quotient.
const confidenceBound = (confidence: number): number => 1.2e-16 + 4 * 2 ** -53 * confidence;

// A gap is the difference of two numbers in [0, 1], so its error is absolute.
const GAP = 1e-15;

// No norm enlarges the error of gaps, but adding them up one after the other costs a rounding for each bin.
const errorBound = (numBins = 15): number => GAP + numBins * 2 ** -53;

describe("reliability agrees with the oracle", () => {
  test("in every bin and every norm", () => {
    fc.assert(
      fc.property(reliabilityCases, ({ rows, options }) => {
        const { actual, expected } = answers(rows, (backend, p, y, weights) =>
          backend.reliability(p, y, { ...options, ...weights }),
        );
        expected.bins.forEach((bin, k) => {
          const { confidence, gap, accuracyLower, accuracyUpper, ...exact } = actual.bins[k]!;
          const { confidence: expectedConfidence, gap: expectedGap, ...rest } = bin;
          const { accuracyLower: lower, accuracyUpper: upper, ...expectedExact } = rest;
          expectWithin(accuracyLower, lower, DOUBLE, `bins[${k}].accuracyLower`);
          expectWithin(accuracyUpper, upper, DOUBLE, `bins[${k}].accuracyUpper`);
          expectSame(exact, expectedExact, `bins[${k}]`);
          expectWithin(confidence, expectedConfidence, confidenceBound(expectedConfidence), `bins[${k}].confidence`);
          expectWithin(gap, expectedGap, GAP, `bins[${k}].gap`);
        });
        expectWithin(actual.count, expected.count, DOUBLE * expected.count, "count");
        expectSame([actual.of, actual.closed], [expected.of, expected.closed]);
        for (const norm of norms) {
          expectWithin(actual.error(norm), expected.error(norm), errorBound(options.numBins), norm);
        }
        const parts = actual.overconfidence() + actual.underconfidence();
        expectWithin(parts, expected.ece(), 2 * errorBound(options.numBins), "both parts");
        expectWithin(actual.overconfidence(), expected.overconfidence(), errorBound(options.numBins), "overconfidence");
      }),
    );
  });

  test("to the last bit where float32 probabilities are multiples of 2⁻⁵²", () => {
    fc.assert(
      fc.property(wholeReliabilityCases, ({ rows, options }) => {
        const { actual, expected } = answers(rows, (backend, p, y) =>
          backend.reliability(p, y, options).bins.map(({ accuracyLower: _, accuracyUpper: __, ...bin }) => bin),
        );
        expectSame(actual, expected, "bins");
      }),
    );
  });

  test("through calibrationError", () => {
    fc.assert(
      fc.property(reliabilityCases, fc.constantFrom(...norms), ({ rows, options }, norm) => {
        const { actual, expected } = answers(rows, (backend, p, y, weights) =>
          backend.calibrationError(p, y, { ...options, ...weights, norm }),
        );
        expectWithin(actual, expected, errorBound(options.numBins));
      }),
    );
  });
});

/** Sums of the bins of two tables, where a bin may hold next to nothing of a divided row. */
function expectTables(actual: Reliability, expected: Reliability): void {
  const total = expected.count;
  expectWithin(actual.count, total, DOUBLE * total, "count");
  expectSame([actual.binning, actual.closed, actual.of], [expected.binning, expected.closed, expected.of]);
  expected.bins.forEach((bin, k) => {
    const found = actual.bins[k]!;
    expectWithin(found.count, bin.count, DOUBLE * total, `bins[${k}].count`);
    for (const mean of ["confidence", "accuracy"] as const) {
      const [sum, expectedSum] = [found, bin].map(({ count, [mean]: value }) => (count > 0 ? count * value : 0));
      expectWithin(sum!, expectedSum!, DOUBLE * total, `bins[${k}].${mean}`);
    }
  });
  expectWithin(actual.ece(), expected.ece(), 1e-10, "ece");
}

/** Nothing where no probability is above the threshold. */
function unlessEmpty<Result>(make: () => Result): Result | undefined {
  try {
    return make();
  } catch (error) {
    if (isAssayError(error) && error.code === "empty") return undefined;
    throw error;
  }
}

describe("whatever is compared", () => {
  test("agrees with the oracle, in one table and in one for each class", () => {
    fc.assert(
      fc.property(comparisonCases, ({ rows, options }) => {
        const table = answers(rows, (b, p, y, weights) =>
          unlessEmpty(() => b.reliability(p, y, { ...options, ...weights })),
        );
        if (table.expected === undefined) {
          expect(table.actual).toBeUndefined();
          return;
        }
        expectTables(table.actual!, table.expected);
        const { of: _, ...rest } = options;
        if (rest.numClasses === undefined && rest.numLabels === undefined) return;
        const each = answers(rows, (b, p, y, weights) => b.classwiseReliability(p, y, { ...rest, ...weights }));
        each.expected.classes.forEach((expected, k) => {
          expectTables(each.actual.classes[k]!, expected);
        });
        expectWithin(each.actual.error("l2"), each.expected.error("l2"), 1e-10, "mean over classes");
      }),
    );
  });

  test("agrees with the oracle in sorted bins, in whatever order rows come", () => {
    fc.assert(
      fc.property(sortedCases, fc.nat(), ({ rows, options }, seed) => {
        const question = (given: Rows) =>
          answers(given, (backend, p, y, weights) => backend.reliability(p, y, { ...options, ...weights }));
        const { actual, expected } = question(rows);
        expectTables(actual, expected);
        const other = takeRows(rows, shuffled(rows.count, seed));
        expectSame(
          ofAssay(other, (b, p, y, weights) => b.reliability(p, y, { ...options, ...weights })).bins,
          actual.bins,
        );
      }),
    );
  });

  test("of float32 logits has probabilities within 2.5e-7", () => {
    fc.assert(
      fc.property(comparisonCases, ({ rows, options: { numClasses, numLabels, of } }) => {
        const options = { ...(numClasses && { numClasses }), ...(numLabels && { numLabels }), ...(of && { of }) };
        const { place, values } = rows.predictions;
        const single = { ...rows, predictions: new Column(place, Float32Array.from(values)) };
        const { actual, expected } = answers(single, (backend, p, y, weights) => {
          const table = backend.reliability(p, y, { ...options, ...weights, from: "logits", numBins: 1 });
          return table.bins[0]!;
        });
        expectWithin(actual.accuracy, expected.accuracy, DOUBLE, "accuracy");
        const bound = confidenceBound(expected.confidence) + SINGLE * expected.confidence;
        expectWithin(actual.confidence, expected.confidence, bound, "confidence");
      }),
    );
  });
});

test("of logits that are equal or infinite the first of the largest is the top label", () => {
  const logits = fc.array(fc.constantFrom(-Infinity, -200, -1, 0, 0.5, 1, 200, Infinity), {
    minLength: 3,
    maxLength: 60,
  });
  fc.assert(
    fc.property(logits, fc.constantFrom(2, 3, 5), fc.boolean(), (drawn, numClasses, isSingle) => {
      const rows = Math.floor(drawn.length / numClasses);
      if (rows === 0) return;
      const values = drawn.slice(0, rows * numClasses);
      const given = isSingle ? Float32Array.from(values) : Float64Array.from(values);
      const labels = Array.from({ length: rows }, (_, i) => i % numClasses);
      const options = { numClasses, from: "logits", numBins: 1 } as const;
      const binsOf = (backend: Backend) => [
        backend.reliability(given, labels, options).bins[0]!,
        ...backend.classwiseReliability(given, labels, options).classes.map(({ bins }) => bins[0]!),
      ];
      const [actual, expected] = [binsOf(assay), binsOf(oracle)];
      expected.forEach(({ accuracy, confidence }, k) => {
        expectWithin(actual[k]!.accuracy, accuracy, DOUBLE, "accuracy");
        expectWithin(
          actual[k]!.confidence,
          confidence,
          (isSingle ? SINGLE : DOUBLE) * confidence + 1.2e-16,
          "confidence",
        );
      });
      const scores = [assay, oracle].map((backend: Backend) =>
        backend.brierScore(given, labels, { numClasses, from: "logits" }),
      );
      expectWithin(scores[0]!, scores[1]!, (isSingle ? 4 * SINGLE : DOUBLE) * (1 + scores[1]!), "Brier");
    }),
  );
});

test("a class without a probability above the threshold leaves the mean", () => {
  const table = classwiseReliability([0.9, 0.1, 0.8, 0.2], [0, 1], { numClasses: 2, threshold: 0.5 });
  expect(table.classes.map(({ count }) => count)).toEqual([2, 0]);
  expectWithin(table.error(), table.classes[0]!.error(), 0);
  expect(table.classes[1]!.error()).toBeNaN();
});

test("tests of calibration agree with the oracle", () => {
  fc.assert(
    fc.property(brierCases, ({ rows, options: { numClasses } }) => {
      const given = numClasses === undefined ? {} : { numClasses };
      const z = answers(rows, (b, p, y, weights) => b.spiegelhalterTest(p, y, { ...given, ...weights }));
      expectWithin(z.actual.statistic, z.expected.statistic, 1e-9 * (1 + Math.abs(z.expected.statistic)), "z");
      expectWithin(z.actual.pValue, z.expected.pValue, 1e-9, "its p");
      const chi = answers(awayFromEnds(rows), (b, p, y) => b.hosmerLemeshowTest(p, y, { ...given, numBins: 4 }));
      expect(chi.actual.degreesOfFreedom).toBe(chi.expected.degreesOfFreedom);
      expectWithin(chi.actual.statistic, chi.expected.statistic, 1e-9 * (1 + chi.expected.statistic), "χ²");
      expectWithin(chi.actual.pValue, chi.expected.pValue, 1e-9, "its p");
    }),
  );
});

test("brierScore of logits agrees with the oracle", () => {
  fc.assert(
    fc.property(comparisonCases, ({ rows, options: { numClasses, numLabels } }) => {
      const options = { from: "logits" as const, ...(numClasses && { numClasses }), ...(numLabels && { numLabels }) };
      const { actual, expected } = answers(rows, (b, p, y, weights) => b.brierScore(p, y, { ...options, ...weights }));
      const bound = rows.predictions.values instanceof Float32Array ? 4 * SINGLE : DOUBLE;
      expectWithin(actual, expected, bound * (1 + expected));
    }),
  );
});

test("ksCalibrationError agrees with the oracle", () => {
  fc.assert(
    fc.property(sortedCases, ({ rows, options: { numBins: _, binning: __, ...options } }) => {
      const { actual, expected } = answers(rows, (b, p, y, weights) =>
        b.ksCalibrationError(p, y, { ...options, ...weights }),
      );
      expectWithin(actual, expected, DOUBLE);
    }),
  );
});

test("smoothCalibrationError agrees with the oracle, up to its grid", () => {
  fc.assert(
    fc.property(brierCases, fc.constantFrom(0.02, 0.1, 0.5, 1), ({ rows, options: { numClasses } }, bandwidth) => {
      const options = { bandwidth, ...(numClasses !== undefined && { numClasses }) };
      const few = takeRows(rows, [...Array(Math.min(rows.count, 12)).keys()]);
      const { actual, expected } = answers(few, (b, p, y, weights) =>
        b.smoothCalibrationError(p, y, { ...options, ...weights }),
      );
      expectWithin(actual, expected, 2e-3 * expected + 1e-15);
    }),
    { numRuns: 30 },
  );
});

test("kernelCalibrationError agrees with the oracle", () => {
  const options = fc.record({
    bandwidth: fc.constantFrom(0.01, 0.1, 1),
    numBins: fc.constantFrom(1, 7, 512),
    norm: fc.constantFrom("l1" as const, "l2" as const),
  });
  fc.assert(
    fc.property(brierCases, options, fc.boolean(), ({ rows, options: { numClasses } }, given, isEach) => {
      const of = numClasses === undefined ? {} : { numClasses, ...(isEach && { of: "eachClass" as const }) };
      const few = awayFromEnds(takeRows(rows, [...Array(Math.min(rows.count, 40)).keys()]));
      const { actual, expected } = answers(few, (b, p, y) => b.kernelCalibrationError(p, y, { ...of, ...given }));
      // Logarithms of densities are up to ln 1000 / 0.01, and so are the roundings of their powers.
      expectWithin(given.norm === "l2" ? actual ** 2 : actual, given.norm === "l2" ? expected ** 2 : expected, 1e-11);
    }),
  );
});

test("kernelCalibrationError at the ends, of rows alone, and of options that are none", () => {
  for (const backend of [assay, oracle] as Backend[]) {
    const { kernelCalibrationError } = backend;
    expect(kernelCalibrationError([0.3], [1], { bandwidth: 0.1 })).toBeNaN();
    // At 0 and 1 others have the rate of those at the same end.
    expectWithin(kernelCalibrationError([0, 0, 1, 1], [0, 0, 1, 1], { bandwidth: 0.01 }), 0, DOUBLE);
    expectWithin(kernelCalibrationError([0, 0, 1, 1], [1, 1, 0, 0], { bandwidth: 0.01 }), 1, DOUBLE);
    for (const bandwidth of [0, 2, Number.NaN]) {
      expect(() => kernelCalibrationError([0.3, 0.4], [1, 0], { bandwidth })).toThrow("bandwidth");
    }
    expect(() => kernelCalibrationError([0.3, 0.4], [1, 0], {} as never)).toThrow("bandwidth");
    expect(() => kernelCalibrationError([0.3, 0.4], [1, 0], { bandwidth: 1, numBins: 4097 })).toThrow("numBins");
  }
});

test("riskCoverage agrees with the oracle", () => {
  fc.assert(
    fc.property(brierCases, fc.double({ min: 0.01, max: 1, noNaN: true }), ({ rows, options: { numClasses } }, at) => {
      const options = numClasses === undefined ? {} : { numClasses };
      const few = takeRows(rows, [...Array(Math.min(rows.count, 300)).keys()]);
      const { actual, expected } = answers(few, (b, p, y, weights) => b.riskCoverage(p, y, { ...options, ...weights }));
      expectSame(actual.thresholds, expected.thresholds, "thresholds");
      expectAllWithin(actual.coverage, expected.coverage, () => DOUBLE, "coverage");
      expectAllWithin(actual.risk, expected.risk, () => DOUBLE, "risk");
      expectWithin(actual.aurc(), expected.aurc(), DOUBLE, "AURC");
      expectWithin(actual.excessAurc(), expected.excessAurc(), DOUBLE, "excess AURC");
      // Of weights shares are rounded: between two of them there is no doubt.
      if (few.weight !== undefined) return;
      expectSame(actual.riskAt(at), expected.riskAt(at), "risk at a coverage");
      expectSame(actual.coverageAt(at), expected.coverageAt(at), "coverage at a risk");
    }),
  );
});

test("skill scores agree with the oracle, whatever the reference", () => {
  fc.assert(
    fc.property(brierCases, fc.constantFrom("rows", "classes"), ({ rows, options: { numClasses } }, kind) => {
      const of = Float64Array.from({ length: numClasses ?? 1 }, (_, k) => (k + 1) / ((numClasses ?? 1) + 2));
      const given = numClasses === undefined ? {} : { numClasses };
      const each = Float64Array.from(rows.predictions.values, (_, i) => of[i % of.length]!);
      const constant = numClasses === undefined ? of[0]! : of;
      const options = { ...given, reference: kind === "rows" ? each : constant };
      const brier = answers(rows, (b, p, y, weights) => b.brierSkillScore(p, y, { ...options, ...weights }));
      expectWithin(brier.actual, brier.expected, 1e-11 * (1 + Math.abs(brier.expected)), "Brier");
      const log = answers(awayFromEnds(rows), (b, p, y, weights) =>
        b.logLossSkillScore(p, y, { ...options, ...weights }),
      );
      expectWithin(log.actual, log.expected, 2 * SINGLE * (1 + Math.abs(log.expected)), "log loss");
    }),
  );
});

test("whole weights are repetitions: of counts and rates to the last bit, of confidences but for a rounding each", () => {
  fc.assert(
    fc.property(reliabilityCases, repetitionRecipes, ({ rows, options }, recipe) => {
      const { weighted, repeated } = repetition(rows, recipe);
      const [actual, expected] = [weighted, repeated].map((of) =>
        ofAssay(of, (backend, p, y, weights) => backend.reliability(p, y, { ...options, ...weights })),
      );
      for (const [k, bin] of expected!.bins.entries()) {
        const { count, accuracy, confidence } = actual!.bins[k]!;
        expectSame([count, accuracy], [bin.count, bin.accuracy], `bins[${k}]`);
        expectWithin(confidence, bin.confidence, 2 ** -51 * bin.confidence, `bins[${k}].confidence`);
      }
    }),
  );
});

test("brierScore agrees with the oracle: its terms are ≥ 0, so rounding is all that there is", () => {
  fc.assert(
    fc.property(brierCases, ({ rows, options }) => {
      const { actual, expected } = answers(rows, (backend, p, y, weights) =>
        backend.brierScore(p, y, { ...options, ...weights }),
      );
      expectWithin(actual, expected, DOUBLE * expected);
    }),
  );
});

test.each([1, 128, 129, 1000])("a bin holds any number of rows (%i bins)", (numBins) => {
  for (const T of [Float32Array, Float64Array]) {
    const confidence = T.of(0.9)[0]!;
    const rows = 20_000;
    const { bins } = reliability(new T(rows).fill(confidence), new Uint8Array(rows).fill(1), { numBins });
    const [bin] = bins.filter(({ count }) => count > 0);
    expect(bin).toMatchObject({ count: rows, accuracy: 1 });
    expectWithin(bin!.confidence, confidence, confidenceBound(confidence));
  }
});
