import * as oracle from "@assay/oracle";
import { describe, expect, test } from "vitest";
import { defineLoss, float32, float64, type Handle, int32, mseLoss, type OwnLoss, type Room, uint8 } from "../index.js";

const cubes: OwnLoss = {
  name: "cubes",
  weighted: true,
  value: (x, t, w) =>
    Array.from(x, (value, i) => value - t[i]!).reduce((sum, d, i) => sum + (w?.[i] ?? 1) * d * d * d, 0),
  gradient: (x, t, gradient, w) => {
    x.forEach((value, i) => {
      const d = value - t[i]!;
      gradient[i] = (w?.[i] ?? 1) * 3 * d * d;
    });
  },
};

/** A handle that holds these numbers. */
function filled<View extends Room>(make: (length: number) => Handle<View>, numbers: readonly number[]): Handle<View> {
  const handle = make(numbers.length);
  handle.view.set(numbers);
  return handle;
}

/** Detaches all views of wasm memory, by asking for more than there is. */
function growMemory(): void {
  const { buffer } = uint8(1).view;
  const kept: Handle<Room>[] = [];
  while (uint8(1).view.buffer === buffer) kept.push(uint8(1 << 24));
  for (const handle of kept) handle.free();
}

describe("defineLoss", () => {
  test("agrees with the oracle, whatever its arrays are", () => {
    const [loss, expected] = [defineLoss(cubes), oracle.defineLoss(cubes)];
    const [x, t, w] = [
      [1, 2, -0.5],
      [0, 1, 1],
      [1, 0, 3],
    ];
    const predictions = [x, Float64Array.from(x), Float32Array.from(x), filled(float32, x), filled(float64, x).view];
    const targets = [t, Uint8Array.from(t), filled(int32, t), filled(uint8, t).view];
    const weights = [undefined, w, Float32Array.from(w), filled(float64, w)];
    for (const p of predictions) {
      for (const y of targets) {
        for (const sampleWeight of weights) {
          const options = sampleWeight && { sampleWeight };
          expect(loss(p, y, options)).toBe(expected(p, y, options));
          expect(loss.withGradient(p, y, options)).toEqual(expected.withGradient(p, y, options));
        }
      }
    }
  });

  test("sees wasm memory in place and the gradient's room as it is", () => {
    const seen: unknown[] = [];
    const spy = defineLoss({
      value: (x, t) => seen.push(x, t),
      gradient: (x, t, gradient) => seen.push(x, t, gradient),
    });
    const [x, t, to] = [filled(float32, [1, 2]), filled(uint8, [0, 1]), float32(2)];
    expect(spy.withGradient(x, t, { gradient: to }).gradient).toBe(to.view);
    expect(seen).toEqual([x.view, t.view, x.view, t.view, to.view]);
    expect(seen.every((view, i) => view === [x, t, x, t, to][i]?.view)).toBe(true);
    const heap = Float32Array.of(7, 7);
    expect(defineLoss(cubes).withGradient(x, t, { gradient: heap }).gradient).toBe(heap);
    expect(heap).toEqual(Float32Array.of(3, 3));
  });

  test("the gradient starts from zeros", () => {
    const nothing = defineLoss({ value: () => 0, gradient: () => {} });
    const gradient = Float64Array.of(1, NaN);
    expect(nothing.withGradient([1, 2], [0, 0], { gradient }).gradient).toEqual(Float64Array.of(0, 0));
  });

  test("survives memory that grows under it", () => {
    let runs = 0;
    const growing = defineLoss({
      value(x, t) {
        if (runs++ === 0) growMemory();
        return mseLoss(x, t);
      },
      gradient(x, t, gradient) {
        if (runs++ === 2) growMemory();
        mseLoss.withGradient(x, t, { gradient });
      },
    });
    const [x, t, to] = [filled(float32, [1, 2]), filled(float32, [0, 0]).view, float32(2).view];
    const { loss, gradient } = growing.withGradient(x, t, { gradient: to });
    expect(loss).toBe(2.5);
    expect(gradient).toEqual(Float32Array.of(1, 2));
    expect(runs).toBe(4);
    const always = defineLoss({
      name: "always",
      value: () => {
        growMemory();
        return 0;
      },
      gradient: () => {},
    });
    expect(() => always(x, x)).toThrow(expect.objectContaining({ code: "stale", argument: "always" }));
  });

  test("errors are those of the oracle", () => {
    const x = Float32Array.of(1, 2);
    const cases: ((library: Pick<typeof oracle, "defineLoss">) => unknown)[] = [
      ({ defineLoss }) => defineLoss({ value: () => 0 } as never),
      ({ defineLoss }) => defineLoss({ ...cubes, reduction: "mean" } as never),
      ({ defineLoss }) => defineLoss(undefined as never),
      ({ defineLoss }) => defineLoss(cubes)([], []),
      ({ defineLoss }) => defineLoss(cubes)([1], []),
      ({ defineLoss }) => defineLoss(cubes)("1" as never, [1]),
      ({ defineLoss }) => defineLoss(cubes)(Int32Array.of(1) as never, [1]),
      ({ defineLoss }) => defineLoss(cubes)([1, "2"] as never, [1]),
      ({ defineLoss }) => defineLoss({ ...cubes, weighted: false })([1], [1], { sampleWeight: [1] }),
      ({ defineLoss }) => defineLoss(cubes)([1], [1], { sampleWeight: Uint8Array.of(1) as never }),
      ({ defineLoss }) => defineLoss(cubes)([1], [1], { reduction: "sum" } as never),
      ({ defineLoss }) => defineLoss({ ...cubes, value: () => "1" as never })([1], [1]),
      ({ defineLoss }) => defineLoss(cubes).withGradient([1], [1], { gradient: new Float64Array(2) }),
      ({ defineLoss }) => defineLoss(cubes).withGradient([1], [1], { gradient: new Float32Array(1) }),
      ({ defineLoss }) => defineLoss(cubes).withGradient(x, [1, 1], { gradient: x.subarray(0, 2) }),
    ];
    for (const [i, call] of cases.entries()) {
      const details = detailsOf(() => call(oracle));
      expect(details, `case ${i}`).toBeDefined();
      expect(
        detailsOf(() => call({ defineLoss })),
        `case ${i}`,
      ).toEqual(details);
    }
    // The second argument's code and name, not the library's words for them.
    function detailsOf(call: () => unknown): object | undefined {
      try {
        call();
      } catch (error) {
        const { name, code, argument, index } = error as Record<string, unknown>;
        return { name, code, argument, index };
      }
      return undefined;
    }
  });
});
