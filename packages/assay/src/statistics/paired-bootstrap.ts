/**
 * Two models on the same rows: by how much do they differ?
 *
 * @module
 */
import {
  type AnyLabels,
  AssayTypeError,
  type ConfusionMatrix,
  type PairedBootstrap,
  type PairedBootstrapOptions,
} from "@assay/contract";
import { optionsOf } from "../options.js";
import { statisticOf } from "./bootstrap.js";
import { countPairs, type Pairs, pairedOptions } from "./paired.js";
import { bootstrapOf, bootstrapOptions, planOf } from "./replicates.js";
import { matrixOf } from "./tables.js";

/** One model's confusion matrix, from counts in the order of the pairs' cells. */
function matrixMaker({ table, classes, split }: Pairs, which: "first" | "second") {
  const { numClasses } = classes;
  const keyOf = (key: number): number => {
    const cell = split(key);
    return cell.target * numClasses + cell[which];
  };
  const all = table.keys.map(keyOf);
  const keys = Float64Array.from(new Set(all)).sort();
  const place = new Map(Array.from(keys, (key, i) => [key, i]));
  const places = Array.from(all, (key) => place.get(key) as number);
  return (counts: Float64Array): ConfusionMatrix => {
    const own = new Float64Array(keys.length);
    places.forEach((at, cell) => {
      own[at] = (own[at] as number) + (counts[cell] as number);
    });
    return matrixOf(keys, own, classes);
  };
}

/** Twice the smaller tail at 0, with one replicate more on either side than there are. */
function pValueOf(differences: Float64Array): number {
  const defined = differences.filter((difference) => !Number.isNaN(difference));
  const [least, most] = [(x: number) => x <= 0, (x: number) => x >= 0].map((side) => defined.filter(side).length);
  if (defined.length === 0) return Number.NaN;
  return Math.min(1, (2 * (1 + Math.min(least as number, most as number))) / (1 + defined.length));
}

/**
 * Paired bootstrap of two models on the same rows: a statistic of each, and their difference with its standard error, an
 * interval and a p-value. Rows are drawn with all that both models say about them, so what is hard for both does not
 * widen the interval of the difference.
 *
 * Counts of (true class, first prediction, second prediction) are resampled as in {@link bootstrap}, so that a replicate
 * costs as much as there are different ones.
 *
 * @param predictedA labels of the first model, N: classes 0 and 1, or 0..numClasses−1, or what `classes` lists
 * @param predictedB of the second one
 * @param targets true labels; rows labelled `ignoreIndex` are left out
 * @throws AssayRangeError for a label out of range, lengths that do not fit, no rows, an option out of range
 * @example
 * const { difference, pValue } = pairedBootstrap(a, b, labels, { numClasses: 10, statistic: "mcc", seed: 1 });
 * @see B. Efron and R. Tibshirani, "An Introduction to the Bootstrap" (1993)
 */
export function pairedBootstrap(
  predictedA: AnyLabels,
  predictedB: AnyLabels,
  targets: AnyLabels,
  options: PairedBootstrapOptions,
): PairedBootstrap {
  const known = [...pairedOptions, ...bootstrapOptions, "statistic"] as const;
  const given = optionsOf(options, known, "pairedBootstrap");
  const plan = planOf(given);
  if (given.statistic === undefined) {
    throw new AssayTypeError("statistic is missing: what is compared?", { code: "option", argument: "statistic" });
  }
  const read = statisticOf(given.statistic);
  const pairs = countPairs(predictedA, predictedB, targets, given);
  const [ofA, ofB] = [matrixMaker(pairs, "first"), matrixMaker(pairs, "second")];
  const difference = bootstrapOf(pairs.table, (counts) => read(ofA(counts)) - read(ofB(counts)), plan);
  const { counts } = pairs.table;
  return { a: read(ofA(counts)), b: read(ofB(counts)), difference, pValue: pValueOf(difference.replicates) };
}
