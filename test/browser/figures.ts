/**
 * A broad set of results as raw bytes, to be equal wherever they are computed.
 *
 * @module
 */
import type { Backend } from "@assay/contract";
import { calls } from "../support/calls.js";
import { hash, logit, uniform } from "../support/random.js";

/** Results by name, each as its bytes in hexadecimal. */
export type Figures = Readonly<Record<string, string>>;

/** All numbers of a result, and all text. */
function* bytesOf(value: unknown): Generator<number> {
  // A number that is NaN has no bits of its own: engines may store it as they like.
  if (Number.isNaN(value)) yield* new TextEncoder().encode("NaN");
  else if (typeof value === "number") yield* new Uint8Array(Float64Array.of(value).buffer);
  else if (typeof value === "string") yield* new TextEncoder().encode(value);
  else if (ArrayBuffer.isView(value)) yield* new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      yield* bytesOf(name);
      yield* bytesOf(member);
    }
  }
}

function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Everything that the bits of this library are compared by. */
export function figures(backend: Backend): Figures {
  const results: Record<string, string> = {};
  const add = (name: string, value: unknown): void => {
    results[name] = hex(bytesOf(value));
  };
  for (const length of [3, 1023, 9000]) {
    for (const T of [Float32Array, Float64Array]) {
      const kind = `${T.name} ${length}`;
      const arrayOf = (draw: (i: number) => number): Float32Array | Float64Array =>
        new T(Float64Array.from({ length }, (_, i) => draw(i)));
      const predictions = arrayOf((i) => uniform(1, i));
      const labels = Uint8Array.from({ length }, (_, i) => Number(uniform(2, i) < uniform(1, i)));
      const guesses = Uint8Array.from({ length }, (_, i) => Number(uniform(1, i) > 0.5));
      const weights = Float64Array.from({ length }, (_, i) => 3 * uniform(3, i));
      for (const [name, call] of Object.entries(calls)) {
        add(`${name}, ${kind}`, call(backend, { predictions, labels, guesses, weights }));
      }
      const logits = arrayOf((i) => logit(4, i));
      const classes = Int32Array.from({ length: length / 3 }, (_, i) => hash(5, i) % 3);
      const options = { numClasses: 3, labelSmoothing: 0.1, weight: [0.3, 1, 2.5] };
      add(`crossEntropy, ${kind}`, backend.crossEntropy(logits, classes, { ...options, reduction: "none" }));
      add(`its gradient, ${kind}`, backend.crossEntropy.withGradient(logits, classes, { numClasses: 3 }));
      const binary = { posWeight: 0.7, reduction: "none" } as const;
      add(`binaryCrossEntropyWithLogits, ${kind}`, backend.binaryCrossEntropyWithLogits(logits, labels, binary));
      add(
        `its gradient, ${kind}`,
        backend.binaryCrossEntropyWithLogits.withGradient(logits, predictions, { reduction: "sum" }),
      );
      const loss = backend.crossEntropy.accumulator(options);
      loss.update(logits, classes);
      add(`accumulated crossEntropy, ${kind}`, [loss.toBytes(), loss.result()]);
      loss.free();
      const matrix = backend.confusionMatrix.accumulator({ numClasses: 3, from: "logits" });
      matrix.update(logits, classes);
      add(`accumulated confusionMatrix, ${kind}`, [matrix.toBytes(), matrix.result().toString()]);
      matrix.free();
      const curve = backend.binaryCurve(logits, labels);
      const thresholds = Array.from({ length: 100 }, (_, i) => curve.at(logit(4, i)));
      add(`binaryCurve, ${kind}`, [thresholds, curve.rocAuc({ maxFpr: 0.1 }), curve.best("accuracy")]);
      curve.free();
    }
  }
  return results;
}
