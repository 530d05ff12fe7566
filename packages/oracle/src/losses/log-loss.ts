import {
  type Accumulator,
  defaults,
  type Labels,
  type LogLossOptions,
  type Losses,
  type Reals,
  type Streamed,
} from "@assay/contract";
import { keepRows, type Rows } from "../accumulator.js";
import {
  binaryLabels,
  boolean,
  probabilities as checkedProbabilities,
  checkLength,
  checkNotEmpty,
  checkOptions,
  checkWeighty,
  labels as classLabels,
  oneOf,
  optionalClasses,
  weights,
} from "../input.js";
import { exactSum } from "../sum.js";

const EPSILON = 2 ** -52;
const clip = (p: number): number => Math.min(Math.max(p, EPSILON), 1 - EPSILON);

interface Plan {
  readonly numClasses: number | undefined;
  readonly reduction: "mean" | "sum";
}

function planOf({ numClasses, reduction }: Omit<LogLossOptions, "sampleWeight">): Plan {
  return {
    numClasses: optionalClasses(numClasses),
    reduction: oneOf("reduction", reduction, ["mean", "sum"], defaults.reduction),
  };
}

function rowsOf({ numClasses }: Plan, given: Reals, labels: Labels, sampleWeight: Reals | undefined): Rows {
  const p = checkedProbabilities("probabilities", given);
  const y = numClasses === undefined ? binaryLabels("labels", labels) : classLabels("labels", labels, numClasses);
  checkLength("probabilities", p, y.length * (numClasses ?? 1), numClasses ? "labels × numClasses" : "one per label");
  return {
    predictions: Float64Array.from(p),
    targets: Float64Array.from(y),
    weights: weights("sampleWeight", sampleWeight, y.length),
  };
}

/** −ln of the probability of the true class. */
function lossOf({ predictions: p, targets: y, weights: w }: Rows, { numClasses, reduction }: Plan): number {
  const losses = w.map((weight, i) => {
    if (numClasses !== undefined) return -weight * Math.log(clip(p[i * numClasses + y[i]!]!));
    return -weight * (y[i] === 1 ? Math.log(clip(p[i]!)) : Math.log1p(-clip(p[i]!)));
  });
  const sum = exactSum(losses);
  const total = exactSum(w);
  if (total === 0) return NaN;
  return reduction === "sum" ? sum : sum / total;
}

/**
 * scikit-learn's log loss, −ln of the probability of the true class, with probabilities clipped to [2⁻⁵², 1−2⁻⁵²]
 * (`sklearn.metrics.log_loss`). Rows are not renormalised.
 */
export const logLoss: Losses["logLoss"] = Object.assign(
  (probabilities: Reals, labels: Labels, options: LogLossOptions = {}): number => {
    checkOptions("logLoss", options, ["numClasses", "reduction", "sampleWeight"]);
    const plan = planOf(options);
    const rows = rowsOf(plan, probabilities, labels, options.sampleWeight);
    checkNotEmpty("labels", rows.targets);
    checkWeighty("labels", rows.weights);
    return lossOf(rows, plan);
  },
  {
    accumulator(options: Streamed<LogLossOptions> = {}): Accumulator<number> {
      checkOptions("logLoss.accumulator", options, ["numClasses", "reduction", "weighted"]);
      const plan = planOf(options);
      return keepRows({
        name: "logLoss",
        config: plan,
        weighted: boolean("weighted", options.weighted, false),
        predictionColumns: plan.numClasses ?? 1,
        targetColumns: 1,
        check: (predictions, labels, sampleWeight) => rowsOf(plan, predictions as Reals, labels, sampleWeight),
        finish: (rows) => lossOf(rows, plan),
      });
    },
  },
);
