/**
 * Cases of losses.
 *
 * @module
 */
import type {
  Backend,
  BinaryCrossEntropyWithLogitsOptions,
  CrossEntropyOptions,
  Labels,
  Loss,
  LossOptions,
  Reals,
} from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { Column, columnOf, type Form, inArena, type Place } from "./columns.js";
import { type Draw, expand, lengths, logitDraws, probabilityDraws, type Recipe, realDraws, recipes } from "./draws.js";
import { hash } from "./random.js";
import {
  type Ingredients,
  ingredients,
  labelsOf,
  moveRows,
  pick,
  type Rows,
  takeRows,
  weightColumn,
  weights,
} from "./rows.js";

/** The losses that have a gradient. */
export type LossName = "binaryCrossEntropy" | "binaryCrossEntropyWithLogits" | "crossEntropy" | "mseLoss";

/** Options of all losses together; a case has only those of its own. */
export type AnyLossOptions = Partial<
  Omit<CrossEntropyOptions & BinaryCrossEntropyWithLogitsOptions, keyof LossOptions>
>;

export interface LossCase {
  readonly name: LossName;
  readonly rows: Rows;
  /** Values of one row. */
  readonly valueColumns: number;
  readonly elementWeight: Column | undefined;
  readonly options: AnyLossOptions;
}

/** The options of a call. */
export type Given = AnyLossOptions & LossOptions;

/** What is asked of a loss. */
export type LossQuestion<Result> = (loss: Loss<Given>, predictions: Reals, targets: Labels, given: Given) => Result;

function lossOf(backend: Backend, name: LossName): Loss<Given> {
  return backend[name] as unknown as Loss<Given>;
}

/** The answer of assay, its arguments given in the form that the case says. */
export function ofAssay<Result>(
  { name, rows, elementWeight, options }: LossCase,
  question: LossQuestion<Result>,
): Result {
  return inArena((arena) => {
    const put = (column: Column | undefined): (() => Reals & Labels) | undefined => column && arena.put(column);
    const [predictions, targets] = [arena.put(rows.predictions), arena.put(rows.targets)];
    const [sample, element] = [put(rows.weight), put(elementWeight)];
    return question(lossOf(assay, name), predictions(), targets(), {
      ...options,
      ...(sample && { sampleWeight: sample() }),
      ...(element && { elementWeight: element() }),
    });
  });
}

/** The answer of the oracle about the same elements, in float64. */
export function ofOracle<Result>(
  { name, rows, elementWeight, options }: LossCase,
  question: LossQuestion<Result>,
): Result {
  const wide = (column: Column): Float64Array => Float64Array.from(column.values);
  return question(lossOf(oracle, name), wide(rows.predictions), rows.targets.values, {
    ...options,
    ...(rows.weight && { sampleWeight: wide(rows.weight) }),
    ...(elementWeight && { elementWeight: wide(elementWeight) }),
  });
}

/** Computed in float32. */
export function isSingle({ rows, name }: LossCase): boolean {
  return rows.predictions.values instanceof Float32Array && name !== "mseLoss";
}

/** Factors inside a loss: weights of labels or classes. */
function inner({ options: { posWeight = 1, weight = [1] } }: LossCase): number {
  const ofLabels = typeof posWeight === "number" ? posWeight : Math.max(...posWeight);
  const ofClasses = Array.from(weight).reduce((sum, w) => sum + w, 0);
  return Math.max(1, ofLabels, ofClasses);
}

/** What a value with a factor may be off by because float64 has no smaller numbers. */
export function smallestValue(one: LossCase, factor: number): number {
  return 2 * 2 ** -1074 * inner(one) * Math.max(1, factor);
}

/** The same of a derivative. Of float32 logits, classes that are 154 behind the largest logit have the probability 0. */
export function smallestSlope(one: LossCase, factor: number): number {
  const single = one.rows.predictions.values instanceof Float32Array;
  return (single ? 2 ** -149 + 2 ** -221 * inner(one) * factor : 0) + smallestValue(one, factor);
}

/** What each value is multiplied by: of its row, and its own. Rows that are ignored count for nothing. */
export function factorOf({ rows, elementWeight, valueColumns, options }: LossCase, value: number): number {
  const row = Math.floor(value / valueColumns);
  if (options.ignoreIndex !== undefined && rows.targets.values[row] === options.ignoreIndex) return 0;
  return (rows.weight?.values[row] ?? 1) * (elementWeight?.values[value] ?? 1);
}

