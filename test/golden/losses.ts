/**
 * The losses of the golden tables: one row a metric. Beside each stands Σ|terms| of its definition, the measure of what
 * a transcendental in float32 may cost, where one is taken per sample; what has none is computed in float64.
 *
 * @module
 */
import type {
  Backend,
  BinaryLossOptions,
  CrossEntropyOptions,
  FocalLossOptions,
  Loss,
  Reduction,
  SetLoss,
  SetLossOptions,
  SoftCountOptions,
  WeightOptions,
} from "@assay/contract";
import type { Arguments, Metric } from "./arguments.js";
import { type Compute, columnsOf, indexed, nested, row, sampleWeight } from "./shapes.js";
import type { Input } from "./table.js";

/** A loss whose terms, and those of its gradient, have one sign: it is the sum of their absolute values. */
function oneSign(compute: Compute): Metric {
  return row(compute, compute);
}

/** A loss with a power of γ, which multiplies what its base costs; otherwise as `oneSign`. */
function power(compute: Compute, gamma: (args: Arguments) => number): Metric {
  return row(compute, (oracle, args) => scaled(compute(oracle, args), 1 + gamma(args)));
}

const gammaOf = (args: Arguments): number => args.option("gamma", 2);

/** The metrics that are built. */
export const losses: readonly (readonly [string, Metric])[] = [
  ["binary_cross_entropy", oneSign(binaryCrossEntropy)],
  ["binary_cross_entropy_with_logits", row(withLogits, withLogitsTerms)],
  ["sigmoid_focal_loss", power(sigmoidFocal, gammaOf)],
  ["hinge_loss", row(hinge)],
  ["soft_margin_loss", oneSign(softMargin)],
  ["multilabel_soft_margin_loss", oneSign(multilabelSoftMargin)],

  ["cross_entropy", row(crossEntropy, crossEntropyTerms)],
  ["log_loss", oneSign(logLoss)],
  ["nll_loss", row(nll)],
  ["focal_loss", row(focal, focalTerms)],
  ["one_vs_rest_focal_loss", power(oneVsRestFocal, gammaOf)],
  ["multi_margin_loss", row(multiMargin)],
  ["multiclass_hinge_loss", row(multiclassHinge)],
  ["kl_div", row(klDiv, klDivTerms)],

  ["dice_loss", row(dice, quotientTerms(dice))],
  ["jaccard_loss", row(jaccard, quotientTerms(jaccard))],
  ["tversky_loss", row(tversky, quotientTerms(tversky))],
  ["focal_tversky_loss", row(focalTversky, focalTverskyTerms)],
  ["soft_f1_loss", row(softF1, quotientTerms(softF1))],
  ["multiclass_dice_loss", row(multiclassDice, multiclassDiceTerms)],
  ["bce_dice_loss", row(bceDice, bceDiceTerms)],
  ["ce_soft_f1_loss", row(ceSoftF1, ceSoftF1Terms)],

  ["mse_loss", row((backend, args) => regression(backend.mseLoss, args, {}))],
  ["l1_loss", row((backend, args) => regression(backend.l1Loss, args, {}))],
  ["huber_loss", row(huber)],
  ["smooth_l1_loss", row(smoothL1)],
  ["log_cosh_loss", oneSign((backend, args) => regression(backend.logCoshLoss, args, {}))],
  ["quantile_loss", row(quantile)],
  ["poisson_nll_loss", row(poissonNll, poissonNllTerms)],
  ["gaussian_nll_loss", row(gaussianNll, gaussianNllTerms)],
];

// ---------------------------------------------------------------------------------------------------------- calls

