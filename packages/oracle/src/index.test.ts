import type { Backend } from "@assay/contract";
import { expect, test } from "vitest";
import * as oracle from "./index.js";

test("the oracle is a backend", () => {
  const backend: Backend = oracle;
  expect(backend.mseLoss([1], [0])).toBe(1);
});

test("arguments in every form give the same", () => {
  const handle = (view: Float64Array | Uint8Array): object => ({
    view,
    length: view.length,
    free() {},
    [Symbol.dispose]() {},
  });
  const expected = oracle.brierScore([0.25, 0.5], [0, 1]);
  const p = [Float32Array.of(0.25, 0.5), Float64Array.of(0.25, 0.5), handle(Float64Array.of(0.25, 0.5))];
  const y = [Uint8Array.of(0, 1), Int32Array.of(0, 1), Float32Array.of(0, 1), [0, 1], handle(Uint8Array.of(0, 1))];
  for (const probabilities of p) {
    for (const labels of y) {
      expect(oracle.brierScore(probabilities as Float64Array, labels as Uint8Array)).toBe(expected);
    }
  }
});

test("a detached view is an error that says so", () => {
  const view = Float64Array.of(0.5);
  const { structuredClone } = globalThis as unknown as { structuredClone(value: unknown, options: object): unknown };
  structuredClone(view.buffer, { transfer: [view.buffer] });
  expect(() => oracle.brierScore(view, [])).toThrow(expect.objectContaining({ code: "stale" }));
});

test("whole numbers are not scores", () => {
  expect(() => oracle.brierScore(Int32Array.of(1) as unknown as Float64Array, [1])).toThrow(
    expect.objectContaining({ code: "type", argument: "probabilities" }),
  );
});
