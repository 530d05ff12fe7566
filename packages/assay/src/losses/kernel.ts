/**
 * What all losses share: weights, reductions, gradients, accumulators over one kernel call.
 *
 * @module
 */
import {
  type Accumulator,
  type AccumulatorOptions,
  AssayRangeError,
  AssayTypeError,
  defaults,
  type GradientRoom,
  type Labels,
  type Loss,
  type LossAndGradient,
  type LossOptions,
  type Reals,
  type Reduction,
  type WeightOptions,
  type WithGradient,
} from "@assay/contract";
import { accumulate, type Metric, type Rows, type State, stateKind, withState } from "../accumulator.js";
import {
  type Column,
  column,
  elementType,
  expectLength,
  expectRows,
  nothingLeft,
  optionalReals,
  reals,
} from "../arguments.js";
import { buffer, core } from "../core.js";
import { check } from "../faults.js";
import { fingerprint } from "../fingerprint.js";
import { WasmHandle } from "../memory.js";
import { flag, inapplicable, oneOf, optionsOf } from "../options.js";
import { numbersFrom } from "../results.js";
import { withRooms } from "../rooms.js";
import { type Output, stream } from "../stream.js";

/** The border's codes of losses. */
export const lossCode = {
  binaryCrossEntropy: 0,
  binaryCrossEntropyWithLogits: 1,
  crossEntropy: 2,
  squaredError: 3,
  logLoss: 4,
  brier: 5,
  sigmoidFocal: 6,
  hinge: 7,
  softMargin: 8,
  multilabelSoftMargin: 9,
  negativeLogLikelihood: 10,
  focal: 11,
  focalOneVersusRest: 12,
  multiMargin: 13,
  multiclassHinge: 14,
  divergence: 15,
  logDivergence: 16,
  absolute: 17,
  huber: 18,
  logCosh: 19,
  pinball: 20,
  poissonOfLog: 21,
  poisson: 22,
  gaussian: 23,
} as const;

/** A loss with its options read: shapes, and the numbers that configure the kernel. */
export interface Shape {
  readonly code: number;
  /** Elements of one row of predictions. */
  readonly columns: number;
  /** Elements of one row of targets. */
  readonly targetColumns: number;
  /** Values of one row. */
  readonly valueColumns: number;
  /** What the caller calls the arguments. */
  readonly predictions: string;
  readonly targets: string;
  /** Classes that labels name; 2 where targets are probabilities. */
  readonly numClasses: number;
  /** What the loss's own options are, in the kernel's order. */
  readonly parameters?: readonly number[];
  readonly ignoreIndex?: number | undefined;
  /** There is a target for each column rather than a label for each row. */
  readonly soft?: boolean;
  /** What goes with each prediction besides its target. */
  readonly third?: Column | undefined;
  /** One for each column: class weights, or weights of the positive term. */
  readonly columnWeights?: ArrayLike<number> | undefined;
  /** The mean's divisor depends on targets: class weights or ignored rows. */
  readonly dividesByTargets?: boolean;
}

export function configOf(shape: Shape): number[] {
  const { code, columns, parameters = [], ignoreIndex, soft = false } = shape;
  return [code, columns, Number(ignoreIndex !== undefined), ignoreIndex ?? 0, Number(soft), ...parameters];
}

/** Arguments of one call, with their shapes checked. */
export interface Call extends Rows {
  readonly sampleWeight: Column | undefined;
  readonly elementWeight: Column | undefined;
}

function take(shape: Shape, predictions: unknown, targets: unknown): Rows {
  const p = reals(predictions, shape.predictions);
  const t = column(targets, shape.targets);
  const count = Math.floor(t.length / shape.targetColumns);
  if (shape.columns === 1) {
    expectLength(p, t.length, `${shape.targets} has`);
  } else {
    expectLength(t, count * shape.targetColumns, `rows of ${shape.targetColumns} make`);
    expectLength(p, count * shape.columns, `${count} rows of ${shape.columns} make`);
  }
  return { predictions: p, targets: t, count };
}

/** Runs with column weights in wasm memory; 0 where there are none. */
export function withColumnWeights<Result>(shape: Shape, body: (address: number) => Result): Result {
  if (shape.columnWeights === undefined) return body(0);
  const { columnWeights } = shape;
  return withRooms("weights", (rooms) => body(rooms.numbers(columnWeights)));
}