/** Calls a loss, with its gradient where the case asks for it; `columns` shapes what comes one per element. */
function callLoss<Options extends WeightOptions, Scalar extends string, Stream>(
  loss: Loss<Options, Scalar, Stream>,
  args: Arguments,
  predictions: Input & { readonly name: string },
  targets: Input,
  options: Options,
  columns: number | undefined,
): unknown {
  const withReduction = { ...options, reduction: args.option<Reduction>("reduction", "mean") };
  if (!args.gradientFor(predictions.name)) {
    return nested(loss(predictions.values as Float64Array, targets.values, ...([withReduction] as never)), columns);
  }
  const { loss: value, gradient } = loss.withGradient(
    predictions.values as Float64Array,
    targets.values,
    ...([withReduction] as never),
  );
  return { value: nested(value, columns), gradient: nested(gradient, predictions.columns) };
}

/** Calls a loss of a whole set. */
function callSetLoss<Options extends SetLossOptions>(
  loss: SetLoss<Options>,
  args: Arguments,
  predictions: Input & { readonly name: string },
  targets: Input["values"],
  options: Options,
): unknown {
  const given = [{ ...options, ...sampleWeight(args) }] as never;
  if (!args.gradientFor(predictions.name))
    return loss(predictions.values as Float64Array, targets, ...(given as never));
  const { loss: value, gradient } = loss.withGradient(predictions.values as Float64Array, targets, ...(given as never));
  return { value, gradient: nested(gradient, predictions.columns) };
}

/** A loss with the gradient of a vector or of rows. */
interface Gradient {
  readonly value: unknown;
  readonly gradient: Float64Array | readonly Float64Array[];
}

function isGradient(result: unknown): result is Gradient {
  return typeof result === "object" && result !== null && "gradient" in result;
}

function at({ gradient }: Gradient, i: number, j: number): number {
  const row = gradient[i]!;
  return typeof row === "number" ? row : row[j]!;
}

function combined(whole: Gradient, terms: (g: number, i: number, j: number) => number): Gradient {
  const { gradient } = whole;
  if (gradient instanceof Float64Array) return { ...whole, gradient: gradient.map((g, i) => terms(g, i, 0)) };
  return { ...whole, gradient: gradient.map((row, i) => row.map((g, j) => terms(g, i, j))) };
}

/** The absolute value of every number of a result, times a factor. */
function scaled(result: unknown, factor: number): unknown {
  if (typeof result === "number") return factor * Math.abs(result);
  if (result instanceof Float64Array) return result.map((value) => factor * Math.abs(value));
  if (Array.isArray(result)) return result.map((inner) => scaled(inner, factor));
  return Object.fromEntries(Object.entries(result as object).map(([key, inner]) => [key, scaled(inner, factor)]));
}

/** The sum of two results of one shape, of which no number is negative. */
function added(a: unknown, b: unknown): unknown {
  if (typeof a === "number") return a + (b as number);
  if (a instanceof Float64Array) return a.map((value, i) => value + (b as Float64Array)[i]!);
  if (Array.isArray(a)) return a.map((inner, i) => added(inner, (b as unknown[])[i]));
  return Object.fromEntries(
    Object.entries(a as object).map(([key, inner]) => [key, added(inner, (b as Record<string, unknown>)[key])]),
  );
}

function reduced(args: Arguments, values: Float64Array): unknown {
  const reduction = args.option<Reduction>("reduction", "mean");
  if (reduction === "none") return values;
  const total = values.reduce((a, b) => a + b, 0);
  return reduction === "sum" ? total : total / values.length;
}

// --------------------------------------------------------------------------------------------------------- binary

function binaryLossOptions(args: Arguments, predictions: Input): BinaryLossOptions {
  const weight = args.optionalInput("weight");
  return {
    ...(predictions.columns === undefined ? {} : { numLabels: predictions.columns }),
    ...(weight && { elementWeight: weight.values as Float64Array }),
  };
}

/** A binary loss of one of some inputs. */
function binary<Options extends BinaryLossOptions>(
  loss: Loss<Options>,
  args: Arguments,
  name: string,
  options: Omit<Options, keyof BinaryLossOptions>,
): unknown {
  const predictions = args.either(name);
  const given = { ...binaryLossOptions(args, predictions), ...options } as Options;
  return callLoss(loss, args, predictions, args.input("y_true"), given, predictions.columns);
}