/** The positive part of what a derivative subtracts: w·t of a logit, w·q of a class, 0 of a derivative in one term. */
export function subtrahendOf(one: LossCase, element: number): number {
  const { name, rows, options } = one;
  const { targets, columns, predictions } = rows;
  const column = element % columns;
  const row = Math.floor(element / columns);
  if (name === "binaryCrossEntropyWithLogits") {
    const { posWeight = 1 } = options;
    const weight = typeof posWeight === "number" ? posWeight : posWeight[column]!;
    const x = predictions.values[element]!;
    const sigmoid = x >= 0 ? Math.exp(-x) / (1 + Math.exp(-x)) : 1 / (1 + Math.exp(x));
    return factorOf(one, element) * weight * targets.values[element]! * sigmoid;
  }
  if (name === "crossEntropy") {
    const { weight, labelSmoothing = 0, softTargets = false } = options;
    const share = softTargets ? targets.values[element]! : Number(targets.values[row] === column);
    const smooth = (1 - labelSmoothing) * share + labelSmoothing / columns;
    return factorOf(one, row) * (weight?.[column] ?? 1) * smooth;
  }
  return 0;
}

// ------------------------------------------------------------------------------------------------------- generation

interface Making {
  readonly from: Ingredients;
  readonly softTargets: Recipe | null;
  readonly softForm: Form;
  readonly elementWeight: Ingredients["weight"];
}

const targetDraws = fc.constantFrom<Draw>([0, 1], 0, 1, 0.5, 0.1, 0.25, 1e-3, 1 - 1e-3);

const softForms: fc.Arbitrary<Form> = fc.record({
  type: fc.constantFrom("float32", "float64"),
  place: fc.constantFrom("heap", "handle", "cut view"),
});

function making(draw: fc.Arbitrary<Draw>): fc.Arbitrary<Making> {
  return fc.record({
    from: ingredients(lengths, draw),
    softTargets: fc.option(recipes(targetDraws)),
    softForm: softForms,
    elementWeight: weights,
  });
}

/** A matrix of no more elements than this keeps a property quick; the numbers of rows are large enough on their own. */
const MOST_ELEMENTS = 10_000;

/** Targets of the predictions' type: float32 computes in float32, whatever type targets come in. */
function softColumn({ softForm, from }: Making, recipe: Recipe, length: number): Column {
  const values = expand(recipe, length);
  return columnOf(softForm, from.predictionForm.type === "float32" ? Float32Array.from(values) : values);
}

/** Rows of so many columns with a target for each element. */
function elementwise(name: LossName, making: Making, columns: number, options: AnyLossOptions): LossCase {
  const { from, softTargets } = making;
  const count = Math.min(from.length, Math.floor(MOST_ELEMENTS / columns));
  const length = count * columns;
  return {
    name,
    rows: {
      count,
      columns,
      targetColumns: columns,
      predictions: columnOf(from.predictionForm, expand(from.predictions, length)),
      targets:
        softTargets === null
          ? columnOf(from.labelForm, labelsOf(from.labels, length, 2))
          : softColumn(making, softTargets, length),
      weight: weightColumn(from.weight, count),
    },
    valueColumns: columns,
    elementWeight: weightColumn(making.elementWeight, length),
    options,
  };
}

const numLabels = fc.constantFrom(undefined, 1, 2, 3, 7);

const binaryCases = fc
  .record({ making: making(probabilityDraws), numLabels })
  .map(({ making, numLabels }) =>
    elementwise("binaryCrossEntropy", making, numLabels ?? 1, { ...(numLabels && { numLabels }) }),
  );

const posWeights = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom(0, 1, 0.1, 3, 1e6),
  fc.array(fc.constantFrom(0, 1, 0.3, 20), { minLength: 7, maxLength: 7 }),
);

const logitCases = fc
  .record({ making: making(logitDraws), numLabels, posWeight: posWeights })
  .map(({ making, numLabels, posWeight }) => {
    const columns = numLabels ?? 1;
    const cut = typeof posWeight === "object" ? posWeight.slice(0, columns) : posWeight;
    const options = { ...(numLabels && { numLabels }), ...(cut !== undefined && { posWeight: cut }) };
    return elementwise("binaryCrossEntropyWithLogits", making, columns, options);
  });

const squareCases = fc.record({ making: making(realDraws), targets: recipes(realDraws) }).map(({ making, targets }) =>
  // Any numbers are targets here.
  elementwise("mseLoss", { ...making, softTargets: targets }, 1, {}),
);

