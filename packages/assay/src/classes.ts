/**
 * How the classes of a matrix are called, and which of them is positive.
 *
 * @module
 */
import { AssayRangeError, type ClassValue, type ConfusionOptions } from "@assay/contract";
import { type Column, column } from "./arguments.js";
import { tagOfNames } from "./fingerprint.js";
import { areStrings, encoderFrom, encoderOf, type NamedEncoder } from "./labels.js";
import { namesOf } from "./matrix/index.js";
import { inapplicable, whole } from "./options.js";

/** Classes 0..numClasses−1 are exact in float32. */
const MOST_CLASSES = 2 ** 24;

/** The classes of a matrix. */
export interface Classes {
  readonly numClasses: number;
  /** Class 1 is positive. */
  readonly binary: boolean;
  readonly classNames: readonly string[];
  /** Where labels are not the indices themselves. */
  readonly encoder: NamedEncoder | undefined;
  /** The target that is left out, as an index. */
  readonly ignoreIndex: number | undefined;
  /** The target that is left out, as the caller writes it. */
  readonly ignored: number | undefined;
}

/** Two classes, the positive one last. */
function withPositive(classes: readonly ClassValue[], positive: ClassValue): readonly ClassValue[] {
  if (!classes.includes(positive)) {
    throw new AssayRangeError(`positiveClass is ${JSON.stringify(positive)}, which is no class`, {
      code: "option",
      argument: "positiveClass",
      value: positive,
    });
  }
  if (classes.length !== 2) {
    throw inapplicable("positiveClass", `positiveClass is for two classes, but there are ${classes.length}`, positive);
  }
  return classes[1] === positive ? classes : [classes[1] as ClassValue, classes[0] as ClassValue];
}

function refuseBoth({ positiveClass, numClasses }: ConfusionOptions): void {
  if (positiveClass === undefined || numClasses === undefined) return;
  const message = "positiveClass makes the matrix binary, but numClasses is given";
  throw inapplicable("positiveClass", message, positiveClass);
}

/** The values of labels, where they are not indices. */
function valuesOf(options: ConfusionOptions, labels: readonly (readonly [unknown, string])[]) {
  const { classes, positiveClass, numClasses } = options;
  if (classes !== undefined) {
    const { classes: given } = encoderOf<ClassValue>(classes, "classes");
    if (numClasses !== undefined && whole(numClasses, 2, "numClasses", MOST_CLASSES) !== given.length) {
      throw new AssayRangeError(`classes has ${given.length} values, but numClasses is ${numClasses}`, {
        code: "shape",
        argument: "classes",
        value: given.length,
      });
    }
    refuseBoth(options);
    return given;
  }
  // Targets say what labels are: a string among numbered predictions is no number.
  if (labels.some(([given, name]) => name === "targets" && areStrings(given))) {
    if (numClasses !== undefined) {
      const message = "numClasses is for labels 0..numClasses−1, but these are strings: give classes";
      throw inapplicable("numClasses", message, numClasses);
    }
    const found = encoderFrom(labels).classes;
    // A class that happens not to occur is still the positive one.
    return positiveClass === undefined || found.includes(positiveClass) || found.length !== 1
      ? found
      : [found[0] as ClassValue, positiveClass];
  }
  if (positiveClass === undefined) return undefined;
  refuseBoth(options);
  return [0, 1];
}

/** The classes that options and labels say; `labels` are those that are at hand, with their names for messages. */
export function classesOf(options: ConfusionOptions, labels: readonly (readonly [unknown, string])[]): Classes {
  const { ignoreIndex, positiveClass } = options;
  if (ignoreIndex !== undefined) whole(ignoreIndex, -(2 ** 31), "ignoreIndex");
  const values = valuesOf(options, labels);
  if (values === undefined) {
    const binary = options.numClasses === undefined;
    const numClasses = binary ? 2 : whole(options.numClasses as number, 2, "numClasses", MOST_CLASSES);
    const classNames = namesOf(options.classNames, numClasses);
    return { numClasses, binary, classNames, encoder: undefined, ignoreIndex, ignored: ignoreIndex };
  }
  if (ignoreIndex !== undefined && typeof values[0] === "string") {
    throw inapplicable("ignoreIndex", "ignoreIndex is a number, but the classes are strings", ignoreIndex);
  }
  const given = options.classNames === undefined ? values.map(String) : namesOf(options.classNames, values.length);
  const names = new Map(values.map((value, i) => [value, given[i] as string]));
  const ordered = positiveClass === undefined ? values : withPositive(values, positiveClass);
  return {
    numClasses: ordered.length,
    binary: positiveClass !== undefined,
    classNames: ordered.map((value) => names.get(value) as string),
    encoder: encoderOf(ordered, "classes"),
    ignoreIndex: ignoreIndex === undefined ? undefined : -1,
    ignored: ignoreIndex,
  };
}

/** A number that differs where classes or their names do; 0 where both are the indices. */
export function tagOf({ encoder, classNames, ignored }: Classes): number {
  return tagOfNames(classNames, encoder && [encoder.classes, ignored]);
}

/** Labels as a column of indices. */
export function labelColumn({ encoder, ignored }: Classes, labels: unknown, name: string): Column {
  if (encoder === undefined) return column(labels, name);
  return column(encoder.encodeAs(labels, name, name === "targets" ? ignored : undefined), name);
}
