import type { Backend, Labels, Reals } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Column, columnOf, type Form, inArena, labelForms, realForms } from "../support/columns.js";
import { complaintOf } from "../support/errors.js";
import { hash } from "../support/random.js";

/** What an element may be. */
type Kind = "probability" | "logit" | "real" | "count" | "label" | "weight";

/** The code of an error about a value, or nothing where the value is fine. */
function codeOf(kind: Kind, value: number, classes = 2): string | undefined {
  if (Number.isNaN(value)) return "nan";
  switch (kind) {
    case "probability":
      return value >= 0 && value <= 1 ? undefined : "range";
    case "logit":
      return undefined;
    case "real":
      return Number.isFinite(value) ? undefined : "range";
    case "label":
      return Number.isInteger(value) && value >= 0 && value < classes ? undefined : "label";
    case "count":
    case "weight":
      return value >= 0 && value < Infinity ? undefined : "range";
  }
}

const faults = [
  Number.NaN,
  ...[-0.1, 1.1, -5e-324, 1 + 2 ** -52, -(2 ** -149), 1 + 2 ** -23],
  ...[-1, 2, 3, 4, 255, -100, 0.5, 2 ** 31, -(2 ** 31), 2 ** 32, 1e300],
  ...[Infinity, -Infinity],
];

interface Argument {
  readonly name: string;
  readonly kind: Kind;
  /** Elements of one row. */
  readonly columns: number;
  readonly classes?: number;
}

interface Function {
  readonly name: string;
  readonly predictions: Argument;
  readonly targets: Argument;
  readonly elementWeight?: number;
  /** Goes through the columns one after the other: of several faults the first in its column is told. */
  readonly byColumn?: boolean;
  /** Rows without weight make an empty one, that others can be merged into. */
  readonly mayBeEmpty?: boolean;
  call(backend: Backend, predictions: Reals, targets: Labels, options: object): unknown;
}

const probability = (name: string, columns = 1): Argument => ({ name, kind: "probability", columns });
const logit = (name: string, columns = 1): Argument => ({ name, kind: "logit", columns });
const label = (name: string, classes = 2, columns = 1): Argument => ({ name, kind: "label", columns, classes });

const real = (name: string, columns = 1): Argument => ({ name, kind: "real", columns });

