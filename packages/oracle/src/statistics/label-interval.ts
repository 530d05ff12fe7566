import {
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
import { checkOptions, isRows, oneOf, rangeError, typeError } from "../input.js";
import { measureName } from "./bootstrap.js";
import { Dual, sumOf } from "./dual.js";
import { intervalOf, type Meant } from "./interval.js";
import { isClassMeasure, measureOf } from "./measures.js";
import { levelOf } from "./wilson.js";

type Options = ConfidenceIntervalOptions;

/** A part of each row: of its labels, or the row itself. */
type Part = (row: BinaryCounts) => number;

const labels: Part = ({ tp, fp, fn, tn }) => tp + fp + fn + tn;

/** What is a share: so much of each row among so much of it. */
const SHARES: Partial<Record<ClassMeasureName | RowMeasureName, readonly [of: Part, among: Part]>> = {
  exactMatch: [({ fp, fn }) => Number(fp + fn === 0), () => 1],
  zeroOneLoss: [({ fp, fn }) => Number(fp + fn > 0), () => 1],
  hammingLoss: [({ fp, fn }) => fp + fn, labels],
  precision: [({ tp }) => tp, ({ tp, fp }) => tp + fp],
  recall: [({ tp }) => tp, ({ tp, fn }) => tp + fn],
  jaccard: [({ tp }) => tp, ({ tp, fp, fn }) => tp + fp + fn],
  specificity: [({ tn }) => tn, ({ tn, fp }) => tn + fp],
  negativePredictiveValue: [({ tn }) => tn, ({ tn, fn }) => tn + fn],
  falsePositiveRate: [({ fp }) => fp, ({ fp, tn }) => fp + tn],
  falseNegativeRate: [({ fn }) => fn, ({ fn, tp }) => fn + tp],
  falseDiscoveryRate: [({ fp }) => fp, ({ fp, tp }) => fp + tp],
  falseOmissionRate: [({ fn }) => fn, ({ fn, tn }) => fn + tn],
  prevalence: [({ tp, fn }) => tp + fn, labels],
};

/**
 * Intervals of what rows with several labels are as wholes, and of averages over them: rows are what is drawn. A share of
 * labels has Wilson's interval of p(1 − p) / variance labels (C. Franco et al., "Comparative study of confidence
 * intervals for proportions in complex sample surveys", 2019).
 */
export function labelInterval(
  matrix: MultilabelConfusionMatrix,
  measure: MeasureName | RowMeasureName,
  options: Options,
): MeasureInterval {
  const name = measure === "exactMatch" ? measure : measureName("measure", measure);
  const isOfRows = name === "exactMatch" || name === "zeroOneLoss" || name === "hammingLoss";
  if (!isOfRows && !isClassMeasure(name)) {
    throw typeError("type", "matrix", `${name} is of matrices of classes, but this matrix is one of labels`);
  }
  const own = isOfRows ? [] : ["average", "zeroDivision", "label", "classIndex", ...(name === "fBeta" ? ["beta"] : [])];
  checkOptions(`confidenceInterval of ${name}`, options, ["level", "method", "resamples", "seed", ...own]);
  const level = levelOf(options);
  const outcomes = matrix.rowOutcomes();
  const meant = isOfRows ? ofRows(outcomes, name) : ofAverage(outcomes, name, options);
  return intervalOf(meant, options, level);
}

function ofRows(rows: readonly RowOutcome[], name: RowMeasureName): Meant {
  const [of, among] = SHARES[name]!;
  const dual = (counts: readonly Dual[]): Dual => weigh(rows, counts, of).over(weigh(rows, counts, among));
  return { ...meaning(rows, dual), share: effectiveShare(rows, name, dual), range: [0, 1], isRatio: false };
}

function ofAverage(rows: readonly RowOutcome[], name: ClassMeasureName, options: Options): Meant {
  const { classIndex, zeroDivision, beta = defaults.beta } = options;
  if (classIndex !== undefined) throw typeError("option", "classIndex", "classIndex is not for labels: give label");
  const words = ["micro", "macro", "weighted", "samples"] as const;
  const average = oneOf("average", options.average as "micro" | undefined, words, defaults.average);
  if (average === "macro" || average === "weighted") {
    throw typeError("option", "average", "a mean over labels is not known from rows' counts", options.average);
  }
  const isRatio = name === "positiveLikelihoodRatio" || name === "negativeLikelihoodRatio";
  const settled = (value: Dual): Dual => {
    if (!Number.isNaN(value.value)) return value;
    return new Dual(zeroDivision ?? (isRatio ? NaN : defaults.zeroDivision), value.slopes);
  };
  const least = name === "informedness" || name === "markedness" ? -1 : 0;
  const range = [least, isRatio ? Infinity : 1] as const;
  if (average === "micro") {
    const dual = (counts: readonly Dual[]): Dual => {
      const sum = (kind: keyof BinaryCounts): Dual => weigh(rows, counts, (row) => row[kind]);
      return settled(measureOf(name, { tp: sum("tp"), fp: sum("fp"), fn: sum("fn"), tn: sum("tn") }, beta));
    };
    return { ...meaning(rows, dual), share: effectiveShare(rows, name, dual), range, isRatio };
  }
  const valueOfRow = ({ tp, fp, fn, tn }: BinaryCounts): number => {
    const [a, b, c, d] = [tp, fp, fn, tn].map((count) => new Dual(count, [])) as [Dual, Dual, Dual, Dual];
    return settled(measureOf(name, { tp: a, fp: b, fn: c, tn: d }, beta)).value;
  };
  // Where it is undefined for a row that leaves the mean.
  const isValued: Part = (row) => Number(!Number.isNaN(valueOfRow(row)));
  const dual = (counts: readonly Dual[]): Dual =>
    weigh(rows, counts, (row) => (isValued(row) === 1 ? valueOfRow(row) : 0)).over(weigh(rows, counts, isValued));
  return { ...meaning(rows, dual), share: undefined, range, isRatio: false };
}

/** Σ over the ways in which rows came out. */
function weigh(rows: readonly RowOutcome[], counts: readonly Dual[], part: Part): Dual {
  const terms = rows.map((row, i) => counts[i]!.scaled(part(row)));
  return sumOf(terms, counts[0]!);
}

/** A measure as a function of how many rows came out in each way. */
function meaning(
  rows: readonly RowOutcome[],
  dual: (counts: readonly Dual[]) => Dual,
): Omit<Meant, "share" | "range" | "isRatio"> {
  const given = rows.map(({ count }) => count);
  const total = given.reduce((sum, count) => sum + count, 0);
  const dualOf = (counts: readonly number[]): Dual =>
    dual(counts.map((count, i) => Dual.variable(count, i, counts.length)));
  return {
    table: () => {
      const cells = rows.map(({ count }, key) => {
        if (isRows(count) && isRows(total)) return { key, count };
        const message = `rows came out in way ${key} ${count} times, which is no whole number of rows`;
        throw rangeError("range", "matrix", message, { index: key, value: count });
      });
      return { cells, total };
    },
    counts: given,
    value: (counts) => dual(counts.map((count) => new Dual(count, []))).value,
    dual: () => dualOf(given),
  };
}

/** As so many of so many that were drawn one by one: all where they were, as rows are. */
function effectiveShare(
  rows: readonly RowOutcome[],
  name: ClassMeasureName | RowMeasureName,
  dual: (counts: readonly Dual[]) => Dual,
): Meant["share"] {
  const parts = SHARES[name];
  if (parts === undefined) return undefined;
  const [of, among] = parts;
  const sum = (part: Part): number => rows.reduce((all, row) => all + row.count * part(row), 0);
  const [successes, trials] = [sum(of), sum(among)];
  if (rows.every((row) => among(row) === 1)) return [successes, trials];
  const withAny = sum((row) => Number(among(row) > 0));
  if (successes === 0) return [0, Math.min(trials, withAny)];
  if (successes === trials) return [Math.min(trials, withAny), Math.min(trials, withAny)];
  const { slopes } = dual(rows.map(({ count }, i) => Dual.variable(count, i, rows.length)));
  const variance = rows.reduce((all, { count }, i) => all + count * slopes[i]! ** 2, 0);
  const p = successes / trials;
  const effective = Math.min(trials, (p * (1 - p)) / variance);
  return [p * effective, effective];
}
