// A whole evaluation of a classifier.
import { expectedCalibrationError } from "./calibration.mjs";
import { confusionMatrix, mean, scoresOf } from "./confusion.mjs";
import { oneVersusRest } from "./curves.mjs";
import { logSumExp, softmax } from "./rows.mjs";

export const evaluation = {
  full_eval: ({ logits, labels, n, c }) => [
    () => {
      const probs = softmax(logits, n, c);
      const preds = new Int32Array(n);
      const confidence = new Float32Array(n);
      const hit = new Uint8Array(n);
      let loss = 0;
      let brier = 0;
      for (let i = 0, row = 0; i < n; i++, row += c) {
        let best = 0;
        let max = probs[row];
        let squares = 0;
        for (let j = 0; j < c; j++) {
          const p = probs[row + j];
          squares += p * p;
          if (p > max) {
            max = p;
            best = j;
          }
        }
        preds[i] = best;
        confidence[i] = max;
        hit[i] = best === labels[i] ? 1 : 0;
        brier += squares - 2 * probs[row + labels[i]] + 1;
        loss += logSumExp(logits, row, c) - logits[row + labels[i]];
      }
      const counts = confusionMatrix(labels, preds, n, c);
      return {
        loss: loss / n,
        brier: brier / n,
        calibrationError: expectedCalibrationError(confidence, hit, n),
        counts,
        scores: scoresOf(counts, c),
        ranking: oneVersusRest(probs, labels, n, c),
      };
    },
    ({ loss, brier, calibrationError, scores, ranking }) => [
      loss,
      scores.accuracy,
      mean(scores.precision),
      mean(scores.recall),
      mean(scores.f1),
      calibrationError,
      brier,
      ranking.auroc,
      ranking.averagePrecision,
    ],
  ],
};
