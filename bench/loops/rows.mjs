// Rows of logits.

export function logSumExp(logits, row, c) {
  let max = logits[row];
  for (let j = 1; j < c; j++) if (logits[row + j] > max) max = logits[row + j];
  let sum = 0;
  for (let j = 0; j < c; j++) sum += Math.exp(logits[row + j] - max);
  return max + Math.log(sum);
}

export function softmax(logits, n, c) {
  const probs = new Float32Array(n * c);
  for (let i = 0; i < n; i++) {
    const row = i * c;
    let max = logits[row];
    for (let j = 1; j < c; j++) if (logits[row + j] > max) max = logits[row + j];
    let sum = 0;
    for (let j = 0; j < c; j++) {
      const e = Math.exp(logits[row + j] - max);
      probs[row + j] = e;
      sum += e;
    }
    const scale = 1 / sum;
    for (let j = 0; j < c; j++) probs[row + j] *= scale;
  }
  return probs;
}

export function logSoftmax(logits, n, c) {
  const result = new Float32Array(n * c);
  for (let row = 0; row < n * c; row += c) {
    const total = logSumExp(logits, row, c);
    for (let j = 0; j < c; j++) result[row + j] = logits[row + j] - total;
  }
  return result;
}

/** The class with the largest logit of each row, the first on ties. */
export function argmaxRows(logits, n, c) {
  const classes = new Int32Array(n);
  for (let i = 0, row = 0; i < n; i++, row += c) {
    let best = 0;
    let max = logits[row];
    for (let j = 1; j < c; j++) {
      if (logits[row + j] > max) {
        max = logits[row + j];
        best = j;
      }
    }
    classes[i] = best;
  }
  return classes;
}

/** The largest probability of each row, and whether its class is the true one. */
export function topLabel(logits, labels, n, c) {
  const confidence = new Float32Array(n);
  const hit = new Uint8Array(n);
  for (let i = 0, row = 0; i < n; i++, row += c) {
    let best = 0;
    let max = logits[row];
    for (let j = 1; j < c; j++) {
      if (logits[row + j] > max) {
        max = logits[row + j];
        best = j;
      }
    }
    let sum = 0;
    for (let j = 0; j < c; j++) sum += Math.exp(logits[row + j] - max);
    confidence[i] = 1 / sum;
    hit[i] = best === labels[i] ? 1 : 0;
  }
  return { confidence, hit };
}
