import * as assay from "assay";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { calls, someNumbers } from "../support/calls.js";
import { complaintOf } from "../support/errors.js";
import { withHandles } from "../support/memory.js";

const numbers = someNumbers(900);
const expected = new Map(Object.entries(calls).map(([name, call]) => [name, call(assay, numbers)]));
const noMemory = { name: "AssayRangeError", code: "memory" };

function expectUsable(): void {
  for (const [name, call] of Object.entries(calls)) expectSame(call(assay, numbers), expected.get(name), name);
}

describe("where memory runs out", () => {
  test("what is larger than all memory is an error at once", () => {
    for (const length of [2 ** 31, 2 ** 32, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
      expect(complaintOf(() => assay.float64(length))).toMatchObject(noMemory);
    }
    const numClasses = 2 ** 31 - 1;
    expect(complaintOf(() => assay.balancedClassWeights([1], { numClasses }))).toMatchObject(noMemory);
    expectUsable();
  });

  test("each function says so, or has room enough; and all go on working when there is some again", () => {
    const complaints = new Map<string, unknown>();
    const large = new Float32Array(3_000_000);
    const labels = new Uint8Array(large.length);
    withHandles((keep) => {
      // Fill memory, with ever smaller pieces.
      for (let bytes = 2 ** 30; bytes >= 64; bytes /= 2) {
        while (complaintOf(() => keep(assay.uint8(bytes))) === undefined);
      }
      for (const [name, call] of Object.entries(calls)) {
        const complaint = complaintOf(() => expectSame(call(assay, numbers), expected.get(name), name));
        complaints.set(name, complaint?.code);
        if (complaint !== undefined) expect(complaint, name).toMatchObject(noMemory);
      }
      expect(complaintOf(() => assay.binaryCurve(large, labels))).toMatchObject(noMemory);
      expect(complaintOf(() => assay.float32(1000))).toMatchObject(noMemory);
    });
    expect([...complaints.values()]).toContain("memory");
    expectUsable();
    assay.binaryCurve(large, labels).free();
  });

  test("an accumulator keeps its rows", () => {
    const accumulator = assay.reliability.accumulator();
    accumulator.update(numbers.predictions, numbers.labels);
    const before = accumulator.toBytes();
    withHandles((keep) => {
      for (let bytes = 2 ** 30; bytes >= 64; bytes /= 2) {
        while (complaintOf(() => keep(assay.uint8(bytes))) === undefined);
      }
      expect(complaintOf(() => accumulator.mergeBytes(before))).toMatchObject(noMemory);
      expect(complaintOf(() => assay.reliability.accumulator())).toMatchObject(noMemory);
    });
    expectSame(accumulator.toBytes(), before, "bytes");
    accumulator.free();
  });
});