/** Where values and derivatives go, and the factor of the latter. */
interface Wanted {
  readonly values?: Output | undefined;
  readonly gradient?: Output | undefined;
  readonly scale?: number;
}

function feed(shape: Shape, state: State, call: Call, { values, gradient, scale = 1 }: Wanted = {}): void {
  const { predictions, targets, sampleWeight, elementWeight, count } = call;
  const inputs = [
    { column: predictions, width: shape.columns },
    { column: targets, width: shape.targetColumns },
    sampleWeight && { column: sampleWeight, width: 1 },
    elementWeight && { column: elementWeight, width: shape.valueColumns },
    shape.third && { column: shape.third, width: shape.columns },
  ];
  const gradientType = gradient === undefined ? 0 : typeOfFloats(gradient.array);
  const types = inputs.map((input) => input?.column.type ?? 0) as [number, number, number, number, number];
  const [pt, tt, st, et, xt] = types;
  withColumnWeights(shape, (weights) =>
    stream(count, inputs, [values, gradient], ([p = 0, t = 0, s = 0, e = 0, x = 0, v = 0, g = 0], rows, first) => {
      const { address, room } = state;
      // biome-ignore format: an address and its type belong together
      const status = core().loss_update(
        address, room, rows, p, pt, t, tt, s, st, e, et, x, xt, weights, v, g, gradientType, scale,
      );
      checkRows(shape, status, first);
    }),
  );
}

/** Throws what a kernel found in some rows. */
export function checkRows(shape: Shape, status: number, first: number): void {
  const { third, ...names } = shape;
  const thirdName = third === undefined ? {} : { third: third.name };
  check(status, first, {
    ...names,
    ...thirdName,
    widths: [shape.columns, shape.targetColumns, 1, shape.valueColumns, shape.columns],
  });
}

/** The number that the mean divides by, known before any loss is. */
function divisorOf(shape: Shape, call: Call): number {
  const { targets, sampleWeight, count } = call;
  if (sampleWeight === undefined && !shape.dividesByTargets) return count * shape.valueColumns;
  return withState({ kind: stateKind.loss, config: configOf(shape) }, (state) => {
    const inputs = [
      { column: targets, width: shape.targetColumns },
      sampleWeight && { column: sampleWeight, width: 1 },
    ];
    withColumnWeights(shape, (weights) =>
      stream(count, inputs, [], ([t = 0, s = 0], rows, first) => {
        const { address, room } = state;
        const status = core().loss_divisor(address, room, rows, t, targets.type, s, sampleWeight?.type ?? 0, weights);
        checkRows(shape, status, first);
      }),
    );
    return totalsOf(state)[1];
  });
}

function totalsOf(state: State): [loss: number, divisor: number] {
  const totals = numbersFrom(2, (to) => core().loss_finish(state.address, state.room, to));
  return totals as unknown as [number, number];
}

export function typeOfFloats(array: Float32Array | Float64Array): number {
  return array instanceof Float32Array ? elementType.float32 : elementType.float64;
}

/** Room for a gradient: the caller's, which may not overlap any argument, or new. */
export function gradientRoom(
  given: GradientRoom | undefined,
  predictions: Column,
  others: readonly (Column | undefined)[],
): {
  output: Omit<Output, "width">;
  result: Float32Array | Float64Array;
} {
  const { name, type, length } = predictions;
  if (given === undefined) {
    const array = type === elementType.float32 ? new Float32Array(length) : new Float64Array(length);
    return { output: { array, address: 0 }, result: array };
  }
  const room = column(given, "gradient");
  if (room.type !== type || Array.isArray(given)) {
    const needed = type === elementType.float32 ? "Float32Array" : "Float64Array";
    throw new AssayTypeError(`gradient must be a ${needed} or a handle of one, like ${name}`, {
      code: "type",
      argument: "gradient",
      value: given,
    });
  }
  expectLength(room, length, `${name} has`);
  const array = room.source as Float32Array | Float64Array;
  const overlapped = [predictions, ...others].find((input) => input !== undefined && overlaps(array, input));
  if (overlapped !== undefined) {
    throw new AssayRangeError(`gradient overlaps ${overlapped.name}; it needs room of its own`, {
      code: "shape",
      argument: "gradient",
    });
  }
  return { output: { array, address: room.address }, result: array };
}

