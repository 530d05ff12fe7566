/**
 * What makes a threshold good: each objective as an exact quotient of counts, so that equal merits are equal however
 * their values are rounded.
 *
 * F-beta: C. van Rijsbergen, "Information Retrieval" (1979). J: W. Youden, "Index for rating diagnostic tests" (1950).
 * Matthews correlation and κ: as for confusion matrices.
 *
 * @module
 */
import type { BinaryCounts, CostMatrix, Objective } from "@assay/contract";
import { checkOptions, number, oneOf, returningNumber } from "../input.js";
import { Ratio } from "../ratio.js";

/** How good some counts are. */
export interface Merit {
  /** The objective's value; NaN where it is undefined. */
  readonly value: number;
  /** What is compared: the larger, the better. */
  readonly rank: Ratio | number;
}

/** Counts as they are computed with. */
type Exactly = { readonly [cell in keyof BinaryCounts]: Ratio };

const [zero, one, two] = [0n, 1n, 2n].map((whole) => Ratio.of(whole)) as [Ratio, Ratio, Ratio];

const positives = ({ tp, fn }: Exactly): Ratio => tp.plus(fn);
const negatives = ({ fp, tn }: Exactly): Ratio => fp.plus(tn);
const recall = (counts: Exactly): Ratio => counts.tp.over(positives(counts));
const specificity = (counts: Exactly): Ratio => counts.tn.over(negatives(counts));

/** 0 where a denominator is 0. */
const orZero = (quotient: Ratio): Ratio => (quotient.value() === undefined ? zero : quotient);

/** The objectives that have a name. */
const named = {
  f1: fBeta(1),
  youden: (counts) => recall(counts).plus(specificity(counts)).minus(one),
  accuracy: (counts) => counts.tp.plus(counts.tn).over(positives(counts).plus(negatives(counts))),
  balancedAccuracy: (counts) => recall(counts).plus(specificity(counts)).over(two),
  kappa,
  precision: ({ tp, fp }) => orZero(tp.over(tp.plus(fp))),
  recall: (counts) => orZero(recall(counts)),
  specificity: (counts) => orZero(specificity(counts)),
} satisfies Record<string, (counts: Exactly) => Ratio>;

/** (1+β²)tp / ((1+β²)tp + β²fn + fp), 0 where that is 0/0; for β = ∞ recall. */
function fBeta(beta: number): (counts: Exactly) => Ratio {
  if (beta === Infinity) return named.recall;
  const square = Ratio.from(beta).times(Ratio.from(beta));
  return ({ tp, fp, fn }) => {
    const numerator = one.plus(square).times(tp);
    return orZero(numerator.over(numerator.plus(square.times(fn)).plus(fp)));
  };
}

/** (1+β²)PR / (β²P + R + ε) of P = tp / (tp + fp + ε) and R = tp / (tp + fn + ε); for β = ∞ R. */
function softened(beta: number, epsilon: number): (counts: Exactly) => Ratio {
  const more = Ratio.from(epsilon);
  const recallOf = ({ tp, fn }: Exactly): Ratio => tp.over(tp.plus(fn).plus(more));
  if (beta === Infinity) return recallOf;
  const square = Ratio.from(beta).times(Ratio.from(beta));
  return (counts) => {
    const [p, r] = [counts.tp.over(counts.tp.plus(counts.fp).plus(more)), recallOf(counts)];
    return one.plus(square).times(p).times(r).over(square.times(p).plus(r).plus(more));
  };
}

/** 1 − observed / expected disagreement. */
function kappa(counts: Exactly): Ratio {
  const { tp, fp, fn, tn } = counts;
  const total = positives(counts).plus(negatives(counts));
  const byChance = positives(counts)
    .times(fn.plus(tn))
    .plus(negatives(counts).times(tp.plus(fp)));
  return one.minus(total.times(fp.plus(fn)).over(byChance));
}

/** (tp·tn − fp·fn) / √((tp + fp)(fn + tn)(tp + fn)(fp + tn)), 0 where that is 0/0. Compared by its signed square. */
function matthews(counts: Exactly): Merit {
  const { tp, fp, fn, tn } = counts;
  const covariance = tp.times(tn).minus(fp.times(fn));
  const scale = tp.plus(fp).times(fn.plus(tn)).times(positives(counts)).times(negatives(counts));
  const square = orZero(covariance.times(covariance).over(scale));
  const sign = covariance.sign();
  return { value: sign * square.root()!, rank: sign < 0 ? zero.minus(square) : square };
}

/** What all rows cost together: the less, the better. */
function cost(costs: CostMatrix): (counts: BinaryCounts) => Merit {
  const cells = ["tp", "fp", "fn", "tn"] as const;
  checkOptions("cost", costs, cells);
  const each = cells.map((cell) => {
    const name = `cost.${cell}`;
    return [cell, Ratio.from(number(name, costs[cell] ?? 0, Number.isFinite, "a finite cost"))] as const;
  });
  return (counts) => {
    const total = each.reduce((sum, [cell, ofOne]) => sum.plus(ofOne.times(Ratio.from(counts[cell]))), zero);
    return { value: total.value()!, rank: zero.minus(total) };
  };
}

/** An objective as what it makes of counts. */
export function meritOf(objective: Objective): (counts: BinaryCounts) => Merit {
  if (typeof objective === "function") {
    const read = returningNumber("objective", objective);
    return (counts) => {
      const value = read({ ...counts });
      return { value, rank: value };
    };
  }
  if (typeof objective === "object" && objective !== null && "cost" in objective) {
    checkOptions("objective", objective, ["cost"]);
    return cost(objective.cost);
  }
  const exactly = (counts: BinaryCounts): Exactly => {
    const { tp, fp, fn, tn } = counts;
    return { tp: Ratio.from(tp), fp: Ratio.from(fp), fn: Ratio.from(fn), tn: Ratio.from(tn) };
  };
  if (objective === "mcc") return (counts) => matthews(exactly(counts));
  const quotient = quotientOf(objective);
  return (counts) => {
    const rank = quotient(exactly(counts));
    return { value: rank.value() ?? NaN, rank };
  };
}

function quotientOf(objective: Exclude<Objective, (counts: BinaryCounts) => number>): (counts: Exactly) => Ratio {
  if (typeof objective === "object" && objective !== null && "fBeta" in objective) {
    checkOptions("objective", objective, ["fBeta", "epsilon"]);
    const beta = number("fBeta", objective.fBeta, (value) => value >= 0, "a number ≥ 0");
    const epsilon = number("epsilon", objective.epsilon ?? 0, (value) => value >= 0 && value < Infinity, "finite, ≥ 0");
    return epsilon === 0 ? fBeta(beta) : softened(beta, epsilon);
  }
  const names = Object.keys(named) as (keyof typeof named)[];
  const name = oneOf("objective", objective ?? null, [...names, "mcc"], "f1");
  return named[name as keyof typeof named];
}

/** Whether the first is better: neither is NaN. */
export function isBetter(a: Merit, b: Merit): boolean {
  if (typeof a.rank === "number" || typeof b.rank === "number") return a.rank > b.rank;
  return a.rank.minus(b.rank).sign() > 0;
}
