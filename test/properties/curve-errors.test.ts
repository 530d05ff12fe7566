import type { Backend, BinaryCurve } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { describe, expect, test } from "vitest";
import { ask } from "../support/curve.js";
import { complaintOf } from "../support/errors.js";

const scores = Float64Array.of(0.1, 0.4, 0.35, 0.8);
const labels = Int32Array.of(0, 0, 1, 1);

/** Both backends complain, and alike. */
function expectComplaint(call: (backend: Backend) => unknown, complaint: object): void {
  for (const backend of [oracle, assay]) expect(complaintOf(() => call(backend))).toMatchObject(complaint);
}

function option(argument: string): object {
  return { name: "AssayRangeError", code: "option", argument };
}

/** An option that says something about what is not there. */
function inapplicable(argument: string): object {
  return { name: "AssayTypeError", code: "option", argument };
}

const unknownOption = { name: "AssayTypeError", code: "option", argument: "nothing" };
const nothing = { nothing: 1 } as object;

describe("a wrong question of a curve is an error that says where", () => {
  const wrong: readonly [string, (curve: BinaryCurve) => unknown, object][] = [
    ["unknown option of rocAuc", (curve) => curve.rocAuc(nothing), unknownOption],
    ["unknown option of logAuc", (curve) => curve.logAuc(nothing), unknownOption],
    ["unknown option of at", (curve) => curve.at(0, nothing), unknownOption],
    ["unknown option of counts", (curve) => curve.counts(nothing), unknownOption],
    ["unknown option of roc", (curve) => curve.roc(nothing), unknownOption],
    ["unknown option of precisionRecall", (curve) => curve.precisionRecall(nothing), unknownOption],
    ["unknown option of det", (curve) => curve.det(nothing), unknownOption],
    ["unknown option of best", (curve) => curve.best("f1", nothing), unknownOption],
    ["unknown option of objective", (curve) => curve.objective("f1", nothing), unknownOption],
    ["unknown option of averagePrecision", (curve) => curve.averagePrecision(nothing), unknownOption],
    ["unknown option of prAuc", (curve) => curve.prAuc(nothing), unknownOption],
    ["unknown part of an objective", (curve) => curve.best({ fBeta: 1, ...nothing }), unknownOption],
    ["unknown cell of a cost", (curve) => curve.best({ cost: nothing }), unknownOption],

    ["a false positive rate of 0", (curve) => curve.rocAuc({ maxFpr: 0 }), option("maxFpr")],
    ["a false positive rate above 1", (curve) => curve.rocAuc({ maxFpr: 1.5 }), option("maxFpr")],
    ["a logarithm from 0", (curve) => curve.logAuc({ from: 0 }), option("from")],
    ["a logarithm from 1", (curve) => curve.logAuc({ from: 1 }), option("from")],
    ["a text for an area", (curve) => curve.prAuc({ undefinedValue: "0" as never }), { argument: "undefinedValue" }],
    ["a NaN for a threshold", (curve) => curve.at(Number.NaN), option("threshold")],
    ["a text for a threshold", (curve) => curve.at("0.5" as never), { code: "option", argument: "threshold" }],
    ["a recall above 1", (curve) => curve.precisionAtRecall(1.1), option("recall")],
    ["a precision below 0", (curve) => curve.recallAtPrecision(-0.1), option("precision")],
    ["a NaN for a specificity", (curve) => curve.sensitivityAtSpecificity(Number.NaN), option("specificity")],
    ["a sensitivity of 95", (curve) => curve.specificityAtSensitivity(95), option("sensitivity")],

    ["an unknown objective", (curve) => curve.best("f2" as "f1"), option("objective")],
    ["an unknown objective to plot", (curve) => curve.objective("cost" as "f1"), option("objective")],
    ["no objective", (curve) => curve.best(undefined as never), option("objective")],
    ["a negative beta", (curve) => curve.best({ fBeta: -1 }), option("fBeta")],
    ["an endless epsilon", (curve) => curve.best({ fBeta: 1, epsilon: Infinity }), option("epsilon")],
    ["an endless cost", (curve) => curve.best({ cost: { fp: Infinity } }), option("cost.fp")],
    ["a cost of NaN", (curve) => curve.best({ cost: { tn: Number.NaN } }), option("cost.tn")],
    [
      "an objective that returns no number",
      (curve) => curve.best((() => undefined) as never),
      { name: "AssayTypeError", code: "type", argument: "objective" },
    ],
    [
      "an objective to plot that returns no number",
      (curve) => curve.objective((() => "1") as never),
      { name: "AssayTypeError", code: "type", argument: "objective", value: "1" },
    ],
    ["a recall of 80", (curve) => curve.best("f1", { recallAtLeast: 80 }), option("recallAtLeast")],
    ["a precision of NaN", (curve) => curve.best("f1", { precisionAtLeast: Number.NaN }), option("precisionAtLeast")],
    ["a specificity below 0", (curve) => curve.best("f1", { specificityAtLeast: -1 }), option("specificityAtLeast")],
    ["a rate above 1", (curve) => curve.best("f1", { fprAtMost: 2 }), option("fprAtMost")],

    ["ties of every score", (curve) => curve.best("f1", { ties: "first" }), inapplicable("ties")],
    ["strict with every score", (curve) => curve.best("f1", { strict: true }), inapplicable("strict")],
    ["other ties", (curve) => curve.best("f1", { thresholds: [1], ties: "last" as "first" }), option("ties")],
    ["two grids", (curve) => curve.best("f1", { thresholds: [1], linspace: 10 }), inapplicable("linspace")],
    ["one point of a line", (curve) => curve.best("f1", { linspace: 1 }), option("linspace")],
    ["half a point", (curve) => curve.best("f1", { linspace: 2.5 }), option("linspace")],
    ["strict to plot every score", (curve) => curve.objective("f1", { strict: true }), inapplicable("strict")],
    ["two grids to plot", (curve) => curve.objective("f1", { thresholds: [1], linspace: 9 }), inapplicable("linspace")],
    ["a line of one to plot", (curve) => curve.objective("f1", { linspace: 1 }), option("linspace")],
    ["strict counts at every score", (curve) => curve.counts({ strict: true }), inapplicable("strict")],
    [
      "points left out of those asked for",
      (curve) => curve.roc({ thresholds: [0.5], dropIntermediate: true }),
      inapplicable("dropIntermediate"),
    ],
    [
      "perhaps",
      (curve) => curve.det({ dropIntermediate: 1 as never }),
      { code: "option", argument: "dropIntermediate" },
    ],

    ["unknown option of rocAucInterval", (curve) => curve.rocAucInterval(nothing), unknownOption],
    ["a level of 95", (curve) => curve.rocAucInterval({ level: 95 }), option("level")],
    ["an unknown scale", (curve) => curve.rocAucInterval({ scale: "log" as "logit" }), option("scale")],
    ["unknown option of bootstrap", (curve) => curve.bootstrap("rocAuc", nothing), unknownOption],
    ["an unknown method", (curve) => curve.bootstrap("rocAuc", { method: "basic" as "bca" }), option("method")],
    [
      "perhaps stratified",
      (curve) => curve.bootstrap("rocAuc", { stratified: 1 as never }),
      { code: "option", argument: "stratified" },
    ],
    [
      "perhaps stratified, validated",
      (curve) => curve.bestBootstrap("f1", { stratified: "yes" as never }),
      { code: "option", argument: "stratified" },
    ],
    ["a level of 1", (curve) => curve.bootstrap("rocAuc", { level: 1 }), option("level")],
    ["one replicate", (curve) => curve.bootstrap("rocAuc", { resamples: 1 }), option("resamples")],
    ["half a seed", (curve) => curve.bootstrap("rocAuc", { seed: 0.5 }), option("seed")],
    ["an unknown statistic", (curve) => curve.bootstrap("f1" as "prAuc"), option("statistic")],
    ["no statistic", (curve) => curve.bootstrap(undefined as never), option("statistic")],
    [
      "a statistic that returns no number",
      (curve) => curve.bootstrap((() => "1") as never),
      { name: "AssayTypeError", code: "type", argument: "statistic", value: "1" },
    ],

    ...["best", "counts", "roc", "precisionRecall", "det"].flatMap((method) => {
      const call = (curve: BinaryCurve, thresholds: unknown): unknown => {
        const options = { thresholds } as { thresholds: number[] };
        return method === "best" ? curve.best("f1", options) : curve[method as "roc"](options);
      };
      return [
        [
          `${method} at a NaN`,
          (curve: BinaryCurve) => call(curve, Float32Array.of(0.5, Number.NaN)),
          { name: "AssayRangeError", code: "nan", argument: "thresholds", index: 1, value: Number.NaN },
        ],
        [
          `${method} at no threshold`,
          (curve: BinaryCurve) => call(curve, []),
          { name: "AssayRangeError", code: "empty", argument: "thresholds" },
        ],
        [
          `${method} at a number`,
          (curve: BinaryCurve) => call(curve, 0.5),
          { name: "AssayTypeError", code: "type", argument: "thresholds" },
        ],
        [
          `${method} at texts`,
          (curve: BinaryCurve) => call(curve, [0.5, "1"]),
          { name: "AssayTypeError", code: "type", argument: "thresholds", index: 1 },
        ],
      ] as [string, (curve: BinaryCurve) => unknown, object][];
    }),
  ];
  test.each(wrong)("%s", (_, question, complaint) => {
    expectComplaint((backend) => ask(backend, [scores, labels, {}], question), complaint);
  });

  test("a line between scores that are not finite", () => {
    const endless = Float64Array.of(0, 1, 2, Infinity);
    const complaint = { name: "AssayRangeError", code: "range", argument: "linspace" };
    for (const x of [endless, endless.map((value) => -value), Float64Array.of(-1.7e308, 1.7e308, 0, 0)]) {
      expectComplaint((b) => ask(b, [x, labels, {}], (curve) => curve.best("f1", { linspace: 10 })), complaint);
    }
  });
});

