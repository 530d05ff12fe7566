// Losses of two classes from logits that are more than a sum over elements.

function sigmoid(x) {
  const e = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

/** 1 − (2Σp·t + 1) / (Σp + Σt + 1) with p = σ(x), plus `bce` times the mean binary cross-entropy. */
function dice(bce) {
  const parts = (x, t, p) => {
    let both = 0;
    let all = 0;
    let cost = 0;
    for (let i = 0; i < x.length; i++) {
      const e = Math.exp(-Math.abs(x[i]));
      const own = (x[i] >= 0 ? 1 : e) / (1 + e);
      if (bce !== 0) cost += Math.max(x[i], 0) - x[i] * t[i] + Math.log1p(e);
      if (p) p[i] = own;
      both += own * t[i];
      all += own + t[i];
    }
    return { both, all, loss: 1 - (2 * both + 1) / (all + 1) + (bce * cost) / x.length };
  };
  return {
    value: (x, t) => () => parts(x, t).loss,
    gradient: (x, t) => () => {
      const gradient = new Float32Array(x.length);
      const { both, all, loss } = parts(x, t, gradient);
      const ofBoth = -2 / (all + 1);
      const ofAll = (2 * both + 1) / (all + 1) ** 2;
      const share = bce / x.length;
      for (let i = 0; i < x.length; i++) {
        const p = gradient[i];
        gradient[i] = (ofBoth * t[i] + ofAll) * p * (1 - p) + (p - t[i]) * share;
      }
      return { loss, gradient };
    },
  };
}

export const diceOfLogits = dice(0);

export const diceAndCrossEntropy = dice(1);

/** Cross-entropy of N × 2 logits plus 1 − 2PR / (P + R), with soft counts of class 1. */
function softF1Parts(x, labels, n, p) {
  let cost = 0;
  let both = 0;
  let predicted = 0;
  let positive = 0;
  for (let i = 0; i < n; i++) {
    const d = x[2 * i + 1] - x[2 * i];
    const own = sigmoid(d);
    const y = labels[i];
    const s = y ? d : -d;
    cost += Math.max(-s, 0) + Math.log1p(Math.exp(-Math.abs(d)));
    if (p) p[2 * i + 1] = own;
    both += own * y;
    predicted += own;
    positive += y;
  }
  const whole = predicted + positive;
  return { both, whole, loss: cost / n + 1 - (2 * both) / whole };
}

export const crossEntropyAndSoftF1 = {
  value:
    (x, labels, { n }) =>
    () =>
      softF1Parts(x, labels, n).loss,
  gradient:
    (x, labels, { n }) =>
    () => {
      const gradient = new Float32Array(2 * n);
      const { both, whole, loss } = softF1Parts(x, labels, n, gradient);
      const ofBoth = -2 / whole;
      const ofWhole = (2 * both) / (whole * whole);
      const share = 1 / n;
      for (let i = 0; i < n; i++) {
        const p = gradient[2 * i + 1];
        const y = labels[i];
        const slope = (p - y) * share + (ofBoth * y + ofWhole) * p * (1 - p);
        gradient[2 * i] = -slope;
        gradient[2 * i + 1] = slope;
      }
      return { loss, gradient };
    },
};
