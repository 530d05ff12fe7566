import type { AnyLabels, ClassValue, ConfusionOptions, Labels } from "@assay/contract";
import { binaryLabels, labels as classLabels, optionalClasses, rangeError, typeError } from "../input.js";
import { classValues, indicesOf } from "../labels.js";

/** The classes of a matrix, in its order. */
export interface Classes {
  readonly names: readonly string[];
  /** What labels are; absent where they are 0..n−1 themselves. */
  readonly values: readonly ClassValue[] | undefined;
  /** Class 1 is positive, and scores are of that class alone. */
  readonly binary: boolean;
}

type Options = Pick<ConfusionOptions, "numClasses" | "classes" | "positiveClass" | "classNames">;

/** `occurring` are the classes of string labels, where no option lists them. */
export function classesOf(options: Options, occurring: readonly ClassValue[] | undefined): Classes {
  const { positiveClass } = options;
  const numClasses = optionalClasses(options.numClasses);
  const listed = options.classes === undefined ? undefined : classValues("classes", options.classes as ClassValue[]);
  if (listed !== undefined && numClasses !== undefined && listed.length !== numClasses) {
    const message = `classes has ${listed.length} values, but numClasses is ${numClasses}`;
    throw rangeError("shape", "classes", message, { value: listed.length });
  }
  if (positiveClass !== undefined && numClasses !== undefined) {
    const message = "positiveClass is for two classes with scores of one, but numClasses is given";
    throw typeError("option", "positiveClass", message, positiveClass);
  }
  const values = listed ?? withPositive(occurring, positiveClass) ?? (positiveClass === undefined ? undefined : [0, 1]);
  const names = namesOf(options.classNames, values?.map(String) ?? indexNames(numClasses ?? 2));
  if (positiveClass === undefined || values === undefined) {
    return { names, values, binary: values === undefined && numClasses === undefined };
  }
  const isPositiveFirst = placeOf(positiveClass, values) === 0;
  return {
    names: isPositiveFirst ? [...names].reverse() : names,
    values: isPositiveFirst ? [...values].reverse() : values,
    binary: true,
  };
}

/** String labels of which one class alone occurs are of two classes, if the other one is positive. */
function withPositive(
  occurring: readonly ClassValue[] | undefined,
  positiveClass: ClassValue | undefined,
): readonly ClassValue[] | undefined {
  const isAbsent = typeof positiveClass === "string" && !occurring?.includes(positiveClass);
  return isAbsent && occurring?.length === 1 ? [...occurring, positiveClass] : occurring;
}

/** Which of two classes is positive. */
function placeOf(positiveClass: ClassValue, values: readonly ClassValue[]): number {
  const place = values.indexOf(positiveClass);
  if (place < 0) {
    const message = `positiveClass is ${JSON.stringify(positiveClass)}, but should be one of ${JSON.stringify(values)}`;
    throw rangeError("option", "positiveClass", message, { value: positiveClass });
  }
  if (values.length === 2) return place;
  throw typeError(
    "option",
    "positiveClass",
    `positiveClass is for two classes, not for ${values.length}`,
    positiveClass,
  );
}

export function indexNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, k) => String(k));
}

/** Names as they are given, one per class or label. */
export function namesOf(
  given: readonly string[] | undefined,
  otherwise: readonly string[],
  argument = "classNames",
  each = "class",
): readonly string[] {
  if (given === undefined) return otherwise;
  if (!Array.isArray(given) || given.some((name) => typeof name !== "string")) {
    throw typeError("type", argument, `${argument} should be an array of strings`, given);
  }
  if (given.length !== otherwise.length) {
    const message = `${argument} has ${given.length} names, but there should be ${otherwise.length}: one per ${each}`;
    throw rangeError("shape", argument, message, { value: given.length });
  }
  return [...given];
}

/** The target of a row that is left out. */
export const IGNORED = -1;

/** Labels as indices of classes; {@link IGNORED} where they are `ignored`. */
export function labelIndices(argument: string, given: AnyLabels, classes: Classes, ignored?: number): Float64Array {
  const { values, binary, names } = classes;
  if (values !== undefined) return indicesOf(argument, given, values, ignored);
  const labels = binary
    ? binaryLabels(argument, given as Labels, ignored)
    : classLabels(argument, given as Labels, names.length, ignored);
  return Float64Array.from(labels, (label) => (label === ignored ? IGNORED : label));
}
