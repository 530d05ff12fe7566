/**
 * Calibrators of the golden tables: one row a metric.
 *
 * @module
 */
import type { Backend, BetaParameters, Labels } from "@assay/contract";
import type { Arguments } from "./arguments.js";
import { columnsOf, nested, row, sampleWeight } from "./shapes.js";

/** The metrics that are built. */
export const calibrators: readonly (readonly [string, ReturnType<typeof row>])[] = [
  ["temperature_scaling", row(temperatureScaling, temperatureTerms)],
  ["apply_temperature", row(applyTemperature)],
  ["platt_scaling", row(plattScaling)],
  ["isotonic_regression", row(isotonicRegression)],
  ["histogram_binning", row(histogramBinning)],
  ["beta_calibration", row(betaCalibration)],
];

const noReport = { report: false } as const;

function labels(args: Arguments): Labels {
  return args.input("y_true").values as Labels;
}

function logits(args: Arguments): [Float64Array, { numClasses: number; weight?: number[] }] {
  const input = args.input("logits");
  const weight = args.option<number[] | undefined>("weight", undefined);
  return [input.values as Float64Array, { numClasses: columnsOf(input), ...(weight && { weight }) }];
}

function temperatureScaling(backend: Backend, args: Arguments): unknown {
  const [x, options] = logits(args);
  const { parameters, convergence } = backend.temperatureScaling.fit(x, labels(args), { ...options, ...noReport });
  return {
    temperature: parameters.temperature,
    nll_before: backend.crossEntropy(x, labels(args), options),
    nll_after: convergence?.objective,
  };
}

/** The fit is float64; only the loss before it takes float32 transcendentals. */
function temperatureTerms(oracle: Backend, args: Arguments): unknown {
  const [x, options] = logits(args);
  return { temperature: 0, nll_before: oracle.crossEntropy(x, labels(args), options), nll_after: 0 };
}

function applyTemperature(backend: Backend, args: Arguments): unknown {
  const [x, { numClasses }] = logits(args);
  const parameters = { temperature: args.option("temperature", 1) };
  const json = { format: "assay.calibrator", version: 1, kind: "temperature", numClasses, parameters };
  return nested(backend.calibratorFromJSON(json).apply(x), numClasses);
}

function plattScaling(backend: Backend, args: Arguments): unknown {
  const options = { priorCorrection: args.option("prior_correction", true), ...noReport };
  const scores = args.input("y_score").values as Float64Array;
  const { parameters, convergence } = backend.plattScaling.fit(scores, labels(args), options);
  return { ...parameters, nll: convergence?.objective };
}

function isotonicRegression(backend: Backend, args: Arguments): unknown {
  const scores = args.input("y_score").values as Float64Array;
  return backend.isotonicRegression.fit(scores, labels(args), { ...sampleWeight(args), ...noReport }).apply(scores);
}

function histogramBinning(backend: Backend, args: Arguments): unknown {
  const options = { numBins: args.option("n_bins", 0), ...noReport };
  const calibrator = backend.histogramBinning.fit(args.input("y_prob").values as Float64Array, labels(args), options);
  return calibrator.apply(args.input("y_prob_new").values as Float64Array);
}

function betaCalibration(backend: Backend, args: Arguments): unknown {
  const options = { parameters: args.option<BetaParameters>("parameters", "abm"), ...noReport };
  const calibrator = backend.betaCalibration.fit(args.input("y_prob").values as Float64Array, labels(args), options);
  const predictions = calibrator.apply(args.input("y_prob_new").values as Float64Array);
  return { ...calibrator.parameters, predictions };
}
