import type { BalancedClassWeightsOptions, Labels } from "@assay/contract";
import {
  checkNotEmpty,
  checkOptions,
  checkWeighty,
  labels as classLabels,
  count,
  nothingLeft,
  optionalWhole,
  rangeError,
  weights,
} from "../input.js";
import { exactSum, exactSums } from "../sum.js";

/**
 * Balanced class weights n / (C·count) of C classes: with them every class weighs the same in all
 * (`sklearn.utils.class_weight.compute_class_weight`). With sample weights, counts are summed weights. A class that does
 * not occur is an error.
 */
export function balancedClassWeights(labels: Labels, options: BalancedClassWeightsOptions): Float64Array<ArrayBuffer> {
  checkOptions("balancedClassWeights", options, ["numClasses", "ignoreIndex", "sampleWeight"]);
  const numClasses = count("numClasses", options?.numClasses, 1);
  const ignoreIndex = optionalWhole("ignoreIndex", options.ignoreIndex);
  const y = classLabels("labels", labels, numClasses, ignoreIndex);
  checkNotEmpty("labels", y);
  const sampleWeight = weights("sampleWeight", options.sampleWeight, y.length);
  const kept = Array.from(y.keys()).filter((i) => y[i] !== ignoreIndex);
  if (kept.length === 0) throw nothingLeft("labels", "each is ignoreIndex");
  const keptWeights = Float64Array.from(kept, (i) => sampleWeight[i]!);
  checkWeighty("labels", keptWeights);
  const counts = exactSums(
    numClasses,
    Int32Array.from(kept, (i) => y[i]!),
    keptWeights,
  );
  const missing = counts.indexOf(0);
  if (missing >= 0) {
    const message = `class ${missing} does not occur in labels, so that no weight could balance it`;
    throw rangeError("empty", "labels", message, { value: missing });
  }
  const total = exactSum(keptWeights);
  return counts.map((weight) => total / (numClasses * weight));
}
