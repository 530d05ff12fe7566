/**
 * What every function asks of its arguments. Nothing is guessed and nothing is swallowed: a wrong argument is an error
 * that says what was given, what was expected and where. Rows that will be left out (ignored, or of weight 0) are
 * checked like the others.
 *
 * @module
 */
import { AssayRangeError, AssayTypeError, type ErrorCode, type HalfFloats, type OtherIntegers } from "@assay/contract";

/** The elements of an argument. */
export type Elements = Float32Array | Float64Array | Int32Array | Uint8Array;

/** What an argument may be given as, besides a handle: contract `Reals` or contract `Labels`. */
type Kind = "reals" | "labels";

export function typeError(code: ErrorCode, argument: string, message: string, value?: unknown): AssayTypeError {
  return new AssayTypeError(message, { code, argument, value });
}

export function rangeError(
  code: ErrorCode,
  argument: string,
  message: string,
  where: { index?: number; value?: unknown } = {},
): AssayRangeError {
  return new AssayRangeError(message, { code, argument, ...where });
}

// ---------------------------------------------------------------------------------------------------------- arrays

/** Scores, probabilities, logits, weights: any numbers but NaN. */
export function reals(argument: string, given: unknown): Float32Array | Float64Array {
  const elements = resolve(argument, given, "reals") as Float32Array | Float64Array;
  checkEach(argument, elements, (value) => !Number.isNaN(value), "nan", "a number");
  return elements;
}

/** Probabilities: numbers in [0, 1]. */
export function probabilities(argument: string, given: unknown): Float32Array | Float64Array {
  const elements = resolve(argument, given, "reals") as Float32Array | Float64Array;
  checkEach(argument, elements, (value) => value >= 0 && value <= 1, "range", "a probability in [0, 1]");
  return elements;
}

/** Finite numbers. */
export function finiteReals(argument: string, given: unknown): Float32Array | Float64Array {
  return checkFinite(argument, resolve(argument, given, "reals") as Float32Array | Float64Array);
}

/** Finite numbers in any array that labels may come in. */
export function finiteTargets(argument: string, given: unknown): Elements {
  return checkFinite(argument, resolve(argument, given, "labels"));
}

export function checkFinite<Given extends Elements>(argument: string, elements: Given): Given {
  checkEach(argument, elements, Number.isFinite, "range", "finite");
  return elements;
}

/** Real targets in any array that labels may come in: any numbers but NaN. */
export function realTargets(argument: string, given: unknown): Elements {
  const elements = resolve(argument, given, "labels");
  checkEach(argument, elements, (value) => !Number.isNaN(value), "nan", "a number");
  return elements;
}

/** Soft targets: numbers in [0, 1]. */
export function softTargets(argument: string, given: unknown): Elements {
  const elements = resolve(argument, given, "labels");
  checkEach(argument, elements, (value) => value >= 0 && value <= 1, "range", "a target in [0, 1]");
  return elements;
}

/** Class labels: whole numbers in 0..numClasses−1, or `ignoreIndex`. */
export function labels(argument: string, given: unknown, numClasses: number, ignoreIndex?: number): Elements {
  const elements = resolve(argument, given, "labels");
  elements.forEach((value, index) => {
    if (value === ignoreIndex || (Number.isInteger(value) && value >= 0 && value < numClasses)) return;
    const rule = Number.isInteger(value)
      ? `numClasses is ${numClasses}`
      : `a label is a whole number in 0..${numClasses - 1}`;
    const message = `${argument}[${index}] = ${value}, but ${rule}`;
    throw rangeError(Number.isNaN(value) ? "nan" : "label", argument, message, { index, value });
  });
  return elements;
}

/** Binary labels: 0 or 1, or `ignoreIndex`. */
export function binaryLabels(argument: string, given: unknown, ignoreIndex?: number): Elements {
  const elements = resolve(argument, given, "labels");
  checkEach(
    argument,
    elements,
    (value) => value === 0 || value === 1 || value === ignoreIndex,
    "label",
    "a label, 0 or 1",
  );
  return elements;
}

