import { describe, expect, test } from "vitest";
import { labelEncoder } from "./index.js";

test("strings in the order of their code units", () => {
  // The surrogates of 😀 (U+1F600) are smaller code units than ﬁ (U+FB01), though its code point is larger.
  const encoder = labelEncoder(["b", "a", "Z", "a"], ["ﬁ", "😀", "10", "9"]);
  expect(encoder.classes).toEqual(["10", "9", "Z", "a", "b", "😀", "ﬁ"]);
  expect(encoder.encode(["a", "10", "ﬁ"])).toEqual(Int32Array.of(3, 0, 6));
  expect(encoder.decode(Uint8Array.of(3, 0))).toEqual(["a", "10"]);
});

test("numbers ascending", () => {
  const encoder = labelEncoder([10, 9], Int32Array.of(-1), [-0]);
  expect(encoder.classes).toEqual([-1, 0, 9, 10]);
  expect(encoder.encode(Float32Array.of(9, -0, 10))).toEqual(Int32Array.of(2, 1, 3));
});

test("classes that are given keep their order", () => {
  const encoder = labelEncoder.of(["low", "middle", "high"]);
  expect(encoder.classes).toEqual(["low", "middle", "high"]);
  expect(encoder.encode(["high", "low"])).toEqual(Int32Array.of(2, 0));
  expect(encoder.encode([])).toEqual(new Int32Array(0));
});

describe("errors", () => {
  const words = labelEncoder.of(["a", "b"]);
  const cases: [string, () => unknown, object][] = [
    ["nothing", () => labelEncoder([]), { code: "empty", argument: "labels" }],
    ["no class", () => labelEncoder.of([]), { code: "empty", argument: "classes" }],
    ["a number among strings", () => labelEncoder(["a", 1] as string[]), { code: "type", index: 1, value: 1 }],
    ["a string among numbers", () => labelEncoder([1, "1"] as number[]), { code: "type", index: 1, value: "1" }],
    [
      "numbers after strings",
      () => labelEncoder(["a"], [1] as unknown as string[]),
      { code: "type", argument: "labels[1]", index: 0, value: 1 },
    ],
    ["a part", () => labelEncoder([0, 0.5]), { code: "label", index: 1, value: 0.5 }],
    ["twice", () => labelEncoder.of([1, 2, 1]), { code: "label", argument: "classes", index: 2, value: 1 }],
    ["no list", () => labelEncoder.of("ab" as unknown as string[]), { code: "type", argument: "classes" }],
    ["unknown", () => words.encode(["a", "c"]), { code: "label", argument: "labels", index: 1, value: "c" }],
    ["a number", () => words.encode([0]), { code: "type", argument: "labels", index: 0, value: 0 }],
    ["an array of numbers", () => words.encode(Uint8Array.of(1)), { code: "type", index: 0, value: 1 }],
    ["a string", () => labelEncoder.of([1]).encode(["1"]), { code: "type", index: 0, value: "1" }],
    ["no index", () => words.decode([0, 2]), { code: "label", argument: "indices", index: 1, value: 2 }],
  ];
  test.each(cases)("%s", (_, call, details) => {
    expect(call).toThrow(expect.objectContaining(details));
  });
});
