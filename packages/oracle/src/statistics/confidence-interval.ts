import {
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
import { fromCounts } from "../confusion/from-counts.js";
import { checkOptions, oneOf, typeError } from "../input.js";
import { matrixOf, measureName, tableOf } from "./bootstrap.js";
import { intervalOf, type Meant } from "./interval.js";
import { labelInterval } from "./label-interval.js";
import { classMeasure, isClassMeasure, matrixMeasure } from "./measures.js";
import { levelOf } from "./wilson.js";

type Options = ConfidenceIntervalOptions;
type AnyMatrix = ConfusionMatrix | MultilabelConfusionMatrix;
type Average = "binary" | "micro" | "macro" | "weighted";

/**
 * Wilson's interval of a share; the delta method for multinomial counts (A. Agresti, "Categorical Data Analysis", 2013,
 * 16.1): with proportions π and derivatives φ for them, the variance is (Σ πφ² − (Σ πφ)²) / n; or the bootstrap.
 */
export function confidenceInterval(
  matrix: AnyMatrix,
  measure: MeasureName | RowMeasureName,
  options: Options = {},
): MeasureInterval {
  const isOfRows = ["exactMatch", "zeroOneLoss", "hammingLoss"].includes(measure);
  if ("numLabels" in matrix && (options.label === undefined || isOfRows))
    return labelInterval(matrix, measure, options);
  const name = measureName("measure", measure as MeasureName);
  checkOptions(`confidenceInterval of ${name}`, options, optionsOf(name));
  const level = levelOf(options);
  const meant = isClassMeasure(name) ? ofClasses(matrix, name, options) : ofMatrix(matrix, name, options);
  return intervalOf(meant, options, level);
}

function optionsOf(name: MeasureName): readonly string[] {
  const own: Partial<Record<MeasureName, string>> = {
    fBeta: "beta",
    cohenKappa: "weights",
    balancedAccuracy: "adjusted",
  };
  return [
    ...["level", "method", "resamples", "seed"],
    ...(isClassMeasure(name) ? ["classIndex", "label", "average", "zeroDivision", "absentClasses"] : []),
    ...(own[name] === undefined ? [] : [own[name]]),
  ];
}

/** What a measure of a matrix is resampled from. */
function meaning(
  matrix: ConfusionMatrix,
  value: (of: ConfusionMatrix) => number,
): Pick<Meant, "table" | "counts" | "value"> {
  const counts = matrix.cells().map(({ count }) => count);
  return { table: () => tableOf(matrix), counts, value: (some) => value(matrixOf(matrix, tableOf(matrix), some)) };
}

function rightOf(matrix: ConfusionMatrix): number {
  return matrix.cells().reduce((sum, cell) => sum + (cell.target === cell.predicted ? cell.count : 0), 0);
}

function ofMatrix(given: AnyMatrix, name: MatrixMeasureName, options: Options): Meant {
  const matrix = given as ConfusionMatrix;
  const { weights, adjusted } = options;
  const right = rightOf(matrix);
  const share = ((): Meant["share"] => {
    if (name === "accuracy") return [right, matrix.total];
    if (name === "zeroOneLoss" || name === "hammingLoss") return [matrix.total - right, matrix.total];
    return undefined;
  })();
  const value = (of: ConfusionMatrix): number => {
    if (name === "cohenKappa") return of.cohenKappa(weights === undefined ? {} : { weights });
    if (name === "balancedAccuracy") return of.balancedAccuracy(adjusted === undefined ? {} : { adjusted });
    return of[name]();
  };
  return {
    ...meaning(matrix, value),
    dual: () => matrixMeasure(matrix, name, options),
    share,
    range: [share === undefined ? -1 : 0, 1],
    isRatio: false,
  };
}

function ofClasses(given: AnyMatrix, name: ClassMeasureName, options: Options): Meant {
  const one = againstRest(given, options);
  const matrix = one ?? (given as ConfusionMatrix);
  const averages: readonly Average[] = ["binary", "micro", "macro", "weighted"];
  const average: Average =
    one === undefined
      ? oneOf("average", options.average as Average | undefined, averages, matrix.binary ? "binary" : defaults.average)
      : "binary";
  const { zeroDivision, absentClasses, beta } = options;
  const call = {
    average,
    ...(zeroDivision !== undefined && { zeroDivision }),
    ...(absentClasses !== undefined && { absentClasses }),
  };
  const value = (of: ConfusionMatrix): number =>
    name === "fBeta" ? of.fBeta({ ...call, ...(beta !== undefined && { beta }) }) : of[name](call);
  return {
    ...meaning(matrix, value),
    dual: () => classMeasure(matrix, name, average, options),
    share: shareOf(matrix, name, average),
    range: [name === "informedness" || name === "markedness" ? -1 : 0, 1],
    isRatio: name === "positiveLikelihoodRatio" || name === "negativeLikelihoodRatio",
  };
}

function shareOf(matrix: ConfusionMatrix, name: ClassMeasureName, average: Average): Meant["share"] {
  const [right, all] = [rightOf(matrix), matrix.total];
  // All classes together predict each row once, and each is true once.
  if (average === "micro") {
    if (name === "precision" || name === "recall") return [right, all];
    if (name === "falseDiscoveryRate" || name === "falseNegativeRate") return [all - right, all];
  }
  if (average !== "binary") return undefined;
  const { tp, fp, fn, tn } = matrix.countsOf(1);
  const shares: Partial<Record<ClassMeasureName, readonly [number, number]>> = {
    precision: [tp, tp + fp],
    recall: [tp, tp + fn],
    jaccard: [tp, tp + fp + fn],
    specificity: [tn, tn + fp],
    negativePredictiveValue: [tn, tn + fn],
    falsePositiveRate: [fp, fp + tn],
    falseNegativeRate: [fn, fn + tp],
    falseDiscoveryRate: [fp, fp + tp],
    falseOmissionRate: [fn, fn + tn],
    prevalence: [tp + fn, all],
  };
  return shares[name];
}

/** One class or label against the rest, as a binary matrix. */
function againstRest(matrix: AnyMatrix, { classIndex, label, average }: Options): ConfusionMatrix | undefined {
  const isMultilabel = "numLabels" in matrix;
  const [which, foreign] = isMultilabel ? [label, classIndex] : [classIndex, label];
  if (foreign !== undefined) {
    const name = isMultilabel ? "classIndex" : "label";
    throw typeError("option", name, `${name} is not for this matrix, which has ${isMultilabel ? "labels" : "classes"}`);
  }
  if (which === undefined) return undefined;
  if (average !== undefined) throw typeError("option", "average", "average is of all, but one is asked for");
  const { tp, fp, fn, tn } = matrix.countsOf(which);
  return fromCounts([tn, fp, fn, tp], { binary: true });
}
