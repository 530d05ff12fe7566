/**
 * Everything that accumulates, in one form.
 *
 * @module
 */
import type {
  Accumulator,
  Backend,
  ClasswiseReliability,
  ConfusionMatrix,
  Loss,
  LossOptions,
  MultilabelConfusionMatrix,
  Reliability,
  SetLoss,
  SetLossOptions,
} from "@assay/contract";
import fc from "fast-check";
import { brierCases, comparisonCases, reliabilityCases, reliabilityNumbers } from "./calibration.js";
import { calibrationStreams } from "./calibration-streams.js";
import { confusionCases, topKCases } from "./confusion.js";
import { familyCases, familyNames } from "./family.js";
import { labelRankingCases, labelRankingNames, labelRankingOf } from "./label-ranking.js";
import { type LossName, lossCases, lossNames, unweighted } from "./losses.js";
import { multilabelCases } from "./multilabel.js";
import { type Question, type Rows, takeRows } from "./rows.js";
import { setCases, setNames } from "./sets.js";

/** An accumulating metric with rows for it. */
export interface AccumulatorCase {
  readonly name: string;
  readonly rows: Rows;
  readonly options: object;
  /** An empty accumulator. */
  make(backend: Backend): Accumulator<unknown>;
  /** The same metric in one call. */
  readonly once: Question<unknown>;
  /** All numbers of a result. */
  numbers(result: unknown): unknown;
}

const weightedOf = ({ weight }: Rows): { weighted?: boolean } => (weight === undefined ? {} : { weighted: true });

const ofReliability = reliabilityCases.map(
  ({ rows, options }): AccumulatorCase => ({
    name: "reliability",
    rows,
    options,
    make: (backend) => backend.reliability.accumulator({ ...options, ...weightedOf(rows) }),
    once: (backend, p, y, weights) => backend.reliability(p, y, { ...options, ...weights }),
    numbers: (result) => reliabilityNumbers(result as Reliability),
  }),
);

const ofClasswiseReliability = comparisonCases
  .filter(({ options: { numClasses, numLabels } }) => numClasses !== undefined || numLabels !== undefined)
  .map(({ rows, options: { of: _, threshold: __, ...options } }): AccumulatorCase => {
    return {
      name: "classwiseReliability",
      rows,
      options,
      make: (backend) => backend.classwiseReliability.accumulator({ ...options, ...weightedOf(rows) }),
      once: (backend, p, y, weights) => backend.classwiseReliability(p, y, { ...options, ...weights }),
      numbers: (result) => (result as ClasswiseReliability).classes.map(reliabilityNumbers),
    };
  });

const ofCalibrationError = reliabilityCases.map(
  ({ rows, options }): AccumulatorCase => ({
    name: "calibrationError",
    rows,
    options,
    make: (backend) => backend.calibrationError.accumulator({ ...options, norm: "l2", ...weightedOf(rows) }),
    once: (backend, p, y, weights) => backend.calibrationError(p, y, { ...options, norm: "l2", ...weights }),
    numbers: (result) => result,
  }),
);

const ofHosmerLemeshow = brierCases.map(({ rows, options: { numClasses } }): AccumulatorCase => {
  const options = { numBins: 7, binning: "width" as const, ...(numClasses !== undefined && { numClasses }) };
  return {
    name: "hosmerLemeshowTest",
    rows,
    options,
    make: (backend) => backend.hosmerLemeshowTest.accumulator({ ...options, ...weightedOf(rows) }),
    once: (backend, p, y, weights) => backend.hosmerLemeshowTest(p, y, { ...options, ...weights }),
    numbers: (result) => result,
  };
});

const ofBrier = comparisonCases.map(({ rows, options: { numClasses, numLabels, from } }): AccumulatorCase => {
  const options = {
    ...(numClasses !== undefined && { numClasses, scaleByHalf: true }),
    ...(numLabels !== undefined && { numLabels }),
    ...(from !== undefined && { from }),
  };
  return {
    name: "brierScore",
    rows,
    options,
    make: (backend) => backend.brierScore.accumulator({ ...options, ...weightedOf(rows) }),
    once: (backend, p, y, weights) => backend.brierScore(p, y, { ...options, ...weights }),
    numbers: (result) => result,
  };
});

const ofKernel = brierCases.map(({ rows: all, options: { numClasses } }): AccumulatorCase => {
  const { weight: _, ...rows } = takeRows(all, [...Array(Math.min(all.count, 100)).keys()]);
  const options = { bandwidth: 0.1, numBins: 20, ...(numClasses !== undefined && { numClasses }) };
  return {
    name: "kernelCalibrationError",
    rows: { ...rows, weight: undefined },
    options,
    make: (backend) => backend.kernelCalibrationError.accumulator(options),
    once: (backend, p, y) => backend.kernelCalibrationError(p, y, options),
    numbers: (result) => result,
  };
});

