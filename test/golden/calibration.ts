/**
 * Measures of calibration in the golden tables: one row a metric.
 *
 * @module
 */
import type { Backend, CalibrationNorm, Closed, ReliabilityOptions } from "@assay/contract";
import type { Arguments, Metric } from "./arguments.js";
import { columnsOf, indexed, sampleWeight } from "./shapes.js";
import type { Input } from "./table.js";

/** The metrics that are built. */
export const calibration: readonly (readonly [string, Metric])[] = [
  ["reliability_bins", { compute: reliabilityBins }],
  ["calibration_curve", { compute: calibrationCurve }],
  ["expected_calibration_error", { compute: expectedCalibrationError }],
  ["adaptive_calibration_error", { compute: adaptiveCalibrationError }],
  ["classwise_calibration_error", { compute: classwiseCalibrationError }],
  ["debiased_calibration_error", { compute: debiasedCalibrationError }],
  ["torchmetrics_calibration_error", { compute: torchmetricsCalibrationError }],
  ["brier_decomposition", { compute: brierDecomposition }],
  ["case_study_ece", { compute: caseStudyEce, terms: caseStudyTerms }],
  ["brier_score_loss", { compute: brierScoreLoss }],
];

/** Probabilities, labels and options of a reliability table. */
function binned(args: Arguments): [Float64Array, Input["values"], ReliabilityOptions] {
  const { values, columns } = args.input("y_prob");
  const mode = args.option<string>("mode", "positive_class");
  if (mode !== "positive_class" && mode !== "top_label") throw new Error(`the mode ${mode} is not built`);
  const options = {
    ...(columns !== undefined && { numClasses: columns }),
    numBins: args.option("n_bins", 0),
    closed: args.option<Closed>("closed", "right"),
    of: mode === "top_label" ? ("topLabel" as const) : ("positive" as const),
    ...sampleWeight(args),
  };
  return [values as Float64Array, args.input("y_true").values, options];
}

function reliabilityBins(backend: Backend, args: Arguments): unknown {
  const { bins } = backend.reliability(...binned(args));
  return {
    count: bins.map((bin) => bin.count),
    confidence: bins.map((bin) => bin.confidence),
    accuracy: bins.map((bin) => bin.accuracy),
  };
}

function expectedCalibrationError(backend: Backend, args: Arguments): unknown {
  const given = args.option<CalibrationNorm | "mean_over_nonempty_bins">("norm", "l1");
  const norm = given === "mean_over_nonempty_bins" ? "mean" : given;
  const [probabilities, labels, options] = binned(args);
  return backend.calibrationError(probabilities, labels, { ...options, norm });
}

function brierScoreLoss(backend: Backend, args: Arguments): unknown {
  const { values, columns } = args.input("y_prob");
  const labels = args.option<number[] | undefined>("labels", undefined);
  const scaleByHalf = args.option<boolean | undefined>("scale_by_half", undefined);
  return backend.brierScore(values as Float64Array, indexed(args.input("y_true"), labels), {
    ...(columns !== undefined && { numClasses: columns }),
    ...(scaleByHalf !== undefined && { scaleByHalf }),
    ...sampleWeight(args),
  });
}

/** The bins that are not empty. */
function calibrationCurve(backend: Backend, args: Arguments): unknown {
  const { values } = args.input("y_prob");
  const binning = args.option<string>("strategy", "uniform") === "quantile" ? "quantile" : "width";
  const options = { numBins: args.option("n_bins", 5), binning } as const;
  const { bins } = backend.reliability(values as Float64Array, args.input("y_true").values, options);
  const filled = bins.filter(({ count }) => count > 0);
  return {
    prob_true: filled.map(({ accuracy }) => accuracy),
    prob_pred: filled.map(({ confidence }) => confidence),
  };
}

function adaptiveCalibrationError(backend: Backend, args: Arguments): unknown {
  const norm = args.option<CalibrationNorm>("norm", "l1");
  // Bins of equal mass have no end that is closed, nor a name for it.
  const [probabilities, labels, { closed: _, ...options }] = binned(args);
  return backend.calibrationError(probabilities, labels, { ...options, norm, binning: "mass" });
}

function classwiseCalibrationError(backend: Backend, args: Arguments): unknown {
  const input = args.input("y_prob");
  const table = backend.classwiseReliability(input.values as Float64Array, args.input("y_true").values, {
    numClasses: columnsOf(input),
    numBins: args.option("n_bins", 15),
    closed: args.option<Closed>("closed", "right"),
  });
  return { value: table.error(), per_class: table.classes.map((one) => one.ece()) };
}

function debiasedCalibrationError(backend: Backend, args: Arguments): unknown {
  const { values, columns } = args.input("y_prob");
  const mode = args.option<string>("mode", "marginal");
  return backend.debiasedCalibrationError(values as Float64Array, args.input("y_true").values, {
    ...(columns !== undefined && { numClasses: columns, of: mode === "marginal" ? "eachClass" : "topLabel" }),
    numBins: args.option("n_bins", 15),
  });
}

/** torchmetrics gives the value 1 a bin of its own: an edge twice. Ignored rows are rows of weight 0. */
function torchmetricsCalibrationError(backend: Backend, args: Arguments): unknown {
  const { values, columns } = args.input("y_prob");
  const labels = args.input("y_true").values;
  const numBins = args.option("n_bins", 15);
  const ignored = args.option<number | undefined>("ignore_index", undefined);
  return backend.calibrationError(values as Float64Array, labels, {
    ...(columns !== undefined && { numClasses: columns }),
    ...(ignored !== undefined && { sampleWeight: Float64Array.from(labels, (label) => Number(label !== ignored)) }),
    edges: [...Array.from({ length: numBins }, (_, k) => k / numBins), 1, 1],
    closed: "left",
    norm: args.option<CalibrationNorm>("norm", "l1"),
  });
}

/** Logits over a temperature, in float64 where it is not 1. */
function caseStudyLogits(
  args: Arguments,
): readonly [Float64Array, Input["values"], { numClasses: number; numBins: number }] {
  const input = args.input("logits");
  const temperature = args.option("temperature", 1);
  const logits = temperature === 1 ? input.values : Float64Array.from(input.values, (x) => x / temperature);
  const options = { numClasses: columnsOf(input), numBins: args.option("n_bins", 15) };
  return [logits as Float64Array, args.input("y_true").values, options];
}

function caseStudyEce(backend: Backend, args: Arguments): unknown {
  const [logits, labels, options] = caseStudyLogits(args);
  return backend.calibrationError(logits, labels, { ...options, from: "logits" });
}

/** Accuracies and confidences of the bins, each taken once. */
function caseStudyTerms(oracle: Backend, args: Arguments): unknown {
  const [logits, labels, options] = caseStudyLogits(args);
  const { bins, count } = oracle.reliability(logits, labels, { ...options, from: "logits" });
  const filled = bins.filter((bin) => bin.count > 0);
  return filled.reduce((sum, bin) => sum + (bin.count * (bin.accuracy + bin.confidence)) / count, 0);
}

function brierDecomposition(backend: Backend, args: Arguments): unknown {
  const { values } = args.input("y_prob");
  const {
    withinBins: _,
    keepsScores: __,
    ...parts
  } = backend.brierDecomposition(values as Float64Array, args.input("y_true").values, {
    numBins: args.option("n_bins", 15),
    closed: args.option<Closed>("closed", "right"),
  });
  return parts;
}
