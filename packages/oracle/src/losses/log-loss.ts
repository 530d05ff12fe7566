import { defaults, type Labels, type LogLossOptions, type Reals } from "@assay/contract";
import {
  binaryLabels,
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

/**
 * scikit-learn's log loss, −ln of the probability of the true class, with probabilities clipped to [2⁻⁵², 1−2⁻⁵²]
 * (`sklearn.metrics.log_loss`). Rows are not renormalised.
 */
export function logLoss(probabilities: Reals, labels: Labels, options: LogLossOptions = {}): number {
  checkOptions("logLoss", options, ["numClasses", "reduction", "sampleWeight"]);
  const numClasses = optionalClasses(options.numClasses);
  const reduction = oneOf("reduction", options.reduction, ["mean", "sum"], defaults.reduction);
  const p = checkedProbabilities("probabilities", probabilities);
  const y = numClasses === undefined ? binaryLabels("labels", labels) : classLabels("labels", labels, numClasses);
  checkLength("probabilities", p, y.length * (numClasses ?? 1), numClasses ? "labels × numClasses" : "one per label");
  checkNotEmpty("labels", y);
  const sampleWeight = weights("sampleWeight", options.sampleWeight, y.length);
  checkWeighty("labels", sampleWeight);
  const losses = sampleWeight.map((weight, i) => {
    if (numClasses !== undefined) return -weight * Math.log(clip(p[i * numClasses + y[i]!]!));
    return -weight * (y[i] === 1 ? Math.log(clip(p[i]!)) : Math.log1p(-clip(p[i]!)));
  });
  const sum = exactSum(losses);
  return reduction === "sum" ? sum : sum / exactSum(sampleWeight);
}
