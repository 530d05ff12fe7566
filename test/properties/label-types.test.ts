import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { complaintOf } from "../support/errors.js";

const types = [Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Uint32Array];

describe.each(types)("labels in an $name", (Type) => {
  const values = Array.from({ length: 70_001 }, (_, i) => (i * 7) % 5);

  test("count as the same numbers elsewhere", () => {
    const labels = Type.from(values);
    const shifted = Type.from(values.map((_, i) => values[(i + 3) % values.length] as number));
    const counted = [assay, oracle].map((backend) =>
      backend.confusionMatrix(labels.subarray(0, 3000), shifted.subarray(0, 3000), { numClasses: 5 }),
    );
    expectSame(counted[0]!.counts, counted[1]!.counts);
    const plain = assay.confusionMatrix(values, Array.from(shifted), { numClasses: 5 });
    expectSame(assay.confusionMatrix(labels, shifted, { numClasses: 5 }).counts, plain.counts);
  });

  test("are copied before wasm memory may move", () => {
    using handle = assay.int32(70_001);
    const { buffer, byteOffset } = handle.view;
    const inside = new Type(buffer, byteOffset, 70_001);
    inside.set(values);
    expect(assay.confusionMatrix(inside, inside, { numClasses: 5 }).accuracy()).toBe(1);
  });

  test("out of range are an error with its place", () => {
    const labels = Type.of(0, 1, 7);
    for (const { confusionMatrix } of [assay, oracle]) {
      const complaint = complaintOf(() => confusionMatrix([0, 1, 1], labels, { numClasses: 5 }));
      expect(complaint).toMatchObject({ code: "label", argument: "targets", index: 2, value: 7 });
    }
  });

  test("are no scores", () => {
    for (const { binaryCurve } of [assay, oracle]) {
      const call = () => binaryCurve(Type.of(1) as unknown as Float32Array, [1]);
      expect(complaintOf(call)).toMatchObject({ name: "AssayTypeError", code: "type", argument: "scores" });
    }
  });
});

test("labels of 64 bits are an error, never rounded", () => {
  for (const { confusionMatrix } of [assay, oracle]) {
    const call = () => confusionMatrix([1], BigInt64Array.of(1n) as unknown as Int32Array);
    expect(complaintOf(call)).toMatchObject({ name: "AssayTypeError", code: "type", argument: "targets" });
  }
});
