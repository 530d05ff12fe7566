/**
 * Cases of all other losses: each with the sum of the absolute values of the terms of its definition, of which its error
 * is a share.
 *
 * @module
 */
import fc from "fast-check";
import { columnOf, type Form } from "./columns.js";
import { type Draw, expand, lengths, logitDraws, probabilityDraws, realDraws, recipes } from "./draws.js";
import type { LossCase } from "./losses.js";
import { type Ingredients, ingredients, labelsOf, weightColumn, weights } from "./rows.js";

/** A loss of the family with what its error is measured by. */
export interface FamilyCase extends LossCase {
  /** Every sample is computed in float64, whatever its predictions are. */
  readonly wide: boolean;
  /** What the bound is multiplied by: 1 + γ of powers. */
  readonly powers: number;
  /** Σ|terms| of a value, before any weight; without it the value itself, where all terms have one sign. */
  readonly terms: ((value: number) => number) | undefined;
  /** The same of a derivative. */
  readonly slopes: ((element: number) => number) | undefined;
}

const MOST_ELEMENTS = 10_000;

type Target = "label" | "share" | "real" | "count" | "class" | "row of shares";

interface Shape {
  readonly columns: number;
  readonly target: Target;
  /** One value for each row rather than for each element. */
  readonly perRow?: boolean;
  readonly wide?: boolean;
  readonly powers?: number;
  readonly options?: object;
  terms?(x: readonly number[], t: readonly number[], column: number): number;
  slopes?(x: readonly number[], t: readonly number[], column: number): number;
}

interface Making {
  readonly from: Ingredients;
  readonly targets: ReturnType<typeof recipes> extends fc.Arbitrary<infer Recipe> ? Recipe : never;
  readonly softForm: Form;
  readonly elementWeight: Ingredients["weight"];
}

const drawsOf: Record<Target, fc.Arbitrary<Draw>> = {
  label: fc.constant<Draw>(0),
  class: fc.constant<Draw>(0),
  share: fc.constantFrom<Draw>([0, 1], 0, 1, 0.5, 0.25),
  "row of shares": fc.constantFrom<Draw>([0, 1], 0, 1, 0.5, 1e-3),
  real: realDraws,
  count: fc.constantFrom<Draw>(0, 1, 2, 7, 1000, 0.5, [0, 10]),
};

function making(draw: fc.Arbitrary<Draw>, target: Target): fc.Arbitrary<Making> {
  return fc.record({
    from: ingredients(lengths, draw),
    targets: recipes(drawsOf[target]),
    softForm: fc.record({
      type: fc.constantFrom("float32", "float64"),
      place: fc.constantFrom("heap", "handle", "cut view"),
    }),
    elementWeight: weights,
  });
}

function caseOf(name: string, { from, targets, softForm, elementWeight }: Making, shape: Shape): FamilyCase {
  const { columns, target, perRow = false, wide = false, powers = 1, options = {}, terms, slopes } = shape;
  const count = Math.min(from.length, Math.floor(MOST_ELEMENTS / columns));
  const targetColumns = target === "class" ? 1 : columns;
  const valueColumns = perRow ? 1 : columns;
  const length = count * targetColumns;
  const predictions = columnOf(from.predictionForm, expand(from.predictions, count * columns));
  // What is computed in float32 takes its targets in float32, too.
  const soft = expand(targets, length);
  const isSingle = from.predictionForm.type === "float32" && !wide;
  const targetColumn =
    target === "label" || target === "class"
      ? columnOf(from.labelForm, labelsOf(from.labels, length, target === "label" ? 2 : columns))
      : columnOf(softForm, isSingle ? Float32Array.from(soft) : soft);
  const rowOf = (row: number): [x: number[], t: number[]] => [
    Array.from(predictions.values.subarray(row * columns, (row + 1) * columns)),
    Array.from(targetColumn.values.subarray(row * targetColumns, (row + 1) * targetColumns)),
  ];
  return {
    name: name as LossCase["name"],
    rows: {
      count,
      columns,
      targetColumns,
      predictions,
      targets: targetColumn,
      weight: weightColumn(from.weight, count),
    },
    valueColumns,
    elementWeight: weightColumn(elementWeight, count * valueColumns),
    options,
    wide,
    powers,
    terms: terms && ((value) => terms(...rowOf(Math.floor(value / valueColumns)), value % valueColumns)),
    slopes: slopes && ((element) => slopes(...rowOf(Math.floor(element / columns)), element % columns)),
  };
}

function family(
  name: string,
  draw: fc.Arbitrary<Draw>,
  target: Target,
  shapes: fc.Arbitrary<Omit<Shape, "target">>,
): fc.Arbitrary<FamilyCase> {
  return fc
    .record({ making: making(draw, target), shape: shapes })
    .map(({ making, shape }) => caseOf(name, making, { ...shape, target }));
}

const plain = fc.constant({ columns: 1 });
const gammas = fc.constantFrom(0, 0.5, 1, 2, 5);
const columnsOf = fc.constantFrom(1, 2, 3, 7);
const classesOf = fc.constantFrom(2, 3, 10, 17);

const tameReals = fc.constantFrom<Draw>([-3, 3], [-20, 20], 0, -0, 1, -1, 0.1, 1e-6, 1e-30);

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const distance = (x: readonly number[], t: readonly number[], c: number): number => Math.abs(x[c]! - t[c]!);

