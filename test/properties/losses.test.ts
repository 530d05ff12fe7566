import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame, expectSameNumbers } from "../support/bits.js";
import { DOUBLE, expectAllWithin, expectWithin, SINGLE } from "../support/bounds.js";
import { columnOf, places } from "../support/columns.js";
import { expand, lengths, probabilityDraws, repetitionRecipes } from "../support/draws.js";
import { complaintOf } from "../support/errors.js";
import {
  factorOf,
  hasShare,
  isSingle,
  type LossCase,
  lossCases,
  lossNames,
  moveLoss,
  ofAssay,
  ofOracle,
  shareOf,
  smallestValue,
  takeLoss,
  unweighted,
} from "../support/losses.js";
import { answers, ingredients, labelledRows, shuffled } from "../support/rows.js";
import { exactSum } from "../support/sum.js";

const { binaryCrossEntropy, binaryCrossEntropyWithLogits, brierScore, crossEntropy, logLoss, mseLoss } = assay;

type Ask = typeof ofAssay;

function valuesOf(one: LossCase, of: Ask = ofAssay): Float64Array {
  return of(one, (loss, p, y, given) => loss(p, y, { ...given, reduction: "none" }));
}

function numberOf(one: LossCase, reduction: "mean" | "sum", of: Ask = ofAssay): number {
  return of(one, (loss, p, y, given) => loss(p, y, { ...given, reduction })) as number;
}

/** What a value may be off by: all terms of a value have one sign, so that it is their absolute sum itself. */
function bound(one: LossCase, expected: number, factor: number): number {
  return (isSingle(one) ? SINGLE : DOUBLE) * expected + smallestValue(one, factor);
}

/** What the mean divides by. */
function shares(one: LossCase): number {
  return Array.from({ length: one.rows.count }, (_, row) => shareOf(one, row)).reduce((sum, share) => sum + share, 0);
}

describe.each(lossNames)("%s agrees with the oracle", (name) => {
  test("in every value", () => {
    fc.assert(
      fc.property(lossCases[name], (one) => {
        const expected = valuesOf(one, ofOracle);
        expectAllWithin(valuesOf(one), expected, (i) => bound(one, expected[i]!, factorOf(one, i)), "values");
      }),
    );
  });

  test.each(["sum", "mean"] as const)("in the %s", (reduction) => {
    fc.assert(
      fc.property(lossCases[name], (one) => {
        const expected = numberOf(one, reduction, ofOracle);
        const factors = Array.from({ length: one.rows.count * one.valueColumns }, (_, i) => factorOf(one, i));
        const total = factors.reduce((sum, factor) => sum + factor, 0);
        const share = reduction === "sum" ? 1 : shares(one);
        expectWithin(numberOf(one, reduction), expected, bound(one, expected, total / share));
      }),
    );
  });
});

describe.each(lossNames)("%s, to the last bit", (name) => {
  test("the sum is the exact sum of the values, rounded once", () => {
    fc.assert(
      fc.property(lossCases[name], (one) => {
        expectSame(numberOf(one, "sum"), exactSum(valuesOf(one)), "sum");
      }),
    );
  });

  test("a value does not depend on where its row is, nor on the others", () => {
    fc.assert(
      fc.property(lossCases[name], fc.nat(), (one, seed) => {
        const values = valuesOf(one);
        const order = shuffled(one.rows.count, seed).slice(0, 1 + (seed % one.rows.count));
        const some = takeLoss(one, order);
        fc.pre(hasShare(some));
        const { valueColumns } = one;
        const expected = order.flatMap((row) => [...values.subarray(row * valueColumns, (row + 1) * valueColumns)]);
        expectSameNumbers(valuesOf(some), expected, "values");
      }),
    );
  });

  test("nothing depends on where the arrays are", () => {
    fc.assert(
      fc.property(lossCases[name], fc.constantFrom(...places), (one, place) => {
        fc.pre(place !== "numbers");
        const all = (of: LossCase): unknown => [valuesOf(of), numberOf(of, "sum"), numberOf(of, "mean")];
        expectSame(all(moveLoss(one, place)), all(moveLoss(one, "heap")), place);
      }),
    );
  });

  test("a row of weight 0 is absent", () => {
    fc.assert(
      fc.property(lossCases[name], fc.nat(), (one, seed) => {
        const present = shuffled(one.rows.count, seed).slice(0, 1 + (seed % one.rows.count));
        const zero = Float64Array.from(one.rows.weight?.values ?? new Float64Array(one.rows.count).fill(1));
        for (const row of zero.keys()) if (!present.includes(row)) zero[row] = 0;
        const weighted = { ...one, rows: { ...one.rows, weight: columnOf({ type: "float64", place: "heap" }, zero) } };
        const some = takeLoss(weighted, present);
        fc.pre(hasShare(some));
        for (const reduction of ["sum", "mean"] as const) {
          expectSame(numberOf(weighted, reduction), numberOf(some, reduction), reduction);
        }
      }),
    );
  });

  test("elementWeight multiplies the values, and the mean still divides by their number", () => {
    fc.assert(
      fc.property(lossCases[name], (one) => {
        fc.pre(one.elementWeight !== undefined && hasShare(unweighted(one)));
        const plain = { ...one, rows: { ...one.rows, weight: undefined } };
        const values = valuesOf(unweighted(one));
        const { values: factors } = one.elementWeight!;
        const expected = values.map((value, i) => (factors[i] === 0 ? 0 : value * factors[i]!));
        // Class weights are factors, too: of three, two are multiplied first.
        const isExact = one.options.weight === undefined;
        expectAllWithin(valuesOf(plain), expected, (i) => (isExact ? 0 : 2 ** -51 * expected[i]!), "values");
        if (isExact && one.options.ignoreIndex === undefined) {
          expectSame(numberOf(plain, "mean"), exactSum(expected) / expected.length, "mean");
        }
      }),
    );
  });
});

