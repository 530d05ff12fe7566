import type { AnyLabels, ConfusionMatrix, PairedBootstrap, PairedBootstrapOptions } from "@assay/contract";
import { fromCounts } from "../confusion/from-counts.js";
import { checkOptions, typeError } from "../input.js";
import { BOOTSTRAP_OPTIONS, bootstrapOf, planOf, statisticOf } from "./bootstrap.js";
import { PAIRED_OPTIONS, pairs } from "./pairs.js";

/** B. Efron and R. Tibshirani, "An Introduction to the Bootstrap" (1993): rows are drawn with both predictions. */
export function pairedBootstrap(
  predictedA: AnyLabels,
  predictedB: AnyLabels,
  targets: AnyLabels,
  options: PairedBootstrapOptions,
): PairedBootstrap {
  checkOptions("pairedBootstrap", options, [...PAIRED_OPTIONS, ...BOOTSTRAP_OPTIONS, "statistic"]);
  const plan = planOf(options);
  if (options.statistic === undefined) throw typeError("option", "statistic", "statistic is missing");
  const statistic = statisticOf(options.statistic);
  const { rows, classes } = pairs(predictedA, predictedB, targets, options);
  const size = classes.names.length;
  const counts = new Map<number, number>();
  for (const { target, first, second } of rows) {
    const key = (target * size + first) * size + second;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const cells = [...counts].map(([key, count]) => ({ key, count })).sort((a, b) => a.key - b.key);
  const matrixOf = (drawn: readonly number[], which: "first" | "second"): ConfusionMatrix => {
    const all = new Float64Array(size * size);
    cells.forEach(({ key }, i) => {
      const [pair, second] = [Math.floor(key / size), key % size];
      const cell = which === "first" ? pair : Math.floor(pair / size) * size + second;
      all[cell] = all[cell]! + drawn[i]!;
    });
    return fromCounts(all, { classNames: classes.names, binary: classes.binary });
  };
  const of = (drawn: readonly number[], which: "first" | "second"): number => statistic(matrixOf(drawn, which));
  const observed = cells.map(({ count }) => count);
  const difference = bootstrapOf(
    { cells, total: rows.length },
    (drawn) => of(drawn, "first") - of(drawn, "second"),
    plan,
  );
  return {
    a: of(observed, "first"),
    b: of(observed, "second"),
    difference,
    pValue: twoSided(difference.replicates),
  };
}

/** Twice the smaller share of replicates that are not above, or not below, 0. */
function twoSided(replicates: Float64Array): number {
  const defined = replicates.filter((value) => !Number.isNaN(value));
  if (defined.length === 0) return NaN;
  const notAbove = defined.filter((value) => value <= 0).length;
  const notBelow = defined.filter((value) => value >= 0).length;
  return Math.min(1, (2 * (1 + Math.min(notAbove, notBelow))) / (1 + defined.length));
}
