/**
 * Areas under curves, of one score or of one for each class or label.
 *
 * @module
 */
import {
  type BinaryCurve,
  defaults,
  type Labels,
  type RankingOptions,
  type RankingScore,
  type Reals,
} from "@assay/contract";
import { nothingLeft, numbersOf } from "./arguments.js";
import {
  type CurveRows,
  checkMaxFpr,
  KernelCurve,
  plain,
  ranked,
  type Selection,
  selection,
  selectionsOf,
  shapeOf,
  takeColumns,
  takeRows,
} from "./curve/index.js";
import { anyNumber, inapplicable, oneOf, optionsOf } from "./options.js";

const averages = ["micro", "macro", "weighted", "samples", "none"] as const;

/** What a curve is asked for. */
type Area = (curve: BinaryCurve) => number;

/** An area with what it is averaged by. */
interface Part {
  readonly area: number;
  readonly weight: number;
  /** Rows that have a weight. */
  readonly rows: number;
}

/** The parts, unless no row in any of them has a weight. */
function weighty(parts: readonly Part[]): readonly Part[] {
  if (parts.every((part) => part.rows === 0)) throw nothingLeft("labels");
  return parts;
}

function within<Result>(curve: KernelCurve, body: (curve: KernelCurve) => Result): Result {
  try {
    return body(curve);
  } finally {
    curve.free();
  }
}

function areaOf(rows: CurveRows, selections: readonly Selection[], area: Area): Part {
  return within(KernelCurve.of(rows, selections), (curve) => ({
    area: area(curve),
    weight: curve.positives,
    rows: curve.length,
  }));
}

/** The area of all of these columns together. */
function oneArea(rows: CurveRows, selections: readonly Selection[], area: Area): number {
  const [part] = weighty([areaOf(rows, selections, area)]) as readonly [Part];
  return part.area;
}

/** An undefined area makes the mean undefined, unless it has no weight in it. */
function mean(parts: readonly Part[], weightOf: (part: Part) => number): number {
  const counted = parts.filter((part) => weightOf(part) > 0);
  const weight = counted.reduce((sum, part) => sum + weightOf(part), 0);
  return counted.reduce((sum, part) => sum + part.area * weightOf(part), 0) / weight;
}

/** For each pair of classes the mean of both areas among their rows: for AUROC, Hand and Till (2001). */
function oneVersusOne(rows: CurveRows, columns: number, area: Area, isWeighted: boolean): number {
  const pairs: Part[] = [];
  for (let a = 0; a < columns; a++) {
    for (let b = a + 1; b < columns; b++) {
      const first = areaOf(rows, [selection(columns, a, true, b)], area);
      const second = areaOf(rows, [selection(columns, b, true, a)], area);
      pairs.push({
        area: (first.area + second.area) / 2,
        weight: first.weight + second.weight,
        rows: first.rows + second.rows,
      });
    }
  }
  return mean(weighty(pairs), isWeighted ? (pair) => pair.weight : () => 1);
}

/** Each row as a curve of its own, in which all elements count alike. */
function bySample(rows: CurveRows, selections: readonly Selection[], area: Area): Part[] {
  // One curve of all rows finds what is wrong in any of them, and tells its place in the whole.
  KernelCurve.of(rows, selections).free();
  const columns = selections.length;
  const { scores, labels } = rows;
  const row = (source: typeof scores, i: number) => ({
    ...source,
    length: columns,
    address: source.address === 0 ? 0 : source.address + i * columns * source.bytesPerElement,
    // What is in wasm memory goes by its address: a view of it may be detached by now.
    source: source.address === 0 ? source.source.slice(i * columns, (i + 1) * columns) : source.source,
  });
  const parts = Array.from({ length: rows.count }, (_, i) =>
    areaOf({ scores: row(scores, i), labels: row(labels, i), weight: undefined, count: columns }, [plain], area),
  );
  const weights = rows.weight && numbersOf(rows.weight);
  return parts.map((part, i) => {
    const weight = weights?.[i] ?? 1;
    return { ...part, weight, rows: weight > 0 ? part.rows : 0 };
  });
}

