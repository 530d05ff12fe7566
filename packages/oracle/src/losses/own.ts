import {
  defaults,
  type GradientCheck,
  type GradientCheckOptions,
  type GradientRoom,
  type Labels,
  type LossAndGradient,
  type LossTools,
  type OwnLoss,
  type Reals,
  type SetLossOptions,
  type WholeLoss,
  type WithGradient,
} from "@assay/contract";
import { checkNotEmpty, checkOptions, type Elements, rangeError, resolve, typeError } from "../input.js";
import { compensatedSum } from "../sum.js";
import { gradientRoom, times } from "./loss.js";
import { aboveZero, finite } from "./shapes.js";

/** Any loss, taken to one number, its options unchecked. */
interface AnyLoss {
  (predictions: Reals, targets: Labels, options: object): unknown;
  withGradient(predictions: Reals, targets: Labels, options: object): { loss: unknown; gradient: ArrayLike<number> };
}

/** A callable with its gradient, from what evaluates both. */
function wholeLoss(
  name: string,
  value: (predictions: Reals, targets: Labels, options: SetLossOptions) => number,
  withGradient: (
    predictions: Reals,
    targets: Labels,
    options: SetLossOptions & { gradient?: GradientRoom },
  ) => LossAndGradient<number>,
): WholeLoss<SetLossOptions> {
  return Object.assign(
    (predictions: Reals, targets: Labels, options: SetLossOptions = {}): number => {
      checkOptions(name, options, ["sampleWeight"]);
      return value(predictions, targets, options);
    },
    {
      withGradient(
        predictions: Reals,
        targets: Labels,
        options: WithGradient<SetLossOptions> = {},
      ): LossAndGradient<number> {
        checkOptions(`${name}.withGradient`, options, ["sampleWeight", "gradient"]);
        return withGradient(predictions, targets, options);
      },
    },
  );
}

/**
 * A loss of one's own, to be called and combined like any other. Its arrays are checked for their types and for being
 * there; what their elements mean is its own affair.
 */
export function defineLoss(own: OwnLoss): WholeLoss<SetLossOptions> {
  checkOptions("defineLoss", own, ["name", "weighted", "value", "gradient"]);
  for (const member of ["value", "gradient"] as const) {
    if (typeof own?.[member] === "function") continue;
    throw typeError("type", member, `${member} of defineLoss should be a function`, own?.[member]);
  }
  const { name = "own loss" } = own;

  type Arguments = [Float32Array | Float64Array, Elements, Float32Array | Float64Array | undefined];

  function checked(predictions: Reals, targets: Labels, { sampleWeight }: SetLossOptions): Arguments {
    const x = resolve("predictions", predictions, "reals") as Float32Array | Float64Array;
    const t = resolve("targets", targets, "labels");
    checkNotEmpty("predictions", x);
    checkNotEmpty("targets", t);
    if (sampleWeight === undefined) return [x, t, undefined];
    if (own.weighted !== true) {
      throw typeError("option", "sampleWeight", `${name} takes no sampleWeight: it was defined without weighted: true`);
    }
    return [x, t, resolve("sampleWeight", sampleWeight, "reals") as Float32Array | Float64Array];
  }

  function evaluate(args: Arguments): number {
    const value: unknown = own.value(...args);
    if (typeof value === "number") return value;
    throw typeError("type", "value", `value of ${name} gave ${String(value)}, but should give a number`, value);
  }

  return wholeLoss(
    name,
    (predictions, targets, options) => evaluate(checked(predictions, targets, options)),
    (predictions, targets, options) => {
      const [x, t, sampleWeight] = checked(predictions, targets, options);
      const gradient = gradientRoom(predictions, options.gradient, { targets, sampleWeight });
      const loss = evaluate([x, t, sampleWeight]);
      gradient.fill(0);
      own.gradient(x, t, gradient, sampleWeight);
      return { loss, gradient };
    },
  );
}

/**
 * Σ weight·loss on the same predictions and targets, with the sum of the gradients. Each term is a factor, a loss and
 * the loss's own options; the weights of rows come with the call, for all terms. A factor of 0 silences a term.
 */