describe("intervals of areas", () => {
  const badLabel = { name: "AssayRangeError", code: "label", argument: "labels", index: 3, value: 2 };
  const short = scores.subarray(1);
  const wrong: readonly [string, (backend: Backend) => unknown, object][] = [
    ["a label of 2", (b) => b.rocAucInterval(scores, [0, 1, 0, 2]), badLabel],
    ["a label of 2 beside two models", (b) => b.compareRocAuc(scores, scores, [0, 1, 0, 2]), badLabel],
    ["weights", (b) => b.rocAucInterval(scores, labels, { sampleWeight: scores } as object), { code: "option" }],
    ["fewer scores", (b) => b.rocAucInterval(short, labels), { code: "shape", argument: "scores" }],
    ["fewer of the first", (b) => b.compareRocAuc(short, scores, labels), { code: "shape", argument: "scoresA" }],
    ["fewer of the second", (b) => b.compareRocAuc(scores, short, labels), { code: "shape", argument: "scoresB" }],
    [
      "a NaN of the second",
      (b) => b.compareRocAuc(scores, [0, NaN, 1, 2], labels),
      { name: "AssayRangeError", code: "nan", argument: "scoresB", index: 1 },
    ],
    ["no rows", (b) => b.compareRocAuc([], [], []), { code: "empty", argument: "labels" }],
    ["an unknown option", (b) => b.compareRocAuc(scores, scores, labels, nothing), unknownOption],
    ["a level of 0", (b) => b.compareRocAuc(scores, scores, labels, { level: 0 }), option("level")],
    [
      "a curve with weights",
      (b) => ask(b, [scores, labels, { sampleWeight: scores }], (curve) => curve.rocAucInterval()),
      { name: "AssayTypeError", code: "option", argument: "sampleWeight" },
    ],
  ];
  test.each(wrong)("%s", (_, question, complaint) => {
    expectComplaint(question, complaint);
  });

  test("a statistic that changes curves", () => {
    const merging = (target: (curve: BinaryCurve, replicate: BinaryCurve) => BinaryCurve) => () =>
      ask(assay, [scores, labels, {}], (curve) =>
        curve.bootstrap((replicate) => target(curve, replicate).merge(replicate).rocAuc()),
      );
    const changed = { name: "AssayTypeError", code: "state", argument: "curve" };
    expect(complaintOf(merging((curve) => curve))).toMatchObject(changed);
    expect(complaintOf(merging((_, replicate) => replicate))).toMatchObject(changed);
    const freeing = (): unknown =>
      ask(assay, [scores, labels, {}], (curve) =>
        curve.bootstrap((replicate) => {
          replicate.free();
          return 0;
        }),
      );
    expect(complaintOf(freeing)).toMatchObject(changed);
  });
});

