/**
 * The scores of real predictions in the golden tables: one row a metric. What takes a logarithm or a power per sample
 * has beside it what that may cost in float32, as a multiple of the bound.
 *
 * @module
 */
import type { Backend, RegressionOptions, RegressionScore } from "@assay/contract";
import type { Arguments, Metric } from "./arguments.js";
import { type Compute, row, sampleWeight } from "./shapes.js";

/** The metrics that are built. */
export const regression: readonly (readonly [string, Metric])[] = [
  ["mean_squared_error", { compute: (backend, args) => backend.mseLoss(...arrays(args), sampleWeight(args)) }],
  ["mean_absolute_error", row((backend, args) => backend.l1Loss(...arrays(args), sampleWeight(args)))],
  ["mean_pinball_loss", row(meanPinball)],
  ["root_mean_squared_error", score("rootMeanSquaredError")],
  ["median_absolute_error", score("medianAbsoluteError")],
  ["max_error", score("maxError")],
  ["r2_score", score("r2Score", finite)],
  ["explained_variance_score", score("explainedVarianceScore", finite)],
  ["relative_squared_error", score("relativeSquaredError")],
  ["mean_absolute_percentage_error", score("meanAbsolutePercentageError")],
  ["symmetric_mean_absolute_percentage_error", score("symmetricMeanAbsolutePercentageError")],
  ["weighted_mean_absolute_percentage_error", score("weightedMeanAbsolutePercentageError")],
  ["mean_squared_log_error", score("meanSquaredLogError", none, squaredLogTerms)],
  ["root_mean_squared_log_error", score("rootMeanSquaredLogError", none, rootSquaredLogTerms)],
  ["mean_tweedie_deviance", score("meanTweedieDeviance", power, (_, args) => devianceTerms(args, powerOf(args)))],
  ["mean_poisson_deviance", score("meanPoissonDeviance", none, (_, args) => devianceTerms(args, 1))],
  ["mean_gamma_deviance", score("meanGammaDeviance", none, (_, args) => devianceTerms(args, 2))],
  ["d2_absolute_error_score", score("d2AbsoluteErrorScore", finite)],
  ["d2_pinball_score", score("d2PinballScore", (args) => ({ quantile: args.option("alpha", 0.5), ...finite(args) }))],
  ["d2_tweedie_score", score("d2TweedieScore", (args) => ({ ...power(args), ...finite(args) }), d2TweedieTerms)],
  ["concordance_corrcoef", score("concordanceCorrelation")],
  ["pearson_corrcoef", score("pearsonCorrelation")],
  ["spearman_corrcoef", score("spearmanCorrelation")],
];

type ScoreName = {
  [Name in keyof Backend]: Backend[Name] extends RegressionScore<RegressionOptions> ? Name : never;
}[keyof Backend];

/** A score of the backend, with its options. */
function score(name: ScoreName, options: (args: Arguments) => object = none, terms?: Compute): Metric {
  return row((backend, args) => {
    const compute = backend[name] as RegressionScore;
    return compute(...arrays(args), { ...options(args), ...sampleWeight(args) });
  }, terms);
}

function arrays(args: Arguments): [Float64Array, Float64Array] {
  return [args.input("y_pred").values as Float64Array, args.input("y_true").values as Float64Array];
}

function none(): object {
  return {};
}

function finite(args: Arguments): object {
  return { forceFinite: args.option("force_finite", true) };
}

function powerOf(args: Arguments): number {
  return args.option("power", 0);
}

function power(args: Arguments): object {
  return { power: powerOf(args) };
}

function meanPinball(backend: Backend, args: Arguments): unknown {
  const quantile = args.option("alpha", 0.5);
  return backend.quantileLoss(...arrays(args), { quantile, ...sampleWeight(args) });
}

// ------------------------------------------------------------------------------------------------------------ terms

/** The weighted mean of a function of prediction and target. */
function mean(args: Arguments, of: (prediction: number, target: number) => number): number {
  const [p, t] = arrays(args);
  const w = args.optionalInput("sample_weight")?.values ?? p.map(() => 1);
  const sums = p.reduce((sum, x, i) => [sum[0]! + w[i]! * of(x, t[i]!), sum[1]! + w[i]!], [0, 0]);
  return sums[0]! / sums[1]!;
}

/** (a − b)² of two logarithms is off by 2|a − b| times what they are. */
function squaredLogTerms(_: Backend, args: Arguments): number {
  return mean(args, (p, t) => {
    const [a, b] = [Math.log1p(p), Math.log1p(t)];
    return 2 * Math.abs(a - b) * (Math.abs(a) + Math.abs(b));
  });
}

function rootSquaredLogTerms(oracle: Backend, args: Arguments): number {
  return squaredLogTerms(oracle, args) / (2 * oracle.rootMeanSquaredLogError(...arrays(args), sampleWeight(args)));
}

/** A power of 0 takes no transcendental; others are off by as much as their exponent. */
function devianceTerms(args: Arguments, power: number, constant?: number): number {
  return mean(args, (prediction, t) => {
    const p = constant ?? prediction;
    if (power === 0) return 0;
    if (power === 1) return 2 * ((t === 0 ? 0 : t * (Math.abs(Math.log(t)) + Math.abs(Math.log(p)))) + t + p);
    if (power === 2) return 2 * (Math.abs(Math.log(p)) + Math.abs(Math.log(t)) + t / p + 1);
    const [one, two] = [1 - power, 2 - power];
    const terms = [Math.max(t, 0) ** two / (one * two), (t * p ** one) / one, p ** two / two];
    return 2 * (1 + Math.abs(two)) * terms.reduce((total, term) => total + Math.abs(term), 0);
  });
}

/** 1 − a/b is off by what a is, and by a/b times what b is, over b. */
function d2TweedieTerms(oracle: Backend, args: Arguments): number {
  const [, targets] = arrays(args);
  const own = mean(args, (_, t) => t);
  const constant = targets.map(() => own);
  const power = powerOf(args);
  const [a, b] = [arrays(args)[0], constant].map((predictions) =>
    oracle.meanTweedieDeviance(predictions, targets, { power, ...sampleWeight(args) }),
  );
  return (devianceTerms(args, power) + (a! / b!) * devianceTerms(args, power, own)) / b!;
}
