// Confusion matrices and what follows from them.
import { matrixChecksum } from "../checksums.mjs";
import { argmaxRows } from "./rows.mjs";

/** Rows are true classes, columns predicted ones. */
export function confusionMatrix(labels, preds, n, c) {
  const counts = new Float64Array(c * c);
  for (let i = 0; i < n; i++) counts[labels[i] * c + preds[i]]++;
  return counts;
}

/** Precision, recall, F1 and support of each class, and the accuracy. */
export function scoresOf(counts, c) {
  const precision = new Float64Array(c);
  const recall = new Float64Array(c);
  const f1 = new Float64Array(c);
  const support = new Float64Array(c);
  let correct = 0;
  let total = 0;
  for (let j = 0; j < c; j++) {
    let row = 0;
    let column = 0;
    for (let i = 0; i < c; i++) {
      row += counts[j * c + i];
      column += counts[i * c + j];
    }
    const tp = counts[j * c + j];
    correct += tp;
    total += row;
    support[j] = row;
    precision[j] = column ? tp / column : 0;
    recall[j] = row ? tp / row : 0;
    f1[j] = row + column ? (2 * tp) / (row + column) : 0;
  }
  return { precision, recall, f1, support, accuracy: correct / total, total };
}

export function mean(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function reportOf(labels, preds, n, c) {
  const scores = scoresOf(confusionMatrix(labels, preds, n, c), c);
  let weighted = 0;
  for (let j = 0; j < c; j++) weighted += scores.f1[j] * scores.support[j];
  return {
    ...scores,
    macro: [mean(scores.precision), mean(scores.recall), mean(scores.f1)],
    weightedF1: weighted / scores.total,
  };
}

export const confusion = {
  confusion_threshold: ({ probs, labels, n }) => [
    () => {
      const counts = [0, 0, 0, 0];
      for (let i = 0; i < n; i++) counts[labels[i] * 2 + (probs[i] >= 0.5 ? 1 : 0)]++;
      return counts;
    },
    (counts) => counts,
  ],
  confusion_labels: ({ preds, labels, n, c }) => [
    () => confusionMatrix(labels, preds, n, c),
    (counts) => matrixChecksum(counts, c),
  ],
  confusion_argmax: ({ logits, labels, n, c }) => [
    () => confusionMatrix(labels, argmaxRows(logits, n, c), n, c),
    (counts) => matrixChecksum(counts, c),
  ],
  report: ({ preds, labels, n, c }) => [
    () => reportOf(labels, preds, n, c),
    ({ macro, weightedF1, accuracy }) => [macro[2], weightedF1, accuracy],
  ],
  prf_macro: ({ preds, labels, n, c }) => [() => reportOf(labels, preds, n, c).macro, (macro) => macro],
};
