import { reliability } from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { DOUBLE, expectWithin } from "../support/bounds.js";
import { brierCases, norms, reliabilityCases, wholeReliabilityCases } from "../support/calibration.js";
import { repetitionRecipes } from "../support/draws.js";
import { answers, ofAssay, repetition } from "../support/rows.js";

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
          const { confidence, gap, ...exact } = actual.bins[k]!;
          const { confidence: expectedConfidence, gap: expectedGap, ...expectedExact } = bin;
          expectSame(exact, expectedExact, `bins[${k}]`);
          expectWithin(confidence, expectedConfidence, confidenceBound(expectedConfidence), `bins[${k}].confidence`);
          expectWithin(gap, expectedGap, GAP, `bins[${k}].gap`);
        });
        expectWithin(actual.count, expected.count, DOUBLE * expected.count, "count");
        expectSame([actual.of, actual.closed], [expected.of, expected.closed]);
        for (const norm of norms) {
          expectWithin(actual.error(norm), expected.error(norm), errorBound(options.numBins), norm);
        }
      }),
    );
  });

  test("to the last bit where float32 probabilities are multiples of 2⁻⁵²", () => {
    fc.assert(
      fc.property(wholeReliabilityCases, ({ rows, options }) => {
        const { actual, expected } = answers(rows, (backend, p, y) => backend.reliability(p, y, options).bins);
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
