import * as assay from "assay";
import { type Labels, type Reals, uint8 } from "assay";
import { describe, expect, test, vi } from "vitest";
import { calls, someNumbers } from "../support/calls.js";
import { complaintOf } from "../support/errors.js";
import { memoryBytes, withHandles } from "../support/memory.js";

// Nobody reads the stacks of ten thousand errors.
Error.stackTraceLimit = 0;

// So many calls take a while, and longer with every function there is.
vi.setConfig({ testTimeout: 300_000 });

/** Runs until memory has what such calls need, and then demands that it does not grow any more. */
function expectNoGrowth(times: number, body: (i: number) => void, first = 100): void {
  for (let i = 0; i < first; i++) body(i);
  const before = memoryBytes();
  for (let i = 0; i < times; i++) body(i);
  expect(memoryBytes()).toBe(before);
}

describe("100 000 calls leave memory as large as it was", () => {
  const names = Object.keys(calls);

  test("with arrays on the heap", () => {
    const numbers = someNumbers(30);
    expectNoGrowth(50_000, (i) => {
      calls[names[i % names.length]!]!(assay, numbers);
    });
  });

  test("with handles that come and go", () => {
    const numbers = someNumbers(30);
    expectNoGrowth(50_000, (i) => {
      withHandles((keep) => {
        const predictions = keep(i % 2 ? assay.float32(30) : assay.float64(30));
        predictions.view.set(numbers.predictions);
        calls[names[i % names.length]!]!(assay, { ...numbers, predictions });
      });
    });
  });

  test("of sizes that come and go", () => {
    const sizes = [3, 3000, 30, 300, 12_000].map((size) => someNumbers(size));
    // Every call in every size, before memory is as large as they need.
    const all = names.length * sizes.length;
    const call = (i: number): unknown => calls[names[i % names.length]!]!(assay, sizes[i % sizes.length]!);
    expectNoGrowth(Math.max(400, all), call, all);
  });
});

const good = someNumbers(6);
const nan = Float32Array.from(good.predictions);
nan[4] = Number.NaN;
const wrongLabel = Uint8Array.from(good.labels);
wrongLabel[5] = 9;
const negative = good.weights.map((w) => -w);

/** Each kind of failure, in each family. */
const failures: Readonly<Record<string, () => unknown>> = {
  "a NaN": () => assay.reliability(nan, good.labels),
  "a NaN in a loss": () => assay.crossEntropy.withGradient(nan, [0, 1], { numClasses: 3, weight: [1, 2, 3] }),
  "a NaN in a curve": () => assay.binaryCurve(nan, good.labels),
  "a NaN in a column": () => assay.rocAuc(nan, [0, 1], { numClasses: 3 }),
  "a wrong label": () => assay.confusionMatrix(good.labels, wrongLabel),
  "a wrong label in a curve": () => assay.binaryCurve(good.predictions, wrongLabel),
  "a wrong label, seen by the divisor": () =>
    assay.crossEntropy.withGradient(good.predictions, [0, 7], { numClasses: 3, ignoreIndex: 1 }),
  "a negative weight": () => assay.brierScore(good.predictions, good.labels, { sampleWeight: negative }),
  "no weight": () => assay.rocAuc(good.predictions, good.labels, { sampleWeight: new Float32Array(6) }),
  "no row left": () => assay.confusionMatrix([1], [1], { ignoreIndex: 1 }),
  "no row left for a mean": () => assay.crossEntropy([1, 2], [1], { numClasses: 2, weight: [1, 0] }),
  "a length": () => assay.mseLoss(good.predictions, [1]),
  "a type": () => assay.mseLoss(good.predictions, "1" as unknown as Labels),
  "an element": () => assay.mseLoss([1, "2"] as Reals, [1, 2]),
  "an element, late": () => assay.reliability([...new Array(20_000).fill(0), "2"] as Reals, new Uint8Array(20_001)),
  "an option": () => assay.reliability(good.predictions, good.labels, { numBins: 0 }),
  "a gradient's room": () =>
    assay.mseLoss.withGradient(good.predictions, good.labels, { gradient: new Float32Array(2) }),
  "an update": () => {
    const accumulator = assay.reliability.accumulator();
    try {
      accumulator.update(nan, good.labels);
    } finally {
      accumulator.free();
    }
  },
  "bytes that are no state": () => {
    const accumulator = assay.mseLoss.accumulator();
    try {
      accumulator.mergeBytes(new Uint8Array(accumulator.toBytes().length));
    } finally {
      accumulator.free();
    }
  },
  "another configuration": () => {
    const [one, other] = [10, 11].map((numBins) => assay.reliability.accumulator({ numBins }));
    try {
      one!.merge(other!);
    } finally {
      one!.free();
      other!.free();
    }
  },
  "a curve of another kind": () => {
    const [one, other] = [good.predictions, good.weights].map((scores) => assay.binaryCurve(scores, good.labels));
    try {
      one!.merge(other!);
    } finally {
      one!.free();
      other!.free();
    }
  },
  "a handle's length": () => assay.float64(-1),
  "too large a handle": () => assay.float64(2 ** 40),
  "too large a state": () => assay.balancedClassWeights([1], { numClasses: 2 ** 31 - 1 }),
};

const slow = ["an element, late"];

describe("thousands of failures leave memory as large as it was", () => {
  test.each(Object.keys(failures))("%s", (name) => {
    const call = failures[name]!;
    expect(complaintOf(call)).toBeDefined();
    expectNoGrowth(slow.includes(name) ? 300 : 10_000, () => {
      complaintOf(call);
    });
  });
});

test("what was freed is used again", () => {
  const before = memoryBytes();
  for (let i = 0; i < 10_000; i++) uint8(100_000).free();
  expect(memoryBytes() - before).toBeLessThan(2 ** 20);
});
