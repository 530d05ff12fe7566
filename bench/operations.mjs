// How assay does the operations of workloads.json: one row each.
//
//   needs     the function of assay that it calls; a build without it leaves the operation out
//   takes     the arrays of its data, given as handles (in wasm memory) or as they are (on the JavaScript heap)
//   run       what is timed: (assay, the arrays, the data) → a result
//   value     the result → the operation's value
//   arrays    the result → whole arrays whose bits are compared as well
//   release   gives back what a result holds; timed too, as part of the next call
//   loop      the loop to measure it against, where it is not the operation's in loops/
import { matrixChecksum, sumOfMagnitudes } from "./checksums.mjs";
import { oneVersusRest } from "./loops/curves.mjs";

const number = (result) => [result];

const matrix = {
  needs: "confusionMatrix",
  value: ({ counts, numClasses }) => matrixChecksum(counts, numClasses),
  arrays: ({ counts }) => [counts],
};

/** A loss with its gradient, in new room of the same kind as the logits have. */
function withGradient(assay, loss, logits, labels, options) {
  const room = logits.view && assay.float32(logits.length);
  return { room, ...loss.withGradient(logits, labels, room ? { ...options, gradient: room } : options) };
}

const gradient = {
  value: ({ loss, gradient }) => [loss, sumOfMagnitudes(gradient)],
  arrays: ({ gradient }) => [gradient],
  release: ({ room }) => room?.free(),
};

export const operations = {
  bce_probs: {
    needs: "binaryCrossEntropy",
    takes: ["probs", "labels"],
    run: (assay, [probs, labels]) => assay.binaryCrossEntropy(probs, labels),
    value: number,
  },
  bce_logits: {
    needs: "binaryCrossEntropyWithLogits",
    takes: ["logits", "labels"],
    run: (assay, [logits, labels]) => assay.binaryCrossEntropyWithLogits(logits, labels),
    value: number,
  },
  bce_logits_grad: {
    ...gradient,
    needs: "binaryCrossEntropyWithLogits",
    takes: ["logits", "labels"],
    run: (assay, [logits, labels]) => withGradient(assay, assay.binaryCrossEntropyWithLogits, logits, labels, {}),
  },
  dice: {
    needs: "diceLoss",
    takes: ["probs", "labels"],
    run: (assay, [probs, labels]) => assay.diceLoss(probs, labels),
    value: number,
  },
  tversky: {
    needs: "tverskyLoss",
    takes: ["probs", "labels"],
    run: (assay, [probs, labels]) => assay.tverskyLoss(probs, labels, { fpWeight: 0.3, fnWeight: 0.7 }),
    value: number,
  },
  ce_logits: {
    needs: "crossEntropy",
    takes: ["logits", "labels"],
    run: (assay, [logits, labels], { c }) => assay.crossEntropy(logits, labels, { numClasses: c }),
    value: number,
  },
  ce_logits_grad: {
    ...gradient,
    needs: "crossEntropy",
    takes: ["logits", "labels"],
    run: (assay, [logits, labels], { c }) => withGradient(assay, assay.crossEntropy, logits, labels, { numClasses: c }),
  },
  mse: {
    needs: "mseLoss",
    takes: ["pred", "target"],
    run: (assay, [pred, target]) => assay.mseLoss(pred, target),
    value: number,
  },
  brier_bin: {
    needs: "brierScore",
    takes: ["probs", "labels"],
    run: (assay, [probs, labels]) => assay.brierScore(probs, labels),
    value: number,
  },
  confusion_threshold: {
    ...matrix,
    takes: ["probs", "labels"],
    run: (assay, [probs, labels]) => assay.confusionMatrix(probs, labels, { from: "probabilities" }),
    value: ({ counts }) => [...counts],
  },
  confusion_labels: {
    ...matrix,
    takes: ["preds", "labels"],
    run: (assay, [preds, labels], { c }) => assay.confusionMatrix(preds, labels, { numClasses: c }),
  },
  confusion_argmax: {
    ...matrix,
    takes: ["logits", "labels"],
    run: (assay, [logits, labels], { c }) => assay.confusionMatrix(logits, labels, { from: "logits", numClasses: c }),
  },
  report: {
    needs: "confusionMatrix",
    takes: ["preds", "labels"],
    run: (assay, [preds, labels], { c }) => assay.confusionMatrix(preds, labels, { numClasses: c }).report(),
    value: ({ macro, weighted, accuracy }) => [macro.f1, weighted.f1, accuracy],
  },
  prf_macro: {
    needs: "confusionMatrix",
    takes: ["preds", "labels"],
    run: (assay, [preds, labels], { c }) => {
      const counts = assay.confusionMatrix(preds, labels, { numClasses: c });
      return [counts.precision(), counts.recall(), counts.f1()];
    },
    value: (scores) => scores,
  },
  auroc: {
    needs: "rocAuc",
    takes: ["probs", "labels"],
    run: (assay, [probs, labels]) => assay.rocAuc(probs, labels),
    value: number,
  },
  average_precision: {
    needs: "averagePrecision",
    takes: ["probs", "labels"],
    run: (assay, [probs, labels]) => assay.averagePrecision(probs, labels),
    value: number,
  },
  best_f1: {
    needs: "binaryCurve",
    takes: ["probs", "labels"],
    run: (assay, [probs, labels]) => {
      const curve = assay.binaryCurve(probs, labels);
      try {
        return curve.best("f1");
      } finally {
        curve.free();
      }
    },
    value: ({ value, threshold }) => [value, threshold],
  },
  // From probabilities, like scikit-learn's: softmax is outside, and outside the loop too.
  auroc_ovr: {
    needs: "rocAuc",
    takes: ["probs", "labels"],
    run: (assay, [probs, labels], { c }) => assay.rocAuc(probs, labels, { numClasses: c }),
    value: number,
    loop:
      ({ probs, labels, n, c }) =>
      () =>
        oneVersusRest(probs, labels, n, c).auroc,
  },
  ece_bin: {
    needs: "calibrationError",
    takes: ["probs", "labels"],
    run: (assay, [probs, labels]) => assay.calibrationError(probs, labels),
    value: number,
  },
};

/** A copy of an array in assay's memory. */
function toHandle(assay, array) {
  const makers = new Map([
    [Float32Array, assay.float32],
    [Float64Array, assay.float64],
    [Int32Array, assay.int32],
    [Uint8Array, assay.uint8],
  ]);
  const handle = makers.get(array.constructor)(array.length);
  handle.view.set(array);
  return handle;
}

/**
 * An operation on its data, ready to be called and timed. With `resident`, the data is in assay's memory beforehand;
 * nothing else is: results, and the room of gradients, are taken and given back by the calls.
 */
export function prepare(assay, operation, data, { resident }) {
  const { takes, run, release = () => {} } = operation;
  const arrays = takes.map((name) => (resident ? toHandle(assay, data[name]) : data[name]));
  let last;
  const giveBack = () => {
    if (last !== undefined) release(last);
    last = undefined;
  };
  return {
    call() {
      giveBack();
      last = run(assay, arrays, data);
      return last;
    },
    free() {
      giveBack();
      if (resident) for (const handle of arrays) handle.free();
    },
  };
}
