/**
 * Cases of rankings of labels.
 *
 * @module
 */
import type { Backend, GainOptions, LabelRankingMeasure } from "@assay/contract";
import fc from "fast-check";
import { Column, columnOf } from "./columns.js";
import { type Draw, expand, recipes } from "./draws.js";
import { type Ingredients, ingredients, labelledRows, labelsOf, type Rows } from "./rows.js";

/** The measures of true and false labels, and those of relevances. */
export const labelNames = ["coverageError", "labelRankingAveragePrecision", "labelRankingLoss"] as const;
export const gainNames = ["dcg", "ndcg"] as const;
export const labelRankingNames = [...labelNames, ...gainNames] as const;

export type LabelRankingName = (typeof labelRankingNames)[number];

export interface LabelRankingCase {
  readonly name: LabelRankingName;
  readonly rows: Rows;
  readonly options: Omit<GainOptions, "sampleWeight" | "reduction">;
}

/** A measure in the form that all of them have. */
export function labelRankingOf(backend: Backend, name: LabelRankingName): LabelRankingMeasure<GainOptions> {
  return backend[name];
}

/** Around the widths at which kernels take another way: 36 labels, 64 relevant ones, 1024 elements. */
const widths = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 3, arbitrary: fc.constantFrom(35, 36, 37, 64, 65, 130) },
  { weight: 1, arbitrary: fc.constantFrom(700, 1025) },
);

const someLengths = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constantFrom(171, 172, 1023, 1025));

/** Fewer than elsewhere, for the oracle compares each label with each. */
const MOST_ELEMENTS = 4000;

function scoreRows(from: Ingredients, numLabels: number): Rows {
  const length = Math.min(from.length, Math.ceil(MOST_ELEMENTS / numLabels));
  return { ...labelledRows({ ...from, length }, numLabels, 2), targetColumns: numLabels };
}

const scores: fc.Arbitrary<Draw> = fc.oneof(
  fc.constant<Draw>([-3, 3]),
  fc.constantFrom<Draw>(0, -0, 1, -1, 0.5, 1e-30, -1e-40, 1e30, Infinity, -Infinity),
);

const relevances: fc.Arbitrary<Draw> = fc.constantFrom<Draw>(0, 0, 0, 1, 2, 3, 7, 100, [0, 3], [0, 1e-6]);
const losses: fc.Arbitrary<Draw> = fc.constantFrom<Draw>(-1, -0, [-3, 0]);

const ofLabels = (name: (typeof labelNames)[number]): fc.Arbitrary<LabelRankingCase> =>
  fc.record({ from: ingredients(someLengths, scores), numLabels: widths }).map(({ from, numLabels }) => {
    const rows = scoreRows(from, numLabels);
    const targets = columnOf(from.labelForm, labelsOf(from.labels, rows.count * numLabels, 2));
    return { name, rows: { ...rows, targets }, options: { numLabels } };
  });

const ofGains = (name: (typeof gainNames)[number]): fc.Arbitrary<LabelRankingCase> =>
  fc
    .record({
      from: ingredients(someLengths, scores),
      targets: recipes(name === "dcg" ? fc.oneof(relevances, losses) : relevances),
      options: fc.record(
        {
          numLabels: widths,
          k: fc.constantFrom(1, 2, 5, 40, 2000),
          ties: fc.constantFrom("average", "first", "last"),
          gains: fc.constantFrom("linear", "exponential"),
        },
        { requiredKeys: ["numLabels"] },
      ) as fc.Arbitrary<LabelRankingCase["options"]>,
    })
    .map(({ from, targets, options }) => {
      const { numLabels } = options;
      const rows = scoreRows(from, numLabels);
      // Bytes have no sign.
      const values = expand(targets, rows.count * numLabels);
      const column = columnOf(from.labelForm, from.labelForm.type === "uint8" ? values.map(Math.abs) : values);
      return { name, rows: { ...rows, targets: column }, options };
    });

/** Cases of each. */
export const labelRankingCases: Readonly<Record<LabelRankingName, fc.Arbitrary<LabelRankingCase>>> = {
  coverageError: ofLabels("coverageError"),
  labelRankingAveragePrecision: ofLabels("labelRankingAveragePrecision"),
  labelRankingLoss: ofLabels("labelRankingLoss"),
  dcg: ofGains("dcg"),
  ndcg: ofGains("ndcg"),
};

/** Rows with other scores or targets. */
export function withValues(rows: Rows, changed: Partial<Record<"predictions" | "targets", Column["values"]>>): Rows {
  const { predictions = rows.predictions.values, targets = rows.targets.values } = changed;
  return {
    ...rows,
    predictions: new Column(rows.predictions.place, predictions),
    targets: new Column(rows.targets.place, targets),
  };
}
