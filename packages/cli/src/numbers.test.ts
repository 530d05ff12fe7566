import { describe, expect, it } from "vitest";
import { Growing, growingFloats, looksNumeric, parseDecimal, parseWhole } from "./numbers.js";

describe("parseDecimal", () => {
  it.each([
    ["0.25", 0.25],
    ["-1", -1],
    ["+1.", 1],
    [".5", 0.5],
    ["3.0853145e-05", 3.0853145e-5],
    ["1E3", 1000],
  ])("%s", (text, value) => {
    expect(parseDecimal(text)).toBe(value);
  });

  it.each(["", " ", "abc", "0x10", "0b1", "1_000", "1,5", "NaN", "Infinity", "1e", "--1", "1 2", "٣"])(
    "not %j",
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
    },
  );
});

it("looksNumeric also knows what programs write for what is no number", () => {
  expect(["1", "-2.5", "nan", "NaN", "-inf", "Infinity"].every(looksNumeric)).toBe(true);
  expect(["", "cat", "1st", "NA", "infinite"].some(looksNumeric)).toBe(false);
});

it("parseWhole takes whole numbers, however they are written", () => {
  expect(["7", "+7", "007", "7.0", "7."].map(parseWhole)).toEqual([7, 7, 7, 7, 7]);
  expect(Object.is(parseWhole("-0"), 0)).toBe(true);
  expect(["7.5", "7e0", "x", "", "9007199254740993"].map(parseWhole)).toEqual(Array(5).fill(undefined));
});

it("Growing keeps everything while it grows", () => {
  const growing = new Growing((length) => new Int32Array(length));
  for (let i = 0; i < 5000; i++) growing.push(i);
  expect(growing.length).toBe(5000);
  expect(growing.finish()).toEqual(Int32Array.from({ length: 5000 }, (_, i) => i));
});

it("growingFloats rounds only when asked", () => {
  for (const float32 of [true, false]) {
    const growing = growingFloats(float32);
    growing.push(0.1);
    expect(growing.finish()[0]).toBe(float32 ? Math.fround(0.1) : 0.1);
  }
});
