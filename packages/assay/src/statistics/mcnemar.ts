/**
 * McNemar's test.
 *
 * @module
 */
import {
  type AnyLabels,
  AssayRangeError,
  AssayTypeError,
  defaults,
  type McNemarOptions,
  type McNemarTest,
  type PairedOptions,
  type Statistics,
} from "@assay/contract";
import { core } from "../core.js";
import { flag, oneOf, optionsOf } from "../options.js";
import { unevenness } from "./fair-coins.js";
import { countPairs, pairedOptions } from "./paired.js";
import { areRows } from "./tables.js";

const own = ["method", "correction"] as const;

function test(b: number, c: number, { method = "exact", correction }: McNemarOptions): McNemarTest {
  oneOf(method, ["exact", "chiSquare"], "method");
  const n = b + c;
  if (method === "exact") {
    if (correction !== undefined) {
      throw new AssayTypeError('correction is for method "chiSquare"', { code: "option", argument: "correction" });
    }
    const statistic = Math.min(b, c);
    return { b, c, statistic, pValue: unevenness(statistic, n) };
  }
  const distance = Math.max(0, Math.abs(b - c) - Number(flag(correction ?? defaults.correction, "correction")));
  const statistic = distance * (distance / n);
  return { b, c, statistic, pValue: core().chi_square_upper_tail(statistic, 1) };
}

function expectCount(value: number, name: string): number {
  if (areRows(value)) return value;
  const message = `${name} = ${String(value)}, but must be a whole number of rows`;
  throw new AssayRangeError(message, { code: Number.isNaN(value) ? "nan" : "range", argument: name, value });
}

/**
 * McNemar's test of whether two models are right equally often, on the same rows. Only rows count that one model has
 * right and the other wrong: b of the first, c of the second. Were both equally good, each of these would fall to either
 * with chance ½. The p-value is two-sided.
 *
 * `"exact"` takes the binomial distribution, 2·P(K ≤ min(b, c)) of b + c with chance ½, at most 1; of up to a thousand
 * such rows the p-value is the float64 next to that. `"chiSquare"` takes
 * its limit, (|b − c| − 1)² / (b + c) with one degree of freedom, or with `correction: false` without the 1; without
 * any such row it is NaN, where the exact p-value is 1.
 *
 * @param predictedA labels of the first model, N: classes 0 and 1, or 0..numClasses−1, or what `classes` lists
 * @param predictedB of the second one
 * @param targets true labels; rows labelled `ignoreIndex` are left out
 * @throws AssayRangeError for a label out of range, lengths that do not fit, no rows
 * @example
 * mcnemar(predictedA, predictedB, labels, { numClasses: 10 }).pValue;
 * mcnemar.fromCounts(121, 59).pValue; // 4.4e-6
 * @see Q. McNemar (1947); A. Edwards (1948) for the correction
 */
export const mcnemar: Statistics["mcnemar"] = /*#__PURE__*/ Object.assign(
  (
    predictedA: AnyLabels,
    predictedB: AnyLabels,
    targets: AnyLabels,
    options?: McNemarOptions & PairedOptions,
  ): McNemarTest => {
    const given = optionsOf(options, [...own, ...pairedOptions], "mcnemar");
    const { table, split } = countPairs(predictedA, predictedB, targets, given);
    let [b, c] = [0, 0];
    table.keys.forEach((key, i) => {
      const { target, first, second } = split(key);
      const count = table.counts[i] as number;
      if (first === target && second !== target) b += count;
      if (first !== target && second === target) c += count;
    });
    return test(b, c, given);
  },
  {
    fromCounts(b: number, c: number, options?: McNemarOptions): McNemarTest {
      const given = optionsOf(options, own, "mcnemar.fromCounts");
      return test(expectCount(b, "b"), expectCount(c, "c"), given);
    },
  },
);
