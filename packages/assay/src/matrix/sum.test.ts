import fc from "fast-check";
import { expect, test } from "vitest";
import { commonUnit, multiple, nearest } from "./exact.js";
import { mean, sum } from "./sum.js";

const numbers = fc.oneof(
  fc.integer({ min: -9, max: 9 }),
  fc.integer({ min: -9, max: 9 }).map((x) => x / 2 ** 53),
  fc.double({ min: -1e9, max: 1e9, noNaN: true }),
);

test("a sum is the float64 next to that of big integers", () => {
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 40 }), (values) => {
      const unit = commonUnit([1, ...values.map(Math.abs)]);
      const exact = values.reduce((total, x) => {
        const whole = multiple(Math.abs(x), unit);
        return x < 0 ? total - whole : total + whole;
      }, 0n);
      expect(sum(values)).toBe(exact < 0n ? -nearest(-exact, unit) : nearest(exact, unit));
    }),
  );
});

test("a tie is decided by what lies below it", () => {
  const [ulp, tiny] = [2 * Number.EPSILON, Number.MIN_VALUE];
  expect(sum([2, ulp / 2])).toBe(2);
  expect(sum([2, ulp / 2, tiny])).toBe(2 + ulp);
  expect(sum([2 + ulp, ulp / 2, -tiny])).toBe(2 + ulp);
  expect(sum([-2, -ulp / 2, -tiny])).toBe(-2 - ulp);
});

test("infinities stay what they are", () => {
  expect(sum([1, Number.POSITIVE_INFINITY, 2])).toBe(Number.POSITIVE_INFINITY);
  expect(sum([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])).toBeNaN();
});

test("a mean leaves out what is undefined", () => {
  expect(mean([1, Number.NaN, 4], [1, 5, 2])).toBe(3);
  expect(mean([Number.NaN, 4], [1, 0])).toBeNaN();
  expect(mean([], [])).toBeNaN();
});
