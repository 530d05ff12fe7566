/**
 * What losses of whole sets share: one pass that adds up, one that writes the gradient.
 *
 * @module
 */
import type {
  Accumulator,
  AccumulatorOptions,
  Labels,
  LossAndGradient,
  Reals,
  SetLoss,
  SetLossOptions,
  WithGradient,
} from "@assay/contract";
import { accumulate, type Metric, type Rows, type State, stateKind, withState } from "../accumulator.js";
import { type Column, column, expectLength, expectRows, nothingLeft, optionalReals, reals } from "../arguments.js";
import { buffer, core } from "../core.js";
import { check } from "../faults.js";
import { Region } from "../memory.js";
import { flag, optionsOf } from "../options.js";
import { type Output, stream } from "../stream.js";
import { current, gradientRoom, typeOfFloats } from "./kernel.js";

/** The border's codes of losses of whole sets. */
export const setLossCode = {
  dice: 0,
  jaccard: 1,
  tversky: 2,
  focalTversky: 3,
  softF1: 4,
  softF1OfTwo: 5,
  multiclassDice: 6,
  diceBce: 7,
  ceSoftF1: 8,
} as const;

/** Beside the code. */
const flags = { logits: 16, micro: 32, weighted: 64, ignoring: 128 } as const;

/** A loss with its options read: shapes, and the numbers that configure the kernel. */
export interface SetShape {
  readonly code: number;
  /** Elements of one row of predictions. */
  readonly columns: number;
  /** Elements of one row of targets. */
  readonly targetColumns: number;
  readonly isLogits: boolean;
  /** All columns are one group. */
  readonly isMicro?: boolean;
  /** What the loss's own options are, in the kernel's order; at most five. */
  readonly parameters: readonly number[];
  readonly ignoreIndex?: number | undefined;
}

function configOf(shape: SetShape, isWeighted: boolean): number[] {
  const { code, columns, isLogits, isMicro = false, parameters, ignoreIndex } = shape;
  const flagged =
    code +
    (isLogits ? flags.logits : 0) +
    (isMicro ? flags.micro : 0) +
    (isWeighted ? flags.weighted : 0) +
    (ignoreIndex === undefined ? 0 : flags.ignoring);
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = parameters;
  return [flagged, columns, a, b, c, d, e, ignoreIndex ?? 0];
}

function take({ columns, targetColumns }: SetShape, predictions: unknown, targets: unknown): Rows {
  const p = reals(predictions, "predictions");
  const t = column(targets, "targets");
  const count = Math.floor(t.length / targetColumns);
  if (columns === 1) {
    expectLength(p, t.length, "targets has");
  } else {
    expectLength(t, count * targetColumns, `rows of ${targetColumns} make`);
    expectLength(p, count * columns, `${count} rows of ${columns} make`);
  }
  return { predictions: p, targets: t, count };
}

interface Call extends Rows {
  readonly sampleWeight: Column | undefined;
}

type Addresses = readonly [predictions: number, targets: number, weight: number, gradient: number];

/** Sends all rows to a kernel. */
function send(
  { columns, targetColumns }: SetShape,
  { predictions, targets, sampleWeight, count }: Call,
  gradient: Output | undefined,
  kernel: (addresses: Addresses, rows: number) => number,
): void {
  const inputs = [
    { column: predictions, width: columns },
    { column: targets, width: targetColumns },
    sampleWeight && { column: sampleWeight, width: 1 },
  ];
  stream(count, inputs, [gradient], ([p = 0, t = 0, w = 0, g = 0], rows, first) => {
    const status = kernel([p, t, w, g], rows);
    check(status, first, {
      predictions: "predictions",
      targets: "targets",
      numClasses: columns,
      widths: [columns, targetColumns, 1],
    });
  });
}

function feed(shape: SetShape, state: State, call: Call): void {
  const { predictions, targets, sampleWeight } = call;
  send(shape, call, undefined, ([p, t, w], rows) => {
    const { address, room } = state;
    // biome-ignore format: an address and its type belong together
    return core().set_level_update(address, room, rows, p, predictions.type, t, targets.type, w, sampleWeight?.type ?? 0);
  });
}

