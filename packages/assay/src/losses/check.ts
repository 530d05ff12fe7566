/**
 * Is a gradient the gradient of its loss?
 *
 * @module
 */
import {
  AssayTypeError,
  defaults,
  type GradientCheck,
  type GradientCheckOptions,
  type LossTools,
} from "@assay/contract";
import { describe, lasting, reals } from "../arguments.js";
import { aboveZero } from "../options.js";
import { checkOneNumber, isLoss } from "./combine.js";
import { elementsOf } from "./own.js";

/** Roundings of the loss that are allowed for, in units of its last place: 16·2⁻⁵³. */
const ROUNDING: number = 16 / 2 ** 53;

interface Place {
  readonly index: number;
  readonly analytic: number;
  readonly numeric: number;
  readonly excess: number;
}

/**
 * Compares a gradient with central differences of its loss, (ℓ(x + h) − ℓ(x − h)) / 2h with h = `step`·max(1, |x|) for
 * each prediction x, in float64: the predictions are copied to a `Float64Array`, and the loss is evaluated twice for
 * each of them, so give it few.
 *
 * An element agrees where the two differ by at most `tolerance` times the larger of them, and by what rounding of the
 * loss itself can do to the difference. The result says whether all agree, which agrees least and what it has; as a
 * string it is a sentence. Predictions should lie where the loss has a slope (not at the corner of a hinge), and so far
 * from the ends of their range that it can be asked on either side.
 *
 * @param loss any loss that gives one number
 * @param options the loss's own, with `step` (default 2⁻¹⁷) and `tolerance` (default 1e-5)
 * @throws AssayTypeError where `loss` is none
 * @throws AssayRangeError for `reduction: "none"`, a step or tolerance that is not a finite number above 0; what the loss
 *   throws, also where a step leads out of its range
 * @example
 * const check = checkGradient(quartic, [0.1, 0.7], [0, 1]);
 * if (!check.ok) throw new Error(`${check}`);
 */
export const checkGradient: LossTools["checkGradient"] = (loss, predictions, targets, ...rest) => {
  const given: unknown = loss;
  if (!isLoss(given)) {
    throw new AssayTypeError(`loss is ${describe(given)}, but must be a loss with its gradient`, {
      code: "type",
      argument: "loss",
      value: given,
    });
  }
  const { step = defaults.step, tolerance = defaults.tolerance, ...own } = (rest[0] ?? {}) as GradientCheckOptions;
  aboveZero(step, "step");
  aboveZero(tolerance, "tolerance");
  checkOneNumber(own);
  const x = Float64Array.from(elementsOf(reals(predictions, "predictions"))());
  const targetsNow = lasting(targets);
  const options = Object.entries(own).map(([name, value]) => [name, lasting(value)] as const);
  const optionsNow = () => Object.fromEntries(options.map(([name, value]) => [name, value()]));
  const { gradient } = given.withGradient(x, targetsNow(), optionsNow());

  const valueAt = (index: number, moved: number): number => {
    const at = x[index] as number;
    x[index] = moved;
    const value = given(x, targetsNow(), optionsNow()) as number;
    x[index] = at;
    return value;
  };
  const compare = (index: number): Place => {
    const [at, analytic] = [x[index] as number, gradient[index] as number];
    const h = step * Math.max(1, Math.abs(at));
    const [below, above] = [valueAt(index, at - h), valueAt(index, at + h)];
    const width = at + h - (at - h);
    const numeric = (above - below) / width;
    const rounding = (ROUNDING * (Math.abs(above) + Math.abs(below))) / width;
    const allowed = tolerance * Math.max(Math.abs(analytic), Math.abs(numeric)) + rounding;
    const ratio = analytic === numeric ? 0 : Math.abs(analytic - numeric) / allowed;
    return { index, analytic, numeric, excess: Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : ratio };
  };
  let worst = compare(0);
  for (let index = 1; index < x.length; index++) {
    const place = compare(index);
    if (place.excess > worst.excess) worst = place;
  }
  return described(worst);
};

function described(worst: Place): GradientCheck {
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
