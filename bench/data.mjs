// The datasets as typed arrays: what is stored read on first use, what follows from it computed on first use.
import { join } from "node:path";
import { ensure, folder, read } from "./gen_data.mjs";
import { argmaxRows, logSoftmax, softmax } from "./loops/rows.mjs";
import { spec } from "./spec.mjs";

export class Data {
  #source;
  #kind;
  #arrays = new Map();

  constructor(name) {
    const { n, c = 1, kind, sliceOf } = spec.datasets[name];
    this.name = name;
    this.n = n;
    this.c = c;
    this.#kind = kind;
    this.#source = sliceOf ?? name;
  }

  #once(key, make) {
    if (!this.#arrays.has(key)) this.#arrays.set(key, make());
    return this.#arrays.get(key);
  }

  #stored(ending, ArrayType, length = this.n) {
    return this.#once(ending, () => {
      ensure(this.#source);
      return read(join(folder, `${this.#source}.${ending}`), new ArrayType(length));
    });
  }

  /** n × c, row-major; binary: n. */
  get logits() {
    return this.#stored("logits.f32", Float32Array, this.n * this.c);
  }

  get probs() {
    if (this.#kind === "binary") return this.#stored("probs.f32", Float32Array);
    return this.#once("probs", () => softmax(this.logits, this.n, this.c));
  }

  get labels() {
    if (this.#kind === "binary") return this.#stored("labels.u8", Uint8Array);
    return this.#stored("labels.i32", Int32Array);
  }

  get labelsF() {
    return this.#once("labelsF", () => Float32Array.from(this.labels));
  }

  get labelsI() {
    return this.#once("labelsI", () => Int32Array.from(this.labels));
  }

  /** The classes with the largest logits. */
  get preds() {
    return this.#once("preds", () => argmaxRows(this.logits, this.n, this.c));
  }

  /** Log-probabilities, n × c. */
  get logp() {
    return this.#once("logp", () => logSoftmax(this.logits, this.n, this.c));
  }

  get target() {
    return this.#stored("target.f32", Float32Array);
  }

  get pred() {
    return this.#stored("pred.f32", Float32Array);
  }
}
