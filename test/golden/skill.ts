/**
 * Comparisons with the class frequencies or with an earlier value, in the golden tables: one row a metric.
 *
 * @module
 */
import type { Backend } from "@assay/contract";
import type { Arguments, Metric } from "./arguments.js";
import { sampleWeight } from "./shapes.js";

/** The metrics that are built. */
export const skill: readonly (readonly [string, Metric])[] = [
  ["d2_log_loss_score", { compute: d2("d2LogLossScore"), terms: d2LogLossTerms }],
  ["d2_brier_score", { compute: d2("d2BrierScore") }],
  ["relative_improvement", { compute: relativeImprovement }],
];

function d2(name: "d2LogLossScore" | "d2BrierScore"): (backend: Backend, args: Arguments) => number {
  return (backend, args) => {
    const { values, columns } = args.input("y_prob");
    return backend[name](values as Float64Array, args.input("y_true").values, {
      ...(columns !== undefined && { numClasses: columns }),
      ...sampleWeight(args),
    });
  };
}

/** 1 − a/b, where all terms of a have one sign and those of b are float64. */
function d2LogLossTerms(oracle: Backend, args: Arguments): number {
  return 1 - d2("d2LogLossScore")(oracle, args);
}

function relativeImprovement(backend: Backend, args: Arguments): unknown {
  const [before, after] = [args.input("before").values, args.input("after").values];
  return backend.relativeImprovement(before[0]!, after[0]!);
}
