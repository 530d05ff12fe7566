/**
 * What somebody writes who installed the package. Checked as an ES module, as CommonJS and as a bundler sees it.
 *
 * @module
 */
import {
  type Accumulator,
  AssayRangeError,
  averagePrecision,
  type Backend,
  binaryCurve,
  confusionMatrix,
  crossEntropy,
  float32,
  type Handle,
  isAssayError,
  mseLoss,
  type Reliability,
  reliability,
} from "assay";
import * as js from "assay/js";
import { initSync } from "assay/slim";

const scores: Handle<Float32Array> = float32(6);
scores.view.fill(0.5);
const labels = Uint8Array.of(0, 1, 0, 1, 1, 0);

export const mean: number = crossEntropy(scores, [0, 1, 2], { numClasses: 2 });
export const values: Float64Array = crossEntropy(scores, [0, 1, 2], { numClasses: 2, reduction: "none" });
export const { loss, gradient } = mseLoss.withGradient(scores, labels);
export const numbers: readonly number[] = [loss, gradient[0] ?? 0, mseLoss([1], [2])];

export const table: Reliability = reliability(scores, labels, { numBins: 10, norm: undefined } as object);
export const macro: number = confusionMatrix(labels, labels, { numClasses: 2 }).f1({ average: "macro" });
export const each: Float64Array = averagePrecision(scores, labels, { numLabels: 2, average: "none" });
export const threshold: number = binaryCurve(scores, labels).best({ cost: { fp: 1, fn: 2 } }).threshold;

export const stream: Accumulator<Reliability> = reliability.accumulator({ closed: "left" });
stream.update(scores, labels).merge(stream).mergeBytes(stream.toBytes());

export const oracle: Backend = js;

try {
  initSync(new Uint8Array(0));
} catch (error) {
  if (isAssayError(error)) throw new AssayRangeError(error.message, error);
}

// @ts-expect-error numClasses is missing
crossEntropy(scores, labels);
// @ts-expect-error there is no such option
mseLoss(scores, labels, { reductions: "sum" });
// @ts-expect-error scores are floats
reliability(labels, labels);
// @ts-expect-error a stream takes weights with its rows
mseLoss.accumulator({ sampleWeight: [1] });
