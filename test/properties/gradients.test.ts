import type { Labels, Reals, Reduction } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, test } from "vitest";
import { expectSame, expectSameNumbers } from "../support/bits.js";
import { DOUBLE, expectAllWithin, expectDerivatives, SINGLE } from "../support/bounds.js";
import { columnOf, places } from "../support/columns.js";
import {
  factorOf,
  hasShare,
  type LossCase,
  type LossName,
  lossCases,
  lossNames,
  moveLoss,
  ofAssay,
  ofOracle,
  shareOf,
  smallestSlope,
  subtrahendOf,
  takeLoss,
} from "../support/losses.js";
import { shuffled } from "../support/rows.js";

function gradientOf(one: LossCase, reduction: Reduction, of = ofAssay): Float32Array | Float64Array {
  return of(one, (loss, p, y, given) => loss.withGradient(p, y, { ...given, reduction } as object).gradient);
}

describe.each(lossNames)("gradients of %s", (name) => {
  test("agree with the oracle", () => {
    fc.assert(
      fc.property(lossCases[name], (one) => {
        const actual = gradientOf(one, "sum");
        const exact = gradientOf(one, "sum", ofOracle);
        const isSingle = actual instanceof Float32Array;
        const { columns } = one.rows;
        expectDerivatives(actual, exact, (i) => {
          // g = a − b with a, b ≥ 0: the terms add up to g + 2b.
          const terms = Math.abs(exact[i]! + 2 * subtrahendOf(one, i));
          const factor = factorOf(one, one.valueColumns === 1 ? Math.floor(i / columns) : i);
          return (isSingle ? SINGLE : DOUBLE) * terms + smallestSlope(one, factor);
        });
      }),
    );
  });

  test("have the same bits wherever their rows are", () => {
    fc.assert(
      fc.property(lossCases[name], fc.nat(), (one, seed) => {
        const order = shuffled(one.rows.count, seed).slice(0, 1 + (seed % one.rows.count));
        const some = takeLoss(one, order);
        fc.pre(hasShare(some));
        const gradient = gradientOf(one, "sum");
        const { columns } = one.rows;
        const expected = order.flatMap((row) => [...gradient.subarray(row * columns, (row + 1) * columns)]);
        expectSameNumbers(gradientOf(some, "sum"), expected, "gradient");
      }),
    );
  });

  test("have the same bits wherever the arrays are, in new arrays and in the caller's", () => {
    fc.assert(
      fc.property(lossCases[name], fc.constantFrom(...places), (one, place) => {
        fc.pre(place !== "numbers");
        const gradient = gradientOf(moveLoss(one, "heap"), "mean");
        expectSameNumbers(gradientOf(moveLoss(one, place), "mean"), gradient, place);
        const { values } = one.rows.predictions;
        const single = values instanceof Float32Array;
        const handle = single ? assay.float32(values.length) : assay.float64(values.length);
        const own = single ? new Float32Array(values.length) : new Float64Array(values.length);
        try {
          for (const room of [own, handle]) {
            ofAssay(one, (loss, p, y, given) => loss.withGradient(p, y, { ...given, gradient: room } as object));
          }
          expectSameNumbers(own, gradient, "array");
          expectSameNumbers(handle.view, gradient, "handle");
        } finally {
          handle.free();
        }
      }),
    );
  });

  test("come with the loss that there is without them", () => {
    fc.assert(
      fc.property(lossCases[name], fc.constantFrom("mean", "sum", "none"), (one, reduction) => {
        const [with_, plain] = ofAssay(one, (loss, p, y, given) => [
          loss.withGradient(p, y, { ...given, reduction } as object).loss,
          loss(p, y, { ...given, reduction }),
        ]);
        expectSame(with_, plain, "loss");
      }),
    );
  });

  test("of no reduction are those of the sum", () => {
    fc.assert(
      fc.property(lossCases[name], (one) => {
        expectSameNumbers(gradientOf(one, "none"), gradientOf(one, "sum"), "gradient");
      }),
    );
  });

  test("of the mean are those of the sum over what the mean divides by", () => {
    fc.assert(
      fc.property(lossCases[name], (one) => {
        const shares = Array.from({ length: one.rows.count }, (_, row) => shareOf(one, row));
        const divisor = shares.reduce((sum, share) => sum + share, 0);
        const [sum, mean] = [gradientOf(one, "sum"), gradientOf(one, "mean")];
        const isSingle = sum instanceof Float32Array;
        const [ulp, least] = isSingle ? [2 ** -23, 2 ** -149] : [2 ** -52, 2 ** -1074];
        const expected = Array.from(sum, (g) => g / divisor);
        // Both are stored rounded; the divisor and its reciprocal are, too.
        const share = 2 * ulp + (shares.length + 4) * 2 ** -53;
        const boundOf = (i: number): number => share * Math.abs(expected[i]!) + least * (1 + 1 / divisor);
        fc.pre(expected.every((g) => Math.abs(g) < 1e38 && Number.isFinite(g)) && sum.every(Number.isFinite));
        expectAllWithin(mean, expected, boundOf, "gradient");
      }),
    );
  });
});