function binaryCrossEntropy(backend: Backend, args: Arguments): unknown {
  return binary(backend.binaryCrossEntropy, args, "y_prob", {});
}

function withLogits(backend: Backend, args: Arguments): unknown {
  const posWeight = args.option<number | number[]>("pos_weight", 1);
  return binary(backend.binaryCrossEntropyWithLogits, args, "logits", { posWeight });
}

/**
 * All terms of the loss have one sign. The gradient is a − b with a = (1−t)·σ(x) and b = w·t·σ(−x); with posWeight 0
 * it is a alone, so that a + b is twice that less the gradient.
 */
function withLogitsTerms(oracle: Backend, args: Arguments): unknown {
  const whole = withLogits(oracle, args);
  if (!isGradient(whole)) return whole;
  const negative = withLogits(oracle, args.with({ pos_weight: 0 })) as Gradient;
  return combined(whole, (g, i, j) => 2 * at(negative, i, j) - g);
}

/** A negative alpha is none. */
function alphaOf(args: Arguments): { alpha?: number } {
  const alpha = args.orOff("alpha", 0.25);
  return alpha === undefined || alpha < 0 ? {} : { alpha };
}

function sigmoidFocal(backend: Backend, args: Arguments): unknown {
  return binary(backend.sigmoidFocalLoss, args, "logits", { gamma: gammaOf(args), ...alphaOf(args) });
}

function hinge(backend: Backend, args: Arguments): unknown {
  return binary(backend.hingeLoss, args, "logits", { squared: args.option("squared", false) });
}

function softMargin(backend: Backend, args: Arguments): unknown {
  return binary(backend.softMarginLoss, args, "logits", {});
}

function multilabelSoftMargin(backend: Backend, args: Arguments): unknown {
  const logits = args.either("logits");
  const options = { numLabels: columnsOf(logits), ...classWeight(args) };
  return callLoss(backend.multilabelSoftMarginLoss, args, logits, args.input("y_true"), options, undefined);
}

// ------------------------------------------------------------------------------------------------------ multiclass

function classWeight(args: Arguments): { weight?: number[] } {
  const weight = args.option<number[] | undefined>("weight", undefined);
  return weight ? { weight } : {};
}

function ignored(args: Arguments): { ignoreIndex?: number } {
  const ignoreIndex = args.option<number | undefined>("ignore_index", undefined);
  return ignoreIndex === undefined ? {} : { ignoreIndex };
}

function crossEntropy(backend: Backend, args: Arguments): unknown {
  const logits = args.either("logits");
  const targets = args.either("y_true", "target_prob");
  const options: CrossEntropyOptions = {
    numClasses: columnsOf(logits),
    labelSmoothing: args.option("label_smoothing", 0),
    softTargets: targets.name === "target_prob",
    ...classWeight(args),
    ...ignored(args),
  };
  return callLoss(backend.crossEntropy, args, logits, targets, options, undefined);
}

/**
 * All terms of the loss have one sign. The gradient is a_c − b_c with a_c = p_c·Σ w·q and b_c = w_c·q_c, so that
 * a_c + b_c is the gradient and 2b_c; where another class has all of the probability the gradient is −b_c alone.
 */
function crossEntropyTerms(oracle: Backend, args: Arguments): unknown {
  const whole = crossEntropy(oracle, args);
  if (!isGradient(whole)) return whole;
  const columns = columnsOf(args.input("logits"));
  const [first, last] = [0, columns - 1].map((sure) => {
    const values = args.input("logits").values.map((_, i) => (i % columns === sure ? Infinity : 0));
    return crossEntropy(oracle, args.with({}, { logits: { values, columns } })) as Gradient;
  });
  return combined(whole, (g, i, j) => g - 2 * at(j === 0 ? last! : first!, i, j));
}

function logLoss(backend: Backend, args: Arguments): unknown {
  const { values, columns } = args.input("y_prob");
  const labels = args.option<number[] | undefined>("labels", undefined);
  return backend.logLoss(values as Float64Array, indexed(args.input("y_true"), labels), {
    ...(columns !== undefined && { numClasses: columns }),
    ...sampleWeight(args),
    reduction: args.option("normalize", true) ? "mean" : "sum",
  });
}

