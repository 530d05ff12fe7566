import { expect, test } from "vitest";
import { commonUnit, Ratio } from "./ratio.js";

test("a quotient is rounded once", () => {
  expect(Ratio.of(1n, 3n).value()).toBe(1 / 3);
  expect(Ratio.of(-1n, 3n).value()).toBe(-1 / 3);
  expect(Ratio.of(1n, -3n).value()).toBe(-1 / 3);
  // 2^53 + 1 lies half-way between two float64s: to the even one, unless there is anything more.
  expect(Ratio.of(2n ** 53n + 1n).value()).toBe(2 ** 53);
  expect(Ratio.of(2n ** 53n + 3n).value()).toBe(2 ** 53 + 4);
  expect(Ratio.of(2n ** 200n + 2n ** 147n + 1n, 2n ** 147n).value()).toBe(2 ** 53 + 2);
  // Numbers that no float64 can hold.
  expect(Ratio.of(10n ** 400n, 10n ** 399n).value()).toBe(10);
  expect(Ratio.of(10n ** 400n).value()).toBe(Infinity);
  // The smallest float64, half of it, and a little more than that.
  expect(Ratio.of(1n, 2n ** 1074n).value()).toBe(5e-324);
  expect(Ratio.of(1n, 2n ** 1075n).value()).toBe(0);
  expect(Ratio.of(2n ** 60n + 1n, 2n ** 1135n).value()).toBe(5e-324);
  expect(Ratio.of(0n, 10n ** 400n).value()).toBe(0);
});

test("+ − × ÷ are exact", () => {
  const tenth = Ratio.from(0.1);
  // 0.1 is 0.1000000000000000055511151231257827… and 0.3 is 0.2999999999999999888977697537484…
  expect(tenth.plus(tenth).plus(tenth).minus(Ratio.from(0.3)).value()).toBe(2 ** -55);
  expect(Ratio.from(1e300).times(Ratio.from(1e300)).over(Ratio.from(1e300)).value()).toBe(1e300);
  expect(Ratio.from(5e-324).over(Ratio.from(-5e-324)).value()).toBe(-1);
  expect(Ratio.from(-3.5).sign()).toBe(-1);
});

test("what is made of an undefined quotient is undefined", () => {
  const one = Ratio.of(1n);
  const none = Ratio.of(1n, 0n);
  for (const made of [none, one.plus(none), none.minus(one), none.times(one), none.over(one), one.over(none)]) {
    expect([made.value(), made.root()]).toEqual([undefined, undefined]);
  }
  expect(one.over(Ratio.of(0n)).value()).toBeUndefined();
});

test("square roots are rounded once", () => {
  expect(Ratio.of(2n).root()).toBe(Math.SQRT2);
  expect(Ratio.of(1n, 4n).root()).toBe(0.5);
  expect(Ratio.of(0n).root()).toBe(0);
  for (const x of [3, 1e-300, 1e300, 5e-324, 0.7]) expect(Ratio.from(x).root()).toBe(Math.sqrt(x));
  expect(Ratio.of(10n ** 800n, 10n ** 780n).root()).toBe(1e10);
});

test("numbers have a common unit", () => {
  expect(commonUnit([3, 0])).toEqual({ wholes: [3n, 0n], exponent: 0 });
  expect(commonUnit([0.5, 3, 0.125])).toEqual({ wholes: [4n, 24n, 1n], exponent: -3 });
  expect(commonUnit([5e-324]).exponent).toBe(-1074);
});