describe.each(lossNames)("%s with whole weights", (name) => {
  test("is the loss of repeated rows", () => {
    fc.assert(
      fc.property(lossCases[name], repetitionRecipes, (one, recipe) => {
        const plain = unweighted(one);
        const { count } = one.rows;
        const times = expand(recipe, count);
        times[0] ||= 1;
        const weight = columnOf({ type: "float64", place: "heap" }, times);
        const weighted = { ...plain, rows: { ...plain.rows, weight } };
        const repeated = takeLoss(
          plain,
          [...times.keys()].flatMap((row) => new Array<number>(times[row]!).fill(row)),
        );
        fc.pre(hasShare(repeated));
        for (const reduction of ["sum", "mean"] as const) {
          const expected = numberOf(repeated, reduction);
          // The 24 bits of a float32 number times a small whole number fit a float64; those of another may not.
          const isExact = valuesOf(repeated).every((value) => Math.fround(value) === value);
          const noClasses = one.options.weight === undefined;
          expectWithin(
            numberOf(weighted, reduction),
            expected,
            isExact && noClasses ? 0 : 2 ** -50 * expected,
            reduction,
          );
        }
      }),
    );
  });

  test("has the same mean where all weights are doubled", () => {
    fc.assert(
      fc.property(lossCases[name], (one) => {
        const { weight } = one.rows;
        fc.pre(weight !== undefined);
        const doubled = columnOf(
          { type: "float64", place: "heap" },
          Float64Array.from(weight!.values, (w) => 2 * w),
        );
        expectSame(numberOf({ ...one, rows: { ...one.rows, weight: doubled } }, "mean"), numberOf(one, "mean"), "mean");
      }),
    );
  });
});

const logLossCases = fc
  .record({ from: ingredients(lengths, probabilityDraws), numClasses: fc.constantFrom(undefined, 2, 3, 10) })
  .map(({ from, numClasses }) => ({
    rows: labelledRows(from, numClasses ?? 1, numClasses ?? 2),
    options: numClasses ? { numClasses } : {},
  }));

test("logLoss agrees with the oracle", () => {
  fc.assert(
    fc.property(logLossCases, fc.constantFrom("mean", "sum"), ({ rows, options }, reduction) => {
      const { actual, expected } = answers(rows, (backend, p, y, weights) =>
        backend.logLoss(p, y, { ...options, ...weights, reduction }),
      );
      const share = rows.predictions.values instanceof Float32Array ? SINGLE : DOUBLE;
      expectWithin(actual, expected, share * expected);
    }),
  );
});

// Targets in float64 beside predictions in float32: what the targets say must not be lost.
test.each([
  ["binaryCrossEntropy", 1],
  ["binaryCrossEntropyWithLogits", Infinity],
] as const)("%s keeps the digits of a float64 target", (name, x) => {
  const loss = { binaryCrossEntropy, binaryCrossEntropyWithLogits }[name];
  const target = new Float64Array([0.999]);
  const { gradient } = loss.withGradient(new Float32Array([x]), target);
  const wide = loss.withGradient(new Float64Array([x]), target);
  expectAllWithin(gradient, wide.gradient, () => SINGLE * Math.abs(wide.gradient[0]!), "gradient");
  const value = loss(new Float32Array([x]), target);
  if (Number.isFinite(wide.loss)) expectWithin(value, wide.loss, SINGLE * wide.loss, "value");
});

