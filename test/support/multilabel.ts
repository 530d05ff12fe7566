/**
 * Cases of rows that have several labels.
 *
 * @module
 */
import type { Average, MultilabelConfusionMatrix, MultilabelOptions } from "@assay/contract";
import fc from "fast-check";
import { columnOf, typeOf } from "./columns.js";
import { holding } from "./confusion.js";
import { type Draw, lengths, logitDraws, probabilityDraws } from "./draws.js";
import { hash } from "./random.js";
import {
  type Ingredients,
  ingredients,
  labelledRows,
  labelRecipes,
  labelsOf,
  type Rows,
  weightColumn,
} from "./rows.js";

export interface MultilabelCase {
  readonly rows: Rows;
  readonly options: Omit<MultilabelOptions, "sampleWeight">;
}

/** Labels on both sides of what a state has places for (32), and of one word of bits (56). */
const labelCounts = fc.constantFrom(1, 2, 3, 6, 20, 32, 33, 56, 57, 150);

/** The oracle goes through all rows for each label. */
const MOST_ELEMENTS = 12_000;

function rowsOf(from: Ingredients, numLabels: number): Rows {
  const { rows } = { rows: labelledRows(from, numLabels, 2) };
  const count = Math.max(1, Math.min(rows.count, Math.floor(MOST_ELEMENTS / numLabels)));
  return {
    count,
    columns: numLabels,
    targetColumns: numLabels,
    predictions: columnOf(from.predictionForm, rows.predictions.values.slice(0, count * numLabels)),
    targets: columnOf(from.labelForm, labelsOf(from.labels, count * numLabels, 2)),
    weight: weightColumn(from.weight, count),
  };
}

const fromLabels = fc
  .record({ from: ingredients(lengths, fc.constant<Draw>(0)), predicted: labelRecipes, numLabels: labelCounts })
  .map(({ from, predicted, numLabels }): MultilabelCase => {
    const rows = rowsOf(from, numLabels);
    const predictions = columnOf(from.predictionForm, labelsOf(predicted, rows.count * numLabels, 2));
    return { rows: { ...rows, predictions }, options: { numLabels } };
  });

function fromScores(kind: "probabilities" | "logits", draw: fc.Arbitrary<Draw>): fc.Arbitrary<MultilabelCase> {
  const threshold = fc.oneof(
    draw.map((one) => (typeof one === "number" ? one : one[0])),
    fc.constantFrom(0.5, 0.1, Math.fround(0.1), Infinity, -Infinity),
  );
  return fc
    .record({
      from: ingredients(lengths, draw),
      numLabels: labelCounts,
      rule: fc.oneof(
        fc.record({ threshold, strict: fc.boolean() }),
        fc.record({ each: fc.array(threshold, { minLength: 1, maxLength: 5 }), strict: fc.boolean() }),
        fc.record({ topK: fc.constantFrom(1, 2, 5, 31, 200) }),
      ),
    })
    .map(({ from, numLabels, rule }): MultilabelCase => {
      const options = { numLabels, from: kind };
      if (!("each" in rule)) return { rows: rowsOf(from, numLabels), options: { ...options, ...rule } };
      const { each, strict } = rule;
      const thresholds = Array.from({ length: numLabels }, (_, label) => each[label % each.length]!);
      return { rows: rowsOf(from, numLabels), options: { ...options, strict, threshold: thresholds } };
    });
}

/** Cells of which about every third is to be ignored, and some rows and labels as wholes; never the first cell. */
function ignoring({ rows, options }: MultilabelCase, label: number, seed: number): MultilabelCase {
  const { numLabels } = options;
  const targets = Float64Array.from(rows.targets.values, (y, i) => {
    const ofRow = hash(seed, -1 - Math.floor(i / numLabels)) % 5 === 0;
    const ofLabel = hash(seed + 1, i % numLabels) % 9 === 0;
    return i > 0 && (ofRow || ofLabel || hash(seed, i) % 3 === 0) ? label : y;
  });
  if (targets[0] === label) targets[0] = 1 - label;
  const form = { type: typeOf(rows.targets.values), place: rows.targets.place };
  return {
    rows: { ...rows, targets: columnOf(holding(form, label), targets) },
    options: { ...options, ignoreIndex: label },
  };
}

export const multilabelCases: fc.Arbitrary<MultilabelCase> = fc
  .record({
    one: fc.oneof(
      { withCrossShrink: true },
      fromLabels,
      fromScores("probabilities", probabilityDraws),
      fromScores("logits", logitDraws),
    ),
    ignore: fc.option(fc.record({ label: fc.constantFrom(0, 1, 255, -100, -1, 2 ** 31 - 1), seed: fc.nat() })),
  })
  .map(({ one, ignore }) => (ignore === null ? one : ignoring(one, ignore.label, ignore.seed)));

const averages = ["micro", "macro", "weighted", "samples", "none"] as const satisfies readonly Average[];

/** What follows from counts of labels: numbers that have to agree to the last bit, and others that are rounded. */
export function multilabelNumbers(matrix: MultilabelConfusionMatrix): {
  exact: unknown;
  rounded: Record<string, unknown>;
} {
  const { numLabels, labelNames, counts, total } = matrix;
  const rounded: Record<string, unknown> = {
    rows: [matrix.exactMatch(), matrix.zeroOneLoss(), matrix.hammingLoss()],
    normalized: (["true", "pred", "all"] as const).map((by) => matrix.normalized(by)),
  };
  for (const average of averages) {
    for (const zeroDivision of [0, 1, Number.NaN]) {
      // The overloads tell "none" apart; here all are alike.
      const options = { average, zeroDivision } as { average: "macro" };
      rounded[`${average} ${zeroDivision}`] = [
        matrix.precision(options),
        matrix.recall(options),
        matrix.f1(options),
        matrix.fBeta({ ...options, beta: 2 }),
        matrix.jaccard(options),
        matrix.specificity(options),
        matrix.negativePredictiveValue(options),
        matrix.falsePositiveRate(options),
        matrix.prevalence(options),
      ];
    }
  }
  const [support, json] = [matrix.support(), matrix.toJSON()];
  return { exact: { numLabels, labelNames, counts, total, support, json, text: `${matrix}` }, rounded };
}
