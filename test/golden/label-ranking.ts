/**
 * Rankings of labels in the golden tables: one row a metric.
 *
 * @module
 */
import type { Backend, GainOptions, LabelRankingMeasure } from "@assay/contract";
import type { Arguments, Metric } from "./arguments.js";
import { columnsOf, sampleWeight } from "./shapes.js";

/** The metrics that are built. */
export const labelRanking: readonly (readonly [string, Metric])[] = [
  ["coverage_error", { compute: ofLabels("coverageError") }],
  ["label_ranking_average_precision_score", { compute: ofLabels("labelRankingAveragePrecision") }],
  ["label_ranking_loss", { compute: ofLabels("labelRankingLoss") }],
  ["dcg_score", { compute: ofGains("dcg") }],
  ["ndcg_score", { compute: ofGains("ndcg") }],
];

type Compute = (backend: Backend, args: Arguments) => unknown;

function ofLabels(name: "coverageError" | "labelRankingAveragePrecision" | "labelRankingLoss"): Compute {
  return (backend, args) => measure(backend[name], args, {});
}

function ofGains(name: "dcg" | "ndcg"): Compute {
  return (backend, args) => {
    if (args.option("log_base", 2) !== 2) throw new Error("only log_base 2 is built");
    const k = args.option<number | undefined>("k", undefined);
    // Without the mean over orders scikit-learn takes an ascending one backwards.
    const ties = args.option("ignore_ties", false) ? "last" : "average";
    return measure<GainOptions>(backend[name], args, { ties, ...(k !== undefined && { k }) });
  };
}

function measure<Options extends { numLabels: number }>(
  of: LabelRankingMeasure<Options>,
  args: Arguments,
  own: Omit<Options, "numLabels">,
): unknown {
  const scores = args.input("y_score");
  const options = { ...own, numLabels: columnsOf(scores), ...sampleWeight(args) } as Options;
  return of(scores.values as Float64Array, args.input("y_true").values, options);
}
