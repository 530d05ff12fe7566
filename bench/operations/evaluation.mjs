// A whole evaluation of a classifier.
import { evaluation as loops } from "../loops/evaluation.mjs";
import { fewClasses } from "./datasets.mjs";

export const evaluation = {
  full_eval: {
    what: "CE + accuracy + per-class P/R/F1 + confusion + ECE + Brier + macro OvR AUROC + macro AP, from logits",
    gives: "[ce, acc, P, R, F1, ece, brier, auroc, ap]",
    on: fewClasses,
    tol: 2e-2,
    loop: loops.full_eval,
  },
};
