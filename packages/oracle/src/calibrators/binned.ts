/**
 * Calibrators that follow the data: isotonic regression and histogram binning.
 *
 * @module
 */
import {
  type CalibrationMethod,
  type CalibratorOptions,
  defaults,
  type HistogramBinningOptions,
} from "@assay/contract";
import { reliability } from "../calibration/index.js";
import { type Definition, method, rowsOf } from "./method.js";

/**
 * Isotonic regression as the slopes of the greatest convex minorant of cumulated labels over cumulated weights: from
 * each corner to the farthest point of least slope. R. Barlow et al., "Statistical inference under order restrictions"
 * (1972).
 */
export const isotonicDefinition: Definition<"isotonic", CalibratorOptions> = {
  kind: "isotonic",
  name: "isotonicRegression",
  input: "scores",
  options: [],
  fit(scores, labels, options) {
    const rows = rowsOf("scores", scores, labels, 1, options).filter(({ weight }) => weight > 0);
    const places = new Map<number, { positive: number; total: number }>();
    for (const { x, label, weight } of rows.sort((a, b) => a.x[0]! - b.x[0]!)) {
      // −0 + 0 is 0.
      const { positive, total } = places.get(x[0]! + 0) ?? { positive: 0, total: 0 };
      places.set(x[0]! + 0, { positive: positive + weight * label, total: total + weight });
    }
    const points = [...places].map(([score, sums]) => ({ score, ...sums }));
    const knots: [score: number, value: number][] = [];
    for (let start = 0; start < points.length; ) {
      let [positive, total, least, end] = [0, 0, Infinity, start];
      for (let i = start; i < points.length; i++) {
        positive += points[i]!.positive;
        total += points[i]!.total;
        if (positive / total <= least) [least, end] = [positive / total, i];
      }
      knots.push([points[start]!.score, least]);
      if (end > start) knots.push([points[end]!.score, least]);
      start = end + 1;
    }
    return { parameters: { scores: knots.map(([score]) => score), values: knots.map(([, value]) => value) } };
  },
  apply({ scores, values }, [x]) {
    const above = scores.findIndex((score) => score > x!);
    if (above === 0) return [values[0]!];
    if (above < 0) return [values.at(-1)!];
    const [x0, x1, y0, y1] = [scores[above - 1]!, scores[above]!, values[above - 1]!, values[above]!];
    // In halves where scores are further apart than the largest number.
    const share = x1 - x0 < Infinity ? (x! - x0) / (x1 - x0) : (x! / 2 - x0 / 2) / (x1 / 2 - x0 / 2);
    return [y0 + (y1 - y0) * share];
  },
};

export const isotonicRegression: CalibrationMethod<"isotonic", CalibratorOptions> = method(isotonicDefinition);

export const histogramDefinition: Definition<"histogram", HistogramBinningOptions> = {
  kind: "histogram",
  name: "histogramBinning",
  input: "probabilities",
  options: ["numBins", "closed"],
  fit(probabilities, labels, options) {
    const { numBins = defaults.numBins, closed = defaults.closed, sampleWeight } = options;
    const { bins } = reliability(probabilities, labels, { numBins, closed, ...(sampleWeight && { sampleWeight }) });
    const values = bins.map(({ count, accuracy }, k) => (count > 0 ? accuracy : (k + 0.5) / numBins));
    return { parameters: { closed, values } };
  },
  apply({ closed, values }, [p]) {
    const numBins = values.length;
    const bin = values.findIndex((_, k) => {
      const upper = (k + 1) / numBins;
      return k === numBins - 1 || (closed === "right" ? p! <= upper : p! < upper);
    });
    return [values[bin]!];
  },
};

export const histogramBinning: CalibrationMethod<"histogram", HistogramBinningOptions> = method(histogramDefinition);
