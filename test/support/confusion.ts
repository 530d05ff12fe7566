/**
 * Cases of confusion matrices.
 *
 * @module
 */
import type { ConfusionMatrix, ConfusionOptions, TopKOptions } from "@assay/contract";
import fc from "fast-check";
import { columnOf, type ElementType, type Form } from "./columns.js";
import { type Draw, lengths, logitDraws, probabilityDraws } from "./draws.js";
import { hash } from "./random.js";
import {
  type Ingredients,
  ingredients,
  type LabelRecipe,
  labelledRows,
  labelRecipes,
  labelsOf,
  type Rows,
} from "./rows.js";

export interface ConfusionCase {
  readonly rows: Rows;
  readonly options: Omit<ConfusionOptions, "sampleWeight">;
}

/** Classes on both sides of what the kernel's tables hold several times over (40). */
const classes = fc.constantFrom(2, 3, 5, 10, 40, 41);

interface Making {
  readonly from: Ingredients;
  readonly predicted: LabelRecipe;
  readonly numClasses: number | null;
  readonly ignore: { readonly label: number; readonly seed: number } | null;
}

function making(draw: fc.Arbitrary<Draw>): fc.Arbitrary<Making> {
  return fc.record({
    from: ingredients(lengths, draw),
    predicted: labelRecipes,
    numClasses: fc.option(classes),
    ignore: fc.option(fc.record({ label: fc.constantFrom(0, 1, 255, -100, -1, 2 ** 31 - 1), seed: fc.nat() })),
  });
}

/** The first of the types of a form that holds a label. */
export function holding({ type, place }: Form, label: number): Form {
  const holds: Record<ElementType, boolean> = {
    uint8: label >= 0 && label <= 255,
    int32: true,
    float32: Math.fround(label) === label,
    float64: true,
  };
  return holds[type] ? { type, place } : { type: "int32", place };
}

/** Rows in which about every third target is to be ignored, but never all of them. */
function ignoring(rows: Rows, { from, ignore }: Making, classes: number): Rows {
  if (ignore === null) return rows;
  const { label, seed } = ignore;
  const targets = Float64Array.from(rows.targets.values, (y, i) => (i > 0 && hash(seed, i) % 3 === 0 ? label : y));
  if (targets[0] === label) targets[0] = (label + 1) % classes;
  return { ...rows, targets: columnOf(holding(from.labelForm, label), targets) };
}

function optionsOf({ numClasses, ignore }: Making): ConfusionCase["options"] {
  return { ...(numClasses !== null && { numClasses }), ...(ignore !== null && { ignoreIndex: ignore.label }) };
}

const fromLabels = making(fc.constant<Draw>(0)).map((one): ConfusionCase => {
  const { from, predicted } = one;
  const classes = one.numClasses ?? 2;
  const rows = labelledRows(from, 1, classes);
  const predictions = columnOf(from.predictionForm, labelsOf(predicted, rows.count, classes));
  return { rows: ignoring({ ...rows, predictions }, one, classes), options: optionsOf(one) };
});

function fromScores(kind: "probabilities" | "logits", draw: fc.Arbitrary<Draw>): fc.Arbitrary<ConfusionCase> {
  const cut = fc.record({
    // A threshold that scores may equal, lie next to, or never reach.
    threshold: fc.oneof(
      draw.map((one) => (typeof one === "number" ? one : one[0])),
      fc.constantFrom(0.5, 0.1, Math.fround(0.1), Infinity, -Infinity),
    ),
    strict: fc.boolean(),
  });
  return fc.record({ one: making(draw), cut, choice: choices }).map(({ one, cut, choice }) => {
    const { from, numClasses } = one;
    const rows = ignoring(labelledRows(from, numClasses ?? 1, numClasses ?? 2), one, numClasses ?? 2);
    return { rows, options: { ...optionsOf(one), from: kind, ...(numClasses === null ? cut : choice) } };
  });
}

/** Of rows of scores which count as right; more than there are classes is all of them. */
const choices = fc.record(
  { topK: fc.constantFrom(1, 2, 3, 9, 41, 50), ties: fc.constantFrom("first", "last") },
  { requiredKeys: [] },
);

export interface TopKCase {
  readonly rows: Rows;
  readonly options: Omit<TopKOptions, "sampleWeight">;
}

export const topKCases: fc.Arbitrary<TopKCase> = fc
  .record({ one: making(logitDraws), classes, choice: choices, normalize: fc.boolean() })
  .map(({ one, classes, choice, normalize }) => {
    const rows = ignoring(labelledRows(one.from, classes, classes), one, classes);
    return { rows, options: { ...optionsOf(one), numClasses: classes, ...choice, normalize } };
  });

export const confusionCases: fc.Arbitrary<ConfusionCase> = fc.oneof(
  { withCrossShrink: true },
  fromLabels,
  fromScores("probabilities", probabilityDraws),
  fromScores("logits", logitDraws),
);

const averages = ["micro", "macro", "weighted", "none"] as const;

/** What follows from a matrix: numbers that have to agree to the last bit, and others that are rounded on their way. */
export function confusionNumbers(matrix: ConfusionMatrix): { exact: unknown; rounded: Record<string, unknown> } {
  const classes = Array.from({ length: matrix.numClasses }, (_, k) => k);
  const rounded: Record<string, unknown> = {
    total: matrix.total,
    accuracy: matrix.accuracy(),
    support: matrix.support(),
    normalized: (["true", "pred", "all"] as const).map((by) => matrix.normalized(by)),
    counts: classes.map((k) => matrix.countsOf(k)).map(({ tp, fp, fn, tn }) => [tp, fp, fn, tn]),
  };
  for (const average of matrix.binary ? (["binary", ...averages] as const) : averages) {
    for (const absentClasses of ["skip", "count"] as const) {
      for (const zeroDivision of [0, 1, Number.NaN]) {
        // The overloads tell "none" apart; here all are alike.
        const options = { average, absentClasses, zeroDivision } as { average: "macro" };
        rounded[`${average} ${absentClasses} ${zeroDivision}`] = [
          matrix.precision(options),
          matrix.recall(options),
          matrix.f1(options),
          matrix.fBeta({ ...options, beta: 0.5 }),
          matrix.fBeta({ ...options, beta: 2 }),
        ];
      }
    }
  }
  const { numClasses, binary, classNames, counts } = matrix;
  // Its total is the rounded one.
  const { total: _, ...json } = matrix.toJSON();
  return { exact: { numClasses, binary, classNames, counts, present: matrix.present(), json }, rounded };
}
