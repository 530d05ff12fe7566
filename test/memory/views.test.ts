import * as assay from "assay";
import { binaryCurve, type Handle, type Labels, mseLoss, type Reals, reliability } from "assay";
import { describe, expect, test } from "vitest";
import { expectSame } from "../support/bits.js";
import { calls, someNumbers } from "../support/calls.js";
import { complaintOf } from "../support/errors.js";
import { grow, memoryBytes, withHandles } from "../support/memory.js";

describe("growth", () => {
  test("leaves what is in a handle, and its view is current again", () => {
    withHandles((keep) => {
      const handle = keep(assay.float32(1000));
      handle.view.set(Float32Array.from({ length: 1000 }, (_, i) => i));
      const old = handle.view;
      grow();
      expect(old.length).toBe(0);
      // Compared by hand, for a detached view cannot be shown.
      expect(handle.view === old).toBe(false);
      expect(handle.view).toEqual(Float32Array.from({ length: 1000 }, (_, i) => i));
      expect(handle.view).toBe(handle.view);
    });
  });

  test("makes a stale view as an argument an error that says what to do", () => {
    withHandles((keep) => {
      const [predictions, labels] = [keep(assay.float64(4)), keep(assay.uint8(4))];
      const weights = keep(assay.float32(4));
      labels.view.set([0, 1, 0, 1]);
      predictions.view.fill(0.5);
      weights.view.fill(1);
      const [p, y, w] = [predictions.view, labels.view, weights.view];
      grow();
      const stale = { name: "AssayTypeError", code: "stale" };
      expect(complaintOf(() => reliability(p, labels))).toMatchObject({ ...stale, argument: "probabilities" });
      expect(complaintOf(() => reliability(predictions, y))).toMatchObject({ ...stale, argument: "labels" });
      const weighted = (): unknown => reliability(predictions, labels, { sampleWeight: w });
      expect(complaintOf(weighted)).toMatchObject({ ...stale, argument: "sampleWeight" });
      const withGradient = (): unknown => mseLoss.withGradient(predictions, labels, { gradient: p });
      expect(complaintOf(withGradient)).toMatchObject({ ...stale, argument: "gradient" });
      expect(() => reliability(p, labels)).toThrow(/handle itself|\.view again/);
      expect(reliability(predictions, labels).count).toBe(4);
    });
  });

  test("between two readings of the arguments is not seen", () => {
    withHandles((keep) => {
      const count = 100_000;
      const { predictions, labels } = someNumbers(3 * count);
      const [scores, targets] = [keep(assay.float32(3 * count)), keep(assay.uint8(count))];
      scores.view.set(predictions);
      targets.view.set(labels.subarray(0, count));
      const [p, y] = [scores.view, targets.view];
      const before = memoryBytes();
      const { thresholds } = assay.classThresholds(p, y, { numClasses: 3 });
      expect(memoryBytes()).toBeGreaterThan(before);
      expectSame(thresholds, assay.classThresholds(scores, targets, { numClasses: 3 }).thresholds);
    });
  });

  test.each(Object.keys(calls))("in the middle of a call changes no result: %s", (name) => {
    const numbers = someNumbers(90);
    const call = calls[name]!;
    const expected = call(assay, numbers);
    withHandles((keep) => {
      const handles = {
        predictions: keep(assay.float32(90)),
        labels: keep(assay.uint8(90)),
        guesses: keep(assay.uint8(90)),
        weights: keep(assay.float64(90)),
      };
      for (const [argument, values] of Object.entries(numbers))
        handles[argument as keyof typeof handles].view.set(values);
      // Memory is filled, first quickly, then little by little, until the call itself is what makes it grow.
      const start = memoryBytes();
      while (memoryBytes() === start) keep(assay.uint8(4096));
      let growths = 0;
      for (let round = 0; growths < 4 && round < 10_000; round++) {
        keep(assay.uint8(64));
        // An accumulator is made before its rows are added, which may detach their views.
        const given = growths % 2 === 0 || name === "an accumulator" ? handles : views(handles);
        const before = memoryBytes();
        expectSame(call(assay, given), expected, name);
        growths += Number(memoryBytes() > before);
      }
      expect(growths).toBe(4);
    });
  });
});

