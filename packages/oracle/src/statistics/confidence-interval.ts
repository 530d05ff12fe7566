import {
  type ClassMeasureName,
  type ConfidenceIntervalOptions,
  type ConfusionMatrix,
  defaults,
  type MatrixMeasureName,
  type MeasureInterval,
  type MeasureName,
  type MultilabelConfusionMatrix,
} from "@assay/contract";
import { fromCounts } from "../confusion/from-counts.js";
import { checkOptions, oneOf, rangeError, typeError } from "../input.js";
import { bootstrapOf, matrixOf, measureName, resamplingOf, tableOf } from "./bootstrap.js";
import type { Dual } from "./dual.js";
import { classMeasure, isClassMeasure, matrixMeasure } from "./measures.js";
import { criticalValue, levelOf, wilsonInterval } from "./wilson.js";

type Options = ConfidenceIntervalOptions;
type AnyMatrix = ConfusionMatrix | MultilabelConfusionMatrix;
type Average = "binary" | "micro" | "macro" | "weighted";

/** A measure of a matrix as some options mean it. */
interface Meant {
  readonly matrix: ConfusionMatrix;
  /** Of this matrix or of one like it. */
  value(matrix: ConfusionMatrix): number;
  /** With its derivatives. */
  dual(): Dual;
  /** How many of how many rows, if that is what it is. */
  readonly share: readonly [number, number] | undefined;
  readonly least: number;
  /** A quotient of rates: its logarithm has the interval. */
  readonly isRatio: boolean;
}

/**
 * Wilson's interval of a share; the delta method for multinomial counts (A. Agresti, "Categorical Data Analysis", 2013,
 * 16.1): with proportions π and derivatives φ for them, the variance is (Σ πφ² − (Σ πφ)²) / n; or the bootstrap.
 */
export function confidenceInterval(matrix: AnyMatrix, measure: MeasureName, options: Options = {}): MeasureInterval {
  const name = measureName("measure", measure);
  checkOptions(`confidenceInterval of ${name}`, options, optionsOf(name));
  const level = levelOf(options);
  const meant = isClassMeasure(name) ? ofClasses(matrix, name, options) : ofMatrix(matrix, name, options);
  const method = methodOf(meant, options);
  const table = tableOf(meant.matrix);
  const estimate = meant.value(meant.matrix);
  if (method === "wilson") {
    const [successes, trials] = meant.share!;
    const interval = wilsonInterval(successes, trials, level);
    const rate = successes / trials;
    return { ...interval, estimate, standardError: Math.sqrt((rate * (1 - rate)) / trials), method };
  }
  if (method === "bootstrap") {
    const plan = { level, method: "percentile", ...resamplingOf(options) } as const;
    const value = (counts: readonly number[]): number => meant.value(matrixOf(meant.matrix, table, counts));
    const { replicates, ...interval } = bootstrapOf(table, value, plan);
    return { ...interval, method };
  }
  const standardError = deltaError(meant.dual(), meant.matrix);
  const reach = criticalValue(level) * standardError;
  const ends = meant.isRatio
    ? { lower: estimate * Math.exp(-reach / estimate), upper: estimate * Math.exp(reach / estimate) }
    : { lower: Math.max(meant.least, estimate - reach), upper: Math.min(1, estimate + reach) };
  return { estimate, standardError, ...ends, level, method };
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

function methodOf({ share }: Meant, options: Options): MeasureInterval["method"] {
  const words = ["wilson", "delta", "bootstrap"] as const;
  const method = oneOf("method", options.method, words, share === undefined ? "delta" : "wilson");
  if (method === "wilson" && share === undefined) {
    throw rangeError("option", "method", "Wilson's interval is for shares of rows, and this is none", {
      value: method,
    });
  }
  for (const option of ["resamples", "seed"] as const) {
    if (method === "bootstrap" || options[option] === undefined) continue;
    throw typeError("option", option, `${option} is for method "bootstrap"`);
  }
  return method;
}

/** Derivatives for proportions are n times those for counts. */
function deltaError({ slopes }: Dual, matrix: ConfusionMatrix): number {
  const n = matrix.total;
  const terms = matrix.cells().map(({ count }, i) => ({ share: count / n, slope: n * slopes[i]! }));
  const mean = terms.reduce((sum, { share, slope }) => sum + share * slope, 0);
  const squares = terms.reduce((sum, { share, slope }) => sum + share * (slope - mean) ** 2, 0);
  return Math.sqrt(squares / n);
}

function wholeMatrix(matrix: AnyMatrix): ConfusionMatrix {
  if (!("numLabels" in matrix)) return matrix;
  throw typeError("type", "matrix", "this measure is of matrices of classes, but this matrix is one of labels");
}

function rightOf(matrix: ConfusionMatrix): number {
  return matrix.cells().reduce((sum, cell) => sum + (cell.target === cell.predicted ? cell.count : 0), 0);
}

function ofMatrix(given: AnyMatrix, name: MatrixMeasureName, options: Options): Meant {
  const matrix = wholeMatrix(given);
  const { weights, adjusted } = options;
  const right = rightOf(matrix);
  const share = ((): Meant["share"] => {
    if (name === "accuracy") return [right, matrix.total];
    if (name === "zeroOneLoss" || name === "hammingLoss") return [matrix.total - right, matrix.total];
    return undefined;
  })();
  return {
    matrix,
    value: (of) => {
      if (name === "cohenKappa") return of.cohenKappa(weights === undefined ? {} : { weights });
      if (name === "balancedAccuracy") return of.balancedAccuracy(adjusted === undefined ? {} : { adjusted });
      return of[name]();
    },
    dual: () => matrixMeasure(matrix, name, options),
    share,
    least: share === undefined ? -1 : 0,
    isRatio: false,
  };
}

function ofClasses(given: AnyMatrix, name: ClassMeasureName, options: Options): Meant {
  const one = againstRest(given, options);
  const matrix = one ?? wholeMatrix(given);
  const averages: readonly Average[] = ["binary", "micro", "macro", "weighted"];
  const average: Average =
    one === undefined
      ? oneOf("average", options.average, averages, matrix.binary ? "binary" : defaults.average)
      : "binary";
  const { zeroDivision, absentClasses, beta } = options;
  const call = {
    average,
    ...(zeroDivision !== undefined && { zeroDivision }),
    ...(absentClasses !== undefined && { absentClasses }),
  };
  return {
    matrix,
    value: (of) => (name === "fBeta" ? of.fBeta({ ...call, ...(beta !== undefined && { beta }) }) : of[name](call)),
    dual: () => classMeasure(matrix, name, average, options),
    share: shareOf(matrix, name, average),
    least: name === "informedness" || name === "markedness" ? -1 : 0,
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
