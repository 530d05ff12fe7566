import { expect, test } from "vitest";
import { ExactSum, exactSum, exactSums } from "./sum.js";

test("the sum is exact and rounded once", () => {
  expect(exactSum([])).toBe(0);
  expect(exactSum([0.1, 0.2, 0.3])).toBe(0.6);
  expect(exactSum([1e308, 1e308, -1e308, -1e308, 5e-324])).toBe(5e-324);
  expect(exactSum([1, 1e100, 1, -1e100])).toBe(2);
  expect(exactSum(new Float64Array(10).fill(0.1))).toBe(1);
  expect(exactSum([2 ** 53, 1])).toBe(2 ** 53);
  expect(exactSum([2 ** 53, 1, 2 ** -1000])).toBe(2 ** 53 + 2);
  expect(exactSum([-(2 ** 53), -1, -(2 ** -1000)])).toBe(-(2 ** 53) - 2);
  expect(exactSum([1.7976931348623157e308, 1.7976931348623157e308])).toBe(Infinity);
  expect(exactSum([3 * 5e-324, -5e-324])).toBe(1e-323);
});

test("infinities", () => {
  expect(exactSum([1, Infinity])).toBe(Infinity);
  expect(exactSum([1, -Infinity])).toBe(-Infinity);
  expect(exactSum([Infinity, -Infinity])).toBeNaN();
});

test("order does not matter, against big integers", () => {
  let state = 1;
  const random = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  for (let round = 0; round < 50; round++) {
    // Whole multiples of 2^-40, whose sum a big integer gives.
    const units = Array.from({ length: 40 }, () => Math.round((random() - 0.5) * 2 ** (random() * 52)));
    const expected = Number(units.reduce((sum, unit) => sum + BigInt(unit), 0n)) * 2 ** -40;
    const values = units.map((unit) => unit * 2 ** -40);
    expect(exactSum(values)).toBe(expected);
    expect(exactSum(values.reverse())).toBe(expected);
  }
});

test("more additions than a lane holds", () => {
  const sum = new ExactSum();
  for (let i = 0; i < (1 << 21) + 5; i++) sum.add(2 - 2 ** -52);
  // n(2 − 2^-52) lies just over half a unit (2^-30) below 2n.
  expect(sum.value()).toBe(((1 << 21) + 5) * 2 - 2 ** -30);
});

test("sums of groups", () => {
  expect(exactSums(3, Int32Array.of(2, 0, 2), Float64Array.of(1, 2, 3))).toEqual(Float64Array.of(2, 0, 4));
});
