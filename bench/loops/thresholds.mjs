// A threshold for each class of a row: the largest score at or above its own decides; where none is, class 0.

/** The largest eligible score of a row but for one class: its class, or −1. */
function bestBut(k, probs, at, c, thresholds) {
  let best = -1;
  for (let j = 0; j < c; j++) {
    if (j === k || probs[at + j] < thresholds[j]) continue;
    if (best < 0 || probs[at + j] > probs[at + best]) best = j;
  }
  return best;
}

/** The threshold of one class that makes most rows right, and how many, the others staying as they are. */
function lineSearch(k, probs, labels, n, c, thresholds) {
  const rows = [];
  let right = 0;
  for (let i = 0, at = 0; i < n; i++, at += c) {
    const other = bestBut(k, probs, at, c, thresholds);
    const without = Math.max(other, 0) === labels[i] ? 1 : 0;
    right += without;
    if (other < 0 || probs[at + k] > probs[at + other] || (probs[at + k] === probs[at + other] && k < other)) {
      rows.push({ score: probs[at + k], gain: (labels[i] === k ? 1 : 0) - without });
    }
  }
  rows.sort((a, b) => b.score - a.score);
  let best = { right, threshold: Infinity };
  for (let i = 0; i < rows.length; i++) {
    right += rows[i].gain;
    const isLast = i + 1 === rows.length || rows[i + 1].score !== rows[i].score;
    if (isLast && right > best.right) best = { right, threshold: rows[i].score };
  }
  return best;
}

/** The accuracy that coordinate ascent from plain argmax attains. */
export function classThresholds(probs, labels, n, c) {
  const thresholds = new Float64Array(c).fill(-Infinity);
  let most = -1;
  for (;;) {
    const before = most;
    for (let k = 0; k < c; k++) {
      const { right, threshold } = lineSearch(k, probs, labels, n, c, thresholds);
      if (right <= most) continue;
      most = right;
      thresholds[k] = threshold;
    }
    if (most === before) return most / n;
  }
}