/** The hinges of the other classes: m + |x_y| + |x_c| is what each is made of. */
const hinges = (x: readonly number[], y: number, margin: number): number[] =>
  x.map((logit, c) => (c === y ? 0 : margin + Math.abs(x[y]!) + Math.abs(logit)));

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Cases of each. */
export const familyCases: Record<string, fc.Arbitrary<FamilyCase>> = {
  sigmoidFocalLoss: family(
    "sigmoidFocalLoss",
    logitDraws,
    "label",
    fc.record({ columns: columnsOf, gamma: gammas, alpha: fc.option(fc.constantFrom(0, 0.25, 1)) }).map((o) => ({
      columns: o.columns,
      powers: 1 + o.gamma,
      options: { numLabels: o.columns, gamma: o.gamma, ...(o.alpha !== null && { alpha: o.alpha }) },
    })),
  ),
  hingeLoss: family(
    "hingeLoss",
    realDraws,
    "label",
    fc.boolean().map((squared) => ({
      columns: 1,
      wide: true,
      options: { squared },
      terms: (x, _, c) => (1 + Math.abs(x[c]!)) ** (squared ? 2 : 1),
      slopes: (x, _, c) => (squared ? 2 * (1 + Math.abs(x[c]!)) : 1),
    })),
  ),
  softMarginLoss: family("softMarginLoss", logitDraws, "label", plain),
  multilabelSoftMarginLoss: family(
    "multilabelSoftMarginLoss",
    logitDraws,
    "share",
    columnsOf.map((columns) => ({
      columns,
      perRow: true,
      options: { numLabels: columns },
      slopes: (x, t, c) => ((1 - t[c]!) * sigmoid(x[c]!) + t[c]! * sigmoid(-x[c]!)) / columns,
    })),
  ),
  nllLoss: family(
    "nllLoss",
    realDraws,
    "class",
    classesOf.map((columns) => ({ columns, perRow: true, wide: true, options: { numClasses: columns } })),
  ),
  focalLoss: family(
    "focalLoss",
    logitDraws,
    "class",
    fc
      .record({ columns: classesOf, gamma: gammas, kind: fc.constantFrom("softmax", "one-vs-rest") })
      .map(({ columns, gamma, kind }) => ({
        columns,
        perRow: true,
        powers: 1 + gamma,
        options: { numClasses: columns, gamma, kind },
      })),
  ),
  multiMarginLoss: family(
    "multiMarginLoss",
    realDraws,
    "class",
    fc
      .record({ columns: classesOf, p: fc.constantFrom(1, 2), margin: fc.constantFrom(1, 0.5, 3) })
      .map(({ columns, p, margin }) => ({
        columns,
        perRow: true,
        wide: true,
        options: { numClasses: columns, p, margin },
        terms: (x, [y = 0]) => total(hinges(x, y, margin).map((hinge) => hinge ** p)) / columns,
        slopes: (x, [y = 0], c) => {
          const each = hinges(x, y, margin).map((hinge) => p * hinge ** (p - 1));
          return (c === y ? total(each) : each[c]!) / columns;
        },
      })),
  ),
  multiclassHingeLoss: family(
    "multiclassHingeLoss",
    realDraws,
    "class",
    classesOf.map((columns) => ({
      columns,
      perRow: true,
      wide: true,
      options: { numClasses: columns },
      terms: (x, [y = 0]) => 1 + Math.max(...hinges(x, y, 0)),
    })),
  ),
  klDivLoss: family(
    "klDivLoss",
    probabilityDraws,
    "row of shares",
    columnsOf.map((columns) => ({
      columns,
      options: { numClasses: columns },
      terms: (x, t, c) => t[c]! && t[c]! * (Math.abs(Math.log(t[c]!)) + Math.abs(Math.log(x[c]!))),
    })),
  ),
  l1Loss: family("l1Loss", realDraws, "real", fc.constant({ columns: 1, wide: true })),
  huberLoss: family(
    "huberLoss",
    realDraws,
    "real",
    fc.constantFrom(1, 0.1, 10).map((delta) => ({
      columns: 1,
      wide: true,
      options: { delta },
      terms: (x, t, c) => Math.min(distance(x, t, c) ** 2, delta * distance(x, t, c) + delta ** 2),
    })),
  ),
  smoothL1Loss: family(
    "smoothL1Loss",
    realDraws,
    "real",
    fc.constantFrom(0, 1, 0.1, 10).map((beta) => ({
      columns: 1,
      wide: true,
      options: { beta },
      terms: (x, t, c) => distance(x, t, c) + beta / 2,
    })),
  ),
  logCoshLoss: family("logCoshLoss", tameReals, "real", plain),
  quantileLoss: family(
    "quantileLoss",
    realDraws,
    "real",
    fc.constantFrom(0, 0.1, 0.5, 1).map((quantile) => ({ columns: 1, wide: true, options: { quantile } })),
  ),
  poissonNllLoss: family(
    "poissonNllLoss",
    tameReals,
    "count",
    fc.boolean().map((full) => ({
      columns: 1,
      options: { full },
      terms: (x, t, c) => {
        const stirling = full && t[c]! > 1 ? t[c]! * Math.log(t[c]!) + t[c]! + Math.log(7 * t[c]!) : 0;
        return Math.exp(x[c]!) + t[c]! * Math.abs(x[c]!) + stirling;
      },
      slopes: (x, t, c) => Math.exp(x[c]!) + t[c]!,
    })),
  ),
  gaussianNllLoss: family(
    "gaussianNllLoss",
    tameReals,
    "real",
    fc.record({ variance: fc.constantFrom(1, 0.1, 1e-9, 1e6), full: fc.boolean() }).map(({ variance, full }) => ({
      columns: 1,
      options: { variance, full },
      terms: (x, t, c) =>
        Math.abs(Math.log(Math.max(variance, 1e-6))) + distance(x, t, c) ** 2 / Math.max(variance, 1e-6) + 1,
    })),
  ),
};

export const familyNames: readonly string[] = Object.keys(familyCases);
