/**
 * How sure the debiased calibration error is.
 *
 * @module
 */
import type { DebiasedCalibrationErrorIntervalOptions, Interval, Labels, Reals } from "@assay/contract";
import { type Column, lasting } from "../arguments.js";
import { core } from "../core.js";
import { optionsOf } from "../options.js";
import { numbersFrom } from "../results.js";
import { withRooms } from "../rooms.js";
import { levelOf } from "../statistics/level.js";
import { meanOf, resamplingOf, summary } from "../statistics/replicates.js";
import { stream } from "../stream.js";
import { type Comparison, labelColumns, takeComparison } from "./comparison.js";
import { withConfidences } from "./confidences.js";
import { debiasedOptions, debiasedSquare, planOf, rootOfMean } from "./debiased.js";
import { eachSorted, sortedBins } from "./sorted.js";
import type { CountedBin } from "./table.js";

/**
 * An interval of {@link debiasedCalibrationError}, by a bootstrap: rows are drawn with replacement, as many as there are,
 * each with what it says of all classes, while bins stay where they are and have the mean confidence that they had. How
 * far the squared errors of replicates are from Σ nₖ/N · gapₖ², what is true of the rows that they are drawn from, so far
 * the estimate is taken to be from what is true. For replicates have gaps that chance gave the rows, as well as those
 * that chance gives themselves: their own quantiles would be too high.
 *
 * Of several classes the interval is of the mean of squares, in which those below 0 are not cut off as they are in the
 * estimate; where it would end below it, or begin above it, it ends or begins there. Where a class has no bin of two rows
 * nothing is known of how they vary: both ends are NaN. Of 400 draws each of 100 and of 1000 rows in 10 to 100 bins, with
 * true errors of 0 to 0.2, intervals at level 0.95 held the true one in 92 to 100 of 100. Random numbers are a function of seed, replicate and bins, so neither batches nor the
 * order of rows matter. It takes resamples × different rows × classes steps, rows being the same where all their bins and
 * labels are.
 *
 * @throws AssayRangeError as {@link debiasedCalibrationError}, and for an option out of range
 * @example
 * const { estimate, lower, upper } = debiasedCalibrationErrorInterval(probabilities, labels, { numClasses: 10, seed: 1 });
 * @see Kumar, Liang and Ma (2019), Verified uncertainty calibration; uncertainty-calibration 0.1.4,
 *   `bootstrap_uncertainty`
 */
export function debiasedCalibrationErrorInterval(
  predictions: Reals,
  labels: Labels,
  options?: DebiasedCalibrationErrorIntervalOptions,
): Interval {
  const known = [...debiasedOptions, "level", "resamples", "seed"] as const;
  const given = optionsOf(options, known, "debiasedCalibrationErrorInterval");
  const level = levelOf(given);
  const { resamples, seed } = resamplingOf(given);
  const { comparison, bins } = planOf(given);
  // Read twice: sorting may grow memory, which detaches views.
  const [p, y] = [lasting(predictions), lasting(labels)];
  const tables = eachSorted(comparison, [p(), y(), undefined], (sorted) => sortedBins(sorted, bins));
  const squares = tables.map(debiasedSquare);
  const square = meanOf(squares);
  const truth = meanOf(tables.map(squareOf));
  const rows = takeComparison(comparison, p(), y());
  const replicates = withConfidences(comparison, rows, (scores, targets) =>
    resampledSquares(comparison, tables, [scores, targets], rows.count, { resamples, seed }),
  );
  const estimate = rootOfMean(squares);
  // One row alone says nothing of how its likes vary.
  if (!tables.every((table) => table.some(({ count }) => count > 1))) {
    return { estimate, lower: Number.NaN, upper: Number.NaN, level };
  }
  const { lower, upper } = summary(square, replicates, level);
  const root = (of: number): number => Math.sqrt(Math.max(0, of));
  return {
    estimate,
    lower: Math.min(estimate, root(square + truth - upper)),
    upper: Math.max(estimate, root(square + truth - lower)),
    level,
  };
}

/** The squared error as the bins have it. */
function squareOf(bins: readonly CountedBin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce((sum, { count, hits, confidences }) => {
    return count === 0 ? sum : sum + ((hits - confidences) * (hits - confidences)) / count / total;
  }, 0);
}

/** Means over classes of the debiased squares of replicates. */
function resampledSquares(
  comparison: Comparison,
  tables: readonly (readonly CountedBin[])[],
  [scores, targets]: readonly [scores: Column, targets: Column],
  count: number,
  { resamples, seed }: { readonly resamples: number; readonly seed: number },
): Float64Array<ArrayBuffer> {
  // Of a row's one confidence its hit is the label.
  const multilabel = comparison.multilabel || tables.length === 1;
  const [columns, bins] = [tables.length, (tables[0] as readonly CountedBin[]).length];
  const widths = [columns, labelColumns({ ...comparison, columns, multilabel })] as const;
  return withRooms("resampled rows", (rooms) => {
    const uppers = rooms.numbers(tables.flatMap((table) => table.map(({ upper }) => upper)));
    const confidences = rooms.numbers(tables.flatMap((table) => table.map((bin) => bin.confidences / bin.count)));
    const [codes, cells, spare] = [rooms.of(4 * count * columns), rooms.of(4 * count), rooms.of(4 * count)];
    const counts = rooms.of(8 * count);
    const inputs = [
      { column: scores, width: widths[0] },
      { column: targets, width: widths[1] },
    ];
    stream(count, inputs, [], ([p = 0, t = 0], some, first) => {
      const given = [p, scores.type, t, targets.type] as const;
      core().calibration_codes(some, ...given, columns, multilabel, uppers, bins, codes + 4 * first * columns);
    });
    const found = core().calibration_cells(count, columns, codes, cells, spare, counts);
    const room = rooms.of(8 * (found + 2 * columns * bins));
    return numbersFrom(resamples, (to) => {
      const drawn = [codes, cells, found, counts, confidences] as const;
      core().calibration_resample(count, columns, bins, ...drawn, seed, room, resamples, to);
    });
  });
}
