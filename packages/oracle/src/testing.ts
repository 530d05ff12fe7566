/** What tests of this package share. */
import { expect } from "vitest";

/** To a few units in the last place. */
export function expectClose(got: number, expected: number): void {
  expect(Math.abs(got - expected)).toBeLessThanOrEqual(1e-15 * Math.abs(expected));
}

/** Each element to a few units in the last place. */
export function expectAllClose(got: ArrayLike<number>, expected: readonly number[]): void {
  expect(got.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expectClose(got[i]!, value);
  });
}
