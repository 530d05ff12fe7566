/**
 * Intervals of measures of counts.
 *
 * @module
 */
import {
  AssayTypeError,
  type ClassMeasureName,
  type ConfidenceIntervalOptions,
  type ConfusionMatrix,
  defaults,
  type MatrixMeasureName,
  type MeasureInterval,
  type MeasureName,
  type MultilabelConfusionMatrix,
  type RowMeasureName,
} from "@assay/contract";
import { againstRest, total } from "../matrix/index.js";
import { oneOf, optionsOf } from "../options.js";
import { type ClassMeasureOptions, classGradient, matrixGradient, standardError } from "./delta.js";
import { intervalOf, type Measured, ofEvery } from "./interval.js";
import { isRowMeasure, labelInterval } from "./label-interval.js";
import { levelOf } from "./level.js";
import { isClassMeasure, isMatrixMeasure, isRateRatio, noMeasure, rangeOf, rateOf } from "./measures.js";
import { matrixOf, tableOf } from "./tables.js";

type Options = ConfidenceIntervalOptions;

const ofClasses = ["classIndex", "label", "average", "zeroDivision", "absentClasses"] as const;
const own: Partial<Record<MeasureName, readonly (keyof Options)[]>> = {
  fBeta: ["beta"],
  cohenKappa: ["weights"],
  balancedAccuracy: ["adjusted"],
};

/**
 * A confidence interval of a measure of a confusion matrix, for what the measure would be of all rows that might be drawn
 * as these were.
 *
 * Shares of rows (precision, recall, specificity and the other rates of one class, Jaccard's index, prevalence,
 * accuracy, micro averages that equal it) have Wilson's interval, see {@link wilson}. All else has
 * value ± z·√(Σ n·(∂g/∂n)²) over the counts n of the cells, g being the measure: the delta method for multinomial
 * counts, cut off at the measure's range; for likelihood ratios that of their logarithm. It is short of its level where
 * few rows decide, and has no width where the measure is at an end of its range: there take `"bootstrap"`, see
 * {@link bootstrap}, or more rows. Where a measure is undefined so are the ends of its interval; a share of no rows at
 * all may be any, and has 0..1.
 *
 * Of a multilabel matrix it takes one label, as `label` says; `exactMatch` and the like; and the averages `"micro"` and
 * `"samples"`. Rows are what is drawn, whose labels may go wrong together: a share of labels has Wilson's interval of as
 * many labels as would be as sure if each were drawn by itself, p(1 − p) over its variance between rows (at most all,
 * and as many as there are rows where all are right or all are wrong).
 *
 * @param matrix counts of rows; whole weights count as repeated rows
 * @param measure by the name that it has in the matrix
 * @returns also the standard error, of a Wilson interval √(p(1 − p)/n)
 * @throws AssayRangeError for cells that are not whole, an unknown measure, an option out of range or of another
 *   measure; `"wilson"` for what is no share of rows
 * @example
 * confidenceInterval(matrix, "recall", { classIndex: 3 });
 * confidenceInterval(matrix, "f1", { average: "macro", level: 0.9 });
 * @see A. Agresti, "Categorical Data Analysis" (2013), 16.1; J. Fleiss, J. Cohen and B. Everitt (1969) for κ; C. Franco
 *   et al., "Comparative study of confidence intervals for proportions in complex sample surveys" (2019) for shares of
 *   labels
 */
export function confidenceInterval(
  matrix: ConfusionMatrix | MultilabelConfusionMatrix,
  measure: MeasureName | RowMeasureName,
  options?: ConfidenceIntervalOptions,
): MeasureInterval {
  if ("numLabels" in matrix && (options?.label === undefined || isRowMeasure(measure))) {
    return labelInterval(matrix, measure, options);
  }
  if (!isClassMeasure(measure) && !isMatrixMeasure(measure)) throw noMeasure(measure, "measure");
  const ofMeasure = [...(isClassMeasure(measure) ? ofClasses : []), ...(own[measure] ?? [])];
  const given = optionsOf(options, [...ofEvery, ...ofMeasure], `confidenceInterval of ${measure}`);
  const level = levelOf(given);
  const measured = isClassMeasure(measure)
    ? measuredClasses(matrix, measure, given)
    : measuredMatrix(matrix as ConfusionMatrix, measure, given);
  return intervalOf(measured, measure, given, level);
}

// ---------------------------------------------------------------------------------------------------------- measures

/** What is resampled, and the measure of replicates. */
function resampled(matrix: ConfusionMatrix, value: (of: ConfusionMatrix) => number) {
  const table = () => tableOf(matrix);
  return {
    estimate: () => value(matrix),
    table,
    statistic: () => {
      const { keys } = table();
      return (counts: Float64Array<ArrayBuffer>) => value(matrixOf(keys, counts, matrix));
    },
  };
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
  const value = (of: ConfusionMatrix): number =>
    (of[measure] as (options?: object) => number)(...(Object.keys(call).length > 0 ? [call] : []));
  return {
    ...resampled(matrix, value),
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
  const matrix = one ?? (from as ConfusionMatrix);
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
    ...resampled(matrix, (of) => (of[measure] as (options: object) => number)(call)),
    standardError: () => standardError(matrix, classGradient(matrix, measure, settings)),
    share: rate && shareOf(matrix, average, rate),
    range: rangeOf(measure),
    isRatio: isRateRatio(measure),
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
  const average = oneOf<string>(given.average ?? otherwise, ["binary", "micro", "macro", "weighted"], "average");
  return average as ClassMeasureOptions["average"];
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
  if (isMultilabel) return matrix.ofLabel(which);
  return againstRest(matrix.countsOf(which), matrix.classNames[which] as string);
}
