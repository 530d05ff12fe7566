/**
 * Objectives and constraints of thresholds, as the border takes them.
 *
 * @module
 */
import { AssayRangeError, type BinaryCounts, type Objective, type ThresholdConstraints } from "@assay/contract";
import { returningNumber } from "../callbacks.js";
import { optionsOf, within } from "../options.js";

/** The border's codes of objectives. */
const codes = {
  fBeta: 0,
  youden: 1,
  accuracy: 2,
  balancedAccuracy: 3,
  mcc: 4,
  kappa: 5,
  precision: 6,
  recall: 7,
  specificity: 8,
  cost: 9,
} as const;

/** Words of a search: four numbers of the objective, four bounds. */
export const WANTED_WORDS = 8;

/** An objective that a kernel knows. */
export interface KnownObjective {
  readonly code: number;
  readonly numbers: readonly number[];
  /** The smallest value is best: the kernel has it negated. */
  readonly negated: boolean;
}

/** The caller's objective. */
export type OwnObjective = (counts: BinaryCounts) => number;

export const constraintNames = ["recallAtLeast", "precisionAtLeast", "specificityAtLeast", "fprAtMost"] as const;

function known(code: number, numbers: readonly number[] = [], negated: boolean = false): KnownObjective {
  return { code, numbers, negated };
}

function costs(given: object): readonly number[] {
  const {
    tp = 0,
    fp = 0,
    fn = 0,
    tn = 0,
  } = optionsOf<{ tp?: number; fp?: number; fn?: number; tn?: number }>(given, ["tp", "fp", "fn", "tn"], "cost");
  const most = Number.MAX_VALUE;
  return [within(tp, -most, most, "cost.tp"), within(fp, -most, most, "cost.fp")].concat([
    within(fn, -most, most, "cost.fn"),
    within(tn, -most, most, "cost.tn"),
  ]);
}

/** Takes an objective. */
export function objectiveOf(objective: Objective): KnownObjective | OwnObjective {
  if (typeof objective === "function") return returningNumber(objective, "objective");
  if (objective === "f1") return known(codes.fBeta, [1, 0]);
  if (typeof objective === "object" && objective !== null) {
    if ("cost" in objective) {
      return known(codes.cost, costs(optionsOf(objective, ["cost"], "objective").cost), true);
    }
    if ("fBeta" in objective) {
      const { fBeta, epsilon = 0 } = optionsOf(objective, ["fBeta", "epsilon"], "objective");
      const beta = within(fBeta, 0, Number.POSITIVE_INFINITY, "fBeta");
      return known(codes.fBeta, [beta, within(epsilon, 0, Number.MAX_VALUE, "epsilon")]);
    }
  }
  const named = objective as string;
  if (named !== "fBeta" && named !== "cost" && Object.hasOwn(codes, named))
    return known(codes[named as keyof typeof codes]);
  throw new AssayRangeError(
    `objective is ${JSON.stringify(objective)}, but must be "f1", ${Object.keys(codes)
      .filter((name) => name !== "fBeta" && name !== "cost")
      .map((name) => `"${name}"`)
      .join(", ")}, { fBeta }, { cost } or a function of counts`,
    { code: "option", argument: "objective", value: objective },
  );
}

/** The bounds of constraints in the border's order; NaN where there is none. */
export function boundsOf(constraints: ThresholdConstraints): number[] {
  return constraintNames.map((name) => {
    const bound = constraints[name];
    return bound === undefined ? Number.NaN : within(bound, 0, 1, name);
  });
}

/** Whether counts keep to bounds. */
export function keeps({ tp, fp, fn, tn }: BinaryCounts, bounds: readonly number[]): boolean {
  const [recall, precision, specificity, fpr] = bounds as [number, number, number, number];
  return (
    (Number.isNaN(recall) || tp / (tp + fn) >= recall) &&
    (Number.isNaN(precision) || tp / (tp + fp) >= precision) &&
    (Number.isNaN(specificity) || tn / (tn + fp) >= specificity) &&
    (Number.isNaN(fpr) || fp / (tn + fp) <= fpr)
  );
}

/** The constrained rates, of which more is better; 0 where there is no bound. */
export function ratesOf({ tp, fp, fn, tn }: BinaryCounts, bounds: readonly number[]): readonly number[] {
  const rates = [tp / (tp + fn), tp / (tp + fp), tn / (tn + fp), -fp / (tn + fp)];
  return rates.map((rate, i) => (Number.isNaN(bounds[i]) ? 0 : rate));
}
