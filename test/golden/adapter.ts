/**
 * How the metrics of the golden tables are computed with a backend: one row a metric. Every count, quotient, loss and
 * area comes from the backend; names and shapes are translated here. Where the tables ask for something that the
 * library has no single call for, the row says how it is put together.
 *
 * A metric that is not in this table is "not yet".
 *
 * @module
 */
import type { Backend, CalibrationNorm, Closed } from "@assay/contract";
import type { Arguments, Metric } from "./arguments.js";
import { classThresholds } from "./class-thresholds.js";
import { counts } from "./counts.js";
import { curves } from "./curves.js";
import { labelRanking } from "./label-ranking.js";
import { losses } from "./losses.js";
import { regression } from "./regression.js";
import { indexed, sampleWeight } from "./shapes.js";
import { skill } from "./skill.js";
import type { Input } from "./table.js";

/** The metrics that are built. */
export const metrics: ReadonlyMap<string, Metric> = new Map<string, Metric>([
  ...losses,
  ...counts,
  ...curves,
  ...classThresholds,
  ...labelRanking,
  ...skill,
  ...regression,

  // Calibration.
  ["reliability_bins", { compute: reliabilityBins }],
  ["expected_calibration_error", { compute: expectedCalibrationError }],
  ["brier_score_loss", { compute: brierScoreLoss }],
]);

// --------------------------------------------------------------------------------------------------- calibration

/** Probabilities, labels and options of a reliability table. */
function binned(args: Arguments): [Float64Array, Input["values"], object] {
  const { values, columns } = args.input("y_prob");
  const mode = args.option<string>("mode", "positive_class");
  if (mode !== "positive_class" && mode !== "top_label") throw new Error(`the mode ${mode} is not built`);
  const options = {
    ...(columns !== undefined && { numClasses: columns }),
    numBins: args.option("n_bins", 0),
    closed: args.option<Closed>("closed", "right"),
    of: mode === "top_label" ? "topLabel" : "positive",
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
