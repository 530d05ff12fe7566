import type { Accumulator, LossAndGradient, SetLoss, SetLossOptions } from "@assay/contract";
import * as oracle from "@assay/oracle";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as assay from "../index.js";

type AnyOptions = SetLossOptions & Record<string, unknown>;

const names = [
  "diceLoss",
  "jaccardLoss",
  "tverskyLoss",
  "focalTverskyLoss",
  "softF1Loss",
  "multiclassDiceLoss",
  "diceBceLoss",
  "ceSoftF1Loss",
] as const;

type Name = (typeof names)[number];

const lossOf = (backend: object, name: Name) => (backend as Record<Name, unknown>)[name] as SetLoss<AnyOptions>;

const probability = fc.oneof(
  fc.constantFrom(0, 1, 0.5, 1 - 1 / 2 ** 24, 1 / 2 ** 30, 1.401298464324817e-45),
  fc.integer({ min: 0, max: 64 }).map((n) => n / 64),
  fc.float({ min: 0, max: 1, noNaN: true }),
);
const logit = fc.oneof(
  fc.constantFrom(0, 88, -88, 1e30, -1e30, Infinity, -Infinity, 1.401298464324817e-45),
  fc.float({ min: -40, max: 40, noNaN: true }),
);
const target = fc.oneof(
  fc.constantFrom(0, 1),
  fc.integer({ min: 0, max: 8 }).map((n) => n / 8),
);
const weight = fc.oneof(fc.constantFrom(0, 1, 3), fc.float({ min: 0, max: 8, noNaN: true }));
const factor = fc.constantFrom(0, 0.25, 1, 2.5);
const smooth = { smoothNumerator: fc.constantFrom(0, 0.5, 1), smoothDenominator: fc.constantFrom(1, 2) };
const counting = { from: fc.constantFrom("probabilities", "logits"), average: fc.constantFrom("macro", "micro") };
const tversky = { ...smooth, fnWeight: factor, fpWeight: factor };

/** The options of each loss, each of which may be missing where it has a default. */
const optionsOf: Record<Name, fc.Arbitrary<Record<string, unknown>>> = {
  diceLoss: fc.record({ ...counting, ...smooth }, { requiredKeys: [] }),
  jaccardLoss: fc.record({ ...counting, ...smooth }, { requiredKeys: [] }),
  tverskyLoss: fc.record({ ...counting, ...tversky }, { requiredKeys: [] }),
  focalTverskyLoss: fc.record(
    { ...counting, ...tversky, exponent: fc.constantFrom(0.75, 1, 4 / 3, 2) },
    { requiredKeys: ["exponent"] },
  ),
  softF1Loss: fc.oneof(
    fc.record({ ...counting, epsilon: fc.constantFrom(1e-7, 0.5) }, { requiredKeys: [] }),
    fc.record(
      { ...counting, epsilon: fc.constantFrom(1e-7, 0.5), numClasses: fc.constant(2) },
      { requiredKeys: ["numClasses"] },
    ),
  ),
  multiclassDiceLoss: fc.record(
    {
      from: counting.from,
      smooth: factor,
      eps: fc.constantFrom(1e-7, 2),
      absentClasses: fc.constantFrom("skip", "count"),
      ignoreIndex: fc.constantFrom(-1, 0, 255),
    },
    { requiredKeys: [] },
  ),
  diceBceLoss: fc.record({ ...counting, ...smooth, diceWeight: factor, bceWeight: factor }, { requiredKeys: [] }),
  ceSoftF1Loss: fc.record(
    {
      ceWeight: factor,
      softF1Weight: factor,
      weight: fc.constantFrom([1, 3], [0.25, 0.5]),
      epsilon: fc.constantFrom(1e-7, 0.5),
      ignoreIndex: fc.constantFrom(-1, 255),
    },
    { requiredKeys: [] },
  ),
};

interface Case {
  readonly options: Record<string, unknown>;
  readonly predictions: Float32Array | Float64Array;
  readonly targets: Float64Array;
  readonly weights: Float64Array;
  readonly columns: number;
  readonly targetColumns: number;
}

/** Whether each row has a label rather than a target for each column. */
const isLabelled = (name: Name): boolean => name === "multiclassDiceLoss" || name === "ceSoftF1Loss";

function casesOf(name: Name): fc.Arbitrary<Case> {
  return fc
    .tuple(optionsOf[name], fc.constantFrom(1, 2, 3, 7), fc.constantFrom(1, 2, 3, 9, 33), fc.boolean())
    .chain(([given, width, rows, single]) => {
      const two = name === "ceSoftF1Loss" || given.numClasses === 2;
      const columns = two ? 2 : width;
      const columnOption = name === "multiclassDiceLoss" ? "numClasses" : "numLabels";
      const options = two ? given : { ...given, [columnOption]: columns };
      const isLogits = given.from === "logits" || name === "ceSoftF1Loss";
      const targetColumns = two || isLabelled(name) ? 1 : columns;
      const ignored = given.ignoreIndex === undefined ? [] : [given.ignoreIndex as number];
      const labels = fc.oneof(fc.integer({ min: 0, max: columns - 1 }), fc.constantFrom(0, ...ignored));
      const array = (of: fc.Arbitrary<number>, length: number) =>
        fc.array(of, { minLength: length, maxLength: length });
      return fc
        .tuple(
          array(isLogits ? logit : probability, rows * columns),
          array(isLabelled(name) ? labels : target, rows * targetColumns),
          array(weight, rows),
        )
        .map(([predictions, targets, weights]) => ({
          options,
          predictions: single ? Float32Array.from(predictions) : Float64Array.from(predictions),
          targets: Float64Array.from(targets),
          weights: Float64Array.from(weights),
          columns,
          targetColumns,
        }));
    });
}

