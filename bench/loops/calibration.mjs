// Calibration, and resampling.
import { mean } from "./confusion.mjs";
import { rankingAreas, scoreOf, sortedKeys } from "./curves.mjs";
import { topLabel } from "./rows.mjs";
import { squaredError } from "./scores.mjs";

const BINS = 15;

function binOf(p) {
  const bin = Math.ceil(p * BINS) - 1;
  if (bin < 0) return 0;
  return bin >= BINS ? BINS - 1 : bin;
}

function gapsOf(confidences, hits) {
  let sum = 0;
  for (let bin = 0; bin < confidences.length; bin++) sum += Math.abs(confidences[bin] - hits[bin]);
  return sum;
}

/** Over bins of equal width. */
export function expectedCalibrationError(confidence, hit, n) {
  const confidences = new Float64Array(BINS);
  const hits = new Float64Array(BINS);
  for (let i = 0; i < n; i++) {
    const bin = binOf(confidence[i]);
    confidences[bin] += confidence[i];
    hits[bin] += hit[i];
  }
  return gapsOf(confidences, hits) / n;
}

/** Numbers below 2³² (xorshift). */
function random(seed = 1) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  return sorted[below] + (position - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
}

function interval(values) {
  return [mean(values), quantile(values, 0.025), quantile(values, 0.975)];
}

const RESAMPLES = 100;

export const calibration = {
  ece_bin:
    ({ probs, labels, n }) =>
    () =>
      expectedCalibrationError(probs, labels, n),

  ece_mc:
    ({ logits, labels, n, c }) =>
    () => {
      const { confidence, hit } = topLabel(logits, labels, n, c);
      return expectedCalibrationError(confidence, hit, n);
    },

  ace_mc:
    ({ logits, labels, n, c }) =>
    () => {
      const { confidence, hit } = topLabel(logits, labels, n, c);
      const keys = sortedKeys(confidence, hit, n);
      let sum = 0;
      for (let bin = 0, start = 0; bin < BINS; bin++) {
        const end = Math.round(((bin + 1) * n) / BINS);
        let gap = 0;
        for (let i = start; i < end; i++) gap += scoreOf(keys[i]) - (keys[i] % 2);
        sum += Math.abs(gap);
        start = end;
      }
      return sum / n;
    },

  cwece:
    ({ logits, labels, n, c }) =>
    () => {
      const confidences = new Float64Array(c * BINS);
      const hits = new Float64Array(c * BINS);
      const exps = new Float64Array(c);
      for (let i = 0, row = 0; i < n; i++, row += c) {
        let max = logits[row];
        for (let j = 1; j < c; j++) if (logits[row + j] > max) max = logits[row + j];
        let sum = 0;
        for (let j = 0; j < c; j++) {
          exps[j] = Math.exp(logits[row + j] - max);
          sum += exps[j];
        }
        for (let j = 0; j < c; j++) {
          const p = exps[j] / sum;
          const bin = j * BINS + binOf(p);
          confidences[bin] += p;
          if (labels[i] === j) hits[bin]++;
        }
      }
      return gapsOf(confidences, hits) / n / c;
    },

  // Newton's method on b = 1/T, in which the loss is convex.
  temperature:
    ({ logits, labels, n, c }) =>
    () => {
      let b = 1;
      for (let iteration = 0; iteration < 30; iteration++) {
        let slope = 0;
        let curvature = 0;
        for (let i = 0, row = 0; i < n; i++, row += c) {
          let max = logits[row];
          for (let j = 1; j < c; j++) if (logits[row + j] > max) max = logits[row + j];
          let sum = 0;
          let first = 0;
          let second = 0;
          for (let j = 0; j < c; j++) {
            const z = logits[row + j] - max;
            const e = Math.exp(b * z);
            sum += e;
            first += e * z;
            second += e * z * z;
          }
          const expected = first / sum;
          slope += expected - (logits[row + labels[i]] - max);
          curvature += second / sum - expected * expected;
        }
        const step = slope / curvature;
        b -= step;
        if (Math.abs(step) < 1e-7 * b) break;
      }
      return 1 / b;
    },

  // Pool adjacent violators; equal scores are one point.
  isotonic: ({ probs, labels, n }) => [
    () => {
      const keys = sortedKeys(probs, labels, n);
      const values = new Float64Array(n);
      const weights = new Float64Array(n);
      const starts = new Float64Array(n);
      let pools = 0;
      for (let i = 0; i < n; ) {
        const bits = Math.floor(keys[i] / 2);
        let sum = 0;
        let weight = 0;
        do {
          sum += keys[i] % 2;
          weight++;
          i++;
        } while (i < n && Math.floor(keys[i] / 2) === bits);
        let value = sum / weight;
        while (pools > 0 && values[pools - 1] >= value) {
          pools--;
          value = (value * weight + values[pools] * weights[pools]) / (weight + weights[pools]);
          weight += weights[pools];
        }
        values[pools] = value;
        weights[pools] = weight;
        starts[pools++] = bits;
      }
      return {
        values: values.subarray(0, pools),
        weights: weights.subarray(0, pools),
        starts: starts.subarray(0, pools),
      };
    },
    ({ values, weights }) => {
      let sum = 0;
      for (let i = 0; i < values.length; i++) sum += values[i] * values[i] * weights[i];
      return [sum];
    },
  ],

  boot_auroc: ({ probs, labels, n }) => [
    () => {
      const next = random();
      const scores = new Float32Array(n);
      const targets = new Uint8Array(n);
      const values = [];
      for (let resample = 0; resample < RESAMPLES; resample++) {
        for (let i = 0; i < n; i++) {
          const k = Math.floor((next() / 4294967296) * n);
          scores[i] = probs[k];
          targets[i] = labels[k];
        }
        values.push(rankingAreas(sortedKeys(scores, targets, n), n).auroc);
      }
      return values;
    },
    interval,
  ],

  boot_f1: ({ probs, labels, n }) => [
    () => {
      const next = random();
      const cells = new Uint8Array(n);
      for (let i = 0; i < n; i++) cells[i] = labels[i] * 2 + (probs[i] >= 0.5 ? 1 : 0);
      const values = [];
      for (let resample = 0; resample < RESAMPLES; resample++) {
        const counts = [0, 0, 0, 0];
        for (let i = 0; i < n; i++) counts[cells[Math.floor((next() / 4294967296) * n)]]++;
        const [, fp, fn, tp] = counts;
        values.push((2 * tp) / (2 * tp + fp + fn));
      }
      return values;
    },
    interval,
  ],

  brier_bin:
    ({ probs, labels, n }) =>
    () =>
      squaredError(probs, labels) / n,

  brier_mc:
    ({ logits, labels, n, c }) =>
    () => {
      const exps = new Float64Array(c);
      let total = 0;
      for (let i = 0, row = 0; i < n; i++, row += c) {
        let max = logits[row];
        for (let j = 1; j < c; j++) if (logits[row + j] > max) max = logits[row + j];
        let sum = 0;
        let squares = 0;
        for (let j = 0; j < c; j++) {
          const e = Math.exp(logits[row + j] - max);
          exps[j] = e;
          sum += e;
          squares += e * e;
        }
        total += squares / (sum * sum) - (2 * exps[labels[i]]) / sum + 1;
      }
      return total / n;
    },
};
