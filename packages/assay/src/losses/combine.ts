/**
 * Sums of losses.
 *
 * @module
 */
import {
  AssayRangeError,
  AssayTypeError,
  type Handle,
  type Labels,
  type LossAndGradient,
  type LossTools,
  type Reals,
  type SetLossOptions,
  type WithGradient,
} from "@assay/contract";
import { column, describe, lasting, optionalReals, reals } from "../arguments.js";
import { buffer, core } from "../core.js";
import { float32, float64 } from "../memory.js";
import { finite } from "../options.js";
import { stream } from "../stream.js";
import { roomOf, wholeLoss } from "./own.js";
import { evaluatePair, pairOf, type Term } from "./together.js";

type Floats = Float32Array | Float64Array;
type FloatHandle = Handle<Float32Array> | Handle<Float64Array>;

/** Any loss, taken to one number, its options unchecked. */
export interface AnyLoss {
  (predictions: Reals, targets: Labels, options: object): unknown;
  withGradient(predictions: Reals, targets: Labels, options: object): { loss: unknown; gradient: Floats };
}

export function isLoss(loss: unknown): loss is AnyLoss {
  return typeof loss === "function" && typeof (loss as Partial<AnyLoss>).withGradient === "function";
}

/** Refuses the reduction that is not one number. */
export function checkOneNumber(options: object): void {
  if (!("reduction" in options) || options.reduction !== "none") return;
  throw new AssayRangeError('reduction is "none", but the loss must be one number', {
    code: "option",
    argument: "reduction",
    value: "none",
  });
}

interface SettledTerm extends Term {
  readonly loss: AnyLoss;
}

function settledTerm(term: unknown, index: number): SettledTerm {
  const where = `terms[${index}]`;
  const wrong = (message: string, value: unknown): AssayTypeError =>
    new AssayTypeError(`${where} ${message}`, { code: "type", argument: "terms", index, value });
  if (!Array.isArray(term) || term.length < 2 || term.length > 3) {
    throw wrong(`is ${describe(term)}, but must be [weight, loss] or [weight, loss, options]`, term);
  }
  const [weight, loss, options = {}] = term as readonly unknown[];
  if (!isLoss(loss)) throw wrong(`has ${describe(loss)} in second place, but must have a loss there`, loss);
  if (typeof options !== "object" || options === null) {
    throw wrong(`has ${describe(options)} in third place, but must have options there`, options);
  }
  for (const argument of ["sampleWeight", "gradient"]) {
    if (!(argument in options)) continue;
    throw new AssayTypeError(`${argument} comes with the call, not with ${where}`, { code: "option", argument });
  }
  checkOneNumber(options);
  return { weight: finite(weight as number, "weight"), loss, options };
}

/** The sum of a few numbers to about one rounding (Neumaier 1974). */
function compensatedSum(values: readonly number[]): number {
  let [sum, lost] = [0, 0];
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return Number.isFinite(sum) ? sum + lost : sum;
}

/** A product in which a factor of 0 silences even what is infinite. */
function times(weight: number, value: unknown): number {
  return weight === 0 || value === 0 ? 0 : weight * (value as number);
}

/** y ← b·y + a·x, or b·y where there is no x. */
function addTo(to: Floats, b: number, part?: Floats | FloatHandle, a = 0): void {
  const y = column(to, "gradient");
  const x = part && column(part, "gradient");
  const View = to instanceof Float32Array ? Float32Array : Float64Array;
  stream(to.length, [{ column: y, width: 1 }, x && { column: x, width: 1 }], [], ([yAt = 0, xAt = 0], count, first) => {
    core().axpby(count, y.type, yAt, b, xAt, a);
    if (y.address === 0) to.set(new View(buffer(), yAt, count), first);
  });
}

/** Runs with further room for a gradient, in wasm memory where the first one is there. */
function withRoomLike<Result>(room: Floats, body: (part: Floats | FloatHandle) => Result): Result {
  const isSingle = room instanceof Float32Array;
  if (room.buffer !== buffer()) return body(isSingle ? new Float32Array(room.length) : new Float64Array(room.length));
  const handle = isSingle ? float32(room.length) : float64(room.length);
  try {
    return body(handle);
  } finally {
    handle.free();
  }
}

/** The arguments of one call, for term after term. */
interface Given {
  readonly predictions: () => Reals;
  readonly targets: () => Labels;
  readonly options: () => SetLossOptions;
}

function lastingArguments(predictions: Reals, targets: Labels, { sampleWeight }: SetLossOptions): Given {
  const weight = lasting(sampleWeight);
  return {
    predictions: lasting(predictions),
    targets: lasting(targets),
    options() {
      const now = weight();
      return now === undefined ? {} : { sampleWeight: now };
    },
  };
}

