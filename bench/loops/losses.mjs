// Losses.
import { sumOfMagnitudes } from "../checksums.mjs";
import { logSumExp } from "./rows.mjs";

function meanSquaredError(a, b, n) {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const e = a[i] - b[i];
    sum += e * e;
  }
  return sum / n;
}

export const losses = {
  bce_probs:
    ({ probs, labelsF, n }) =>
    () => {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const p = Math.min(Math.max(probs[i], 1e-7), 1 - 1e-7);
        sum -= labelsF[i] * Math.log(p) + (1 - labelsF[i]) * Math.log(1 - p);
      }
      return sum / n;
    },

  bce_logits:
    ({ logits, labelsF, n }) =>
    () => {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const z = logits[i];
        sum += Math.max(z, 0) - z * labelsF[i] + Math.log1p(Math.exp(-Math.abs(z)));
      }
      return sum / n;
    },

  bce_logits_grad: ({ logits, labelsF, n }) => [
    () => {
      const gradient = new Float32Array(n);
      const share = 1 / n;
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const z = logits[i];
        const e = Math.exp(-Math.abs(z));
        sum += Math.max(z, 0) - z * labelsF[i] + Math.log1p(e);
        gradient[i] = ((z >= 0 ? 1 : e) / (1 + e) - labelsF[i]) * share;
      }
      return { loss: sum / n, gradient };
    },
    ({ loss, gradient }) => [loss, sumOfMagnitudes(gradient)],
  ],

  focal:
    ({ logits, labelsF, n }) =>
    () => {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const z = logits[i];
        const y = labelsF[i];
        const e = Math.exp(-Math.abs(z));
        const p = (z >= 0 ? 1 : e) / (1 + e);
        const loss = Math.max(z, 0) - z * y + Math.log1p(e);
        const miss = 1 - (p * y + (1 - p) * (1 - y));
        sum += (0.25 * y + 0.75 * (1 - y)) * loss * miss * miss;
      }
      return sum / n;
    },

  dice:
    ({ probs, labelsF, n }) =>
    () => {
      let both = 0;
      let predicted = 0;
      let positive = 0;
      for (let i = 0; i < n; i++) {
        both += probs[i] * labelsF[i];
        predicted += probs[i];
        positive += labelsF[i];
      }
      return 1 - (2 * both + 1) / (predicted + positive + 1);
    },

  tversky:
    ({ probs, labelsF, n }) =>
    () => {
      let tp = 0;
      let fp = 0;
      let fn = 0;
      for (let i = 0; i < n; i++) {
        const p = probs[i];
        const y = labelsF[i];
        tp += p * y;
        fp += p * (1 - y);
        fn += (1 - p) * y;
      }
      return 1 - (tp + 1) / (tp + 0.3 * fp + 0.7 * fn + 1);
    },

  ce_logits:
    ({ logits, labels, n, c }) =>
    () => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += logSumExp(logits, i * c, c) - logits[i * c + labels[i]];
      return sum / n;
    },

  ce_logits_grad: ({ logits, labels, n, c }) => [
    () => {
      const gradient = new Float32Array(n * c);
      const share = 1 / n;
      let total = 0;
      for (let i = 0, row = 0; i < n; i++, row += c) {
        let max = logits[row];
        for (let j = 1; j < c; j++) if (logits[row + j] > max) max = logits[row + j];
        let sum = 0;
        for (let j = 0; j < c; j++) {
          const e = Math.exp(logits[row + j] - max);
          gradient[row + j] = e;
          sum += e;
        }
        const scale = share / sum;
        for (let j = 0; j < c; j++) gradient[row + j] *= scale;
        gradient[row + labels[i]] -= share;
        total += max + Math.log(sum) - logits[row + labels[i]];
      }
      return { loss: total / n, gradient };
    },
    ({ loss, gradient }) => [loss, sumOfMagnitudes(gradient)],
  ],

  nll:
    ({ logp, labels, n, c }) =>
    () => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum -= logp[i * c + labels[i]];
      return sum / n;
    },

  mse:
    ({ pred, target, n }) =>
    () =>
      meanSquaredError(pred, target, n),

  rmse:
    ({ pred, target, n }) =>
    () =>
      Math.sqrt(meanSquaredError(pred, target, n)),

  r2:
    ({ pred, target, n }) =>
    () => {
      let mean = 0;
      for (let i = 0; i < n; i++) mean += target[i];
      mean /= n;
      let residual = 0;
      let total = 0;
      for (let i = 0; i < n; i++) {
        const e = pred[i] - target[i];
        const d = target[i] - mean;
        residual += e * e;
        total += d * d;
      }
      return 1 - residual / total;
    },

  brier_bin:
    ({ probs, labels, n }) =>
    () =>
      meanSquaredError(probs, labels, n),

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