function views<Of extends Record<string, Handle>>(handles: Of): { [Name in keyof Of]: Of[Name]["view"] } {
  const entries = Object.entries(handles).map(([name, handle]) => [name, handle.view]);
  return Object.fromEntries(entries) as { [Name in keyof Of]: Of[Name]["view"] };
}

describe("what was freed", () => {
  const stale = { name: "AssayTypeError", code: "stale" };

  test("is an error: a handle", () => {
    const handle = assay.float32(3);
    handle.free();
    handle.free();
    handle[Symbol.dispose]();
    expect(complaintOf(() => handle.view)).toMatchObject(stale);
    expect(complaintOf(() => mseLoss(handle, [1, 2, 3]))).toMatchObject(stale);
    expect(complaintOf(() => mseLoss([1, 2, 3], handle))).toMatchObject(stale);
    const withGradient = (): unknown => mseLoss.withGradient(new Float32Array(3), [1, 2, 3], { gradient: handle });
    expect(complaintOf(withGradient)).toMatchObject(stale);
  });

  test("is an error: an accumulator", () => {
    const [freed, other] = [mseLoss.accumulator(), mseLoss.accumulator()];
    const bytes = freed.toBytes();
    freed.free();
    freed.free();
    freed[Symbol.dispose]();
    const uses: readonly (() => unknown)[] = [
      () => freed.update([1], [1]),
      () => freed.merge(other),
      () => other.merge(freed),
      () => freed.result(),
      () => freed.toBytes(),
      () => freed.mergeBytes(bytes),
      () => freed.reset(),
    ];
    for (const use of uses) expect(complaintOf(use), `${use}`).toMatchObject(stale);
    expect(other.update([1], [3]).result()).toBe(4);
    other.free();
  });

  test("is an error: a curve", () => {
    const [freed, other] = [binaryCurve([1, 2], [0, 1]), binaryCurve([1, 2], [0, 1])];
    freed.free();
    freed.free();
    freed[Symbol.dispose]();
    const uses: readonly (() => unknown)[] = [
      () => freed.length,
      () => freed.positives,
      () => freed.negatives,
      () => freed.rocAuc(),
      () => freed.averagePrecision(),
      () => freed.at(1),
      () => freed.best("f1"),
      () => freed.merge(other),
      () => other.merge(freed),
    ];
    for (const use of uses) expect(complaintOf(use), `${use}`).toMatchObject(stale);
    expect(other.rocAuc()).toBe(1);
    other.free();
  });

  test("twice does not free what came after it", () => {
    const first = assay.float64(100);
    first.free();
    const second = assay.float64(100);
    second.view.fill(7);
    first.free();
    const third = assay.float64(100);
    third.view.fill(8);
    expect(second.view.every((x) => x === 7)).toBe(true);
    second.free();
    third.free();
  });
});

test("a handle of another copy of the library is told from other objects", () => {
  const foreign = { view: new Float32Array(1), length: 1, free() {} } as unknown as Reals & Labels;
  expect(complaintOf(() => mseLoss(foreign, [1]))).toMatchObject({ code: "foreign", argument: "predictions" });
});

test("a handle holds what it says, and starts on a whole vector", () => {
  for (const [make, bytes] of [
    [assay.float32, 4],
    [assay.float64, 8],
    [assay.int32, 4],
    [assay.uint8, 1],
  ] as const) {
    for (const length of [0, 1, 7, 1000]) {
      const handle = make(length);
      expect(handle.length).toBe(length);
      expect(handle.view.length).toBe(length);
      expect(handle.view.byteLength).toBe(length * bytes);
      expect(handle.view.byteOffset % 16).toBe(0);
      handle.free();
    }
    for (const wrong of [-1, 0.5, Number.NaN, Infinity, "3" as unknown as number]) {
      expect(complaintOf(() => make(wrong))).toMatchObject({ code: "range", argument: "length", value: wrong });
    }
  }
});
