/**
 * Labels of any value and the indices that classes have. Strings and numbers are never compared.
 *
 * @module
 */
import type { AnyLabels, ClassValue, LabelEncoder, LabelEncoding, Labels } from "@assay/contract";
import { labels as classLabels, type Elements, rangeError, resolve, typeError, wrongElement } from "./input.js";

type Kind = "string" | "number";

/**
 * Numbers the classes that occur in labels: strings in the order of their UTF-16 code units, numbers ascending
 * (scikit-learn's `LabelEncoder`).
 */
export const labelEncoder: LabelEncoding["labelEncoder"] = Object.assign(
  ((...given: readonly AnyLabels[]): LabelEncoder => {
    const argument = (i: number): string => (given.length === 1 ? "labels" : `labels[${i}]`);
    const classes = occurring(given.map((labels, i) => ({ argument: argument(i), labels })));
    if (classes.length === 0) throw rangeError("empty", "labels", "labels are empty: there is no class");
    return new Encoder(classes);
  }) as LabelEncoding["labelEncoder"],
  {
    of<Value extends ClassValue>(classes: readonly Value[]): LabelEncoder<Value> {
      return new Encoder(classValues("classes", classes));
    },
  },
);

class Encoder<Value extends ClassValue> implements LabelEncoder<Value> {
  readonly classes: readonly Value[];

  constructor(classes: readonly Value[]) {
    this.classes = Object.freeze([...classes]);
  }

  encode(labels: AnyLabels): Int32Array<ArrayBuffer> {
    return Int32Array.from(indicesOf("labels", labels, this.classes));
  }

  decode(indices: Labels): Value[] {
    return Array.from(classLabels("indices", indices, this.classes.length), (index) => this.classes[index]!);
  }
}

/** Whether labels are strings; their first element says it. */
export function areStrings(labels: unknown): labels is readonly string[] {
  return Array.isArray(labels) && typeof labels[0] === "string";
}

/** The classes that occur in labels. Several arguments are taken together; the first label says what all are. */
export function occurring(given: readonly { argument: string; labels: AnyLabels }[]): ClassValue[] {
  const first = given.find(({ labels }) => labels?.length !== 0);
  const kind = areStrings(first?.labels) ? "string" : "number";
  const seen = new Set<ClassValue>();
  for (const { argument, labels } of given) {
    elementsOf(argument, labels, kind).forEach((value: unknown, index: number) => {
      seen.add(classValue(argument, value, index));
    });
  }
  return [...seen].sort(kind === "string" ? undefined : (a, b) => Number(a) - Number(b));
}

/** Classes as an option lists them: all strings or all whole numbers, each once. */
export function classValues<Value extends ClassValue>(argument: string, given: readonly Value[]): readonly Value[] {
  if (!Array.isArray(given)) {
    throw typeError("type", argument, `${argument} should be an array of strings or of whole numbers`, given);
  }
  if (given.length === 0) throw rangeError("empty", argument, `${argument} is empty`);
  const elements = elementsOf(argument, given, areStrings(given) ? "string" : "number");
  const classes = Array.from(elements as Iterable<Value>, (value, index) => classValue(argument, value, index));
  classes.forEach((value, index) => {
    if (classes.indexOf(value) === index) return;
    throw rangeError("label", argument, `${argument}[${index}] names ${shown(value)} twice`, { index, value });
  });
  return classes as Value[];
}

/** The index of each label among some classes; −1 where it is `ignored`. */
export function indicesOf(
  argument: string,
  labels: AnyLabels,
  classes: readonly ClassValue[],
  ignored?: ClassValue,
): Float64Array {
  const indices = new Map(classes.map((value, index) => [value, index]));
  const elements = elementsOf(argument, labels, typeof classes[0] === "string" ? "string" : "number");
  return Float64Array.from(elements as Iterable<ClassValue>, (value, position) => {
    if (value === ignored) return -1;
    const index = indices.get(value);
    if (index !== undefined) return index;
    const message = `${argument}[${position}] = ${shown(value)} is none of the ${classes.length} classes`;
    throw rangeError("label", argument, message, { index: position, value });
  });
}

function elementsOf(argument: string, labels: unknown, kind: Kind): readonly string[] | Elements {
  if (kind === "number") return resolve(argument, labels, "labels");
  const elements: ArrayLike<unknown> = Array.isArray(labels) ? labels : resolve(argument, labels, "labels");
  return Array.from(elements, (value, index) => {
    if (typeof value === "string") return value;
    throw wrongElement(argument, index, value, "a string");
  });
}

/** What a class may be called: any string or a whole number. −0 is 0. */
function classValue(argument: string, value: unknown, index: number): ClassValue {
  if (typeof value === "string") return value;
  if (Number.isInteger(value)) return (value as number) + 0;
  const message = `${argument}[${index}] = ${value}, but should be a whole number`;
  throw rangeError("label", argument, message, { index, value });
}

function shown(value: ClassValue): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