describe("a wrong curve is an error", () => {
  const merging = (other: (backend: Backend) => unknown) => (backend: Backend) =>
    ask(backend, [scores, labels, {}], (curve) => curve.merge(other(backend) as BinaryCurve));

  test("nothing to merge", () => {
    const complaint = { name: "AssayTypeError", code: "type", argument: "other" };
    for (const other of [undefined, null, {}, scores])
      expectComplaint(
        merging(() => other),
        complaint,
      );
  });

  test("curves of other scores, or with weights", () => {
    const complaint = { name: "AssayTypeError", code: "state", argument: "other" };
    expectComplaint(
      merging((backend) => backend.binaryCurve(Float32Array.from(scores), labels)),
      complaint,
    );
    expectComplaint(
      merging((backend) => backend.binaryCurve(scores, labels, { sampleWeight: scores })),
      complaint,
    );
  });

  test("freed", () => {
    const complaint = { name: "AssayTypeError", code: "stale", argument: "curve" };
    const freed = (backend: Backend): BinaryCurve => {
      const curve = backend.binaryCurve(scores, labels);
      curve.free();
      // Freeing twice is harmless.
      curve.free();
      return curve;
    };
    const questions: readonly ((curve: BinaryCurve) => unknown)[] = [
      (curve) => curve.length,
      (curve) => curve.positives,
      (curve) => curve.negatives,
      (curve) => curve.rocAuc(),
      (curve) => curve.averagePrecision(),
      (curve) => curve.prAuc(),
      (curve) => curve.logAuc(),
      (curve) => curve.ksStatistic(),
      (curve) => curve.equalErrorRate(),
      (curve) => curve.at(0),
      (curve) => curve.counts(),
      (curve) => curve.counts({ thresholds: [1] }),
      (curve) => curve.roc(),
      (curve) => curve.precisionRecall(),
      (curve) => curve.det(),
      (curve) => curve.gains(),
      (curve) => curve.costs(),
      (curve) => curve.best("f1"),
      (curve) => curve.best(({ tp }) => tp),
      (curve) => curve.best("f1", { thresholds: [1] }),
      (curve) => curve.objective("f1"),
      (curve) => curve.rocAucInterval(),
      (curve) => curve.bootstrap("rocAuc"),
      (curve) => curve.bestCrossValidated("f1"),
      (curve) => curve.bestBootstrap("f1"),
      (curve) => curve.toBytes(),
      (curve) => curve.merge(curve),
    ];
    for (const question of questions) expectComplaint((backend) => question(freed(backend)), complaint);
    expectComplaint(merging(freed), complaint);
  });

  test("bytes that are none of a curve", () => {
    const complaint = { name: "AssayRangeError", code: "state", argument: "bytes" };
    for (const backend of [oracle, assay]) {
      const bytes = ask(backend, [scores, labels, {}], (curve) => curve.toBytes());
      const changed = (index: number, by: number): Uint8Array => {
        const copy = bytes.slice();
        copy[index]! += by;
        return copy;
      };
      const others = [bytes.slice(1), bytes.slice(0, -1), bytes.slice(0, 8), new Uint8Array(0), changed(0, 1)];
      for (const other of [...others, undefined, null, [...bytes], new Float64Array(8)]) {
        expect(complaintOf(() => backend.binaryCurve.fromBytes(other as Uint8Array))).toMatchObject(complaint);
      }
      // Of a curve cut out of a larger buffer nothing else is read.
      const larger = new Uint8Array(bytes.length + 3);
      larger.set(bytes, 3);
      using curve = backend.binaryCurve.fromBytes(larger.subarray(3));
      expect(curve.at(0.4)).toEqual({ tp: 1, fp: 1, fn: 1, tn: 1 });
    }
  });
});

