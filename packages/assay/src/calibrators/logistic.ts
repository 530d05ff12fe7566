/**
 * Platt scaling and beta calibration: logistic regressions.
 *
 * @module
 */
import {
  type BetaOptions,
  type BetaParameters,
  type CalibrationMethod,
  type Convergence,
  defaults,
  type PlattOptions,
} from "@assay/contract";
import { core } from "../core.js";
import { flag, oneOf } from "../options.js";
import { finite, noCalibrator } from "./check.js";
import { type Definition, method } from "./method.js";
import { type FitRows, outcomeOf, withFitRows } from "./rows.js";

/** The border's codes of features. */
const featureCode = { score: 0, both: 1, logarithm: 2, complement: 3, none: 4, logOdds: 5 } as const;

type Coefficients = readonly [number, number, number];

interface Regression {
  readonly convergence: Convergence;
  /** Of the features, then the constant. */
  readonly coefficients: Coefficients;
}

function regression(
  { described, rooms, count }: FitRows,
  features: keyof typeof featureCode,
  { throughHalf = false, priorCorrection = false }: { throughHalf?: boolean; priorCorrection?: boolean } = {},
): Regression {
  const room = rooms.of(count * 2 * 8);
  const { convergence, parameters } = outcomeOf(3, (to) =>
    core().calibrators_logistic(described, featureCode[features], throughHalf, priorCorrection, room, to),
  );
  return { convergence, coefficients: [...parameters] as unknown as Coefficients };
}

export const plattDefinition: Definition<"platt", PlattOptions> = {
  kind: "platt",
  name: "plattScaling",
  input: "logits",
  options: ["priorCorrection"],
  fit(scores, labels, { priorCorrection = defaults.priorCorrection, sampleWeight }) {
    flag(priorCorrection, "priorCorrection");
    return withFitRows({ scores, name: "logits", labels, columns: 1, sampleWeight }, (rows) => {
      const { convergence, coefficients } = regression(rows, "score", { priorCorrection });
      const [slope, constant] = coefficients;
      return { convergence, parameters: { a: 0 - slope, b: 0 - constant } };
    });
  },
  parameters: ["a", "b"],
  map: ({ a, b }) => ({ code: "logistic", numbers: [-a, -b] }),
  check({ a, b }) {
    finite(a, "a");
    finite(b, "b");
  },
};

/**
 * Platt scaling: P(1) = 1 / (1 + exp(a·s + b)) of a score s, with the a and b at which the mean −ln of the likelihood of
 * the targets is smallest. Targets are Platt's, (N₊ + 1) / (N₊ + 2) for class 1 and 1 / (N₋ + 2) for class 0 with N the
 * (weighted) counts; without `priorCorrection` they are 1 and 0.
 *
 * The fit is Newton's method with halved steps, in float64, to a relative step of 1e-10; rows in any order give the same
 * bits. Without `priorCorrection` there is no minimum where a threshold separates the classes or one is missing: then the
 * answer is that for Platt's targets, and `converged` is false. Of scores that are all equal, to within 2e-290, a is 0.
 *
 * `fit(logits, labels, options)`: N finite scores, which the report reads as logits; N labels 0 or 1. Errors as for
 * `temperatureScaling`.
 *
 * @see Platt (1999), Probabilistic outputs for support vector machines; Lin, Lin and Weng (2007)
 */
export const plattScaling: CalibrationMethod<"platt", PlattOptions> = /*#__PURE__*/ method(plattDefinition);

const betaForms: readonly BetaParameters[] = ["abm", "am", "ab"];

/** The coefficients a, b and the constant. */
function beta(rows: FitRows, form: BetaParameters): Regression {
  const fitted = (features: keyof typeof featureCode): Regression =>
    regression(rows, features, { throughHalf: form === "ab" });
  const of = ({ convergence, coefficients: [slope, constant] }: Regression, a: 0 | 1, b: 0 | 1): Regression => ({
    convergence,
    coefficients: [a * slope, b * slope, constant],
  });
  const rate = (): Regression => of(fitted("none"), 0, 0);
  if (form === "am") {
    const one = fitted("logOdds");
    return one.coefficients[0] >= 0 ? of(one, 1, 1) : rate();
  }
  const both = fitted("both");
  const [a, b] = both.coefficients;
  if (a >= 0 && b >= 0) return both;
  // One that is negative is left out, and the other fitted alone; then there may be neither.
  const one = fitted(a < 0 ? "complement" : "logarithm");
  if (one.coefficients[0] < 0) return rate();
  return a < 0 ? of(one, 0, 1) : of(one, 1, 0);
}

export const betaDefinition: Definition<"beta", BetaOptions> = {
  kind: "beta",
  name: "betaCalibration",
  input: "probabilities",
  options: ["parameters"],
  fit(scores, labels, { parameters = defaults.parameters, sampleWeight }) {
    const form = oneOf(parameters, betaForms, "parameters");
    return withFitRows({ scores, name: "probabilities", labels, columns: 1, sampleWeight }, (rows) => {
      const { convergence, coefficients } = beta(rows, form);
      const [a, b, c] = coefficients;
      return { convergence, parameters: { a, b, c } };
    });
  },
  parameters: ["a", "b", "c"],
  map: ({ a, b, c }) => ({ code: "beta", numbers: [a, b, c] }),
  check({ a, b, c }) {
    finite(c, "c");
    if (finite(a, "a") < 0 || finite(b, "b") < 0) throw noCalibrator("a or b is below 0", [a, b]);
  },
};

/**
 * Beta calibration: P(1) = σ(a·ln p − b·ln(1 − p) + c) of a probability p, clipped to 2⁻⁵²..1 − 2⁻⁵², with a and b ≥ 0 at
 * which the mean −ln p of the true class is smallest. Where the best a or b is negative it is 0 and the other is fitted
 * alone, as betacal does; where that is negative too, both are 0. Without regularisation.
 *
 * By `parameters` all of a, b and c are free (`"abm"`), b is a (`"am"`: logistic regression on the logit of p), or ½ stays
 * ½ (`"ab"`: c = (a − b)·ln 2). P(1) is ½ at m, where c = b·ln(1 − m) − a·ln m.
 *
 * Newton's method as for `plattScaling`; where the classes are separated, or so nearly that float64 leaves no curvature,
 * the answer is that for Platt's targets, and `converged` is false.
 *
 * `fit(probabilities, labels, options)`: N probabilities of class 1; N labels 0 or 1.
 *
 * @see Kull, Silva Filho and Flach (2017), Beta calibration
 */
export const betaCalibration: CalibrationMethod<"beta", BetaOptions> = /*#__PURE__*/ method(betaDefinition);
