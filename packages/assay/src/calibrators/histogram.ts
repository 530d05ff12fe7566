/**
 * Histogram binning.
 *
 * @module
 */
import { type CalibrationMethod, defaults, type HistogramBinningOptions } from "@assay/contract";
import { reliability } from "../calibration/index.js";
import { each, noCalibrator, probability } from "./check.js";
import { type Definition, method } from "./method.js";

export const histogramDefinition: Definition<"histogram", HistogramBinningOptions> = {
  kind: "histogram",
  name: "histogramBinning",
  input: "probabilities",
  options: ["numBins", "closed"],
  fit(probabilities, labels, { numBins = defaults.numBins, closed = defaults.closed, sampleWeight }) {
    const options = { numBins, closed, ...(sampleWeight && { sampleWeight }) };
    const { bins } = reliability(probabilities, labels, options);
    const middle = (k: number): number => (k + 0.5) / numBins;
    return { parameters: { closed, values: bins.map(({ count, accuracy }, k) => (count > 0 ? accuracy : middle(k))) } };
  },
  parameters: ["closed", "values"],
  map: ({ closed, values }) => ({ code: "binned", numbers: [Number(closed === "left"), ...values] }),
  check({ closed, values }) {
    if (closed !== "left" && closed !== "right") throw noCalibrator("closed is neither right nor left", closed);
    each(values, "values", probability);
  },
};

/**
 * Histogram binning: a probability becomes the rate of class 1 among the fitted rows of its bin; a bin that was empty
 * keeps its middle. Bins are those of `reliability`: equal parts of [0, 1] with edges k / numBins, `closed` on the right.
 *
 * `fit(probabilities, labels, options)`: N probabilities of class 1; N labels 0 or 1.
 *
 * @see Zadrozny and Elkan (2001), Obtaining calibrated probability estimates from decision trees and naive Bayesian
 *   classifiers
 */
export const histogramBinning: CalibrationMethod<"histogram", HistogramBinningOptions> =
  /*#__PURE__*/ method(histogramDefinition);
