/**
 * Intervals of measures of counts.
 *
 * @module
 */
import {
  AssayRangeError,
  AssayTypeError,
  type ClassMeasureName,
  type ConfidenceIntervalOptions,
  type ConfusionMatrix,
  defaults,
  type MatrixMeasureName,
  type MeasureInterval,
  type MeasureName,
  type MultilabelConfusionMatrix,
} from "@assay/contract";
import { core } from "../core.js";
import { oneOf, optionsOf } from "../options.js";
import { type ClassMeasureOptions, classGradient, matrixGradient, standardError } from "./delta.js";
import { criticalValue, levelOf } from "./level.js";
import { isClassMeasure, isMatrixMeasure, noMeasure, rateOf, total } from "./measures.js";
import { bootstrapOf, resamplingOf } from "./replicates.js";
import { matrixOf, tableOf } from "./tables.js";
import { wilsonInterval } from "./wilson.js";

type Options = ConfidenceIntervalOptions;

const ofEvery = ["level", "method"] as const;
const ofClasses = ["classIndex", "label", "average", "zeroDivision", "absentClasses"] as const;
const ofBootstrap = ["resamples", "seed"] as const;
const own: Partial<Record<MeasureName, readonly (keyof Options)[]>> = {
  fBeta: ["beta"],
  cohenKappa: ["weights"],
  balancedAccuracy: ["adjusted"],
};

/** A measure of a matrix, however it is to be bounded. */
interface Measured {
  readonly matrix: ConfusionMatrix;
  /** Of this matrix, or of another one with the same classes. */
  value(matrix: ConfusionMatrix): number;
  standardError(): number;
  /** How many of how many, where it is a share of rows. */
  readonly share: readonly [successes: number, trials: number] | undefined;
  readonly range: readonly [least: number, most: number];
  /** The error is that of the logarithm, times the value. */
  readonly isRatio: boolean;
}

/**
 * A confidence interval of a measure of a confusion matrix, for what the measure would be of all rows that might be drawn
 * as these were.
 *
 * Shares of rows (precision, recall, specificity and the other rates of one class, Jaccard's index, prevalence,
 * accuracy, micro averages that equal it) have Wilson's interval, see {@link wilson}. All else has
 * value ± z·√(Σ n·(∂g/∂n)²) over the counts n of the cells, g being the measure: the delta method for multinomial
 * counts, cut off at the measure's range; for likelihood ratios that of their logarithm. It is short of its level where
 * few rows decide, and has no width where the measure is at an end of its range: there take `"bootstrap"`, see
 * {@link bootstrap}, or more rows. Where a measure is undefined so are the ends of its interval.
 *
 * @param matrix counts of rows; whole weights count as repeated rows. Of a multilabel matrix one label, as `label` says
 * @param measure by the name that it has in the matrix
 * @returns also the standard error, of a Wilson interval √(p(1 − p)/n)
 * @throws AssayRangeError for cells that are not whole, an unknown measure, an option out of range or of another
 *   measure; `"wilson"` for what is no share of rows
 * @example
 * confidenceInterval(matrix, "recall", { classIndex: 3 });
 * confidenceInterval(matrix, "f1", { average: "macro", level: 0.9 });
 * @see A. Agresti, "Categorical Data Analysis" (2013), 16.1; J. Fleiss, J. Cohen and B. Everitt (1969) for κ
 */
export function confidenceInterval(
  matrix: ConfusionMatrix | MultilabelConfusionMatrix,
  measure: MeasureName,
  options?: ConfidenceIntervalOptions,
): MeasureInterval {
  if (!isClassMeasure(measure) && !isMatrixMeasure(measure)) throw noMeasure(measure, "measure");
  const ofMeasure = [...(isClassMeasure(measure) ? ofClasses : []), ...(own[measure] ?? [])];
  const given = optionsOf(options, [...ofEvery, ...ofMeasure, ...ofBootstrap], `confidenceInterval of ${measure}`);
  const level = levelOf(given);
  const measured = isClassMeasure(measure)
    ? measuredClasses(matrix, measure, given)
    : measuredMatrix(wholeMatrix(matrix, measure), measure, given);
  const method = methodOf(given, measure, measured);
  const table = tableOf(measured.matrix);
  const estimate = measured.value(measured.matrix);
  if (method === "wilson") {
    const [successes, trials] = measured.share as readonly [number, number];
    const interval = wilsonInterval(successes, trials, level);
    const { estimate: p } = interval;
    return { ...interval, estimate, standardError: Math.sqrt((p * (1 - p)) / trials), method };
  }
  if (method === "delta") return { ...deltaInterval(measured, estimate, level), level, method };
  const plan = { level, ...resamplingOf(given), method: "percentile" } as const;
  const value = (counts: Float64Array<ArrayBuffer>) => measured.value(matrixOf(table.keys, counts, measured.matrix));
  const { replicates: _, ...interval } = bootstrapOf(table, value, plan);
  return { ...interval, method };
}

function deltaInterval({ standardError: error, range, isRatio }: Measured, estimate: number, level: number) {
  const standardError = Number.isNaN(estimate) ? estimate : error();
  const reach = criticalValue(level) * standardError;
  if (isRatio) {
    const factor = core().exp(reach / estimate);
    return { estimate, standardError, lower: estimate / factor, upper: estimate * factor };
  }
  const [least, most] = range;
  return {
    estimate,
    standardError,
    lower: Math.max(least, estimate - reach),
    upper: Math.min(most, estimate + reach),
  };
}

