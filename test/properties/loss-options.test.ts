import type { Backend, Labels, Reals } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { describe, expect, test } from "vitest";
import { complaintOf, wordsOf } from "../support/errors.js";

type AnyLoss = ((p: Reals, y: Labels, options: object) => unknown) & {
  withGradient(p: Reals, y: Labels, options: object): unknown;
  accumulator(options: object): { free(): void };
};

interface Subject {
  /** Options without which there is no call. */
  readonly needs: object;
  /** Predictions and targets of three rows, as many columns as `needs` says. */
  readonly columns: number;
  readonly targetColumns: number;
  /** Numeric options, each with a number that it may not be. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Arrays with a weight ≥ 0 for each column. */
  readonly weights?: readonly string[];
  readonly isSet?: boolean;
}

const elements = (numbers: Record<string, number>, needs: object = {}): Subject => ({
  needs,
  columns: 1,
  targetColumns: 1,
  numbers,
});
const labelled = (numbers: Record<string, number>, weights: readonly string[] = ["weight"]): Subject => ({
  needs: { numClasses: 3 },
  columns: 3,
  targetColumns: 1,
  numbers: { numClasses: 0, ignoreIndex: 0.5, ...numbers },
  weights,
});
const counts = (numbers: Record<string, number>, needs: object = {}): Subject => ({
  ...elements({ numLabels: 0, ...numbers }, needs),
  isSet: true,
});
const smooth = { smoothNumerator: -1, smoothDenominator: Number.NaN };

const subjects: Readonly<Record<string, Subject>> = {
  binaryCrossEntropy: elements({ numLabels: 0.5 }),
  binaryCrossEntropyWithLogits: { ...elements({ numLabels: -1 }), weights: ["posWeight"] },
  sigmoidFocalLoss: elements({ numLabels: Infinity, alpha: 1.5, gamma: Infinity }),
  hingeLoss: elements({ numLabels: Number.NaN }),
  softMarginLoss: elements({ numLabels: 0 }),
  multilabelSoftMarginLoss: { ...elements({ numLabels: 0 }, { numLabels: 1 }), weights: ["weight"] },
  crossEntropy: labelled({ labelSmoothing: 1.5 }),
  nllLoss: labelled({}),
  focalLoss: labelled({ gamma: -1 }),
  multiMarginLoss: labelled({ p: 3, margin: Infinity }),
  multiclassHingeLoss: labelled({}, []),
  klDivLoss: { ...labelled({}, []), numbers: { numClasses: 0 }, targetColumns: 3 },
  huberLoss: elements({ delta: 0 }),
  smoothL1Loss: elements({ beta: -1 }),
  quantileLoss: elements({ quantile: 2 }, { quantile: 0.5 }),
  poissonNllLoss: elements({ eps: -1 }, { logInput: false }),
  gaussianNllLoss: elements({ eps: 0, variance: -1 }, { variance: 1 }),
  diceLoss: counts(smooth),
  jaccardLoss: counts(smooth),
  tverskyLoss: counts({ ...smooth, fnWeight: -1, fpWeight: Infinity }),
  focalTverskyLoss: counts({ ...smooth, exponent: 0 }, { exponent: 2 }),
  softF1Loss: counts({ epsilon: -1 }),
  multiclassDiceLoss: { ...labelled({ smooth: -1, eps: 0 }, []), isSet: true },
  diceBceLoss: counts({ ...smooth, diceWeight: -1, bceWeight: Infinity }),
  ceSoftF1Loss: {
    needs: {},
    columns: 2,
    targetColumns: 1,
    numbers: { ceWeight: -1, softF1Weight: -1, epsilon: Number.NaN, ignoreIndex: 1.5 },
    weights: ["weight"],
    isSet: true,
  },
};

const lossOf = (backend: Backend, name: string): AnyLoss => backend[name as keyof Backend] as unknown as AnyLoss;

