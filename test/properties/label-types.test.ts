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

describe.each([BigInt64Array, BigUint64Array])("labels in a $name", (Type) => {
  const values = Array.from({ length: 70_001 }, (_, i) => (i * 7) % 5);
  const labels = Type.from(values.map(BigInt));

  test("count as the same numbers elsewhere", () => {
    const shifted = [...values.slice(3), 0, 0, 0];
    const plain = assay.confusionMatrix(values, shifted, { numClasses: 5 });
    for (const { confusionMatrix } of [assay, oracle]) {
      expectSame(confusionMatrix(labels, Type.from(shifted.map(BigInt)), { numClasses: 5 }).counts, plain.counts);
    }
  });

  test("are exact up to 53 bits", () => {
    const most = BigInt(Number.MAX_SAFE_INTEGER);
    // Signed, the second half of each pair is below 0.
    const wide = [0n, 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, most].flatMap((x) => [x, x === 0n ? 2n : -x]);
    const given = Type.from(wide).filter((x) => x <= most);
    const numbers = Array.from(given, Number);
    for (const { labelEncoder } of [assay, oracle]) {
      const encoder = labelEncoder(given.subarray(1));
      expect(encoder.classes).toEqual(numbers.slice(1).sort((a, b) => a - b));
      expect(encoder.decode(encoder.encode(given.subarray(1)))).toEqual(numbers.slice(1));
    }
  });

  test("are left out as the number of ignoreIndex", () => {
    const [ignoreIndex, ignored] = Type === BigInt64Array ? [-100, -100n] : [255, 255n];
    for (const { confusionMatrix } of [assay, oracle]) {
      const matrix = confusionMatrix(Type.of(0n, 1n, 1n), Type.of(0n, ignored, 1n), { ignoreIndex });
      expect([matrix.total, matrix.accuracy()]).toEqual([2, 1]);
    }
  });

  test("out of range are an error with its place, and are never rounded", () => {
    for (const backend of [assay, oracle]) {
      const complaint = (value: bigint) =>
        complaintOf(() => backend.confusionMatrix([0, 1, 1], Type.of(0n, 1n, value), { numClasses: 5 }));
      const where = { name: "AssayRangeError", code: "label", argument: "targets", index: 2 };
      expect(complaint(7n)).toEqual({ ...where, value: 7 });
      for (const value of [2n ** 53n, 2n ** 63n - 1n, 2n ** 63n + 1n, 2n ** 64n - 2n ** 53n]) {
        const held = Type.of(value)[0] as bigint;
        expect(complaint(value)).toEqual({ ...where, value: held });
      }
    }
  });

  test("are no scores", () => {
    for (const { binaryCurve } of [assay, oracle]) {
      const call = () => binaryCurve(Type.of(1n) as unknown as Float32Array, [1]);
      expect(complaintOf(call)).toMatchObject({ name: "AssayTypeError", code: "type", argument: "scores" });
    }
  });
});
