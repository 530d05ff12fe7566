// Counts, and what follows from them; rankings of labels.
import { cellsChecksum, matrixChecksum } from "../checksums.mjs";
import { confusion as loops } from "../loops/confusion.mjs";
import * as byLabel from "../loops/labels.mjs";
import { classes, fewClasses, labels, largeBalanced } from "./datasets.mjs";

const number = (result) => [result];

const matrix = {
  tol: 0,
  needs: "confusionMatrix",
  gives: "[trace, hash]",
  numbers: ({ counts, numClasses }) => matrixChecksum(counts, numClasses),
  arrays: ({ counts }) => [counts],
};

/** Counts of each label of rows that have several. */
const labelCounts = {
  tol: 0,
  on: labels,
  needs: "multilabelConfusionMatrix",
  gives: "[Σ cells, hash]",
  numbers: ({ counts }) => cellsChecksum(counts),
  arrays: ({ counts }) => [counts],
};

/** How rows of scores rank their labels. */
const labelRanking = { on: labels, gives: "[score]", takes: ["probs", "labels"], numbers: number };

const numLabels = ({ c }) => ({ numLabels: c });

function loopOfRanking(score) {
  return ({ probs, labels, n, c }) =>
    () =>
      score(probs, labels, n, c);
}

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
  topk: {
    what: "top-3 accuracy from logits",
    gives: "[accuracy]",
    on: classes,
    needs: "topKAccuracy",
    takes: ["logits", "labels"],
    run: (assay, [logits, labels], { c }) => assay.topKAccuracy(logits, labels, { numClasses: c, topK: 3 }),
    numbers: number,
    loop:
      ({ logits, labels, n, c }) =>
      () =>
        byLabel.topKAccuracy(logits, labels, n, c, 3),
    python: {
      torch: "(x.topk(3).indices == t[:, None]).any(1).float().mean()",
      sklearn: "skm.top_k_accuracy_score(t, x, k=3, labels=np.arange(c))",
      torchmetrics: "tmc.multiclass_accuracy(x, t, c, average='micro', top_k=3)",
    },
  },
  multilabel_labels: {
    ...labelCounts,
    what: "counts of each of 20 labels from two matrices of 0 and 1",
    takes: ["preds", "labels"],
    run: (assay, [preds, labels], data) => assay.multilabelConfusionMatrix(preds, labels, numLabels(data)),
    loop: ({ preds, labels, n, c }) => [() => byLabel.labelCounts(preds, labels, n, c, 1), cellsChecksum],
  },
  multilabel_threshold: {
    ...labelCounts,
    what: "counts of each of 20 labels from probabilities at threshold 0.5",
    takes: ["probs", "labels"],
    run(assay, [probs, labels], data) {
      return assay.multilabelConfusionMatrix(probs, labels, { ...numLabels(data), from: "probabilities" });
    },
    loop: ({ probs, labels, n, c }) => [() => byLabel.labelCounts(probs, labels, n, c, 0.5), cellsChecksum],
  },
  multilabel_f1: {
    what: "macro F1 over 20 labels from two matrices of 0 and 1",
    gives: "[F1]",
    on: labels,
    needs: "multilabelConfusionMatrix",
    takes: ["preds", "labels"],
    run: (assay, [preds, labels], data) => assay.multilabelConfusionMatrix(preds, labels, numLabels(data)).f1(),
    numbers: number,
    loop:
      ({ preds, labels, n, c }) =>
      () =>
        byLabel.macroF1(byLabel.labelCounts(preds, labels, n, c, 1)),
    python: {
      sklearn: "skm.f1_score(t, x, average='macro')",
      torchmetrics: "tmc.multilabel_f1_score(x, t, c)",
    },
  },
  coverage_error: {
    ...labelRanking,
    what: "coverage error of 20 labels",
    needs: "coverageError",
    run: (assay, [probs, labels], data) => assay.coverageError(probs, labels, numLabels(data)),
    loop: loopOfRanking(byLabel.coverageError),
    python: { sklearn: "skm.coverage_error(t, x)", torchmetrics: "tmc.multilabel_coverage_error(x, t, c)" },
  },
  lrap: {
    ...labelRanking,
    what: "label ranking average precision of 20 labels",
    needs: "labelRankingAveragePrecision",
    run: (assay, [probs, labels], data) => assay.labelRankingAveragePrecision(probs, labels, numLabels(data)),
    loop: loopOfRanking(byLabel.averagePrecision),
    python: {
      sklearn: "skm.label_ranking_average_precision_score(t, x)",
      torchmetrics: "tmc.multilabel_ranking_average_precision(x, t, c)",
    },
  },
  ranking_loss: {
    ...labelRanking,
    what: "label ranking loss of 20 labels",
    needs: "labelRankingLoss",
    run: (assay, [probs, labels], data) => assay.labelRankingLoss(probs, labels, numLabels(data)),
    loop: loopOfRanking(byLabel.rankingLoss),
    python: {
      sklearn: "skm.label_ranking_loss(t, x)",
      torchmetrics: "tmc.multilabel_ranking_loss(x, t, c)",
    },
  },
  ndcg: {
    ...labelRanking,
    what: "NDCG of 20 labels",
    needs: "ndcg",
    run: (assay, [probs, labels], data) => assay.ndcg(probs, labels, numLabels(data)),
    loop: loopOfRanking(byLabel.ndcg),
    python: { sklearn: "skm.ndcg_score(t, x)" },
  },
};