describe.each(Object.entries(subjects))(
  "%s",
  (name, { needs, columns, targetColumns, numbers, weights = [], isSet }) => {
    const p = new Float32Array(3 * columns).fill(0.25);
    const y = new Float32Array(3 * targetColumns).map((_, i) => i % 2);

    /** Both backends say the same. */
    function expectComplaint(call: (loss: AnyLoss) => unknown, expected: object): void {
      const fast = complaintOf(() => call(lossOf(assay, name)));
      expect(fast, "assay").toMatchObject(expected);
      expect(
        complaintOf(() => call(lossOf(oracle, name))),
        "the oracle",
      ).toEqual(fast);
    }

    const numeric = Object.entries(numbers);

    test.runIf(numeric.length > 0)("tells that an option is no number, or one out of its range", () => {
      for (const [option, outside] of numeric) {
        for (const bad of ["1", null, true, 1n, () => 1, {}]) {
          // A variance may be an array.
          if (option === "variance" && typeof bad === "object" && bad !== null) continue;
          expectComplaint((loss) => loss(p, y, { ...needs, [option]: bad }), {
            name: "AssayTypeError",
            code: bad === null ? "type" : "option",
            argument: option,
            value: bad,
          });
        }
        for (const bad of [outside, Number.NaN]) {
          expectComplaint((loss) => loss(p, y, { ...needs, [option]: bad }), {
            name: "AssayRangeError",
            code: "option",
            argument: option,
            value: bad,
          });
        }
      }
    });

    test.runIf(weights.length > 0)("tells which weight of a column is none", () => {
      for (const option of weights) {
        const given = (bad: unknown): unknown[] => [...new Array(columns - 1).fill(1), bad];
        for (const bad of [-1, Infinity, Number.NaN]) {
          const code = Number.isNaN(bad) ? "nan" : "range";
          const complaint = { name: "AssayRangeError", code, argument: option, index: columns - 1, value: bad };
          expectComplaint((loss) => loss(p, y, { ...needs, [option]: given(bad) }), complaint);
        }
        const complaint = { name: "AssayTypeError", code: "type", argument: option, index: columns - 1, value: "1" };
        expectComplaint((loss) => loss(p, y, { ...needs, [option]: given("1") }), complaint);
        const tooMany = { name: "AssayRangeError", code: "shape", argument: option, value: columns + 1 };
        expectComplaint((loss) => loss(p, y, { ...needs, [option]: new Array(columns + 1).fill(1) }), tooMany);
      }
    });

    test("tells that a gradient's room overlaps an argument", () => {
      const { length } = p;
      const room = new Float32Array(8 * length + 8);
      const at = (start: number, count: number): Float32Array => room.subarray(start, start + count);
      const complaint = { name: "AssayRangeError", code: "shape", argument: "gradient" };
      // Whole, at its end, at its beginning.
      const overlaps = (count: number): Float32Array[] => [at(0, count), at(length - 1, count)];
      const inside = at(4, length);
      const last = at(4 + length - 1, length);
      for (const gradient of [inside, last]) {
        const own = { ...needs, gradient };
        expectComplaint((loss) => loss.withGradient(inside.fill(0.25), y, own), complaint);
      }
      for (const targets of overlaps(y.length)) {
        room.fill(0);
        expectComplaint((loss) => loss.withGradient(p, targets, { ...needs, gradient: at(0, length) }), complaint);
      }
      for (const option of ["sampleWeight", ...(isSet ? [] : ["elementWeight"])]) {
        for (const weight of overlaps(option === "sampleWeight" || targetColumns === 1 ? 3 : 3 * columns)) {
          room.fill(1);
          const own = { ...needs, [option]: weight, gradient: at(0, length) };
          expectComplaint((loss) => loss.withGradient(p, y, own), complaint);
        }
      }
      // Side by side is fine.
      room.fill(1);
      const own = { ...needs, sampleWeight: at(length, 3), gradient: at(0, length) };
      expect(complaintOf(() => lossOf(assay, name).withGradient(p, y, own))).toBeUndefined();
    });
  },
);

test("a gradient's room in wasm memory may not overlap targets there", () => {
  const all = assay.float32(12);
  try {
    const { buffer, byteOffset } = all.view;
    const at = (start: number): Float32Array => new Float32Array(buffer, byteOffset + 4 * start, 4);
    const call = (gradient: Float32Array) => assay.mseLoss.withGradient(at(0), at(4), { gradient });
    expect(complaintOf(() => call(at(7)))).toMatchObject({ code: "shape", argument: "gradient" });
    expect(complaintOf(() => call(at(3)))).toMatchObject({ code: "shape", argument: "gradient" });
    expect(complaintOf(() => call(at(8)))).toBeUndefined();
  } finally {
    all.free();
  }
});

