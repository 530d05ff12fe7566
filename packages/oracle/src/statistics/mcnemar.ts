import {
  type AnyLabels,
  defaults,
  type McNemarOptions,
  type McNemarTest,
  type PairedOptions,
  type Statistics,
} from "@assay/contract";
import { boolean, checkOptions, isRows, oneOf, rangeError, typeError } from "../input.js";
import { chiSquareUpperTail, fairUpperTail } from "./distributions.js";
import { PAIRED_OPTIONS, pairs } from "./pairs.js";

/**
 * Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages" (1947); with
 * A. Edwards' correction (1948).
 */
export const mcnemar: Statistics["mcnemar"] = Object.assign(
  (
    predictedA: AnyLabels,
    predictedB: AnyLabels,
    targets: AnyLabels,
    options: McNemarOptions & PairedOptions = {},
  ): McNemarTest => {
    checkOptions("mcnemar", options, ["method", "correction", ...PAIRED_OPTIONS]);
    const { rows } = pairs(predictedA, predictedB, targets, options);
    const b = rows.filter(({ first, second, target }) => first === target && second !== target).length;
    const c = rows.filter(({ first, second, target }) => first !== target && second === target).length;
    return test(b, c, options);
  },
  {
    fromCounts(b: number, c: number, options: McNemarOptions = {}): McNemarTest {
      checkOptions("mcnemar.fromCounts", options, ["method", "correction"]);
      for (const [name, value] of Object.entries({ b, c })) {
        if (isRows(value)) continue;
        const message = `${name} = ${value}, but should be a whole number of rows`;
        throw rangeError(Number.isNaN(value) ? "nan" : "range", name, message, { value });
      }
      return test(b, c, options);
    },
  },
);

function test(b: number, c: number, options: McNemarOptions): McNemarTest {
  const method = oneOf("method", options.method, ["exact", "chiSquare"], "exact");
  if (method === "exact") {
    if (options.correction !== undefined) {
      throw typeError("option", "correction", 'correction is for method "chiSquare"');
    }
    // P(K ≤ min) = P(K ≥ max) of b + c with chance one half.
    return {
      b,
      c,
      statistic: Math.min(b, c),
      pValue: Math.min(1, 2 * fairUpperTail(Math.max(b, c), b + c)),
    };
  }
  const correction = boolean("correction", options.correction, defaults.correction) ? 1 : 0;
  const statistic = Math.max(0, Math.abs(b - c) - correction) ** 2 / (b + c);
  return { b, c, statistic, pValue: chiSquareUpperTail(statistic, 1) };
}
