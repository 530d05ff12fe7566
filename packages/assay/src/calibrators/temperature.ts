/**
 * Temperature scaling.
 *
 * @module
 */
import type { CalibrationMethod, TemperatureOptions } from "@assay/contract";
import { core } from "../core.js";
import { whole } from "../options.js";
import { finite, noCalibrator } from "./check.js";
import { type Definition, method } from "./method.js";
import { outcomeOf, withFitRows } from "./rows.js";

export const temperatureDefinition: Definition<"temperature", TemperatureOptions> = {
  kind: "temperature",
  name: "temperatureScaling",
  input: "logits",
  options: ["numClasses", "weight"],
  fit(scores, labels, { numClasses, weight, sampleWeight }) {
    const columns = numClasses === undefined ? 1 : whole(numClasses, 2, "numClasses");
    const rows = { scores, name: "logits", labels, columns, weight, sampleWeight } as const;
    return withFitRows(rows, ({ described, totalWeight }) => {
      const { convergence, parameters } = outcomeOf(1, (to) =>
        core().calibrators_temperature(described, totalWeight, to),
      );
      return { convergence, parameters: { temperature: 1 / (parameters[0] as number) } };
    });
  },
  parameters: ["temperature"],
  map: ({ temperature }) => ({ code: "temperature", numbers: [1 / temperature] }),
  check({ temperature }) {
    if (finite(temperature, "temperature") <= 0) throw noCalibrator("temperature is not above 0", temperature);
  },
};

/**
 * Temperature scaling: probabilities are softmax(logits / T), binary σ(logit / T), with the T > 0 at which the mean −ln p
 * of the true class is smallest; with class weights the mean of `crossEntropy` with the same `weight`.
 *
 * Predictions never change: the class with the largest logit keeps the largest probability, and the sign of a binary
 * logit the side of ½; where rounding would make another class equal, the difference is one unit in the last place.
 *
 * The fit is Newton's method in 1/T with Halley's correction, within bounds, in float64, to a relative step of 1e-10; of
 * many rows it begins where a fit to a sixteenth of them has ended. Rows in any order give the same bits.
 *
 * T lies in e⁻¹⁰..e¹⁰, scikit-learn's bounds. Where every row is right it would go to 0, where rows are worse than chance
 * to ∞: then it is the bound, and `converged` is false; it is 1 where the mean at 1 does not change to the last bit, as
 * with margins above 745.
 *
 * `fit(logits, labels, options)`: N × numClasses finite logits row-major, or N logits of class 1; N labels.
 *
 * @throws AssayRangeError for a logit that is not finite, a label out of range, a weight that is negative or infinite,
 *   lengths that do not fit, no rows
 * @example
 * const calibrator = temperatureScaling.fit(logits, labels, { numClasses: 10 });
 * const probabilities = calibrator.apply(newLogits);
 * @see Guo, Pleiss, Sun and Weinberger (2017), On calibration of modern neural networks
 */
export const temperatureScaling: CalibrationMethod<"temperature", TemperatureOptions> =
  /*#__PURE__*/ method(temperatureDefinition);
