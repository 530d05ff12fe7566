// Losses of one row and one label, as `row-losses.mjs` wants them; and those that are not of that kind.
import { logSumExp } from "./rows.mjs";

/** Writes exp(x − max) of a row; gives max and Σ. */
function exponentials(x, at, c, out, to) {
  let max = x[at];
  for (let j = 1; j < c; j++) if (x[at + j] > max) max = x[at + j];
  let sum = 0;
  for (let j = 0; j < c; j++) {
    const e = Math.exp(x[at + j] - max);
    out[to + j] = e;
    sum += e;
  }
  return { max, sum };
}

export const crossEntropy = {
  cost: (x, at, c, y) => logSumExp(x, at, c) - x[at + y],
  slopes(x, at, c, y, share, gradient) {
    const { max, sum } = exponentials(x, at, c, gradient, at);
    const scale = share / sum;
    for (let j = 0; j < c; j++) gradient[at + j] *= scale;
    gradient[at + y] -= share;
    return max + Math.log(sum) - x[at + y];
  },
};

export const negativeLogLikelihood = {
  cost: (x, at, _, y) => -x[at + y],
  slopes(x, at, _, y, share, gradient) {
    gradient[at + y] = -share;
    return -x[at + y];
  },
};

/** (1 − p)²·CE. */
export const focal = {
  cost(x, at, c, y) {
    const loss = logSumExp(x, at, c) - x[at + y];
    const miss = 1 - Math.exp(-loss);
    return miss * miss * loss;
  },
  slopes(x, at, c, y, share, gradient) {
    const { max, sum } = exponentials(x, at, c, gradient, at);
    const loss = max + Math.log(sum) - x[at + y];
    const p = gradient[at + y] / sum;
    const miss = 1 - p;
    const factor = share * miss * (miss + 2 * p * loss);
    const scale = factor / sum;
    for (let j = 0; j < c; j++) gradient[at + j] *= scale;
    gradient[at + y] -= factor;
    return miss * miss * loss;
  },
};

/** Cross-entropy and focal loss, half of each. */
export const crossEntropyAndFocal = {
  cost(x, at, c, y) {
    const loss = logSumExp(x, at, c) - x[at + y];
    const miss = 1 - Math.exp(-loss);
    return 0.5 * loss * (1 + miss * miss);
  },
  slopes(x, at, c, y, share, gradient) {
    const { max, sum } = exponentials(x, at, c, gradient, at);
    const loss = max + Math.log(sum) - x[at + y];
    const p = gradient[at + y] / sum;
    const miss = 1 - p;
    const factor = 0.5 * share * (1 + miss * (miss + 2 * p * loss));
    const scale = factor / sum;
    for (let j = 0; j < c; j++) gradient[at + j] *= scale;
    gradient[at + y] -= factor;
    return 0.5 * loss * (1 + miss * miss);
  },
};

/** Σ over classes of (1 − p)²·BCE, each against "is this the class". */
export const oneVersusRestFocal = {
  cost(x, at, c, y) {
    let sum = 0;
    for (let j = 0; j < c; j++) {
      const s = j === y ? x[at + j] : -x[at + j];
      const e = Math.exp(-Math.abs(s));
      const miss = (s >= 0 ? e : 1) / (1 + e);
      sum += miss * miss * (Math.max(-s, 0) + Math.log1p(e));
    }
    return sum;
  },
  slopes(x, at, c, y, share, gradient) {
    let sum = 0;
    for (let j = 0; j < c; j++) {
      const sign = j === y ? 1 : -1;
      const s = sign * x[at + j];
      const e = Math.exp(-Math.abs(s));
      const miss = (s >= 0 ? e : 1) / (1 + e);
      const loss = Math.max(-s, 0) + Math.log1p(e);
      sum += miss * miss * loss;
      gradient[at + j] = -sign * share * miss * miss * (miss + 2 * (1 - miss) * loss);
    }
    return sum;
  },
};

