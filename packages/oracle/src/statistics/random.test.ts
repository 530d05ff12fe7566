import { expect, test } from "vitest";
import { philox, uniformsAt, type Words, wordsAt } from "./random.js";

// Random123 1.14, kat_vectors.
test.each<[readonly [number, number], Words, Words]>([
  [
    [0, 0],
    [0, 0, 0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0xa4093822, 0x299f31d0],
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
])("the published words of key %j and counter %j", (key, counter, words) => {
  expect(philox(key, counter)).toEqual(words);
});

test("a place is a counter", () => {
  const place = { purpose: 3, index: 0x138a2e * 2 ** 32 + 0x85a308d3, replicate: 0x03707344 };
  const words = philox([0x299f31d0, 0x9], [7, 0x85a308d3, 0x03138a2e, 0x03707344]);
  expect(wordsAt(9 * 2 ** 32 + 0x299f31d0, place, 7)).toEqual(words);
});

test("uniform numbers are middles of equal parts", () => {
  const place = { purpose: 0, index: 1, replicate: 2 };
  const [a, b, c, d] = wordsAt(5, place, 3);
  const expected = [a * 2 ** 20 + (b >>> 12), c * 2 ** 20 + (d >>> 12)].map((part) => (part + 0.5) / 2 ** 52);
  expect(uniformsAt(5, place, 3)).toEqual(expected);
});