const functions: readonly Function[] = [
  {
    name: "reliability",
    predictions: probability("probabilities"),
    targets: label("labels"),
    call: (backend, p, y, options) => backend.reliability(p, y, options),
  },
  {
    name: "reliability of the top label",
    predictions: probability("probabilities"),
    targets: label("labels"),
    call: (backend, p, y, options) => backend.reliability(p, y, { ...options, of: "topLabel" }),
  },
  {
    name: "calibrationError of classes",
    predictions: probability("probabilities", 3),
    targets: label("labels", 3),
    call: (backend, p, y, options) => backend.calibrationError(p, y, { ...options, numClasses: 3 }),
  },
  {
    name: "calibrationError of logits in bins of equal mass",
    predictions: logit("logits", 3),
    targets: label("labels", 3),
    call: (backend, p, y, options) =>
      backend.calibrationError(p, y, { ...options, numClasses: 3, from: "logits", binning: "mass" }),
  },
  {
    name: "classwiseReliability of labels",
    predictions: probability("probabilities", 3),
    targets: label("labels", 2, 3),
    call: (backend, p, y, options) => backend.classwiseReliability(p, y, { ...options, numLabels: 3 }),
  },
  {
    name: "brierScore",
    predictions: probability("probabilities"),
    targets: label("labels"),
    call: (backend, p, y, options) => backend.brierScore(p, y, options),
  },
  {
    name: "brierScore of classes",
    predictions: probability("probabilities", 3),
    targets: label("labels", 3),
    call: (backend, p, y, options) => backend.brierScore(p, y, { ...options, numClasses: 3 }),
  },
  {
    name: "confusionMatrix of labels",
    predictions: label("predicted", 4),
    targets: label("targets", 4),
    call: (backend, p, y, options) => backend.confusionMatrix(p, y, { ...options, numClasses: 4 }),
  },
  {
    name: "confusionMatrix with an ignored label",
    predictions: label("predicted", 4),
    targets: label("targets", 4),
    call: (backend, p, y, options) => backend.confusionMatrix(p, y, { ...options, numClasses: 4, ignoreIndex: -7 }),
  },
  {
    name: "confusionMatrix of binary probabilities",
    predictions: probability("predicted"),
    targets: label("targets"),
    call: (backend, p, y, options) => backend.confusionMatrix(p, y, { ...options, from: "probabilities" }),
  },
  {
    name: "confusionMatrix of logits",
    predictions: logit("predicted", 3),
    targets: label("targets", 3),
    call: (backend, p, y, options) => backend.confusionMatrix(p, y, { ...options, from: "logits", numClasses: 3 }),
  },
  {
    name: "multilabelConfusionMatrix of labels",
    predictions: label("predicted", 2, 3),
    targets: label("targets", 2, 3),
    call: (backend, p, y, options) => backend.multilabelConfusionMatrix(p, y, { ...options, numLabels: 3 }),
  },
  {
    name: "multilabelConfusionMatrix of probabilities",
    predictions: probability("predicted", 5),
    targets: label("targets", 2, 5),
    call: (backend, p, y, options) =>
      backend.multilabelConfusionMatrix(p, y, { ...options, numLabels: 5, from: "probabilities" }),
  },
  {
    name: "multilabelConfusionMatrix of the largest logits",
    predictions: logit("predicted", 40),
    targets: label("targets", 2, 40),
    call: (backend, p, y, options) =>
      backend.multilabelConfusionMatrix(p, y, { ...options, numLabels: 40, from: "logits", topK: 3 }),
  },
  {
    name: "topKAccuracy",
    predictions: logit("scores", 3),
    targets: label("targets", 3),
    call: (backend, p, y, options) => backend.topKAccuracy(p, y, { ...options, numClasses: 3 }),
  },
  {
    name: "binaryCurve",
    mayBeEmpty: true,
    predictions: logit("scores"),
    targets: label("labels"),
    call: (backend, p, y, options) => backend.binaryCurve(p, y, options),
  },
  {
    name: "rocAuc of classes",
    byColumn: true,
    predictions: logit("scores", 3),
    targets: label("labels", 3),
    call: (backend, p, y, options) => backend.rocAuc(p, y, { ...options, numClasses: 3 }),
  },
  {
    name: "averagePrecision of logits",
    predictions: logit("scores", 3),
    targets: label("labels", 3),
    call: (backend, p, y, options) => backend.averagePrecision(p, y, { ...options, numClasses: 3, from: "logits" }),
  },
  {
    name: "rocAuc of pairs of classes",
    byColumn: true,
    predictions: logit("scores", 3),
    targets: label("labels", 3),
    call: (backend, p, y, options) => backend.rocAuc(p, y, { ...options, numClasses: 3, multiclass: "ovo" }),
  },
  {
    name: "averagePrecision of many labels",
    byColumn: true,
    predictions: logit("scores", 3),
    targets: label("labels", 2, 3),
    call: (backend, p, y, options) => backend.averagePrecision(p, y, { ...options, numLabels: 3 }),
  },
  {
    name: "rocAuc of each row",
    byColumn: true,
    predictions: logit("scores", 3),
    targets: label("labels", 2, 3),
    call: (backend, p, y, options) => backend.rocAuc(p, y, { ...options, numLabels: 3, average: "samples" }),
  },
  {
    name: "labelRankingLoss",
    predictions: logit("scores", 3),
    targets: label("targets", 2, 3),
    call: (backend, p, y, options) => backend.labelRankingLoss(p, y, { ...options, numLabels: 3 }),
  },
  {
    name: "dcg",
    predictions: logit("scores", 3),
    targets: real("targets", 3),
    call: (backend, p, y, options) => backend.dcg(p, y, { ...options, numLabels: 3 }),
  },
  {
    name: "ndcg of the first of many labels",
    predictions: logit("scores", 50),
    targets: { name: "targets", kind: "count", columns: 50 },
    call: (backend, p, y, options) => backend.ndcg(p, y, { ...options, numLabels: 50, k: 2, ties: "first" }),
  },
  {
    name: "binaryCrossEntropy",
    predictions: probability("predictions", 2),
    targets: probability("targets", 2),
    elementWeight: 2,
    call: (backend, p, y, options) => backend.binaryCrossEntropy(p, y, { ...options, numLabels: 2 }),
  },
  {
    name: "binaryCrossEntropyWithLogits",
    predictions: logit("predictions"),
    targets: probability("targets"),
    elementWeight: 1,
    call: (backend, p, y, options) => backend.binaryCrossEntropyWithLogits(p, y, options),
  },
  {
    name: "crossEntropy",
    predictions: logit("predictions", 5),
    targets: label("targets", 5),
    elementWeight: 1,
    call: (backend, p, y, options) => backend.crossEntropy(p, y, { ...options, numClasses: 5 }),
  },
  {
    name: "crossEntropy with its gradient",
    predictions: logit("predictions", 2),
    targets: label("targets", 2),
    elementWeight: 1,
    call: (backend, p, y, options) =>
      backend.crossEntropy.withGradient(p, y, { ...options, numClasses: 2, ignoreIndex: 9, weight: [1, 2] }),
  },
  {
    name: "crossEntropy with soft targets",
    predictions: logit("predictions", 3),
    targets: probability("targets", 3),
    elementWeight: 1,
    call: (backend, p, y, options) => backend.crossEntropy(p, y, { ...options, numClasses: 3, softTargets: true }),
  },
  {
    name: "mseLoss",
    predictions: real("predictions"),
    targets: real("targets"),
    elementWeight: 1,
    call: (backend, p, y, options) => backend.mseLoss(p, y, options),
  },
  {
    name: "poissonNllLoss",
    predictions: real("predictions"),
    targets: { name: "targets", kind: "count", columns: 1 },
    elementWeight: 1,
    call: (backend, p, y, options) => backend.poissonNllLoss(p, y, options),
  },
  {
    name: "hingeLoss",
    predictions: logit("predictions"),
    targets: label("targets"),
    elementWeight: 1,
    call: (backend, p, y, options) => backend.hingeLoss(p, y, options),
  },
  {
    name: "sigmoidFocalLoss",
    predictions: logit("predictions"),
    targets: probability("targets"),
    elementWeight: 1,
    call: (backend, p, y, options) => backend.sigmoidFocalLoss(p, y, options),
  },
  {
    name: "focalLoss",
    predictions: logit("predictions", 3),
    targets: label("targets", 3),
    elementWeight: 1,
    call: (backend, p, y, options) => backend.focalLoss(p, y, { ...options, numClasses: 3 }),
  },
  {
    name: "klDivLoss",
    predictions: probability("predictions", 3),
    targets: probability("targets", 3),
    elementWeight: 3,
    call: (backend, p, y, options) => backend.klDivLoss(p, y, { ...options, numClasses: 3 }),
  },
  {
    name: "diceLoss",
    predictions: probability("predictions", 2),
    targets: probability("targets", 2),
    call: (backend, p, y, options) => backend.diceLoss(p, y, { ...options, numLabels: 2 }),
  },
  {
    name: "softF1Loss of logits, with its gradient",
    predictions: logit("predictions"),
    targets: probability("targets"),
    call: (backend, p, y, options) => backend.softF1Loss.withGradient(p, y, { ...options, from: "logits" }),
  },
  {
    name: "multiclassDiceLoss",
    predictions: probability("predictions", 3),
    targets: label("targets", 3),
    call: (backend, p, y, options) => backend.multiclassDiceLoss(p, y, { ...options, numClasses: 3 }),
  },
  {
    name: "r2Score",
    predictions: real("predictions"),
    targets: real("targets"),
    call: (backend, p, y, options) => backend.r2Score(p, y, options),
  },
  {
    name: "spearmanCorrelation",
    predictions: real("predictions"),
    targets: real("targets"),
    call: (backend, p, y, options) => backend.spearmanCorrelation(p, y, options),
  },
  {
    name: "logLoss",
    predictions: probability("probabilities"),
    targets: label("labels"),
    call: (backend, p, y, options) => backend.logLoss(p, y, options),
  },
  {
    name: "logLoss of classes",
    predictions: probability("probabilities", 3),
    targets: label("labels", 3),
    call: (backend, p, y, options) => backend.logLoss(p, y, { ...options, numClasses: 3 }),
  },
];

