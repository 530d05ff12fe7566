// Scores of real predictions, by hand.
import { sumOfMagnitudes } from "../checksums.mjs";

export function meanOf(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

export function squaredError(x, t) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - t[i]) * (x[i] - t[i]);
  return sum;
}

/** Σ (v − center)². */
function spread(values, center) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - center) * (values[i] - center);
  return sum;
}

function absoluteError(x, t) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.abs(x[i] - t[i]);
  return sum;
}

/** A quantile by sorting, between neighbours in proportion. */
function quantileOf(values, q) {
  const sorted = Float32Array.from(values).sort();
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  return sorted[below] + (position - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
}

/** Means, variances and covariance, each times n. */
function moments(x, t) {
  const meanX = meanOf(x);
  const meanT = meanOf(t);
  let xx = 0;
  let tt = 0;
  let xt = 0;
  for (let i = 0; i < x.length; i++) {
    const a = x[i] - meanX;
    const b = t[i] - meanT;
    xx += a * a;
    tt += b * b;
    xt += a * b;
  }
  return { meanX, meanT, xx, tt, xt };
}

function pearson(x, t) {
  const { xx, tt, xt } = moments(x, t);
  return xt / Math.sqrt(xx * tt);
}

/** Ranks, the mean one for ties: the native sort on keys of ordered bits and index, exact in a double up to 2²⁰ rows. */
function ranksOf(values) {
  const n = values.length;
  const bits = new Uint32Array(values.buffer, values.byteOffset, n);
  const keys = new Float64Array(n);
  for (let i = 0; i < n; i++) keys[i] = ((bits[i] ^ ((bits[i] >> 31) | 0x80000000)) >>> 0) * 0x100000 + i;
  keys.sort();
  const ranks = new Float64Array(n);
  for (let i = 0; i < n; ) {
    const start = i;
    const key = Math.floor(keys[i] / 0x100000);
    while (i < n && Math.floor(keys[i] / 0x100000) === key) i++;
    for (let j = start; j < i; j++) ranks[keys[j] % 0x100000] = (start + i - 1) / 2;
  }
  return ranks;
}

function tweedie(x, t, power) {
  const scale = 1 / ((1 - power) * (2 - power));
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    sum += t[i] ** (2 - power) * scale - (t[i] * x[i] ** (1 - power)) / (1 - power) + x[i] ** (2 - power) / (2 - power);
  }
  return 2 * sum;
}

/** The Tweedie deviance of one prediction for all. */
function tweedieOfConstant(t, mean, power) {
  const slope = mean ** (1 - power) / (1 - power);
  const base = mean ** (2 - power) / (2 - power);
  const scale = 1 / ((1 - power) * (2 - power));
  let sum = 0;
  for (let i = 0; i < t.length; i++) sum += t[i] ** (2 - power) * scale - t[i] * slope + base;
  return 2 * sum;
}

function pinball(x, t, q) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += t[i] > x[i] ? q * (t[i] - x[i]) : (1 - q) * (x[i] - t[i]);
  return sum;
}

function pinballOfConstant(t, x, q) {
  let sum = 0;
  for (let i = 0; i < t.length; i++) sum += t[i] > x ? q * (t[i] - x) : (1 - q) * (x - t[i]);
  return sum;
}

/** Score → (predictions, targets) → its value. */
export const scores = {
  rmse: (x, t) => Math.sqrt(squaredError(x, t) / x.length),

  msle(x, t) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      const d = Math.log((1 + x[i]) / (1 + t[i]));
      sum += d * d;
    }
    return sum / x.length;
  },

  mape(x, t) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += Math.abs(x[i] - t[i]) / Math.max(Math.abs(t[i]), Number.EPSILON);
    return sum / x.length;
  },

  smape(x, t) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      sum += (2 * Math.abs(x[i] - t[i])) / Math.max(Math.abs(x[i]) + Math.abs(t[i]), 1.17e-6);
    }
    return sum / x.length;
  },

  wmape: (x, t) => absoluteError(x, t) / sumOfMagnitudes(t),

  median_ae(x, t) {
    const errors = new Float32Array(x.length);
    for (let i = 0; i < x.length; i++) errors[i] = Math.abs(x[i] - t[i]);
    return quantileOf(errors, 0.5);
  },

  max_error(x, t) {
    let largest = 0;
    for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i] - t[i]));
    return largest;
  },

  r2: (x, t) => 1 - squaredError(x, t) / spread(t, meanOf(t)),

  explained_variance(x, t) {
    const meanT = meanOf(t);
    const bias = meanOf(x) - meanT;
    let residual = 0;
    let total = 0;
    for (let i = 0; i < x.length; i++) {
      const e = x[i] - t[i] - bias;
      residual += e * e;
      total += (t[i] - meanT) * (t[i] - meanT);
    }
    return 1 - residual / total;
  },

  rse: (x, t) => squaredError(x, t) / spread(t, meanOf(t)),

  tweedie: (x, t) => tweedie(x, t, 1.7) / x.length,

  poisson_deviance(x, t) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += (t[i] > 0 ? t[i] * Math.log(t[i] / x[i]) : 0) - t[i] + x[i];
    return (2 * sum) / x.length;
  },

  gamma_deviance(x, t) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += Math.log(x[i] / t[i]) + t[i] / x[i] - 1;
    return (2 * sum) / x.length;
  },

  d2_absolute(x, t) {
    const median = quantileOf(t, 0.5);
    return 1 - absoluteError(x, t) / (2 * pinballOfConstant(t, median, 0.5));
  },

  d2_pinball: (x, t) => 1 - pinball(x, t, 0.9) / pinballOfConstant(t, quantileOf(t, 0.9), 0.9),

  d2_tweedie: (x, t) => 1 - tweedie(x, t, 1.7) / tweedieOfConstant(t, meanOf(t), 1.7),

  concordance(x, t) {
    const { meanX, meanT, xx, tt, xt } = moments(x, t);
    return (2 * xt) / (xx + tt + (x.length - 1) * (meanX - meanT) ** 2);
  },

  pearson,

  spearman: (x, t) => pearson(ranksOf(x), ranksOf(t)),

  log_loss(p, labels, { n, c }) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum -= Math.log(Math.max(p[i * c + labels[i]], Number.EPSILON));
    return sum / n;
  },
};
