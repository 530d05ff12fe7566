/**
 * What all losses share: options, weights, reductions, gradients, accumulators. A loss itself is a `Model`, which says
 * what one row costs and how that changes with the predictions.
 *
 * With s the row's sample weight, e the element's weight and ℓ the loss of an element, `reduction: "none"` gives the
 * values s·e·ℓ, `"sum"` their sum and `"mean"` their sum divided by Σ s·(share of the row); the share is the number of
 * elements of the row unless the loss says otherwise. A factor of 0 silences a term, also an infinite one.
 *
 * @module
 */
import {
  type Accumulator,
  type AccumulatorOptions,
  defaults,
  type GradientRoom,
  type Labels,
  type Loss,
  type LossAndGradient,
  type Reals,
  type WeightOptions,
  type WithGradient,
} from "@assay/contract";
import { keepRows, type Rows } from "../accumulator.js";
import {
  boolean,
  checkLength,
  checkNotEmpty,
  checkOptions,
  type Elements,
  nothingLeft,
  oneOf,
  rangeError,
  resolve,
  typeError,
  weights,
} from "../input.js";
import { exactSum } from "../sum.js";

/** Shapes and checks of a loss with its options settled. */
export interface Arrays {
  /** The settled options as plain data: losses with equal options merge. */
  readonly config: object;
  /** Columns of the row-major predictions, and the option that says so. */
  readonly columns: number;
  readonly columnsOption: string;
  /** Columns of the row-major targets. */
  readonly targetColumns: number;
  /** Checks the predictions and gives their elements. */
  predictions(given: Reals): Float32Array | Float64Array;
  /** Checks the targets and gives their elements. */
  targets(given: Labels): Elements;
}

/** A loss of rows with its options settled. */
export interface Model extends Arrays {
  /** Values per row: one per column, or one for the whole row. */
  readonly valuesPerRow: number;
  /** An option with one element for each row. */
  readonly perRow?: { readonly name: string; check(numRows: number): void } | undefined;
  /**
   * Writes the values of a row and, for each column, the derivative of the value that belongs to it. Returns the row's
   * share in the divisor of the mean, or undefined for a row that is left out.
   */
  row(
    x: Float64Array,
    target: Float64Array,
    values: Float64Array,
    gradient: Float64Array,
    index: number,
  ): number | undefined;
}

/** A loss before its options are known. */
export interface Definition<Options> {
  readonly name: string;
  /** Options besides those of every loss. */
  readonly options: readonly string[];
  /** Reductions to one number besides "mean" and "sum"; they divide as the mean does, by the rows' shares. */
  readonly reductions?: readonly string[];
  settle(options: Partial<Options>): Model;
}

/** a·b, where a factor of 0 silences even an infinite term. */
export function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

/** The public function of a loss. */
export function loss<
  Options extends WeightOptions,
  Scalar extends string = "mean" | "sum",
  Stream = Omit<Options, "sampleWeight" | "elementWeight">,
>(definition: Definition<Options>): Loss<Options, Scalar, Stream> {
  const { name } = definition;
  const scalars = ["mean", "sum", ...(definition.reductions ?? [])];
  const known = ["reduction", ...definition.options];

  function evaluate(
    predictions: Reals,
    targets: Labels,
    options: Partial<Options> & { reduction?: unknown } = {},
  ): Evaluated {
    const reduction = oneOf<string>("reduction", options.reduction, [...scalars, "none"], defaults.reduction);
    const model = definition.settle(options);
    const rows = checkRows(model, predictions, targets, options.sampleWeight);
    model.perRow?.check(rows.weights.length);
    checkNotEmpty("targets", rows.targets);
    const { elementWeight } = options;
    const factors =
      elementWeight === undefined
        ? undefined
        : weights("elementWeight", elementWeight, rows.weights.length * model.valuesPerRow, "element of the loss");
    const all = everyRow(model, rows, factors);
    if (all.kept === 0) throw nothingLeft("targets", "each is ignoreIndex");
    if (all.weighty === 0) throw nothingLeft("targets", "sampleWeight is 0 everywhere");
    if (exactSum(all.shares) === 0) throw nothingLeft("targets", "their weight is 0");
    return { loss: reduce(all, reduction), gradient: reduceGradient(all, reduction) };
  }

  function value(predictions: Reals, targets: Labels, options?: Partial<Options>): number | Float64Array {
    checkOptions(name, options, [...known, "sampleWeight", "elementWeight"]);
    return evaluate(predictions, targets, options).loss;
  }

  function withGradient(
    predictions: Reals,
    targets: Labels,
    options?: Partial<WithGradient<Options>>,
  ): LossAndGradient<number | Float64Array> {
    checkOptions(`${name}.withGradient`, options, [...known, "sampleWeight", "elementWeight", "gradient"]);
    const { loss, gradient } = evaluate(predictions, targets, options);
    const { sampleWeight, elementWeight, gradient: given } = options ?? {};
    const { perRow } = definition.settle(options ?? {});
    const ofRows = perRow && { [perRow.name]: (options as Record<string, unknown>)[perRow.name] };
    const room = gradientRoom(predictions, given, { targets, sampleWeight, elementWeight, ...ofRows });
    room.set(gradient);
    return { loss, gradient: room };
  }

  function accumulator(
    options: Partial<Options> & AccumulatorOptions & { reduction?: unknown } = {},
  ): Accumulator<number> {
    checkOptions(`${name}.accumulator`, options, [...known, "weighted"]);
    const reduction = oneOf<string>("reduction", options.reduction, scalars, defaults.reduction);
    const model = definition.settle(options);
    if (model.perRow) {
      const message = `${model.perRow.name} has one element per row, but a stream takes one number for all of them`;
      throw typeError("option", model.perRow.name, message);
    }
    return keepRows({
      name,
      config: { reduction, ...model.config },
      weighted: boolean("weighted", options.weighted, false),
      predictionColumns: model.columns,
      targetColumns: model.targetColumns,
      check: (predictions, targets, sampleWeight) => checkRows(model, predictions as Reals, targets, sampleWeight),
      finish: (rows) => reduce(everyRow(model, rows, undefined), reduction) as number,
    });
  }

  return Object.assign(value, { withGradient, accumulator }) as unknown as Loss<Options, Scalar, Stream>;
}