/** Around blocks of 1024 and 8192 rows, and beyond the room that rows are streamed through. */
const counts = fc.oneof(
  { withCrossShrink: true },
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 2, arbitrary: fc.constant(1025) },
  { weight: 1, arbitrary: fc.constantFrom(8195, 20_001) },
);

const roles = ["predictions", "targets", "sampleWeight", "elementWeight"] as const;

/** Arguments of which one has faults in it. */
const faulty = fc.record({
  count: counts,
  role: fc.constantFrom(...roles),
  places: fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 3 }),
  fault: fc.constantFrom(...faults),
  other: fc.constantFrom(...faults),
  real: realForms,
  label: labelForms,
  weight: realForms,
});

/** Elements that are all fine. */
function fine({ kind, classes = 2 }: Pick<Argument, "kind" | "classes">, length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => {
    const bits = hash(length, i);
    if (kind === "label") return bits % classes;
    return kind === "weight" ? 1 + (bits % 3) : (bits % 1024) / 1024;
  });
}

interface Given {
  readonly column: Column;
  readonly kind: Kind;
  readonly name: string;
  readonly classes: number;
}

describe.each(functions)("$name", (one) => {
  const { predictions, targets } = one;

  test("tells the first value that is not allowed: which argument, where, what", () => {
    fc.assert(
      fc.property(faulty, ({ count, role, places, fault, other, real, label, weight }) => {
        fc.pre(role !== "elementWeight" || one.elementWeight !== undefined);
        fc.pre(!one.byColumn || places.length === 1);
        const given = (argument: Argument, form: Form, own: (typeof roles)[number]): Given => {
          const values = fine(argument, count * argument.columns);
          if (role === own)
            for (const [i, place] of places.entries()) values[place % values.length] = i ? other : fault;
          return {
            column: columnOf(form, values),
            kind: argument.kind,
            name: argument.name,
            classes: argument.classes ?? 2,
          };
        };
        const weighted = (name: (typeof roles)[number], columns: number): Given | undefined =>
          role === name ? given({ name, kind: "weight", columns }, weight, name) : undefined;
        const p = given(predictions, predictions.kind === "label" ? label : real, "predictions");
        const y = given(targets, targets.kind === "label" ? label : real, "targets");
        const s = weighted("sampleWeight", 1);
        const e = weighted("elementWeight", one.elementWeight ?? 1);
        const culprit = { predictions: p, targets: y, sampleWeight: s, elementWeight: e }[role]!;
        const { values } = culprit.column;
        const index = Array.from(values).findIndex((x) => codeOf(culprit.kind, x, culprit.classes));
        // In the type of its array a fault may be none.
        fc.pre(index >= 0);
        const value = values[index]!;
        const expected = {
          name: "AssayRangeError",
          code: codeOf(culprit.kind, value, culprit.classes),
          argument: culprit.name,
          index,
          value,
        };
        const slow = complaintOf(() =>
          one.call(oracle, p.column.values as Float64Array, y.column.values, {
            ...(s && { sampleWeight: s.column.values }),
            ...(e && { elementWeight: e.column.values }),
          }),
        );
        const fast = inArena((arena) => {
          const [P, Y, S, E] = [p, y, s, e].map((argument) => argument && arena.put(argument.column));
          return complaintOf(() =>
            one.call(assay, P!(), Y!(), { ...(S && { sampleWeight: S() }), ...(E && { elementWeight: E() }) }),
          );
        });
        expect(fast, "assay").toEqual(expected);
        expect(slow, "the oracle").toEqual(expected);
      }),
    );
  });

  const rows = 6;
  const p = fine(predictions, rows * predictions.columns);
  const y = fine(targets, rows * targets.columns);

  /** Both backends complain, and in the same words for programs. */
  function expectComplaint(call: (backend: Backend) => unknown, expected: object): void {
    const fast = complaintOf(() => call(assay));
    expect(fast, "assay").toMatchObject(expected);
    expect(
      complaintOf(() => call(oracle)),
      "the oracle",
    ).toEqual(fast);
  }

  test.each([
    ["predictions", 1, predictions.name],
    ["predictions", -1, predictions.name],
  ] as const)("tells that %s are %i too many", (_, more, argument) => {
    const wrong = fine(predictions, rows * predictions.columns + more);
    expectComplaint((backend) => one.call(backend, wrong, y, {}), {
      name: "AssayRangeError",
      code: "shape",
      argument,
      value: wrong.length,
    });
  });

  test("tells that weights are too few or too many", () => {
    for (const length of [0, rows - 1, rows + 1]) {
      expectComplaint((backend) => one.call(backend, p, y, { sampleWeight: new Float64Array(length) }), {
        name: "AssayRangeError",
        code: "shape",
        argument: "sampleWeight",
        value: length,
      });
      if (one.elementWeight === undefined) continue;
      const elementWeight = new Float32Array(length * one.elementWeight);
      expectComplaint((backend) => one.call(backend, p, y, { elementWeight }), {
        name: "AssayRangeError",
        code: "shape",
        argument: "elementWeight",
        value: elementWeight.length,
      });
    }
  });

  test("tells that there are no rows", () => {
    for (const nothing of [[], new Float32Array(0)]) {
      expectComplaint((backend) => one.call(backend, nothing, [], {}), {
        name: "AssayRangeError",
        code: "empty",
        argument: targets.name,
      });
    }
  });

  if (!one.mayBeEmpty) {
    test("tells that every row weighs nothing", () => {
      expectComplaint((backend) => one.call(backend, p, y, { sampleWeight: new Float64Array(rows) }), {
        name: "AssayRangeError",
        code: "empty",
        argument: targets.name,
      });
    });
  }

  test("tells that an argument is no array, or of no type that it takes", () => {
    const wrong = [undefined, null, 3, "1,2", {}, new ArrayBuffer(8), new Set([1])];
    const floatsOnly = [Uint8Array, Int32Array, Uint16Array, BigInt64Array].map((Type) => new Type(p.length));
    for (const bad of [...wrong, ...(predictions.kind === "label" ? [] : floatsOnly)]) {
      expectComplaint((backend) => one.call(backend, bad as Reals, y, {}), {
        name: "AssayTypeError",
        code: "type",
        argument: predictions.name,
      });
    }
    for (const bad of wrong) {
      expectComplaint((backend) => one.call(backend, p, bad as Labels, {}), {
        name: "AssayTypeError",
        code: "type",
        argument: targets.name,
      });
    }
    for (const bad of [null, 3, "1", {}, new Uint8Array(rows), new Int32Array(rows), new BigInt64Array(rows)]) {
      expectComplaint((backend) => one.call(backend, p, y, { sampleWeight: bad }), {
        name: "AssayTypeError",
        code: "type",
        argument: "sampleWeight",
      });
    }
  });

  test("tells which element of an array is no number", () => {
    for (const bad of ["1", null, undefined, true, 1n, {}]) {
      for (const index of [0, 3]) {
        const wrong = Array.from(p);
        (wrong as unknown[])[index] = bad;
        expectComplaint((backend) => one.call(backend, wrong, y, {}), {
          name: "AssayTypeError",
          code: "type",
          argument: predictions.name,
          index,
          value: bad,
        });
      }
    }
  });

  test("tells that an option does not exist", () => {
    expectComplaint((backend) => one.call(backend, p, y, { sampleWeights: [1] }), {
      name: "AssayTypeError",
      code: "option",
      argument: "sampleWeights",
    });
  });
});
