/**
 * Numbers as bits: the neighbours of a float, and comparison to the last of them.
 *
 * @module
 */

const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);
const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);

/** The float64 a step further up (1) or down (−1). */
export function neighbour(x: number, step: 1 | -1): number {
  if (x === 0) return step * 2 ** -1074;
  double[0] = x;
  doubleBits[0] = doubleBits[0]! + BigInt(x > 0 ? step : -step);
  return double[0];
}

/** The float32 a step further up (1) or down (−1). */
export function neighbour32(x: number, step: 1 | -1): number {
  if (Math.fround(x) === 0) return step * 2 ** -149;
  single[0] = x;
  singleBits[0] = singleBits[0]! + (x > 0 ? step : -step);
  return single[0];
}

/** A number as its bits, in hexadecimal. Every NaN is the same one. */
export function bitsOf(x: number): string {
  double[0] = Number.isNaN(x) ? Number.NaN : x;
  return BigInt.asUintN(64, doubleBits[0]!).toString(16).padStart(16, "0");
}

/** Demands equal bits, number by number. */
export function expectSameNumbers(actual: ArrayLike<number>, expected: ArrayLike<number>, what = "result"): void {
  if (actual.length !== expected.length) {
    throw new Error(`${what} has ${actual.length} numbers instead of ${expected.length}`);
  }
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(actual[i], expected[i])) continue;
    throw new Error(`${what}[${i}] is ${shown(actual[i]!)} instead of ${shown(expected[i]!)}`);
  }
}

/** Demands equal bits of every number in two values of the same shape: numbers, arrays, objects of them. */
export function expectSame(actual: unknown, expected: unknown, what = "result"): void {
  if (Object.is(actual, expected)) return;
  if (isNumbers(actual) && isNumbers(expected)) {
    expectSameNumbers(actual, expected, what);
    return;
  }
  if (typeof expected !== "object" || expected === null || typeof actual !== "object" || actual === null) {
    throw new Error(`${what} is ${shown(actual)} instead of ${shown(expected)}`);
  }
  const keys = Object.keys(expected);
  const others = Object.keys(actual);
  if (keys.join() !== others.join()) throw new Error(`${what} has ${others.join()} instead of ${keys.join()}`);
  for (const key of keys) {
    expectSame(actual[key as keyof typeof actual], expected[key as keyof typeof expected], `${what}.${key}`);
  }
}

function isNumbers(value: unknown): value is ArrayLike<number> {
  return ArrayBuffer.isView(value);
}

/** A value for a message: numbers with their bits, for two of them may print alike. */
export function shown(value: unknown): string {
  if (typeof value !== "number") return JSON.stringify(value) ?? String(value);
  return `${Object.is(value, -0) ? "-0" : value} (${bitsOf(value)})`;
}