describe("wrong points of an area are an error", () => {
  const cases: readonly [string, unknown, unknown, object][] = [
    ["one point", [1], [1], { name: "AssayRangeError", code: "shape", argument: "x" }],
    ["no points", [], [], { name: "AssayRangeError", argument: "x" }],
    ["more values than coordinates", [1, 2], [1, 2, 3], { name: "AssayRangeError", code: "shape", argument: "y" }],
    [
      "coordinates that turn back",
      [0, 0, 1, 2, 1.5, 3],
      [0, 0, 0, 0, 0, 0],
      { name: "AssayRangeError", code: "range", argument: "x", index: 4, value: 1.5 },
    ],
    [
      "coordinates that turn forward",
      [2, 1, 3],
      Float32Array.of(0, 0, 0),
      { name: "AssayRangeError", code: "range", argument: "x", index: 2, value: 3 },
    ],
    ["a NaN in x", [0, Number.NaN, 2], [0, 0, 0], { code: "nan", argument: "x", index: 1, value: Number.NaN }],
    ["a NaN in y", [0, 1, 2], [0, 0, Number.NaN], { code: "nan", argument: "y", index: 2, value: Number.NaN }],
    ["an infinite x", [0, 1, Infinity], [0, 0, 0], { code: "range", argument: "x", index: 2, value: Infinity }],
    ["an infinite y", [0, 1, 1], [0, -Infinity, 0], { code: "range", argument: "y", index: 1, value: -Infinity }],
    ["no array", 1, [1], { name: "AssayTypeError", code: "type", argument: "x" }],
  ];
  test.each(cases)("%s", (_, x, y, complaint) => {
    expectComplaint((backend) => backend.auc(x as number[], y as number[]), complaint);
  });
});