/** The caller's room as it is now: memory may have grown, and detached its view, while the loss was computed. */
export function current(
  given: GradientRoom | undefined,
  result: Float32Array | Float64Array,
  address: number,
  length: number,
): Float32Array | Float64Array {
  if (given instanceof WasmHandle) return given.view as Float32Array | Float64Array;
  if (address === 0 || result.buffer === buffer()) return result;
  return result instanceof Float32Array
    ? new Float32Array(buffer(), address, length)
    : new Float64Array(buffer(), address, length);
}

/** Whether a room and an argument share memory. */
export function overlaps(room: Float32Array | Float64Array, { source, length, bytesPerElement }: Column): boolean {
  if (!ArrayBuffer.isView(source) || source.buffer !== room.buffer) return false;
  const end = source.byteOffset + length * bytesPerElement;
  return room.byteOffset < end && source.byteOffset < room.byteOffset + room.byteLength;
}

/** Takes the arguments of a call. */
export function call(shape: Shape, predictions: unknown, targets: unknown, options: WeightOptions): Call {
  const rows = take(shape, predictions, targets);
  expectRows(rows.targets);
  const sampleWeight = optionalReals(options.sampleWeight, "sampleWeight");
  if (sampleWeight !== undefined) expectLength(sampleWeight, rows.count, "the number of rows is");
  const elementWeight = optionalReals(options.elementWeight, "elementWeight");
  if (elementWeight !== undefined) expectLength(elementWeight, rows.count * shape.valueColumns, "the loss has");
  if (shape.third !== undefined) expectLength(shape.third, rows.predictions.length, `${shape.predictions} has`);
  return { ...rows, sampleWeight, elementWeight };
}

/** The number that a state comes to. */
export function reduce(reduction: AnyReduction, state: State, shape: Shape): number {
  const [loss, divisor] = totalsOf(state);
  if (divisor === 0) throw nothingLeft(shape.targets);
  return loss / divide(reduction, divisor, shape);
}

const reductions = ["mean", "sum", "none"] as const;

/** What a loss can be reduced by: everywhere the three above, for some losses more. */
export type AnyReduction = Reduction | "batchmean";

/** What a reduction divides by, given the divisor of the mean over elements. */
function divide(reduction: AnyReduction, divisor: number, shape: Shape): number {
  if (reduction === "mean") return divisor;
  return reduction === "batchmean" ? divisor / shape.columns : 1;
}

/** What the derivatives of a call are multiplied by. */
export function scaleOf(shape: Shape, args: Call, reduction: AnyReduction): number {
  if (reduction !== "mean" && reduction !== "batchmean") return 1;
  const divisor = divisorOf(shape, args);
  if (divisor === 0) throw nothingLeft(shape.targets);
  return 1 / divide(reduction, divisor, shape);
}

/** The result of one call, in the form that the reduction has. */
function evaluate(
  shape: Shape,
  args: Call,
  reduction: AnyReduction,
  gradient?: Output,
): number | Float64Array<ArrayBuffer> {
  const scale = gradient === undefined ? 1 : scaleOf(shape, args, reduction);
  return withState({ kind: stateKind.loss, config: configOf(shape) }, (state) => {
    if (reduction !== "none") {
      feed(shape, state, args, { gradient, scale });
      return reduce(reduction, state, shape);
    }
    const array = new Float64Array(args.count * shape.valueColumns);
    feed(shape, state, args, { values: { array, address: 0, width: shape.valueColumns }, gradient });
    if (totalsOf(state)[1] === 0) throw nothingLeft(shape.targets);
    return array;
  });
}

function reductionCode(reduction: AnyReduction): number {
  return [...reductions, "batchmean"].indexOf(reduction);
}

/** A number that differs where weights do; 0 where all are 1. */
function fingerprintOf(weights: ArrayLike<number> | undefined): number {
  const isPlain = weights === undefined || Array.from(weights).every((weight) => weight === 1);
  return isPlain ? 0 : fingerprint(weights);
}

/** A stream of a loss with its options read. */
export function lossMetric(name: string, shape: Shape, reduction: AnyReduction, weighted: boolean): Metric<number> {
  return {
    name,
    kind: stateKind.loss,
    config: configOf(shape),
    tags: [1 + Number(weighted) + 2 * reductionCode(reduction), fingerprintOf(shape.columnWeights)],
    weighted,
    take: (predictions, targets) => take(shape, predictions, targets),
    feed: (state, rows, sampleWeight) => feed(shape, state, { ...rows, sampleWeight, elementWeight: undefined }),
    finish(state) {
      const [loss, divisor] = totalsOf(state);
      return divisor === 0 ? Number.NaN : loss / divide(reduction, divisor, shape);
    },
  };
}