/**
 * Weights, one for each of `length` things: not negative, and so small that millions of them add up to a number. All 1
 * where none are given.
 */
export function weights(argument: string, given: unknown, length: number, each = "row"): Float64Array {
  if (given === undefined) return new Float64Array(length).fill(1);
  const elements = resolve(argument, given, "reals");
  checkEach(argument, elements, (value) => value >= 0 && value <= 2 ** 1000, "range", "a weight in 0..2^1000");
  checkLength(argument, elements, length, `one per ${each}`);
  return Float64Array.from(elements);
}

export function checkLength(argument: string, elements: Elements, expected: number, because: string): void {
  if (elements.length === expected) return;
  const message = `${argument} has ${elements.length} elements, but should have ${expected}: ${because}`;
  throw rangeError("shape", argument, message, { value: elements.length });
}

export function checkNotEmpty(argument: string, elements: Elements): void {
  if (elements.length === 0) throw rangeError("empty", argument, `${argument} is empty`);
}

/** The error where rows were given, but every one is ignored or weighs nothing. */
export function nothingLeft(targets: string, why: string): AssayRangeError {
  return rangeError("empty", targets, `no row of ${targets} is left to measure: ${why}`);
}

/** Some row has to have a weight above 0. */
export function checkWeighty(targets: string, weights: Float64Array): void {
  if (weights.every((weight) => weight === 0)) throw nothingLeft(targets, "sampleWeight is 0 everywhere");
}

/** What was added up has to be a number. */
export function checkTotal(argument: string, total: number): void {
  if (total < Infinity) return;
  throw rangeError("range", argument, `${argument} adds up to more than the largest float64`, { value: total });
}

/** Tells the first element that is not ok; a NaN is one that is no number at all. */
export function checkEach(
  argument: string,
  elements: Elements,
  ok: (value: number) => boolean,
  code: ErrorCode,
  expected: string,
): void {
  for (let index = 0; index < elements.length; index++) {
    const value = elements[index]!;
    if (!ok(value)) {
      const message = `${argument}[${index}] = ${value}, but should be ${expected}`;
      throw rangeError(Number.isNaN(value) ? "nan" : code, argument, message, { index, value });
    }
  }
}

/** The elements behind an array or a handle; plain arrays become a Float64Array. */
export function resolve(argument: string, given: unknown, kind: Kind): Elements {
  const array = isHandle(given) ? given.view : given;
  if (array instanceof Float32Array || array instanceof Float64Array) return attached(argument, array);
  if (isHalfFloats(array)) return Float32Array.from(attached(argument, array));
  if (kind === "labels" && (array instanceof Int32Array || array instanceof Uint8Array)) {
    return attached(argument, array);
  }
  if (kind === "labels" && isOtherIntegers(array)) {
    return Float64Array.from(
      [...attached<OtherIntegers>(argument, array)].map((value: number | bigint, index) => {
        const number = Number(value);
        if (Number.isSafeInteger(number)) return number;
        const message = `${argument}[${index}] = ${value}, but should have 53 bits at most`;
        throw rangeError("label", argument, message, { index, value });
      }),
    );
  }
  if (Array.isArray(array)) {
    return Float64Array.from(array, (value: unknown, index) => {
      if (typeof value === "number") return value;
      throw wrongElement(argument, index, value, "a number");
    });
  }
  const expected =
    kind === "labels"
      ? "an array of numbers, a typed array or a handle"
      : "a Float32Array, Float64Array, array of numbers or handle";
  throw typeError("type", argument, `${argument} is ${describe(given)}, but should be ${expected}`, given);
}

/** The error where an element is of the wrong type. */
export function wrongElement(argument: string, index: number, value: unknown, expected: string): AssayTypeError {
  const message = `${argument}[${index}] is ${describe(value)}, but should be ${expected}`;
  return new AssayTypeError(message, { code: "type", argument, index, value });
}

function isHandle(given: unknown): given is { view: unknown } {
  return typeof given === "object" && given !== null && !ArrayBuffer.isView(given) && "view" in given;
}