function nll(backend: Backend, args: Arguments): unknown {
  const logs = args.either("log_prob");
  const options = { numClasses: columnsOf(logs), ...classWeight(args), ...ignored(args) };
  return callLoss(backend.nllLoss, args, logs, args.input("y_true"), options, undefined);
}

/** The tables' class weights enter p_t. */
function focal(backend: Backend, args: Arguments): unknown {
  const logits = args.either("logits");
  const weight = classWeight(args);
  const options: FocalLossOptions = {
    numClasses: columnsOf(logits),
    gamma: gammaOf(args),
    ...weight,
    weightInside: weight.weight !== undefined,
  };
  return callLoss(backend.focalLoss, args, logits, args.input("y_true"), options, undefined);
}

/**
 * All terms of the loss have one sign. The gradient is f·(p_c − [c = y]) with f > 0: at the target the terms add up to
 * (1 + p)/(1 − p) times its size, where −ln p is the cross-entropy.
 */
function focalTerms(oracle: Backend, args: Arguments): unknown {
  const whole = scaled(focal(oracle, args), 1 + gammaOf(args));
  if (!isGradient(whole)) return whole;
  const { values, columns = 1 } = args.input("logits");
  const labels = args.input("y_true").values;
  const costs = oracle.crossEntropy(values as Float64Array, labels, { numClasses: columns, reduction: "none" });
  return combined(whole, (g, i, j) => {
    return j === labels[i] ? (g * (1 + Math.exp(-costs[i]!))) / -Math.expm1(-costs[i]!) : g;
  });
}

/** Σ over classes of means over rows is the mean over rows of Σ over classes. */
function oneVsRestFocal(backend: Backend, args: Arguments): unknown {
  const logits = args.either("logits");
  const options: FocalLossOptions = {
    numClasses: columnsOf(logits),
    kind: "one-vs-rest",
    gamma: gammaOf(args),
    ...alphaOf(args),
    ...ignored(args),
  };
  return callLoss(backend.focalLoss, args, logits, args.input("y_true"), options, undefined);
}

function multiMargin(backend: Backend, args: Arguments): unknown {
  const logits = args.either("logits");
  const options = {
    numClasses: columnsOf(logits),
    p: args.option<1 | 2>("p", 1),
    margin: args.option("margin", 1),
    ...classWeight(args),
  };
  return callLoss(backend.multiMarginLoss, args, logits, args.input("y_true"), options, undefined);
}

function multiclassHinge(backend: Backend, args: Arguments): unknown {
  const logits = args.either("logits");
  const labels = indexed(args.input("y_true"), args.option<number[] | undefined>("labels", undefined));
  const options = { numClasses: columnsOf(logits), ...sampleWeight(args) };
  return callLoss(
    backend.multiclassHingeLoss,
    args,
    logits,
    { values: labels as Int32Array, columns: undefined },
    options,
    undefined,
  );
}

function klDiv(backend: Backend, args: Arguments): unknown {
  const probabilities = args.either("y_prob");
  const numClasses = columnsOf(probabilities);
  return callLoss(backend.klDivLoss, args, probabilities, args.input("target_prob"), { numClasses }, numClasses);
}

/** t·ln t − t·ln p has terms of two signs: against p = 1 it is t·ln t alone. The gradient is one term. */
function klDivTerms(oracle: Backend, args: Arguments): unknown {
  const whole = klDiv(oracle, args);
  const ones = args.input("y_prob").values.map(() => 1);
  const certain = klDiv(oracle, args.with({}, { y_prob: { ...args.input("y_prob"), values: ones } }));
  const sum = (value: unknown, own: unknown): unknown => {
    if (typeof value === "number") return value - 2 * (own as number);
    if (value instanceof Float64Array) return value.map((v, i) => v - 2 * (own as Float64Array)[i]!);
    return (value as unknown[]).map((v, i) => sum(v, (own as unknown[])[i]));
  };
  if (!isGradient(whole)) return sum(whole, certain);
  return { value: sum(whole.value, (certain as Gradient).value), gradient: scaled(whole.gradient, 1) };
}

