import type { Backend } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { describe, expect, test } from "vitest";
import { wordsOf } from "../support/errors.js";

type Call = (backend: Backend, options: object) => unknown;

const counted = [0, 2, 1, 1, 0, 2];
const [zeros, ones] = [
  [0, 1, 1, 0, 1, 0],
  [1, 1, 0, 0, 1, 0],
];
const names = { predicted: ["a", "b", "a", "b", "b", "a"], targets: ["a", "a", "b", "b", "b", "a"] };
const probabilities = [0.2, 0.7, 0.4, 0.9, 0.5, 0.1];
const rows = [0.2, 0.5, 0.3, 0.6, 0.1, 0.3, 0.1, 0.2, 0.7, 0.3, 0.3, 0.4, 0.5, 0.2, 0.3, 0.1, 0.8, 0.1];
const matrix = [...zeros, ...ones, ...ones];

/** Right calls of what has options that go together, and that exclude each other. */
const calls: Readonly<Record<string, Call>> = {
  "confusionMatrix of two labels": (backend, more) => backend.confusionMatrix(zeros, ones, more),
  "confusionMatrix of labels": (backend, more) => backend.confusionMatrix(counted, counted, { numClasses: 3, ...more }),
  "confusionMatrix of classes": (backend, more) =>
    backend.confusionMatrix(counted, counted, { classes: [2, 1, 0], ...more }),
  "confusionMatrix of strings": (backend, more) => backend.confusionMatrix(names.predicted, names.targets, more),
  "confusionMatrix of listed strings": (backend, more) =>
    backend.confusionMatrix(names.predicted, names.targets, { classes: ["b", "a"], ...more }),
  "confusionMatrix of probabilities": (backend, more) =>
    backend.confusionMatrix(probabilities, ones, { from: "probabilities", ...more }),
  "confusionMatrix of logits": (backend, more) =>
    backend.confusionMatrix(probabilities, ones, { from: "logits", threshold: 0, ...more }),
  "confusionMatrix of rows of logits": (backend, more) =>
    backend.confusionMatrix(rows, counted, { from: "logits", numClasses: 3, ...more }),
  "confusionMatrix.accumulator": (backend, more) => {
    const counts = backend.confusionMatrix.accumulator(more);
    counts.free();
  },
  "confusionMatrix.accumulator of classes": (backend, more) => {
    const counts = backend.confusionMatrix.accumulator({ numClasses: 3, ...more });
    counts.free();
  },
  "confusionMatrix.fromCounts": (backend, more) => backend.confusionMatrix.fromCounts([1, 2, 3, 4], more),
  "multilabelConfusionMatrix of labels": (backend, more) =>
    backend.multilabelConfusionMatrix(matrix, matrix, { numLabels: 3, ...more }),
  "multilabelConfusionMatrix of probabilities": (backend, more) =>
    backend.multilabelConfusionMatrix(rows, matrix, { numLabels: 3, from: "probabilities", ...more }),
  "multilabelConfusionMatrix of logits": (backend, more) =>
    backend.multilabelConfusionMatrix(rows, matrix, { numLabels: 3, from: "logits", threshold: 0, ...more }),
  "multilabelConfusionMatrix of the largest scores": (backend, more) =>
    backend.multilabelConfusionMatrix(rows, matrix, { numLabels: 3, from: "logits", topK: 2, ...more }),
  topKAccuracy: (backend, more) => backend.topKAccuracy(rows, counted, { numClasses: 3, ...more }),
  binaryCurve: (backend, more) => {
    const curve = backend.binaryCurve(probabilities, ones, more);
    curve.free();
  },
  "classCurves of classes": (backend, more) => {
    for (const curve of backend.classCurves(rows, counted, { numClasses: 3, ...more })) curve.free();
  },
  "pairCurves of classes": (backend, more) => {
    for (const { curve } of backend.pairCurves(rows, counted, { numClasses: 3, ...more })) curve.free();
  },
  "objective of a curve": (backend, more) => {
    using curve = backend.binaryCurve(probabilities, ones);
    return curve.objective("f1", more);
  },
  "objective of a curve on a grid": (backend, more) => {
    using curve = backend.binaryCurve(probabilities, ones);
    return curve.objective("f1", { linspace: 5, ...more });
  },
  "microCurve of labels": (backend, more) => {
    const curve = backend.microCurve(rows, matrix, { numLabels: 3, ...more });
    curve.free();
  },
  "best of a curve": (backend, more) => {
    using curve = backend.binaryCurve(probabilities, ones);
    return curve.best("f1", more);
  },
  "best of a curve on a grid": (backend, more) => {
    using curve = backend.binaryCurve(probabilities, ones);
    return curve.best("f1", { linspace: 5, ...more });
  },
  "bestCrossValidated of a curve": (backend, more) => {
    using curve = backend.binaryCurve(probabilities, ones);
    return curve.bestCrossValidated("f1", { folds: 2, ...more });
  },
  "bestBootstrap of a curve": (backend, more) => {
    using curve = backend.binaryCurve(probabilities, ones);
    return curve.bestBootstrap("f1", { resamples: 3, ...more });
  },
  "bootstrap of a curve": (backend, more) => {
    using curve = backend.binaryCurve(probabilities, ones);
    return curve.bootstrap("rocAuc", { resamples: 3, ...more });
  },
  rocAucInterval: (backend, more) => backend.rocAucInterval(probabilities, ones, more),
  compareRocAuc: (backend, more) => backend.compareRocAuc(probabilities, probabilities, ones, more),
  rocAuc: (backend, more) => backend.rocAuc(probabilities, ones, more),
  "rocAuc of classes": (backend, more) => backend.rocAuc(rows, counted, { numClasses: 3, ...more }),
  "rocAuc of pairs": (backend, more) => backend.rocAuc(rows, counted, { numClasses: 3, multiclass: "ovo", ...more }),
  "averagePrecision of labels": (backend, more) => backend.averagePrecision(rows, matrix, { numLabels: 3, ...more }),
  curveHistogram: (backend, more) => backend.curveHistogram(probabilities, ones, more),
  classThresholds: (backend, more) => backend.classThresholds(rows, counted, { numClasses: 3, ...more }),
  applyClassThresholds: (backend, more) => backend.applyClassThresholds(rows, [0, 0, 0], { numClasses: 3, ...more }),
  labelThresholds: (backend, more) => backend.labelThresholds(rows, matrix, { numLabels: 3, ...more }),
  reliability: (backend, more) => backend.reliability(probabilities, ones, more),
  "reliability of classes": (backend, more) => backend.reliability(rows, counted, { numClasses: 3, ...more }),
  "reliability of labels": (backend, more) => backend.reliability(rows, matrix, { numLabels: 3, ...more }),
  "reliability in bins of equal mass": (backend, more) =>
    backend.reliability(probabilities, ones, { binning: "mass", ...more }),
  "reliability between edges": (backend, more) => backend.reliability(probabilities, ones, { edges: [0, 1], ...more }),
  "reliability.accumulator": (backend, more) => {
    const tables = backend.reliability.accumulator(more);
    tables.free();
  },
  classwiseReliability: (backend, more) => backend.classwiseReliability(rows, counted, { numClasses: 3, ...more }),
  brierScore: (backend, more) => backend.brierScore(rows, counted, { numClasses: 3, ...more }),
  "brierScore.accumulator": (backend, more) => {
    const stream = backend.brierScore.accumulator(more);
    stream.free();
  },
  "calibrationError.accumulator": (backend, more) => {
    const stream = backend.calibrationError.accumulator(more);
    stream.free();
  },
  "hosmerLemeshowTest.accumulator": (backend, more) => {
    const stream = backend.hosmerLemeshowTest.accumulator(more);
    stream.free();
  },
  "kernelCalibrationError.accumulator": (backend, more) => {
    const stream = backend.kernelCalibrationError.accumulator({ bandwidth: 0.1, ...more });
    stream.free();
  },
  calibrationError: (backend, more) => backend.calibrationError(probabilities, ones, more),
  debiasedCalibrationError: (backend, more) => backend.debiasedCalibrationError(probabilities, ones, more),
  debiasedCalibrationErrorInterval: (backend, more) =>
    backend.debiasedCalibrationErrorInterval(probabilities, ones, { resamples: 2, ...more }),
  ksCalibrationError: (backend, more) => backend.ksCalibrationError(probabilities, ones, more),
  kernelCalibrationError: (backend, more) =>
    backend.kernelCalibrationError(probabilities, ones, { bandwidth: 0.1, ...more }),
  brierDecomposition: (backend, more) => backend.brierDecomposition(probabilities, ones, more),
  logLossDecomposition: (backend, more) => backend.logLossDecomposition(probabilities, ones, more),
  spiegelhalterTest: (backend, more) => backend.spiegelhalterTest(probabilities, ones, more),
  hosmerLemeshowTest: (backend, more) => backend.hosmerLemeshowTest(probabilities, ones, more),
  riskCoverage: (backend, more) => backend.riskCoverage(probabilities, ones, more),
  brierSkillScore: (backend, more) => backend.brierSkillScore(probabilities, ones, more),
  mcnemar: (backend, more) => backend.mcnemar(zeros, ones, ones, more),
  pairedBootstrap: (backend, more) =>
    backend.pairedBootstrap(counted, [...counted].reverse(), counted, {
      statistic: "accuracy",
      resamples: 9,
      numClasses: 3,
      ...more,
    }),
  confidenceInterval: (backend, more) =>
    backend.confidenceInterval(backend.confusionMatrix(counted, counted, { numClasses: 3 }), "accuracy", more),
};