describe("ends of the range", () => {
  const types = [Float32Array, Float64Array];

  test("a probability of −0 is 0", () => {
    for (const T of types) {
      for (const target of [0, 0.3, 1]) {
        const [negative, positive] = [-0, 0].map((p) => binaryCrossEntropy(T.of(p), [target]));
        expect(negative).toBe(positive);
      }
      for (const label of [0, 1]) {
        expect(logLoss(T.of(-0), [label])).toBe(logLoss(T.of(0), [label]));
        expect(brierScore(T.of(-0), [label])).toBe(label);
      }
    }
  });

  test("a factor of 0 silences an infinite loss", () => {
    for (const T of types) {
      for (const rest of [[], [0.5]]) {
        const logits = T.of(-Infinity, ...rest);
        const values = binaryCrossEntropyWithLogits(logits, [1, ...rest], { posWeight: 0, reduction: "none" });
        expect(values[0]).toBe(0);
        const { gradient } = binaryCrossEntropyWithLogits.withGradient(logits, [1, ...rest], { posWeight: 0 });
        expect(gradient[0]).toBeCloseTo(0, 12);
      }
    }
  });

  test("a factor of 0 does not hide a NaN", () => {
    for (const T of types) {
      for (const target of [0, 0.5, 1]) {
        const call = (): unknown => binaryCrossEntropyWithLogits(T.of(1, NaN), [0.5, target], { posWeight: 0 });
        expect(complaintOf(call)).toMatchObject({ code: "nan", argument: "predictions", index: 1 });
      }
    }
  });

  test("a single class does not hide a NaN", () => {
    for (const T of types) {
      const call = (): unknown => crossEntropy(T.of(0, NaN), [0, 0], { numClasses: 1 });
      expect(complaintOf(call)).toMatchObject({ code: "nan", argument: "predictions", index: 1 });
    }
  });

  test("a rate that vanishes beside eps still counts", () => {
    for (const { poissonNllLoss } of [assay, oracle]) {
      for (const T of [Float32Array, Float64Array]) {
        const [rates, counts] = [T.of(1e-30, 3e-20, 0, 0.5), [1e30, 1e19, 7, 2]];
        const values = poissonNllLoss(rates, counts, { logInput: false, eps: 1, reduction: "none" });
        // x − t·ln(1 + x), and ln(1 + x) is x for so small ones.
        const exact = [rates[0]! - 1e30 * rates[0]!, rates[1]! - 1e19 * rates[1]!, 0, 0.5 - 2 * Math.log(1.5)];
        expectAllWithin(values, exact, (i) => 1e-14 * Math.abs(exact[i]!));
      }
      expect(poissonNllLoss([0], [0], { logInput: false, eps: 0 })).toBe(0);
      expect(poissonNllLoss([0], [1], { logInput: false, eps: 0 })).toBe(Infinity);
    }
  });

  test("a loss of 0 is +0, beside whatever other rows", () => {
    for (const T of types) {
      for (const rest of [[], [0.5]]) {
        expectSame(binaryCrossEntropy(T.of(1, ...rest), [1, ...rest], { reduction: "none" })[0], 0);
        expectSame(binaryCrossEntropy(T.of(0, ...rest), [0, ...rest], { reduction: "none" })[0], 0);
      }
    }
  });

  test.each([33, 1000, 50_000])("smoothing over %i classes costs no digits", (numClasses) => {
    const loss = crossEntropy(new Float32Array(numClasses), [0], { numClasses, labelSmoothing: 0.1 });
    expectWithin(loss, Math.log(numClasses), SINGLE * Math.log(numClasses));
  });
});

