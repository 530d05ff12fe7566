import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commonUnit, multiple, nearest, quotient, rootOfQuotient, unitInLastPlace } from "./exact.js";

const counts = fc.oneof(fc.nat(100), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }));

/** x as a whole number of 2⁻¹⁰⁷⁴, computed by its decimal-free definition: halving until it is whole. */
function units(x: number): bigint {
  let [value, doubled] = [x, 0n];
  while (!Number.isInteger(value)) {
    value *= 2;
    doubled += 1n;
  }
  return BigInt(value) << (1074n - doubled);
}

describe("unitInLastPlace", () => {
  test.each([
    [1, Number.EPSILON],
    [1.5, Number.EPSILON],
    [2, 2 * Number.EPSILON],
    [0.75, Number.EPSILON / 2],
    [2 ** 53, 2],
    [Number.MAX_VALUE, Number.MAX_VALUE / (2 ** 53 - 1)],
    [Number.MIN_VALUE, Number.MIN_VALUE],
    [0, Number.MIN_VALUE],
  ])("of %d is %d", (x, unit) => {
    expect(unitInLastPlace(x)).toBe(unit);
  });
});

describe("multiples of a unit", () => {
  test("lose nothing, and come back", () => {
    fc.assert(
      fc.property(fc.array(counts, { minLength: 1, maxLength: 4 }), (numbers) => {
        const unit = commonUnit(numbers);
        for (const x of numbers) {
          const whole = multiple(x, unit);
          expect(whole * units(unit)).toBe(units(x));
          expect(nearest(whole, unit)).toBe(x);
        }
      }),
    );
  });

  test("are rounded to even", () => {
    expect(nearest((1n << 53n) + 1n, 1)).toBe(2 ** 53);
    expect(nearest((1n << 53n) + 3n, 0.5)).toBe(2 ** 52 + 2);
    expect(nearest(3n << 2000n, Number.MIN_VALUE)).toBe(multipleOfTwo(3, 926));
  });
});

function multipleOfTwo(x: number, exponent: number): number {
  return Number(BigInt(x) << BigInt(exponent));
}

describe("quotient", () => {
  const wholes = fc.oneof(fc.bigInt({ min: -1000n, max: 1000n }), fc.bigInt({ min: -(1n << 200n), max: 1n << 200n }));
  const divisors = fc.oneof(
    fc.bigInt({ min: 1n, max: 1000n }),
    fc.bigInt({ min: 1n, max: 1n << 200n }),
    // Quotients of these are near the smallest numbers of all, or below.
    fc.bigInt({ min: 1n << 1000n, max: 1n << 1080n }),
  );

  test("is that of float64 where both numbers are float64", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeNat(), (n, d) => {
        fc.pre(d !== 0);
        expect(quotient(BigInt(n), BigInt(d))).toBe(n / d);
      }),
    );
  });

  test("has no neighbour that is nearer", () => {
    fc.assert(
      fc.property(wholes, divisors, (n, d) => {
        fc.pre(n !== 0n);
        const value = quotient(n, d);
        const ulp = unitInLastPlace(Math.abs(value));
        // |value − n/d| ≤ ulp/2, all of it in units of 2⁻¹⁰⁷⁴/2.
        const of = (x: number): bigint => (x < 0 ? -units(-x) : units(x));
        const off = of(value) * d - (n << 1074n);
        expect(2n * (off < 0n ? -off : off)).toBeLessThanOrEqual(units(ulp) * d);
      }),
    );
  });

  test("by 0 is undefined", () => {
    expect(quotient(0n, 0n)).toBeNaN();
    expect(quotient(1n, 0n)).toBeNaN();
  });
});

describe("rootOfQuotient", () => {
  test.each([
    [9n, 9n, 1],
    [1n, 9n, 1 / 3],
    [0n, 2n, 0],
    [1n, 2n, Math.SQRT1_2],
    [1n << 1000n, 1n << 1002n, 0.5],
    // The quotient is too small for float64.
    [1n, 1n << 1200n, 1 / multipleOfTwo(1, 600)],
    [1n, 1n << 2140n, 1 / multipleOfTwo(1, 1000) / multipleOfTwo(1, 70)],
  ])("of %s and %s", (n, d, expected) => {
    expect(rootOfQuotient(n, d)).toBe(expected);
  });

  test("has no neighbour that is nearer", () => {
    const wholes = fc.tuple(fc.bigInt({ min: 1n, max: 1n << 300n }), fc.bigInt({ min: 1n, max: 1n << 600n }));
    fc.assert(
      fc.property(wholes, ([a, b]) => {
        const [n, d] = a < b ? [a, b] : [b, a];
        const value = rootOfQuotient(n, d);
        const ulp = unitInLastPlace(value);
        // (2·value ± ulp)²·d on both sides of 4n, in units of 2⁻²¹⁴⁸.
        const squared = (x: bigint): bigint => x * x * d;
        expect(squared(2n * units(value) - units(ulp))).toBeLessThanOrEqual(n << 2150n);
        expect(squared(2n * units(value) + units(ulp))).toBeGreaterThanOrEqual(n << 2150n);
      }),
    );
  });

  test("by 0 is undefined", () => {
    expect(rootOfQuotient(0n, 0n)).toBeNaN();
  });
});
