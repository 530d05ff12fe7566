/**
 * What needs confidences in order: they are sorted as curves sort their scores.
 *
 * @module
 */
import type { Binning, Labels, Reals } from "@assay/contract";
import { expectLength, expectRows, nothingLeft, optionalReals } from "../arguments.js";
import { core } from "../core.js";
import { plain, selection } from "../curve/columns.js";
import { type CurveRows, type Selection, SortedScores } from "../curve/sorted-scores.js";
import { inapplicable } from "../options.js";
import { numbersFrom } from "../results.js";
import type { Bins } from "./bins.js";
import { type Comparison, takeComparison } from "./comparison.js";
import { withConfidences } from "./confidences.js";
import type { CountedBin } from "./table.js";

/** The border's codes of bins. */
const massCodes: Record<Exclude<Binning, "width">, number> = { mass: 0, quantile: 1, midpoint: 2 };

/** Numbers that a kernel writes for each bin: lower, upper, count, hits, confidences. */
const BIN_NUMBERS = 5;

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
    const selections = selectionsOf(comparison);
    const all: CurveRows = { scores, labels, weight, count: rows.count };
    const parts = comparison.of === "eachClass" ? selections.map((one) => [one]) : [selections];
    return parts.map((part) => {
      const sorted = SortedScores.of(all, part);
      try {
        if (sorted.length === 0) throw nothingLeft("labels");
        return body(sorted);
      } finally {
        sorted.free();
      }
    });
  });
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
export function refuseWeights(binning: Binning, sampleWeight: Reals | undefined): void {
  if (sampleWeight === undefined || binning === "width" || binning === "mass") return;
  const message = `sampleWeight is for binning "width" and "mass": "${binning}" goes by single rows`;
  throw inapplicable("sampleWeight", message);
}