// ------------------------------------------------------------------------------------------------------- soft counts

/** The tables take the counts of all elements together. */
function softCounts(args: Arguments): {
  predictions: Input & { readonly name: string };
  options: SoftCountOptions;
} {
  const predictions = args.either("y_prob", "logits");
  return {
    predictions,
    options: {
      from: predictions.name === "logits" ? "logits" : "probabilities",
      average: "micro",
      ...(predictions.columns !== undefined && { numLabels: predictions.columns }),
    },
  };
}

function overlap<Options extends SoftCountOptions>(
  loss: SetLoss<Options>,
  args: Arguments,
  options: Omit<Options, keyof SoftCountOptions>,
): unknown {
  const { predictions, options: shape } = softCounts(args);
  return callSetLoss(loss, args, predictions, args.input("y_true").values, { ...shape, ...options } as Options);
}

function smoothing(args: Arguments): { smoothNumerator: number; smoothDenominator: number } {
  return {
    smoothNumerator: args.option("smooth_numerator", 0),
    smoothDenominator: args.option("smooth_denominator", 0),
  };
}

function smooth(args: Arguments): { smoothNumerator: number; smoothDenominator: number } {
  const both = args.option("smooth", 0);
  return { smoothNumerator: both, smoothDenominator: both };
}

function dice(backend: Backend, args: Arguments): unknown {
  return overlap(backend.diceLoss, args, smoothing(args));
}

function jaccard(backend: Backend, args: Arguments): unknown {
  return overlap(backend.jaccardLoss, args, smooth(args));
}

function tverskyOptions(args: Arguments): {
  smoothNumerator: number;
  smoothDenominator: number;
  fnWeight: number;
  fpWeight: number;
} {
  return { ...smooth(args), fnWeight: args.option("fn_weight", 0.5), fpWeight: args.option("fp_weight", 0.5) };
}

function tversky(backend: Backend, args: Arguments): unknown {
  return overlap(backend.tverskyLoss, args, tverskyOptions(args));
}

function focalTversky(backend: Backend, args: Arguments): unknown {
  const exponent = args.option("exponent", 1);
  return overlap(backend.focalTverskyLoss, args, { ...tverskyOptions(args), exponent });
}

function softF1(backend: Backend, args: Arguments): unknown {
  const { predictions, options } = softCounts(args);
  const { numLabels, average, ...rest } = options;
  const shape = numLabels === 2 ? { numClasses: 2 as const } : { average, ...(numLabels && { numLabels }) };
  const epsilon = args.option("eps", 1e-7);
  return callSetLoss(backend.softF1Loss, args, predictions, args.input("y_true").values, {
    ...rest,
    ...shape,
    epsilon,
  } as never);
}

/**
 * Without logits nothing transcendental is taken. A loss 1 − N/D has the terms 1 and N/D, its gradient those of
 * N'/D − N·D'/D²; as N' and D' have one sign and N ≤ D, they add up to at most three times its size.
 */
function quotientTerms(compute: Compute): Compute {
  return (oracle, args) => {
    const whole = compute(oracle, args);
    if (args.either("y_prob", "logits").name === "y_prob") return scaled(whole, 0);
    if (!isGradient(whole)) return 2 - (whole as number);
    return { value: 2 - (whole.value as number), gradient: scaled(whole.gradient, 3) };
  };
}

/** The power is taken once, in float64; it multiplies what T costs by exponent·T^(exponent−1). */
function focalTverskyTerms(oracle: Backend, args: Arguments): unknown {
  const exponent = args.option("exponent", 1);
  const whole = focalTversky(oracle, args);
  if (args.either("y_prob", "logits").name === "y_prob") return scaled(whole, 0);
  const loss = (isGradient(whole) ? whole.value : whole) as number;
  const value = (2 - loss ** (1 / exponent)) * exponent * loss ** (1 - 1 / exponent);
  return isGradient(whole) ? { value, gradient: scaled(whole.gradient, 3 * (1 + exponent)) } : value;
}