/** Calls with what a state comes to, and with where that is. */
function withResults<Result>(state: State, body: (loss: number, kept: number, address: number) => Result): Result {
  const region = new Region(core().set_level_results(state.address, state.room) * 8, "a result");
  try {
    core().set_level_finish(state.address, state.room, region.address);
    const [loss, kept] = new Float64Array(buffer(), region.address, 2) as unknown as [number, number];
    return body(loss, kept, region.address);
  } finally {
    region.free();
  }
}

function evaluate(shape: SetShape, call: Call, gradient?: Output): number {
  return withState({ kind: stateKind.setLevel, config: configOf(shape, call.sampleWeight !== undefined) }, (state) => {
    feed(shape, state, call);
    return withResults(state, (loss, kept, results) => {
      if (kept === 0) throw nothingLeft("targets");
      if (gradient !== undefined) write(shape, state, call, results, gradient);
      return loss;
    });
  });
}

function write(shape: SetShape, state: State, call: Call, results: number, gradient: Output): void {
  const { predictions, targets, sampleWeight } = call;
  const gradientType = typeOfFloats(gradient.array);
  send(shape, call, gradient, ([p, t, w, g], rows) => {
    const { address, room } = state;
    // biome-ignore format: an address and its type belong together
    return core().set_level_gradient(
      address, room, rows, p, predictions.type, t, targets.type, w, sampleWeight?.type ?? 0, results, g, gradientType,
    );
  });
}

/** What sets a loss apart: its name, its own options, and how they become a shape. */
export interface SetLossDefinition<Options extends SetLossOptions> {
  readonly name: string;
  readonly options: readonly (Exclude<keyof Options, keyof SetLossOptions> & string)[];
  shape(options: Options): SetShape;
}

/** A loss function of a whole set: callable, with its gradient and its accumulator. */
export function setKernelLoss<Options extends SetLossOptions>(
  definition: SetLossDefinition<Options>,
): SetLoss<Options> {
  const { name, options: own } = definition;

  const read = (options: object | undefined, extra: readonly string[], where: string) => {
    const known = [...own, ...extra] as (keyof Options & string)[];
    const given = optionsOf(options as Options | undefined, known, where);
    return { given, shape: definition.shape(given) };
  };

  const callOf = (shape: SetShape, predictions: Reals, targets: Labels, options: Options): Call => {
    const rows = take(shape, predictions, targets);
    expectRows(rows.targets);
    const sampleWeight = optionalReals(options.sampleWeight, "sampleWeight");
    if (sampleWeight !== undefined) expectLength(sampleWeight, rows.count, "the number of rows is");
    return { ...rows, sampleWeight };
  };

  const loss = (predictions: Reals, targets: Labels, options?: Options): number => {
    const { given, shape } = read(options, ["sampleWeight"], name);
    return evaluate(shape, callOf(shape, predictions, targets, given));
  };

  const withGradient = (
    predictions: Reals,
    targets: Labels,
    options?: WithGradient<Options>,
  ): LossAndGradient<number> => {
    const { given, shape } = read(options, ["sampleWeight", "gradient"], `${name}.withGradient`);
    const call = callOf(shape, predictions, targets, given);
    const others = [call.targets, call.sampleWeight];
    const { output, result } = gradientRoom(options?.gradient, call.predictions, others);
    const value = evaluate(shape, call, { ...output, width: shape.columns });
    return { loss: value, gradient: current(options?.gradient, result, output.address, call.predictions.length) };
  };

  const accumulator = (options?: Options & AccumulatorOptions): Accumulator<number> => {
    const { shape } = read(options, ["weighted"], `${name}.accumulator`);
    const weighted = flag(options?.weighted ?? false, "weighted");
    const metric: Metric<number> = {
      name,
      kind: stateKind.setLevel,
      config: configOf(shape, weighted),
      weighted,
      take: (predictions, targets) => take(shape, predictions, targets),
      feed: (state, rows, sampleWeight) => feed(shape, state, { ...rows, sampleWeight }),
      finish: (state) => withResults(state, (loss, kept) => (kept === 0 ? Number.NaN : loss)),
    };
    return accumulate(metric);
  };

  return Object.assign(loss, { withGradient, accumulator }) as unknown as SetLoss<Options>;
}