interface Smooth {
  readonly predictions: readonly number[];
  readonly targets: readonly number[];
  readonly options: object;
}

const real = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });

const someOf = <T>(one: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> =>
  fc.array(one, { minLength: length, maxLength: length });

/** Where a loss is smooth and its slope neither vanishes in the rounding of the oracle nor bends much. */
const smoothCases: Record<LossName, fc.Arbitrary<Smooth>> = {
  binaryCrossEntropy: fc.record({
    predictions: someOf(real(0.05, 0.95), 6),
    targets: someOf(real(0, 1), 6),
    options: fc.record({ numLabels: fc.constantFrom(1, 3), reduction: fc.constantFrom("mean", "sum") }),
  }),
  binaryCrossEntropyWithLogits: fc.record({
    predictions: someOf(real(-8, 8), 6),
    targets: someOf(real(0, 1), 6),
    options: fc.record({
      numLabels: fc.constant(3),
      posWeight: someOf(real(0, 5), 3),
      reduction: fc.constantFrom("mean", "sum"),
      elementWeight: someOf(real(0, 2), 6),
    }),
  }),
  crossEntropy: fc.record({
    predictions: someOf(real(-8, 8), 12),
    targets: someOf(fc.nat(3), 3),
    options: fc.record({
      numClasses: fc.constant(4),
      weight: someOf(real(0.1, 5), 4),
      labelSmoothing: real(0, 1),
      reduction: fc.constantFrom("mean", "sum"),
      sampleWeight: someOf(real(0.1, 2), 3),
    }),
  }),
  mseLoss: fc.record({
    predictions: someOf(real(-8, 8), 6),
    targets: someOf(real(-8, 8), 6),
    options: fc.record({ reduction: fc.constantFrom("mean", "sum"), sampleWeight: someOf(real(0.1, 2), 6) }),
  }),
};

test.each(lossNames)("gradients of %s are the slopes of the oracle's values", (name) => {
  const [slow, fast] = [oracle, assay].map((backend) => backend[name]) as unknown as {
    (predictions: Reals, targets: Labels, options: object): number;
    withGradient(predictions: Reals, targets: Labels, options: object): { gradient: Float64Array };
  }[];
  const step = 2 ** -17;
  fc.assert(
    fc.property(smoothCases[name], ({ predictions, targets, options }) => {
      const moved = (i: number, by: number): number =>
        slow!(
          predictions.map((x, j) => (i === j ? x + by : x)),
          targets,
          options,
        );
      // Off by a sixth of the third derivative times step², and by the rounding of the loss over the step.
      const slopes = predictions.map((_, i) => (moved(i, step) - moved(i, -step)) / (2 * step));
      const boundOf = (i: number): number => 1e-6 * (1 + Math.abs(slopes[i]!));
      expectAllWithin(fast!.withGradient(predictions, targets, options).gradient, slopes, boundOf, "gradient");
      const { values } = columnOf({ type: "float32", place: "heap" }, predictions);
      const single = fast!.withGradient(values as Float32Array, targets, options).gradient;
      // The predictions themselves were rounded to float32.
      expectAllWithin(single, slopes, (i) => 20 * boundOf(i), "float32 gradient");
    }),
  );
});
