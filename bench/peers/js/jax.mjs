// jax-js on its wasm device, with jit.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sumOfMagnitudes } from "../../checksums.mjs";
import { add, folderOf, peers, upTo, versionOf } from "./registry.mjs";

const PEER = "jax-js";
const NAME = "@jax-js/jax";

// A `.ref` keeps an array that is used once more; an operation consumes its arguments.
export async function jaxJs() {
  if (!versionOf(NAME)) return;
  const jax = await import(pathToFileURL(join(folderOf(NAME), "dist/index.js")).href);
  const { numpy: np, nn, jit, valueAndGrad, init, defaultDevice } = jax;
  await init("wasm");
  defaultDevice("wasm");
  peers[PEER] = `${NAME} ${versionOf(NAME)}, wasm device, jit`;

  const matrix = ({ logits, n, c }) => np.array(logits).reshape([n, c]);
  const classes = ({ labels }) => np.array(labels, { dtype: np.int32 });
  const ofLogits = ({ logits, labelsF }) => [np.array(logits), np.array(labelsF)];
  const ofProbs = ({ probs, labelsF }) => [np.array(probs), np.array(labelsF)];
  const ofRows = (data) => [matrix(data), classes(data)];
  const ofPairs = ({ pred, target }) => [np.array(pred), np.array(target)];

  const register = (op, argumentsOf, body) =>
    add(op, PEER, (data) => {
      const given = argumentsOf(data);
      const compiled = jit(body(data));
      return () => compiled(...given.map((array) => array.ref)).dataSync()[0];
    });
  const registerGradient = (op, argumentsOf, body) =>
    add(op, PEER, (data) => {
      const [z, y] = argumentsOf(data);
      const loss = body(data);
      const compiled = jit((a, b) => valueAndGrad((x) => loss(x, b))(a));
      return [
        () => {
          const [value, gradient] = compiled(z.ref, y.ref);
          return { loss: value.dataSync()[0], gradient: gradient.dataSync() };
        },
        ({ loss: value, gradient }) => [value, sumOfMagnitudes(gradient)],
      ];
    });

  const softplus = (z) => np.maximum(z.ref, 0).add(np.log1p(np.exp(np.abs(z).mul(-1))));
  const binaryCrossEntropy = () => (z, y) => softplus(z.ref).sub(z.mul(y)).mean();
  const crossEntropy =
    ({ c }) =>
    (z, y) =>
      nn
        .logsumexp(z.ref, -1)
        .sub(z.mul(nn.oneHot(y, c)).sum(-1))
        .mean();

  register("bce_logits", ofLogits, binaryCrossEntropy);
  registerGradient("bce_logits_grad", ofLogits, binaryCrossEntropy);
  register("ce_logits", ofRows, crossEntropy);
  registerGradient("ce_logits_grad", ofRows, crossEntropy);
  register("bce_probs", ofProbs, () => (p, y) => {
    const q = np.clip(p, 1e-7, 1 - 1e-7);
    const positive = np.log(q.ref).mul(y.ref);
    return positive
      .add(np.log1p(q.mul(-1)).mul(y.mul(-1).add(1)))
      .mean()
      .mul(-1);
  });
  register("focal", ofLogits, () => (z, y) => {
    const p = nn.sigmoid(z.ref);
    const loss = softplus(z.ref).sub(z.mul(y.ref));
    const hit = p.ref.mul(y.ref).add(p.mul(-1).add(1).mul(y.ref.mul(-1).add(1)));
    const miss = hit.mul(-1).add(1);
    return y.mul(-0.5).add(0.75).mul(loss).mul(miss.ref.mul(miss)).mean();
  });
  register("dice", ofProbs, () => (p, y) => {
    const both = p.ref.mul(y.ref).sum().mul(2).add(1);
    return both.div(p.sum().add(y.sum()).add(1)).mul(-1).add(1);
  });
  register("mse", ofPairs, () => (a, b) => {
    const e = a.sub(b);
    return e.ref.mul(e).mean();
  });
  add(
    "auroc",
    PEER,
    // Ties are ignored, for want of a primitive: exact only without equal scores.
    (data) => {
      const [p, y] = ofProbs(data);
      return () => {
        const sorted = y.ref.slice(np.argsort(p.ref));
        const negativesBefore = np.cumsum(sorted.ref.mul(-1).add(1));
        const positives = sorted.ref.sum();
        const pairs = negativesBefore.mul(sorted.ref).sum();
        const negatives = sorted.mul(-1).add(1).sum();
        return pairs.div(positives.mul(negatives)).dataSync()[0];
      };
    },
    upTo(1e6),
  );
}
