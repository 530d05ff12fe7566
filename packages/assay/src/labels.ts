/**
 * Labels of any value: between what they are called and the indices 0..size−1 that kernels count.
 *
 * This is the one place that looks at labels outside the kernels: strings exist only here.
 *
 * @module
 */
import {
  type AnyLabels,
  AssayRangeError,
  AssayTypeError,
  type ClassValue,
  type LabelEncoder,
  type LabelEncoding,
  type Labels,
} from "@assay/contract";
import { column, describe, expectRows } from "./arguments.js";

const shown = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value));

/** The elements of labels in any form. */
function elementsOf(labels: unknown, name: string): ArrayLike<unknown> {
  return column(labels, name).source;
}

/** Whether labels are strings; an empty array is not. */
export function areStrings(labels: unknown): labels is readonly string[] {
  return Array.isArray(labels) && typeof labels[0] === "string";
}

function mixture(name: string, index: number, value: unknown, kind: string): AssayTypeError {
  const message = `${name}[${index}] is ${describe(value)}, but the others are ${kind}s: strings and numbers are never compared`;
  return new AssayTypeError(message, { code: "type", argument: name, index, value });
}

/** A class of either kind; a number must be whole. */
function expectClass(value: unknown, name: string, index: number): ClassValue {
  if (typeof value === "string" || Number.isSafeInteger(value)) return value as ClassValue;
  const message = `${name}[${index}] is ${describe(value)}, but a class is a string or a whole number`;
  throw typeof value === "number"
    ? new AssayRangeError(message, { code: "label", argument: name, index, value })
    : new AssayTypeError(message, { code: "type", argument: name, index, value });
}

class Encoder<Value extends ClassValue> implements LabelEncoder<Value> {
  readonly classes: readonly Value[];
  readonly #indices: ReadonlyMap<unknown, number>;
  readonly #kind: string;

  constructor(classes: readonly Value[]) {
    this.classes = Object.freeze([...classes]);
    this.#indices = new Map(classes.map((value, index) => [value, index]));
    this.#kind = typeof classes[0];
  }

  encode(labels: AnyLabels): Int32Array<ArrayBuffer> {
    return this.encodeAs(labels, "labels");
  }

  /** As {@link encode}, with the argument's name for messages; `ignored` becomes −1. */
  encodeAs(labels: unknown, name: string, ignored?: number): Int32Array<ArrayBuffer> {
    const elements = elementsOf(labels, name);
    const encoded = new Int32Array(elements.length);
    for (let i = 0; i < encoded.length; i++) {
      const value = elements[i];
      // What is ignored may be one of the classes.
      const index = ignored !== undefined && value === ignored ? -1 : this.#indices.get(value);
      if (index === undefined) throw this.#unknown(name, i, value);
      encoded[i] = index;
    }
    return encoded;
  }

  #unknown(name: string, index: number, value: unknown): AssayRangeError | AssayTypeError {
    if (typeof value !== this.#kind) return mixture(name, index, value, this.#kind);
    const known = this.classes.length > 12 ? `one of ${this.classes.length}` : this.classes.map(shown).join(", ");
    return new AssayRangeError(`${name}[${index}] is ${shown(value)}, but the classes are ${known}`, {
      code: "label",
      argument: name,
      index,
      value,
    });
  }

  decode(indices: Labels): Value[] {
    const elements = elementsOf(indices, "indices");
    return Array.from(elements, (index, i) => {
      const value = this.classes[index as number];
      if (value !== undefined) return value;
      throw new AssayRangeError(`indices[${i}] is ${shown(index)}, but there are ${this.classes.length} classes`, {
        code: "label",
        argument: "indices",
        index: i,
        value: index,
      });
    });
  }
}

/** An encoder that knows what its callers call their arguments. */
export type NamedEncoder = Encoder<ClassValue>;

/** These classes, in this order. */
export function encoderOf<Value extends ClassValue>(classes: readonly Value[], name: string): Encoder<Value> {
  if (!Array.isArray(classes)) {
    throw new AssayTypeError(`${name} is ${describe(classes)}, but must be an array of strings or of whole numbers`, {
      code: "type",
      argument: name,
      value: classes,
    });
  }
  if (classes.length === 0) throw new AssayRangeError(`${name} is empty`, { code: "empty", argument: name });
  const kind = typeof classes[0];
  const seen = new Set<ClassValue>();
  classes.forEach((value, index) => {
    expectClass(value, name, index);
    if (typeof value !== kind) throw mixture(name, index, value, kind);
    if (seen.has(value)) {
      const message = `${name}[${index}] is ${shown(value)}, which is there already`;
      throw new AssayRangeError(message, { code: "label", argument: name, index, value });
    }
    seen.add(value);
  });
  return new Encoder(classes);
}

/** The classes that occur: strings by code unit, numbers ascending. */
export function encoderFrom(labels: readonly (readonly [labels: unknown, name: string])[]): NamedEncoder {
  const seen = new Set<ClassValue>();
  let kind: string | undefined;
  for (const [given, name] of labels) {
    const elements = elementsOf(given, name);
    for (let i = 0; i < elements.length; i++) {
      const value = elements[i];
      kind ??= typeof value;
      if (typeof value !== kind) throw mixture(name, i, value, kind);
      if (!seen.has(value as ClassValue)) seen.add(expectClass(value, name, i));
    }
  }
  const classes = [...seen];
  if (kind === "number") classes.sort((a, b) => (a as number) - (b as number));
  else classes.sort();
  return new Encoder(classes);
}

/**
 * An encoder between labels of any value and the indices 0..size−1: strings in the order of their code units, numbers
 * ascending; strings and numbers are never mixed and never compared. `labelEncoder.of` takes the classes in the order
 * that they are given.
 *
 * @param labels one array of labels or several, of which the classes are taken together
 * @throws AssayTypeError where strings and numbers are mixed; AssayRangeError for a number that is not whole, an unknown
 *   label, an index out of range, no labels
 * @example
 * const encoder = labelEncoder(["dog", "cat", "dog"]);
 * encoder.classes; // ["cat", "dog"]
 * encoder.encode(["dog", "cat"]); // Int32Array [1, 0]
 * @see scikit-learn, `sklearn.preprocessing.LabelEncoder`
 */
export const labelEncoder: LabelEncoding["labelEncoder"] = /*#__PURE__*/ Object.assign(
  ((...labels: readonly AnyLabels[]) => {
    const named = labels.map((given, i) => [given, labels.length === 1 ? "labels" : `labels[${i}]`] as const);
    if (named.length === 0) throw new AssayRangeError("labels is empty", { code: "empty", argument: "labels" });
    const encoder = encoderFrom(named);
    const [first, name] = named[0] as (typeof named)[number];
    if (encoder.classes.length === 0) expectRows(column(first, name));
    return encoder;
  }) as Omit<LabelEncoding["labelEncoder"], "of">,
  {
    of<Value extends ClassValue>(classes: readonly Value[]): LabelEncoder<Value> {
      return encoderOf(classes, "classes");
    },
  },
) as LabelEncoding["labelEncoder"];
