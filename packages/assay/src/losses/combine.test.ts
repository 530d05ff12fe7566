import * as oracle from "@assay/oracle";
import { describe, expect, test } from "vitest";
import {
  binaryCrossEntropy,
  combine,
  crossEntropy,
  defineLoss,
  float32,
  float64,
  focalLoss,
  hingeLoss,
  mseLoss,
  type OwnLoss,
  type Reals,
  uint8,
} from "../index.js";

const squares: OwnLoss = {
  name: "squares",
  weighted: true,
  value: (x, t, w) => Array.from(x, (value, i) => value - t[i]!).reduce((sum, d, i) => sum + (w?.[i] ?? 1) * d * d, 0),
  gradient: (x, t, gradient, w) => {
    x.forEach((value, i) => {
      gradient[i] = (w?.[i] ?? 1) * 2 * (value - t[i]!);
    });
  },
};

// More rows than one block of the scratch room takes.
const rows = 20_000;
const numbers = Float64Array.from({ length: rows }, (_, i) => ((i * 7919) % 1000) / 1000);
const binary = Uint8Array.from(numbers, (x) => Number((x * 13) % 1 > 0.4));
const weights = Float64Array.from(numbers, (x) => (x * 7) % 3);

const terms = (library: Pick<typeof oracle, "binaryCrossEntropy" | "mseLoss" | "hingeLoss" | "defineLoss">) =>
  [
    [0.75, library.binaryCrossEntropy],
    [-2, library.mseLoss, { reduction: "sum" }],
    [0, library.hingeLoss],
    [1 / 3, library.defineLoss(squares)],
  ] as const;
const ours = combine([...terms({ binaryCrossEntropy, mseLoss, hingeLoss, defineLoss } as never)]);
const theirs = oracle.combine([...terms(oracle)]);

function expectWithin(actual: ArrayLike<number>, expected: ArrayLike<number>, bound: number): void {
  expect(actual.length).toBe(expected.length);
  const worst = Math.max(...Array.from(expected, (value, i) => Math.abs(value - actual[i]!) / (1 + Math.abs(value))));
  expect(worst).toBeLessThan(bound);
}

/** Room of each kind, for predictions of a type: views as they are when they are asked for. */
function rooms(type: typeof Float32Array | typeof Float64Array) {
  const handle = type === Float32Array ? float32(rows) : float64(rows);
  const [array, longer] = [new type(rows), new type(rows + 4)];
  return [() => undefined, () => handle, () => handle.view, () => array, () => longer.subarray(3, rows + 3)];
}