describe("laws", () => {
  const logits = fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 4, maxLength: 4 });
  const rowsOfLogits = fc.array(fc.tuple(logits, fc.nat(3)), { minLength: 1, maxLength: 20 });

  test.each([Float32Array, Float64Array])(
    "a softmax loss does not change where a row of logits is shifted (%o)",
    (T) => {
      const options = fc.record(
        { labelSmoothing: fc.constantFrom(0.1, 1), weight: fc.constant([1, 0.5, 3, 0]) },
        { requiredKeys: [] },
      );
      fc.assert(
        fc.property(rowsOfLogits, fc.integer({ min: -1000, max: 1000 }), options, (rows, shift, options) => {
          const labels = rows.map(([, label]) => label % 3);
          const values = (by: number): Float64Array =>
            crossEntropy(T.from(rows.flatMap(([row]) => row.map((x) => x + by))), labels, {
              ...options,
              numClasses: 4,
              reduction: "none",
            });
          // Whole logits: the sums are exact, and the rows the same ones but for the shift.
          const expected = values(0);
          const share = T === Float32Array ? SINGLE : DOUBLE;
          expectAllWithin(values(shift), expected, (i) => share * expected[i]!, "values");
        }),
      );
    },
  );

  test("classes given another order leave a softmax loss as it is, but for the order of its sum", () => {
    fc.assert(
      fc.property(rowsOfLogits, fc.nat(), (rows, seed) => {
        const order = shuffled(4, seed);
        const loss = crossEntropy(
          rows.flatMap(([row]) => row),
          rows.map(([, label]) => label),
          { numClasses: 4 },
        );
        const renamed = crossEntropy(
          rows.flatMap(([row]) => order.map((k) => row[k]!)),
          rows.map(([, label]) => order.indexOf(label)),
          { numClasses: 4 },
        );
        expectWithin(renamed, loss, DOUBLE * loss);
      }),
    );
  });

  test("two classes are one logit: their difference", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.nat(1)), { minLength: 1 }), (pairs) => {
        const labels = pairs.map(([, y]) => y);
        const binary = binaryCrossEntropyWithLogits(
          pairs.map(([x]) => x),
          labels,
        );
        const multiclass = crossEntropy(
          pairs.flatMap(([x]) => [0, x]),
          labels,
          { numClasses: 2 },
        );
        expectWithin(multiclass, binary, DOUBLE * binary);
      }),
    );
  });

  test("the Brier score of two classes is twice the binary one", () => {
    const rows = fc.array(fc.tuple(fc.nat(1024), fc.nat(1)), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(rows, (pairs) => {
        const labels = pairs.map(([, y]) => y);
        const p = pairs.map(([k]) => k / 1024);
        const binary = brierScore(p, labels);
        const both = p.flatMap((q) => [1 - q, q]);
        expect(brierScore(both, labels, { numClasses: 2 })).toBe(2 * binary);
        expect(brierScore(both, labels, { numClasses: 2, scaleByHalf: true })).toBe(binary);
      }),
    );
  });

  test("a squared error grows with the square of its scale", () => {
    const rows = fc.array(fc.tuple(fc.integer(), fc.integer()), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(rows, fc.integer({ min: -20, max: 20 }), (pairs, k) => {
        const scale = 2 ** k;
        const loss = (by: number): number =>
          mseLoss(
            pairs.map(([x]) => x * by),
            pairs.map(([, y]) => y * by),
          );
        expect(loss(scale)).toBe(loss(1) * scale * scale);
      }),
    );
  });

  test("losses are least where predictions are right", () => {
    const labels = [0, 1, 1, 0, 1];
    const certain = labels.map((y) => (y === 1 ? Infinity : -Infinity));
    expect(mseLoss(labels, labels)).toBe(0);
    expect(binaryCrossEntropy(labels, labels)).toBe(0);
    expect(binaryCrossEntropyWithLogits(certain, labels)).toBe(0);
    expect(
      crossEntropy(
        certain.flatMap((x) => [0, x]),
        labels,
        { numClasses: 2 },
      ),
    ).toBe(0);
    expect(brierScore(labels, labels)).toBe(0);
    expect(logLoss(labels, labels)).toBeLessThan(2.3e-16);
  });

  test("losses of no knowledge are logarithms of the number of answers", () => {
    for (const T of [Float32Array, Float64Array]) {
      const share = T === Float32Array ? SINGLE : DOUBLE;
      expectWithin(binaryCrossEntropyWithLogits(new T(3), [0, 1, 1]), Math.LN2, share * Math.LN2);
      expectWithin(binaryCrossEntropy(new T(3).fill(0.5), [0, 1, 0.3]), Math.LN2, share * Math.LN2);
      for (const numClasses of [2, 10, 1000]) {
        const loss = crossEntropy(new T(2 * numClasses), [0, 1], { numClasses });
        expectWithin(loss, Math.log(numClasses), share * Math.log(numClasses), `${numClasses} classes`);
      }
    }
  });
});
