import { expect, it } from "vitest";
import { bytes, count, counter, duration, measure, percent, plural, rate, signed, threshold } from "./format.js";

it("measures never look more certain than they are", () => {
  expect([0, 1, 0.5, 0.99996, 0.99994, 0.00004, 0.00006].map(measure)).toEqual([
    "0.0000",
    "1.0000",
    "0.5000",
    ">0.9999",
    "0.9999",
    "<0.0001",
    "0.0001",
  ]);
  expect([Number.NaN, Number.POSITIVE_INFINITY, 36.04].map(measure)).toEqual(["—", "+∞", "36.0400"]);
});

it("thresholds can be applied as they are printed", () => {
  expect(threshold(0.1 + 0.2, false)).toBe("0.30000000000000004");
  expect(threshold(Math.fround(0.26228866), true)).toBe("0.26228866");
  expect(threshold(0.5, true)).toBe("0.5");
  expect(threshold(0, true)).toBe("0");
  expect(threshold(1, true)).toBe("1");
  expect(threshold(Number.POSITIVE_INFINITY, false)).toBe("+∞");
});

it("differences have a sign, unless they round to nothing", () => {
  expect([0.25, -0.25, 0.0004, -0.0004, Number.NaN].map(signed)).toEqual(["+0.250", "−0.250", " 0.000", " 0.000", "—"]);
});

it("counts are whole, or alike", () => {
  expect([0, 1234567, 12.5].map(count)).toEqual(["0", "1,234,567", "12.50"]);
  expect([1, 2.5].map(counter([1, 2.5]))).toEqual(["1.00", "2.50"]);
  expect([plural(1, "row"), plural(2000, "row"), plural(2, "class", "classes")]).toEqual([
    "1 row",
    "2,000 rows",
    "2 classes",
  ]);
  expect(percent(0.12345)).toBe("12.3 %");
});

it("durations, rates and sizes have three digits", () => {
  expect([0.0123, 0.9, 1, 12.34, 999.4, 999.6, 12345, 59_949, 59_950, 3_600_000].map(duration)).toEqual([
    "12.3 µs",
    "900 µs",
    "1.00 ms",
    "12.3 ms",
    "999 ms",
    "1.00 s",
    "12.3 s",
    "59.9 s",
    "1 min 0 s",
    "60 min 0 s",
  ]);
  expect([123456, 1_234_567, 2_345_678_901].map(rate)).toEqual(["123,000", "1.23 million", "2.35 billion"]);
  expect([1, 999, 1000, 69_900, 1_500_000, 2e12].map(bytes)).toEqual([
    "1 byte",
    "999 bytes",
    "1.00 kB",
    "69.9 kB",
    "1.50 MB",
    "2.00 TB",
  ]);
});
