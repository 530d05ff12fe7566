// The datasets as typed arrays: what is stored read on first use, what follows from it computed on first use. Python has
// the same in peers/bench_py.py.
import { join } from "node:path";
import { ensure, folder, generate, read } from "./gen_data.mjs";
import { argmaxRows, logSoftmax, softmax } from "./loops/rows.mjs";
import { datasets } from "./operations/datasets.mjs";

/** The share of the mass that targets of rows of probabilities spread over all classes. */
const SMOOTHING = 0.1;

export class Data {
  #source;
  #kind;
  #isGenerated;
  #arrays = new Map();

  /** The whole dataset, or with `rows` its beginning, made in memory. */
  constructor(name, rows) {
    const { n, c = 1, kind, sliceOf } = datasets[name];
    this.name = name;
    this.n = rows ?? n;
    this.c = c;
    this.#kind = kind;
    this.#isGenerated = rows !== undefined;
    this.#source = sliceOf ?? name;
  }

  #once(key, make) {
    if (!this.#arrays.has(key)) this.#arrays.set(key, make());
    return this.#arrays.get(key);
  }

  #stored(ending, ArrayType, length = this.n) {
    return this.#once(ending, () => {
      if (this.#isGenerated) return generate(this.#source, this.n * this.c)[ending].slice(0, length);
      ensure(this.#source);
      return read(join(folder, `${this.#source}.${ending}`), new ArrayType(length));
    });
  }

  /** n × c, row-major; binary: n. */
  get logits() {
    return this.#stored("logits.f32", Float32Array, this.n * this.c);
  }

  get probs() {
    if (this.#kind !== "multiclass") return this.#stored("probs.f32", Float32Array, this.n * this.c);
    return this.#once("probs", () => softmax(this.logits, this.n, this.c));
  }

  /** Multilabel: n × c. */
  get labels() {
    if (this.#kind !== "multiclass") return this.#stored("labels.u8", Uint8Array, this.n * this.c);
    return this.#stored("labels.i32", Int32Array);
  }

  get labelsF() {
    return this.#once("labelsF", () => Float32Array.from(this.labels));
  }

  get labelsI() {
    return this.#once("labelsI", () => Int32Array.from(this.labels));
  }

  /** The classes with the largest logits; multilabel: which probabilities are at least one half, n × c. */
  get preds() {
    return this.#once("preds", () => {
      if (this.#kind === "multiclass") return argmaxRows(this.logits, this.n, this.c);
      return Uint8Array.from(this.probs, (p) => (p >= 0.5 ? 1 : 0));
    });
  }

  /** Log-probabilities, n × c. */
  get logp() {
    return this.#once("logp", () => logSoftmax(this.logits, this.n, this.c));
  }

  /** Rows of probabilities as targets: the label, smoothed; n × c. */
  get soft() {
    return this.#once("soft", () => {
      const soft = new Float32Array(this.n * this.c).fill(SMOOTHING / this.c);
      for (let i = 0; i < this.n; i++) soft[i * this.c + this.labels[i]] = 1 - SMOOTHING + SMOOTHING / this.c;
      return soft;
    });
  }

  /** Two logits for each one, n × 2. */
  get pairs() {
    return this.#once("pairs", () => {
      const pairs = new Float32Array(2 * this.n);
      for (let i = 0; i < this.n; i++) {
        pairs[2 * i] = -this.logits[i] / 2;
        pairs[2 * i + 1] = this.logits[i] / 2;
      }
      return pairs;
    });
  }

  get target() {
    return this.#stored("target.f32", Float32Array);
  }

  get pred() {
    return this.#stored("pred.f32", Float32Array);
  }

  get positiveTarget() {
    return this.#once("positiveTarget", () => this.target.map((x) => Math.abs(x) + 0.125));
  }

  get positivePred() {
    return this.#once("positivePred", () => this.pred.map((x) => Math.abs(x) + 0.125));
  }

  get logRate() {
    return this.#once("logRate", () => this.pred.map((x) => x / 16));
  }
}
