import { describe, expect, test } from "vitest";
import { type AssayRangeError, AssayTypeError, int32, labelEncoder } from "./index.js";

/** What an error says besides its message. */
function faultOf(run: () => unknown): object {
  try {
    run();
  } catch (error) {
    const { code, argument, index, value } = error as AssayRangeError;
    return { type: error instanceof AssayTypeError ? "type" : "range", code, argument, index, value };
  }
  throw new Error("no error");
}

describe("labelEncoder", () => {
  test("strings in the order of their code units", () => {
    const encoder = labelEncoder(["b", "a", "Z", "é", "a", "\u{1F600}", "ﬁ"]);
    expect(encoder.classes).toEqual(["Z", "a", "b", "é", "\u{1F600}", "ﬁ"]);
    expect(encoder.encode(["é", "Z"])).toEqual(Int32Array.of(3, 0));
    expect(encoder.decode([5, 1])).toEqual(["ﬁ", "a"]);
  });

  test("numbers in ascending order, of any array", () => {
    const encoder = labelEncoder(Int32Array.of(10, -2, 9), [100]);
    expect(encoder.classes).toEqual([-2, 9, 10, 100]);
    using handle = int32(2);
    handle.view.set([100, -2]);
    expect(encoder.encode(handle)).toEqual(Int32Array.of(3, 0));
    expect(labelEncoder([-0]).encode([0, -0])).toEqual(Int32Array.of(0, 0));
  });

  test("the order that is given", () => {
    const encoder = labelEncoder.of(["low", "high"]);
    expect(encoder.encode(["high", "low"])).toEqual(Int32Array.of(1, 0));
    expect(Object.isFrozen(encoder.classes)).toBe(true);
  });

  test("strings and numbers are never mixed", () => {
    const mixed = ["1", 1] as unknown as string[];
    expect(faultOf(() => labelEncoder(mixed))).toMatchObject({ type: "type", argument: "labels", index: 1, value: 1 });
    const second = labelEncoder as (...labels: unknown[]) => unknown;
    expect(faultOf(() => second(["1"], [1]))).toMatchObject({ type: "type", argument: "labels[1]", index: 0 });
    expect(faultOf(() => labelEncoder.of(["1"]).encode([1]))).toMatchObject({ type: "type", index: 0, value: 1 });
    expect(faultOf(() => labelEncoder.of(mixed))).toMatchObject({ type: "type", argument: "classes", index: 1 });
  });

  test("what is no class is an error with its place", () => {
    const range = { type: "range", code: "label" };
    expect(faultOf(() => labelEncoder([1, 2.5]))).toMatchObject({ ...range, index: 1, value: 2.5 });
    expect(faultOf(() => labelEncoder([1, Number.NaN]))).toMatchObject({ ...range, index: 1 });
    expect(faultOf(() => labelEncoder.of(["a", "b", "a"]))).toMatchObject({ ...range, argument: "classes", index: 2 });
    expect(faultOf(() => labelEncoder.of(["a"]).encode(["a", "b"]))).toMatchObject({ ...range, index: 1, value: "b" });
    expect(faultOf(() => labelEncoder.of(["a"]).decode([0, 1]))).toMatchObject({
      ...range,
      argument: "indices",
      index: 1,
    });
    expect(faultOf(() => labelEncoder([]))).toMatchObject({ type: "range", code: "empty" });
    expect(faultOf(() => labelEncoder.of([]))).toMatchObject({ type: "range", code: "empty", argument: "classes" });
    expect(faultOf(() => labelEncoder([undefined] as unknown as string[]))).toMatchObject({ type: "type", index: 0 });
  });
});