/** What sets a loss apart: its name, its own options, and how they become a shape. */
export interface LossDefinition<Options extends WeightOptions> {
  readonly name: string;
  readonly options: readonly (Exclude<keyof Options, keyof LossOptions> & string)[];
  /** Reductions besides the usual ones. */
  readonly reductions?: readonly "batchmean"[];
  shape(options: Options): Shape;
}

/** Where a loss over a kernel says what it comes to with some options. */
export const kernelOf: unique symbol = /*#__PURE__*/ Symbol("kernel");

/** The shape of a loss over a kernel with some options. */
export function shapeOf(loss: object, options: object): Shape {
  return (loss as { readonly [kernelOf]: (options: object) => Kernel })[kernelOf](options).shape;
}

/** A loss with its options read. */
export interface Kernel {
  readonly shape: Shape;
  readonly reduction: AnyReduction;
}

/** A loss function over a kernel: callable, with its gradient and its accumulator. */
export function kernelLoss<
  Options extends WeightOptions & { reduction?: AnyReduction },
  Scalar extends string = "mean" | "sum",
  Stream = Omit<Options, "sampleWeight" | "elementWeight">,
>(definition: LossDefinition<Options>): Loss<Options, Scalar, Stream> {
  const { name, options: own, reductions: more = [] } = definition;
  const known = [...own, "reduction", "sampleWeight", "elementWeight"] as (keyof Options & string)[];

  const read = <Given extends object>(options: Given | undefined, extra: readonly string[], where: string) => {
    const given = optionsOf(options as Options | undefined, [...known, ...extra] as (keyof Options & string)[], where);
    const { reduction: asked = defaults.reduction } = given;
    const reduction = oneOf<AnyReduction>(asked, [...reductions, ...more], "reduction");
    return { given, reduction, shape: definition.shape(given) };
  };

  const loss = (predictions: Reals, targets: Labels, options?: Options): number | Float64Array<ArrayBuffer> => {
    const { given, reduction, shape } = read(options, [], name);
    return evaluate(shape, call(shape, predictions, targets, given), reduction);
  };

  const withGradient = (
    predictions: Reals,
    targets: Labels,
    options?: WithGradient<Options>,
  ): LossAndGradient<number | Float64Array<ArrayBuffer>> => {
    const { given, reduction, shape } = read(options, ["gradient"], `${name}.withGradient`);
    const args = call(shape, predictions, targets, given);
    const others = [args.targets, args.sampleWeight, args.elementWeight, shape.third];
    const { output, result } = gradientRoom(options?.gradient, args.predictions, others);
    const value = evaluate(shape, args, reduction, { ...output, width: shape.columns });
    return { loss: value, gradient: current(options?.gradient, result, output.address, args.predictions.length) };
  };

  const accumulator = (options?: Options & AccumulatorOptions): Accumulator<number> => {
    const { given, reduction, shape } = read(options, ["weighted"], `${name}.accumulator`);
    if (reduction === "none") {
      throw new AssayRangeError('an accumulator has one result: reduction is "mean" or "sum"', {
        code: "option",
        argument: "reduction",
        value: reduction,
      });
    }
    if (shape.third !== undefined) {
      const { name: perRow } = shape.third;
      throw inapplicable(
        perRow,
        `${perRow} has one element per row, but an accumulator takes one number for all of them`,
      );
    }
    for (const perRow of ["sampleWeight", "elementWeight"] as const) {
      if (given[perRow] === undefined) continue;
      throw inapplicable(perRow, `${perRow} comes with each update, not with the accumulator`);
    }
    return accumulate(lossMetric(name, shape, reduction, flag(options?.weighted ?? false, "weighted")));
  };

  const kernel = (options: Options): Kernel => read(options, [], name);

  return Object.assign(loss, { withGradient, accumulator, [kernelOf]: kernel }) as unknown as Loss<
    Options,
    Scalar,
    Stream
  >;
}

/** The mean or sum of a loss that has neither gradient nor reduction `"none"`. */
export function reduced(
  shape: Shape,
  predictions: Reals,
  targets: Labels,
  reduction: "mean" | "sum",
  sampleWeight: Reals | undefined,
): number {
  const args = call(shape, predictions, targets, sampleWeight === undefined ? {} : { sampleWeight });
  return evaluate(shape, args, reduction) as number;
}
