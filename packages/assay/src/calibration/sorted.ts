/**
 * What needs confidences in order: they are sorted as curves sort their scores.
 *
 * @module
 */
import type { Binning, Labels, Reals } from "@assay/contract";
import { hold, type Staged } from "../accumulator.js";
import { expectLength, expectRows, nothingLeft, optionalReals } from "../arguments.js";
import { core } from "../core.js";
import { plain, selection } from "../curve/columns.js";
import { type CurveRows, type Selection, SortedScores } from "../curve/sorted-scores.js";
import { inapplicable } from "../options.js";
import { numbersFrom } from "../results.js";
import type { Bins } from "./bins.js";
import { type Comparison, takeComparison } from "./comparison.js";
import { withConfidences } from "./confidences.js";
import { KeptScores } from "./kept.js";
import type { CountedBin } from "./table.js";

/** The border's codes of bins. */
const massCodes: Record<Exclude<Binning, "width">, number> = { mass: 0, quantile: 1, midpoint: 2 };

/** Numbers that a kernel writes for each bin: lower, upper, count, hits, confidences. */
const BIN_NUMBERS = 5;

/** What is read off sorted confidences. */
export interface SortedMetric<Part, Result> {
  /** The function's name, for messages. */
  readonly name: string;
  readonly comparison: Comparison;
  /** What else tells it apart: accumulators of equal ones merge. */
  readonly tags?: readonly unknown[];
  /** Of all that is compared, or of one class after the other. */
  part(sorted: SortedScores): Part;
  result(parts: readonly Part[]): Result;
}

/** A metric over all rows at once. */
export function evaluateSorted<Part, Result>(
  { comparison, part, result }: SortedMetric<Part, Result>,
  predictions: Reals,
  labels: Labels,
  sampleWeight: Reals | undefined,
): Result {
  return result(eachSorted(comparison, [predictions, labels, sampleWeight], part));
}

/** A metric over a stream, of which every score is kept. */
export function accumulateSorted<Part, Result>(metric: SortedMetric<Part, Result>, weighted: boolean): Staged<Result> {
  const { name, comparison, tags = [], part, result } = metric;
  const identity = JSON.stringify([name, comparison, weighted, tags]);
  const tables = tablesOf(comparison);
  return hold({
    name,
    weighted,
    open: () => new KeptScores(identity, tables.length, weighted),
    take: (predictions, labels) => takeComparison(comparison, predictions, labels),
    feed(kept, rows, weight) {
      const { count } = rows;
      withConfidences(comparison, rows, (scores, labels) => kept.add({ scores, labels, weight, count }, tables));
    },
    finish: (kept) => result(kept.sorted().map(part)),
  });
}

/** Calls with sorted confidences, of all that is compared or of one class after the other, and gives their room back. */
export function eachSorted<Result>(
  comparison: Comparison,
  given: readonly [predictions: Reals, labels: Labels, sampleWeight: Reals | undefined],
  body: (sorted: SortedScores) => Result,
): Result[] {
  const rows = takeComparison(comparison, given[0], given[1]);
  expectRows(rows.targets);
  const weight = optionalReals(given[2], "sampleWeight");
  if (weight !== undefined) expectLength(weight, rows.count, "the number of rows is");
  return withConfidences(comparison, rows, (scores, labels) => {
    const all: CurveRows = { scores, labels, weight, count: rows.count };
    return tablesOf(comparison).map((selections) => {
      const sorted = SortedScores.of(all, selections);
      try {
        if (sorted.length === 0) throw nothingLeft("labels");
        return body(sorted);
      } finally {
        sorted.free();
      }
    });
  });
}

/** The columns that enter each table. */
function tablesOf(comparison: Comparison): readonly (readonly Selection[])[] {
  const selections = selectionsOf(comparison);
  return comparison.of === "eachClass" ? selections.map((one) => [one]) : [selections];
}

function selectionsOf({ of, columns, multilabel }: Comparison): readonly Selection[] {
  // One confidence a row, its hit beside it.
  if (of === "positive" || of === "topLabel") return [plain];
  return Array.from({ length: columns }, (_, k) => selection(columns, k, !multilabel));
}

/** Bins of sorted confidences. */
export function sortedBins(sorted: SortedScores, bins: Bins): readonly CountedBin[] {
  const { numBins, binning, threshold } = bins;
  const code = massCodes[binning as keyof typeof massCodes];
  const numbers = numbersFrom(numBins * BIN_NUMBERS, (to) => {
    core().sorted_bins(sorted.address, threshold, code, to, numBins);
  });
  return Array.from({ length: numBins }, (_, k) => {
    const bin = numbers.subarray(k * BIN_NUMBERS, (k + 1) * BIN_NUMBERS);
    const [lower, upper, count, hits, confidences] = bin as unknown as [number, number, number, number, number];
    return { lower, upper, count, hits, confidences };
  });
}

/** Demands that a binning that has no weighted form gets no weights. */
export function refuseWeights(binning: Binning, name: "sampleWeight" | "weighted", isWeighted: boolean): void {
  if (!isWeighted || binning === "width" || binning === "mass") return;
  throw inapplicable(name, `${name} is for binning "width" and "mass": "${binning}" goes by single rows`);
}
