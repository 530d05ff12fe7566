import { describe, expect, test } from "vitest";
import { chiSquareUpperTail, fairUpperTail, lnBinomial, normalQuantile, normalUpperTail } from "./distributions.js";

/** Within a share of the expected value. */
function expectNear(got: number, expected: number, share: number): void {
  expect(Math.abs(got - expected)).toBeLessThanOrEqual(share * Math.abs(expected));
}

// mpmath 1.4.1 with sixty digits: erfc, its inverse by Newton's method, gammainc.
describe("distributions", () => {
  test.each([
    [-1.5, 0.9331927987311419],
    [0, 0.5],
    [1e-5, 0.49999601057719606],
    [1.959963984540054, 0.025000000000000012],
    [2, 0.02275013194817921],
    [5.1, 1.6982674071476014e-7],
    [37, 5.725571222524577e-300],
  ])("the chance that a normal number is above %f", (x, chance) => {
    // The exponential of −x²/2 loses what x² rounds off.
    expectNear(normalUpperTail(x), chance, 1e-15 * (1 + x * x));
  });

  test.each([
    [1e-300, -37.0470962993612],
    [1e-10, -6.361340902404057],
    [0.025, -1.9599639845400543],
    [0.4, -0.2533471031357997],
    [0.975, 1.9599639845400538],
    [1 - 2 ** -53, 8.209536151601387],
  ])("the normal quantile of %f", (p, x) => {
    expectNear(normalQuantile(p), x, 1e-14);
  });

  test("at the ends and outside", () => {
    expect([0, 0.5, 1, -0.1, 1.1, NaN].map(normalQuantile)).toEqual([-Infinity, 0, Infinity, NaN, NaN, NaN]);
  });

  test.each([
    [0.5, 1, 0.4795001221869535],
    [3.841458820694124, 1, 0.05000000000000006],
    [700, 1, 2.9902269751246203e-154],
    [5, 2, 0.0820849986238988],
    [6, 3, 0.11161022509471256],
    [15.5, 8, 0.050122054532665224],
    [124.3, 100, 0.050266398300158395],
  ])("the chance that a χ² is above %f with %i degrees of freedom", (x, degrees, chance) => {
    expectNear(chiSquareUpperTail(x, degrees), chance, 1e-15 * (10 + x));
  });

  test("heads of fair coins", () => {
    expect(fairUpperTail(5, 5)).toBeCloseTo(1 / 32, 15);
    expect(fairUpperTail(3, 7)).toBeCloseTo(99 / 128, 15);
    expect([fairUpperTail(0, 7), fairUpperTail(-1, 7), fairUpperTail(0, 0)]).toEqual([1, 1, 1]);
    expectNear(fairUpperTail(500_000_001, 1e9), 0.49998738433739304, 1e-11);
    expectNear(fairUpperTail(500_050_000, 1e9), 0.0007827861305419038, 1e-11);
  });

  test("chances of a binomial add up to 1", () => {
    for (const n of [1, 2, 19, 20, 21, 60]) {
      const chances = Array.from({ length: n + 1 }, (_, k) => Math.exp(lnBinomial(k, n, 0.3, 0.7)));
      expectNear(
        chances.reduce((sum, chance) => sum + chance, 0),
        1,
        1e-13,
      );
    }
  });
});