/** Σ over the other classes of max(0, 1 − x_y + x_c) / C. */
export const multiMargin = {
  cost(x, at, c, y) {
    const base = 1 - x[at + y];
    let sum = 0;
    for (let j = 0; j < c; j++) if (j !== y) sum += Math.max(0, base + x[at + j]);
    return sum / c;
  },
  slopes(x, at, c, y, share, gradient) {
    const base = 1 - x[at + y];
    const step = share / c;
    let sum = 0;
    let hits = 0;
    for (let j = 0; j < c; j++) {
      const margin = base + x[at + j];
      if (j === y || margin <= 0) continue;
      sum += margin;
      hits++;
      gradient[at + j] = step;
    }
    gradient[at + y] = -hits * step;
    return sum / c;
  },
};

function bestOther(x, at, c, y) {
  let best = y === 0 ? 1 : 0;
  for (let j = best + 1; j < c; j++) if (j !== y && x[at + j] > x[at + best]) best = j;
  return best;
}

/** max(0, 1 + the largest other − x_y). */
export const hinge = {
  cost: (x, at, c, y) => Math.max(0, 1 + x[at + bestOther(x, at, c, y)] - x[at + y]),
  slopes(x, at, c, y, share, gradient) {
    const other = bestOther(x, at, c, y);
    const margin = 1 + x[at + other] - x[at + y];
    if (margin <= 0) return 0;
    gradient[at + other] = share;
    gradient[at + y] = -share;
    return margin;
  },
};

/** Cross-entropy with rows of probabilities for targets. */
export const softCrossEntropy = {
  value:
    (x, t, { n, c }) =>
    () => {
      let total = 0;
      for (let at = 0; at < n * c; at += c) {
        const whole = logSumExp(x, at, c);
        for (let j = at; j < at + c; j++) total += t[j] * (whole - x[j]);
      }
      return total / n;
    },
  gradient:
    (x, t, { n, c }) =>
    () => {
      const gradient = new Float32Array(n * c);
      const share = 1 / n;
      let total = 0;
      for (let at = 0; at < n * c; at += c) {
        const { max, sum } = exponentials(x, at, c, gradient, at);
        const whole = max + Math.log(sum);
        let mass = 0;
        for (let j = at; j < at + c; j++) {
          mass += t[j];
          total += t[j] * (whole - x[j]);
        }
        for (let j = at; j < at + c; j++) gradient[j] = ((gradient[j] / sum) * mass - t[j]) * share;
      }
      return { loss: total / n, gradient };
    },
};

/** The mean over classes of 1 − 2Σp·t / (Σp + Σt), with softmax probabilities. */
function diceParts(x, labels, n, c, probabilities) {
  const both = new Float64Array(c);
  const all = new Float64Array(c);
  for (let i = 0, at = 0; i < n; i++, at += c) {
    const to = probabilities.length === c ? 0 : at;
    const { sum } = exponentials(x, at, c, probabilities, to);
    const scale = 1 / sum;
    for (let j = 0; j < c; j++) {
      const p = probabilities[to + j] * scale;
      probabilities[to + j] = p;
      all[j] += p;
    }
    both[labels[i]] += probabilities[to + labels[i]];
    all[labels[i]] += 1;
  }
  let loss = 0;
  for (let j = 0; j < c; j++) loss += 1 - (2 * both[j]) / all[j];
  return { both, all, loss: loss / c };
}

export const dice = {
  value:
    (x, labels, { n, c }) =>
    () =>
      diceParts(x, labels, n, c, new Float64Array(c)).loss,
  gradient:
    (x, labels, { n, c }) =>
    () => {
      const gradient = new Float32Array(n * c);
      const { both, all, loss } = diceParts(x, labels, n, c, gradient);
      const ofBoth = Float64Array.from(all, (sum) => -2 / (c * sum));
      const ofAll = Float64Array.from(all, (sum, j) => (2 * both[j]) / (c * sum * sum));
      for (let i = 0, at = 0; i < n; i++, at += c) {
        const y = labels[i];
        let mean = gradient[at + y] * ofBoth[y];
        for (let j = 0; j < c; j++) mean += gradient[at + j] * ofAll[j];
        for (let j = 0; j < c; j++) {
          gradient[at + j] *= ofAll[j] + (j === y ? ofBoth[y] : 0) - mean;
        }
      }
      return { loss, gradient };
    },
};