/** NaN and infinities are close to themselves alone. */
function expectClose(got: number, expected: number, bound: number, what: string): void {
  if (Object.is(got, expected) || Math.abs(got - expected) <= bound) return;
  throw new Error(`${what} is ${got} instead of ${expected}`);
}

/** What came of a call: its result or what the error says of itself. */
function outcome<Result>(run: () => Result): { result?: Result; error?: unknown[] } {
  try {
    return { result: run() };
  } catch (error) {
    const { code, argument, index, value } = error as assay.AssayRangeError;
    return { error: [(error as Error).name, code, argument, index, value] };
  }
}

type Given = Pick<Case, "options" | "predictions">;

/** Sigmoids of float32 logits are taken in float32, within 2.5·10⁻⁷; all else is float64. */
function roundsOf({ options, predictions }: Given): number {
  const isSingle = predictions instanceof Float32Array && options.from === "logits" && options.numClasses === undefined;
  return isSingle ? 2.5e-7 : 0;
}

function expectSameLoss(got: LossAndGradient<number>, expected: LossAndGradient<number>, one: Given): void {
  const { loss, gradient } = expected;
  const [single, rounds] = [one.predictions instanceof Float32Array, roundsOf(one)];
  expectClose(got.loss, loss, 1e-12 * Math.abs(loss) + 4 * rounds * Math.max(1, Math.abs(loss)), "loss");
  expect(got.gradient.constructor).toBe(gradient.constructor);
  const largest = Array.from(gradient).reduce(
    (most, g) => (Number.isFinite(g) ? Math.max(most, Math.abs(g)) : most),
    0,
  );
  gradient.forEach((g, i) => {
    const bound = (single ? 1e-7 : 1e-12) * Math.abs(g) + (1e-13 + 8 * rounds) * largest + 1.5e-45;
    expectClose(got.gradient[i]!, g, bound, `gradient[${i}]`);
  });
}

