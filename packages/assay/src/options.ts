/**
 * Options: every one known, of the right type, within its range.
 *
 * @module
 */
import { AssayRangeError, AssayTypeError } from "@assay/contract";
import { describe } from "./arguments.js";

/** The options object, with every name in it known. */
export function optionsOf<Options extends object>(
  given: Options | undefined,
  known: readonly (keyof Options & string)[],
  where: string,
): Options {
  if (given === undefined) return {} as Options;
  if (typeof given !== "object" || given === null) {
    throw new AssayTypeError(`the options of ${where} are ${describe(given)}, but must be an object`, {
      code: "type",
      argument: "options",
      value: given,
    });
  }
  for (const [name, value] of Object.entries(given)) {
    if (!(known as readonly string[]).includes(name)) {
      throw inapplicable(name, `${where} has no option ${name}; it has ${known.join(", ")}`, value);
    }
    if (value === null) {
      throw new AssayTypeError(`${name} is null: leave it out, or give it a value`, {
        code: "type",
        argument: name,
        value,
      });
    }
  }
  return given;
}

/** The error where an option does not exist, or not for such a call. */
export function inapplicable(name: string, message: string, value?: unknown): AssayTypeError {
  return new AssayTypeError(message, { code: "option", argument: name, value });
}

/** One of a few values. */
export function oneOf<Value extends string>(value: Value, allowed: readonly Value[], name: string): Value {
  if (allowed.includes(value)) return value;
  throw new AssayRangeError(
    `${name} is ${JSON.stringify(value)}, but must be one of ${allowed.map((a) => `"${a}"`).join(", ")}`,
    { code: "option", argument: name, value },
  );
}

/** A number, NaN among them. */
export function anyNumber(value: number, name: string): number {
  if (typeof value === "number") return value;
  throw new AssayTypeError(`${name} is ${describe(value)}, but must be a number`, {
    code: "option",
    argument: name,
    value,
  });
}

function outside(name: string, value: number, rule: string): AssayRangeError {
  return new AssayRangeError(`${name} = ${value}, but must be ${rule}`, { code: "option", argument: name, value });
}

/** A whole number of at least `least` and at most `most`. */
export function whole(value: number, least: number, name: string, most: number = 2 ** 31 - 1): number {
  if (Number.isInteger(anyNumber(value, name)) && value >= least && value <= most) return value;
  throw outside(name, value, `a whole number from ${least} to ${most}`);
}

/** A number from `least` to `most`. */
export function within(value: number, least: number, most: number, name: string): number {
  if (anyNumber(value, name) >= least && value <= most) return value;
  throw outside(name, value, `a number from ${least} to ${most}`);
}

/** A finite number. */
export function finite(value: number, name: string): number {
  if (Number.isFinite(anyNumber(value, name))) return value;
  throw outside(name, value, "a finite number");
}

/** A finite number of at least 0. */
export function atLeastZero(value: number, name: string): number {
  if (anyNumber(value, name) >= 0 && value < Number.POSITIVE_INFINITY) return value;
  throw outside(name, value, "a finite number ≥ 0");
}

/** A finite number above 0. */
export function aboveZero(value: number, name: string): number {
  if (anyNumber(value, name) > 0 && value < Number.POSITIVE_INFINITY) return value;
  throw outside(name, value, "a finite number above 0");
}

/** Yes or no. */
export function flag(value: boolean, name: string): boolean {
  if (typeof value === "boolean") return value;
  throw new AssayTypeError(`${name} is ${describe(value)}, but must be true or false`, {
    code: "option",
    argument: name,
    value,
  });
}