/** What is computed in one go: a term, or two that go together. */
interface Part {
  /** What its gradient is still to be multiplied by. */
  readonly factor: number;
  /** Its values, weighted. */
  values(given: Given): readonly number[];
  /** The same, with its gradient written. */
  gradientInto(given: Given, gradient: Floats | FloatHandle): readonly number[];
}

function single({ weight, loss, options }: SettledTerm): Part {
  return {
    factor: weight,
    values(given) {
      return [times(weight, loss(given.predictions(), given.targets(), { ...options, ...given.options() }))];
    },
    gradientInto(given, gradient) {
      const all = { ...options, ...given.options(), gradient };
      return [times(weight, loss.withGradient(given.predictions(), given.targets(), all).loss)];
    },
  };
}

/** The first term with another one that it goes with, if there is one; then the rest. */
function partsOf([first, ...rest]: readonly SettledTerm[]): Part[] {
  if (first === undefined) return [];
  for (const [i, other] of rest.entries()) {
    const pair = pairOf(first, other);
    if (pair === undefined) continue;
    const part: Part = {
      factor: 1,
      values: (given) => evaluatePair(pair, given.predictions(), given.targets(), given.options()),
      gradientInto: (given, gradient) =>
        evaluatePair(pair, given.predictions(), given.targets(), { ...given.options(), gradient }),
    };
    return [part, ...partsOf(rest.filter((_, j) => j !== i))];
  }
  return [single(first), ...partsOf(rest)];
}

function sumWithGradient(
  parts: readonly Part[],
  predictions: Reals,
  targets: Labels,
  options: WithGradient<SetLossOptions>,
): LossAndGradient<number> {
  const others = [column(targets, "targets"), optionalReals(options.sampleWeight, "sampleWeight")];
  const room = roomOf(options.gradient, reals(predictions, "predictions"), others);
  const given = lastingArguments(predictions, targets, options);
  // The first gradient goes where the sum will be, the others are added to it; its factor waits for the first of them.
  const first = parts.findIndex(({ factor }) => factor !== 0);
  let waiting = parts[first]?.factor ?? 0;
  const values = parts.flatMap((part, index) => {
    if (part.factor === 0) return part.values(given);
    if (index === first) return part.gradientInto(given, room());
    return withRoomLike(room(), (more) => {
      const values = part.gradientInto(given, more);
      addTo(room(), waiting, more, part.factor);
      waiting = 1;
      return values;
    });
  });
  if (first < 0) room().fill(0);
  else if (waiting !== 1) addTo(room(), waiting);
  return { loss: compensatedSum(values), gradient: room() };
}

/**
 * Σ weight·loss on the same predictions and targets, with Σ weight·∂loss: `combine([[0.5, diceLoss], [1,
 * binaryCrossEntropy, { numLabels: 3 }]])`. A term is a factor, any loss that gives one number (of the library, of
 * {@link defineLoss}, another combination) and the loss's own options; weights of rows come with the call and go to
 * every term. A factor of 0 silences a term, though not the errors in its arguments.
 *
 * The shapes are those of the terms. Terms are added in the order given, values with one rounding; gradients in float64,
 * rounded to the predictions' float type after each term, so that their error is at most one rounding a term of Σ
 * |weight·∂loss|. A second gradient needs room for one more while it is computed, in wasm memory where the first is
 * there. {@link crossEntropy} of labels and {@link focalLoss}, or two focal losses, with the same `numClasses` and
 * `ignoreIndex`, are computed in one pass; {@link diceBceLoss} and {@link ceSoftF1Loss} are other pairs that are.
 *
 * @throws AssayTypeError for anything but an array of terms; for `sampleWeight` or `gradient` among the options of one;
 *   when called: what its losses throw
 * @throws AssayRangeError for no terms, a factor that is not finite, `reduction: "none"`; when called: what its losses
 *   throw, gradient room of another length or over an argument
 * @example
 * const loss = combine([[1, crossEntropy, { numClasses: 3 }], [0.5, focalLoss, { numClasses: 3, gamma: 1 }]]);
 * loss.withGradient(logits, labels, { sampleWeight });
 */
export const combine: LossTools["combine"] = (terms) => {
  const given: unknown = terms;
  if (!Array.isArray(given)) {
    throw new AssayTypeError(`terms of combine is ${describe(given)}, but must be an array of [weight, loss]`, {
      code: "type",
      argument: "terms",
      value: given,
    });
  }
  if (given.length === 0) throw new AssayRangeError("terms is empty", { code: "empty", argument: "terms" });
  const settled = given.map(settledTerm);
  return wholeLoss({
    name: "combine",
    value(predictions, targets, options) {
      const lastingOnes = lastingArguments(predictions, targets, options);
      return compensatedSum(partsOf(settled).flatMap((part) => part.values(lastingOnes)));
    },
    withGradient: (predictions, targets, options) => sumWithGradient(partsOf(settled), predictions, targets, options),
  });
};
