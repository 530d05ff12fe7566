import type { Loss, LossOptions } from "@assay/contract";
import { differenceLoss } from "./difference.js";

/**
 * Log-cosh loss ln cosh d of d = x − t: near ½d² where small and |d| − ln 2 where large. It is taken as
 * log1p(2·sinh²(d/2)) where small, so that it keeps its digits, and as |d| + log1p(e^−2|d|) − ln 2 where large, so that
 * it does not overflow.
 *
 * Gradient: tanh d.
 */
export const logCoshLoss: Loss<LossOptions> = differenceLoss("logCoshLoss", [], () => ({
  config: {},
  of: (d) => {
    const size = Math.abs(d);
    const value =
      size < 4 ? Math.log1p(2 * Math.sinh(size / 2) ** 2) : size - Math.LN2 + Math.log1p(Math.exp(-2 * size));
    return { value, slope: Math.tanh(d) };
  },
}));
