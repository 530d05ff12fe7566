/**
 * Losses of one's own.
 *
 * @module
 */
import {
  AssayTypeError,
  type GradientRoom,
  type Labels,
  type LossAndGradient,
  type OwnLoss,
  type Reals,
  type SetLossOptions,
  type WholeLoss,
  type WithGradient,
} from "@assay/contract";
import {
  type Column,
  column,
  describe,
  type Elements,
  expectRows,
  isElements,
  lasting,
  numbersOf,
  reals,
} from "../arguments.js";
import { buffer } from "../core.js";
import { optionsOf } from "../options.js";
import { current, gradientRoom } from "./kernel.js";

type Floats = Float32Array | Float64Array;

/** What evaluates a loss that is one number for whole arrays, its options known. */
export interface WholeDefinition {
  readonly name: string;
  value(predictions: Reals, targets: Labels, options: SetLossOptions): number;
  withGradient(predictions: Reals, targets: Labels, options: WithGradient<SetLossOptions>): LossAndGradient<number>;
}

/** A callable loss with its gradient. */
export function wholeLoss({ name, value, withGradient }: WholeDefinition): WholeLoss<SetLossOptions> {
  return Object.assign(
    (predictions: Reals, targets: Labels, options?: SetLossOptions): number =>
      value(predictions, targets, optionsOf(options, ["sampleWeight"], name)),
    {
      withGradient(
        predictions: Reals,
        targets: Labels,
        options?: WithGradient<SetLossOptions>,
      ): LossAndGradient<number> {
        const given = optionsOf(options, ["sampleWeight", "gradient"], `${name}.withGradient`);
        return withGradient(predictions, targets, given);
      },
    },
  );
}

/** The elements of an argument, as a typed array that is always current. */
export function elementsOf<View extends Elements>(column: Column): () => View {
  if (isElements(column.source)) return lasting(column.source as View);
  const numbers: Elements = numbersOf(column);
  return () => numbers as View;
}

/** The arrays of one call. */
interface Arrays {
  readonly predictions: Column;
  readonly others: readonly Column[];
  readonly x: () => Floats;
  readonly targets: () => Elements;
  readonly sampleWeight: () => Floats | undefined;
}

function take(own: OwnLoss, name: string, predictions: unknown, targets: unknown, options: SetLossOptions): Arrays {
  const { sampleWeight } = options;
  const [p, t] = [reals(predictions, "predictions"), column(targets, "targets")];
  const [x, y] = [elementsOf<Floats>(p), elementsOf<Elements>(t)];
  expectRows(p);
  expectRows(t);
  if (sampleWeight === undefined) return { predictions: p, others: [t], x, targets: y, sampleWeight: () => undefined };
  if (own.weighted !== true) {
    throw new AssayTypeError(`${name} takes no sampleWeight: it was defined without weighted: true`, {
      code: "option",
      argument: "sampleWeight",
    });
  }
  const w = reals(sampleWeight, "sampleWeight");
  return { predictions: p, others: [t, w], x, targets: y, sampleWeight: elementsOf<Floats>(w) };
}

/**
 * Runs what looks at arrays, some of which may be views of wasm memory. Where that grows meanwhile (a loss of one's own
 * may well ask another one), they are detached, which reads as empty or is an error: then it is run again with new
 * views, for the second time there is room.
 */
function undisturbed<Result>(name: string, arrays: readonly (() => unknown)[], run: () => Result): Result {
  for (let attempt = 0; attempt < 2; attempt++) {
    const before = buffer();
    const isDisturbed = () =>
      buffer() !== before && arrays.some((array) => (array() as Elements | undefined)?.buffer === buffer());
    try {
      const result = run();
      if (!isDisturbed()) return result;
    } catch (error) {
      if (!isDisturbed()) throw error;
    }
  }
  throw new AssayTypeError(
    `WebAssembly memory grew each time that ${name} ran, which detaches the views it was given`,
    {
      code: "stale",
      argument: name,
    },
  );
}

/**
 * A loss of one's own, to be called and combined like any other: ℓ(x, t), one number for whole arrays, with ∂ℓ/∂x.
 *
 * `value` and `gradient` are plain functions of arrays: predictions (`Float32Array`, or `Float64Array` for that and for
 * an array of numbers), targets, and with `weighted: true` the weights of rows. Handles and views of wasm memory are
 * seen in place. The arrays are checked for their types and for being there; how many there are of each, what they mean
 * and whether they are in range is the loss's own affair. Both should depend on nothing but their arguments: they are
 * run again where memory grew under them.
 *
 * `withGradient` gives `gradient` room filled with zeros, in the caller's array or a new one, of the predictions' float
 * type and length. {@link checkGradient} tells whether what is written there is right.
 *
 * @throws AssayTypeError where `value` or `gradient` is no function, or there is another member; when called: for an
 *   argument of another type, weights that the loss was not defined to take, a value that is no number
 * @throws AssayRangeError when called: for no predictions or targets, gradient room of another length or over an
 *   argument
 * @example
 * const quartic = defineLoss({
 *   name: "quartic",
 *   value(x, t) {
 *     let sum = 0;
 *     for (let i = 0; i < x.length; i++) sum += (x[i]! - t[i]!) ** 4;
 *     return sum;
 *   },
 *   gradient(x, t, to) {
 *     for (let i = 0; i < x.length; i++) to[i] = 4 * (x[i]! - t[i]!) ** 3;
 *   },
 * });
 * quartic.withGradient(predictions, targets);
 */
export function defineLoss(own: OwnLoss): WholeLoss<SetLossOptions> {
  optionsOf(own, ["name", "weighted", "value", "gradient"], "defineLoss");
  for (const member of ["value", "gradient"] as const) {
    const given: unknown = own?.[member];
    if (typeof given === "function") continue;
    throw new AssayTypeError(`${member} of defineLoss is ${describe(given)}, but must be a function`, {
      code: "type",
      argument: member,
      value: given,
    });
  }
  const { name = "own loss" } = own;

  const evaluate = ({ x, targets, sampleWeight }: Arrays): number => {
    const run = (): unknown => own.value(x(), targets(), sampleWeight());
    const value = undisturbed(name, [x, targets, sampleWeight], run);
    if (typeof value === "number") return value;
    throw new AssayTypeError(`value of ${name} gave ${describe(value)}, but must give a number`, {
      code: "type",
      argument: "value",
      value,
    });
  };

  return wholeLoss({
    name,
    value: (predictions, targets, options) => evaluate(take(own, name, predictions, targets, options)),
    withGradient(predictions, targets, options) {
      const arrays = take(own, name, predictions, targets, options);
      const room = roomOf(options.gradient, arrays.predictions, arrays.others);
      const loss = evaluate(arrays);
      const { x, targets: t, sampleWeight } = arrays;
      undisturbed(name, [x, t, sampleWeight, room], () => own.gradient(x(), t(), room().fill(0), sampleWeight()));
      return { loss, gradient: room() };
    },
  });
}

/** Room for a gradient, the caller's or new, as it is at any time. */
export function roomOf(
  given: GradientRoom | undefined,
  predictions: Column,
  others: readonly (Column | undefined)[],
): () => Floats {
  const { output, result } = gradientRoom(given, predictions, others);
  return () => current(given, result, output.address, predictions.length);
}
