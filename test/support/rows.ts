/**
 * Rows that metrics are computed on: taken apart, put in another order, and given to both backends.
 *
 * @module
 */
import type { Backend, Labels, Reals } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import fc from "fast-check";
import { Column, columnOf, type Elements, type Form, inArena, labelForms, type Place, realForms } from "./columns.js";
import { type Draw, expand, type Recipe, recipes, weightRecipes } from "./draws.js";
import { hash } from "./random.js";

/** Rows of predictions and targets, with or without weights. */
export interface Rows {
  readonly count: number;
  /** Elements of one row of predictions, and of one row of targets. */
  readonly columns: number;
  readonly targetColumns: number;
  readonly predictions: Column;
  readonly targets: Column;
  readonly weight: Column | undefined;
}

/** What is asked of a backend about rows. */
export type Question<Result> = (
  backend: Backend,
  predictions: Reals,
  targets: Labels,
  weights: { sampleWeight?: Reals },
) => Result;

/** The answer of assay, its arguments given in the form that the rows say. */
export function ofAssay<Result>(rows: Rows, question: Question<Result>): Result {
  return inArena((arena) => {
    const [predictions, targets] = [arena.put(rows.predictions), arena.put(rows.targets)];
    const weight = rows.weight && arena.put(rows.weight);
    return question(assay, predictions(), targets(), weight ? { sampleWeight: weight() } : {});
  });
}

/** The answer of the oracle about the same elements. */
export function ofOracle<Result>({ predictions, targets, weight }: Rows, question: Question<Result>): Result {
  const sampleWeight = weight?.values as Float64Array | undefined;
  return question(oracle, predictions.values as Float64Array, targets.values, sampleWeight ? { sampleWeight } : {});
}

/** Both answers. */
export function answers<Result>(rows: Rows, question: Question<Result>): { actual: Result; expected: Result } {
  return { actual: ofAssay(rows, question), expected: ofOracle(rows, question) };
}

/** Some rows, in the order of the indices. */
export function takeRows(rows: Rows, indices: readonly number[]): Rows {
  const { predictions, targets, weight, columns, targetColumns } = rows;
  return {
    ...rows,
    count: indices.length,
    predictions: new Column(predictions.place, pick(predictions.values, columns, indices)),
    targets: new Column(targets.place, pick(targets.values, targetColumns, indices)),
    weight: weight && new Column(weight.place, pick(weight.values, 1, indices)),
  };
}

/** Elements of some rows of a row-major array. */
export function pick(values: Elements, columns: number, indices: readonly number[]): Elements {
  const picked = new (values.constructor as Float64ArrayConstructor)(indices.length * columns);
  indices.forEach((row, i) => {
    for (let c = 0; c < columns; c++) picked[i * columns + c] = values[row * columns + c]!;
  });
  return picked;
}

/** All columns in another place. */
export function moveRows(rows: Rows, place: Place): Rows {
  const { predictions, targets, weight } = rows;
  return {
    ...rows,
    predictions: new Column(place, predictions.values),
    targets: new Column(place, targets.values),
    weight: weight && new Column(place, weight.values),
  };
}

/** 0..count−1 in an order that the seed decides. */
export function shuffled(count: number, seed: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = hash(seed, i) % (i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Whole numbers 0..classes−1. */
export interface LabelRecipe {
  readonly seed: number;
  readonly draws: readonly number[];
}

export const labelRecipes: fc.Arbitrary<LabelRecipe> = fc.record({
  seed: fc.nat(),
  draws: fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 }),
});

export function labelsOf({ seed, draws }: LabelRecipe, length: number, classes: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length }, (_, i) => draws[hash(seed, i) % draws.length]! % classes);
}

/** What rows are made from, besides their shape. */
export interface Ingredients {
  readonly length: number;
  readonly predictions: Recipe;
  readonly predictionForm: Form;
  readonly labels: LabelRecipe;
  readonly labelForm: Form;
  readonly weight: { readonly recipe: Recipe; readonly form: Form } | null;
}

/** Ingredients of rows: predictions drawn from some numbers, labels, and sometimes weights. */
export function ingredients(length: fc.Arbitrary<number>, draw: fc.Arbitrary<Draw>): fc.Arbitrary<Ingredients> {
  return fc.record({
    length,
    predictions: recipes(draw),
    predictionForm: realForms,
    labels: labelRecipes,
    labelForm: labelForms,
    weight: weights,
  });
}

/** Weights that rows may have. */
export const weights: fc.Arbitrary<Ingredients["weight"]> = fc.option(
  fc.record({ recipe: weightRecipes, form: realForms }),
);

/** A matrix of no more elements than this keeps a property quick. */
const MOST_ELEMENTS = 20_000;

/** Rows with one label each. */
export function labelledRows(from: Ingredients, columns: number, classes: number): Rows {
  const count = Math.min(from.length, Math.floor(MOST_ELEMENTS / columns));
  return {
    count,
    columns,
    targetColumns: 1,
    predictions: columnOf(from.predictionForm, expand(from.predictions, count * columns)),
    targets: columnOf(from.labelForm, labelsOf(from.labels, count, classes)),
    weight: weightColumn(from.weight, count),
  };
}

/** Weights of which at least the first is not 0. */
export function weightColumn(from: Ingredients["weight"], count: number): Column | undefined {
  if (from === null) return undefined;
  const values = expand(from.recipe, count);
  if (values[0] === 0) values[0] = 1;
  return columnOf(from.form, values);
}

/** Rows with whole weights, and the same rows repeated instead. The first row is there at least once. */
export function repetition(rows: Rows, recipe: Recipe): { weighted: Rows; repeated: Rows } {
  const times = expand(recipe, rows.count);
  times[0] ||= 1;
  const indices = [...times.keys()].flatMap((row) => new Array<number>(times[row]!).fill(row));
  const repeated = takeRows({ ...rows, weight: undefined }, indices);
  return { weighted: { ...rows, weight: new Column("heap", times) }, repeated };
}