interface Evaluated {
  readonly loss: number | Float64Array;
  readonly gradient: Float64Array;
}

export function checkRows(model: Arrays, predictions: Reals, targets: Labels, sampleWeight: Reals | undefined): Rows {
  const { columns, columnsOption, targetColumns } = model;
  const x = model.predictions(predictions);
  const t = model.targets(targets);
  const rows = Math.floor(t.length / targetColumns);
  checkLength("targets", t, rows * targetColumns, `rows of ${columnsOption} ${targetColumns}`);
  checkLength("predictions", x, rows * columns, columns === 1 ? "one per target" : `rows × ${columnsOption}`);
  return {
    predictions: Float64Array.from(x),
    targets: Float64Array.from(t),
    weights: weights("sampleWeight", sampleWeight, rows),
  };
}

/** What the rows of a loss come to, with their weights, before any reduction. */
interface EveryRow {
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  /** What each row adds to the divisor of the mean. */
  readonly shares: Float64Array;
  /** How many rows are not left out. */
  readonly kept: number;
  /** How many of those have a weight above 0. */
  readonly weighty: number;
}

function everyRow(model: Model, rows: Rows, elementWeight: Float64Array | undefined): EveryRow {
  const { columns, targetColumns, valuesPerRow } = model;
  const numRows = rows.weights.length;
  const values = new Float64Array(numRows * valuesPerRow);
  const gradient = new Float64Array(numRows * columns);
  const shares = new Float64Array(numRows);
  let kept = 0;
  let weighty = 0;
  rows.weights.forEach((weight, i) => {
    const rowValues = values.subarray(i * valuesPerRow, (i + 1) * valuesPerRow);
    const rowGradient = gradient.subarray(i * columns, (i + 1) * columns);
    const share = model.row(
      rows.predictions.subarray(i * columns, (i + 1) * columns),
      rows.targets.subarray(i * targetColumns, (i + 1) * targetColumns),
      rowValues,
      rowGradient,
      i,
    );
    if (share !== undefined) kept++;
    if (share !== undefined && weight > 0) weighty++;
    // A row that is left out costs 0 and pulls nowhere.
    const rowWeight = share === undefined ? 0 : weight;
    shares[i] = rowWeight * (share ?? 0);
    const factor = (value: number): number => rowWeight * (elementWeight?.[i * valuesPerRow + value] ?? 1);
    for (let v = 0; v < valuesPerRow; v++) rowValues[v] = times(factor(v), rowValues[v]!);
    for (let c = 0; c < columns; c++) rowGradient[c] = times(factor(valuesPerRow === 1 ? 0 : c), rowGradient[c]!);
  });
  return { values, gradient, shares, kept, weighty };
}

function reduce({ values, shares, weighty }: EveryRow, reduction: string): number | Float64Array {
  if (reduction === "none") return values;
  const divisor = exactSum(shares);
  if (weighty === 0 || divisor === 0) return NaN;
  return reduction === "sum" ? exactSum(values) : exactSum(values) / divisor;
}

function reduceGradient({ gradient, shares }: EveryRow, reduction: string): Float64Array {
  if (reduction === "none" || reduction === "sum") return gradient;
  const divisor = exactSum(shares);
  return gradient.map((g) => g / divisor);
}

/**
 * The caller's room for a gradient, or a new array; its float type is that of the predictions. It may not overlap any
 * argument.
 */
export function gradientRoom(
  predictions: Reals,
  given: GradientRoom | undefined,
  others: Readonly<Record<string, unknown>>,
): Float32Array | Float64Array {
  const x = resolve("predictions", predictions, "reals");
  if (given === undefined) {
    return x instanceof Float32Array ? new Float32Array(x.length) : new Float64Array(x.length);
  }
  if (Array.isArray(given)) throw typeError("type", "gradient", "gradient is an array, but should be typed", given);
  const room = resolve("gradient", given, "reals") as Float32Array | Float64Array;
  if (room instanceof Float32Array !== x instanceof Float32Array) {
    const [is, should] = [room, x].map((array) => (array instanceof Float32Array ? "Float32Array" : "Float64Array"));
    throw typeError("type", "gradient", `gradient is a ${is}, but should be a ${should} like predictions`, given);
  }
  checkLength("gradient", room, x.length, "as many as predictions");
  for (const [name, argument] of Object.entries({ predictions, ...others })) {
    if (argument === undefined || !overlap(room, resolve(name, argument, "labels"))) continue;
    throw rangeError("shape", "gradient", `gradient overlaps ${name}, but should be room of its own`);
  }
  return room;
}

function overlap(a: Elements, b: Elements): boolean {
  const startsBefore = (one: Elements, other: Elements) => one.byteOffset < other.byteOffset + other.byteLength;
  return a.buffer === b.buffer && startsBefore(a, b) && startsBefore(b, a);
}