const optionNames = [
  ...["numClasses", "numLabels", "classes", "classNames", "labelNames", "positiveClass", "ignoreIndex"],
  ...[
    "from",
    "threshold",
    "strict",
    "topK",
    "k",
    "ties",
    "keepRows",
    "sampleWeight",
    "weighted",
    "binary",
    "normalize",
  ],
  ...["average", "multiclass", "maxFpr", "undefinedValue", "zeroDivision", "reduction", "thresholds", "linspace"],
  ...["recallAtLeast", "fprAtMost", "numBuckets", "range", "none", "objective", "starts", "maxRounds"],
  ...[
    "statistic",
    "resamples",
    "seed",
    "level",
    "scale",
    "folds",
    "stratified",
    "method",
    "correction",
    "classIndex",
    "labelIndex",
    "beta",
  ],
  ...["of", "numBins", "closed", "binning", "edges", "norm", "fitted", "reference"],
];

const values: readonly unknown[] = [
  ...[0, 1, 2, 3, 4, -1, 0.5, Number.NaN, Infinity],
  ...[
    "a",
    "labels",
    "probabilities",
    "logits",
    "first",
    "last",
    "macro",
    "samples",
    "none",
    "ovo",
    "mean",
    "bootstrap",
  ],
  ...["positive", "topLabel", "allClasses", "eachClass", "width", "mass", "quantile", "left", "l2"],
  ...["exact", "chiSquare", "accuracy", "f1", "wilson", "delta", "wrong"],
  ...[true, false, null, {}, [], [0, 1], ["a", "b"], [0.5, 0.5, 0.5], [0, 0], [1, 1, 1, 1, 1, 1]],
];

describe.each(Object.entries(calls))("%s", (_, call) => {
  test.each(optionNames)("takes or refuses %s as the oracle does", (option) => {
    const differing = values.flatMap((value) => {
      const [fast, slow] = [assay as Backend, oracle].map((backend) =>
        wordsOf(() => call(backend, { [option]: value })),
      );
      return fast === slow ? [] : [{ value, fast, slow }];
    });
    expect(differing).toEqual([]);
  });
});
