// TensorFlow.js, on its cpu or its wasm backend.
import { join, sep } from "node:path";
import { matrixChecksum, sumOfMagnitudes } from "../../checksums.mjs";
import { add, folderOf, peers, require, versionOf } from "./registry.mjs";

const isNotThousandClasses = ({ data }) => !data.includes("c1000");

/** Top-label or binary calibration error, as tensor operations. */
function calibrationError(tf, confidence, hit, n) {
  const bin = confidence.mul(15).ceil().sub(1).clipByValue(0, 14).toInt();
  const gaps = tf.bincount(bin, confidence, 15).sub(tf.bincount(bin, hit, 15));
  return gaps.abs().sum().div(n).dataSync()[0];
}

export async function tfjs(backend) {
  if (!versionOf("@tensorflow/tfjs")) return;
  const tf = require("@tensorflow/tfjs");
  const peer = `tfjs-${backend}`;
  let about = `@tensorflow/tfjs ${versionOf("@tensorflow/tfjs")}, ${backend} backend`;
  if (backend === "wasm") {
    if (!versionOf("@tensorflow/tfjs-backend-wasm")) return;
    const wasm = require("@tensorflow/tfjs-backend-wasm");
    wasm.setWasmPaths(join(folderOf("@tensorflow/tfjs-backend-wasm"), "dist") + sep);
    about = `@tensorflow/tfjs-backend-wasm ${versionOf("@tensorflow/tfjs-backend-wasm")}`;
  }
  await tf.setBackend(backend);
  await tf.ready();
  if (backend === "wasm") {
    const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
    const threads = await tf.env().getAsync("WASM_HAS_MULTITHREAD_SUPPORT");
    about += ` (SIMD ${simd}, threads ${threads})`;
  }
  peers[peer] = about;

  const register = (op, setup, fits = () => true) => {
    // The plain cpu backend is left out at 1e7.
    add(op, peer, setup, (workload) => (backend === "wasm" || workload.n <= 1e6) && fits(workload));
  };
  const vector = (array) => tf.tensor1d(array);
  const matrix = ({ logits, n, c }) => tf.tensor2d(logits, [n, c]);
  const classes = ({ labels }) => tf.tensor1d(labels, "int32");
  const number = (body) => () => tf.tidy(() => body().dataSync()[0]);
  const withGradient = (loss, at) => [
    () =>
      tf.tidy(() => {
        const { value, grad } = tf.valueAndGrad(loss)(at);
        return { loss: value.dataSync()[0], gradient: grad.dataSync() };
      }),
    ({ loss: value, gradient }) => [value, sumOfMagnitudes(gradient)],
  ];
  const ofLogits = (body) => (data) => number(body.bind(null, vector(data.logits), vector(data.labelsF)));
  const ofProbs = (body) => (data) => number(body.bind(null, vector(data.probs), vector(data.labelsF)));
  const ofRows = (body) => (data) => number(body.bind(null, matrix(data), classes(data), data));
  const ofPairs = (body) => (data) => number(body.bind(null, vector(data.pred), vector(data.target)));

  register(
    "bce_probs",
    ofProbs((p, y) => tf.losses.logLoss(y, p)),
  );
  register(
    "bce_logits",
    ofLogits((z, y) => tf.losses.sigmoidCrossEntropy(y, z)),
  );
  register("bce_logits_grad", (data) => {
    const y = vector(data.labelsF);
    return withGradient((z) => tf.losses.sigmoidCrossEntropy(y, z), vector(data.logits));
  });
  register(
    "focal",
    ofLogits((z, y) => {
      const one = tf.scalar(1);
      const p = tf.sigmoid(z);
      const loss = tf.losses.sigmoidCrossEntropy(y, z, 1, 0, tf.Reduction.NONE);
      const hit = p.mul(y).add(one.sub(p).mul(one.sub(y)));
      const alpha = y.mul(0.25).add(one.sub(y).mul(0.75));
      return alpha.mul(loss).mul(one.sub(hit).square()).mean();
    }),
  );
  register(
    "dice",
    ofProbs((p, y) => {
      const both = p.mul(y).sum().mul(2).add(1);
      return tf.scalar(1).sub(both.div(p.sum().add(y.sum()).add(1)));
    }),
  );
  register(
    "tversky",
    ofProbs((p, y) => {
      const one = tf.scalar(1);
      const tp = p.mul(y).sum();
      const fp = p.mul(one.sub(y)).sum();
      const fn = one.sub(p).mul(y).sum();
      return one.sub(tp.add(1).div(tp.add(fp.mul(0.3)).add(fn.mul(0.7)).add(1)));
    }),
  );
  register(
    "ce_logits",
    ofRows((z, y, { c }) => tf.losses.softmaxCrossEntropy(tf.oneHot(y, c), z)),
    (workload) => backend === "wasm" || isNotThousandClasses(workload),
  );
  register(
    "ce_logits_grad",
    (data) => {
      const y = classes(data);
      return withGradient((z) => tf.losses.softmaxCrossEntropy(tf.oneHot(y, data.c), z), matrix(data));
    },
    isNotThousandClasses,
  );
  register(
    "mse",
    ofPairs((a, b) => tf.losses.meanSquaredError(b, a)),
  );
  register(
    "rmse",
    ofPairs((a, b) => tf.losses.meanSquaredError(b, a).sqrt()),
  );
  register(
    "r2",
    ofPairs((a, b) => tf.metrics.r2Score(b, a)),
  );
  register(
    "brier_bin",
    ofProbs((p, y) => tf.losses.meanSquaredError(y, p)),
  );
  register(
    "brier_mc",
    ofRows((z, y, { c }) => tf.softmax(z).sub(tf.oneHot(y, c)).square().sum(1).mean()),
  );
  register("confusion_threshold", (data) => {
    const p = vector(data.probs);
    const y = tf.tensor1d(data.labelsI, "int32");
    const counts = () => tf.math.confusionMatrix(y, p.greaterEqual(0.5).toInt(), 2).dataSync();
    return [() => tf.tidy(counts), (cells) => [...cells]];
  });
  register(
    "confusion_labels",
    (data) => {
      const y = classes(data);
      const k = tf.tensor1d(data.preds, "int32");
      const counts = () => tf.math.confusionMatrix(y, k, data.c).dataSync();
      return [() => tf.tidy(counts), (cells) => matrixChecksum(cells, data.c)];
    },
    isNotThousandClasses,
  );
  register(
    "confusion_argmax",
    (data) => {
      const y = classes(data);
      const z = matrix(data);
      const counts = () => tf.math.confusionMatrix(y, tf.argMax(z, 1), data.c).dataSync();
      return [() => tf.tidy(counts), (cells) => matrixChecksum(cells, data.c)];
    },
    isNotThousandClasses,
  );
  register("ece_mc", (data) => {
    const z = matrix(data);
    const y = classes(data);
    return () =>
      tf.tidy(() => {
        const hit = tf.argMax(z, 1).toInt().equal(y).toFloat();
        return calibrationError(tf, tf.softmax(z).max(1), hit, data.n);
      });
  });
  register("ece_bin", (data) => {
    const p = vector(data.probs);
    const y = vector(data.labelsF);
    return () => tf.tidy(() => calibrationError(tf, p, y, data.n));
  });
}
