import fc from "fast-check";
import { expect, test } from "vitest";
import { multiple, nearest } from "./exact.js";
import { ExactSums, gridOf } from "./exact-sums.js";

const counts = fc.oneof(
  fc.nat(1000),
  fc.maxSafeInteger().map(Math.abs),
  fc.double({ min: 0, max: 1e6, noNaN: true }),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true, max: 1e300 }),
);

test("totals are those of big integers", () => {
  const added = fc.array(fc.tuple(fc.nat(3), counts), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(added, (each) => {
      const grid = gridOf(Float64Array.from(each, ([, count]) => count));
      const sums = new ExactSums(4, grid);
      const expected = [0n, 0n, 0n, 0n];
      for (const [index, count] of each) {
        sums.add(index, count);
        expected[index] = (expected[index] as bigint) + multiple(count, grid.unit);
      }
      expect(sums.wholes()).toEqual(expected);
      expect([...sums.numbers()]).toEqual(expected.map((whole) => nearest(whole, grid.unit)));
    }),
  );
});

test("whole counts are added as they are while all of them stay exact", () => {
  expect(gridOf(Float64Array.of(2 ** 52, 2 ** 52 - 1, 0)).isPlain).toBe(true);
  expect(gridOf(Float64Array.of(2 ** 52, 2 ** 52)).isPlain).toBe(false);
  // Rounded, this sum is 2⁵³ too.
  expect(gridOf(Float64Array.of(2 ** 53, 1)).isPlain).toBe(false);
  expect(gridOf(Float64Array.of(1, 0.5)).isPlain).toBe(false);
  expect(gridOf(Float64Array.of(0, 0)).isPlain).toBe(true);
});
