// Counts, and what follows from them.
import { matrixChecksum } from "../checksums.mjs";
import { confusion as loops } from "../loops/confusion.mjs";
import { classes, fewClasses, largeBalanced } from "./datasets.mjs";

const matrix = {
  tol: 0,
  needs: "confusionMatrix",
  gives: "[trace, hash]",
  numbers: ({ counts, numClasses }) => matrixChecksum(counts, numClasses),
  arrays: ({ counts }) => [counts],
};

export const counts = {
  confusion_threshold: {
    ...matrix,
    what: "binary confusion from probabilities at threshold 0.5",
    gives: "[tn, fp, fn, tp]",
    on: largeBalanced,
    takes: ["probs", "labels"],
    run: (assay, [probs, labels]) => assay.confusionMatrix(probs, labels, { from: "probabilities" }),
    numbers: ({ counts }) => [...counts],
    loop: loops.confusion_threshold,
  },
  confusion_labels: {
    ...matrix,
    what: "confusion matrix from two integer label arrays",
    on: classes,
    takes: ["preds", "labels"],
    run: (assay, [preds, labels], { c }) => assay.confusionMatrix(preds, labels, { numClasses: c }),
    loop: loops.confusion_labels,
  },
  confusion_argmax: {
    ...matrix,
    what: "confusion matrix from logits (argmax inside)",
    on: classes,
    takes: ["logits", "labels"],
    run: (assay, [logits, labels], { c }) => assay.confusionMatrix(logits, labels, { from: "logits", numClasses: c }),
    loop: loops.confusion_argmax,
  },
  report: {
    what: "classification report from labels: per-class P/R/F1/support, macro, weighted, accuracy",
    gives: "[macro F1, weighted F1, accuracy]",
    on: classes,
    needs: "confusionMatrix",
    takes: ["preds", "labels"],
    run: (assay, [preds, labels], { c }) => assay.confusionMatrix(preds, labels, { numClasses: c }).report(),
    numbers: ({ macro, weighted, accuracy }) => [macro.f1, weighted.f1, accuracy],
    loop: loops.report,
  },
  prf_macro: {
    what: "macro precision, recall and F1 from labels",
    gives: "[P, R, F1]",
    on: fewClasses,
    needs: "confusionMatrix",
    takes: ["preds", "labels"],
    run(assay, [preds, labels], { c }) {
      const counts = assay.confusionMatrix(preds, labels, { numClasses: c });
      return [counts.precision(), counts.recall(), counts.f1()];
    },
    numbers: (scores) => scores,
    loop: loops.prf_macro,
  },
};