const multiclassCases = fc
  .record({
    making: making(logitDraws),
    numClasses: fc.constantFrom(2, 3, 10, 17, 33, 1),
    weight: fc.option(recipes(fc.constantFrom<Draw>([0, 3], 0, 1, 0.1, 100))),
    labelSmoothing: fc.constantFrom(undefined, 0, 0.1, 0.5, 1),
    ignore: fc.option(fc.record({ label: fc.constantFrom(0, 2, -100, -1), seed: fc.nat() })),
  })
  .map(({ making, numClasses, weight, labelSmoothing, ignore }): LossCase => {
    const { from, softTargets } = making;
    const count = Math.min(from.length, Math.floor(MOST_ELEMENTS / numClasses));
    const ofClasses = weight && Array.from(expand(weight, numClasses), (w) => Math.abs(w));
    const options: AnyLossOptions = { numClasses, ...(labelSmoothing !== undefined && { labelSmoothing }) };
    const targets = softTargets
      ? softColumn(making, softTargets, count * numClasses)
      : ignoring(labelsOf(from.labels, count, numClasses), from.labelForm, ignore, numClasses);
    if (softTargets) options.softTargets = true;
    else if (ignore && numClasses > 1) options.ignoreIndex = ignore.label;
    if (ofClasses) {
      // Something has to be left for the mean to divide by.
      if (!softTargets) ofClasses[targets.values[0]!] ||= 1;
      options.weight = ofClasses;
    }
    return {
      name: "crossEntropy",
      rows: {
        count,
        columns: numClasses,
        targetColumns: softTargets ? numClasses : 1,
        predictions: columnOf(from.predictionForm, expand(from.predictions, count * numClasses)),
        targets,
        weight: weightColumn(from.weight, count),
      },
      valueColumns: 1,
      elementWeight: weightColumn(making.elementWeight, count),
      options,
    };
  });

function ignoring(
  labels: Float64Array,
  form: Form,
  ignore: { label: number; seed: number } | null,
  classes: number,
): Column {
  if (ignore === null || classes === 1) return columnOf(form, labels);
  const { label, seed } = ignore;
  const targets = labels.map((y, i) => (i > 0 && hash(seed, i) % 3 === 0 ? label : y));
  if (targets[0] === label) targets[0] = (label + 1) % classes;
  return columnOf(label < 0 && form.type === "uint8" ? { ...form, type: "int32" } : form, targets);
}

/** Cases of one loss. */
export const lossCases: Record<LossName, fc.Arbitrary<LossCase>> = {
  binaryCrossEntropy: binaryCases,
  binaryCrossEntropyWithLogits: logitCases,
  crossEntropy: multiclassCases,
  mseLoss: squareCases,
};

export const lossNames = Object.keys(lossCases) as LossName[];

// ------------------------------------------------------------------------------------------------- other arguments

/** Some rows of a case, in the order of the indices. */
export function takeLoss(one: LossCase, indices: readonly number[]): LossCase {
  const { elementWeight, valueColumns } = one;
  return {
    ...one,
    rows: takeRows(one.rows, indices),
    elementWeight: elementWeight && new Column(elementWeight.place, pick(elementWeight.values, valueColumns, indices)),
  };
}

/** The same case with all arguments in one place. */
export function moveLoss(one: LossCase, place: Place): LossCase {
  const { elementWeight } = one;
  return {
    ...one,
    rows: moveRows(one.rows, place),
    elementWeight: elementWeight && new Column(place, elementWeight.values),
  };
}

/** The same case without weights of rows or elements. */
export function unweighted(one: LossCase): LossCase {
  return { ...one, rows: { ...one.rows, weight: undefined }, elementWeight: undefined };
}

/** What each row adds to the divisor of the mean. */
export function shareOf({ rows, options, valueColumns }: LossCase, row: number): number {
  const { ignoreIndex, weight, softTargets } = options;
  const label = rows.targets.values[row]!;
  if (rows.targetColumns === 1 && ignoreIndex !== undefined && label === ignoreIndex) return 0;
  const ofClass = softTargets || weight === undefined ? 1 : weight[label]!;
  return (rows.weight?.values[row] ?? 1) * ofClass * valueColumns;
}

/** Whether there is something for the mean to divide by. */
export function hasShare(one: LossCase): boolean {
  return Array.from({ length: one.rows.count }, (_, row) => shareOf(one, row)).some((share) => share > 0);
}
