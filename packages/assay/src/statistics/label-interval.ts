/**
 * Intervals of what rows with several labels are as wholes, and of averages over them. What is drawn is rows: so all of
 * it is read off the ways in which these came out.
 *
 * @module
 */
import {
  AssayRangeError,
  AssayTypeError,
  type BinaryCounts,
  type ClassMeasureName,
  type ConfidenceIntervalOptions,
  defaults,
  type MeasureInterval,
  type MeasureName,
  type MultilabelConfusionMatrix,
  type RowMeasureName,
  type RowOutcome,
} from "@assay/contract";
import { MultilabelMatrix, type Ratio, total } from "../matrix/index.js";
import { oneOf, optionsOf } from "../options.js";
import { intervalOf, type Measured, ofEvery } from "./interval.js";
import { levelOf } from "./level.js";
import { isClassMeasure, isMatrixMeasure, isRateRatio, noMeasure, rangeOf, rateOf, slopesOf } from "./measures.js";
import { areRows, type Table } from "./tables.js";

const rowMeasures = ["exactMatch", "zeroOneLoss", "hammingLoss"] as const satisfies readonly RowMeasureName[];
export function isRowMeasure(name: string): name is RowMeasureName {
  return (rowMeasures as readonly string[]).includes(name);
}

const wrong = ({ fp, fn }: BinaryCounts): number => fp + fn;
const all = ({ tp, fp, fn, tn }: BinaryCounts): number => tp + fp + fn + tn;

/** So much of each row, over so much of it. */
interface Share {
  readonly of: (row: BinaryCounts) => number;
  readonly among: (row: BinaryCounts) => number;
}

const shares: Readonly<Record<RowMeasureName, Share>> = {
  exactMatch: { of: (row) => Number(wrong(row) === 0), among: () => 1 },
  zeroOneLoss: { of: (row) => Number(wrong(row) > 0), among: () => 1 },
  hammingLoss: { of: wrong, among: all },
};

/** The interval of a measure of a whole multilabel matrix. */
export function labelInterval(
  matrix: MultilabelConfusionMatrix,
  measure: MeasureName | RowMeasureName,
  options: ConfidenceIntervalOptions | undefined,
): MeasureInterval {
  if (!isClassMeasure(measure) && !isRowMeasure(measure)) throw unknown(measure);
  const ofAverages = ["average", "zeroDivision", "label", "classIndex"] as const;
  const ofMeasure = isClassMeasure(measure) ? [...ofAverages, ...(measure === "fBeta" ? (["beta"] as const) : [])] : [];
  const given = optionsOf(options, [...ofEvery, ...ofMeasure], `confidenceInterval of ${measure}`);
  const level = levelOf(given);
  const rows = matrix.rowOutcomes();
  const measured = isClassMeasure(measure) ? measuredAverage(rows, measure, given) : measuredRows(rows, measure);
  return intervalOf(measured, measure, given, level);
}

function unknown(measure: string): AssayRangeError | AssayTypeError {
  if (!isMatrixMeasure(measure)) return noMeasure(measure, "measure");
  const message = `${measure} is of matrices of classes, but this one is of labels`;
  return new AssayTypeError(message, { code: "type", argument: "matrix" });
}

// ------------------------------------------------------------------------------------------------------------- rows

/** The ways in which rows came out as cells. */
function tableOf(rows: readonly RowOutcome[]): Table {
  const sum = rows.reduce((sum, { count }) => sum + count, 0);
  rows.forEach(({ count }, index) => {
    if (areRows(count) && areRows(sum)) return;
    throw new AssayRangeError(
      `matrix.rowOutcomes()[${index}] is of ${count} rows, but must be of a whole number of them: what weighted rows ` +
        "would have been is not known from their summed weights",
      { code: "range", argument: "matrix", index, value: count },
    );
  });
  return {
    keys: Float64Array.from(rows.keys()),
    counts: Float64Array.from(rows, ({ count }) => count),
    total: sum,
  };
}

function totalOf(rows: readonly RowOutcome[], of: (row: BinaryCounts) => number): number {
  return rows.reduce((sum, row) => sum + row.count * of(row), 0);
}

/** The counts of all labels of all rows. */
function pooled(rows: readonly RowOutcome[]): BinaryCounts {
  const sum = (kind: keyof BinaryCounts) => totalOf(rows, (row) => row[kind]);
  return { tp: sum("tp"), fp: sum("fp"), fn: sum("fn"), tn: sum("tn") };
}

/** A matrix of rows that came out so, all labels of which are one: rows and averages over them do not know more. */
function matrixOf(rows: readonly RowOutcome[]): MultilabelMatrix {
  const column = (of: (row: RowOutcome) => number) => Float64Array.from(rows, of);
  const { tp, fp, fn, tn } = pooled(rows);
  const right = totalOf(rows, shares.exactMatch.of);
  const total = totalOf(rows, () => 1);
  return new MultilabelMatrix({
    counts: { tp: Float64Array.of(tp), fp: Float64Array.of(fp), fn: Float64Array.of(fn), tn: Float64Array.of(tn) },
    labelNames: ["all"],
    support: Float64Array.of(tp + fn),
    rows: { total, right, wrong: total - right, wrongLabels: fp + fn, labels: tp + fp + fn + tn },
    rowCounts: () => ({
      tp: column((row) => row.tp),
      fp: column((row) => row.fp),
      fn: column((row) => row.fn),
      tn: column((row) => row.tn),
      weight: column((row) => row.count),
    }),
  });
}