describe.each(names)("%s", (name) => {
  const mine = lossOf(assay, name);
  const cases = casesOf(name);

  test("is the oracle's, with its gradient and its errors", () => {
    fc.assert(
      fc.property(cases, fc.boolean(), (one, weighted) => {
        const { options, predictions, targets, weights } = one;
        const given = weighted ? { ...options, sampleWeight: weights } : options;
        const expected = outcome(() => lossOf(oracle, name).withGradient(predictions, targets, given));
        const got = outcome(() => mine.withGradient(predictions, targets, given));
        expect(got.error).toEqual(expected.error);
        if (!got.result || !expected.result) return;
        expectSameLoss(got.result, expected.result, one);
        expect(mine(predictions, targets, given)).toBe(got.result.loss);
      }),
      { numRuns: 200 },
    );
  });

  test("batches, their order and merges do not show; weights repeat rows", () => {
    const cut = fc.array(fc.nat(33), { maxLength: 4 });
    fc.assert(
      fc.property(cases, cut, ({ options, predictions, targets, weights, columns, targetColumns }, cuts) => {
        const rows = weights.length;
        const whole = mine.accumulator({ ...options, weighted: true });
        whole.update(predictions, targets, { sampleWeight: weights });
        const edges = [0, ...cuts.map((at) => Math.min(at, rows)), rows].sort((a, b) => a - b);
        const parts: Accumulator<number>[] = edges.slice(1).map((end, i) => {
          const start = edges[i]!;
          const part = mine.accumulator({ ...options, weighted: true });
          return part.update(
            predictions.subarray(start * columns, end * columns),
            targets.subarray(start * targetColumns, end * targetColumns),
            { sampleWeight: weights.subarray(start, end) },
          );
        });
        const merged = parts.reduceRight((into, part) => into.merge(part));
        expect(merged.toBytes()).toEqual(whole.toBytes());
        expect(merged.result()).toBe(whole.result());
        const once = outcome(() => mine(predictions, targets, { ...options, sampleWeight: weights }));
        expect(whole.result()).toBe(once.error ? Number.NaN : once.result);

        const index = Array.from({ length: rows }, (_, row) => row).flatMap((row) => [row, row, row]);
        const repeated = (of: Float32Array | Float64Array, width: number) => {
          const all = index.flatMap((row) => [...of.subarray(row * width, (row + 1) * width)]);
          return of instanceof Float32Array ? Float32Array.from(all) : Float64Array.from(all);
        };
        const thrice = outcome(() => mine(repeated(predictions, columns), repeated(targets, targetColumns), options));
        const threes = new Float64Array(rows).fill(3);
        const weighted = outcome(() => mine(predictions, targets, { ...options, sampleWeight: threes }));
        expect(weighted.error).toEqual(thrice.error);
        if (weighted.result !== undefined) {
          expectClose(weighted.result, thrice.result!, 1e-14 * Math.abs(thrice.result!), "weighted");
        }
        for (const accumulator of [whole, ...parts]) accumulator.free();
      }),
      { numRuns: 40 },
    );
  });

  test("what is wrong with an argument is told as the oracle tells it", () => {
    const options = { exponent: 1, numClasses: 2, numLabels: 2 } as AnyOptions;
    const taken = { focalTverskyLoss: ["exponent", "numLabels"], multiclassDiceLoss: ["numClasses"], ceSoftF1Loss: [] };
    const kept = (taken as Record<string, string[]>)[name] ?? ["numLabels"];
    const known = Object.fromEntries(Object.entries(options).filter(([option]) => kept.includes(option)));
    const width = isLabelled(name) ? 1 : 2;
    const p = [0.25, 0.75, 0.5, 0.5, 1, 0];
    const y = Array.from({ length: 3 * width }, (_, i) => i % 2);
    const at = (array: number[], index: number, value: number) => array.map((old, i) => (i === index ? value : old));
    const calls: [unknown, unknown, object][] = [
      [at(p, 3, Number.NaN), y, known],
      [at(at(p, 4, 1.5), 1, -0.5), y, known],
      [p, at(y, 1, 2.5), known],
      [p, at(at(y, 2, -1), 1, Number.NaN), known],
      [at(p, 5, Number.NaN), at(y, 0, 3), known],
      [p, y, { ...known, sampleWeight: [1, -1, 1] }],
      [p, y, { ...known, sampleWeight: [1, 1, Infinity] }],
      [p, y, { ...known, sampleWeight: [1, 1] }],
      [p, y, { ...known, sampleWeight: [0, 0, 0] }],
      [p.slice(1), y, known],
      [[], [], known],
      [Int32Array.from(p), y, known],
      [p, y, { ...known, reduction: "sum" }],
      [p, y, { ...known, gradient: new Float32Array(6) }],
      [p, y, { ...known, gradient: new Float64Array(5) }],
      ...["from", "average", "absentClasses"].map((option): [unknown, unknown, object] => {
        return [p, y, { ...known, [option]: "labels" }];
      }),
      ...["smoothNumerator", "epsilon", "exponent", "fnWeight", "eps", "smooth", "bceWeight", "ceWeight"].flatMap(
        (option) =>
          [-1, Infinity, Number.NaN, "1"].map((value): [unknown, unknown, object] => {
            return [p, y, { ...known, [option]: value }];
          }),
      ),
      [p, y, { ...known, numClasses: 2, numLabels: 2 }],
      [p, y, { exponent: 1, smoothNumerator: 2 }],
    ];
    for (const [predictions, targets, given] of calls) {
      const call = (backend: object) => () =>
        lossOf(backend, name).withGradient(predictions as number[], targets as number[], given as AnyOptions);
      expect([outcome(call(assay)).error, given]).toEqual([outcome(call(oracle)).error, given]);
    }
  });
});

test("gradients go where the caller says", () => {
  using predictions = assay.float32(3);
  using gradient = assay.float32(3);
  predictions.view.set([0.5, 0.25, 1]);
  const { loss, gradient: got } = assay.diceLoss.withGradient(predictions, [1, 0, 1], { gradient });
  expect(got).toBe(gradient.view);
  expect([...got]).toEqual([...assay.diceLoss.withGradient(predictions, [1, 0, 1]).gradient]);
  expect(loss).toBe(assay.diceLoss(predictions, [1, 0, 1]));
});

test("many rows and columns agree with themselves in parts", () => {
  const [rows, columns] = [3000, 5];
  const logits = Float32Array.from({ length: rows * columns }, (_, i) => ((i * 7919) % 1201) / 100 - 6);
  const labels = Int32Array.from({ length: rows }, (_, i) => (i * 31) % columns);
  const options = { numClasses: columns, from: "logits" } as const;
  const whole = assay.multiclassDiceLoss.withGradient(logits, labels, options);
  const parts = assay.multiclassDiceLoss.accumulator(options);
  for (let row = 0; row < rows; row += 7) {
    parts.update(logits.subarray(row * columns, (row + 7) * columns), labels.subarray(row, row + 7));
  }
  expect(parts.result()).toBe(whole.loss);
  const expected = oracle.multiclassDiceLoss.withGradient(logits, labels, options);
  expectSameLoss(whole, expected, { options, predictions: logits });
  const targets = Uint8Array.from(logits, (x) => Number(x > 1));
  for (const average of ["macro", "micro"] as const) {
    const given = { numLabels: columns, from: "logits", average } as const;
    const all = assay.diceBceLoss.withGradient(logits, targets, given);
    const slow = oracle.diceBceLoss.withGradient(logits, targets, given);
    expectSameLoss(all, slow, { options: given, predictions: logits });
  }
});