function methodOf(given: Options, measure: MeasureName, { share }: Measured): MeasureInterval["method"] {
  const method = oneOf(
    given.method ?? (share === undefined ? "delta" : "wilson"),
    ["wilson", "delta", "bootstrap"],
    "method",
  );
  if (method === "wilson" && share === undefined) {
    const message = `method "wilson" is for shares of rows, but ${measure} as asked for is none: take "delta" or "bootstrap"`;
    throw new AssayRangeError(message, { code: "option", argument: "method", value: method });
  }
  for (const option of ofBootstrap) {
    if (method === "bootstrap" || given[option] === undefined) continue;
    throw new AssayTypeError(`${option} is for method "bootstrap"`, { code: "option", argument: option });
  }
  return method;
}

// ---------------------------------------------------------------------------------------------------------- measures

function wholeMatrix(matrix: ConfusionMatrix | MultilabelConfusionMatrix, measure: string): ConfusionMatrix {
  if (!("numLabels" in matrix)) return matrix;
  const message = `${measure} is of matrices of classes, but this one is of labels`;
  throw new AssayTypeError(message, { code: "type", argument: "matrix" });
}

function measuredMatrix(matrix: ConfusionMatrix, measure: MatrixMeasureName, given: Options): Measured {
  const { weights, adjusted } = given;
  const call = { ...(weights !== undefined && { weights }), ...(adjusted !== undefined && { adjusted }) };
  const right = (): number => diagonalOf(matrix);
  const shares: Partial<Record<MatrixMeasureName, number>> = {
    accuracy: right(),
    zeroOneLoss: matrix.total - right(),
    hammingLoss: matrix.total - right(),
  };
  const successes = shares[measure];
  return {
    matrix,
    value: (of) => (of[measure] as (options?: object) => number)(...(Object.keys(call).length > 0 ? [call] : [])),
    standardError: () => standardError(matrix, matrixGradient(matrix, measure, given)),
    share: successes === undefined ? undefined : [successes, matrix.total],
    range: [successes === undefined ? -1 : 0, 1],
    isRatio: false,
  };
}

function diagonalOf(matrix: ConfusionMatrix): number {
  return matrix.cells().reduce((sum, { target, predicted, count }) => sum + (target === predicted ? count : 0), 0);
}

function measuredClasses(
  from: ConfusionMatrix | MultilabelConfusionMatrix,
  measure: ClassMeasureName,
  given: Options,
): Measured {
  const one = oneAgainstRest(from, given);
  const matrix = one ?? wholeMatrix(from, `an average of ${measure}`);
  const average = one === undefined ? averageOf(given, matrix) : "binary";
  const { zeroDivision, absentClasses, beta = defaults.beta } = given;
  const settings: ClassMeasureOptions = { average, zeroDivision, absentClasses, beta };
  const call = {
    average,
    ...(zeroDivision !== undefined && { zeroDivision }),
    ...(absentClasses !== undefined && { absentClasses }),
    ...(measure === "fBeta" && { beta }),
  };
  const rate = rateOf(measure);
  return {
    matrix,
    value: (of) => (of[measure] as (options: object) => number)(call),
    standardError: () => standardError(matrix, classGradient(matrix, measure, settings)),
    share: rate && shareOf(matrix, average, rate),
    range: [measure === "informedness" || measure === "markedness" ? -1 : 0, 1],
    isRatio: measure === "positiveLikelihoodRatio" || measure === "negativeLikelihoodRatio",
  };
}

function shareOf(
  matrix: ConfusionMatrix,
  average: ClassMeasureOptions["average"],
  { of, among }: NonNullable<ReturnType<typeof rateOf>>,
): Measured["share"] {
  if (average === "binary") return [of, among].map((form) => total(form, matrix.countsOf(1))) as [number, number];
  // All classes together have each row predicted once and true once; it is right or it is not.
  const isOnce = among[0] === 1 && among[1] + among[2] === 1 && among[3] === 0;
  if (average !== "micro" || !isOnce) return undefined;
  const right = diagonalOf(matrix);
  return [of[0] === 1 ? right : matrix.total - right, matrix.total];
}

function averageOf(given: Options, matrix: ConfusionMatrix): ClassMeasureOptions["average"] {
  const otherwise = matrix.binary ? "binary" : defaults.average;
  return oneOf(given.average ?? otherwise, ["binary", "micro", "macro", "weighted"], "average");
}

/** The matrix of one class or label against the rest, if one is asked for. */
function oneAgainstRest(
  matrix: ConfusionMatrix | MultilabelConfusionMatrix,
  { classIndex, label, average }: Options,
): ConfusionMatrix | undefined {
  const isMultilabel = "numLabels" in matrix;
  const [mine, others] = isMultilabel ? (["label", "classIndex"] as const) : (["classIndex", "label"] as const);
  const [which, foreign] = isMultilabel ? [label, classIndex] : [classIndex, label];
  if (foreign !== undefined) {
    throw new AssayTypeError(`this matrix has ${isMultilabel ? "labels" : "classes"}: give ${mine}`, {
      code: "option",
      argument: others,
    });
  }
  if (which === undefined) return undefined;
  if (average !== undefined) {
    throw new AssayTypeError(`average is of all classes, but ${mine} is given`, {
      code: "option",
      argument: "average",
    });
  }
  const { tp, fp, fn, tn } = matrix.countsOf(which);
  const name = (isMultilabel ? matrix.labelNames : matrix.classNames)[which] as string;
  const shape = { numClasses: 2, classNames: ["rest", name], binary: true };
  return matrixOf(Float64Array.of(0, 1, 2, 3), Float64Array.of(tn, fp, fn, tp), shape);
}