describe("combine", () => {
  test.each([
    ["float64", Float64Array, 1e-12],
    ["float32", Float32Array, 1e-6],
  ] as const)("agrees with the oracle, in %s", (_, type, bound) => {
    const heap = type.from(numbers);
    const handle = type === Float32Array ? float32(rows) : float64(rows);
    handle.view.set(numbers);
    for (const sampleWeight of [undefined, weights, Float32Array.from(weights)]) {
      const options = sampleWeight && { sampleWeight };
      const expected = theirs.withGradient(heap, binary, options);
      for (const predictions of [heap, handle]) {
        let bits: unknown;
        for (const room of rooms(type)) {
          const gradient = room();
          const given = { ...options, ...(gradient && { gradient }) };
          const got = ours.withGradient(predictions, binary, given);
          expectWithin([got.loss], [expected.loss], bound);
          expectWithin(got.gradient, expected.gradient, bound);
          expect(ours(predictions, binary, options)).toBe(got.loss);
          expect(got.gradient).toBeInstanceOf(type);
          if (gradient !== undefined) expect(got.gradient).toBe("free" in gradient ? gradient.view : gradient);
          // Wherever it is computed, the bits are the same.
          bits ??= got.gradient.slice();
          expect(got.gradient.every((value, i) => Object.is(value, (bits as Float64Array)[i]))).toBe(true);
        }
      }
    }
  });

  test("takes plain arrays, weights for all terms, and combinations as terms", () => {
    const options = { numClasses: 2 };
    const inner = combine([
      [1, crossEntropy, options],
      [0.5, focalLoss, options],
    ]);
    const outer = combine([[2, inner]]);
    const [x, y, given] = [[1, 2, 3, 0], [0, 1], { sampleWeight: [1, 3] }] as const;
    const parts = [
      crossEntropy.withGradient(x, y, { ...options, ...given }),
      focalLoss.withGradient(x, y, { ...options, ...given }),
    ] as const;
    expect(outer(x, y, given)).toBeCloseTo(2 * parts[0].loss + parts[1].loss, 14);
    const { gradient } = outer.withGradient(x, y, given);
    gradient.forEach((g, i) => {
      expect(g).toBeCloseTo(2 * parts[0].gradient[i]! + parts[1].gradient[i]!, 14);
    });
    expect(() => combine([[1, defineLoss({ ...squares, weighted: false })]])(x, x, given)).toThrow(/squares takes no/);
  });

  test("a term of weight 0 is silent, but not the errors in its arguments", () => {
    const certain = combine([
      [0, binaryCrossEntropy],
      [1, mseLoss],
    ]);
    expect(certain.withGradient([0], [1])).toEqual({ loss: 1, gradient: Float64Array.of(-2) });
    expect(() => certain.withGradient([2], [1])).toThrow(expect.objectContaining({ code: "range" }));
    const gradient = Float32Array.of(7, 7);
    const silent = combine([[0, mseLoss]]);
    expect(silent.withGradient(Float32Array.of(1, 2), [0, 0], { gradient }).loss).toBe(0);
    expect(gradient).toEqual(Float32Array.of(0, 0));
  });

  test("two terms are rounded once", () => {
    const thirds = combine([
      [1 / 3, mseLoss],
      [2 / 3, mseLoss],
    ]);
    for (let i = 1; i < 100; i++) {
      const x = Float32Array.of(i / 97);
      expect(thirds.withGradient(x, [0]).gradient).toEqual(Float32Array.of(2 * x[0]!));
    }
  });

  test("survives memory that grows between terms", () => {
    const kept: { free(): void }[] = [];
    const growing = defineLoss({
      ...squares,
      value(x, t, w) {
        const { buffer } = uint8(1).view;
        if (kept.length === 0) while (uint8(1).view.buffer === buffer) kept.push(uint8(1 << 24));
        return squares.value(x, t, w);
      },
    });
    const predictions = float32(3);
    const targets = uint8(3);
    const sampleWeight = float64(3);
    predictions.view.set([0.5, 1, 0.25]);
    targets.view.set([0, 1, 1]);
    sampleWeight.view.set([1, 2, 3]);
    const room = float32(3);
    const mixed = combine([
      [1, mseLoss],
      [1, growing],
      [1, mseLoss],
      [1, growing],
      [1, binaryCrossEntropy],
    ]);
    const expected = mixed.withGradient(predictions.view.slice(), targets.view.slice(), {
      sampleWeight: sampleWeight.view.slice(),
    });
    // What was taken is kept, so that memory has to grow again.
    const taken = kept.splice(0);
    const views: [Reals, Uint8Array] = [predictions.view, targets.view];
    const got = mixed.withGradient(...views, { sampleWeight: sampleWeight.view, gradient: room.view });
    expect(kept.length).toBeGreaterThan(0);
    for (const handle of [...taken, ...kept]) handle.free();
    expect(got).toEqual(expected);
    expect(got.gradient).toEqual(room.view);
  });

  test("gives back what it took, also on errors", () => {
    const both = combine([
      [1, mseLoss],
      [1, binaryCrossEntropy],
    ]);
    const count = 1 << 20;
    const [x, gradient] = [float32(count), float32(count)];
    x.view.fill(0.5);
    const targets = new Uint8Array(count);
    both.withGradient(x, targets, { gradient });
    const { byteLength } = x.view.buffer;
    for (let i = 0; i < 20; i++) both.withGradient(x, targets, { gradient });
    x.view[count - 1] = 2;
    for (let i = 0; i < 20; i++) expect(() => both.withGradient(x, targets, { gradient })).toThrow(/predictions/);
    expect(x.view.buffer.byteLength).toBe(byteLength);
  });

  test("errors are those of the oracle", () => {
    const x = Float32Array.of(1, 0);
    type Library = Pick<typeof oracle, "combine" | "mseLoss">;
    const cases: ((library: Library) => unknown)[] = [
      ({ combine }) => combine([]),
      ({ combine, mseLoss }) => combine(mseLoss as never),
      ({ combine, mseLoss }) => combine([mseLoss] as never),
      ({ combine }) => combine([[1, Math.abs]] as never),
      ({ combine, mseLoss }) => combine([[1, mseLoss, null]] as never),
      ({ combine, mseLoss }) => combine([[NaN, mseLoss]]),
      ({ combine, mseLoss }) => combine([[Infinity, mseLoss]]),
      ({ combine, mseLoss }) => combine([["1", mseLoss]] as never),
      ({ combine, mseLoss }) => combine([[1, mseLoss, { reduction: "none" }]]),
      ({ combine, mseLoss }) => combine([[1, mseLoss, { sampleWeight: [1] }]] as never),
      ({ combine, mseLoss }) => combine([[1, mseLoss, { gradient: x }]] as never),
      ({ combine, mseLoss }) => combine([[1, mseLoss]])([NaN], [1]),
      ({ combine, mseLoss }) => combine([[1, mseLoss]])([], []),
      ({ combine, mseLoss }) => combine([[1, mseLoss]])([1], [1, 2]),
      ({ combine, mseLoss }) => combine([[1, mseLoss]])([1], [1], { reduction: "sum" } as never),
      ({ combine, mseLoss }) => combine([[1, mseLoss, { unknown: 1 } as never]])([1], [1]),
      ({ combine, mseLoss }) => combine([[1, mseLoss]]).withGradient(x, [1, 0], { gradient: x }),
      ({ combine, mseLoss }) => combine([[1, mseLoss]]).withGradient(x, [1, 0], { gradient: new Float64Array(2) }),
      ({ combine, mseLoss }) => combine([[1, mseLoss]]).withGradient(x, [1, 0], { gradient: new Float32Array(3) }),
      ({ combine, mseLoss }) => combine([[1, mseLoss]]).withGradient("x" as never, [1, 0]),
    ];
    for (const [i, call] of cases.entries()) {
      const details = detailsOf(() => call(oracle));
      expect(details, `case ${i}`).toBeDefined();
      expect(
        detailsOf(() => call({ combine, mseLoss } as never)),
        `case ${i}`,
      ).toEqual(details);
    }
    function detailsOf(call: () => unknown): object | undefined {
      try {
        call();
      } catch (error) {
        const { name, code, argument } = error as Record<string, unknown>;
        return { name, code, argument };
      }
      return undefined;
    }
  });
});