describe("wrong columns of curves are an error", () => {
  const four = Float64Array.of(0.1, 0.9, 0.6, 0.4);
  const cases: readonly [string, ArrayLike<number>, ArrayLike<number>, object, object][] = [
    ["neither classes nor labels", four, [1, 0], {}, inapplicable("numClasses")],
    ["both", four, [1, 0], { numClasses: 2, numLabels: 2 }, inapplicable("numLabels")],
    ["one class", four, [0, 0, 0, 0], { numClasses: 1 }, option("numClasses")],
    ["no label", four, [0], { numLabels: 0 }, option("numLabels")],
    ["an average", four, [1, 0], { numClasses: 2, average: "macro" }, { code: "option", argument: "average" }],
    ["scores that are no rows", [1, 2, 3], [1, 0], { numClasses: 2 }, { code: "shape", argument: "scores" }],
    ["labels that are no rows", four, [1, 0, 1], { numLabels: 2 }, { code: "shape", argument: "labels" }],
    ["no rows", [], [], { numClasses: 2 }, { code: "empty", argument: "labels" }],
    ["another class", four, [1, 2], { numClasses: 2 }, { code: "label", argument: "labels", index: 1, value: 2 }],
    ["another label", four, [1, 0, 0, 2], { numLabels: 2 }, { code: "label", argument: "labels", index: 3, value: 2 }],
    ["a NaN", [0, 1, Number.NaN, 1], [0, 1], { numClasses: 2 }, { code: "nan", argument: "scores", index: 2 }],
    ["an unknown source", four, [1, 0], { numClasses: 2, from: "probabilities" }, option("from")],
    [
      "too few weights",
      four,
      [1, 0],
      { numClasses: 2, sampleWeight: [1] },
      { code: "shape", argument: "sampleWeight" },
    ],
    ["a negative weight", four, [1, 0], { numLabels: 1, sampleWeight: [1, -1] }, { code: "shape", argument: "scores" }],
  ];
  test.each(cases)("%s", (_, x, y, options, complaint) => {
    for (const name of ["classCurves", "microCurve"] as const) {
      expectComplaint((backend) => backend[name](x as number[], y as number[], options), complaint);
    }
  });

  const ofPairs: typeof cases = [
    ["no classes", four, [1, 0], {}, inapplicable("numClasses")],
    ["labels", four, [1, 0, 0, 1], { numClasses: 2, numLabels: 2 }, { code: "option", argument: "numLabels" }],
    ["one class", four, [0, 0, 0, 0], { numClasses: 1 }, option("numClasses")],
    ["another class", four, [1, 2], { numClasses: 2 }, { code: "label", argument: "labels", index: 1, value: 2 }],
  ];
  test.each(ofPairs)("of pairs: %s", (_, x, y, options, complaint) => {
    const of = options as { numClasses: number };
    expectComplaint((backend) => backend.pairCurves(x as number[], y as number[], of), complaint);
  });
});
