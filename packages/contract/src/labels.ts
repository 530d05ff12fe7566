import type { Labels } from "./arrays.js";

/** What a class may be called: strings or whole numbers, never a mixture. */
export type ClassValue = string | number;

/** Labels as people have them: whole numbers in any array, or strings. */
export type AnyLabels = Labels | readonly string[];

/** Numbers classes: between the values that labels have and indices 0..size−1. */
export interface LabelEncoder<Value extends ClassValue = ClassValue> {
  /** The value of each index. */
  readonly classes: readonly Value[];
  /** The index of each label. An unknown value, or a number where classes are strings, is an error with its place. */
  encode(labels: AnyLabels): Int32Array<ArrayBuffer>;
  /** The value of each index. */
  decode(indices: Labels): Value[];
}

/** Label encoders of this library; assay and the oracle implement them alike. */
export interface LabelEncoding {
  labelEncoder: {
    /**
     * The classes that occur in labels: strings sorted by code unit, numbers ascending. Several arrays are taken
     * together.
     */
    (...labels: readonly (readonly string[])[]): LabelEncoder<string>;
    (...labels: readonly Labels[]): LabelEncoder<number>;
    /** These classes, in this order. */
    of<Value extends ClassValue>(classes: readonly Value[]): LabelEncoder<Value>;
  };
}