export const combine: LossTools["combine"] = (terms) => {
  if (!Array.isArray(terms)) throw typeError("type", "terms", "terms of combine should be an array of [weight, loss]");
  if (terms.length === 0) throw rangeError("empty", "terms", "terms is empty");
  const settled = (terms as readonly unknown[]).map(settledTerm);

  return wholeLoss(
    "combine",
    (predictions, targets, { sampleWeight }) =>
      compensatedSum(
        settled.map(({ weight, loss, options }) =>
          times(weight, loss(predictions, targets, { ...options, ...weighted(sampleWeight) }) as number),
        ),
      ),
    (predictions, targets, { sampleWeight, gradient }) => {
      const room = gradientRoom(predictions, gradient, { targets, sampleWeight });
      // In float64 throughout, so that gradients are rounded once, when they are stored.
      const x = Float64Array.from(resolve("predictions", predictions, "reals"));
      const parts = settled.map(({ weight, loss, options }) => {
        const part = loss.withGradient(x, targets, { ...options, ...weighted(sampleWeight) });
        return { loss: times(weight, part.loss as number), weight, gradient: part.gradient };
      });
      room.set(x.map((_, i) => compensatedSum(parts.map((part) => times(part.weight, part.gradient[i]!)))));
      return { loss: compensatedSum(parts.map((part) => part.loss)), gradient: room };
    },
  );
};

const weighted = (sampleWeight: Reals | undefined): object => (sampleWeight === undefined ? {} : { sampleWeight });

function settledTerm(term: unknown, index: number): { weight: number; loss: AnyLoss; options: object } {
  const where = `terms[${index}]`;
  if (!Array.isArray(term) || term.length < 2 || term.length > 3) {
    throw typeError("type", "terms", `${where} should be [weight, loss] or [weight, loss, options]`, term);
  }
  const [weight, loss, options = {}] = term as [unknown, unknown, unknown];
  if (!isLoss(loss)) throw typeError("type", "terms", `${where} has no loss at its second place`, loss);
  if (typeof options !== "object" || options === null) {
    throw typeError("type", "terms", `${where} should have an object of options at its third place`, options);
  }
  for (const name of ["sampleWeight", "gradient"]) {
    if (name in options) throw typeError("option", name, `${name} comes with the call, not with ${where}`);
  }
  checkOneNumber(options);
  return { weight: finite("weight", weight), loss, options };
}

function isLoss(loss: unknown): loss is AnyLoss {
  return typeof loss === "function" && typeof (loss as Partial<AnyLoss>).withGradient === "function";
}

function checkOneNumber(options: object): void {
  if (!("reduction" in options) || options.reduction !== "none") return;
  const message = 'reduction is "none", but the loss should be one number';
  throw rangeError("option", "reduction", message, { value: "none" });
}

/**
 * Compares a gradient with central differences of its loss, (ℓ(x + h) − ℓ(x − h)) / 2h with h = step·max(1, |x|) for
 * each prediction, in float64. An element agrees where the two differ by at most `tolerance` times the larger of them,
 * and by what rounding of the loss itself can do to the difference. Predictions should lie where the loss has a slope,
 * and so far from the ends of their range that it can be asked on either side.
 */
export const checkGradient: LossTools["checkGradient"] = (loss, predictions, targets, ...rest) => {
  if (!isLoss(loss)) throw typeError("type", "loss", "loss should be a loss function with withGradient", loss);
  const { step, tolerance, ...options } = (rest[0] ?? {}) as GradientCheckOptions & Record<string, unknown>;
  const relativeStep = aboveZero("step", step, defaults.step);
  const relative = aboveZero("tolerance", tolerance, defaults.tolerance);
  checkOneNumber(options);
  const x = Float64Array.from(resolve("predictions", predictions, "reals"));
  const { gradient } = loss.withGradient(x, targets, options);
  let worst = { index: 0, analytic: NaN, numeric: NaN, excess: -1 };
  x.forEach((at, index) => {
    const valueAt = (moved: number): number => loss(x.with(index, moved), targets, options) as number;
    const h = relativeStep * Math.max(1, Math.abs(at));
    const [below, above] = [valueAt(at - h), valueAt(at + h)];
    const width = at + h - (at - h);
    const analytic = gradient[index]!;
    const numeric = (above - below) / width;
    const rounding = (16 * 2 ** -53 * (Math.abs(above) + Math.abs(below))) / width;
    const allowed = relative * Math.max(Math.abs(analytic), Math.abs(numeric)) + rounding;
    const ratio = analytic === numeric ? 0 : Math.abs(analytic - numeric) / allowed;
    const excess = Number.isNaN(ratio) ? Infinity : ratio;
    if (excess > worst.excess) worst = { index, analytic, numeric, excess };
  });
  return describedCheck(worst);
};

function describedCheck(worst: Omit<GradientCheck, "ok" | "toString">): GradientCheck {
  const { index, analytic, numeric, excess } = worst;
  const ok = excess <= 1;
  return {
    ...worst,
    ok,
    toString: () =>
      `the gradient ${ok ? "agrees" : "disagrees"} with central differences: ` +
      `${ok ? "where it is worst, " : ""}gradient[${index}] = ${analytic}, but they give ${numeric}`,
  };
}