const optionNames = [
  ...["numClasses", "numLabels", "weight", "posWeight", "labelSmoothing", "softTargets", "ignoreIndex", "kind", "from"],
  ...["gamma", "alpha", "weightInside", "squared", "p", "margin", "delta", "beta", "quantile", "logInput", "full"],
  ...["eps", "variance", "smoothNumerator", "smoothDenominator", "fnWeight", "fpWeight", "exponent", "epsilon"],
  ...["smooth", "absentClasses", "average", "diceWeight", "bceWeight", "ceWeight", "softF1Weight"],
  ...["reduction", "weighted", "threshold"],
];

const values: readonly unknown[] = [
  ...[0, 1, 2, 3, -1, 0.5, Number.NaN, Infinity],
  ...[
    "softmax",
    "one-vs-rest",
    "probabilities",
    "logProbabilities",
    "logits",
    "macro",
    "micro",
    "none",
    "skip",
    "count",
  ],
  ...["mean", "sum", "batchmean", "wrong", true, false, null, {}, [], [1], [1, 2], [1, 2, 3], [1, 1, 1, 1, 1, 1]],
];

/** What decides which other options apply, one by one. */
const settings: [name: string, options: object, targetColumns: number | undefined][] = [
  ...Object.keys(subjects).map((name): [string, object, undefined] => [name, {}, undefined]),
  ["crossEntropy", { softTargets: true }, 3],
  ["focalLoss", { kind: "one-vs-rest" }, undefined],
  ["focalLoss", { weight: [1, 2, 3] }, undefined],
  ["poissonNllLoss", { logInput: true }, undefined],
  ["mseLoss", {}, undefined],
  ["l1Loss", {}, undefined],
  ["logCoshLoss", {}, undefined],
];

describe.each(settings)("%s with %j", (name, more, targets) => {
  const { needs, columns, targetColumns } = subjects[name] ?? elements({});
  const p = new Float32Array(3 * columns).fill(0.25);
  const y = new Float32Array(3 * (targets ?? targetColumns)).map((_, i) => i % 2);

  test.each(optionNames)("takes or refuses %s as the oracle does", (option) => {
    const ways: readonly ((loss: AnyLoss, options: object) => unknown)[] = [
      (loss, options) => loss(p, y, options),
      (loss, options) => loss.withGradient(p, y, options),
      (loss, options) => loss.accumulator(options).free(),
    ];
    const differing = values.flatMap((value) =>
      ways.flatMap((call, way) => {
        const [fast, slow] = [assay as Backend, oracle].map((backend) =>
          wordsOf(() => call(lossOf(backend, name), { ...needs, ...more, [option]: value })),
        );
        return fast === slow ? [] : [{ way, value, fast, slow }];
      }),
    );
    expect(differing).toEqual([]);
  });
});

const misplaced: [name: string, options: Record<string, unknown>, argument: string][] = [
  ["crossEntropy", { numClasses: 3, softTargets: true, ignoreIndex: 1 }, "ignoreIndex"],
  ["focalLoss", { numClasses: 3, alpha: 0.5 }, "alpha"],
  ["focalLoss", { numClasses: 3, kind: "one-vs-rest", weight: [1, 1, 1] }, "weight"],
  ["focalLoss", { numClasses: 3, weightInside: true }, "weightInside"],
  ["poissonNllLoss", { eps: 0.5 }, "eps"],
  ["softF1Loss", { numClasses: 2, numLabels: 2 }, "numLabels"],
];

test.each(misplaced)("%s with %j: an option that does not apply is an error of type", (name, options, argument) => {
  for (const backend of [assay as Backend, oracle]) {
    const complaint = complaintOf(() => lossOf(backend, name)([0.5], [1], options));
    expect(complaint).toMatchObject({ name: "AssayTypeError", code: "option", argument });
    expect(complaint?.value).toBe(options[argument]);
  }
});

test("a stream has no variance of each row", () => {
  for (const backend of [assay as Backend, oracle]) {
    for (const variance of [[1, 2], new Float64Array(3), []]) {
      const complaint = complaintOf(() => lossOf(backend, "gaussianNllLoss").accumulator({ variance }));
      expect(complaint).toMatchObject({ name: "AssayTypeError", code: "option", argument: "variance" });
    }
  }
});
