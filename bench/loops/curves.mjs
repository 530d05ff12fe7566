// Curves: everything that takes sorted scores.
import { area, stepwiseArea } from "../checksums.mjs";
import { mean } from "./confusion.mjs";
import { softmax } from "./rows.mjs";

/**
 * Scores with their labels, ascending. Scores ≥ 0 order like their bits, and the 33-bit key bits · 2 + label is exact
 * in a double: so the native sort of numbers orders the scores and carries the labels.
 */
export function sortedKeys(scores, labels, n) {
  const bits = new Uint32Array(scores.buffer, scores.byteOffset, n);
  const keys = new Float64Array(n);
  for (let i = 0; i < n; i++) keys[i] = bits[i] * 2 + labels[i];
  return keys.sort();
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** The score of a key. */
export function scoreOf(key) {
  word[0] = Math.floor(key / 2);
  return float[0];
}

/** Counts at each distinct score, descending: one call each; the totals. */
function descend(keys, n, visit) {
  let tp = 0;
  let fp = 0;
  for (let i = n - 1; i >= 0; ) {
    const bits = Math.floor(keys[i] / 2);
    do {
      if (keys[i] % 2) tp++;
      else fp++;
      i--;
    } while (i >= 0 && Math.floor(keys[i] / 2) === bits);
    visit(tp, fp, bits * 2);
  }
  return { positives: tp, negatives: fp };
}

export function rankingAreas(keys, n) {
  let roc = 0;
  let precision = 0;
  let tpBefore = 0;
  let fpBefore = 0;
  const { positives, negatives } = descend(keys, n, (tp, fp) => {
    roc += (fp - fpBefore) * (tp + tpBefore) * 0.5;
    precision += (tp - tpBefore) * (tp / (tp + fp));
    tpBefore = tp;
    fpBefore = fp;
  });
  return { auroc: roc / (positives * negatives), averagePrecision: precision / positives };
}

function rocCurve(scores, labels, n) {
  const keys = sortedKeys(scores, labels, n);
  const tpr = new Float64Array(n + 1);
  const fpr = new Float64Array(n + 1);
  const thresholds = new Float64Array(n + 1);
  thresholds[0] = Infinity;
  let points = 1;
  const { positives, negatives } = descend(keys, n, (tp, fp, key) => {
    tpr[points] = tp;
    fpr[points] = fp;
    thresholds[points++] = scoreOf(key);
  });
  for (let i = 0; i < points; i++) {
    tpr[i] /= positives;
    fpr[i] /= negatives;
  }
  return {
    fpr: fpr.subarray(0, points),
    tpr: tpr.subarray(0, points),
    thresholds: thresholds.subarray(0, points),
  };
}

function precisionRecallCurve(scores, labels, n) {
  const keys = sortedKeys(scores, labels, n);
  const precision = new Float64Array(n + 1);
  const recall = new Float64Array(n + 1);
  const thresholds = new Float64Array(n);
  let points = 0;
  const { positives } = descend(keys, n, (tp, fp, key) => {
    precision[points] = tp / (tp + fp);
    recall[points] = tp;
    thresholds[points++] = scoreOf(key);
  });
  for (let i = 0; i < points; i++) recall[i] /= positives;
  return {
    precision: precision.subarray(0, points),
    recall: recall.subarray(0, points),
    thresholds: thresholds.subarray(0, points),
  };
}

/** Macro one-vs-rest AUROC and average precision. */
export function oneVersusRest(probs, labels, n, c) {
  let auroc = 0;
  let averagePrecision = 0;
  for (let j = 0; j < c; j++) {
    const scores = new Float32Array(n);
    const positive = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      scores[i] = probs[i * c + j];
      positive[i] = labels[i] === j ? 1 : 0;
    }
    const areas = rankingAreas(sortedKeys(scores, positive, n), n);
    auroc += areas.auroc;
    averagePrecision += areas.averagePrecision;
  }
  return { auroc: auroc / c, averagePrecision: averagePrecision / c };
}

/** Positives and negatives at or above each of a number of equally spaced thresholds. */
function binnedCounts(probs, labels, n, thresholds) {
  const tp = new Float64Array(thresholds);
  const fp = new Float64Array(thresholds);
  for (let i = 0; i < n; i++) {
    const bin = Math.floor(probs[i] * (thresholds - 1));
    if (labels[i]) tp[bin]++;
    else fp[bin]++;
  }
  for (let bin = thresholds - 2; bin >= 0; bin--) {
    tp[bin] += tp[bin + 1];
    fp[bin] += fp[bin + 1];
  }
  return { tp, fp };
}

export const curves = {
  roc_curve: ({ probs, labels, n }) => [() => rocCurve(probs, labels, n), ({ fpr, tpr }) => [area(fpr, tpr)]],

  auroc:
    ({ probs, labels, n }) =>
    () =>
      rankingAreas(sortedKeys(probs, labels, n), n).auroc,

  average_precision:
    ({ probs, labels, n }) =>
    () =>
      rankingAreas(sortedKeys(probs, labels, n), n).averagePrecision,

  pr_curve: ({ probs, labels, n }) => [
    () => precisionRecallCurve(probs, labels, n),
    ({ precision, recall }) => [stepwiseArea(precision, recall)],
  ],

  best_f1: ({ probs, labels, n }) => [
    () => {
      let positives = 0;
      for (let i = 0; i < n; i++) positives += labels[i];
      let best = -1;
      let bestKey = 0;
      descend(sortedKeys(probs, labels, n), n, (tp, fp, key) => {
        const f1 = (2 * tp) / (tp + fp + positives);
        if (f1 > best) {
          best = f1;
          bestKey = key;
        }
      });
      return { value: best, threshold: scoreOf(bestKey) };
    },
    ({ value, threshold }) => [value, threshold],
  ],

  auroc_ovr:
    ({ logits, labels, n, c }) =>
    () =>
      oneVersusRest(softmax(logits, n, c), labels, n, c).auroc,

  binned_pr_200: ({ probs, labels, n }) => [
    () => {
      const { tp, fp } = binnedCounts(probs, labels, n, 200);
      const precision = new Float64Array(201);
      const recall = new Float64Array(201);
      for (let i = 0; i < 200; i++) {
        precision[i] = tp[i] + fp[i] ? tp[i] / (tp[i] + fp[i]) : 1;
        recall[i] = tp[i] / tp[0];
      }
      precision[200] = 1;
      return { precision, recall };
    },
    ({ precision, recall }) => [mean(recall) * 201, precision[100]],
  ],

  binned_auroc_200:
    ({ probs, labels, n }) =>
    () => {
      const { tp, fp } = binnedCounts(probs, labels, n, 200);
      return area([...fp, 0], [...tp, 0]) / (tp[0] * fp[0]);
    },

  // Scores ≥ 0 order like their bits: the leading 16 are the bucket. Pairs within one may be right or wrong.
  auroc_buckets: ({ probs, labels, n }) => [
    () => {
      const bits = new Uint32Array(probs.buffer, probs.byteOffset, n);
      const counts = new Float64Array(2 << 16);
      for (let i = 0; i < n; i++) counts[(bits[i] >>> 16) * 2 + labels[i]]++;
      let positives = 0;
      let negatives = 0;
      let certain = 0;
      let open = 0;
      for (let at = 0; at < counts.length; at += 2) {
        certain += counts[at + 1] * negatives;
        open += counts[at + 1] * counts[at];
        negatives += counts[at];
        positives += counts[at + 1];
      }
      const pairs = positives * negatives;
      return [certain / pairs, (certain + open) / pairs];
    },
    (bounds) => bounds,
  ],
};
