// Curves: everything that takes sorted scores.
import { area, stepwiseArea } from "../checksums.mjs";
import { mean } from "../loops/confusion.mjs";
import { curves as loops, oneVersusRest } from "../loops/curves.mjs";
import { classThresholds } from "../loops/thresholds.mjs";
import { balanced, fewClasses, largeRare, rare } from "./datasets.mjs";

/** 200 equally spaced thresholds. */
const grid = Float64Array.from({ length: 200 }, (_, i) => i / 199);

const number = (result) => [result];
const ranking = {
  gives: "[area]",
  on: [...rare, ...balanced, "bin_1e4_p50"],
  takes: ["probs", "labels"],
  numbers: number,
};

/** What a curve answers, once it is made. */
function fromCurve(answer) {
  return (assay, [probs, labels]) => {
    const curve = assay.binaryCurve(probs, labels);
    try {
      return answer(curve);
    } finally {
      curve.free();
    }
  };
}

export const curves = {
  roc_curve: {
    what: "exact ROC curve (arrays returned)",
    gives: "[area under the returned curve]",
    on: ranking.on,
    // Curves have had their points for as long as there is this function.
    needs: "classCurves",
    takes: ["probs", "labels"],
    run: fromCurve((curve) => curve.roc()),
    numbers: ({ fpr, tpr }) => [area(fpr, tpr)],
    arrays: ({ fpr, tpr, thresholds }) => [fpr, tpr, thresholds],
    loop: loops.roc_curve,
  },
  auroc: {
    ...ranking,
    what: "exact AUROC",
    needs: "rocAuc",
    run: (assay, [probs, labels]) => assay.rocAuc(probs, labels),
    loop: loops.auroc,
  },
  average_precision: {
    ...ranking,
    what: "exact average precision",
    on: [...rare, ...balanced],
    needs: "averagePrecision",
    run: (assay, [probs, labels]) => assay.averagePrecision(probs, labels),
    loop: loops.average_precision,
  },
  pr_curve: {
    what: "exact precision-recall curve (arrays returned)",
    gives: "[AP from the returned curve]",
    on: rare,
    needs: "classCurves",
    takes: ["probs", "labels"],
    run: fromCurve((curve) => curve.precisionRecall()),
    numbers: ({ precision, recall }) => [stepwiseArea(precision.toReversed(), recall.toReversed())],
    arrays: ({ precision, recall, thresholds }) => [precision, recall, thresholds],
    loop: loops.pr_curve,
  },
  best_f1: {
    what: "best F1 and its threshold over all thresholds",
    gives: "[best F1, threshold]",
    on: rare,
    tol: 1e-3,
    needs: "binaryCurve",
    takes: ["probs", "labels"],
    run: fromCurve((curve) => curve.best("f1")),
    numbers: ({ value, threshold }) => [value, threshold],
    loop: loops.best_f1,
  },
  // From probabilities, like scikit-learn's: softmax is outside, and outside the loop too.
  auroc_ovr: {
    what: "macro one-vs-rest AUROC from logits or probabilities",
    gives: "[auroc]",
    on: fewClasses,
    needs: "rocAuc",
    takes: ["probs", "labels"],
    run: (assay, [probs, labels], { c }) => assay.rocAuc(probs, labels, { numClasses: c }),
    numbers: number,
    loop:
      ({ probs, labels, n, c }) =>
      () =>
        oneVersusRest(probs, labels, n, c).auroc,
  },
  best_mc_thresholds: {
    what: "per-class decision thresholds maximising accuracy (catalyst get_best_multiclass_thresholds)",
    gives: "[best accuracy]",
    on: ["mc_1e3_c10", "mc_1e4_c10"],
    // Searches end where they end.
    tol: 2e-2,
    needs: "classThresholds",
    takes: ["probs", "labels"],
    run: (assay, [probs, labels], { c }) => assay.classThresholds(probs, labels, { numClasses: c }),
    numbers: ({ value }) => [value],
    arrays: ({ thresholds }) => [thresholds],
    loop:
      ({ probs, labels, n, c }) =>
      () =>
        classThresholds(probs, labels, n, c),
  },
  binned_pr_200: {
    what: "precision-recall curve at 200 fixed thresholds",
    gives: "[sum of recalls, precision at threshold number 100]",
    on: largeRare,
    tol: 1e-3,
    needs: "classCurves",
    takes: ["probs", "labels"],
    run: fromCurve((curve) => curve.precisionRecall({ thresholds: grid })),
    numbers: ({ precision, recall }) => [mean(recall) * recall.length, precision[100]],
    loop: loops.binned_pr_200,
  },
  binned_auroc_200: {
    what: "AUROC from 200 fixed thresholds",
    gives: "[auroc]",
    on: largeRare,
    tol: 1e-2,
    needs: "classCurves",
    takes: ["probs", "labels"],
    run: fromCurve((curve) => curve.roc({ thresholds: grid })),
    numbers: ({ fpr, tpr }) => [area(fpr, tpr)],
    loop: loops.binned_auroc_200,
  },
  auroc_buckets: {
    what: "bounds of the AUROC in constant memory, 2¹⁶ buckets",
    gives: "[lower, upper]",
    on: largeRare,
    needs: "curveHistogram",
    takes: ["probs", "labels"],
    run: (assay, [probs, labels]) => assay.curveHistogram(probs, labels).rocAuc(),
    numbers: ({ lower, upper }) => [lower, upper],
    loop: loops.auroc_buckets,
  },
};
