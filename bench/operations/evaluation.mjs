// A whole evaluation of a classifier.
import { evaluation as loops } from "../loops/evaluation.mjs";
import { fewClasses } from "./datasets.mjs";

export const evaluation = {
  full_eval: {
    what: "CE + accuracy + per-class P/R/F1 + confusion + ECE + Brier + macro OvR AUROC + macro AP, from logits",
    gives: "[ce, acc, P, R, F1, ece, brier, auroc, ap]",
    on: fewClasses,
    tol: 2e-2,
    needs: "classwiseReliability",
    takes: ["logits", "labels"],
    run: (assay, [logits, labels], { c }) => {
      const options = { from: "logits", numClasses: c };
      const matrix = assay.confusionMatrix(logits, labels, options);
      return [
        assay.crossEntropy(logits, labels, { numClasses: c }),
        matrix.accuracy(),
        matrix.precision({ average: "macro" }),
        matrix.recall({ average: "macro" }),
        matrix.f1({ average: "macro" }),
        assay.calibrationError(logits, labels, options),
        assay.brierScore(logits, labels, options),
        assay.rocAuc(logits, labels, options),
        assay.averagePrecision(logits, labels, options),
      ];
    },
    numbers: (answers) => answers,
    loop: loops.full_eval,
  },
};
