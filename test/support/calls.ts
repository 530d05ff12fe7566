/**
 * One call of every function, for whatever has to hold of all of them.
 *
 * @module
 */
import type { Accumulator, Backend, BinaryCurve, Labels, Reals } from "@assay/contract";
import { uniform } from "./random.js";

/** The numbers that the arguments are made from. */
export interface Numbers {
  /** Within 0..1; also scores, logits and class probabilities of three columns. */
  readonly predictions: Reals;
  /** 0 or 1; of three classes as well. */
  readonly labels: Labels;
  /** What someone takes the labels for. */
  readonly guesses: Labels;
  readonly weights: Reals;
}

/** What a call returns, and frees what it made. */
export type Call = (backend: Backend, numbers: Numbers) => unknown;

/** What a stream makes of some rows that it sees twice, and its bytes. */
function askTwice<Result>(stream: Accumulator<Result>, update: (stream: Accumulator<Result>) => unknown): unknown {
  try {
    update(stream);
    stream.merge(stream).mergeBytes(stream.toBytes());
    return [JSON.stringify(stream.result()), stream.toBytes()];
  } finally {
    stream.free();
  }
}

function ask(curve: BinaryCurve): unknown {
  try {
    const thresholds = [0, 0.25, 0.5, 1].map((threshold) => curve.at(threshold));
    return [curve.rocAuc(), curve.averagePrecision(), curve.best("f1"), thresholds];
  } finally {
    curve.free();
  }
}

/** Rows of three columns need a third of the labels. */
function third<Of extends Labels | Reals>(values: Of): Of {
  if ("view" in values) return values.view.subarray(0, values.length / 3) as Of;
  return (
    ArrayBuffer.isView(values)
      ? (values as Float32Array).subarray(0, values.length / 3)
      : (values as readonly number[]).slice(0, values.length / 3)
  ) as Of;
}