/** √(Σ n·(∂g/∂n)²) over the counts n of rows that came out alike. */
function errorOf(rows: readonly RowOutcome[], slope: (row: BinaryCounts) => number): number {
  return Math.sqrt(totalOf(rows, (row) => slope(row) * slope(row)));
}

function resampled(rows: readonly RowOutcome[], value: (of: MultilabelMatrix) => number) {
  return {
    estimate: () => value(matrixOf(rows)),
    table: () => tableOf(rows),
    statistic: () => (counts: Float64Array<ArrayBuffer>) =>
      value(matrixOf(rows.map((row, i) => ({ ...row, count: counts[i] as number })))),
  };
}

// --------------------------------------------------------------------------------------------------------- measures

function measuredRows(rows: readonly RowOutcome[], measure: RowMeasureName): Measured {
  const share = shares[measure];
  return {
    ...resampled(rows, (of) => of[measure]()),
    standardError: () => shareError(rows, share),
    share: effective(rows, share),
    range: [0, 1],
    isRatio: false,
  };
}

function measuredAverage(
  rows: readonly RowOutcome[],
  measure: ClassMeasureName,
  { average, zeroDivision, beta = defaults.beta, classIndex }: ConfidenceIntervalOptions,
): Measured {
  if (classIndex !== undefined) {
    throw new AssayTypeError("this matrix has labels: give label", { code: "option", argument: "classIndex" });
  }
  const over = averageOf(average);
  const call = { ...(zeroDivision !== undefined && { zeroDivision }), ...(measure === "fBeta" && { beta }) };
  const value = (of: MultilabelMatrix, average: "micro" | "samples"): number =>
    (of[measure] as (options: object) => number)({ ...call, average });
  const measured = { ...resampled(rows, (of) => value(of, over)), range: rangeOf(measure) };
  if (over === "samples") {
    const ofRow = (row: BinaryCounts) => value(matrixOf([{ ...row, count: 1 }]), "micro");
    return { ...measured, standardError: () => meanError(rows, ofRow), share: undefined, isRatio: false };
  }
  const rate = rateOf(measure);
  const share = rate && shareOf(rate);
  const slopes = () => slopesOf(measure, pooled(rows), beta);
  return {
    ...measured,
    standardError: () => {
      const [tp, fp, fn, tn] = slopes();
      return errorOf(rows, (row) => tp * row.tp + fp * row.fp + fn * row.fn + tn * row.tn);
    },
    share: share && effective(rows, share),
    isRatio: isRateRatio(measure),
  };
}

function averageOf(average: ConfidenceIntervalOptions["average"]): "micro" | "samples" {
  oneOf(average ?? defaults.average, ["micro", "macro", "weighted", "samples"], "average");
  if (average === "micro" || average === "samples") return average;
  const message =
    "a mean over labels needs to know which of them are wrong in the same rows, which counts do not tell: " +
    'give label, or average "micro" or "samples"';
  throw new AssayTypeError(message, { code: "option", argument: "average", value: average });
}

const shareOf = ({ of, among }: Ratio): Share => ({
  of: (row) => total(of, row),
  among: (row) => total(among, row),
});

/** Of Σx/Σy over rows: each adds (x − p·y) / Σy. */
function shareError(rows: readonly RowOutcome[], { of, among }: Share): number {
  const trials = totalOf(rows, among);
  const p = totalOf(rows, of) / trials;
  return errorOf(rows, (row) => (of(row) - p * among(row)) / trials);
}

/** A share as so many of so many that were drawn one by one. */
function effective(rows: readonly RowOutcome[], share: Share): readonly [successes: number, trials: number] {
  const [successes, trials] = [totalOf(rows, share.of), totalOf(rows, share.among)];
  if (rows.every((row) => share.among(row) === 1)) return [successes, trials];
  if (successes === 0 || successes === trials) {
    const least = Math.min(
      trials,
      totalOf(rows, (row) => Number(share.among(row) > 0)),
    );
    return [successes === 0 ? 0 : least, least];
  }
  const p = successes / trials;
  const error = shareError(rows, share);
  const drawn = Math.min(trials, (p * (1 - p)) / (error * error));
  return [p * drawn, drawn];
}

/** Of a mean over the rows that have a value. */
function meanError(rows: readonly RowOutcome[], ofRow: (row: BinaryCounts) => number): number {
  const valued = rows.map((row) => ({ row, value: ofRow(row) })).filter(({ value }) => !Number.isNaN(value));
  const n = valued.reduce((sum, { row }) => sum + row.count, 0);
  const mean = valued.reduce((sum, { row, value }) => sum + row.count * value, 0) / n;
  return Math.sqrt(valued.reduce((sum, { row, value }) => sum + row.count * (value - mean) * (value - mean), 0)) / n;
}