function rankingScore(name: string, isRoc: boolean): RankingScore {
  const known = ["numClasses", "numLabels", "average", "multiclass", "from", "sampleWeight", "undefinedValue"] as const;
  const score = (scores: Reals, labels: Labels, options?: RankingOptions): number | Float64Array<ArrayBuffer> => {
    const given = optionsOf(options, isRoc ? [...known, "maxFpr"] : known, name);
    const { maxFpr, sampleWeight } = given;
    const { undefinedValue = isRoc ? defaults.undefinedValue : 0 } = given;
    anyNumber(undefinedValue, "undefinedValue");
    if (maxFpr !== undefined) checkMaxFpr(maxFpr);
    const area: Area = isRoc
      ? (curve) => curve.rocAuc(maxFpr === undefined ? { undefinedValue } : { undefinedValue, maxFpr })
      : (curve) => curve.averagePrecision({ undefinedValue });
    const shape = shapeOf(given);
    if (shape?.isMulticlass !== true && given.multiclass !== undefined) {
      throw inapplicable("multiclass", "multiclass is for numClasses", given.multiclass);
    }
    if (shape === undefined) {
      if (given.average !== undefined) {
        const message = "average is for numClasses or numLabels: one column has nothing to average";
        throw inapplicable("average", message, given.average);
      }
      return oneArea(takeRows(scores, labels, sampleWeight, 1, 1), [plain], area);
    }
    const { columns, isMulticlass } = shape;
    const allowed = isMulticlass ? averages.filter((a) => a !== "samples") : averages;
    const average = oneOf(given.average ?? defaults.average, allowed, "average");
    const isPaired = oneOf(given.multiclass ?? "ovr", ["ovr", "ovo"], "multiclass") === "ovo";
    if (isPaired) oneOf(average, ["macro", "weighted"], "average");
    return ranked(shape, takeColumns(shape, scores, labels, sampleWeight), (rows) => {
      if (isPaired) return oneVersusOne(rows, columns, area, average === "weighted");
      const selections = selectionsOf(shape);
      if (average === "micro") return oneArea(rows, selections, area);
      const parts = weighty(
        average === "samples" ? bySample(rows, selections, area) : selections.map((s) => areaOf(rows, [s], area)),
      );
      if (average === "none") return Float64Array.from(parts, (part) => part.area);
      return mean(parts, average === "macro" ? () => 1 : (part) => part.weight);
    });
  };
  return score as RankingScore;
}

/**
 * Area under the ROC curve, in 0..1: the chance that a positive ranks above a negative, ties counting half. Without
 * weights it is the integer U statistic over P·N, rounded once. NaN, or `undefinedValue`, where a class is missing.
 *
 * With `numClasses` each class is ranked against the rest by its column of scores, or pair by pair
 * (`multiclass: "ovo"`); with `numLabels` each column by its own labels. Scores are ranked as they are, or with
 * `from: "logits"` by their softmax probabilities; these are compared by their odds, which differ where probabilities
 * near 1 are equal to the last digit, in the float type of the logits and in as much room again. Of two classes these
 * are the difference of their logits, so that both have the same area.
 *
 * @param scores N scores, or N × numClasses or N × numLabels row-major
 * @param labels N labels, with `numLabels` N × numLabels zeros and ones
 * @throws AssayRangeError for a NaN, a label out of range, a negative weight, lengths that do not fit, no rows
 * @see Hanley and McNeil (1982); McClish (1989) for `maxFpr`; Hand and Till (2001) for `"ovo"`
 */
export const rocAuc: RankingScore = /*#__PURE__*/ rankingScore("rocAuc", true);

/**
 * Average precision, in 0..1: Σ (Rₙ − Rₙ₋₁) Pₙ over descending thresholds, without interpolation. 0, or `undefinedValue`,
 * without positives. Shapes, averages and errors as for {@link rocAuc}.
 *
 * @see scikit-learn, `sklearn.metrics.average_precision_score`
 */
export const averagePrecision: RankingScore = /*#__PURE__*/ rankingScore("averagePrecision", false);
