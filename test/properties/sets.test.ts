import type { Backend, SetLoss, SetLossOptions } from "@assay/contract";
import fc from "fast-check";
import { describe, test } from "vitest";
import { expectSame, expectSameNumbers } from "../support/bits.js";
import { DOUBLE, expectAllWithin, expectWithin, SINGLE } from "../support/bounds.js";
import { answers, moveRows, ofAssay, type Rows, shuffled, takeRows } from "../support/rows.js";
import { type SetCase, setCases, setNames } from "../support/sets.js";

/** Only a sigmoid or a softmax of float32 logits is taken in float32; sums of given values are exact. */
function shareOf({ rows, fromLogits }: SetCase): number {
  return fromLogits && rows.predictions.values instanceof Float32Array ? SINGLE : DOUBLE;
}

describe.each(setNames)("%s", (name) => {
  const cases = setCases[name]!;
  const loss = (backend: Backend): SetLoss<SetLossOptions> =>
    backend[name as "diceLoss"] as unknown as SetLoss<SetLossOptions>;

  test("agrees with the oracle: 1 is the largest of its terms", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { actual, expected } = answers(one.rows, (backend, p, y, weights) =>
          loss(backend)(p, y, { ...one.options, ...weights }),
        );
        expectWithin(actual, expected, 4 * shareOf(one));
      }),
    );
  });

  test("agrees with the oracle in every derivative, up to a share of the largest", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { actual, expected } = answers(
          one.rows,
          (backend, p, y, weights) => loss(backend).withGradient(p, y, { ...one.options, ...weights }).gradient,
        );
        const largest = Array.from(expected).reduce((most, g) => Math.max(most, Math.abs(g)), 0);
        const stored = actual instanceof Float32Array ? SINGLE : 0;
        expectAllWithin(actual, expected, () => 8 * Math.max(shareOf(one), stored) * largest + 2 ** -148, "gradient");
      }),
    );
  });

  test("has the same bits, with its gradient, wherever its rows and its arrays are", () => {
    fc.assert(
      fc.property(cases, fc.nat(), fc.constantFrom("heap", "cut", "handle", "cut view"), (one, seed, place) => {
        const { rows, options } = one;
        const all = (of: Rows): { loss: number; gradient: Float32Array | Float64Array } =>
          ofAssay(of, (backend, p, y, weights) => loss(backend).withGradient(p, y, { ...options, ...weights }));
        const order = shuffled(rows.count, seed);
        const [moved, whole] = [all(moveRows(takeRows(rows, order), place)), all(rows)];
        expectSame(moved.loss, whole.loss, "loss");
        const { columns } = rows;
        const expected = order.flatMap((row) => [...whole.gradient.subarray(row * columns, (row + 1) * columns)]);
        expectSameNumbers(moved.gradient, expected, "gradient");
        const plain = ofAssay(rows, (backend, p, y, weights) => loss(backend)(p, y, { ...options, ...weights }));
        expectSame(plain, whole.loss, "loss without its gradient");
      }),
    );
  });

  // Labels without weights have ways of their own.
  test("has the same bits, with its gradient, where all weights are 1", () => {
    fc.assert(
      fc.property(cases, ({ rows, options }) => {
        const of = (weights: SetLossOptions): { loss: number; gradient: Float32Array | Float64Array } =>
          ofAssay(rows, (backend, p, y) => loss(backend).withGradient(p, y, { ...options, ...weights }));
        const [plain, weighted] = [of({}), of({ sampleWeight: new Float64Array(rows.count).fill(1) })];
        expectSame(weighted.loss, plain.loss, "loss");
        expectSameNumbers(weighted.gradient, plain.gradient, "gradient");
      }),
    );
  });
});