function multiclassDice(backend: Backend, args: Arguments): unknown {
  const predictions = args.either("y_prob", "logits");
  return callSetLoss(backend.multiclassDiceLoss, args, predictions, args.input("y_true").values, {
    numClasses: columnsOf(predictions),
    from: predictions.name === "logits" ? "logits" : "probabilities",
    smooth: args.option("smooth", 0),
    eps: args.option("eps", 1e-7),
    absentClasses: "count",
  });
}

/** Of each class as in `quotientTerms`; from logits the gradient has the terms p_c·(|g_c| + Σ_k p_k·|g_k|). */
function multiclassDiceTerms(oracle: Backend, args: Arguments): unknown {
  const whole = multiclassDice(oracle, args);
  const predictions = args.either("y_prob", "logits");
  if (predictions.name === "y_prob") return scaled(whole, 0);
  if (!isGradient(whole)) return 2 - (whole as number);
  const columns = columnsOf(predictions);
  const p = softmaxRows(predictions.values, columns);
  const { gradient } = oracle.multiclassDiceLoss.withGradient(p, args.input("y_true").values, {
    numClasses: columns,
    smooth: args.option("smooth", 0),
    eps: args.option("eps", 1e-7),
    absentClasses: "count",
  });
  return combined({ ...whole, value: 2 - (whole.value as number) }, (_, i, j) => {
    const row = p.subarray(i * columns, (i + 1) * columns);
    const mean = row.reduce((total, value, k) => total + value * Math.abs(gradient[i * columns + k]!), 0);
    return 3 * row[j]! * (Math.abs(gradient[i * columns + j]!) + mean);
  });
}

function softmaxRows(logits: Input["values"], columns: number): Float64Array {
  const p = Float64Array.from(logits);
  for (let start = 0; start < p.length; start += columns) {
    const row = p.subarray(start, start + columns);
    const largest = Math.max(...row);
    const e = row.map((x) => Math.exp(x - largest));
    const total = e.reduce((a, b) => a + b, 0);
    row.set(e.map((value) => value / total));
  }
  return p;
}

function bceDiceOf(backend: Backend, args: Arguments, diceWeight: number, bceWeight: number): unknown {
  return overlap(backend.diceBceLoss, args, { ...smoothing(args), diceWeight, bceWeight });
}

function bceDice(backend: Backend, args: Arguments): unknown {
  return bceDiceOf(backend, args, 1, args.option("bce_weight", 1));
}

function bceDiceTerms(oracle: Backend, args: Arguments): unknown {
  const bce = scaled(bceDiceOf(oracle, args, 0, args.option("bce_weight", 1)), 1);
  return added(quotientTerms((backend, own) => bceDiceOf(backend, own, 1, 0))(oracle, args), bce);
}

function ceSoftF1Of(backend: Backend, args: Arguments, ceWeight: number, softF1Weight: number): unknown {
  return callSetLoss(backend.ceSoftF1Loss, args, args.either("logits"), args.input("y_true").values, {
    ceWeight,
    softF1Weight,
    epsilon: args.option("eps", 1e-7),
    ...classWeight(args),
  });
}

function ceSoftF1(backend: Backend, args: Arguments): unknown {
  const alpha = args.option("alpha", 0.5);
  return ceSoftF1Of(backend, args, alpha, 1 - alpha);
}

/** Those of the cross-entropy, of which the gradient's at the target are p and 1, and those of the soft F1. */
function ceSoftF1Terms(oracle: Backend, args: Arguments): unknown {
  const alpha = args.option("alpha", 0.5);
  const ce = ceSoftF1Of(oracle, args, alpha, 0);
  const f1 = ceSoftF1Of(oracle, args, 0, 1);
  if (!isGradient(ce) || !isGradient(f1)) return (ce as number) + (1 - alpha) * (2 - (f1 as number));
  const labels = args.input("y_true").values;
  const p = softmaxRows(args.input("logits").values, 2);
  const ceTerms = combined(ce, (g, i, j) => {
    const own = p[2 * i + j]!;
    return Math.abs(g) * (j === labels[i] ? (1 + own) / p[2 * i + 1 - j]! : 1);
  });
  const f1Terms = { value: 2 - (f1.value as number), gradient: scaled(f1.gradient, 3) };
  return added(ceTerms, scaled(f1Terms, 1 - alpha));
}

