/**
 * Comparison within a bound.
 *
 * @module
 */
import { expect } from "vitest";
import { shown } from "./bits.js";

/** What a transcendental in float32 may cost: a share of the sum of the absolute terms of the definition. */
export const SINGLE = 2.5e-7;

/** What anything in float64 may cost: the same share there. */
export const DOUBLE = 1e-12;

/** Demands a number within a bound of another one. NaN and the infinities are close to nothing but themselves. */
export function expectWithin(actual: number, expected: number, bound: number, what = "result"): void {
  if (Object.is(actual, expected)) return;
  if (Number.isFinite(expected) && Math.abs(actual - expected) <= bound) return;
  throw new Error(`${what} is ${shown(actual)} instead of ${shown(expected)}, with a bound of ${bound}`);
}

/** The same for all numbers of an array, with a bound for each. */
export function expectAllWithin(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  boundOf: (i: number) => number,
  what = "result",
): void {
  if (actual.length !== expected.length) {
    throw new Error(`${what} has ${actual.length} numbers instead of ${expected.length}`);
  }
  for (let i = 0; i < expected.length; i++) expectWithin(actual[i]!, expected[i]!, boundOf(i), `${what}[${i}]`);
}

/** Largest finite float32. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/** The same for derivatives: what float32 cannot hold, or may not hold within the bound, is stored as infinite. */
export function expectDerivatives(
  actual: Float32Array | Float64Array,
  expected: ArrayLike<number>,
  boundOf: (i: number) => number,
): void {
  const isSingle = actual instanceof Float32Array;
  const held = Array.from(expected, (g, i) => {
    const overflows = isSingle && !Number.isFinite(actual[i]) && Math.abs(g) + boundOf(i) > LARGEST;
    return overflows ? actual[i]! : g;
  });
  expectAllWithin(actual, held, boundOf, "gradient");
}

/**
 * The same for all numbers in two values of the same shape, each within a share of itself; everything else is to be
 * equal.
 */
export function expectClose(actual: unknown, expected: unknown, share: number, what = "result"): void {
  if (typeof expected === "number") {
    expectWithin(actual as number, expected, share * Math.abs(expected), what);
  } else if (typeof expected !== "object" || expected === null) {
    expect(actual, what).toBe(expected);
  } else {
    const entries = Object.entries(expected);
    expect(Object.keys(actual as object), what).toEqual(entries.map(([key]) => key));
    for (const [key, value] of entries) {
      expectClose((actual as Record<string, unknown>)[key], value, share, `${what}.${key}`);
    }
  }
}
