import * as oracle from "@assay/oracle";
import { describe, expect, test } from "vitest";
import { balancedClassWeights, int32 } from "../index.js";

describe("balancedClassWeights", () => {
  test("is n / (C·count)", () => {
    expect(balancedClassWeights([0, 0, 0, 1], { numClasses: 2 })).toEqual(Float64Array.of(4 / 6, 2));
    expect(balancedClassWeights([0, 1], { numClasses: 2, sampleWeight: [3, 1] })).toEqual(Float64Array.of(4 / 6, 2));
    expect(balancedClassWeights([0, 9, 1], { numClasses: 2, ignoreIndex: 9 })).toEqual(Float64Array.of(1, 1));
    expect(balancedClassWeights([0, 0], { numClasses: 1 })).toEqual(Float64Array.of(1));
  });

  test("agrees with the oracle, wherever labels are", () => {
    // Several blocks of the scratch room, and more classes than a matrix of them would have room for.
    const [rows, numClasses] = [100_000, 4000];
    const labels = Int32Array.from({ length: rows }, (_, i) => ((i * i) % 7 === 0 ? -100 : (i * 31) % numClasses));
    const weights = Float64Array.from({ length: rows }, (_, i) => 1 / (1 + (i % 13)) / (i % 40 === 0 ? 1e30 : 1 + i));
    const handle = int32(rows);
    handle.view.set(labels);
    const forms = [labels, handle, undefined, Float64Array.from(labels), Array.from(labels)];
    for (const form of forms) {
      for (const sampleWeight of [undefined, weights, Float32Array.from(weights)]) {
        const options = { numClasses, ignoreIndex: -100, ...(sampleWeight && { sampleWeight }) };
        const y = form ?? handle.view;
        expect(balancedClassWeights(y, options)).toEqual(oracle.balancedClassWeights(labels, options));
      }
    }
  });

  test("errors are those of the oracle", () => {
    const cases: [labels: unknown, options: unknown][] = [
      [[0, 2], { numClasses: 3 }],
      [[0, 1], { numClasses: 2, sampleWeight: [1, 0] }],
      [[0, 1], { numClasses: 2, sampleWeight: [0, 0] }],
      [[0, 1], { numClasses: 2, sampleWeight: [1] }],
      [[0, 1], { numClasses: 2, sampleWeight: [1, -1] }],
      [[], { numClasses: 2 }],
      [[], { numClasses: 2, sampleWeight: [1] }],
      [[7, 7], { numClasses: 2, ignoreIndex: 7 }],
      [[0, 2], { numClasses: 2 }],
      [[0, 0.5], { numClasses: 2 }],
      [[0, NaN], { numClasses: 2 }],
      [Int32Array.of(0, -1), { numClasses: 2 }],
      ["01", { numClasses: 2 }],
      [[0], { numClasses: 0 }],
      [[0], { numClasses: 2, ignoreIndex: 0.5 }],
      [[0], { numClasses: 2, average: "macro" }],
    ];
    for (const [labels, options] of cases) {
      const call = (library: Pick<typeof oracle, "balancedClassWeights">) =>
        detailsOf(() => library.balancedClassWeights(labels as never, options as never));
      const expected = call(oracle);
      expect(expected).toBeDefined();
      expect(call({ balancedClassWeights }), JSON.stringify([labels, options])).toEqual(expected);
    }
    function detailsOf(call: () => unknown): object | undefined {
      try {
        call();
      } catch (error) {
        const { name, code, argument, index, value } = error as Record<string, unknown>;
        return { name, code, argument, index, value };
      }
      return undefined;
    }
  });
});