function isOtherIntegers(given: unknown): given is OtherIntegers {
  const types = [Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Uint32Array, BigInt64Array, BigUint64Array];
  return types.some((type) => given instanceof type);
}

function isHalfFloats(given: unknown): given is HalfFloats {
  return ArrayBuffer.isView(given) && Object.prototype.toString.call(given) === "[object Float16Array]";
}

/** A view whose buffer was detached has length 0 and reads as if it were empty: say what happened instead. */
function attached<View extends Elements | OtherIntegers | HalfFloats>(argument: string, view: View): View {
  try {
    new Uint8Array(view.buffer);
  } catch {
    const message = `${argument} is a view whose buffer was detached: make it anew after memory has grown or was moved`;
    throw typeError("stale", argument, message, view);
  }
  return view;
}

// --------------------------------------------------------------------------------------------------------- options

/** The options of a function: an object whose every name is known. */
export function checkOptions(where: string, options: object | undefined, known: readonly string[]): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null) {
    throw typeError("type", "options", `options of ${where} is ${describe(options)}, but should be an object`, options);
  }
  for (const [name, value] of Object.entries(options)) {
    if (!known.includes(name)) {
      throw typeError("option", name, `${where} has no option ${name}; it has ${known.join(", ")}`, value);
    }
    if (value === null) throw typeError("type", name, `${name} is null, but should be left out or have a value`, value);
  }
}

/** One of some words. */
export function oneOf<Word extends string>(
  name: string,
  given: unknown,
  words: readonly Word[],
  otherwise: Word,
): Word {
  if (given === undefined) return otherwise;
  const word = words.find((known) => known === given);
  if (word !== undefined) return word;
  const expected = words.map((known) => `"${known}"`).join(", ");
  throw wrongOption(name, given, `one of ${expected}`);
}

export function boolean(name: string, given: unknown, otherwise: boolean): boolean {
  if (given === undefined) return otherwise;
  if (typeof given === "boolean") return given;
  throw typeError("option", name, `${name} is ${describe(given)}, but should be true or false`, given);
}

/** A number, possibly NaN. */
export function anyNumber(name: string, given: unknown): number {
  if (typeof given === "number") return given;
  throw typeError("option", name, `${name} is ${describe(given)}, but should be a number`, given);
}

/** A number that is not NaN and satisfies a condition. */
export function number(name: string, given: unknown, ok: (value: number) => boolean, expected: string): number {
  const value = anyNumber(name, given);
  if (Number.isNaN(value) || !ok(value)) throw wrongOption(name, value, expected);
  return value;
}

/** How many there are of something. */
export function count(name: string, given: unknown, least: number): number {
  const ok = (value: number): boolean => Number.isSafeInteger(value) && value >= least;
  return number(name, given, ok, `a whole number ≥ ${least}`);
}

/** Whether a number is one of rows: whole, and not beyond 2⁵³, up to which float64 has every whole number. */
export function isRows(given: unknown): boolean {
  return Number.isInteger(given) && (given as number) >= 0 && (given as number) <= 2 ** 53;
}

/** The caller's function, whose results have to be numbers. */
export function returningNumber<Input>(argument: string, read: (input: Input) => number): (input: Input) => number {
  return (input) => {
    const value: unknown = read(input);
    if (typeof value === "number") return value;
    throw typeError("type", argument, `${argument} returned ${String(value)}, but should return a number`, value);
  };
}

/** The number of classes, at least two; absent for binary. */
export function optionalClasses(given: unknown): number | undefined {
  return given === undefined ? undefined : count("numClasses", given, 2);
}

/** A whole number that may be absent: an ignored label. */
export function optionalWhole(name: string, given: unknown): number | undefined {
  const ok = (value: number): boolean => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
  return given === undefined ? undefined : number(name, given, ok, "a whole number of 32 bits");
}

function wrongOption(name: string, value: unknown, expected: string): AssayRangeError {
  return rangeError("option", name, `${name} is ${describe(value)}, but should be ${expected}`, { value });
}

function describe(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (value === null || typeof value !== "object") return typeof value === "function" ? "a function" : String(value);
  return `a ${value.constructor?.name ?? "plain object"}`;
}
