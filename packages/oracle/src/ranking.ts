/**
 * Areas under the curves of several classes or labels, averaged.
 *
 * Pairs of classes: D. Hand and R. Till, "A simple generalisation of the area under the ROC curve for multiple class
 * classification problems" (2001).
 *
 * @module
 */
import {
  type AssayTypeError,
  defaults,
  type Labels,
  type RankingOptions,
  type RankingScore,
  type Reals,
} from "@assay/contract";
import { type Columns, columnAt, columnsOf, elementsOf, pairOf, type Shape, shapeOf } from "./curve/columns.js";
import { Curve, checkRocAuc } from "./curve/curve.js";
import type { CurveRows } from "./curve/sorted-scores.js";
import { anyNumber, checkOptions, checkWeighty, oneOf, typeError } from "./input.js";
import { exactSum } from "./sum.js";

/** The area of one binary problem. */
type Area = (curve: Curve) => number;

const RANKING = ["numClasses", "numLabels", "average", "multiclass", "from", "sampleWeight", "undefinedValue"];

/** Area under the ROC curve of binary, multiclass or multilabel scores. */
export const rocAuc: RankingScore = rankingScore("rocAuc", [...RANKING, "maxFpr"], (options) => {
  const { undefinedValue, maxFpr } = checkRocAuc(options);
  return (curve) => curve.rocAuc({ undefinedValue, maxFpr });
});

/** Average precision of binary, multiclass or multilabel scores. Without positives `undefinedValue`, by default 0. */
export const averagePrecision: RankingScore = rankingScore("averagePrecision", RANKING, (options) => {
  const undefinedValue = anyNumber("undefinedValue", options.undefinedValue ?? 0);
  return (curve) => curve.averagePrecision({ undefinedValue });
});

function rankingScore(name: string, known: readonly string[], areaOf: (options: RankingOptions) => Area): RankingScore {
  const score = (scores: Reals, labels: Labels, options: RankingOptions = {}): number | Float64Array => {
    checkOptions(name, options, known);
    const shape = shapeOf(options);
    const choice = checkAverage(options, shape);
    const area = areaOf(options);
    const given = columnsOf(scores, labels, options.sampleWeight, shape);
    checkWeighty("labels", given.weights);
    const areaOfRows = (rows: CurveRows): number => area(Curve.of(given.kind, rows));
    if (choice === undefined) return areaOfRows(elementsOf(given));
    if (choice.multiclass === "ovo") return oneVersusOne(given, areaOfRows, choice.average);
    return averaged(given, areaOfRows, choice.average);
  };
  return score as RankingScore;
}

type RankingAverage = NonNullable<RankingOptions["average"]>;

/** Which averages there are depends on what the columns are; there is none to take of binary scores. */
function checkAverage(
  { average, multiclass }: RankingOptions,
  { numClasses, numLabels }: Shape,
): { multiclass: "ovr" | "ovo"; average: RankingAverage } | undefined {
  const missing = (option: string, needs: string): AssayTypeError =>
    typeError("option", option, `${option} needs ${needs}`);
  if (numClasses !== undefined) {
    const scheme = oneOf("multiclass", multiclass, ["ovr", "ovo"], "ovr");
    const words = ["macro", "weighted", ...(scheme === "ovr" ? (["micro", "none"] as const) : [])] as const;
    return { multiclass: scheme, average: oneOf("average", average, words, defaults.average) };
  }
  if (multiclass !== undefined) throw missing("multiclass", "numClasses");
  if (numLabels !== undefined) {
    const words = ["micro", "macro", "weighted", "samples", "none"] as const;
    return { multiclass: "ovr", average: oneOf("average", average, words, defaults.average) };
  }
  if (average !== undefined) throw missing("average", "numClasses or numLabels");
  return undefined;
}

function averaged(
  given: Columns,
  area: (rows: CurveRows) => number,
  average: RankingAverage,
): number | Float64Array<ArrayBuffer> {
  const { columns, scores, targets, weights } = given;
  if (average === "micro") return area(elementsOf(given));
  if (average === "samples") {
    // Rows are curves of their own, whose weight is only asked for by their mean.
    Curve.of("weighted", elementsOf(given));
    const row = (values: Float64Array, i: number): Float64Array => values.subarray(i * columns, (i + 1) * columns);
    const equal = new Float64Array(columns).fill(1);
    const areas = weights.map((weight, i) =>
      weight === 0 ? 0 : area({ scores: row(scores, i), labels: row(targets, i), weights: equal }),
    );
    return weightedMean(areas, weights);
  }
  const rows = Array.from({ length: columns }, (_, k) => columnAt(given, k));
  const areas = Float64Array.from(rows, area);
  if (average === "none") return areas;
  if (average === "macro") return weightedMean(areas, new Float64Array(columns).fill(1));
  const support = rows.map(({ labels }) => exactSum(labels.map((label, i) => label * weights[i]!)));
  return weightedMean(areas, Float64Array.from(support));
}

/**
 * The mean over pairs of classes j < k, among whose rows class j is told from k by column j and k from j by column k;
 * weighted by how many rows the pair has.
 */
function oneVersusOne(given: Columns, area: (rows: CurveRows) => number, average: RankingAverage): number {
  const { columns } = given;
  const areas: number[] = [];
  const pairWeights: number[] = [];
  for (let j = 0; j < columns; j++) {
    for (let k = j + 1; k < columns; k++) {
      const [first, second] = [pairOf(given, j, k), pairOf(given, k, j)];
      areas.push((area(first) + area(second)) / 2);
      pairWeights.push(average === "weighted" ? exactSum(first.weights) : 1);
    }
  }
  return weightedMean(Float64Array.from(areas), Float64Array.from(pairWeights));
}

/** Σwv/Σw. What has no weight does not count, even where it is undefined; anything else undefined makes it NaN. */
function weightedMean(values: Float64Array, weights: Float64Array): number {
  const terms = values.map((value, i) => (weights[i] === 0 ? 0 : value * weights[i]!));
  return exactSum(terms) / exactSum(weights);
}
