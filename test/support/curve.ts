/**
 * Cases of curves and rankings.
 *
 * @module
 */
import type { Backend, BinaryCurve, Labels, RankingOptions, Reals } from "@assay/contract";
import fc from "fast-check";
import { type Column, columnOf, labelForms, realForms } from "./columns.js";
import { type Draw, expand, lengths, logitDraws, realDraws, recipes } from "./draws.js";
import { hash } from "./random.js";
import {
  answers,
  ingredients,
  labelledRows,
  labelRecipes,
  labelsOf,
  ofAssay,
  type Rows,
  weightColumn,
} from "./rows.js";

/** Asks a curve, and frees it. */
export function ask<Result>(
  backend: Backend,
  of: [Reals, Labels, object],
  question: (curve: BinaryCurve) => Result,
): Result {
  const curve = backend.binaryCurve(...of);
  try {
    return question(curve);
  } finally {
    curve.free();
  }
}

/** What the curve of some rows answers in assay. */
export function askAssay<Result>(rows: Rows, question: (curve: BinaryCurve) => Result): Result {
  return ofAssay(rows, (backend, p, y, weights) => ask(backend, [p, y, weights], question));
}

/** What it answers in both backends. */
export function askBoth<Result>(
  rows: Rows,
  question: (curve: BinaryCurve) => Result,
): { actual: Result; expected: Result } {
  return answers(rows, (backend, p, y, weights) => ask(backend, [p, y, weights], question));
}

/** Binary rows of scores with many ties. */
export const curveCases: fc.Arbitrary<Rows> = ingredients(lengths, logitDraws).map((from) => labelledRows(from, 1, 2));

/** The same without weights. */
export const plainCurveCases: fc.Arbitrary<Rows> = curveCases.map((rows) => ({ ...rows, weight: undefined }));

/** Weights whose sums have no rounding: multiples of 2⁻¹⁰ that are not large. */
const exactWeights = fc.option(
  fc.record({ recipe: recipes(fc.constantFrom<Draw>(0, 1, 2, 7, 0.5, 2 ** -10, 3 + 2 ** -10)), form: realForms }),
);

function exactly(draws: fc.Arbitrary<Draw>): fc.Arbitrary<Rows> {
  return fc.record({ from: ingredients(lengths, draws), weight: exactWeights }).map(({ from, weight }) => {
    const rows = labelledRows(from, 1, 2);
    return { ...rows, weight: weightColumn(weight, rows.count) };
  });
}

/** Rows whose counts are exact numbers, with and without weights: everything made of them may be told to the last bit. */
export const exactCurveCases: fc.Arbitrary<Rows> = exactly(logitDraws);

/** The same with scores that are all finite. */
export const finiteCurveCases: fc.Arbitrary<Rows> = exactly(realDraws);

/** Some of the scores, their neighbours, and what lies beyond all of them. */
export function thresholdsFor({ predictions: { values } }: Rows, seed: number): number[] {
  const some = Array.from({ length: 20 }, (_, i) => values[hash(seed, i) % values.length]!);
  const between = some.slice(1).map((x, i) => (x + some[i]!) / 2);
  const near = some.flatMap((x) => [x * (1 + 2 ** -40), x * (1 - 2 ** -40), x + 1e-9]);
  return [...some, ...between, ...near, 0, -0, Infinity, -Infinity, 1e300, -1e300, 5e-324].filter(
    (x) => !Number.isNaN(x),
  );
}

/** What two models say of the same rows. */
export interface ComparedScores {
  readonly first: Column;
  readonly second: Column;
  readonly labels: Column;
}

export const comparedScores: fc.Arbitrary<ComparedScores> = fc
  .record({
    length: lengths,
    recipes: fc.tuple(recipes(logitDraws), recipes(logitDraws)),
    forms: fc.tuple(realForms, realForms),
    /** Of so many in seven rows both say the same. */
    agreeing: fc.nat(6),
    labels: labelRecipes,
    labelForm: labelForms,
  })
  .map(({ length, recipes: [a, b], forms, agreeing, labels, labelForm }) => {
    const scores = expand(a, length);
    const others = expand(b, length).map((x, i) => (i % 7 < agreeing ? scores[i]! : x));
    return {
      first: columnOf(forms[0], scores),
      second: columnOf(forms[1], others),
      labels: columnOf(labelForm, labelsOf(labels, length, 2)),
    };
  });

export interface RankingCase {
  readonly rows: Rows;
  readonly options: Omit<RankingOptions, "sampleWeight">;
}

/** Fewer rows than elsewhere: every class is a curve, and every sample may be one. */
const someLengths = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(1023, 1025));

const scoreDraws: fc.Arbitrary<Draw> = fc.oneof(fc.constant<Draw>([0, 1]), fc.constantFrom<Draw>(0, 0.5, 1, -2, 1e-30));

function rankingCases(
  shape: fc.Arbitrary<RankingCase["options"]>,
  labelColumns: (columns: number) => number,
): fc.Arbitrary<RankingCase> {
  return fc.record({ from: ingredients(someLengths, scoreDraws), options: shape }).map(({ from, options }) => {
    const { numClasses, numLabels } = options;
    const columns = numClasses ?? numLabels!;
    const rows = labelledRows(from, columns, 2);
    const targetColumns = labelColumns(columns);
    const labels = labelsOf(from.labels, rows.count * targetColumns, numClasses ?? 2);
    return { rows: { ...rows, targetColumns, targets: columnOf(from.labelForm, labels) }, options };
  });
}

/** Several classes, one of them in each row. */
export const multiclassCases: fc.Arbitrary<RankingCase> = rankingCases(
  fc.record(
    {
      numClasses: fc.constantFrom(2, 3, 5),
      average: fc.constantFrom("micro", "macro", "weighted", "none"),
    },
    { requiredKeys: ["numClasses"] },
  ),
  () => 1,
);

/** Several labels, each of which is there or is not. */
export const multilabelCases: fc.Arbitrary<RankingCase> = rankingCases(
  fc.record(
    {
      numLabels: fc.constantFrom(1, 2, 3, 5),
      average: fc.constantFrom("micro", "macro", "weighted", "samples", "none"),
    },
    { requiredKeys: ["numLabels"] },
  ),
  (columns) => columns,
);