/** Every function, by name. The number of predictions is to be a multiple of three. */
export const calls: Readonly<Record<string, Call>> = {
  reliability: (b, { predictions, labels }) => b.reliability(predictions, labels).bins,
  "reliability with weights": (b, { predictions, labels, weights }) =>
    b.reliability(predictions, labels, { sampleWeight: weights, closed: "left" }).bins,
  "calibrationError of classes": (b, { predictions, labels }) =>
    b.calibrationError(predictions, third(labels), { numClasses: 3, numBins: 200 }),
  "calibrationError in bins of equal mass": (b, { predictions, labels }) =>
    b.calibrationError(predictions, third(labels), { numClasses: 3, from: "logits", binning: "mass" }),
  "classwiseReliability of labels": (b, { predictions, labels, weights }) =>
    b.classwiseReliability(predictions, labels, { numLabels: 3, sampleWeight: third(weights) }).error(),
  debiasedCalibrationError: (b, { predictions, labels }) =>
    b.debiasedCalibrationError(predictions, third(labels), { numClasses: 3 }),
  debiasedCalibrationErrorInterval: (b, { predictions, labels }) =>
    b.debiasedCalibrationErrorInterval(predictions, third(labels), { numClasses: 3, numBins: 5, resamples: 3 }),
  brierDecomposition: (b, { predictions, labels }) =>
    b.brierDecomposition(predictions, third(labels), { numClasses: 3, binning: "quantile" }),
  logLossDecomposition: (b, { predictions, labels, weights }) =>
    b.logLossDecomposition(predictions, labels, { sampleWeight: weights }),
  "logLossDecomposition of labels": (b, { predictions, labels, weights }) =>
    b.logLossDecomposition(predictions, labels, { numLabels: 3, from: "logits", sampleWeight: third(weights) }),
  ksCalibrationError: (b, { predictions, labels }) =>
    b.ksCalibrationError(predictions, third(labels), { numClasses: 3, of: "allClasses" }),
  kernelCalibrationError: (b, { predictions, labels }) =>
    b.kernelCalibrationError(predictions, third(labels), {
      numClasses: 3,
      of: "eachClass",
      bandwidth: 0.1,
      numBins: 20,
    }),
  riskCoverage: (b, { predictions, labels, weights }) =>
    b.riskCoverage(predictions, labels, { sampleWeight: weights }).aurc(),
  spiegelhalterTest: (b, { predictions, labels }) => b.spiegelhalterTest(predictions, labels),
  hosmerLemeshowTest: (b, { predictions, labels }) => b.hosmerLemeshowTest(predictions, labels),
  brierSkillScore: (b, { predictions, labels }) => b.brierSkillScore(predictions, labels, { reference: 0.4 }),
  "temperatureScaling, applied": (b, { predictions, labels, weights }) => {
    const calibrator = b.temperatureScaling.fit(predictions, third(labels), {
      numClasses: 3,
      sampleWeight: third(weights),
      weight: [1, 2, 0.5],
    });
    return [calibrator.toJSON(), calibrator.report, calibrator.apply([1, 2, 3])];
  },
  plattScaling: (b, { predictions, labels, weights }) => {
    const { parameters, report } = b.plattScaling.fit(predictions, labels, { sampleWeight: weights });
    return [parameters, report];
  },
  "plattScaling in folds": (b, { predictions, labels, weights }) => {
    const options = { sampleWeight: weights, crossValidate: { folds: 2 } };
    return b.plattScaling.fit(predictions, labels, options).report;
  },
  "oneVsRest, applied": (b, { predictions, labels, weights }) => {
    const options = { numClasses: 3, sampleWeight: third(weights) };
    const calibrator = b.oneVsRest(b.betaCalibration).fit(predictions, third(labels), options);
    return [calibrator.toJSON(), calibrator.report, calibrator.apply([0.1, 0.2, 0.7])];
  },
  isotonicRegression: (b, { predictions, labels }) => {
    const { parameters, report } = b.isotonicRegression.fit(predictions, labels);
    return [parameters, report];
  },
  brierScore: (b, { predictions, labels, weights }) => b.brierScore(predictions, labels, { sampleWeight: weights }),
  confusionMatrix: (b, { predictions, labels }) =>
    b.confusionMatrix(predictions, labels, { from: "probabilities" }).counts,
  "confusionMatrix of classes": (b, { predictions, labels, weights }) =>
    b.confusionMatrix(predictions, third(labels), { from: "logits", numClasses: 3, sampleWeight: third(weights) })
      .counts,
  binaryCurve: (b, { predictions, labels }) => ask(b.binaryCurve(predictions, labels)),
  "binaryCurve with weights": (b, { predictions, labels, weights }) =>
    ask(b.binaryCurve(predictions, labels, { sampleWeight: weights })),
  "rocAuc of classes": (b, { predictions, labels }) =>
    b.rocAuc(predictions, third(labels), { numClasses: 3, average: "none" }),
  "rocAuc of logits": (b, { predictions, labels, weights }) =>
    b.rocAuc(predictions, third(labels), { numClasses: 3, from: "logits", sampleWeight: third(weights) }),
  "pairCurves of logits": (b, { predictions, labels, weights }) =>
    b
      .pairCurves(predictions, third(labels), { numClasses: 3, from: "logits", sampleWeight: third(weights) })
      .map(({ curve }) => ask(curve)),
  "averagePrecision by sample": (b, { predictions, labels, weights }) =>
    b.averagePrecision(predictions, labels, { numLabels: 3, average: "samples", sampleWeight: third(weights) }),
  classThresholds: (b, { predictions, labels, weights }) =>
    b.classThresholds(predictions, third(labels), { numClasses: 3, sampleWeight: third(weights) }),
  labelThresholds: (b, { predictions, labels, weights }) =>
    b.labelThresholds(predictions, labels, { numLabels: 3, objective: "microF1", sampleWeight: third(weights) }),
  "labelRankingAveragePrecision of each row": (b, { predictions, labels }) =>
    b.labelRankingAveragePrecision(predictions, labels, { numLabels: 3, reduction: "none" }),
  "ndcg with weights": (b, { predictions, labels, weights }) =>
    b.ndcg(predictions, labels, { numLabels: 3, sampleWeight: third(weights), gains: "exponential" }),
  rocAucInterval: (b, { predictions, labels }) => b.rocAucInterval(predictions, labels, { scale: "logit" }),
  compareRocAuc: (b, { predictions, labels, weights }) => b.compareRocAuc(predictions, weights, labels),
  "bootstrap of a curve": (b, { predictions, labels, weights }) => {
    const curve = b.binaryCurve(predictions, labels, { sampleWeight: weights });
    try {
      return curve.bootstrap((replicate) => replicate.best("f1").value, {
        resamples: 2,
        method: "bca",
        stratified: true,
      });
    } finally {
      curve.free();
    }
  },
  "best thresholds, validated": (b, { predictions, labels }) => {
    const curve = b.binaryCurve(predictions, labels);
    try {
      return [curve.bestCrossValidated("f1", { folds: 2 }), curve.bestBootstrap("mcc", { resamples: 2 })];
    } finally {
      curve.free();
    }
  },
  binaryCrossEntropy: (b, { predictions, labels }) => b.binaryCrossEntropy(predictions, labels),
  "binaryCrossEntropyWithLogits and its gradient": (b, { predictions, labels, weights }) =>
    b.binaryCrossEntropyWithLogits.withGradient(predictions, labels, { sampleWeight: weights, posWeight: 2 }),
  "crossEntropy and its gradient": (b, { predictions, labels, weights }) =>
    b.crossEntropy.withGradient(predictions, third(labels), {
      numClasses: 3,
      sampleWeight: third(weights),
      weight: [1, 2, 0.5],
      labelSmoothing: 0.1,
    }),
  "mseLoss of each row": (b, { predictions, labels }) => b.mseLoss(predictions, labels, { reduction: "none" }),
  logLoss: (b, { predictions, labels }) => b.logLoss(predictions, labels),
  mcnemar: (b, { labels, guesses }) => b.mcnemar(labels, guesses, labels, { numClasses: 2 }),
  pairedBootstrap: (b, { labels, guesses }) =>
    b.pairedBootstrap(labels, guesses, labels, { numClasses: 2, statistic: "accuracy", resamples: 2 }),
  bootstrap: (b, { predictions, labels }) =>
    b.bootstrap(b.confusionMatrix(predictions, labels, { from: "probabilities" }), "f1", { resamples: 2 }),
  "an accumulator that keeps scores": (b, { predictions, labels, weights }) =>
    askTwice(b.riskCoverage.accumulator({ weighted: true }), (stream) =>
      stream.update(predictions, labels, { sampleWeight: weights }),
    ),
  "an accumulator that keeps scores of classes": (b, { predictions, labels }) =>
    askTwice(b.classwiseReliability.accumulator({ numClasses: 3, binning: "mass" }), (stream) =>
      stream.update(predictions, third(labels)),
    ),
  "an accumulator of two metrics": (b, { predictions, labels, weights }) =>
    askTwice(b.brierDecomposition.accumulator({ weighted: true, binning: "mass" }), (stream) =>
      stream.update(predictions, labels, { sampleWeight: weights }),
    ),
  "an accumulator of a skill score": (b, { predictions, labels }) =>
    askTwice(b.brierSkillScore.accumulator({ numClasses: 3, reference: [0.2, 0.3, 0.5] }), (stream) =>
      stream.update(predictions, third(labels)),
    ),
  "an accumulator of a test": (b, { predictions, labels, weights }) =>
    askTwice(b.spiegelhalterTest.accumulator({ weighted: true }), (stream) =>
      stream.update(predictions, labels, { sampleWeight: weights }),
    ),
  "an accumulator": (b, { predictions, labels, weights }) => {
    const accumulators = [0, 1].map(() => b.reliability.accumulator({ weighted: true }));
    try {
      for (const accumulator of accumulators) accumulator.update(predictions, labels, { sampleWeight: weights });
      const [one, other] = accumulators as [(typeof accumulators)[0], (typeof accumulators)[0]];
      return one.merge(other).mergeBytes(other.toBytes()).toBytes();
    } finally {
      for (const accumulator of accumulators) accumulator.free();
    }
  },
};

/** Numbers on the heap, as many as wanted. */
export function someNumbers(length: number): {
  predictions: Float32Array;
  labels: Uint8Array;
  guesses: Uint8Array;
  weights: Float64Array;
} {
  return {
    predictions: Float32Array.from({ length }, (_, i) => uniform(1, i)),
    labels: Uint8Array.from({ length }, (_, i) => Number(uniform(2, i) < uniform(1, i))),
    guesses: Uint8Array.from({ length }, (_, i) => Number(uniform(1, i) > 0.5)),
    weights: Float64Array.from({ length }, (_, i) => 1 + Math.floor(3 * uniform(3, i))),
  };
}
