// Rows with several labels, by hand.

/** [tn, fp, fn, tp] of each label. */
export function labelCounts(predicted, labels, n, c, threshold) {
  const counts = new Float64Array(4 * c);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < c; j++, at++) counts[4 * j + 2 * labels[at] + (predicted[at] >= threshold ? 1 : 0)]++;
  }
  return counts;
}

/** The mean over labels of 2tp / (2tp + fp + fn). */
export function macroF1(counts) {
  let sum = 0;
  for (let at = 0; at < counts.length; at += 4) {
    const [fp, fn, tp] = counts.subarray(at + 1, at + 4);
    sum += tp + fp + fn ? (2 * tp) / (2 * tp + fp + fn) : 0;
  }
  return (4 * sum) / counts.length;
}

/** The mean over rows of how many labels score at least as high as the lowest true one. */
export function coverageError(scores, labels, n, c) {
  let sum = 0;
  for (let at = 0; at < n * c; at += c) {
    let lowest = Infinity;
    for (let j = at; j < at + c; j++) if (labels[j] && scores[j] < lowest) lowest = scores[j];
    for (let j = at; j < at + c; j++) if (scores[j] >= lowest) sum++;
  }
  return sum / n;
}

/** The mean over rows and their true labels of the share of true ones among those that score at least as high. */
export function averagePrecision(scores, labels, n, c) {
  let sum = 0;
  for (let at = 0; at < n * c; at += c) {
    let shares = 0;
    let positives = 0;
    for (let j = at; j < at + c; j++) {
      if (!labels[j]) continue;
      let above = 0;
      let right = 0;
      for (let k = at; k < at + c; k++) {
        if (scores[k] < scores[j]) continue;
        above++;
        right += labels[k];
      }
      shares += right / above;
      positives++;
    }
    sum += positives > 0 && positives < c ? shares / positives : 1;
  }
  return sum / n;
}

/** The mean over rows of the share of pairs in which a true label does not score higher than a false one. */
export function rankingLoss(scores, labels, n, c) {
  let sum = 0;
  for (let at = 0; at < n * c; at += c) {
    let wrong = 0;
    let positives = 0;
    for (let j = at; j < at + c; j++) {
      if (!labels[j]) continue;
      positives++;
      for (let k = at; k < at + c; k++) if (!labels[k] && scores[k] >= scores[j]) wrong++;
    }
    if (wrong > 0) sum += wrong / (positives * (c - positives));
  }
  return sum / n;
}

/** The mean over rows of Σ 1 / log₂(1 + rank) of the true labels over the most that it could be. */
export function ndcg(scores, labels, n, c) {
  const cumulated = new Float64Array(c + 1);
  for (let rank = 1; rank <= c; rank++) cumulated[rank] = cumulated[rank - 1] + 1 / Math.log2(1 + rank);
  let sum = 0;
  for (let at = 0; at < n * c; at += c) {
    let gain = 0;
    let positives = 0;
    for (let j = at; j < at + c; j++) {
      if (!labels[j]) continue;
      positives++;
      let above = 0;
      let equal = 0;
      for (let k = at; k < at + c; k++) {
        if (scores[k] > scores[j]) above++;
        else if (scores[k] === scores[j]) equal++;
      }
      gain += (cumulated[above + equal] - cumulated[above]) / equal;
    }
    if (positives > 0) sum += gain / cumulated[positives];
  }
  return sum / n;
}

/** The share of rows whose label is among the k largest scores, the first column first where they are equal. */
export function topKAccuracy(scores, labels, n, c, k) {
  let hits = 0;
  for (let i = 0, at = 0; i < n; i++, at += c) {
    const target = scores[at + labels[i]];
    let ahead = 0;
    for (let j = 0; j < labels[i]; j++) if (scores[at + j] >= target) ahead++;
    for (let j = labels[i] + 1; j < c; j++) if (scores[at + j] > target) ahead++;
    if (ahead < k) hits++;
  }
  return hits / n;
}