// -------------------------------------------------------------------------------------------------------- regression

function regression<Options extends WeightOptions, Stream>(
  loss: Loss<Options, "mean" | "sum", Stream>,
  args: Arguments,
  options: Options,
): unknown {
  return callLoss(loss, args, args.either("y_pred"), args.input("y_true"), options, undefined);
}

function huber(backend: Backend, args: Arguments): unknown {
  return regression(backend.huberLoss, args, { delta: args.option("delta", 1) });
}

function smoothL1(backend: Backend, args: Arguments): unknown {
  return regression(backend.smoothL1Loss, args, { beta: args.option("beta", 1) });
}

function quantile(backend: Backend, args: Arguments): unknown {
  return regression(backend.quantileLoss, args, { quantile: args.option("quantile", 0.5) });
}

function poissonNll(backend: Backend, args: Arguments): unknown {
  const logInput = args.option("log_input", true);
  const eps = args.option("eps", 1e-8);
  // Of logarithms there is nothing that it could be added to; tables may tell it all the same.
  return regression(backend.poissonNllLoss, args, {
    logInput,
    full: args.option("full", false),
    ...(logInput ? {} : { eps }),
  });
}

/** e^x + |t·x|, or x + |t·ln(x + eps)|, and t·|ln t| + t + ½·ln(2πt); of the gradient e^x + t, or 1 + t/(x + eps). */
function poissonNllTerms(oracle: Backend, args: Arguments): unknown {
  const whole = poissonNll(oracle, args);
  const [x, t] = [args.input("y_pred").values, args.input("y_true").values];
  const [log, eps] = [args.option("log_input", true), args.option("eps", 1e-8)];
  const full = args.option("full", false);
  const values = Float64Array.from(x, (prediction, i) => {
    const target = t[i]!;
    const stirling = full && target > 1 ? target * Math.log(target) + target + 0.5 * Math.log(2 * Math.PI * target) : 0;
    return log
      ? Math.exp(prediction) + Math.abs(target * prediction) + stirling
      : prediction + Math.abs(target * Math.log(prediction + eps)) + stirling;
  });
  const value = reduced(args, values);
  if (!isGradient(whole)) return value;
  const scale = args.option("reduction", "mean") === "mean" ? x.length : 1;
  const gradient = Float64Array.from(x, (prediction, i) => {
    return (log ? Math.exp(prediction) + t[i]! : 1 + t[i]! / (prediction + eps)) / scale;
  });
  return { value, gradient };
}

function gaussianNll(backend: Backend, args: Arguments): unknown {
  return regression(backend.gaussianNllLoss, args, {
    variance: args.input("var").values as Float64Array,
    full: args.option("full", false),
    eps: args.option("eps", 1e-6),
  });
}

/** ½·|ln v|, ½·(x − t)²/v and ½·ln 2π; the gradient is one term, and takes no logarithm. */
function gaussianNllTerms(oracle: Backend, args: Arguments): unknown {
  const whole = gaussianNll(oracle, args);
  const [x, t, variance] = ["y_pred", "y_true", "var"].map((name) => args.input(name).values);
  const constant = args.option("full", false) ? Math.log(2 * Math.PI) : 0;
  const values = Float64Array.from(x!, (prediction, i) => {
    const v = Math.max(variance![i]!, args.option("eps", 1e-6));
    return 0.5 * (Math.abs(Math.log(v)) + (prediction - t![i]!) ** 2 / v + constant);
  });
  const value = reduced(args, values);
  return isGradient(whole) ? { value, gradient: scaled(whole.gradient, 1) } : value;
}