const ofConfusion = confusionCases.map(
  ({ rows, options }): AccumulatorCase => ({
    name: "confusionMatrix",
    rows,
    options,
    make: (backend) => backend.confusionMatrix.accumulator({ ...options, ...weightedOf(rows) }),
    once: (backend, p, y, weights) => backend.confusionMatrix(p, y, { ...options, ...weights }),
    numbers: (result) => (result as ConfusionMatrix).counts,
  }),
);

const ofMultilabel = multilabelCases.map(
  ({ rows, options }): AccumulatorCase => ({
    name: "multilabelConfusionMatrix",
    rows,
    options,
    make: (backend) => backend.multilabelConfusionMatrix.accumulator({ ...options, ...weightedOf(rows) }),
    once: (backend, p, y, weights) => backend.multilabelConfusionMatrix(p, y, { ...options, ...weights }),
    numbers: (result) => {
      const matrix = result as MultilabelConfusionMatrix;
      return [matrix.counts, matrix.exactMatch(), matrix.jaccard({ average: "samples" })];
    },
  }),
);

const ofTopK = topKCases.map(
  ({ rows, options }): AccumulatorCase => ({
    name: "topKAccuracy",
    rows,
    options,
    make: (backend) => backend.topKAccuracy.accumulator({ ...options, ...weightedOf(rows) }),
    once: (backend, p, y, weights) => backend.topKAccuracy(p, y, { ...options, ...weights }),
    numbers: (result) => result,
  }),
);

const ofLosses = lossNames.map((name) =>
  fc
    .record({ one: lossCases[name], reduction: fc.constantFrom("mean", "sum") })
    .map(({ one, reduction }): AccumulatorCase => {
      // A stream takes no weights of elements.
      const { rows } = { ...unweighted(one), rows: one.rows };
      const options = { ...one.options, reduction };
      const loss = (backend: Backend): Loss<LossOptions> => backend[name] as unknown as Loss<LossOptions>;
      return {
        name,
        rows,
        options,
        make: (backend) => loss(backend).accumulator({ ...options, ...weightedOf(rows) } as object),
        once: (backend, p, y, weights) => loss(backend)(p, y, { ...options, ...weights } as object),
        numbers: (result) => result,
      };
    }),
);

const ofFamily = familyNames.map((name) =>
  familyCases[name]!.map(({ rows, options }): AccumulatorCase => {
    const loss = (backend: Backend): Loss<LossOptions> => backend[name as LossName] as unknown as Loss<LossOptions>;
    return {
      name,
      rows,
      options,
      make: (backend) => loss(backend).accumulator({ ...options, ...weightedOf(rows) } as object),
      once: (backend, p, y, weights) => loss(backend)(p, y, { ...options, ...weights } as object),
      numbers: (result) => result,
    };
  }),
);

const ofSets = setNames.map((name) =>
  setCases[name]!.map(({ rows, options }): AccumulatorCase => {
    const loss = (backend: Backend): SetLoss<SetLossOptions> =>
      backend[name as "diceLoss"] as unknown as SetLoss<SetLossOptions>;
    return {
      name,
      rows,
      options,
      make: (backend) => loss(backend).accumulator({ ...options, ...weightedOf(rows) } as object),
      once: (backend, p, y, weights) => loss(backend)(p, y, { ...options, ...weights }),
      numbers: (result) => result,
    };
  }),
);

const ofLabelRankings = labelRankingNames.map((name) =>
  fc
    .record({ one: labelRankingCases[name], reduction: fc.constantFrom("mean", "sum") })
    .map(({ one: { rows, options: own }, reduction }): AccumulatorCase => {
      const options = { ...own, reduction };
      return {
        name,
        rows,
        options,
        make: (backend) => labelRankingOf(backend, name).accumulator({ ...options, ...weightedOf(rows) }),
        once: (backend, x, y, weights) => labelRankingOf(backend, name)(x, y, { ...options, ...weights }),
        numbers: (result) => result,
      };
    }),
);

/** Cases of each metric that accumulates. */
export const accumulatorCases: Record<string, fc.Arbitrary<AccumulatorCase>> = {
  reliability: ofReliability,
  classwiseReliability: ofClasswiseReliability,
  calibrationError: ofCalibrationError,
  brierScore: ofBrier,
  hosmerLemeshowTest: ofHosmerLemeshow,
  kernelCalibrationError: ofKernel,
  ...calibrationStreams,
  confusionMatrix: ofConfusion,
  multilabelConfusionMatrix: ofMultilabel,
  topKAccuracy: ofTopK,
  ...Object.fromEntries(lossNames.map((name, i) => [name, ofLosses[i]!])),
  ...Object.fromEntries(familyNames.map((name, i) => [name, ofFamily[i]!])),
  ...Object.fromEntries(setNames.map((name, i) => [name, ofSets[i]!])),
  ...Object.fromEntries(labelRankingNames.map((name, i) => [name, ofLabelRankings[i]!])),
};

export const accumulatorNames: readonly string[] = Object.keys(accumulatorCases);
